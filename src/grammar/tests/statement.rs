//! GRAM-07 and GRAM-09 to GRAM-15 for policies of identities, and what other types share with them.

use super::*;

#[test]
fn keys_of_statements_are_known() {
    is_refused(
        "managed",
        &with(r#""Extra field": "v""#),
        "GRAM-07",
        r#""Extra field""#,
        Some(SYNTAX),
    );
    is_refused(
        "managed",
        &with(r#""Conditions": {}"#),
        "GRAM-07",
        r#""Conditions""#,
        Some(SYNTAX),
    );
    is_refused(
        "managed",
        &with(r#""effect": "Allow""#),
        "GRAM-07",
        r#""effect""#,
        Some(SYNTAX),
    );
    is_refused(
        "resource",
        &with(r#""Principal": "*", "X": 1"#),
        "GRAM-07",
        r#""X""#,
        None,
    );
}

#[test]
fn an_effect_is_allow_or_deny() {
    let effect = |text: &str| policy(&format!(r#"{text}"Action": "s3:*", "Resource": "*""#));
    is_stored("managed", &effect(r#""Effect": "Deny", "#));
    let missing = effect("");
    is_refused(
        "managed",
        &missing,
        "GRAM-09",
        r#"{"Action": "s3:*", "Resource": "*"}"#,
        Some(SYNTAX),
    );
    for wrong in ["null", "1", r#"["Allow"]"#, r#""invalid""#, r#""""#] {
        is_refused(
            "managed",
            &effect(&format!(r#""Effect": {wrong}, "#)),
            "GRAM-09",
            wrong,
            Some(SYNTAX),
        );
    }
    for wrong in [r#""allow""#, r#""denY""#, r#""ALLOW""#] {
        is_refused(
            "managed",
            &effect(&format!(r#""Effect": {wrong}, "#)),
            "GRAM-09",
            wrong,
            Some(LEGACY),
        );
        is_refused(
            "scp",
            &effect(&format!(r#""Effect": {wrong}, "#)),
            "GRAM-09",
            wrong,
            None,
        );
    }
}

#[test]
fn a_statement_has_actions_or_excludes_some() {
    const MISSING: &str = "Policy statement must contain actions.";
    is_stored(
        "managed",
        &policy(r#""Effect": "Allow", "NotAction": "s3:ListBucket", "NotResource": "*""#),
    );
    for other in [r#""iam:x""#, "[]"] {
        let both = with(&format!(r#""NotAction": {other}"#));
        is_refused("managed", &both, "GRAM-10", r#""NotAction""#, Some(SYNTAX));
    }
    let missing = policy(r#""Effect": "Allow", "Resource": "*""#);
    is_refused(
        "managed",
        &missing,
        "GRAM-10",
        r#"{"Effect": "Allow", "Resource": "*"}"#,
        Some(MISSING),
    );
    is_refused("managed", &with_action("[]"), "GRAM-10", "[]", Some(MISSING));
    for (wrong, place) in [
        ("123", "123"),
        ("{}", "{}"),
        ("null", "null"),
        ("[[]]", "[]"),
        (r#"["s3:*", 1]"#, "1"),
    ] {
        is_refused("managed", &with_action(wrong), "GRAM-10", place, Some(SYNTAX));
        is_refused("scp", &with_action(wrong), "GRAM-10", place, None);
    }
}

#[test]
fn an_action_is_a_star_or_a_vendor_and_a_name() {
    const VENDOR: &str = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
    const COLONS: &str = "Actions/Condition can contain only one colon.";
    let valid = [
        "*",
        "*:*",
        "*:Get",
        "S3:listbucket",
        "s3-s:x",
        "s3.s:x",
        "fsx:ListBucket",
        "s3:",
        "s3:*Object",
        "s3:G?t",
    ];
    for action in valid
        .into_iter()
        .chain(["iam: asdf safdsf af ", "s3:Get,Put", "unknown:Thing"])
    {
        warns("managed", &with_action(&format!("\"{action}\"")), &[]);
    }
    let cases = [
        ("invalid", VENDOR),
        ("", VENDOR),
        ("**", VENDOR),
        ("s3:a:b", COLONS),
        ("s3:GetObject,s3:PutObject", COLONS),
        ("::", COLONS),
        (":GetObject", "Vendor  is not valid"),
        ("iam :Get", "Vendor iam  is not valid"),
        ("a a:ListBucket", "Vendor a a is not valid"),
        ("s*:Get", "Vendor s* is not valid"),
        ("s_3:Get", "Vendor s_3 is not valid"),
    ];
    for (action, message) in cases {
        let quoted = format!("\"{action}\"");
        is_refused(
            "managed",
            &with_action(&quoted),
            "GRAM-11",
            &quoted,
            Some(message),
        );
        is_refused(
            "managed",
            &with_action(&format!("[\"s3:x\", {quoted}]")),
            "GRAM-11",
            &quoted,
            Some(message),
        );
        let not = policy(&format!(
            r#""Effect": "Deny", "NotAction": {quoted}, "Resource": "*""#
        ));
        is_refused("session", &not, "GRAM-11", &quoted, Some(message));
        is_refused("resource", &with_action(&quoted), "GRAM-11", &quoted, None);
    }
}

#[test]
fn a_statement_has_resources_or_excludes_some() {
    const MISSING: &str = "Policy statement must contain resources.";
    is_stored("managed", &with_resource(r#"["arn:aws:s3:::b", "*"]"#));
    for other in [r#""*""#, "[]"] {
        let both = with(&format!(r#""NotResource": {other}"#));
        is_refused("managed", &both, "GRAM-12", r#""NotResource""#, Some(SYNTAX));
    }
    let none = policy(r#""Effect": "Allow", "Action": "s3:*""#);
    for name in ["managed", "inline", "boundary", "session"] {
        is_refused(
            name,
            &none,
            "GRAM-12",
            r#"{"Effect": "Allow", "Action": "s3:*"}"#,
            Some(MISSING),
        );
        is_refused(name, &with_resource("[]"), "GRAM-12", "[]", Some(MISSING));
    }
    is_refused(
        "scp",
        &none,
        "GRAM-12",
        r#"{"Effect": "Allow", "Action": "s3:*"}"#,
        None,
    );
    is_refused("scp", &with_resource("[]"), "GRAM-12", "[]", None);
    for (wrong, place) in [
        (r#"{"a": "x"}"#, r#"{"a": "x"}"#),
        (r#"["adfdf", {}]"#, "{}"),
        ("null", "null"),
    ] {
        is_refused("managed", &with_resource(wrong), "GRAM-12", place, Some(SYNTAX));
    }
}

#[test]
fn a_resource_of_an_identity_policy_is_checked_in_steps() {
    let paths = "user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, \
        sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.";
    let cases = [
        (
            "invalid resource",
            r#"Resource invalid resource must be in ARN format or "*"."#.to_owned(),
        ),
        ("", r#"Resource  must be in ARN format or "*"."#.to_owned()),
        (
            "a:b",
            r#"Partition "b" is not valid for resource "arn:b:*:*:*:*"."#.to_owned(),
        ),
        (
            "arn:aws2:s3:::b/*",
            r#"Partition "aws2" is not valid for resource "arn:aws2:s3:::b/*"."#.to_owned(),
        ),
        (
            "aws:s3:::b",
            r#"Partition "s3" is not valid for resource "arn:s3:::b:*"."#.to_owned(),
        ),
        (
            "arn:aws",
            "Resource vendor must be fully qualified and cannot contain regexes.".to_owned(),
        ),
        (
            "arn:aws:iam:us-east-1::b",
            "IAM resource arn:aws:iam:us-east-1::b cannot contain region information.".to_owned(),
        ),
        (
            "arn:aws:s3:us-east-1::b",
            "Resource arn:aws:s3:us-east-1::b can not contain region information.".to_owned(),
        ),
        (
            "arn:aws:iam:::b",
            format!("IAM resource path must either be \"*\", root, or start with {paths}"),
        ),
        ("arn:aws:s3::b", LEGACY.to_owned()),
        ("arn:aws::::b", LEGACY.to_owned()),
    ];
    for (resource, message) in cases {
        let quoted = format!("\"{resource}\"");
        for name in ["managed", "inline", "boundary", "session"] {
            is_refused(name, &with_resource(&quoted), "GRAM-13", &quoted, Some(&message));
        }
        is_refused("scp", &with_resource(&quoted), "GRAM-13", &quoted, None);
        let not = policy(&format!(
            r#""Effect": "Deny", "Action": "*", "NotResource": ["*", {quoted}]"#
        ));
        is_refused("managed", &not, "GRAM-13", &quoted, Some(&message));
        is_stored(
            "resource",
            &policy(&format!(
                r#""Effect": "Allow", "Principal": "*", "Action": "x:y", "Resource": {quoted}"#
            )),
        );
    }
}

#[test]
fn short_arns_are_filled_up_for_identities_only() {
    for short in [r#""arn:aws:fdsasf""#, r#""arn:aws:cloudfront:*""#] {
        warns("managed", &with_resource(short), &[]);
        warns("boundary", &with_resource(short), &[]);
        is_refused("session", &with_resource(short), "GRAM-28", short, None);
    }
    let deny = |resource: &str| {
        policy(&format!(
            r#""Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": {resource}"#
        ))
    };
    is_refused(
        "scp",
        &with_resource(r#""arn:aws:sqs""#),
        "MATCH-R4",
        r#""arn:aws:sqs""#,
        None,
    );
    warns("scp", &with_resource(r#""arn:aws:sqs:*""#), &[]);
    is_refused(
        "rcp",
        &deny(r#""arn:aws:sqs:*""#),
        "MATCH-R4",
        r#""arn:aws:sqs:*""#,
        None,
    );
    warns("resource", &deny(r#""arn:aws:sqs""#), &["MATCH-R4"]);
    warns("resource", &deny(r#""arn:aws:sqs:*""#), &[]);
    warns("endpoint", &deny(r#""arn:aws:sqs""#), &["MATCH-R4"]);
}

#[test]
fn a_policy_of_an_identity_names_no_principal() {
    const PRINCIPAL: &str = "Policy document should not specify a principal.";
    for name in ["managed", "inline", "boundary", "session", "scp"] {
        for principal in [r#""*""#, r#"{"AWS": "*"}"#, "1"] {
            let text = with(&format!(r#""Principal": {principal}"#));
            is_refused(name, &text, "GRAM-14", r#""Principal""#, Some(PRINCIPAL));
            let text = with(&format!(r#""NotPrincipal": {principal}"#));
            is_refused(name, &text, "GRAM-15", r#""NotPrincipal""#, Some(PRINCIPAL));
        }
    }
}

#[test]
fn a_policy_of_a_resource_names_principals_in_a_map_or_everyone() {
    let valid = [
        r#""*""#,
        r#"{"AWS": "*"}"#,
        r#"{"AWS": ["111122223333", "arn:aws:iam::111122223333:user/x"]}"#,
        r#"{"Service": "sns.amazonaws.com", "Federated": "www.amazon.com"}"#,
        r#"{"Service": "no such service "}"#,
    ];
    for principal in valid {
        warns("resource", &with(&format!(r#""Principal": {principal}"#)), &[]);
    }
    let invalid = [
        (
            r#""arn:aws:iam::111122223333:user/x""#,
            "GRAM-14",
            r#""arn:aws:iam::111122223333:user/x""#,
        ),
        (r#"["*"]"#, "GRAM-14", r#"["*"]"#),
        ("null", "GRAM-14", "null"),
        (r#"{"Aws": "*"}"#, "GRAM-14", r#""Aws""#),
        (r#"{"User": "*"}"#, "GRAM-14", r#""User""#),
        (r#"{"AWS": 111122223333}"#, "GRAM-14", "111122223333"),
        (r#"{"AWS": [{}]}"#, "GRAM-14", "{}"),
        (
            r#"{"AWS": "arn:aws:iam::111122223333:role/*"}"#,
            "MATCH-P3",
            r#""arn:aws:iam::111122223333:role/*""#,
        ),
        (r#"{"Service": "*"}"#, "MATCH-P3", r#""*""#),
        (r#"{"Federated": "*"}"#, "MATCH-P3", r#""*""#),
        (
            r#"{"AWS": "arn:aws:iam::111122223333:group/g"}"#,
            "MATCH-P8",
            r#""arn:aws:iam::111122223333:group/g""#,
        ),
        (r#"{"AWS": "${aws:username}"}"#, "GRAM-21", r#""${aws:username}""#),
    ];
    for (principal, rule, place) in invalid {
        is_refused(
            "resource",
            &with(&format!(r#""Principal": {principal}"#)),
            rule,
            place,
            None,
        );
        is_refused(
            "endpoint",
            &with(&format!(r#""Principal": {principal}"#)),
            rule,
            place,
            None,
        );
    }
    warns("resource", &with(r#""Principal": {}"#), &["GRAM-14"]);
    warns("resource", &with(r#""Principal": {"AWS": []}"#), &["GRAM-14"]);
    warns(
        "resource",
        &with(r#""Principal": {"AWS": "arn:aws:iam::<account>:root"}"#),
        &["GRAM-14"],
    );
    let both = with(r#""Principal": "*", "NotPrincipal": "*""#);
    is_refused("resource", &both, "GRAM-14", r#""NotPrincipal""#, None);
    let text = with(r#""Sid": "x""#);
    for name in ["resource", "endpoint"] {
        let statement = text
            .split_once(r#""Statement": "#)
            .map(|(_, rest)| &rest[..rest.len() - 1]);
        is_refused(name, &text, "GRAM-14", statement.unwrap(), None);
    }
}

#[test]
fn not_principal_goes_with_deny_only() {
    let statement = |effect: &str| {
        policy(&format!(
            r#""Effect": "{effect}", "NotPrincipal": {{"AWS": "111122223333"}}, "Action": "s3:*", "Resource": "*""#
        ))
    };
    for name in ["resource", "endpoint"] {
        is_stored(name, &statement("Deny"));
        is_refused(name, &statement("Allow"), "GRAM-15", r#""NotPrincipal""#, None);
    }
    is_refused("rcp", &statement("Deny"), "GRAM-15", r#""NotPrincipal""#, None);
}

#[test]
fn what_is_not_known_yet_breaks_no_rule() {
    for statement in [
        r#""Effect": "Allow", "Action": "s3:*", "Resource": "⟨aws_s3_bucket.b.arn⟩""#,
        r#""Effect": "Allow", "Action": "⟨var.actions⟩", "Resource": "arn:aws:s3:::⟨b.bucket⟩/*""#,
        r#""Effect": "Allow", "Action": "s3:*", "Resource": "*",
           "Condition": {"IpAddress": {"aws:SourceIp": "⟨aws_eip.x.public_ip⟩/32"}}"#,
    ] {
        assert_eq!(is_stored("managed", &policy(statement)), []);
    }
}
