//! What holds for every document.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::grammar::size;

const DOCUMENTS: [&str; 5] = [
    r#"{"Version": "2012-10-17", "Id": "x", "Statement": [{"Sid": "A", "Effect": "Allow", "Action": ["s3:Get*", "sqs:*"],
        "Resource": ["arn:aws:s3:::b/${aws:username}/*", "*"], "Condition": {"StringLike": {"s3:prefix": ["a", "b*"]},
        "DateLessThan": {"aws:CurrentTime": "2024-01-01T00:00:00Z"}, "Bool": {"aws:SecureTransport": true}}}]}"#,
    r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": ["111122223333",
        "arn:aws:iam::111122223333:role/x"], "Service": "kafkaconnect.amazonaws.com"}, "Action": "sts:AssumeRole",
        "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:kafkaconnect:us-east-1:111122223333:connector/x/*"}}}}"#,
    r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "NotResource":
        "arn:aws:s3:::b", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "Null": {"aws:SourceVpce": "true"}}}]}"#,
    r#"{"Statement": [{"Effect": "allow", "NotPrincipal": {"Aws": "x*"}, "NotAction": [], "Resource": {}}, 1, {"Sid":
        "A", "Effect": "Deny", "Action": "x:y:z", "Resource": "arn:aws2:s3", "Condition": {"Foo": {"a": "1", "A": []}}}]}"#,
    r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Federated":
        "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action":
        "sts:AssumeRoleWithWebIdentity", "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:*"}}}}"#,
];

fn is_sound(text: &str) -> Result<(), TestCaseError> {
    for kind in PolicyType::all() {
        let faults = check_text(text, kind);
        for fault in &faults {
            prop_assert!(text.get(fault.span.start..fault.span.end).is_some(), "{fault:?}");
            prop_assert!(
                !fault.message.is_empty() && !fault.message.ends_with('.'),
                "{fault:?}"
            );
            prop_assert!(!fault.message.contains('\n'), "{fault:?}");
            prop_assert!(fault.severity == crate::grammar::Severity::Error || fault.aws_message.is_none());
        }
        prop_assert!(faults.is_sorted_by_key(|fault| fault.span.start));
        if first_aws_message(&faults).is_some() {
            prop_assert!(!is_valid(&faults));
        }
        prop_assert!(size(text, kind).counted <= text.chars().count());
    }
    Ok(())
}

/// A generator of numbers that is the same for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// The same document with its keys in another order and other whitespace.
fn rearranged(value: &Value, dice: &mut Dice, out: &mut String) {
    let space = [" ", "", "\n\t", "\r\n  "][dice.below(4)];
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            for at in (1..members.len()).rev() {
                members.swap(at, dice.below(at + 1));
            }
            let _ = write!(out, "{{{space}");
            for (at, (key, value)) in members.into_iter().enumerate() {
                let _ = write!(
                    out,
                    "{}{}{space}:",
                    if at > 0 { "," } else { "" },
                    Value::from(key.as_str())
                );
                rearranged(value, dice, out);
            }
            let _ = write!(out, "{space}}}");
        }
        Value::Array(items) => {
            let _ = write!(out, "[{space}");
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                rearranged(item, dice, out);
            }
            let _ = write!(out, "{space}]");
        }
        scalar => {
            let _ = write!(out, "{scalar}{space}");
        }
    }
}

/// What is found, without the places.
fn found(text: &str, kind: PolicyType) -> Vec<(&'static str, bool, String)> {
    let mut found: Vec<_> = check_text(text, kind)
        .into_iter()
        .filter(|fault| fault.rule != "GRAM-19")
        .map(|fault| (fault.rule, fault.is_error(), fault.message))
        .collect();
    found.sort();
    found
}

fn scrap() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[ -~]{1,3}",
        Just("\"".to_owned()),
        Just("{}".to_owned()),
        Just("[]".to_owned()),
        Just("null".to_owned()),
        Just("${".to_owned()),
        Just("*".to_owned()),
        Just("::".to_owned()),
        Just("\\ud800".to_owned()),
        Just("é😀\u{2028}".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn damaged_documents_give_faults_inside_them(
        which in 0..DOCUMENTS.len(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..6_usize, scrap()), 1..4),
    ) {
        let mut characters: Vec<char> = DOCUMENTS[which].chars().collect();
        for (at, length, scrap) in cuts {
            let start = at.index(characters.len() + 1);
            let end = (start + length).min(characters.len());
            characters.splice(start..end, scrap.chars());
        }
        is_sound(&characters.into_iter().collect::<String>())?;
    }

    #[test]
    fn strings_of_any_text_give_faults_inside_them(text in "\\PC{0,12}|[a:*?${},' ]{0,16}", at in 0..6_usize) {
        let string = Value::from(text.as_str());
        let text = match at {
            0 => with_action(&string.to_string()),
            1 => with_resource(&string.to_string()),
            2 => with(&format!(r#""Principal": {{"AWS": {string}}}"#)),
            3 => with(&format!(r#""Principal": {{"Federated": [{string}], {string}: 1}}"#)),
            4 => with_condition(&format!(r#"{{"DateEquals": {{"a": {string}}}, "StringLike": {{{string}: {string}}}}}"#)),
            _ => with_condition(&format!(r#"{{{string}: {{"a": {string}}}}}"#)),
        };
        is_sound(&text)?;
    }

    #[test]
    fn order_of_keys_and_whitespace_change_nothing(which in 0..DOCUMENTS.len(), seed in any::<u64>()) {
        let text = DOCUMENTS[which];
        let value: Value = serde_json::from_str(text).unwrap();
        let mut other = String::new();
        rearranged(&value, &mut Dice(seed), &mut other);
        for kind in PolicyType::all() {
            prop_assert_eq!(found(text, kind), found(&other, kind));
            let (left, right) = (check_text(text, kind), check_text(&other, kind));
            prop_assert_eq!(first_aws_message(&left), first_aws_message(&right));
            prop_assert_eq!(size(text, PolicyType::Managed).counted, size(&other, PolicyType::Managed).counted);
        }
    }
}
