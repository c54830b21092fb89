//! One resource or data source of a plan or state.

use crate::source::{DocId, Kind, NodeId, Place, Tree};

/// An instance of a resource or data source.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    /// Its address, as Terraform writes it.
    pub(super) address: String,
    /// The address of its module; empty for the root.
    pub(super) module: String,
    /// Whether it is a data source.
    pub(super) is_data: bool,
    pub(super) kind: String,
    pub(super) name: String,
    /// What tells it from others of its name, as JSON spells it.
    pub(super) index: Option<String>,
    pub(super) doc: DocId,
    /// The object of its attributes.
    pub(super) values: NodeId,
    /// Which of them are known only after apply.
    pub(super) unknown: Option<NodeId>,
}

/// What a plan or state says of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Its value.
    Value(NodeId),
    /// It is known only after apply, as this node says.
    Unknown(NodeId),
    /// There is none.
    Absent,
}

impl Instance {
    /// The place of a node.
    pub(super) fn place(&self, node: NodeId) -> Place {
        Place { doc: self.doc, node }
    }

    /// What is said of the attribute at a path such as `kafka_cluster/0/apache_kafka_cluster`.
    pub(super) fn said(&self, tree: &Tree, path: &str) -> Said {
        let is_set = |mask: &NodeId| tree.boolean(*mask) == Some(true);
        let mut value = Some(self.values);
        let mut unknown = self.unknown;
        for step in path.split('/') {
            if let Some(mask) = unknown.filter(is_set) {
                return Said::Unknown(mask);
            }
            value = value.and_then(|value| child(tree, value, step));
            unknown = unknown.and_then(|unknown| child(tree, unknown, step));
        }
        if let Some(mask) = unknown.filter(is_set) {
            return Said::Unknown(mask);
        }
        match value.filter(|value| tree.kind(*value) != Kind::Null) {
            Some(value) => Said::Value(value),
            None => Said::Absent,
        }
    }

    /// The known text of an attribute.
    pub(super) fn text(&self, tree: &Tree, path: &str) -> Option<String> {
        match self.said(tree, path) {
            Said::Value(node) => tree.scalar(node).map(String::from),
            _ => None,
        }
    }

    /// How many items the list at a path has; one of which nothing is known counts as none.
    pub(super) fn count(&self, tree: &Tree, path: &str) -> usize {
        match self.said(tree, path) {
            Said::Value(node) => tree.items(node).count(),
            _ => 0,
        }
    }
}

/// The member or item of a value.
pub(super) fn child(tree: &Tree, value: NodeId, step: &str) -> Option<NodeId> {
    match tree.kind(value) {
        Kind::Array => tree.items(value).nth(step.parse().ok()?),
        Kind::Object => tree.get(value, step),
        _ => None,
    }
}
