//! The full explanation of one decision: every statement that is asked, clause by clause, with places.
//!
//! In: what [`decide`](super::decide) takes. Out: for every statement of every layer that bears on the request which
//! clause matches, does not, or is not known, and the nodes that show it. It agrees with the decision by
//! construction: the truth of a clause comes from the same matchers that the decision folds, and a layer is listed
//! exactly when the decision asks it. Unlike the decision it does not stop at the first clause that says no.
//!
//! Source: EVAL-01, TRI-05.

use super::compile::{CompiledPolicy, CompiledStatement, ResourceMatcher};
use super::evaluate::Run;
use super::gate::Gate;
use super::layer::{PolicyRef, StatementRef};
use super::layers::Layers;
use super::leaf::Leaves;
use super::principal::{ClassMatch, PrincipalMatcher};
use super::request::Request;
use super::under::{Searches, Under};
use crate::condition::Truth;
use crate::policy::{Clause, Effect, Principals, Reading, Statement};
use crate::source::NodeId;

/// One statement, explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementTrace {
    /// Which statement.
    pub at: StatementRef,
    /// Its effect; `None` when that is neither `Allow` nor `Deny`.
    pub effect: Option<Effect>,
    /// Its clauses, in the order effect, principal, action, resource, conditions, form. Those that are not asked
    /// in its layer, such as a principal in an identity policy, are left out.
    pub clauses: Vec<ClauseTrace>,
    /// Whether it applies: all clauses together. For a set of resources: to some resource of the set.
    pub value: Truth,
    /// Whether it applies to everything asked for: for one resource, whether `value` is true.
    pub whole: bool,
}

/// One clause, explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseTrace {
    /// Which clause.
    pub clause: ClauseKind,
    /// Whether it matches. For a set of resources the resource clause is true when some resource of the set is
    /// matched, false when none is; see `whole`.
    pub truth: Truth,
    /// Whether it matches all that is asked for; differs from `truth` only for a set of resources.
    pub whole: bool,
    /// For an action clause that does not match: whether it names actions of the same service.
    pub close: bool,
    /// What shows it: the values that matched (in a `Not…` element, that are listed); where none did, the value of
    /// the element; for an element that is not there, the statement. Never empty.
    pub nodes: Vec<NodeId>,
}

/// The clauses of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClauseKind {
    /// `Effect`; it is known or not.
    Effect,
    /// `Principal` or `NotPrincipal`, with the strongest class of the match.
    Principal(Option<PrincipalClass>),
    /// `Action` or `NotAction`.
    Action,
    /// `Resource` or `NotResource`.
    Resource,
    /// The condition entry with this position among the entries of the statement.
    Condition(usize),
    /// The statement or its document holds what the grammar does not have (TRI-12).
    Form,
}

impl ClauseKind {
    /// The name in machine-readable output and in text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Effect => "effect",
            Self::Principal(_) => "principal",
            Self::Action => "action",
            Self::Resource => "resource",
            Self::Condition(_) => "condition",
            Self::Form => "form",
        }
    }
}

/// How a principal element names the caller; it decides which limits apply to a grant (EVAL-06).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PrincipalClass {
    /// The very caller: its user, its session, or everyone.
    Direct,
    /// The role or user behind a session.
    Entity,
    /// The caller's account, which only delegates.
    Account,
}

impl PrincipalClass {
    /// The name in machine-readable output and in text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Entity => "entity",
            Self::Account => "account",
        }
    }

    fn of(classes: ClassMatch) -> Option<Self> {
        let ranked = [
            (Self::Direct, classes.direct),
            (Self::Entity, classes.entity),
            (Self::Account, classes.account),
        ];
        let first = |wanted| ranked.iter().find(|(_, truth)| *truth == wanted);
        first(Truth::True)
            .or_else(|| first(Truth::Unknown))
            .map(|(class, _)| *class)
    }
}

impl StatementTrace {
    /// The clause that said no: among those that do not match the weightiest, else among those that are not known or
    /// match only part of the set.
    pub fn obstacle(&self) -> Option<&ClauseTrace> {
        let heaviest = |fits: &dyn Fn(&ClauseTrace) -> bool| {
            let of_weight = self.clauses.iter().rev().filter(|clause| fits(clause));
            of_weight.max_by_key(|clause| clause.clause.weight())
        };
        heaviest(&|clause| clause.truth == Truth::False).or_else(|| heaviest(&|clause| !clause.whole))
    }
}

impl ClauseKind {
    /// How much a clause tells of what a statement is about: the action most, then for whom, then on what.
    pub(super) fn weight(self) -> u32 {
        match self {
            Self::Effect => 32,
            Self::Action => 16,
            Self::Principal(_) => 8,
            Self::Resource => 4,
            Self::Condition(_) | Self::Form => 2,
        }
    }
}

/// Explains every statement that bears on the request, in the order of [`Layers::KINDS`]. Empty when the call
/// succeeds whatever the policies say.
///
/// Cost: linear in the statements for one resource; for a set, a search for each resource pattern and clause, bounded
/// each and all together. What they do not settle is told as not known.
pub fn trace(layers: &Layers, request: &Request) -> Vec<StatementTrace> {
    let mut run = Run::new(layers, request);
    let mut searches = Searches::default();
    let mut traces = Vec::new();
    if run.gate() == Gate::AlwaysAllowed {
        return traces;
    }
    for layer in Layers::KINDS {
        if !run.asks(layer) {
            continue;
        }
        for (level, policies) in layers.levels(layer).iter().enumerate() {
            for (index, policy) in policies.iter().enumerate() {
                let name = PolicyRef {
                    layer,
                    level,
                    policy: index,
                };
                explain_policy(&mut run, name, policy, &mut searches, &mut traces);
            }
        }
    }
    traces
}

fn explain_policy<'a>(
    run: &mut Run<'a>,
    name: PolicyRef,
    policy: &'a CompiledPolicy,
    searches: &mut Searches,
    into: &mut Vec<StatementTrace>,
) {
    run.leaves = Leaves::default();
    if run.inside(policy).is_false() {
        return;
    }
    for (index, compiled) in policy.statements().iter().enumerate() {
        let Some(model) = policy.statement(index) else {
            continue;
        };
        let at = StatementRef {
            policy: name,
            statement: index,
        };
        let document = policy.policy().map_or(&[][..], |p| &p.not_understood);
        into.push(explain(run, at, (compiled, model), document, searches));
    }
}

fn explain<'a>(
    run: &mut Run<'a>,
    at: StatementRef,
    (compiled, model): (&'a CompiledStatement, &Statement),
    document: &[NodeId],
    searches: &mut Searches,
) -> StatementTrace {
    let mut clauses = vec![effect(model)];
    clauses.extend(principal(run, compiled, model));
    clauses.push(action(run, at, compiled, model));
    clauses.push(resource(run, at, compiled, model, searches));
    for (index, (condition, entry)) in compiled.conditions.iter().zip(&model.conditions).enumerate() {
        let truth = condition.evaluate(&run.request.context, run.request.mode).truth;
        clauses.push(ClauseTrace::new(
            ClauseKind::Condition(index),
            truth,
            vec![entry.values_node],
        ));
    }
    if compiled.doubt {
        clauses.push(form(model, document));
    }
    StatementTrace {
        at,
        effect: compiled.effect,
        value: Truth::all(clauses.iter().map(|clause| clause.truth)),
        whole: clauses.iter().all(|clause| clause.whole),
        clauses,
    }
}

impl ClauseTrace {
    fn new(clause: ClauseKind, truth: Truth, nodes: Vec<NodeId>) -> Self {
        Self {
            clause,
            truth,
            whole: truth == Truth::True,
            close: false,
            nodes,
        }
    }
}

fn effect(model: &Statement) -> ClauseTrace {
    let (truth, node) = match &model.effect {
        Reading::Known { node, .. } => (Truth::True, *node),
        Reading::NotUnderstood(node) => (Truth::Unknown, *node),
        Reading::Missing => (Truth::Unknown, model.node),
    };
    ClauseTrace::new(ClauseKind::Effect, truth, vec![node])
}

fn form(model: &Statement, document: &[NodeId]) -> ClauseTrace {
    let sid = match &model.sid {
        Reading::NotUnderstood(node) => Some(*node),
        _ => None,
    };
    let nodes = model.not_understood.iter().copied().chain(sid);
    let nodes = nodes.chain(document.iter().copied()).collect();
    ClauseTrace::new(ClauseKind::Form, Truth::Unknown, or_else(nodes, model.node))
}

fn principal(run: &Run<'_>, compiled: &CompiledStatement, model: &Statement) -> Option<ClauseTrace> {
    if matches!(compiled.principal, PrincipalMatcher::NotAsked) {
        return None;
    }
    let asked = run.asked();
    let classes = compiled.principal.matches(&asked);
    let kind = ClauseKind::Principal(PrincipalClass::of(classes));
    let named = |value: &Principals, element: NodeId| {
        let all: Vec<NodeId> = value
            .everyone
            .then_some(element)
            .into_iter()
            .chain(value.entries.iter().map(|entry| entry.node))
            .collect();
        let naming = compiled.principal.naming(&asked);
        let nodes = naming.iter().filter_map(|index| all.get(*index).copied());
        or_else(nodes.collect(), element)
    };
    Some(ClauseTrace::new(
        kind,
        classes.any(),
        nodes_of(&model.principal, model.node, named),
    ))
}

fn action<'a>(
    run: &mut Run<'a>,
    at: StatementRef,
    compiled: &'a CompiledStatement,
    model: &Statement,
) -> ClauseTrace {
    let truth = Under::no_set(&run.action_clause(at, compiled));
    let listed = compiled.actions.first_match(&run.action);
    let service = run.action.split_once(':').map_or("", |(service, _)| service);
    let names_service = |text: &str| text.strip_prefix(service).is_some_and(|t| t.starts_with(':'));
    let patterns = &compiled.actions.patterns;
    let close = truth != Truth::True
        && (compiled.actions.negated || patterns.iter().any(|p| names_service(p.glob().literal_prefix())));
    let node = |value: &Clause, element: NodeId| {
        let listed = listed.and_then(|index| value.values.get(index));
        or_else(listed.map(|item| item.node).into_iter().collect(), element)
    };
    let nodes = nodes_of(&model.action, model.node, node);
    ClauseTrace {
        close,
        ..ClauseTrace::new(ClauseKind::Action, truth, nodes)
    }
}

fn resource<'a>(
    run: &mut Run<'a>,
    at: StatementRef,
    compiled: &'a CompiledStatement,
    model: &Statement,
    searches: &mut Searches,
) -> ClauseTrace {
    run.leaves = Leaves::default();
    let clause = run.resource_clause(at, compiled);
    let under = Under::of(&clause, run, searches);
    let mut listed = Vec::new();
    if let ResourceMatcher::Listed { negated, entries, .. } = &compiled.resources {
        for (index, entry) in entries.iter().enumerate() {
            run.leaves = Leaves::default();
            let matched = run.resource_entry(at, index, entry, *negated);
            if Under::some(&matched, run, searches) != Truth::False {
                listed.push(index);
            }
        }
    }
    let node = |value: &Clause, element: NodeId| {
        let nodes = listed.iter().filter_map(|index| value.values.get(*index));
        or_else(nodes.map(|item| item.node).collect(), element)
    };
    let nodes = nodes_of(&model.resource, model.node, node);
    ClauseTrace {
        whole: under.all == Truth::True,
        ..ClauseTrace::new(ClauseKind::Resource, under.some, nodes)
    }
}

/// The nodes that show an element: chosen by `known` where it was read, else the element or the statement.
fn nodes_of<T>(
    reading: &Reading<T>,
    statement: NodeId,
    known: impl FnOnce(&T, NodeId) -> Vec<NodeId>,
) -> Vec<NodeId> {
    match reading {
        Reading::Known { value, node } => known(value, *node),
        Reading::NotUnderstood(node) => vec![*node],
        Reading::Missing => vec![statement],
    }
}

fn or_else(nodes: Vec<NodeId>, node: NodeId) -> Vec<NodeId> {
    if nodes.is_empty() { vec![node] } else { nodes }
}

#[cfg(test)]
mod tests;
