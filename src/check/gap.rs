//! What is said of the gaps of a requirement: in one sentence, and part by part.

use crate::engine::{Caller, Decision, LayerKind};
use crate::finding::{Finding, Missing, Related};
use crate::policy::Effect;

use super::grant::{Asked, Gap};
use super::place::partial_patterns;

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
pub(super) fn message(gaps: &[Gap<'_>], lead: &Gap<'_>, asked: &Asked<'_>, softened: bool) -> String {
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
        _ => "the role".to_owned(),
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
        Decision::Depends => format!("whether {who} is granted {what} depends on facts that are not known"),
        Decision::ExplicitlyDenied => format!("{who} is denied {what}"),
        _ if softened => format!("{who} is granted what this connector uses, and not {what}"),
        _ => format!("{who} is not granted {what}"),
    }
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
