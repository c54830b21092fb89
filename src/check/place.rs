//! Where a gap is shown: the clause that came nearest to granting, and every clause that said no.

use crate::condition::Truth;
use crate::engine::{
    ClauseKind, ClauseTrace, Decision, Doubt, LayerKind, Layers, Nearest, Outcome, Request, StatementRef,
    StatementTrace, Undecided, decide, nearest, trace,
};
use crate::finding::{Related, ResidualCondition, Spot};
use crate::pattern::hole;
use crate::policy::{Effect, Reading};
use crate::source::NodeId;

/// The places of one gap.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The nearest clause, with what to say of it.
    pub nearest: Option<(Spot, String)>,
    /// Further clauses that said no.
    pub related: Vec<Related>,
    /// The conditions that it depends on.
    pub residual: Vec<ResidualCondition>,
}

/// Explains a decision that is not Allowed.
pub(super) fn places(layers: &Layers, request: &Request, outcome: &Outcome) -> Places {
    let refusing = refusing_levels(layers, request, outcome);
    let mut traces = trace(layers, request);
    traces.retain(|trace| {
        let policy = trace.at.policy;
        policy.layer != LayerKind::ServiceControl
            || trace.effect == Some(Effect::Deny)
            || refusing.contains(&policy.level)
    });
    let mut places = Places {
        residual: residual(layers, outcome),
        ..Places::default()
    };
    let denies: Vec<&StatementTrace> = traces
        .iter()
        .filter(|t| t.effect == Some(Effect::Deny) && t.value != Truth::False)
        .collect();
    let explicit = outcome.decision == Decision::ExplicitlyDenied
        || outcome.parts.as_ref().is_some_and(|parts| {
            parts
                .refused
                .as_ref()
                .is_some_and(|(_, kind)| *kind == Decision::ExplicitlyDenied)
        });
    if explicit {
        for deny in &denies {
            places.add_statement(layers, deny, "this statement denies it");
        }
    }
    if let Some(condition) = places.residual.first().filter(|_| places.nearest.is_none()) {
        let note = format!("it depends on whether `{}` holds here", condition.key);
        places.nearest = Some((condition.at, note));
    }
    if explicit {
        return places;
    }
    if places.add_unknown(layers, outcome) {
        return places;
    }
    places.add_limits(layers, outcome, &refusing);
    if let Some(found) = nearest_clause(layers, &traces, outcome) {
        places.add_clause(layers, found.statement, found.clause);
    }
    for (statement, clause) in refusals(&traces, outcome) {
        places.add_clause(layers, statement, clause);
    }
    places
}

/// The levels of service control policies that do not allow it; a level that allows is not at fault.
fn refusing_levels(layers: &Layers, request: &Request, outcome: &Outcome) -> Vec<usize> {
    let all = 0..layers.scps.len();
    if layers.scps.len() < 2 || !outcome.withheld.contains(&LayerKind::ServiceControl) {
        return all.collect();
    }
    let alone = |number: &usize| Layers {
        scps: layers.scps.iter().skip(*number).take(1).cloned().collect(),
        ..layers.clone()
    };
    all.filter(|number| {
        let outcome = decide(&alone(number), request);
        outcome.withheld.contains(&LayerKind::ServiceControl)
    })
    .collect()
}

/// The clause to look at first: in a statement that is about this very resource and lacks the action, its actions;
/// else where [`nearest`] says. `None` when nothing in the policies is near.
fn nearest_clause<'a>(
    layers: &Layers,
    traces: &'a [StatementTrace],
    outcome: &Outcome,
) -> Option<Nearest<'a>> {
    let withheld = |trace: &StatementTrace| {
        outcome.withheld.is_empty() || outcome.withheld.contains(&trace.at.policy.layer)
    };
    let lacks_the_action = |trace: &&StatementTrace| {
        let others_match = trace
            .clauses
            .iter()
            .filter(|c| c.clause != ClauseKind::Action)
            .all(|c| c.whole);
        let close = trace
            .clauses
            .iter()
            .any(|c| c.clause == ClauseKind::Action && c.close);
        trace.effect == Some(Effect::Allow) && others_match && close && names_resource(layers, trace)
    };
    let statement = traces
        .iter()
        .filter(|trace| withheld(trace))
        .find(lacks_the_action);
    if let Some(statement) = statement {
        let clause = statement
            .clauses
            .iter()
            .find(|c| c.clause == ClauseKind::Action)?;
        return Some(Nearest {
            statement,
            clause,
            related: true,
        });
    }
    nearest(traces, &outcome.withheld).filter(|found| found.related)
}

/// What else said no: of each statement that withholds and is about the action, the clause in the way.
fn refusals<'a>(
    traces: &'a [StatementTrace],
    outcome: &Outcome,
) -> impl Iterator<Item = (&'a StatementTrace, &'a ClauseTrace)> {
    let about_it = |trace: &StatementTrace| {
        let action = trace.clauses.iter().find(|c| c.clause == ClauseKind::Action);
        let resource = trace.clauses.iter().find(|c| c.clause == ClauseKind::Resource);
        action.is_some_and(|c| {
            c.truth != Truth::False || c.close && resource.is_some_and(|resource| resource.whole)
        })
    };
    let withheld = |trace: &StatementTrace| {
        outcome.withheld.is_empty() || outcome.withheld.contains(&trace.at.policy.layer)
    };
    traces
        .iter()
        .filter(move |trace| trace.effect == Some(Effect::Allow) && !trace.whole && withheld(trace))
        .filter(move |trace| about_it(trace))
        .filter_map(|trace| Some((trace, trace.obstacle()?)))
}

/// Whether the statement names its resources, rather than all there are.
fn names_resource(layers: &Layers, trace: &StatementTrace) -> bool {
    let statement = layers
        .policy(trace.at.policy)
        .and_then(|policy| policy.statement(trace.at.statement));
    match statement.map(|statement| &statement.resource) {
        Some(Reading::Known { value, .. }) => {
            !value.negated && value.values.iter().all(|item| *item.value != *"*")
        }
        _ => false,
    }
}

/// The resource patterns of statements of this effect that match part of the set asked for, and not all of it.
pub(super) fn partial_patterns(layers: &Layers, request: &Request, effect: Effect) -> Vec<String> {
    let mut patterns: Vec<String> = Vec::new();
    for trace in trace(layers, request)
        .iter()
        .filter(|t| t.effect == Some(effect) && t.value != Truth::False)
    {
        let resource = trace
            .clauses
            .iter()
            .find(|c| c.clause == ClauseKind::Resource && !c.whole);
        let statement = layers
            .policy(trace.at.policy)
            .and_then(|policy| policy.statement(trace.at.statement));
        let (Some(clause), Some(Reading::Known { value, .. })) = (resource, statement.map(|s| &s.resource))
        else {
            continue;
        };
        let shown = value
            .values
            .iter()
            .filter(|item| !value.negated && clause.nodes.contains(&item.node));
        for item in shown {
            if !patterns.iter().any(|known| **known == *item.value) {
                patterns.push(item.value.to_string());
            }
        }
    }
    patterns
}

impl Places {
    /// Shows the policies whose text is not at hand; whether the outcome rests on any.
    fn add_unknown(&mut self, layers: &Layers, outcome: &Outcome) -> bool {
        let undecided = outcome.residual.iter().flat_map(|residual| &residual.undecided);
        let mut found = false;
        for part in undecided {
            let Undecided::Doubt {
                policy: Some(name),
                doubt: Doubt::PolicyNotGiven,
                ..
            } = part
            else {
                continue;
            };
            found = true;
            if let Some(place) = layers.policy(*name).and_then(|policy| policy.origin()) {
                let document = layers.policy(*name);
                let is_open = document.is_some_and(|policy| hole::has_hole(policy.name()));
                let note = match is_open {
                    true => "the text of this policy is not known yet",
                    false => "the text of this policy is not among the inputs",
                };
                self.add_spot(Spot::Node(place), note);
            }
        }
        found
    }

    /// Shows the policies that limit the role and do not allow, and documents that AWS would refuse.
    fn add_limits(&mut self, layers: &Layers, outcome: &Outcome, refusing: &[usize]) {
        let limits = [
            LayerKind::Boundary,
            LayerKind::ServiceControl,
            LayerKind::Session,
            LayerKind::Endpoint,
        ];
        for kind in limits.into_iter().filter(|kind| outcome.withheld.contains(kind)) {
            let is_at_fault = |level: usize| kind != LayerKind::ServiceControl || refusing.contains(&level);
            let levels = layers.levels(kind).iter().enumerate();
            for policy in levels
                .filter(|(level, _)| is_at_fault(*level))
                .flat_map(|(_, level)| level)
            {
                if let Some(place) = policy.origin() {
                    self.add_spot(
                        Spot::Node(place),
                        &format!("this {} does not allow it", kind.in_words()),
                    );
                }
            }
        }
        for policy in layers
            .identity
            .iter()
            .chain(&layers.resource)
            .filter(|policy| policy.is_refused())
        {
            if let Some(place) = policy.origin() {
                self.add_spot(
                    Spot::Node(place),
                    "AWS would refuse this document, so it grants nothing",
                );
            }
        }
    }

    fn add_spot(&mut self, at: Spot, note: &str) {
        match &self.nearest {
            None => self.nearest = Some((at, note.to_owned())),
            Some((known, _)) if *known == at => {}
            Some(_) if self.related.iter().any(|known| known.at == at) => {}
            Some(_) => self.related.push(Related {
                at,
                note: note.to_owned(),
            }),
        }
    }

    fn add_statement(&mut self, layers: &Layers, statement: &StatementTrace, note: &str) {
        let telling = [ClauseKind::Resource, ClauseKind::Action];
        let nodes = telling.iter().find_map(|kind| {
            let clause = statement
                .clauses
                .iter()
                .find(|c| c.clause == *kind && c.truth == Truth::True)?;
            Some(clause.nodes.clone())
        });
        for node in nodes.into_iter().flatten() {
            self.add(layers, statement.at, node, note);
        }
    }

    fn add_clause(&mut self, layers: &Layers, statement: &StatementTrace, clause: &ClauseTrace) {
        let note = match (clause.clause, clause.truth) {
            (ClauseKind::Action, _) => "does not name the action",
            (ClauseKind::Resource, Truth::True) => "does not match all of the resource",
            (ClauseKind::Resource, _) => "does not match the resource",
            (ClauseKind::Principal(_), _) => "does not name the principal",
            (ClauseKind::Condition(_), Truth::Unknown) => "whether this condition is met is not known",
            (ClauseKind::Condition(_), _) => "this condition is not met",
            (ClauseKind::Effect | ClauseKind::Form, _) => "this is not understood",
        };
        for node in &clause.nodes {
            self.add(layers, statement.at, *node, note);
        }
    }

    fn add(&mut self, layers: &Layers, at: StatementRef, node: NodeId, note: &str) {
        let Some(policy) = layers.policy(at.policy) else {
            return;
        };
        let Some(place) = policy.place(node) else { return };
        if policy.is_shown_by_name() {
            self.add_spot(Spot::Node(place), &format!("in the policy attached here: {note}"));
        } else {
            self.add_spot(Spot::Node(place), note);
        }
    }
}

/// The undecided conditions of an outcome, with their places.
fn residual(layers: &Layers, outcome: &Outcome) -> Vec<ResidualCondition> {
    let undecided = outcome.residual.iter().flat_map(|residual| &residual.undecided);
    let mut conditions: Vec<ResidualCondition> = Vec::new();
    for part in undecided {
        let Undecided::Condition { at, index } = part else {
            continue;
        };
        let Some(policy) = layers.policy(at.policy) else {
            continue;
        };
        let Some(entry) = policy
            .statement(at.statement)
            .and_then(|s| s.conditions.get(*index))
        else {
            continue;
        };
        let Some(place) = policy.place(entry.values_node) else {
            continue;
        };
        let condition = ResidualCondition::of(entry, place);
        if !conditions.contains(&condition) {
            conditions.push(condition);
        }
    }
    conditions
}
