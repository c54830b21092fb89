//! `policy/syntax`: the faults of the grammar.
//!
//! The grammar's errors are errors, its warnings warnings. A warning about a value that is a leftover placeholder is
//! left out: the placeholder is said, and as an error.

use super::code::SYNTAX;
use super::context::{Lint, finding, spot};
use crate::finding::{Finding, Related, Severity, Spot, Subject};
use crate::grammar::{self, PolicyType, SyntaxFault};
use crate::source::{DocId, Fault, NodeId};

/// Adds a finding a fault. `placeholders` are the nodes that hold one, sorted.
pub(super) fn check(lint: &mut Lint<'_>, scanned: &[Fault], placeholders: &[NodeId]) {
    let faults = grammar::check(lint.tree, scanned, lint.policy.root, lint.kind);
    let is_said = |fault: &SyntaxFault| {
        let node = fault.node.filter(|_| !fault.is_error());
        node.is_some_and(|node| placeholders.binary_search(&node).is_ok())
    };
    let (doc, subject) = (lint.policy.doc, lint.subject);
    lint.findings.extend(
        faults
            .into_iter()
            .filter(|fault| !is_said(fault))
            .map(|fault| found(doc, fault, subject)),
    );
}

/// The findings of a text without a tree: what keeps it from being read, as `kind` of policy.
pub(super) fn unreadable(doc: DocId, faults: &[Fault], kind: PolicyType, subject: &Subject) -> Vec<Finding> {
    let faults = faults.iter().filter_map(|fault| grammar::unreadable(fault, kind));
    faults.map(|fault| found(doc, fault, subject)).collect()
}

/// A fault of the grammar as a finding of `doc`.
fn found(doc: DocId, fault: SyntaxFault, subject: &Subject) -> Finding {
    let at = spot(doc, fault.node, fault.span);
    let related = fault.related.map(|(span, note)| Related {
        at: Spot::Text(doc, span),
        note: note.to_owned(),
    });
    Finding {
        related: related.into_iter().collect(),
        help: fault.help.map(String::from).unwrap_or_default(),
        aws_message: fault.aws_message.map(String::from),
        ..finding(SYNTAX, severity(fault.severity), fault.message, at, subject)
    }
}

/// The severity of a finding for one of the grammar.
pub(super) fn severity(severity: grammar::Severity) -> Severity {
    match severity {
        grammar::Severity::Error => Severity::Error,
        grammar::Severity::Warning => Severity::Warning,
    }
}
