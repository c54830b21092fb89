//! Holes: values that a template leaves to its deployment, by name.
//!
//! A hole is written `⟨name⟩`. The same name stands for the same value, so a name says all that its value follows
//! from. Names have no character that is of meaning in an ARN, a pattern or a policy variable.

use super::syntax::{Piece, joined};
pub(super) use crate::pattern::hole::{CLOSE, OPEN, has_hole, is_hole, is_word, names};
use crate::source::{Composed, Data, Origin};

/// The text of a hole.
pub(super) fn written(name: &str) -> String {
    format!("{OPEN}{name}{CLOSE}")
}

/// A value that is not known.
pub(super) fn value(name: &str, origin: Option<Origin>) -> Composed {
    text(vec![(written(name), origin)], origin)
}

/// A text made of pieces.
pub(super) fn text(pieces: Vec<Piece>, origin: Option<Origin>) -> Composed {
    Composed {
        origin,
        data: Data::Pieces(pieces),
    }
}

/// The name of the hole that a text is, if it is nothing else.
pub(super) fn whole(text: &str) -> Option<&str> {
    let name = text.strip_prefix(OPEN)?.strip_suffix(CLOSE)?;
    is_hole(text).then_some(name)
}

/// A string, number or boolean as text; holes and all.
pub(super) fn plain(value: &Composed) -> Option<String> {
    match &value.data {
        Data::String(text) | Data::Number(text) => Some(text.clone()),
        Data::Pieces(pieces) => Some(joined(pieces)),
        Data::Bool(flag) => Some(flag.to_string()),
        Data::Null | Data::Array(_) | Data::Object(_) => None,
    }
}

/// A string, number or boolean as pieces of text.
pub(super) fn pieces(value: &Composed) -> Option<Vec<Piece>> {
    match &value.data {
        Data::Pieces(pieces) => Some(pieces.clone()),
        _ => Some(vec![(plain(value)?, value.origin)]),
    }
}

/// Any text as part of the name of a hole, so that no two texts give one name.
pub(super) fn encoded(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            OPEN => name.push('('),
            CLOSE => name.push(')'),
            plain if plain.is_ascii_alphanumeric() || matches!(plain, '.' | '-' | '_' | '#') => {
                name.push(plain);
            }
            other => name.push_str(&format!("~{:x}~", u32::from(other))),
        }
    }
    name
}

/// The name of what a function gives for an argument that has holes.
pub(super) fn derived(function: &str, argument: &str) -> String {
    match whole(argument) {
        Some(name) => format!("{name}.{function}"),
        None => format!("{function}.{}", encoded(argument)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_texts_have_different_names() {
        let texts = ["a/b", "a_b", "a~2f~b", "⟨a⟩b", "(a)b", "a:b", "a", "⟨a⟩"];
        let mut names: Vec<_> = texts.iter().map(|text| derived("Join", text)).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), texts.len());
        assert!(
            names
                .iter()
                .all(|name| !name.contains([':', '/', '*', '?', '$', '⟨']))
        );
    }

    #[test]
    fn only_a_hole_alone_is_whole() {
        assert_eq!(whole("⟨Role⟩"), Some("Role"));
        assert_eq!(whole("⟨Role⟩⟨Other⟩"), None);
        assert_eq!(whole("x⟨Role⟩"), None);
    }
}
