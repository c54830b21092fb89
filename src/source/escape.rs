//! The escapes of JSON strings: one reading of them, shared by the scan, the decoder and the map of places.
//!
//! In goes the text between the quotes, out come pieces in order: text that stands for itself and escapes with the
//! character each makes. The pieces cover the whole input. A surrogate pair is one piece of twelve bytes; half a pair
//! is a piece of its own that makes U+FFFD. Source: RFC 8259, section 7.

use std::borrow::Cow;

/// What one escape sequence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escape {
    /// A character, from so many bytes.
    Character(char, usize),
    /// Half a surrogate pair, from six bytes.
    Lone(u16),
    /// Not an escape: the letter after the backslash is none of those allowed.
    BadLetter,
    /// `\u` without four hexadecimal digits.
    BadDigits,
}

/// Reads the escape at the start of `bytes`, of which the first is a backslash.
pub(super) fn read(bytes: &[u8]) -> Escape {
    let character = match bytes.get(1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return read_unicode(bytes),
        _ => return Escape::BadLetter,
    };
    Escape::Character(character, 2)
}

fn read_unicode(bytes: &[u8]) -> Escape {
    let Some(unit) = code_unit(bytes) else {
        return Escape::BadDigits;
    };
    if let Some(character) = char::from_u32(u32::from(unit)) {
        return Escape::Character(character, 6);
    }
    // A low half that follows makes a pair; anything else is left for the next reading.
    let low = bytes.get(6..).and_then(code_unit);
    let pair = low.and_then(|low| char::decode_utf16([unit, low]).next()?.ok());
    pair.map_or(Escape::Lone(unit), |character| Escape::Character(character, 12))
}

/// The code unit of `\uXXXX` at the start of `bytes`.
fn code_unit(bytes: &[u8]) -> Option<u16> {
    let [b'\\', b'u', digits @ ..] = bytes.first_chunk::<6>()? else {
        return None;
    };
    digits.iter().try_fold(0_u16, |unit, byte| {
        let digit = char::from(*byte).to_digit(16)?;
        Some(unit << 4 | u16::try_from(digit).ok()?)
    })
}

/// A piece of the text between the quotes of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text that stands for itself.
    Verbatim(&'a str),
    /// A character made by an escape sequence of `length` bytes.
    Escaped { character: char, length: usize },
}

/// The pieces of `content`, which stands between the quotes of a string that was scanned without a fatal fault.
pub(super) fn pieces(content: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = content;
    std::iter::from_fn(move || {
        let (piece, length) = match memchr::memchr(b'\\', rest.as_bytes()) {
            Some(0) => match read(rest.as_bytes()) {
                Escape::Character(character, length) => (Piece::Escaped { character, length }, length),
                Escape::Lone(_) => (
                    Piece::Escaped {
                        character: '\u{fffd}',
                        length: 6,
                    },
                    6,
                ),
                // Does not happen after a scan; the backslash then stands for itself.
                Escape::BadLetter | Escape::BadDigits => (Piece::Verbatim(rest.get(..1)?), 1),
            },
            Some(at) => (Piece::Verbatim(rest.get(..at)?), at),
            None if rest.is_empty() => return None,
            None => (Piece::Verbatim(rest), rest.len()),
        };
        rest = rest.get(length..)?;
        Some(piece)
    })
}

/// The string that `content` stands for. Borrowed when there is no escape in it.
pub(super) fn decode(content: &str, has_escapes: bool) -> Cow<'_, str> {
    if !has_escapes {
        return Cow::Borrowed(content);
    }
    let mut decoded = String::with_capacity(content.len());
    for piece in pieces(content) {
        match piece {
            Piece::Verbatim(text) => decoded.push_str(text),
            Piece::Escaped { character, .. } => decoded.push(character),
        }
    }
    Cow::Owned(decoded)
}
