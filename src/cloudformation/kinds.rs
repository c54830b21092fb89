//! What `Ref` and `Fn::GetAtt` give for resources, as far as it is known before they exist.
//!
//! Rows are texts with fields: `{Name}` is a property of the resource, else a hole for the name that is made up for it;
//! `{Path|/}` has a default in place of the hole; `{.uuid}` is a hole of this name; `{$account}`, `{$region}` and
//! `{$partition}` are those of the deployment. A resource that is not here gives holes alone.
//! Source: CloudFormation User Guide, resource and property types, return values; the ARN forms of the Service
//! Authorization Reference.

/// What is known of one type of resource.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// What `Ref` gives.
    pub(super) reference: &'static str,
    /// What `Fn::GetAtt` gives, by attribute.
    pub(super) attributes: &'static [(&'static str, &'static str)],
}

/// A row: type, `Ref`, attributes.
const fn row(
    name: &'static str,
    reference: &'static str,
    attributes: &'static [(&'static str, &'static str)],
) -> Kind {
    Kind {
        name,
        reference,
        attributes,
    }
}

const CLUSTER: &str = "arn:{$partition}:kafka:{$region}:{$account}:cluster/{ClusterName}/{.uuid}";
const CONNECTOR: &str =
    "arn:{$partition}:kafkaconnect:{$region}:{$account}:connector/{ConnectorName}/{.uuid}";
const PLUGIN: &str = "arn:{$partition}:kafkaconnect:{$region}:{$account}:custom-plugin/{Name}/{.uuid}";
const WORKER: &str = "arn:{$partition}:kafkaconnect:{$region}:{$account}:worker-configuration/{Name}/{.uuid}";
const POLICY: &str = "arn:{$partition}:iam::{$account}:policy{Path|/}{ManagedPolicyName}";
const SECRET: &str = "arn:{$partition}:secretsmanager:{$region}:{$account}:secret:{Name}-{.suffix}";
const TOPIC: &str = "arn:{$partition}:sns:{$region}:{$account}:{TopicName}";
const FUNCTION: &str = "arn:{$partition}:lambda:{$region}:{$account}:function:{FunctionName}";
const TABLE: &str = "arn:{$partition}:dynamodb:{$region}:{$account}:table/{TableName}";
const TABLES: &[(&str, &str)] = &[
    ("Arn", TABLE),
    (
        "StreamArn",
        "arn:{$partition}:dynamodb:{$region}:{$account}:table/{TableName}/stream/{.StreamLabel}",
    ),
];
const MACHINE: &str = "arn:{$partition}:states:{$region}:{$account}:stateMachine:{StateMachineName}";
const REGISTRY: &str = "arn:{$partition}:glue:{$region}:{$account}:registry/{Name}";
const DOMAIN: &str = "arn:{$partition}:es:{$region}:{$account}:domain/{DomainName}";

/// All types of which more than holes is known.
pub(super) static KINDS: &[Kind] = &[
    row(
        "AWS::IAM::Role",
        "{RoleName}",
        &[("Arn", "arn:{$partition}:iam::{$account}:role{Path|/}{RoleName}")],
    ),
    row(
        "AWS::IAM::User",
        "{UserName}",
        &[("Arn", "arn:{$partition}:iam::{$account}:user{Path|/}{UserName}")],
    ),
    row("AWS::IAM::ManagedPolicy", POLICY, &[("PolicyArn", POLICY)]),
    row("AWS::MSK::Cluster", CLUSTER, &[("Arn", CLUSTER)]),
    row("AWS::MSK::ServerlessCluster", CLUSTER, &[("Arn", CLUSTER)]),
    row(
        "AWS::KafkaConnect::Connector",
        CONNECTOR,
        &[("ConnectorArn", CONNECTOR)],
    ),
    row(
        "AWS::KafkaConnect::CustomPlugin",
        PLUGIN,
        &[("CustomPluginArn", PLUGIN)],
    ),
    row(
        "AWS::KafkaConnect::WorkerConfiguration",
        WORKER,
        &[("WorkerConfigurationArn", WORKER)],
    ),
    row(
        "AWS::S3::Bucket",
        "{BucketName}",
        &[
            ("Arn", "arn:{$partition}:s3:::{BucketName}"),
            ("DomainName", "{BucketName}.s3.amazonaws.com"),
        ],
    ),
    row(
        "AWS::Logs::LogGroup",
        "{LogGroupName}",
        &[(
            "Arn",
            "arn:{$partition}:logs:{$region}:{$account}:log-group:{LogGroupName}:*",
        )],
    ),
    row(
        "AWS::KinesisFirehose::DeliveryStream",
        "{DeliveryStreamName}",
        &[(
            "Arn",
            "arn:{$partition}:firehose:{$region}:{$account}:deliverystream/{DeliveryStreamName}",
        )],
    ),
    row(
        "AWS::KMS::Key",
        "{.key_id}",
        &[
            ("Arn", "arn:{$partition}:kms:{$region}:{$account}:key/{.key_id}"),
            ("KeyId", "{.key_id}"),
        ],
    ),
    row("AWS::KMS::Alias", "{AliasName}", &[]),
    row("AWS::SecretsManager::Secret", SECRET, &[("Id", SECRET)]),
    row("AWS::SSM::Parameter", "{Name}", &[]),
    row(
        "AWS::SQS::Queue",
        "{.QueueUrl}",
        &[
            ("Arn", "arn:{$partition}:sqs:{$region}:{$account}:{QueueName}"),
            ("QueueName", "{QueueName}"),
            ("QueueUrl", "{.QueueUrl}"),
        ],
    ),
    row(
        "AWS::SNS::Topic",
        TOPIC,
        &[("TopicArn", TOPIC), ("TopicName", "{TopicName}")],
    ),
    row(
        "AWS::Kinesis::Stream",
        "{Name}",
        &[(
            "Arn",
            "arn:{$partition}:kinesis:{$region}:{$account}:stream/{Name}",
        )],
    ),
    row("AWS::DynamoDB::Table", "{TableName}", TABLES),
    row("AWS::DynamoDB::GlobalTable", "{TableName}", TABLES),
    row("AWS::Lambda::Function", "{FunctionName}", &[("Arn", FUNCTION)]),
    row(
        "AWS::Serverless::Function",
        "{FunctionName}",
        &[("Arn", FUNCTION)],
    ),
    row("AWS::Glue::Registry", REGISTRY, &[("Arn", REGISTRY)]),
    row("AWS::Glue::Database", "{DatabaseInput.Name}", &[]),
    row("AWS::StepFunctions::StateMachine", MACHINE, &[("Arn", MACHINE)]),
    row(
        "AWS::Events::EventBus",
        "{Name}",
        &[(
            "Arn",
            "arn:{$partition}:events:{$region}:{$account}:event-bus/{Name}",
        )],
    ),
    row(
        "AWS::OpenSearchService::Domain",
        "{DomainName}",
        &[("Arn", DOMAIN), ("DomainArn", DOMAIN)],
    ),
    row(
        "AWS::Elasticsearch::Domain",
        "{DomainName}",
        &[("Arn", DOMAIN), ("DomainArn", DOMAIN)],
    ),
    row(
        "AWS::OpenSearchServerless::Collection",
        "{.Id}",
        &[
            (
                "Arn",
                "arn:{$partition}:aoss:{$region}:{$account}:collection/{.Id}",
            ),
            ("Id", "{.Id}"),
        ],
    ),
    row(
        "AWS::Timestream::Database",
        "{DatabaseName}",
        &[(
            "Arn",
            "arn:{$partition}:timestream:{$region}:{$account}:database/{DatabaseName}",
        )],
    ),
];

/// The row of a type.
pub(super) fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// One part of a row's text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    Text(&'a str),
    /// A property, and what stands for it where it is not given: a hole, if that is none.
    Property(&'a str, Option<&'a str>),
    /// A hole of the resource.
    Hole(&'a str),
    /// A fact of the deployment.
    Pseudo(&'a str),
}

/// The parts of a row's text.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    for (number, run) in text.split('{').enumerate() {
        let (field, rest) = match run.split_once('}') {
            Some((field, rest)) if number > 0 => (Some(field), rest),
            _ => (None, run),
        };
        parts.extend(field.map(part));
        if !rest.is_empty() {
            parts.push(Part::Text(rest));
        }
    }
    parts
}

fn part(field: &str) -> Part<'_> {
    if let Some(name) = field.strip_prefix('.') {
        return Part::Hole(name);
    }
    if let Some(name) = field.strip_prefix('$') {
        return Part::Pseudo(name);
    }
    match field.split_once('|') {
        Some((name, default)) => Part::Property(name, Some(default)),
        None => Part::Property(field, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_every_row_is_understood() {
        for kind in KINDS {
            let texts = kind.attributes.iter().map(|(_, text)| *text);
            for text in texts.chain([kind.reference]) {
                for part in parts(text) {
                    match part {
                        Part::Text(text) => assert!(!text.contains(['{', '}', '|', '$']), "{text}"),
                        Part::Property(name, _) | Part::Hole(name) => {
                            assert!(!name.is_empty(), "{}", kind.name);
                        }
                        Part::Pseudo(name) => {
                            assert!(["account", "region", "partition"].contains(&name), "{name}");
                        }
                    }
                }
            }
            assert!(
                std::ptr::eq(find(kind.name).unwrap(), kind),
                "{} twice",
                kind.name
            );
        }
    }

    #[test]
    fn fields_are_told_apart() {
        assert_eq!(
            parts("a{$account}:{Path|/}{Name}-{.x}"),
            [
                Part::Text("a"),
                Part::Pseudo("account"),
                Part::Text(":"),
                Part::Property("Path", Some("/")),
                Part::Property("Name", None),
                Part::Text("-"),
                Part::Hole("x"),
            ]
        );
    }
}
