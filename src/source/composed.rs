//! Documents put together from parts of others.
//!
//! A plan of Terraform, its source or a template of CloudFormation describes roles and connectors in words of its own.
//! Their readers compose the JSON that the AWS CLI would print of them, each value with the place it comes from, so
//! that what reads that JSON points into the file that the user edits. In goes a [`Composed`] value, out come a text
//! and a map from its bytes to places.

use super::place::{DocId, Place};
use super::span::Span;

/// Where a part of a composed document comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A value or key of a JSON document.
    Place(Place),
    /// Bytes of a document that is no JSON.
    Text(DocId, Span),
}

/// A value to compose.
#[derive(Clone, Debug)]
pub struct Composed {
    /// Where it comes from; with none, from where the value around it does.
    pub origin: Option<Origin>,
    /// The value.
    pub data: Data,
}

/// The data of a value.
#[derive(Clone, Debug)]
pub enum Data {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as it is spelled; it has to be one of JSON.
    Number(String),
    /// A string.
    String(String),
    /// A string made of pieces, each with its own origin. A piece whose text stands there as it is maps byte by byte.
    Pieces(Vec<(String, Option<Origin>)>),
    /// Items in order.
    Array(Vec<Composed>),
    /// Keys with their origins, and values, in order.
    Object(Vec<(String, Option<Origin>, Composed)>),
}

impl Composed {
    /// A value that comes from where the value around it does.
    #[must_use]
    pub fn new(data: Data) -> Self {
        Self { origin: None, data }
    }

    /// A string.
    #[must_use]
    pub fn text(text: impl Into<String>, origin: Option<Origin>) -> Self {
        Self {
            origin,
            data: Data::String(text.into()),
        }
    }

    /// An object, its keys from where it comes.
    #[must_use]
    pub fn object(
        members: impl IntoIterator<Item = (&'static str, Composed)>,
        origin: Option<Origin>,
    ) -> Self {
        let members = members
            .into_iter()
            .map(|(key, value)| (key.to_owned(), None, value));
        Self {
            origin,
            data: Data::Object(members.collect()),
        }
    }

    /// An array.
    #[must_use]
    pub fn array(items: impl IntoIterator<Item = Composed>, origin: Option<Origin>) -> Self {
        Self {
            origin,
            data: Data::Array(items.into_iter().collect()),
        }
    }
}

/// The text of a composed document, and where its parts come from.
#[derive(Clone, Debug, Default)]
pub(super) struct Composition {
    pub(super) text: String,
    /// Whole values and keys, by their bytes; sorted.
    values: Vec<(Span, Origin)>,
    /// Runs inside strings that stand in the source as they do here; sorted, apart from each other.
    runs: Vec<(Span, Origin)>,
}

/// The text that an origin stands for.
pub(super) struct Text {
    pub(super) doc: DocId,
    /// Where it begins in its document.
    pub(super) start: usize,
    /// As it is spelled.
    pub(super) raw: String,
    /// Between the quotes of a JSON string, so that its spelling is one of JSON.
    pub(super) is_json: bool,
    /// As it is meant.
    pub(super) decoded: String,
}

type Texts<'a> = &'a dyn Fn(Origin) -> Option<Text>;

/// Values nested more deeply than this are left out: nothing that is described is.
const DEEPEST: usize = 200;

impl Composition {
    /// Writes a value. `source` gives the text that an origin stands for, to see whether a piece is as it
    /// is there.
    pub(super) fn of(value: &Composed, source: Texts<'_>) -> Self {
        let mut composition = Self::default();
        composition.value(value, None, 0, source);
        composition.values.sort_by_key(|(span, _)| *span);
        composition
    }

    fn value(&mut self, value: &Composed, around: Option<Origin>, depth: usize, source: Texts<'_>) {
        let origin = value.origin.or(around);
        let start = self.text.len();
        match &value.data {
            Data::Bool(flag) => self.text.push_str(if *flag { "true" } else { "false" }),
            Data::Number(digits) => self.text.push_str(digits),
            Data::String(text) => self.quoted(text),
            Data::Pieces(pieces) => self.pieces(pieces, source),
            Data::Array(items) if depth < DEEPEST => {
                self.text.push('[');
                for (number, item) in items.iter().enumerate() {
                    self.comma(number);
                    self.value(item, origin, depth + 1, source);
                }
                self.text.push(']');
            }
            Data::Object(members) if depth < DEEPEST => {
                self.text.push('{');
                for (number, (key, key_origin, item)) in members.iter().enumerate() {
                    self.comma(number);
                    let at = self.text.len();
                    self.quoted(key);
                    self.mark(at, key_origin.or(origin));
                    self.text.push(':');
                    self.value(item, origin, depth + 1, source);
                }
                self.text.push('}');
            }
            Data::Null | Data::Array(_) | Data::Object(_) => self.text.push_str("null"),
        }
        self.mark(start, origin);
    }

    fn comma(&mut self, number: usize) {
        if number > 0 {
            self.text.push(',');
        }
    }

    fn mark(&mut self, start: usize, origin: Option<Origin>) {
        let span = Span::new(start, self.text.len());
        self.values.extend(origin.map(|origin| (span, origin)));
    }

    fn quoted(&mut self, text: &str) {
        self.text.push('"');
        self.escaped(text);
        self.text.push('"');
    }

    fn escaped(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                control if control.is_control() && u32::from(control) < 0x20 => {
                    self.text.push_str(&format!("\\u{:04x}", u32::from(control)));
                }
                plain => self.text.push(plain),
            }
        }
    }

    fn pieces(&mut self, pieces: &[(String, Option<Origin>)], source: Texts<'_>) {
        self.text.push('"');
        for (text, origin) in pieces {
            let start = self.text.len();
            let known = origin.and_then(source).filter(|known| known.decoded == *text);
            match known {
                Some(known) if known.is_json => {
                    self.text.push_str(&known.raw);
                    let from = Span::new(known.start, known.start + known.raw.len());
                    let span = Span::new(start, self.text.len());
                    self.runs.push((span, Origin::Text(known.doc, from)));
                }
                Some(known) => self.verbatim(text, known.doc, known.start),
                None => {
                    self.escaped(text);
                    let span = Span::new(start, self.text.len());
                    self.runs.extend(origin.map(|origin| (span, origin)));
                }
            }
        }
        self.text.push('"');
    }

    /// Text that stands in its document as it does here: each stretch without escapes is a run of its own, and so is
    /// each letter that JSON escapes.
    fn verbatim(&mut self, text: &str, doc: DocId, at: usize) {
        let mut stretch: Option<usize> = None;
        for (offset, letter) in text.char_indices() {
            let here = at + offset;
            let plain = !(matches!(letter, '"' | '\\') || u32::from(letter) < 0x20);
            let start = self.text.len();
            self.escaped(letter.encode_utf8(&mut [0; 4]));
            let origin = Span::new(here, here + letter.len_utf8());
            match (plain, stretch, self.runs.last_mut()) {
                (true, Some(_), Some((span, Origin::Text(_, known)))) => {
                    span.end = self.text.len();
                    known.end = origin.end;
                }
                _ => self
                    .runs
                    .push((Span::new(start, self.text.len()), Origin::Text(doc, origin))),
            }
            stretch = plain.then_some(here);
        }
    }

    /// Where a range of the text comes from: the value that it is; else from where its first byte comes to where its
    /// last one does; else the smallest value around it.
    pub(super) fn origin(&self, span: Span) -> Option<Origin> {
        if let Ok(found) = self.values.binary_search_by_key(&span, |(value, _)| *value) {
            return self.values.get(found).map(|(_, origin)| *origin);
        }
        let last = span.end.saturating_sub(1).max(span.start);
        if let (Some(Origin::Text(doc, first)), Some(Origin::Text(other, end))) =
            (self.run(span.start), self.run(last))
            && doc == other
            && first.start <= end.end
        {
            return Some(Origin::Text(doc, Span::new(first.start, end.end)));
        }
        let around = self
            .values
            .iter()
            .filter(|(value, _)| value.start <= span.start && span.end <= value.end);
        around
            .min_by_key(|(value, _)| value.end - value.start)
            .map(|(_, origin)| *origin)
    }

    /// Where one byte inside a string comes from.
    fn run(&self, at: usize) -> Option<Origin> {
        let before = self.runs.partition_point(|(run, _)| run.start <= at);
        let (run, origin) = self.runs.get(before.checked_sub(1)?)?;
        if at >= run.end {
            return None;
        }
        match *origin {
            Origin::Text(doc, span) if span.end - span.start == run.end - run.start => {
                let from = span.start + (at - run.start);
                Some(Origin::Text(doc, Span::new(from, from + 1)))
            }
            whole => Some(whole),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Tree};

    fn source(text: &str) -> (Sources, DocId) {
        let mut sources = Sources::new();
        let doc = sources.add_plain("main.tf", text.to_owned());
        (sources, doc)
    }

    #[test]
    fn a_value_is_located_where_it_comes_from() {
        let (mut sources, doc) = source("name = \"lake\"\n");
        let at = Origin::Text(doc, Span::new(7, 13));
        let value = Composed::object([("connectorName", Composed::text("lake", Some(at)))], None);
        let made = sources.add_composed(&value);
        let node = sources
            .tree(made)
            .and_then(|tree| tree.find("/connectorName"))
            .unwrap();
        let location = sources.locate(Place { doc: made, node });
        assert_eq!(
            (location.file.as_str(), location.span),
            ("main.tf", Span::new(7, 13))
        );
        assert_eq!((location.start.line, location.start.column), (1, 8));
        assert_eq!(location.pointer, None);
    }

    #[test]
    fn a_policy_in_a_heredoc_is_located_letter_by_letter() {
        let text = "policy = <<EOT\n{\"Statement\": [\n  {\"Effect\": \"Allow\"}]}\nEOT\n";
        let (mut sources, doc) = source(text);
        let body = Span::new(15, text.len() - 4);
        let piece = (body.of(text).to_owned(), Some(Origin::Text(doc, body)));
        let value = Composed::object([("Policy", Composed::new(Data::Pieces(vec![piece])))], None);
        let made = sources.add_composed(&value);
        let string = sources.tree(made).and_then(|tree| tree.find("/Policy")).unwrap();
        let inner = sources
            .open_policy_document(Place {
                doc: made,
                node: string,
            })
            .unwrap();
        let effect = sources
            .tree(inner.doc)
            .and_then(|tree| tree.find("/Statement/0/Effect"))
            .unwrap();
        let location = sources.locate(Place {
            doc: inner.doc,
            node: effect,
        });
        assert_eq!(location.span.of(text), "\"Allow\"");
        assert_eq!(location.start.line, 3);
    }

    #[test]
    fn what_is_composed_is_json() {
        let value = Composed::array(
            [
                Composed::new(Data::Null),
                Composed::new(Data::Bool(true)),
                Composed::new(Data::Number("1.5".to_owned())),
                Composed::text("a\"\\\n\u{1}ü", None),
            ],
            None,
        );
        let made = Composition::of(&value, &|_| None);
        let tree = Tree::parse(&made.text).tree.unwrap();
        let last = tree.find("/3").unwrap();
        assert_eq!(tree.string(last).as_deref(), Some("a\"\\\n\u{1}ü"));
    }

    #[test]
    fn depth_is_bounded() {
        let mut value = Composed::new(Data::Null);
        for _ in 0..5_000 {
            value = Composed::array([value], None);
        }
        assert!(Composition::of(&value, &|_| None).text.len() < 1_000);
        // What is nested that deeply would overflow the stack when it is dropped.
        std::mem::forget(value);
    }
}
