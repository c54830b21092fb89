//! Which characters of the input never reach an output as they are, and what is written instead.
//!
//! Policies, logs and file names come from anyone. A terminal acts on control characters, and the characters that
//! direct bidirectional text make a line read otherwise than it is. Source: ECMA-48 (C0, C1, DEL); Unicode Standard
//! Annex 9 (explicit directional characters); Unicode Technical Standard 55 (source spoofing).

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character is shown by a stand-in: it moves the cursor, starts a command of the terminal, or changes how
/// the text around it is shown, without being seen itself. Line feeds and tabs are among them.
pub(super) fn is_hazard(character: char) -> bool {
    match character {
        ' '..='~' => false,
        _ => {
            character.is_control()
                || matches!(
                    character,
                    '\u{ad}'
                        | '\u{61c}'
                        | '\u{180e}'
                        | '\u{200b}'..='\u{200f}'
                        | '\u{2028}'..='\u{202e}'
                        | '\u{2060}'..='\u{206f}'
                        | '\u{feff}'
                        | '\u{fff9}'..='\u{fffb}'
                        | '\u{e0000}'..='\u{e007f}'
                )
        }
    }
}

/// Appends what people see for a character: itself, or for a hazard its picture (`␛`), or its number (`<U+202E>`)
/// where there is no picture or no Unicode on the screen.
pub(super) fn push_shown(out: &mut String, character: char, unicode: bool) {
    if !is_hazard(character) {
        out.push(character);
        return;
    }
    let picture = match character {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)),
        '\u{7f}' => Some('\u{2421}'),
        _ => None,
    };
    match picture.filter(|_| unicode) {
        Some(picture) => out.push(picture),
        // Writing to a string does not fail.
        None => _ = write!(out, "<U+{:04X}>", u32::from(character)),
    }
}

/// A text of the input as people see it, on one line.
pub fn shown(text: &str, unicode: bool) -> Cow<'_, str> {
    if !text.chars().any(is_hazard) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        push_shown(&mut out, character, unicode);
    }
    Cow::Owned(out)
}

/// JSON text with the hazards inside its strings as `\u` escapes: the same value. Line feeds stay, for outside of
/// strings they are layout and inside JSON has none.
pub(super) fn escape_json(json: &str) -> Cow<'_, str> {
    let is_escaped = |character: char| character != '\n' && is_hazard(character);
    if !json.chars().any(is_escaped) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 8);
    for character in json.chars() {
        if is_escaped(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_directions_are_hazards_and_letters_are_not() {
        for character in [
            '\0', '\n', '\t', '\r', '\u{1b}', '\u{7f}', '\u{9b}', '\u{202e}', '\u{2066}', '\u{2069}',
            '\u{200f}', '\u{feff}', '\u{2028}',
        ] {
            assert!(is_hazard(character), "{character:?}");
        }
        for character in [' ', '~', 'é', 'ß', '漢', '🦀', '\u{301}', '␛'] {
            assert!(!is_hazard(character), "{character:?}");
        }
    }

    #[test]
    fn hazards_are_seen_and_the_rest_is_kept() {
        assert_eq!(shown("a\u{1b}[31mé\n", true), "a␛[31mé␊");
        assert_eq!(shown("a\u{1b}\u{202e}", false), "a<U+001B><U+202E>");
        assert_eq!(shown("\u{9b}\u{7f}", true), "<U+009B>␡");
        assert!(matches!(shown("plain", true), Cow::Borrowed(_)));
    }

    #[test]
    fn escaped_json_is_the_same_value() {
        let value = serde_json::json!({"a\u{9b}": "\u{202e}\u{e0001}\u{7f}é"});
        let json = serde_json::to_string_pretty(&value).unwrap();
        let escaped = escape_json(&json);
        assert!(
            escaped
                .chars()
                .all(|character| character == '\n' || !is_hazard(character))
        );
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&escaped).unwrap(),
            value
        );
    }
}
