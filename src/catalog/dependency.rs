//! Which actions an action needs, directly or through others.
//!
//! In: actions. Out: a graph with an edge from each action to every action that it depends on, cut to what the
//! asked ones reach, so that it costs nothing until asked. Dependencies can form circles; every answer is finite
//! and its order depends on the catalogue alone.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};

use super::model::Action;

/// The dependent actions of some actions, and of those in turn.
#[derive(Debug, Clone)]
pub struct DependencyGraph {
    graph: DiGraph<Action, ()>,
    nodes: BTreeMap<Action, NodeIndex>,
}

impl DependencyGraph {
    /// The graph of all that `roots` need. Linear in the actions reached: about a hundred at most
    /// for one root.
    pub fn reachable_from(roots: impl IntoIterator<Item = Action>) -> Self {
        let mut built = Self {
            graph: DiGraph::new(),
            nodes: BTreeMap::new(),
        };
        let mut open: VecDeque<Action> = VecDeque::new();
        for root in roots {
            built.node(root, &mut open);
        }
        while let Some(action) = open.pop_front() {
            let from = built.node(action, &mut open);
            for needed in action.dependent_actions() {
                let to = built.node(needed, &mut open);
                built.graph.update_edge(from, to, ());
            }
        }
        built
    }

    /// The graph itself: nodes in the order in which they were reached.
    pub fn graph(&self) -> &DiGraph<Action, ()> {
        &self.graph
    }

    /// Everything that `action` needs, without itself: the nearest first, equally near ones by name.
    ///
    /// Empty if the graph was built without it.
    pub fn closure(&self, action: Action) -> Vec<Action> {
        let reached = self.search(action);
        let mut found: Vec<(usize, Action)> = reached
            .iter()
            .filter(|(to, _)| **to != action)
            .map(|(to, step)| (step.distance, *to))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, needed)| needed).collect()
    }

    /// Why `action` needs `needed`: a shortest chain from the one to the other, both included; of several the
    /// one first by name. None if it does not.
    pub fn chain(&self, action: Action, needed: Action) -> Option<Vec<Action>> {
        let reached = self.search(action);
        let mut chain = vec![needed];
        let mut at = reached.get(&needed)?;
        while let Some(before) = at.before {
            chain.push(before);
            at = reached.get(&before)?;
        }
        chain.reverse();
        Some(chain)
    }

    /// The node of `action`, new ones being put on the list of those to be expanded.
    fn node(&mut self, action: Action, open: &mut VecDeque<Action>) -> NodeIndex {
        let Self { graph, nodes } = self;
        *nodes.entry(action).or_insert_with(|| {
            open.push_back(action);
            graph.add_node(action)
        })
    }

    /// Breadth first from `action`, neighbours by name.
    fn search(&self, action: Action) -> BTreeMap<Action, Step> {
        let mut reached = BTreeMap::new();
        let mut open = VecDeque::new();
        if self.nodes.contains_key(&action) {
            reached.insert(
                action,
                Step {
                    distance: 0,
                    before: None,
                },
            );
            open.push_back((action, 0));
        }
        while let Some((from, distance)) = open.pop_front() {
            for needed in self.needs(from) {
                if let Entry::Vacant(place) = reached.entry(needed) {
                    place.insert(Step {
                        distance: distance + 1,
                        before: Some(from),
                    });
                    open.push_back((needed, distance + 1));
                }
            }
        }
        reached
    }

    fn needs(&self, action: Action) -> Vec<Action> {
        let Some(node) = self.nodes.get(&action) else {
            return Vec::new();
        };
        let neighbours = self.graph.neighbors_directed(*node, Direction::Outgoing);
        let mut needs: Vec<Action> = neighbours
            .filter_map(|to| self.graph.node_weight(to).copied())
            .collect();
        needs.sort_unstable();
        needs
    }
}

/// How the search came to an action.
#[derive(Debug, Clone, Copy)]
struct Step {
    distance: usize,
    before: Option<Action>,
}

#[cfg(test)]
mod tests {
    use super::DependencyGraph;
    use crate::catalog::model::{Action, action, all_actions};
    use std::collections::BTreeSet;

    fn names(actions: Vec<Action>) -> Vec<&'static str> {
        actions.iter().map(Action::name).collect()
    }

    fn get(name: &str) -> Action {
        action(name).unwrap()
    }

    #[test]
    fn reading_a_topic_needs_the_group_and_the_connection_behind_it() {
        let read = get("kafka-cluster:ReadData");
        let graph = DependencyGraph::reachable_from([read]);
        assert_eq!(
            names(graph.closure(read)),
            [
                "kafka-cluster:AlterGroup",
                "kafka-cluster:Connect",
                "kafka-cluster:DescribeTopic",
                "kafka-cluster:DescribeGroup",
            ]
        );
        let chain = graph.chain(read, get("kafka-cluster:DescribeGroup")).unwrap();
        assert_eq!(
            names(chain),
            [
                "kafka-cluster:ReadData",
                "kafka-cluster:AlterGroup",
                "kafka-cluster:DescribeGroup"
            ]
        );
        assert_eq!(
            names(graph.chain(read, read).unwrap()),
            ["kafka-cluster:ReadData"]
        );
        assert_eq!(graph.chain(read, get("kafka-cluster:WriteData")), None);
        assert!(graph.closure(get("s3:GetObject")).is_empty());
    }

    #[test]
    fn closures_are_closed_and_finite_even_with_circles() {
        let graph = DependencyGraph::reachable_from(all_actions());
        assert_eq!(graph.graph().node_count(), all_actions().count());
        let mut largest = 0;
        for action in all_actions() {
            let own = DependencyGraph::reachable_from([action]).closure(action);
            let members: BTreeSet<Action> = own.iter().copied().collect();
            assert_eq!(members.len(), own.len());
            assert!(!members.contains(&action));
            let closed = own
                .iter()
                .flat_map(|of| of.dependent_actions())
                .all(|of| of == action || members.contains(&of));
            assert!(closed, "{}", action.name());
            largest = largest.max(own.len());
        }
        assert!((100..400).contains(&largest), "{largest}");
    }
}
