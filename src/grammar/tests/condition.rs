//! GRAM-16 to GRAM-21 and the values of conditions.

use super::*;

fn with_date(value: &str) -> String {
    with_condition(&format!(r#"{{"DateLessThanEquals": {{"a": {value}}}}}"#))
}

#[test]
fn a_condition_is_operators_over_keys_over_scalars() {
    let valid = [
        r#"{"StringEquals": {"a": "1", "b": ["2", "3"]}, "Bool": {"c": "true"}}"#,
        r#"{"Null": {"aws:TokenIssueTime": true}}"#,
        r#"{"NumericLessThan": {"a": 10}}"#,
        r#"{"StringEquals": {"a": [true, 1, "x"]}}"#,
    ];
    for condition in valid {
        warns("managed", &with_condition(condition), &[]);
    }
    let invalid = [
        ("[]", "[]"),
        (r#""a""#, r#""a""#),
        ("null", "null"),
        (
            r#"[{"StringEquals": {"a": "b"}}]"#,
            r#"[{"StringEquals": {"a": "b"}}]"#,
        ),
        (r#"{"a": "b"}"#, r#""b""#),
        (r#"{"DateGreaterThan": "b"}"#, r#""b""#),
        (r#"{"DateGreaterThan": []}"#, "[]"),
        (r#"{"StringEquals": {"a": {}}}"#, "{}"),
        (r#"{"StringEquals": {"a": ["x", []]}}"#, "[]"),
        (r#"{"StringEquals": {"a": null}}"#, "null"),
        (r#"{"StringEquals": {"a": ["x", null]}}"#, "null"),
    ];
    for (condition, place) in invalid {
        is_refused(
            "managed",
            &with_condition(condition),
            "GRAM-16",
            place,
            Some(SYNTAX),
        );
        let on_resource = with(&format!(r#""Principal": "*", "Condition": {condition}"#));
        is_refused("resource", &on_resource, "GRAM-16", place, None);
    }
}

#[test]
fn empty_conditions_are_stored_and_pointed_out() {
    warns("managed", &with_condition("{}"), &["EMPTY-03"]);
    warns(
        "managed",
        &with_condition(r#"{"StringEquals": {}}"#),
        &["EMPTY-03"],
    );
    warns(
        "managed",
        &with_condition(r#"{"DateGreaterThan": {"a": []}}"#),
        &["GRAM-16"],
    );
    warns(
        "managed",
        &with_condition(r#"{"x": {}, "y": {}}"#),
        &["GRAM-17", "GRAM-17"],
    );
    warns(
        "managed",
        &with_condition(r#"{"NullIfExists": {}}"#),
        &["GRAM-17"],
    );
}

#[test]
fn operators_are_known_and_case_sensitive() {
    for operator in [
        "ForAnyValue:StringEqualsIfExists",
        "ForAllValues:StringLike",
        "NotIpAddressIfExists",
        "ForAnyValue:Null",
    ] {
        let value = if operator.contains("Null") {
            "true"
        } else {
            "10.0.0.0/8"
        };
        warns(
            "managed",
            &with_condition(&format!(r#"{{"{operator}": {{"a": "{value}"}}}}"#)),
            &[],
        );
    }
    let unknown = [
        "x",
        "",
        "NullIfExists",
        "ForAnyValue::StringEquals",
        "stringequals",
        "StringEqualsifexists",
        "forAnyValue:StringEquals",
        "StringEqualsIfExistsIfExists",
        "ForAnyValue:ForAllValues:StringEquals",
        "StringLikeIgnoreCase",
        "ArnEqualsIgnoreCase",
        "NotNull",
        "StringEquals ",
    ];
    for operator in unknown {
        let text = with_condition(&format!(r#"{{"{operator}": {{"a": "1"}}}}"#));
        is_refused(
            "managed",
            &text,
            "GRAM-17",
            &format!("\"{operator}\""),
            Some(SYNTAX),
        );
    }
    let faults = check_text(&with_condition(r#"{"StringEqual": {"a": "1"}}"#), kind("managed"));
    assert!(
        faults[0]
            .help
            .as_deref()
            .is_some_and(|help| help.starts_with("did you mean `StringEqual"))
    );
}

#[test]
fn keys_that_differ_by_case_are_one_key_twice() {
    let text = with_condition(r#"{"StringEquals": {"aws:SourceVpc": "a", "aws:sourcevpc": "b"}}"#);
    is_refused("managed", &text, "GRAM-19", r#""aws:sourcevpc""#, None);
    let apart = r#"{"StringEquals": {"aws:SourceVpc": "a"}, "StringLike": {"aws:sourcevpc": "b"}}"#;
    is_stored("managed", &with_condition(apart));
}

#[test]
fn dates_are_parsed_when_a_policy_is_stored() {
    let valid = [
        "2019-07-01T13:20:15Z",
        "2016-12-13T21:20:37.593194+00:00",
        "2016-12-13t2:00:00.593194+23",
        "-292275054",
        "01T",
        "2024",
        "2024-02",
        "2024-02-29",
        "2024-01-01T00",
        "2024-01-01t00:00z",
        "1704067200",
        "9223372036854775807",
    ];
    for date in valid {
        warns("managed", &with_date(&format!("\"{date}\"")), &[]);
    }
    warns("managed", &with_date("1704067200"), &[]);
    warns("managed", &with_date(r#"["2024-01-01", "0"]"#), &[]);
    warns("managed", &with_date(r#""2023-02-31""#), &["COND-22"]);
    let invalid = [
        "234-13",
        "sdfdsf",
        "",
        "2016-12-13t2:00:00.593194+1",
        "2016-12-13t2:00:00.1999999999+10:59",
        "9223372036854775808",
        "2024-13-01",
        "2024-01-32",
        "2024-01-01T24:00:00Z",
        "2024-01-01T00:60:00Z",
        "2024-01-01-01",
        "tomorrow",
    ];
    for date in invalid {
        let quoted = format!("\"{date}\"");
        is_refused("managed", &with_date(&quoted), "GRAM-20", &quoted, Some(LEGACY));
        is_refused(
            "managed",
            &with_date(&format!("[\"0\", {quoted}]")),
            "GRAM-20",
            &quoted,
            Some(LEGACY),
        );
    }
    is_refused("managed", &with_date("true"), "GRAM-20", "true", Some(LEGACY));
    let prefixed = with_condition(r#"{"ForAnyValue:DateEqualsIfExists": {"a": "x"}}"#);
    is_refused("managed", &prefixed, "GRAM-20", r#""x""#, Some(LEGACY));
}

#[test]
fn values_of_another_type_are_stored_and_never_match() {
    let cases = [
        (r#"{"NumericEquals": {"a": "1e3"}}"#, "COND-18"),
        (r#"{"Bool": {"a": "yes"}}"#, "COND-17"),
        (r#"{"Null": {"a": "yes"}}"#, "COND-05"),
        (r#"{"IpAddress": {"aws:SourceIp": "10.0.0.0/33"}}"#, "COND-23"),
        (r#"{"BinaryEquals": {"a": "?"}}"#, "COND-25"),
        (r#"{"ArnLike": {"aws:SourceArn": "*"}}"#, "MATCH-N2"),
        (r#"{"ArnLike": {"aws:SourceArn": "arn:aws:s3"}}"#, "MATCH-N2"),
    ];
    for (condition, rule) in cases {
        warns("managed", &with_condition(condition), &[rule]);
    }
    warns(
        "managed",
        &with_condition(r#"{"ArnLike": {"a": "arn:aws:sns:${aws:RequestedRegion}:*:x"}}"#),
        &[],
    );
    warns(
        "managed",
        &with_condition(r#"{"Bool": {"a": "TRUE"}, "IpAddress": {"a": "2001:db8::/32"}}"#),
        &[],
    );
}

#[test]
fn variables_are_well_formed_and_stand_where_they_work() {
    let valid = [
        with_resource(r#""arn:aws:s3:::b/${aws:username}/${*}""#),
        with_resource(r#""arn:aws:s3:::b/${aws:PrincipalTag/team, 'none'}/*""#),
        with_condition(r#"{"StringLike": {"s3:prefix": "home/${aws:username}/*"}}"#),
        with_condition(r#"{"ArnLike": {"a": "arn:aws:iam::${aws:PrincipalAccount}:role/x"}}"#),
    ];
    for text in valid {
        warns("managed", &text, &[]);
    }
    let syntax = [
        "arn:aws:s3:::b/${aws:username",
        "arn:aws:s3:::b/${}",
        "arn:aws:s3:::b/${aws: username}",
        "arn:aws:s3:::b/${ aws:username }",
        "arn:aws:s3:::b/${aws:username, none}",
        "arn:aws:s3:::b/${aws:username, 'none}",
    ];
    for text in syntax {
        let quoted = format!("\"{text}\"");
        is_refused("managed", &with_resource(&quoted), "GRAM-21", &quoted, None);
        let condition = with_condition(&format!(r#"{{"StringLike": {{"a": {quoted}}}}}"#));
        is_refused("managed", &condition, "GRAM-21", &quoted, None);
    }
    let place = r#""s3:${aws:username}""#;
    is_refused("managed", &with_action(place), "GRAM-21", place, None);
    for operator in ["NumericEquals", "BinaryEquals", "IpAddress", "Null"] {
        let text = with_condition(&format!(r#"{{"{operator}": {{"a": "${{aws:username}}"}}}}"#));
        is_refused("managed", &text, "GRAM-21", r#""${aws:username}""#, None);
    }
    is_refused(
        "managed",
        &with_date(r#""${aws:CurrentTime}""#),
        "GRAM-21",
        r#""${aws:CurrentTime}""#,
        Some(LEGACY),
    );
    warns(
        "managed",
        &with_condition(r#"{"Bool": {"a": "${aws:SecureTransport}"}}"#),
        &["VAR-03"],
    );
    warns(
        "managed",
        &with_resource(r#""arn:aws:sns:${aws:RequestedRegion}:*:x""#),
        &["VAR-03"],
    );
}

#[test]
fn a_2008_document_has_no_variables() {
    let old = |resource: &str| {
        with(r#""Principal": "*""#)
            .replace("2012-10-17", "2008-10-17")
            .replace("arn:aws:s3:::b", resource)
    };
    let resource = "arn:aws:s3:::b/${aws:username}";
    is_refused(
        "resource",
        &old(resource),
        "GRAM-21",
        &format!("\"{resource}\""),
        None,
    );
    is_stored("resource", &old("arn:aws:s3:::b/${aws:username"));
}
