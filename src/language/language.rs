//! One regular language, and the ways to make one.

use std::sync::Arc;

use super::charset::CharSet;
use super::fold::same_ignoring_case;
use super::program::{Builder, Inst, Program};
use super::regex;
use super::regex_fault::RegexFault;
use super::walk::Walker;
use crate::pattern::{Glob, Token};

/// A set of words over Unicode scalar values. Cheap to clone.
///
/// Equality is that of the automaton: equal values have equal languages, the converse need not hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Language(Arc<Program>);

impl Language {
    /// The texts a wildcard pattern matches, colons as its tokens say.
    ///
    /// Source: MATCH-G1, MATCH-G2, MATCH-G3, SET-06
    pub fn glob(glob: &Glob) -> Self {
        Self::from_glob(glob, CharSet::single)
    }

    /// The texts a wildcard pattern matches when letter case does not count: both sides are brought to lower
    /// case character by character ([`super::lower`]).
    pub fn glob_ignore_case(glob: &Glob) -> Self {
        Self::from_glob(glob, same_ignoring_case)
    }

    fn from_glob(glob: &Glob, literal: impl Fn(char) -> CharSet) -> Self {
        let (all, segment) = (CharSet::all(), CharSet::all().without(':'));
        let wild = |crosses_colon| if crosses_colon { &all } else { &segment };
        let mut builder = Builder::default();
        for token in glob.tokens() {
            builder.item();
            let inst = match *token {
                Token::Literal(c) => Inst::Step(builder.label(&literal(c))),
                Token::One { crosses_colon } => Inst::Step(builder.label(wild(crosses_colon))),
                Token::Many { crosses_colon } => Inst::Loop(builder.label(wild(crosses_colon))),
            };
            builder.push(inst);
        }
        Self::from_builder(builder)
    }

    /// Just this text.
    pub fn literal(text: &str) -> Self {
        Self::chain(text.chars().map(CharSet::single))
    }

    /// Just this text, letter case apart (see [`Language::glob_ignore_case`]).
    pub fn literal_ignore_case(text: &str) -> Self {
        Self::chain(text.chars().map(same_ignoring_case))
    }

    fn chain(sets: impl Iterator<Item = CharSet>) -> Self {
        let mut builder = Builder::default();
        for set in sets {
            builder.item();
            let label = builder.label(&set);
            builder.push(Inst::Step(label));
        }
        Self::from_builder(builder)
    }

    /// No word at all, not even the empty one.
    pub fn empty() -> Self {
        Self::chain(std::iter::once(CharSet::empty()))
    }

    /// Every word.
    pub fn any() -> Self {
        Self::repeat(&CharSet::all(), 0, None)
    }

    /// The words of `min` to `max` characters of a set; without `max`, of `min` or more. Linear in the
    /// numbers.
    pub fn repeat(set: &CharSet, min: usize, max: Option<usize>) -> Self {
        if max.is_some_and(|max| max < min) {
            return Self::empty();
        }
        let mut builder = Builder::default();
        let label = builder.label(set);
        for _ in 0..min {
            builder.item();
            builder.push(Inst::Step(label));
        }
        builder.item();
        match max {
            None => builder.push(Inst::Loop(label)),
            Some(max) => {
                // x(x(x)?)?, so that no state holds all the optional positions at once.
                let forks: Vec<u32> = (min..max)
                    .map(|_| {
                        let fork = builder.fork();
                        builder.push(Inst::Step(label));
                        fork
                    })
                    .collect();
                forks.into_iter().for_each(|fork| builder.land(fork));
            }
        }
        Self::from_builder(builder)
    }

    /// The texts that a Java regular expression matches as a whole (`Matcher.matches()`), as Kafka Connect
    /// reads `topics.regex`.
    ///
    /// What is supported is exact: literals and escapes, classes without nesting or intersection, `.` (no
    /// line terminator), groups, alternation, greedy and lazy repetition, the flags `i` (ASCII, as in Java)
    /// and `s`, the ASCII classes `\d \w \s` and `\p{Alpha}` and its like, `\Q…\E`, and `^ $ \A \z` where
    /// they add nothing.
    ///
    /// # Errors
    /// [`RegexFault`] with a byte span of `pattern` for what is malformed, is not supported or means something
    /// else in Java than its parse here, and for a pattern that takes more than 40,000 steps once its
    /// repetitions are written out (some 20,000 characters).
    pub fn regex(pattern: &str) -> Result<Self, RegexFault> {
        regex::build(pattern).map(Self::from_builder)
    }

    /// Words made of one word of each language, in order; of none, the empty word.
    pub fn concat(languages: &[Self]) -> Self {
        let mut builder = Builder::default();
        for language in languages {
            builder.item();
            builder.append(&language.0, true);
        }
        Self::from_builder(builder)
    }

    /// The words of this language with a literal text before.
    pub fn with_prefix(&self, text: &str) -> Self {
        Self::concat(&[Self::literal(text), self.clone()])
    }

    /// The words of these characters, one at least, that do not begin with `start`. Cost is quadratic in its length.
    pub fn not_beginning(start: &str, characters: &CharSet) -> Self {
        let rest = Self::repeat(characters, 0, None);
        let mut languages = Vec::new();
        let mut before = String::new();
        for letter in start.chars() {
            let other = Self::repeat(&characters.without(letter), 1, Some(1));
            languages.push(Self::concat(&[Self::literal(&before), other, rest.clone()]));
            if !before.is_empty() {
                languages.push(Self::literal(&before));
            }
            before.push(letter);
        }
        Self::union(&languages)
    }

    /// The words of any of the languages; of none, no word.
    ///
    /// For inclusion in a union, give the languages as separate parts instead: that prunes better.
    pub fn union(languages: &[Self]) -> Self {
        let Some((last, rest)) = languages.split_last() else {
            return Self::empty();
        };
        if rest.is_empty() {
            return last.clone();
        }
        let mut builder = Builder::default();
        builder.item();
        let mut jumps = Vec::new();
        for language in rest {
            let fork = builder.fork();
            builder.append(&language.0, false);
            jumps.push(builder.jump());
            builder.land(fork);
        }
        builder.append(&last.0, false);
        jumps.into_iter().for_each(|jump| builder.land(jump));
        Self::from_builder(builder)
    }

    /// Whether the word is in the language. Linear in the word, times the positions live at once.
    pub fn accepts(&self, word: &str) -> bool {
        let mut walker = Walker::default();
        let mut live = walker.start(&self.0).to_vec();
        for c in word.chars() {
            let next = walker.step(&self.0, &live, c);
            if next.is_empty() {
                return false;
            }
            live.clear();
            live.extend_from_slice(next);
        }
        live.last() == Some(&self.0.end())
    }

    pub(super) fn program(&self) -> &Program {
        &self.0
    }

    fn from_builder(builder: Builder) -> Self {
        Self(Arc::new(builder.finish()))
    }
}
