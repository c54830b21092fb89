//! What the variables of templates stand for: one value each, or any number of them.

use std::borrow::Cow;

use crate::input::Setting;
use crate::language::{CharSet, Language};
use crate::pack::{Direction, Scope, Variable, When};
use crate::pattern::Glob;
use crate::source::Place;

use super::home::Home;

/// A value, or a set of them.
#[derive(Debug, Clone)]
pub struct Member {
    /// The value, or the set in words that a person knows: a pattern, an expression.
    pub text: String,
    /// The set, unless it is one literal value.
    pub language: Option<Language>,
    /// Whether all of the set is needed. Otherwise it is one member of it, and which one is not known.
    pub every: bool,
    /// Whether it takes the place of all that stands before it in the template: an ARN.
    pub whole: bool,
    /// The configuration value that it comes from.
    pub place: Option<Place>,
}

/// The values that a variable stands for.
#[derive(Debug, Clone)]
pub enum Members {
    /// Each of these.
    These(Vec<Member>),
    /// Nothing is known; `why` says so in words.
    Unknown {
        /// Why, lower case, no final stop.
        why: String,
        /// The setting that could not be read, where there is one.
        place: Option<Place>,
    },
}

impl Member {
    /// One literal value.
    pub(super) fn literal(text: impl Into<String>, place: Option<Place>) -> Self {
        Self {
            text: text.into(),
            language: None,
            every: true,
            whole: false,
            place,
        }
    }

    /// A literal ARN.
    pub(super) fn arn(text: impl Into<String>, place: Option<Place>) -> Self {
        Self {
            whole: true,
            ..Self::literal(text, place)
        }
    }

    /// Some value of a pattern with `*` and `?`, and which one is not known.
    pub(super) fn open(pattern: &str, place: Option<Place>) -> Self {
        Self {
            text: pattern.to_owned(),
            language: Some(Language::glob(&Glob::parse(pattern))),
            every: false,
            whole: false,
            place,
        }
    }

    /// Some value that is one segment of an ARN, and which one is not known.
    pub(super) fn open_segment() -> Self {
        Self {
            language: Some(Language::repeat(&segment(), 1, None)),
            ..Self::open("?*", None)
        }
    }
}

/// The characters of a segment of an ARN.
pub(super) fn segment() -> CharSet {
    CharSet::of("/:").negate()
}

/// What is known of the subject of a rule: of a connector, say.
pub(super) trait Values {
    /// The value of a variable that stands for one; `None` where it has none.
    fn one(&self, variable: &Variable) -> Option<Member>;
    /// The values of a variable that stands for several. `direction` says which topics `${topic}` means.
    fn many(&self, variable: &Variable, direction: Option<Direction>) -> Option<Cow<'_, Members>>;
    /// A setting, the last one where it is given twice.
    fn setting(&self, scope: Scope, key: &str) -> Option<&Setting>;
    /// Settings whose keys begin so.
    fn settings(&self, scope: Scope, start: &str) -> Vec<&Setting>;
    /// Whether a rule or requirement is about it, its settings apart.
    fn is_about(&self, when: &When) -> bool;
    /// Where it is.
    fn home(&self) -> &Home;
    /// Its place among the inputs, for what has none of its own.
    fn at(&self) -> Place;
}
