//! What is said of the gaps of a requirement: in one sentence, and part by part.

use std::collections::BTreeSet;

use crate::engine::{Caller, Decision, Doubt, LayerKind, StatementRef, Undecided};
use crate::finding::{Finding, Missing, Related};
use crate::pattern::hole;
use crate::policy::{Effect, Reading, Statement};

use super::grant::{Asked, Gap};
use super::place::partial_patterns;

/// At most this many names of what is not known yet are told.
const MAX_NAMES: usize = 3;

/// The parts that are not granted, once each, in the order of the rule: where statements deny part of a set, what
/// they deny; else the resource or set as it was asked for.
pub(super) fn missing(gaps: &[Gap<'_>]) -> Vec<Missing> {
    let mut missing = Vec::new();
    for gap in gaps {
        let denied = match gap.granted_part {
            Some(_) => partial_patterns(&gap.layers, &gap.request, Effect::Deny),
            None => Vec::new(),
        };
        let parts = if denied.is_empty() {
            vec![gap.resource.clone()]
        } else {
            denied
        };
        for resource in parts {
            let part = Missing {
                action: gap.action.clone(),
                resource,
            };
            if !missing.contains(&part) {
                missing.push(part);
            }
        }
    }
    missing
}

/// What is wrong, in one sentence; `lead` speaks for all gaps.
pub(super) fn message(
    gaps: &[Gap<'_>],
    lead: &Gap<'_>,
    asked: &Asked<'_>,
    identity: &str,
    softened: bool,
) -> String {
    let mut actions: Vec<String> = Vec::new();
    for gap in gaps {
        let action = format!("`{}`", gap.action);
        if !actions.contains(&action) {
            actions.push(action);
        }
    }
    let who = match &asked.caller {
        Caller::Service { name } => format!("`{name}`"),
        other if asked.resources.of_service => format!("`{}`", other.text()),
        _ => identity.to_owned(),
    };
    let actions = actions.join(", ");
    let what = if lead.granted_part.is_some() {
        format!("{actions} on all of `{}`: {}", lead.resource, parts(lead))
    } else {
        format!("{actions} on `{}`", lead.resource)
    };
    if let Some(limit) = limit(lead, asked) {
        return format!("{who} is not granted {what}: {limit}");
    }
    match lead.decision {
        Decision::Depends => match not_known_yet(lead).as_slice() {
            [] => format!("whether {who} is granted {what} depends on facts that are not known"),
            names => {
                let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                format!(
                    "whether {who} is granted {what} depends on {}, not known yet",
                    names.join(", ")
                )
            }
        },
        Decision::ExplicitlyDenied => format!("{who} is denied {what}"),
        _ if softened => format!("{who} is granted what this connector uses, and not {what}"),
        _ => format!("{who} is not granted {what}"),
    }
}

/// The names of what the decision rests on and is not known yet: of the statements that it makes open, then of the
/// request.
fn not_known_yet(gap: &Gap<'_>) -> Vec<String> {
    let undecided = gap
        .outcome
        .residual
        .iter()
        .flat_map(|residual| &residual.undecided);
    let mut names: Vec<String> = Vec::new();
    let mut open = false;
    for part in undecided {
        let Undecided::Doubt {
            policy,
            statement,
            doubt: Doubt::Hole,
        } = part
        else {
            continue;
        };
        open = true;
        let policy = policy.and_then(|policy| gap.layers.policy(policy));
        let statement = policy.and_then(|policy| policy.statement((*statement)?));
        names.extend(statement.iter().flat_map(|statement| names_in(statement)));
    }
    if open {
        names.extend(hole::names(gap.request.resource_text()).map(str::to_owned));
    }
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names.truncate(MAX_NAMES);
    names
}

fn names_in(statement: &Statement) -> Vec<String> {
    let listed = match &statement.resource {
        Reading::Known { value, .. } => value.values.as_slice(),
        _ => &[],
    };
    let values = statement.conditions.iter().flat_map(|entry| &entry.values);
    let texts = listed.iter().map(|item| &*item.value);
    let texts = texts.chain(values.filter_map(|value| value.text.as_deref()));
    texts.flat_map(hole::names).map(str::to_owned).collect()
}

/// What withholds the grant although the role's own policies give it.
pub(super) fn limit(gap: &Gap<'_>, asked: &Asked<'_>) -> Option<String> {
    let withheld = &gap.outcome.withheld;
    if gap.decision != Decision::ImplicitlyDenied
        || !asked.caller.has_identity()
        || withheld.contains(&LayerKind::Identity)
    {
        return None;
    }
    withheld.first().map(|kind| match kind {
        LayerKind::Resource => {
            "the resource belongs to another account, and no policy of the resource is among the inputs"
                .to_owned()
        }
        kind => format!("a {} does not allow it", kind.in_words()),
    })
}

/// What to do where a further Allow of the role's own does not help: a policy that denies, or one that has to allow it as
/// well. `None` where the help of the rule says it.
pub(super) fn help(gap: &Gap<'_>, asked: &Asked<'_>) -> Option<String> {
    let actions = format!("`{}`", gap.action);
    if gap.decision == Decision::ExplicitlyDenied {
        let denies = |(at, effect): &&(StatementRef, Effect)| {
            let policy = gap.layers.policy(at.policy);
            *effect == Effect::Deny && policy.is_some()
        };
        let (at, _) = gap.outcome.applied.iter().find(denies)?;
        let policy = gap.layers.policy(at.policy)?;
        return Some(format!(
            "A Deny wins over every Allow: narrow the statement of the {} `{}` that denies {actions}, or exempt this \
             request by a condition.",
            at.policy.layer.in_words(),
            policy.name()
        ));
    }
    let limited = limit(gap, asked).is_some();
    let layer = gap.outcome.withheld.first().filter(|_| limited)?;
    let help = match layer {
        LayerKind::Resource => {
            "Give the policy of the resource, which has to let in who is of another account.".to_owned()
        }
        kind => format!(
            "Allow {actions} in the {} as well: it grants nothing by itself, and what it does not allow is not granted.",
            kind.in_words()
        ),
    };
    Some(help)
}

/// Which part of a set is granted and which is not, each with an example.
fn parts(gap: &Gap<'_>) -> String {
    let quoted = |patterns: Vec<String>| {
        patterns
            .iter()
            .map(|p| format!("`{p}`"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let refused = &gap.witness.resource;
    let granted = gap.granted_part.as_deref().unwrap_or_default();
    let denied = partial_patterns(&gap.layers, &gap.request, Effect::Deny);
    if !denied.is_empty() {
        return format!(
            "{} is denied, for example `{refused}`; granted is, for example, `{granted}`",
            quoted(denied)
        );
    }
    let allowed = partial_patterns(&gap.layers, &gap.request, Effect::Allow);
    if allowed.is_empty() {
        return format!("granted for `{granted}`, for example, but not for `{refused}`");
    }
    format!(
        "granted for {}, for example `{granted}`, but not for the rest, for example `{refused}`",
        quoted(allowed)
    )
}

/// Joins what two requirements of one rule lack: the graver speaks.
pub(super) fn merge(first: &mut Finding, mut second: Finding) {
    if second.severity > first.severity {
        std::mem::swap(first, &mut second);
    }
    first.missing.extend(second.missing);
    first.related.push(Related {
        at: second.at,
        note: second.message,
    });
    for related in second.related {
        if !first.related.contains(&related) {
            first.related.push(related);
        }
    }
    first.residual.extend(second.residual);
    first.statement = match (first.statement.take(), second.statement) {
        (Some(one), Some(two)) => Some(format!(
            "[{},{two}]",
            one.trim_start_matches('[').trim_end_matches(']')
        )),
        (one, two) => one.or(two),
    };
}
