//! Edges of each kind, with near misses; what a policy of a resource adds and takes away; the index.

use serde_json::{Value, json};

use super::*;
use crate::input::{Inputs, ReadOptions, read};

const ACCOUNT: &str = "111122223333";

fn statement(effect: &str, rest: &Value) -> Value {
    let mut statement = json!({ "Effect": effect });
    for (key, value) in rest.as_object().unwrap() {
        statement[key] = value.clone();
    }
    statement
}

fn allow(action: &str, resource: &str) -> Value {
    statement("Allow", &json!({ "Action": action, "Resource": resource }))
}

fn deny(action: &str, resource: &str) -> Value {
    statement("Deny", &json!({ "Action": action, "Resource": resource }))
}

fn policy(statements: &[Value]) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn trust(principal: &Value) -> Value {
    statement(
        "Allow",
        &json!({ "Principal": principal, "Action": "sts:AssumeRole" }),
    )
}

/// A role as account dumps list it.
fn role_of(account: &str, name: &str, trusts: &[Value], grants: &[Value]) -> Value {
    let policies = if grants.is_empty() {
        json!([])
    } else {
        json!([{ "PolicyName": format!("{name}-policy"), "PolicyDocument": policy(grants) }])
    };
    json!({
        "Path": "/", "RoleName": name, "RoleId": format!("AROA{:0>17}", name.to_uppercase()),
        "Arn": format!("arn:aws:iam::{account}:role/{name}"), "AssumeRolePolicyDocument": policy(trusts),
        "RolePolicyList": policies, "AttachedManagedPolicies": [], "Tags": [],
    })
}

fn role(name: &str, trusts: &[Value], grants: &[Value]) -> Value {
    role_of(ACCOUNT, name, trusts, grants)
}

fn user(name: &str, grants: &[Value]) -> Value {
    json!({
        "Path": "/", "UserName": name, "UserId": format!("AIDA{:0>17}", name.to_uppercase()),
        "Arn": format!("arn:aws:iam::{ACCOUNT}:user/{name}"), "GroupList": [], "AttachedManagedPolicies": [],
        "UserPolicyList": [{ "PolicyName": format!("{name}-policy"), "PolicyDocument": policy(grants) }], "Tags": [],
    })
}

fn with_boundary(mut identity: Value, name: &str) -> Value {
    identity["PermissionsBoundary"] = json!({
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": format!("arn:aws:iam::{ACCOUNT}:policy/{name}"),
    });
    identity
}

fn managed(name: &str, statements: &[Value]) -> Value {
    json!({
        "PolicyName": name, "PolicyId": "ANPAAAAAAAAAAAAAAAAAA", "Arn": format!("arn:aws:iam::{ACCOUNT}:policy/{name}"),
        "Path": "/", "DefaultVersionId": "v1", "AttachmentCount": 1, "IsAttachable": true,
        "PolicyVersionList": [{ "VersionId": "v1", "IsDefaultVersion": true, "Document": policy(statements) }],
    })
}

fn dump(roles: &[Value], users: &[Value], policies: &[Value]) -> (String, Value) {
    let all = json!({
        "RoleDetailList": roles, "UserDetailList": users, "GroupDetailList": [], "Policies": policies,
    });
    ("account.json".to_owned(), all)
}

fn inputs(files: &[(String, Value)]) -> Inputs {
    let bytes = |(name, value): &(String, Value)| (name.clone(), serde_json::to_vec(value).unwrap());
    let inputs = read(files.iter().map(bytes), &ReadOptions::default());
    let missing = |message: &str| message.contains("`AssumeRolePolicyDocument` is missing");
    assert!(
        inputs.problems.iter().all(|problem| missing(&problem.message)),
        "{:?}",
        inputs.problems
    );
    inputs
}

fn ask(files: &[(String, Value)], action: &str, resource: &str) -> Answer {
    let inputs = inputs(files);
    let corpus = Corpus::new(&inputs, &Options::default());
    let graph = Become::new(&corpus);
    let question = Question::new(action, resource, None).unwrap();
    answer(&corpus, &question, Some((&graph, 8)), true)
}

fn short(name: &str) -> String {
    name.rsplit('/').next().unwrap_or(name).to_owned()
}

/// Who can and how, those who cannot left out.
fn can(files: &[(String, Value)], action: &str, resource: &str) -> Vec<(String, &'static str)> {
    let answer = ask(files, action, resource);
    answer
        .access
        .iter()
        .map(|one| (short(&one.principal), one.verdict.as_str()))
        .collect()
}

/// The ways to somebody who can, each with its roles.
fn ways(files: &[(String, Value)], action: &str, resource: &str) -> Vec<(String, bool, Vec<String>)> {
    let answer = ask(files, action, resource);
    let roles = |chain: &Chain| chain.hops.iter().map(|hop| short(&hop.role)).collect();
    answer
        .chains
        .iter()
        .map(|chain| (short(&chain.principal), chain.sure, roles(chain)))
        .collect()
}

fn named(list: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
    list.iter()
        .map(|(name, verdict)| ((*name).to_owned(), *verdict))
        .collect()
}

const OBJECT: &str = "arn:aws:s3:::b/k";
const ADMIN: &str = "arn:aws:iam::111122223333:role/admin";

/// An administrator whom one principal is to become.
fn admin(trusts: &[Value]) -> Value {
    role("admin", trusts, &[allow("s3:*", "*")])
}

fn user_arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:user/{name}")
}

#[test]
fn a_trust_policy_that_names_the_caller_is_enough_in_one_account() {
    let files = [dump(
        &[admin(&[trust(&json!({ "AWS": user_arn("ann") }))])],
        &[user("ann", &[])],
        &[],
    )];
    let mut files = files;
    files[0].1["UserDetailList"][0]["UserPolicyList"] = json!([]);
    assert_eq!(
        ways(&files, "s3:GetObject", OBJECT),
        [("ann".to_owned(), true, vec!["admin".to_owned()])]
    );
}

#[test]
fn a_trust_policy_that_names_the_account_asks_the_caller_too() {
    let root = json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:root") });
    let users = [
        user("with", &[allow("sts:AssumeRole", ADMIN)]),
        user("without", &[allow("ec2:*", "*")]),
    ];
    let found = ways(
        &[dump(&[admin(&[trust(&root)])], &users, &[])],
        "s3:GetObject",
        OBJECT,
    );
    assert_eq!(found, [("with".to_owned(), true, vec!["admin".to_owned()])]);
}

#[test]
fn the_identity_side_alone_is_no_edge() {
    let nobody = json!({ "Service": "ec2.amazonaws.com" });
    let users = [user("ann", &[allow("sts:AssumeRole", "*")])];
    let found = ways(
        &[dump(&[admin(&[trust(&nobody)])], &users, &[])],
        "s3:GetObject",
        OBJECT,
    );
    assert_eq!(
        found,
        [("ec2.amazonaws.com".to_owned(), true, vec!["admin".to_owned()])]
    );
}

#[test]
fn across_accounts_both_sides_have_to_grant() {
    let other = "444455556666";
    let names = |name: &str| trust(&json!({ "AWS": format!("arn:aws:iam::{other}:role/{name}") }));
    let service = trust(&json!({ "Service": "ec2.amazonaws.com" }));
    let roles = [
        admin(&[names("with"), names("without")]),
        role_of(
            other,
            "with",
            std::slice::from_ref(&service),
            &[allow("sts:AssumeRole", ADMIN)],
        ),
        role_of(other, "without", &[service], &[allow("ec2:*", "*")]),
    ];
    let question = Question::new("s3:GetObject", OBJECT, Some(ACCOUNT)).unwrap();
    let inputs = inputs(&[dump(&roles, &[], &[])]);
    let corpus = Corpus::new(&inputs, &Options::default());
    let found = answer(&corpus, &question, Some((&Become::new(&corpus), 8)), false);
    let ways: Vec<(String, usize)> = found
        .chains
        .iter()
        .map(|chain| (short(&chain.principal), chain.hops.len()))
        .collect();
    assert_eq!(
        ways,
        [("with".to_owned(), 1), ("ec2.amazonaws.com".to_owned(), 2)]
    );
}

#[test]
fn a_boundary_that_cuts_the_call_cuts_the_edge_unless_trust_names_the_session() {
    let root = json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:root") });
    let bounded = with_boundary(user("ann", &[allow("sts:AssumeRole", "*")]), "only-ec2");
    let policies = [managed("only-ec2", &[allow("ec2:*", "*")])];
    let through = |principal: &Value, caller: &Value| {
        let files = [dump(
            &[admin(&[trust(principal)])],
            std::slice::from_ref(caller),
            &policies,
        )];
        ways(&files, "s3:GetObject", OBJECT).len()
    };
    assert_eq!(through(&root, &bounded), 0);
    assert_eq!(through(&root, &user("ann", &[allow("sts:AssumeRole", "*")])), 1);
    // A user who is named as such is not limited by an implicit deny of its boundary (EVAL-06).
    assert_eq!(through(&json!({ "AWS": user_arn("ann") }), &bounded), 1);
}

#[test]
fn an_organization_policy_and_a_deny_cut_edges() {
    let root = json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:root") });
    let full = allow("*", "*");
    let roles = [admin(&[trust(&root)])];
    let plain = [user("ann", &[allow("sts:AssumeRole", "*")])];
    let denied = [user("ann", &[allow("sts:AssumeRole", "*"), deny("sts:*", "*")])];
    let files = |users: &[Value], control: &[Value]| {
        vec![
            dump(&roles, users, &[]),
            ("scps/root-p.json".to_owned(), policy(control)),
        ]
    };
    let count = |files: &[(String, Value)]| ways(files, "s3:GetObject", OBJECT).len();
    assert_eq!(count(&files(&plain, std::slice::from_ref(&full))), 1);
    assert_eq!(count(&files(&denied, std::slice::from_ref(&full))), 0);
    assert_eq!(count(&files(&plain, &[full, deny("sts:AssumeRole", "*")])), 0);
}

#[test]
fn an_external_id_makes_an_edge_depend() {
    let mut conditional = trust(&json!({ "AWS": user_arn("ann") }));
    conditional["Condition"] = json!({ "StringEquals": { "sts:ExternalId": "x1" } });
    let files = [dump(
        &[admin(&[conditional])],
        &[user("ann", &[allow("ec2:*", "*")])],
        &[],
    )];
    let answer = ask(&files, "s3:GetObject", OBJECT);
    assert_eq!(answer.chains.len(), 1);
    let hop = &answer.chains[0].hops[0];
    assert!(!answer.chains[0].sure && !hop.sure);
    assert!(
        hop.conditions[0][0].contains("sts:ExternalId"),
        "{:?}",
        hop.conditions
    );
}

#[test]
fn the_shortest_certain_way_is_taken_and_ways_too_long_are_none() {
    let names = |name: &str| trust(&json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:role/{name}") }));
    let mut with_mfa = trust(&json!({ "AWS": user_arn("ann") }));
    with_mfa["Condition"] = json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } });
    let by_ann = trust(&json!({ "AWS": user_arn("ann") }));
    let roles = [
        admin(&[with_mfa, names("c")]),
        role("a", &[by_ann], &[]),
        role("b", &[names("a")], &[]),
        role("c", &[names("b"), names("c")], &[]),
    ];
    let files = [dump(&roles, &[user("ann", &[allow("ec2:*", "*")])], &[])];
    let found = ways(&files, "s3:GetObject", OBJECT);
    let roles = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        found,
        [
            ("c".to_owned(), true, roles(&["admin"])),
            ("b".to_owned(), true, roles(&["c", "admin"])),
            ("a".to_owned(), true, roles(&["b", "c", "admin"])),
            ("ann".to_owned(), true, roles(&["a", "b", "c", "admin"])),
        ]
    );
    let inputs = inputs(&files);
    let corpus = Corpus::new(&inputs, &Options::default());
    let question = Question::new("s3:GetObject", OBJECT, None).unwrap();
    let short_ways = answer(&corpus, &question, Some((&Become::new(&corpus), 2)), false);
    assert_eq!(short_ways.chains.len(), 2);
}

#[test]
fn users_of_identity_providers_come_in_by_their_own_calls() {
    let provider = format!("arn:aws:iam::{ACCOUNT}:saml-provider/corp");
    let by = |action: &str| {
        statement(
            "Allow",
            &json!({ "Principal": { "Federated": provider }, "Action": action }),
        )
    };
    let found = |action: &str| {
        let answer = ask(&[dump(&[admin(&[by(action)])], &[], &[])], "s3:GetObject", OBJECT);
        answer
            .chains
            .iter()
            .map(|chain| (chain.kind, chain.hops[0].action))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        found("sts:AssumeRoleWithSAML"),
        [(PrincipalKind::Provider, "sts:AssumeRoleWithSAML")]
    );
    assert_eq!(found("sts:AssumeRole"), []);
}

#[test]
fn an_outsider_s_own_side_stays_open() {
    let other = trust(&json!({ "AWS": "arn:aws:iam::444455556666:root" }));
    let answer = ask(&[dump(&[admin(&[other])], &[], &[])], "s3:GetObject", OBJECT);
    assert_eq!(answer.chains.len(), 1);
    assert_eq!(
        (answer.chains[0].kind, answer.chains[0].sure),
        (PrincipalKind::Account, false)
    );
}

#[test]
fn a_trust_policy_that_is_not_given_is_said() {
    let mut role = admin(&[]);
    role.as_object_mut().unwrap().remove("AssumeRolePolicyDocument");
    let answer = ask(
        &[dump(&[role], &[user("ann", &[allow("sts:*", "*")])], &[])],
        "s3:GetObject",
        OBJECT,
    );
    assert!(answer.chains.is_empty());
    assert!(
        answer.open.iter().any(|open| open.contains("role/admin")),
        "{:?}",
        answer.open
    );
}

fn bucket(statements: &[Value]) -> (String, Value) {
    let text = policy(statements).to_string();
    ("bucket-policies/b.json".to_owned(), json!({ "Policy": text }))
}

fn by(effect: &str, principal: &Value, action: &str, resource: &str) -> Value {
    statement(
        effect,
        &json!({ "Principal": principal, "Action": action, "Resource": resource }),
    )
}

#[test]
fn a_bucket_s_policy_grants_denies_and_names_outsiders() {
    let service = trust(&json!({ "Service": "ec2.amazonaws.com" }));
    let roles = [
        role(
            "reads",
            std::slice::from_ref(&service),
            &[allow("s3:GetObject", "arn:aws:s3:::b/*")],
        ),
        role("none", &[service], &[]),
    ];
    let ours = format!("arn:aws:iam::{ACCOUNT}:role/none");
    let granting = bucket(&[
        by(
            "Allow",
            &json!({ "AWS": ours }),
            "s3:GetObject",
            "arn:aws:s3:::b/*",
        ),
        by(
            "Allow",
            &json!({ "AWS": "arn:aws:iam::444455556666:root" }),
            "s3:GetObject",
            "arn:aws:s3:::b/*",
        ),
        by(
            "Allow",
            &json!({ "Service": "logging.s3.amazonaws.com" }),
            "s3:GetObject",
            "arn:aws:s3:::b/*",
        ),
        by("Deny", &json!("*"), "s3:*", "arn:aws:s3:::b/secret/*"),
    ]);
    let files = [dump(&roles, &[], &[]), granting];
    assert_eq!(
        can(&files, "s3:GetObject", OBJECT),
        named(&[
            ("none", "Allowed"),
            ("reads", "Allowed"),
            ("logging.s3.amazonaws.com", "Allowed"),
            ("account 444455556666", "Depends"),
        ])
    );
    assert_eq!(can(&files, "s3:GetObject", "arn:aws:s3:::b/secret/k"), []);
    assert_eq!(can(&files, "s3:GetObject", "arn:aws:s3:::other/k"), []);
    let whole = can(&files, "s3:GetObject", "arn:aws:s3:::b/*");
    assert!(whole.contains(&("reads".to_owned(), "Partly")), "{whole:?}");
}

#[test]
fn a_deny_of_one_bucket_is_none_of_another() {
    let service = trust(&json!({ "Service": "ec2.amazonaws.com" }));
    let roles = [role("reads", &[service], &[allow("s3:GetObject", "*")])];
    let deny_others = statement(
        "Deny",
        &json!({ "Principal": "*", "Action": "s3:*", "NotResource": ["arn:aws:s3:::b", "arn:aws:s3:::b/public/*"] }),
    );
    let files = [dump(&roles, &[], &[]), bucket(&[deny_others])];
    assert_eq!(
        can(&files, "s3:GetObject", "arn:aws:s3:::b/public/k"),
        named(&[("reads", "Allowed")])
    );
    assert_eq!(can(&files, "s3:GetObject", OBJECT), []);
    assert_eq!(
        can(&files, "s3:GetObject", "arn:aws:s3:::c/*"),
        named(&[("reads", "Allowed")])
    );
    // A set that holds this bucket and others: only what is in the bucket is denied.
    let answer = ask(&files, "s3:GetObject", "arn:aws:s3:::*/k");
    assert_eq!(answer.access[0].verdict, Verdict::Partly);
    assert_eq!(
        answer.access[0].refused.as_ref().unwrap().resource,
        "arn:aws:s3:::b/k"
    );
}

#[test]
fn anyone_is_anyone() {
    let open = bucket(&[by("Allow", &json!("*"), "s3:GetObject", "arn:aws:s3:::b/*")]);
    let service = trust(&json!({ "Service": "ec2.amazonaws.com" }));
    let files = [dump(&[role("none", &[service], &[])], &[], &[]), open];
    assert_eq!(
        can(&files, "s3:GetObject", OBJECT),
        named(&[("none", "Allowed"), ("anyone", "Allowed")])
    );
}

#[test]
fn an_attached_policy_without_text_leaves_it_open() {
    let service = trust(&json!({ "Service": "ec2.amazonaws.com" }));
    let mut unknown = role("unknown", &[service], &[]);
    unknown["AttachedManagedPolicies"] =
        json!([{ "PolicyName": "gone", "PolicyArn": format!("arn:aws:iam::{ACCOUNT}:policy/gone") }]);
    assert_eq!(
        can(&[dump(&[unknown], &[], &[])], "s3:GetObject", OBJECT),
        named(&[("unknown", "Depends")])
    );
}

#[test]
fn a_key_s_policy_decides_whether_the_account_s_policies_count() {
    let service = trust(&json!({ "Service": "ec2.amazonaws.com" }));
    let roles = [role("uses", &[service], &[allow("kms:Decrypt", "*")])];
    let arn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let key = |principal: &str| {
        let text = policy(&[by("Allow", &json!({ "AWS": principal }), "kms:*", "*")]).to_string();
        (
            "key-policies/1234abcd-12ab-34cd-56ef-1234567890ab.json".to_owned(),
            json!({ "Policy": text }),
        )
    };
    let with = |principal: &str| can(&[dump(&roles, &[], &[]), key(principal)], "kms:Decrypt", arn);
    assert_eq!(
        with(&format!("arn:aws:iam::{ACCOUNT}:root")),
        named(&[("uses", "Allowed")])
    );
    assert!(!with("arn:aws:iam::111122223333:role/another").contains(&("uses".to_owned(), "Allowed")));
    assert_eq!(
        can(&[dump(&roles, &[], &[])], "kms:Decrypt", arn),
        named(&[("uses", "Allowed")])
    );
}

#[test]
fn groups_are_those_of_the_user_s_account() {
    let mut ann = user("ann", &[allow("ec2:*", "*")]);
    ann["GroupList"] = json!(["devs"]);
    let group = |account: &str, grant: &str| {
        json!({ "GroupName": "devs", "GroupId": "AGPAAAAAAAAAAAAAAAAAA", "Path": "/",
            "Arn": format!("arn:aws:iam::{account}:group/devs"), "AttachedManagedPolicies": [],
            "GroupPolicyList": [{ "PolicyName": "p", "PolicyDocument": policy(&[allow(grant, "*")]) }] })
    };
    let mut first = dump(&[], &[], &[]);
    first.0 = "a.json".to_owned();
    first.1["GroupDetailList"] = json!([group("444455556666", "s3:*")]);
    let mut second = dump(&[], &[ann], &[]);
    second.0 = "b.json".to_owned();
    second.1["GroupDetailList"] = json!([group(ACCOUNT, "sqs:*")]);
    let files = [first, second];
    assert_eq!(can(&files, "s3:GetObject", OBJECT), []);
    assert_eq!(
        can(&files, "sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:q"),
        named(&[("ann", "Allowed")])
    );
}

#[test]
fn patterns_of_actions_and_resources_are_answered_in_part() {
    let service = trust(&json!({ "Service": "ec2.amazonaws.com" }));
    let roles = [
        role("all", std::slice::from_ref(&service), &[allow("sqs:*", "*")]),
        role(
            "one",
            &[service],
            &[allow("sqs:SendMessage", "arn:aws:sqs:*:*:q1")],
        ),
    ];
    let found = can(
        &[dump(&roles, &[], &[])],
        "sqs:*Message",
        "arn:aws:sqs:eu-west-1:111122223333:*",
    );
    assert_eq!(found, named(&[("all", "Allowed"), ("one", "Partly")]));
}

#[test]
fn what_a_principal_can_is_told_by_service_with_whom_it_can_become() {
    let by_ann = trust(&json!({ "AWS": user_arn("ann") }));
    let files = [dump(
        &[role("admin", &[by_ann], &[allow("*", "*")])],
        &[user(
            "ann",
            &[allow("sqs:*", "*"), allow("s3:GetObject", "arn:aws:s3:::b/*")],
        )],
        &[],
    )];
    let inputs = inputs(&files);
    let corpus = Corpus::new(&inputs, &Options::default());
    let number = find(&corpus, "ann").unwrap();
    let found = reach(&corpus, number, Some((&Become::new(&corpus), 8))).unwrap();
    let services: Vec<(&str, bool)> = found
        .services
        .iter()
        .map(|one| (one.service.as_str(), one.wide_open))
        .collect();
    assert_eq!(services, [("sqs", true), ("s3", false)]);
    assert_eq!(found.services[1].grants[0].resource, "arn:aws:s3:::b/*");
    assert_eq!(found.becomes.len(), 1);
    let there = found.becomes[0].services.as_ref().unwrap();
    assert!(
        there.iter().any(|one| one.service == "*" && one.wide_open),
        "{there:?}"
    );
    assert_eq!(find(&corpus, "nobody"), Err(Vec::new()));
}

#[test]
fn a_policy_that_stands_alone_is_asked_for_whoever_has_it() {
    let files = [(
        "p.json".to_owned(),
        policy(&[allow("s3:GetObject", "*"), allow("sqs:*", "*")]),
    )];
    assert_eq!(
        can(&files, "s3:GetObject", OBJECT),
        named(&[("p.json", "Allowed")])
    );
    let queue = "arn:aws-cn:sqs:cn-north-1:444455556666:q";
    assert_eq!(
        can(&files, "sqs:SendMessage", queue),
        named(&[("p.json", "Allowed")])
    );
    assert_eq!(
        can(&files, "sns:Publish", "arn:aws:sns:eu-west-1:444455556666:t"),
        []
    );
}

#[test]
fn questions_that_are_none_are_refused() {
    for (action, resource) in [
        ("GetObject", OBJECT),
        ("s3:", OBJECT),
        ("s3:GetObject", "bucket"),
        ("s3:Get Object", OBJECT),
        ("", ""),
    ] {
        assert!(
            Question::new(action, resource, None).is_err(),
            "{action} {resource}"
        );
    }
    assert!(matches!(
        Question::new("oss:GetObject", "acs:oss:*:1:b/k", None),
        Err(QuestionFault::OtherCloud(_))
    ));
    let slip = Question::new("s3:GetObjet", OBJECT, None).unwrap();
    assert!(slip.remark().unwrap().contains("s3:GetObject"));
}
