//! The decision: Kleene first, then exactly.
//!
//! In: layers and a request, perhaps about a set of resources. Out: an [`Outcome`]; "Allowed" only when it holds
//! in every completion of what is unknown and for every resource of the set.
//!
//! Source: EVAL-05, EVAL-09, TRI-06, TRI-09, SET-03, SET-04, SET-08, SET-17.

use std::ops::ControlFlow;

use rustc_hash::FxHashMap;

use super::evaluate::{Formula, evaluate};
use super::expr::{Expr, LeafId};
use super::layer::{LayerKind, StatementRef};
use super::layers::Layers;
use super::leaf::{Doubt, Leaf, Leaves, Part};
use super::request::{Request, Resource, ResourceSet};
use super::residual::{Residual, residual};
use super::solve::Solver;
use crate::language::{BitSet, Exploration, Language, Product, Relevance};
use crate::policy::Effect;

/// The answer to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Decision {
    /// Granted in every completion, for every resource asked for.
    Allowed,
    /// Refused in every completion, by an applicable Deny in each.
    ExplicitlyDenied,
    /// Refused in every completion.
    ImplicitlyDenied,
    /// Neither.
    Depends,
}

impl Decision {
    /// The word used everywhere.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "Allowed",
            Self::ExplicitlyDenied => "ExplicitlyDenied",
            Self::ImplicitlyDenied => "ImplicitlyDenied",
            Self::Depends => "Depends",
        }
    }

    /// Whether the request is refused in every completion.
    pub fn is_denied(self) -> bool {
        matches!(self, Self::ExplicitlyDenied | Self::ImplicitlyDenied)
    }
}

impl std::fmt::Display for Decision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A decision with its grounds.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The decision.
    pub decision: Decision,
    /// False if a bound was reached before the decision was proved; it is then `Depends`.
    pub exact: bool,
    /// Denied in every completion, and in some of them explicitly (TRI-06).
    pub may_be_explicit: bool,
    /// The statements that definitely apply, in order of layers. For a set of resources: to all of it.
    pub applied: Vec<(StatementRef, Effect)>,
    /// Layers that, Denies aside, definitely withhold the grant.
    pub withheld: Vec<LayerKind>,
    /// What the decision depends on, for `Depends` through missing facts.
    pub residual: Option<Residual>,
    /// For a set of resources: what holds for which part.
    pub parts: Option<Parts>,
}

/// What holds for parts of a set of resources: a shortest resource of each kind.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// A resource that is allowed in every completion.
    pub allowed: Option<String>,
    /// A resource that is refused in every completion, with its decision.
    pub refused: Option<(String, Decision)>,
    /// A resource whose decision depends on missing facts.
    pub depends: Option<(String, Residual)>,
    /// Whether the set holds no resource at all.
    pub empty: bool,
    /// States that the product search met.
    pub states: usize,
}

impl Outcome {
    /// The statement that decided: the first applicable Deny, else the first applicable Allow.
    pub fn deciding(&self) -> Option<StatementRef> {
        let first = |effect| self.applied.iter().find(|(_, e)| *e == effect).map(|(at, _)| *at);
        match self.decision {
            Decision::Allowed => first(Effect::Allow),
            Decision::ExplicitlyDenied => first(Effect::Deny),
            _ => None,
        }
    }
}

/// Decides a request.
///
/// Cost: linear in the statements for one resource with known facts; with unknown facts or a set of resources
/// bounded by the limits of the exact search, after which `exact` is false.
pub fn decide(layers: &Layers, request: &Request) -> Outcome {
    let formula = evaluate(layers, request);
    match &request.resource {
        Resource::One(_) => decide_one(formula, request),
        Resource::All(set) => {
            let space = Space::of_resources(&formula, set);
            decide_all(formula, request, space)
        }
    }
}

/// Decides for the resources of a set that none of `outside` accepts: what is granted beyond them.
///
/// Cost: as for any set of resources.
pub(crate) fn decide_outside(
    layers: &Layers,
    request: &Request,
    set: &ResourceSet,
    outside: Vec<Language>,
) -> Outcome {
    let formula = evaluate(layers, request);
    let mut space = Space::of_resources(&formula, set);
    space.outside = outside;
    decide_all(formula, request, space)
}

impl Outcome {
    fn new(solved: Solved, applied: Applied, withheld: Vec<LayerKind>, parts: Option<Parts>) -> Self {
        let Solved {
            decision,
            exact,
            may_be_explicit,
            residual,
        } = solved;
        Self {
            decision,
            exact,
            may_be_explicit,
            applied,
            withheld,
            residual,
            parts,
        }
    }
}

type Applied = Vec<(StatementRef, Effect)>;

/// Decides where every leaf is settled already.
fn settled(denied: &Expr, granted: &Expr) -> Option<Decision> {
    match (denied, granted) {
        (Expr::True, _) => Some(Decision::ExplicitlyDenied),
        (Expr::False, Expr::True) => Some(Decision::Allowed),
        (Expr::False, Expr::False) => Some(Decision::ImplicitlyDenied),
        _ => None,
    }
}

fn decide_one(formula: Formula<'_>, request: &Request) -> Outcome {
    let solved = match settled(&formula.denied, &formula.granted) {
        Some(decision) => Solved::plain(decision, true),
        None => solve(
            &Solver::new(&formula.leaves, &request.context, request.mode),
            &formula,
            request,
            None,
        ),
    };
    Outcome::new(solved, formula.applied, formula.withheld, None)
}

/// The decision for one acceptance vector, or for one resource.
#[derive(Debug, Clone)]
struct Solved {
    decision: Decision,
    exact: bool,
    may_be_explicit: bool,
    residual: Option<Residual>,
}

impl Solved {
    fn plain(decision: Decision, exact: bool) -> Self {
        Self {
            decision,
            exact,
            may_be_explicit: false,
            residual: None,
        }
    }
}

/// Decides the formula over every completion.
///
/// Source: TRI-06, TRI-09.
fn solve(solver: &Solver<'_>, formula: &Formula<'_>, request: &Request, parts: Option<&BitSet>) -> Solved {
    let allowed = formula.granted.clone().and(formula.denied.clone().negate());
    let found = solver.search(&allowed, parts);
    let plain = Solved::plain;
    match (&found.holds, &found.fails, found.exact) {
        (Some(_), None, true) => plain(Decision::Allowed, true),
        (None, _, true) => {
            let denies = solver.search(&formula.denied, parts);
            match (denies.holds.is_some(), denies.fails.is_some()) {
                (true, false) if denies.exact => plain(Decision::ExplicitlyDenied, true),
                (may_be_explicit, _) => Solved {
                    may_be_explicit,
                    ..plain(Decision::ImplicitlyDenied, true)
                },
            }
        }
        (holds, fails, _) => Solved {
            residual: Some(residual(
                solver,
                &formula.leaves.all,
                &allowed,
                parts,
                &request.context,
                (holds.as_ref(), fails.as_ref()),
            )),
            ..plain(Decision::Depends, holds.is_some() && fails.is_some())
        },
    }
}

/// The words of a set question and the languages that tell them apart.
pub(super) struct Space {
    /// A word is asked about when all of these accept it.
    pub query: Vec<Language>,
    /// The languages of the formula's parts, in their order.
    pub parts: Vec<Language>,
    /// Words of any of these are not asked about after all.
    pub outside: Vec<Language>,
}

impl Space {
    /// The resources of a set.
    pub fn of_resources(formula: &Formula<'_>, set: &ResourceSet) -> Self {
        Self {
            query: set.languages.clone(),
            parts: formula.leaves.parts.iter().map(Part::of_resources).collect(),
            outside: Vec::new(),
        }
    }

    /// The words that all languages accept.
    pub fn of_languages(query: Vec<Language>, parts: Vec<Language>) -> Self {
        Self {
            query,
            parts,
            outside: Vec::new(),
        }
    }

    /// Calls `f` with each way in which words are told apart as far as the formulas care, and a shortest word of it.
    pub fn visit(
        self,
        formulas: &[&Expr],
        leaves: &Leaves<'_>,
        mut f: impl FnMut(&BitSet, &str) -> ControlFlow<()>,
    ) -> Exploration {
        let outside = self.parts.len()..self.parts.len() + self.outside.len();
        let count = outside.end;
        let parts = self.parts.into_iter().chain(self.outside).collect();
        let mut tokens: FxHashMap<(Vec<Expr>, Vec<usize>), usize> = FxHashMap::default();
        let mut relevance = |settled: &BitSet| {
            let part = |id: LeafId| match leaves.all.get(id.0 as usize) {
                Some(Leaf::Part(part)) => Some(*part),
                _ => None,
            };
            let holds = |id: LeafId| part(id).is_some_and(|part| settled.contains(part));
            let left: Vec<Expr> = formulas.iter().map(|formula| formula.given(&holds)).collect();
            let mut matters = BitSet::new(count);
            outside.clone().for_each(|part| matters.insert(part));
            left.iter().for_each(|formula| {
                formula.each_leaf(&mut |id| part(id).into_iter().for_each(|p| matters.insert(p)))
            });
            let not_asked = outside.clone().filter(|part| settled.contains(*part)).collect();
            let next = tokens.len();
            Relevance {
                token: *tokens.entry((left, not_asked)).or_insert(next),
                matters,
            }
        };
        Product::new(self.query, parts).visit_relevant(&mut relevance, |bits, word| {
            if outside.clone().any(|part| bits.contains(part)) {
                return ControlFlow::Continue(());
            }
            f(bits, word)
        })
    }
}

/// Decides for every word of a set at once.
///
/// Source: SET-03, SET-04, SET-08.
pub(super) fn decide_all(formula: Formula<'_>, request: &Request, space: Space) -> Outcome {
    let solver = Solver::new(&formula.leaves, &request.context, request.mode);
    let mut parts = Parts {
        empty: true,
        ..Parts::default()
    };
    let mut exact = true;
    let mut all_explicit = true;
    let mut may_be_explicit = false;
    let formulas = [&formula.denied, &formula.granted];
    // With nothing in play but the resource, every word is allowed or refused.
    let mut leaves = formula.leaves.all.iter();
    let can_depend = !leaves.all(|leaf| matches!(leaf, Leaf::Part(_)));
    let exploration = space.visit(&formulas, &formula.leaves, |bits, word| {
        parts.empty = false;
        let solved = solve(&solver, &formula, request, Some(bits));
        exact &= solved.exact;
        all_explicit &= solved.decision == Decision::ExplicitlyDenied;
        may_be_explicit |= solved.may_be_explicit || solved.decision == Decision::ExplicitlyDenied;
        parts.record(word, solved);
        if parts.is_settled(word, can_depend) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    parts.states = exploration.states;
    exact &= exploration.exact;
    let decision = parts.decision(all_explicit);
    // SET-13: several holes may be one variable, whose values hang together; that is not followed here.
    let holes = formula.leaves.all.iter().filter(|leaf| is_hole(leaf)).count();
    exact &= decision != Decision::Depends || holes < 2;
    let complete = exact || decision == Decision::Depends && parts.is_mixed();
    let decision = if complete { decision } else { Decision::Depends };
    let solved = Solved {
        decision,
        exact: complete,
        may_be_explicit: decision == Decision::ImplicitlyDenied && may_be_explicit,
        residual: parts.depends.as_ref().map(|(_, residual)| residual.clone()),
    };
    drop(solver);
    Outcome::new(solved, formula.applied, formula.withheld, Some(parts))
}

/// Whether the leaf stands for a variable of unknown value in a pattern.
fn is_hole(leaf: &Leaf<'_>) -> bool {
    matches!(
        leaf,
        Leaf::Doubt {
            doubt: Doubt::Variable,
            ..
        }
    )
}

impl Parts {
    /// Keeps the first, and so shortest, word of each kind; among the refused an explicit denial of the same
    /// length is preferred (SET-17).
    fn record(&mut self, word: &str, solved: Solved) {
        match solved.decision {
            Decision::Allowed => {
                self.allowed.get_or_insert_with(|| word.to_owned());
            }
            Decision::Depends => {
                if let (None, Some(residual)) = (&self.depends, solved.residual) {
                    self.depends = Some((word.to_owned(), residual));
                }
            }
            decision => {
                let better = match &self.refused {
                    None => true,
                    Some((known, kind)) => {
                        *kind == Decision::ImplicitlyDenied
                            && decision == Decision::ExplicitlyDenied
                            && known.chars().count() == word.chars().count()
                    }
                };
                if better {
                    self.refused = Some((word.to_owned(), decision));
                }
            }
        }
    }

    fn decision(&self, all_explicit: bool) -> Decision {
        match (&self.allowed, &self.refused, &self.depends) {
            (Some(_), None, None) => Decision::Allowed,
            (None, Some(_), None) if all_explicit => Decision::ExplicitlyDenied,
            (None, Some(_), None) => Decision::ImplicitlyDenied,
            // An empty set: nothing is granted by it.
            (None, None, None) => Decision::ImplicitlyDenied,
            _ => Decision::Depends,
        }
    }

    /// Whether no later word can change what is kept: words come by length, and each kind that there can be has
    /// its first (SET-11, SET-17).
    fn is_settled(&self, word: &str, can_depend: bool) -> bool {
        let refused = self.refused.as_ref().is_some_and(|(known, kind)| {
            *kind == Decision::ExplicitlyDenied || known.chars().count() < word.chars().count()
        });
        refused && self.allowed.is_some() && (self.depends.is_some() || !can_depend)
    }

    /// Whether some resource is allowed and another is refused, whatever the missing facts are.
    pub fn is_mixed(&self) -> bool {
        self.allowed.is_some() && self.refused.is_some()
    }
}
