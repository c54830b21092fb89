//! Texts by name and by document, and where a part of what is read stands in the file.
//!
//! Files in the JSON syntax are read as the HCL that they mean; what is said of places in that HCL is told here of the
//! file.

use std::collections::HashMap;
use std::ops::Range;

use super::config::joined;
use crate::source::{DocId, Origin, Sources, Span};

/// A text that is read in the place of a file, with where its stretches come from.
#[derive(Debug, Default)]
pub(super) struct Rewritten {
    pub(super) text: String,
    /// Stretches in order: bytes here, bytes there, and whether each byte of one is that of the other.
    pub(super) stretches: Vec<(Span, Span, bool)>,
}

impl Rewritten {
    /// The bytes of the file that a range comes from.
    fn original(&self, range: &Range<usize>) -> Span {
        let at = |byte: usize, is_end: bool| {
            let after = self.stretches.partition_point(|(here, ..)| match is_end {
                true => here.start < byte,
                false => here.start <= byte,
            });
            let Some((here, there, is_exact)) =
                after.checked_sub(1).and_then(|last| self.stretches.get(last))
            else {
                return 0;
            };
            match (is_exact, is_end) {
                (true, _) => (there.start + (byte - here.start)).min(there.end),
                (false, true) => there.end,
                (false, false) if byte >= here.end => there.end,
                (false, false) => there.start,
            }
        };
        let start = at(range.start, false);
        Span::new(start, at(range.end, true).max(start))
    }
}

/// One text.
struct Entry<'a> {
    name: String,
    text: &'a str,
    rewritten: Option<&'a Rewritten>,
}

/// All texts that a configuration may be read from or may name.
pub(super) struct Texts<'a> {
    names: HashMap<String, DocId>,
    entries: HashMap<DocId, Entry<'a>>,
}

impl<'a> Texts<'a> {
    /// Those of the store, without documents inside of others.
    pub(super) fn of(sources: &'a Sources) -> Self {
        let mut texts = Self {
            names: HashMap::new(),
            entries: HashMap::new(),
        };
        for doc in sources.ids().filter(|doc| sources.outer(*doc).is_none()) {
            let name = joined("", sources.name(doc));
            let entry = Entry {
                name: name.clone(),
                text: sources.text(doc),
                rewritten: None,
            };
            texts.names.insert(name, doc);
            texts.entries.insert(doc, entry);
        }
        texts
    }

    /// Has another text read in the place of a file.
    pub(super) fn rewrite(&mut self, doc: DocId, rewritten: &'a Rewritten) {
        if let Some(entry) = self.entries.get_mut(&doc) {
            entry.rewritten = Some(rewritten);
        }
    }

    /// The file that a path from where names start means.
    pub(super) fn file(&self, path: &str) -> Option<(DocId, &'a str)> {
        let doc = self.names.get(&joined("", path))?;
        Some((*doc, self.entries.get(doc)?.text))
    }

    /// A stretch of what is read.
    pub(super) fn stretch(&self, doc: DocId, span: Span) -> &'a str {
        self.whole(doc).get(span.start..span.end).unwrap_or_default()
    }

    /// All that is read of a document.
    pub(super) fn whole(&self, doc: DocId) -> &'a str {
        self.entries.get(&doc).map_or("", |entry| {
            entry
                .rewritten
                .map_or(entry.text, |rewritten| rewritten.text.as_str())
        })
    }

    /// Where a range of what is read stands in its file.
    pub(super) fn origin(&self, doc: DocId, range: &Range<usize>) -> Origin {
        let rewritten = self.entries.get(&doc).and_then(|entry| entry.rewritten);
        let span = rewritten.map_or_else(
            || Span::new(range.start, range.end),
            |rewritten| rewritten.original(range),
        );
        Origin::Text(doc, span)
    }

    /// The name of a file without its folders, and the line of a byte of it, from one.
    pub(super) fn line(&self, doc: DocId, byte: usize) -> (&str, usize) {
        self.entries.get(&doc).map_or(("", 0), |entry| {
            let before = entry.text.get(..byte).unwrap_or_default();
            let base = entry.name.rsplit('/').next().unwrap_or_default();
            (base, before.matches('\n').count() + 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_what_was_rewritten_are_those_of_the_file() {
        let rewritten = Rewritten {
            text: "a = \"b\"".to_owned(),
            stretches: vec![
                (Span::new(0, 1), Span::new(10, 13), false),
                (Span::new(4, 7), Span::new(20, 23), true),
            ],
        };
        assert_eq!(rewritten.original(&(0..1)), Span::new(10, 13));
        assert_eq!(rewritten.original(&(5..6)), Span::new(21, 22));
        assert_eq!(rewritten.original(&(0..7)), Span::new(10, 23));
        assert_eq!(Rewritten::default().original(&(3..9)), Span::new(0, 0));
    }
}
