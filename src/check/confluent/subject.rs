//! What is judged: an integration with the role that it is meant for, and what works with it.

use crate::finding::Subject;
use crate::input::{Identity, Inputs, Integration, ManagedConnector};
use crate::source::Place;

use super::super::requirement::About;
use super::hand::{Fit, Hand};

/// An integration under judgement.
pub(super) struct Target<'a> {
    pub integration: Integration,
    /// Whether more than its id is known.
    pub is_given: bool,
    pub hand: Option<Hand<'a>>,
}

impl<'a> Target<'a> {
    /// An integration among the inputs.
    pub fn given(integration: &Integration, inputs: &'a Inputs) -> Self {
        Self {
            hand: Hand::of(integration, inputs),
            integration: integration.clone(),
            is_given: true,
        }
    }

    /// One of which a connector's setting names the id, and nothing more is known.
    pub fn named(connector: &ManagedConnector, key: &str, inputs: &'a Inputs) -> Option<Self> {
        let id = connector.setting(key)?.value.clone();
        let integration = Integration {
            place: id.place,
            id: Some(id),
            name: None,
            iam_role_arn: None,
            external_id: None,
            customer_role_arn: None,
        };
        Some(Self {
            hand: Hand::of(&integration, inputs),
            integration,
            is_given: false,
        })
    }

    pub fn role(&self) -> Option<&'a Identity> {
        self.hand.map(|hand| hand.role)
    }

    pub fn fit(&self) -> Option<Fit> {
        self.hand.map(|hand| hand.fit)
    }

    /// The ARN of the role at hand; that of the integration's where the role's own is not known.
    pub fn role_arn(&self) -> Option<&str> {
        let own = self.role().and_then(|role| role.arn.as_ref());
        let named = self.integration.customer_role_arn.as_ref();
        own.or(named).map(|arn| arn.value.as_str())
    }

    /// Findings about the integration itself.
    pub fn about(&self) -> About {
        About {
            subject: Subject {
                integration: Some(self.integration.label().to_owned()),
                role: self.role_arn().map(str::to_owned),
                ..Subject::default()
            },
            at: self.integration.place,
            label: "this integration",
            asked_at: self.role().map(|role| role.place),
        }
    }

    /// Findings about a connector that works with the integration.
    pub fn about_connector(&self, connector: &ManagedConnector) -> About {
        About {
            subject: Subject {
                connector: Some(connector.name.value.clone()),
                ..self.about().subject
            },
            at: connector.place,
            label: "this connector",
            asked_at: self.role().map(|role| role.place),
        }
    }

    /// Whether it is the integration of this id.
    pub fn has_id(&self, id: &str) -> bool {
        self.integration
            .id
            .as_ref()
            .is_some_and(|known| known.value == id)
    }

    /// Where it is described.
    pub fn place(&self) -> Place {
        self.integration.place
    }
}
