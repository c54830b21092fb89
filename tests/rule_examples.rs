//! Every example of every rule, put as a user would have it, and run through the real check.
//!
//! An example becomes the outputs of the AWS CLI that tell its facts; the check reads those and nothing else.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test reports by panicking"
)]

use rolecall::check::{CheckOptions, check};
use rolecall::finding::{Finding, Severity};
use rolecall::input::{ReadOptions, read};
use rolecall::pack::{Authentication, ClassTable, Example, ExampleConnector, ExampleLog, Expect, Rule, builtin};
use serde_json::{Map, Value, json};

fn policy(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The output of `aws kafkaconnect describe-connector`.
fn connector(connector: &ExampleConnector) -> Value {
    let settings: Map<String, Value> =
        connector.settings.iter().map(|(key, value)| (key.clone(), value.as_str().into())).collect();
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
    json!({
        "connectorArn": connector.arn,
        "connectorName": connector.name,
        "connectorConfiguration": settings,
        "kafkaClusterClientAuthentication": { "authenticationType": authentication },
        "logDelivery": { "workerLogDelivery": log },
        "serviceExecutionRoleArn": connector.role_arn,
    })
}

/// The output of `aws iam get-account-authorization-details`, with the one role that is given.
fn account(example: &Example) -> Value {
    let role = |arn: &String| {
        let path = arn.split_once(":role").unwrap().1;
        let (path, name) = path.rsplit_once('/').unwrap();
        let inline = example.policy.iter();
        let inline: Vec<Value> =
            inline.map(|text| json!({ "PolicyName": "inline", "PolicyDocument": policy(text) })).collect();
        json!({
            "Path": format!("{path}/"), "RoleName": name, "RoleId": "AROAEXAMPLE", "Arn": arn,
            "AssumeRolePolicyDocument": policy(&example.trust),
            "RolePolicyList": inline, "AttachedManagedPolicies": [],
        })
    };
    let roles: Vec<Value> = example.given_role.iter().map(role).collect();
    json!({ "UserDetailList": [], "GroupDetailList": [], "RoleDetailList": roles, "Policies": [] })
}

/// The policy on the destination of the worker logs, under the name that tells of what.
fn destination(example: &Example) -> Option<(String, Value)> {
    let text = example.destination_policy.as_ref()?;
    match example.connector.log.as_ref()? {
        ExampleLog::S3 { bucket, .. } => {
            Some((format!("bucket-policies/{bucket}.json"), json!({ "Policy": text })))
        }
        ExampleLog::CloudWatch { .. } => Some((
            "log-resource-policies.json".to_owned(),
            json!({ "resourcePolicies": [{ "policyName": "delivery", "policyDocument": text }] }),
        )),
        ExampleLog::Firehose { .. } => None,
    }
}

/// What the check says of an example, in findings of one code, folded ones too.
fn findings(rule: &Rule, example: &Example) -> Vec<Finding> {
    let cluster = json!({ "ClusterInfo": {
        "ClusterType": "PROVISIONED", "ClusterArn": example.connector.cluster_arn, "State": "ACTIVE",
    }});
    let mut documents = vec![
        ("connector.json".to_owned(), connector(&example.connector)),
        ("cluster.json".to_owned(), cluster),
        ("account.json".to_owned(), account(example)),
    ];
    documents.extend(destination(example));
    let documents = documents.into_iter().map(|(name, value)| (name, value.to_string().into_bytes()));
    let inputs = read(documents, &ReadOptions::default());
    assert!(inputs.problems.is_empty() && inputs.unrecognised.is_empty(), "{:?}", inputs.problems);
    assert_eq!(inputs.connectors.len(), 1);
    let options = CheckOptions { all: true, ..CheckOptions::default() };
    let report = check(&inputs, builtin().unwrap(), &ClassTable::builtin(), &options);
    report.findings.into_iter().filter(|finding| finding.code == rule.code).collect()
}

#[test]
fn every_example_of_every_rule_is_answered_as_it_says() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for rule in builtin().unwrap().iter().flat_map(|pack| &pack.rules) {
        for example in &rule.examples {
            count += 1;
            let found: Vec<Severity> = findings(rule, example).iter().map(|finding| finding.severity).collect();
            let expected: &[Severity] = match example.expect {
                Expect::Pass => &[],
                Expect::Fail => &[rule.severity],
                Expect::Warn => &[Severity::Warning],
            };
            if found != expected {
                wrong.push(format!("{}: {}: {expected:?}, found {found:?}", rule.code, example.about));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_rule_has_an_example_that_passes_and_one_that_does_not() {
    for rule in builtin().unwrap().iter().flat_map(|pack| &pack.rules) {
        let passes = |example: &&Example| example.expect == Expect::Pass;
        let passing = rule.examples.iter().filter(passes).count();
        assert!(passing > 0 && passing < rule.examples.len(), "{}", rule.code);
    }
}

#[test]
fn a_witness_of_a_failing_example_is_about_what_the_rule_asks() {
    for rule in builtin().unwrap().iter().flat_map(|pack| &pack.rules) {
        for example in rule.examples.iter().filter(|example| example.expect == Expect::Fail) {
            for finding in findings(rule, example) {
                let Some(required) = &finding.requirement else { continue };
                let witness = finding.witness.as_ref().expect("a gap has a witness");
                assert!(!witness.resource.contains('*'), "{}: {}", rule.code, witness.resource);
                let missing: Vec<&str> = finding.missing.iter().map(|part| part.action.as_str()).collect();
                assert!(missing.contains(&witness.action.as_str()), "{}: {}", rule.code, example.about);
                assert!(required.actions.contains(&witness.action), "{}: {}", rule.code, example.about);
            }
        }
    }
}
