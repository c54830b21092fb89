//! The complete policies that AWS documents for MSK Connect, filled in for a sink and a source, and every way of
//! taking one thing out of them.
//!
//! `corpus/documented` holds the documents. Each action and each resource is taken out alone, and its statement with
//! it when a list would be empty; each part of the trust is taken out or changed. What must be said of each is worked
//! out here from a table of the documented needs, by comparing texts, without the rules.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test reports by panicking, and reads JSON by index, where a missing member is null"
)]

mod support {
    pub(crate) mod folder;
}

use std::collections::BTreeSet;

use rolecall::check::{CheckOptions, check};
use rolecall::finding::{Finding, Report, Severity, Spot};
use rolecall::input::{Inputs, ReadOptions, read};
use rolecall::pack::builtin;
use rolecall::source::Location;
use serde_json::{Value, json};
use support::folder;

/// One connector with all its documents: names and values.
struct Complete {
    folder: &'static str,
    documents: Vec<(String, Value)>,
}

/// What the documented policies give beyond the needs of one connector: the statement for the other way.
const SPARE: &str = "msk-connect/over-broad";

/// What is documented as needed: a code, actions, and the ends of the resources that they are needed on.
type Need = (&'static str, &'static [&'static str], &'static [&'static str]);

const BOTH: [Need; 5] = [
    ("cluster-connect", &["kafka-cluster:Connect"], &[":cluster/"]),
    (
        "cluster-describe",
        &["kafka-cluster:DescribeCluster"],
        &[":cluster/"],
    ),
    (
        "internal-topics",
        &[
            "kafka-cluster:CreateTopic",
            "kafka-cluster:WriteData",
            "kafka-cluster:ReadData",
            "kafka-cluster:DescribeTopic",
        ],
        &[":topic/*/__amazon_msk_connect_*"],
    ),
    (
        "internal-groups",
        &["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"],
        &[":group/*/__amazon_msk_connect_*"],
    ),
    ("log-s3", &["s3:PutObject"], &[":s3:::*/AWSLogs/"]),
];

const SINK: [Need; 2] = [
    (
        "topic-read",
        &["kafka-cluster:ReadData", "kafka-cluster:DescribeTopic"],
        &[":topic/*/invoices", ":topic/*/credit-notes"],
    ),
    (
        "sink-group",
        &["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"],
        &[":group/*/connect-*"],
    ),
];

const SOURCE: [Need; 1] = [(
    "topic-write",
    &["kafka-cluster:WriteData", "kafka-cluster:DescribeTopic"],
    &[":topic/*/positions"],
)];

const KINDS: [&str; 2] = ["sink", "source"];

impl Complete {
    fn load(folder: &'static str) -> Self {
        let files = folder::documents(&folder::corpus("documented").join(folder));
        let documents = files
            .into_iter()
            .map(|(name, bytes)| (name, serde_json::from_slice(&bytes).unwrap()))
            .collect();
        Self { folder, documents }
    }

    fn needs(&self) -> Vec<Need> {
        let own: &[Need] = if self.folder == "sink" { &SINK } else { &SOURCE };
        // `s3:GetBucketAcl` is the only need that is about a bucket without a path.
        BOTH.iter()
            .chain(own)
            .copied()
            .chain([("log-s3", &["s3:GetBucketAcl"] as &[_], &[":s3:::"] as &[_])])
            .collect()
    }

    /// The name and text of the policy of this kind: `trust`, `role` or `bucket`.
    fn policy(&self, kind: &str) -> (usize, Value) {
        let (file, path) = match kind {
            "trust" => ("role.json", "/Role/AssumeRolePolicyDocument"),
            "role" => ("role-policy-kafka.json", "/PolicyDocument"),
            _ => ("bucket-policies/", "/Policy"),
        };
        let at = self
            .documents
            .iter()
            .position(|(name, _)| name.starts_with(file))
            .unwrap();
        let policy = self.documents[at].1.pointer(path).unwrap();
        let policy = policy
            .as_str()
            .map_or_else(|| policy.clone(), |text| serde_json::from_str(text).unwrap());
        (at, policy)
    }

    /// The documents with another policy of this kind.
    fn with(&self, kind: &str, policy: &Value) -> Vec<(String, Value)> {
        let (at, _) = self.policy(kind);
        let mut documents = self.documents.clone();
        let document = &mut documents[at].1;
        match kind {
            "trust" => document["Role"]["AssumeRolePolicyDocument"] = policy.clone(),
            "role" => document["PolicyDocument"] = policy.clone(),
            _ => document["Policy"] = policy.to_string().into(),
        }
        documents
    }

    fn file(&self, kind: &str) -> &str {
        &self.documents[self.policy(kind).0].0
    }
}

/// Values of a clause: a text alone is a list of one.
fn values(statement: &Value, clause: &str) -> Vec<String> {
    match &statement[clause] {
        Value::Array(values) => values
            .iter()
            .map(|value| value.as_str().unwrap().to_owned())
            .collect(),
        value => value.as_str().map(str::to_owned).into_iter().collect(),
    }
}

/// Whether a resource of a document is the one that a need means.
fn means(resource: &str, need: &str) -> bool {
    match need.split_once("/*/") {
        Some((kind, "AWSLogs/")) => resource.contains(kind) && resource.contains("/AWSLogs/"),
        Some((kind, name)) => {
            resource.contains(&format!("{kind}/")) && resource.ends_with(&format!("/{name}"))
        }
        None if need == ":s3:::" => resource.contains(need) && !resource.contains('/'),
        None if need.ends_with("*/AWSLogs/") => resource.contains("/AWSLogs/"),
        None => resource.contains(need),
    }
}

/// The codes of the needs that no statement of the policies grants.
fn unmet(needs: &[Need], policies: &[&Value]) -> BTreeSet<String> {
    let statements: Vec<&Value> = policies
        .iter()
        .flat_map(|p| p["Statement"].as_array().unwrap())
        .collect();
    let granted = |action: &str, resource: &str| {
        statements.iter().any(|statement| {
            values(statement, "Action").iter().any(|known| known == action)
                && values(statement, "Resource")
                    .iter()
                    .any(|known| means(known, resource))
        })
    };
    let is_unmet = |need: &&Need| {
        need.1
            .iter()
            .any(|action| need.2.iter().any(|r| !granted(action, r)))
    };
    needs
        .iter()
        .filter(is_unmet)
        .map(|need| format!("msk-connect/{}", need.0))
        .collect()
}

/// One thing less: what was taken out, from which statement, whether that is still there, and the rest.
struct Removal {
    what: String,
    statement: usize,
    is_there: bool,
    policy: Value,
}

/// Every removal of one action or one resource.
fn removals(policy: &Value) -> Vec<Removal> {
    let mut removals = Vec::new();
    for (at, statement) in policy["Statement"].as_array().unwrap().iter().enumerate() {
        for clause in ["Action", "Resource"] {
            let all = values(statement, clause);
            for gone in &all {
                let mut policy = policy.clone();
                let statements = policy["Statement"].as_array_mut().unwrap();
                if all.len() == 1 {
                    statements.remove(at);
                } else {
                    let rest: Vec<&String> = all.iter().filter(|value| *value != gone).collect();
                    statements[at][clause] = json!(rest);
                }
                let what = format!("{clause} {gone} of statement {at}");
                removals.push(Removal {
                    what,
                    statement: at,
                    is_there: all.len() > 1,
                    policy,
                });
            }
        }
    }
    removals
}

/// Nothing can be done on a cluster that cannot be reached: other gaps are told as following from that one.
fn split(expected: &BTreeSet<String>) -> (BTreeSet<String>, BTreeSet<String>) {
    let root = "msk-connect/cluster-connect";
    let is_root = expected.contains(root);
    expected
        .iter()
        .cloned()
        .partition(|code| !is_root || code == root || code.ends_with("/log-s3"))
}

/// The check of documents.
fn judge(documents: Vec<(String, Value)>) -> (Inputs, Report) {
    let text = |value: &Value| serde_json::to_vec_pretty(value).unwrap();
    let inputs = read(
        documents.iter().map(|(name, v)| (name.clone(), text(v))),
        &ReadOptions::default(),
    );
    assert!(inputs.problems.is_empty(), "{:?}", inputs.problems);
    let report = check(&inputs, builtin().unwrap(), &CheckOptions::default());
    (inputs, report)
}

fn codes(report: &Report, severity: Severity) -> BTreeSet<String> {
    report
        .findings
        .iter()
        .filter(|f| f.severity == severity)
        .map(|f| f.code.clone())
        .collect()
}

fn locate(inputs: &Inputs, at: Spot) -> Location {
    match at {
        Spot::Node(place) => inputs.sources.locate(place),
        Spot::Text(doc, span) => inputs.sources.locate_span(doc, span),
    }
}

/// Whether the finding points where it should: at the statement that lost something, in the first place; when that
/// is gone, into the policy, or at the setting that asks for what it held.
fn misplaced(finding: &Finding, inputs: &Inputs, file: &str, removal: &Removal) -> Option<String> {
    let location = locate(inputs, finding.at);
    let pointer = location.pointer.clone().unwrap_or_default();
    let in_policy = location.file == file && pointer.contains("/Statement/");
    let right = if removal.is_there {
        in_policy && pointer.contains(&format!("/Statement/{}/", removal.statement))
    } else {
        in_policy || (location.file == "connector.json" && !pointer.is_empty())
    };
    (!right).then(|| {
        format!(
            "{}: {} points at {} {pointer}",
            removal.what, finding.code, location.file
        )
    })
}

/// The needs of a connector, and the two policies that meet them.
fn requirements(complete: &Complete) -> (Vec<Need>, Value, Value) {
    (
        complete.needs(),
        complete.policy("role").1,
        complete.policy("bucket").1,
    )
}

#[test]
fn the_documented_policies_are_accepted_as_complete() {
    for kind in KINDS {
        let complete = Complete::load(kind);
        let (needs, role, bucket) = requirements(&complete);
        assert_eq!(
            unmet(&needs, &[&role, &bucket]),
            BTreeSet::new(),
            "{kind}: the table of needs is wrong"
        );
        let (_, report) = judge(complete.documents.clone());
        assert_eq!(report.connectors, 1);
        assert_eq!(
            codes(&report, Severity::Error),
            BTreeSet::new(),
            "{kind}: {:?}",
            report.findings
        );
        // Filled in with a topic each for sinks and sources, as documented, one of the two statements is too much.
        assert_eq!(
            codes(&report, Severity::Warning),
            BTreeSet::from([SPARE.to_owned()]),
            "{kind}: {:?}",
            report.findings
        );
    }
}

#[test]
fn each_action_or_resource_that_is_taken_out_gives_the_matching_code_alone() {
    let (mut wrong, mut gaps, mut without) = (Vec::new(), 0, 0);
    for kind in KINDS {
        let complete = Complete::load(kind);
        let (needs, role, bucket) = requirements(&complete);
        for which in ["role", "bucket"] {
            for removal in removals(&complete.policy(which).1) {
                let policies = if which == "role" {
                    [&removal.policy, &bucket]
                } else {
                    [&role, &removal.policy]
                };
                let expected = unmet(&needs, &policies);
                let (inputs, report) = judge(complete.with(which, &removal.policy));
                let found = codes(&report, Severity::Error);
                let (shown, folded) = split(&expected);
                let follows: BTreeSet<String> =
                    report.folded.iter().map(|finding| finding.code.clone()).collect();
                if (&found, &follows) != (&shown, &folded) {
                    wrong.push(format!(
                        "{kind}: {}: {found:?}, expected {expected:?}",
                        removal.what
                    ));
                    continue;
                }
                gaps += usize::from(!expected.is_empty());
                without += usize::from(expected.is_empty());
                let errors = report
                    .findings
                    .iter()
                    .filter(|finding| finding.severity == Severity::Error);
                let file = complete.file(which);
                wrong.extend(errors.filter_map(|finding| misplaced(finding, &inputs, file, &removal)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Of the sink 20 needed things and 3 that only a source needs; of the source 18, and 4 that only a sink needs.
    assert_eq!((gaps, without), (38, 7));
}

/// Changes to the trust, and the code that each has to give: an error, but for `trust-confused-deputy`.
fn trust_changes(policy: &Value) -> Vec<(String, Value, &'static str)> {
    let mut changes = Vec::new();
    let mut change = |what: &str, code: &'static str, edit: &dyn Fn(&mut Value)| {
        let mut policy = policy.clone();
        edit(&mut policy["Statement"][0]);
        changes.push((what.to_owned(), policy, code));
    };
    for part in ["Principal", "Action", "Effect"] {
        let gone = |s: &mut Value| drop(s.as_object_mut().unwrap().remove(part));
        change(&format!("no {part}"), "trust-principal", &gone);
    }
    change("denied", "trust-principal", &|s| s["Effect"] = "Deny".into());
    change("another service", "trust-principal", &|s| {
        s["Principal"] = json!({ "Service": "kafka.amazonaws.com" })
    });
    change("another action", "trust-principal", &|s| {
        s["Action"] = "sts:TagSession".into()
    });
    let none = |s: &mut Value| drop(s.as_object_mut().unwrap().remove("Condition"));
    change("no conditions", "trust-confused-deputy", &none);
    for operator in ["StringEquals", "ArnLike"] {
        let gone = |s: &mut Value| drop(s["Condition"].as_object_mut().unwrap().remove(operator));
        change(&format!("no {operator}"), "trust-confused-deputy", &gone);
    }
    for (operator, key, other) in [
        ("StringEquals", "aws:SourceAccount", "999988887777"),
        (
            "ArnLike",
            "aws:SourceArn",
            "arn:aws:kafkaconnect:eu-west-1:999988887777:connector/other/*",
        ),
    ] {
        change(&format!("another {key}"), "trust-source-mismatch", &|s| {
            s["Condition"][operator][key] = other.into()
        });
    }
    changes
}

#[test]
fn each_part_of_the_trust_that_is_taken_out_or_changed_gives_the_matching_code_alone() {
    let mut wrong = Vec::new();
    for kind in KINDS {
        let complete = Complete::load(kind);
        for (what, policy, code) in trust_changes(&complete.policy("trust").1) {
            let (inputs, report) = judge(complete.with("trust", &policy));
            // A statement without one of its parts is no statement of a policy, which is said too.
            let syntax = |code: &String| code != "policy/syntax" || !what.starts_with("no ");
            let found: Vec<String> = codes(&report, Severity::Error)
                .into_iter()
                .filter(syntax)
                .collect();
            let warned: Vec<String> = codes(&report, Severity::Warning).into_iter().collect();
            let code = format!("msk-connect/{code}");
            let is_warning = code.ends_with("deputy");
            let spare = SPARE.to_owned();
            let (errors, warnings) = if is_warning {
                (vec![], vec![spare, code.clone()])
            } else {
                (vec![code.clone()], vec![spare])
            };
            if (&found, &warned) != (&errors, &warnings) {
                wrong.push(format!(
                    "{kind}: {what}: {found:?} and {warned:?}, expected {code}"
                ));
            }
            for finding in report.findings.iter().filter(|finding| finding.code == code) {
                let location = locate(&inputs, finding.at);
                let pointer = location.pointer.unwrap_or_default();
                if location.file != "role.json" || !pointer.starts_with("/Role/AssumeRolePolicyDocument") {
                    wrong.push(format!("{kind}: {what}: points at {} {pointer}", location.file));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
