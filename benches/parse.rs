//! Reading an account dump: the tree with places against `serde_json`.
//!
//! The dump is generated from a fixed seed, in the form of `aws iam get-account-authorization-details`: once
//! indented, once minified, once with percent-encoded policies, which are opened and read too.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rolecall::source::{Place, Sources, Tree};
use serde::de::IgnoredAny;
use serde_json::{Value, json};

/// A small generator (SplitMix64), so that every run reads the same bytes.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

fn statement(dice: &mut Dice) -> Value {
    const VERBS: [&str; 6] = ["Describe", "Connect", "Read", "Write", "Create", "Alter"];
    const NOUNS: [&str; 5] = [
        "Cluster",
        "Topic",
        "Group",
        "TransactionalId",
        "ClusterDynamicConfiguration",
    ];
    let mut pick = |from: &[&'static str]| {
        let index = dice.below(from.len() as u64) as usize;
        from.get(index).copied().unwrap_or_default()
    };
    let actions: Vec<_> = (0..6)
        .map(|_| format!("kafka-cluster:{}{}", pick(&VERBS), pick(&NOUNS)))
        .collect();
    let resources: Vec<_> = (0..1 + dice.below(4))
        .map(|_| {
            format!(
                "arn:aws:kafka:eu-west-1:{:012}:topic/orders-{}/*",
                dice.below(1 << 39),
                dice.below(99)
            )
        })
        .collect();
    json!({
        "Sid": format!("Statement{}", dice.below(1000)),
        "Effect": "Allow",
        "Action": actions,
        "Resource": resources,
        "Condition": { "StringEquals": { "aws:SourceAccount": format!("{:012}", dice.below(1 << 39)) } },
    })
}

fn policy(dice: &mut Dice) -> Value {
    let statements: Vec<_> = (0..2 + dice.below(6)).map(|_| statement(dice)).collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// Some 3 MB, indented. `wrap` makes the form in which a policy stands in the dump.
fn dump(wrap: fn(Value) -> Value) -> Value {
    let mut dice = Dice(7);
    let roles: Vec<_> = (0..400)
        .map(|index| {
            json!({
                "Path": "/",
                "RoleName": format!("connector-{index}"),
                "RoleId": format!("AROA{:016X}", dice.below(u64::MAX)),
                "Arn": format!("arn:aws:iam::123456789012:role/connector-{index}"),
                "CreateDate": "2024-03-01T12:00:00+00:00",
                "AssumeRolePolicyDocument": wrap(policy(&mut dice)),
                "InstanceProfileList": [],
                "RolePolicyList": [{ "PolicyName": "inline", "PolicyDocument": wrap(policy(&mut dice)) }],
                "AttachedManagedPolicies": [],
                "Tags": [{ "Key": "owner", "Value": "data-platform" }],
            })
        })
        .collect();
    json!({ "UserDetailList": [], "GroupDetailList": [], "RoleDetailList": roles, "Policies": [] })
}

fn whole_documents(criterion: &mut Criterion) {
    let value = dump(|policy| policy);
    let texts = [
        (
            "indented",
            serde_json::to_string_pretty(&value).unwrap_or_default(),
        ),
        ("minified", value.to_string()),
    ];
    let mut group = criterion.benchmark_group("parse");
    for (name, text) in &texts {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("tree", name), text, |bencher, text| {
            bencher.iter(|| Tree::parse(black_box(text)));
        });
        group.bench_with_input(
            BenchmarkId::new("serde_json_value", name),
            text,
            |bencher, text| {
                bencher.iter(|| serde_json::from_str::<Value>(black_box(text)));
            },
        );
        group.bench_with_input(
            BenchmarkId::new("serde_json_ignored", name),
            text,
            |bencher, text| {
                bencher.iter(|| serde_json::from_str::<IgnoredAny>(black_box(text)));
            },
        );
    }
    group.finish();
}

fn embedded_documents(criterion: &mut Criterion) {
    let value = dump(|policy| {
        utf8_percent_encode(&policy.to_string(), NON_ALPHANUMERIC)
            .to_string()
            .into()
    });
    let text = value.to_string();
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function(BenchmarkId::new("sources", "percent_encoded"), |bencher| {
        bencher.iter(|| {
            let mut sources = Sources::new();
            let doc = sources.add_text("dump.json", black_box(&text).clone());
            let policies: Vec<_> = sources.tree(doc).map_or_else(Vec::new, |tree| {
                let roles = tree
                    .get(tree.root(), "RoleDetailList")
                    .into_iter()
                    .flat_map(|list| tree.items(list));
                roles
                    .filter_map(|role| tree.get(role, "AssumeRolePolicyDocument"))
                    .collect()
            });
            let opened = policies
                .iter()
                .filter(|node| sources.open_policy_document(Place { doc, node: **node }).is_ok());
            assert_eq!(opened.count(), 400);
            sources
        });
    });
    group.finish();
}

criterion_group!(benches, whole_documents, embedded_documents);
criterion_main!(benches);
