//! Decides one question: may this caller do this action to this resource, under these policies?
//!
//! In: [`Layers`] of compiled policies and a [`Request`]. Out: an [`Outcome`]. The engine cannot fail and never
//! guesses: a missing fact is unknown, never false, and "Allowed" is said only when it holds for every completion
//! of what is unknown.
//!
//! Flow: `evaluate` matches every statement and folds what is definite; `solve` decides what remains
//! over the regions of the unknown keys; `decide` puts the two together, for one resource or for a set. `trace` tells
//! the same story clause by clause, for people.
//!
//! Source: sections 4 to 6 of docs/SEMANTICS.md.

mod caller;
mod layer;
mod expr;
mod leaf;
mod principal;
mod compile;
mod candidate;
mod layers;
mod request;
mod gate;
mod rcp;
mod evaluate;
mod scopes;
mod variant;
mod clause;
mod solve;
mod residual;
mod decide;
mod spelling;
mod actions;
mod compare;
mod under;
mod trace;
mod nearest;
#[cfg(test)]
mod holes;

pub use actions::{ActionAnswer, ActionReading, Witness, decide_actions};
pub(crate) use actions::{ActionName, Alike, Universe, group, shape_in};
pub use caller::Caller;
pub(crate) use compare::{Change, Compared, Comparison, Cover, Sets, covers, may_grant};
pub use compile::CompiledPolicy;
pub(crate) use decide::decide_outside;
pub use decide::{Decision, Outcome, Parts, decide};
pub use gate::is_closed;
pub use layer::{LayerKind, PolicyRef, StatementRef};
pub use layers::{Layers, Level};
pub use leaf::Doubt;
pub use nearest::{Nearest, nearest};
pub use request::{Request, Resource, ResourceSet};
pub use residual::{Completion, Requirement, Residual, Undecided, state_in_words};
pub use trace::{ClauseKind, ClauseTrace, PrincipalClass, StatementTrace, trace};
