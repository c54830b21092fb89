//! What is known of ApsaraMQ for Kafka, as dated data: its service-linked roles, the system policies that people
//! attach, and its names of actions and API operations.
//!
//! In: the files under `rules/alibaba/data`, embedded. Out: [`Data`], read once. Their forms are described at their
//! heads; a test proves that they can be read, so that a fault here means a broken build.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

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
    /// Whether `allow` is all that this version holds.
    pub complete: bool,
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

/// All of it.
#[derive(Debug, Default)]
pub struct Data {
    /// The service-linked roles, in the order of the file.
    pub roles: Vec<ServiceLinkedRole>,
}

impl Data {
    /// The data of the binary.
    pub fn builtin() -> &'static Self {
        static DATA: LazyLock<Data> = LazyLock::new(|| Data {
            roles: toml::from_str(include_str!(
                "../../../rules/alibaba/data/service-linked-roles.toml"
            ))
            .map(|read: Roles| read.role)
            .unwrap_or_default(),
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

    /// The role that a feature works by.
    pub fn feature(&self, name: &str) -> Option<&ServiceLinkedRole> {
        self.roles.iter().find(|role| role.feature == name)
    }
}
