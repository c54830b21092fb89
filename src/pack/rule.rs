//! What a rule pack holds, once it is loaded: rules, what they ask, when, and the examples that prove them.
//!
//! These are values only. They are built by the loader alone, which has then checked every name, template and
//! dependency; the meaning of each field for somebody who writes a rule file is in `docs/PACKS.md`. Sentences in
//! `why` and `help` are for people and are never parsed.

use super::connector::{Authentication, Direction, LogDestination};
use super::example::Example;
use super::template::Template;
use crate::finding::Severity;

/// A file of rules about one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// Kebab-case; the first half of every code: `msk-connect`.
    pub id: String,
    /// The service, in words for people.
    pub title: String,
    /// Grows with every change that can change findings.
    pub version: u32,
    /// What the rules are asked about.
    pub platform: Platform,
    /// Every rule stands after those that it names in [`Rule::after`]; otherwise in the order of the file.
    pub rules: Vec<Rule>,
}

/// What the rules of a pack are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Platform {
    /// Connectors of Amazon MSK Connect.
    MskConnect,
    /// AWS provider integrations of Confluent Cloud, and its connectors that use them.
    Confluent,
    /// ApsaraMQ for Kafka on Alibaba Cloud.
    Alibaba,
}

/// One claim about a connector and its policies, with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Kebab-case, unique in its pack: `cluster-connect`.
    pub id: String,
    /// `pack/rule`: `msk-connect/cluster-connect`. Unique over all packs, stable once released.
    pub code: String,
    /// What holds when the rule is met: lower case, one line, no final stop.
    pub title: String,
    /// How grave it is when the rule is not met.
    pub severity: Severity,
    /// Why the rule exists: what breaks without it, in sentences.
    pub why: String,
    /// What to do, in sentences.
    pub help: String,
    /// The texts that the rule rests on; at least one.
    pub sources: Vec<SourceNote>,
    /// Which connectors are asked; all of them where every part is `None` or empty.
    pub when: When,
    /// What is asked.
    pub ask: Ask,
    /// Grants that a judgement of what is too much never counts.
    pub harmless: Vec<Requirement>,
    /// Ids of rules of the same pack: a gap here follows from a gap there. In the order of the file.
    pub after: Vec<String>,
    /// Whole questions with their answers; at least one that passes and one that does not.
    pub examples: Vec<Example>,
}

/// A text that a rule rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceNote {
    /// The document, as a person would look for it.
    pub document: String,
    /// The day on which it was last read: `2026-11-21`.
    pub read: String,
}

/// Which connectors a rule is about: every part that is given has to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct When {
    /// How the connector authenticates to its cluster.
    pub authentication: Option<Authentication>,
    /// Which way the connector moves data. Where that is not known, both are asked.
    pub direction: Option<Direction>,
    /// A destination of worker logs that is switched on.
    pub log: Option<LogDestination>,
    /// Settings of the connector, all of which have to hold; sorted by key.
    pub settings: Vec<SettingTest>,
}

/// A test of one setting of the connector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingTest {
    /// The key as the connector's configuration writes it, case-sensitive: `topics.regex`.
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
}

/// What a rule asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Something that a procedure of its own judges.
    Judge(Judgement),
    /// That all of these are granted; at least one.
    Grant(Vec<Requirement>),
}

/// What is judged by a procedure of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Judgement {
    /// The role that the connector names is among the inputs.
    RoleMissing,
    /// The role is not the service-linked role of the service.
    RoleServiceLinked,
    /// The trust policy lets the service assume the role: effect, principal and action, conditions aside.
    TrustPrincipal,
    /// The trust policy is limited to the account and the connector.
    TrustConfusedDeputy,
    /// The limits of the trust policy can match this account and this connector.
    TrustSourceMismatch,
    /// The role grants no more than the connectors that use it need.
    OverBroad,
}

/// Actions on a resource that have to be granted, all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// Who needs them.
    pub of: Subject,
    /// `service:Name`, literal, in the letter case of the catalogue; at least one.
    pub actions: Vec<String>,
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
}

/// Who needs a grant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The connector's service execution role.
    Role,
    /// A service, by the name of its principal, asked of the resource's policy: `delivery.logs.amazonaws.com`.
    Service(String),
}
