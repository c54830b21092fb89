//! IAM's wildcard patterns: what they are made of, how they are read from text, and whether they match one
//! literal text.
//!
//! Sets of patterns (inclusion, union, difference) are decided in [`crate::language`].

mod glob;

pub use glob::{Glob, Token};
