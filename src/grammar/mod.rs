//! Whether a policy document is valid for what it is used for, with every fault placed and, where it is known,
//! AWS's own message.
//!
//! In: a tree and the node of the policy object, or a text, and a [`PolicyType`]. Out: [`SyntaxFault`]s in the
//! order of the document. A fault of severity error means that AWS would not store the document; a warning, that it
//! would, or that sources disagree. Nothing is looked up: unknown services, actions and accounts are no faults.
//! Checks read the tree, not the model of [`crate::policy::read`], since they judge what the model leaves out.
//!
//! Source: section 1 of docs/SEMANTICS.md (GRAM-*, CASE-*, EMPTY-*, SIZE-*), VAR-03 and VAR-04, COND-22, MATCH-P3,
//! MATCH-P8 and MATCH-R4.
//!
//! ```
//! use rolecall::grammar::{PolicyType, check_text, first_aws_message};
//!
//! let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "allow", "Action": "s3:*", "Resource": "*"}}"#;
//! let faults = check_text(text, PolicyType::Managed);
//! assert_eq!(faults.len(), 1);
//! assert_eq!((faults[0].rule, faults[0].span.of(text)), ("GRAM-09", r#""allow""#));
//! assert_eq!(first_aws_message(&faults), Some("The policy failed legacy parsing"));
//! ```

mod fault;
mod messages;
mod kind;
mod checker;
mod elements;
mod variable;
mod action;
mod arn_fields;
mod resource;
mod principal;
mod provider;
mod value;
mod condition;
mod endpoint;
mod statement;
mod document;
mod text;
mod size;

pub use arn_fields::fields as arn_fields;
pub use fault::{Severity, SyntaxFault, listed, shown};
pub use kind::{PolicyType, RamPolicy, ResourceService};
pub use size::{PolicySize, QUOTAS, Quota, exceeded, quota, size, size_fault};

use crate::source::{Fault, NodeId, Tree};

/// Every fault of the policy at `root`, in document order. `scanned` are the faults beside the tree; those outside
/// the policy are left out.
///
/// Linear in the size of the policy, but for the search for repeated `Sid`s and keys, which sorts.
///
/// Source: section 1 of docs/SEMANTICS.md.
pub fn check(tree: &Tree, scanned: &[Fault], root: NodeId, kind: PolicyType) -> Vec<SyntaxFault> {
    let mut checker = checker::Checker::new(tree, kind);
    document::check(&mut checker, root);
    let mut faults = checker.faults;
    faults.extend(text::check(tree, scanned, root, kind));
    faults.sort_by_key(|fault| (fault.span.start, fault.order, fault.span.end));
    faults
}

/// Every fault of a text that is to be one policy document, in document order: also of a text that is empty or no
/// JSON.
///
/// Source: GRAM-01 and section 1 of docs/SEMANTICS.md.
pub fn check_text(text: &str, kind: PolicyType) -> Vec<SyntaxFault> {
    let parsed = Tree::parse(text);
    match parsed.tree {
        Some(tree) => {
            let root = tree.root();
            check(&tree, &parsed.faults, root, kind)
        }
        None => text::unreadable(text, &parsed.faults, kind),
    }
}

/// The fault of a text that has no tree, or whose bytes are not UTF-8; `None` for faults that leave a tree.
///
/// Source: GRAM-01.
pub fn unreadable(fault: &Fault, kind: PolicyType) -> Option<SyntaxFault> {
    text::fatal(fault, kind)
}

/// Whether AWS would store a document with these faults.
pub fn is_valid(faults: &[SyntaxFault]) -> bool {
    !faults.iter().any(SyntaxFault::is_error)
}

/// What AWS would say of a document with these faults: the message of the error that its checks meet first. `None`
/// when there is no error, or when the wording of the first one is not known.
///
/// Source: GRAM-22, GRAM-23.
pub fn first_aws_message(faults: &[SyntaxFault]) -> Option<&str> {
    faults
        .iter()
        .filter(|fault| fault.is_error())
        .min_by_key(|fault| (fault.order, fault.span))
        .and_then(|fault| fault.aws_message.as_deref())
}

#[cfg(test)]
mod tests;
