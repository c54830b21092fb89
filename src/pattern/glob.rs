//! One wildcard pattern: its tokens, and a form compiled from them for matching.
//!
//! A [`Glob`] is its tokens: equality, order and hash look at nothing else. Two globs of one language may
//! differ (`*?` and `?*`) until [`Glob::normalised`].
//!
//! Source: MATCH-G1 to MATCH-G5.

use std::cmp::Ordering;
use std::fmt::{self, Write as _};
use std::hash::{Hash, Hasher};

use super::fold::Fold;
use super::matcher::Matcher;
use super::piece::{self, ArnFault, ColonMode, Piece};
use super::token::{self, Token};
use crate::dialect::Dialect;

/// A wildcard pattern, anchored at both ends.
///
/// ```
/// use rolecall::pattern::{ColonMode, Glob, Piece};
///
/// let queue = Glob::resource(&[Piece::Pattern("arn:aws:sqs:*:111122223333:q")], ColonMode::Documented);
/// assert!(queue.matches("arn:aws:sqs:us-east-1:111122223333:q"));
/// assert!(!queue.matches("arn:aws:sqs:us-east-1:111122223333:q2"));
/// ```
#[derive(Clone)]
pub struct Glob {
    tokens: Box<[Token]>,
    matcher: Matcher,
}

impl Glob {
    /// A glob of these tokens.
    pub fn from_tokens(tokens: impl Into<Box<[Token]>>) -> Self {
        let tokens = tokens.into();
        Self {
            matcher: Matcher::new(&tokens),
            tokens,
        }
    }

    /// Reads a pattern whose wildcards take every character, colons included: actions and `StringLike`.
    ///
    /// `*` and `?` are wildcards and all else is literal: no classes, no escapes. Source: MATCH-G1.
    pub fn parse(text: &str) -> Self {
        Self::plain(&[Piece::Pattern(text)])
    }

    /// The pattern that matches exactly this text.
    pub fn literal(text: &str) -> Self {
        Self::plain(&[Piece::Value(text)])
    }

    /// A pattern in pieces whose wildcards take every character, colons included.
    pub fn plain(pieces: &[Piece<'_>]) -> Self {
        Self::from_tokens(piece::plain(pieces))
    }

    /// A pattern of `Resource` or `NotResource`, matched as one text. The pattern `*` matches everything in all
    /// modes; short ARNs are taken as they stand, see [`super::pad_short`].
    ///
    /// Colons are counted on the pattern text only; a value's colons are ordinary characters. An empty value is
    /// as if it were not there.
    ///
    /// Source: MATCH-R1, MATCH-R3, VAR-09.
    pub fn resource(pieces: &[Piece<'_>], mode: ColonMode) -> Self {
        Self::from_tokens(Self::resource_tokens(pieces, mode))
    }

    /// The tokens of [`Self::resource`], where nothing is to be matched.
    pub fn resource_tokens(pieces: &[Piece<'_>], mode: ColonMode) -> Vec<Token> {
        piece::resource(pieces, mode)
    }

    /// A pattern of names of a dialect, matched as one text, whose wildcards take colons as `mode` says. The pattern
    /// `*` matches everything.
    ///
    /// Source: RAM-03.
    pub fn name(text: &str, mode: ColonMode, dialect: Dialect) -> Self {
        let separators = dialect.table().separators;
        Self::from_tokens(piece::name(&[Piece::Pattern(text)], mode, separators))
    }

    /// A pattern of the ARN condition operators: six components compared one by one. Matching it against a text
    /// of fewer than six components gives `false`.
    ///
    /// Source: MATCH-N1, MATCH-N2.
    ///
    /// # Errors
    /// [`ArnFault::Short`] for fewer than six components, whose outcome depends on the operator;
    /// [`ArnFault::Colon`] if a value brings a colon into components one to five, so that nothing matches.
    pub fn arn(pieces: &[Piece<'_>]) -> Result<Self, ArnFault> {
        piece::segmented(pieces).map(Self::from_tokens)
    }

    /// The tokens, in order.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Whether the pattern matches the whole of `text`, case-sensitive; `?` is one Unicode scalar value.
    ///
    /// Cost: at worst the product of the two lengths. Source: MATCH-G2, MATCH-G3.
    pub fn matches(&self, text: &str) -> bool {
        self.matcher.matches(&self.tokens, text)
    }

    /// As [`Glob::matches`], ignoring case. Folds both sides anew; to match often, keep [`Glob::folded`].
    pub fn matches_ignore_case(&self, text: &str, fold: Fold) -> bool {
        self.folded(fold).matches(&fold.text(text))
    }

    /// The same pattern with its literal characters folded; match it against folded text.
    pub fn folded(&self, fold: Fold) -> Self {
        let folded = self.tokens.iter().map(|token| match *token {
            Token::Literal(character) => Token::Literal(fold.character(character)),
            wildcard => wildcard,
        });
        Self::from_tokens(folded.collect::<Box<[Token]>>())
    }

    /// The same language in normal form: in a run of wildcards `?` before `*`, and one `*` for adjacent ones.
    ///
    /// Source: MATCH-G4.
    pub fn normalised(&self) -> Self {
        Self::from_tokens(token::normalise(&self.tokens))
    }

    /// The only text matched, if there is no wildcard.
    pub fn is_literal(&self) -> Option<&str> {
        self.matcher.as_literal()
    }

    /// Whether there is a `*` or a `?`.
    pub fn has_wildcard(&self) -> bool {
        self.is_literal().is_none()
    }

    /// Whether the pattern is made of stars that take every text. Exact: no other pattern matches everything.
    pub fn is_everything(&self) -> bool {
        let stars = self
            .tokens
            .iter()
            .all(|token| matches!(token, Token::Many { .. }));
        stars && self.tokens.contains(&Token::Many { crosses_colon: true })
    }

    /// The literal text every match starts with; empty if a wildcard comes first.
    pub fn literal_prefix(&self) -> &str {
        self.matcher.prefix()
    }
}

impl fmt::Display for Glob {
    /// The pattern as a policy would write it; a literal `*`, `?`, or `$` before `{`, is shown by its variable
    /// (`${*}`, `${?}`, `${$}`). Colon flags are not shown.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tokens = self.tokens.iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                Token::Many { .. } => formatter.write_char('*')?,
                Token::One { .. } => formatter.write_char('?')?,
                Token::Literal(escaped @ ('*' | '?')) => write!(formatter, "${{{escaped}}}")?,
                Token::Literal('$') if tokens.peek() == Some(&&Token::Literal('{')) => {
                    formatter.write_str("${$}")?;
                }
                Token::Literal(character) => formatter.write_char(*character)?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Glob")
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Glob {
    fn eq(&self, other: &Self) -> bool {
        self.tokens == other.tokens
    }
}

impl Eq for Glob {}

impl Hash for Glob {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.tokens.hash(state);
    }
}

impl PartialOrd for Glob {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Glob {
    fn cmp(&self, other: &Self) -> Ordering {
        self.tokens.cmp(&other.tokens)
    }
}
