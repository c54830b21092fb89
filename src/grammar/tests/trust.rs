//! Trust policies: GRAM-23, in IAM's own order.

use super::*;

const ROOT: &str = r#"{"AWS": "arn:aws:iam::111122223333:root"}"#;
const NOT_STS: &str = "AssumeRole policy may only specify STS AssumeRole actions.";

fn trust(rest: &str) -> String {
    policy(&format!(r#""Effect": "Allow", "Principal": {ROOT}{rest}"#))
}

fn trusting(principal: &str, rest: &str) -> String {
    policy(&format!(
        r#""Effect": "Allow", "Principal": {principal}, "Action": "sts:AssumeRole"{rest}"#
    ))
}

fn federated(provider: &str, condition: &str) -> String {
    policy(&format!(
        r#""Effect": "Allow", "Principal": {{"Federated": "{provider}"}}, "Action": "sts:AssumeRoleWithWebIdentity"{condition}"#
    ))
}

#[test]
fn a_trust_policy_names_principals_and_actions_of_sts() {
    let actions = [
        r#""sts:AssumeRole""#,
        r#"["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext"]"#,
        r#"["sts:AssumeRoleWithSAML", "STS:assumerolewithwebidentity"]"#,
    ];
    for actions in actions {
        warns("trust", &trust(&format!(r#", "Action": {actions}"#)), &[]);
    }
    warns("trust", &trust(r#", "NotAction": "sts:TagSession""#), &[]);
    warns("trust", &trust(r#", "Action": "sts:*""#), &["GRAM-23"]);
    warns("trust", &trust(r#", "Action": "sts:AssumeRole*""#), &["GRAM-23"]);
    let wrong = [
        "s3:GetObject",
        "*",
        "",
        "sts",
        "AssumeRole",
        "sts:GetCallerIdentity",
        "sts:Get*",
        "s*:AssumeRole",
        "*:*",
    ];
    for action in wrong {
        let quoted = format!("\"{action}\"");
        is_refused(
            "trust",
            &trust(&format!(r#", "Action": {quoted}"#)),
            "GRAM-23",
            &quoted,
            Some(NOT_STS),
        );
        let list = trust(&format!(r#", "Action": ["sts:AssumeRole", {quoted}]"#));
        is_refused("trust", &list, "GRAM-23", &quoted, Some(NOT_STS));
    }
    is_refused(
        "trust",
        &trust(r#", "Action": []"#),
        "GRAM-10",
        "[]",
        Some("Missing required field Action"),
    );
}

#[test]
fn each_part_of_a_statement_has_its_message() {
    let cases = [
        (
            r#""Principal": {"AWS": "*"}, "Action": "sts:AssumeRole""#,
            "GRAM-09",
            "Missing required field Effect",
        ),
        (
            r#""Effect": "Allow", "Action": "sts:AssumeRole""#,
            "GRAM-14",
            "Missing required field Principal",
        ),
        (
            r#""Effect": "Allow", "Principal": {"AWS": "*"}"#,
            "GRAM-10",
            "Missing required field Action",
        ),
    ];
    for (statement, rule, message) in cases {
        is_refused(
            "trust",
            &policy(statement),
            rule,
            &format!("{{{statement}}}"),
            Some(message),
        );
    }
    for effect in ["allow", "Maybe"] {
        let text = trust(r#", "Action": "sts:AssumeRole""#).replace("Allow", effect);
        is_refused(
            "trust",
            &text,
            "GRAM-09",
            &format!("\"{effect}\""),
            Some(&format!("Invalid effect: {effect}")),
        );
    }
    let resource = trust(r#", "Action": "sts:AssumeRole", "Resource": "*""#);
    is_refused(
        "trust",
        &resource,
        "GRAM-12",
        r#""Resource""#,
        Some("Has prohibited field Resource"),
    );
    let not_resource = trust(r#", "Action": "sts:AssumeRole", "NotResource": "*""#);
    let message = "AssumeRole policy must not contain resources.";
    is_refused(
        "trust",
        &not_resource,
        "GRAM-12",
        r#""NotResource""#,
        Some(message),
    );
    let both = trust(r#", "Action": "sts:AssumeRole", "NotAction": "sts:TagSession""#);
    is_refused("trust", &both, "GRAM-10", r#""NotAction""#, None);
    let operator = trust(r#", "Action": "sts:AssumeRole", "Condition": {"x": {"a": "b"}}"#);
    is_refused("trust", &operator, "GRAM-17", r#""x""#, None);
}

#[test]
fn not_principal_is_refused_by_effect() {
    let statement = |effect: &str| {
        policy(&format!(
            r#""Effect": "{effect}", "NotPrincipal": {{"AWS": "111122223333"}}, "Action": "sts:AssumeRole""#
        ))
    };
    let allow = "Allow with NotPrincipal is not allowed.";
    is_refused(
        "trust",
        &statement("Allow"),
        "GRAM-15",
        r#""NotPrincipal""#,
        Some(allow),
    );
    let deny = "AssumeRole policy must not contain NotPrincipal field.";
    is_refused(
        "trust",
        &statement("Deny"),
        "GRAM-15",
        r#""NotPrincipal""#,
        Some(deny),
    );
}

#[test]
fn a_principal_is_an_object_with_valid_names() {
    warns(
        "trust",
        &trusting(r#"{"Service": ["ec2.amazonaws.com", " x"]}"#, ""),
        &[],
    );
    warns("trust", &trusting(r#"{"AWS": "*"}"#, ""), &[]);
    warns("trust", &trusting(r#""*""#, ""), &["GRAM-14"]);
    warns("trust", &trusting(r#"{"AWS": []}"#, ""), &["GRAM-14"]);
    let object = "Principal must be a JSON object.";
    is_refused(
        "trust",
        &trusting(r#""111122223333""#, ""),
        "GRAM-14",
        r#""111122223333""#,
        Some(object),
    );
    let empty = "Missing required field Principal cannot be empty!";
    is_refused("trust", &trusting("{}", ""), "GRAM-14", "{}", Some(empty));
    is_refused("trust", &trusting(r#"["*"]"#, ""), "GRAM-14", r#"["*"]"#, None);
    is_refused(
        "trust",
        &trusting(r#"{"aws": "*"}"#, ""),
        "GRAM-14",
        r#""aws""#,
        None,
    );
    let cases = [
        (
            "AWS",
            "arn:aws:iam::111122223333:role/*",
            "MATCH-P3",
            r#""AWS":"arn:aws:iam::111122223333:role/*""#,
        ),
        (
            "AWS",
            "arn:aws:iam::111122223333:group/g",
            "MATCH-P8",
            r#""AWS":"arn:aws:iam::111122223333:group/g""#,
        ),
        ("AWS", "nobody", "GRAM-14", r#""AWS":"nobody""#),
        ("Service", "*", "MATCH-P3", r#""SERVICE":"*""#),
    ];
    for (key, value, rule, shown) in cases {
        let text = trusting(&format!(r#"{{"{key}": "{value}"}}"#), "");
        let message = format!("Invalid principal in policy: {shown}");
        is_refused("trust", &text, rule, &format!("\"{value}\""), Some(&message));
    }
}

#[test]
fn shared_providers_need_conditions() {
    let cognito = "cognito-identity.amazonaws.com";
    let message = "A condition block must be present for the Cognito provider";
    is_refused(
        "trust",
        &federated(cognito, ""),
        "GRAM-23",
        &format!("\"{cognito}\""),
        Some(message),
    );
    is_refused(
        "trust",
        &federated(cognito, r#", "Condition": {}"#),
        "GRAM-23",
        &format!("\"{cognito}\""),
        Some(message),
    );
    let pool = r#", "Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": "us-east-1:x"}}"#;
    warns("trust", &federated(cognito, pool), &[]);
    warns("trust", &federated("www.amazon.com", ""), &[]);
    warns(
        "trust",
        &federated("arn:aws:iam::111122223333:saml-provider/x", ""),
        &[],
    );
}

#[test]
fn trust_in_github_narrows_the_subject() {
    let github = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
    let place = format!("\"{github}\"");
    let condition = |operator: &str, claim: &str, value: &str| {
        let key = format!("token.actions.githubusercontent.com:{claim}");
        federated(
            github,
            &format!(r#", "Condition": {{"{operator}": {{"{key}": {value}}}}}"#),
        )
    };
    warns("trust", &condition("StringLike", "sub", r#""repo:octo/*""#), &[]);
    warns(
        "trust",
        &condition("StringEquals", "SUB", r#"["repo:octo/a:ref:refs/heads/main"]"#),
        &[],
    );
    warns(
        "trust",
        &condition("StringEquals", "repository", r#""octo/a""#),
        &["GRAM-23"],
    );
    is_refused("trust", &federated(github, ""), "GRAM-23", &place, None);
    for (operator, claim, value) in [
        ("StringEquals", "aud", r#""sts.amazonaws.com""#),
        ("StringLike", "sub", r#""*""#),
        ("StringLike", "sub", r#"["repo:octo/*", "*?"]"#),
        ("StringNotLike", "sub", r#""repo:octo/*""#),
    ] {
        is_refused(
            "trust",
            &condition(operator, claim, value),
            "GRAM-23",
            &place,
            None,
        );
    }
}

#[test]
fn iam_meets_faults_in_its_own_order() {
    let two = |first: &str, second: &str| {
        format!(r#"{{"Version": "2012-10-17", "Statement": [{{{first}}}, {{{second}}}]}}"#)
    };
    let good = format!(r#""Sid": "x", "Effect": "Allow", "Principal": {ROOT}, "Action": "sts:AssumeRole""#);
    let sids = "The Statement Ids in the policy are not unique";
    is_refused("trust", &two(&good, &good), "GRAM-08", r#""x""#, Some(sids));
    let resource = format!(r#"{good}, "Resource": "*""#);
    let no_effect = good.replace(r#""Effect": "Allow", "#, "");
    let first = |text: &str| first_aws_message(&check_text(text, kind("trust"))).map(str::to_owned);
    assert_eq!(
        first(&two(&resource, &no_effect)).as_deref(),
        Some("Has prohibited field Resource")
    );
    assert_eq!(
        first(&two(&no_effect, &resource)).as_deref(),
        Some("Missing required field Effect")
    );
    let wrong_action = resource.replace("sts:AssumeRole", "s3:GetObject");
    assert_eq!(first(&two(&wrong_action, &good)).as_deref(), Some(NOT_STS));
    let version = two(&no_effect, &good).replace("2012-10-17", "1");
    assert_eq!(
        first(&version).as_deref(),
        Some("The policy must contain a valid version string")
    );
}
