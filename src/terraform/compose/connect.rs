//! Connectors and what they are made of: plugins, worker configurations, clusters, delivery streams.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::resource::{Resource, block, get, is_hole, items, nested, object, path, scalar, text};
use crate::source::{Composed, Data, Origin};

/// The output of `describe-connector`; a connector that is still to be made has no ARN.
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
    // Servers that are not known at all name no cluster.
    let cluster = cluster.filter(|cluster| !get(cluster, "bootstrapServers").is_some_and(is_hole));
    let cluster = cluster.map(|cluster| Composed::object([("apacheKafkaCluster", cluster)], it.origin));
    let arn = resource
        .scalar("arn")
        .filter(|arn| !text(arn).is_some_and(|arn| arn.contains('⟨')));
    Some(object(
        [
            ("connectorName", Some(resource.scalar("name")?)),
            ("connectorArn", arn),
            ("connectorConfiguration", configuration(resource)),
            (
                "serviceExecutionRoleArn",
                resource.scalar("service_execution_role_arn"),
            ),
            ("kafkaConnectVersion", resource.scalar("kafkaconnect_version")),
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
            ("capacity", Some(Composed::object([], it.origin))),
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
    let plugins = get(connector, "plugin").map(items)?;
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
            let value = get(found, attribute).and_then(scalar);
            let value = value.filter(|value| text(value).is_none_or(|text| !text.is_empty()));
            all.extend(value.map(|value| (*key, value)));
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
            ("customPluginArn", Some(resource.scalar("arn")?)),
            ("name", resource.scalar("name")),
            ("latestRevision", s3),
        ],
        it.origin,
    ))
}

/// The output of `describe-worker-configuration`.
pub(super) fn worker_configuration(resource: &Resource) -> Option<Composed> {
    let content = resource.get("properties_file_content");
    let revision = content.and_then(|content| {
        let properties = text(content).filter(|_| !is_hole(content))?;
        let encoded = Composed::text(STANDARD.encode(properties), content.origin);
        Some(Composed::object(
            [("propertiesFileContent", encoded)],
            content.origin,
        ))
    });
    Some(object(
        [
            ("workerConfigurationArn", Some(resource.scalar("arn")?)),
            ("name", resource.scalar("name")),
            ("latestRevision", revision),
        ],
        resource.attributes.origin,
    ))
}

/// The output of `describe-cluster-v2`. What the provider works out by itself is left out while it is not known.
pub(super) fn cluster(resource: &Resource) -> Option<Composed> {
    let it = &resource.attributes;
    let is_serverless = resource.kind == "aws_msk_serverless_cluster";
    let sasl = path(it, &["client_authentication", "sasl"]);
    let iam = sasl.and_then(|sasl| {
        let iam = get(sasl, "iam")?;
        items(iam)
            .first()
            .map_or(Some(iam), |block| get(block, "enabled"))
    });
    let iam = match iam {
        Some(iam) if text(iam).is_some_and(|text| text.contains('⟨')) => None,
        Some(iam) => Some(flag(iam)),
        // A data source does not say it, and of blocks that are not known neither does the resource.
        None if resource.is_data || get(it, "client_authentication").is_some_and(is_hole) => None,
        None => Some(Composed::new(Data::Bool(is_serverless))),
    };
    let given = |value: Option<&Composed>| {
        value
            .filter(|value| !resource.is_own_hole(value))
            .and_then(scalar)
    };
    let key = path(it, &["encryption_info"]).and_then(|info| get(info, "encryption_at_rest_kms_key_arn"));
    let zookeeper = resource.get("zookeeper_connect_string");
    let part = object(
        [
            (
                "ClientAuthentication",
                iam.map(|iam| nested(&["Sasl", "Iam", "Enabled"], iam, it.origin)),
            ),
            (
                "EncryptionInfo",
                given(key).map(|key| nested(&["EncryptionAtRest", "DataVolumeKMSKeyId"], key, it.origin)),
            ),
            ("ZookeeperConnectString", given(zookeeper)),
        ],
        it.origin,
    );
    let info = object(
        [
            ("ClusterArn", Some(resource.scalar("arn")?)),
            ("ClusterName", resource.scalar("cluster_name")),
            (
                if is_serverless {
                    "Serverless"
                } else {
                    "Provisioned"
                },
                Some(part),
            ),
        ],
        it.origin,
    );
    Some(Composed::object([("ClusterInfo", info)], it.origin))
}

/// A flag; one that is not known counts as set.
fn flag(value: &Composed) -> Composed {
    let is_off = text(value).as_deref() == Some("false");
    Composed {
        origin: value.origin,
        data: Data::Bool(!is_off),
    }
}

/// The output of `describe-delivery-stream`, with the tags of `create-delivery-stream`.
pub(super) fn delivery_stream(resource: &Resource) -> Option<Composed> {
    let origin = resource.origin();
    let described = object(
        [
            ("DeliveryStreamName", Some(resource.scalar("name")?)),
            ("DeliveryStreamARN", resource.scalar("arn")),
            ("Tags", tags(resource)),
        ],
        origin,
    );
    Some(Composed::object(
        [("DeliveryStreamDescription", described)],
        origin,
    ))
}

/// All tags in the form of a list; `None` where it is not known which there are.
pub(super) fn tags(resource: &Resource) -> Option<Composed> {
    let given = |name: &str| resource.get(name).filter(|tags| !resource.is_own_hole(tags));
    let Some(tags) = given("tags_all").or_else(|| given("tags")) else {
        return Some(Composed::array([], resource.origin()));
    };
    let Data::Object(members) = &tags.data else {
        return None;
    };
    let tag = |(key, key_origin, value): &(String, Option<Origin>, Composed)| {
        let members = [
            ("Key", Composed::text(key.clone(), *key_origin)),
            ("Value", scalar(value)?),
        ];
        Some(Composed::object(members, value.origin))
    };
    Some(Composed::array(
        members.iter().filter_map(tag).collect::<Vec<_>>(),
        tags.origin,
    ))
}
