//! Several languages read together, word by word.
//!
//! The answer is the set of distinct acceptance vectors with a shortest word each: enough to evaluate any
//! Boolean formula over the parts, complements included, on every word of the query. Source: SET-08

use std::ops::ControlFlow;

use rustc_hash::FxHashSet;

use super::bits::BitSet;
use super::language::Language;
use super::limits::{Budget, Exhausted, Limits};
use super::plan::Plan;
use super::query::Query;
use super::search::{Explorer, Focus, Visitor};
use super::subsets::Subsets;

/// A set question: languages looked at together.
#[derive(Debug, Clone)]
pub struct Product {
    query: Vec<Language>,
    parts: Vec<Language>,
    limits: Limits,
}

/// How a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exploration {
    /// Product states met.
    pub states: usize,
    /// False if a limit was hit before everything was seen; true when all was seen or the visitor asked to
    /// stop.
    pub exact: bool,
    /// Elementary steps taken, as [`Limits::work`] counts them.
    pub work: u64,
}

impl Product {
    /// The words that all of `query` accept (every word if it is empty), seen through `parts`.
    pub fn new(query: Vec<Language>, parts: Vec<Language>) -> Self {
        Self {
            query,
            parts,
            limits: Limits::default(),
        }
    }

    /// The same with other limits.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Calls `f` once for each distinct set of parts (numbered as given) such that some word of the query is
    /// accepted by just these, with a shortest such word. Shorter words come first, and among equals readable
    /// ones; the order is the same on every run.
    ///
    /// The search ends when all is seen, when `f` breaks, or at a limit. With a limit hit, what was visited
    /// is right and what is missing is unknown.
    ///
    /// Cost: the number of product states, exponential in the worst case and therefore limited; near linear
    /// for patterns without `?` after `*`. Source: SET-08, SET-10
    pub fn visit(&self, f: impl FnMut(&BitSet, &str) -> ControlFlow<()>) -> Exploration {
        self.visit_with(None, f)
    }

    /// As [`Product::visit`], for who cares for less than every vector: `relevance` is told which parts accept
    /// whatever follows, and says which others still matter, and which set of settled parts is as good (see
    /// [`Relevance`]). Vectors are then those of parts that matter, and each is as good as the one it stands for.
    ///
    /// Where many parts settle in any order, this is what keeps the search from meeting every subset of them.
    pub fn visit_relevant<'r>(
        &self,
        relevance: &'r mut (dyn FnMut(&BitSet) -> Relevance + 'r),
        f: impl FnMut(&BitSet, &str) -> ControlFlow<()>,
    ) -> Exploration {
        self.visit_with(Some(relevance), f)
    }

    fn visit_with<'r>(
        &self,
        relevance: Option<&'r mut (dyn FnMut(&BitSet) -> Relevance + 'r)>,
        f: impl FnMut(&BitSet, &str) -> ControlFlow<()>,
    ) -> Exploration {
        let mut plan = Plan::new(&self.parts);
        let mut budget = Budget::new(self.limits);
        plan.simplify(&self.query, &mut budget);
        let mut vectors = Vectors {
            plan: &plan,
            seen: FxHashSet::default(),
            relevance,
            f,
        };
        self.run(&plan, &mut vectors, &mut budget)
    }

    /// A shortest word of the query that no part accepts, and how the search for it ended.
    ///
    /// Cheaper than [`Product::visit`]: what a part accepts for good is not followed. Source: SET-11
    pub fn word_outside(&self) -> (Option<String>, Exploration) {
        let mut plan = Plan::new(&self.parts);
        let mut budget = Budget::new(self.limits);
        plan.simplify(&self.query, &mut budget);
        if !plan.always.is_empty() {
            return (
                None,
                Exploration {
                    states: 0,
                    exact: true,
                    work: self.limits.work - budget.left().work,
                },
            );
        }
        let mut outside = Outside { found: None };
        let exploration = self.run(&plan, &mut outside, &mut budget);
        (outside.found, exploration)
    }

    /// A shortest word of the query, whatever the parts say, and how the search for it ended. Polynomial in
    /// the sizes of the query's languages.
    pub fn word(&self) -> (Option<String>, Exploration) {
        let mut outside = Outside { found: None };
        let exploration = self.run(&Plan::new(&[]), &mut outside, &mut Budget::new(self.limits));
        (outside.found, exploration)
    }

    /// Builds what the search needs and searches.
    fn run(&self, plan: &Plan<'_>, visitor: &mut impl Visitor, budget: &mut Budget) -> Exploration {
        let alphabet = plan.alphabet(&self.query);
        let Ok(query) = Query::new(&self.query, &alphabet, budget) else {
            return Exploration {
                states: 0,
                exact: false,
                work: self.limits.work - budget.left().work,
            };
        };
        let subsets = Subsets::new(plan.kept.clone(), &alphabet);
        let mut explorer = Explorer::new(&query, &alphabet, subsets);
        let exact = explorer.explore(visitor, budget).is_ok();
        Exploration {
            states: explorer.len(),
            exact,
            work: self.limits.work - budget.left().work,
        }
    }
}

/// What still matters once some parts accept whatever follows.
#[derive(Debug, Clone)]
pub struct Relevance {
    /// Equal for settled sets that are as good as one another, whatever the parts that matter do.
    pub token: usize,
    /// The parts that matter, settled ones aside.
    pub matters: BitSet,
}

/// Reports each acceptance vector once.
struct Vectors<'a, 'r, F> {
    plan: &'a Plan<'a>,
    seen: FxHashSet<BitSet>,
    relevance: Option<&'r mut (dyn FnMut(&BitSet) -> Relevance + 'r)>,
    f: F,
}

impl<F> Vectors<'_, '_, F> {
    /// The acceptance vector over the parts as given, from the numbers of the parts that are followed.
    fn vector(&self, accepting: &[u32]) -> BitSet {
        let mut vector = self.plan.always.clone();
        for &number in accepting {
            self.plan
                .uses(number)
                .iter()
                .for_each(|&part| vector.insert(part));
        }
        vector
    }
}

impl<F: FnMut(&BitSet, &str) -> ControlFlow<()>> Visitor for Vectors<'_, '_, F> {
    fn word(
        &mut self,
        accepting: &[u32],
        spell: &dyn Fn() -> String,
        budget: &mut Budget,
    ) -> Result<ControlFlow<()>, Exhausted> {
        let vector = self.vector(accepting);
        budget.work(accepting.len() as u64 + vector.capacity() as u64 / 64)?;
        if self.seen.contains(&vector) {
            return Ok(ControlFlow::Continue(()));
        }
        budget.bytes(64 + vector.capacity() / 8)?;
        let next = (self.f)(&vector, &spell());
        self.seen.insert(vector);
        Ok(next)
    }

    fn expand(&mut self, settled: &[u32], open: usize) -> bool {
        // With nothing open every further word has this very vector.
        open > 0 || !self.seen.contains(&self.vector(settled))
    }

    fn focus(&mut self, settled: &[u32]) -> Option<Focus> {
        let vector = self.vector(settled);
        let Relevance { token, matters } = (self.relevance.as_mut()?)(&vector);
        let numbers = 0..u32::try_from(self.plan.kept.len()).unwrap_or(u32::MAX);
        let of_number =
            numbers.map(|number| self.plan.uses(number).iter().any(|&part| matters.contains(part)));
        Some(Focus {
            token,
            matters: of_number.collect(),
        })
    }
}

/// Stops at the first word that no part accepts.
struct Outside {
    found: Option<String>,
}

impl Visitor for Outside {
    fn word(
        &mut self,
        accepting: &[u32],
        spell: &dyn Fn() -> String,
        _: &mut Budget,
    ) -> Result<ControlFlow<()>, Exhausted> {
        if !accepting.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        self.found = Some(spell());
        Ok(ControlFlow::Break(()))
    }

    fn expand(&mut self, settled: &[u32], _: usize) -> bool {
        settled.is_empty()
    }
}
