//! One question put to one caller.
//!
//! In: a caller with its layers and context, and a question. Out: a [`Decided`]: whether all of it is granted, part of
//! it, or none, with one request that shows each. Source: SET-02, SET-04, SET-15, TRI-06, TRI-10.

use std::sync::Arc;

use super::ground::{Ground, granting, refusing};
use super::question::{Owner, Question};
use crate::check::declare_keys;
use crate::condition::{Context, Mode};
use crate::engine::{
    ActionReading, Caller, CompiledPolicy, Decision, Doubt, Layers, Level, Request, Requirement, Residual,
    Resource, decide, decide_actions,
};

/// What an answer is for one principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// All of it is allowed, whatever the facts are that nobody gave.
    Allowed,
    /// A part of it is allowed for certain; of the rest that cannot be said.
    Partly,
    /// It depends on facts that nobody gave, or was not proved within the bounds.
    Depends,
    /// A Deny refuses it.
    ExplicitlyDenied,
    /// Nothing grants it.
    ImplicitlyDenied,
}

impl Verdict {
    /// The name in machine-readable output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "Allowed",
            Self::Partly => "Partly",
            Self::Depends => "Depends",
            Self::ExplicitlyDenied => "ExplicitlyDenied",
            Self::ImplicitlyDenied => "ImplicitlyDenied",
        }
    }

    /// Whether it is proved that nothing of it is granted.
    #[must_use]
    pub fn is_denied(self) -> bool {
        matches!(self, Self::ExplicitlyDenied | Self::ImplicitlyDenied)
    }

    /// Whether something of it is granted for certain.
    #[must_use]
    pub fn is_granted(self) -> bool {
        matches!(self, Self::Allowed | Self::Partly)
    }
}

/// One action on one resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Witness {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
}

/// What was decided for one caller.
#[derive(Debug, Clone)]
pub(super) struct Decided {
    pub verdict: Verdict,
    /// False if a bound was reached before it was proved.
    pub exact: bool,
    pub allowed: Option<Witness>,
    pub refused: Option<Witness>,
    pub depends: Option<Witness>,
    pub residual: Option<Residual>,
    /// The layers that withhold it, in words.
    pub withheld: Vec<&'static str>,
    /// Whether the set holds nothing that the actions can be asked about.
    pub empty: bool,
}

/// A caller with what bears on its requests.
pub(super) struct Asking<'a> {
    pub caller: &'a Caller,
    pub layers: Layers,
    pub context: Context,
    pub mode: Mode,
}

/// What a question says of the resource beside its name.
pub(super) struct Guarded {
    /// The policies of the resources.
    pub policies: Vec<Arc<CompiledPolicy>>,
    /// What no input guards leaves its own access to its account.
    pub left_to_account: bool,
    /// The account of the resources, where their name does not say it and it was taken to be this.
    pub taken_owner: Option<String>,
    /// The resource control policies of the account of the resources, where those differ by account (EVAL-24).
    pub rcps: Option<Vec<Level>>,
}

impl<'a> Asking<'a> {
    /// The caller before resources with these policies.
    pub fn new(
        (caller, layers, context): (&'a Caller, &Layers, &Context),
        guarded: &Guarded,
        mode: Mode,
    ) -> Self {
        let mut layers = layers.clone();
        let mut context = context.clone();
        layers.resource.extend(guarded.policies.iter().map(Arc::clone));
        layers.left_to_account = guarded.left_to_account;
        if let Some(rcps) = &guarded.rcps {
            layers.rcps.clone_from(rcps);
        }
        let resource = Layers {
            resource: layers.resource.clone(),
            ..Layers::default()
        };
        declare_keys(&mut context, &resource);
        Self {
            caller,
            layers,
            context,
            mode,
        }
    }

    /// Decides a question.
    pub fn decide(&self, question: &Question, guarded: &Guarded) -> Decided {
        let request = self.request(question, guarded);
        if question.is_single() {
            return self.one(&request);
        }
        let answer = decide_actions(&self.layers, &request, ActionReading::Catalogue);
        let of = |witness: &crate::engine::Witness| Witness {
            action: witness.action.clone(),
            resource: witness.resource.clone(),
        };
        let allowed = answer.allowed.as_ref().map(of);
        let verdict = match answer.decision {
            Decision::Allowed => Verdict::Allowed,
            Decision::Depends if allowed.is_some() => Verdict::Partly,
            Decision::Depends => Verdict::Depends,
            Decision::ExplicitlyDenied => Verdict::ExplicitlyDenied,
            Decision::ImplicitlyDenied => Verdict::ImplicitlyDenied,
        };
        Decided {
            verdict,
            exact: answer.exact,
            empty: answer.is_empty(),
            allowed,
            refused: answer.refused.as_ref().map(|(witness, _)| of(witness)),
            depends: answer.depends.as_ref().map(|(witness, _)| of(witness)),
            residual: answer.depends.map(|(_, residual)| residual),
            withheld: Vec::new(),
        }
    }

    fn one(&self, request: &Request) -> Decided {
        let outcome = decide(&self.layers, request);
        let here = || {
            Some(Witness {
                action: request.action.clone(),
                resource: request.resource_text().to_owned(),
            })
        };
        let verdict = match outcome.decision {
            Decision::Allowed => Verdict::Allowed,
            Decision::Depends => Verdict::Depends,
            Decision::ExplicitlyDenied => Verdict::ExplicitlyDenied,
            Decision::ImplicitlyDenied => Verdict::ImplicitlyDenied,
        };
        Decided {
            verdict,
            exact: outcome.exact,
            allowed: here().filter(|_| verdict == Verdict::Allowed),
            refused: here().filter(|_| verdict.is_denied()),
            depends: here().filter(|_| verdict == Verdict::Depends),
            withheld: outcome.withheld.iter().map(|kind| kind.in_words()).collect(),
            residual: outcome.residual,
            empty: false,
        }
    }

    fn request(&self, question: &Question, guarded: &Guarded) -> Request {
        let own = || self.caller.account().map(str::to_owned);
        let owner = match question.owner() {
            Owner::Account(account) => Some(account.clone()),
            Owner::Caller => own(),
            Owner::Unsaid => guarded.taken_owner.clone(),
        };
        Request {
            caller: self.caller.clone(),
            action: question.action.clone(),
            resource: question.asked(self.caller.partition()),
            resource_account: owner,
            context: self.context.clone(),
            management_account: false,
            resource_in_management_account: false,
            service_linked: false,
            mode: self.mode,
        }
    }

    /// Through which statements what was decided is granted, may be, or is refused.
    pub fn grounds(&self, question: &Question, guarded: &Guarded, decided: &Decided) -> Vec<Ground> {
        let shown = decided.allowed.as_ref().or(decided.depends.as_ref());
        let Some(witness) = shown.or(decided.refused.as_ref()) else {
            return Vec::new();
        };
        let request = Request {
            action: witness.action.clone(),
            resource: Resource::One(witness.resource.clone()),
            ..self.request(question, guarded)
        };
        match shown {
            Some(_) if decided.allowed.is_some() => granting(&self.layers, &request, None),
            Some(_) => granting(&self.layers, &request, decided.residual.as_ref()),
            None => refusing(&self.layers, &request),
        }
    }
}

/// When an answer that depends would be yes: alternatives, each of conditions that hold together, in words. Of an
/// outsider all that is not given is what its own account says.
pub(super) fn conditions(residual: &Residual, outside: bool) -> Vec<Vec<String>> {
    let words = |part: &Requirement| match part {
        Requirement::Assumption {
            doubt: Doubt::PolicyNotGiven,
            holds,
        } => match (outside, holds) {
            (true, _) => "its own account lets it".to_owned(),
            (false, true) => "a policy whose text is not given grants it".to_owned(),
            (false, false) => "no policy whose text is not given denies it".to_owned(),
        },
        part => part.in_words(),
    };
    let mut alternatives: Vec<Vec<String>> = Vec::new();
    for alternative in &residual.sufficient {
        let mut parts: Vec<String> = Vec::new();
        for part in alternative.iter().map(words) {
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        if !alternatives.contains(&parts) {
            alternatives.push(parts);
        }
    }
    alternatives
}
