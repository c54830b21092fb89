//! The properties of a connector's worker configuration.

use crate::input::{Connector, Inputs, Located, Setting};

/// What is known of a worker configuration.
#[derive(Debug, Clone, Default)]
pub struct Worker {
    /// Its properties, in the order of the text; the place of each is that of the text.
    pub properties: Vec<Setting>,
    /// The ARN of a worker configuration that the connector names and that is not among the inputs.
    pub missing: Option<Located<String>>,
}

impl Worker {
    /// The worker configuration of a connector; without one of its own, MSK Connect's, which sets none of what rules
    /// ask for.
    pub(super) fn of(connector: &Connector, inputs: &Inputs) -> Self {
        let Some(arn) = &connector.worker_configuration_arn else {
            return Self::default();
        };
        let text = inputs
            .worker_configuration(&arn.value)
            .and_then(|configuration| configuration.properties.as_ref());
        let Some(text) = text else {
            return Self {
                missing: Some(arn.clone()),
                ..Self::default()
            };
        };
        let mut properties = Vec::new();
        // A line that is none is skipped: Kafka Connect would not have started, and the rest still says something.
        let _ = java_properties::PropertiesIter::new(text.value.as_bytes()).read_into(|key, value| {
            let located = |value| Located {
                value,
                place: text.place,
            };
            properties.push(Setting {
                key: located(key),
                value: located(value),
            });
        });
        Self {
            properties,
            missing: None,
        }
    }

    /// A property, the last one where it is given twice.
    pub(super) fn property(&self, key: &str) -> Option<&Setting> {
        self.properties
            .iter()
            .rev()
            .find(|property| property.key.value == key)
    }
}
