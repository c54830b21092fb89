//! What miette draws: a diagnostic made of a head, a message and excerpts of one or more files.
//!
//! miette knows one source for each diagnostic. Ours is virtual: the excerpts lie behind each other, with a gap of one
//! byte, and a span is read as the whole excerpt that it stands in. A span over two excerpts is refused, which keeps
//! miette from drawing them as one.

use std::fmt;

use miette::{
    Diagnostic, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};

use crate::finding::Severity;
/// A diagnostic whose texts are safe to show.
#[derive(Debug)]
pub(super) struct Shown {
    /// The line above the message.
    pub(super) head: String,
    /// Chooses sign and colour.
    pub(super) severity: Severity,
    /// One line.
    pub(super) message: String,
    /// The stretches of text that labels point into.
    pub(super) excerpts: Excerpts,
}

/// Lines of one file, trimmed and safe to show.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// `file:line:column` of the first label that matters.
    pub(super) name: String,
    /// The number of the first line, from 1.
    pub(super) first_line: usize,
    /// The lines, each with its line feed.
    pub(super) text: String,
    /// The labels: start and end in `text`, the words, and whether it is the primary one.
    pub(super) labels: Vec<Label>,
}

/// A label in an excerpt.
#[derive(Debug)]
pub(super) struct Label {
    /// The first byte in the excerpt's text.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
    /// The words; may have several lines; empty for none.
    pub(super) text: String,
    /// Whether the excerpt's name gives this label's place.
    pub(super) is_primary: bool,
}

/// Excerpts behind each other.
#[derive(Debug)]
pub(super) struct Excerpts {
    excerpts: Vec<(usize, Excerpt)>,
}

impl Excerpts {
    pub(super) fn new(excerpts: Vec<Excerpt>) -> Self {
        let mut base = 0;
        let excerpts = excerpts.into_iter().map(|excerpt| {
            let at = base;
            base += excerpt.text.len() + 1;
            (at, excerpt)
        });
        Self {
            excerpts: excerpts.collect(),
        }
    }

    fn labels(&self) -> impl Iterator<Item = LabeledSpan> {
        self.excerpts.iter().flat_map(|(base, excerpt)| {
            excerpt.labels.iter().map(move |label| {
                let text = (!label.text.is_empty()).then(|| label.text.clone());
                let span = (base + label.start, label.end - label.start);
                if label.is_primary {
                    LabeledSpan::new_primary_with_span(text, span)
                } else {
                    LabeledSpan::new_with_span(text, span)
                }
            })
        })
    }
}

impl SourceCode for Excerpts {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let after = self.excerpts.partition_point(|(base, _)| *base <= span.offset());
        let (base, excerpt) = after
            .checked_sub(1)
            .and_then(|index| self.excerpts.get(index))
            .ok_or(MietteError::OutOfBounds)?;
        if span.offset() + span.len() > base + excerpt.text.len() {
            return Err(MietteError::OutOfBounds);
        }
        Ok(Box::new(MietteSpanContents::new_named(
            excerpt.name.clone(),
            excerpt.text.as_bytes(),
            (*base, excerpt.text.len()).into(),
            excerpt.first_line - 1,
            0,
            excerpt.text.matches('\n').count(),
        )))
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.head))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpts)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpts.labels()))
    }
}
