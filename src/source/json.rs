//! The scan: one pass over a text that checks all of RFC 8259 and records a node for each value and each key.
//!
//! In goes a text of at most [`MAX_BYTES`] bytes; out come its nodes in document order and its faults in the order of
//! their places. Open containers live on a stack of at most [`MAX_DEPTH`] frames, so depth costs neither recursion nor
//! memory. Numbers are checked for form only, whatever their size. Strings are checked but not decoded. Time is linear
//! in the text, the search for repeated keys included.

use std::collections::HashMap;

use super::escape::{self, Escape};
use super::fault::{Expected, Fault, FaultKind};
use super::node::{self, Kind, Node, NodeId, Spelling};
use super::span::Span;
use super::token;

/// The number of arrays and objects that may be open at the same time.
pub const MAX_DEPTH: usize = 256;

/// The number of bytes of the largest text that is read: 1 GiB.
pub const MAX_BYTES: usize = 1 << 30;

/// The number of faults that are kept beside a tree; what a hostile text has beyond them is dropped. A fatal fault is
/// always kept.
pub const MAX_FAULTS: usize = 1000;

/// Up to this many keys of an object are compared as they come; the keys of larger objects go through a hash table.
const FEW_KEYS: usize = 32;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Nodes in document order, the first of them the root; `None` after a fatal fault.
pub(super) fn scan(text: &str) -> (Option<Vec<Node>>, Vec<Fault>) {
    scan_with(text, |scan| scan.document())
}

/// Like [`scan`] for documents that follow each other with nothing but whitespace between them: the root is an array
/// of them that spans the whole text.
pub(super) fn scan_sequence(text: &str) -> (Option<Vec<Node>>, Vec<Fault>) {
    scan_with(text, |scan| scan.sequence())
}

fn scan_with(
    text: &str,
    read: impl FnOnce(&mut Scan<'_>) -> Result<(), Fault>,
) -> (Option<Vec<Node>>, Vec<Fault>) {
    if text.len() > MAX_BYTES {
        let kind = FaultKind::TooLarge { limit: MAX_BYTES };
        return (None, vec![Fault::new(kind, Span::at(MAX_BYTES))]);
    }
    let mut scan = Scan {
        text,
        bytes: text.as_bytes(),
        at: 0,
        nodes: Vec::with_capacity(text.len() / 24 + 4),
        open: Vec::with_capacity(16),
        keys: Vec::with_capacity(FEW_KEYS),
        faults: Vec::new(),
    };
    let done = read(&mut scan);
    let Scan {
        nodes, mut faults, ..
    } = scan;
    let nodes = match done {
        Ok(()) => Some(nodes),
        Err(fatal) => {
            faults.push(fatal);
            None
        }
    };
    // Repeated keys are found when their object ends.
    faults.sort_by_key(|fault| fault.span);
    (nodes, faults)
}

/// An array or object whose end has not been seen.
struct Frame {
    node: u32,
    is_object: bool,
    /// Two keys may be equal, or are too many to say as they come: compare them all at the end of the object.
    compare: bool,
    /// Where this object's fingerprints begin in [`Scan::keys`].
    keys: usize,
}

struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
    open: Vec<Frame>,
    /// Fingerprints of the keys of all open objects, outermost first.
    keys: Vec<u32>,
    faults: Vec<Fault>,
}

impl Scan<'_> {
    fn document(&mut self) -> Result<(), Fault> {
        let first = self.first()?;
        self.whole_value(Some(first))?;
        if self.peek().is_some() {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let line = rest.lines().next().unwrap_or_default().trim_end();
            self.faults.push(Fault::new(
                FaultKind::TrailingData,
                Span::new(self.at, self.at + line.len()),
            ));
        }
        Ok(())
    }

    fn sequence(&mut self) -> Result<(), Fault> {
        let mut next = Some(self.first()?);
        self.push(Kind::Array, 0, false, false);
        while next.is_some() {
            self.whole_value(next)?;
            next = self.peek();
        }
        let after = self.nodes.len() as u32;
        if let Some(root) = self.nodes.first_mut() {
            root.end = self.at as u32;
            root.next = after;
        }
        Ok(())
    }

    /// The first byte of the first value, after the byte order mark if there is one.
    fn first(&mut self) -> Result<u8, Fault> {
        if self.text.starts_with(BYTE_ORDER_MARK) {
            self.at = BYTE_ORDER_MARK.len();
            self.faults
                .push(Fault::new(FaultKind::ByteOrderMark, Span::new(0, self.at)));
        }
        self.peek()
            .ok_or_else(|| Fault::new(FaultKind::Empty, Span::at(self.at)))
    }

    /// Reads a value that begins with `first`, to its end.
    fn whole_value(&mut self, first: Option<u8>) -> Result<(), Fault> {
        self.value(first, Expected::Value)?;
        while let Some(is_object) = self.open.last().map(|frame| frame.is_object) {
            match (self.peek(), is_object) {
                (Some(b','), true) => {
                    self.at += 1;
                    let next = self.peek();
                    let value = self.key(next, Expected::Key)?;
                    self.value(value, Expected::Value)?;
                }
                (Some(b','), false) => {
                    self.at += 1;
                    let next = self.peek();
                    self.value(next, Expected::Item)?;
                }
                (Some(b'}'), true) | (Some(b']'), false) => self.close(),
                (_, true) => return Err(self.syntax(self.at, Expected::CommaOrBrace)),
                (_, false) => return Err(self.syntax(self.at, Expected::CommaOrBracket)),
            }
        }
        Ok(())
    }

    /// Skips whitespace and looks at the byte after it.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        self.at = token::skip_space(self.bytes, self.at);
        self.bytes.get(self.at).copied()
    }

    /// Reads a value that begins with `first`: a whole scalar or empty container, or containers down to the first
    /// scalar in them.
    #[inline]
    fn value(&mut self, mut first: Option<u8>, mut expected: Expected) -> Result<(), Fault> {
        loop {
            match first {
                Some(b'"') => {
                    self.string(false)?;
                }
                Some(b'{') => {
                    self.open(Kind::Object)?;
                    first = self.peek();
                    if first == Some(b'}') {
                        self.close();
                    } else {
                        first = self.key(first, Expected::KeyOrClose)?;
                        expected = Expected::Value;
                        continue;
                    }
                }
                Some(b'[') => {
                    self.open(Kind::Array)?;
                    first = self.peek();
                    if first == Some(b']') {
                        self.close();
                    } else {
                        expected = Expected::ItemOrClose;
                        continue;
                    }
                }
                Some(b'-' | b'0'..=b'9') => {
                    let end = token::number_end(self.bytes, self.at)
                        .map_err(|(at, expected)| self.syntax(at, expected))?;
                    self.leaf(Kind::Number, end);
                }
                Some(b't') => self.literal("true", Kind::Bool, expected)?,
                Some(b'f') => self.literal("false", Kind::Bool, expected)?,
                Some(b'n') => self.literal("null", Kind::Null, expected)?,
                _ => return Err(self.syntax(self.at, expected)),
            }
            return Ok(());
        }
    }

    /// Reads a key and its colon; gives the first byte of the value.
    #[inline]
    fn key(&mut self, first: Option<u8>, expected: Expected) -> Result<Option<u8>, Fault> {
        if first != Some(b'"') {
            return Err(self.syntax(self.at, expected));
        }
        let start = self.at + 1;
        let has_escapes = self.string(true)?;
        self.remember_key(start, self.at - 1, has_escapes);
        if self.peek() != Some(b':') {
            return Err(self.syntax(self.at, Expected::Colon));
        }
        self.at += 1;
        Ok(self.peek())
    }

    #[inline]
    fn remember_key(&mut self, start: usize, end: usize, has_escapes: bool) {
        let Some(frame) = self.open.last_mut() else {
            return;
        };
        if frame.compare {
            return;
        }
        let print = token::fingerprint(self.bytes, start, end);
        let others = self.keys.get(frame.keys..).unwrap_or_default();
        frame.compare = has_escapes || others.len() >= FEW_KEYS || others.contains(&print);
        self.keys.push(print);
    }

    /// Reads a string whose opening quote is here; gives whether it has escapes.
    #[inline]
    fn string(&mut self, is_key: bool) -> Result<bool, Fault> {
        let start = self.at;
        let mut has_escapes = false;
        let mut at = start + 1;
        loop {
            at = token::plain_end(self.bytes, at);
            match self.bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    has_escapes = true;
                    at = self.escape(start, at)?;
                }
                _ => return Err(self.bad_string(start, at)),
            }
        }
        self.at = at + 1;
        self.push(Kind::String, start, has_escapes, is_key);
        Ok(has_escapes)
    }

    /// Reads the escape at `at` of the string that began at `start`; gives the position after it.
    fn escape(&mut self, start: usize, at: usize) -> Result<usize, Fault> {
        let expected = match escape::read(self.bytes.get(at..).unwrap_or_default()) {
            Escape::Character(_, length) => return Ok(at + length),
            Escape::Lone(unit) => {
                if self.faults.len() < MAX_FAULTS {
                    self.faults.push(Fault::new(
                        FaultKind::LoneSurrogate { unit },
                        Span::new(at, at + 6),
                    ));
                }
                return Ok(at + 6);
            }
            Escape::BadLetter => Expected::Escape,
            Escape::BadDigits => Expected::HexDigits,
        };
        // The fault is at the first byte that is wrong: the letter, or the first of the digits that is none.
        let wrong = at
            + match expected {
                Expected::Escape => 1,
                _ => {
                    2 + self
                        .bytes
                        .iter()
                        .skip(at + 2)
                        .take(3)
                        .take_while(|byte| byte.is_ascii_hexdigit())
                        .count()
                }
            };
        Err(self.syntax_in(wrong, expected, Some(Span::new(start, start + 1))))
    }

    #[cold]
    fn bad_string(&self, start: usize, at: usize) -> Fault {
        let opened = Span::new(start, start + 1);
        match self.bytes.get(at) {
            Some(byte) => {
                let character = char::from(*byte);
                Fault::new(
                    FaultKind::ControlCharacter { character, opened },
                    Span::new(at, at + 1),
                )
            }
            None => self.syntax_in(at, Expected::Quote, Some(opened)),
        }
    }

    #[inline]
    fn literal(&mut self, word: &'static str, kind: Kind, expected: Expected) -> Result<(), Fault> {
        let end = self.at + word.len();
        if self.bytes.get(self.at..end) != Some(word.as_bytes()) {
            let found = self.found(self.at).unwrap_or_default();
            let expected = if word.starts_with(&found) {
                Expected::Literal(word)
            } else {
                expected
            };
            return Err(self.syntax(self.at, expected));
        }
        self.leaf(kind, end);
        Ok(())
    }

    #[inline]
    fn leaf(&mut self, kind: Kind, end: usize) {
        let start = self.at;
        self.at = end;
        self.push(kind, start, false, false);
    }

    /// Records a node from `start` to here. Texts above [`MAX_BYTES`] were refused, so positions and the number of
    /// nodes, at most one a byte, fit 32 bits.
    #[inline]
    fn push(&mut self, kind: Kind, start: usize, has_escapes: bool, is_key: bool) {
        let next = self.nodes.len() as u32 + 1;
        self.nodes.push(Node {
            start: start as u32,
            end: self.at as u32,
            next,
            kind,
            spelling: if has_escapes {
                Spelling::Escaped
            } else {
                Spelling::Quoted
            },
            is_key,
        });
    }

    #[inline]
    fn open(&mut self, kind: Kind) -> Result<(), Fault> {
        let start = self.at;
        self.at += 1;
        if self.open.len() >= MAX_DEPTH {
            return Err(Fault::new(
                FaultKind::TooDeep { limit: MAX_DEPTH },
                Span::new(start, self.at),
            ));
        }
        let is_object = kind == Kind::Object;
        let node = self.nodes.len() as u32;
        self.open.push(Frame {
            node,
            is_object,
            compare: false,
            keys: self.keys.len(),
        });
        self.push(kind, start, false, false);
        Ok(())
    }

    /// Ends the innermost container, whose bracket is here.
    #[inline]
    fn close(&mut self) {
        self.at += 1;
        let Some(frame) = self.open.pop() else {
            return;
        };
        self.keys.truncate(frame.keys);
        let next = self.nodes.len() as u32;
        if let Some(node) = self.nodes.get_mut(frame.node as usize) {
            node.end = self.at as u32;
            node.next = next;
        }
        if frame.compare {
            self.compare_keys(frame.node);
        }
    }

    #[cold]
    fn compare_keys(&mut self, object: u32) {
        let mut seen = HashMap::new();
        let room = MAX_FAULTS.saturating_sub(self.faults.len());
        let mut repeated = Vec::new();
        for (key, _) in node::members(&self.nodes, NodeId(object)) {
            let Some(node) = self.nodes.get(key.0 as usize).filter(|_| repeated.len() < room) else {
                break;
            };
            let decoded = escape::decode(node.content(self.text), node.has_escapes());
            if let Some(first) = seen.get(&decoded) {
                let kind = FaultKind::DuplicateKey {
                    key: decoded.into_owned(),
                    first: *first,
                };
                repeated.push(Fault::new(kind, node.span()));
            } else {
                seen.insert(decoded, node.span());
            }
        }
        self.faults.append(&mut repeated);
    }

    /// The fault of finding what is at `at` in place of `expected`.
    #[cold]
    fn syntax(&self, at: usize, expected: Expected) -> Fault {
        let opened = self
            .open
            .last()
            .and_then(|frame| self.nodes.get(frame.node as usize));
        let opened = opened.map(|node| Span::new(node.start as usize, node.start as usize + 1));
        self.syntax_in(at, expected, opened)
    }

    fn syntax_in(&self, at: usize, expected: Expected, opened: Option<Span>) -> Fault {
        let found = self.found(at);
        let end = at + found.as_ref().map_or(0, String::len);
        Fault::new(
            FaultKind::Syntax {
                expected,
                found,
                opened,
            },
            Span::new(at, end),
        )
    }

    /// The word at `at`, cut where it is long, or else the single character there.
    fn found(&self, at: usize) -> Option<String> {
        let rest = self.text.get(at..)?;
        let word: String = rest
            .chars()
            .take(24)
            .take_while(|character| character.is_alphanumeric())
            .collect();
        if word.is_empty() {
            rest.chars().next().map(String::from)
        } else {
            Some(word)
        }
    }
}
