//! What the text of a condition value means under each family of operators.
//!
//! Condition values and request values are text (COND-26); an operator reads both sides by its own type. In: one
//! text. Out: a value that can be compared, or that the text is no such value. What an operator then answers is
//! not decided here.
//!
//! Source: COND-14 to COND-26.

mod instant;
mod network;
mod number;
mod text;

pub use instant::{Instant, InstantFault};
pub use network::{Family, Network};
pub use number::Decimal;
pub use text::{decode_base64, equal_ignoring_case, parse_bool};
