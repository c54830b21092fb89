//! Parts that other files hold, and what is said twice.

use super::*;

#[test]
fn a_role_and_its_inline_policies_are_one_role() {
    let inputs = read_samples(&["get-role", "get-role-policy", "list-role-policies"]);
    let role = inputs.role(ROLE).unwrap();
    assert_eq!((role.inline.len(), role.inline[0].document.is_some()), (1, true));
    assert_eq!(inputs.roles.len(), 1);
    assert_eq!(problems(&inputs), [""; 0]);
}

#[test]
fn a_listed_inline_policy_without_a_text_is_there_without_one() {
    let inputs = read_samples(&["get-role", "list-role-policies"]);
    assert_eq!(inputs.role(ROLE).unwrap().inline[0].document, None);
    assert_eq!(
        notes(&inputs),
        ["taken as the list of role `parcel-sink`, the only one near"]
    );
}

#[test]
fn an_inline_policy_without_its_role_makes_one_that_its_arn_finds() {
    let inputs = read_samples(&["get-role-policy", "get-user-policy", "get-group-policy"]);
    let role = inputs.role(ROLE).unwrap();
    assert_eq!(
        (role.arn.as_ref(), role.trust, role.inline.len()),
        (None, None, 1)
    );
    assert_eq!((inputs.users.len(), inputs.groups.len()), (1, 1));
    assert!(inputs.users[0].inline[0].document.is_some() && inputs.groups[0].inline[0].document.is_some());
    assert!(inputs.role("arn:aws:iam::730512846091:role/other").is_none());
    assert!(
        inputs
            .role("arn:aws:sts::730512846091:assumed-role/x/parcel-sink")
            .is_none()
    );
}

#[test]
fn an_inline_policy_goes_to_the_role_of_its_own_folder() {
    let other = sample("get-role").replace("730512846091", "604418835527");
    let inputs = read_files(&[
        ("one/role.json", sample("get-role")),
        ("two/role.json", other.clone()),
        ("two/policies/p.json", sample("get-role-policy")),
    ]);
    let counts: Vec<_> = inputs.roles.iter().map(|role| role.inline.len()).collect();
    assert_eq!((counts, problems(&inputs)), (vec![0, 1], vec![]));
    let inputs = read_files(&[
        ("a.json", sample("get-role")),
        ("b.json", other),
        ("p.json", sample("get-role-policy")),
    ]);
    assert_eq!(
        problems(&inputs),
        ["p.json: there are 2 roles of the name `parcel-sink`"]
    );
}

#[test]
fn a_role_said_twice_alike_is_one() {
    let inputs = read_samples(&[
        "get-account-authorization-details",
        "get-role",
        "get-role-policy",
        "list-roles",
        "list-users",
    ]);
    assert_eq!((inputs.roles.len(), inputs.users.len()), (2, 1));
    let role = inputs.role(ROLE).unwrap();
    assert_eq!(
        (role.inline.len(), role.attached.len(), role.attached_listed),
        (1, 2, true)
    );
    assert_eq!(problems(&inputs), [""; 0]);
}

#[test]
fn a_role_said_twice_in_two_ways_is_a_problem_that_names_both_places() {
    let trust = sample_with(
        "get-role",
        "/Role/AssumeRolePolicyDocument/Statement/0/Effect",
        json!("Deny"),
    );
    let policy = sample_with(
        "get-role-policy",
        "/PolicyDocument/Statement/0/Effect",
        json!("Deny"),
    );
    let inputs = read_files(&[
        ("account.json", sample("get-account-authorization-details")),
        ("role.json", trust),
        ("role-policy.json", policy),
    ]);
    let expected = [
        "role-policy.json: the inline policy `kafka` of role `parcel-sink` differs from the one at `account.json:72:39`",
        "role.json: the trust policy of role `parcel-sink` differs from the one at `account.json:51:41`",
    ];
    assert_eq!(problems(&inputs), expected);
    let role = inputs.role(ROLE).unwrap();
    assert!(shown(&inputs, role.trust.unwrap().place()).contains("Allow"));
}

#[test]
fn a_policy_version_counts_as_attached_to_the_only_role_of_its_folder() {
    let inputs = read_files(&[
        ("role.json", sample("get-role")),
        ("policy-lake.json", sample("get-policy-version")),
        ("policy-bare.json", sample("policy")),
        ("other.json", sample("policy")),
    ]);
    let role = inputs.role(ROLE).unwrap();
    let names: Vec<_> = role
        .attached
        .iter()
        .map(|one| &inputs.attached_policy(one).unwrap().name)
        .collect();
    assert_eq!(names, ["bare", "lake"]);
    assert_eq!(
        notes(&inputs),
        ["taken as attached to the role `parcel-sink`, the only one near"; 2]
    );
    assert_eq!(inputs.documents[0].file, "other.json");
}

#[test]
fn a_service_linked_role_gets_nothing_attached() {
    let inputs = read_files(&[
        ("roles.json", sample("list-roles")),
        ("policy-lake.json", sample("get-policy-version")),
    ]);
    let attached: Vec<_> = inputs.roles.iter().map(|role| role.attached.len()).collect();
    assert_eq!(attached, [1, 0]);
}

#[test]
fn a_listed_policy_is_tied_to_the_text_of_its_name() {
    let inputs = read_files(&[
        ("role.json", sample("get-role")),
        ("attached.json", sample("list-attached-role-policies")),
        ("policy-parcel-lake.json", sample("get-policy-version")),
    ]);
    let role = inputs.role(ROLE).unwrap();
    assert_eq!(role.attached.len(), 1);
    let policy = inputs.attached_policy(&role.attached[0]).unwrap();
    assert!(policy.document.is_some() && policy.arn.is_some());
}

#[test]
fn a_described_policy_is_tied_to_the_text_beside_it() {
    let inputs = read_files(&[
        ("role.json", sample("get-role")),
        ("attached.json", sample("list-attached-role-policies")),
        ("describe.json", sample("get-policy")),
        ("text.json", sample("get-policy-version")),
    ]);
    let policy = inputs
        .attached_policy(&inputs.role(ROLE).unwrap().attached[0])
        .unwrap();
    assert_eq!(
        (policy.name.as_str(), policy.document.is_some()),
        ("parcel-lake", true)
    );
    assert_eq!(
        (inputs.policies.len(), inputs.role(ROLE).unwrap().attached.len()),
        (1, 1)
    );
}

#[test]
fn a_text_of_another_version_is_not_the_one_in_force() {
    let version = sample_with("get-policy-version", "/PolicyVersion/VersionId", json!("v1"));
    let inputs = read_files(&[("describe.json", sample("get-policy")), ("text.json", version)]);
    let problem =
        "describe.json: the default version is `v2`, but the text at `text.json:1:18` is that of `v1`";
    assert_eq!(problems(&inputs), [problem]);
    assert!(inputs.policies[0].document.is_none());
    let version = sample_with(
        "get-policy-version",
        "/PolicyVersion/IsDefaultVersion",
        json!(false),
    );
    let inputs = read_files(&[("role.json", sample("get-role")), ("text.json", version)]);
    let role = inputs.role(ROLE).unwrap();
    assert!(
        inputs
            .attached_policy(&role.attached[0])
            .unwrap()
            .document
            .is_none()
    );
    assert!(
        notes(&inputs)
            .iter()
            .any(|note| note.starts_with("version `v2` is not the default one"))
    );
}

#[test]
fn the_options_attach_policies_by_name_and_by_arn() {
    let files = [
        ("account.json", sample("get-account-authorization-details")),
        ("one.json", sample("get-policy-version")),
        ("two.json", sample("policy")),
        ("three.json", sample("policy")),
    ];
    let pair = |role: &str, file: &str| (role.to_owned(), file.to_owned());
    let attach = vec![
        pair("parcel-sink", "one.json"),
        pair(ROLE, "two.json"),
        pair("nobody", "three.json"),
        pair("x", "none.json"),
    ];
    let inputs = read_with(
        &files,
        &ReadOptions {
            attach,
            ..ReadOptions::default()
        },
    );
    let role = inputs.role(ROLE).unwrap();
    let names: Vec<_> = role
        .attached
        .iter()
        .filter_map(|it| inputs.attached_policy(it))
        .map(|it| &it.name)
        .collect();
    assert_eq!(names, ["parcel-lake", "ReadOnlyAccess", "one", "two"]);
    let expected = [
        "none.json: there is no text here that can be a managed policy",
        "three.json: to be attached to the role `nobody`, of which there are 0",
    ];
    assert_eq!(problems(&inputs), expected);
}

#[test]
fn a_policy_of_which_many_roles_are_near_is_attached_to_none() {
    let files = [
        ("a.json", sample("get-role")),
        ("b.json", sample("get-role").replace("parcel-sink", "other")),
        ("policy-x.json", sample("get-policy-version")),
    ];
    let inputs = read_files(&files);
    assert!(inputs.roles.iter().all(|role| role.attached.is_empty()));
    assert!(notes(&inputs)[0].contains("--attach ROLE=FILE"));
    assert_eq!(inputs.policies[0].name, "x");
}

#[test]
fn bucket_policies_have_their_bucket_from_folder_option_or_resources() {
    let bucket = sample("get-bucket-policy");
    let unknown = r#"{"Policy": "{\"Statement\": {\"Resource\": [\"arn:aws:s3:::a*\"]}}"}"#.to_owned();
    let files = [
        ("x/bucket-policies/one.json", bucket.clone()),
        ("bucket-policies/bare.json", sample("policy")),
        ("two.json", bucket.clone()),
        ("three.json", bucket),
        ("four.json", sample("policy")),
        ("five.json", unknown),
    ];
    let given = |bucket: &str, file: &str| (bucket.to_owned(), file.to_owned());
    let bucket_policies = vec![given("two", "two.json"), given("four", "four.json")];
    let inputs = read_with(
        &files,
        &ReadOptions {
            bucket_policies,
            ..ReadOptions::default()
        },
    );
    let mut buckets: Vec<_> = inputs
        .bucket_policies
        .iter()
        .map(|it| it.resource.as_str())
        .collect();
    buckets.sort_unstable();
    assert_eq!(buckets, ["bare", "four", "one", "parcel-connect-logs", "two"]);
    assert!(inputs.bucket_policy("one").unwrap().document.is_some());
    assert_eq!(
        problems(&inputs),
        ["five.json: this policy does not say of which bucket it is"]
    );
    assert_eq!(
        notes(&inputs),
        ["taken as the policy of the bucket `parcel-connect-logs`, the only one it names"]
    );
}

#[test]
fn a_bucket_with_two_policies_is_a_problem() {
    let other = json!({"Policy": sample("policy")}).to_string();
    let files = [
        ("a/bucket-policies/b.json", sample("get-bucket-policy")),
        ("c/bucket-policies/b.json", other),
    ];
    let inputs = read_files(&files);
    assert_eq!(inputs.bucket_policies.len(), 1);
    let expected = "c/bucket-policies/b.json: the policy of the bucket `b` differs from the one at \
                    `a/bucket-policies/b.json:2:16`";
    assert_eq!(problems(&inputs), [expected]);
}

#[test]
fn key_policies_are_found_by_id_and_arn() {
    let inputs = read_files(&[
        ("key-policies/1f-2e.json", sample("get-bucket-policy")),
        ("k.json", sample("get-key-policy")),
    ]);
    assert!(
        inputs
            .key_policy("arn:aws:kms:eu-north-1:730512846091:key/1f-2e")
            .is_some()
    );
    assert!(inputs.key_policy("k").is_some() && inputs.key_policy("x").is_none());
}

#[test]
fn tags_belong_to_the_only_delivery_stream_near() {
    let inputs = read_samples(&["describe-delivery-stream", "list-tags-for-delivery-stream"]);
    let stream = inputs.delivery_stream("parcel-logs").unwrap();
    let tags: Vec<_> = stream
        .tags
        .iter()
        .flatten()
        .map(|tag| tag.value.value.as_str())
        .collect();
    assert_eq!(tags, ["true", ""]);
    let alone = read_samples(&["list-tags-for-delivery-stream"]);
    assert_eq!(problems(&alone).len(), 1);
    assert!(
        read_samples(&["describe-delivery-stream"]).delivery_streams[0]
            .tags
            .is_none()
    );
}

#[test]
fn a_listed_connector_gives_way_to_the_described_one() {
    let inputs = read_samples(&["list-connectors", "describe-connector"]);
    assert_eq!(inputs.connectors.len(), 1);
    assert!(inputs.connectors[0].configuration.is_some());
    let other = sample_with(
        "describe-connector",
        "/connectorConfiguration/topics",
        json!("other"),
    );
    let inputs = read_files(&[("a.json", sample("describe-connector")), ("b.json", other)]);
    let expected =
        "b.json: the description of the connector `parcel-lake-sink` differs from the one at `a.json:1:1`";
    assert_eq!(problems(&inputs), [expected]);
}

#[test]
fn a_described_policy_that_is_not_in_the_list_of_the_role_is_not_attached() {
    let attached = r#"{"AttachedPolicies": []}"#.to_owned();
    let text = ("text.json", sample("get-policy-version"));
    let files = [
        ("role.json", sample("get-role")),
        ("describe.json", sample("get-policy")),
        text,
    ];
    let inputs = read_files(&files);
    assert_eq!(inputs.role(ROLE).unwrap().attached.len(), 1);
    let [role, describe, text] = files;
    let inputs = read_files(&[role, describe, text, ("attached.json", attached)]);
    assert_eq!(inputs.role(ROLE).unwrap().attached.len(), 0);
    assert!(inputs.policies[0].document.is_some());
}

#[test]
fn a_list_in_any_of_the_texts_of_a_role_is_its_list() {
    let inputs = read_files(&[
        ("a.json", sample("get-role")),
        ("b.json", sample("get-account-authorization-details")),
    ]);
    let role = inputs.role(ROLE).unwrap();
    assert!(role.attached_listed && role.boundary.is_some());
}

#[test]
fn two_dumps_that_disagree_on_inline_policies_are_a_problem() {
    let dump = |policies: &str| {
        format!(
            r#"{{"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [{{"Path": "/", "RoleName": "r",
            "RoleId": "AROAEXAMPLE", "Arn": "arn:aws:iam::111122223333:role/r", "InstanceProfileList": [], "Tags": [],
            "AssumeRolePolicyDocument": {{"Version": "2012-10-17", "Statement": []}}, "AttachedManagedPolicies": [],
            "RolePolicyList": [{policies}]}}]}}"#
        )
    };
    let policy = r#"{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": []}}"#;
    let documents = [
        ("a.json".to_owned(), dump(policy).into_bytes()),
        ("b.json".to_owned(), dump("").into_bytes()),
    ];
    let inputs = crate::input::read(documents, &crate::input::ReadOptions::default());
    let messages: Vec<&str> = inputs
        .problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    assert!(
        messages
            .iter()
            .any(|message| message.starts_with("the list of inline policies of role `r` differs")),
        "{messages:?}"
    );
}

const S3: &str = "arn:aws:iam::aws:policy/AmazonS3FullAccess";

fn attached(arn: &str) -> String {
    format!(r#"{{"AttachedPolicies": [{{"PolicyName": "AmazonS3FullAccess", "PolicyArn": "{arn}"}}]}}"#)
}

#[test]
fn an_attached_policy_of_aws_without_a_text_has_the_embedded_one() {
    let inputs = read_files(&[
        ("r/role.json", sample("get-role")),
        ("r/attached.json", attached(S3)),
    ]);
    let role = inputs.role(ROLE).unwrap();
    let policy = inputs.attached_policy(&role.attached[0]).unwrap();
    let text = policy.embedded.unwrap();
    assert_eq!((text.version, text.date), ("v2", "2021-09-27"));
    let place = policy.document.unwrap().place();
    assert_eq!(
        inputs.sources.name(place.doc),
        "<AmazonS3FullAccess, AWS managed policy v2>"
    );
    assert_eq!(problems(&inputs), [""; 0]);
}

#[test]
fn a_given_text_wins_over_the_embedded_one() {
    let described = sample("get-policy")
        .replace("arn:aws:iam::730512846091:policy/parcel-lake", S3)
        .replace("parcel-lake", "AmazonS3FullAccess");
    let files = [
        ("r/role.json", sample("get-role")),
        ("r/attached.json", attached(S3)),
        ("r/policy.json", described),
        ("r/version.json", sample("get-policy-version")),
    ];
    let inputs = read_files(&files);
    let policy = inputs.managed_policy(S3).unwrap();
    assert!(
        policy.document.is_some() && policy.embedded.is_none(),
        "{policy:?}"
    );
}

#[test]
fn a_policy_of_aws_in_another_version_than_the_embedded_one_has_no_text() {
    let described = |version: &str| {
        format!(
            r#"{{"Policy": {{"PolicyName": "AmazonS3FullAccess", "Arn": "{S3}", "DefaultVersionId": "{version}",
            "PolicyId": "ANPAIFIR6V6BVTRAHWINE", "AttachmentCount": 1, "IsAttachable": true, "Path": "/"}}}}"#
        )
    };
    for (version, has_text) in [("v2", true), ("v3", false)] {
        let files = [
            ("r/role.json", sample("get-role")),
            ("r/attached.json", attached(S3)),
            ("r/policy.json", described(version)),
        ];
        let inputs = read_files(&files);
        let role = inputs.role(ROLE).unwrap();
        let policy = inputs.attached_policy(&role.attached[0]).unwrap();
        assert_eq!(policy.document.is_some(), has_text, "{version}");
    }
}
