//! Every example of every rule, put as a user would have it, and run through the real check.
//!
//! An example becomes the outputs of the AWS CLI that tell its facts; the check reads those and nothing else. What is
//! proved here in one go, `rolecall rules test` proves for users.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test reports by panicking"
)]

use rolecall::finding::{Finding, Severity};
use rolecall::pack::{ClassTable, Example, Expect, Rule, builtin};
use rolecall::proof::{Answer, prove};

fn answer(rule: &Rule, example: &Example) -> Answer {
    prove(rule, example, builtin().unwrap(), &ClassTable::builtin())
}

/// What the check says of an example, in findings of one code, folded ones too.
fn findings(rule: &Rule, example: &Example) -> Vec<Finding> {
    let answer = answer(rule, example);
    assert_eq!(answer.problems, [""; 0], "{}: {}", rule.code, example.about);
    answer.findings
}

#[test]
fn every_example_of_every_rule_is_answered_as_it_says() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for rule in builtin().unwrap().iter().flat_map(|pack| &pack.rules) {
        for example in &rule.examples {
            count += 1;
            let found: Vec<Severity> = findings(rule, example)
                .iter()
                .map(|finding| finding.severity)
                .collect();
            let expected: &[Severity] = match example.expect {
                Expect::Pass => &[],
                Expect::Fail => &[rule.severity],
                Expect::Warn => &[Severity::Warning],
            };
            if found != expected {
                wrong.push(format!(
                    "{}: {}: {expected:?}, found {found:?}",
                    rule.code, example.about
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_rule_has_an_example_that_passes_and_one_that_does_not() {
    for rule in builtin().unwrap().iter().flat_map(|pack| &pack.rules) {
        let passes = |example: &&Example| example.expect == Expect::Pass;
        let passing = rule.examples.iter().filter(passes).count();
        assert!(passing > 0 && passing < rule.examples.len(), "{}", rule.code);
    }
}

#[test]
fn a_witness_of_a_failing_example_is_about_what_the_rule_asks() {
    for rule in builtin().unwrap().iter().flat_map(|pack| &pack.rules) {
        for example in rule
            .examples
            .iter()
            .filter(|example| example.expect == Expect::Fail)
        {
            for finding in findings(rule, example) {
                let Some(required) = &finding.requirement else {
                    continue;
                };
                let witness = finding.witness.as_ref().expect("a gap has a witness");
                assert!(
                    !witness.resource.contains('*'),
                    "{}: {}",
                    rule.code,
                    witness.resource
                );
                let missing: Vec<&str> = finding.missing.iter().map(|part| part.action.as_str()).collect();
                assert!(
                    missing.contains(&witness.action.as_str()),
                    "{}: {}",
                    rule.code,
                    example.about
                );
                assert!(
                    required.actions.contains(&witness.action),
                    "{}: {}",
                    rule.code,
                    example.about
                );
            }
        }
    }
}
