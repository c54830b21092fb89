//! One scalar of YAML: its kind, and where each part of its text stands.
//!
//! A scalar whose text stands in the file as it is points there letter by letter, a block letter by letter in each of
//! its lines, so that a policy written as JSON inside YAML is located like any other. What is spelled with escapes or
//! folded points to the whole of it. Source: the types of YAML 1.1 (bool, int, float, null), as CloudFormation reads them.

use saphyr_parser::{ScalarStyle, Tag};

use super::syntax::{Data, Piece};
use crate::source::{DocId, Origin, Span};

/// Reads a scalar whose text stands in `span` of the file, behind its tag, between its quotes.
pub(super) fn read(
    text: &str,
    style: ScalarStyle,
    tag: Option<&Tag>,
    file: &str,
    doc: DocId,
    span: Span,
) -> Data {
    let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
    let plain = (style == ScalarStyle::Plain && !is_text).then(|| of_plain(text));
    plain
        .flatten()
        .unwrap_or_else(|| Data::Text(pieces(text, style, file, doc, span)))
}

/// What a plain scalar is, unless it is text.
fn of_plain(text: &str) -> Option<Data> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(Data::Null),
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(Data::Bool(true)),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(Data::Bool(false)),
        number if is_json_number(number) => Some(Data::Number(number.to_owned())),
        _ => None,
    }
}

/// Whether JSON would read it as a number: no leading zeros, signs of plus or other bases.
fn is_json_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let begins = digits.starts_with(|first: char| first.is_ascii_digit());
    begins && text.len() < 64 && serde_json::from_str::<serde_json::Number>(text).is_ok()
}

fn pieces(text: &str, style: ScalarStyle, file: &str, doc: DocId, span: Span) -> Vec<Piece> {
    let raw = span.of(file);
    let whole = || vec![(text.to_owned(), Some(Origin::Text(doc, span)))];
    match style {
        ScalarStyle::Plain | ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
            let inner = match style {
                ScalarStyle::Plain => raw,
                _ => raw.get(..raw.len().saturating_sub(1)).unwrap_or_default(),
            };
            if !inner.ends_with(text) {
                return whole();
            }
            let end = span.start + inner.len();
            let content = Span::new(end - text.len(), end);
            vec![(text.to_owned(), Some(Origin::Text(doc, content)))]
        }
        ScalarStyle::Literal | ScalarStyle::Folded => lines(text, raw, doc, span.start).unwrap_or_else(whole),
    }
}

/// The lines of a block, each where it stands; `None` where they were folded.
fn lines(text: &str, raw: &str, doc: DocId, start: usize) -> Option<Vec<Piece>> {
    let mut raw_lines = raw.split_inclusive('\n');
    let mut at = start;
    let mut pieces = Vec::new();
    for line in text.split_inclusive('\n') {
        let (letters, newline) = match line.strip_suffix('\n') {
            Some(letters) => (letters, "\n"),
            None => (line, ""),
        };
        let raw_line = raw_lines.next()?;
        let body = raw_line.trim_end_matches(['\n', '\r']);
        let indent = body.strip_suffix(letters)?;
        if !indent.bytes().all(|byte| byte == b' ') {
            return None;
        }
        let here = Span::new(at + indent.len(), at + body.len());
        if !letters.is_empty() {
            pieces.push((letters.to_owned(), Some(Origin::Text(doc, here))));
        }
        if !newline.is_empty() {
            let end = Span::new(at + body.len(), at + raw_line.len());
            pieces.push((newline.to_owned(), Some(Origin::Text(doc, end))));
        }
        at += raw_line.len();
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_have_the_kinds_of_yaml_1_1() {
        assert!(matches!(of_plain("yes"), Some(Data::Bool(true))));
        assert!(matches!(of_plain("Off"), Some(Data::Bool(false))));
        assert!(matches!(of_plain("~"), Some(Data::Null)));
        assert!(matches!(of_plain("111122223333"), Some(Data::Number(_))));
        for text in [
            "2012-10-17",
            "012345678901",
            "0x1F",
            "1_000",
            "+1",
            "1:30",
            "y",
            ".5",
            "1.2.3",
        ] {
            assert!(of_plain(text).is_none(), "{text}");
        }
    }
}
