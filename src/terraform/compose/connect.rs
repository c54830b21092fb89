//! Connectors of MSK Connect, what they are made of, and MSK clusters.

use super::super::attribute::World;
use super::super::instance::{Instance, Said};
use super::{around, map, named, nested, object, plain};
use crate::pattern::hole;
use crate::source::{Composed, Data};

pub(super) fn outputs(world: &World<'_>) -> Vec<Composed> {
    let mut outputs: Vec<Composed> = Vec::new();
    outputs.extend(
        world
            .of_kind(&["aws_mskconnect_connector"])
            .map(|instance| connector(world, instance)),
    );
    let all = || world.instances.iter();
    let clusters = all().filter(|instance| CLUSTERS.contains(&instance.kind.as_str()));
    outputs.extend(clusters.map(|instance| cluster(world, instance)));
    let plugins = all().filter(|instance| instance.kind == "aws_mskconnect_custom_plugin");
    outputs.extend(plugins.map(|instance| plugin(world, instance)));
    let workers = all().filter(|instance| instance.kind == "aws_mskconnect_worker_configuration");
    outputs.extend(workers.map(|instance| worker(world, instance)));
    outputs
}

const CLUSTERS: [&str; 2] = ["aws_msk_cluster", "aws_msk_serverless_cluster"];

fn connector(world: &World<'_>, instance: &Instance) -> Composed {
    let text = |path: &str| world.text(instance, path);
    // Of servers that are not known the ports are not known either.
    let servers = text("kafka_cluster/0/apache_kafka_cluster/0/bootstrap_servers")
        .filter(|servers| !hole::has_hole(&plain(servers)));
    let settings = map(world, instance, "connector_configuration").map(|settings| Composed {
        origin: match instance.said(world.tree, "connector_configuration") {
            Said::Value(node) => world.origin(instance, node),
            _ => None,
        },
        data: Data::Object(
            settings
                .into_iter()
                .map(|(key, value)| (key, None, value))
                .collect(),
        ),
    });
    let arn = text("arn").filter(|arn| !hole::is_hole(&plain(arn)));
    let plugins: Vec<Composed> = (0..instance.count(world.tree, "plugin"))
        .filter_map(|number| text(&format!("plugin/{number}/custom_plugin/0/arn")))
        .map(|arn| nested(&["customPlugin", "customPluginArn"], arn))
        .collect();
    let authentication = text("kafka_cluster_client_authentication/0/authentication_type");
    let encryption = text("kafka_cluster_encryption_in_transit/0/encryption_type");
    object(
        world,
        instance,
        [
            ("connectorName", Some(named(world, instance, "name"))),
            ("connectorArn", arn),
            ("connectorConfiguration", settings),
            ("serviceExecutionRoleArn", text("service_execution_role_arn")),
            (
                "kafkaCluster",
                servers.map(|servers| nested(&["apacheKafkaCluster", "bootstrapServers"], servers)),
            ),
            (
                "kafkaClusterClientAuthentication",
                authentication.map(|kind| around("authenticationType", kind)),
            ),
            (
                "kafkaClusterEncryptionInTransit",
                encryption.map(|kind| around("encryptionType", kind)),
            ),
            ("kafkaConnectVersion", text("kafkaconnect_version")),
            ("logDelivery", log_delivery(world, instance)),
            (
                "workerConfiguration",
                text("worker_configuration/0/arn").map(|arn| around("workerConfigurationArn", arn)),
            ),
            ("plugins", Some(Composed::array(plugins, None))),
            ("capacity", Some(Composed::object([], None))),
        ],
    )
}

fn log_delivery(world: &World<'_>, instance: &Instance) -> Option<Composed> {
    let base = "log_delivery/0/worker_log_delivery/0";
    let destination = |block: &str, parts: &[(&'static str, &str)]| {
        let block = format!("{base}/{block}/0");
        let Said::Value(node) = instance.said(world.tree, &block) else {
            return None;
        };
        let enabled = match instance.said(world.tree, &format!("{block}/enabled")) {
            Said::Value(enabled) => world.tree.boolean(enabled),
            _ => None,
        };
        let origin = world.origin(instance, node);
        // What is not known to be off is asked about.
        let enabled = Composed::new(Data::Bool(enabled.unwrap_or(true)));
        let parts = parts.iter().filter_map(|(key, path)| {
            let text = world.text(instance, &format!("{block}/{path}"))?;
            (!plain(&text).is_empty()).then_some((*key, text))
        });
        let members: Vec<_> = std::iter::once(("enabled", enabled)).chain(parts).collect();
        Some(Composed::object(members, origin))
    };
    let all = [
        (
            "s3",
            destination("s3", &[("bucket", "bucket"), ("prefix", "prefix")]),
        ),
        (
            "cloudWatchLogs",
            destination("cloudwatch_logs", &[("logGroup", "log_group")]),
        ),
        (
            "firehose",
            destination("firehose", &[("deliveryStream", "delivery_stream")]),
        ),
    ];
    let members: Vec<_> = all
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
        .collect();
    (!members.is_empty()).then(|| around("workerLogDelivery", Composed::object(members, None)))
}

fn cluster(world: &World<'_>, instance: &Instance) -> Composed {
    let flag = |path: &str| match instance.said(world.tree, path) {
        Said::Value(node) => world.tree.boolean(node).map(|flag| Composed {
            origin: world.origin(instance, node),
            data: Data::Bool(flag),
        }),
        _ => None,
    };
    let text = |path: &str| {
        world
            .text(instance, path)
            .filter(|text| !hole::is_hole(&plain(text)))
    };
    let iam = flag("client_authentication/0/sasl/0/iam")
        .or_else(|| flag("client_authentication/0/sasl/0/iam/0/enabled"));
    let key = text("encryption_info/0/encryption_at_rest_kms_key_arn");
    let is_serverless = instance.kind == "aws_msk_serverless_cluster";
    let mut members = Vec::new();
    members.extend(iam.map(|iam| ("ClientAuthentication", nested(&["Sasl", "Iam", "Enabled"], iam))));
    members.extend(key.map(|key| {
        (
            "EncryptionInfo",
            nested(&["EncryptionAtRest", "DataVolumeKMSKeyId"], key),
        )
    }));
    members.extend(text("zookeeper_connect_string").map(|servers| ("ZookeeperConnectString", servers)));
    let part = if is_serverless {
        "Serverless"
    } else {
        "Provisioned"
    };
    let info = object(
        world,
        instance,
        [
            ("ClusterArn", Some(named(world, instance, "arn"))),
            ("ClusterName", Some(named(world, instance, "cluster_name"))),
            (part, Some(Composed::object(members, None))),
        ],
    );
    around("ClusterInfo", info)
}

fn plugin(world: &World<'_>, instance: &Instance) -> Composed {
    let at = |name: &str| world.text(instance, &format!("location/0/s3/0/{name}"));
    let location = Composed::object(
        [("bucketArn", at("bucket_arn")), ("fileKey", at("file_key"))]
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?))),
        None,
    );
    object(
        world,
        instance,
        [
            ("customPluginArn", Some(named(world, instance, "arn"))),
            ("name", Some(named(world, instance, "name"))),
            (
                "latestRevision",
                Some(nested(&["location", "s3Location"], location)),
            ),
        ],
    )
}

fn worker(world: &World<'_>, instance: &Instance) -> Composed {
    use base64::Engine as _;
    let properties = world
        .text(instance, "properties_file_content")
        .filter(|text| !hole::is_hole(&plain(text)))
        .map(|text| {
            let encoded = base64::engine::general_purpose::STANDARD.encode(plain(&text));
            around("propertiesFileContent", Composed::text(encoded, text.origin))
        });
    object(
        world,
        instance,
        [
            ("workerConfigurationArn", Some(named(world, instance, "arn"))),
            ("name", Some(named(world, instance, "name"))),
            ("latestRevision", properties),
        ],
    )
}
