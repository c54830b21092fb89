//! The value of one clause's formula, for the one resource asked about or over a set of them.

use std::ops::ControlFlow;

use super::evaluate::Run;
use super::expr::Expr;
use super::leaf::{Leaf, Part};
use super::request::Resource;
use crate::condition::Truth;
use crate::language::{Limits, Product};

/// Bounds of one clause's search. There is one for every entry of every statement, and it only explains a decision
/// that is made already: what is not seen within them is told as not known.
const LIMITS: Limits = Limits {
    states: 20_000,
    bytes: 32 << 20,
    work: 2_000_000,
};

/// The value of a clause's formula under what is asked for.
pub(super) struct Under {
    /// For some of it.
    pub some: Truth,
    /// For all of it.
    pub all: Truth,
}

impl Under {
    /// The value where no set is in play: what is left open is unknown.
    pub fn no_set(formula: &Expr) -> Truth {
        formula.value(&|_| Truth::Unknown)
    }

    /// The value for the request's resource or for the words of its set, for a formula over the run's leaves.
    pub fn of(formula: &Expr, run: &Run<'_>) -> Self {
        let everywhere = Self::no_set(formula);
        let Resource::All(set) = &run.request.resource else {
            return Self::constant(everywhere);
        };
        if everywhere != Truth::Unknown || run.leaves.parts.is_empty() {
            return Self::constant(everywhere);
        }
        let parts = run.leaves.parts.iter().map(Part::of_resources).collect();
        let (mut some, mut all) = (Truth::False, Truth::True);
        let exploration = Product::new(set.languages.clone(), parts)
            .with_limits(LIMITS)
            .visit(|bits, _| {
                let value = formula.value(&|id| match run.leaves.all.get(id.0 as usize) {
                    Some(Leaf::Part(part)) => Truth::from(bits.contains(*part)),
                    _ => Truth::Unknown,
                });
                some = some.or(value);
                all = all.and(value);
                if some == Truth::True && all == Truth::False {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
        if !exploration.exact {
            some = some.or(Truth::Unknown);
            all = all.and(Truth::Unknown);
        }
        // Of no resource at all nothing is matched.
        all = all.and(some);
        Self { some, all }
    }

    fn constant(truth: Truth) -> Self {
        Self {
            some: truth,
            all: truth,
        }
    }
}
