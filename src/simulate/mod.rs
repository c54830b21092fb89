//! Asking the engine single questions in written form.
//!
//! In: questions as JSON. Out: answers as structures that serialise to the documented forms. The wire forms live
//! here and not in the engine.

mod answer;
pub mod cases;

pub use answer::{Answered, CompletionOut, Matched, ResidualPart};
