//! Lint as a whole: each code with documents that have it and documents near them that have not.

mod codes;
mod examples;
mod whole;

use super::Linter;
use crate::finding::{Finding, Spot, Subject};
use crate::grammar::PolicyType;
use crate::source::Sources;

/// The findings of a text as a policy of this type.
fn lint(text: &str, kind: PolicyType) -> (Sources, Vec<Finding>) {
    let mut sources = Sources::new();
    let doc = sources.add_text("policy.json", text.to_owned());
    let findings = Linter::default().text(&sources, doc, kind, &Subject::default());
    (sources, findings)
}

/// The findings of a managed policy with these statements, as code and the text at their place.
fn found(statements: &str) -> Vec<(String, String)> {
    found_in(statements, PolicyType::Managed)
}

fn found_in(statements: &str, kind: PolicyType) -> Vec<(String, String)> {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    let (sources, findings) = lint(&text, kind);
    let place = |finding: &Finding| match finding.at {
        Spot::Node(place) => sources.locate(place).span.of(&text).to_owned(),
        Spot::Text(_, span) => span.of(&text).to_owned(),
    };
    findings
        .iter()
        .map(|finding| (finding.code.clone(), place(finding)))
        .collect()
}

/// An Allow of actions on resources, each given as JSON, with more members.
fn allow(actions: &str, resources: &str, more: &str) -> String {
    format!(r#"{{"Effect": "Allow", "Action": {actions}, "Resource": {resources}{more}}}"#)
}

/// The places of findings of one code; all other findings fail the test.
#[track_caller]
fn only(code: &str, found: Vec<(String, String)>) -> Vec<String> {
    found
        .into_iter()
        .map(|(of, place)| {
            assert_eq!(of, code, "at {place}");
            place
        })
        .collect()
}
