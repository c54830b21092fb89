//! The words under search: the intersection of the query's languages, as one automaton over the classes of an
//! alphabet, without states that lead nowhere.
//!
//! A state is a tuple of single positions, one of each language, so there are at most as many as the product
//! of the languages' sizes and emptiness needs no subset construction (SET-09). Where the automaton becomes
//! no bigger by it, it is then made deterministic, which saves the search from meeting a word many times.

use super::alphabet::Alphabet;
use super::intern::Interner;
use super::language::Language;
use super::limits::{Budget, Exhausted};
use super::program::Program;
use super::walk::Walker;

/// Sets of tuples longer than this are not searched for tuples that others cover.
const COMPARE: usize = 64;

/// Bytes a step takes, with its share of the list of sources that trimming makes and of growing vectors.
const EDGE: usize = 24;

/// An automaton without dead states; no start means no word.
#[derive(Debug, Default)]
pub(super) struct Query {
    pub(super) starts: Vec<u32>,
    states: Vec<State>,
}

/// One state of a [`Query`].
#[derive(Debug, Default, Clone)]
struct State {
    /// (class, target), ascending.
    edges: Vec<(u32, u32)>,
    accepts: bool,
}

impl Query {
    /// The intersection of the languages; of none, every word.
    pub(super) fn new(
        languages: &[Language],
        alphabet: &Alphabet,
        budget: &mut Budget,
    ) -> Result<Self, Exhausted> {
        let programs: Vec<&Program> = languages.iter().map(Language::program).collect();
        let mut tuples = Tuples {
            programs,
            names: Interner::default(),
            walker: Walker::default(),
        };
        let nondeterministic = tuples.explore(alphabet, budget)?;
        let (trimmed, kept) = nondeterministic.trim();
        // Making it deterministic may cost far more than it saves: a few looks at each step are worth it.
        let mut attempt = budget.attempt(10_000 + 16 * trimmed.steps());
        let size = 2 * trimmed.states.len() + 64;
        match trimmed.determinise(size, &tuples, &kept, &mut attempt) {
            Ok(deterministic) => Ok(deterministic),
            Err(Exhausted) => Ok(trimmed),
        }
    }

    /// How many steps there are in all.
    fn steps(&self) -> u64 {
        self.states.iter().map(|state| state.edges.len() as u64).sum()
    }

    /// The steps from a state: (class, target), classes ascending.
    pub(super) fn edges(&self, state: u32) -> &[(u32, u32)] {
        self.states
            .get(state as usize)
            .map(|state| state.edges.as_slice())
            .unwrap_or_default()
    }

    /// Whether the word read so far is in the query.
    pub(super) fn accepts(&self, state: u32) -> bool {
        self.states.get(state as usize).is_some_and(|state| state.accepts)
    }

    /// The states from which a word is accepted, renumbered, and by new number the old one.
    fn trim(self) -> (Self, Vec<u32>) {
        let mut sources: Vec<Vec<u32>> = vec![Vec::new(); self.states.len()];
        for (from, state) in (0..).zip(&self.states) {
            for (_, target) in &state.edges {
                if let Some(sources) = sources.get_mut(*target as usize) {
                    sources.push(from);
                }
            }
        }
        let mut alive = vec![false; self.states.len()];
        let accepting = (0..).zip(&self.states).filter(|(_, state)| state.accepts);
        let mut stack: Vec<u32> = accepting.map(|(at, _)| at).collect();
        while let Some(at) = stack.pop() {
            if let Some(alive) = alive.get_mut(at as usize)
                && !std::mem::replace(alive, true)
            {
                stack.extend(sources.get(at as usize).into_iter().flatten());
            }
        }
        let kept: Vec<u32> = (0..)
            .zip(&alive)
            .filter(|(_, alive)| **alive)
            .map(|(at, _)| at)
            .collect();
        let renumbered = |old: u32| kept.binary_search(&old).ok().map(|new| new as u32);
        let states = (0..)
            .zip(self.states)
            .filter(|(at, _)| renumbered(*at).is_some())
            .map(|(_, state)| {
                let edges = state.edges.into_iter();
                let edges = edges
                    .filter_map(|(class, target)| Some((class, renumbered(target)?)))
                    .collect();
                State {
                    edges,
                    accepts: state.accepts,
                }
            });
        let starts = self.starts.into_iter().filter_map(renumbered).collect();
        (
            Self {
                starts,
                states: states.collect(),
            },
            kept,
        )
    }

    /// The same words from one start and one target a class, if `size` states are enough.
    fn determinise(
        &self,
        size: usize,
        tuples: &Tuples<'_>,
        kept: &[u32],
        budget: &mut Budget,
    ) -> Result<Self, Exhausted> {
        let mut sets = Interner::default();
        let mut result = Self::default();
        if self.starts.is_empty() {
            return Ok(result);
        }
        let start = tuples.uncovered(self.starts.clone(), kept, budget)?;
        result.starts.push(sets.intern(&start).0);
        let mut next = 0;
        while (next as usize) < sets.len() {
            let members = sets.get(next).to_vec();
            let looks: usize = members.iter().map(|&member| self.edges(member).len()).sum();
            budget.work(looks as u64 + 1)?;
            let mut steps: Vec<(u32, u32)> = members
                .iter()
                .flat_map(|&member| self.edges(member))
                .copied()
                .collect();
            steps.sort_unstable();
            steps.dedup();
            let mut state = State {
                edges: Vec::new(),
                accepts: members.iter().any(|&member| self.accepts(member)),
            };
            for same in steps.chunk_by(|one, other| one.0 == other.0) {
                let Some(&(class, _)) = same.first() else { continue };
                let targets = same.iter().map(|(_, target)| *target).collect();
                let targets = tuples.uncovered(targets, kept, budget)?;
                let (name, new) = sets.intern(&targets);
                if new && sets.len() > size {
                    return Err(Exhausted);
                }
                state.edges.push((class, name));
            }
            budget.bytes(Interner::cost(members.len()) + 8 * state.edges.len())?;
            result.states.push(state);
            next += 1;
        }
        Ok(result)
    }
}

/// Tuples of positions, one of each program.
struct Tuples<'a> {
    programs: Vec<&'a Program>,
    names: Interner,
    walker: Walker,
}

impl Tuples<'_> {
    /// All tuples reachable from the start, with their steps.
    fn explore(&mut self, alphabet: &Alphabet, budget: &mut Budget) -> Result<Query, Exhausted> {
        let mut query = Query::default();
        let mut choices: Vec<Vec<u32>> = vec![Vec::new(); self.programs.len()];
        for (program, choice) in self.programs.iter().zip(&mut choices) {
            choice.extend_from_slice(self.walker.start(program));
        }
        query.starts = self.combine(&choices, budget)?;
        let mut next = 0;
        while (next as usize) < self.names.len() {
            let tuple = self.names.get(next).to_vec();
            let accepts = self
                .programs
                .iter()
                .zip(&tuple)
                .all(|(program, at)| *at == program.end());
            let mut state = State {
                edges: Vec::new(),
                accepts,
            };
            for (class, representative) in alphabet.classes() {
                budget.work(1)?;
                let mut places = self.programs.iter().zip(&tuple);
                if !places.all(|(program, &at)| program.reads_at(at, representative)) {
                    continue;
                }
                let worked = self.walker.work;
                let stuck =
                    self.programs
                        .iter()
                        .zip(&tuple)
                        .zip(&mut choices)
                        .any(|((program, at), choice)| {
                            choice.clear();
                            choice.extend_from_slice(self.walker.step(program, &[*at], representative));
                            choice.is_empty()
                        });
                budget.work(1 + self.walker.work - worked)?;
                if !stuck {
                    let targets = self.combine(&choices, budget)?;
                    state
                        .edges
                        .extend(targets.into_iter().map(|target| (class, target)));
                }
            }
            query.states.push(state);
            next += 1;
        }
        Ok(query)
    }

    /// The names of all tuples with one member of each choice.
    fn combine(&mut self, choices: &[Vec<u32>], budget: &mut Budget) -> Result<Vec<u32>, Exhausted> {
        let count = choices
            .iter()
            .fold(1_u64, |count, choice| count.saturating_mul(choice.len() as u64));
        budget.work(count.saturating_mul(4))?;
        budget.bytes((count as usize).saturating_mul(EDGE))?;
        let mut digits = vec![0; choices.len()];
        let mut tuple = Vec::with_capacity(choices.len());
        let mut names = Vec::with_capacity(count as usize);
        for _ in 0..count {
            tuple.clear();
            tuple.extend(
                choices
                    .iter()
                    .zip(&digits)
                    .filter_map(|(choice, &digit)| choice.get(digit)),
            );
            let (name, new) = self.names.intern(&tuple);
            if new {
                budget.state()?;
                budget.bytes(Interner::cost(tuple.len()) + size_of::<State>())?;
            }
            names.push(name);
            for (digit, choice) in digits.iter_mut().zip(choices).rev() {
                *digit += 1;
                if *digit < choice.len() {
                    break;
                }
                *digit = 0;
            }
        }
        Ok(names)
    }

    /// A sorted set of tuples (numbers into `kept`) without those another member covers in every place.
    fn uncovered(&self, mut set: Vec<u32>, kept: &[u32], budget: &mut Budget) -> Result<Vec<u32>, Exhausted> {
        set.sort_unstable();
        set.dedup();
        if !(2..=COMPARE).contains(&set.len()) {
            return Ok(set);
        }
        budget.work((set.len() * set.len()) as u64)?;
        let tuple = |member: u32| {
            kept.get(member as usize)
                .map_or(&[][..], |&name| self.names.get(name))
        };
        // Covering is a partial order (two distinct tuples never cover each other), so this drops no last
        // one.
        let covered = |inner: u32| {
            set.iter().any(|&outer| {
                outer != inner
                    && self
                        .programs
                        .iter()
                        .zip(tuple(outer).iter().zip(tuple(inner)))
                        .all(|(program, (&outer, &inner))| program.subsumes(outer, inner))
            })
        };
        Ok(set.iter().copied().filter(|&member| !covered(member)).collect())
    }
}
