//! What the statements of a role name, at a glance: services, access levels, wide grants, ways to more rights.
//!
//! In: policies. Out: [`Rights`] of one policy, which add up, and a [`Summary`] of a role. A summary counts what `Allow`
//! statements *name*, held against the catalogue: it decides no request, so conditions, resources, `Deny` statements,
//! boundaries and organization policies take nothing away. The one claim about rights is that of the administrator,
//! which says `unknown` where any of those could have a say.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use crate::catalog::{self, AccessLevel, Action};
use crate::input::{Identity, Inputs, PolicyDocument};
use crate::pattern::ActionPattern;
use crate::policy::{self, Clause, Effect, Reading, Statement};
use crate::source::Sources;

/// Actions by which who holds them can come to hold others.
///
/// Source: the published ways of privilege escalation in IAM (Rhino Security Labs, `pmapper`, Bishop Fox).
const ESCALATING: [&str; 22] = [
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:CreateServiceSpecificCredential",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PassRole",
    "iam:PutGroupPolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:PutUserPermissionsBoundary",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
    "lambda:UpdateFunctionCode",
    "sts:AssumeRole",
    "sts:AssumeRoot",
];

/// A set of small numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Bits(Vec<u64>);

impl Bits {
    fn add(&mut self, number: usize) {
        let (word, bit) = (number / 64, number % 64);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << bit;
        }
    }

    fn add_all(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
        }
    }

    fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }
}

/// What a set of action patterns names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Named {
    actions: Bits,
    services: Bits,
    /// One bit an access level, in the order of [`LEVELS`].
    levels: u8,
    /// One bit an action of [`ESCALATING`].
    escalating: u32,
}

impl Named {
    fn add(&mut self, other: &Self) {
        self.actions.add_all(&other.actions);
        self.services.add_all(&other.services);
        self.levels |= other.levels;
        self.escalating |= other.escalating;
    }

    fn add_named(&mut self, action: Option<Action>) {
        let index = index();
        let number = action.and_then(|action| index.numbers.get(&action).copied());
        if let Some((number, entry)) = number.and_then(|number| Some((number, index.entries.get(number)?))) {
            self.add_action(number, entry);
        }
    }

    fn add_action(&mut self, index: usize, entry: &Entry) {
        self.actions.add(index);
        self.services.add(usize::from(entry.service));
        self.levels |= entry.level;
        self.escalating |= entry.escalating;
    }
}

const LEVELS: [(AccessLevel, &str); 5] = [
    (AccessLevel::List, "list"),
    (AccessLevel::Read, "read"),
    (AccessLevel::Write, "write"),
    (AccessLevel::Tagging, "tagging"),
    (AccessLevel::PermissionsManagement, "permissions-management"),
];

/// An action of the catalogue as it is counted.
#[derive(Debug)]
struct Entry {
    folded: String,
    service: u16,
    level: u8,
    escalating: u32,
}

/// All actions of the catalogue, and where each stands among them.
#[derive(Debug)]
struct Index {
    entries: Vec<Entry>,
    numbers: FxHashMap<Action, usize>,
}

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let services: FxHashMap<&str, u16> = catalog::services()
            .zip(0..)
            .map(|(service, number)| (service.prefix(), number))
            .collect();
        let bit = |found: Option<usize>| found.map_or(0, |number| 1 << number);
        let entry = |action: Action| {
            let level = LEVELS
                .iter()
                .position(|(level, _)| *level == action.access_level());
            let escalating = ESCALATING.iter().position(|name| *name == action.name());
            Entry {
                folded: action.name().to_ascii_lowercase(),
                service: services.get(action.service_prefix()).copied().unwrap_or_default(),
                level: bit(level) as u8,
                escalating: bit(escalating) as u32,
            }
        };
        Index {
            entries: catalog::all_actions().map(entry).collect(),
            numbers: catalog::all_actions().zip(0..).collect(),
        }
    })
}

/// What one policy names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rights {
    named: Named,
    wide: usize,
    /// Every action on every resource, without condition.
    is_administrator: bool,
    denies: bool,
    /// Something in it was not understood.
    is_open: bool,
}

/// Reads what policies name, and keeps what patterns come to.
#[derive(Debug, Default)]
pub(super) struct RightsReader {
    patterns: FxHashMap<Box<str>, Arc<Named>>,
}

/// How many patterns are kept; each weighs some two kilobytes.
const PATTERNS: usize = 4096;

impl RightsReader {
    /// What a policy names.
    pub(super) fn of(&mut self, sources: &Sources, document: PolicyDocument) -> Rights {
        let Some(tree) = sources.tree(document.doc) else {
            return Rights {
                is_open: true,
                ..Rights::default()
            };
        };
        let policy = policy::read(document.doc, tree, document.root);
        let mut rights = Rights {
            is_open: !policy.not_understood.is_empty(),
            ..Rights::default()
        };
        for statement in &policy.statements {
            self.add(statement, &mut rights);
        }
        rights
    }

    fn add(&mut self, statement: &Statement, rights: &mut Rights) {
        rights.is_open |= !statement.not_understood.is_empty();
        match &statement.effect {
            Reading::Known {
                value: Effect::Allow, ..
            } => {}
            Reading::Known { .. } => {
                rights.denies = true;
                return;
            }
            _ => {
                rights.is_open = true;
                return;
            }
        }
        let Reading::Known { value: action, .. } = &statement.action else {
            rights.is_open = true;
            return;
        };
        rights.is_open |= !action.not_understood.is_empty();
        let wide = self.take(action, &mut rights.named);
        let on_all = match &statement.resource {
            Reading::Known { value, .. } => {
                value.negated || value.values.iter().any(|item| is_all(&item.value))
            }
            _ => false,
        };
        let is_unconditional = statement.conditions.is_empty() && statement.not_understood.is_empty();
        let on_literally_all =
            on_all && matches!(&statement.resource, Reading::Known { value, .. } if !value.negated);
        rights.wide += usize::from(wide.is_wide && on_all && is_unconditional);
        rights.is_administrator |= wide.is_everything && on_literally_all && is_unconditional;
    }

    /// Adds what a list of actions names; how wide it is.
    fn take(&mut self, clause: &Clause, named: &mut Named) -> Wide {
        if clause.negated {
            all_but(clause, named);
            return Wide {
                is_wide: true,
                is_everything: false,
            };
        }
        let mut wide = Wide::default();
        for item in &clause.values {
            let text = item.value.as_ref();
            if !text.contains(['*', '?']) {
                named.add_named(catalog::action(text));
                continue;
            }
            named.add(&self.pattern(text));
            let is_everything = is_all(text) || text == "*:*";
            wide.is_everything |= is_everything;
            wide.is_wide |= is_everything || text.split_once(':').is_some_and(|(_, name)| is_all(name));
        }
        wide
    }

    fn pattern(&mut self, text: &str) -> Arc<Named> {
        if let Some(named) = self.patterns.get(text) {
            return Arc::clone(named);
        }
        let mut named = Named::default();
        for action in catalog::actions_matching(&ActionPattern::parse(text)) {
            named.add_named(Some(action));
        }
        if self.patterns.len() >= PATTERNS {
            self.patterns.clear();
        }
        let named = Arc::new(named);
        self.patterns.insert(text.into(), Arc::clone(&named));
        named
    }
}

/// How wide a list of actions is.
#[derive(Debug, Clone, Copy, Default)]
struct Wide {
    /// Every action, or every action of a service, by one pattern.
    is_wide: bool,
    /// Every action there is, listed or not.
    is_everything: bool,
}

fn is_all(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

fn all_but(clause: &Clause, named: &mut Named) {
    let patterns = clause.values.iter().map(|item| ActionPattern::parse(&item.value));
    let patterns: Vec<_> = patterns.collect();
    for (number, entry) in index().entries.iter().enumerate() {
        if !patterns.iter().any(|pattern| pattern.matches(&entry.folded)) {
            named.add_action(number, entry);
        }
    }
}

/// Whether a role is an administrator: may do everything on everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Administrator {
    Yes,
    No,
    Unknown,
}

/// A role at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) policies: usize,
    /// Policies of which no text is known.
    pub(super) unread: usize,
    pub(super) services: usize,
    pub(super) actions: usize,
    pub(super) access: Vec<&'static str>,
    pub(super) administrator: Administrator,
    pub(super) wide: usize,
    pub(super) escalating: Vec<&'static str>,
}

/// Sums up a role: `rights` tells what one policy names.
pub(super) fn of_role(
    role: &Identity,
    inputs: &Inputs,
    mut rights: impl FnMut(PolicyDocument) -> Arc<Rights>,
) -> Summary {
    let attached = role
        .attached
        .iter()
        .map(|attached| inputs.attached_policy(attached)?.document);
    let documents = role.inline.iter().map(|policy| policy.document).chain(attached);
    let (mut policies, mut unread) = (0, 0);
    let mut sum = Rights::default();
    for document in documents {
        policies += 1;
        let Some(document) = document else {
            unread += 1;
            continue;
        };
        let rights = rights(document);
        sum.named.add(&rights.named);
        sum.wide += rights.wide;
        sum.is_administrator |= rights.is_administrator;
        sum.denies |= rights.denies;
        sum.is_open |= rights.is_open;
    }
    let is_limited = role.boundary.is_some() || !inputs.organization_policies.is_empty() || sum.denies;
    // Where nobody listed what is attached, there may be more.
    let is_known = unread == 0 && !sum.is_open && role.attached_listed;
    let names_all = sum.named.actions.count() == index().entries.len();
    let administrator = match (sum.is_administrator, is_limited) {
        (true, false) if is_known => Administrator::Yes,
        (false, _) if is_known && !names_all => Administrator::No,
        _ => Administrator::Unknown,
    };
    let levels = LEVELS.iter().enumerate();
    let levels = levels.filter(|(bit, _)| sum.named.levels & (1 << bit) != 0);
    let escalating = ESCALATING.iter().enumerate();
    let escalating = escalating.filter(|(bit, _)| sum.named.escalating & (1 << bit) != 0);
    Summary {
        policies,
        unread,
        services: sum.named.services.count(),
        actions: sum.named.actions.count(),
        access: levels.map(|(_, (_, name))| *name).collect(),
        administrator,
        wide: sum.wide,
        escalating: escalating.map(|(_, name)| *name).collect(),
    }
}
