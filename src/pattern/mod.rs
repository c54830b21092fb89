//! IAM's wildcard patterns: what they are made of, how they are read from text, and whether they match one
//! literal text.
//!
//! Sets of patterns (inclusion, union, difference) are decided in [`crate::language`].

mod token;
mod fold;
mod matcher;
mod piece;
mod glob;
mod head;
mod action;
pub mod hole;

pub use action::ActionPattern;
pub use fold::Fold;
pub use glob::Glob;
pub use head::{Head, HeadTest};
pub use piece::{ArnFault, ColonMode, Piece, component_count, pad_short};
pub use token::Token;

#[cfg(test)]
mod tests;
