//! From findings to nodes: what is missing, between who needs it and what it is needed on.

use std::collections::BTreeSet;

use petgraph::graph::NodeIndex;

use crate::engine::Decision;
use crate::finding::{Finding, Spot};
use crate::input::Connector;
use crate::source::Place;

use super::build::{Builder, Key};
use super::label::{MAX_RESOURCES, cut};
use super::model::{Node, NodeKind, Tie};

/// At most so many missing actions are named.
const MAX_ACTIONS: usize = 8;

impl Builder<'_> {
    /// A gap of a connector: a node with its code and what is missing.
    pub(super) fn gap(&mut self, connector: &Connector, finding: &Finding) {
        let actions: BTreeSet<&str> = finding.missing.iter().map(|part| part.action.as_str()).collect();
        let mut lines: Vec<String> = actions.into_iter().map(str::to_owned).collect();
        if lines.is_empty() {
            lines.push(finding.message.clone());
        }
        let lines = cut(lines, MAX_ACTIONS, "action");
        let place = match finding.at {
            Spot::Node(place) => place,
            Spot::Text(..) => connector.place,
        };
        let kind = NodeKind::Gap(finding.severity);
        let of = format!("{}\n{}\n{}", connector.name.value, finding.code, finding.message);
        let at = self.at(place);
        let made = self.node(Key::Named(kind, of), || Node {
            kind,
            title: finding.code.clone(),
            lines,
            at: Some(at),
            is_absent: false,
        });
        let Some((gap, true)) = made else { return };
        let lacks = Tie::Lacks(finding.severity);
        if let Some(from) = self.who_lacks(connector, finding) {
            self.tie(from, gap, lacks, "");
        }
        let resources: BTreeSet<&str> = finding
            .missing
            .iter()
            .map(|part| part.resource.as_str())
            .collect();
        let resources = resources.into_iter().map(str::to_owned).collect();
        for resource in cut(resources, MAX_RESOURCES, "resource") {
            if let Some(resource) = self.named(NodeKind::Resource, &resource) {
                self.tie(gap, resource, lacks, "");
            }
        }
        if finding.decision == Some(Decision::ExplicitlyDenied)
            && let Some(statement) = self.statement_around(place)
        {
            self.tie(statement, gap, Tie::Denies, "");
        }
    }

    /// Whose right is missing: the principal that the requirement names, else the role, else the connector.
    fn who_lacks(&mut self, connector: &Connector, finding: &Finding) -> Option<NodeIndex> {
        let role = finding.subject.role.as_deref();
        let principal = finding
            .requirement
            .as_ref()
            .map(|required| required.principal.as_str());
        match (principal, role) {
            (Some(who), role) if Some(who) != role => self.named(NodeKind::Principal, who),
            (_, Some(role)) => self.role_node(role),
            _ => self.connector_node(connector),
        }
    }

    /// The innermost statement that holds a place.
    fn statement_around(&self, place: Place) -> Option<NodeIndex> {
        let span = |place: Place| Some(self.inputs.sources.tree(place.doc)?.span(place.node));
        let inner = span(place)?;
        let holds = |statement: &&(Place, NodeIndex)| {
            statement.0.doc == place.doc
                && span(statement.0).is_some_and(|outer| outer.start <= inner.start && inner.end <= outer.end)
        };
        self.statements.iter().find(holds).map(|(_, node)| *node)
    }
}
