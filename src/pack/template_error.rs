//! What can be wrong with a template.

use crate::source::Span;

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// There is nothing in it.
    #[error("the template is empty")]
    Empty,
    /// A `${` without its `}`.
    #[error("`${{` is never closed")]
    Unclosed(Span),
    /// A name that is not in the list.
    #[error("there is no variable `{name}`")]
    Unknown {
        /// The name as written, without its braces.
        name: String,
        /// Its bytes in the template.
        span: Span,
    },
    /// `${setting:}`.
    #[error("`setting:` needs the key of a setting")]
    NoKey(Span),
    /// `${setting:key|part}` with a part that is not in the list.
    #[error("there is no part `{name}` of a value")]
    UnknownPart {
        /// The part as written.
        name: String,
        /// Its bytes in the template.
        span: Span,
    },
}

impl TemplateError {
    /// The bytes of the template that are wrong; `None` for all of it.
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::Empty => None,
            Self::Unclosed(span)
            | Self::NoKey(span)
            | Self::Unknown { span, .. }
            | Self::UnknownPart { span, .. } => Some(*span),
        }
    }
}
