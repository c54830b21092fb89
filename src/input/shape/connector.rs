//! MSK Connect connectors: `describe-connector`, the input of `create-connector`, `list-connectors`.
//!
//! Source: the service model of kafkaconnect, API version 2021-09-14.

use super::Sign::{HasOne, Is, Key};
use super::{Kind, Place, Reader, Shape};
use crate::input::model::{Connector, Located, LogDelivery, LogDestination};

pub(super) static SHAPES: &[Shape] = &[
    Shape {
        name: "describe-connector",
        signs: &[
            // One whose name is null is a connector that cannot be read, not something else.
            Key("connectorName"),
            HasOne(&[
                "connectorConfiguration",
                "connectorArn",
                "serviceExecutionRoleArn",
                "kafkaCluster",
                "capacity",
            ]),
        ],
        read,
    },
    Shape {
        name: "list-connectors",
        signs: &[Is("connectors", Kind::Array)],
        read: read_list,
    },
];

fn read_list(reader: &mut Reader, list: Place) {
    for connector in reader.objects(list, "connectors") {
        read(reader, connector);
    }
}

/// Reads one connector.
pub(super) fn read(reader: &mut Reader, place: Place) {
    let Some(name) = reader.need_text(place, "connectorName") else {
        return;
    };
    let configuration = reader.object(place, "connectorConfiguration");
    // The answer to `create-connector` has no more than name, ARN and state.
    let role = "serviceExecutionRoleArn";
    let role_arn = if configuration.is_some() {
        reader.need_text(place, role)
    } else {
        reader.text(place, role)
    };
    let authentication = "kafkaClusterClientAuthentication/authenticationType";
    let connector = Connector {
        place,
        name,
        arn: reader.text(place, "connectorArn"),
        configuration: configuration.map(|object| reader.settings(object)),
        role_arn,
        authentication: reader.text(place, authentication),
        encryption: reader.text(place, "kafkaClusterEncryptionInTransit/encryptionType"),
        bootstrap_servers: reader.text(place, "kafkaCluster/apacheKafkaCluster/bootstrapServers"),
        connect_version: reader.text(place, "kafkaConnectVersion"),
        log_delivery: log_delivery(reader, place),
        worker_configuration_arn: reader.text(place, "workerConfiguration/workerConfigurationArn"),
        plugin_arns: plugin_arns(reader, place),
        state: reader.text(place, "connectorState"),
        state_message: reader.text(place, "stateDescription/message"),
    };
    reader.found.connectors.push(connector);
}

fn plugin_arns(reader: &mut Reader, connector: Place) -> Vec<Located<String>> {
    let plugins = reader.objects(connector, "plugins");
    plugins
        .into_iter()
        .filter_map(|plugin| reader.text(plugin, "customPlugin/customPluginArn"))
        .collect()
}

fn log_delivery(reader: &mut Reader, connector: Place) -> LogDelivery {
    let Some(logs) = reader.object(connector, "logDelivery/workerLogDelivery") else {
        return LogDelivery::default();
    };
    LogDelivery {
        s3: destination(reader, logs, "s3", "bucket"),
        cloudwatch: destination(reader, logs, "cloudWatchLogs", "logGroup"),
        firehose: destination(reader, logs, "firehose", "deliveryStream"),
    }
}

fn destination(reader: &mut Reader, logs: Place, key: &str, target: &str) -> Option<LogDestination> {
    let place = reader.object(logs, key)?;
    let said = reader.problems.len();
    let enabled = reader.flag(place, "enabled");
    if enabled.is_none() && reader.problems.len() == said {
        reader.problem(place, "`enabled` is missing here".to_owned());
    }
    Some(LogDestination {
        place,
        enabled: enabled.is_none_or(|enabled| enabled.value),
        target: reader.text(place, target),
        prefix: reader.text(place, "prefix"),
    })
}
