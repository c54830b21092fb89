//! The forms that a text with variables of unknown value can take: with a value for each, or with the default of some.
//!
//! In: a template and what is known. Out: the forms, each with what has to hold for it: that some keys have no value,
//! and that the others have values that fit. A comparison of two sets of policies needs them apart, since a default
//! that is on one side only is a difference where there is no value and nowhere else.
//!
//! Source: VAR-05, VAR-06, TRI-04, SET-13.

use std::collections::BTreeMap;

use crate::condition::{Lookup, State};
use crate::pattern::Piece as Stretch;
use crate::policy::{Piece, Template};

/// More keys with defaults than this, and the forms are not told apart.
const MAX_KEYS: usize = 3;

/// One form of a template.
#[derive(Debug)]
pub(super) struct Variant<'a> {
    pub stretches: Vec<Stretch<'a>>,
    /// The keys, folded, that have to be without a value.
    pub without: Vec<String>,
    /// Whether some variable is left, whose value has to fit.
    pub holes: bool,
}

impl Variant<'_> {
    /// The same for forms that take the same values.
    pub fn about(&self, template: &Template) -> String {
        let keys = template.variable_keys().map(str::to_ascii_lowercase);
        let left: Vec<String> = keys.filter(|key| !self.without.contains(key)).collect();
        format!("{:?} {left:?}", self.stretches)
    }
}

/// The forms of `template`; `None` where there are too many, or none.
pub(super) fn variants<'a>(template: &'a Template, lookup: &'a dyn Lookup) -> Option<Vec<Variant<'a>>> {
    // Of each unknown key, whether all its variables have a default.
    let mut open: BTreeMap<String, bool> = BTreeMap::new();
    for piece in template.pieces() {
        if let Piece::Variable { key, default } = piece
            && lookup.state(&key.to_ascii_lowercase()).is_none()
        {
            *open.entry(key.to_ascii_lowercase()).or_insert(true) &= default.is_some();
        }
    }
    let optional: Vec<&String> = open.iter().filter(|(_, all)| **all).map(|(key, _)| key).collect();
    if optional.len() > MAX_KEYS {
        return None;
    }
    let forms = 0..1_u32 << optional.len();
    forms
        .map(|form| {
            let chosen = optional.iter().enumerate();
            let without = chosen.filter(|(index, _)| form >> index & 1 == 1);
            variant(template, lookup, without.map(|(_, key)| (*key).clone()).collect())
        })
        .collect()
}

fn variant<'a>(template: &'a Template, lookup: &'a dyn Lookup, without: Vec<String>) -> Option<Variant<'a>> {
    let mut holes = false;
    let mut stretches = Vec::with_capacity(template.pieces().len());
    for piece in template.pieces() {
        stretches.push(match piece {
            Piece::Text(text) => Stretch::Pattern(text),
            Piece::Escape('*') => Stretch::Value("*"),
            Piece::Escape('?') => Stretch::Value("?"),
            Piece::Escape(_) => Stretch::Value("$"),
            Piece::Variable { key, default } => {
                let folded = key.to_ascii_lowercase();
                match lookup.state(&folded) {
                    Some(State::One(value)) if !value.is_empty() => Stretch::Value(value),
                    None if !without.contains(&folded) => {
                        holes = true;
                        Stretch::Filled
                    }
                    _ => Stretch::Value(default.as_deref()?),
                }
            }
        });
    }
    Some(Variant {
        stretches,
        without,
        holes,
    })
}
