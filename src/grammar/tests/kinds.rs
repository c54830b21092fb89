//! What only some types demand: GRAM-12 by service, GRAM-25 to GRAM-27.

use super::*;
use crate::grammar::{ResourceService, Severity};

fn guarded(rest: &str) -> String {
    policy(&format!(r#""Effect": "Deny", "Principal": "*", {rest}"#))
}

#[test]
fn service_control_policies_take_the_full_language() {
    let valid = [
        r#""Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:s3:::x", "Condition": {"Bool": {"aws:SecureTransport": "true"}}"#,
        r#""Effect": "Deny", "Action": "s3:*Object?", "NotResource": "arn:aws:s3:::x/*""#,
        r#""Effect": "Allow", "Action": "*", "Resource": "*""#,
    ];
    for statement in valid {
        warns("scp", &policy(statement), &[]);
    }
}

#[test]
fn resource_control_policies_deny_everyone_named_actions() {
    let star = guarded(r#""Action": "s3:*", "Resource": "*""#);
    warns("rcp", &star, &[]);
    warns(
        "rcp",
        &guarded(r#""Action": ["s3:*Object", "sqs:?*"], "NotResource": "arn:aws:s3:::x/*""#),
        &[],
    );
    warns(
        "rcp",
        &guarded(r#""Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"a": "true"}}"#),
        &[],
    );
    is_refused(
        "rcp",
        &star.replace("Deny", "Allow"),
        "GRAM-26",
        r#""Allow""#,
        None,
    );
    for action in [r#""*""#, r#""*:*""#, r#""*:Get""#] {
        let text = guarded(&format!(r#""Action": {action}, "Resource": "*""#));
        let faults = check_text(&text, kind("rcp"));
        assert_eq!(
            faults.iter().map(|fault| fault.rule).collect::<Vec<_>>(),
            ["GRAM-26"],
            "{action}"
        );
    }
    for principal in [
        r#"{"AWS": "111122223333"}"#,
        r#"{"AWS": "*"}"#,
        r#"["*"]"#,
        r#""x""#,
    ] {
        let text = guarded(r#""Action": "s3:*", "Resource": "*""#)
            .replace(r#""Principal": "*""#, &format!(r#""Principal": {principal}"#));
        is_refused("rcp", &text, "GRAM-26", principal, None);
    }
    let not_action = guarded(r#""NotAction": "s3:*", "Resource": "*""#);
    is_refused("rcp", &not_action, "GRAM-26", r#""NotAction""#, None);
    let bare = policy(r#""Effect": "Deny", "Action": "s3:*", "Resource": "*""#);
    let statement = r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}"#;
    is_refused("rcp", &bare, "GRAM-14", statement, None);
    let missing = guarded(r#""Action": "s3:*""#);
    is_refused(
        "rcp",
        &missing,
        "GRAM-12",
        r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*"}"#,
        None,
    );
}

#[test]
fn resource_policies_want_resources_by_service() {
    let text = guarded(r#""Action": "x:y""#);
    warns("resource", &text, &["GRAM-12"]);
    let severity = |service| check_text(&text, PolicyType::Resource(Some(service)))[0].severity;
    assert_eq!(severity(ResourceService::Other), Severity::Warning);
    for service in [
        ResourceService::S3,
        ResourceService::Kms,
        ResourceService::Sqs,
        ResourceService::Logs,
    ] {
        assert_eq!(severity(service), Severity::Error);
    }
    let no_arn = guarded(r#""Action": "x:y", "Resource": "execute-api:/*""#);
    warns("resource", &no_arn, &["GRAM-13"]);
    assert!(!is_valid(&check_text(
        &no_arn,
        PolicyType::Resource(Some(ResourceService::S3))
    )));
    assert!(is_valid(&check_text(
        &guarded(r#""Action": "kms:*", "Resource": "*""#),
        PolicyType::Resource(Some(ResourceService::Kms))
    )));
}

#[test]
fn endpoint_policies_have_limits_of_their_own() {
    let endpoint = |condition: &str| {
        guarded(&format!(
            r#""Action": "sqs:*", "Resource": "*", "Condition": {condition}"#
        ))
    };
    warns(
        "endpoint",
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}"#,
        &[],
    );
    let valid = [
        r#"{"StringEquals": {"aws:PrincipalAccount": "111122223333"}}"#,
        r#"{"StringLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}"#,
        r#"{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}}"#,
        r#"{"NumericLessThan": {"s3:max-keys": "10"}}"#,
    ];
    for condition in valid {
        warns("endpoint", &endpoint(condition), &[]);
    }
    let invalid = [
        (
            r#"{"StringLike": {"aws:PrincipalAccount": "1111*"}}"#,
            r#""1111*""#,
        ),
        (
            r#"{"StringNotLikeIfExists": {"AWS:sourcevpc": "vpc-0123456*"}}"#,
            r#""vpc-0123456*""#,
        ),
        (
            r#"{"NumericEquals": {"aws:PrincipalAccount": "111122223333"}}"#,
            r#""NumericEquals""#,
        ),
        (r#"{"StringLike": {"s3:prefix": "ab*"}}"#, r#""ab*""#),
        (r#"{"StringLike": {"s3:prefix": "*"}}"#, r#""*""#),
        (
            r#"{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::1111*:role/x"}}"#,
            r#""arn:aws:iam::1111*:role/x""#,
        ),
    ];
    for (condition, place) in invalid {
        is_refused("endpoint", &endpoint(condition), "GRAM-27", place, None);
        assert!(
            is_valid(&check_text(&endpoint(condition), kind("resource"))),
            "{condition}"
        );
    }
    let mixed = guarded(r#""Action": "sqs:*", "Resource": "arn:aws:sqs:*:1111222233*:q""#);
    is_refused(
        "endpoint",
        &mixed,
        "GRAM-27",
        r#""arn:aws:sqs:*:1111222233*:q""#,
        None,
    );
    let gateway = guarded(r#""Action": "s3:*", "Resource": "*""#)
        .replace(r#""*", "Action""#, r#"{"AWS": "111122223333"}, "Action""#);
    warns("endpoint", &gateway, &["GRAM-27"]);
    warns("endpoint", &gateway.replace("s3:*", "sqs:*"), &[]);
}
