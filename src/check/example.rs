//! Examples of rules, put as a user would have them and judged by the real check.
//!
//! In: an example of a pack. Out: the findings of its rule. A connector with its policies becomes the outputs of the
//! AWS CLI that tell its facts; the check reads those and nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::options::CheckOptions;
use super::run::check;
use crate::finding::{Finding, Severity};
use crate::input::{Inputs, ReadOptions, read};
use crate::pack::{Authentication, Example, ExampleConnector, ExampleLog, Expect, Pack, Rule, Setup};

/// What an example gave.
#[derive(Debug)]
pub struct Tried {
    /// The findings with the code of the rule, folded ones too.
    pub findings: Vec<Finding>,
    /// What was read.
    pub inputs: Inputs,
}

impl Tried {
    /// Whether the rule said what the example expects of it.
    pub fn is_as_expected(&self, rule: &Rule, example: &Example) -> bool {
        let found = self.findings.iter().map(|finding| finding.severity);
        let expected: &[Severity] = match example.expect {
            Expect::Pass => &[],
            Expect::Fail => &[rule.severity],
            Expect::Warn => &[Severity::Warning],
        };
        found.eq(expected.iter().copied())
    }
}

/// Puts an example to the check of these packs.
pub fn try_example(rule: &Rule, example: &Example, packs: &[Pack]) -> Tried {
    let inputs = read(documents(example), &ReadOptions::default());
    let mut options = CheckOptions {
        all: true,
        ..CheckOptions::default()
    };
    for (option, value) in &example.args {
        options.set(option, value);
    }
    let report = check(&inputs, packs, &options);
    let findings = report.findings.into_iter();
    Tried {
        findings: findings.filter(|finding| finding.code == rule.code).collect(),
        inputs,
    }
}

/// The files of an example, by name.
pub fn documents(example: &Example) -> Vec<(String, Vec<u8>)> {
    let put = example.setup.iter().flat_map(put);
    let put = put.filter(|(name, _)| !example.files.iter().any(|(own, _)| own == name));
    let put: Vec<_> = put
        .map(|(name, value)| (name, value.to_string().into_bytes()))
        .collect();
    let own = example.files.iter();
    let own = own.map(|(name, text)| (name.clone(), text.clone().into_bytes()));
    put.into_iter().chain(own).collect()
}

fn put(setup: &Setup) -> Vec<(String, Value)> {
    let cluster = json!({ "ClusterInfo": {
        "ClusterType": "PROVISIONED", "ClusterArn": setup.connector.cluster_arn, "State": "ACTIVE",
    }});
    let mut documents = vec![
        ("connector.json".to_owned(), connector(setup)),
        ("cluster.json".to_owned(), cluster),
        ("account.json".to_owned(), account(setup)),
    ];
    documents.extend(worker(setup));
    documents.extend(destination(setup));
    documents
}

/// The output of `aws kafkaconnect describe-connector`.
fn connector(setup: &Setup) -> Value {
    let connector = &setup.connector;
    let settings = connector.settings.iter();
    let settings: Map<String, Value> = settings
        .map(|(key, value)| (key.clone(), value.as_str().into()))
        .collect();
    let log = match &connector.log {
        None => json!({}),
        Some(ExampleLog::S3 { bucket, prefix }) if prefix.is_empty() => {
            json!({ "s3": { "enabled": true, "bucket": bucket } })
        }
        Some(ExampleLog::S3 { bucket, prefix }) => {
            json!({ "s3": { "enabled": true, "bucket": bucket, "prefix": prefix } })
        }
        Some(ExampleLog::CloudWatch { group }) => {
            json!({ "cloudWatchLogs": { "enabled": true, "logGroup": group } })
        }
        Some(ExampleLog::Firehose { stream }) => {
            json!({ "firehose": { "enabled": true, "deliveryStream": stream } })
        }
    };
    let authentication = match connector.authentication {
        Authentication::Iam => "IAM",
        Authentication::None => "NONE",
    };
    let mut description = json!({
        "connectorArn": connector.arn,
        "connectorName": connector.name,
        "connectorConfiguration": settings,
        "kafkaClusterClientAuthentication": { "authenticationType": authentication },
        "logDelivery": { "workerLogDelivery": log },
        "serviceExecutionRoleArn": connector.role_arn,
    });
    if let (true, Some(object)) = (setup.worker.is_some(), description.as_object_mut()) {
        let of = json!({ "workerConfigurationArn": worker_arn(connector), "revision": 1 });
        object.insert("workerConfiguration".to_owned(), of);
    }
    description
}

fn worker_arn(connector: &ExampleConnector) -> String {
    let arn = connector.arn.replace(":connector/", ":worker-configuration/");
    format!("{arn}0")
}

/// The output of `aws kafkaconnect describe-worker-configuration`.
fn worker(setup: &Setup) -> Option<(String, Value)> {
    let properties = setup.worker.as_ref()?;
    let lines = properties.iter().map(|(key, value)| format!("{key}={value}\n"));
    let content = STANDARD.encode(lines.collect::<String>());
    let configuration = json!({
        "name": "worker",
        "workerConfigurationArn": worker_arn(&setup.connector),
        "latestRevision": { "revision": 1, "propertiesFileContent": content },
    });
    Some(("worker-configuration.json".to_owned(), configuration))
}

/// The output of `aws iam get-account-authorization-details`, with the one role that is given.
fn account(setup: &Setup) -> Value {
    let role = |arn: &String| {
        let path = arn.split_once(":role").map_or("/", |(_, path)| path);
        let (path, name) = path.rsplit_once('/').unwrap_or(("", path));
        let inline = setup.policy.iter();
        let inline: Vec<Value> = inline
            .map(|text| json!({ "PolicyName": "inline", "PolicyDocument": policy(text) }))
            .collect();
        json!({
            "Path": format!("{path}/"), "RoleName": name, "RoleId": "AROAEXAMPLE", "Arn": arn,
            "AssumeRolePolicyDocument": policy(&setup.trust),
            "RolePolicyList": inline, "AttachedManagedPolicies": [],
        })
    };
    let roles: Vec<Value> = setup.given_role.iter().map(role).collect();
    json!({ "UserDetailList": [], "GroupDetailList": [], "RoleDetailList": roles, "Policies": [] })
}

/// The policy on the destination of the worker logs, under the name that tells of what.
fn destination(setup: &Setup) -> Option<(String, Value)> {
    let text = setup.destination_policy.as_ref()?;
    match setup.connector.log.as_ref()? {
        ExampleLog::S3 { bucket, .. } => Some((
            format!("bucket-policies/{bucket}.json"),
            json!({ "Policy": text }),
        )),
        ExampleLog::CloudWatch { .. } => Some((
            "log-resource-policies.json".to_owned(),
            json!({ "resourcePolicies": [{ "policyName": "delivery", "policyDocument": text }] }),
        )),
        ExampleLog::Firehose { .. } => None,
    }
}

/// A policy as a value; the loader has seen that it is JSON, and a policy that is not would be told of by the check.
fn policy(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}
