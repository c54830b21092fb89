//! `policy/ineffective-statement`: statements that change no decision, whatever is asked.
//!
//! Such are: one without actions, resources or principals; one whose conditions contradict each other; an Allow all of
//! whose requests a Deny of the same document refuses without condition; and one within another of the same effect
//! that has no conditions. Of two equal statements the later one is said.
//!
//! Source: EMPTY-01, EVAL (an explicit Deny wins), TRI-09.

use super::code::INEFFECTIVE_STATEMENT;
use super::context::{Draft, Lint, named};
use super::contradiction::contradiction;
use super::cover::{Budget, Extent};
use crate::grammar::shown;
use crate::policy::{Effect, Reading, Statement};
use crate::source::NodeId;

/// Checks every statement of the document.
pub(super) fn check(lint: &mut Lint<'_>) {
    let policy = lint.policy;
    let mut rest = Vec::new();
    for statement in &policy.statements {
        match empty(statement).or_else(|| contradictory(lint, statement)) {
            Some((node, draft)) => lint.add(node, draft),
            None => rest.push(statement),
        }
    }
    if rest.len() < 2 {
        return;
    }
    let extents: Vec<Extent<'_>> = rest
        .into_iter()
        .filter_map(|statement| Extent::new(statement, policy, lint.kind))
        .collect();
    shadowed(lint, &extents);
}

/// A statement that lists nothing.
fn empty(statement: &Statement) -> Option<(NodeId, Draft)> {
    let list = |name: &str, reading: &Reading<crate::policy::Clause>| match reading {
        Reading::Known { value, node } => {
            let is_empty = value.values.is_empty() && value.not_understood.is_empty() && !value.negated;
            is_empty.then(|| (*node, format!("`{name}` is empty")))
        }
        _ => None,
    };
    let nobody = match &statement.principal {
        Reading::Known { value, node } => {
            let is_empty = !value.negated
                && !value.everyone
                && value.entries.is_empty()
                && value.not_understood.is_empty();
            is_empty.then(|| (*node, "`Principal` names nobody".to_owned()))
        }
        _ => None,
    };
    let (node, why) = list("Action", &statement.action)
        .or_else(|| list("Resource", &statement.resource))
        .or(nobody)?;
    let message = format!("{} applies to nothing: {why}", named(statement));
    let draft = Draft::new(INEFFECTIVE_STATEMENT, message)
        .label("lists nothing")
        .help("remove the statement, or list what it is for");
    Some((node, draft))
}

fn contradictory(lint: &Lint<'_>, statement: &Statement) -> Option<(NodeId, Draft)> {
    let (first, last) = contradiction(&statement.conditions, lint.policy.version)?;
    let is_one = first.values_node == last.values_node;
    let message = if is_one {
        format!(
            "{} never applies: its condition on {} compares with no value",
            named(statement),
            shown(&first.key)
        )
    } else {
        format!(
            "{} never applies: its conditions on {} cannot hold together",
            named(statement),
            shown(&first.key)
        )
    };
    let draft = Draft::new(INEFFECTIVE_STATEMENT, message).help(
        "conditions of one statement have to hold all together; values that are alternatives stand in one list",
    );
    let draft = if is_one {
        draft.label("never holds")
    } else {
        draft
            .label("cannot hold together with the other")
            .related(first.values_node, "with this one")
    };
    Some((last.values_node, draft))
}

/// Statements that others of the document leave nothing to do.
fn shadowed(lint: &mut Lint<'_>, extents: &[Extent<'_>]) {
    let mut budget = Budget::default();
    let (denies, grants): (Vec<_>, Vec<_>) = extents
        .iter()
        .filter(|extent| extent.is_certain)
        .partition(|extent| extent.effect == Effect::Deny);
    for inner in extents {
        let deny = (inner.effect == Effect::Allow)
            .then(|| denies.iter().find(|deny| deny.covers(inner, &mut budget)))
            .flatten();
        if let Some(deny) = deny {
            lint.add(inner.statement.node, refused(inner.statement, deny.statement));
            continue;
        }
        let same = if inner.effect == Effect::Deny {
            &denies
        } else {
            &grants
        };
        let wider = same.iter().find(|outer| {
            let is_other = outer.statement.index != inner.statement.index;
            is_other && outer.covers(inner, &mut budget) && {
                let is_earlier = outer.statement.index < inner.statement.index;
                is_earlier || !inner.is_certain || !inner.covers(outer, &mut budget)
            }
        });
        if let Some(wider) = wider {
            lint.add(inner.statement.node, redundant(inner.statement, wider.statement));
        }
    }
}

fn refused(statement: &Statement, deny: &Statement) -> Draft {
    let message = format!(
        "{} grants nothing: {} denies all of it",
        named(statement),
        named(deny)
    );
    Draft::new(INEFFECTIVE_STATEMENT, message)
        .label("denied below or above")
        .related(deny.node, "denies all of it, without condition")
        .help("an explicit Deny always wins: narrow the Deny, or remove the Allow")
}

fn redundant(statement: &Statement, wider: &Statement) -> Draft {
    let message = format!(
        "{} changes nothing: {} says all of it already",
        named(statement),
        named(wider)
    );
    Draft::new(INEFFECTIVE_STATEMENT, message)
        .label("said already")
        .related(wider.node, "covers all of it, without condition")
        .help("remove the statement, or narrow the other one")
}
