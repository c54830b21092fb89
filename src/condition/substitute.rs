//! Filling the variables of a template from a lookup.
//!
//! Substituted text is literal: `*`, `?` and `${` inside it mean themselves (VAR-07).

use super::context::{Lookup, State};
use crate::pattern::Piece as Stretch;
use crate::policy::{Piece, Template};

/// A template after looking its variables up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Substituted<'a> {
    /// Every variable had a value or a default.
    Filled(Vec<Stretch<'a>>),
    /// Some variable's value is not known: a hole stands for it (TRI-04).
    Holes(Vec<Stretch<'a>>),
    /// Some variable has no value and no default: the pattern matches nothing (VAR-06).
    NoValue,
}

/// The text of stretches without holes, every wildcard literal, as the `StringEquals` family reads it.
pub(super) fn literal_text(stretches: &[Stretch<'_>]) -> String {
    stretches
        .iter()
        .map(|stretch| match stretch {
            Stretch::Pattern(text) | Stretch::Value(text) => *text,
            Stretch::Hole | Stretch::Filled => "",
        })
        .collect()
}

/// Whether a variable's value holds a wildcard character, which AWS does not say how to read (VAR-07). The
/// escapes `${*}` and `${?}` are single characters and do not count.
pub fn value_has_wildcard(stretches: &[Stretch<'_>]) -> bool {
    stretches
        .iter()
        .any(|s| matches!(s, Stretch::Value(v) if v.len() > 1 && v.contains(['*', '?'])))
}

/// Fills `template`. A variable without a value makes the whole have none, even beside an unknown one: no
/// completion can then give it a match.
///
/// Source: VAR-02, VAR-05, VAR-06.
pub fn substitute<'a>(template: &'a Template, lookup: &'a dyn Lookup) -> Substituted<'a> {
    fill(template, lookup, |_| Stretch::Hole)
}

/// As [`substitute`], what is not known yet standing for itself: it is equal to the same name, and to nothing else.
///
/// Source: HOLE-01.
pub fn substitute_named<'a>(template: &'a Template, lookup: &'a dyn Lookup) -> Substituted<'a> {
    fill(template, lookup, Stretch::Value)
}

fn fill<'a>(
    template: &'a Template,
    lookup: &'a dyn Lookup,
    hole: impl Fn(&'a str) -> Stretch<'a>,
) -> Substituted<'a> {
    let mut stretches = Vec::with_capacity(template.pieces().len());
    let mut holes = false;
    for piece in template.pieces() {
        stretches.push(match piece {
            Piece::Text(text) => Stretch::Pattern(text),
            Piece::Escape('*') => Stretch::Value("*"),
            Piece::Escape('?') => Stretch::Value("?"),
            Piece::Escape(_) => Stretch::Value("$"),
            Piece::Variable { key, .. } if piece.is_hole() => {
                let stretch = hole(key);
                holes |= stretch == Stretch::Hole;
                stretch
            }
            Piece::Variable { key, default } => match lookup.state(&key.to_ascii_lowercase()) {
                None => {
                    holes = true;
                    Stretch::Hole
                }
                Some(State::One(value)) if !value.is_empty() => Stretch::Value(value),
                Some(_) => match default {
                    Some(default) => Stretch::Value(default),
                    None => return Substituted::NoValue,
                },
            },
        });
    }
    if holes {
        Substituted::Holes(stretches)
    } else {
        Substituted::Filled(stretches)
    }
}

/// The values of the one or more holes of `stretches`, each alone, that let the pattern match `text`: every
/// run of `text` that the stretches before and after allow, the other holes standing for anything. At most
/// `limit` values; the flag tells whether there were more.
///
/// Cost: quadratic in the length of `text`, times the matching.
///
/// Source: TRI-04.
pub fn solve_holes(stretches: &[Stretch<'_>], text: &str, limit: usize) -> (Vec<String>, bool) {
    let cuts: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
    let mut values = std::collections::BTreeSet::new();
    for (index, _) in stretches.iter().enumerate().filter(|(_, s)| **s == Stretch::Hole) {
        let (before, after) = (stretches.get(..index), stretches.get(index + 1..));
        let before = crate::pattern::Glob::plain(before.unwrap_or_default());
        let after = crate::pattern::Glob::plain(after.unwrap_or_default());
        let heads = cuts
            .iter()
            .filter(|cut| text.get(..**cut).is_some_and(|head| before.matches(head)));
        let tails: Vec<usize> = cuts
            .iter()
            .copied()
            .filter(|cut| text.get(*cut..).is_some_and(|tail| after.matches(tail)))
            .collect();
        for head in heads {
            for value in tails
                .iter()
                .filter_map(|tail| text.get(*head..*tail))
                .filter(|v| !v.is_empty())
            {
                if values.len() >= limit {
                    return (values.into_iter().collect(), true);
                }
                values.insert(value.to_owned());
            }
        }
    }
    (values.into_iter().collect(), false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::{Context, Knowledge};
    use crate::policy::Version;

    fn filled(text: &str, context: &Context) -> Option<String> {
        let template = Template::parse(text, Version::V2012).unwrap();
        match substitute(&template, context) {
            Substituted::Filled(stretches) => Some(literal_text(&stretches)),
            _ => None,
        }
    }

    #[test]
    fn absent_empty_and_multivalued_keys_have_no_value_and_take_the_default() {
        let mut context = Context::closed();
        context.set("aws:a", Knowledge::Known(State::One("".into())));
        context.set("aws:TagKeys", Knowledge::Known(State::Many(vec!["x".into()])));
        for key in ["aws:a", "aws:TagKeys", "aws:none"] {
            assert_eq!(filled(&format!("x${{{key}}}"), &context), None);
            assert_eq!(
                filled(&format!("x${{{key}, 'd'}}"), &context).as_deref(),
                Some("xd")
            );
        }
    }

    #[test]
    fn a_missing_value_settles_the_matter_even_beside_an_unknown_one() {
        let mut context = Context::open();
        context.set("aws:none", Knowledge::Known(State::Absent));
        let template = Template::parse("${aws:unknown}${aws:none}", Version::V2012).unwrap();
        assert_eq!(substitute(&template, &context), Substituted::NoValue);
    }

    #[test]
    fn a_hole_is_solved_to_every_run_that_fits() {
        let pattern = [Stretch::Pattern("b/"), Stretch::Hole, Stretch::Pattern("/*")];
        assert_eq!(
            solve_holes(&pattern, "b/alice/x", 9),
            (vec!["alice".to_owned()], false)
        );
        assert_eq!(solve_holes(&pattern, "b/a/b/c", 9).0, ["a", "a/b"]);
        assert_eq!(solve_holes(&pattern, "c/alice/x", 9), (vec![], false));
        assert_eq!(solve_holes(&pattern, "b/a/b/c", 1), (vec!["a".to_owned()], true));
    }
}
