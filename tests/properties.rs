//! What holds of every decision, whatever the policies: knowledge, denies, order, replay, and any document at all.
//!
//! Cases are drawn by the seeded generator of `tests/reference`, so that statements, keys and values meet often.
//! `ROLECALL_PROPERTY_CASES` says how many (3,000 if not set).
//!
//! Source: TRI-14, EVAL-02, EVAL-04, TRI-10.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test reads JSON by index, where a missing member is null, and reports by panicking"
)]

#[allow(
    dead_code,
    reason = "the reference is shared; this test draws cases from it and decides nothing with it"
)]
mod reference;

use proptest::prelude::*;
use reference::generate::{Random, case};
use rolecall::condition::Mode;
use rolecall::simulate::cases::answer;
use serde_json::{Value, json};

const LAYERS: [&str; 4] = ["identityPolicies", "permissionBoundaries", "scps", "rcps"];

fn decide(case: &Value) -> Value {
    decide_in(case, Mode::Chosen)
}

fn decide_in(case: &Value, mode: Mode) -> Value {
    serde_json::to_value(answer(&case.to_string(), mode)).unwrap()
}

fn cases() -> impl Iterator<Item = Value> {
    let count = std::env::var("ROLECALL_PROPERTY_CASES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(3000);
    let mut random = Random(20_261_122);
    (0..count).map(move |_| case(&mut random))
}

fn is_denied(decision: &Value) -> bool {
    decision == "ImplicitlyDenied" || decision == "ExplicitlyDenied"
}

/// The case with a statement put before those of its first identity policy.
fn with_statement(case: &Value, statement: &Value) -> Value {
    let mut changed = case.clone();
    let policies = changed["identityPolicies"].as_array_mut().unwrap();
    policies.push(json!({ "Version": "2012-10-17", "Statement": [statement] }));
    changed
}

#[test]
fn knowing_more_never_changes_a_definite_decision() {
    for case in cases() {
        let Some(unknown) = case["request"]["unknownKeys"].as_array().cloned() else {
            continue;
        };
        let before = decide(&case);
        if before["decision"] == "Depends" {
            continue;
        }
        for key in &unknown {
            for value in [
                Value::Null,
                json!("a"),
                json!("true"),
                json!("10.1.2.3"),
                json!(""),
            ] {
                let mut known = case.clone();
                let rest: Vec<&Value> = unknown.iter().filter(|other| *other != key).collect();
                known["request"]["unknownKeys"] = json!(rest);
                known["request"]["context"][key.as_str().unwrap()] = value;
                let after = decide(&known);
                let same = after["decision"] == before["decision"]
                    || before["mayBeExplicit"] == true && is_denied(&after["decision"]);
                assert!(same, "{before} became {after} for {known}");
            }
        }
    }
}

#[test]
fn a_further_deny_never_grants_and_a_further_allow_never_refuses() {
    let deny = json!({ "Effect": "Deny", "Action": "s3:Get*", "Resource": "*" });
    let allow = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    for case in cases() {
        let before = decide(&case);
        let denied = decide(&with_statement(&case, &deny));
        if is_denied(&before["decision"]) {
            assert!(
                is_denied(&denied["decision"]),
                "{before} became {denied} for {case}"
            );
        }
        let allowed = decide(&with_statement(&case, &allow));
        if before["decision"] == "Allowed" {
            assert_eq!(allowed["decision"], "Allowed", "{case}");
        }
        if before["decision"] == "ExplicitlyDenied" {
            assert_eq!(allowed["decision"], "ExplicitlyDenied", "{case}");
        }
    }
}

/// The same document with every list and every object turned around. Levels of SCPs stay in order; they commute
/// too, yet their order means something to people.
fn turned(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().rev().map(turned).collect(),
        Value::Object(members) => members
            .iter()
            .rev()
            .map(|(k, v)| (k.clone(), turned(v)))
            .collect(),
        other => other.clone(),
    }
}

#[test]
fn the_order_of_statements_keys_and_values_does_not_matter() {
    for case in cases() {
        let mut other = case.clone();
        for layer in LAYERS
            .iter()
            .chain(&["resourcePolicy", "sessionPolicy", "vpcEndpointPolicy"])
        {
            if let Some(policies) = other.get_mut(*layer) {
                *policies = turned(policies);
            }
        }
        let (one, two) = (decide(&case), decide(&other));
        assert_eq!(one["decision"], two["decision"], "{case}");
        assert_eq!(one["exact"], two["exact"], "{case}");
    }
}

#[test]
fn sound_answers_are_never_contradicted_by_chosen_ones() {
    for case in cases() {
        let sound = decide_in(&case, Mode::Sound);
        let chosen = decide(&case);
        let holds = match sound["decision"].as_str() {
            Some("Allowed") => chosen["decision"] == "Allowed",
            Some("ExplicitlyDenied") => chosen["decision"] == "ExplicitlyDenied",
            Some("ImplicitlyDenied") => is_denied(&chosen["decision"]),
            _ => true,
        };
        assert!(holds, "sound {sound}, chosen {chosen} for {case}");
    }
}

/// Any JSON value at all, with the words of policies among its keys and texts.
fn any_json() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "Version",
        "2012-10-17",
        "Statement",
        "Effect",
        "Allow",
        "Deny",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Principal",
        "NotPrincipal",
        "Condition",
        "StringLike",
        "ForAllValues:StringEquals",
        "IpAddress",
        "Null",
        "AWS",
        "Service",
        "*",
        "s3:*",
        "arn:aws:s3:::b/*",
        "${aws:username}",
        "${",
        "aws:SourceIp",
        "10.0.0.0/8",
        "",
        "\u{1F980}",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..6)
                .prop_map(|members| members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_document_brings_the_engine_down(one in any_json(), two in any_json(), sound in any::<bool>()) {
        let object = |value: &Value| if value.is_object() { value.clone() } else { json!({ "Statement": value }) };
        let mode = if sound { Mode::Sound } else { Mode::Chosen };
        for target in ["resource", "resourcePattern"] {
            let mut request = json!({
                "principal": "arn:aws:sts::111122223333:assumed-role/dev/s1",
                "action": "s3:GetObject",
                "resourceAccount": "111122223333",
                "context": {},
                "unknownKeys": ["aws:SourceIp", "aws:username"],
            });
            request[target] = json!("arn:aws:s3:::b/*");
            let case = json!({
                "id": "any", "request": request, "identityPolicies": [object(&one)], "resourcePolicy": object(&two),
                "permissionBoundaries": [], "scps": [[object(&two)]], "rcps": [[object(&one)]], "sessionPolicy": null,
            });
            let answer = decide_in(&case, mode);
            prop_assert!(answer["decision"].is_string(), "{answer}");
        }
    }

    #[test]
    fn a_document_that_is_not_understood_never_grants_for_certain(extra in any_json()) {
        let case = json!({
            "id": "extra",
            "request": {
                "principal": "arn:aws:iam::111122223333:user/a", "action": "s3:GetObject",
                "resource": "arn:aws:s3:::b/k", "resourceAccount": "111122223333", "context": {},
            },
            "identityPolicies": [
                { "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*" } },
                { "Version": "2012-10-17", "Statement": [], "Extra": extra },
            ],
        });
        prop_assert_eq!(&decide(&case)["decision"], "Depends");
    }
}
