//! Conditions: operators, what is known of a request context, three-valued truth, and the value of one
//! condition entry under that knowledge.
//!
//! In: one (operator, key, values) entry of a `Condition` element and a [`Lookup`] of context keys. Out: a
//! [`Truth`]; unknown is a value and is never turned into false.
//!
//! Source: section 3 of docs/SEMANTICS.md (COND-*, VAR-*, EMPTY-*).

pub mod value;

mod context;
mod entry;
mod operator;
mod region;
mod substitute;
mod truth;

pub use context::{Context, Domain, Knowledge, Lookup, State, is_multivalued_key};
pub use entry::{Condition, Evaluation};
pub use operator::{Comparison, Operator, OperatorFault, SetQualifier, Test};
pub use region::{KeyUse, Regions, compared_texts, regions};
pub use substitute::{Substituted, solve_holes, substitute, substitute_named, value_has_wildcard};
pub use truth::Truth;

/// How rules that AWS leaves open are treated (the `[C]` rules of docs/SEMANTICS.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// The documented choice of this project is taken.
    #[default]
    Chosen,
    /// Whatever rests on such a choice is unknown (`--sound`, TRI-12).
    Sound,
}

impl Mode {
    /// The truth of something that this project chose to read as `chosen` where AWS is silent.
    pub fn choice(self, chosen: bool) -> Truth {
        match self {
            Self::Chosen => Truth::from(chosen),
            Self::Sound => Truth::Unknown,
        }
    }
}
