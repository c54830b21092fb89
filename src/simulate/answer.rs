//! The decision in its wire form, shared by every machine-readable answer.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::condition::State;
use crate::engine::{Completion, Decision, Layers, Outcome, Requirement, Residual, StatementRef, Undecided};

/// A decision with its grounds.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answered {
    /// One of the four decision words.
    pub decision: &'static str,
    /// Whether the decision is proved; a `Depends` that is not may be any of the four.
    pub exact: bool,
    /// Implicitly denied in every completion, explicitly in some.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub may_be_explicit: bool,
    /// A shortest resource of the set that is allowed, for a mixed answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness_allowed: Option<String>,
    /// A shortest resource of the set that is refused, for a mixed answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness_denied: Option<String>,
    /// The undecided parts that a `Depends` rests on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub residual: Vec<ResidualPart>,
    /// Alternatives, each enough for Allowed, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sufficient: Vec<Vec<String>>,
    /// A completion of what is unknown that allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completion_allowed: Option<CompletionOut>,
    /// A completion of what is unknown that does not allow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completion_denied: Option<CompletionOut>,
    /// The statements that definitely apply.
    pub matched: Vec<Matched>,
}

/// A statement that applies.
#[derive(Debug, Clone, Serialize)]
pub struct Matched {
    /// The layer's short name.
    pub layer: &'static str,
    /// The level, root first, in layers that have levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<usize>,
    /// Position of the policy in its layer or level.
    pub policy: usize,
    /// Position of the statement in its document.
    pub statement: usize,
    /// `Allow` or `Deny`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<&'static str>,
}

/// One undecided part.
#[derive(Debug, Clone, Serialize)]
pub struct ResidualPart {
    /// The statement it stands in, unless it is about the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Matched>,
    /// The condition key as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The operator as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// The values as written; for a resource entry with variables, the entry.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Why it is open, where no context settles it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<&'static str>,
}

/// One way to fill in what is unknown: a context value, `null` for an absent key.
#[derive(Debug, Clone, Serialize)]
pub struct CompletionOut {
    /// Key to value.
    pub context: BTreeMap<String, serde_json::Value>,
    /// Doubts that had to be settled one way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assumptions: Vec<String>,
}

impl Answered {
    /// The wire form of an outcome under these layers.
    pub fn new(outcome: &Outcome, layers: &Layers) -> Self {
        let mixed = outcome.decision == Decision::Depends;
        let parts = outcome.parts.as_ref().filter(|_| mixed);
        let residual = outcome.residual.as_ref().filter(|_| mixed);
        Self {
            decision: outcome.decision.as_str(),
            exact: outcome.exact,
            may_be_explicit: outcome.may_be_explicit,
            witness_allowed: parts.and_then(|p| p.allowed.clone()),
            witness_denied: parts.and_then(|p| p.refused.as_ref().map(|(word, _)| word.clone())),
            residual: residual.map(|r| residual_parts(r, layers)).unwrap_or_default(),
            sufficient: residual.map(sufficient).unwrap_or_default(),
            completion_allowed: residual.and_then(|r| r.allows.as_ref()).map(CompletionOut::new),
            completion_denied: residual.and_then(|r| r.refuses.as_ref()).map(CompletionOut::new),
            matched: outcome
                .applied
                .iter()
                .map(|(at, e)| Matched::new(*at, Some(e.as_str())))
                .collect(),
        }
    }
}

impl Matched {
    /// The wire form of a statement's name.
    pub fn new(at: StatementRef, effect: Option<&'static str>) -> Self {
        use crate::engine::LayerKind::{ResourceControl, ServiceControl};
        let layered = matches!(at.policy.layer, ServiceControl | ResourceControl);
        Self {
            layer: at.policy.layer.as_str(),
            level: layered.then_some(at.policy.level),
            policy: at.policy.policy,
            statement: at.statement,
            effect,
        }
    }
}

fn residual_parts(residual: &Residual, layers: &Layers) -> Vec<ResidualPart> {
    residual
        .undecided
        .iter()
        .map(|part| residual_part(part, layers))
        .collect()
}

fn residual_part(part: &Undecided, layers: &Layers) -> ResidualPart {
    let mut out = ResidualPart {
        at: None,
        key: None,
        operator: None,
        values: Vec::new(),
        doubt: None,
    };
    match part {
        Undecided::Condition { at, index } => {
            out.at = Some(Matched::new(*at, None));
            let entry = layers
                .policy(at.policy)
                .and_then(|p| p.statement(at.statement))
                .and_then(|s| s.conditions.get(*index));
            if let Some(entry) = entry {
                out.key = Some(entry.key.to_string());
                out.operator = Some(entry.operator.to_string());
                out.values = entry
                    .values
                    .iter()
                    .filter_map(|v| v.text.as_deref().map(str::to_owned))
                    .collect();
            }
        }
        Undecided::Resource { at, index } => {
            out.at = Some(Matched::new(*at, None));
            let statement = layers.policy(at.policy).and_then(|p| p.statement(at.statement));
            if let Some(crate::policy::Reading::Known { value, .. }) = statement.map(|s| &s.resource) {
                out.values = value
                    .values
                    .get(*index)
                    .map(|item| item.value.to_string())
                    .into_iter()
                    .collect();
            }
        }
        Undecided::Doubt {
            policy,
            statement,
            doubt,
        } => {
            out.at = policy.map(|policy| {
                Matched::new(
                    StatementRef {
                        policy,
                        statement: statement.unwrap_or(0),
                    },
                    None,
                )
            });
            out.doubt = Some(doubt.as_str());
        }
    }
    out
}

fn sufficient(residual: &Residual) -> Vec<Vec<String>> {
    residual
        .sufficient
        .iter()
        .map(|alternative| alternative.iter().map(Requirement::in_words).collect())
        .collect()
}

impl CompletionOut {
    /// The wire form.
    pub(super) fn new(completion: &Completion) -> Self {
        let value = |state: &State| match state {
            State::Absent => serde_json::Value::Null,
            State::One(text) => text.as_ref().into(),
            State::Many(values) => values.iter().map(AsRef::as_ref).collect::<Vec<&str>>().into(),
        };
        Self {
            context: completion
                .context
                .iter()
                .map(|(key, state)| (key.clone(), value(state)))
                .collect(),
            assumptions: completion
                .assumptions
                .iter()
                .map(|(doubt, holds)| format!("{}={holds}", doubt.as_str()))
                .collect(),
        }
    }
}
