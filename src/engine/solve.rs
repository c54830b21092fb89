//! Exact decisions over what is unknown.
//!
//! In: a formula whose leaves are undecided. Every unknown key is cut into its regions (one representative
//! state each, [`crate::condition::regions`]), every doubt is a free yes or no, and a search assigns them until
//! the Kleene value of the formula is definite. Out: an assignment that makes the formula true and one that
//! makes it false, as far as there are such.
//!
//! Cost: exponential in the number of keys that matter together, bounded by [`MAX_STEPS`].
//!
//! Source: TRI-08, TRI-09, TRI-12.

use std::cell::Cell;

use rustc_hash::FxHashMap;

use super::compile::{ResourceEntry, resource_glob};
use super::expr::{Expr, LeafId};
use super::leaf::{Leaf, Leaves};
use crate::condition::{
    Condition, Context, KeyUse, Lookup, Mode, State, Substituted, Truth, regions, solve_holes, substitute,
};
use crate::language::BitSet;

/// At most this many evaluations of a formula in one search.
pub(super) const MAX_STEPS: u32 = 1 << 20;
/// At most this many values are tried for a variable in a resource pattern.
const MAX_HOLE_VALUES: usize = 64;

/// The unknown facts of one decision, ready to be searched.
pub(super) struct Solver<'a> {
    leaves: &'a Leaves<'a>,
    context: &'a Context,
    mode: Mode,
    keys: Vec<Key>,
    key_index: FxHashMap<Box<str>, usize>,
    /// For each leaf, the keys it asks.
    asks: Vec<Vec<usize>>,
    /// For each leaf that asks one key, its truth in each state of that key.
    tables: Vec<Option<Vec<Truth>>>,
    /// Whether every key's regions are complete.
    pub exact: bool,
}

pub(super) struct Key {
    pub folded: Box<str>,
    pub states: Vec<State>,
}

/// What is assumed of the unknown facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assignment {
    /// For each key, the state assumed, if any was needed.
    pub states: Vec<Option<usize>>,
    /// For each leaf, the value forced on it, for doubts.
    pub forced: Vec<Option<bool>>,
}

/// What a search found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub holds: Option<Assignment>,
    pub fails: Option<Assignment>,
    /// Whether a missing side is proved missing.
    pub exact: bool,
}

impl<'a> Solver<'a> {
    pub fn new(leaves: &'a Leaves<'a>, context: &'a Context, mode: Mode) -> Self {
        let mut solver = Self {
            leaves,
            context,
            mode,
            keys: Vec::new(),
            key_index: FxHashMap::default(),
            asks: Vec::new(),
            tables: Vec::new(),
            exact: true,
        };
        for leaf in &leaves.all {
            let asked: Vec<&str> = match leaf {
                Leaf::Condition { condition, .. } => std::iter::once(condition.key())
                    .chain(condition.variables().iter().map(AsRef::as_ref))
                    .collect(),
                Leaf::Resource {
                    entry: ResourceEntry::Template { variables, .. },
                    ..
                } => variables.iter().map(AsRef::as_ref).collect(),
                _ => Vec::new(),
            };
            let mut asked: Vec<usize> = asked
                .into_iter()
                .filter(|key| context.state(key).is_none())
                .map(|key| solver.key(key))
                .collect();
            asked.sort_unstable();
            asked.dedup();
            solver.asks.push(asked);
        }
        solver.cut_keys();
        solver.tables = (0..leaves.all.len()).map(|leaf| solver.table(leaf)).collect();
        solver
    }

    fn key(&mut self, folded: &str) -> usize {
        if let Some(index) = self.key_index.get(folded) {
            return *index;
        }
        self.keys.push(Key {
            folded: folded.into(),
            states: Vec::new(),
        });
        self.key_index.insert(folded.into(), self.keys.len() - 1);
        self.keys.len() - 1
    }

    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Finds the regions of every key.
    fn cut_keys(&mut self) {
        let uses: Vec<KeyTexts<'_>> = self.keys.iter().map(|key| self.uses(&key.folded)).collect();
        let mut states = Vec::new();
        for (key, asked) in self.keys.iter().zip(&uses) {
            let linked = asked.linked;
            let cut = regions(
                &KeyUse {
                    key: &key.folded,
                    conditions: &asked.conditions,
                    texts: &asked.texts,
                    linked,
                },
                self.context,
                self.mode,
            );
            self.exact &= cut.exact && asked.complete;
            states.push(cut.states);
        }
        self.share_linked(&mut states);
        for (key, states) in self.keys.iter_mut().zip(states) {
            key.states = states;
        }
    }

    /// Keys compared with each other are tried with each other's values too, so that "equal" and "different"
    /// both occur.
    fn share_linked(&self, states: &mut [Vec<State>]) {
        for asked in self.asks.iter().filter(|asked| asked.len() > 1) {
            let mut shared: Vec<State> = Vec::new();
            for key in asked {
                let of_key = states.get(*key).into_iter().flatten();
                shared.extend(
                    of_key
                        .filter(|s| matches!(s, State::One(v) if !v.is_empty()))
                        .cloned(),
                );
            }
            for key in asked {
                let Some(own) = states.get_mut(*key) else { continue };
                for state in &shared {
                    if !own.contains(state) {
                        own.push(state.clone());
                    }
                }
            }
        }
    }

    /// How the leaves use a key.
    fn uses(&self, key: &str) -> KeyTexts<'a> {
        let mut asked = KeyTexts {
            conditions: Vec::new(),
            texts: Vec::new(),
            linked: false,
            complete: true,
        };
        for leaf in &self.leaves.all {
            match leaf {
                Leaf::Condition { condition, .. } => self.condition_use(key, condition, &mut asked),
                Leaf::Resource { entry, resource, .. } => self.resource_use(key, entry, resource, &mut asked),
                _ => {}
            }
        }
        asked.texts.sort();
        asked.texts.dedup();
        asked
    }

    fn condition_use(&self, key: &str, condition: &'a Condition, asked: &mut KeyTexts<'a>) {
        let unknown = |k: &str| self.context.state(k).is_none();
        let variable = condition.variables().iter().any(|v| **v == *key);
        if condition.key() == key {
            asked.conditions.push(condition);
            let linked = condition.variables().iter().any(|v| unknown(v));
            asked.linked |= linked;
            asked.complete &= !linked || condition.compares_whole_variables();
        } else if variable && unknown(condition.key()) {
            asked.linked = true;
            asked.complete &= condition.compares_whole_variables();
        } else if variable {
            let known = match self.context.state(condition.key()) {
                Some(State::One(value)) => vec![value.as_ref()],
                Some(State::Many(values)) => values.iter().map(AsRef::as_ref).collect(),
                _ => Vec::new(),
            };
            for template in condition.templates() {
                if let Substituted::Holes(stretches) = substitute(template, self.context) {
                    for text in &known {
                        let (values, more) = solve_holes(&stretches, text, MAX_HOLE_VALUES);
                        asked.texts.extend(values);
                        asked.complete &= !more && !condition.folds_case();
                    }
                }
            }
        }
    }

    fn resource_use(&self, key: &str, entry: &ResourceEntry, resource: &str, asked: &mut KeyTexts<'a>) {
        let ResourceEntry::Template {
            template, variables, ..
        } = entry
        else {
            return;
        };
        if !variables.iter().any(|v| **v == *key) {
            return;
        }
        if let Substituted::Holes(stretches) = substitute(template, self.context) {
            let (values, more) = solve_holes(&stretches, resource, MAX_HOLE_VALUES);
            asked.texts.extend(values);
            asked.complete &= !more;
        }
    }

    fn table(&self, leaf: usize) -> Option<Vec<Truth>> {
        let [key] = self.asks.get(leaf)?.as_slice() else {
            return None;
        };
        let states = &self.keys.get(*key)?.states;
        let mut assignment = self.nothing();
        Some(
            (0..states.len())
                .map(|state| {
                    if let Some(slot) = assignment.states.get_mut(*key) {
                        *slot = Some(state);
                    }
                    self.leaf_under(leaf, &assignment)
                })
                .collect(),
        )
    }

    /// The truth of a leaf in each state of `key`, where the leaf asks that key alone.
    pub fn table_of(&self, leaf: usize, key: usize) -> Option<&[Truth]> {
        (self.asks.get(leaf)?.as_slice() == [key])
            .then(|| self.tables.get(leaf)?.as_deref())
            .flatten()
    }

    /// No assumption at all.
    pub fn nothing(&self) -> Assignment {
        Assignment {
            states: vec![None; self.keys.len()],
            forced: vec![None; self.leaves.all.len()],
        }
    }

    /// A leaf's truth with the keys put into the assumed states.
    fn leaf_under(&self, leaf: usize, assignment: &Assignment) -> Truth {
        let lookup = Assumed {
            solver: self,
            assignment,
        };
        match self.leaves.all.get(leaf) {
            Some(Leaf::Condition { condition, .. }) => condition.evaluate(&lookup, self.mode).truth,
            Some(Leaf::Resource {
                entry:
                    ResourceEntry::Template {
                        template, kind, mode, ..
                    },
                resource,
                ..
            }) => match substitute(template, &lookup) {
                Substituted::NoValue => Truth::False,
                Substituted::Holes(_) => Truth::Unknown,
                Substituted::Filled(stretches) => match resource_glob(stretches, *kind, *mode) {
                    Some(glob) if glob.narrow.matches(resource) => Truth::True,
                    Some(glob) if glob.wide.as_ref().is_some_and(|w| w.matches(resource)) => Truth::Unknown,
                    Some(_) => Truth::False,
                    None => Truth::Unknown,
                },
            },
            _ => Truth::Unknown,
        }
    }

    fn leaf_truth(&self, id: LeafId, assignment: &Assignment, parts: Option<&BitSet>) -> Truth {
        let leaf = id.0 as usize;
        if let Some(Some(forced)) = assignment.forced.get(leaf) {
            return Truth::from(*forced);
        }
        match self.leaves.all.get(leaf) {
            Some(Leaf::Part(part)) => parts.map_or(Truth::Unknown, |bits| Truth::from(bits.contains(*part))),
            Some(Leaf::Doubt { .. }) | None => Truth::Unknown,
            Some(_) => match self.tables.get(leaf) {
                Some(Some(table)) => {
                    let key = self.asks.get(leaf).and_then(|keys| keys.first());
                    let state = key.and_then(|key| *assignment.states.get(*key)?);
                    state
                        .and_then(|state| table.get(state).copied())
                        .unwrap_or(Truth::Unknown)
                }
                _ => self.leaf_under(leaf, assignment),
            },
        }
    }

    /// The formula's Kleene value under an assignment.
    pub fn value(&self, formula: &Expr, assignment: &Assignment, parts: Option<&BitSet>) -> Truth {
        formula.value(&|id| self.leaf_truth(id, assignment, parts))
    }

    /// Looks for assignments that make the formula true and false.
    pub fn search(&self, formula: &Expr, parts: Option<&BitSet>) -> Found {
        let mut found = Found {
            exact: self.exact,
            ..Found::default()
        };
        let steps = Cell::new(MAX_STEPS);
        let complete = self.each(
            formula,
            parts,
            &mut self.nothing(),
            &steps,
            &mut |value, assignment| {
                let slot = if value { &mut found.holds } else { &mut found.fails };
                slot.get_or_insert_with(|| assignment.clone());
                found.holds.is_none() || found.fails.is_none()
            },
        );
        let stopped = found.holds.is_some() && found.fails.is_some();
        found.exact &= complete || stopped;
        found
    }

    /// Calls `visit` with every partial assignment at which the formula becomes definite, until it says stop.
    /// False when the step limit ended the walk.
    pub fn each(
        &self,
        formula: &Expr,
        parts: Option<&BitSet>,
        assignment: &mut Assignment,
        steps: &Cell<u32>,
        visit: &mut dyn FnMut(bool, &Assignment) -> bool,
    ) -> bool {
        let Some(left) = steps.get().checked_sub(1) else {
            return false;
        };
        steps.set(left);
        if let Some(value) = self.value(formula, assignment, parts).decided() {
            if !visit(value, assignment) {
                steps.set(0);
            }
            return true;
        }
        let truth = |id: LeafId| self.leaf_truth(id, assignment, parts);
        let Some(leaf) = formula.first_undecided(&truth) else {
            return true;
        };
        let leaf = leaf.0 as usize;
        let open_key = self.asks.get(leaf).and_then(|keys| {
            keys.iter()
                .copied()
                .find(|key| assignment.states.get(*key).is_some_and(Option::is_none))
        });
        let mut complete = true;
        match open_key {
            Some(key) => {
                let states = self.keys.get(key).map_or(0, |k| k.states.len());
                for state in 0..states {
                    set(&mut assignment.states, key, Some(state));
                    complete &= self.each(formula, parts, assignment, steps, visit);
                }
                set(&mut assignment.states, key, None);
            }
            None => {
                for value in [true, false] {
                    set(&mut assignment.forced, leaf, Some(value));
                    complete &= self.each(formula, parts, assignment, steps, visit);
                }
                set(&mut assignment.forced, leaf, None);
            }
        }
        complete
    }
}

fn set<T>(slots: &mut [T], index: usize, value: T) {
    if let Some(slot) = slots.get_mut(index) {
        *slot = value;
    }
}

/// How the leaves use one key.
struct KeyTexts<'a> {
    conditions: Vec<&'a Condition>,
    texts: Vec<String>,
    linked: bool,
    complete: bool,
}

/// The request context with the assumed states in place of what is unknown.
struct Assumed<'a, 'b> {
    solver: &'a Solver<'b>,
    assignment: &'a Assignment,
}

impl Lookup for Assumed<'_, '_> {
    fn state(&self, folded_key: &str) -> Option<&State> {
        match self.solver.key_index.get(folded_key) {
            Some(key) => {
                let state = (*self.assignment.states.get(*key)?)?;
                self.solver.keys.get(*key)?.states.get(state)
            }
            None => self.solver.context.state(folded_key),
        }
    }
}
