//! A role's trust policy under judgement: as it is written, as AWS would have it, and how it answers.
//!
//! In: a role among the inputs. Out: decisions of the engine on requests to assume the role, and the places of what
//! stands in the way. Which questions are asked is for the platforms to say. Source: TRUST-01 … TRUST-07, EVAL-18.

use std::sync::Arc;

use crate::condition::{Condition, Context, KeyUse, Knowledge, State, Truth, regions};
use crate::engine::{
    Caller, CompiledPolicy, Decision, LayerKind, Layers, Outcome, Request, Resource, decide,
};
use crate::finding::{Finding, Related, ResidualCondition, Severity, Spot, Witness};
use crate::grammar::PolicyType;
use crate::input::{Identity, Inputs};
use crate::pack::Rule;
use crate::policy::{Clause, ConditionEntry, Effect, Item, Policy, Reading, Statement, Version};

use crate::source::Place;

use super::grant::witness_context;
use super::layers::{fill_context, read_policy, resource_controls};
use super::options::CheckOptions;
use super::requirement::About;
use super::stored::as_stored;

/// A trust policy.
pub(super) struct TrustPolicy<'a> {
    role_arn: &'a str,
    inputs: &'a Inputs,
    options: &'a CheckOptions,
    /// The policy as written, for places; `None` when it is not given or not readable.
    pub written: Option<Policy>,
    /// The policy as AWS would have it.
    pub stored: Option<Policy>,
    /// The policy as a whole, or the role where it is not given.
    pub place: Spot,
}

/// What a judgement found.
#[derive(Debug)]
pub(super) struct TrustGap {
    pub decision: Option<Decision>,
    pub message: String,
    pub at: Spot,
    pub label: String,
    pub related: Vec<Related>,
    pub residual: Vec<ResidualCondition>,
    pub witness: Option<Witness>,
}

impl TrustGap {
    /// What cannot be judged, and where that is seen.
    pub fn not_known(message: String, at: Spot) -> Self {
        Self {
            decision: Some(Decision::Depends),
            message,
            at,
            label: "what is known of it".to_owned(),
            related: Vec::new(),
            residual: Vec::new(),
            witness: None,
        }
    }

    /// As a finding of a rule: what depends on something is a warning at most.
    pub fn finding(self, rule: &Rule, about: &About) -> Finding {
        let mut finding = about.finding(rule, self.message, self.at, self.label);
        if self.decision == Some(Decision::Depends) {
            finding.severity = finding.severity.min(Severity::Warning);
        }
        finding.decision = self.decision;
        finding.related = self.related;
        finding.residual = self.residual;
        finding.witness = self.witness;
        finding
    }
}

/// A request to assume the role.
#[derive(Clone)]
pub(super) struct Assume<'a> {
    pub caller: Caller,
    pub action: &'a str,
    /// What is known of its context.
    pub context: Vec<(String, Knowledge)>,
}

impl<'a> TrustPolicy<'a> {
    /// The trust policy of a role, which is asked about under this ARN.
    pub fn new(role: &Identity, role_arn: &'a str, inputs: &'a Inputs, options: &'a CheckOptions) -> Self {
        let written = role.trust.and_then(|document| read_policy(document, inputs));
        let stored = written
            .clone()
            .map(|policy| as_stored(policy, &inputs.sources, PolicyType::Trust).0);
        let place = role.trust.map_or(role.place, |document| document.place());
        Self {
            role_arn,
            inputs,
            options,
            written,
            stored,
            place: Spot::Node(place),
        }
    }

    /// The policy as AWS would have it, its Allow statements without their conditions.
    pub fn bare(&self) -> Option<Policy> {
        let mut bare = self.stored.clone()?;
        let allows = bare
            .statements
            .iter_mut()
            .filter(|s| effect(s) == Some(Effect::Allow));
        allows.for_each(|statement| statement.conditions.clear());
        Some(bare)
    }

    /// How a version of the policy answers a request; `None` is a policy that is not known. Callers of other accounts
    /// are taken to be allowed on their own side.
    pub fn ask(&self, policy: Option<Policy>, assume: &Assume<'_>) -> (Outcome, Request) {
        let mode = self.options.mode;
        let caller = &assume.caller;
        let own = policy.as_ref().filter(|_| caller.has_identity());
        let identity = own.map(|policy| {
            let policy = everything(policy.place(policy.root), assume.action);
            Arc::new(CompiledPolicy::new(policy, LayerKind::Identity, mode, "caller"))
        });
        let compiled = match policy {
            Some(policy) => CompiledPolicy::new(policy, LayerKind::Resource, mode, "trust policy"),
            None => CompiledPolicy::unknown(LayerKind::Resource, "trust policy"),
        };
        let layers = Layers {
            identity: identity.into_iter().collect(),
            resource: vec![Arc::new(compiled)],
            rcps: resource_controls(self.inputs, self.options, self.role_arn.split(':').nth(4)),
            ..Layers::default()
        };
        let resource = Resource::One(self.role_arn.to_owned());
        let mut request = Request::new(caller.clone(), assume.action, resource);
        request.mode = mode;
        request.context = Context::open();
        for (key, knowledge) in &assume.context {
            request.context.set(key, knowledge.clone());
        }
        fill_context(&mut request.context, &layers, self.options);
        caller.derive_context(&mut request.context, mode);
        caller.derive_presence(&mut request.context);
        (decide(&layers, &request), request)
    }

    /// A gap whose cause are conditions: shown at those in the way.
    pub fn condition_gap(&self, (outcome, request): &(Outcome, Request), message: String) -> TrustGap {
        let unmet = self.unmet(request);
        let mut spots = unmet
            .iter()
            .map(|(policy, entry)| Spot::Node(policy.place(entry.values_node)));
        let at = spots.next().unwrap_or(self.place);
        let depends = outcome.decision == Decision::Depends;
        let label = if depends {
            "whether this holds is not known"
        } else {
            "this is not met"
        };
        let related = spots.map(|at| Related {
            at,
            note: label.to_owned(),
        });
        let residual = unmet
            .iter()
            .filter(|_| depends)
            .map(|(policy, entry)| ResidualCondition::of(entry, policy.place(entry.values_node)));
        TrustGap {
            decision: Some(outcome.decision),
            message,
            at,
            label: label.to_owned(),
            related: related.collect(),
            residual: residual.collect(),
            witness: Some(witness(request)),
        }
    }

    /// The condition entries in the way: those of Allow statements that do not hold for certain, and those of Deny
    /// statements that may; what definitely stands in the way comes first.
    fn unmet(&self, request: &Request) -> Vec<(&Policy, &ConditionEntry)> {
        let Some(policy) = &self.written else {
            return Vec::new();
        };
        let mut entries: Vec<(Truth, &ConditionEntry)> = Vec::new();
        for statement in &policy.statements {
            let denies = effect(statement) == Some(Effect::Deny);
            let truths: Vec<(Truth, &ConditionEntry)> = statement
                .conditions
                .iter()
                .map(|entry| {
                    let condition = Condition::compile(entry, policy.version);
                    (self.truth(&condition, request), entry)
                })
                .collect();
            if denies && truths.iter().all(|(truth, _)| *truth != Truth::False) {
                entries.extend(truths.into_iter().map(|(truth, entry)| (truth.negate(), entry)));
            } else if !denies {
                entries.extend(truths.into_iter().filter(|(truth, _)| *truth != Truth::True));
            }
        }
        entries.sort_by_key(|(truth, _)| *truth);
        let worst = entries.first().map(|(truth, _)| *truth);
        entries
            .into_iter()
            .filter(|(truth, _)| Some(*truth) == worst)
            .map(|(_, entry)| (policy, entry))
            .collect()
    }

    /// The truth of one condition for a request, over the regions of its key.
    fn truth(&self, condition: &Condition, request: &Request) -> Truth {
        let evaluated = condition.evaluate(&request.context, self.options.mode);
        if evaluated.truth != Truth::Unknown || !evaluated.needs {
            return evaluated.truth;
        }
        let asked = KeyUse {
            key: condition.key(),
            conditions: &[condition],
            texts: &[],
            linked: false,
        };
        let found = regions(&asked, &request.context, self.options.mode);
        let truths: Vec<Truth> = found
            .states
            .iter()
            .map(|state| {
                let mut context = request.context.clone();
                context.set(condition.written_key(), Knowledge::Known(state.clone()));
                condition.evaluate(&context, self.options.mode).truth
            })
            .collect();
        match (found.exact, truths.iter().min(), truths.iter().max()) {
            (true, Some(low), Some(high)) if low == high => *low,
            _ => Truth::Unknown,
        }
    }

    /// Where the principal was looked for and not found, or is refused.
    pub fn principal_places(&self, decision: Decision) -> (Spot, String, Vec<Related>) {
        let Some(policy) = &self.written else {
            return (self.place, "the role is described here".to_owned(), Vec::new());
        };
        let wanted = if decision == Decision::ExplicitlyDenied {
            Effect::Deny
        } else {
            Effect::Allow
        };
        let mut spots: Vec<Spot> = Vec::new();
        for statement in policy.statements.iter().filter(|s| effect(s) == Some(wanted)) {
            spots.extend(principal_spots(policy, statement));
        }
        let label = if wanted == Effect::Deny {
            "denied to"
        } else {
            "trusted instead"
        };
        let mut spots = spots.into_iter();
        let at = spots.next().unwrap_or(self.place);
        let related = spots
            .map(|at| Related {
                at,
                note: label.to_owned(),
            })
            .collect();
        (at, label.to_owned(), related)
    }
}

/// The places of the principals of a statement.
fn principal_spots(policy: &Policy, statement: &Statement) -> Vec<Spot> {
    let spot = |node| Spot::Node(policy.place(node));
    match &statement.principal {
        Reading::Known { value, node } if value.entries.is_empty() => vec![spot(*node)],
        Reading::Known { value, .. } => value.entries.iter().map(|entry| spot(entry.node)).collect(),
        Reading::NotUnderstood(node) => vec![spot(*node)],
        Reading::Missing => vec![spot(statement.node)],
    }
}

/// A policy that allows an action on everything. It stands nowhere; its places are this one.
pub(super) fn everything(place: Place, action: &str) -> Policy {
    let node = place.node;
    let clause = |value: &str| Reading::Known {
        value: Clause {
            negated: false,
            key: node,
            values: vec![Item {
                value: value.into(),
                node,
            }],
            not_understood: Vec::new(),
        },
        node,
    };
    let statement = Statement {
        index: 0,
        node,
        sid: Reading::Missing,
        effect: Reading::Known {
            value: Effect::Allow,
            node,
        },
        principal: Reading::Missing,
        action: clause(action),
        resource: clause("*"),
        conditions: Vec::new(),
        not_understood: Vec::new(),
    };
    Policy {
        dialect: crate::dialect::Dialect::Iam,
        doc: place.doc,
        root: node,
        version: Version::V2012,
        statements: vec![statement],
        not_understood: Vec::new(),
    }
}

/// What a statement does, where it says so.
pub(super) fn effect(statement: &Statement) -> Option<Effect> {
    match statement.effect {
        Reading::Known { value, .. } => Some(value),
        _ => None,
    }
}

/// A value that is known.
pub(super) fn known(value: &str) -> Knowledge {
    Knowledge::Known(State::One(value.into()))
}

/// The request as one that shows a gap: what its context is known to hold.
pub(super) fn witness(request: &Request) -> Witness {
    let mut given = witness_context(&request.caller, &request.context, None);
    given.retain(|(_, state)| *state != State::Absent);
    Witness {
        principal: request.caller.text().to_owned(),
        action: request.action.clone(),
        resource: request.resource_text().to_owned(),
        context: given,
    }
}
