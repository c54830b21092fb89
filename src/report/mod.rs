//! Findings as people and programs read them: one file a format.
//!
//! In go a [`Report`](crate::finding::Report), the sources it points into and the problems of reading, out
//! comes text on a writer. Places become files, lines and columns here and nowhere earlier. Writers keep the order
//! of what they are given, so the same input gives the same bytes.

mod hazard;
mod pretty;
mod location;
mod statement;
pub mod json;
pub mod text;

pub use hazard::shown;
pub use pretty::{write_line, write_pretty};

#[cfg(test)]
mod sample;
