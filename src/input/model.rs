//! What was read: connectors, clusters, roles and policies, each with its place.
//!
//! These types say what the texts say, joined but not judged. Names, ARNs and values are literal, in the case in
//! which they are spelled. A policy whose text is named but not given, or given but not readable, has no document:
//! whoever decides with it has to treat it as unknown, never as empty.

use crate::managed::{self, ManagedText};
use crate::source::{DocId, NodeId, Place};

/// A value and the place it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// The value; strings are decoded.
    pub value: T,
    /// Its place.
    pub place: Place,
}

/// The root of a policy document, opened if it was embedded in a string. It may be of any JSON kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyDocument {
    /// The document, which may be an embedded one.
    pub doc: DocId,
    /// The policy in it.
    pub root: NodeId,
}

impl PolicyDocument {
    /// The place of the policy.
    #[must_use]
    pub fn place(self) -> Place {
        Place {
            doc: self.doc,
            node: self.root,
        }
    }
}

impl From<Place> for PolicyDocument {
    fn from(place: Place) -> Self {
        Self {
            doc: place.doc,
            root: place.node,
        }
    }
}

/// One key with its value: a connector setting or a tag. Numbers and booleans are kept as they are spelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The key.
    pub key: Located<String>,
    /// The value.
    pub value: Located<String>,
}

/// An MSK Connect connector: described, listed, or about to be created.
#[derive(Clone, Debug)]
pub struct Connector {
    /// The object that describes it.
    pub place: Place,
    /// Its name.
    pub name: Located<String>,
    /// Its ARN; `None` before it is created.
    pub arn: Option<Located<String>>,
    /// Its settings, in order; `None` where the output leaves them out, as `list-connectors` does.
    pub configuration: Option<Vec<Setting>>,
    /// The ARN of its service execution role.
    pub role_arn: Option<Located<String>>,
    /// How it proves who it is to the cluster: `IAM` or `NONE`.
    pub authentication: Option<Located<String>>,
    /// `TLS` or `PLAINTEXT`.
    pub encryption: Option<Located<String>>,
    /// Hosts and ports, separated by commas.
    pub bootstrap_servers: Option<Located<String>>,
    /// The version of Kafka Connect.
    pub connect_version: Option<Located<String>>,
    /// Where the workers' logs go.
    pub log_delivery: LogDelivery,
    /// The ARN of its worker configuration.
    pub worker_configuration_arn: Option<Located<String>>,
    /// The ARNs of its custom plugins.
    pub plugin_arns: Vec<Located<String>>,
    /// `RUNNING`, `FAILED` and others.
    pub state: Option<Located<String>>,
    /// Why it failed, as the service says it.
    pub state_message: Option<Located<String>>,
}

impl Connector {
    /// The value of a setting, the last one where the key is given twice. Keys are compared in their case.
    #[must_use]
    pub fn setting(&self, key: &str) -> Option<&Setting> {
        last_setting(self.configuration.as_deref().unwrap_or_default(), key)
    }
}

/// The last of the settings with this key.
pub(super) fn last_setting<'a>(settings: &'a [Setting], key: &str) -> Option<&'a Setting> {
    settings.iter().rev().find(|setting| setting.key.value == key)
}

/// The destinations of worker logs that are given, whether enabled or not.
#[derive(Clone, Debug, Default)]
pub struct LogDelivery {
    /// A bucket, with a prefix.
    pub s3: Option<LogDestination>,
    /// A log group.
    pub cloudwatch: Option<LogDestination>,
    /// A delivery stream.
    pub firehose: Option<LogDestination>,
}

/// One destination of worker logs.
#[derive(Clone, Debug)]
pub struct LogDestination {
    /// The object that describes it.
    pub place: Place,
    /// Whether logs go there. True where the output does not say, which is a problem of its own.
    pub enabled: bool,
    /// The name of the bucket, log group or delivery stream.
    pub target: Option<Located<String>>,
    /// The prefix of objects in the bucket.
    pub prefix: Option<Located<String>>,
}

/// An MSK cluster.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// The object that describes it.
    pub place: Place,
    /// Its ARN.
    pub arn: Located<String>,
    /// Its name.
    pub name: Option<Located<String>>,
    /// Whether clients may authenticate with IAM, where the output says so.
    pub iam: Option<Located<bool>>,
    /// The ARN of the KMS key of its data.
    pub encryption_key: Option<Located<String>>,
    /// ZooKeeper connection strings, whose hosts name the cluster as those of its brokers do.
    pub zookeeper: Vec<Located<String>>,
}

/// The output of `get-bootstrap-brokers`, which does not say of which cluster.
#[derive(Clone, Debug)]
pub struct BootstrapBrokers {
    /// The object.
    pub place: Place,
    /// Each connection string under its key, such as `BootstrapBrokerStringSaslIam`.
    pub strings: Vec<Setting>,
}

/// A managed policy.
#[derive(Clone, Debug)]
pub struct ManagedPolicy {
    /// The object that holds its text, else the one that describes it.
    pub place: Place,
    /// Its name; from the name of the file where the output has none.
    pub name: String,
    /// Its ARN; `None` where only its text is given.
    pub arn: Option<Located<String>>,
    /// The version whose text this is, such as `v3`.
    pub version: Option<String>,
    /// The text in force.
    pub document: Option<PolicyDocument>,
    /// Of which embedded text `document` is, where no input gives one: AWS's policy as it was on a day.
    pub embedded: Option<ManagedText>,
}

impl ManagedPolicy {
    /// As of which day an embedded text is used, in one sentence; `None` where the text is an input's.
    #[must_use]
    pub fn taken_as(&self) -> Option<String> {
        let text = self.embedded?;
        let arn = self.arn.as_ref().map_or("", |arn| arn.value.as_str());
        let elsewhere = match managed::parts_of(arn) {
            Some((partition, _)) if partition != managed::PARTITION => {
                format!(", with ARNs of the partition `{partition}`")
            }
            _ => String::new(),
        };
        let (name, version, date) = (text.name(), text.version, text.date);
        Some(format!(
            "`{name}` is taken as of {version}, {date}{elsewhere}, since its text is not among the inputs"
        ))
    }
}

/// The policy of a bucket or key.
#[derive(Clone, Debug)]
pub struct ResourcePolicy {
    /// The bucket's name; the key's id, ARN or alias.
    pub resource: String,
    /// The object or string that holds the policy.
    pub place: Place,
    /// The policy.
    pub document: Option<PolicyDocument>,
}

/// A resource policy of CloudWatch Logs.
#[derive(Clone, Debug)]
pub struct LogPolicy {
    /// The object that describes it.
    pub place: Place,
    /// Its name.
    pub name: Option<Located<String>>,
    /// The resource it is put on, where it is not the account's.
    pub resource_arn: Option<Located<String>>,
    /// The policy.
    pub document: Option<PolicyDocument>,
}

/// A Firehose delivery stream.
#[derive(Clone, Debug)]
pub struct DeliveryStream {
    /// The object that describes it.
    pub place: Place,
    /// Its name.
    pub name: Located<String>,
    /// Its ARN.
    pub arn: Option<Located<String>>,
    /// `DirectPut`, `MSKAsSource` and others.
    pub kind: Option<Located<String>>,
    /// Its tags; `None` where they are not given.
    pub tags: Option<Vec<Setting>>,
}

/// What an organization policy controls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrganizationPolicyKind {
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
}

/// A service or resource control policy.
#[derive(Clone, Debug)]
pub struct OrganizationPolicy {
    /// The object that describes it.
    pub place: Place,
    /// What it controls.
    pub kind: OrganizationPolicyKind,
    /// Its ARN.
    pub arn: Option<Located<String>>,
    /// Its name; from the name of the file where the text has none.
    pub name: String,
    /// Its id, such as `p-1a2b3c4d`.
    pub id: Option<String>,
    /// The level of the organization it is attached at, from the name of the file: `scps/<level>-<name>.json`. Empty
    /// where that does not tell it; such policies count as one level. Of no meaning where `targets` are known.
    pub level: String,
    /// The ids of the roots, units and accounts that it is attached to, as far as outputs say it, in order.
    pub targets: Vec<String>,
    /// Whether those are all.
    pub targets_listed: bool,
    /// Whether it is the policy of AWS that allows all, whose text no input gives.
    pub embedded: bool,
    /// The policy.
    pub document: Option<PolicyDocument>,
}

/// A custom plugin.
#[derive(Clone, Debug)]
pub struct Plugin {
    /// The object that describes it.
    pub place: Place,
    /// Its ARN.
    pub arn: Located<String>,
    /// Its name.
    pub name: Option<Located<String>>,
    /// The ARN of the bucket that its file lies in.
    pub bucket_arn: Option<Located<String>>,
    /// The key of its file in that bucket.
    pub file_key: Option<Located<String>>,
}

/// A worker configuration.
#[derive(Clone, Debug)]
pub struct WorkerConfiguration {
    /// The object that describes it.
    pub place: Place,
    /// Its ARN.
    pub arn: Located<String>,
    /// Its name.
    pub name: Option<Located<String>>,
    /// The text of its properties file, decoded; the place is that of the base64 string.
    pub properties: Option<Located<String>>,
}

/// A policy document that stands alone: what it is the policy of is for the caller to say.
#[derive(Clone, Debug)]
pub struct BarePolicy {
    /// The file.
    pub file: String,
    /// The policy.
    pub document: PolicyDocument,
}

/// A document that is JSON but nothing that is known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unrecognised {
    /// The document.
    pub doc: DocId,
    /// What it has in place of what is known: one line.
    pub why: String,
}

/// An assumption made while joining what the texts say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What is assumed: one line.
    pub message: String,
    /// The place that gave rise to it.
    pub place: Place,
}
