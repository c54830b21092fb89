//! The parts of a product, each made deterministic as far as the search needs it.
//!
//! A state is a set of positions of one part. States of all parts share one numbering, so that a product
//! state is a plain list of numbers. Two kinds are recognised and never expanded: the empty set ([`DEAD`],
//! left out of such lists) and the state of a part that accepts whatever follows (its number is that of the
//! part).

use super::alphabet::Alphabet;
use super::intern::Interner;
use super::limits::{Budget, Exhausted};
use super::program::Program;
use super::walk::Walker;

/// The state from which nothing is accepted.
pub(super) const DEAD: u32 = u32::MAX;
/// A transition not computed yet.
const UNKNOWN: u32 = u32::MAX - 1;

/// Deterministic states of several programs.
#[derive(Debug)]
pub(super) struct Subsets<'a> {
    programs: Vec<&'a Program>,
    alphabet: &'a Alphabet,
    /// The part's number, then its positions.
    sets: Interner,
    /// By state and class.
    transitions: Vec<u32>,
    walker: Walker,
    buffer: Vec<u32>,
}

impl<'a> Subsets<'a> {
    pub(super) fn new(programs: Vec<&'a Program>, alphabet: &'a Alphabet) -> Self {
        let (transitions, buffer) = (Vec::new(), Vec::new());
        let (sets, walker) = (Interner::default(), Walker::default());
        Self {
            programs,
            alphabet,
            sets,
            transitions,
            walker,
            buffer,
        }
    }

    /// How many parts there are.
    pub(super) fn len(&self) -> usize {
        self.programs.len()
    }

    /// The state of a part before anything is read.
    pub(super) fn start(&mut self, part: u32, budget: &mut Budget) -> Result<u32, Exhausted> {
        let Some(&program) = self.programs.get(part as usize) else {
            return Ok(DEAD);
        };
        self.buffer.clear();
        self.buffer.push(part);
        self.buffer.extend_from_slice(self.walker.start(program));
        self.name(budget)
    }

    /// The part a state belongs to.
    pub(super) fn part(&self, state: u32) -> u32 {
        self.own(state)
            .map_or(state, |set| self.sets.get(set).first().copied().unwrap_or(state))
    }

    /// Whether the part accepts what was read.
    pub(super) fn accepts(&self, state: u32) -> bool {
        let Some(set) = self.own(state) else {
            return state != DEAD;
        };
        match self.sets.get(set) {
            [part, .., last] => self
                .programs
                .get(*part as usize)
                .is_some_and(|program| program.end() == *last),
            _ => false,
        }
    }

    /// Whether the part accepts whatever follows (as far as recognised).
    pub(super) fn is_universal(&self, state: u32) -> bool {
        (state as usize) < self.programs.len()
    }

    /// The state after one more character. Cached.
    pub(super) fn next(&mut self, state: u32, class: u32, budget: &mut Budget) -> Result<u32, Exhausted> {
        let Some(set) = self.own(state) else {
            return Ok(state);
        };
        let cell = set as usize * self.alphabet.len() + class as usize;
        match self.transitions.get(cell) {
            Some(&known) if known != UNKNOWN => return Ok(known),
            _ => {}
        }
        let target = self.compute(set, class, budget)?;
        if let Some(entry) = self.transitions.get_mut(cell) {
            *entry = target;
        }
        Ok(target)
    }

    /// The number of the stored set; none for the states that have no set.
    fn own(&self, state: u32) -> Option<u32> {
        if state == DEAD {
            None
        } else {
            state.checked_sub(self.programs.len() as u32)
        }
    }

    fn compute(&mut self, set: u32, class: u32, budget: &mut Budget) -> Result<u32, Exhausted> {
        let [part, positions @ ..] = self.sets.get(set) else {
            return Ok(DEAD);
        };
        let Some(&program) = self.programs.get(*part as usize) else {
            return Ok(DEAD);
        };
        let Some(representative) = self.alphabet.representative(class) else {
            return Ok(DEAD);
        };
        let worked = self.walker.work;
        self.buffer.clear();
        self.buffer.push(*part);
        self.buffer
            .extend_from_slice(self.walker.step(program, positions, representative));
        budget.work(1 + self.walker.work - worked)?;
        self.name(budget)
    }

    /// The state of the set in the buffer.
    fn name(&mut self, budget: &mut Budget) -> Result<u32, Exhausted> {
        let [part, positions @ ..] = self.buffer.as_slice() else {
            return Ok(DEAD);
        };
        let Some(program) = self.programs.get(*part as usize) else {
            return Ok(DEAD);
        };
        if positions.is_empty() {
            return Ok(DEAD);
        }
        if positions.iter().any(|&at| program.is_universal(at)) {
            return Ok(*part);
        }
        let (set, new) = self.sets.intern(&self.buffer);
        if new {
            budget.bytes(Interner::cost(self.buffer.len()) + 4 * self.alphabet.len())?;
            self.transitions
                .resize(self.transitions.len() + self.alphabet.len(), UNKNOWN);
        }
        Ok(set + self.programs.len() as u32)
    }
}
