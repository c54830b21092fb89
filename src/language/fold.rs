//! Letter case, one character at a time: which characters have the same lower-case form.
//!
//! The form is Unicode's lower case where that is one character, else the character itself (so `İ` is only
//! itself). No locale, no `ß` = `ss`.

use std::sync::OnceLock;

use super::charset::CharSet;

/// After this one no character has another as its lower case; before `\u{80}` the letters are simply paired.
const LAST_CASED: char = '\u{1FFFF}';

/// The lower-case form of one character.
pub fn lower(c: char) -> char {
    let mut forms = c.to_lowercase();
    match (forms.next(), forms.next()) {
        (Some(form), None) => form,
        _ => c,
    }
}

/// Every character that has the same lower-case form as `c`.
pub(super) fn same_ignoring_case(c: char) -> CharSet {
    let form = lower(c);
    let upper = form.to_ascii_uppercase();
    match form {
        // The sign for kelvin is the one capital outside ASCII of an ASCII letter.
        'k' => CharSet::of("kK\u{212A}"),
        '\0'..='\x7F' => CharSet::from_ranges([(form, form), (upper, upper)]),
        _ => {
            let table = capitals();
            let from = table.partition_point(|&(other, _)| other < form);
            let capitals = table.iter().skip(from).take_while(|&&(other, _)| other == form);
            CharSet::from_ranges(capitals.map(|&(_, c)| (c, c)).chain([(form, form)]))
        }
    }
}

/// (lower-case form, another character with that form), sorted; outside ASCII.
fn capitals() -> &'static [(char, char)] {
    static TABLE: OnceLock<Vec<(char, char)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: Vec<_> = ('\u{80}'..=LAST_CASED)
            .map(|c| (lower(c), c))
            .filter(|(form, c)| form != c)
            .collect();
        table.sort_unstable();
        table
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortcuts_leave_no_character_out() {
        for c in '\0'..=char::MAX {
            let form = lower(c);
            assert!(c <= LAST_CASED || form == c, "{c:?}");
            if form != c {
                let same = same_ignoring_case(c);
                assert!(same.contains(c) && same.contains(form), "{c:?}");
                assert_eq!(lower(form), form, "{c:?}");
            }
        }
    }

    #[test]
    fn every_member_of_a_class_has_its_form() {
        for c in ['a', 'Z', 'k', 'K', 'é', 'Σ', 'σ', 'ς', 'İ', '1', ':', '\u{212B}'] {
            let same = same_ignoring_case(c);
            for (first, last) in same.ranges() {
                assert!((*first..=*last).all(|other| lower(other) == lower(c)), "{c:?}");
            }
        }
    }
}
