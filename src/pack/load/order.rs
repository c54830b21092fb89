//! The order of rules: each after those that it names.
//!
//! The names in `after` span a graph that must have no cycles. Rules that do not depend on each other keep the order
//! of the file. A cycle is shown as it stands, by the shortest way round, with the place of every step.

use std::collections::{BTreeSet, HashMap, VecDeque};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::faults::{Faults, Text, offer, shown};
use super::rule::Draft;
use crate::source::Span;

/// From a rule to one that it comes after; the weight is the place in `after`.
type Graph = DiGraph<(), Span>;

/// The indices of the rules in their order; `None` after a fault.
pub(super) fn order(drafts: &[Draft<'_>], faults: &mut Faults<'_>) -> Option<Vec<usize>> {
    let ids = unique_ids(drafts, faults)?;
    let graph = graph(drafts, &ids, faults)?;
    let mut circular = false;
    for component in kosaraju_scc(&graph) {
        if let Some(cycle) = cycle(&graph, &component) {
            report(&cycle, &graph, drafts, faults);
            circular = true;
        }
    }
    (!circular).then(|| sorted(&graph))
}

/// The index of each id. `None` when a rule has no usable id, or two have the same.
fn unique_ids<'t>(drafts: &[Draft<'t>], faults: &mut Faults<'_>) -> Option<HashMap<&'t str, usize>> {
    let mut ids: HashMap<&str, usize> = HashMap::new();
    let mut sound = true;
    for (index, draft) in drafts.iter().enumerate() {
        let Some(id) = draft.id else {
            sound = false;
            continue;
        };
        if let Some(first) = ids.get(id.text).and_then(|first| drafts.get(*first)?.id) {
            let message = format!("there are two rules `{}`", shown(id.text));
            let related = vec![(first.span, "first here".to_owned())];
            faults.add_related(
                id.span,
                message,
                "Codes are unique: give one of them another id.",
                related,
            );
            sound = false;
        } else {
            ids.insert(id.text, index);
        }
    }
    sound.then_some(ids)
}

fn graph(drafts: &[Draft<'_>], ids: &HashMap<&str, usize>, faults: &mut Faults<'_>) -> Option<Graph> {
    let mut graph = Graph::new();
    let mut sound = true;
    for _ in drafts {
        graph.add_node(());
    }
    for (index, draft) in drafts.iter().enumerate() {
        for name in &draft.after {
            match ids.get(name.text) {
                Some(earlier) => {
                    graph.add_edge(NodeIndex::new(index), NodeIndex::new(*earlier), name.span);
                }
                None => {
                    unknown(*name, drafts, faults);
                    sound = false;
                }
            }
        }
    }
    sound.then_some(graph)
}

fn unknown(name: Text<'_>, drafts: &[Draft<'_>], faults: &mut Faults<'_>) {
    let message = format!("the pack has no rule `{}`", shown(name.text));
    let known = drafts.iter().filter_map(|draft| draft.id).map(|id| id.text);
    faults.add(name.span, message, offer(name.text, known));
}

/// The shortest way from the first rule of a strongly connected component back to itself: its rules, each once.
fn cycle(graph: &Graph, component: &[NodeIndex]) -> Option<Vec<NodeIndex>> {
    let first = *component.iter().min()?;
    let inside: BTreeSet<NodeIndex> = component.iter().copied().collect();
    let mut came_from: HashMap<NodeIndex, NodeIndex> = HashMap::new();
    let mut queue = VecDeque::from([first]);
    while let Some(rule) = queue.pop_front() {
        let mut next: Vec<NodeIndex> = graph
            .neighbors(rule)
            .filter(|next| inside.contains(next))
            .collect();
        next.sort_unstable();
        for earlier in next {
            if earlier == first {
                return Some(way_back(rule, first, &came_from));
            }
            if let std::collections::hash_map::Entry::Vacant(entry) = came_from.entry(earlier) {
                entry.insert(rule);
                queue.push_back(earlier);
            }
        }
    }
    None
}

fn way_back(last: NodeIndex, first: NodeIndex, came_from: &HashMap<NodeIndex, NodeIndex>) -> Vec<NodeIndex> {
    let mut way = vec![last];
    let mut at = last;
    while at != first {
        let Some(before) = came_from.get(&at) else {
            break;
        };
        at = *before;
        way.push(at);
    }
    way.reverse();
    way
}

fn report(cycle: &[NodeIndex], graph: &Graph, drafts: &[Draft<'_>], faults: &mut Faults<'_>) {
    let name = |rule: &NodeIndex| {
        drafts
            .get(rule.index())
            .and_then(|draft| draft.id)
            .map_or("", |id| id.text)
    };
    let round: Vec<String> = cycle
        .iter()
        .chain(cycle.first())
        .map(|rule| format!("`{}`", shown(name(rule))))
        .collect();
    let steps = cycle.iter().zip(cycle.iter().skip(1).chain(cycle.first()));
    let mut places = steps.filter_map(|(rule, earlier)| {
        let edge = graph.find_edge(*rule, *earlier)?;
        let note = format!("`{}` comes after `{}`", shown(name(rule)), shown(name(earlier)));
        Some((*graph.edge_weight(edge)?, note))
    });
    let Some((span, _)) = places.next() else {
        return;
    };
    let message = format!("rules come after each other in a circle: {}", round.join(" → "));
    let help = "Take one of the names out: a gap can only follow from one that is nearer to the root.";
    faults.add_related(span, message, help, places.collect());
}

/// Topological order, the first rule of the file first wherever there is a choice.
fn sorted(graph: &Graph) -> Vec<usize> {
    let mut waiting: Vec<usize> = graph
        .node_indices()
        .map(|rule| graph.neighbors(rule).count())
        .collect();
    let mut ready: BTreeSet<usize> = waiting
        .iter()
        .enumerate()
        .filter(|(_, count)| **count == 0)
        .map(|(index, _)| index)
        .collect();
    let mut order = Vec::with_capacity(waiting.len());
    while let Some(index) = ready.pop_first() {
        order.push(index);
        for later in graph.neighbors_directed(NodeIndex::new(index), petgraph::Direction::Incoming) {
            if let Some(count) = waiting.get_mut(later.index()) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.insert(later.index());
                }
            }
        }
    }
    order
}
