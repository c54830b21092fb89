//! Whether the trust policy lets in the external id of the integration, and no other.

use crate::engine::Decision;
use crate::finding::{Related, Spot};
use crate::policy::{ConditionEntry, Effect};

use super::super::trust_policy::TrustGap;
use super::trust::{ASSUME, EXTERNAL_ID, ExternalId, IntegrationTrust, is_certain};

/// An external id that no integration has.
const OF_NOBODY: &str = "00000000-0000-0000-0000-000000000000";

impl IntegrationTrust<'_> {
    /// Is the external id the one thing that keeps Confluent's role out?
    pub fn external_id(&self) -> Option<TrustGap> {
        if !self.is_named() {
            return None;
        }
        let own = self.ask(ASSUME, ExternalId::Own);
        let id = self.integration.external_id.as_ref();
        match (own.0.decision, id) {
            (Decision::Depends, None) => {
                let message = "whether the trust policy demands the external id of the integration is not known, since \
                               that id is not among the inputs";
                Some(self.policy.condition_gap(&own, message.to_owned()))
            }
            (Decision::Allowed | Decision::Depends, _) => None,
            _ if !self.is_by_external_id() => None,
            (_, id) => {
                let id = id.map_or("", |id| id.value.as_str());
                let message = format!(
                    "the trust policy demands another external id than `{id}`, that of the integration"
                );
                let mut gap = self.policy.condition_gap(&own, message);
                gap.related
                    .extend(self.integration.external_id.iter().map(|id| Related {
                        at: Spot::Node(id.place),
                        note: "the external id of the integration".to_owned(),
                    }));
                Some(gap)
            }
        }
    }

    /// Is Confluent's role let in without an external id, or with any?
    pub fn external_id_missing(&self) -> Option<TrustGap> {
        if !self.is_named() || self.external_id().is_some_and(|gap| is_certain(&gap)) {
            return None;
        }
        let is_open = |id| !self.ask(ASSUME, id).0.decision.is_denied();
        let message = match (is_open(ExternalId::None), is_open(ExternalId::Other(OF_NOBODY))) {
            (false, false) => return None,
            (true, true) => "the trust policy demands no external id",
            (true, false) => "the trust policy lets in requests that send no external id",
            (false, true) => "the trust policy takes any external id",
        };
        let statement = self
            .statements(Effect::Allow)
            .find(|statement| self.lets_in(statement));
        let condition = statement.and_then(|statement| {
            let asks = |entry: &&ConditionEntry| entry.key.eq_ignore_ascii_case(EXTERNAL_ID);
            statement
                .conditions
                .iter()
                .find(asks)
                .map(|entry| entry.values_node)
        });
        let node = condition.or(statement.map(|statement| statement.node));
        Some(TrustGap {
            decision: None,
            message: message.to_owned(),
            at: node.map_or(self.policy.place, |node| self.spot(node)),
            label: "an external id ties the role to this integration alone".to_owned(),
            related: Vec::new(),
            residual: Vec::new(),
            witness: None,
        })
    }
}
