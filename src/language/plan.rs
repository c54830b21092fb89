//! Which parts of a product the search has to follow.
//!
//! Equal parts are followed once. When there are many, each is first compared with the query alone: a part
//! that accepts none of its words, or all of them, is a constant. So is a part that is itself in the query.
//! Source: SET-11

use rustc_hash::{FxHashMap, FxHashSet};

use super::alphabet::Alphabet;
use super::bits::BitSet;
use super::language::Language;
use super::limits::{Budget, Exhausted};
use super::program::Program;
use super::query::Query;
use super::subsets::{DEAD, Subsets};

/// From this many parts on, each is first compared with the query alone.
const MANY: usize = 16;
/// The work one such comparison may take before the part is simply kept.
const COMPARE_WORK: u64 = 100_000;

/// Which parts are worth following.
pub(super) struct Plan<'a> {
    /// Distinct programs whose answer varies over the query, as far as known.
    pub(super) kept: Vec<&'a Program>,
    /// For each of them, the parts it stands for.
    uses: Vec<Vec<usize>>,
    /// The parts that accept every word of the query.
    pub(super) always: BitSet,
}

impl<'a> Plan<'a> {
    pub(super) fn new(parts: &'a [Language]) -> Self {
        let mut numbers: FxHashMap<&Program, usize> = FxHashMap::default();
        let mut plan = Self {
            kept: Vec::new(),
            uses: Vec::new(),
            always: BitSet::new(parts.len()),
        };
        for (part, language) in parts.iter().enumerate() {
            let number = *numbers.entry(language.program()).or_insert_with(|| {
                plan.kept.push(language.program());
                plan.uses.push(Vec::new());
                plan.uses.len() - 1
            });
            if let Some(uses) = plan.uses.get_mut(number) {
                uses.push(part);
            }
        }
        plan
    }

    pub(super) fn uses(&self, number: u32) -> &[usize] {
        self.uses
            .get(number as usize)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    pub(super) fn alphabet(&self, query: &'a [Language]) -> Alphabet {
        Alphabet::new(
            query
                .iter()
                .map(Language::program)
                .chain(self.kept.iter().copied()),
        )
    }

    /// Drops the parts that accept no word of the query, and those that accept them all (SET-11, 1 and 3), as
    /// far as cheaply found.
    pub(super) fn simplify(&mut self, query: &'a [Language], budget: &mut Budget) {
        for (program, uses) in self.kept.iter().zip(&mut self.uses) {
            if query.iter().any(|language| language.program() == *program) {
                uses.drain(..).for_each(|part| self.always.insert(part));
            }
        }
        let mut uses = self.uses.iter();
        self.kept
            .retain(|_| uses.next().is_some_and(|uses| !uses.is_empty()));
        self.uses.retain(|uses| !uses.is_empty());
        if self.kept.len() < MANY {
            return;
        }
        let alphabet = self.alphabet(query);
        let mut attempt = budget.clone();
        let Ok(query) = Query::new(query, &alphabet, &mut attempt) else {
            return;
        };
        let mut kept = (Vec::new(), Vec::new());
        // What is left for the search itself: it may need little, however hard the comparisons are.
        let reserve = budget.left().work / 2;
        for (program, uses) in std::mem::take(&mut self.kept)
            .into_iter()
            .zip(std::mem::take(&mut self.uses))
        {
            let mut subsets = Subsets::new(vec![program], &alphabet);
            let most = COMPARE_WORK.min(budget.left().work.saturating_sub(reserve));
            let mut attempt = budget.attempt(most);
            let answer = compare(&query, &mut subsets, &mut attempt);
            // No more was spent than there is.
            let _ = budget.work(most.saturating_sub(attempt.left().work));
            match answer {
                Ok(Answer::Never) => {}
                Ok(Answer::Always) => uses.into_iter().for_each(|part| self.always.insert(part)),
                Ok(Answer::Varies) | Err(Exhausted) => {
                    kept.0.push(program);
                    kept.1.push(uses);
                }
            }
        }
        (self.kept, self.uses) = kept;
    }
}

/// What one part says to the words of the query.
enum Answer {
    Never,
    Always,
    Varies,
}

/// Compares the only part of `subsets` with the query.
fn compare(query: &Query, subsets: &mut Subsets<'_>, budget: &mut Budget) -> Result<Answer, Exhausted> {
    let start = subsets.start(0, budget)?;
    let mut stack: Vec<(u32, u32)> = query.starts.iter().map(|&at| (at, start)).collect();
    let mut seen: FxHashSet<(u32, u32)> = stack.iter().copied().collect();
    let (mut accepts, mut rejects) = (false, false);
    while let Some((at, state)) = stack.pop() {
        // No state of a query is dead, so a settled part decides some word.
        let settled = state == DEAD || subsets.is_universal(state);
        if settled || query.accepts(at) {
            let accepted = subsets.accepts(state);
            accepts |= accepted;
            rejects |= !accepted;
            if accepts && rejects {
                return Ok(Answer::Varies);
            }
        }
        if settled {
            continue;
        }
        for &(class, target) in query.edges(at) {
            budget.work(1)?;
            let pair = (target, subsets.next(state, class, budget)?);
            if seen.insert(pair) {
                stack.push(pair);
            }
        }
    }
    Ok(if accepts { Answer::Always } else { Answer::Never })
}
