//! A place in its wire form: a file, the bytes of it, and the same as lines and columns.

use serde::Serialize;

use crate::finding::Spot;
use crate::report::location::locate;
use crate::source::{LineColumn, Location, Place, Sources, Span};

/// A place in a file.
#[derive(Serialize)]
pub struct LocationOut {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    span: SpanOut,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<LineColumnOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<LineColumnOut>,
}

impl LocationOut {
    /// Where a value or key is.
    #[must_use]
    pub fn at(place: Place, sources: &Sources) -> Self {
        Self::new(sources.locate(place))
    }

    pub(super) fn of(spot: Spot, sources: &Sources) -> Self {
        Self::new(locate(spot, sources))
    }

    pub(super) fn new(location: Location) -> Self {
        Self {
            file: location.file,
            pointer: location.pointer,
            span: SpanOut::new(location.span),
            start: Some(LineColumnOut::new(location.start)),
            end: Some(LineColumnOut::new(location.end)),
        }
    }

    /// A file of which there is no text: it has no lines.
    pub(super) fn unread(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            pointer: None,
            span: SpanOut::new(Span::default()),
            start: None,
            end: None,
        }
    }
}

#[derive(Serialize)]
struct SpanOut {
    start: usize,
    end: usize,
}

impl SpanOut {
    fn new(span: Span) -> Self {
        Self {
            start: span.start,
            end: span.end,
        }
    }
}

#[derive(Serialize)]
struct LineColumnOut {
    line: usize,
    column: usize,
}

impl LineColumnOut {
    fn new(at: LineColumn) -> Self {
        Self {
            line: at.line,
            column: at.column,
        }
    }
}
