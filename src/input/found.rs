//! What the shapes give before it is joined: whole things, and parts whose owner only the joining can tell.

use super::confluent::{ByokKey, Integration, ManagedConnector};
use super::identity::{Attachment, Identity, IdentityKind, NamedPolicy};
use super::model::{
    BarePolicy, BootstrapBrokers, Cluster, Connector, DeliveryStream, Located, LogPolicy, ManagedPolicy,
    OrganizationPolicy, OrganizationPolicyKind, Plugin, PolicyDocument, Setting, WorkerConfiguration,
};
use super::organization::Organization;
use super::ram::RamInputs;
use crate::source::Place;

/// Everything read, in the order of places.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Pages of account dumps, and whether they say that more pages follow.
    pub(super) pages: Vec<(Place, bool)>,
    pub(super) connectors: Vec<Connector>,
    pub(super) clusters: Vec<Cluster>,
    pub(super) bootstrap_brokers: Vec<BootstrapBrokers>,
    pub(super) identities: Vec<Identity>,
    pub(super) inline: Vec<InlineOf>,
    pub(super) inline_lists: Vec<Listed<Located<String>>>,
    pub(super) attached_lists: Vec<Listed<Attachment>>,
    /// With ARN, from account dumps.
    pub(super) policies: Vec<ManagedPolicy>,
    pub(super) descriptions: Vec<PolicyDescription>,
    pub(super) texts: Vec<PolicyText>,
    /// Policies of resources that decide nothing here.
    pub(super) documents: Vec<BarePolicy>,
    pub(super) resource_policies: Vec<UnnamedPolicy>,
    pub(super) log_policies: Vec<LogPolicy>,
    pub(super) log_policy_lists: Vec<Place>,
    pub(super) delivery_streams: Vec<DeliveryStream>,
    pub(super) stream_tags: Vec<Listed<Setting>>,
    pub(super) organization_policies: Vec<OrganizationPolicy>,
    pub(super) organization: Organization,
    pub(super) attachments: Vec<AttachedAt>,
    pub(super) ram: RamInputs,
    pub(super) plugins: Vec<Plugin>,
    pub(super) worker_configurations: Vec<WorkerConfiguration>,
    pub(super) integrations: Vec<Integration>,
    pub(super) managed_connectors: Vec<ManagedConnector>,
    pub(super) byok_keys: Vec<ByokKey>,
}

/// Policies of an organization as they are attached to a root, unit or account.
#[derive(Debug)]
pub(super) struct AttachedAt {
    /// The output, or the item of it.
    pub(super) place: Place,
    pub(super) policy: AttachedPolicy,
    /// Where; all that the policy is attached to where the list is that of a policy.
    pub(super) targets: Vec<String>,
    /// Whether `targets` are all that the policy is attached to.
    pub(super) is_whole: bool,
}

/// A policy that is attached.
#[derive(Debug)]
pub(super) enum AttachedPolicy {
    /// By id and name.
    Known {
        kind: OrganizationPolicyKind,
        id: String,
        name: String,
    },
    /// By its id alone.
    Id(String),
    /// The only one near the output.
    Near,
}

/// The inline policy of an identity that only its name tells.
#[derive(Debug)]
pub(super) struct InlineOf {
    pub(super) kind: IdentityKind,
    pub(super) owner: Located<String>,
    pub(super) policy: NamedPolicy,
}

/// A list that does not say whose it is.
#[derive(Debug)]
pub(super) struct Listed<T> {
    pub(super) place: Place,
    pub(super) items: Vec<T>,
}

/// A managed policy without its text.
#[derive(Debug)]
pub(super) struct PolicyDescription {
    pub(super) place: Place,
    pub(super) name: Located<String>,
    pub(super) arn: Located<String>,
    pub(super) default_version: Option<Located<String>>,
}

/// The text of a policy that does not say of which: a policy version, or a bare document.
#[derive(Debug)]
pub(super) struct PolicyText {
    pub(super) place: Place,
    pub(super) is_bare: bool,
    pub(super) version: Option<Located<String>>,
    pub(super) is_default: Option<Located<bool>>,
    pub(super) document: Option<PolicyDocument>,
}

/// The policy of a bucket or key that does not say of which.
#[derive(Debug)]
pub(super) struct UnnamedPolicy {
    pub(super) place: Place,
    /// Whether the output is one that only keys have.
    pub(super) is_key: bool,
    /// Of which bucket or key, where the output says so.
    pub(super) of: Option<Located<String>>,
    pub(super) document: Option<PolicyDocument>,
}
