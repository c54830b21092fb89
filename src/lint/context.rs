//! One document under lint: what checks look at, and where they put what they find.

use super::code::Code;
use crate::finding::{Finding, Related, Severity, Spot, Subject};
use crate::grammar::PolicyType;
use crate::pattern::hole;
use crate::policy::{Policy, Statement};
use crate::source::{DocId, NodeId, Span, Tree};

/// A document under lint.
pub(super) struct Lint<'a> {
    pub(super) tree: &'a Tree,
    pub(super) policy: &'a Policy,
    pub(super) kind: PolicyType,
    pub(super) subject: &'a Subject,
    pub(super) findings: Vec<Finding>,
}

/// A finding without its document.
pub(super) struct Draft {
    code: Code,
    severity: Severity,
    message: String,
    label: String,
    related: Vec<(NodeId, String)>,
    help: String,
}

impl Draft {
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            message: message.into(),
            label: String::new(),
            related: Vec::new(),
            help: String::new(),
        }
    }

    pub(super) fn label(self, label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            ..self
        }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: help.into(),
            ..self
        }
    }

    pub(super) fn related(mut self, node: NodeId, note: impl Into<String>) -> Self {
        self.related.push((node, note.into()));
        self
    }

    /// The finding at a node of the document `doc`.
    fn place(self, policy: &Policy, node: NodeId, subject: &Subject) -> Finding {
        let related = self.related.into_iter().map(|(node, note)| Related {
            at: Spot::Node(policy.place(node)),
            note,
        });
        Finding {
            label: self.label,
            related: related.collect(),
            help: self.help,
            ..finding(
                self.code,
                self.severity,
                self.message,
                Spot::Node(policy.place(node)),
                subject,
            )
        }
    }
}

/// A finding with nothing but what every finding has.
pub(super) fn finding(
    code: Code,
    severity: Severity,
    message: String,
    at: Spot,
    subject: &Subject,
) -> Finding {
    Finding::new(code.name, severity, message, subject.clone(), at)
}

impl Lint<'_> {
    /// Keeps a finding, unless it is one of a text that is not wholly known yet (HOLE-04).
    pub(super) fn add(&mut self, node: NodeId, draft: Draft) {
        if self.tree.string(node).is_some_and(|text| hole::has_hole(&text)) {
            return;
        }
        self.findings.push(draft.place(self.policy, node, self.subject));
    }

    /// The findings by place, then code.
    pub(super) fn finish(self) -> Vec<Finding> {
        let mut findings = self.findings;
        sort(&mut findings, self.tree);
        findings
    }
}

/// Sorts findings of one document by place, then code and message.
fn sort(findings: &mut [Finding], tree: &Tree) {
    let span = |finding: &Finding| -> Span {
        match finding.at {
            Spot::Node(place) => tree.span(place.node),
            Spot::Text(_, span) => span,
        }
    };
    findings.sort_by(|one, other| {
        (span(one), &one.code, &one.message).cmp(&(span(other), &other.code, &other.message))
    });
}

/// The spot of a fault of the grammar: its node, else its stretch of text.
pub(super) fn spot(doc: DocId, node: Option<NodeId>, span: Span) -> Spot {
    match node {
        Some(node) => Spot::Node(crate::source::Place { doc, node }),
        None => Spot::Text(doc, span),
    }
}

/// What to call a statement in a sentence: its `Sid`, else its number counted from 1.
pub(super) fn named(statement: &Statement) -> String {
    match statement.sid() {
        Some(sid) => format!("statement {}", crate::grammar::shown(sid)),
        None => format!("statement {}", statement.index + 1),
    }
}
