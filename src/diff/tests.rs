//! Comparisons: what is equal shows nothing, what differs shows who, what, where and when, and random policies are
//! held against the engine's own decisions.

use proptest::prelude::*;

use super::*;
use crate::condition::{Context, Knowledge, State};
use crate::engine::{self, Caller, Decision, Resource, decide};
use crate::input::{Inputs, ReadOptions, read};
use crate::pattern::ActionPattern;

mod callers;

fn inputs(documents: &[(&str, &str)]) -> Inputs {
    let documents = documents
        .iter()
        .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()));
    read(documents, &ReadOptions::default())
}

fn policy(statements: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#)
}

fn diff_of(old: &str, new: &str) -> Difference {
    let (old, new) = (inputs(&[("old.json", old)]), inputs(&[("new.json", new)]));
    let side = |inputs, root| Side { inputs, root };
    diff(side(&old, "old.json"), side(&new, "new.json"))
}

/// The rows in short: sign, actions, resource, whether part of it, conditions.
fn rows(old: &str, new: &str) -> Vec<String> {
    let difference = diff_of(&policy(old), &policy(new));
    assert_eq!(difference.open, []);
    let row = |row: &Row| {
        assert!(row.proved, "{row:?}");
        let partly = if row.partly { " part" } else { "" };
        let when = if row.conditions.is_empty() {
            String::new()
        } else {
            format!(" when {:?}", row.conditions)
        };
        format!(
            "{} {} {}{partly}{when}",
            row.direction.as_str(),
            row.actions.join(","),
            row.resource
        )
    };
    difference.rows.iter().map(row).collect()
}

fn allow(actions: &str, resources: &str) -> String {
    format!(r#"{{"Effect": "Allow", "Action": {actions}, "Resource": {resources}}}"#)
}

fn deny(actions: &str, resources: &str) -> String {
    allow(actions, resources).replace("Allow", "Deny")
}

fn allow_when(actions: &str, resources: &str, condition: &str) -> String {
    let statement = allow(actions, resources);
    format!(
        "{}, \"Condition\": {condition}}}",
        statement.trim_end_matches('}')
    )
}

const BUCKET: &str = r#""arn:aws:s3:::b/*""#;

#[test]
fn the_same_in_other_words_is_no_difference() {
    let whole = allow(
        r#"["sqs:SendMessage", "sqs:ReceiveMessage"]"#,
        r#"["arn:aws:sqs:*:*:a*", "arn:aws:sqs:*:*:b"]"#,
    );
    let one =
        |action: &str, queue: &str| allow(&format!("{action:?}"), &format!("\"arn:aws:sqs:*:*:{queue}\""));
    let split = [
        one("sqs:ReceiveMessage", "b"),
        one("SQS:sendmessage", "b"),
        one("sqs:SendMessage", "a"),
        one("sqs:SendMessage", "a?*"),
        one("sqs:ReceiveMessage", "a*"),
    ];
    assert_eq!(rows(&whole, &split.join(",")), [""; 0]);
    let listed: Vec<String> = crate::catalog::actions_matching(&ActionPattern::parse("s3:Get*"))
        .map(|action| format!("{:?}", action.name()))
        .collect();
    assert_eq!(
        rows(
            &allow(r#""s3:Get*""#, r#""*""#),
            &allow(&format!("[{}]", listed.join(",")), r#""*""#)
        ),
        [""; 0]
    );
    let cased = r#"{"StringEquals": {"aws:SourceVpce": ["a", "b"]}}"#;
    let twice = ["a", "b"].map(|value| {
        allow_when(
            r#""s3:GetObject""#,
            BUCKET,
            &format!(r#"{{"StringEquals": {{"aws:sourcevpce": "{value}"}}}}"#),
        )
    });
    assert_eq!(
        rows(&allow_when(r#""s3:GetObject""#, BUCKET, cased), &twice.join(",")),
        [""; 0]
    );
}

#[test]
fn a_row_names_the_pattern_that_gained_and_whether_all_of_it_did() {
    let old = allow(r#""s3:GetObject""#, r#""arn:aws:s3:::b/x*""#);
    assert_eq!(
        rows(&old, &allow(r#""s3:GetObject""#, BUCKET)),
        ["new s3:GetObject arn:aws:s3:::b/* part"]
    );
    assert_eq!(rows("", &old), ["new s3:GetObject arn:aws:s3:::b/x*"]);
    assert_eq!(rows(&old, ""), ["lost s3:GetObject arn:aws:s3:::b/x*"]);
    let guarded = format!("{old}, {}", deny(r#""s3:*""#, r#""arn:aws:s3:::b/xs/*""#));
    assert_eq!(rows(&guarded, &old), ["new s3:GetObject arn:aws:s3:::b/x* part"]);
    let others = r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "NotResource": "arn:aws:sqs:*:*:a"}"#;
    assert_eq!(
        rows("", others),
        ["new sqs:SendMessage all but arn:aws:sqs:*:*:a"]
    );
}

#[test]
fn a_condition_taken_away_is_new_access_where_it_does_not_hold() {
    let condition = r#"{"Bool": {"aws:SecureTransport": "true"}}"#;
    let old = allow_when(r#""s3:GetObject""#, BUCKET, condition);
    let new = allow(r#""s3:GetObject""#, BUCKET);
    let wanted =
        r#"new s3:GetObject arn:aws:s3:::b/* when [["`Bool aws:SecureTransport true` does not hold"]]"#;
    assert_eq!(rows(&old, &new), [wanted]);
    let difference = diff_of(&policy(&old), &policy(&new));
    let state = &difference.rows.first().unwrap().witness.context;
    assert_eq!(state.first().unwrap().0, "aws:SecureTransport");
}

#[test]
fn keys_and_roles_are_compared_as_if_their_policies_let_the_account_decide() {
    let key = r#""arn:aws:kms:eu-west-1:111122223333:key/k""#;
    assert_eq!(
        rows("", &allow(r#""kms:Decrypt""#, key)),
        [format!("new kms:Decrypt {}", key.trim_matches('"'))]
    );
    let role = r#""arn:aws:iam::111122223333:role/r""#;
    assert_eq!(
        rows("", &allow(r#""sts:AssumeRole""#, role)),
        [format!("new sts:AssumeRole {}", role.trim_matches('"'))]
    );
}

#[test]
fn names_that_the_catalogue_lacks_are_compared_too() {
    assert_eq!(
        rows("", &allow(r#""nosuch:Thing""#, r#""*""#)),
        ["new nosuch:Thing *"]
    );
    assert_eq!(
        rows(
            &allow(r#""nosuch:T*""#, r#""*""#),
            &allow(r#""nosuch:*""#, r#""*""#)
        ),
        ["new nosuch:* *"]
    );
}

#[test]
fn actions_that_know_no_such_resource_gain_nothing() {
    assert_eq!(
        rows("", &allow(r#""s3:GetObject""#, r#""arn:aws:s3:::b""#)),
        [""; 0]
    );
    assert_eq!(
        rows(
            "",
            &allow(r#"["s3:GetObject", "s3:ListBucket"]"#, r#""arn:aws:s3:::b""#)
        ),
        ["new s3:ListBucket arn:aws:s3:::b"]
    );
    assert_eq!(
        rows("", &allow(r#""s3:ListAllMyBuckets""#, r#""arn:aws:s3:::b""#)),
        [""; 0]
    );
}

#[test]
fn a_policy_of_another_partition_is_compared_there() {
    let statement = allow(r#""s3:GetObject""#, r#""arn:aws-cn:s3:::b/*""#);
    assert_eq!(rows("", &statement), ["new s3:GetObject arn:aws-cn:s3:::b/*"]);
}

#[test]
fn a_resource_policy_is_compared_for_each_principal() {
    let statement = |principal: &str| {
        format!(
            r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "s3:GetObject", "Resource": {BUCKET}}}"#
        )
    };
    let old = policy(&statement(r#"{"AWS": "arn:aws:iam::111122223333:root"}"#));
    let new = policy(&statement(
        r#"{"AWS": ["111122223333", "AROA1234567890123456"], "Service": "logs.amazonaws.com"}"#,
    ));
    let difference = diff_of(&old, &new);
    let principals: Vec<_> = difference
        .rows
        .iter()
        .filter_map(|row| row.principal.as_deref())
        .collect();
    assert_eq!(principals, ["AROA1234567890123456", "logs.amazonaws.com"]);
    assert!(
        difference
            .rows
            .iter()
            .all(|row| row.proved && row.direction == Direction::New)
    );
    let open = diff_of(&old, &policy(&statement(r#""*""#)));
    assert!(
        open.rows.iter().any(|row| row.principal.as_deref() == Some("*")),
        "{open:?}"
    );
    let back = diff_of(&policy(&statement(r#""*""#)), &old);
    assert!(back.nothing_new() && !back.rows.is_empty());
}

#[test]
fn accounts_are_compared_role_by_role_and_trust_policies_too() {
    let account = |trusted: &str, statements: &str| {
        format!(
            r#"{{"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [{{
                "Path": "/", "RoleName": "r", "RoleId": "AROA1", "Arn": "arn:aws:iam::111122223333:role/r",
                "AssumeRolePolicyDocument": {},
                "RolePolicyList": [{{"PolicyName": "p", "PolicyDocument": {}}}],
                "AttachedManagedPolicies": [], "InstanceProfileList": [], "Tags": []}}]}}"#,
            policy(&format!(
                r#"{{"Effect": "Allow", "Principal": {{"Service": "{trusted}"}}, "Action": "sts:AssumeRole"}}"#
            )),
            policy(statements)
        )
    };
    let objects = allow(r#""s3:GetObject""#, BUCKET);
    let old = account("kafkaconnect.amazonaws.com", &objects);
    assert_eq!(diff_of(&old, &old).rows, []);
    let new = account(
        "lambda.amazonaws.com",
        &format!("{objects}, {}", allow(r#""sqs:*""#, r#""*""#)),
    );
    let difference = diff_of(&old, &new);
    let short: Vec<String> = difference
        .rows
        .iter()
        .map(|row| {
            format!(
                "{} {} {:?} {}",
                row.direction.as_str(),
                row.subject,
                row.principal,
                row.actions.join(",")
            )
        })
        .collect();
    assert_eq!(
        short,
        [
            r#"new arn:aws:iam::111122223333:role/r None sqs:*"#,
            r#"new trust policy of arn:aws:iam::111122223333:role/r Some("lambda.amazonaws.com") sts:AssumeRole"#,
            r#"lost trust policy of arn:aws:iam::111122223333:role/r Some("kafkaconnect.amazonaws.com") sts:AssumeRole"#,
        ]
    );
    assert!(difference.rows.iter().all(|row| row.proved), "{difference:?}");
    assert_eq!(difference.compared, 2);
}

#[test]
fn a_statement_that_is_not_understood_may_grant_and_is_no_difference_to_itself() {
    let odd = allow_when(
        r#""s3:GetObject""#,
        BUCKET,
        r#"{"NoSuchOperator": {"aws:SourceIp": "10.0.0.1"}}"#,
    );
    assert_eq!(
        diff_of(
            &policy(&odd),
            &policy(&format!("{odd}, {}", deny(r#""sqs:*""#, r#""*""#)))
        )
        .rows,
        []
    );
    let difference = diff_of(&policy(""), &policy(&odd));
    let row = difference.rows.first().unwrap();
    assert!(!row.proved && row.direction == Direction::New && !difference.nothing_new());
}

#[test]
fn a_variable_of_unknown_value_is_no_difference_to_itself() {
    let own = allow(
        r#""s3:GetObject""#,
        r#""arn:aws:s3:::b/${aws:PrincipalTag/team}/*""#,
    );
    let more = allow(r#""s3:PutObject""#, r#""arn:aws:s3:::c/*""#);
    assert_eq!(
        rows(&own, &format!("{more}, {own}")),
        ["new s3:PutObject arn:aws:s3:::c/*"]
    );
}

#[test]
fn a_variable_is_the_same_in_any_letter_case() {
    let of = |variable: &str| {
        allow(
            r#""s3:GetObject""#,
            &format!(r#""arn:aws:s3:::b/${{{variable}}}/*""#),
        )
    };
    for (one, other) in [
        ("aws:username", "aws:USERNAME"),
        ("aws:PrincipalTag/t", "aws:principaltag/T"),
        ("s3:prefix", "S3:prefix"),
    ] {
        assert_eq!(rows(&of(one), &of(other)), [""; 0]);
    }
    let of = |variable: &str| {
        let condition = format!(r#"{{"StringLike": {{"s3:prefix": "x/${{{variable}}}"}}}}"#);
        allow_when(r#""s3:ListBucket""#, r#""arn:aws:s3:::b""#, &condition)
    };
    assert_eq!(
        rows(&of("aws:PrincipalTag/t"), &of("aws:principaltag/T")),
        [""; 0]
    );
}

#[test]
fn a_default_grants_where_there_is_no_value_and_nowhere_else() {
    let of = |variable: &str| {
        allow(
            r#""s3:GetObject""#,
            &format!(r#""arn:aws:s3:::b/${{{variable}}}/*""#),
        )
    };
    let (with, without) = (of("aws:PrincipalTag/t, 'd'"), of("aws:PrincipalTag/t"));
    let row = r#"s3:GetObject arn:aws:s3:::b/${aws:PrincipalTag/t, 'd'}/* when [["`aws:PrincipalTag/t` is absent"]]"#;
    assert_eq!(rows(&with, &without), [format!("lost {row}")]);
    assert_eq!(rows(&without, &with), [format!("new {row}")]);
}

#[test]
fn dates_one_second_and_one_nanosecond_apart_differ_there() {
    let before = |date: &str| {
        let condition = format!(r#"{{"DateLessThan": {{"aws:CurrentTime": "{date}"}}}}"#);
        allow_when(r#""s3:GetObject""#, BUCKET, &condition)
    };
    for (old, new) in [
        ("2030-01-01T00:00:00Z", "2030-01-01T00:00:01Z"),
        ("2030-01-01T00:00:00Z", "2030-01-01T00:00:00.000000001Z"),
    ] {
        let rows = rows(&before(old), &before(new));
        assert!(rows.len() == 1 && rows[0].starts_with("new "), "{rows:?}");
    }
}

#[test]
fn everything_is_one_row_but_for_what_belongs_to_aws() {
    let difference = diff_of(&policy(""), &policy(&allow(r#""*""#, r#""*""#)));
    assert!(
        difference.open.is_empty() && difference.rows.len() < 6,
        "{}",
        difference.rows.len()
    );
    assert!(
        difference
            .rows
            .iter()
            .all(|row| row.proved && row.resource == "*")
    );
}

#[test]
fn a_key_in_another_letter_case_than_the_context_is_that_key() {
    let old = allow_when(
        r#""s3:GetObject""#,
        BUCKET,
        r#"{"Bool": {"aws:securetransport": "true"}}"#,
    );
    assert_eq!(rows(&old, &allow(r#""s3:GetObject""#, BUCKET)).len(), 1);
}

fn statement() -> impl Strategy<Value = String> {
    let effect = prop_oneof![3 => Just("Allow"), 1 => Just("Deny")];
    let actions = prop::sample::subsequence(
        vec![
            "\"sqs:SendMessage\"",
            "\"sqs:Send*\"",
            "\"sqs:ReceiveMessage\"",
            "\"sqs:*Message\"",
        ],
        1..3,
    );
    let resources = prop::collection::vec("[ab*?]{0,3}", 1..3);
    let condition = prop::option::of((
        prop_oneof![Just("StringEquals"), Just("StringNotLike")],
        "[ab*]{1,2}",
    ));
    (
        effect,
        actions,
        any::<bool>(),
        resources,
        prop::bool::weighted(0.2),
        condition,
    )
        .prop_map(
            |(effect, actions, not_action, resources, not_resource, condition)| {
                let resources: Vec<String> = resources
                    .iter()
                    .map(|name| format!("\"arn:aws:sqs:r:111122223333:{name}\""))
                    .collect();
                let not = |not: bool| if not { "Not" } else { "" };
                let condition = condition.map_or(String::new(), |(operator, value)| {
                    format!(r#", "Condition": {{"{operator}": {{"aws:SourceVpce": "{value}"}}}}"#)
                });
                format!(
                    r#"{{"Effect": "{effect}", "{}Action": [{}], "{}Resource": [{}]{condition}}}"#,
                    not(not_action && effect == "Deny"),
                    actions.join(","),
                    not(not_resource),
                    resources.join(",")
                )
            },
        )
}

fn documents() -> impl Strategy<Value = String> {
    prop::collection::vec(statement(), 0..4).prop_map(|statements| policy(&statements.join(",")))
}

/// All names of queues of up to three characters.
fn queues() -> Vec<String> {
    let mut names = vec![String::new()];
    for from in [0, 1, 3] {
        let more: Vec<String> = names[from..]
            .iter()
            .flat_map(|name| ["a", "b"].map(|c| format!("{name}{c}")))
            .collect();
        names.extend(more);
    }
    names
        .into_iter()
        .map(|name| format!("arn:aws:sqs:r:111122223333:{name}"))
        .collect()
}

fn allowed(text: &str, action: &str, queue: &str, vpce: &State) -> bool {
    let inputs = inputs(&[("p.json", text)]);
    let document = inputs.documents.first().unwrap().document;
    let read = crate::check::read_policy(document, &inputs).unwrap();
    let kind = engine::LayerKind::Identity;
    let layers = engine::Layers {
        identity: vec![std::sync::Arc::new(engine::CompiledPolicy::new(
            read,
            kind,
            crate::condition::Mode::Chosen,
            "p",
        ))],
        ..engine::Layers::default()
    };
    let mut request = engine::Request::new(
        Caller::parse("arn:aws:iam::111122223333:role/anyone"),
        action,
        Resource::One(queue.to_owned()),
    );
    request.context = Context::closed();
    request
        .context
        .set("aws:SourceVpce", Knowledge::Known(vpce.clone()));
    decide(&layers, &request).decision == Decision::Allowed
}

fn cases() -> ProptestConfig {
    let given = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|text| text.parse().ok());
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(given.unwrap_or(24))
    }
}

proptest! {
    #![proptest_config(cases())]

    /// Whether rows are there for an action and direction agrees with asking every small request on both sides; and
    /// every row that there is was replayed.
    #[test]
    fn rows_agree_with_brute_force_both_ways(old in documents(), new in documents()) {
        let difference = diff_of(&old, &new);
        prop_assert!(difference.open.is_empty());
        prop_assert!(difference.rows.iter().all(|row| row.proved), "{:?}", difference);
        for row in &difference.rows {
            let matches = |action: &str| {
                row.actions.iter().any(|text| ActionPattern::parse(text).matches(&action.to_ascii_lowercase()))
            };
            let state = row.witness.context.first().map_or(State::Absent, |(_, state)| state.clone());
            for action in ["sqs:SendMessage", "sqs:ReceiveMessage"].into_iter().filter(|action| matches(action)) {
                let changed = [&old, &new].map(|text| allowed(text, action, &row.witness.resource, &state));
                prop_assert_eq!(changed, [row.direction == Direction::Lost, row.direction == Direction::New]);
            }
        }
        let states: Vec<State> = ["a", "b", "aa", "ab", "ba", "bb", "c", "ca", "ac"]
            .iter()
            .map(|value| State::One((*value).into()))
            .chain([State::Absent])
            .collect();
        for action in ["sqs:SendMessage", "sqs:ReceiveMessage"] {
            let mut found = [false, false];
            for queue in queues() {
                for state in &states {
                    let (before, after) = (allowed(&old, action, &queue, state), allowed(&new, action, &queue, state));
                    found[0] |= after && !before;
                    found[1] |= before && !after;
                }
            }
            for (direction, found) in [Direction::New, Direction::Lost].into_iter().zip(found) {
                let told = difference.rows_of(direction).any(|row| {
                    row.actions.iter().any(|pattern| ActionPattern::parse(pattern).matches(&action.to_ascii_lowercase()))
                });
                // Longer names and other values can differ where these do not.
                prop_assert!(told || !found, "{} {}: {:?}", direction.as_str(), action, difference);
            }
        }
    }
}
