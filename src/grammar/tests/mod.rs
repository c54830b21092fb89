//! Documents of every kind, valid and not, by rule: each fault with its place and what AWS says.

mod document;
mod statement;
mod condition;
mod trust;
mod kinds;
mod ram;
mod properties;

use super::{PolicyType, SyntaxFault, check_text, first_aws_message, is_valid};

const SYNTAX: &str = "Syntax errors in policy.";
const LEGACY: &str = "The policy failed legacy parsing";

fn kind(name: &str) -> PolicyType {
    PolicyType::from_name(name).unwrap()
}

/// A policy with one statement, given the text between its braces.
fn policy(statement: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": {{{statement}}}}}"#)
}

/// A policy with a valid statement for a managed policy and one more element.
fn with(element: &str) -> String {
    policy(&format!(
        r#""Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b", {element}"#
    ))
}

fn with_condition(condition: &str) -> String {
    with(&format!(r#""Condition": {condition}"#))
}

fn with_action(action: &str) -> String {
    policy(&format!(
        r#""Effect": "Allow", "Action": {action}, "Resource": "*""#
    ))
}

fn with_resource(resource: &str) -> String {
    policy(&format!(
        r#""Effect": "Allow", "Action": "s3:ListBucket", "Resource": {resource}"#
    ))
}

#[track_caller]
fn is_stored(name: &str, text: &str) -> Vec<SyntaxFault> {
    let faults = check_text(text, kind(name));
    assert!(is_valid(&faults), "{name}: {text}\n{faults:#?}");
    assert_eq!(first_aws_message(&faults), None);
    faults
}

/// Stored, and with exactly these warnings.
#[track_caller]
fn warns(name: &str, text: &str, rules: &[&str]) {
    let found: Vec<_> = is_stored(name, text).iter().map(|fault| fault.rule).collect();
    assert_eq!(found, rules, "{name}: {text}");
}

/// Refused, with the first message of AWS, and with a fault of `rule` at the text `place`.
#[track_caller]
fn is_refused(name: &str, text: &str, rule: &str, place: &str, message: Option<&str>) {
    let faults = check_text(text, kind(name));
    assert!(!is_valid(&faults), "{name}: {text}");
    let here = |fault: &&SyntaxFault| fault.is_error() && fault.rule == rule && fault.span.of(text) == place;
    assert!(
        faults.iter().any(|fault| here(&fault)),
        "{name}: {text}\n{faults:#?}"
    );
    assert_eq!(first_aws_message(&faults), message, "{name}: {text}\n{faults:#?}");
}
