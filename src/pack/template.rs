//! Templates of resources and values: text with `${variable}` holes from a closed list.
//!
//! In: the text of a rule file. Out: pieces, or what is wrong with which bytes of the text. A `*` or `?` in the text
//! is a wildcard of the required pattern; whether an expanded value may hold wildcards is for its caller, who gets
//! the pieces of text and the values apart.

use std::fmt;

use super::template_error::TemplateError;
use super::variable::Variable;
use crate::source::Span;

/// Text with variables: `${cluster.arn}`, `arn:${partition}:s3:::${log.bucket}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text as written; never empty. `*` and `?` are wildcards of the required pattern.
    Text(String),
    /// A hole.
    Variable(Variable),
}

impl Template {
    /// Reads the text of a template. A `$` that no `{` follows is text.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, with its bytes in `text`.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.is_empty() {
            return Err(TemplateError::Empty);
        }
        let mut pieces = Vec::new();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let Some((before, after)) = rest.split_once("${") else {
                pieces.push(Piece::Text(rest.to_owned()));
                break;
            };
            let open = at + before.len();
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            let Some((name, _)) = after.split_once('}') else {
                return Err(TemplateError::Unclosed(Span::new(open, text.len())));
            };
            let start = open + "${".len();
            let end = start + name.len();
            pieces.push(Piece::Variable(Variable::parse(name, Span::new(start, end))?));
            at = end + "}".len();
        }
        Ok(Self { pieces })
    }

    /// Its pieces in order; at least one, and no two texts side by side.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Its variables in order, one as often as it is written.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Variable(variable) => Some(variable),
        })
    }

    /// The text with every variable replaced by what `value` gives for it.
    ///
    /// # Errors
    ///
    /// The first variable for which `value` gives nothing.
    pub fn expand(&self, value: impl Fn(&Variable) -> Option<String>) -> Result<String, Variable> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Variable(variable) => {
                    text.push_str(&value(variable).ok_or_else(|| variable.clone())?);
                }
            }
        }
        Ok(text)
    }
}

impl fmt::Display for Template {
    /// The template as written.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.write_str(text)?,
                Piece::Variable(variable) => write!(out, "${{{variable}}}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Piece, Template};
    use crate::pack::template_error::TemplateError;
    use crate::pack::variable::Variable;
    use crate::source::Span;

    #[test]
    fn text_and_variables_are_told_apart() {
        let template = Template::parse("arn:${partition}:s3:::${log.bucket}/*").unwrap();
        let expected = [
            Piece::Text("arn:".to_owned()),
            Piece::Variable(Variable::Partition),
            Piece::Text(":s3:::".to_owned()),
            Piece::Variable(Variable::LogBucket),
            Piece::Text("/*".to_owned()),
        ];
        assert_eq!(template.pieces(), expected);
    }

    #[test]
    fn every_named_variable_is_read_and_written_alike() {
        for name in Variable::names() {
            let name = match name {
                "setting:" | "worker:" | "config:" => format!("{name}a.b|list"),
                name => name.to_owned(),
            };
            let text = format!("${{{name}}}");
            let template = Template::parse(&text).unwrap();
            assert_eq!(template.to_string(), text);
            assert_eq!(
                template.variables().map(ToString::to_string).collect::<Vec<_>>(),
                [name]
            );
        }
    }

    #[test]
    fn faults_point_at_their_bytes() {
        let unknown = |name: &str, start, end| TemplateError::Unknown {
            name: name.to_owned(),
            span: Span::new(start, end),
        };
        for (text, fault) in [
            ("", TemplateError::Empty),
            ("a${b", TemplateError::Unclosed(Span::new(1, 4))),
            ("${topics}", unknown("topics", 2, 8)),
            ("ü${Topic}", unknown("Topic", 4, 9)),
            ("${ topic }", unknown(" topic ", 2, 9)),
            ("${}", unknown("", 2, 2)),
            ("${topic}/${setting:}", TemplateError::NoKey(Span::new(11, 19))),
            ("${setting:a or b}", unknown("b", 15, 16)),
            (
                "${setting:a|x}",
                TemplateError::UnknownPart {
                    name: "x".to_owned(),
                    span: Span::new(12, 13),
                },
            ),
        ] {
            assert_eq!(Template::parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn expansion_names_the_variable_that_has_no_value() {
        let template = Template::parse("$-${account}-${setting:k}").unwrap();
        let value = |variable: &Variable| (*variable == Variable::Account).then(|| "1".to_owned());
        assert_eq!(template.expand(value), Err(Variable::setting("k")));
        assert_eq!(template.expand(|_| Some("x".to_owned())).as_deref(), Ok("$-x-x"));
    }

    proptest! {
        #[test]
        fn what_can_be_read_is_written_back_unchanged(text in "[a-z*$ü/]{0,5}(\\$\\{(topic|group|setting:[a-z.]{1,4}|x)\\}?)?[}a-z$]{0,5}") {
            match Template::parse(&text) {
                Ok(template) => prop_assert_eq!(template.to_string(), text),
                Err(fault) => prop_assert!(fault.span().is_none_or(|span| text.get(span.start..span.end).is_some())),
            }
        }
    }
}
