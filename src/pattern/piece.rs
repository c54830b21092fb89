//! From the pieces of a pattern to tokens: which wildcards of an ARN may take a colon.
//!
//! A pattern arrives in pieces because its variables are put in before it is cut at colons: what a variable
//! stands for is literal, and its colons separate nothing (VAR-07, VAR-09). The components of an ARN are
//! therefore counted on the live text only.
//!
//! Source: MATCH-R3, MATCH-R4, MATCH-N1, VAR-05, VAR-07, VAR-09, TRI-04.

use super::token::Token;

/// A piece of a pattern, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Pattern text: `*` and `?` are wildcards, and in an ARN `:` separates components.
    Pattern(&'a str),
    /// Text that stands for itself, as of a variable or of `${*}`: no wildcards, and its colons separate nothing.
    Value(&'a str),
    /// A variable of unknown value: any text at all, colons included.
    Hole,
    /// A variable that has a value, though not a known one: any text but the empty one.
    Filled,
}

/// Which wildcards of an ARN pattern may take colons. In order of growing language: what one mode matches, the
/// next one matches too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColonMode {
    /// Mode S: no wildcard in components one to five, every wildcard in the resource component.
    Segmented,
    /// Mode D, the guide's: as `Segmented`, and also a `*` that is the last character of its component.
    Documented,
    /// Mode X: every wildcard, as if the pattern were no ARN.
    Plain,
}

/// Why a pattern cannot be matched component by component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ArnFault {
    /// There are fewer than six components.
    #[error("fewer than six components")]
    Short,
    /// A value with a colon stands in components one to five, which no ARN can hold.
    #[error("a component holds a colon")]
    Colon,
}

/// The number of colons that separate the components of an ARN.
const SEPARATORS: usize = 5;

/// What the separators of a short ARN and the components after them amount to.
const PADDING: &str = ":*:*:*:*:*";

/// One item of the stream of pieces.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Item {
    Live(char),
    Fixed(char),
    /// One character of a hole.
    One,
    /// Any text.
    Hole,
}

fn items<'a>(pieces: &'a [Piece<'a>]) -> impl Iterator<Item = Item> + 'a {
    pieces.iter().flat_map(|piece| {
        let (text, live, hole): (_, _, &[Item]) = match *piece {
            Piece::Pattern(text) => (text, true, &[]),
            Piece::Value(text) => (text, false, &[]),
            Piece::Hole => ("", false, &[Item::Hole]),
            Piece::Filled => ("", false, &[Item::One, Item::Hole]),
        };
        let item = move |character| {
            if live {
                Item::Live(character)
            } else {
                Item::Fixed(character)
            }
        };
        text.chars().map(item).chain(hole.iter().copied())
    })
}

/// The number of components of an ARN pattern, at most six: more colons belong to the resource component.
pub fn component_count(pieces: &[Piece<'_>]) -> usize {
    let separators = items(pieces).filter(|item| *item == Item::Live(':'));
    separators.take(SEPARATORS).count() + 1
}

/// Gives a short ARN pattern `*` for each missing trailing component: `arn:aws:sqs` becomes `arn:aws:sqs:*:*:*`.
/// The pattern `*`, and one with six components, stays as it is.
///
/// Only identity policies and boundaries do this.
///
/// Source: MATCH-R4.
pub fn pad_short(pieces: &mut Vec<Piece<'_>>) {
    if is_star(pieces) {
        return;
    }
    let missing = (SEPARATORS + 1).saturating_sub(component_count(pieces));
    if let Some(padding) = PADDING.get(..2 * missing).filter(|padding| !padding.is_empty()) {
        pieces.push(Piece::Pattern(padding));
    }
}

fn is_star(pieces: &[Piece<'_>]) -> bool {
    items(pieces).eq([Item::Live('*')])
}

/// Tokens of a pattern that is no ARN: every wildcard takes every character.
pub(super) fn plain(pieces: &[Piece<'_>]) -> Vec<Token> {
    resource(pieces, ColonMode::Plain)
}

/// Tokens of a `Resource` pattern. The pattern `*` takes everything in all modes (MATCH-R1).
pub(super) fn resource(pieces: &[Piece<'_>], mode: ColonMode) -> Vec<Token> {
    name(pieces, mode, SEPARATORS)
}

/// Tokens of a pattern of names whose fields this many colons separate.
pub(super) fn name(pieces: &[Piece<'_>], mode: ColonMode, fields_end: usize) -> Vec<Token> {
    let everywhere = mode == ColonMode::Plain || is_star(pieces);
    let mut separators = 0;
    let mut stream = items(pieces).peekable();
    let mut tokens = Vec::new();
    while let Some(item) = stream.next() {
        let free = everywhere || separators >= fields_end;
        tokens.push(match item {
            Item::Live('?') => Token::One { crosses_colon: free },
            Item::Live('*') => {
                let last = matches!(stream.peek(), None | Some(Item::Live(':')));
                Token::Many {
                    crosses_colon: free || (last && mode == ColonMode::Documented),
                }
            }
            Item::Live(character) => {
                separators += usize::from(character == ':');
                Token::Literal(character)
            }
            Item::Fixed(character) => Token::Literal(character),
            Item::Hole => Token::Many { crosses_colon: true },
            Item::One => Token::One { crosses_colon: true },
        });
    }
    tokens
}

/// Tokens of a pattern of the ARN operators: in components one to five nothing takes a colon, a hole neither.
pub(super) fn segmented(pieces: &[Piece<'_>]) -> Result<Vec<Token>, ArnFault> {
    let mut separators = 0;
    let mut colon = false;
    let mut tokens = Vec::new();
    for item in items(pieces) {
        let free = separators >= SEPARATORS;
        tokens.push(match item {
            Item::Live('?') => Token::One { crosses_colon: free },
            Item::Live('*') | Item::Hole => Token::Many { crosses_colon: free },
            Item::One => Token::One { crosses_colon: free },
            Item::Live(character) => {
                separators += usize::from(character == ':');
                Token::Literal(character)
            }
            Item::Fixed(character) => {
                colon |= !free && character == ':';
                Token::Literal(character)
            }
        });
    }
    match (separators >= SEPARATORS, colon) {
        (false, _) => Err(ArnFault::Short),
        (true, true) => Err(ArnFault::Colon),
        (true, false) => Ok(tokens),
    }
}
