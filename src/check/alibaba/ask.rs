//! One question on Alibaba Cloud, decided, and the finding that says so.

use crate::check::layers::fill_context;
use crate::check::options::CheckOptions;
use crate::check::place::places;
use crate::condition::{Context, Knowledge, State};
use crate::dialect::Dialect;
use crate::engine::{Caller, Decision, Layers, Outcome, Request, Resource, ResourceSet, decide};
use crate::finding::{Finding, Missing, Related, Required, Severity, Spot, Subject, Witness};
use crate::pack::Rule;
use crate::policy::Effect;
use crate::source::Place;

/// Stands for an account that is not known.
pub(super) const ANY_ACCOUNT: &str = "?*";

/// An action of somebody on a resource.
pub(super) struct Question<'a> {
    pub layers: &'a Layers,
    pub principal: String,
    pub action: &'a str,
    /// A name, or a pattern of names: then all of them are asked about.
    pub resource: String,
    pub context: Vec<(String, State)>,
}

/// A question with its answer.
pub(super) struct Asked<'a> {
    pub question: Question<'a>,
    pub request: Request,
    pub outcome: Outcome,
}

impl<'a> Question<'a> {
    /// Decides it.
    pub fn decide(self, options: &CheckOptions) -> Asked<'a> {
        let caller = Caller::parse(&self.principal);
        let resource = if self.resource.contains(['*', '?']) && self.resource != "*" {
            Resource::All(ResourceSet::names(&self.resource, Dialect::Ram))
        } else {
            Resource::One(self.resource.clone())
        };
        let mut request = Request::new(caller.clone(), self.action, resource);
        request.mode = options.mode;
        request.context = Context::open();
        for (key, state) in &self.context {
            request.context.set(key, Knowledge::Known(state.clone()));
        }
        fill_context(&mut request.context, self.layers, options);
        caller.derive_context(&mut request.context, options.mode);
        caller.derive_presence(&mut request.context);
        let outcome = decide(self.layers, &request);
        Asked {
            question: self,
            request,
            outcome,
        }
    }
}

impl Asked<'_> {
    /// How the part decides that is refused, else the whole.
    pub fn decision(&self) -> Decision {
        // One account is meant and it is not known which: what holds for some of them is open.
        if !self.is_granted() && self.question.resource.contains(ANY_ACCOUNT) && self.grants_some() {
            return Decision::Depends;
        }
        let parts = self.outcome.parts.as_ref();
        let refused = parts.and_then(|parts| parts.refused.as_ref());
        refused.map_or(self.outcome.decision, |(_, decision)| *decision)
    }

    /// Whether it is granted in every completion.
    pub fn is_granted(&self) -> bool {
        self.outcome.decision == Decision::Allowed
    }

    /// Whether any of the resources asked about is granted for certain.
    pub fn grants_some(&self) -> bool {
        let parts = self.outcome.parts.as_ref();
        self.is_granted() || parts.is_some_and(|parts| parts.allowed.is_some())
    }

    /// The finding of a rule that this was not granted.
    pub fn finding(
        &self,
        rule: &Rule,
        message: String,
        subject: Subject,
        otherwise: (Place, &str),
    ) -> Finding {
        let shown = places(self.question.layers, &self.request, &self.outcome);
        let (at, label) = shown
            .nearest
            .unwrap_or_else(|| (Spot::Node(otherwise.0), otherwise.1.to_owned()));
        let decision = self.decision();
        let mut finding = Finding::new(rule.code.as_str(), rule.severity, message, subject, at);
        if decision == Decision::Depends {
            finding.severity = finding.severity.min(Severity::Warning);
        }
        finding.label = label;
        finding.help.clone_from(&rule.help);
        finding.decision = Some(decision);
        finding.related = shown.related;
        self.show_denies(&mut finding);
        finding.residual = shown.residual;
        let resource = self.question.resource.clone();
        let action = self.question.action.to_owned();
        finding.requirement = Some(Required {
            actions: vec![action.clone()],
            resource: resource.clone(),
            principal: self.question.principal.clone(),
        });
        finding.missing = vec![Missing { action, resource }];
        finding.witness = Some(self.witness());
        finding
    }

    /// Shows the whole statements that deny, beside the clause that is shown first.
    fn show_denies(&self, finding: &mut Finding) {
        for (at, effect) in &self.outcome.applied {
            let policy = self
                .question
                .layers
                .policy(at.policy)
                .filter(|_| *effect == Effect::Deny);
            let place = policy.and_then(|policy| policy.place(policy.statement(at.statement)?.node));
            let Some(spot) = place.map(Spot::Node) else {
                continue;
            };
            if spot != finding.at && !finding.related.iter().any(|known| known.at == spot) {
                finding.related.push(Related {
                    at: spot,
                    note: "this statement denies it".to_owned(),
                });
            }
        }
    }

    fn witness(&self) -> Witness {
        let parts = self.outcome.parts.as_ref();
        let refused = parts.and_then(|parts| parts.refused.as_ref().map(|(name, _)| name.clone()));
        let open = parts.and_then(|parts| parts.depends.as_ref().map(|(name, _)| name.clone()));
        let mut context = self.question.context.clone();
        let refuses = self
            .outcome
            .residual
            .as_ref()
            .and_then(|residual| residual.refuses.as_ref());
        context.extend(
            refuses
                .into_iter()
                .flat_map(|completion| completion.context.clone()),
        );
        context.retain(|(_, state)| *state != State::Absent);
        context.sort();
        context.dedup();
        Witness {
            principal: self.question.principal.clone(),
            action: self.question.action.to_owned(),
            resource: refused.or(open).unwrap_or_else(|| self.question.resource.clone()),
            context,
        }
    }
}

/// Joins a second finding of one rule into the first: the graver speaks.
pub(super) fn join(first: &mut Finding, mut second: Finding) {
    if second.severity > first.severity {
        std::mem::swap(first, &mut second);
    }
    first.missing.extend(second.missing);
    if let (Some(required), Some(other)) = (&mut first.requirement, second.requirement)
        && required.resource == other.resource
    {
        required.actions.extend(other.actions);
    }
    let place = Related {
        at: second.at,
        note: second.label,
    };
    for related in std::iter::once(place).chain(second.related) {
        if related.at != first.at && !first.related.iter().any(|known| known.at == related.at) {
            first.related.push(related);
        }
    }
    first.residual.extend(second.residual);
}

/// One value of a key.
pub(super) fn one(key: &str, value: &str) -> (String, State) {
    (key.to_owned(), State::One(value.into()))
}
