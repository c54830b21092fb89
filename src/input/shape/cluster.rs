//! MSK clusters: `describe-cluster`, `describe-cluster-v2`, `list-clusters`, `list-clusters-v2` and
//! `get-bootstrap-brokers`.
//!
//! The AWS CLI spells keys with a capital, the REST API without.

use super::Sign::{Has, HasOne};
use super::{Place, Reader, Shape};
use crate::input::model::{BootstrapBrokers, Cluster};

pub(super) static SHAPES: &[Shape] = &[
    Shape {
        name: "describe-cluster",
        signs: &[Has("ClusterInfo")],
        read: read_one,
    },
    Shape {
        name: "list-clusters",
        signs: &[Has("ClusterInfoList")],
        read: read_list,
    },
    Shape {
        name: "get-bootstrap-brokers",
        signs: &[HasOne(&BROKER_STRINGS)],
        read: read_brokers,
    },
];

const BROKER_STRINGS: [&str; 10] = [
    "BootstrapBrokerString",
    "BootstrapBrokerStringTls",
    "BootstrapBrokerStringSaslScram",
    "BootstrapBrokerStringSaslIam",
    "BootstrapBrokerStringPublicTls",
    "BootstrapBrokerStringPublicSaslScram",
    "BootstrapBrokerStringPublicSaslIam",
    "BootstrapBrokerStringVpcConnectivityTls",
    "BootstrapBrokerStringVpcConnectivitySaslScram",
    "BootstrapBrokerStringVpcConnectivitySaslIam",
];

fn read_one(reader: &mut Reader, output: Place) {
    if let Some(cluster) = reader.object(output, "ClusterInfo") {
        read(reader, cluster);
    }
}

fn read_list(reader: &mut Reader, output: Place) {
    for cluster in reader.objects(output, "ClusterInfoList") {
        read(reader, cluster);
    }
}

/// Version 2 of the API puts most members under the type of the cluster.
const PARTS: [&str; 3] = ["", "Provisioned/", "Serverless/"];

fn read(reader: &mut Reader, place: Place) {
    let Some(arn) = reader.need_text(place, "ClusterArn") else {
        return;
    };
    let name = reader.text(place, "ClusterName");
    let iam = PARTS
        .iter()
        .find_map(|part| reader.flag(place, &format!("{part}ClientAuthentication/Sasl/Iam/Enabled")));
    let encryption_key = PARTS.iter().find_map(|part| {
        reader.text(
            place,
            &format!("{part}EncryptionInfo/EncryptionAtRest/DataVolumeKMSKeyId"),
        )
    });
    let mut zookeeper = Vec::new();
    for part in PARTS {
        for key in ["ZookeeperConnectString", "ZookeeperConnectStringTls"] {
            zookeeper.extend(reader.text(place, &format!("{part}{key}")));
        }
    }
    let cluster = Cluster {
        place,
        arn,
        name,
        iam,
        encryption_key,
        zookeeper,
    };
    reader.found.clusters.push(cluster);
}

fn read_brokers(reader: &mut Reader, place: Place) {
    let mut strings = reader.settings(place);
    strings.retain(|setting| {
        setting
            .key
            .value
            .to_ascii_lowercase()
            .starts_with("bootstrapbrokerstring")
    });
    reader
        .found
        .bootstrap_brokers
        .push(BootstrapBrokers { place, strings });
}
