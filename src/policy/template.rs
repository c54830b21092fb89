//! Text with policy variables, cut into pieces.
//!
//! In: the text of a `Resource` entry or of a condition value. Out: its literal stretches, variables and
//! escapes in order, or the first fault of the variable syntax with its place in the text. Wildcards are not
//! looked at here.
//!
//! A part of the text that is not known yet (`⟨…⟩`) is like a variable of unknown value, in documents of all versions.
//!
//! Source: VAR-03, VAR-04, VAR-05, GRAM-21, HOLE-01.

use super::model::Version;
use crate::pattern::hole::{self, Part};

/// One piece of a [`Template`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Text as written: its `*` and `?` are wildcards where the place allows wildcards.
    Text(Box<str>),
    /// `${*}`, `${?}` or `${$}`: the character itself, never a wildcard.
    Escape(char),
    /// `${key}` or `${key, 'default'}`, or `⟨name⟩`, whose key holds the marks.
    Variable {
        /// The key as written; its case does not matter (CASE-10).
        key: Box<str>,
        /// The default, between its quotes.
        default: Option<Box<str>>,
    },
}

/// A text cut into pieces.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Template {
    pieces: Vec<Piece>,
}

/// What is wrong with a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TemplateFault {
    /// `${` without `}`.
    #[error("a policy variable is opened with `${{` and never closed with `}}`")]
    Unclosed,
    /// `${}`.
    #[error("a policy variable has no name")]
    Empty,
    /// A space in the name.
    #[error("a policy variable's name holds a space")]
    SpaceInName,
    /// A default that is not between single quotes.
    #[error("the default of a policy variable stands between single quotes: `${{key, 'default'}}`")]
    UnquotedDefault,
}

impl Template {
    /// Cuts `text` by the rules of `version`: in a 2008 document everything is text (VAR-01).
    ///
    /// # Errors
    /// The first fault of the variable syntax, with its byte offset in `text`. An unknown version is read as
    /// 2012; [`Self::has_variables`] tells whether that matters.
    pub fn parse(text: &str, version: Version) -> Result<Self, (TemplateFault, usize)> {
        let mut pieces = Vec::new();
        if version == Version::V2008 || !text.contains("${") {
            push_text(&mut pieces, text);
            return Ok(Self { pieces });
        }
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            push_text(&mut pieces, before);
            let offset = text.len() - after.len() - 2;
            let (variable, tail) = parse_variable(after).map_err(|fault| (fault, offset))?;
            pieces.push(variable);
            rest = tail;
        }
        push_text(&mut pieces, rest);
        Ok(Self { pieces })
    }

    /// The pieces, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Whether any piece is a variable or an escape, so that reading it as 2008 text would differ.
    pub fn has_variables(&self) -> bool {
        self.pieces
            .iter()
            .any(|piece| !matches!(piece, Piece::Text(_)) && !piece.is_hole())
    }

    /// Whether a part of the text is not known yet.
    pub fn has_holes(&self) -> bool {
        self.pieces.iter().any(Piece::is_hole)
    }

    /// The keys of the variables, as written, in order, repetitions included; what is not known yet is none.
    pub fn variable_keys(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable { key, .. } if !piece.is_hole() => Some(key.as_ref()),
            _ => None,
        })
    }

    /// How many bytes of `text`, holes whole, this begins with too, before any wildcard or variable.
    ///
    /// Source: HOLE-01.
    pub fn same_start(&self, text: &str) -> usize {
        let mut same = 0;
        for piece in &self.pieces {
            let rest = text.get(same..).unwrap_or_default();
            match piece {
                Piece::Variable { key, .. } if piece.is_hole() && rest.starts_with(&**key) => {
                    same += key.len()
                }
                Piece::Text(known) => {
                    let pairs = known.chars().zip(rest.chars());
                    let equal = pairs.take_while(|(one, other)| one == other && !"*?⟨".contains(*one));
                    let length: usize = equal.map(|(character, _)| character.len_utf8()).sum();
                    same += length;
                    if length < known.len() {
                        return same;
                    }
                }
                _ => return same,
            }
        }
        same
    }

    /// The whole text, where it holds no variable or escape.
    pub fn plain(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }
}

impl Piece {
    /// Whether this stands for a part of the text that is not known yet.
    pub fn is_hole(&self) -> bool {
        matches!(self, Self::Variable { key, default: None } if key.starts_with(hole::OPEN) && hole::is_hole(key))
    }
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    pieces.extend(hole::parts(text).map(|part| match part {
        Part::Text(text) => Piece::Text(text.into()),
        Part::Hole(name) => Piece::Variable {
            key: name.into(),
            default: None,
        },
    }));
}

/// Reads one variable from just after its `${`; also gives what follows its `}`.
fn parse_variable(after: &str) -> Result<(Piece, &str), TemplateFault> {
    for escape in ['*', '?', '$'] {
        if let Some(tail) = after.strip_prefix(escape).and_then(|t| t.strip_prefix('}')) {
            return Ok((Piece::Escape(escape), tail));
        }
    }
    let end = after.find(['}', ',']).ok_or(TemplateFault::Unclosed)?;
    let (name, tail) = after.split_at(end);
    if let Some(tail) = tail.strip_prefix('}') {
        return Ok((variable(name, None)?, tail));
    }
    let default = tail.trim_start_matches(',').trim_start_matches(' ');
    if !default.contains('}') {
        return Err(TemplateFault::Unclosed);
    }
    let default = default.strip_prefix('\'').ok_or(TemplateFault::UnquotedDefault)?;
    let (value, tail) = default.split_once('\'').ok_or(TemplateFault::UnquotedDefault)?;
    let tail = tail
        .trim_start_matches(' ')
        .strip_prefix('}')
        .ok_or(TemplateFault::UnquotedDefault)?;
    Ok((variable(name, Some(value.into()))?, tail))
}

fn variable(name: &str, default: Option<Box<str>>) -> Result<Piece, TemplateFault> {
    if name.is_empty() {
        return Err(TemplateFault::Empty);
    }
    if name.contains(char::is_whitespace) {
        return Err(TemplateFault::SpaceInName);
    }
    Ok(Piece::Variable {
        key: name.into(),
        default,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Result<Vec<Piece>, (TemplateFault, usize)> {
        Template::parse(text, Version::V2012).map(|t| t.pieces().to_vec())
    }

    fn var(key: &str, default: Option<&str>) -> Piece {
        Piece::Variable {
            key: key.into(),
            default: default.map(Into::into),
        }
    }

    #[test]
    fn text_variables_and_escapes_are_told_apart() {
        assert_eq!(
            pieces("a/${aws:username}/${*}${?}${$}b"),
            Ok(vec![
                Piece::Text("a/".into()),
                var("aws:username", None),
                Piece::Text("/".into()),
                Piece::Escape('*'),
                Piece::Escape('?'),
                Piece::Escape('$'),
                Piece::Text("b".into()),
            ])
        );
    }

    #[test]
    fn a_default_stands_between_quotes_and_may_hold_anything_else() {
        assert_eq!(
            pieces("${aws:PrincipalTag/team, 'no, team'}"),
            Ok(vec![var("aws:PrincipalTag/team", Some("no, team"))])
        );
        assert_eq!(pieces("${a,''}"), Ok(vec![var("a", Some(""))]));
        assert_eq!(pieces("x${a, b}"), Err((TemplateFault::UnquotedDefault, 1)));
        assert_eq!(pieces("${a, 'b}"), Err((TemplateFault::UnquotedDefault, 0)));
    }

    #[test]
    fn faults_are_found_where_they_stand() {
        assert_eq!(pieces("ab${aws:username"), Err((TemplateFault::Unclosed, 2)));
        assert_eq!(pieces("${}"), Err((TemplateFault::Empty, 0)));
        assert_eq!(pieces("${aws: username}"), Err((TemplateFault::SpaceInName, 0)));
    }

    #[test]
    fn what_is_not_known_yet_is_a_hole_in_every_version() {
        for version in [Version::V2008, Version::V2012, Version::Unknown] {
            let template = Template::parse("arn:aws:s3:::⟨aws_s3_bucket.b.bucket⟩/*", version).unwrap();
            assert!(template.has_holes() && !template.has_variables() && template.plain().is_none());
            assert_eq!(template.variable_keys().count(), 0);
        }
    }

    #[test]
    fn a_2008_document_has_no_variables() {
        let template = Template::parse("${aws:username", Version::V2008);
        assert_eq!(
            template.as_ref().ok().and_then(Template::plain),
            Some("${aws:username")
        );
    }
}
