//! The catalogue says what the documentation of Amazon MSK says, and everything in it is found by its name.

use super::*;
use crate::pattern::ActionPattern;
use std::collections::BTreeSet;

fn names<'a>(actions: impl IntoIterator<Item = Action>) -> Vec<&'a str> {
    actions.into_iter().map(|action| action.name()).collect()
}

fn get(name: &str) -> Action {
    action(name).unwrap_or_else(|| panic!("`{name}` is not in the catalogue"))
}

/// The 19 actions of `kafka-cluster` as the service authorization reference has them: level, resource type,
/// dependent actions.
const KAFKA_CLUSTER: [(&str, AccessLevel, &str, &[&str]); 19] = {
    use AccessLevel::{List, Read, Write};
    [
        ("AlterCluster", Write, "cluster", &["Connect", "DescribeCluster"]),
        (
            "AlterClusterDynamicConfiguration",
            Write,
            "cluster",
            &["Connect", "DescribeClusterDynamicConfiguration"],
        ),
        ("AlterGroup", Write, "group", &["Connect", "DescribeGroup"]),
        ("AlterTopic", Write, "topic", &["Connect", "DescribeTopic"]),
        (
            "AlterTopicDynamicConfiguration",
            Write,
            "topic",
            &["Connect", "DescribeTopicDynamicConfiguration"],
        ),
        (
            "AlterTransactionalId",
            Write,
            "transactional-id",
            &["Connect", "DescribeTransactionalId", "WriteData"],
        ),
        ("Connect", Write, "cluster", &[]),
        ("CreateTopic", Write, "topic", &["Connect"]),
        ("DeleteGroup", Write, "group", &["Connect", "DescribeGroup"]),
        ("DeleteTopic", Write, "topic", &["Connect", "DescribeTopic"]),
        ("DescribeCluster", List, "cluster", &["Connect"]),
        (
            "DescribeClusterDynamicConfiguration",
            List,
            "cluster",
            &["Connect"],
        ),
        ("DescribeGroup", List, "group", &["Connect"]),
        ("DescribeTopic", List, "topic", &["Connect"]),
        ("DescribeTopicDynamicConfiguration", List, "topic", &["Connect"]),
        ("DescribeTransactionalId", List, "transactional-id", &["Connect"]),
        (
            "ReadData",
            Read,
            "topic",
            &["AlterGroup", "Connect", "DescribeTopic"],
        ),
        ("WriteData", Write, "topic", &["Connect", "DescribeTopic"]),
        (
            "WriteDataIdempotently",
            Write,
            "cluster",
            &["Connect", "WriteData"],
        ),
    ]
};

#[test]
fn kafka_cluster_is_as_documented() {
    let found: Vec<Action> = service("kafka-cluster").unwrap().actions().collect();
    assert_eq!(found.len(), KAFKA_CLUSTER.len());
    for (action, (name, level, resource, needs)) in found.into_iter().zip(KAFKA_CLUSTER) {
        assert_eq!((action.short_name(), action.access_level()), (name, level));
        let used: Vec<ActionResource> = action.resource_types().collect();
        assert_eq!(
            used.iter()
                .map(|used| used.resource_type.name())
                .collect::<Vec<_>>(),
            [resource],
            "{name}"
        );
        assert!(used.iter().all(|used| used.required));
        let direct: Vec<&str> = action
            .dependent_actions()
            .map(|needed| needed.short_name())
            .collect();
        assert_eq!(direct, needs, "{name}");
        assert!(
            action
                .dependent_actions()
                .all(|needed| needed.service_prefix() == "kafka-cluster")
        );
        let by_tag = action.supports_condition_key("aws:ResourceTag/Team");
        assert_eq!(by_tag, resource == "cluster", "{name}: only clusters have tags");
    }
}

#[test]
fn kafka_cluster_resources_are_named_in_the_service_kafka() {
    let shapes: Vec<String> = service("kafka-cluster")
        .unwrap()
        .resource_types()
        .flat_map(|kind| kind.arn_patterns())
        .map(|pattern| pattern.to_string())
        .collect();
    let start = "arn:${Partition}:kafka:${Region}:${Account}:";
    assert_eq!(
        shapes,
        [
            format!("{start}cluster/${{ClusterName}}/${{ClusterUuid}}"),
            format!("{start}group/${{ClusterName}}/${{ClusterUuid}}/${{GroupName}}"),
            format!("{start}topic/${{ClusterName}}/${{ClusterUuid}}/${{TopicName}}"),
            format!("{start}transactional-id/${{ClusterName}}/${{ClusterUuid}}/${{TransactionalId}}"),
        ]
    );
}

#[test]
fn kafkaconnect_is_known_to_be_incomplete() {
    assert!(!is_complete("KafkaConnect"));
    assert!(action("kafkaconnect:PauseConnector").is_none());
    assert!(is_complete("kafka-cluster"));
    assert!(!is_complete("nosuchservice"));
}

#[test]
fn creating_a_connector_needs_what_its_reference_lists() {
    let create = get("kafkaconnect:CreateConnector");
    assert!(!create.has_resource_types());
    let needs: BTreeSet<&str> = create.dependent_actions().map(|needed| needed.name()).collect();
    for needed in [
        "iam:PassRole",
        "ec2:CreateNetworkInterface",
        "logs:CreateLogDelivery",
        "s3:PutBucketPolicy",
    ] {
        assert!(needs.contains(needed), "{needed} of {needs:?}");
    }
}

#[test]
fn names_are_found_in_any_case() {
    for name in ["s3:GetObject", "S3:GETOBJECT", "s3:getobject"] {
        assert_eq!(get(name).name(), "s3:GetObject");
    }
    assert_eq!(service("KAFKA-Cluster").unwrap().prefix(), "kafka-cluster");
    for absent in [
        "",
        ":",
        "s3",
        "s3:",
        ":GetObject",
        "s3:GetObjec",
        "s3:GetObjectt",
        "s3:Get*",
        "zzz:Zzz",
    ] {
        assert_eq!(action(absent), None, "{absent}");
    }
    assert_eq!(service(""), None);
}

#[test]
fn every_action_is_found_by_its_name() {
    for action in all_actions() {
        assert_eq!(super::action(&action.name().to_ascii_uppercase()), Some(action));
        assert_eq!(
            service(action.service_prefix()).unwrap().prefix(),
            action.service_prefix()
        );
        assert!(!action.short_name().is_empty());
    }
    assert_eq!(
        services().flat_map(|service| service.actions()).count(),
        all_actions().count()
    );
}

#[test]
fn every_key_is_found_by_its_name() {
    for key in condition_keys() {
        assert_eq!(condition_key(&key.name().to_ascii_uppercase()), Some(key));
    }
}

#[test]
fn every_list_names_what_exists() {
    for action in all_actions() {
        let used: Vec<ActionResource> = action.resource_types().collect();
        for used in &used {
            assert_eq!(
                used.resource_type.service().unwrap().prefix(),
                action.service_prefix()
            );
            assert!(used.resource_type.arn_patterns().count() > 0);
        }
        let distinct: BTreeSet<_> = used.iter().map(|used| used.resource_type).collect();
        assert_eq!(distinct.len(), used.len(), "{}", action.name());
    }
    for kind in services().flat_map(|service| service.resource_types()) {
        for pattern in kind.arn_patterns() {
            assert!(pattern.as_str().starts_with("arn:${Partition}:"), "{pattern}");
            assert_eq!(
                pattern.as_str().matches("${").count(),
                pattern.as_str().matches('}').count(),
                "{pattern}"
            );
        }
    }
}

#[test]
fn access_levels_are_those_of_the_reference() {
    for (name, level) in [
        ("s3:ListBucket", AccessLevel::List),
        ("s3:GetObject", AccessLevel::Read),
        ("s3:PutObject", AccessLevel::Write),
        ("s3:PutObjectTagging", AccessLevel::Tagging),
        ("s3:PutBucketPolicy", AccessLevel::PermissionsManagement),
    ] {
        assert_eq!(get(name).access_level(), level, "{name}");
    }
}

#[test]
fn an_action_without_resource_types_has_an_empty_universe() {
    for name in [
        "kafka:GetBootstrapBrokers",
        "s3:ListAllMyBuckets",
        "ec2:DescribeInstances",
    ] {
        assert!(!get(name).has_resource_types(), "{name}");
        assert_eq!(resource_universe(get(name)).count(), 0);
    }
    assert!(get("kafka:DescribeCluster").has_resource_types());
}

#[test]
fn patterns_expand_to_the_actions_that_they_match() {
    let expand = |pattern: &str| names(actions_matching(&ActionPattern::parse(pattern)));
    assert_eq!(
        expand("Kafka-Cluster:*Topic"),
        [
            "kafka-cluster:AlterTopic",
            "kafka-cluster:CreateTopic",
            "kafka-cluster:DeleteTopic",
            "kafka-cluster:DescribeTopic"
        ]
    );
    assert_eq!(expand("kafka-cluster:*Topic*").len(), 6);
    assert_eq!(expand("kafka-cluster:*").len(), 19);
    assert_eq!(expand("s3:getobject"), ["s3:GetObject"]);
    assert_eq!(expand("*").len(), all_actions().count());
    assert!(expand("*:readdata").contains(&"kafka-cluster:ReadData"));
    for nothing in ["s3:GetObjectx", "zzzz", "", "s3", "s3:Get Object"] {
        assert!(expand(nothing).is_empty(), "{nothing}");
    }
}

#[test]
fn expanding_by_prefix_loses_nothing() {
    for pattern in [
        "s3:*Acl",
        "S3:Get*",
        "k*:*",
        "*Tags",
        "ec2:Describe????s",
        "?am:*",
    ] {
        let pattern = ActionPattern::parse(pattern);
        let all: Vec<Action> = all_actions()
            .filter(|a| pattern.matches(&a.name().to_ascii_lowercase()))
            .collect();
        assert!(!all.is_empty());
        assert_eq!(actions_matching(&pattern).collect::<Vec<_>>(), all);
    }
}

#[test]
fn global_keys_have_their_types() {
    for (name, kind, multivalued) in [
        ("aws:SourceIp", KeyType::IpAddress, false),
        ("aws:sourcearn", KeyType::Arn, false),
        ("aws:SourceVpcArn", KeyType::Arn, false),
        ("aws:PrincipalArn", KeyType::Arn, false),
        ("aws:SecureTransport", KeyType::Bool, false),
        ("aws:CurrentTime", KeyType::Date, false),
        ("aws:EpochTime", KeyType::Date, false),
        ("aws:MultiFactorAuthAge", KeyType::Numeric, false),
        ("aws:SourceAccount", KeyType::String, false),
        ("aws:CalledVia", KeyType::String, true),
        ("aws:PrincipalOrgPaths", KeyType::String, true),
        ("aws:PrincipalServiceNamesList", KeyType::String, true),
        ("aws:ResourceOrgPaths", KeyType::String, true),
        ("aws:SourceOrgPaths", KeyType::String, true),
        ("aws:TagKeys", KeyType::String, true),
        ("aws:VpceOrgPaths", KeyType::String, true),
    ] {
        let key = condition_key(name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(
            (key.key_type(), key.is_multivalued(), key.is_global()),
            (kind, multivalued, true),
            "{name}"
        );
    }
    assert!(
        condition_key("kms:EncryptionContextKeys")
            .unwrap()
            .is_multivalued()
    );
    assert!(!condition_key("s3:x-amz-acl").unwrap().is_global());
}

#[test]
fn keys_of_a_family_are_found_by_its_shape() {
    for (name, family) in [
        ("aws:ResourceTag/Team", "aws:ResourceTag/${TagKey}"),
        ("AWS:PRINCIPALTAG/a/b", "aws:PrincipalTag/${TagKey}"),
        (
            "kms:EncryptionContext:aws:s3:arn",
            "kms:EncryptionContext:${EncryptionContextKey}",
        ),
        ("s3:ExistingObjectTag/public", "s3:ExistingObjectTag/${key}"),
        ("events:Metadata/x", "events:Metadata/${MetadataKey}"),
        (
            "events:Metadata/x/Matcher",
            "events:Metadata/${MetadataKey}/Matcher",
        ),
        ("aws:ResourceTag/Größe", "aws:ResourceTag/${TagKey}"),
    ] {
        let key = condition_key(name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(key.name(), family);
        assert!(key.is_family());
    }
    for absent in [
        "aws:ResourceTag/",
        "aws:ResourceTag",
        "aws:Nonsense",
        "",
        "SourceIp",
        "é",
    ] {
        assert_eq!(condition_key(absent), None, "{absent}");
    }
}

#[test]
fn actions_say_which_keys_their_requests_carry() {
    let put = get("s3:PutObject");
    assert!(put.supports_condition_key("S3:X-AMZ-ACL"));
    assert!(put.supports_condition_key("aws:SourceIp"));
    assert!(!put.supports_condition_key("kms:ViaService"));
    assert!(!put.supports_condition_key("aws:NoSuchKey"));
    assert!(!get("kafka-cluster:ReadData").supports_condition_key("aws:RequestTag/Team"));
}

#[test]
#[ignore = "a measurement: cargo test --release --lib catalog::tests::cost -- --ignored --nocapture"]
#[expect(clippy::print_stdout, reason = "the figures are what it is for")]
fn cost_of_look_ups() {
    let time = |what: &str, times: u32, run: &dyn Fn() -> usize| {
        let start = std::time::Instant::now();
        let sum: usize = (0..times).map(|_| std::hint::black_box(run())).sum();
        println!("{what}: {:?} each ({sum})", start.elapsed() / times);
    };
    time("action", 100_000, &|| {
        usize::from(action(std::hint::black_box("kafka-cluster:readdata")).is_some())
    });
    time("condition_key", 100_000, &|| {
        usize::from(condition_key(std::hint::black_box("aws:SourceIp")).is_some())
    });
    time("key family", 10_000, &|| {
        usize::from(condition_key(std::hint::black_box("aws:ResourceTag/x")).is_some())
    });
    let (some, all) = (ActionPattern::parse("s3:*Acl"), ActionPattern::parse("*Acl"));
    time("actions_matching s3:*Acl", 1_000, &|| {
        actions_matching(&some).count()
    });
    time("actions_matching *Acl", 100, &|| actions_matching(&all).count());
    time("suggest_action", 100, &|| {
        suggest_action("kafka-cluster:ReadDate").len()
    });
    time("closure", 1_000, &|| {
        let read = get("kafka-cluster:ReadData");
        DependencyGraph::reachable_from([read]).closure(read).len()
    });
}
