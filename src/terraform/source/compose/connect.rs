//! Connectors and what they are made of: plugins, worker configurations, clusters, delivery streams.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Resource, block, flag, get, is_hole, object, path, scalar, text};
use crate::source::{Composed, Data};

/// The input of `create-connector`: a connector that is still to be made has no ARN.
pub(super) fn connector(resource: &Resource) -> Option<Composed> {
    let it = &resource.attributes;
    let text_at = |blocks: &[&str], name: &str| {
        path(it, blocks)
            .and_then(|block| get(block, name))
            .and_then(scalar)
    };
    let wrapped = |blocks: &[&str], name: &str, key: &'static str| {
        let value = text_at(blocks, name)?;
        let origin = path(it, blocks)?.origin;
        Some(Composed::object([(key, value)], origin))
    };
    let cluster = wrapped(
        &["kafka_cluster", "apache_kafka_cluster"],
        "bootstrap_servers",
        "bootstrapServers",
    );
    let cluster = cluster.map(|cluster| Composed::object([("apacheKafkaCluster", cluster)], it.origin));
    Some(object(
        [
            ("connectorName", Some(resource.get("name").and_then(scalar)?)),
            ("connectorConfiguration", configuration(resource)),
            (
                "serviceExecutionRoleArn",
                resource.get("service_execution_role_arn").and_then(scalar),
            ),
            (
                "kafkaConnectVersion",
                resource.get("kafkaconnect_version").and_then(scalar),
            ),
            ("kafkaCluster", cluster),
            (
                "kafkaClusterClientAuthentication",
                wrapped(
                    &["kafka_cluster_client_authentication"],
                    "authentication_type",
                    "authenticationType",
                ),
            ),
            (
                "kafkaClusterEncryptionInTransit",
                wrapped(
                    &["kafka_cluster_encryption_in_transit"],
                    "encryption_type",
                    "encryptionType",
                ),
            ),
            ("logDelivery", log_delivery(it)),
            ("plugins", plugins(it)),
            (
                "workerConfiguration",
                wrapped(&["worker_configuration"], "arn", "workerConfigurationArn"),
            ),
        ],
        it.origin,
    ))
}

/// The settings, each a text; `None` when it is not known which there are.
fn configuration(resource: &Resource) -> Option<Composed> {
    let configuration = resource.get("connector_configuration")?;
    let Data::Object(members) = &configuration.data else {
        return None;
    };
    let members = members
        .iter()
        .filter_map(|(key, origin, value)| Some((key.clone(), *origin, scalar(value)?)));
    Some(Composed {
        origin: configuration.origin,
        data: Data::Object(members.collect()),
    })
}

fn plugins(connector: &Composed) -> Option<Composed> {
    let plugins = get(connector, "plugin").map(super::items)?;
    let plugins = plugins.iter().filter_map(|plugin| {
        let arn = get(block(plugin, "custom_plugin")?, "arn").and_then(scalar)?;
        let custom = Composed::object([("customPluginArn", arn)], plugin.origin);
        Some(Composed::object([("customPlugin", custom)], plugin.origin))
    });
    Some(Composed::array(plugins.collect::<Vec<_>>(), connector.origin))
}

fn log_delivery(connector: &Composed) -> Option<Composed> {
    let logs = path(connector, &["log_delivery", "worker_log_delivery"])?;
    let destination = |name: &str, members: &[(&'static str, &str)]| {
        let found = block(logs, name)?;
        let enabled = get(found, "enabled").map(flag);
        let mut all = vec![(
            "enabled",
            enabled.unwrap_or_else(|| Composed::new(Data::Bool(true))),
        )];
        for (key, attribute) in members {
            all.extend(get(found, attribute).and_then(scalar).map(|value| (*key, value)));
        }
        Some(Composed::object(all, found.origin))
    };
    let delivery = object(
        [
            (
                "cloudWatchLogs",
                destination("cloudwatch_logs", &[("logGroup", "log_group")]),
            ),
            (
                "firehose",
                destination("firehose", &[("deliveryStream", "delivery_stream")]),
            ),
            (
                "s3",
                destination("s3", &[("bucket", "bucket"), ("prefix", "prefix")]),
            ),
        ],
        logs.origin,
    );
    Some(Composed::object([("workerLogDelivery", delivery)], logs.origin))
}

/// The output of `describe-custom-plugin`.
pub(super) fn plugin(resource: &Resource) -> Option<Composed> {
    let it = &resource.attributes;
    let s3 = path(it, &["location", "s3"]);
    let s3 = s3.map(|s3| {
        let location = object(
            [
                ("bucketArn", get(s3, "bucket_arn").and_then(scalar)),
                ("fileKey", get(s3, "file_key").and_then(scalar)),
            ],
            s3.origin,
        );
        let location = Composed::object([("s3Location", location)], s3.origin);
        Composed::object([("location", location)], s3.origin)
    });
    Some(object(
        [
            ("customPluginArn", Some(resource.get("arn").and_then(scalar)?)),
            ("name", resource.get("name").and_then(scalar)),
            ("latestRevision", s3),
        ],
        it.origin,
    ))
}

/// The output of `describe-worker-configuration`.
pub(super) fn worker_configuration(resource: &Resource) -> Option<Composed> {
    let content = resource.get("properties_file_content");
    let revision = content.and_then(|content| {
        let properties = text(content).filter(|properties| !is_hole(properties))?;
        let encoded = Composed::text(STANDARD.encode(properties), content.origin);
        Some(Composed::object(
            [("propertiesFileContent", encoded)],
            content.origin,
        ))
    });
    Some(object(
        [
            (
                "workerConfigurationArn",
                Some(resource.get("arn").and_then(scalar)?),
            ),
            ("name", resource.get("name").and_then(scalar)),
            ("latestRevision", revision),
        ],
        resource.attributes.origin,
    ))
}

/// The output of `describe-cluster-v2`.
pub(super) fn cluster(resource: &Resource) -> Option<Composed> {
    let it = &resource.attributes;
    let iam = if resource.kind == "aws_msk_cluster" {
        let sasl = path(it, &["client_authentication", "sasl"]).and_then(|sasl| get(sasl, "iam"));
        sasl.map_or_else(|| Composed::new(Data::Bool(false)), flag)
    } else {
        Composed::new(Data::Bool(true))
    };
    let key = path(it, &["encryption_info"]).and_then(|info| get(info, "encryption_at_rest_kms_key_arn"));
    let key = key.and_then(scalar).map(|key| {
        let at_rest = Composed::object([("DataVolumeKMSKeyId", key)], it.origin);
        Composed::object([("EncryptionAtRest", at_rest)], it.origin)
    });
    let iam = Composed::object([("Enabled", iam)], it.origin);
    let sasl = Composed::object([("Iam", iam)], it.origin);
    let authentication = Composed::object([("Sasl", sasl)], it.origin);
    let part = object(
        [
            ("ClientAuthentication", Some(authentication)),
            ("EncryptionInfo", key),
        ],
        it.origin,
    );
    let info = object(
        [
            ("ClusterArn", Some(resource.get("arn").and_then(scalar)?)),
            ("ClusterName", resource.get("cluster_name").and_then(scalar)),
            ("Provisioned", Some(part)),
        ],
        it.origin,
    );
    Some(Composed::object([("ClusterInfo", info)], it.origin))
}

/// The output of `describe-delivery-stream`, with the tags of `create-delivery-stream`.
pub(super) fn delivery_stream(resource: &Resource) -> Option<Composed> {
    let origin = resource.attributes.origin;
    let tags = match resource.get("tags").map(|tags| (&tags.data, tags.origin)) {
        None => Some(Composed::array([], origin)),
        Some((Data::Object(members), origin)) => {
            let tags = members.iter().filter_map(|(key, key_origin, value)| {
                let members = [
                    ("Key", Composed::text(key.clone(), *key_origin)),
                    ("Value", scalar(value)?),
                ];
                Some(Composed::object(members, value.origin))
            });
            Some(Composed::array(tags.collect::<Vec<_>>(), origin))
        }
        Some(_) => None,
    };
    let described = object(
        [
            ("DeliveryStreamName", Some(resource.get("name").and_then(scalar)?)),
            ("DeliveryStreamARN", resource.get("arn").and_then(scalar)),
            ("Tags", tags),
        ],
        origin,
    );
    Some(Composed::object(
        [("DeliveryStreamDescription", described)],
        origin,
    ))
}
