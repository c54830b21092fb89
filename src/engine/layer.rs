//! The kinds of policy in a combination, and names for policies and statements.

/// The kind of a policy in the combination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LayerKind {
    /// Inline and managed policies of the user or role (EVAL-03).
    Identity,
    /// Identity policies that are attached at the scope of a resource group (RAM-10).
    ResourceGroup,
    /// The policy of the resource; for a role, its trust policy (TRUST-01).
    Resource,
    /// Permissions boundary.
    Boundary,
    /// Session policies.
    Session,
    /// Service control policies.
    ServiceControl,
    /// Resource control policies.
    ResourceControl,
    /// VPC endpoint policy.
    Endpoint,
}

impl LayerKind {
    /// The short name used in machine-readable output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::ResourceGroup => "resource-group",
            Self::Resource => "resource",
            Self::Boundary => "boundary",
            Self::Session => "session",
            Self::ServiceControl => "scp",
            Self::ResourceControl => "rcp",
            Self::Endpoint => "endpoint",
        }
    }

    /// The name in sentences.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Identity => "identity policy",
            Self::ResourceGroup => "identity policy of a resource group",
            Self::Resource => "resource policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
            Self::ServiceControl => "service control policy",
            Self::ResourceControl => "resource control policy",
            Self::Endpoint => "VPC endpoint policy",
        }
    }
}

/// Names one policy of [`Layers`](super::Layers).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PolicyRef {
    /// Its layer.
    pub layer: LayerKind,
    /// Its level, for SCPs and RCPs; 0 elsewhere.
    pub level: usize,
    /// Its position in the layer or level.
    pub policy: usize,
}

/// Names one statement of [`Layers`](super::Layers).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatementRef {
    /// The policy.
    pub policy: PolicyRef,
    /// Position of the statement in the document, from 0.
    pub statement: usize,
}
