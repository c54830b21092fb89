//! What is wrong with a rule file, and where.

use crate::source::Span;

/// A fault of a rule file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {message}")]
pub struct PackFault {
    /// The file, by the name that the loader was given.
    pub file: String,
    /// What is wrong: one line, lower case, no final stop, text of the file in backticks.
    pub message: String,
    /// What to write instead: one or more sentences. Never empty.
    pub help: String,
    /// Where: bytes of the file.
    pub span: Span,
    /// Further places with their notes, in the order in which they are best read.
    pub related: Vec<(Span, String)>,
}
