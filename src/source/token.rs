//! The tokens of JSON as byte positions: whitespace, the plain run of a string, numbers.
//!
//! Each function takes the whole text and a position and gives the position after the token; none looks back. Eight
//! bytes are looked at in one step where runs are long. Source: RFC 8259, sections 2, 6 and 7.

use super::fault::Expected;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The first position from `at` that is not whitespace.
#[inline]
pub(super) fn skip_space(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(byte) if *byte > b' ' => at,
        Some(b' ') if bytes.get(at + 1).is_some_and(|byte| *byte > b' ') => at + 1,
        _ => skip_long_space(bytes, at),
    }
}

fn skip_long_space(bytes: &[u8], mut at: usize) -> usize {
    loop {
        // Indentation is what there is most of.
        while let Some(word) = word(bytes, at) {
            let other = word ^ (ONES * b' ' as u64);
            at += other.trailing_zeros() as usize / 8;
            if other != 0 {
                break;
            }
        }
        match bytes.get(at) {
            Some(b' ' | b'\n' | b'\r' | b'\t') => at += 1,
            _ => return at,
        }
    }
}

/// The first position from `at` that holds a quote, a backslash or a control character; the length of the text when
/// there is none.
#[inline]
pub(super) fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = word(bytes, at) {
        let special = specials(word);
        if special != 0 {
            return at + special.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while let Some(byte) = bytes.get(at) {
        if *byte < b' ' || matches!(byte, b'"' | b'\\') {
            break;
        }
        at += 1;
    }
    at
}

#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    bytes
        .get(at..)?
        .first_chunk::<8>()
        .map(|chunk| u64::from_le_bytes(*chunk))
}

/// What [`word`] gives for fewer than eight bytes that end the text.
#[cold]
fn short_word(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// The lowest set bit is the high bit of the first byte that is a quote, a backslash or below 0x20. Bits above it
/// may be wrong, for the subtraction borrows upwards.
#[inline]
fn specials(word: u64) -> u64 {
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let is_quote = quote.wrapping_sub(ONES) & !quote;
    let is_backslash = backslash.wrapping_sub(ONES) & !backslash;
    let is_control = word.wrapping_sub(ONES * b' ' as u64) & !word;
    (is_quote | is_backslash | is_control) & HIGHS
}

/// The end of the number at `at`, or the position and the nature of the fault in it.
pub(super) fn number_end(bytes: &[u8], at: usize) -> Result<usize, (usize, Expected)> {
    let first = if bytes.get(at) == Some(&b'-') { at + 1 } else { at };
    let mut end = digits_end(bytes, first)?;
    if bytes.get(first) == Some(&b'0') && end > first + 1 {
        return Err((first + 1, Expected::NoDigit));
    }
    if bytes.get(end) == Some(&b'.') {
        end = digits_end(bytes, end + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(end) {
        let signed = matches!(bytes.get(end + 1), Some(b'+' | b'-'));
        end = digits_end(bytes, end + 1 + usize::from(signed))?;
    }
    Ok(end)
}

fn digits_end(bytes: &[u8], at: usize) -> Result<usize, (usize, Expected)> {
    let mut end = at;
    while bytes.get(end).is_some_and(u8::is_ascii_digit) {
        end += 1;
    }
    if end == at {
        Err((at, Expected::Digit))
    } else {
        Ok(end)
    }
}

/// A number that equal texts share and that different keys of one object seldom share: the length, the first eight
/// and the last eight bytes of `start..end`, stirred.
#[inline]
pub(super) fn fingerprint(bytes: &[u8], start: usize, end: usize) -> u32 {
    let length = end - start;
    let (head, tail) = if length >= 8 {
        (word(bytes, start).unwrap_or(0), word(bytes, end - 8).unwrap_or(0))
    } else {
        let head = match word(bytes, start) {
            Some(word) => word & ((1 << (8 * length)) - 1),
            None => short_word(bytes.get(start..end).unwrap_or_default()),
        };
        (head, 0)
    };
    let mixed = (head.rotate_left(17) ^ tail).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ length as u64;
    (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}
