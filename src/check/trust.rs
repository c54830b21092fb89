//! Whether a role's trust policy lets MSK Connect assume the role, and only for this connector.
//!
//! Three questions, asked of the same policy: may the service assume the role, conditions aside; can the
//! conditions match this account and connector; and would a request on behalf of someone else's connector be
//! refused. Source: codes of the msk-connect pack; EVAL-18, TRUST-01.

use crate::condition::Knowledge;
use crate::engine::{Caller, Decision, Outcome, Request};
use crate::finding::Spot;
use crate::input::{Identity, Inputs};
use crate::pattern::Glob;
use crate::policy::{Effect, Policy, Reading, Statement};

use super::facts::Facts;
use super::options::CheckOptions;
use super::trust_policy::{Assume, TrustGap, TrustPolicy, effect, known, witness};

const SERVICE: &str = "kafkaconnect.amazonaws.com";
const ACTION: &str = "sts:AssumeRole";
const SOURCE_ACCOUNT: &str = "aws:SourceAccount";
const SOURCE_ARN: &str = "aws:SourceArn";

/// The trust policy of a connector's role.
pub(super) struct Trust<'a> {
    facts: &'a Facts<'a>,
    policy: TrustPolicy<'a>,
}

impl<'a> Trust<'a> {
    pub fn new(
        role: &Identity,
        role_arn: &'a str,
        facts: &'a Facts<'a>,
        inputs: &'a Inputs,
        options: &'a CheckOptions,
    ) -> Self {
        Self {
            facts,
            policy: TrustPolicy::new(role, role_arn, inputs, options),
        }
    }

    /// May the service assume the role, conditions aside?
    pub fn principal(&self) -> Option<TrustGap> {
        let (outcome, request) = self.ask(self.policy.bare(), &[]);
        if matches!(outcome.decision, Decision::Allowed) {
            return None;
        }
        // What remains open is a condition of a Deny, or another account's say: a Deny counts only if it holds.
        if outcome.decision == Decision::Depends && self.policy.written.is_some() && outcome.exact {
            return None;
        }
        let (at, label, related) = self.policy.principal_places(outcome.decision);
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
        let asked = self.ask(self.policy.stored.clone(), &self.own_source());
        let decision = asked.0.decision;
        if decision == Decision::Allowed || self.policy.written.is_none() {
            return None;
        }
        let name = &self.facts.connector.name.value;
        let account = self.facts.home.account.as_deref().unwrap_or("?");
        let message = if decision == Decision::Depends {
            format!(
                "whether the trust policy fits connector `{name}` depends on conditions whose values are not known"
            )
        } else {
            format!(
                "the conditions of the trust policy can never match connector `{name}` in account `{account}`"
            )
        };
        Some(self.policy.condition_gap(&asked, message))
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
        let open = |context: &[(String, Knowledge)]| {
            !self
                .ask(self.policy.stored.clone(), context)
                .0
                .decision
                .is_denied()
        };
        let message = match (open(&by_account), open(&by_arn)) {
            (false, false) => return None,
            (true, true) => "the trust policy is not limited to this account and connector",
            (true, false) => "the trust policy is not limited to this account by `aws:SourceAccount`",
            (false, true) => "the trust policy is not limited to connectors by `aws:SourceArn`",
        };
        let at = self
            .assume_statement()
            .map_or(self.policy.place, |(policy, statement)| {
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
        let assume = Assume {
            caller: Caller::Service {
                name: SERVICE.to_owned(),
            },
            action: ACTION,
            context: source.to_vec(),
        };
        self.policy.ask(policy, &assume)
    }

    /// The Allow statements for the service, conditions aside.
    fn assume_statement(&self) -> Option<(&Policy, &Statement)> {
        let policy = self.policy.written.as_ref()?;
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

/// An account that is not this one.
fn other_account(own: Option<&str>) -> String {
    let other = "000000000000";
    if own == Some(other) {
        "000000000001".to_owned()
    } else {
        other.to_owned()
    }
}
