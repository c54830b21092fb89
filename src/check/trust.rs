//! Whether a role's trust policy lets MSK Connect assume the role, and only for this connector.
//!
//! Three questions, asked of the same policy: may the service assume the role, conditions aside; can the
//! conditions match this account and connector; and would a request on behalf of someone else's connector be
//! refused. Source: codes of the msk-connect pack; EVAL-18, TRUST-01.

use std::sync::Arc;

use crate::condition::{Condition, Context, KeyUse, Knowledge, State, Truth, regions};
use crate::engine::{
    Caller, CompiledPolicy, Decision, LayerKind, Layers, Outcome, Request, Resource, decide,
};
use crate::finding::{Related, ResidualCondition, Spot, Witness};
use crate::grammar::PolicyType;
use crate::input::{Identity, Inputs};
use crate::pattern::Glob;
use crate::policy::{ConditionEntry, Effect, Policy, Reading, Statement};

use super::facts::Facts;
use super::layers::{fill_context, read_policy};
use super::options::CheckOptions;
use super::stored::as_stored;

const SERVICE: &str = "kafkaconnect.amazonaws.com";
const ACTION: &str = "sts:AssumeRole";
const SOURCE_ACCOUNT: &str = "aws:SourceAccount";
const SOURCE_ARN: &str = "aws:SourceArn";

/// A trust policy under judgement.
pub(super) struct Trust<'a> {
    pub role_arn: &'a str,
    pub facts: &'a Facts<'a>,
    pub options: &'a CheckOptions,
    /// The policy as written, for places; `None` when it is not given or not readable.
    written: Option<Policy>,
    /// The policy as AWS would have it.
    stored: Option<Policy>,
    fallback: Spot,
}

/// What a judgement found.
pub(super) struct TrustGap {
    pub decision: Option<Decision>,
    pub message: String,
    pub at: Spot,
    pub label: String,
    pub related: Vec<Related>,
    pub residual: Vec<ResidualCondition>,
    pub witness: Option<Witness>,
}

impl<'a> Trust<'a> {
    pub fn new(
        role: &Identity,
        role_arn: &'a str,
        facts: &'a Facts<'a>,
        inputs: &Inputs,
        options: &'a CheckOptions,
    ) -> Self {
        let written = role.trust.and_then(|document| read_policy(document, inputs));
        let stored = written
            .clone()
            .map(|policy| as_stored(policy, &inputs.sources, PolicyType::Trust).0);
        let fallback = role.trust.map_or(role.place, |document| document.place());
        Self {
            role_arn,
            facts,
            options,
            written,
            stored,
            fallback: Spot::Node(fallback),
        }
    }

    /// May the service assume the role, conditions aside?
    pub fn principal(&self) -> Option<TrustGap> {
        let bare = self.stored.as_ref().map(|policy| {
            let mut bare = policy.clone();
            let allows = bare
                .statements
                .iter_mut()
                .filter(|s| effect(s) == Some(Effect::Allow));
            allows.for_each(|statement| statement.conditions.clear());
            bare
        });
        let (outcome, request) = self.ask(bare, &[]);
        if matches!(outcome.decision, Decision::Allowed) {
            return None;
        }
        // What remains open is a condition of a Deny, or another account's say: a Deny counts only if it holds.
        if outcome.decision == Decision::Depends && self.written.is_some() && outcome.exact {
            return None;
        }
        let (at, label, related) = self.principal_places(outcome.decision);
        Some(TrustGap {
            decision: Some(outcome.decision),
            message: match outcome.decision {
                Decision::ExplicitlyDenied => {
                    format!("a Deny in the trust policy keeps `{SERVICE}` from assuming the role")
                }
                Decision::Depends => {
                    "the trust policy of the role is not among the inputs, or cannot be read".to_owned()
                }
                _ => format!("the trust policy does not let `{SERVICE}` call `{ACTION}`"),
            },
            at,
            label,
            related,
            residual: Vec::new(),
            witness: Some(witness(&request)),
        })
    }

    /// Can the conditions match this account and connector?
    pub fn source_mismatch(&self) -> Option<TrustGap> {
        let (outcome, request) = self.ask(self.stored.clone(), &self.own_source());
        if outcome.decision == Decision::Allowed || self.written.is_none() {
            return None;
        }
        let unmet = self.unmet(&request);
        let mut spots = unmet
            .iter()
            .map(|(policy, entry)| Spot::Node(policy.place(entry.values_node)));
        let at = spots.next().unwrap_or(self.fallback);
        let depends = outcome.decision == Decision::Depends;
        let label = if depends {
            "whether this holds is not known"
        } else {
            "this is not met"
        };
        let related = spots
            .map(|at| Related {
                at,
                note: label.to_owned(),
            })
            .collect();
        let residual = unmet
            .iter()
            .filter(|_| depends)
            .map(|(policy, entry)| ResidualCondition::of(entry, policy.place(entry.values_node)));
        let name = &self.facts.connector.name.value;
        let account = self.facts.home.account.as_deref().unwrap_or("?");
        let message = if depends {
            format!(
                "whether the trust policy fits connector `{name}` depends on conditions whose values are not known"
            )
        } else {
            format!(
                "the conditions of the trust policy can never match connector `{name}` in account `{account}`"
            )
        };
        Some(TrustGap {
            decision: Some(outcome.decision),
            message,
            at,
            label: label.to_owned(),
            related,
            residual: residual.collect(),
            witness: Some(witness(&request)),
        })
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

    /// The truth of one condition for this connector's requests, over the regions of its key.
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

    /// Would a request on behalf of another account, or of something that is no connector here, be refused?
    pub fn confused_deputy(&self) -> Option<TrustGap> {
        let foreign_account = other_account(self.facts.home.account.as_deref());
        let own = self.own_source();
        let replaced = |key: &str, value: &str| -> Vec<(String, Knowledge)> {
            let kept = own.iter().filter(|(known, _)| known != key).cloned();
            kept.chain([(key.to_owned(), known(value))]).collect()
        };
        let by_account = replaced(SOURCE_ACCOUNT, &foreign_account);
        let foreign_arn = format!("arn:{}:s3:::another-bucket", self.facts.home.partition);
        let by_arn = replaced(SOURCE_ARN, &foreign_arn);
        let open =
            |context: &[(String, Knowledge)]| !self.ask(self.stored.clone(), context).0.decision.is_denied();
        let message = match (open(&by_account), open(&by_arn)) {
            (false, false) => return None,
            (true, true) => "the trust policy is not limited to this account and connector",
            (true, false) => "the trust policy is not limited to this account by `aws:SourceAccount`",
            (false, true) => "the trust policy is not limited to connectors by `aws:SourceArn`",
        };
        let at = self
            .assume_statement()
            .map_or(self.fallback, |(policy, statement)| {
                Spot::Node(policy.place(statement.node))
            });
        Some(TrustGap {
            decision: None,
            message: message.to_owned(),
            at,
            label: "anyone's MSK Connect can be made to use this role".to_owned(),
            related: Vec::new(),
            residual: Vec::new(),
            witness: None,
        })
    }

    /// The source keys as MSK Connect sends them for this connector. Before it is created the end of its ARN is not
    /// known.
    fn own_source(&self) -> Vec<(String, Knowledge)> {
        let home = &self.facts.home;
        let mut keys = Vec::new();
        if let Some(account) = &home.account {
            keys.push((SOURCE_ACCOUNT.to_owned(), known(account)));
        }
        let part = |value: &Option<String>| value.clone().unwrap_or_else(|| "*".to_owned());
        let arn = match &self.facts.connector.arn {
            Some(arn) => known(&arn.value),
            None => Knowledge::Within(Glob::parse(&format!(
                "arn:{}:kafkaconnect:{}:{}:connector/{}/?*",
                home.partition,
                part(&home.region),
                part(&home.account),
                self.facts.connector.name.value
            ))),
        };
        keys.push((SOURCE_ARN.to_owned(), arn));
        keys
    }

    fn ask(&self, policy: Option<Policy>, source: &[(String, Knowledge)]) -> (Outcome, Request) {
        let compiled = match policy {
            Some(policy) => {
                CompiledPolicy::new(policy, LayerKind::Resource, self.options.mode, "trust policy")
            }
            None => CompiledPolicy::unknown(LayerKind::Resource, "trust policy"),
        };
        let layers = Layers {
            resource: vec![Arc::new(compiled)],
            ..Layers::default()
        };
        let caller = Caller::Service {
            name: SERVICE.to_owned(),
        };
        let mut request = Request::new(caller.clone(), ACTION, Resource::One(self.role_arn.to_owned()));
        request.mode = self.options.mode;
        request.context = Context::open();
        for (key, knowledge) in source {
            request.context.set(key, knowledge.clone());
        }
        fill_context(&mut request.context, &layers, self.options);
        caller.derive_context(&mut request.context, self.options.mode);
        caller.derive_presence(&mut request.context);
        (decide(&layers, &request), request)
    }

    /// Where the principal was looked for and not found.
    fn principal_places(&self, decision: Decision) -> (Spot, String, Vec<Related>) {
        let Some(policy) = &self.written else {
            return (self.fallback, "the role is described here".to_owned(), Vec::new());
        };
        let wanted = if decision == Decision::ExplicitlyDenied {
            Effect::Deny
        } else {
            Effect::Allow
        };
        let mut spots: Vec<Spot> = Vec::new();
        for statement in policy.statements.iter().filter(|s| effect(s) == Some(wanted)) {
            match &statement.principal {
                Reading::Known { value, node } if value.entries.is_empty() => {
                    spots.push(Spot::Node(policy.place(*node)))
                }
                Reading::Known { value, .. } => {
                    spots.extend(value.entries.iter().map(|e| Spot::Node(policy.place(e.node))));
                }
                Reading::NotUnderstood(node) => spots.push(Spot::Node(policy.place(*node))),
                Reading::Missing => spots.push(Spot::Node(policy.place(statement.node))),
            }
        }
        let label = if wanted == Effect::Deny {
            "denied to"
        } else {
            "trusted instead"
        };
        let mut spots = spots.into_iter();
        let at = spots.next().unwrap_or(self.fallback);
        let related = spots
            .map(|at| Related {
                at,
                note: label.to_owned(),
            })
            .collect();
        (at, label.to_owned(), related)
    }

    /// The Allow statements for the service, conditions aside.
    fn assume_statement(&self) -> Option<(&Policy, &Statement)> {
        let policy = self.written.as_ref()?;
        let names_service = |s: &&Statement| match &s.principal {
            Reading::Known { value, .. } => {
                value.everyone
                    || value
                        .entries
                        .iter()
                        .any(|e| *e.value == *SERVICE || *e.value == *"*")
            }
            _ => false,
        };
        let allow = policy
            .statements
            .iter()
            .filter(|s| effect(s) == Some(Effect::Allow));
        allow
            .clone()
            .find(names_service)
            .or_else(|| allow.into_iter().next())
            .map(|s| (policy, s))
    }
}

fn effect(statement: &Statement) -> Option<Effect> {
    match statement.effect {
        Reading::Known { value, .. } => Some(value),
        _ => None,
    }
}

fn known(value: &str) -> Knowledge {
    Knowledge::Known(State::One(value.into()))
}

/// An account that is not this one.
fn other_account(own: Option<&str>) -> String {
    let other = "000000000000";
    if own == Some(other) {
        "000000000001".to_owned()
    } else {
        other.to_owned()
    }
}

fn witness(request: &Request) -> Witness {
    let given = request
        .context
        .known()
        .into_iter()
        .filter(|(_, state)| **state != State::Absent);
    Witness {
        principal: request.caller.text().to_owned(),
        action: request.action.clone(),
        resource: request.resource_text().to_owned(),
        context: given
            .map(|(key, state)| (key.to_owned(), state.clone()))
            .collect(),
    }
}
