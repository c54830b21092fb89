//! What a rule pack holds, once it is loaded: rules, what they ask, when, and the examples that prove them.
//!
//! These are values only. They are built by the loader alone, which has then checked every name, template and
//! dependency; the meaning of each field for somebody who writes a rule file is in `docs/PACKS.md`. Sentences in
//! `why` and `help` are for people and are never parsed.

use super::example::Example;
use super::requirement::{Requirement, When};
use crate::finding::Severity;
use crate::source::Location;

/// One claim about a connector and its policies, with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Where its id stands.
    pub place: Location,
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
    /// The same in words, for people: one phrase each. `` `direction` is `sink` ``.
    pub asked_when: Vec<String>,
    /// What is asked.
    pub ask: Ask,
    /// Grants that a judgement of what is too much never counts.
    pub harmless: Vec<Requirement>,
    /// Ids of rules of the same pack: a gap here follows from a gap there. In the order of the file.
    pub after: Vec<String>,
    /// Ids of rules of the same pack for which this one stands in: where one of them has a gap, and all that this one
    /// asks is granted, that is a finding of this rule. Otherwise the rule says nothing. Empty for other rules.
    pub relieves: Vec<String>,
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

/// What a rule asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Something that a procedure of its own judges.
    Judge(Judgement),
    /// That all of these are granted.
    Grant(Grants),
}

/// What has to be granted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grants {
    /// What the rule itself asks; at least one unless classes say it.
    pub requirements: Vec<Requirement>,
    /// Whether what the connector's class needs under this rule is asked as well.
    pub of_class: bool,
    /// Whether the rule is met where it is not granted: each requirement that is granted is a finding.
    pub refused: bool,
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
    /// The trust policy lets in the integration's external id.
    TrustExternalId,
    /// The trust policy demands an external id.
    TrustExternalIdMissing,
    /// The trust policy lets the integration's role tag its sessions.
    TrustTagSession,
    /// The trust policy no longer denies everybody.
    TrustPlaceholder,
    /// The trust policy lets in no whole account, nor everybody.
    TrustTooWide,
    /// The integration assumes the role at hand.
    RoleMismatch,
    /// A connector that names an integration authenticates by roles.
    NotIamRoles,
    /// The role grants no more than the connectors that use it need.
    OverBroad,
    /// How the connector authenticates and the ports that it connects to agree.
    AuthPortMismatch,
    /// The delivery stream of the worker logs has the tag that log delivery asks for, and its role exists.
    LogFirehose,
    /// Something of ApsaraMQ for Kafka.
    Alibaba(AlibabaJudgement),
}

/// What is judged of ApsaraMQ for Kafka.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlibabaJudgement {
    /// The RAM user may create the feature's service-linked role, where it is not there.
    SlrCreate,
    /// The feature in use has its service-linked role.
    SlrMissing,
    /// The service-linked role's policy holds what is known for the feature.
    SlrPolicyDrift,
    /// The role of ETL may hand the default role to Function Compute.
    PassRole,
    /// No control policy blocks creating or using the role.
    ControlPolicy,
    /// The key of instance encryption carries its tag.
    KeyTag,
    /// Nobody given may delete a service-linked role.
    SlrDeleteImpact,
    /// Policies name RAM actions, not API operations.
    ApiNameAsAction,
}
