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

use std::collections::BTreeSet;

use rolecall::check::{Tried, try_example};
use rolecall::finding::Severity;
use rolecall::pack::{Ask, Authentication, ConnectorClass, Example, Expect, Rule, Variable, builtin};

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
fn every_proof_of_every_class_is_answered_as_it_says() {
    let packs = builtin().unwrap();
    let mut wrong = Vec::new();
    for class in packs.iter().flat_map(|pack| &pack.classes) {
        for proof in &class.examples {
            let mut rules = packs.iter().flat_map(|pack| &pack.rules);
            let rule = rules
                .find(|rule| rule.code == proof.code)
                .expect("a rule with the code of the proof");
            let tried = tried(rule, &proof.example);
            if !tried.is_as_expected(rule, &proof.example) {
                let found: Vec<(Severity, &str)> = tried
                    .findings
                    .iter()
                    .map(|finding| (finding.severity, finding.message.as_str()))
                    .collect();
                let (name, about) = (&class.names[0], &proof.example.about);
                wrong.push(format!(
                    "{name}: {about}: {:?}, found {found:?}",
                    proof.example.expect
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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

/// The rule of a code.
fn rule(code: &str) -> &'static Rule {
    let mut rules = builtin().unwrap().iter().flat_map(|pack| &pack.rules);
    rules
        .find(|rule| rule.code == code)
        .unwrap_or_else(|| panic!("there is no rule `{code}`"))
}

fn classes() -> impl Iterator<Item = &'static ConnectorClass> {
    builtin().unwrap().iter().flat_map(|pack| &pack.classes)
}

#[test]
fn what_a_class_needs_is_told_under_a_rule_that_asks_classes() {
    for class in classes() {
        for need in &class.needs {
            let asks = matches!(&rule(&need.code).ask, Ask::Grant(grants) if grants.of_class);
            assert!(asks, "{}: {}", class.names[0], need.code);
            let is_kafka = need
                .requirement
                .actions
                .iter()
                .any(|action| action.starts_with("kafka-cluster:"));
            let whens = [&need.when, &need.requirement.when];
            let by_iam = whens
                .iter()
                .any(|when| when.authentication == Some(Authentication::Iam));
            let at_source = need
                .requirement
                .resource
                .variables()
                .any(|variable| *variable == Variable::SourceUuid);
            assert!(
                !is_kafka || by_iam || at_source,
                "{}: {}: `when` has no `authentication = \"iam\"`",
                class.names[0],
                need.requirement.resource
            );
        }
    }
}

#[test]
fn what_a_class_cannot_work_without_has_a_proof_that_passes_and_near_misses() {
    for class in classes() {
        for code in [
            "msk-connect/destination",
            "msk-connect/mirror-target",
            "msk-connect/mirror-source",
            "msk-connect/kms",
        ] {
            if class.needs.iter().all(|need| need.code != code) {
                continue;
            }
            let of = |expect| {
                let proofs = class.examples.iter().filter(|proof| proof.code == code);
                proofs.filter(|proof| proof.example.expect == expect).count()
            };
            let failing = if code == "msk-connect/kms" { 1 } else { 2 };
            assert!(
                of(Expect::Pass) > 0 && of(Expect::Fail) >= failing,
                "{}: {code}",
                class.names[0]
            );
        }
    }
}

#[test]
fn proofs_of_a_class_are_told_apart_by_what_they_show() {
    for class in classes() {
        let mut seen = BTreeSet::new();
        for proof in &class.examples {
            assert!(
                seen.insert((&proof.code, &proof.example.about)),
                "{}: {}: {}",
                class.names[0],
                proof.code,
                proof.example.about
            );
        }
    }
}
