//! What a policy document says, element by element, each with its node in the source tree.
//!
//! Text is kept exactly as written (escapes decoded, case and spaces untouched). No element is resolved,
//! folded or checked here: [`crate::grammar`] judges, [`crate::engine`] compiles.

use crate::dialect::Dialect;
use crate::source::{DocId, NodeId, Place};

/// The policy language version, which decides whether `${…}` is a variable (VAR-01).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// `2008-10-17`, or no `Version` at all (GRAM-04): `${…}` is literal text.
    V2008,
    /// `2012-10-17`: `${…}` is a policy variable.
    V2012,
    /// RAM's only version, `1`. Its grammar has no variables; what becomes of `${…}` is not documented (RAM-06).
    Ram1,
    /// Something else, which AWS would refuse: whether variables are live is unknown.
    Unknown,
}

impl Version {
    /// Whether it is known what `${…}` stands for.
    pub fn settles_variables(self) -> bool {
        matches!(self, Self::V2008 | Self::V2012)
    }
}

/// What a statement does when it applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// The statement grants.
    Allow,
    /// The statement refuses, whatever else grants.
    Deny,
}

impl Effect {
    /// The word as IAM spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

/// One element that was written, or was not, or could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading<T> {
    /// The element is not there.
    Missing,
    /// The element was read.
    Known {
        /// What it says.
        value: T,
        /// Where its value stands.
        node: NodeId,
    },
    /// The element is there, in a form that the grammar does not have (wrong type, repeated key, …).
    NotUnderstood(NodeId),
}

/// A value of a list, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item<T = Box<str>> {
    /// What it says.
    pub value: T,
    /// Where it stands.
    pub node: NodeId,
}

/// `Action`/`NotAction` or `Resource`/`NotResource`: a list, perhaps complemented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Whether the `Not…` form was used.
    pub negated: bool,
    /// The key node of the element.
    pub key: NodeId,
    /// The values as written, in document order; a single value is a list of one.
    pub values: Vec<Item>,
    /// Values that are not strings: what they would match is unknown.
    pub not_understood: Vec<NodeId>,
}

/// The kinds of principal that a principal map names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PrincipalKind {
    /// `AWS`: account, user, role, session, unique id or `*`.
    Aws,
    /// `Service`: a service principal name.
    Service,
    /// `Federated`: a SAML or OIDC provider.
    Federated,
    /// `CanonicalUser`: an S3 canonical user id.
    CanonicalUser,
    /// `RAM`: an account, user or role of Alibaba Cloud.
    Ram,
}

impl PrincipalKind {
    /// The map key as IAM spells it (CASE-01).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Service => "Service",
            Self::Federated => "Federated",
            Self::CanonicalUser => "CanonicalUser",
            Self::Ram => "RAM",
        }
    }

    /// The kind with this exact key in a dialect.
    pub fn from_key(key: &str, dialect: Dialect) -> Option<Self> {
        let kinds = [
            Self::Aws,
            Self::Service,
            Self::Federated,
            Self::CanonicalUser,
            Self::Ram,
        ];
        let known = dialect.table().principals.contains(&key);
        kinds.into_iter().find(|kind| known && kind.as_str() == key)
    }
}

/// One principal of a principal map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalEntry {
    /// Under which key it stands.
    pub kind: PrincipalKind,
    /// The value as written: never trimmed.
    pub value: Box<str>,
    /// Where it stands.
    pub node: NodeId,
}

/// `Principal` or `NotPrincipal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principals {
    /// Whether the element is `NotPrincipal`.
    pub negated: bool,
    /// The key node of the element.
    pub key: NodeId,
    /// The bare string `*`.
    pub everyone: bool,
    /// The entries of the map, in document order; empty for the bare `*`.
    pub entries: Vec<PrincipalEntry>,
    /// Parts that the grammar does not have (unknown map keys, values that are not strings).
    pub not_understood: Vec<NodeId>,
}

/// One value in a condition, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionValue {
    /// Strings decoded; numbers and booleans as spelled (GRAM-16, COND-26). `None`: `null`, or not a scalar.
    pub text: Option<Box<str>>,
    /// Where it stands.
    pub node: NodeId,
}

/// One operator and one key with its values: a conjunct of the `Condition` element (COND-01).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionEntry {
    /// The operator token as written.
    pub operator: Box<str>,
    /// The node of the operator's key.
    pub operator_node: NodeId,
    /// The condition key as written.
    pub key: Box<str>,
    /// The node of the condition key.
    pub key_node: NodeId,
    /// The node of the value or list of values.
    pub values_node: NodeId,
    /// The values in document order; a single value is a list of one.
    pub values: Vec<ConditionValue>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Position in the document, from 0.
    pub index: usize,
    /// The statement's own node.
    pub node: NodeId,
    /// `Sid`.
    pub sid: Reading<Box<str>>,
    /// `Effect`, exactly `Allow` or `Deny` (CASE-02).
    pub effect: Reading<Effect>,
    /// `Principal` or `NotPrincipal`.
    pub principal: Reading<Principals>,
    /// `Action` or `NotAction`.
    pub action: Reading<Clause>,
    /// `Resource` or `NotResource`.
    pub resource: Reading<Clause>,
    /// Every (operator, key) pair of `Condition`, in document order.
    pub conditions: Vec<ConditionEntry>,
    /// Keys that a statement does not have, repeated keys, and parts of `Condition` of the wrong type: the
    /// statement as a whole is then unknown wherever the rest of it matches.
    pub not_understood: Vec<NodeId>,
}

impl Statement {
    /// The `Sid` where there is one, not empty.
    pub fn sid(&self) -> Option<&str> {
        match &self.sid {
            Reading::Known { value, .. } if !value.is_empty() => Some(value),
            _ => None,
        }
    }
}

/// One policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The document whose tree the nodes belong to.
    pub doc: DocId,
    /// The policy object's own node.
    pub root: NodeId,
    /// The language it is written in.
    pub dialect: Dialect,
    /// `Version`.
    pub version: Version,
    /// The statements, in document order.
    pub statements: Vec<Statement>,
    /// Top-level parts that were not understood: every statement is then unknown wherever it matches.
    pub not_understood: Vec<NodeId>,
}

impl Policy {
    /// The place of a node of this policy.
    pub fn place(&self, node: NodeId) -> Place {
        Place { doc: self.doc, node }
    }
}
