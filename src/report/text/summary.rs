//! What is said below all findings: those that wait on others, lists of sentences, and the last line.

use std::collections::BTreeMap;

use super::style::Style;
use crate::finding::{Finding, Report, Severity};

/// Appends one line for each finding that folded ones wait on, by code.
pub(super) fn push_folded(out: &mut String, folded: &[Finding], style: &Style) {
    let mut groups: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for finding in folded {
        *groups.entry(finding.caused_by.as_deref()).or_default() += 1;
    }
    for (cause, count) in groups {
        let (requirements, wait) = match count {
            1 => ("requirement", "waits"),
            _ => ("requirements", "wait"),
        };
        let cause = cause.map_or_else(|| "other findings".to_owned(), |cause| format!("`{cause}`"));
        let text = format!("{count} further {requirements} {wait} on {cause}; show them with --all");
        style.push_section(out, "folded", &text);
    }
}

/// Appends sentences, each under the same heading.
pub(super) fn push_list(out: &mut String, heading: &str, sentences: &[String], style: &Style) {
    for sentence in sentences {
        style.push_section(out, heading, sentence);
    }
}

/// The last line: what was found, in what.
pub(super) fn line(report: &Report) -> String {
    let of = |severity| {
        report
            .findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    };
    let found = [
        (of(Severity::Error), "error"),
        (of(Severity::Warning), "warning"),
        (of(Severity::Note), "note"),
    ];
    let found: Vec<_> = found
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| counted(count, word))
        .collect();
    let mut line = match found.is_empty() {
        true => "no findings".to_owned(),
        false => found.join(", "),
    };
    let judged = [
        (report.connectors, "connector"),
        (report.integrations, "integration"),
    ];
    let judged: Vec<_> = judged
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| counted(count, word))
        .collect();
    if !judged.is_empty() {
        line.push_str(&format!(" in {}", judged.join(" and ")));
    }
    line.push_str(&format!("; {} read", counted(report.files, "file")));
    if report.unread > 0 {
        line.push_str(&format!(", {} not read", report.unread));
    }
    if report.skipped > 0 {
        line.push_str(&format!(", {} skipped", counted(report.skipped, "part")));
    }
    line
}

fn counted(count: usize, word: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {word}{ending}")
}
