//! The store of documents: files and the documents embedded in their strings, with one way to say where a thing is.
//!
//! In go names with bytes or texts, out come ids, trees, faults and, when asked, locations. A document stays in the
//! store as text when it has no tree, so that its fault can be shown. An embedded document knows the string it comes
//! from; its places are mapped through escapes and percent codes into the outermost file. Documents are never
//! removed, and ids count up in the order of adding.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::composed::{Composed, Composition, Origin, Text};
use super::embedded::{self, BadPercent, Map};
use super::encoding;
use super::fault::{Fault, FaultKind};
use super::lines::{LineColumn, Lines};
use super::node::Kind;
use super::place::{DocId, Location, Place, Problem};
use super::span::Span;
use super::tree::{Parsed, Tree};

#[derive(Clone, Debug)]
struct Document {
    name: Arc<str>,
    text: Arc<String>,
    tree: Option<Tree>,
    faults: Vec<Fault>,
    outer: Option<Outer>,
    /// Where the parts of a composed document come from.
    composition: Option<Arc<Composition>>,
    lines: OnceLock<Lines>,
    /// Where the text begins in the file of its name.
    start: Start,
}

/// Where a text begins in its file, for files of which only a part is read. The part begins with a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Start {
    /// The bytes before it.
    pub byte: usize,
    /// The lines before it.
    pub line: usize,
}

/// Where an embedded document comes from.
#[derive(Clone, Debug)]
struct Outer {
    place: Place,
    is_percent_encoded: bool,
    /// From the inner text outwards: through percent codes, if any, then through escapes.
    maps: OnceLock<Vec<Map>>,
}

impl Document {
    fn parse(name: Arc<str>, text: String, outer: Option<Outer>) -> Self {
        let text = Arc::new(text);
        let Parsed { tree, faults } = Tree::parse_shared(&text);
        Self {
            name,
            text,
            tree,
            faults,
            outer,
            composition: None,
            lines: OnceLock::new(),
            start: Start::default(),
        }
    }

    /// The same file, read in another way.
    fn read_otherwise(&self, tree: Tree, faults: Vec<Fault>) -> Self {
        Self {
            name: Arc::clone(&self.name),
            text: Arc::clone(&self.text),
            tree: Some(tree),
            faults,
            outer: None,
            composition: None,
            lines: OnceLock::new(),
            start: self.start,
        }
    }

    fn decode(name: &str, bytes: Vec<u8>) -> Self {
        match encoding::decode(bytes) {
            (text, None) => Self::parse(name.into(), text, None),
            (text, Some(fault)) => Self {
                name: name.into(),
                text: Arc::new(text),
                tree: None,
                faults: vec![fault],
                outer: None,
                composition: None,
                lines: OnceLock::new(),
                start: Start::default(),
            },
        }
    }
}

/// All documents of one run.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    documents: Vec<Document>,
    embedded: HashMap<Place, DocId>,
}

impl Sources {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. A file with a fault of its JSON is added all the same: see [`faults`](Self::faults) and
    /// [`tree`](Self::tree).
    ///
    /// # Errors
    /// The bytes are not UTF-8. The part before the first wrong byte is kept as a document without a tree, which the
    /// problem's place names; the fault is in its faults too.
    pub fn add_bytes(&mut self, name: &str, bytes: Vec<u8>) -> Result<DocId, Problem> {
        let id = self.push(Document::decode(name, bytes));
        self.refuse_encoding(id)
    }

    /// Adds files, parsed on all threads: what [`add_bytes`](Self::add_bytes) gives for each, in order.
    pub fn add_files(&mut self, files: Vec<(String, Vec<u8>)>) -> Vec<Result<DocId, Problem>> {
        let documents: Vec<_> = files
            .into_par_iter()
            .map(|(name, bytes)| Document::decode(&name, bytes))
            .collect();
        let ids: Vec<_> = documents
            .into_iter()
            .map(|document| self.push(document))
            .collect();
        ids.into_iter().map(|id| self.refuse_encoding(id)).collect()
    }

    /// Adds a part of a file, in UTF-8 or with a fault like [`add_bytes`](Self::add_bytes); its places are told as
    /// those of the file. `start` is where the part begins there.
    pub fn add_part(&mut self, name: &str, start: Start, bytes: Vec<u8>) -> DocId {
        self.push(Document {
            start,
            ..Document::decode(name, bytes)
        })
    }

    fn refuse_encoding(&self, id: DocId) -> Result<DocId, Problem> {
        let is_encoding = |fault: &&Fault| matches!(fault.kind, FaultKind::Encoding { .. });
        self.faults(id)
            .iter()
            .find(is_encoding)
            .map_or(Ok(id), |fault| Err(self.problem(id, fault)))
    }

    /// Adds a text. It is added whatever its faults: see [`faults`](Self::faults) and [`tree`](Self::tree).
    pub fn add_text(&mut self, name: &str, text: String) -> DocId {
        self.push(Document::parse(name.into(), text, None))
    }

    /// Adds a text that is no JSON, for others to point into. It has no tree and no faults.
    pub fn add_plain(&mut self, name: &str, text: String) -> DocId {
        self.push(Document {
            name: name.into(),
            text: Arc::new(text),
            tree: None,
            faults: Vec::new(),
            outer: None,
            composition: None,
            lines: OnceLock::new(),
            start: Start::default(),
        })
    }

    /// Adds a document that is put together from parts of others. Its places are those of the parts.
    pub fn add_composed(&mut self, value: &Composed) -> DocId {
        let text_of = |origin: Origin| match origin {
            Origin::Text(doc, span) => {
                let text = span.of(self.text(doc)).to_owned();
                Some(Text {
                    doc,
                    start: span.start,
                    decoded: text.clone(),
                    raw: text,
                    is_json: false,
                })
            }
            Origin::Place(place) => {
                let tree = self.tree(place.doc)?;
                let (start, raw) = tree.content(place.node);
                Some(Text {
                    doc: place.doc,
                    start,
                    raw: raw.to_owned(),
                    is_json: true,
                    decoded: tree.string(place.node)?.into_owned(),
                })
            }
        };
        let composition = Composition::of(value, &text_of);
        let document = Document::parse("".into(), composition.text.clone(), None);
        self.push(Document {
            composition: Some(Arc::new(composition)),
            ..document
        })
    }

    /// Adds a file's text again, read as documents that follow each other: its root is an array of them, and places
    /// are those of the file. For files whose only fault is [`FaultKind::TrailingData`], such as the pages of an AWS
    /// CLI output. `None` when the text is not such a sequence; nothing is added then.
    pub fn add_sequence(&mut self, file: DocId) -> Option<DocId> {
        let document = self.document(file).filter(|document| document.outer.is_none())?;
        let Parsed { tree, faults } = Tree::parse_sequence(&document.text);
        let sequence = document.read_otherwise(tree?, faults);
        Some(self.push(sequence))
    }

    /// Adds a file's text again, read as a table that a command printed for people: its root is the object that a
    /// table of two columns is, or an array of the objects that tables are; places are those of the file. For files
    /// that are not JSON. `None` when there is no table in the text; nothing is added then.
    pub fn add_table(&mut self, file: DocId) -> Option<DocId> {
        let document = self.document(file).filter(|document| document.outer.is_none())?;
        let table = document.read_otherwise(Tree::parse_table(&document.text)?, Vec::new());
        Some(self.push(table))
    }

    /// Adds the document inside a string: JSON text, plain or percent-encoded (RFC 3986). Adding the document of the
    /// same place again gives the first one. It is added whatever the faults of its JSON.
    ///
    /// # Errors
    /// The place is not a string, or has a `%` without two hexadecimal digits, or percent codes that make bytes
    /// other than UTF-8. Nothing is added then.
    pub fn add_embedded(&mut self, outer: Place) -> Result<DocId, Problem> {
        if let Some(id) = self.embedded.get(&outer) {
            return Ok(*id);
        }
        let Some(decoded) = self.tree(outer.doc).and_then(|tree| tree.string(outer.node)) else {
            return Err(self.wrong_kind(outer, "a string that holds a JSON document"));
        };
        let (text, is_percent_encoded) =
            embedded::inner_text(decoded).map_err(|bad| self.bad_percent(outer, bad))?;
        let name = self
            .document(outer.doc)
            .map_or_else(|| "".into(), |document| Arc::clone(&document.name));
        let origin = Outer {
            place: outer,
            is_percent_encoded,
            maps: OnceLock::new(),
        };
        let id = self.push(Document::parse(name, text, Some(origin)));
        self.embedded.insert(outer, id);
        Ok(id)
    }

    /// The root of the document inside a string that was added before, if it could be read.
    #[must_use]
    pub fn opened(&self, outer: Place) -> Option<Place> {
        self.root(self.embedded_in(outer)?).ok()
    }

    /// The document inside a string that was added before, whether it could be read or not.
    #[must_use]
    pub fn embedded_in(&self, outer: Place) -> Option<DocId> {
        self.embedded.get(&outer).copied()
    }

    /// The object that is a policy document: `value` itself when it is an object, or the root of the document inside
    /// it when it is a string. That root may be of any kind.
    ///
    /// # Errors
    /// The value is neither, or the string does not hold JSON; see [`add_embedded`](Self::add_embedded).
    pub fn open_policy_document(&mut self, value: Place) -> Result<Place, Problem> {
        match self.tree(value.doc).map(|tree| tree.kind(value.node)) {
            Some(Kind::Object) => Ok(value),
            Some(Kind::String) => {
                let doc = self.add_embedded(value)?;
                self.root(doc)
            }
            _ => Err(self.wrong_kind(value, "an object, or a string that holds one")),
        }
    }

    /// The root of a document.
    ///
    /// # Errors
    /// The document has no tree: the problem is its fatal fault.
    pub fn root(&self, doc: DocId) -> Result<Place, Problem> {
        if let Some(tree) = self.tree(doc) {
            return Ok(Place {
                doc,
                node: tree.root(),
            });
        }
        let fatal = self.faults(doc).iter().find(|fault| fault.is_fatal());
        Err(fatal.map_or_else(
            || self.problem_at(doc, Span::default(), "there is no such document".to_owned()),
            |fault| self.problem(doc, fault),
        ))
    }

    fn push(&mut self, document: Document) -> DocId {
        let id = DocId(u32::try_from(self.documents.len()).unwrap_or(u32::MAX));
        self.documents.push(document);
        id
    }

    fn document(&self, id: DocId) -> Option<&Document> {
        self.documents.get(id.0 as usize)
    }

    /// All documents in the order of adding, embedded ones included.
    pub fn ids(&self) -> impl Iterator<Item = DocId> {
        (0..self.documents.len() as u32).map(DocId)
    }

    /// The tree of a document; `None` after a fatal fault.
    #[must_use]
    pub fn tree(&self, id: DocId) -> Option<&Tree> {
        self.document(id)?.tree.as_ref()
    }

    /// What is wrong with a document's text, in the order of places.
    #[must_use]
    pub fn faults(&self, id: DocId) -> &[Fault] {
        self.document(id).map_or(&[], |document| &document.faults)
    }

    /// The name of a document as it was added; that of the outermost file for an embedded one.
    #[must_use]
    pub fn name(&self, id: DocId) -> &str {
        match self.origin(id, Span::default()) {
            Some(Origin::Text(doc, _) | Origin::Place(Place { doc, .. })) if doc != id => self.name(doc),
            _ => self.document(id).map_or("", |document| &document.name),
        }
    }

    /// Where a range of a composed document comes from; of what has no origin of its own, where the document does.
    fn origin(&self, doc: DocId, span: Span) -> Option<Origin> {
        let composition = self.document(doc)?.composition.as_ref()?;
        let whole = Span::new(0, composition.text.len());
        composition.origin(span).or_else(|| composition.origin(whole))
    }

    /// Where the text of a document begins in the file of its name; of an embedded one, nowhere.
    #[must_use]
    pub fn start(&self, id: DocId) -> Start {
        self.document(id)
            .map_or_else(Start::default, |document| document.start)
    }

    /// The text of a document; decoded for an embedded one.
    #[must_use]
    pub fn text(&self, id: DocId) -> &str {
        self.document(id).map_or("", |document| &document.text)
    }

    /// Whether a document is put together from parts of others.
    #[must_use]
    pub fn is_composed(&self, id: DocId) -> bool {
        self.document(id)
            .is_some_and(|document| document.composition.is_some())
    }

    /// The string that an embedded document comes from.
    #[must_use]
    pub fn outer(&self, id: DocId) -> Option<Place> {
        Some(self.document(id)?.outer.as_ref()?.place)
    }

    /// The file that a document comes from: itself unless it is embedded.
    #[must_use]
    pub fn outermost(&self, id: DocId) -> DocId {
        std::iter::successors(Some(id), |id| self.outer(*id).map(|place| place.doc))
            .last()
            .unwrap_or(id)
    }

    /// The kind of the value at a place; null for a place that is not in this store.
    #[must_use]
    pub fn kind(&self, place: Place) -> Kind {
        self.tree(place.doc)
            .map_or(Kind::Null, |tree| tree.kind(place.node))
    }

    /// The pointer to a place from the root of its file: the embedding string's pointer, then the one inside it.
    #[must_use]
    pub fn pointer(&self, place: Place) -> String {
        if let Some(Origin::Place(origin)) = self.origin_of(place) {
            return self.pointer(origin);
        }
        let places = std::iter::successors(Some(place), |place| self.outer(place.doc));
        let mut pointers: Vec<_> = places
            .filter_map(|place| self.tree(place.doc).map(|tree| tree.pointer(place.node)))
            .collect();
        pointers.reverse();
        pointers.concat()
    }

    /// Where a value or key is in its file, with its pointer. A string's place includes its quotes.
    #[must_use]
    pub fn locate(&self, place: Place) -> Location {
        match self.origin_of(place) {
            Some(Origin::Place(origin)) => return self.locate(origin),
            Some(Origin::Text(doc, span)) => return self.locate_span(doc, span),
            None => {}
        }
        let span = self
            .tree(place.doc)
            .map_or_else(Span::default, |tree| tree.span(place.node));
        Location {
            pointer: Some(self.pointer(place)),
            ..self.locate_span(place.doc, span)
        }
    }

    /// Where a value of a composed document, or of one embedded in it, comes from.
    fn origin_of(&self, place: Place) -> Option<Origin> {
        let span = self.tree(place.doc)?.span(place.node);
        let (doc, span) = self.span_outward(place.doc, span);
        self.origin(doc, span)
    }

    /// Where a range of a document's own text is in its file. The pointer is that of the embedding string, if any.
    #[must_use]
    pub fn locate_span(&self, doc: DocId, span: Span) -> Location {
        let (file, span) = self.span_in_file(doc, span);
        let is_composed = self
            .document(self.outermost(doc))
            .is_some_and(|outermost| outermost.composition.is_some());
        let pointer = self
            .outer(doc)
            .filter(|_| !is_composed)
            .map(|place| self.pointer(place));
        let text = self.text(file);
        let Start { byte, line } = self.document(file).map_or_else(Start::default, |file| file.start);
        let place = |at| match self.document(file) {
            Some(document) => {
                let place = document.lines.get_or_init(|| Lines::new(text)).locate(text, at);
                LineColumn {
                    line: place.line + line,
                    ..place
                }
            }
            None => LineColumn {
                line: 1,
                column: 1,
                utf16: 1,
            },
        };
        let name = self.name(file).to_owned();
        Location {
            file: name,
            pointer,
            span: span.shifted(byte),
            start: place(span.start),
            end: place(span.end),
        }
    }

    /// Where a range of a string's decoded text is in its file, to point into a value. Has the string's pointer.
    #[must_use]
    pub fn locate_within(&self, place: Place, decoded: Span) -> Location {
        let span = self.span_within(place, decoded);
        Location {
            pointer: Some(self.pointer(place)),
            ..self.locate_span(place.doc, span)
        }
    }

    /// From the decoded text of a string to the text of its document.
    fn span_within(&self, place: Place, decoded: Span) -> Span {
        let (start, content) = self.content(place);
        Map::of_string(content).outward(decoded).shifted(start)
    }

    /// The text between the quotes of a string and where it begins in its document; the position of the place and no
    /// text for other values.
    fn content(&self, place: Place) -> (usize, &str) {
        self.tree(place.doc)
            .map_or((0, ""), |tree| tree.content(place.node))
    }

    /// The outermost file of a document and the bytes there that `span` of the document's text was made of.
    #[must_use]
    pub fn span_in_file(&self, doc: DocId, span: Span) -> (DocId, Span) {
        let (doc, span) = self.span_outward(doc, span);
        match self.origin(doc, span) {
            Some(Origin::Text(doc, span)) => self.span_in_file(doc, span),
            Some(Origin::Place(place)) => {
                let span = self
                    .tree(place.doc)
                    .map_or_else(Span::default, |tree| tree.span(place.node));
                self.span_in_file(place.doc, span)
            }
            None => (doc, span),
        }
    }

    /// The outermost document around an embedded one, composed or not, and the bytes there.
    fn span_outward(&self, doc: DocId, span: Span) -> (DocId, Span) {
        let (mut doc, mut span) = (doc, span);
        while let Some(outer) = self.document(doc).and_then(|document| document.outer.as_ref()) {
            let (start, _) = self.content(outer.place);
            let maps = outer.maps.get_or_init(|| self.maps(outer));
            span = maps
                .iter()
                .fold(span, |span, map| map.outward(span))
                .shifted(start);
            doc = outer.place.doc;
        }
        (doc, span)
    }

    fn maps(&self, outer: &Outer) -> Vec<Map> {
        let Place { doc, node } = outer.place;
        let string = self
            .tree(doc)
            .and_then(|tree| tree.string(node))
            .unwrap_or_default();
        let (_, content) = self.content(outer.place);
        let percent = outer.is_percent_encoded.then(|| Map::of_percent(&string));
        percent.into_iter().chain([Map::of_string(content)]).collect()
    }

    /// A fault of a document as a problem.
    #[must_use]
    pub fn problem(&self, doc: DocId, fault: &Fault) -> Problem {
        Problem {
            message: fault.to_string(),
            help: fault.help().map(str::to_owned),
            file: self.name(doc).to_owned(),
            place: Some((doc, fault.span)),
        }
    }

    fn problem_at(&self, doc: DocId, span: Span, message: String) -> Problem {
        let place = self.document(doc).map(|_| (doc, span));
        Problem {
            message,
            help: None,
            file: self.name(doc).to_owned(),
            place,
        }
    }

    fn wrong_kind(&self, place: Place, wanted: &str) -> Problem {
        let span = self
            .tree(place.doc)
            .map_or_else(Span::default, |tree| tree.span(place.node));
        self.problem_at(
            place.doc,
            span,
            format!("expected {wanted}, found {}", self.kind(place)),
        )
    }

    fn bad_percent(&self, outer: Place, bad: BadPercent) -> Problem {
        let (decoded, message) = match bad {
            BadPercent::Code(span) => (span, "`%` is not followed by two hexadecimal digits"),
            BadPercent::Bytes(span) => (span, "the percent codes do not make UTF-8 text"),
        };
        self.problem_at(outer.doc, self.span_within(outer, decoded), message.to_owned())
    }
}

#[cfg(test)]
mod tests;
