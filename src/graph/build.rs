//! From connectors to nodes: the role, its policies, their statements and resources; then the gaps.

use std::collections::HashMap;

use petgraph::graph::NodeIndex;

use crate::check::read_policy;
use crate::finding::Finding;
use crate::input::{Attachment, Connector, Identity, Inputs, PolicyDocument};
use crate::source::Place;

use super::label;
use super::model::{Graph, Link, Node, NodeKind, Tie};

/// At most so many boxes are drawn; what is left out is told.
pub const MAX_NODES: usize = 3_000;

/// Draws the connectors that are wanted, with those of the findings that are about them.
#[must_use]
pub fn graph(inputs: &Inputs, findings: &[Finding], is_wanted: impl Fn(&Connector) -> bool) -> Graph {
    let mut builder = Builder::new(inputs);
    for connector in inputs.connectors.iter().filter(|connector| is_wanted(connector)) {
        builder.connector(connector);
        let name = &connector.name.value;
        let role = connector.role_arn.as_ref().map(|arn| arn.value.as_str());
        let of_it = findings
            .iter()
            .filter(|finding| match &finding.subject.connector {
                Some(of) => of == name && finding.subject.role.as_deref() == role,
                None => finding.subject.role.is_some() && finding.subject.role.as_deref() == role,
            });
        for finding in of_it {
            builder.gap(connector, finding);
        }
    }
    builder.finish()
}

/// What makes a node the same as another one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// A thing of the inputs.
    At(NodeKind, Place),
    /// A thing that is known by its name.
    Named(NodeKind, String),
}

pub(super) struct Builder<'a> {
    pub(super) inputs: &'a Inputs,
    pub(super) graph: Graph,
    known: HashMap<Key, NodeIndex>,
    /// The statements that are drawn, to find the one that a place lies in.
    pub(super) statements: Vec<(Place, NodeIndex)>,
    left_out: usize,
}

impl<'a> Builder<'a> {
    fn new(inputs: &'a Inputs) -> Self {
        Self {
            inputs,
            graph: Graph::default(),
            known: HashMap::new(),
            statements: Vec::new(),
            left_out: 0,
        }
    }

    fn finish(mut self) -> Graph {
        if self.left_out > 0 {
            let message = format!(
                "{} more boxes are not drawn, since there are over {MAX_NODES}: choose connectors with `--connector NAME`",
                self.left_out
            );
            self.graph.notes.push(message);
        }
        self.graph
    }

    /// The node of a key and whether it is new; `None` when there are too many.
    pub(super) fn node(&mut self, key: Key, make: impl FnOnce() -> Node) -> Option<(NodeIndex, bool)> {
        if let Some(known) = self.known.get(&key) {
            return Some((*known, false));
        }
        if self.graph.net.node_count() >= MAX_NODES {
            self.left_out += 1;
            return None;
        }
        let index = self.graph.net.add_node(make());
        self.known.insert(key, index);
        Some((index, true))
    }

    /// A node that is known by its name alone.
    pub(super) fn named(&mut self, kind: NodeKind, title: &str) -> Option<NodeIndex> {
        let make = || Node {
            kind,
            title: title.to_owned(),
            lines: Vec::new(),
            at: None,
            is_absent: false,
        };
        Some(self.node(Key::Named(kind, title.to_owned()), make)?.0)
    }

    /// Ties two nodes, once.
    pub(super) fn tie(&mut self, from: NodeIndex, to: NodeIndex, tie: Tie, label: &'static str) {
        let is_known = self
            .graph
            .net
            .edges_connecting(from, to)
            .any(|edge| edge.weight().tie == tie);
        if !is_known {
            self.graph.net.add_edge(from, to, Link { tie, label });
        }
    }

    /// File, line and column of a place.
    pub(super) fn at(&self, place: Place) -> String {
        let location = self.inputs.sources.locate(place);
        format!(
            "{}:{}:{}",
            location.file, location.start.line, location.start.column
        )
    }

    pub(super) fn connector_node(&mut self, connector: &Connector) -> Option<NodeIndex> {
        let at = self.at(connector.place);
        let class = connector.setting("connector.class");
        let made = self.node(Key::At(NodeKind::Connector, connector.place), || Node {
            kind: NodeKind::Connector,
            title: connector.name.value.clone(),
            lines: class.map(|class| class.value.value.clone()).into_iter().collect(),
            at: Some(at),
            is_absent: false,
        });
        Some(made?.0)
    }

    fn connector(&mut self, connector: &Connector) {
        self.graph.connectors += 1;
        let Some(node) = self.connector_node(connector) else {
            return;
        };
        if let Some(role) = connector
            .role_arn
            .as_ref()
            .and_then(|arn| self.role_node(&arn.value))
        {
            self.tie(node, role, Tie::Holds, "runs as");
        }
        self.logs(connector);
    }

    /// The node of a role, drawn with its policies when it is met first.
    pub(super) fn role_node(&mut self, arn: &str) -> Option<NodeIndex> {
        let role = self.inputs.role(arn);
        let at = role.map(|role| self.at(role.place));
        let (node, is_new) = self.node(Key::Named(NodeKind::Role, arn.to_owned()), || Node {
            kind: NodeKind::Role,
            title: arn.to_owned(),
            lines: if role.is_none() {
                vec!["not among the inputs".to_owned()]
            } else {
                Vec::new()
            },
            at,
            is_absent: role.is_none(),
        })?;
        if let Some(role) = role.filter(|_| is_new) {
            self.role(node, role);
        }
        Some(node)
    }

    fn role(&mut self, node: NodeIndex, role: &Identity) {
        let trust = role.trust.and_then(|trust| read_policy(trust, self.inputs));
        for (who, kind) in trust.iter().flat_map(label::principals) {
            let Some(principal) = self.named(NodeKind::Principal, &who) else {
                continue;
            };
            match kind {
                NodeKind::Deny => self.tie(principal, node, Tie::Denies, "may not assume"),
                _ => self.tie(principal, node, Tie::Holds, "may assume"),
            }
        }
        for policy in &role.inline {
            let made = self.policy(
                NodeKind::Policy,
                &policy.name.value,
                policy.place,
                policy.document,
            );
            self.tie_policy(node, made, "inline");
        }
        for attachment in &role.attached {
            let made = self.attachment(NodeKind::Policy, attachment);
            self.tie_policy(node, made, "attached");
        }
        if let Some(boundary) = &role.boundary {
            let made = self.attachment(NodeKind::Boundary, boundary);
            self.tie_policy(node, made, "bounded by");
        }
    }

    fn tie_policy(&mut self, role: NodeIndex, policy: Option<NodeIndex>, label: &'static str) {
        if let Some(policy) = policy {
            self.tie(role, policy, Tie::Holds, label);
        }
    }

    fn attachment(&mut self, kind: NodeKind, attachment: &Attachment) -> Option<NodeIndex> {
        let policy = self.inputs.attached_policy(attachment);
        let name = attachment.name().unwrap_or("policy");
        // Roles that share a managed policy share its node.
        let place = policy.map_or(attachment.place, |policy| policy.place);
        self.policy(kind, name, place, policy.and_then(|policy| policy.document))
    }

    /// A policy with its statements, which are drawn when it is met first.
    fn policy(
        &mut self,
        kind: NodeKind,
        name: &str,
        place: Place,
        document: Option<PolicyDocument>,
    ) -> Option<NodeIndex> {
        let at = self.at(place);
        let (node, is_new) = self.node(Key::At(kind, place), || Node {
            kind,
            title: name.to_owned(),
            lines: if document.is_none() {
                vec!["its text is not among the inputs".to_owned()]
            } else {
                Vec::new()
            },
            at: Some(at),
            is_absent: document.is_none(),
        })?;
        if is_new {
            self.statements(node, document);
        }
        Some(node)
    }

    fn statements(&mut self, policy: NodeIndex, document: Option<PolicyDocument>) {
        let read = document.and_then(|document| read_policy(document, self.inputs));
        let Some(read) = read else { return };
        for statement in &read.statements {
            let place = read.place(statement.node);
            let at = self.at(place);
            let made = self.node(Key::At(label::kind(statement), place), || Node {
                kind: label::kind(statement),
                title: label::title(statement),
                lines: label::lines(statement),
                at: Some(at),
                is_absent: false,
            });
            let Some((node, _)) = made else { continue };
            self.statements.push((place, node));
            self.tie(policy, node, Tie::Holds, "");
            let tie = if label::kind(statement) == NodeKind::Deny {
                Tie::Denies
            } else {
                Tie::Holds
            };
            for resource in label::resources(statement) {
                if let Some(resource) = self.named(NodeKind::Resource, &resource) {
                    self.tie(node, resource, tie, "");
                }
            }
        }
    }

    /// The policies of the places where worker logs go, which are asked of the service that delivers them.
    fn logs(&mut self, connector: &Connector) {
        let logs = &connector.log_delivery;
        let bucket = logs
            .s3
            .as_ref()
            .filter(|logs| logs.enabled)
            .and_then(|logs| logs.target.as_ref());
        if let Some(policy) = bucket.and_then(|bucket| self.inputs.bucket_policy(&bucket.value)) {
            let name = format!("bucket policy of {}", policy.resource);
            self.resource_policy(&name, policy.place, policy.document);
        }
        if logs.cloudwatch.as_ref().is_some_and(|logs| logs.enabled) {
            for policy in &self.inputs.log_policies {
                let name = policy
                    .name
                    .as_ref()
                    .map_or("resource policy of logs", |name| &name.value);
                self.resource_policy(name, policy.place, policy.document);
            }
        }
    }

    fn resource_policy(&mut self, name: &str, place: Place, document: Option<PolicyDocument>) {
        let Some(node) = self.policy(NodeKind::Policy, name, place, document) else {
            return;
        };
        let read = document.and_then(|document| read_policy(document, self.inputs));
        for (who, _) in read.iter().flat_map(label::principals) {
            if let Some(principal) = self.named(NodeKind::Principal, &who) {
                self.tie(principal, node, Tie::Holds, "named in");
            }
        }
    }
}
