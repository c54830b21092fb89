//! Who is asked about: callers with what follows from them, tags that changed, and elements that list a caller alike.

use super::{allow, allow_when, diff_of, policy};
use crate::condition::State;
use crate::diff::{Difference, Direction};

fn objects(effect: &str, principal: &str, condition: &str) -> String {
    format!(
        r#"{{"Effect": "{effect}", {principal}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"{condition}}}"#
    )
}

fn when(condition: &str) -> String {
    format!(r#", "Condition": {condition}"#)
}

/// Rows in short: direction, entry, conditions, witness.
fn short(difference: &Difference) -> Vec<String> {
    assert_eq!(difference.open, []);
    difference
        .rows
        .iter()
        .map(|row| {
            assert!(row.proved, "{row:?}");
            format!(
                "{} {} {:?} {}",
                row.direction.as_str(),
                row.principal.as_deref().unwrap_or("-"),
                row.conditions,
                row.witness.principal
            )
        })
        .collect()
}

const ACCOUNT: &str = r#""Principal": {"AWS": "222233334444"}"#;
const EVERYONE: &str = r#""Principal": "*""#;

#[test]
fn an_account_named_by_a_condition_is_that_account() {
    let of_account = policy(&objects("Allow", ACCOUNT, ""));
    let condition = when(r#"{"StringEquals": {"aws:PrincipalAccount": "222233334444"}}"#);
    let by_condition = policy(&objects("Allow", EVERYONE, &condition));
    assert_eq!(short(&diff_of(&of_account, &by_condition)), [""; 0]);
    assert_eq!(short(&diff_of(&by_condition, &of_account)), [""; 0]);
    let rows = short(&diff_of(&policy(""), &by_condition));
    let start = r#"new * [["`StringEquals aws:PrincipalAccount 222233334444` holds"]] arn:aws:iam::222233334444:role/"#;
    assert!(rows.len() == 1 && rows[0].starts_with(start), "{rows:?}");
}

#[test]
fn the_root_of_an_account_is_not_all_of_it() {
    let trust = |principal: &str, condition: &str| {
        policy(&format!(
            r#"{{"Effect": "Allow", {principal}, "Action": "sts:AssumeRole"{condition}}}"#
        ))
    };
    let condition = when(r#"{"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::222233334444:root"}}"#);
    let rows = short(&diff_of(&trust(EVERYONE, &condition), &trust(ACCOUNT, "")));
    // The root user cannot assume roles, so nobody loses anything.
    let conditions = r#"[["`ArnEquals aws:PrincipalArn arn:aws:iam::222233334444:root` does not hold"]]"#;
    assert_eq!(
        rows,
        [format!(
            "new 222233334444 {conditions} arn:aws:iam::222233334444:role/anyone"
        )]
    );
}

#[test]
fn a_condition_on_the_organization_lets_nobody_in_who_has_none() {
    let condition = when(r#"{"StringEquals": {"aws:PrincipalOrgID": "o-1"}}"#);
    let difference = diff_of(&policy(""), &policy(&objects("Allow", EVERYONE, &condition)));
    assert!(!difference.rows.is_empty());
    for row in &difference.rows {
        assert!(row.witness.principal.starts_with("arn:"), "{row:?}");
    }
    let condition = when(r#"{"Bool": {"aws:PrincipalIsAWSService": "true"}}"#);
    let difference = diff_of(&policy(""), &policy(&objects("Allow", EVERYONE, &condition)));
    assert!(
        short(&difference)[0].ends_with(".amazonaws.com"),
        "{difference:?}"
    );
}

#[test]
fn a_user_is_told_by_name_and_a_role_has_none() {
    let bob = allow_when(
        r#""s3:GetObject""#,
        r#""*""#,
        r#"{"StringEquals": {"aws:username": "bob"}}"#,
    );
    let rows = short(&diff_of(
        &policy(&bob),
        &policy(&allow(r#""s3:GetObject""#, r#""*""#)),
    ));
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(rows[0].contains("does not hold"), "{rows:?}");
    let role_only = allow_when(
        r#""s3:GetObject""#,
        r#""*""#,
        r#"{"StringEquals": {"aws:username": "bob"}, "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}"#,
    );
    assert_eq!(short(&diff_of(&policy(""), &policy(&role_only))), [""; 0]);
}

#[test]
fn a_deny_for_all_but_some_changes_for_whom_it_lists_alone() {
    let statements = |more: &str| {
        let listed = format!(
            r#""NotPrincipal": {{"AWS": ["arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:role/x"{more}]}}"#
        );
        policy(&format!(
            "{}, {}",
            objects("Allow", EVERYONE, ""),
            objects("Deny", &listed, "")
        ))
    };
    let difference = diff_of(
        &statements(""),
        &statements(r#", "arn:aws:iam::111122223333:role/y""#),
    );
    let of: Vec<_> = difference
        .rows
        .iter()
        .filter_map(|row| row.principal.as_deref())
        .collect();
    assert!(
        of.iter().all(|principal| principal.ends_with("role/y")),
        "{difference:?}"
    );
    for row in &difference.rows {
        assert!(
            row.conditions.is_empty() && (row.proved || !row.doubts.is_empty()),
            "{row:?}"
        );
    }
}

fn dump(trust: &str, statements: &str, tags: &str) -> String {
    format!(
        r#"{{"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [{{
            "Path": "/", "RoleName": "r", "RoleId": "AROA1", "Arn": "arn:aws:iam::111122223333:role/r",
            "AssumeRolePolicyDocument": {},
            "RolePolicyList": [{{"PolicyName": "p", "PolicyDocument": {}}}],
            "AttachedManagedPolicies": [], "InstanceProfileList": []{tags}}}]}}"#,
        policy(&format!(
            r#"{{"Effect": "Allow", "Principal": {{"Service": "lambda.amazonaws.com"}}, "Action": [{trust}]}}"#
        )),
        policy(statements)
    )
}

fn tag(value: &str) -> String {
    format!(r#", "Tags": [{{"Key": "t", "Value": "{value}"}}]"#)
}

const ASSUME: &str = r#""sts:AssumeRole""#;

#[test]
fn a_tag_that_changed_is_new_access_where_a_statement_reads_it() {
    let reader = allow_when(
        r#""s3:GetObject""#,
        r#""arn:aws:s3:::b/*""#,
        r#"{"StringEquals": {"aws:PrincipalTag/t": "q"}}"#,
    );
    for trust in [ASSUME, r#""sts:AssumeRole", "sts:TagSession""#] {
        let difference = diff_of(&dump(trust, &reader, &tag("z")), &dump(trust, &reader, &tag("q")));
        assert_eq!(short(&difference), ["new - [] arn:aws:iam::111122223333:role/r"]);
        let row = &difference.rows[0];
        let (old, new) = (State::One("z".into()), State::One("q".into()));
        assert_eq!(
            (row.tags[0].old.as_ref(), row.tags[0].new.as_ref()),
            (Some(&old), Some(&new))
        );
        assert_eq!(row.witness.context, [("aws:PrincipalTag/t".to_owned(), new)]);
        let back = diff_of(&dump(trust, &reader, &tag("q")), &dump(trust, &reader, &tag("z")));
        assert!(back.nothing_new() && back.rows[0].direction == Direction::Lost);
    }
    let by_variable = allow(r#""s3:GetObject""#, r#""arn:aws:s3:::b/${aws:PrincipalTag/T}/*""#);
    let difference = diff_of(
        &dump(ASSUME, &by_variable, &tag("z")),
        &dump(ASSUME, &by_variable, &tag("q")),
    );
    let resources: Vec<_> = difference
        .rows
        .iter()
        .map(|row| row.witness.resource.as_str())
        .collect();
    assert_eq!(resources, ["arn:aws:s3:::b/q/", "arn:aws:s3:::b/z/"]);
    assert_eq!(
        difference.rows[0].resource,
        "arn:aws:s3:::b/${aws:PrincipalTag/T}/*"
    );
    // What does not rest on the tag does not speak of it.
    let more = format!(
        "{reader}, {}",
        allow(r#""sqs:*""#, r#""*""#),
        reader = by_variable
    );
    let difference = diff_of(
        &dump(ASSUME, &by_variable, &tag("z")),
        &dump(ASSUME, &more, &tag("q")),
    );
    let queues = difference
        .rows
        .iter()
        .find(|row| row.actions == ["sqs:*"])
        .unwrap();
    assert!(queues.tags.is_empty() && queues.witness.context.is_empty());
    // Nothing reads it, or it is the same.
    let other = allow(r#""s3:GetObject""#, r#""*""#);
    for (statements, old, new) in [(&other, "z", "q"), (&reader, "z", "z")] {
        let difference = diff_of(
            &dump(ASSUME, statements, &tag(old)),
            &dump(ASSUME, statements, &tag(new)),
        );
        assert_eq!(difference.rows, []);
    }
}

#[test]
fn tags_that_no_session_can_bring_are_facts() {
    let reader = |value: &str| {
        allow_when(
            r#""s3:GetObject""#,
            r#""arn:aws:s3:::b/*""#,
            &format!(r#"{{"StringEquals": {{"aws:PrincipalTag/t": "{value}"}}}}"#),
        )
    };
    let rows = |trust: &str, tags: &str| {
        short(&diff_of(
            &dump(trust, &reader("z"), tags),
            &dump(trust, &reader("q"), tags),
        ))
    };
    assert_eq!(
        rows(ASSUME, &tag("z")),
        ["lost - [] arn:aws:iam::111122223333:role/r"]
    );
    // A session may bring another value, and where no output lists tags they are not known.
    assert_eq!(rows(r#""sts:*""#, &tag("z")).len(), 2);
    assert_eq!(rows(ASSUME, "").len(), 2);
}

#[test]
fn a_tag_that_changed_counts_in_the_policy_of_a_resource_too() {
    let condition = when(r#"{"StringEquals": {"aws:PrincipalTag/t": "q"}}"#);
    let bucket = policy(&objects("Allow", EVERYONE, &condition));
    let diff_of = |old: &str, new: &str| {
        let side = |text: &str| super::inputs(&[("dump.json", text), ("bucket.json", &bucket)]);
        let (old, new) = (side(old), side(new));
        crate::diff::diff(
            crate::diff::Side {
                inputs: &old,
                root: "",
            },
            crate::diff::Side {
                inputs: &new,
                root: "",
            },
        )
    };
    let difference = diff_of(&dump(ASSUME, "", &tag("z")), &dump(ASSUME, "", &tag("q")));
    let role = "arn:aws:iam::111122223333:role/r";
    assert_eq!(short(&difference), [format!("new {role} [] {role}")]);
    assert_eq!(
        diff_of(&dump(ASSUME, "", &tag("z")), &dump(ASSUME, "", &tag("z"))).rows,
        []
    );
}
