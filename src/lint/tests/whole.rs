//! Whole documents: realistic ones without findings, and arbitrary ones without panics.

use proptest::prelude::*;

use super::*;
use crate::grammar::ResourceService;

/// Policies as people write them, in the style of AWS's managed policies and documentation.
const SOUND: [(PolicyType, &str); 10] = [
    (PolicyType::Managed, include_str!("sound/administrator.json")),
    (PolicyType::Managed, include_str!("sound/s3-sink.json")),
    (PolicyType::Managed, include_str!("sound/msk-connect.json")),
    (PolicyType::Inline, include_str!("sound/user-home.json")),
    (PolicyType::Managed, include_str!("sound/lambda-logs.json")),
    (PolicyType::Managed, include_str!("sound/deployer.json")),
    (PolicyType::Trust, include_str!("sound/trust.json")),
    (
        PolicyType::Resource(Some(ResourceService::S3)),
        include_str!("sound/bucket.json"),
    ),
    (
        PolicyType::Resource(Some(ResourceService::Kms)),
        include_str!("sound/key.json"),
    ),
    (PolicyType::ServiceControl, include_str!("sound/guardrail.json")),
];

#[test]
fn realistic_policies_have_no_findings() {
    for (kind, text) in SOUND {
        let (_, findings) = lint(text, kind);
        assert!(findings.is_empty(), "{text}: {findings:#?}");
    }
}

#[test]
fn findings_are_sorted_and_the_same_for_a_linter_that_was_used_before() {
    let text = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:GetObjekt", "s3:GetObject"], "Resource": ["arn:aws:s3:::your-bucket", "arn:aws:s3:::b"]},
        {"Effect": "Allow", "Action": "kafka-cluster:*", "Resource": "arn:aws:kafka:REGION:1:topic/a/b"}]}"#;
    let (sources, findings) = lint(text, PolicyType::Managed);
    let spans: Vec<_> = findings
        .iter()
        .map(|finding| match finding.at {
            Spot::Node(place) => sources.locate(place).span,
            Spot::Text(doc, span) => sources.locate_span(doc, span).span,
        })
        .collect();
    assert!(findings.len() > 3 && spans.is_sorted(), "{findings:#?}");
    let mut linter = Linter::default();
    let doc = sources.ids().next().unwrap();
    let mut again = || linter.text(&sources, doc, PolicyType::Managed, &Subject::default());
    let (first, second) = (again(), again());
    assert_eq!(format!("{findings:?}"), format!("{first:?}"));
    assert_eq!(format!("{first:?}"), format!("{second:?}"));
}

/// Texts that mean something at many places, and some that do not.
fn word() -> impl Strategy<Value = String> {
    let known = proptest::sample::select(vec![
        "*",
        "s3:*",
        "s3:GetObject",
        "kafka-cluster:?eadData",
        "*:Get*",
        "arn:aws:s3:::b/*",
        "arn:aws:s3",
        "arn:*:*",
        "arn:aws:kafka:*:1:topic/${aws:username}/*",
        "${",
        "${a}",
        "<x>",
        "Allow",
        "Deny",
        "2012-10-17",
        "2008-10-17",
        "StringEquals",
        "ForAnyValue:StringLike",
        "Null",
        "aws:SourceIp",
        "aws:TagKeys",
        "a:b:c",
        "",
        ":",
        "é:ü/ß",
        "{{x}}",
        "true",
        "10.0.0.0/8",
        "your-bucket",
        "arn:::::",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        6 => word().prop_map(serde_json::Value::from),
        1 => any::<bool>().prop_map(serde_json::Value::from),
        1 => any::<i64>().prop_map(serde_json::Value::from),
        1 => Just(serde_json::Value::Null),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let key = prop_oneof![
            4 => proptest::sample::select(vec![
                "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition",
                "Sid", "AWS", "Service", "StringEquals", "ArnLike", "Bool", "aws:SourceArn", "s3:prefix",
            ]).prop_map(str::to_owned),
            1 => word(),
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            proptest::collection::btree_map(key, inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_document_makes_lint_panic(version in word(), statement in value(), kind in 0..9_usize) {
        let kind = PolicyType::all().nth(kind).unwrap_or(PolicyType::Managed);
        let text = serde_json::json!({"Version": version, "Statement": statement}).to_string();
        lint(&text, kind);
    }

    #[test]
    fn no_statement_makes_lint_panic(
        effect in word(), actions in proptest::collection::vec(word(), 0..4),
        resources in proptest::collection::vec(word(), 0..4), condition in value(), negated in any::<bool>(),
    ) {
        let (action, resource) = if negated { ("NotAction", "NotResource") } else { ("Action", "Resource") };
        let statement = serde_json::json!({"Effect": effect, action: actions, resource: resources, "Condition": condition});
        let text = serde_json::json!({"Version": "2012-10-17", "Statement": [statement.clone(), statement]}).to_string();
        lint(&text, PolicyType::Managed);
    }

    #[test]
    fn no_text_makes_lint_panic(text in any::<String>()) {
        lint(&text, PolicyType::Inline);
    }
}
