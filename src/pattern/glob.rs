//! One wildcard pattern as tokens.

/// One token of a [`Glob`].
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

/// A wildcard pattern, anchored at both ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Glob {
    tokens: Box<[Token]>,
}

impl Glob {
    /// A glob of these tokens.
    pub fn from_tokens(tokens: impl Into<Box<[Token]>>) -> Self {
        Self {
            tokens: tokens.into(),
        }
    }

    /// The tokens, in order.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }
}
