//! Which statement came nearest to granting, and which of its clauses said no.
//!
//! In: an explanation and the layers that withheld the grant. Out: the place to look at first. This is a matter of
//! judgement and decides nothing.

use super::layer::LayerKind;
use super::trace::{ClauseKind, ClauseTrace, StatementTrace};
use crate::condition::Truth;
use crate::policy::Effect;

/// The statement that came nearest to granting.
#[derive(Debug, Clone, Copy)]
pub struct Nearest<'a> {
    /// The statement.
    pub statement: &'a StatementTrace,
    /// The clause of it that said no.
    pub clause: &'a ClauseTrace,
    /// Whether the statement is about such actions at all: it matches the action, or names its service. Where it
    /// does not, nothing in the policies is near.
    pub related: bool,
}

/// Looks among the statements that do not deny, in the layers that withhold (`Outcome::withheld`; in all layers when
/// that is empty), for the one with the least in the way. An action that is not matched weighs more than a principal,
/// that more than a resource, that more than a condition; what is not known, or matched only in part, weighs half.
/// Of equals the first is taken. Statements that apply to all that is asked for are passed over.
pub fn nearest<'a>(traces: &'a [StatementTrace], withheld: &[LayerKind]) -> Option<Nearest<'a>> {
    let statement = traces
        .iter()
        .filter(|trace| withheld.is_empty() || withheld.contains(&trace.at.policy.layer))
        .filter(|trace| trace.effect != Some(Effect::Deny) && !trace.whole)
        .min_by_key(|trace| trace.clauses.iter().map(in_the_way).sum::<u32>())?;
    let action = statement.clauses.iter().find(|c| c.clause == ClauseKind::Action);
    Some(Nearest {
        statement,
        clause: statement.obstacle()?,
        related: action.is_some_and(|c| c.truth != Truth::False || c.close),
    })
}

/// How much of an obstacle a clause is.
fn in_the_way(clause: &ClauseTrace) -> u32 {
    let weight = clause.clause.weight();
    match clause.truth {
        Truth::False if clause.close => weight * 3 / 4,
        Truth::False => weight,
        Truth::Unknown => weight / 2,
        Truth::True if clause.whole => 0,
        Truth::True => weight / 2,
    }
}
