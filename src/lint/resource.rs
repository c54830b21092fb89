//! `policy/resource-never-matches`: entries of `Resource` that no resource of the statement's actions can have, and
//! actions none of whose resources the statement names.
//!
//! In a statement of many actions and resources only what can never have an effect is said: an entry that fits no
//! resource type of any action, and an action that no entry fits. Where all entries are such, the entries are said
//! and not the actions once more. For `NotAction` the actions are all of the catalogue.
//!
//! Source: MATCH-R1 to MATCH-R8, SET-02.

use std::rc::Rc;

use super::code::RESOURCE_NEVER_MATCHES;
use super::context::{Draft, Lint};
use super::entry::{Entry, is_resource};
use super::expansion::{Beyond, Expansion, Expansions};
use super::shape::Shapes;
use crate::catalog::{self, ArnPattern, Service};
use crate::grammar::{PolicyType, listed, shown};
use crate::pattern::Glob;
use crate::policy::{Clause, Effect, Item, Reading, Statement};

/// Services of actions, and services of ARNs that they are known to take beside those that the catalogue lists: sessions
/// are of Systems Manager, and connections kept their ARNs when their service was given another name.
const ALLIES: [(&str, &str); 3] = [
    ("ssmmessages", "ssm"),
    ("codeconnections", "codestar-connections"),
    ("codestar-connections", "codeconnections"),
];

/// Services whose resource types the catalogue is known to list in part.
const GAPS: [&str; 1] = ["apigateway"];

/// Checks every statement of the document.
pub(super) fn check(lint: &mut Lint<'_>, expansions: &mut Expansions, shapes: &mut Shapes) {
    if lint.kind == PolicyType::Trust {
        return;
    }
    let policy = lint.policy;
    for statement in &policy.statements {
        if let Some(asked) = Asked::new(lint, statement, expansions) {
            asked.check(lint, shapes);
        }
    }
}

/// One statement whose actions are known and whose resources are listed.
struct Asked<'a> {
    effect: Option<Effect>,
    actions: &'a Clause,
    resources: &'a Clause,
    /// What each action of the clause stands for; for `NotAction` one for everything.
    expansions: Vec<Rc<Expansion>>,
    /// `None` where what an entry matches is open.
    entries: Vec<Option<Entry<'a>>>,
}

impl<'a> Asked<'a> {
    fn new(lint: &Lint<'a>, statement: &'a Statement, expansions: &mut Expansions) -> Option<Self> {
        let (Reading::Known { value: actions, .. }, Reading::Known { value: resources, .. }) =
            (&statement.action, &statement.resource)
        else {
            return None;
        };
        if !actions.not_understood.is_empty() || actions.values.is_empty() {
            return None;
        }
        let is_open = |item: &Item| !is_resource(&item.value);
        let (version, kind) = (lint.policy.version, lint.kind);
        let entry = |item: &'a Item| {
            (!is_open(item))
                .then(|| Entry::read(&item.value, version, kind))
                .flatten()
        };
        let entries: Vec<Option<Entry<'a>>> = resources.values.iter().map(entry).collect();
        // The common case, and the one in which nothing has to be looked up.
        if entries.iter().flatten().all(|entry| entry.is_everything) {
            return None;
        }
        let expansions: Vec<_> = if actions.negated {
            vec![expansions.get("*")]
        } else {
            actions
                .values
                .iter()
                .map(|item| expansions.get(&item.value))
                .collect()
        };
        Some(Self {
            effect: match &statement.effect {
                Reading::Known { value, .. } => Some(*value),
                _ => None,
            },
            actions,
            resources,
            expansions,
            entries,
        })
    }

    fn check(&self, lint: &mut Lint<'_>, shapes: &mut Shapes) {
        let useful: Vec<bool> = self
            .entries
            .iter()
            .map(|entry| {
                entry
                    .as_ref()
                    .is_none_or(|entry| self.expansions.iter().any(|e| fits(entry, e, shapes)))
            })
            .collect();
        for (item, _) in self
            .resources
            .values
            .iter()
            .zip(&useful)
            .filter(|(_, useful)| !**useful)
        {
            lint.add(item.node, self.useless_entry(item));
        }
        let judges_actions = !self.actions.negated
            && !self.resources.negated
            && self.resources.not_understood.is_empty()
            && useful.contains(&true);
        if !judges_actions {
            return;
        }
        for (item, expansion) in self.actions.values.iter().zip(&self.expansions) {
            let is_useful =
                |entry: &Option<Entry<'_>>| entry.as_ref().is_none_or(|entry| fits(entry, expansion, shapes));
            if !self.entries.iter().any(is_useful) {
                lint.add(item.node, self.useless_action(item, expansion));
            }
        }
    }

    fn useless_entry(&self, item: &Item) -> Draft {
        let actions = if self.actions.negated {
            "no known action acts on a resource that".to_owned()
        } else {
            let names = self.actions.values.iter().map(|action| action.value.as_ref());
            format!("no resource of {} is one that", listed(names, 2))
        };
        let entry = shown(&item.value);
        let message = match (self.resources.negated, self.actions.negated) {
            (false, _) => format!("{actions} {entry} can match"),
            (true, _) => format!("{actions} {entry} can match, so it excludes nothing"),
        };
        let mut help = near_shapes(&item.value, &self.expansions);
        if let Some(action) = self.actions.values.first()
            && self
                .expansions
                .iter()
                .all(|expansion| expansion.shapes.is_empty())
            && !self.actions.negated
            && self.actions.values.len() == 1
        {
            help = format!(
                "AWS lists no resources for {}: write `\"*\"`",
                shown(&action.value)
            );
        }
        Draft::new(RESOURCE_NEVER_MATCHES, message)
            .label("matches no resource of these actions")
            .related(self.actions.key, "the actions of the statement")
            .help(help)
    }

    fn useless_action(&self, item: &Item, expansion: &Expansion) -> Draft {
        let effect = match self.effect {
            Some(Effect::Deny) => "denied",
            _ => "granted",
        };
        let action = shown(&item.value);
        let is_untyped = expansion.shapes.is_empty();
        let message = if is_untyped {
            format!("AWS lists no resources for {action}, so it is {effect} on `*`, which is not listed")
        } else {
            format!("{action} is not {effect}: none of the resources of the statement is one that it acts on")
        };
        let help = if is_untyped {
            "move it to a statement with `\"Resource\": \"*\"`".to_owned()
        } else {
            let entry = self.resources.values.first().map_or("", |entry| &entry.value);
            near_shapes_of(entry, expansion.shapes.iter().copied())
        };
        Draft::new(RESOURCE_NEVER_MATCHES, message)
            .label("acts on none of the resources")
            .related(self.resources.key, "the resources of the statement")
            .help(help)
    }
}

/// Whether some action of the expansion can be asked of a resource that the entry matches. True where the catalogue
/// does not know enough.
fn fits(entry: &Entry<'_>, expansion: &Expansion, shapes: &mut Shapes) -> bool {
    let is_gap = entry.service.is_some_and(|service| GAPS.contains(&service));
    expansion.beyond == Beyond::Anything
        || is_gap
        || is_of_unknown_service(entry, expansion)
        || is_untold(entry, expansion)
        || (!expansion.untyped.is_empty() && entry.has_star)
        || expansion
            .shapes
            .iter()
            .any(|shape| entry.can_match(*shape, shapes))
        || (expansion.lists_buckets && entry.has_all_buckets())
        || expansion
            .untyped
            .iter()
            .any(|service| is_collection(entry, *service, shapes))
}

/// Whether the entry is of a service and in a form of which the catalogue does not tell what AWS asks: paths of APIs over
/// HTTP, and resources that another service's actions are known to take.
fn is_untold(entry: &Entry<'_>, expansion: &Expansion) -> bool {
    let Some(named) = entry.service else {
        return false;
    };
    let is_path = entry.resource_part().is_some_and(|part| part.starts_with('/'));
    expansion.services.iter().any(|asked| {
        let is_own = *asked == named;
        (is_own && is_path) || ALLIES.contains(&(*asked, named))
    })
}

/// Whether the entry may match what stands for all resources of a type of the service: denials show that AWS asks some
/// actions without resource types of such a text, `iam:ListRoles` of `role/` and `logs:DescribeLogGroups` of
/// `log-group::log-stream:`. It does not say which.
fn is_collection(entry: &Entry<'_>, service: Service, shapes: &mut Shapes) -> bool {
    let Some(part) = entry.resource_part().filter(|part| !part.contains('$')) else {
        return true;
    };
    let is_of = |of: &str| entry.service.is_none_or(|named| named == of);
    let collections = shapes.collections(service);
    if collections.is_empty() {
        return is_of(service.prefix());
    }
    let pattern = Glob::parse(part);
    collections
        .iter()
        .any(|(of, text)| is_of(of) && pattern.matches(text))
}

/// Whether everything is asked, and the entry is of a service that the catalogue does not have.
fn is_of_unknown_service(entry: &Entry<'_>, expansion: &Expansion) -> bool {
    let is_wide = expansion.actions.len() > WIDE;
    is_wide
        && entry.service.is_some_and(|service| {
            !expansion.shapes.iter().any(|shape| shape.service() == service) || !catalog::is_complete(service)
        })
}

/// More actions than any one service has.
const WIDE: usize = 2_000;

/// What resources of the actions look like, those most like the entry.
fn near_shapes(entry: &str, expansions: &[Rc<Expansion>]) -> String {
    let shapes = expansions
        .iter()
        .flat_map(|expansion| expansion.shapes.iter().copied());
    near_shapes_of(entry, shapes)
}

fn near_shapes_of(entry: &str, shapes: impl Iterator<Item = ArnPattern>) -> String {
    let fields: Vec<&str> = entry.splitn(6, ':').collect();
    let service = fields.get(2).copied().unwrap_or_default();
    let resource = fields.get(5).copied().unwrap_or_default();
    let likeness = |shape: ArnPattern| {
        let of_shape = shape.as_str().splitn(6, ':').nth(5).unwrap_or_default();
        let common = of_shape
            .bytes()
            .zip(resource.bytes())
            .take_while(|(one, other)| one == other)
            .count();
        (shape.service() == service, common)
    };
    let mut shapes: Vec<(bool, usize, &'static str)> = shapes
        .map(|shape| {
            let (same, common) = likeness(shape);
            (!same, usize::MAX - common, shape.as_str())
        })
        .collect();
    shapes.sort_unstable();
    shapes.dedup();
    match shapes.as_slice() {
        [] => String::new(),
        [(.., only)] => format!("such a resource has an ARN like `{only}`"),
        [(.., first), (.., second), ..] => {
            format!("such resources have ARNs like `{first}` or `{second}`")
        }
    }
}
