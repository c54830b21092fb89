//! Attributes that the provider makes of others: ARNs and ids, with holes for what only AWS knows.
//!
//! What is known of an ARN before it exists is kept: of a role all but the account, of a cluster all but its last
//! part. Shared by the readers of plans and of source.
//!
//! Source: "Attribute Reference" of each resource in the documentation of the provider `hashicorp/aws` 5.

use super::Known;

/// A part of a made attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Known text.
    Text(String),
    /// Something not known, by name. An atom has neither `:` nor `/`.
    Hole { name: String, is_atom: bool },
}

/// What is made of what: type, attribute, and the parts. `{name}` is an attribute, `{path=/}` one with a default, `{a|b}` the first of two that is written,
/// `{!uuid}` something that AWS makes up, and `{partition}`, `{region}` and `{account}` are facts.
static MADE: &[(&str, &str, &str)] = &[
    (
        "aws_iam_role",
        "arn",
        "arn:{partition}:iam::{account}:role{path=/}{name}",
    ),
    ("aws_iam_role", "id", "{name}"),
    (
        "aws_iam_user",
        "arn",
        "arn:{partition}:iam::{account}:user{path=/}{name}",
    ),
    ("aws_iam_user", "id", "{name}"),
    (
        "aws_iam_policy",
        "arn",
        "arn:{partition}:iam::{account}:policy{path=/}{name}",
    ),
    (
        "aws_iam_policy",
        "id",
        "arn:{partition}:iam::{account}:policy{path=/}{name}",
    ),
    ("aws_s3_bucket", "arn", "arn:{partition}:s3:::{bucket}"),
    ("aws_s3_bucket", "id", "{bucket}"),
    ("aws_s3_bucket_versioning", "id", "{bucket}"),
    ("aws_s3_object", "id", "{key}"),
    (
        "aws_msk_cluster",
        "arn",
        "arn:{partition}:kafka:{region}:{account}:cluster/{cluster_name}/{!uuid}",
    ),
    (
        "aws_msk_cluster",
        "id",
        "arn:{partition}:kafka:{region}:{account}:cluster/{cluster_name}/{!uuid}",
    ),
    ("aws_msk_cluster", "cluster_uuid", "{!uuid}"),
    (
        "aws_msk_serverless_cluster",
        "arn",
        "arn:{partition}:kafka:{region}:{account}:cluster/{cluster_name}/{!uuid}",
    ),
    (
        "aws_msk_serverless_cluster",
        "id",
        "arn:{partition}:kafka:{region}:{account}:cluster/{cluster_name}/{!uuid}",
    ),
    ("aws_msk_serverless_cluster", "cluster_uuid", "{!uuid}"),
    (
        "aws_mskconnect_connector",
        "arn",
        "arn:{partition}:kafkaconnect:{region}:{account}:connector/{name}/{!uuid}",
    ),
    (
        "aws_mskconnect_connector",
        "id",
        "arn:{partition}:kafkaconnect:{region}:{account}:connector/{name}/{!uuid}",
    ),
    (
        "aws_mskconnect_custom_plugin",
        "arn",
        "arn:{partition}:kafkaconnect:{region}:{account}:custom-plugin/{name}/{!uuid}",
    ),
    (
        "aws_mskconnect_custom_plugin",
        "id",
        "arn:{partition}:kafkaconnect:{region}:{account}:custom-plugin/{name}/{!uuid}",
    ),
    (
        "aws_mskconnect_worker_configuration",
        "arn",
        "arn:{partition}:kafkaconnect:{region}:{account}:worker-configuration/{name}/{!uuid}",
    ),
    (
        "aws_mskconnect_worker_configuration",
        "id",
        "arn:{partition}:kafkaconnect:{region}:{account}:worker-configuration/{name}/{!uuid}",
    ),
    (
        "aws_cloudwatch_log_group",
        "arn",
        "arn:{partition}:logs:{region}:{account}:log-group:{name}",
    ),
    ("aws_cloudwatch_log_group", "id", "{name}"),
    (
        "aws_kinesis_firehose_delivery_stream",
        "arn",
        "arn:{partition}:firehose:{region}:{account}:deliverystream/{name}",
    ),
    (
        "aws_kinesis_firehose_delivery_stream",
        "id",
        "arn:{partition}:firehose:{region}:{account}:deliverystream/{name}",
    ),
    (
        "aws_kinesis_stream",
        "arn",
        "arn:{partition}:kinesis:{region}:{account}:stream/{name}",
    ),
    (
        "aws_kinesis_stream",
        "id",
        "arn:{partition}:kinesis:{region}:{account}:stream/{name}",
    ),
    (
        "aws_kms_key",
        "arn",
        "arn:{partition}:kms:{region}:{account}:key/{!key_id}",
    ),
    ("aws_kms_key", "id", "{!key_id}"),
    ("aws_kms_key", "key_id", "{!key_id}"),
    (
        "aws_kms_alias",
        "arn",
        "arn:{partition}:kms:{region}:{account}:{name}",
    ),
    (
        "aws_secretsmanager_secret",
        "arn",
        "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{!suffix}",
    ),
    (
        "aws_secretsmanager_secret",
        "id",
        "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{!suffix}",
    ),
    ("aws_ssm_parameter", "id", "{name}"),
    (
        "aws_sqs_queue",
        "arn",
        "arn:{partition}:sqs:{region}:{account}:{name}",
    ),
    (
        "aws_sns_topic",
        "arn",
        "arn:{partition}:sns:{region}:{account}:{name}",
    ),
    (
        "aws_sns_topic",
        "id",
        "arn:{partition}:sns:{region}:{account}:{name}",
    ),
    (
        "aws_dynamodb_table",
        "arn",
        "arn:{partition}:dynamodb:{region}:{account}:table/{name}",
    ),
    ("aws_dynamodb_table", "id", "{name}"),
    (
        "aws_lambda_function",
        "arn",
        "arn:{partition}:lambda:{region}:{account}:function:{function_name}",
    ),
    ("aws_lambda_function", "id", "{function_name}"),
    (
        "aws_glue_registry",
        "arn",
        "arn:{partition}:glue:{region}:{account}:registry/{registry_name}",
    ),
    (
        "aws_glue_catalog_database",
        "arn",
        "arn:{partition}:glue:{region}:{account}:database/{name}",
    ),
    (
        "aws_cloudwatch_event_bus",
        "arn",
        "arn:{partition}:events:{region}:{account}:event-bus/{name}",
    ),
    ("alicloud_ram_role", "name", "{role_name}"),
    ("alicloud_ram_role", "role_name", "{name}"),
    ("alicloud_ram_role", "id", "{role_name|name}"),
    ("alicloud_ram_policy", "name", "{policy_name}"),
    ("alicloud_ram_policy", "policy_name", "{name}"),
    ("alicloud_ram_policy", "id", "{policy_name|name}"),
    ("alicloud_ram_policy", "type", "Custom"),
    ("aws_caller_identity", "account_id", "{account}"),
    ("aws_caller_identity", "id", "{account}"),
    ("aws_region", "name", "{region}"),
    ("aws_region", "id", "{region}"),
    ("aws_region", "region", "{region}"),
    ("aws_partition", "partition", "{partition}"),
    ("aws_partition", "id", "{partition}"),
    ("aws_partition", "dns_suffix", "{dns_suffix}"),
    ("aws_arn", "id", "{arn}"),
];

/// The types whose names may have `:` or `/` in them.
const OPEN_NAMES: [&str; 5] = [
    "aws_cloudwatch_log_group",
    "aws_secretsmanager_secret",
    "aws_ssm_parameter",
    "aws_kms_alias",
    "aws_s3_object",
];

/// The parts of an attribute that the provider makes of others; `None` for one that is not known here. `get` gives an
/// attribute as it is written, if it is.
pub(super) fn attribute(
    (kind, address): (&str, &str),
    name: &str,
    facts: &Known,
    get: &dyn Fn(&str) -> Option<Vec<Part>>,
) -> Option<Vec<Part>> {
    let made = MADE.iter().find(|(of, made, _)| *of == kind && *made == name);
    let Some((_, _, form)) = made else {
        return named(kind, address, name, get);
    };
    let mut parts = Vec::new();
    for (number, stretch) in form.split('{').enumerate() {
        let (hole, text) = match (number, stretch.split_once('}')) {
            (0, _) | (_, None) => (None, stretch),
            (_, Some((hole, text))) => (Some(hole), text),
        };
        if let Some(hole) = hole {
            parts.extend(fill((kind, address), hole, facts, get));
        }
        if !text.is_empty() {
            parts.push(Part::Text(text.to_owned()));
        }
    }
    Some(parts)
}

fn fill(
    (kind, address): (&str, &str),
    hole: &str,
    facts: &Known,
    get: &dyn Fn(&str) -> Option<Vec<Part>>,
) -> Vec<Part> {
    let atom = |name: String| vec![Part::Hole { name, is_atom: true }];
    let fact = |known: Option<&String>| {
        known.map_or_else(|| atom(hole.to_owned()), |known| vec![Part::Text(known.clone())])
    };
    match hole {
        "partition" => fact(facts.partition.as_ref()),
        "region" => fact(facts.region.as_ref()),
        "account" => fact(facts.account.as_ref()),
        "dns_suffix" => match facts.partition.as_deref() {
            Some("aws" | "aws-us-gov") => vec![Part::Text("amazonaws.com".to_owned())],
            Some("aws-cn") => vec![Part::Text("amazonaws.com.cn".to_owned())],
            _ => atom("dns_suffix".to_owned()),
        },
        _ => {
            if let Some(made) = hole.strip_prefix('!') {
                return get(made).unwrap_or_else(|| atom(format!("{address}.{made}")));
            }
            match hole.split_once('=') {
                Some((name, default)) => get(name).unwrap_or_else(|| vec![Part::Text(default.to_owned())]),
                None => hole
                    .split('|')
                    .find_map(get)
                    .or_else(|| named(kind, address, hole, get))
                    .unwrap_or_else(|| {
                        vec![Part::Hole {
                            name: format!("{address}.{hole}"),
                            is_atom: !OPEN_NAMES.contains(&kind),
                        }]
                    }),
            }
        }
    }
}

/// A name that AWS ends by itself, from `name_prefix` or `bucket_prefix`; or one that it makes up as a whole.
fn named(
    kind: &str,
    address: &str,
    name: &str,
    get: &dyn Fn(&str) -> Option<Vec<Part>>,
) -> Option<Vec<Part>> {
    if !["name", "bucket"].contains(&name) || !kind.starts_with("aws_") {
        return None;
    }
    let end = Part::Hole {
        name: format!("{address}.{name}"),
        is_atom: !OPEN_NAMES.contains(&kind),
    };
    let mut parts = get(&format!("{name}_prefix")).unwrap_or_default();
    parts.push(end);
    Some(parts)
}
