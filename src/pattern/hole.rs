//! Texts of which a part is not known yet: `arn:aws:s3:::⟨aws_s3_bucket.logs.bucket⟩/*`.
//!
//! A named part stands between U+27E8 and U+27E9. Two parts of one name are one text, and what text that is nobody
//! knows: so patterns and texts with such parts are matched twice. Read as they stand they match only where every
//! value of the names lets them match; here is told whether any value of each part, taken alone, lets them.
//!
//! Source: HOLE-01 … HOLE-03.

use super::glob::Glob;
use super::token::Token;

/// What begins the name of a part that is not known.
pub const OPEN: char = '⟨';
/// What ends it.
pub const CLOSE: char = '⟩';

/// What names of parts end in that never hold a colon or a slash.
const WORDS: [&str; 11] = [
    "account",
    "account_id",
    "bucket",
    "generated_name",
    "key_id",
    "partition",
    "region",
    "stack_name",
    "suffix",
    "unique_id",
    "uuid",
];

/// The number of colons that separate the fields of an ARN.
const SEPARATORS: usize = 5;

/// More continuations than this are told as one that takes everything.
const MAX_CONTINUATIONS: usize = 64;

/// A stretch of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// Known text.
    Text(&'a str),
    /// A part that is not known, with its marks.
    Hole(&'a str),
}

/// The stretches of a text, in order; a mark without its partner is ordinary text.
pub fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text;
    let mut held = None;
    std::iter::from_fn(move || {
        if let Some(hole) = held.take() {
            return Some(hole);
        }
        if rest.is_empty() {
            return None;
        }
        let Some((before, hole, after)) = split(rest) else {
            return Some(Part::Text(std::mem::take(&mut rest)));
        };
        rest = after;
        if before.is_empty() {
            return Some(Part::Hole(hole));
        }
        held = Some(Part::Hole(hole));
        Some(Part::Text(before))
    })
}

fn split(text: &str) -> Option<(&str, &str, &str)> {
    let close = text.find(CLOSE)?;
    let open = text.get(..close)?.rfind(OPEN);
    match open {
        Some(open) => {
            let end = close + CLOSE.len_utf8();
            Some((text.get(..open)?, text.get(open..end)?, text.get(end..)?))
        }
        // A stray closing mark: look behind it.
        None => {
            let end = close + CLOSE.len_utf8();
            let (before, hole, after) = split(text.get(end..)?)?;
            Some((text.get(..end + before.len())?, hole, after))
        }
    }
}

/// Whether a part of the text is not known.
pub fn has_hole(text: &str) -> bool {
    text.contains(OPEN) && names(text).next().is_some()
}

/// The parts of the text that are not known, with their marks, in order, repetitions included.
pub fn names(text: &str) -> impl Iterator<Item = &str> {
    parts(text).filter_map(|part| match part {
        Part::Hole(name) => Some(name),
        Part::Text(_) => None,
    })
}

/// Whether this is one such part and nothing else, marks included.
pub fn is_hole(text: &str) -> bool {
    let mut parts = parts(text);
    matches!((parts.next(), parts.next()), (Some(Part::Hole(_)), None))
}

/// Whether the part is one of those that are letters, digits and dashes, by the last word of its name.
pub fn is_word(name: &str) -> bool {
    let inner = name.trim_end_matches(CLOSE).trim_start_matches(OPEN);
    inner.rsplit('.').next().is_some_and(|last| WORDS.contains(&last))
}

impl Glob {
    /// Whether the pattern can match `text` for some value of each part of the text that is not known.
    ///
    /// Cost: the product of the two lengths. Source: HOLE-02.
    pub fn may_match(&self, text: &str) -> bool {
        self.may_match_behind(0, text)
    }

    /// As [`Glob::may_match`]; the first `same` bytes of the text stand at the start of the pattern too, and are what
    /// they are on both sides.
    pub fn may_match_behind(&self, same: usize, text: &str) -> bool {
        if !has_hole(text) {
            return self.matches(text);
        }
        let live = self.after(same, text);
        live.last().copied().unwrap_or_default()
    }

    /// The patterns, together, of all texts that begin with `head` as it is written, and that this pattern can match
    /// for some value of each part of `head` that is not known; but the first `same` bytes, which begin the pattern too.
    ///
    /// Source: HOLE-01, HOLE-02.
    pub fn beginning(&self, same: usize, head: &str) -> Vec<Glob> {
        let live = self.after(same, head);
        let starts: Vec<usize> = (0..live.len())
            .filter(|at| live.get(*at) == Some(&true))
            .collect();
        let written = |rest: &[Token]| {
            let head = head.chars().map(Token::Literal);
            Glob::from_tokens(head.chain(rest.iter().copied()).collect::<Vec<Token>>()).normalised()
        };
        if starts.len() > MAX_CONTINUATIONS {
            return vec![written(&[Token::Many { crosses_colon: true }])];
        }
        let rests = starts.iter().filter_map(|start| self.tokens().get(*start..));
        let mut patterns: Vec<Glob> = rests.map(written).collect();
        patterns.sort();
        patterns.dedup();
        patterns
    }

    /// For each number of tokens, whether that many can have taken `text`.
    fn after(&self, same: usize, text: &str) -> Vec<bool> {
        let tokens = self.tokens();
        let mut live = vec![false; tokens.len() + 1];
        if let Some(first) = live.first_mut() {
            *first = true;
        }
        skip_stars(tokens, &mut live);
        let (same, rest) = text.split_at_checked(same).unwrap_or(("", text));
        for character in same.chars() {
            live = step(tokens, &live, character);
        }
        let mut colons = colons_of(same);
        let is_arn = text.starts_with("arn:") && colons_of(text) >= SEPARATORS;
        for part in parts(rest) {
            match part {
                Part::Hole(name) if is_word(name) => any_but(tokens, &mut live, &[':', '/']),
                // Within the first fields of a whole ARN nothing holds a colon.
                Part::Hole(_) if is_arn && colons < SEPARATORS => any_but(tokens, &mut live, &[':']),
                Part::Hole(_) => {
                    let first = live.iter().position(|here| *here).unwrap_or(live.len());
                    live.iter_mut().skip(first).for_each(|here| *here = true);
                }
                Part::Text(known) => {
                    colons += known.matches(':').count();
                    for character in known.chars() {
                        live = step(tokens, &live, character);
                    }
                }
            }
        }
        live
    }
}

fn colons_of(text: &str) -> usize {
    let known = parts(text).map(|part| match part {
        Part::Text(known) => known.matches(':').count(),
        Part::Hole(_) => 0,
    });
    known.sum()
}

/// Takes any text without these characters.
fn any_but(tokens: &[Token], live: &mut [bool], without: &[char]) {
    for (at, token) in tokens.iter().enumerate() {
        if live.get(at) == Some(&true)
            && !without
                .iter()
                .any(|character| *token == Token::Literal(*character))
            && let Some(next) = live.get_mut(at + 1)
        {
            *next = true;
        }
    }
}

/// A star may take nothing.
fn skip_stars(tokens: &[Token], live: &mut [bool]) {
    for (at, token) in tokens.iter().enumerate() {
        if live.get(at) == Some(&true)
            && matches!(token, Token::Many { .. })
            && let Some(next) = live.get_mut(at + 1)
        {
            *next = true;
        }
    }
}

fn step(tokens: &[Token], live: &[bool], character: char) -> Vec<bool> {
    let mut next = vec![false; live.len()];
    for (at, token) in tokens.iter().enumerate() {
        if live.get(at) != Some(&true) || !token.accepts(character) {
            continue;
        }
        let to = at + usize::from(!matches!(token, Token::Many { .. }));
        if let Some(slot) = next.get_mut(to) {
            *slot = true;
        }
    }
    skip_stars(tokens, &mut next);
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_its_marks() {
        let all: Vec<Part<'_>> = parts("a⟨b.c⟩d⟨e⟩").collect();
        assert_eq!(
            all,
            [
                Part::Text("a"),
                Part::Hole("⟨b.c⟩"),
                Part::Text("d"),
                Part::Hole("⟨e⟩")
            ]
        );
        assert_eq!(parts("").count(), 0);
        assert!(!has_hole("a⟩b⟨c"));
        assert!(has_hole("a⟩b⟨c⟨d⟩"));
        assert!(is_hole("⟨a⟩") && !is_hole("⟨a⟩b") && !is_hole("a"));
    }

    #[test]
    fn what_is_not_known_can_be_any_text() {
        let glob = Glob::parse("arn:aws:s3:::logs/*");
        assert!(glob.may_match("arn:aws:s3:::⟨b⟩/x"));
        assert!(glob.may_match("⟨b.arn⟩"));
        assert!(glob.may_match("⟨b.arn⟩/x"));
        assert!(glob.may_match("arn:aws:s3:⟨region⟩:⟨account⟩:logs/x"));
        assert!(!Glob::parse("arn:aws:s3:*:*:d*").may_match("arn:aws:s3:⟨region⟩::logs"));
        assert!(!glob.may_match("arn:aws:sqs:::⟨b⟩"));
        assert!(!Glob::parse("a*b").may_match("⟨x⟩c"));
        assert!(Glob::parse("").may_match("⟨x⟩"));
    }

    #[test]
    fn what_follows_a_head_is_what_the_pattern_has_left() {
        let shown = |glob: &str, head: &str| -> Vec<String> {
            let all = Glob::parse(glob).beginning(0, head);
            all.iter().map(ToString::to_string).collect()
        };
        assert_eq!(shown("t/c/*/orders", "t/c/"), ["t/c//orders", "t/c/*/orders"]);
        assert!(shown("t/c/u/orders", "t/c/⟨u⟩/").contains(&"t/c/⟨u⟩/orders".to_owned()));
        assert!(shown("t/d/u/orders", "t/c/⟨u⟩/").is_empty());
        let words = shown("t/*/orders", "t/⟨m.uuid⟩/");
        assert_eq!(words.first().map(String::as_str), Some("t/⟨m.uuid⟩//orders"));
        assert!(words.contains(&"t/⟨m.uuid⟩/orders".to_owned()));
        assert!(shown("t/c/orders/*", "t/⟨m.uuid⟩/x/").is_empty());
    }
}
