//! How far the trust policy reaches: to the tags of sessions, and to others than the role of the integration.

use crate::engine::{Caller, Decision, Outcome, Request};
use crate::finding::{Related, Spot};
use crate::policy::{Effect, PrincipalKind, Reading, Statement};

use super::super::trust_policy::{TrustGap, effect, witness};
use super::trust::{ASSUME, ExternalId, IntegrationTrust, STRANGER, TAG, with_statements};

impl IntegrationTrust<'_> {
    /// May Confluent's role tag its sessions too?
    pub fn tag_session(&self) -> Option<TrustGap> {
        if !self.is_named() {
            return None;
        }
        // Where the external id is wrong, that is said once.
        let is_id_wrong = self.external_id().is_some();
        let asked = match is_id_wrong {
            true => self.ask_without_external_id(TAG),
            false => self.ask(TAG, ExternalId::Own),
        };
        let decision = asked.0.decision;
        let who = self.caller.as_ref().map_or("", Caller::text);
        match decision {
            Decision::Allowed => None,
            Decision::Depends if is_id_wrong => None,
            Decision::Depends => {
                let message = format!(
                    "whether the trust policy lets `{who}` call `{TAG}` depends on conditions whose values are not known"
                );
                Some(self.policy.condition_gap(&asked, message))
            }
            _ => Some(self.tag_gap(asked, who)),
        }
    }

    pub(super) fn tag_gap(&self, asked: (Outcome, Request), who: &str) -> TrustGap {
        let message =
            format!("the trust policy does not let `{who}` call `{TAG}`, with which sessions are tagged");
        let names_it = |statement: &&Statement| {
            actions(statement).any(|action| action.to_ascii_lowercase().contains("tagsession"))
        };
        let near = self.statements(Effect::Allow).find(names_it);
        let near = near.or_else(|| {
            self.statements(Effect::Allow)
                .find(|statement| self.lets_in(statement))
        });
        let (at, label) = match near {
            Some(statement) if names_it(&statement) => (
                self.spot(statement.node),
                "this is about the action, and does not let that principal in",
            ),
            Some(statement) => {
                let node = match &statement.action {
                    Reading::Known { node, .. } => *node,
                    _ => statement.node,
                };
                (self.spot(node), "the action is missing here")
            }
            None => (self.policy.place, "the action is missing here"),
        };
        TrustGap {
            decision: Some(asked.0.decision),
            message,
            at,
            label: label.to_owned(),
            related: Vec::new(),
            residual: Vec::new(),
            witness: Some(witness(&asked.1)),
        }
    }

    /// Is more let in than Confluent's role: everybody, or an account?
    pub fn too_wide(&self) -> Option<TrustGap> {
        if !self.is_named() {
            return None;
        }
        let policy = self.policy.stored.as_ref()?;
        let mut wide: Vec<(Spot, String)> = Vec::new();
        for statement in self.statements(Effect::Allow) {
            let Reading::Known { value, node } = &statement.principal else {
                continue;
            };
            let everyone = value.everyone.then_some((*node, "*".to_owned()));
            let entries = value
                .entries
                .iter()
                .filter(|entry| entry.kind == PrincipalKind::Aws);
            let entries = entries.map(|entry| (entry.node, entry.value.to_string()));
            for (node, entry) in everyone.into_iter().chain(entries) {
                let Some(account) = account_of(&entry) else {
                    continue;
                };
                let partition = crate::arn::Arn::parse(self.role_arn).map_or("aws", |arn| arn.partition);
                let stranger = Caller::parse(&format!("arn:{partition}:iam::{account}:{STRANGER}"));
                let alone = with_statements(policy, |other| {
                    other.node == statement.node || effect(other) != Some(Effect::Allow)
                });
                let answer = self.ask_as(Some(alone), stranger, ASSUME, ExternalId::Own).0;
                if !answer.decision.is_denied() {
                    wide.push((self.spot(node), entry));
                }
            }
        }
        let (at, entry) = wide.first()?.clone();
        let who = match entry.as_str() {
            "*" => "everybody".to_owned(),
            account => format!("all of the account `{}`", account_of(account).unwrap_or(account)),
        };
        Some(TrustGap {
            decision: None,
            message: format!("the trust policy lets in {who}, and not the role of the integration alone"),
            at,
            label: "name the role in place of this".to_owned(),
            related: wide
                .into_iter()
                .skip(1)
                .map(|(at, _)| Related {
                    at,
                    note: "this is too wide as well".to_owned(),
                })
                .collect(),
            residual: Vec::new(),
            witness: None,
        })
    }
}

fn account_of(entry: &str) -> Option<&str> {
    if entry == "*" {
        return Some("000000000000");
    }
    crate::arn::account_entry(entry)
}

fn actions(statement: &Statement) -> impl Iterator<Item = &str> {
    let clause = match &statement.action {
        Reading::Known { value, .. } => Some(value),
        _ => None,
    };
    clause
        .into_iter()
        .flat_map(|clause| clause.values.iter().map(|item| &*item.value))
}
