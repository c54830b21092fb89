//! Documents of RAM.

use super::super::{PolicyType, RamPolicy, check_text, is_valid};

fn document(statement: &str) -> String {
    format!(r#"{{"Version": "1", "Statement": [{{{statement}}}]}}"#)
}

/// The faults of a document: its rules, each with the text it stands at, errors first with a `!`.
fn faults(kind: RamPolicy, text: &str) -> Vec<String> {
    let faults = check_text(text, PolicyType::Ram(kind));
    assert!(faults.iter().all(|fault| fault.aws_message.is_none()), "{text}");
    let mark = |is_error: bool| if is_error { "!" } else { "?" };
    let found = faults.iter();
    found
        .map(|fault| format!("{}{} {}", mark(fault.is_error()), fault.rule, fault.span.of(text)))
        .collect()
}

#[track_caller]
fn says(kind: RamPolicy, statement: &str, expected: &[&str]) {
    assert_eq!(faults(kind, &document(statement)), expected, "{statement}");
}

#[test]
fn what_ram_documents_show_is_valid() {
    let valid = [
        r#""Effect": "Allow", "Action": "*:Describe*", "Resource": "*""#,
        r#""Effect": "Allow", "Action": ["alikafka:*"], "Resource": ["acs:alikafka:*:*:*"]"#,
        r#""Effect": "Deny", "NotAction": "oss:*", "Resource": "acs:*:*cn-beijing*:*:*""#,
        r#""Effect": "Allow", "Action": "ram:PassRole", "Resource": "acs:ram:*:*:role/aliyunfcdefaultrole",
           "Condition": {"StringEquals": {"acs:Service": "fc.aliyuncs.com"}}"#,
    ];
    for statement in valid {
        for kind in [RamPolicy::Identity, RamPolicy::Control, RamPolicy::Session] {
            says(kind, statement, &[]);
        }
    }
    let trust = r#""Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": ["acs:ram::1234567890123456:root"],
        "Service": ["connector.alikafka.aliyuncs.com"], "Federated": ["acs:ram::1234567890123456:saml-provider/idp"]}"#;
    says(RamPolicy::Trust, trust, &[]);
    let bucket = r#""Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:b/*", "Principal": ["2012345"]"#;
    says(RamPolicy::Resource, bucket, &[]);
}

#[test]
fn the_version_is_the_string_one() {
    for (version, place) in [
        (r#""2012-10-17""#, r#""2012-10-17""#),
        ("1", "1"),
        (r#""1.0""#, r#""1.0""#),
    ] {
        let text = format!(
            r#"{{"Version": {version}, "Statement": {{"Effect": "Allow", "Action": "*", "Resource": "*"}}}}"#
        );
        assert_eq!(faults(RamPolicy::Identity, &text), [format!("!GRAM-04 {place}")]);
    }
    let text = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    assert_eq!(faults(RamPolicy::Identity, text), [format!("!GRAM-04 {text}")]);
}

#[test]
fn elements_of_aws_are_no_elements_of_ram() {
    says(
        RamPolicy::Identity,
        r#""Sid": "a b", "Effect": "Allow", "Action": "oss:*", "Resource": "*""#,
        &[r#"?RAM-01 "Sid""#],
    );
    let text = document(r#""Effect": "Allow", "Action": "oss:*", "NotResource": "acs:oss:*:*:b""#);
    assert!(faults(RamPolicy::Identity, &text).contains(&r#"!RAM-01 "NotResource""#.to_owned()));
    let text = document(r#""Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}"#);
    assert!(faults(RamPolicy::Trust, &text).contains(&r#"!GRAM-14 "AWS""#.to_owned()));
    let text =
        r#"{"Version": "1", "Id": "x", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    assert_eq!(faults(RamPolicy::Identity, text), [r#"!GRAM-02 "Id""#]);
}

#[test]
fn names_and_operators_of_aws_are_refused() {
    says(
        RamPolicy::Identity,
        r#""Effect": "Allow", "Action": "oss:*", "Resource": ["arn:aws:s3:::b", "acs:oss:*"]"#,
        &[r#"!RAM-03 "arn:aws:s3:::b""#, r#"?RAM-03 "acs:oss:*""#],
    );
    for operator in [
        "ArnLike",
        "StringEqualsIfExists",
        "ForAnyValue:StringLike",
        "Null",
    ] {
        let text = document(&format!(
            r#""Effect": "Allow", "Action": "oss:*", "Resource": "*", "Condition": {{"{operator}": {{"acs:SourceVpc": "true"}}}}"#
        ));
        assert_eq!(
            faults(RamPolicy::Identity, &text),
            [format!("!GRAM-17 \"{operator}\"")]
        );
    }
}

#[test]
fn variables_are_doubtful_and_break_nothing() {
    let text =
        document(r#""Effect": "Allow", "Action": "oss:*", "Resource": "acs:oss:*:*:b/${acs:username}/*""#);
    assert_eq!(
        faults(RamPolicy::Identity, &text),
        [r#"?RAM-06 "acs:oss:*:*:b/${acs:username}/*""#]
    );
    assert!(is_valid(&check_text(&text, PolicyType::Ram(RamPolicy::Identity))));
}
