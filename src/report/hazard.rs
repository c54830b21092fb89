//! Which characters of the input never reach an output as they are.
//!
//! Policies, logs and file names come from anyone. A terminal acts on control characters, and the characters that
//! direct bidirectional text make a line read otherwise than it is. Source: ECMA-48 (C0, C1, DEL); Unicode Standard
//! Annex 9 (explicit directional characters), Unicode 16, table 23-2 (deprecated formats), UTS 55 (source spoofing).

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
}
