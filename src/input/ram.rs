//! What outputs of Alibaba Cloud say: policies, roles and attachments of RAM, control policies, keys, Kafka instances.
//!
//! As with AWS: what the texts say, joined but not judged, each with its place. A policy is known by its name.

use super::model::{Located, PolicyDocument, Setting};
use crate::grammar::RamPolicy;
use crate::source::Place;

/// Everything of Alibaba Cloud among the inputs. Lists are in the order of places.
#[derive(Clone, Debug, Default)]
pub struct RamInputs {
    /// Policies that can be attached, one of each name.
    pub policies: Vec<RamDocument>,
    /// What is attached to users, groups and roles.
    pub attachments: Vec<RamAttachments>,
    /// Roles, one of each name in any case.
    pub roles: Vec<RamRole>,
    /// Names of users that were described.
    pub users: Vec<Located<String>>,
    /// Control policies of the resource directory.
    pub control_policies: Vec<RamDocument>,
    /// Trust and bucket policies that stand alone.
    pub others: Vec<RamDocument>,
    /// Keys of Key Management Service.
    pub keys: Vec<RamKey>,
    /// Lists of tags of keys.
    pub key_tags: Vec<RamKeyTags>,
    /// Instances of ApsaraMQ for Kafka.
    pub instances: Vec<KafkaInstance>,
}

impl RamInputs {
    /// Whether nothing of Alibaba Cloud is among the inputs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self {
            policies,
            attachments,
            roles,
            users,
            control_policies,
            others,
            keys,
            key_tags,
            instances,
        } = self;
        policies.is_empty()
            && attachments.is_empty()
            && roles.is_empty()
            && users.is_empty()
            && control_policies.is_empty()
            && others.is_empty()
            && keys.is_empty()
            && key_tags.is_empty()
            && instances.is_empty()
    }

    /// The role of this name, in any case.
    #[must_use]
    pub fn role(&self, name: &str) -> Option<&RamRole> {
        self.roles
            .iter()
            .find(|role| role.name.value.eq_ignore_ascii_case(name))
    }

    /// The policy of this name, in any case.
    #[must_use]
    pub fn policy(&self, name: &str) -> Option<&RamDocument> {
        self.policies
            .iter()
            .find(|policy| policy.name.eq_ignore_ascii_case(name))
    }

    /// Every document, with what it is for.
    pub fn documents(&self) -> impl Iterator<Item = &RamDocument> {
        let roles = self.roles.iter().filter_map(|role| role.trust.as_ref());
        self.policies
            .iter()
            .chain(&self.control_policies)
            .chain(&self.others)
            .chain(roles)
    }
}

/// A policy document of RAM.
#[derive(Clone, Debug)]
pub struct RamDocument {
    /// The object that holds or describes it.
    pub place: Place,
    /// Its name; from the name of the file where the output has none.
    pub name: String,
    /// What it is for.
    pub kind: RamPolicy,
    /// Whether Alibaba Cloud made it, where an output says so.
    pub is_system: Option<bool>,
    /// The version whose text this is, such as `v3`.
    pub version: Option<String>,
    /// The text in force; `None` where it is not given or not readable.
    pub document: Option<PolicyDocument>,
}

/// The policies that are attached to one user, group or role.
#[derive(Clone, Debug)]
pub struct RamAttachments {
    /// The output that lists them.
    pub place: Place,
    /// To what.
    pub to: RamIdentity,
    /// Its name, where the name of the file tells it.
    pub name: Option<String>,
    /// The policies.
    pub policies: Vec<RamAttachment>,
}

/// What policies are attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RamIdentity {
    /// A RAM user.
    User,
    /// A group of users.
    Group,
    /// A role.
    Role,
}

/// One policy as it is attached.
#[derive(Clone, Debug)]
pub struct RamAttachment {
    /// The object that says so.
    pub place: Place,
    /// The policy's name.
    pub name: Located<String>,
    /// Whether Alibaba Cloud made it.
    pub is_system: Option<bool>,
    /// The version in force.
    pub version: Option<Located<String>>,
    /// Whether it counts for one resource group alone.
    pub in_resource_group: bool,
}

/// A RAM role.
#[derive(Clone, Debug)]
pub struct RamRole {
    /// The object that describes it.
    pub place: Place,
    /// Its name.
    pub name: Located<String>,
    /// Its full name, `acs:ram::ACCOUNT:role/NAME`.
    pub arn: Option<Located<String>>,
    /// Its trust policy.
    pub trust: Option<RamDocument>,
}

/// A key of Key Management Service.
#[derive(Clone, Debug)]
pub struct RamKey {
    /// The object that describes it.
    pub place: Place,
    /// Its id.
    pub id: Located<String>,
    /// Its full name.
    pub arn: Option<Located<String>>,
}

/// The tags of a key, or of the only one there is.
#[derive(Clone, Debug)]
pub struct RamKeyTags {
    /// The list, or the output that has it.
    pub place: Place,
    /// The id of the key, where the output says it.
    pub key: Option<Located<String>>,
    /// The tags.
    pub tags: Vec<Setting>,
}

/// An instance of ApsaraMQ for Kafka.
#[derive(Clone, Debug)]
pub struct KafkaInstance {
    /// The object that describes it.
    pub place: Place,
    /// Its id.
    pub id: Located<String>,
    /// The id of the key that its disks are encrypted with.
    pub key: Option<Located<String>>,
}
