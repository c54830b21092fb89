//! Who can become whom: a graph of principals whose edges are calls that assume a role.
//!
//! In: a corpus. Out: [`Become`]. An edge is a decision of the engine on the request, with the caller's own layers and
//! the role's trust policy: within an account a trust policy that names the caller is enough, one that names the account
//! asks the caller's own policies too, and across accounts both sides have to grant. Edges that depend on something are
//! kept apart from those that are certain, and paths take them only where there is no other.
//!
//! Source: TRUST-01 … TRUST-07, EVAL-06 … EVAL-08, EVAL-18.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use petgraph::algo::dijkstra;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{EdgeRef, Reversed};
use rayon::prelude::*;

use super::asking::{Asking, Guarded, Verdict};
use super::corpus::Corpus;
use super::outside::{Outsider, outsiders};
use super::principal::{Principal, PrincipalKind};
use crate::arn::{self, Arn, Identity};
use crate::engine::{Caller, CompiledPolicy, Decision, Request, Resource, decide};
use crate::policy::{PrincipalKind as Entry, Reading};

/// An edge that depends on something costs this much more than one that is certain.
const CONDITIONAL: u64 = 1 << 32;

/// To reach somebody who can do a part only costs more than any way to somebody who can do all.
const PART: u64 = 1 << 20;

/// The calls that assume a role, as the catalogue spells them.
const ASSUME: &str = "sts:AssumeRole";
const WITH_PROVIDER: [&str; 2] = ["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"];

/// Who is at a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    /// A principal of the corpus, by number.
    Inside(usize),
    /// One that trust policies name beyond those, by number.
    Outside(usize),
}

/// A call that assumes the role at its end.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    pub action: &'static str,
    pub sure: bool,
}

/// Who can become whom.
pub struct Become {
    graph: DiGraph<Node, Edge>,
    of_inside: Vec<NodeIndex>,
    outside: Vec<(String, PrincipalKind)>,
    /// Roles whose trust policy no input gives, by name.
    pub untold: Vec<String>,
}

/// What was found for one role: who can assume it.
#[derive(Default)]
struct Found {
    inside: Vec<(usize, Edge)>,
    outside: Vec<(String, PrincipalKind, Edge)>,
    untold: bool,
}

/// One step of a path.
pub(super) struct Step {
    pub to: usize,
    pub edge: Edge,
}

impl Become {
    /// Finds all edges.
    ///
    /// Cost: for each role one decision for each principal that its trust policy may name.
    #[must_use]
    pub fn new(corpus: &Corpus<'_>) -> Self {
        let names = Names::of(corpus);
        let all: Vec<Found> = (0..corpus.principals.len())
            .into_par_iter()
            .map(|number| names.who_assumes(corpus, number))
            .collect();
        let mut graph = DiGraph::new();
        let of_inside: Vec<NodeIndex> = (0..corpus.principals.len())
            .map(|number| graph.add_node(Node::Inside(number)))
            .collect();
        let named: BTreeSet<(&String, PrincipalKind)> = all
            .iter()
            .flat_map(|found| &found.outside)
            .map(|(name, kind, _)| (name, *kind))
            .collect();
        let mut nodes = BTreeMap::new();
        let mut outside = Vec::new();
        for (name, kind) in named {
            nodes.insert((name, kind), graph.add_node(Node::Outside(outside.len())));
            outside.push((name.clone(), kind));
        }
        let mut untold = Vec::new();
        for ((found, to), principal) in all.iter().zip(&of_inside).zip(&corpus.principals) {
            for (from, edge) in &found.inside {
                if let Some(from) = of_inside.get(*from) {
                    graph.add_edge(*from, *to, edge.clone());
                }
            }
            for (name, kind, edge) in &found.outside {
                if let Some(from) = nodes.get(&(name, *kind)) {
                    graph.add_edge(*from, *to, edge.clone());
                }
            }
            if found.untold {
                untold.push(principal.name.clone());
            }
        }
        Self {
            graph,
            of_inside,
            outside,
            untold,
        }
    }

    /// How many edges there are: certain ones, and those that depend on something.
    #[must_use]
    pub fn edges(&self) -> (usize, usize) {
        let sure = self.graph.edge_weights().filter(|edge| edge.sure).count();
        (sure, self.graph.edge_count() - sure)
    }

    /// What a node that stands for nobody of the inputs is called.
    pub(super) fn outsider(&self, number: usize) -> Option<&(String, PrincipalKind)> {
        self.outside.get(number)
    }

    /// The cheapest path of every node to a target that is better than being one itself, of at most `hops` steps, by node.
    /// `targets` are principals by number, with how good it is to be one. Of paths with as few
    /// conditional steps the shortest, of equals the one through the first names.
    pub(super) fn paths_to(&self, targets: &[(usize, Verdict)], hops: usize) -> Vec<(Node, Vec<Step>)> {
        let mut graph = self.graph.map(|_, node| Some(*node), |_, edge| cost(edge));
        let goal = graph.add_node(None);
        let mut goals = BTreeMap::new();
        for (number, verdict) in targets {
            if let Some(node) = self.of_inside.get(*number) {
                let left = match verdict {
                    Verdict::Allowed => 0,
                    Verdict::Partly => PART,
                    _ => CONDITIONAL,
                };
                graph.add_edge(*node, goal, left);
                goals.insert(*node, left);
            }
        }
        let distance = dijkstra(Reversed(&graph), goal, None, |edge| *edge.weight());
        let mut paths = Vec::new();
        for node in self.graph.node_indices() {
            let steps = self.steps(node, &goals, |node| distance.get(&node).copied());
            let who = self.graph.node_weight(node);
            if let Some(who) = who.filter(|_| !steps.is_empty() && steps.len() <= hops) {
                paths.push((*who, steps));
            }
        }
        paths
    }

    /// The steps from a node along least distances, until a target is reached that nothing better is behind.
    fn steps(
        &self,
        from: NodeIndex,
        goals: &BTreeMap<NodeIndex, u64>,
        distance: impl Fn(NodeIndex) -> Option<u64>,
    ) -> Vec<Step> {
        let (mut at, mut steps) = (from, Vec::new());
        while let Some(left) = distance(at).filter(|_| steps.len() <= self.of_inside.len()) {
            if goals.get(&at) == Some(&left) {
                break;
            }
            let next = self.graph.edges(at).filter_map(|edge| {
                let rest = distance(edge.target())?;
                (rest + cost(edge.weight()) == left).then(|| (edge.target(), edge.weight()))
            });
            let Some((next, edge)) = next.min_by_key(|(node, edge)| (*node, edge.action)) else {
                break;
            };
            let Some(Node::Inside(to)) = self.graph.node_weight(next) else {
                break;
            };
            steps.push(Step {
                to: *to,
                edge: edge.clone(),
            });
            at = next;
        }
        steps
    }

    /// Everybody that a principal can become, with the cheapest path of at most `hops` steps, in the order of names.
    pub(super) fn paths_from(&self, number: usize, hops: usize) -> Vec<(usize, Vec<Step>)> {
        let Some(start) = self.of_inside.get(number) else {
            return Vec::new();
        };
        let distance = dijkstra(&self.graph, *start, None, |edge| cost(edge.weight()));
        let mut paths = Vec::new();
        for (to, node) in self.of_inside.iter().enumerate() {
            if to == number || !distance.contains_key(node) {
                continue;
            }
            let (mut at, mut steps) = (*node, Vec::new());
            while at != *start && steps.len() <= hops {
                let Some(left) = distance.get(&at) else { break };
                let before = self
                    .graph
                    .edges_directed(at, petgraph::Direction::Incoming)
                    .filter_map(|edge| {
                        let before = distance.get(&edge.source())?;
                        (before + cost(edge.weight()) == *left).then(|| (edge.source(), edge.weight()))
                    });
                let Some((before, edge)) = before.min_by_key(|(node, edge)| (*node, edge.action)) else {
                    break;
                };
                let Some(Node::Inside(here)) = self.graph.node_weight(at) else {
                    break;
                };
                steps.push(Step {
                    to: *here,
                    edge: edge.clone(),
                });
                at = before;
            }
            if at == *start && steps.len() <= hops {
                steps.reverse();
                paths.push((to, steps));
            }
        }
        paths
    }
}

fn cost(edge: &Edge) -> u64 {
    if edge.sure { 1 } else { CONDITIONAL + 1 }
}

/// The principals of a corpus, by what trust policies call them.
struct Names<'c> {
    /// By account, `role` or `user`, and name without path.
    identities: BTreeMap<(&'c str, bool, &'c str), Vec<usize>>,
    accounts: BTreeMap<&'c str, Vec<usize>>,
    arns: BTreeSet<&'c str>,
}

impl<'c> Names<'c> {
    fn of(corpus: &'c Corpus<'_>) -> Self {
        let mut names = Self {
            identities: BTreeMap::new(),
            accounts: BTreeMap::new(),
            arns: BTreeSet::new(),
        };
        for (number, principal) in corpus.principals.iter().enumerate() {
            names.arns.insert(&principal.name);
            let Some(arn) = Arn::parse(&principal.name) else {
                continue;
            };
            names.accounts.entry(arn.account).or_default().push(number);
            let is_role = principal.kind == PrincipalKind::Role;
            let key = (arn.account, is_role, principal.short_name());
            names.identities.entry(key).or_default().push(number);
        }
        names
    }

    /// Who can assume the role with this number.
    fn who_assumes(&self, corpus: &Corpus<'_>, number: usize) -> Found {
        let mut found = Found::default();
        let role = corpus
            .principals
            .get(number)
            .filter(|role| role.kind == PrincipalKind::Role);
        let Some(role) = role else {
            return found;
        };
        let Some(trust) = corpus.trust(role).map(Arc::new) else {
            found.untold = true;
            return found;
        };
        let guarded = Guarded {
            policies: vec![Arc::clone(&trust)],
            left_to_account: false,
            taken_owner: None,
            rcps: Some(role.layers.rcps.clone()),
        };
        for from in self.may_be_named(corpus, role, &trust) {
            let asker = corpus.principals.get(from).filter(|_| from != number);
            if let Some(asker) = asker
                && let Some(edge) = edge(
                    (&asker.caller, &asker.layers, &asker.context),
                    role,
                    &guarded,
                    corpus,
                    &[ASSUME],
                )
            {
                found.inside.push((from, edge));
            }
        }
        let rcps = &role.layers.rcps;
        for outsider in outsiders(
            &guarded.policies,
            &self.arns,
            &corpus.accounts,
            rcps,
            &corpus.options,
        ) {
            let actions: &[&'static str] = match outsider.caller {
                Caller::Provider { .. } => &WITH_PROVIDER,
                // Nobody assumes a role without credentials.
                Caller::Anonymous => continue,
                _ => &[ASSUME],
            };
            let Outsider {
                caller,
                layers,
                context,
                ..
            } = &outsider;
            if let Some(edge) = edge((caller, layers, context), role, &guarded, corpus, actions) {
                found.outside.push((outsider.name, outsider.kind, edge));
            }
        }
        found
    }

    /// The numbers of those whom a trust policy may let in, sorted. Whom it names by the account only needs a grant of
    /// its own.
    fn may_be_named(&self, corpus: &Corpus<'_>, role: &Principal<'_>, trust: &CompiledPolicy) -> Vec<usize> {
        let everybody = || (0..corpus.principals.len()).collect();
        let Some(policy) = trust.policy().filter(|policy| policy.not_understood.is_empty()) else {
            return everybody();
        };
        let mut named = BTreeSet::new();
        let mut accounts = BTreeSet::new();
        for statement in &policy.statements {
            let Reading::Known { value, .. } = &statement.principal else {
                return everybody();
            };
            if value.everyone || value.negated || !value.not_understood.is_empty() {
                return everybody();
            }
            for entry in value
                .entries
                .iter()
                .filter(|entry| !matches!(entry.kind, Entry::Service | Entry::Federated))
            {
                let parsed = Arn::parse(&entry.value);
                match (
                    arn::account_entry(&entry.value),
                    parsed.and_then(|arn| Some((arn.account, arn.identity()?))),
                ) {
                    (Some(account), _) => _ = accounts.insert(account.to_owned()),
                    (
                        _,
                        Some((
                            account,
                            Identity::Role { name, .. } | Identity::AssumedRole { role: name, .. },
                        )),
                    ) => {
                        named.extend(self.identities.get(&(account, true, name)).into_iter().flatten());
                    }
                    (_, Some((account, Identity::User { .. }))) => {
                        let name = entry.value.rsplit('/').next().unwrap_or_default();
                        named.extend(self.identities.get(&(account, false, name)).into_iter().flatten());
                    }
                    // A session of `GetFederationToken` cannot assume roles.
                    (_, Some((_, Identity::FederatedUser { .. }))) => {}
                    _ => return everybody(),
                }
            }
        }
        if !accounts.is_empty() {
            let granted: BTreeSet<u32> = corpus.may_assume(&role.name).into_iter().collect();
            let has = |number: &&usize| u32::try_from(**number).is_ok_and(|number| granted.contains(&number));
            let of = |account: &String| self.accounts.get(account.as_str()).into_iter().flatten();
            named.extend(accounts.iter().flat_map(of).filter(has));
        }
        named.into_iter().copied().collect()
    }
}

/// The edge of a caller to a role, if there may be one.
fn edge(
    caller: (&Caller, &crate::engine::Layers, &crate::condition::Context),
    role: &Principal<'_>,
    guarded: &Guarded,
    corpus: &Corpus<'_>,
    actions: &[&'static str],
) -> Option<Edge> {
    let asking = Asking::new(caller, guarded, corpus.mode());
    let decided = actions.iter().map(|action| {
        (
            *action,
            decide(&asking.layers, &request(&asking, action, role)).decision,
        )
    });
    let mut best: Option<Edge> = None;
    for (action, decision) in decided {
        match decision {
            Decision::Allowed => return Some(Edge { action, sure: true }),
            Decision::Depends => _ = best.get_or_insert(Edge { action, sure: false }),
            _ => {}
        }
    }
    best
}

/// The request to assume a role.
pub(super) fn request(asking: &Asking<'_>, action: &str, role: &Principal<'_>) -> Request {
    Request {
        caller: asking.caller.clone(),
        action: action.to_owned(),
        resource: Resource::One(role.name.clone()),
        resource_account: role.caller.account().map(str::to_owned),
        context: asking.context.clone(),
        management_account: false,
        resource_in_management_account: false,
        service_linked: false,
        mode: asking.mode,
    }
}
