//! Whether a requirement is granted: every action on every resource it is about.
//!
//! In: a rule's requirement, the layers and caller it is asked of. Out: a [`Verdict`] for each action and resource,
//! each with a request that shows it.

use std::borrow::Cow;

use crate::condition::{Context, Knowledge, Lookup, Mode, State, Truth};
use crate::engine::{
    Caller, Completion, Decision, Layers, Outcome, Request, Resource, StatementRef, StatementTrace, decide,
    trace,
};
use crate::finding::Witness;
use crate::input::Identity;
use crate::pack::{Direction, Requirement, Template};
use crate::policy::Effect;

use super::layers::{declare_keys, fill_context};
use super::options::CheckOptions;
use super::question::{NotAsked, Question, literal, questions};
use super::resource_policy::ResourcePolicies;
use super::values::Values;

/// Who is asked, under which policies.
pub(super) struct Asked<'a> {
    pub caller: Caller,
    pub layers: &'a Layers,
    /// Facts of the request context beyond those of the caller.
    pub context: Vec<(String, Knowledge)>,
    pub values: &'a dyn Values,
    /// Which topics `${topic}` means.
    pub direction: Option<Direction>,
    /// The policies of resources that are among the inputs.
    pub resources: ResourcePolicies<'a>,
    pub options: &'a CheckOptions,
}

/// One action on one resource or set that is not granted for certain.
#[derive(Debug, Clone)]
pub(super) struct Gap<'a> {
    pub action: String,
    /// The resource or set as a person writes it.
    pub resource: String,
    pub question: Question,
    pub decision: Decision,
    /// A part of the set that is granted.
    pub granted_part: Option<String>,
    pub witness: Witness,
    pub request: Request,
    pub outcome: Outcome,
    /// The layers that decided it, with the policy of the resource.
    pub layers: Cow<'a, Layers>,
}

/// Decides a requirement: its gaps, actions in the order of the rule, resources within.
///
/// # Errors
/// A template whose variable has no value.
pub(super) fn gaps<'a>(requirement: &Requirement, asked: &Asked<'a>) -> Result<Vec<Gap<'a>>, NotAsked> {
    let gaps = decide_all(requirement, &requirement.actions, &requirement.resource, asked)?;
    if gaps.is_empty() {
        return Ok(gaps);
    }
    // The nearest to a grant speaks: of what is as good, something that is open is better than a refusal.
    let mut best = gaps;
    for action in &requirement.instead {
        let other = decide_all(
            requirement,
            std::slice::from_ref(action),
            &requirement.resource,
            asked,
        )?;
        if other.is_empty() {
            return Ok(other);
        }
        let is_refused = |gaps: &[Gap<'_>]| gaps.iter().any(|gap| gap.decision.is_denied());
        if is_refused(&best) && !is_refused(&other) {
            best = other;
        }
    }
    Ok(best)
}

/// Whether everything that the connector really uses of the requirement is granted (`narrower`).
pub(super) fn narrower_granted(requirement: &Requirement, asked: &Asked<'_>) -> bool {
    !requirement.narrower.is_empty()
        && requirement.narrower.iter().all(|template| {
            decide_all(requirement, &requirement.actions, template, asked).is_ok_and(|gaps| gaps.is_empty())
        })
}

fn decide_all<'a>(
    requirement: &Requirement,
    actions: &[String],
    template: &Template,
    asked: &Asked<'a>,
) -> Result<Vec<Gap<'a>>, NotAsked> {
    let questions = questions(template, asked.values, asked.direction)?;
    let layered: Vec<(Question, Cow<'a, Layers>)> = questions
        .into_iter()
        .map(|question| {
            let layers = asked
                .resources
                .beside(asked.layers, question.resource_text(), &asked.caller);
            let own = asked.caller.account();
            let layers = asked.resources.controlled(layers, question.owner.as_deref(), own);
            (question, layers)
        })
        .collect();
    let context = request_context(requirement, asked);
    let mut gaps = Vec::new();
    for action in actions {
        for (question, layers) in &layered {
            gaps.extend(decide_one(action, question, layers, &context, asked));
        }
    }
    Ok(gaps)
}

/// An action that is granted.
pub(super) struct Grant {
    pub action: String,
    pub resource: String,
    /// A statement that grants it.
    pub statement: Option<StatementRef>,
}

/// The first action of a requirement that is granted for certain, on all of its resource.
pub(super) fn granted(requirement: &Requirement, asked: &Asked<'_>) -> Option<Grant> {
    let questions = questions(&requirement.resource, asked.values, asked.direction).ok()?;
    let context = request_context(requirement, asked);
    let pairs = requirement
        .actions
        .iter()
        .flat_map(|action| questions.iter().map(move |question| (action, question)));
    pairs.into_iter().find_map(|(action, question)| {
        let mut request = Request::new(asked.caller.clone(), action, question.resource.clone());
        request.resource_account = question.owner.clone();
        request.context = context.clone();
        request.mode = asked.options.mode;
        if decide(asked.layers, &request).decision != Decision::Allowed {
            return None;
        }
        let allows =
            |found: &StatementTrace| found.effect == Some(Effect::Allow) && found.value == Truth::True;
        Some(Grant {
            action: action.clone(),
            resource: question.resource_text().to_owned(),
            statement: trace(asked.layers, &request)
                .iter()
                .find(|t| allows(t))
                .map(|t| t.at),
        })
    })
}

/// What is known of the context of the requests.
fn request_context(requirement: &Requirement, asked: &Asked<'_>) -> Context {
    let mut context = Context::open();
    for (key, template) in &requirement.context {
        if let Some(value) = literal(template, asked.values) {
            context.set(key, Knowledge::Known(State::One(value.into())));
        }
    }
    for (key, knowledge) in &asked.context {
        context.set(key, knowledge.clone());
    }
    fill_context(&mut context, asked.layers, asked.options);
    asked.caller.derive_context(&mut context, asked.options.mode);
    asked.caller.derive_presence(&mut context);
    context
}

fn decide_one<'a>(
    action: &str,
    question: &Question,
    layers: &Cow<'a, Layers>,
    context: &Context,
    asked: &Asked<'a>,
) -> Option<Gap<'a>> {
    let mut request = Request::new(asked.caller.clone(), action, question.resource.clone());
    request.resource_account = question.owner.clone();
    request.context = context.clone();
    if let Cow::Owned(layers) = layers {
        declare_keys(&mut request.context, layers);
    }
    request.mode = asked.options.mode;
    let outcome = decide(layers, &request);
    let parts = outcome.parts.as_ref();
    if outcome.decision == Decision::Allowed || parts.is_some_and(|parts| parts.empty) {
        return None;
    }
    let refused = parts
        .and_then(|parts| parts.refused.clone())
        .filter(|_| question.every);
    let depends = parts
        .and_then(|parts| parts.depends.as_ref())
        .map(|(word, _)| word.clone());
    let (resource, decision) = match (&question.resource, refused, depends) {
        (Resource::One(text), ..) => (text.clone(), outcome.decision),
        (Resource::All(_), Some((word, decision)), _) => (word, decision),
        (Resource::All(_), None, Some(word)) => (word, outcome.decision),
        (Resource::All(set), None, None) => {
            let refused = parts
                .and_then(|parts| parts.refused.as_ref())
                .map(|(word, _)| word.clone());
            (refused.unwrap_or_else(|| set.text.clone()), outcome.decision)
        }
    };
    let refuses = outcome
        .residual
        .as_ref()
        .and_then(|residual| residual.refuses.as_ref());
    let witness = Witness {
        principal: asked.caller.text().to_owned(),
        action: action.to_owned(),
        resource,
        context: witness_context(&asked.caller, context, refuses),
    };
    Some(Gap {
        action: action.to_owned(),
        resource: request.resource_text().to_owned(),
        question: question.clone(),
        decision,
        granted_part: parts.and_then(|parts| parts.allowed.clone()),
        witness,
        request,
        outcome,
        layers: layers.clone(),
    })
}

/// A request with one resource as a witness, with what a completion adds to what was known.
pub(super) fn witness_of(request: &Request, known: &Context, completion: Option<&Completion>) -> Witness {
    Witness {
        principal: request.caller.text().to_owned(),
        action: request.action.clone(),
        resource: request.resource_text().to_owned(),
        context: witness_context(&request.caller, known, completion),
    }
}

/// The tags of a role are tags of its sessions.
pub(super) fn role_context(role: &Identity) -> Vec<(String, Knowledge)> {
    role.tags
        .iter()
        .map(|tag| {
            let key = format!("aws:PrincipalTag/{}", tag.key.value);
            (key, Knowledge::Known(State::One(tag.value.value.as_str().into())))
        })
        .collect()
}

/// The known keys that were given, and those that a completion adds; what follows from the caller is left out.
pub(super) fn witness_context(
    caller: &Caller,
    context: &Context,
    completion: Option<&Completion>,
) -> Vec<(String, State)> {
    let mut derived = Context::open();
    caller.derive_context(&mut derived, Mode::Chosen);
    caller.derive_presence(&mut derived);
    let follows = |key: &str, state: &State| derived.state(&key.to_ascii_lowercase()) == Some(state);
    let given = context
        .known()
        .into_iter()
        .filter(|(key, state)| !follows(key, state));
    let mut all: Vec<(String, State)> = given
        .map(|(key, state)| (key.to_owned(), state.clone()))
        .collect();
    all.extend(
        completion
            .into_iter()
            .flat_map(|completion| completion.context.clone()),
    );
    all.sort();
    all.dedup();
    all
}
