//! The answer for a set of actions, as text and in wire form.

use serde::Serialize;

use super::answer::CompletionOut;
use super::question::Question;
use crate::engine::{ActionAnswer, ActionReading, Decision, Residual, Resource, Witness};

/// An answer for a set of actions.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NamesAnswered {
    /// The principal as given.
    pub principal: String,
    /// The pattern of actions as given.
    pub action: String,
    /// The resource or pattern as given.
    pub resource: String,
    /// `catalogue` or `open-world`.
    pub reading: &'static str,
    /// One of the four decision words.
    pub decision: &'static str,
    /// Whether the decision is proved.
    pub exact: bool,
    /// Something that is allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness_allowed: Option<WitnessOut>,
    /// Something that is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness_denied: Option<WitnessOut>,
    /// Something that rests on missing facts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness_depends: Option<WitnessOut>,
    /// Actions of the catalogue that the pattern matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actions: Option<usize>,
    /// Those of them that know no such resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_resource: Option<usize>,
    /// Whether resources were restricted to the shapes of the catalogue.
    pub universe_used: bool,
    /// What was assumed, in words.
    pub assumed: Vec<String>,
}

/// One action on one resource.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WitnessOut {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// What kind of refusal it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<&'static str>,
    /// A completion of what is unknown that allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completion_allowed: Option<CompletionOut>,
}

impl WitnessOut {
    fn new(witness: &Witness) -> Self {
        Self {
            action: witness.action.clone(),
            resource: witness.resource.clone(),
            decision: None,
            completion_allowed: None,
        }
    }

    fn refused((witness, decision): &(Witness, Decision)) -> Self {
        Self {
            decision: Some(decision.as_str()),
            ..Self::new(witness)
        }
    }

    fn open((witness, residual): &(Witness, Residual)) -> Self {
        Self {
            completion_allowed: residual.allows.as_ref().map(CompletionOut::new),
            ..Self::new(witness)
        }
    }
}

impl NamesAnswered {
    /// The wire form.
    pub fn new(question: &Question, answer: &ActionAnswer, reading: ActionReading) -> Self {
        let request = &question.request;
        let counted = reading == ActionReading::Catalogue;
        Self {
            principal: request.caller.text().to_owned(),
            action: request.action.clone(),
            resource: request.resource_text().to_owned(),
            reading: match reading {
                ActionReading::Catalogue => "catalogue",
                ActionReading::OpenWorld => "open-world",
            },
            decision: answer.decision.as_str(),
            exact: answer.exact,
            witness_allowed: answer.allowed.as_ref().map(WitnessOut::new),
            witness_denied: answer.refused.as_ref().map(WitnessOut::refused),
            witness_depends: answer.depends.as_ref().map(WitnessOut::open),
            actions: counted.then_some(answer.actions),
            without_resource: counted.then_some(answer.without_resource),
            universe_used: answer.universe_used,
            assumed: question.assumed.iter().map(ToString::to_string).collect(),
        }
    }
}

/// The text for people. Ends in a line feed.
pub fn names_text(question: &Question, answer: &ActionAnswer, reading: ActionReading) -> String {
    let request = &question.request;
    let (caller, asked) = (request.caller.text(), &request.action);
    let how_much = match (answer.decision, &answer.allowed, &answer.refused) {
        (Decision::Allowed, _, _) => "every",
        (Decision::ExplicitlyDenied | Decision::ImplicitlyDenied, _, _) => "no",
        (Decision::Depends, Some(_), Some(_)) => "some, but not every",
        (Decision::Depends, Some(_), None) => "some, and perhaps every",
        (Decision::Depends, None, Some(_)) => "perhaps some, but not every",
        (Decision::Depends, None, None) => "perhaps some, or every",
    };
    let which = match reading {
        ActionReading::Catalogue => "action of today's catalogue in",
        ActionReading::OpenWorld => "action, known or not, in",
    };
    let on = match (&request.resource, answer.decision) {
        (Resource::One(_), _) => "on",
        (Resource::All(_), Decision::ExplicitlyDenied | Decision::ImplicitlyDenied) => "on any resource of",
        (Resource::All(_), _) => "on every resource of",
    };
    let mut lines = vec![format!(
        "{}: `{caller}` may do {how_much} {which} `{asked}` {on} `{}`",
        answer.decision,
        request.resource_text()
    )];
    if !answer.exact {
        lines.push("  a bound on the work was reached before the decision was proved".to_owned());
    }
    let example = |witness: &Witness| format!("`{}` on `{}`", witness.action, witness.resource);
    lines.extend(
        answer
            .allowed
            .iter()
            .map(|witness| format!("  allowed: for example {}", example(witness))),
    );
    let refused = answer.refused.iter();
    lines.extend(
        refused
            .map(|(witness, decision)| format!("  refused: for example {} ({decision})", example(witness))),
    );
    lines.extend(
        answer
            .depends
            .iter()
            .map(|(witness, _)| format!("  depends: for example {}", example(witness))),
    );
    if reading == ActionReading::Catalogue {
        lines.push(match (answer.actions, answer.without_resource) {
            (1, 0) => "  1 action of the catalogue".to_owned(),
            (all, 0) => format!("  {all} actions of the catalogue"),
            (all, without) => {
                format!("  {all} actions of the catalogue, of which {without} can name no such resource")
            }
        });
        if answer.universe_used {
            lines.push("  resources are those that the actions can name".to_owned());
        }
    }
    lines.push("\nassumed".to_owned());
    lines.extend(question.assumed.iter().map(|assumed| format!("  {assumed}")));
    lines.join("\n") + "\n"
}
