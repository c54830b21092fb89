//! Whether the customer's role trusts an integration's role: the right principal, with the right external id, for both
//! actions, and nobody else.
//!
//! Every question is put to the engine: who is let in with which external id is judged by what the conditions do, never
//! by how they are written. Each cause has one code. Source: codes of the confluent pack; TRUST-01 … TRUST-07.

use crate::condition::{Knowledge, State};
use crate::engine::{Caller, Decision, Outcome, Request};
use crate::finding::Spot;
use crate::input::{Identity, Inputs, Integration};
use crate::policy::{ConditionEntry, Effect, Policy, Statement};

use super::super::options::CheckOptions;
use super::super::trust_policy::{Assume, TrustGap, TrustPolicy, effect, known};

pub(super) const ASSUME: &str = "sts:AssumeRole";
pub(super) const TAG: &str = "sts:TagSession";
pub(super) const EXTERNAL_ID: &str = "sts:ExternalId";

/// A role that nobody trusts by name.
pub(super) const STRANGER: &str = "role/somebody-else";

/// The trust of a customer's role under judgement.
pub(super) struct IntegrationTrust<'a> {
    pub integration: &'a Integration,
    pub policy: TrustPolicy<'a>,
    /// Confluent's role; `None` where the integration does not name one.
    pub caller: Option<Caller>,
    pub role_arn: &'a str,
}

/// What the conditions of the trust are asked about the external id.
#[derive(Clone, Copy)]
pub(super) enum ExternalId<'a> {
    /// That of the integration; whatever it may be where it is not known.
    Own,
    /// None is sent.
    None,
    /// This one.
    Other(&'a str),
}

impl<'a> IntegrationTrust<'a> {
    pub fn new(
        integration: &'a Integration,
        role: &Identity,
        role_arn: &'a str,
        inputs: &'a Inputs,
        options: &'a CheckOptions,
    ) -> Self {
        let caller = integration.iam_role_arn.as_ref();
        let caller = caller.map(|arn| Caller::parse(arn.value.trim()));
        Self {
            integration,
            policy: TrustPolicy::new(role, role_arn, inputs, options),
            caller: caller.filter(|caller| matches!(caller, Caller::Role { .. })),
            role_arn,
        }
    }

    /// Whether Confluent's role may get in, were it not for what the policy says of the external id.
    pub(super) fn is_by_external_id(&self) -> bool {
        !self.ask_without_external_id(ASSUME).0.decision.is_denied()
    }

    /// How the policy would answer if it did not speak of the external id, by its name or one that is meant for it.
    pub(super) fn ask_without_external_id(&self, action: &str) -> (Outcome, Request) {
        let misspelt = self.misspelt();
        let is_about_it = |entry: &ConditionEntry| {
            entry.key.eq_ignore_ascii_case(EXTERNAL_ID) || misspelt.iter().any(|key| **key == *entry.key)
        };
        let policy = self.policy.stored.clone().map(|mut policy| {
            policy.statements.retain(|statement| {
                effect(statement) == Some(Effect::Allow) || !statement.conditions.iter().any(is_about_it)
            });
            let statements = policy.statements.iter_mut();
            statements.for_each(|statement| statement.conditions.retain(|entry| !is_about_it(entry)));
            policy
        });
        let caller = self.caller.clone().unwrap_or(Caller::Anonymous);
        self.ask_as(policy, caller, action, ExternalId::Own)
    }

    /// Whether a statement is about Confluent's role assuming the role, conditions aside.
    pub(super) fn lets_in(&self, statement: &Statement) -> bool {
        let bare = self.policy.bare();
        let alone = bare.map(|policy| with_statements(&policy, |other| other.node == statement.node));
        self.caller.clone().is_some_and(|caller| {
            self.ask_as(alone, caller, ASSUME, ExternalId::Own).0.decision == Decision::Allowed
        })
    }

    pub(super) fn statements(&self, wanted: Effect) -> impl Iterator<Item = &Statement> {
        let statements = self.policy.stored.iter().flat_map(|policy| &policy.statements);
        statements.filter(move |statement| effect(statement) == Some(wanted))
    }

    pub(super) fn spot(&self, node: crate::source::NodeId) -> Spot {
        let policy = self.policy.written.as_ref();
        policy.map_or(self.policy.place, |policy| Spot::Node(policy.place(node)))
    }

    pub(super) fn ask(&self, action: &str, id: ExternalId<'_>) -> (Outcome, Request) {
        let caller = self.caller.clone().unwrap_or(Caller::Anonymous);
        self.ask_as(self.policy.stored.clone(), caller, action, id)
    }

    pub(super) fn ask_as(
        &self,
        policy: Option<Policy>,
        caller: Caller,
        action: &str,
        id: ExternalId<'_>,
    ) -> (Outcome, Request) {
        let own = self.integration.external_id.as_ref();
        let sent = match id {
            ExternalId::Own => own.map(|id| known(&id.value)),
            ExternalId::None => Some(Knowledge::Known(State::Absent)),
            ExternalId::Other(id) => Some(known(id)),
        };
        let mut context: Vec<(String, Knowledge)> = Vec::new();
        context.extend(sent.map(|sent| (EXTERNAL_ID.to_owned(), sent)));
        // No request has these; who writes them means the external id.
        let misspelt = self.misspelt().into_iter();
        context.extend(misspelt.map(|key| (key, Knowledge::Known(State::Absent))));
        let assume = Assume {
            caller,
            action,
            context,
        };
        self.policy.ask(policy, &assume)
    }

    /// Condition keys that look like the external id and are none.
    pub(super) fn misspelt(&self) -> Vec<String> {
        let statements = self.policy.written.iter().flat_map(|policy| &policy.statements);
        let keys = statements.flat_map(|statement| &statement.conditions);
        let keys = keys.map(|entry| entry.key.to_string()).filter(|key| {
            let folded = key.to_ascii_lowercase().replace(['-', '_'], "");
            folded.ends_with("externalid") && folded != "sts:externalid"
        });
        keys.collect()
    }
}

pub(super) fn is_certain(gap: &TrustGap) -> bool {
    gap.decision.is_some_and(Decision::is_denied)
}

pub(super) fn with_statements(policy: &Policy, is_wanted: impl Fn(&Statement) -> bool) -> Policy {
    let mut policy = policy.clone();
    policy.statements.retain(|statement| is_wanted(statement));
    policy
}
