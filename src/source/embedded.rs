//! Documents inside strings: decoding them, and mapping their places back into the text around them.
//!
//! A policy inside a string is JSON text in a JSON string, and sometimes percent-encoded in it besides. In goes the
//! text between the quotes, out come the inner text and, when a place in it is asked for, a [`Map`] from its bytes to
//! the bytes they were made of. Source: RFC 8259, section 7; RFC 3986, section 2.1 (a `+` is a `+`).

use std::borrow::Cow;

use super::escape::{self, Piece};
use super::span::Span;

/// A fault of percent-encoding, with its place in the encoded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadPercent {
    /// `%` without two hexadecimal digits.
    Code(Span),
    /// Decoded bytes that are not UTF-8.
    Bytes(Span),
}

/// Whether `text`, which is to hold JSON, is percent-encoded: a `%` comes before the first quote. JSON has percent
/// signs inside strings only, so no plain JSON text is taken for an encoded one.
fn is_percent_encoded(text: &str) -> bool {
    let first = memchr::memchr2(b'%', b'"', text.as_bytes());
    first.and_then(|at| text.as_bytes().get(at)) == Some(&b'%')
}

/// Decodes every percent code of `text`.
fn decode_percent(text: &str) -> Result<String, BadPercent> {
    let mut decoded = Vec::with_capacity(text.len());
    for piece in percent_pieces(text) {
        match piece {
            PercentPiece::Verbatim(bytes) => decoded.extend_from_slice(bytes),
            PercentPiece::Code(byte) => decoded.push(byte),
            PercentPiece::Bad(at) => return Err(BadPercent::Code(Span::new(at, at + 1))),
        }
    }
    String::from_utf8(decoded).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        BadPercent::Bytes(Map::of_percent(text).outward(Span::new(at, at + 1)))
    })
}

enum PercentPiece<'a> {
    Verbatim(&'a [u8]),
    /// A byte, from three.
    Code(u8),
    /// A `%` at this offset with no code after it.
    Bad(usize),
}

fn percent_pieces(text: &str) -> impl Iterator<Item = PercentPiece<'_>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let plain = rest.iter().position(|byte| *byte == b'%').unwrap_or(rest.len());
        if plain > 0 {
            at += plain;
            return rest.get(..plain).map(PercentPiece::Verbatim);
        }
        let digit = |byte: &u8| char::from(*byte).to_digit(16);
        let code = match rest {
            [_, high, low, ..] => digit(high).zip(digit(low)),
            _ => None,
        };
        let Some((high, low)) = code else {
            let bad = at;
            at += 1;
            return Some(PercentPiece::Bad(bad));
        };
        at += 3;
        Some(PercentPiece::Code((high << 4 | low) as u8))
    })
}

/// From the bytes of a decoded text to the bytes of the encoded text they were made of.
///
/// The steps cover both texts from end to end, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Map {
    steps: Vec<Step>,
    /// The lengths of the texts.
    inner: usize,
    outer: usize,
}

/// Where a stretch begins in both texts; it ends where the next one begins.
#[derive(Clone, Copy, Debug)]
struct Step {
    inner: u32,
    outer: u32,
    /// Byte by byte the same in both; otherwise all of its inner bytes come from all of its outer bytes.
    verbatim: bool,
}

impl Map {
    /// The map of the content of a JSON string.
    pub(super) fn of_string(content: &str) -> Self {
        let mut map = Self::default();
        for piece in escape::pieces(content) {
            match piece {
                Piece::Verbatim(text) => map.push(text.len(), text.len(), true),
                Piece::Escaped { character, length } => map.push(character.len_utf8(), length, false),
            }
        }
        map
    }

    /// The map of a percent-encoded text.
    pub(super) fn of_percent(text: &str) -> Self {
        let mut map = Self::default();
        for piece in percent_pieces(text) {
            match piece {
                PercentPiece::Verbatim(bytes) => map.push(bytes.len(), bytes.len(), true),
                PercentPiece::Code(_) => map.push(1, 3, false),
                PercentPiece::Bad(_) => map.push(1, 1, true),
            }
        }
        map
    }

    fn push(&mut self, inner: usize, outer: usize, verbatim: bool) {
        self.steps.push(Step {
            inner: self.inner as u32,
            outer: self.outer as u32,
            verbatim,
        });
        self.inner += inner;
        self.outer += outer;
    }

    /// The encoded bytes that `span` was made of: from the first byte of the escape of its first byte to the last
    /// byte of the escape of its last. A position stays a position, before the escape of the byte after it.
    pub(super) fn outward(&self, span: Span) -> Span {
        let start = self.stretch(span.start).start;
        if span.is_empty() {
            Span::at(start)
        } else {
            Span::new(start, self.stretch(span.end - 1).end)
        }
    }

    /// The encoded bytes that the decoded byte `at` was made of.
    fn stretch(&self, at: usize) -> Span {
        if at >= self.inner {
            return Span::at(self.outer);
        }
        let after = self.steps.partition_point(|step| step.inner as usize <= at);
        let Some(step) = after.checked_sub(1).and_then(|index| self.steps.get(index)) else {
            return Span::at(0);
        };
        let start = step.outer as usize;
        if step.verbatim {
            let start = start + at - step.inner as usize;
            return Span::new(start, start + 1);
        }
        Span::new(
            start,
            self.steps
                .get(after)
                .map_or(self.outer, |next| next.outer as usize),
        )
    }
}

/// The text of the document in a string that decodes to `decoded`, and whether it was percent-encoded.
pub(super) fn inner_text(decoded: Cow<'_, str>) -> Result<(String, bool), BadPercent> {
    if is_percent_encoded(&decoded) {
        decode_percent(&decoded).map(|text| (text, true))
    } else {
        Ok((decoded.into_owned(), false))
    }
}
