//! One table a code.

use super::*;
use crate::finding::Severity;
use crate::lint::size::{Owner, inline_sizes};

const KAFKA: &str = "arn:aws:kafka:us-east-1:111122223333";

#[test]
fn resources_that_no_action_has_are_found_at_the_entry() {
    for (actions, resource) in [
        (r#""kafka-cluster:ReadData""#, format!("{KAFKA}:topic/name/uuid")),
        (
            r#"["kafka-cluster:ReadData", "kafka-cluster:DescribeTopic"]"#,
            format!("{KAFKA}:topic/name/uuid"),
        ),
        (
            r#""kafka-cluster:AlterGroup""#,
            format!("{KAFKA}:group/name/uuid"),
        ),
        (
            r#""kafka-cluster:AlterGroup""#,
            "arn:aws:kafka:*:*:group/name/uuid".to_owned(),
        ),
        (r#""kafka-cluster:*Topic*""#, format!("{KAFKA}:cluster/name/uuid")),
        (r#""kafka-cluster:Connect""#, format!("{KAFKA}:cluster/name")),
        (
            r#""kafka:GetBootstrapBrokers""#,
            format!("{KAFKA}:cluster/name/uuid"),
        ),
        (
            r#""kafka-cluster:Connect""#,
            "arn:aws:kafka-cluster:us-east-1:111122223333:cluster/name/uuid".to_owned(),
        ),
        (r#""s3:GetObject""#, "arn:aws:s3:::data".to_owned()),
        (
            r#"["s3:GetObject", "s3:PutObject"]"#,
            "arn:aws:s3:::data".to_owned(),
        ),
        (r#""s3:ListBucket""#, "arn:aws:s3:::data/*".to_owned()),
        (
            r#""logs:DescribeLogGroups""#,
            "arn:aws:logs:*:*:log-group:/aws/lambda/*".to_owned(),
        ),
        (r#""iam:ListRoles""#, "arn:aws:iam::*:role/service/*".to_owned()),
        (
            r#""kms:Decrypt""#,
            "arn:aws:kms:us-east-1:111122223333:alias/data".to_owned(),
        ),
        (r#""*""#, format!("{KAFKA}:topic/name/uuid")),
        (
            r#""secretsmanager:GetSecretValue""#,
            "arn:aws:secretmanager:us-east-1:111122223333:secret:x".to_owned(),
        ),
    ] {
        let entry = format!("\"{resource}\"");
        let places = only(
            "policy/resource-never-matches",
            found(&allow(actions, &entry, "")),
        );
        assert_eq!(places, [entry], "{actions}");
    }
}

#[test]
fn resources_that_some_action_can_have_are_not() {
    for (actions, resources) in [
        (r#""s3:GetObject""#, r#""arn:aws:s3:::data/*""#),
        (r#""s3:GetObject""#, r#""arn:aws:s3:::data*""#),
        (r#""s3:GetObject""#, r#""arn:*:s3:::*""#),
        (r#""s3:*""#, r#"["arn:aws:s3:::data", "arn:aws:s3:::data/*"]"#),
        (
            r#"["s3:GetObject", "s3:ListBucket"]"#,
            r#"["arn:aws:s3:::data", "arn:aws:s3:::data/*"]"#,
        ),
        (r#""s3:ListAllMyBuckets""#, r#""arn:aws:s3:::*""#),
        (r#""logs:DescribeLogGroups""#, r#""arn:aws:logs:*:*:log-group:*""#),
        (r#""iam:ListRoles""#, r#""arn:aws:iam::111122223333:role/*""#),
        (
            r#""ssm:GetDocument""#,
            r#""arn:aws:ssm:*::document/AWS-RunShellScript""#,
        ),
        (
            r#""ssmmessages:OpenDataChannel""#,
            r#""arn:aws:ssm:*:*:session/*""#,
        ),
        (
            r#""codeconnections:UseConnection""#,
            r#""arn:aws:codestar-connections:*:*:connection/*""#,
        ),
        (r#""kafka:ListClusters""#, r#""arn:aws:kafka:*:*:/v1/clusters""#),
        (r#""s3:GetObject""#, r#""arn:aws:s3:::data/a:b/${aws:username}""#),
        (
            r#""kafka-cluster:ReadData""#,
            r#""arn:aws:kafka:us-east-1:111122223333:topic/name/*""#,
        ),
        (
            r#""kafka-cluster:ReadData""#,
            r#""arn:aws:kafka:us-east-1:111122223333:topic/*""#,
        ),
        (
            r#""kafka-cluster:ReadData""#,
            r#""arn:aws:kafka:*:*:topic/name/uuid/*""#,
        ),
        (
            r#""kafka-cluster:AlterGroup""#,
            r#""arn:aws:kafka:*:*:group/name/uuid/a:b/c""#,
        ),
        (
            r#""kafka-cluster:*""#,
            r#"["arn:aws:kafka:*:111122223333:cluster/n/u", "arn:aws:kafka:*:111122223333:topic/n/u/t"]"#,
        ),
        (
            r#""kafkaconnect:*""#,
            r#""arn:aws:kafkaconnect:us-east-1:111122223333:connector/a/b""#,
        ),
        (r#""kafka:GetBootstrapBrokers""#, r#""*""#),
        (r#""sqs:SendMessage""#, r#""arn:aws:sqs""#),
        (r#""sqs:SendMessage""#, r#""arn:aws:sqs:*""#),
        (r#""rds:StartDBCluster""#, r#""arn:aws:rds:*:cluster:data""#),
        (
            r#""logs:PutLogEvents""#,
            r#""arn:aws:logs:*:*:log-group:/aws/lambda/x:*""#,
        ),
        (
            r#""logs:CreateLogStream""#,
            r#""arn:aws:logs:us-east-1:111122223333:log-group:x:*""#,
        ),
        (
            r#""lambda:InvokeFunction""#,
            r#""arn:aws:lambda:us-east-1:111122223333:function:x:$LATEST""#,
        ),
        (r#""iam:PassRole""#, r#""arn:aws:iam::111122223333:role/a/b""#),
        (
            r#""*""#,
            r#""arn:aws:nosuchservice:us-east-1:111122223333:thing/x""#,
        ),
    ] {
        assert_eq!(
            found(&allow(actions, resources, "")),
            [],
            "{actions} on {resources}"
        );
    }
}

#[test]
fn actions_that_no_entry_fits_are_found_at_the_action() {
    let places = |actions, resources| {
        only(
            "policy/resource-never-matches",
            found(&allow(actions, resources, "")),
        )
    };
    let both = r#"["kafka-cluster:Connect", "kafka:GetBootstrapBrokers"]"#;
    let cluster = r#""arn:aws:kafka:us-east-1:111122223333:cluster/n/u""#;
    assert_eq!(places(both, cluster), [r#""kafka:GetBootstrapBrokers""#]);
    let with_star = format!(r#"[{cluster}, "*"]"#);
    assert!(places(both, &with_star).is_empty());
    let objects = r#"["s3:GetObject", "s3:ListBucket"]"#;
    assert_eq!(
        places(objects, r#""arn:aws:s3:::data/*""#),
        [r#""s3:ListBucket""#]
    );
}

#[test]
fn an_unknown_action_keeps_entries_of_its_service_from_being_judged() {
    let codes = |actions: &str, resource: &str| {
        let found = found(&allow(actions, resource, ""));
        found.into_iter().map(|(code, _)| code).collect::<Vec<_>>()
    };
    let unknown = "policy/unknown-action".to_owned();
    let bucket = r#""arn:aws:s3:::data""#;
    assert_eq!(
        codes(r#""s3:GetObjectTwice""#, bucket),
        std::slice::from_ref(&unknown)
    );
    assert_eq!(codes(r#"["s3:GetObject", "nosuch:Thing"]"#, bucket).len(), 2);
    assert_eq!(
        codes(
            r#""kafkaconnect:PauseConnector""#,
            r#""arn:aws:kafkaconnect:us-east-1:111122223333:connector/a/b""#
        ),
        [unknown]
    );
}

#[test]
fn exclusions_that_match_nothing_are_found_too() {
    let statement = |resource: &str| {
        format!(r#"{{"Effect": "Deny", "Action": "s3:GetObject", "NotResource": "{resource}"}}"#)
    };
    assert_eq!(found(&statement("arn:aws:s3:::data/*")), []);
    assert_eq!(found(&statement("arn:aws:s3:::data")).len(), 1);
    let other = r#"{"Effect": "Deny", "NotAction": "iam:*", "Resource": "arn:aws:kafka:us-east-1:111122223333:topic/n/u"}"#;
    assert_eq!(found(other).len(), 1);
}

#[test]
fn unknown_actions_are_found_with_what_may_be_meant() {
    for (action, help) in [
        ("kafka-cluster:ReadDate", "`kafka-cluster:ReadData`"),
        ("kafka:ReadData", "`kafka-cluster:ReadData`"),
        ("kafka-connect:CreateConnector", "`kafkaconnect:CreateConnector`"),
        ("kafka-connect:*", "`kafkaconnect:*`"),
        ("s3:Fetch*", "2026"),
        ("s3:", "2026"),
        ("nosuchservice:*", "2026"),
    ] {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}}}"#
        );
        let (_, findings) = lint(&text, PolicyType::Managed);
        let [finding] = findings.as_slice() else {
            panic!("{action}: {findings:?}");
        };
        assert_eq!(
            (finding.code.as_str(), finding.severity),
            ("policy/unknown-action", Severity::Warning)
        );
        assert!(finding.help.contains(help), "{action}: {}", finding.help);
    }
    let not = r#"{"Effect": "Deny", "NotAction": ["s3:GetObject", "s3:GetObjekt"], "Resource": "*"}"#;
    assert_eq!(only("policy/unknown-action", found(not)), [r#""s3:GetObjekt""#]);
}

#[test]
fn known_actions_in_every_spelling_are_not_unknown() {
    for action in [
        "*",
        "*:*",
        "S3:getobject",
        "s3:Get*",
        "s3:G?tObject",
        "kafka-cluster:*",
        "sts:*",
    ] {
        assert_eq!(
            found(&allow(&format!("\"{action}\""), r#""*""#, "")),
            [],
            "{action}"
        );
    }
}

#[test]
fn what_a_template_left_is_found() {
    for resource in [
        "arn:aws:s3:::<bucket>/*",
        "arn:aws:s3:::your-bucket/*",
        "arn:aws:s3:::YOUR_BUCKET_NAME/*",
        "arn:aws:s3:::${Bucket}/*",
        "arn:aws:s3:::bucket-name/*",
    ] {
        let entry = format!("\"{resource}\"");
        let found = found(&allow(r#""s3:GetObject""#, &entry, ""));
        assert_eq!(only("policy/placeholder", found), [entry]);
    }
    for entry in [
        "arn:aws:kafka:REGION:111122223333:topic/a/b/c",
        "arn:aws:kafka:us-east-1:Account-ID:topic/a/b/c",
        "arn:aws:kafka:us-east-1:11112222333:topic/a/b/c",
        "arn:aws:kafka:region:account-id:topic/cluster-name/cluster-uuid/__amazon_msk_connect_*",
        "arn:aws:kafka:us-east-1:111122223333:topic/cluster-name/cluster-uuid/t",
    ] {
        let entry = format!("\"{entry}\"");
        let found = found(&allow(r#""kafka-cluster:ReadData""#, &entry, ""));
        assert_eq!(only("policy/placeholder", found), [entry]);
    }
    for text in [
        "cluster-arn",
        "ARN of the topic that you want a sink connector to read from",
    ] {
        let found = found(&allow(r#""kafka-cluster:Connect""#, &format!("\"{text}\""), ""));
        let codes: Vec<&str> = found.iter().map(|(code, _)| code.as_str()).collect();
        assert_eq!(codes, ["policy/placeholder", "policy/syntax"], "{text}");
    }
}

#[test]
fn placeholders_in_trust_policies_are_found_and_said_once() {
    let trust = |principal: &str, account: &str, arn: &str| {
        format!(
            r#"{{"Effect": "Allow", "Principal": {{{principal}}}, "Action": "sts:AssumeRole", "Condition": {{
               "StringEquals": {{"aws:SourceAccount": "{account}"}}, "ArnLike": {{"aws:SourceArn": "{arn}"}}}}}}"#
        )
    };
    let service = r#""Service": "kafkaconnect.amazonaws.com""#;
    let connector = "arn:aws:kafkaconnect:us-east-1:111122223333:connector/name/*";
    let places = |statement: &str| only("policy/placeholder", found_in(statement, PolicyType::Trust));
    assert!(places(&trust(service, "111122223333", connector)).is_empty());
    assert_eq!(
        places(&trust(service, "Account-ID", "MSK-Connector-ARN")).len(),
        2
    );
    assert_eq!(places(&trust(service, "1111", connector)), [r#""1111""#]);
    let account = r#""AWS": "arn:aws:iam::ACCOUNT_ID:root""#;
    assert_eq!(places(&trust(account, "111122223333", connector)).len(), 1);
}

#[test]
fn values_that_resemble_placeholders_are_left_alone() {
    for resource in [
        "arn:aws:s3:::your-bucket-prod/*",
        "arn:aws:s3:::my-bucket/*",
        "arn:aws:s3:::bucket/region/account/cluster-name/*",
        "arn:aws:s3:::data/${aws:username}/${*}",
        "arn:aws:s3:::data/${aws:PrincipalTag/team, 'none'}/*",
        "arn:aws:s3:::data-123456789012/*",
    ] {
        assert_eq!(
            found(&allow(r#""s3:GetObject""#, &format!("\"{resource}\""), "")),
            [],
            "{resource}"
        );
    }
    for account in ["123456789012", "111122223333", "*", "1234*"] {
        let resource = format!("\"arn:aws:kafka:us-east-1:{account}:topic/REGION/uuid/TOPIC\"");
        assert_eq!(
            found(&allow(r#""kafka-cluster:ReadData""#, &resource, "")),
            [],
            "{account}"
        );
    }
}

#[test]
fn keys_that_the_actions_never_have_are_found() {
    for (actions, condition) in [
        (
            r#""s3:GetObject""#,
            r#""StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}"#,
        ),
        (
            r#""kafka-cluster:ReadData""#,
            r#""StringLike": {"s3:prefix": "a/*"}"#,
        ),
        (
            r#""kafka-cluster:ReadData""#,
            r#""StringEquals": {"aws:ResourceTag/team": "a"}"#,
        ),
        (
            r#""s3:GetObject""#,
            r#""StringEquals": {"aws:SourceAcount": "111122223333"}"#,
        ),
        (r#""s3:GetObject""#, r#""StringEquals": {"SourceIp": "a"}"#),
        (
            r#"["s3:GetObject", "s3:PutObject"]"#,
            r#""StringLike": {"s3:prefix": "a/*"}"#,
        ),
    ] {
        let more = format!(r#", "Condition": {{{condition}}}"#);
        let places = only(
            "policy/unused-condition-key",
            found(&allow(actions, r#""*""#, &more)),
        );
        assert_eq!(places.len(), 1, "{actions} {condition}");
        assert!(condition.contains(&places[0]), "{places:?}");
    }
}

#[test]
fn keys_that_are_global_or_of_some_action_are_not() {
    for (actions, condition) in [
        (
            r#""s3:GetObject""#,
            r#""StringEquals": {"AWS:principalorgid": "o-a1"}"#,
        ),
        (r#""s3:GetObject""#, r#""Bool": {"aws:SecureTransport": "true"}"#),
        (
            r#""s3:GetObject""#,
            r#""StringEquals": {"aws:PrincipalTag/Team": "a"}"#,
        ),
        (
            r#"["s3:GetObject", "s3:ListBucket"]"#,
            r#""StringLike": {"s3:prefix": "a/*"}"#,
        ),
        (
            r#""kafka-cluster:Connect""#,
            r#""StringEquals": {"AWS:RESOURCETAG/team": "a"}"#,
        ),
        (r#""s3:*""#, r#""StringEquals": {"s3:x-amz-acl": "private"}"#),
        (
            r#""*""#,
            r#""StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}"#,
        ),
        (
            r#""iam:PassRole""#,
            r#""StringEquals": {"iam:PassedToService": "kafkaconnect.amazonaws.com"}"#,
        ),
        (
            r#""sts:AssumeRole""#,
            r#""StringEquals": {"sts:ExternalId": "a"}"#,
        ),
        (
            r#""sts:AssumeRoleWithWebIdentity""#,
            r#""StringEquals": {"accounts.google.com:aud": "a"}"#,
        ),
        (r#""s3:GetObject""#, r#""StringEquals": {"saml:aud": "a"}"#),
        (
            r#""kafkaconnect:*""#,
            r#""StringEquals": {"kafkaconnect:New": "a"}"#,
        ),
    ] {
        let more = format!(r#", "Condition": {{{condition}}}"#);
        assert_eq!(
            found(&allow(actions, r#""*""#, &more)),
            [],
            "{actions} {condition}"
        );
    }
}

#[test]
fn what_an_unused_key_does_is_said() {
    for (effect, operator, said) in [
        ("Allow", "StringEquals", "grants nothing"),
        ("Allow", "StringNotEquals", "limits nothing"),
        ("Allow", "StringEqualsIfExists", "limits nothing"),
        ("Deny", "StringEquals", "denies nothing"),
        ("Deny", "StringNotEquals", "denies as if it were not there"),
    ] {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "{effect}", "Action": "s3:GetObject",
               "Resource": "*", "Condition": {{"{operator}": {{"s3:prefix": "a"}}}}}}}}"#
        );
        let (_, findings) = lint(&text, PolicyType::Managed);
        assert_eq!(findings.len(), 1);
        assert!(
            findings[0].label.contains(said),
            "{effect} {operator}: {}",
            findings[0].label
        );
    }
}

#[test]
fn statements_that_change_nothing_are_found() {
    let get = allow(r#""s3:GetObject""#, r#""arn:aws:s3:::data/a/*""#, "");
    let deny =
        |actions: &str, resources: &str, more: &str| allow(actions, resources, more).replace("Allow", "Deny");
    for (statements, count) in [
        (format!("{get}, {}", deny(r#""s3:*""#, r#""*""#, "")), 1),
        (
            format!("{get}, {}", deny(r#""s3:Get*""#, r#""arn:aws:s3:::data/*""#, "")),
            1,
        ),
        (format!("{get}, {get}"), 1),
        (format!("{get}, {}", allow(r#""s3:*""#, r#""*""#, "")), 1),
        (format!("{}, {get}", allow(r#""*""#, r#""*""#, "")), 1),
        (format!("{get}, {}", deny(r#""s3:Put*""#, r#""*""#, "")), 0),
        (
            format!("{get}, {}", deny(r#""s3:*""#, r#""arn:aws:s3:::data/a/b/*""#, "")),
            0,
        ),
        (
            format!(
                "{get}, {}",
                allow(r#""s3:GetObject""#, r#""arn:aws:s3:::data/b/*""#, "")
            ),
            0,
        ),
        (
            format!(
                "{get}, {}",
                deny(
                    r#""s3:*""#,
                    r#""*""#,
                    r#", "Condition": {"Bool": {"aws:SecureTransport": "false"}}"#
                )
            ),
            0,
        ),
        (
            format!(
                "{get}, {}",
                r#"{"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}"#
            ),
            1,
        ),
        (
            format!(
                "{get}, {}",
                r#"{"Effect": "Deny", "NotAction": "s3:Get*", "Resource": "*"}"#
            ),
            0,
        ),
        (
            format!(
                "{get}, {}",
                r#"{"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::other/*"}"#
            ),
            1,
        ),
        (
            format!(
                "{get}, {}",
                r#"{"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::data/*"}"#
            ),
            0,
        ),
    ] {
        let places = only("policy/ineffective-statement", found(&statements));
        assert_eq!(places.len(), count, "{statements}");
    }
}

#[test]
fn of_equal_statements_the_later_one_is_found() {
    let get = |sid: &str| {
        let sid = format!(r#", "Sid": "{sid}""#);
        allow(r#""s3:GetObject""#, r#""arn:aws:s3:::data/*""#, &sid)
    };
    let found = found(&format!("{}, {}", get("One"), get("Two")));
    assert_eq!(only("policy/ineffective-statement", found), [get("Two")]);
}

#[test]
fn principals_of_statements_are_compared_by_name() {
    let statement = |effect: &str, principal: &str| {
        format!(
            r#"{{"Effect": "{effect}", "Principal": {principal}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}}"#
        )
    };
    let count = |one: &str, other: &str| {
        let statements = format!("{}, {}", statement("Allow", one), statement("Deny", other));
        found_in(&statements, PolicyType::Resource(None)).len()
    };
    let (a, b) = (r#"{"AWS": "111122223333"}"#, r#"{"AWS": "444455556666"}"#);
    assert_eq!(count(a, a), 1);
    assert_eq!(count(a, b), 0);
    assert_eq!(count(a, r#"{"AWS": ["444455556666", "111122223333"]}"#), 1);
    assert_eq!(count(r#""*""#, a), 0);
}

#[test]
fn conditions_that_cannot_hold_together_are_found() {
    for (condition, count) in [
        (
            r#""StringEquals": {"aws:PrincipalOrgID": "o-a"}, "StringLike": {"aws:PrincipalOrgID": "o-b*"}"#,
            1,
        ),
        (
            r#""StringEquals": {"aws:PrincipalOrgID": "o-a"}, "StringNotEquals": {"aws:PrincipalOrgID": "o-a"}"#,
            1,
        ),
        (
            r#""StringEquals": {"aws:PrincipalOrgID": "o-a"}, "Null": {"aws:principalorgid": "true"}"#,
            1,
        ),
        (
            r#""NumericLessThan": {"s3:max-keys": "5"}, "NumericGreaterThan": {"s3:max-keys": "10"}"#,
            1,
        ),
        (
            r#""StringEquals": {"aws:PrincipalOrgID": "o-a"}, "StringLike": {"aws:PrincipalOrgID": "o-*"}"#,
            0,
        ),
        (
            r#""StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a"}, "Null": {"aws:PrincipalOrgID": "true"}"#,
            0,
        ),
        (
            r#""NumericLessThan": {"s3:max-keys": "10"}, "NumericGreaterThan": {"s3:max-keys": "5"}"#,
            0,
        ),
        (
            r#""StringEquals": {"aws:PrincipalOrgID": "o-a"}, "StringNotEquals": {"aws:PrincipalArn": "o-a"}"#,
            0,
        ),
    ] {
        let more = format!(r#", "Condition": {{{condition}}}"#);
        let found = found(&allow(r#""s3:ListBucket""#, r#""*""#, &more));
        assert_eq!(
            only("policy/ineffective-statement", found).len(),
            count,
            "{condition}"
        );
    }
}

#[test]
fn empty_lists_make_a_statement_ineffective() {
    let codes = |statement: &str| {
        let found = found(statement);
        found
            .into_iter()
            .any(|(code, _)| code == "policy/ineffective-statement")
    };
    assert!(codes(&allow("[]", r#""*""#, "")));
    assert!(codes(&allow(r#""s3:*""#, "[]", "")));
    assert!(!codes(&allow(r#""s3:*""#, r#""*""#, "")));
}

#[test]
fn sizes_near_and_above_the_quota_are_found() {
    let sized = |count: usize| {
        let objects: Vec<String> = (0..count)
            .map(|n| format!("\"arn:aws:s3:::data/objects/{n:04}/*\""))
            .collect();
        allow(r#""s3:GetObject""#, &format!("[{}]", objects.join(",")), "")
    };
    let severity = |count, kind| {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":{}}}"#, sized(count));
        let (_, findings) = lint(&text, kind);
        assert!(
            findings.iter().all(|finding| finding.code == "policy/size"),
            "{findings:?}"
        );
        findings.first().map(|finding| finding.severity)
    };
    assert_eq!(severity(150, PolicyType::Managed), None);
    assert_eq!(severity(165, PolicyType::Managed), Some(Severity::Warning));
    assert_eq!(severity(200, PolicyType::Managed), Some(Severity::Error));
    assert_eq!(severity(200, PolicyType::Inline), None);
}

#[test]
fn inline_policies_are_held_against_the_quota_of_their_owner_together() {
    let mut sources = Sources::new();
    let mut add = |characters: usize| {
        let text = format!("{{\"Id\":\"{}\"}}", "x".repeat(characters - 9));
        let doc = sources.add_text("policy.json", text);
        (doc, sources.tree(doc).map(crate::source::Tree::root).unwrap())
    };
    let documents = [add(3_000), add(4_000), add(4_000)];
    let severity = |count: usize, owner| {
        inline_sizes(&sources, &documents[..count], owner, &Subject::default())
            .map(|finding| finding.severity)
    };
    assert_eq!(severity(1, Owner::Role("r")), None);
    assert_eq!(severity(3, Owner::Role("r")), Some(Severity::Error));
    assert_eq!(severity(1, Owner::Group("g")), None);
    assert_eq!(severity(2, Owner::Group("g")), Some(Severity::Error));
    assert_eq!(severity(1, Owner::User("u")), Some(Severity::Error));
    let finding = inline_sizes(&sources, &documents, Owner::Role("sink"), &Subject::default()).unwrap();
    assert_eq!(finding.related.len(), 2);
    assert_eq!(
        finding.aws_message.as_deref(),
        Some("Maximum policy size of 10240 bytes exceeded for role sink")
    );
}

#[test]
fn faults_of_the_grammar_carry_the_message_of_aws_and_their_place() {
    let (_, findings) = lint(
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "allow", "Action": "s3:*", "Resource": "*"}}"#,
        PolicyType::Managed,
    );
    let [finding] = findings.as_slice() else {
        panic!("{findings:?}");
    };
    assert_eq!(
        (finding.code.as_str(), finding.severity),
        ("policy/syntax", Severity::Error)
    );
    assert_eq!(
        finding.aws_message.as_deref(),
        Some("The policy failed legacy parsing")
    );
    for text in ["", "{", "[", "null", "\u{feff}"] {
        let (_, findings) = lint(text, PolicyType::Trust);
        assert!(
            findings.iter().any(|finding| finding.severity == Severity::Error),
            "{text}"
        );
    }
}
