//! The words for where something is: two numbers inside the program, a location when it is shown, a problem when it
//! could not be read.

use super::lines::LineColumn;
use super::node::NodeId;
use super::span::Span;

/// A document of one [`Sources`](super::Sources). Ids count up in the order in which documents were added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocId(pub(super) u32);

/// One value or one key of one document. The order is that of documents, then of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The document.
    pub doc: DocId,
    /// The value or key in it.
    pub node: NodeId,
}

/// A place as it is shown: in a file that the user named.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The name of the outermost document.
    pub file: String,
    /// The pointer to the value: that of the embedding string, then the one inside it. `None` for a bare span of a
    /// file.
    pub pointer: Option<String>,
    /// The bytes, in the outermost file.
    pub span: Span,
    /// The line and column of `span.start`.
    pub start: LineColumn,
    /// The line and column of `span.end`, which is one past the last character.
    pub end: LineColumn,
}

/// Why a text could not be read, with its place where it has one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// What is wrong: one line.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The name of the outermost document.
    pub file: String,
    /// The place, for [`Sources::locate_span`](super::Sources::locate_span).
    pub place: Option<(DocId, Span)>,
}
