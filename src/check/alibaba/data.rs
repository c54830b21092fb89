//! What is known of ApsaraMQ for Kafka, as dated data: its service-linked roles, the system policies that people
//! attach, and its names of actions and API operations.
//!
//! In: the files under `rules/alibaba/data`, embedded. Out: [`Data`], read once. Their forms are described at their
//! heads; a test proves that they can be read, so that a fault here means a broken build.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

const ROLES: &str = include_str!("../../../rules/alibaba/data/service-linked-roles.toml");
const POLICIES: &str = include_str!("../../../rules/alibaba/data/system-policies.toml");
const NAMES: &str = include_str!("../../../rules/alibaba/data/actions.toml");

/// A feature of ApsaraMQ for Kafka with the service-linked role that it works by.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceLinkedRole {
    /// The name that `--feature` takes.
    pub feature: String,
    /// The role's name.
    pub name: String,
    /// The name of its policy.
    pub policy: String,
    /// The version of the policy that was read.
    pub version: String,
    /// The day on which it was read.
    pub read: toml::value::Datetime,
    /// The value of `ram:ServiceName`.
    pub service: String,
    /// When the service creates it by itself.
    pub created: String,
    /// What it is for.
    pub does: String,
    /// What no longer works once it is deleted.
    pub breaks: Vec<String>,
    /// How it comes back.
    pub again: String,
    /// What its policy is known to allow.
    pub allow: Vec<Allow>,
}

/// Actions that a role's policy is known to allow, on every resource.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allow {
    /// The actions.
    pub actions: Vec<String>,
    /// What has to hold of the request.
    #[serde(default)]
    pub context: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Roles {
    role: Vec<ServiceLinkedRole>,
}

/// A text of a system policy, from one version on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SystemPolicy {
    /// Its name.
    pub name: String,
    /// The first version that it holds for.
    pub version: u32,
    /// The last version that it is known to hold for, where later ones are not known.
    #[serde(default)]
    pub to: Option<u32>,
    /// The text.
    pub document: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Policies {
    policy: Vec<SystemPolicy>,
}

/// The names of actions and operations.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionNames {
    /// The RAM actions.
    pub actions: Vec<String>,
    operation: Vec<Operation>,
}

/// An API operation whose RAM action has another name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// Its name.
    pub name: String,
    /// The RAM action.
    pub action: String,
    /// Whether that is told by the names of other actions alone.
    #[serde(default)]
    pub derived: bool,
}

/// All of it.
#[derive(Debug)]
pub struct Data {
    /// The service-linked roles, in the order of the file.
    pub roles: Vec<ServiceLinkedRole>,
    /// Texts of system policies, by name and rising version.
    policies: Vec<SystemPolicy>,
    /// The names of actions; `None` in a broken build alone.
    pub names: Option<ActionNames>,
}

impl Data {
    /// The data of the binary.
    pub fn builtin() -> &'static Self {
        static DATA: LazyLock<Data> = LazyLock::new(|| Data {
            roles: toml::from_str(ROLES)
                .map(|read: Roles| read.role)
                .unwrap_or_default(),
            policies: toml::from_str(POLICIES)
                .map(|read: Policies| read.policy)
                .unwrap_or_default(),
            names: toml::from_str(NAMES).ok(),
        });
        &DATA
    }

    /// The role of this name, in any case: its own, that of its policy, of its service or of its feature.
    pub fn role(&self, name: &str) -> Option<&ServiceLinkedRole> {
        let is_it = |role: &&ServiceLinkedRole| {
            [&role.name, &role.policy, &role.service, &role.feature]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name))
        };
        self.roles.iter().find(is_it)
    }

    /// The text of a system policy in this version, and whether that version is known: where none is said, and for
    /// versions that came later, it is the latest known.
    pub fn system_policy(&self, name: &str, version: Option<&str>) -> Option<(&SystemPolicy, bool)> {
        let number: Option<u32> = version.and_then(|version| version.strip_prefix('v')?.parse().ok());
        let texts = self.policies.iter().filter(|policy| policy.name == name);
        let text = texts
            .filter(|policy| number.is_none_or(|number| policy.version <= number))
            .max_by_key(|policy| policy.version)?;
        let is_known = number.is_none_or(|number| text.to.is_none_or(|last| number <= last));
        Some((text, is_known))
    }

    /// The role that a feature works by.
    pub fn feature(&self, name: &str) -> Option<&ServiceLinkedRole> {
        self.roles.iter().find(|role| role.feature == name)
    }
}

impl ActionNames {
    /// Whether the text names an action, in any case.
    #[cfg(test)]
    fn is_action(&self, folded: &str) -> bool {
        self.actions
            .iter()
            .any(|action| action.eq_ignore_ascii_case(folded))
    }

    /// The operations, each with its name as an action would be spelled.
    pub fn operations(&self) -> impl Iterator<Item = (String, &Operation)> {
        self.operation
            .iter()
            .map(|operation| (format!("alikafka:{}", operation.name), operation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Tree;

    #[test]
    fn every_file_can_be_read() {
        let data = Data::builtin();
        assert_eq!(data.roles.len(), 5);
        assert!(data.names.is_some() && data.policies.len() >= 4);
        assert!(
            data.policies
                .iter()
                .all(|policy| Tree::parse(&policy.document).faults.is_empty())
        );
    }

    #[test]
    fn a_system_policy_is_known_by_its_version() {
        let data = Data::builtin();
        let of = |version| {
            data.system_policy("AliyunKafkaFullAccess", version)
                .map(|(p, known)| (p.version, known))
        };
        assert_eq!(of(Some("v1")), Some((1, true)));
        assert_eq!(of(Some("v3")), Some((1, true)));
        assert_eq!(of(Some("v4")), Some((4, true)));
        assert_eq!(of(Some("v5")), Some((4, false)));
        assert_eq!(of(None), Some((4, true)));
        assert!(data.system_policy("AliyunNoSuchAccess", None).is_none());
    }

    #[test]
    fn no_operation_has_the_name_of_an_action() {
        let names = Data::builtin().names.as_ref().unwrap();
        for (spelled, operation) in names.operations() {
            assert!(!names.is_action(&spelled), "{spelled}");
            assert!(names.is_action(&operation.action), "{}", operation.action);
        }
    }
}
