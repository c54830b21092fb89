//! An example as the outputs of the AWS CLI that tell its facts.
//!
//! Out: names and bytes, as from a folder. A text of the example that is no JSON stays a string, which its reader then
//! refuses; the loader of packs lets no such text through.

use serde_json::{Map, Value, json};

use crate::arn::Arn;
use crate::pack::{Authentication, Example, ExampleConnector, ExampleLog};

/// The documents of an example, in no order that matters.
pub fn documents(example: &Example) -> Vec<(String, Vec<u8>)> {
    let cluster = json!({ "ClusterInfo": {
        "ClusterType": "PROVISIONED", "ClusterArn": example.connector.cluster_arn, "State": "ACTIVE",
    }});
    let mut documents = vec![
        ("connector.json".to_owned(), connector(&example.connector)),
        ("cluster.json".to_owned(), cluster),
        ("account.json".to_owned(), account(example)),
    ];
    documents.extend(destination(example));
    documents
        .into_iter()
        .map(|(name, value)| (name, value.to_string().into_bytes()))
        .collect()
}

fn policy(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// The output of `aws kafkaconnect describe-connector`.
fn connector(connector: &ExampleConnector) -> Value {
    let settings: Map<String, Value> = connector
        .settings
        .iter()
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
        let path = Arn::parse(arn).map_or("", |parts| parts.resource);
        let path = path.strip_prefix("role").unwrap_or(path);
        let (path, name) = path.rsplit_once('/').unwrap_or(("", path));
        let inline: Vec<Value> = example
            .policy
            .iter()
            .map(|text| json!({ "PolicyName": "inline", "PolicyDocument": policy(text) }))
            .collect();
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
