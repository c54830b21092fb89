//! From bytes to text, or to a word about what the bytes are instead.
//!
//! Text is UTF-8, with or without a byte order mark. Anything else is refused rather than guessed at: a policy read
//! in the wrong encoding is another policy. The longest part from the start that is text is kept, so that the place
//! of the fault can be shown. Source: RFC 8259, section 8.1; RFC 3629.

use super::fault::{Fault, FaultKind};
use super::span::Span;

/// First bytes of common files that are not text.
const SIGNATURES: [(&[u8], &str); 19] = [
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "gzip data"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data"),
    (b"\xfd7zXZ\0", "XZ data"),
    (b"BZh", "bzip2 data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x04\x22\x4d\x18", "LZ4 data"),
    (b"%PDF", "a PDF document"),
    (b"\x7fELF", "an ELF program"),
    (b"MZ", "a Windows program"),
    (b"\xca\xfe\xba\xbe", "a Java class or a macOS program"),
    (b"\xcf\xfa\xed\xfe", "a macOS program"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x30\x82", "a DER certificate or key"),
];

/// The text of `bytes`; or the part of it before the first byte that is not UTF-8, with the fault there.
pub(super) fn decode(bytes: Vec<u8>) -> (String, Option<Fault>) {
    if let Some(encoding) = wide_encoding(&bytes) {
        return (String::new(), Some(fault(Some(encoding), 0)));
    }
    String::from_utf8(bytes).map_or_else(
        |error| {
            let at = error.utf8_error().valid_up_to();
            let is_cut = error.utf8_error().error_len().is_none();
            let mut bytes = error.into_bytes();
            let fault = fault(looks_like(&bytes, at, is_cut), at);
            bytes.truncate(at);
            (String::from_utf8(bytes).unwrap_or_default(), Some(fault))
        },
        |text| (text, None),
    )
}

fn fault(looks_like: Option<&'static str>, at: usize) -> Fault {
    Fault::new(FaultKind::Encoding { looks_like }, Span::at(at))
}

/// UTF-16 and UTF-32, by byte order mark or, for text that begins with two ASCII characters, by where the zeros are.
/// JSON has no zero bytes in UTF-8.
fn wide_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [1..=0xff, 0, 0, 0, ..] => Some("UTF-32 text, little-endian"),
        [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, 1..=0xff, ..] => Some("UTF-32 text, big-endian"),
        [0xff, 0xfe, ..] | [1..=0x7f, 0, 1..=0x7f, 0, ..] | [1..=0x7f, 0] => {
            Some("UTF-16 text, little-endian")
        }
        [0xfe, 0xff, ..] | [0, 1..=0x7f, 0, 1..=0x7f, ..] | [0, 1..=0x7f] => Some("UTF-16 text, big-endian"),
        _ => None,
    }
}

/// What bytes that are no UTF-8 from `at` are; `is_cut` when they end inside a character.
fn looks_like(bytes: &[u8], at: usize, is_cut: bool) -> Option<&'static str> {
    let signature = SIGNATURES
        .iter()
        .find(|(signature, _)| bytes.starts_with(signature));
    if let Some((_, what)) = signature {
        return Some(what);
    }
    if is_cut {
        return Some("UTF-8 text that was cut inside a character");
    }
    let is_text = bytes
        .iter()
        .all(|byte| *byte >= b' ' || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c));
    let wrong = *bytes.get(at)?;
    match wrong {
        _ if !is_text => Some("binary data"),
        0xa0.. => Some("Latin-1 or Windows-1252 text"),
        _ => Some("Windows-1252 text"),
    }
}
