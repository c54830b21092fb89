//! An account of many roles, generated from a seed: one connector's role among others that look much like it.
//!
//! Out go the files of a folder as `rolecall check` takes them. The role of the connector lacks the consumer group
//! of the sink; most other roles have gaps that would be findings, were they asked.

use serde_json::{Value, json};

/// The name of the connector's role.
pub(crate) const ROLE: &str = "clickstream-lake-execution";

const ACCOUNT: &str = "350681724490";
const REGION: &str = "eu-west-1";
const CLUSTER: &str = "clickstream/4c0b9e17-6d2a-48f5-b3c8-91e7d05a62f4-11";

/// A small generator (SplitMix64), so that every run reads the same bytes.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(bound).unwrap_or(1)).unwrap_or(0)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let at = self.below(from.len());
        from.get(at).copied().unwrap_or_default()
    }
}

/// The files of the folder: names and texts, sorted by name. `roles` counts the connector's role.
pub(crate) fn folder(roles: usize, seed: u64) -> Vec<(String, Vec<u8>)> {
    let text = |value: &Value| serde_json::to_vec_pretty(value).unwrap_or_default();
    vec![
        ("account.json".to_owned(), text(&account(roles, seed))),
        ("cluster.json".to_owned(), text(&cluster())),
        ("connector.json".to_owned(), text(&connector())),
    ]
}

fn kafka(kind: &str, name: &str) -> String {
    format!("arn:aws:kafka:{REGION}:{ACCOUNT}:{kind}/{CLUSTER}{name}")
}

fn cluster() -> Value {
    json!({ "ClusterInfo": {
        "ClusterType": "PROVISIONED", "ClusterArn": kafka("cluster", ""), "ClusterName": "clickstream",
        "State": "ACTIVE",
    }})
}

fn connector() -> Value {
    json!({
        "connectorArn": format!(
            "arn:aws:kafkaconnect:{REGION}:{ACCOUNT}:connector/clickstream-lake/9f3d7a20-15be-4c86-a0d4-6b28e1c7f593-2"
        ),
        "connectorName": "clickstream-lake",
        "connectorConfiguration": {
            "connector.class": "com.splunk.kafka.connect.SplunkSinkConnector",
            "tasks.max": "4",
            "topics.regex": "clicks[.](web|app)[.][a-z]+",
        },
        "kafkaCluster": { "apacheKafkaCluster": {
            "bootstrapServers": "b-1.clickstream.k2p9vd.c6.kafka.eu-west-1.amazonaws.com:9098",
        }},
        "kafkaClusterClientAuthentication": { "authenticationType": "IAM" },
        "serviceExecutionRoleArn": format!("arn:aws:iam::{ACCOUNT}:role/{ROLE}"),
    })
}

fn account(roles: usize, seed: u64) -> Value {
    let mut dice = Dice(seed);
    let own = dice.below(roles.max(1));
    let list: Vec<Value> =
        (0..roles).map(|at| if at == own { connector_role() } else { other_role(at, &mut dice) }).collect();
    let policies: Vec<Value> = (0..roles / 4).map(|at| managed_policy(at, &mut dice)).collect();
    json!({
        "UserDetailList": [], "GroupDetailList": [], "RoleDetailList": list, "Policies": policies,
        "IsTruncated": false,
    })
}

fn role(name: &str, trust: &Value, inline: &[Value], attached: &[Value]) -> Value {
    let inline: Vec<Value> = inline
        .iter()
        .enumerate()
        .map(|(at, statements)| {
            let document = json!({ "Version": "2012-10-17", "Statement": statements });
            json!({ "PolicyName": format!("inline-{at}"), "PolicyDocument": document })
        })
        .collect();
    json!({
        "Path": "/", "RoleName": name, "RoleId": format!("AROA{:0>17}", name.len()),
        "Arn": format!("arn:aws:iam::{ACCOUNT}:role/{name}"), "CreateDate": "2026-01-08T10:00:00+00:00",
        "AssumeRolePolicyDocument": { "Version": "2012-10-17", "Statement": [trust] },
        "InstanceProfileList": [], "RolePolicyList": inline, "AttachedManagedPolicies": attached, "Tags": [],
        "RoleLastUsed": {},
    })
}

fn connector_role() -> Value {
    let allow = |actions: &[&str], resource: String| {
        let actions: Vec<String> = actions.iter().map(|action| format!("kafka-cluster:{action}")).collect();
        json!({ "Effect": "Allow", "Action": actions, "Resource": resource })
    };
    let trust = json!({
        "Effect": "Allow", "Principal": { "Service": "kafkaconnect.amazonaws.com" }, "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": { "aws:SourceAccount": ACCOUNT },
            "ArnLike": { "aws:SourceArn": format!("arn:aws:kafkaconnect:{REGION}:{ACCOUNT}:connector/clickstream-lake/*") },
        },
    });
    let state = ["CreateTopic", "WriteData", "ReadData", "DescribeTopic"];
    let statements = json!([
        allow(&["Connect", "DescribeCluster"], kafka("cluster", "")),
        allow(&["ReadData", "DescribeTopic"], kafka("topic", "/clicks.*")),
        allow(&state, kafka("topic", "/__amazon_msk_connect_*")),
        allow(&["AlterGroup", "DescribeGroup"], kafka("group", "/__amazon_msk_connect_*")),
    ]);
    role(ROLE, &trust, &[statements], &[])
}

fn other_role(at: usize, dice: &mut Dice) -> Value {
    let team = dice.pick(&["billing", "search", "checkout", "returns", "catalogue", "clickstream"]);
    let name = format!("{team}-{}-{at}", dice.pick(&["worker", "connect", "batch", "api"]));
    let service = dice.pick(&[
        "kafkaconnect.amazonaws.com",
        "kafka.amazonaws.com",
        "lambda.amazonaws.com",
        "ecs-tasks.amazonaws.com",
    ]);
    let trust =
        json!({ "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" });
    let inline: Vec<Value> = (0..1 + dice.below(2)).map(|_| statements(dice)).collect();
    let attached: Vec<Value> = (0..dice.below(3))
        .map(|_| {
            let name = format!("shared-{}", dice.below(50));
            json!({ "PolicyName": name, "PolicyArn": format!("arn:aws:iam::{ACCOUNT}:policy/{name}") })
        })
        .collect();
    role(&name, &trust, &inline, &attached)
}

fn managed_policy(at: usize, dice: &mut Dice) -> Value {
    let name = format!("shared-{at}");
    let document = json!({ "Version": "2012-10-17", "Statement": statements(dice) });
    json!({
        "PolicyName": name, "PolicyId": format!("ANPA{at:0>17}"), "Path": "/",
        "Arn": format!("arn:aws:iam::{ACCOUNT}:policy/{name}"), "DefaultVersionId": "v1", "AttachmentCount": 1,
        "IsAttachable": true,
        "PolicyVersionList": [{ "Document": document, "VersionId": "v1", "IsDefaultVersion": true }],
    })
}

fn statements(dice: &mut Dice) -> Value {
    let statements: Vec<Value> = (0..2 + dice.below(5))
        .map(|_| {
            let actions: Vec<&str> = (0..1 + dice.below(4))
                .map(|_| {
                    dice.pick(&[
                        "kafka-cluster:ReadData",
                        "kafka-cluster:Connect",
                        "kafka-cluster:*Topic",
                        "s3:GetObject",
                        "s3:PutObject",
                        "dynamodb:PutItem",
                        "sqs:SendMessage",
                        "logs:PutLogEvents",
                    ])
                })
                .collect();
            let kind = dice.pick(&["topic", "group", "cluster"]);
            let resource = kafka(kind, &format!("/part-{}-*", dice.below(90)));
            let resource = if dice.below(4) == 0 { "*".to_owned() } else { resource };
            json!({ "Effect": "Allow", "Action": actions, "Resource": [resource] })
        })
        .collect();
    statements.into()
}
