//! Whether a wildcard pattern matches one text.
//!
//! Tokens are compiled once into parts (runs of literal text, and wildcards). Two methods decide:
//!
//! - *greedy*, which remembers one star. Writing `X` for what stands between two stars `A X B`: taking `X` at its
//!   earliest place never loses a match as long as `B` can absorb what a later place would have left to `A`.
//!   That holds if `B` crosses colons. It also holds if neither star crosses colons and no wildcard of `X` does:
//!   if `X` holds a literal colon, its first colon must be the first colon after `A`, so there is one place only;
//!   if not, all that `B` has to absorb (the end of `A`'s run and `X`) is free of colons. So greedy is exact when
//!   every star that stops at colons comes before every star that does not, and no colon-crossing `?` stands
//!   between two stars that stop at colons. Whatever comes before the first star is at a fixed place, and what
//!   comes after the last one is anchored at the end.
//! - for all other patterns greedy still says nothing false when it finds a match, and when it finds none with
//!   every wildcard freed from its colon flag. What is left is decided by *simulation* of the position automaton:
//!   one pass over the tokens for each character.
//!
//! Both are at worst proportional to the product of the two lengths; a pattern with its star at the end, or with
//! one star and literal ends, takes two comparisons.
//!
//! Source: MATCH-G1 to MATCH-G3, SET-06.

use memchr::memchr;

use super::token::Token;

/// A part of a compiled pattern.
#[derive(Debug, Clone)]
enum Part {
    /// A non-empty run of literal characters.
    Text(Box<str>),
    /// One character.
    One { crosses_colon: bool },
    /// A run of characters.
    Many { crosses_colon: bool },
}

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(super) struct Matcher {
    parts: Box<[Part]>,
    greedy: bool,
}

/// The star that may still take more, in the greedy method.
struct Star<'a> {
    /// The parts after the star.
    tail: &'a [Part],
    /// The text from the first place where the tail was not yet tried; `None` if the star can take no more.
    next: Option<&'a str>,
    crosses_colon: bool,
}

impl Matcher {
    pub(super) fn new(tokens: &[Token]) -> Self {
        Self {
            parts: compile(tokens),
            greedy: is_greedy(tokens),
        }
    }

    /// The only text this pattern matches, if it has no wildcard.
    pub(super) fn as_literal(&self) -> Option<&str> {
        match &*self.parts {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The literal text every match starts with.
    pub(super) fn prefix(&self) -> &str {
        match self.parts.first() {
            Some(Part::Text(text)) => text,
            _ => "",
        }
    }

    /// Whether the pattern matches the whole of `text`; `tokens` are those it was compiled from.
    pub(super) fn matches(&self, tokens: &[Token], text: &str) -> bool {
        greedy(&self.parts, text, false)
            || (!self.greedy && greedy(&self.parts, text, true) && simulate(tokens, text))
    }
}

fn compile(tokens: &[Token]) -> Box<[Part]> {
    let mut parts = Vec::new();
    let mut run = String::new();
    let flush = |run: &mut String, parts: &mut Vec<Part>| {
        if !run.is_empty() {
            parts.push(Part::Text(std::mem::take(run).into_boxed_str()));
        }
    };
    for token in tokens {
        match *token {
            Token::Literal(character) => run.push(character),
            Token::One { crosses_colon } => {
                flush(&mut run, &mut parts);
                parts.push(Part::One { crosses_colon });
            }
            Token::Many { crosses_colon } => {
                flush(&mut run, &mut parts);
                parts.push(Part::Many { crosses_colon });
            }
        }
    }
    flush(&mut run, &mut parts);
    parts.into_boxed_slice()
}

/// Whether the greedy method is exact for these tokens; the file's head says why this is the test.
fn is_greedy(tokens: &[Token]) -> bool {
    let mut after_segment_star = false;
    let mut after_crossing_star = false;
    let mut crossing_one = false;
    for token in tokens {
        match token {
            Token::Literal(_) | Token::One { crosses_colon: false } => {}
            Token::One { crosses_colon: true } => crossing_one |= after_segment_star,
            Token::Many { crosses_colon: true } => after_crossing_star = true,
            Token::Many { crosses_colon: false } => {
                if after_crossing_star || crossing_one {
                    return false;
                }
                after_segment_star = true;
            }
        }
    }
    true
}

/// Looks for a match with one remembered star; with `free`, as if every wildcard crossed colons.
fn greedy(parts: &[Part], text: &str, free: bool) -> bool {
    let (mut parts, mut text) = (parts, text);
    let mut star: Option<Star<'_>> = None;
    loop {
        let step = match parts {
            [] if text.is_empty() => return true,
            [] => None,
            // Where this method is exact, nothing the star before could do would help a star at the end.
            [Part::Many { crosses_colon }] => return absorbs(free || *crosses_colon, text),
            [Part::Many { crosses_colon }, Part::Text(end)] => {
                return text
                    .strip_suffix(&**end)
                    .is_some_and(|run| absorbs(free || *crosses_colon, run));
            }
            [Part::Many { crosses_colon }, tail @ ..] => {
                star = Some(Star {
                    tail,
                    next: Some(text),
                    crosses_colon: free || *crosses_colon,
                });
                None
            }
            [Part::Text(literal), tail @ ..] => text.strip_prefix(&**literal).map(|rest| (tail, rest)),
            [Part::One { crosses_colon }, tail @ ..] => {
                after_one(free || *crosses_colon, text).map(|rest| (tail, rest))
            }
        };
        let Some(next) = step.or_else(|| star.as_mut().and_then(Star::retry)) else {
            return false;
        };
        (parts, text) = next;
    }
}

impl<'a> Star<'a> {
    /// Lets the star take as little more as the tail's first literal allows, and gives the place to go on from.
    fn retry(&mut self) -> Option<(&'a [Part], &'a str)> {
        let here = self.next?;
        let at = match self.tail.first().and_then(first_byte) {
            Some(byte) => {
                let skipped = memchr(byte, here.as_bytes())?;
                let (run, at) = here.split_at_checked(skipped)?;
                if !absorbs(self.crosses_colon, run) {
                    return None;
                }
                at
            }
            None => here,
        };
        self.next = after_one(self.crosses_colon, at);
        Some((self.tail, at))
    }
}

/// The first byte of a literal part. It never occurs inside a character of UTF-8, only at its start.
fn first_byte(part: &Part) -> Option<u8> {
    match part {
        Part::Text(text) => text.as_bytes().first().copied(),
        Part::One { .. } | Part::Many { .. } => None,
    }
}

fn absorbs(crosses_colon: bool, run: &str) -> bool {
    crosses_colon || memchr(b':', run.as_bytes()).is_none()
}

/// The text after its first character, if a wildcard may take that character.
fn after_one(crosses_colon: bool, text: &str) -> Option<&str> {
    let mut characters = text.chars();
    let first = characters.next()?;
    (crosses_colon || first != ':').then_some(characters.as_str())
}

/// Runs the position automaton: `live` holds for each token whether a match may be about to use it.
fn simulate(tokens: &[Token], text: &str) -> bool {
    let mut live = vec![false; tokens.len()];
    let mut accepted = enter(tokens, &mut live);
    for character in text.chars() {
        let mut stepped = false;
        let mut skipped = false;
        let mut any = false;
        for (token, slot) in tokens.iter().zip(live.iter_mut()) {
            let star = matches!(token, Token::Many { .. });
            let takes = *slot && token.accepts(character);
            *slot = stepped || skipped || (star && takes);
            any |= *slot;
            stepped = takes && !star;
            skipped = *slot && star;
        }
        accepted = stepped || skipped;
        if !any && !accepted {
            return false;
        }
    }
    accepted
}

/// Marks the tokens a match may begin with; whether the empty text is accepted.
fn enter(tokens: &[Token], live: &mut [bool]) -> bool {
    for (token, slot) in tokens.iter().zip(live) {
        *slot = true;
        if !matches!(token, Token::Many { .. }) {
            return false;
        }
    }
    true
}
