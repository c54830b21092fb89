//! Which policies of an organization bind an account, level by level.
//!
//! In: the policies among the inputs with what they are attached to, and an account. Out: [`Level`]s, root first. A policy
//! binds the accounts at and below its targets, and never the account that manages the organization (EVAL-21 to 24).
//! Where it is not known whether the account lies below a target, the level is doubtful: it binds under a condition that no
//! request tells, and a note says so. Policies without targets are taken as their folders say, and bind every account.

use std::collections::BTreeSet;

use crate::condition::Mode;
use crate::finding::Report;
use crate::input::{Chain, Inputs, OrganizationPolicy, OrganizationPolicyKind, is_account_id};

use super::options::CheckOptions;

/// The policies of one level that bind an account.
#[derive(Debug)]
pub(super) struct Level<'a> {
    /// The root, unit or account they are attached to, or the level that their folder names.
    pub name: &'a str,
    pub policies: Vec<&'a OrganizationPolicy>,
    /// Whether others may be attached there that no input names.
    pub is_open: bool,
    /// Whether it is not known that the account lies below.
    pub is_doubtful: bool,
}

/// How a policy binds an account through one of its targets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bond {
    Sure,
    Doubtful,
    None,
}

/// Whether an account lies below a root or unit, as a condition key.
pub(super) fn key_of(target: &str) -> String {
    format!("organization.below:{target}")
}

/// The levels that bind the resources or identities of an account; `None` is one that is not known.
pub(super) fn levels<'a>(
    inputs: &'a Inputs,
    kind: OrganizationPolicyKind,
    account: Option<&str>,
) -> Vec<Level<'a>> {
    let organization = &inputs.organization;
    let account = account.filter(|account| is_account_id(account));
    if account.is_some_and(|account| organization.is_management(account)) {
        return Vec::new();
    }
    let chain = account
        .map(|account| organization.chain(account))
        .unwrap_or_default();
    let mut placed: Vec<(usize, Level<'a>)> = Vec::new();
    let mut by_folder: Vec<Level<'a>> = Vec::new();
    for policy in inputs
        .organization_policies
        .iter()
        .filter(|policy| policy.kind == kind)
    {
        if is_unplaced(policy) {
            if !is_ruled_out(inputs, policy, &chain) {
                put(&mut by_folder, &policy.level, policy);
            }
            continue;
        }
        for target in &policy.targets {
            let bond = bond(&chain, target);
            if bond == Bond::None {
                continue;
            }
            let height = chain.ids.iter().position(|id| id == target).unwrap_or(usize::MAX);
            match placed.iter_mut().find(|(_, level)| level.name == target) {
                Some((_, level)) => level.policies.push(policy),
                None => placed.push((
                    height,
                    Level {
                        name: target,
                        policies: vec![policy],
                        is_open: !organization.is_listed(kind, target),
                        is_doubtful: bond == Bond::Doubtful,
                    },
                )),
            }
        }
    }
    placed.sort_by_key(|(height, level)| (std::cmp::Reverse(*height), level.name));
    placed
        .into_iter()
        .map(|(_, level)| level)
        .chain(by_folder)
        .collect()
}

fn put<'a>(levels: &mut Vec<Level<'a>>, name: &'a str, policy: &'a OrganizationPolicy) {
    match levels.iter_mut().find(|level| level.name == name) {
        Some(level) => level.policies.push(policy),
        None => levels.push(Level {
            name,
            policies: vec![policy],
            is_open: false,
            is_doubtful: false,
        }),
    }
}

/// Whether no output says what a policy is attached to.
fn is_unplaced(policy: &OrganizationPolicy) -> bool {
    policy.targets.is_empty() && !policy.targets_listed
}

/// Whether everything that is attached from the account up to the root is listed, and the policy is not among it.
fn is_ruled_out(inputs: &Inputs, policy: &OrganizationPolicy, chain: &Chain) -> bool {
    let is_listed = |id: &String| inputs.organization.is_listed(policy.kind, id);
    policy.id.is_some() && chain.is_whole && chain.ids.iter().all(is_listed)
}

/// How a target binds an account of this chain.
fn bond(chain: &Chain, target: &str) -> Bond {
    if chain.ids.iter().any(|id| id == target) {
        Bond::Sure
    } else if chain.is_whole || !chain.ids.is_empty() && is_account_id(target) {
        Bond::None
    } else {
        Bond::Doubtful
    }
}

/// Says what was assumed of the policies of organizations for these accounts.
pub(super) fn tell(inputs: &Inputs, accounts: &BTreeSet<&str>, options: &CheckOptions, report: &mut Report) {
    if inputs.organization_policies.is_empty() {
        return;
    }
    let kinds = [
        OrganizationPolicyKind::ServiceControl,
        OrganizationPolicyKind::ResourceControl,
    ];
    let mut notes = BTreeSet::new();
    for account in accounts {
        if inputs.organization.is_management(account) {
            notes.insert(format!(
                "the account `{account}` manages its organization, whose policies do not bind it"
            ));
        }
        for level in kinds.iter().flat_map(|kind| levels(inputs, *kind, Some(account))) {
            notes.extend(said_of(&level, account, options));
        }
    }
    report.notes.extend(notes);
}

fn said_of(level: &Level<'_>, account: &str, options: &CheckOptions) -> Vec<String> {
    let mut said = Vec::new();
    let name = level.name;
    if level.is_doubtful {
        said.push(format!(
            "whether the account `{account}` lies below `{name}` is not known: what is attached there binds it under the \
             condition `{}`",
            key_of(name)
        ));
    }
    let is_service = |policy: &&OrganizationPolicy| policy.kind == OrganizationPolicyKind::ServiceControl;
    if level.is_open && options.mode == Mode::Chosen && level.policies.iter().any(is_service) {
        said.push(format!(
            "what else is attached to `{name}` is not among the inputs: where none of what is known there allows \
             anything, `FullAWSAccess` is taken to be"
        ));
    }
    for policy in level
        .policies
        .iter()
        .filter(|policy| is_unplaced(policy) && policy.level.is_empty())
    {
        said.push(format!(
            "what the organization's policy `{}` is attached to is not known: it is taken to bind every account",
            policy.name
        ));
    }
    for policy in level.policies.iter().filter(|policy| policy.document.is_none()) {
        said.push(format!(
            "the text of the organization's policy `{}` is not among the inputs, so what it refuses is unknown",
            policy.name
        ));
    }
    said
}
