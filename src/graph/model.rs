//! The nodes and links of a picture.

use petgraph::graph::{DiGraph, NodeIndex};

use crate::finding::Severity;

/// What a node stands for; the order is that of the columns from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// A connector.
    Connector,
    /// Who may assume the role, or who uses a resource.
    Principal,
    /// The role of a connector.
    Role,
    /// A policy of a role, or of a resource.
    Policy,
    /// A permissions boundary.
    Boundary,
    /// A statement that allows.
    Allow,
    /// A statement that denies.
    Deny,
    /// A statement whose effect is not understood, or statements that are not drawn.
    Other,
    /// Something that is needed and not granted, by how grave it is.
    Gap(Severity),
    /// A resource, or a pattern of resources.
    Resource,
}

impl NodeKind {
    /// The word that stands at the head of a node.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Connector => "connector",
            Self::Principal => "principal",
            Self::Role => "role",
            Self::Policy => "policy",
            Self::Boundary => "boundary",
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Other => "statement",
            Self::Gap(Severity::Error) => "missing",
            Self::Gap(Severity::Warning) => "warning",
            Self::Gap(Severity::Note) => "note",
            Self::Resource => "resource",
        }
    }

    /// The column, from 0. A gap stands where the statement would that closes it.
    pub(super) fn column(self) -> usize {
        match self {
            Self::Connector | Self::Principal => 0,
            Self::Role => 1,
            Self::Policy | Self::Boundary => 2,
            Self::Allow | Self::Deny | Self::Other | Self::Gap(_) => 3,
            Self::Resource => 4,
        }
    }
}

/// One box. Texts are as the input spells them: writers escape them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it stands for.
    pub kind: NodeKind,
    /// Its name, a text of the input or a code.
    pub title: String,
    /// Further lines: actions, conditions.
    pub lines: Vec<String>,
    /// File, line and column, where it stands somewhere.
    pub at: Option<String>,
    /// What it stands for is not among the inputs.
    pub is_absent: bool,
}

/// How two nodes are tied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tie {
    /// The one has, names or grants the other.
    Holds,
    /// The one forbids the other.
    Denies,
    /// The one needs the other and does not have it.
    Lacks(Severity),
}

/// One arrow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// How.
    pub tie: Tie,
    /// What stands at the arrow; empty: nothing.
    pub label: &'static str,
}

/// A picture. Nodes are numbered in the order in which they were met, which gives them their ids.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// The boxes and arrows.
    pub net: DiGraph<Node, Link>,
    /// What is not drawn, one sentence each.
    pub notes: Vec<String>,
    /// How many connectors are drawn.
    pub connectors: usize,
}

impl Graph {
    /// The nodes with their numbers.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (usize, &Node)> {
        self.net.node_weights().enumerate()
    }

    /// The arrows, as numbers of nodes.
    pub(super) fn links(&self) -> impl Iterator<Item = (usize, usize, &Link)> {
        let ends = |index: NodeIndex| index.index();
        self.net.edge_indices().filter_map(move |edge| {
            let (from, to) = self.net.edge_endpoints(edge)?;
            Some((ends(from), ends(to), self.net.edge_weight(edge)?))
        })
    }

    /// How many gaps of severity error are drawn.
    #[must_use]
    pub fn gaps(&self) -> usize {
        let gap = |node: &&Node| node.kind == NodeKind::Gap(Severity::Error);
        self.net.node_weights().filter(gap).count()
    }

    /// What the picture is of, in one sentence.
    pub(super) fn caption(&self) -> String {
        let of = |count: usize, word: &str| match count {
            1 => format!("1 {word}"),
            count => format!("{count} {word}s"),
        };
        format!(
            "{}, {}",
            of(self.connectors, "connector"),
            of(self.gaps(), "missing right")
        )
    }
}
