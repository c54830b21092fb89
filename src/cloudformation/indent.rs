//! Texts of YAML that the parser refuses for their indentation alone.
//!
//! Brackets that close at the column of the key before them, and quoted texts that go on further left, are wrong by YAML
//! 1.2, but CloudFormation takes them, and they are common. White space means nothing there, so the parser is given the
//! text with such lines moved to the right, and its letters keep the places that they have in the file.

use std::collections::BTreeMap;

use crate::source::Span;

/// How far lines are moved at least.
const STEP: usize = 64;

/// Bytes that are parsed before giving up, all tries taken together.
const MAX_WORK: usize = 64 << 20;

/// The lines that are moved, by the byte that each begins at, and by how much.
#[derive(Debug, Default)]
pub(super) struct Moved {
    lines: BTreeMap<usize, usize>,
    work: usize,
}

impl Moved {
    /// The text with these lines moved, and for each of its letters the byte that it has in the file.
    pub(super) fn text(&self, body: &str) -> (String, Vec<usize>) {
        let added: usize = self.lines.values().sum();
        let (mut text, mut places) = (String::with_capacity(body.len() + added), Vec::new());
        for (at, letter) in body.char_indices() {
            for _ in 0..self.lines.get(&at).copied().unwrap_or_default() {
                text.push(' ');
                places.push(at);
            }
            text.push(letter);
            places.push(at);
        }
        (text, places)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Moves what the parser refused at this byte; false where that is of no use.
    pub(super) fn mend(&mut self, body: &str, message: &str, at: usize) -> bool {
        self.work += body.len();
        if !message.starts_with("invalid indentation") || self.work > MAX_WORK {
            return false;
        }
        if !message.contains("quoted") {
            let start = body
                .get(..at)
                .and_then(|before| before.rfind('\n'))
                .map_or(0, |line| line + 1);
            return self.lines.insert(start, STEP).is_none();
        }
        let Some(quoted) = quoted(body, at) else {
            return false;
        };
        let inside = quoted.of(body).match_indices('\n');
        let mut is_new = false;
        for (line, _) in inside {
            is_new |= self.lines.insert(quoted.start + line + 1, STEP).is_none();
        }
        is_new
    }
}

/// The quoted text that begins at or right behind a byte.
fn quoted(body: &str, at: usize) -> Option<Span> {
    let rest = body.get(at..)?;
    let start = at + rest.find(['\'', '"'])?;
    let quote = body.get(start..)?.chars().next()?;
    let mut letters = body.get(start + 1..)?.char_indices().peekable();
    while let Some((offset, letter)) = letters.next() {
        let is_doubled = quote == '\'' && letters.peek().is_some_and(|(_, next)| *next == '\'');
        if letter == quote && !is_doubled {
            return Some(Span::new(start, start + 1 + offset));
        }
        if letter == quote || quote == '"' && letter == '\\' {
            letters.next();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_text_ends_at_its_own_quote() {
        let of = |body: &str| quoted(body, 0).map(|span| span.of(body).to_owned());
        assert_eq!(of("'a''b' 'c'").as_deref(), Some("'a''b"));
        assert_eq!(of(r#""a\"b" c"#).as_deref(), Some(r#""a\"b"#));
        assert_eq!(of("'open"), None);
        assert_eq!(of("none"), None);
    }

    #[test]
    fn letters_keep_their_places() {
        let mut moved = Moved::default();
        let body = "k: [ü,\n]";
        assert!(moved.mend(body, "invalid indentation", 8));
        assert!(!moved.mend(body, "invalid indentation", 8));
        let (text, places) = moved.text(body);
        assert_eq!(text.chars().count(), places.len());
        assert!(text.ends_with("   ]"));
        assert_eq!(places.last(), Some(&8));
    }
}
