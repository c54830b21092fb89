//! The examples that codes carry.

use super::lint;
use crate::grammar::PolicyType;
use crate::lint::CODES;

/// The codes of the findings of a policy.
fn codes(policy: &str, kind: PolicyType) -> Vec<String> {
    let findings = lint(policy, kind).1;
    findings.into_iter().map(|finding| finding.code).collect()
}

#[test]
fn the_examples_of_every_code_show_it_and_nothing_else() {
    for code in CODES {
        if let (Some(fails), Some(passes)) = (code.fails.policy, code.passes.policy) {
            assert_eq!(codes(fails, code.fails.kind), [code.name], "{fails}");
            assert_eq!(codes(passes, code.passes.kind), [""; 0], "{passes}");
        }
        for text in [code.why, code.help] {
            assert!(
                text.ends_with('.') && !text.contains("  "),
                "{}: {text}",
                code.name
            );
        }
    }
}

#[test]
fn the_sizes_that_the_code_tells_of_are_judged_so() {
    let policy = |characters: usize| {
        let around = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::orders/"}]}"#;
        around.replace(
            "orders/",
            &format!("orders/{}", "a".repeat(characters - around.len())),
        )
    };
    assert_eq!(codes(&policy(6145), PolicyType::Managed), ["policy/size"]);
    assert_eq!(codes(&policy(5500), PolicyType::Managed), [""; 0]);
}
