//! What can be wrong with the text of a policy before its meaning is looked at.
//!
//! In: the faults of the scan and the raw text. Out: faults for what is no JSON, for text around the document,
//! repeated keys, and for IAM its limits on characters and length.
//!
//! Source: GRAM-01, GRAM-03.

use super::checker::Draft;
use super::fault::{Severity, SyntaxFault};
use super::kind::PolicyType;
use super::messages::Check;
use crate::pattern::hole;
use crate::source::{Fault, FaultKind, NodeId, Span, Tree};

/// The number of characters that IAM reads of a document at all.
const LONGEST: usize = 131_072;

/// The faults of the text of the policy at `root`, and those that the scan found in it.
pub(super) fn check(tree: &Tree, scanned: &[Fault], root: NodeId, kind: PolicyType) -> Vec<SyntaxFault> {
    let whole = root == tree.root();
    let policy = tree.span(root);
    let text = if whole {
        Span::new(0, tree.text().len())
    } else {
        policy
    };
    // The faults of a scan come in the order of their places.
    let first = scanned.partition_point(|fault| fault.span.start < text.start);
    let scanned = scanned.get(first..).unwrap_or_default();
    let mut faults: Vec<_> = scanned
        .iter()
        .take_while(|fault| fault.span.start < text.end || whole)
        .filter_map(|fault| recorded(fault, kind))
        .collect();
    // Inside another document a policy's own text, as IAM would be given it, is not known to be this one.
    if whole {
        faults.extend(length(tree.text(), kind));
    }
    faults.extend(characters(text.of(tree.text()), text.start, kind));
    faults
}

/// The faults of a text without a tree.
pub(super) fn unreadable(text: &str, scanned: &[Fault], kind: PolicyType) -> Vec<SyntaxFault> {
    let mut faults: Vec<_> = scanned
        .iter()
        .filter_map(|fault| fatal(fault, kind).or_else(|| recorded(fault, kind)))
        .collect();
    faults.extend(length(text, kind));
    faults.extend(characters(text, 0, kind));
    faults.sort_by_key(|fault| (fault.span.start, fault.order));
    faults
}

/// The fault of a text that cannot be read.
pub(super) fn fatal(fault: &Fault, kind: PolicyType) -> Option<SyntaxFault> {
    let check = match &fault.kind {
        FaultKind::Encoding { .. } => Check::Encoding,
        FaultKind::TooLarge { .. } => Check::TooLong,
        _ if fault.is_fatal() => Check::NotJson,
        _ => return None,
    };
    let message = match &fault.kind {
        FaultKind::Empty => "the policy document is empty".to_owned(),
        _ => format!("the policy is not a JSON document: {fault}"),
    };
    Some(drafted(fault, check, Severity::Error, message, kind))
}

/// The fault of a text that was read all the same.
fn recorded(fault: &Fault, kind: PolicyType) -> Option<SyntaxFault> {
    let (check, severity) = match &fault.kind {
        FaultKind::DuplicateKey { .. } => (Check::RepeatedKey, Severity::Error),
        FaultKind::TrailingData => (Check::NotJson, Severity::Error),
        FaultKind::LoneSurrogate { .. } => (Check::LoneSurrogate, Severity::Warning),
        // For IAM it is one more character out of range.
        FaultKind::ByteOrderMark if !kind.demands().iam_text => (Check::Characters, Severity::Warning),
        _ => return None,
    };
    Some(drafted(fault, check, severity, fault.to_string(), kind))
}

fn drafted(
    fault: &Fault,
    check: Check,
    severity: Severity,
    message: String,
    kind: PolicyType,
) -> SyntaxFault {
    let mut draft = Draft::of(severity, check, message);
    if let Some(help) = fault.help() {
        draft = draft.help(help);
    }
    if let Some((span, note)) = fault.related() {
        draft = draft.related(span, note);
    }
    draft.place(kind, 0, fault.span, None)
}

/// IAM's limit on the length of a whole text.
fn length(text: &str, kind: PolicyType) -> Option<SyntaxFault> {
    let (at, _) = text
        .char_indices()
        .nth(LONGEST)
        .filter(|_| kind.demands().iam_text)?;
    let message = format!("the text has more than {LONGEST} characters, which IAM does not read");
    Some(Draft::error(Check::TooLong, message).place(kind, 0, Span::new(at, text.len()), None))
}

/// The first character that IAM does not take, in a text that begins `offset` bytes into its document.
fn characters(text: &str, offset: usize, kind: PolicyType) -> Option<SyntaxFault> {
    if !kind.demands().iam_text {
        return None;
    }
    let mut wrong = text
        .char_indices()
        .filter(|(_, character)| !is_allowed(*character));
    let (at, character) = wrong.next()?;
    let message = format!(
        "IAM does not accept the character U+{:04X} in a policy",
        u32::from(character)
    );
    let message = match wrong.count() {
        0 => message,
        more => format!("{message}, nor {more} more of its kind"),
    };
    let span = Span::new(offset + at, offset + at + character.len_utf8());
    let draft = Draft::error(Check::Characters, message)
        .help("a policy holds tabs, line breaks and the characters from U+0020 to U+00FF");
    Some(draft.place(kind, 0, span, None))
}

fn is_allowed(character: char) -> bool {
    // The marks of what is not known yet are no part of the policy as it will be (HOLE-04).
    matches!(
        character,
        '\t' | '\n' | '\r' | ' '..='\u{ff}' | hole::OPEN | hole::CLOSE
    )
}
