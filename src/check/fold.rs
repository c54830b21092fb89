//! Findings of one cause are said once: gaps that follow from another gap are folded under it.

use std::collections::BTreeSet;

use crate::finding::{Filter, Finding, Severity};
use crate::pack::{Pack, Rule};

/// Splits the findings of one connector into those to show and those that wait on an error they follow from, the
/// latter with [`Finding::caused_by`] set. A finding follows from the first error, in the order of the pack, of a
/// rule that its own rule comes after, directly or through others.
///
/// The user's selection comes first: nothing is folded under what is not reported.
pub(super) fn fold(mut findings: Vec<Finding>, pack: &Pack, filter: &Filter) -> (Vec<Finding>, Vec<Finding>) {
    filter.apply(&mut findings);
    let errors: Vec<String> = findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .map(|f| f.code.clone())
        .collect();
    let (mut shown, mut folded) = (Vec::new(), Vec::new());
    for mut finding in findings {
        let causes = ancestors(&finding.code, pack);
        match errors.iter().find(|code| causes.contains(code.as_str())) {
            Some(cause) => {
                finding.caused_by = Some(cause.clone());
                folded.push(finding);
            }
            None => shown.push(finding),
        }
    }
    (shown, folded)
}

/// The codes of the rules that this one comes after.
fn ancestors<'a>(code: &str, pack: &'a Pack) -> BTreeSet<&'a str> {
    let rule = |id: &str| pack.rules.iter().find(|rule| rule.id == id);
    let mut open: Vec<&Rule> = pack.rules.iter().filter(|rule| rule.code == code).collect();
    let mut found = BTreeSet::new();
    while let Some(next) = open.pop() {
        for after in next.after.iter().filter_map(|id| rule(id)) {
            if found.insert(after.code.as_str()) {
                open.push(after);
            }
        }
    }
    found
}
