//! Asking the engine single questions in written form.
//!
//! In: questions as JSON, or put together from flags. Out: answers as structures that serialise to the documented
//! forms, and as text. The wire forms live here and not in the engine. Nothing here opens a file.

mod answer;
pub mod cases;
pub mod stream;
mod policies;
mod question;
mod explained;
mod render;
mod names;
pub mod aws;

pub use answer::{Answered, CompletionOut, Matched, ResidualPart};
pub use explained::{Explained, LocationOut};
pub use names::{NamesAnswered, WitnessOut, names_text};
pub use policies::Given;
pub use question::{Asked, Assumed, Question, QuestionFault};
pub use render::text;
