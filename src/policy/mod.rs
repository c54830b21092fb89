//! The policy document: its model, reading it from a [`crate::source::Tree`], and templates with policy
//! variables.
//!
//! Reading never fails: what is not understood is kept as such, so that a decision can treat it as unknown
//! (TRI-12) instead of dropping it. Whether AWS would accept the document is judged in [`crate::grammar`].

mod model;
mod read;
mod template;

pub use model::{
    Clause, ConditionEntry, ConditionValue, Effect, Item, Policy, PrincipalEntry, PrincipalKind, Principals,
    Reading, Statement, Version,
};
pub use read::{dialect_by_names, dialect_of, read, read_in};
pub use template::{Piece, Template, TemplateFault};
