//! What has to be granted, to whom, and when it is asked.

use super::connector::{Authentication, Direction, LogDestination, Scope};
use super::template::Template;
use crate::finding::Severity;

/// Which connectors a rule is about: every part that is given has to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct When {
    /// How the connector authenticates to its cluster.
    pub authentication: Option<Authentication>,
    /// Which way the connector moves data. Where that is not known, both are asked.
    pub direction: Option<Direction>,
    /// A destination of worker logs that is switched on.
    pub log: Option<LogDestination>,
    /// A tag of the connector's class.
    pub tag: Option<String>,
    /// A tag that the connector's class has not.
    pub not_tag: Option<String>,
    /// The name of a role that is not among the inputs.
    pub no_role: Option<String>,
    /// Settings, all of which have to hold; by scope, sorted by key.
    pub settings: Vec<SettingTest>,
    /// One of these holds, where there are any. They hold none themselves.
    pub any: Vec<When>,
}

/// A test of one setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingTest {
    /// Where it stands.
    pub scope: Scope,
    /// The key as the configuration writes it, case-sensitive: `topics.regex`. With `*` at its end it is any key
    /// that begins so, and one of them has to meet the test.
    pub key: String,
    /// What has to hold of it.
    pub is: SettingState,
}

/// What has to hold of a setting. Values are compared byte by byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingState {
    /// It is set, to whatever value.
    Present,
    /// It is not set.
    Absent,
    /// It is set to this value.
    Equals(String),
    /// It is not set, or set to another value.
    NotEquals(String),
    /// It is set to one of these values; at least one.
    OneOf(Vec<String>),
    /// It is a list with commas, and one of its entries is this word.
    Contains(String),
    /// It is set to `true`, in any letter case, as Kafka reads booleans.
    True,
    /// It is not set to `true`.
    NotTrue,
    /// It is set to `false`, in any letter case.
    False,
    /// It is not set to `false`.
    NotFalse,
}

/// Actions on a resource that have to be granted, all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// Who needs them.
    pub of: Subject,
    /// `service:Name`, literal, in the letter case of the catalogue; at least one.
    pub actions: Vec<String>,
    /// Actions each of which is as good as all of `actions`.
    pub instead: Vec<String>,
    /// On what: a literal, or a pattern all of which has to be granted.
    pub resource: Template,
    /// Whether the policy on the resource itself decides, and not only those of the subject.
    pub resource_policy: bool,
    /// What is known of the request: condition keys and their values, sorted by key. Values are literal: a `*` in
    /// them is a letter, and each key has one value.
    pub context: Vec<(String, Template)>,
    /// Resources inside `resource` that the connector really uses. Where all of `resource` is not granted and all of
    /// these are, that is a warning and not a gap. Empty where there is no such middle.
    pub narrower: Vec<Template>,
    /// Settings that name the brokers of the cluster that it is asked of, the first that is set: that need not be the
    /// connector's own. Empty where it is.
    pub brokers: Vec<String>,
    /// When it is asked, beyond what the rule says of it.
    pub when: When,
    /// The same in words, for people, one phrase each.
    pub asked_when: Vec<String>,
    /// How grave it is, where that is not as grave as the rule.
    pub severity: Option<Severity>,
}

/// Who needs a grant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The connector's service execution role.
    Role,
    /// The principal that creates the connector.
    Deployer,
    /// The role with which a connector of Confluent Cloud reads its secrets.
    SecretsRole,
    /// Each role of Confluent's that uses a key.
    KeyUser,
    /// A service, by the name of its principal, asked of the resource's policy: `delivery.logs.amazonaws.com`.
    Service(String),
}
