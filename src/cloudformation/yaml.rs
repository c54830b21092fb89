//! A template in YAML as syntax.
//!
//! In goes a text, out comes the first document in it, or why there is none. Plain scalars are read as CloudFormation
//! does, by YAML 1.1: `yes` is true, and what JSON would not call a number is text, such as an account with a leading
//! zero. An alias shares the value of its anchor, so that no text grows by being read; depth and number of values are
//! bounded. Source: YAML 1.2.2 through saphyr-parser; merge keys by yaml.org/type/merge.html.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, Tag};

use super::indent::Moved;
use super::scalar;
use super::syntax::{Data, Id, Member, Syntax};
use crate::source::{DocId, Origin, Span};

/// A longer text is not read: CloudFormation itself takes a megabyte.
const MAX_BYTES: usize = 8 << 20;

/// Deeper values are not read.
const MAX_DEPTH: usize = 128;

/// A text with more values is not read.
const MAX_VALUES: usize = 1_000_000;

/// Why a text is no YAML, and where.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) span: Span,
}

/// Reads the first document of a text.
pub(super) fn read(text: &str, doc: DocId) -> Result<(Syntax, Id), Fault> {
    let fault = |message: &str| Fault {
        message: message.to_owned(),
        span: Span::at(0),
    };
    if text.len() > MAX_BYTES {
        return Err(fault("the text is longer than any template can be"));
    }
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let shift = text.len() - body.len();
    let mut moved = Moved::default();
    loop {
        let (mended, places) = match moved.is_empty() {
            true => (None, None),
            false => {
                let (mended, places) = moved.text(body);
                (Some(mended), Some(places))
            }
        };
        let mut reader = Reader {
            text,
            doc,
            offsets: Offsets::of(body, shift, places),
            syntax: Syntax::default(),
            open: Vec::new(),
            anchors: HashMap::new(),
            root: None,
        };
        match reader.all(mended.as_deref().unwrap_or(body)) {
            Ok(()) => {
                let root = reader.root.ok_or_else(|| fault("there is no YAML value"))?;
                return Ok((reader.syntax, root));
            }
            Err(Refusal::Bound(fault)) => return Err(fault),
            Err(Refusal::Syntax(message, at)) => {
                if !moved.mend(body, &message, at.saturating_sub(shift)) {
                    return Err(Fault {
                        message: format!("this is no YAML: {message}"),
                        span: Span::at(at),
                    });
                }
            }
        }
    }
}

/// Why a text was not read to its end.
enum Refusal {
    Bound(Fault),
    /// What the parser says, and the byte.
    Syntax(String, usize),
}

/// Bytes of letters, which the parser counts.
struct Offsets {
    /// Empty where every letter is one byte.
    bytes: Vec<u32>,
    shift: usize,
    end: usize,
}

impl Offsets {
    /// Of a text; `places` are those of its letters where it is not parsed as it is.
    fn of(text: &str, shift: usize, places: Option<Vec<usize>>) -> Self {
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let bytes = if let Some(places) = places {
            places.into_iter().map(narrow).collect()
        } else if text.is_ascii() {
            Vec::new()
        } else {
            let starts = text.char_indices().map(|(at, _)| at);
            starts.map(narrow).collect()
        };
        Self {
            bytes,
            shift,
            end: text.len(),
        }
    }

    fn at(&self, letter: usize) -> usize {
        let known = self.bytes.get(letter).map(|at| *at as usize);
        let plain = if self.bytes.is_empty() { letter } else { self.end };
        known.unwrap_or(plain).min(self.end) + self.shift
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let start = self.at(start);
        Span::new(start, self.at(end).max(start))
    }
}

/// A list or mapping that is not at its end.
struct Open {
    start: usize,
    anchor: usize,
    tag: Option<String>,
    parts: Parts,
}

enum Parts {
    List(Vec<Id>),
    Map(Vec<Member>, Option<(String, Option<Origin>)>),
}

struct Reader<'a> {
    text: &'a str,
    doc: DocId,
    offsets: Offsets,
    syntax: Syntax,
    open: Vec<Open>,
    anchors: HashMap<usize, Id>,
    root: Option<Id>,
}

impl Reader<'_> {
    /// Reads the events of the first document.
    fn all(&mut self, body: &str) -> Result<(), Refusal> {
        let mut parser = Parser::new_from_str(body);
        while let Some(event) = parser.next_event() {
            match event {
                Ok((Event::DocumentEnd | Event::StreamEnd, _)) if self.root.is_some() => break,
                Ok((event, span)) => {
                    let span = self.offsets.span(span.start.index(), span.end.index());
                    self.take(event, span).map_err(Refusal::Bound)?;
                }
                Err(error) => {
                    let at = self.offsets.at(error.marker().index());
                    return Err(Refusal::Syntax(error.info().to_owned(), at));
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Fault> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let data = scalar::read(&text, style, tag.as_deref(), self.text, self.doc, span);
                let id = self.syntax.add(data, Origin::Text(self.doc, span));
                let id = self.tagged(id, function(tag.as_deref()), span);
                self.close(id, anchor, span)
            }
            Event::SequenceStart(anchor, tag) => {
                self.begin(anchor, tag.as_deref(), span, Parts::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                self.begin(anchor, tag.as_deref(), span, Parts::Map(Vec::new(), None))
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => match self.anchors.get(&anchor).copied() {
                Some(id) => self.put(id, span),
                None => Err(Fault {
                    message: "an alias stands inside the value that it names".to_owned(),
                    span,
                }),
            },
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn begin(&mut self, anchor: usize, tag: Option<&Tag>, span: Span, parts: Parts) -> Result<(), Fault> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Fault {
                message: format!("values are nested more than {MAX_DEPTH} deep"),
                span: Span::at(span.start),
            });
        }
        self.open.push(Open {
            start: span.start,
            anchor,
            tag: function(tag),
            parts,
        });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Fault> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        // A block ends where the next line of less indentation begins.
        let whole = Span::new(open.start, span.end.max(open.start));
        let span = Span::new(open.start, open.start + whole.of(self.text).trim_end().len());
        let data = match open.parts {
            Parts::List(items) => Data::List(items),
            Parts::Map(members, _) => Data::Map(self.merged(members)),
        };
        let id = self.syntax.add(data, Origin::Text(self.doc, span));
        let id = self.tagged(id, open.tag, span);
        self.close(id, open.anchor, span)
    }

    /// The value as the argument of the function that its tag names.
    fn tagged(&mut self, value: Id, function: Option<String>, span: Span) -> Id {
        let Some(key) = function else {
            return value;
        };
        let origin = Origin::Text(self.doc, span);
        let member = Member {
            key,
            origin: Some(origin),
            value,
        };
        self.syntax.add(Data::Map(vec![member]), origin)
    }

    fn close(&mut self, id: Id, anchor: usize, span: Span) -> Result<(), Fault> {
        if anchor > 0 {
            self.anchors.insert(anchor, id);
        }
        self.put(id, span)
    }

    fn put(&mut self, id: Id, span: Span) -> Result<(), Fault> {
        if self.syntax.len() > MAX_VALUES {
            return Err(Fault {
                message: format!("there are more than {MAX_VALUES} values"),
                span: Span::at(span.start),
            });
        }
        let key = || {
            let text = self.syntax.text(id).unwrap_or_default();
            (text, Some(Origin::Text(self.doc, span)))
        };
        match self.open.last_mut().map(|open| &mut open.parts) {
            Some(Parts::List(items)) => items.push(id),
            Some(Parts::Map(_, waiting @ None)) => *waiting = Some(key()),
            Some(Parts::Map(members, waiting)) => {
                if let Some((key, origin)) = waiting.take() {
                    members.push(Member {
                        key,
                        origin,
                        value: id,
                    });
                }
            }
            None => self.root = Some(id),
        }
        Ok(())
    }

    /// The members with those of merge keys, which do not replace what is there.
    fn merged(&self, members: Vec<Member>) -> Vec<Member> {
        if members.iter().all(|member| member.key != "<<") {
            return members;
        }
        let (merges, mut own): (Vec<_>, Vec<_>) = members.into_iter().partition(|member| member.key == "<<");
        for merge in merges {
            let lists = self.syntax.items(merge.value).iter().copied();
            let maps: Vec<_> = lists.chain([merge.value]).collect();
            for member in maps.into_iter().flat_map(|map| self.syntax.members(map)) {
                if own.iter().all(|known| known.key != member.key) {
                    own.push(member.clone());
                }
            }
        }
        own
    }
}

/// The function that a tag is short for; none for the tags of YAML itself.
fn function(tag: Option<&Tag>) -> Option<String> {
    let tag = tag.filter(|tag| tag.handle == "!" && !tag.suffix.is_empty())?;
    Some(match tag.suffix.as_str() {
        own @ ("Ref" | "Condition") => own.to_owned(),
        other => format!("Fn::{other}"),
    })
}
