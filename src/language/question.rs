//! Yes/no questions about languages, each with the word that shows the answer.

use super::language::Language;
use super::product::{Exploration, Product};

/// Whether one language lies within others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inclusion {
    /// Every word of the query is in the union; also when the query has no word.
    Yes,
    /// Not so.
    No {
        /// A shortest word of the query outside the union.
        witness: String,
    },
    /// A limit was hit first.
    Unknown {
        /// Product states met by then.
        states: usize,
    },
}

/// Whether there is a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// A shortest one.
    Found(String),
    /// There is none.
    Empty,
    /// A limit was hit first.
    Unknown {
        /// States met by then.
        states: usize,
    },
}

impl Search {
    fn new((found, exploration): (Option<String>, Exploration)) -> Self {
        match found {
            Some(word) => Self::Found(word),
            None if exploration.exact => Self::Empty,
            None => Self::Unknown {
                states: exploration.states,
            },
        }
    }
}

/// A shortest word that all languages accept, within the default limits. Of one language: whether it is
/// empty.
pub fn common_word(query: &[Language]) -> Search {
    Search::new(Product::new(query.to_vec(), Vec::new()).word())
}

/// Whether two languages share a word; none if a limit was hit first.
pub fn intersects(one: &Language, other: &Language) -> Option<bool> {
    match common_word(&[one.clone(), other.clone()]) {
        Search::Found(_) => Some(true),
        Search::Empty => Some(false),
        Search::Unknown { .. } => None,
    }
}

/// A shortest word of all of `query` and of none of `union`, within the default limits.
pub fn word_outside(query: &[Language], union: &[Language]) -> Search {
    Search::new(Product::new(query.to_vec(), union.to_vec()).word_outside())
}

/// Whether every word that all of `query` accept is in one of `union`, within the default limits.
///
/// Source: SET-03, SET-09
pub fn included(query: &[Language], union: &[Language]) -> Inclusion {
    match word_outside(query, union) {
        Search::Found(witness) => Inclusion::No { witness },
        Search::Empty => Inclusion::Yes,
        Search::Unknown { states } => Inclusion::Unknown { states },
    }
}
