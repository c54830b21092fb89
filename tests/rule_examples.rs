//! Every example of every rule, put as a user would have it, and run through the real check.
//!
//! An example becomes the outputs of the AWS CLI that tell its facts; the check reads those and nothing else.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test reports by panicking"
)]

use rolecall::check::{Tried, try_example};
use rolecall::finding::Severity;
use rolecall::pack::{Example, Expect, Rule, builtin};

fn tried(rule: &Rule, example: &Example) -> Tried {
    let tried = try_example(rule, example, builtin().unwrap());
    let inputs = &tried.inputs;
    assert!(
        inputs.problems.is_empty() && inputs.unrecognised.is_empty(),
        "{}: {}: {:?} {:?}",
        rule.code,
        example.about,
        inputs.problems,
        inputs.unrecognised
    );
    tried
}

#[test]
fn every_example_of_every_rule_is_answered_as_it_says() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for rule in builtin().unwrap().iter().flat_map(|pack| &pack.rules) {
        for example in &rule.examples {
            count += 1;
            let tried = tried(rule, example);
            if !tried.is_as_expected(rule, example) {
                let found: Vec<Severity> = tried.findings.iter().map(|finding| finding.severity).collect();
                wrong.push(format!(
                    "{}: {}: {:?}, found {found:?}",
                    rule.code, example.about, example.expect
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
            for finding in tried(rule, example).findings {
                let Some(required) = &finding.requirement else {
                    continue;
                };
                let witness = finding.witness.as_ref().expect("a gap has a witness");
                assert!(
                    witness.resource == "*" || !witness.resource.contains('*'),
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
