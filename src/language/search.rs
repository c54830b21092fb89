//! The breadth-first search over product states.
//!
//! A product state is a state of the query and the states of all parts that may still accept something.
//! States are met in the order of their shortest words, and words of one length in the order of the alphabet,
//! so the first word found for anything is a shortest one.

use std::ops::ControlFlow;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::alphabet::Alphabet;
use super::intern::Interner;
use super::limits::{Budget, Exhausted};
use super::query::Query;
use super::subsets::{DEAD, Subsets};

/// Who the search reports to.
pub(super) trait Visitor {
    /// The query accepts a word, and of the parts just `accepting` (ascending) do. Not every word is shown:
    /// only the first of those that lead to the same state.
    fn word(
        &mut self,
        accepting: &[u32],
        spell: &dyn Fn() -> String,
        budget: &mut Budget,
    ) -> Result<ControlFlow<()>, Exhausted>;

    /// Whether to go on from a state in which the parts `settled` accept whatever follows and `open` others
    /// may still accept something.
    fn expand(&mut self, settled: &[u32], open: usize) -> bool;

    /// What still matters where just the parts `settled` (ascending) accept whatever follows; `None`: everything.
    fn focus(&mut self, _settled: &[u32]) -> Option<Focus> {
        None
    }
}

/// What still matters once some parts accept for good.
pub(super) struct Focus {
    /// Equal for settled sets that are as good as one another: then one of them stands for all.
    pub token: usize,
    /// Whether the part of a number matters.
    pub matters: Rc<[bool]>,
}

/// A focus, with the states of the settled parts that stand for all of its token.
struct Focused {
    settled: Vec<u32>,
    matters: Rc<[bool]>,
}

/// One search.
pub(super) struct Explorer<'a> {
    query: &'a Query,
    alphabet: &'a Alphabet,
    subsets: Subsets<'a>,
    /// The query's state, then the states of the parts that are not dead, in the order of the parts.
    states: Interner,
    /// The state before, and the class read; of a start, itself.
    parents: Vec<(u32, u32)>,
    /// By the states of the parts that are settled.
    focused: FxHashMap<Vec<u32>, Option<Rc<Focused>>>,
    /// By token, the first states that had it.
    standing: FxHashMap<usize, Vec<u32>>,
}

impl<'a> Explorer<'a> {
    pub(super) fn new(query: &'a Query, alphabet: &'a Alphabet, subsets: Subsets<'a>) -> Self {
        Self {
            query,
            alphabet,
            subsets,
            states: Interner::default(),
            parents: Vec::new(),
            focused: FxHashMap::default(),
            standing: FxHashMap::default(),
        }
    }

    /// How many states were met.
    pub(super) fn len(&self) -> usize {
        self.states.len()
    }

    /// Searches until all is seen or the visitor breaks.
    pub(super) fn explore(
        &mut self,
        visitor: &mut impl Visitor,
        budget: &mut Budget,
    ) -> Result<(), Exhausted> {
        let mut initial = Vec::new();
        for part in 0..self.subsets.len() {
            let state = self.subsets.start(part as u32, budget)?;
            initial.extend((state != DEAD).then_some(state));
        }
        let mut tuple = Vec::new();
        for &start in &self.query.starts {
            tuple.clear();
            tuple.push(start);
            tuple.extend_from_slice(&initial);
            if self.meet(&tuple, None, visitor, budget)?.is_break() {
                return Ok(());
            }
        }
        let mut at = 0;
        while (at as usize) < self.states.len() {
            if self.expand(at, &mut tuple, visitor, budget)?.is_break() {
                return Ok(());
            }
            at += 1;
        }
        Ok(())
    }

    /// Takes all steps from one state.
    fn expand(
        &mut self,
        at: u32,
        tuple: &mut Vec<u32>,
        visitor: &mut impl Visitor,
        budget: &mut Budget,
    ) -> Result<ControlFlow<()>, Exhausted> {
        let [from, parts @ ..] = self.states.get(at) else {
            return Ok(ControlFlow::Continue(()));
        };
        let (from, parts) = (*from, parts.to_vec());
        let settled: Vec<u32> = parts
            .iter()
            .copied()
            .filter(|&state| self.subsets.is_universal(state))
            .collect();
        if !visitor.expand(&settled, parts.len() - settled.len()) {
            return Ok(ControlFlow::Continue(()));
        }
        let query = self.query;
        for &(class, target) in query.edges(from) {
            budget.work(parts.len() as u64 + 4)?;
            tuple.clear();
            tuple.push(target);
            for &state in &parts {
                let next = self.subsets.next(state, class, budget)?;
                if next != DEAD {
                    tuple.push(next);
                }
            }
            if self.meet(tuple, Some((at, class)), visitor, budget)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Stores a state and, if it is new and the query accepts there, reports its word.
    fn meet(
        &mut self,
        tuple: &[u32],
        parent: Option<(u32, u32)>,
        visitor: &mut impl Visitor,
        budget: &mut Budget,
    ) -> Result<ControlFlow<()>, Exhausted> {
        let focused = self.focus(tuple, visitor, budget)?;
        let (name, new) = self.states.intern(focused.as_deref().unwrap_or(tuple));
        let tuple = focused.as_deref().unwrap_or(tuple);
        if !new {
            return Ok(ControlFlow::Continue(()));
        }
        budget.state()?;
        budget.bytes(Interner::cost(tuple.len()) + 12)?;
        self.parents.push(parent.unwrap_or((name, 0)));
        let [query, parts @ ..] = tuple else {
            return Ok(ControlFlow::Continue(()));
        };
        if !self.query.accepts(*query) {
            return Ok(ControlFlow::Continue(()));
        }
        let accepting: Vec<u32> = parts
            .iter()
            .filter(|&&state| self.subsets.accepts(state))
            .map(|&state| self.subsets.part(state))
            .collect();
        visitor.word(&accepting, &|| self.spell(name), budget)
    }

    /// The state with only the parts that matter, and with the settled parts that stand for those it has; `None`
    /// when it is that already.
    fn focus(
        &mut self,
        tuple: &[u32],
        visitor: &mut impl Visitor,
        budget: &mut Budget,
    ) -> Result<Option<Vec<u32>>, Exhausted> {
        let [query, parts @ ..] = tuple else {
            return Ok(None);
        };
        budget.work(parts.len() as u64)?;
        let (settled, open): (Vec<u32>, Vec<u32>) =
            parts.iter().partition(|&&state| self.subsets.is_universal(state));
        let focused = match self.focused.get(&settled) {
            Some(known) => known.clone(),
            None => {
                budget.work(parts.len() as u64 * 16)?;
                budget.bytes(64 + settled.len() * 8 + parts.len())?;
                let numbers: Vec<u32> = settled.iter().map(|&state| self.subsets.part(state)).collect();
                let focus = visitor.focus(&numbers).map(|Focus { token, matters }| {
                    let standing = self.standing.entry(token).or_insert_with(|| settled.clone());
                    Rc::new(Focused {
                        settled: standing.clone(),
                        matters,
                    })
                });
                self.focused.insert(settled, focus.clone());
                focus
            }
        };
        let Some(focused) = focused else { return Ok(None) };
        let matters = |state: &u32| focused.matters.get(self.subsets.part(*state) as usize) != Some(&false);
        let mut kept: Vec<u32> = open
            .into_iter()
            .filter(matters)
            .chain(focused.settled.iter().copied())
            .collect();
        kept.sort_unstable_by_key(|&state| self.subsets.part(state));
        kept.insert(0, *query);
        Ok(Some(kept))
    }

    /// The word that led to a state first.
    fn spell(&self, mut at: u32) -> String {
        let mut reversed = Vec::new();
        while let Some(&(parent, class)) = self.parents.get(at as usize)
            && parent != at
        {
            reversed.extend(self.alphabet.representative(class));
            at = parent;
        }
        reversed.iter().rev().collect()
    }
}
