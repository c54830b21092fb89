//! What Confluent Cloud's outputs say: provider integrations, connectors that it runs, keys that it is given.

use super::model::{Located, Setting, last_setting};
use crate::source::Place;

/// A provider integration with AWS: a role of Confluent's that assumes a role of the customer's.
#[derive(Clone, Debug)]
pub struct Integration {
    /// The object or table that describes it.
    pub place: Place,
    /// `cspi-…`.
    pub id: Option<Located<String>>,
    /// The name that it was given.
    pub name: Option<Located<String>>,
    /// The ARN of Confluent's role, the principal that the customer's role has to trust.
    pub iam_role_arn: Option<Located<String>>,
    /// The external id that Confluent's role sends.
    pub external_id: Option<Located<String>>,
    /// The ARN of the customer's role.
    pub customer_role_arn: Option<Located<String>>,
}

impl Integration {
    /// What it is called in messages: its id, else its name.
    #[must_use]
    pub fn label(&self) -> &str {
        let label = self.id.as_ref().or(self.name.as_ref());
        label.map_or("without an id", |label| &label.value)
    }
}

/// A connector that Confluent Cloud runs.
#[derive(Clone, Debug)]
pub struct ManagedConnector {
    /// The object that describes it.
    pub place: Place,
    /// Its name; empty where nothing says it.
    pub name: Located<String>,
    /// Its settings, in order.
    pub configuration: Vec<Setting>,
}

impl ManagedConnector {
    /// The value of a setting, the last one where the key is given twice. Keys are compared in their case.
    #[must_use]
    pub fn setting(&self, key: &str) -> Option<&Setting> {
        last_setting(&self.configuration, key)
    }
}

/// An encryption key of the customer's in AWS KMS that Confluent Cloud uses.
#[derive(Clone, Debug)]
pub struct ByokKey {
    /// The object or table that describes it.
    pub place: Place,
    /// `cck-…`.
    pub id: Option<Located<String>>,
    /// The ARN of the KMS key.
    pub key_arn: Located<String>,
    /// The ARNs of Confluent's roles that use the key; empty where they are not given.
    pub roles: Vec<Located<String>>,
}
