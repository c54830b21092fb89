//! What one wildcard pattern is made of.
//!
//! A token says by itself whether it may take a colon; where that comes from (the place of a wildcard in an ARN)
//! is decided once, when the tokens are made, in `piece`.
//!
//! Source: MATCH-G1, MATCH-R3.

/// One token of a [`Glob`](super::Glob).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Token {
    /// Exactly this character.
    Literal(char),
    /// Exactly one character; never `:` unless `crosses_colon`.
    One {
        /// Whether the character may be a colon.
        crosses_colon: bool,
    },
    /// Any run of characters, the empty run included; without `:` unless `crosses_colon`.
    Many {
        /// Whether the run may contain colons.
        crosses_colon: bool,
    },
}

impl Token {
    /// Whether the token is a `*` or a `?` rather than a character.
    pub fn is_wildcard(self) -> bool {
        !matches!(self, Token::Literal(_))
    }

    /// Whether the token can take this one character: a star as part of its run.
    pub fn accepts(self, character: char) -> bool {
        match self {
            Token::Literal(literal) => literal == character,
            Token::One { crosses_colon } | Token::Many { crosses_colon } => crosses_colon || character != ':',
        }
    }
}

/// The language-preserving normal form: in every run of wildcards the `?` come before the `*`, and there is at
/// most one `*` per run of `*`.
///
/// Only tokens with the same colon flag change places, since `*?` with two flags is another language than `?*`;
/// adjacent stars become one that crosses colons if either does.
///
/// Source: MATCH-G4.
pub(super) fn normalise(tokens: &[Token]) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    for &token in tokens {
        match (token, out.last_mut()) {
            (
                Token::Many { crosses_colon },
                Some(Token::Many {
                    crosses_colon: before,
                }),
            ) => {
                *before |= crosses_colon;
            }
            (Token::One { crosses_colon }, Some(last @ Token::Many { .. }))
                if *last == (Token::Many { crosses_colon }) =>
            {
                *last = token;
                out.push(Token::Many { crosses_colon });
            }
            _ => out.push(token),
        }
    }
    out
}
