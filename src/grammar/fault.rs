//! One fault of a policy document: the rule it breaks, its place, our words and AWS's.
//!
//! Checks make a [`Draft`]; the table of [`super::check`] adds the rule, AWS's message and when IAM would meet it.

use std::borrow::Cow;

use crate::source::{NodeId, Span};

/// Whether a document is still valid with a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The document is stored, but something in it is risky, pointless or judged differently by different sources.
    Warning,
    /// The document is not valid for its type.
    Error,
}

/// One thing wrong with a policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxFault {
    /// The rule of docs/SEMANTICS.md: `GRAM-09`.
    pub rule: &'static str,
    /// Whether the document is still valid.
    pub severity: Severity,
    /// What is wrong: lower case, one line, user text in backticks.
    pub message: String,
    /// What to do about it.
    pub help: Option<Cow<'static, str>>,
    /// What AWS says about this fault, word for word, where that is known.
    pub aws_message: Option<Cow<'static, str>>,
    /// Where, in the text of the document's own tree.
    pub span: Span,
    /// The value or key at that place; `None` when the text is no JSON or the fault is one of the bare text.
    pub node: Option<NodeId>,
    /// A second place that explains the fault, with a note for it.
    pub related: Option<(Span, &'static str)>,
    /// When the authority that stores the document meets this fault: lower is earlier.
    pub(super) order: Order,
}

/// The position of a fault in the order of checks: step, statement (where statements are checked one by one), and
/// step in the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Order(pub(super) u8, pub(super) u32, pub(super) u8);

impl SyntaxFault {
    /// Whether the document is not valid because of this fault.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// User text for a message: in backticks, on one line, cut where it is long.
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 120;
    let mut shown = String::from("`");
    for character in text.chars().take(LONGEST) {
        if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}') {
            shown.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            shown.push(character);
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown.push('`');
    shown
}

/// Names in a row for a sentence, the first `most` of them: `` `A`, `B` and `C` ``.
pub fn listed<'t>(names: impl IntoIterator<Item = &'t str>, most: usize) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let shown: Vec<String> = names.iter().take(most).map(|name| shown(name)).collect();
    match (names.len().saturating_sub(most), shown.as_slice()) {
        (0, [all @ .., last]) if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        (0, _) => shown.join(", "),
        (more, _) => format!("{} and {more} more", shown.join(", ")),
    }
}
