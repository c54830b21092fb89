//! The value of one clause's formula, for the one resource asked about or over a set of them.
//!
//! A clause of resources is a union of patterns, or what lies outside one. So whether some resource matches is asked
//! pattern by pattern, and whether all do by a search for one outside the union: neither has to tell apart in which
//! ways the patterns overlap. What a decision may cost is its own matter; this only explains one that is made
//! already, and what is not seen within the bounds is told as not known.

use rustc_hash::FxHashMap;

use super::evaluate::Run;
use super::expr::Expr;
use super::leaf::{Leaf, Leaves, Part};
use super::request::{Resource, ResourceSet};
use crate::condition::Truth;
use crate::language::{Exploration, Language, Limits, Product};

/// Bounds of one search. There is one for every pattern and one for every clause.
const EACH: Limits = Limits {
    states: 20_000,
    bytes: 32 << 20,
    work: 1_000_000,
};

/// What all searches of one explanation may take together: some tenths of a second.
const TOGETHER: u64 = 10_000_000;

/// What a search costs at least, for what is built before its first step.
const LEAST: u64 = 1_000;

/// The value of a clause's formula under what is asked for.
pub(super) struct Under {
    /// For some of it.
    pub some: Truth,
    /// For all of it.
    pub all: Truth,
}

/// The searches of one explanation, which share a bound, and what they found.
pub(super) struct Searches {
    left: u64,
    meets: FxHashMap<Part, Truth>,
}

impl Default for Searches {
    fn default() -> Self {
        Self {
            left: TOGETHER,
            meets: FxHashMap::default(),
        }
    }
}

impl Under {
    /// The value where no set is in play: what is left open is unknown.
    pub fn no_set(formula: &Expr) -> Truth {
        formula.value(&|_| Truth::Unknown)
    }

    /// The value for the request's resource or for the words of its set, for the formula of a clause of resources over
    /// the run's leaves.
    pub fn of(formula: &Expr, run: &Run<'_>, searches: &mut Searches) -> Self {
        let set = match asked_about(formula, run) {
            Ok(set) => set,
            Err(everywhere) => return Self::constant(everywhere),
        };
        let (formula, negated) = match formula {
            Expr::Not(inner) => (&**inner, true),
            formula => (formula, false),
        };
        let union = Union::of(formula, &run.leaves);
        let (some, all) = (
            union.some(&run.leaves, set, searches),
            union.all(&run.leaves, set, searches),
        );
        let (some, all) = if negated {
            (all.negate(), some.negate())
        } else {
            (some, all)
        };
        // Of no resource at all nothing is matched.
        let all = all.and(some);
        Self { some, all }
    }

    /// The value for some of what is asked for, for the formula of one entry of a clause.
    pub fn some(formula: &Expr, run: &Run<'_>, searches: &mut Searches) -> Truth {
        match asked_about(formula, run) {
            Ok(set) => Union::of(formula, &run.leaves).some(&run.leaves, set, searches),
            Err(everywhere) => everywhere,
        }
    }

    fn constant(truth: Truth) -> Self {
        Self {
            some: truth,
            all: truth,
        }
    }
}

/// The set over which the formula varies; else its value.
fn asked_about<'r>(formula: &Expr, run: &Run<'r>) -> Result<&'r ResourceSet, Truth> {
    let everywhere = Under::no_set(formula);
    match &run.request.resource {
        Resource::All(set) if everywhere == Truth::Unknown && !run.leaves.parts.is_empty() => Ok(set),
        _ => Err(everywhere),
    }
}

/// A union of patterns: of some it is certain that they match, of others not known.
#[derive(Default)]
struct Union {
    /// Parts whose words match.
    definite: Vec<usize>,
    /// Parts whose words may match; others do not, unless another part says so.
    open: Vec<usize>,
    /// Whether any word may match.
    anything: bool,
}

impl Union {
    fn of(formula: &Expr, leaves: &Leaves<'_>) -> Self {
        let mut union = Self::default();
        union.add(formula, leaves);
        union
    }

    fn add(&mut self, formula: &Expr, leaves: &Leaves<'_>) {
        let part = |formula: &Expr| match formula {
            Expr::Leaf(id) => match leaves.all.get(id.0 as usize) {
                Some(Leaf::Part(part)) => Some(*part),
                _ => None,
            },
            _ => None,
        };
        match formula {
            Expr::Or(any) => any.iter().for_each(|formula| self.add(formula, leaves)),
            Expr::False => {}
            // Both have to hold: outside the one part nothing does.
            Expr::And(all) => match all.iter().find_map(part) {
                Some(part) => self.open.push(part),
                None => self.anything = true,
            },
            formula => match part(formula) {
                Some(part) => self.definite.push(part),
                None => self.anything = true,
            },
        }
    }

    /// Whether some word of the set matches.
    fn some(&self, leaves: &Leaves<'_>, set: &ResourceSet, searches: &mut Searches) -> Truth {
        let mut any = if self.anything {
            Truth::Unknown
        } else {
            Truth::False
        };
        let definite = self.definite.iter().map(|part| (part, Truth::True));
        let open = self.open.iter().map(|part| (part, Truth::Unknown));
        for (part, most) in definite.chain(open) {
            if any == Truth::True {
                break;
            }
            if let Some(part) = leaves.parts.get(*part) {
                any = any.or(searches.meets(part, set).and(most));
            }
        }
        any
    }

    /// Whether all words of the set match; true of no word.
    fn all(&self, leaves: &Leaves<'_>, set: &ResourceSet, searches: &mut Searches) -> Truth {
        let within = |numbers: &[usize], searches: &mut Searches| {
            let parts = numbers.iter().filter_map(|number| leaves.parts.get(*number));
            searches.within(parts.map(Part::of_resources).collect(), set)
        };
        let surely = within(&self.definite, searches);
        if surely != Truth::False || self.open.is_empty() && !self.anything {
            return surely;
        }
        let perhaps = match self.anything {
            true => Truth::True,
            false => within(&[self.definite.as_slice(), &self.open].concat(), searches),
        };
        perhaps.and(Truth::Unknown)
    }
}

impl Searches {
    /// Whether the part and the set share a word.
    fn meets(&mut self, part: &Part, set: &ResourceSet) -> Truth {
        if let Some(known) = self.meets.get(part) {
            return *known;
        }
        let query = set.languages.iter().cloned().chain([part.of_resources()]);
        let truth = self.search(Product::new(query.collect(), Vec::new()), Product::word);
        self.meets.insert(part.clone(), truth);
        truth
    }

    /// Whether every word of the set is in one of the languages.
    fn within(&mut self, union: Vec<Language>, set: &ResourceSet) -> Truth {
        self.search(Product::new(set.languages.clone(), union), Product::word_outside)
            .negate()
    }

    /// Whether there is such a word.
    fn search(
        &mut self,
        product: Product,
        word: impl FnOnce(&Product) -> (Option<String>, Exploration),
    ) -> Truth {
        let limits = Limits {
            work: EACH.work.min(self.left),
            ..EACH
        };
        if limits.work == 0 {
            return Truth::Unknown;
        }
        let (found, exploration) = word(&product.with_limits(limits));
        self.left = self.left.saturating_sub(exploration.work.max(LEAST));
        match found {
            Some(_) => Truth::True,
            None if exploration.exact => Truth::False,
            None => Truth::Unknown,
        }
    }
}
