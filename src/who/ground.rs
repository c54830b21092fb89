//! Through which statements something is granted.
//!
//! In: layers and a request about one resource. Out: the statements that grant it or may, with what of them is not
//! settled, and the Denies that may stand in the way; for a refusal what refuses. Source: EVAL-01, TRI-05, TRI-10.

use crate::condition::Truth;
use crate::engine::{
    ClauseTrace, LayerKind, Layers, Request, Residual, StatementRef, StatementTrace, Undecided, trace,
};
use crate::policy::{Effect, Reading};
use crate::source::Place;

/// A statement that bears on an answer, or a policy whose text is not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// The layer that the policy stands in.
    pub layer: LayerKind,
    /// The name of the policy.
    pub policy: String,
    /// The position of the statement, from 0; `None` for a policy without text.
    pub statement: Option<usize>,
    /// Its `Sid`.
    pub sid: Option<String>,
    /// What it does; `None` where that is not known.
    pub effect: Option<Effect>,
    /// Whether it applies for certain.
    pub sure: bool,
    /// Where it stands.
    pub place: Option<Place>,
}

/// More grounds than these are not told.
const MAX_GROUNDS: usize = 16;

/// What grants a request, or may.
pub(super) fn granting(layers: &Layers, request: &Request, residual: Option<&Residual>) -> Vec<Ground> {
    let traces = trace(layers, request);
    let bears = |found: &&StatementTrace| match found.effect {
        Some(Effect::Deny) => found.value == Truth::Unknown,
        _ => found.value != Truth::False && grants(found.at.policy.layer),
    };
    let mut grounds: Vec<Ground> = traces
        .iter()
        .filter(bears)
        .filter_map(|found| of(layers, found))
        .collect();
    let undecided = residual.into_iter().flat_map(|residual| &residual.undecided);
    for part in undecided {
        if let Undecided::Doubt {
            policy: Some(at),
            statement: None,
            ..
        } = part
            && let Some(policy) = layers.policy(*at)
        {
            let ground = Ground {
                layer: at.layer,
                policy: policy.name().to_owned(),
                statement: None,
                sid: None,
                effect: None,
                sure: false,
                place: policy.origin(),
            };
            if !grounds.contains(&ground) {
                grounds.push(ground);
            }
        }
    }
    grounds.truncate(MAX_GROUNDS);
    grounds
}

/// What refuses a request: the Denies that apply.
pub(super) fn refusing(layers: &Layers, request: &Request) -> Vec<Ground> {
    let traces = trace(layers, request);
    let denies = |found: &&StatementTrace| found.effect == Some(Effect::Deny) && found.value == Truth::True;
    let grounds = traces.iter().filter(denies).filter_map(|found| of(layers, found));
    grounds.take(MAX_GROUNDS).collect()
}

fn grants(layer: LayerKind) -> bool {
    matches!(
        layer,
        LayerKind::Identity | LayerKind::ResourceGroup | LayerKind::Resource
    )
}

fn of(layers: &Layers, found: &StatementTrace) -> Option<Ground> {
    let StatementRef {
        policy: at,
        statement,
    } = found.at;
    let policy = layers.policy(at)?;
    let model = policy.statement(statement)?;
    // A resource clause that holds for part of a set is no doubt here: the request is about one resource.
    let sid = match &model.sid {
        Reading::Known { value, .. } => Some(value.to_string()),
        _ => None,
    };
    let unsettled = |clause: &ClauseTrace| clause.truth == Truth::Unknown;
    Some(Ground {
        layer: at.layer,
        policy: policy.name().to_owned(),
        statement: Some(statement),
        sid,
        effect: found.effect,
        sure: !found.clauses.iter().any(unsettled) && found.effect.is_some(),
        place: policy.place(model.node),
    })
}
