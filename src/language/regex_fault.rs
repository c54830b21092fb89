//! What can be wrong with a regular expression.

use std::ops::Range;

use regex_syntax::ast::Span;

/// The largest program in instructions: positions, and branches between them (seldom more than one a
/// position).
pub(super) const LARGEST: u32 = 40_000;

/// Why a regular expression cannot be used, and the bytes of the pattern that are to blame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct RegexFault {
    /// Half-open range of bytes of the pattern.
    pub span: Range<usize>,
    /// What is wrong there.
    pub kind: RegexFaultKind,
}

/// The kinds of fault of a regular expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegexFaultKind {
    /// It cannot be parsed.
    #[error("malformed regular expression: {0}")]
    Malformed(String),
    /// Java may read it, but it is not translated here: it looks around, depends on the order of attempts, or
    /// reads differently in the two dialects.
    #[error("{0} is not supported in a regular expression here")]
    Unsupported(&'static str),
    /// It is well formed but larger than can be decided.
    #[error("regular expression too large once its repetitions are written out")]
    TooLarge,
}

pub(super) fn unsupported(span: &Span, what: &'static str) -> RegexFault {
    fault(span, RegexFaultKind::Unsupported(what))
}

pub(super) fn fault(span: &Span, kind: RegexFaultKind) -> RegexFault {
    RegexFault {
        span: span.start.offset..span.end.offset,
        kind,
    }
}
