//! What the checks of one document share: its tree, what its type demands, and the faults found so far.

use std::borrow::Cow;

use super::fault::{Order, Severity, SyntaxFault};
use super::kind::{Authority, Demands, PolicyType};
use super::messages::{Check, TrustStep, filled};
use crate::pattern::hole;
use crate::policy::Version;
use crate::source::{Kind, NodeId, Span, Tree};

/// The state of checking one document.
pub(super) struct Checker<'a> {
    pub(super) tree: &'a Tree,
    pub(super) kind: PolicyType,
    pub(super) demands: &'static Demands,
    /// Decides whether `${…}` is a variable; known before any statement is checked.
    pub(super) version: Version,
    /// The statement being checked, from 0.
    pub(super) statement: u32,
    pub(super) faults: Vec<SyntaxFault>,
}

/// A fault in the making.
pub(super) struct Draft<'t> {
    pub(super) check: Check,
    pub(super) message: String,
    severity: Severity,
    help: Option<Cow<'static, str>>,
    values: &'t [&'t str],
    related: Option<(Span, &'static str)>,
}

impl<'t> Draft<'t> {
    pub(super) fn error(check: Check, message: impl Into<String>) -> Self {
        Self {
            check,
            message: message.into(),
            severity: Severity::Error,
            help: None,
            values: &[],
            related: None,
        }
    }

    pub(super) fn warning(check: Check, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(check, message)
        }
    }

    pub(super) fn of(severity: Severity, check: Check, message: impl Into<String>) -> Self {
        Self {
            severity,
            ..Self::error(check, message)
        }
    }

    #[cfg(test)]
    pub(super) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    pub(super) fn help(self, help: impl Into<Cow<'static, str>>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }

    /// What stands for the `{}` of AWS's message, in order.
    pub(super) fn filled_with(self, values: &'t [&'t str]) -> Self {
        Self { values, ..self }
    }

    pub(super) fn related(self, span: Span, note: &'static str) -> Self {
        Self {
            related: Some((span, note)),
            ..self
        }
    }

    /// The fault at a span, as the type's authority would word and order it.
    pub(super) fn place(
        self,
        kind: PolicyType,
        statement: u32,
        span: Span,
        node: Option<NodeId>,
    ) -> SyntaxFault {
        let row = self.check.row();
        let demands = kind.demands();
        let order = match demands.authority {
            Authority::Trust if row.trust_step >= TrustStep::Effect => {
                Order(TrustStep::Effect as u8, statement, row.trust_step as u8)
            }
            Authority::Trust => Order(row.trust_step as u8, 0, 0),
            _ => Order(row.step as u8, 0, 0),
        };
        let aws = demands.said_of(&row).filter(|_| self.severity == Severity::Error);
        SyntaxFault {
            rule: row.rule,
            severity: self.severity,
            message: self.message,
            help: self.help,
            aws_message: aws.map(|text| {
                if text.contains("{}") {
                    filled(text, self.values).into()
                } else {
                    Cow::Borrowed(text)
                }
            }),
            span,
            node,
            related: self.related,
            order,
        }
    }
}

impl<'a> Checker<'a> {
    pub(super) fn new(tree: &'a Tree, kind: PolicyType) -> Self {
        let version = Version::V2008;
        Self {
            tree,
            kind,
            demands: kind.demands(),
            version,
            statement: 0,
            faults: Vec::new(),
        }
    }

    /// Keeps a fault, unless it is one of a text that is not wholly known yet: what it will be may be right (HOLE-04).
    pub(super) fn add(&mut self, node: NodeId, draft: Draft<'_>) {
        if self.tree.string(node).is_some_and(|text| hole::has_hole(&text)) {
            return;
        }
        let span = self.tree.span(node);
        self.faults
            .push(draft.place(self.kind, self.statement, span, Some(node)));
    }

    pub(super) fn text(&self, node: NodeId) -> Cow<'a, str> {
        self.tree.string(node).unwrap_or_default()
    }

    /// The strings of a string or a list of strings. Anything else is a fault of `check` about `element`; an array
    /// may then still give the strings in it.
    pub(super) fn strings(
        &mut self,
        node: NodeId,
        check: Check,
        element: &str,
    ) -> Vec<(NodeId, Cow<'a, str>)> {
        let tree = self.tree;
        let mut strings = Vec::new();
        for item in tree.one_or_many(node) {
            match tree.string(item) {
                Some(text) => strings.push((item, text)),
                None => {
                    let kind = tree.kind(item);
                    let message = format!("`{element}` takes a string or a list of strings, not {kind}");
                    self.add(item, Draft::error(check, message));
                }
            }
        }
        strings
    }

    /// Whether this is an empty array.
    pub(super) fn is_empty_list(&self, node: NodeId) -> bool {
        self.tree.kind(node) == Kind::Array && self.tree.items(node).next().is_none()
    }
}
