//! GRAM-01 to GRAM-08 and the order of checks.

use super::*;
use crate::grammar::check;
use crate::source::Tree;

const STATEMENT: &str = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#;

fn document(rest: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", {rest}}}"#)
}

#[test]
fn a_statement_may_stand_alone_or_in_a_list() {
    is_stored("managed", &document(&format!(r#""Statement": {STATEMENT}"#)));
    is_stored("managed", &document(&format!(r#""Statement": [{STATEMENT}]"#)));
    is_stored(
        "managed",
        &document(&format!(r#""Statement": [{STATEMENT}, {STATEMENT}]"#)),
    );
}

#[test]
fn what_is_no_json_object_is_refused_in_the_words_of_the_type() {
    for (text, place) in [
        ("This is not a json document", "This"),
        ("", ""),
        ("  \n", ""),
        ("{not valid json", "not"),
        ("[]", "[]"),
        ("null", "null"),
        (r#""{}""#, r#""{}""#),
        (r#"{"Version": "2012-10-17", }"#, "}"),
    ] {
        is_refused("managed", text, "GRAM-01", place, Some(SYNTAX));
        is_refused(
            "trust",
            text,
            "GRAM-01",
            place,
            Some("This policy contains invalid Json"),
        );
        for other in ["resource", "scp", "rcp", "endpoint"] {
            is_refused(other, text, "GRAM-01", place, None);
        }
    }
}

#[test]
fn a_second_document_is_refused() {
    let one = document(&format!(r#""Statement": {STATEMENT}"#));
    is_refused("inline", &format!("{one} {one}"), "GRAM-01", &one, Some(SYNTAX));
}

#[test]
fn iam_takes_latin_1_and_no_other_characters() {
    is_stored("managed", &with_resource(r#""arn:aws:s3:::ÿ/*""#));
    for name in ["managed", "inline", "trust", "boundary", "session"] {
        is_refused(name, &with(r#""Sid": "😀""#), "GRAM-01", "😀", None);
    }
    is_refused(
        "managed",
        &format!("\u{feff}{}", with(r#""Sid": """#)),
        "GRAM-01",
        "\u{feff}",
        None,
    );
    let bucket = with(r#""Principal": "*", "Sid": "😀""#);
    is_stored("resource", &bucket);
    warns("resource", &format!("\u{feff}{bucket}"), &["GRAM-01"]);
}

#[test]
fn iam_reads_a_limited_number_of_characters() {
    let long = format!("{}{}", with(r#""Sid": """#), " ".repeat(131_072));
    let faults = check_text(&long, kind("managed"));
    assert_eq!(
        faults.iter().map(|fault| fault.rule).collect::<Vec<_>>(),
        ["GRAM-01"]
    );
    assert_eq!(faults[0].span.start, 131_072);
    assert!(is_valid(&check_text(&long, kind("scp"))));
}

#[test]
fn keys_are_known_case_sensitive_and_given_once() {
    let unknown = document(&format!(r#""Statement": {STATEMENT}, "Extra field": "v""#));
    is_refused("managed", &unknown, "GRAM-02", r#""Extra field""#, Some(SYNTAX));
    let conditions = document(&format!(r#""Statement": {STATEMENT}, "Conditions": {{}}"#));
    is_refused("managed", &conditions, "GRAM-02", r#""Conditions""#, Some(SYNTAX));
    let lower = format!(r#"{{"version": "2012-10-17", "Statement": {STATEMENT}}}"#);
    is_refused("managed", &lower, "GRAM-02", r#""version""#, Some(SYNTAX));
    let faults = check_text(&lower, kind("managed"));
    let help = faults
        .iter()
        .find(|fault| fault.rule == "GRAM-02")
        .and_then(|fault| fault.help.clone());
    assert_eq!(
        help.as_deref(),
        Some("write `Version`: the names of elements are case-sensitive")
    );
    let twice = r#"{"Version": "2012-10-17", "Version": "2012-10-17", "Statement": []}"#;
    is_refused("managed", twice, "GRAM-03", r#""Version""#, None);
}

#[test]
fn repeated_keys_are_found_at_every_depth_of_the_policy_and_not_outside() {
    let effects = policy(r#""Effect": "Allow", "Effect": "Deny", "Action": "s3:*", "Resource": "*""#);
    is_refused("managed", &effects, "GRAM-03", r#""Effect""#, None);
    let operators = with_condition(r#"{"StringEquals": {"aws:a": "1"}, "StringEquals": {"aws:b": "2"}}"#);
    is_refused("managed", &operators, "GRAM-03", r#""StringEquals""#, None);
    let keys = with_condition(r#"{"StringEquals": {"aws:a": "1", "aws:a": "2"}}"#);
    is_refused("managed", &keys, "GRAM-03", r#""aws:a""#, None);
    let principals = with(r#""Principal": {"AWS": "*", "AWS": "*"}"#);
    is_refused("resource", &principals, "GRAM-03", r#""AWS""#, None);

    let outer = format!(r#"{{"a": 1, "a": 2, "Document": {}}}"#, with(r#""Sid": """#));
    let parsed = Tree::parse(&outer);
    let tree = parsed.tree.unwrap();
    let root = tree.find("/Document").unwrap();
    assert_eq!(check(&tree, &parsed.faults, root, PolicyType::Managed), []);
}

#[test]
fn versions_are_wanted_by_type() {
    const OLD: &str = "Policy document must be version 2012-10-17 or greater.";
    let principal = r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}"#;
    let trust = r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}"#;
    let none = |statement: &str| format!(r#"{{"Statement": {statement}}}"#);
    let old = |statement: &str| format!(r#"{{"Version": "2008-10-17", "Statement": {statement}}}"#);
    for name in ["managed", "boundary"] {
        is_refused(name, &none(STATEMENT), "GRAM-04", &none(STATEMENT), Some(OLD));
        is_refused(name, &old(STATEMENT), "GRAM-04", r#""2008-10-17""#, Some(OLD));
    }
    for name in ["inline", "session"] {
        warns(name, &none(STATEMENT), &["GRAM-04"]);
        warns(name, &old(STATEMENT), &["GRAM-04"]);
    }
    is_refused("scp", &old(STATEMENT), "GRAM-04", r#""2008-10-17""#, None);
    is_refused("rcp", &old(principal), "GRAM-04", r#""2008-10-17""#, None);
    is_refused("rcp", &none(principal), "GRAM-04", &none(principal), None);
    for (name, statement) in [("resource", principal), ("endpoint", principal), ("trust", trust)] {
        warns(name, &none(statement), &[]);
        warns(name, &old(statement), &[]);
    }
    for wrong in [
        r#""2013-10-17""#,
        "20121017",
        r#""""#,
        r#"["2012-10-17"]"#,
        "null",
    ] {
        let text = format!(r#"{{"Version": {wrong}, "Statement": {trust}}}"#);
        is_refused("inline", &text, "GRAM-04", wrong, Some(SYNTAX));
        is_refused(
            "trust",
            &text,
            "GRAM-04",
            wrong,
            Some("The policy must contain a valid version string"),
        );
        is_refused("endpoint", &text, "GRAM-04", wrong, None);
    }
}

#[test]
fn an_id_is_a_string() {
    warns(
        "managed",
        &document(&format!(r#""Id": "x", "Statement": {STATEMENT}"#)),
        &["GRAM-05"],
    );
    for wrong in [r#"["x"]"#, "{}", "1"] {
        let text = document(&format!(r#""Id": {wrong}, "Statement": {STATEMENT}"#));
        is_refused("managed", &text, "GRAM-05", wrong, Some(SYNTAX));
    }
}

#[test]
fn there_is_at_least_one_statement_and_each_is_an_object() {
    const EMPTY: &str = "Could not parse the policy: Statement is empty!";
    let missing = r#"{"Version": "2012-10-17"}"#;
    is_refused("managed", missing, "GRAM-06", missing, Some(SYNTAX));
    is_refused("trust", missing, "GRAM-06", missing, Some(EMPTY));
    for wrong in ["[]", "null"] {
        let text = document(&format!(r#""Statement": {wrong}"#));
        is_refused("managed", &text, "GRAM-06", wrong, Some(SYNTAX));
        is_refused("trust", &text, "GRAM-06", wrong, Some(EMPTY));
    }
    for (wrong, place) in [
        (r#""hello""#, r#""hello""#),
        ("[\"afd\"]", "\"afd\""),
        ("[[]]", "[]"),
        ("7", "7"),
    ] {
        let text = document(&format!(r#""Statement": {wrong}"#));
        is_refused("managed", &text, "GRAM-06", place, Some(SYNTAX));
        is_refused("scp", &text, "GRAM-06", place, None);
    }
}

#[test]
fn sids_are_letters_and_digits_where_iam_stores_them_and_unique() {
    for (name, rest) in [("managed", ""), ("scp", ""), ("rcp", r#""Principal": "*", "#)] {
        let text = policy(&format!(
            r#"{rest}"Sid": "a b", "Effect": "Deny", "Action": "s3:*", "Resource": "*""#
        ));
        is_refused(name, &text, "GRAM-08", r#""a b""#, None);
    }
    is_stored("resource", &with(r#""Sid": "a b", "Principal": "*""#));
    for wrong in ["{}", "[]", "1", "null"] {
        is_refused(
            "managed",
            &with(&format!(r#""Sid": {wrong}"#)),
            "GRAM-08",
            wrong,
            Some(SYNTAX),
        );
    }
    let pair = |sid: &str, rest: &str| {
        let one = format!(r#"{{"Sid": "{sid}", "Effect": "Allow", "Action": "s3:*"{rest}}}"#);
        document(&format!(r#""Statement": [{one}, {one}]"#))
    };
    let resource = r#", "Resource": "*""#;
    let unique = "Statement IDs (SID) in a single policy must be unique.";
    is_refused("managed", &pair("x", resource), "GRAM-08", r#""x""#, Some(unique));
    is_stored("managed", &pair("", resource));
    warns(
        "resource",
        &pair("x", r#", "Resource": "*", "Principal": "*""#),
        &["GRAM-08"],
    );
}

#[test]
fn iam_meets_faults_in_its_own_order() {
    let text =
        r#"{"Statement": {"Effect": "denY", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b"}}"#;
    is_refused(
        "managed",
        text,
        "GRAM-09",
        r#""denY""#,
        Some("Policy document must be version 2012-10-17 or greater."),
    );
    let late =
        r#"{"Statement": {"Effect": "denY", "Action": "s3:*", "Resource": "*"}, "Version": "2008-10-17"}"#;
    is_refused(
        "managed",
        late,
        "GRAM-09",
        r#""denY""#,
        Some("Policy document must be version 2012-10-17 or greater."),
    );
    let bad_date = r#""Condition": {"DateGreaterThan": {"a": "x"}}"#;
    let cases = [
        (r#""Effect": "allow", "Extra": 1"#.to_owned(), SYNTAX),
        (
            r#""Effect": "allow", "Resource": "arn:aws:s3:us-east-1::b""#.to_owned(),
            LEGACY,
        ),
        (
            r#""Effect": "Allow", "Resource": "arn:aws:s3::b""#.to_owned(),
            LEGACY,
        ),
        (format!(r#""Effect": "Allow", {bad_date}"#), LEGACY),
        (
            format!(r#""Effect": "Allow", "Action": "s3:*", "Resource": "arn:error:s3:::b", {bad_date}"#),
            LEGACY,
        ),
        (
            r#""Effect": "Allow""#.to_owned(),
            "Policy statement must contain actions.",
        ),
        (
            r#""Effect": "Allow", "Action": "s:3:ListBucket", "Resource": "sdfsadf""#.to_owned(),
            r#"Resource sdfsadf must be in ARN format or "*"."#,
        ),
        (
            r#""Effect": "Allow", "Action": "x", "Resource": ["arn:error:s3:::b", "arn:error:s3::b"]"#
                .to_owned(),
            r#"Partition "error" is not valid for resource "arn:error:s3:::b"."#,
        ),
    ];
    for (statement, message) in cases {
        let faults = check_text(&policy(&statement), kind("managed"));
        assert_eq!(first_aws_message(&faults), Some(message), "{statement}");
    }
    let sids = document(r#""Statement": [{"Sid": "x", "Effect": "Allow"}, {"Sid": "x", "Effect": "Allow"}]"#);
    let first = check_text(&sids, kind("managed"));
    assert_eq!(
        first_aws_message(&first),
        Some("Statement IDs (SID) in a single policy must be unique.")
    );
}

#[test]
fn faults_come_in_the_order_of_the_document() {
    let text = r#"{"Statement": [{"Effect": "x", "Action": 1, "Resource": {}}], "Extra": 1, "Version": "1"}"#;
    let rules: Vec<_> = check_text(text, kind("managed"))
        .iter()
        .map(|fault| fault.rule)
        .collect();
    assert_eq!(rules, ["GRAM-09", "GRAM-10", "GRAM-12", "GRAM-02", "GRAM-04"]);
}
