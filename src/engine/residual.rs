//! What a `Depends` carries: the undecided parts, when the answer would be Allowed, and one completion on each
//! side.
//!
//! Source: TRI-10.

use std::cell::Cell;

use super::expr::Expr;
use super::layer::{PolicyRef, StatementRef};
use super::leaf::{Doubt, Leaf};
use super::solve::{Assignment, Solver};
use crate::condition::{Context, State, Truth};
use crate::language::BitSet;

/// At most this many alternatives of the sufficient condition are listed.
const MAX_ALTERNATIVES: usize = 8;
/// At most this many evaluations for finding them.
const ALTERNATIVE_STEPS: u32 = 1 << 14;

/// Why a decision is `Depends`, and on what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Residual {
    /// The undecided parts, in order of layers and statements.
    pub undecided: Vec<Undecided>,
    /// Alternatives, each enough for Allowed: the parts of one alternative hold together. Minimal: no part of
    /// an alternative can be left out.
    pub sufficient: Vec<Vec<Requirement>>,
    /// A completion that allows, if one was found.
    pub allows: Option<Completion>,
    /// A completion that refuses, if one was found.
    pub refuses: Option<Completion>,
}

/// One undecided part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Undecided {
    /// A condition entry.
    Condition {
        /// Its statement.
        at: StatementRef,
        /// Its position among the statement's condition entries.
        index: usize,
    },
    /// A resource entry with variables.
    Resource {
        /// Its statement.
        at: StatementRef,
        /// Its position among the entries.
        index: usize,
    },
    /// Something that no context settles.
    Doubt {
        /// The policy, unless it is about the request.
        policy: Option<PolicyRef>,
        /// The statement in it.
        statement: Option<usize>,
        /// Why.
        doubt: Doubt,
    },
}

/// One part of a sufficient condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requirement {
    /// A key is in one of these states.
    Key {
        /// The key as the request or policy spells it.
        key: String,
        /// Representative states.
        states: Vec<State>,
        /// In words.
        text: String,
    },
    /// A doubt is settled this way.
    Assumption {
        /// Which doubt.
        doubt: Doubt,
        /// Whether it has to hold.
        holds: bool,
    },
}

impl Requirement {
    /// The part in a few words.
    pub fn in_words(&self) -> String {
        match self {
            Self::Key { text, .. } => text.clone(),
            Self::Assumption { doubt, holds: true } => format!("granted although {}", doubt.in_words()),
            Self::Assumption { doubt, holds: false } => {
                format!("not in the way although {}", doubt.in_words())
            }
        }
    }
}

/// One way to fill in what is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Completion {
    /// The states of keys, sorted by key; keys that do not matter are left out.
    pub context: Vec<(String, State)>,
    /// How doubts were settled.
    pub assumptions: Vec<(Doubt, bool)>,
}

/// Gathers the residual of a formula that is neither always true nor always false.
pub(super) fn residual(
    solver: &Solver<'_>,
    leaves: &[Leaf<'_>],
    formula: &Expr,
    parts: Option<&BitSet>,
    context: &Context,
    found: (Option<&Assignment>, Option<&Assignment>),
) -> Residual {
    let view = View {
        solver,
        leaves,
        formula,
        parts,
        context,
    };
    Residual {
        undecided: view.undecided(),
        sufficient: view.sufficient(),
        allows: found.0.map(|a| view.completion(a)),
        refuses: found.1.map(|a| view.completion(a)),
    }
}

struct View<'a> {
    solver: &'a Solver<'a>,
    leaves: &'a [Leaf<'a>],
    formula: &'a Expr,
    parts: Option<&'a BitSet>,
    context: &'a Context,
}

impl View<'_> {
    fn undecided(&self) -> Vec<Undecided> {
        let mut ids = Vec::new();
        self.formula.leaves(&mut ids);
        let mut undecided: Vec<Undecided> = ids
            .iter()
            .filter_map(|id| match self.leaves.get(id.0 as usize)? {
                Leaf::Condition { at, index, .. } => Some(Undecided::Condition {
                    at: *at,
                    index: *index,
                }),
                Leaf::Resource { at, index, .. } => Some(Undecided::Resource {
                    at: *at,
                    index: *index,
                }),
                Leaf::Doubt {
                    at, statement, doubt, ..
                } => Some(Undecided::Doubt {
                    policy: *at,
                    statement: *statement,
                    doubt: *doubt,
                }),
                Leaf::Part(_) => None,
            })
            .collect();
        undecided.sort();
        undecided.dedup();
        undecided
    }

    /// Alternatives from the allowing assignments, each stripped of what it does not need and widened to all
    /// states that serve.
    fn sufficient(&self) -> Vec<Vec<Requirement>> {
        let mut allowing: Vec<Assignment> = Vec::new();
        let steps = Cell::new(ALTERNATIVE_STEPS);
        self.solver.each(
            self.formula,
            self.parts,
            &mut self.solver.nothing(),
            &steps,
            &mut |value, a| {
                if value {
                    allowing.push(a.clone());
                }
                allowing.len() < MAX_ALTERNATIVES * 4
            },
        );
        let mut alternatives: Vec<Vec<Requirement>> = Vec::new();
        for assignment in &mut allowing {
            self.strip(assignment);
            let alternative = self.widen(assignment);
            if !alternatives.contains(&alternative) && alternatives.len() < MAX_ALTERNATIVES {
                alternatives.push(alternative);
            }
        }
        alternatives
    }

    fn holds(&self, assignment: &Assignment) -> bool {
        self.solver.value(self.formula, assignment, self.parts) == Truth::True
    }

    /// Leaves out every assumption without which the formula still holds.
    fn strip(&self, assignment: &mut Assignment) {
        for index in 0..assignment.states.len() {
            let mut without = assignment.clone();
            if let Some(slot) = without.states.get_mut(index)
                && slot.take().is_some()
                && self.holds(&without)
            {
                *assignment = without;
            }
        }
        for index in 0..assignment.forced.len() {
            let mut without = assignment.clone();
            if let Some(slot) = without.forced.get_mut(index)
                && slot.take().is_some()
                && self.holds(&without)
            {
                *assignment = without;
            }
        }
    }

    fn widen(&self, assignment: &Assignment) -> Vec<Requirement> {
        let mut requirements = Vec::new();
        for (index, key) in self.solver.keys().iter().enumerate() {
            if !matches!(assignment.states.get(index), Some(Some(_))) {
                continue;
            }
            let serving: Vec<usize> = (0..key.states.len())
                .filter(|state| {
                    let mut other = assignment.clone();
                    if let Some(slot) = other.states.get_mut(index) {
                        *slot = Some(*state);
                    }
                    self.holds(&other)
                })
                .collect();
            requirements.push(Requirement::Key {
                key: self.spelling(&key.folded),
                states: serving
                    .iter()
                    .filter_map(|s| key.states.get(*s).cloned())
                    .collect(),
                text: self.describe(index, &serving),
            });
        }
        for (leaf, forced) in assignment.forced.iter().enumerate() {
            if let (Some(Leaf::Doubt { doubt, .. }), Some(holds)) = (self.leaves.get(leaf), forced) {
                let assumption = Requirement::Assumption {
                    doubt: *doubt,
                    holds: *holds,
                };
                if !requirements.contains(&assumption) {
                    requirements.push(assumption);
                }
            }
        }
        requirements
    }

    /// The states in terms of the policy: a condition that holds in exactly these, or the values themselves.
    fn describe(&self, key: usize, serving: &[usize]) -> String {
        let Some(states) = self.solver.keys().get(key).map(|k| &k.states) else {
            return String::new();
        };
        let name = self
            .solver
            .keys()
            .get(key)
            .map_or_else(String::new, |k| self.spelling(&k.folded));
        for leaf in 0..self.leaves.len() {
            let Some(Leaf::Condition { condition, .. }) = self.leaves.get(leaf) else {
                continue;
            };
            let Some(table) = self.solver.table_of(leaf, key) else {
                continue;
            };
            let holding: Vec<usize> = (0..states.len())
                .filter(|s| table.get(*s) == Some(&Truth::True))
                .collect();
            let failing: Vec<usize> = (0..states.len())
                .filter(|s| table.get(*s) == Some(&Truth::False))
                .collect();
            let words = condition.in_words();
            if holding == serving {
                return format!("{words} holds");
            }
            if failing == serving {
                return format!("{words} does not hold");
            }
        }
        let values: Vec<String> = serving
            .iter()
            .filter_map(|s| states.get(*s))
            .map(state_in_words)
            .collect();
        format!("`{name}` is {}", values.join(" or "))
    }

    fn spelling(&self, folded: &str) -> String {
        let written = self.leaves.iter().find_map(|leaf| match leaf {
            Leaf::Condition { condition, .. } if condition.key() == folded => Some(condition.written_key()),
            _ => None,
        });
        written
            .unwrap_or_else(|| self.context.spelling(folded))
            .to_owned()
    }

    fn completion(&self, assignment: &Assignment) -> Completion {
        let mut completion = Completion::default();
        for (key, state) in self.solver.keys().iter().zip(&assignment.states) {
            if let Some(state) = state.and_then(|s| key.states.get(s)) {
                completion
                    .context
                    .push((self.spelling(&key.folded), state.clone()));
            }
        }
        completion.context.sort();
        for (leaf, forced) in assignment.forced.iter().enumerate() {
            if let (Some(Leaf::Doubt { doubt, .. }), Some(holds)) = (self.leaves.get(leaf), forced) {
                completion.assumptions.push((*doubt, *holds));
            }
        }
        completion
    }
}

/// A state in a few words.
pub fn state_in_words(state: &State) -> String {
    match state {
        State::Absent => "absent".to_owned(),
        State::One(value) => format!("`{value}`"),
        State::Many(values) if values.is_empty() => "empty".to_owned(),
        State::Many(values) => {
            let quoted: Vec<String> = values.iter().map(|v| format!("`{v}`")).collect();
            format!("the set {}", quoted.join(", "))
        }
    }
}
