//! AWS Config: snapshots, histories, single items and the rows of advanced queries.
//!
//! An item describes a resource nearly as its own service does, under `configuration` and `supplementaryConfiguration`;
//! both may be strings that hold objects, and documents are strings too, percent-encoded for IAM. Rows of queries are
//! strings that hold items. Of several items of one resource in a list the last recorded counts; those of deleted ones
//! do not. Source: AWS Config API Reference, `ConfigurationItem`; the samples of Config's documentation.

use std::collections::BTreeMap;

use super::Sign::{Has, HasOne, Is, Items, Lacks};
use super::{Kind, Place, Reader, Shape, connector, identity, managed};
use crate::input::found::UnnamedPolicy;
use crate::input::identity::IdentityKind;
use crate::input::model::Cluster;

pub(super) static SHAPES: &[Shape] = &[
    Shape {
        name: "get-resource-config-history",
        signs: &[Items("configurationItems", "resourceType")],
        read: |reader, at| read_list(reader, at, "configurationItems"),
    },
    Shape {
        name: "batch-get-resource-config",
        signs: &[Items("baseConfigurationItems", "resourceType")],
        read: |reader, at| read_list(reader, at, "baseConfigurationItems"),
    },
    Shape {
        name: "select-resource-config",
        signs: &[Has("QueryInfo"), Is("Results", Kind::Array)],
        read: read_rows,
    },
    Shape {
        name: "configuration item",
        signs: &[
            Has("resourceType"),
            HasOne(&["configuration", "supplementaryConfiguration"]),
        ],
        read: read_item,
    },
    Shape {
        name: "configuration item change notification",
        signs: &[Has("configurationItem/resourceType"), Lacks("resourceType")],
        read: |reader, at| {
            if let Some(item) = reader.object(at, "configurationItem") {
                read_item(reader, item);
            }
        },
    },
];

fn read_list(reader: &mut Reader, output: Place, key: &str) {
    let items = reader.objects(output, key);
    read_last(reader, items);
}

fn read_rows(reader: &mut Reader, output: Place) {
    let mut items = Vec::new();
    for row in reader.items(output, "Results") {
        items.extend(opened(reader, row).filter(|item| reader.peek(*item, "resourceType").is_some()));
    }
    read_last(reader, items);
}

/// Reads of each resource the item that was recorded last.
fn read_last(reader: &mut Reader, items: Vec<Place>) {
    let mut last: BTreeMap<(String, String), (f64, String, Place)> = BTreeMap::new();
    let mut alone = Vec::new();
    for item in items {
        let id = ["resourceId", "arn", "ARN", "resourceName"];
        let id = id.iter().find_map(|key| peek_scalar(reader, item, key));
        let (Some(kind), Some(id)) = (peek_scalar(reader, item, "resourceType"), id) else {
            alone.push(item);
            continue;
        };
        let time = peek_scalar(reader, item, "configurationItemCaptureTime").unwrap_or_default();
        // Seconds, or a text of ISO 8601; those of one list are all alike.
        let time = (time.parse::<f64>().unwrap_or_default(), time);
        let newest = last.get(&(kind.clone(), id.clone()));
        if newest.is_none_or(|(seconds, text, _)| (*seconds, text.as_str()) < (time.0, time.1.as_str())) {
            last.insert((kind, id), (time.0, time.1, item));
        }
    }
    alone.extend(last.into_values().map(|(_, _, item)| item));
    alone.sort_unstable();
    for item in alone {
        read_item(reader, item);
    }
}

fn peek_scalar(reader: &Reader, object: Place, key: &str) -> Option<String> {
    let place = reader.peek(object, key)?;
    let tree = reader.sources.tree(place.doc)?;
    tree.scalar(place.node).map(String::from)
}

/// An object, or the one that a string holds, be it twice.
fn opened(reader: &mut Reader, value: Place) -> Option<Place> {
    let mut value = value;
    for _ in 0..3 {
        match reader.sources.kind(value) {
            Kind::Object => return Some(value),
            Kind::String => match reader.sources.open_policy_document(value) {
                Ok(inner) => value = inner,
                Err(problem) => {
                    reader.problems.push(problem);
                    return None;
                }
            },
            _ => return None,
        }
    }
    None
}

/// The object under a key, or the one in the string there.
fn part(reader: &mut Reader, object: Place, key: &str) -> Option<Place> {
    let value = reader.peek(object, key)?;
    opened(reader, value)
}

fn read_item(reader: &mut Reader, item: Place) {
    let status = peek_scalar(reader, item, "configurationItemStatus").unwrap_or_default();
    if status.contains("Deleted") || status.contains("NotRecorded") {
        return;
    }
    let Some(kind) = peek_scalar(reader, item, "resourceType") else {
        return;
    };
    let configuration = part(reader, item, "configuration");
    let supplement = part(reader, item, "supplementaryConfiguration");
    match (kind.as_str(), configuration, supplement) {
        ("AWS::IAM::Role", Some(role), _) => identity::read(reader, role, IdentityKind::Role),
        ("AWS::IAM::User", Some(user), _) => identity::read(reader, user, IdentityKind::User),
        ("AWS::IAM::Group", Some(group), _) => identity::read(reader, group, IdentityKind::Group),
        ("AWS::IAM::Policy", Some(policy), _) => managed::read_with_versions(reader, policy),
        ("AWS::KafkaConnect::Connector", Some(described), _) => connector::read(reader, described),
        ("AWS::MSK::Cluster", Some(described), _) => read_cluster(reader, item, described),
        ("AWS::S3::Bucket", _, Some(supplement)) => {
            if let Some(policy) = part(reader, supplement, "BucketPolicy") {
                read_policy(reader, item, policy, "policyText", false);
            }
        }
        ("AWS::KMS::Key", _, Some(supplement)) => {
            for key in ["Policy", "KeyPolicy"] {
                read_policy(reader, item, supplement, key, true);
            }
        }
        (kind, Some(described), _) => {
            let row = DOCUMENTS.iter().find(|(known, _)| *known == kind);
            let document = row.and_then(|(_, key)| part(reader, described, key));
            if let Some(document) = document {
                reader.add_document(document);
            }
        }
        _ => {}
    }
}

/// Where other resources have their policies. They are judged as documents, and decide nothing here.
const DOCUMENTS: [(&str, &str); 7] = [
    ("AWS::MSK::ClusterPolicy", "Policy"),
    ("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy"),
    ("AWS::SNS::Topic", "Policy"),
    ("AWS::SNS::TopicPolicy", "PolicyDocument"),
    ("AWS::SQS::Queue", "Policy"),
    ("AWS::SQS::QueuePolicy", "PolicyDocument"),
    ("AWS::Logs::ResourcePolicy", "PolicyDocument"),
];

/// The policy of the bucket or key of an item, which is null where there is none.
fn read_policy(reader: &mut Reader, item: Place, object: Place, key: &str, is_key: bool) {
    let Some(text) = reader.peek(object, key) else {
        return;
    };
    let of = ["resourceName", "resourceId", "arn"];
    let of = of.iter().find_map(|key| reader.peek(item, key));
    let of = of.and_then(|place| reader.string(place));
    let Some(document) = opened(reader, text) else {
        return;
    };
    reader.policies.push(document.into());
    reader.found.resource_policies.push(UnnamedPolicy {
        place: text,
        is_key,
        of,
        document: Some(document.into()),
    });
}

/// A cluster, whose keys are those of its template resource.
fn read_cluster(reader: &mut Reader, item: Place, described: Place) {
    let arn = ["arn", "clusterArn"];
    let arn = arn
        .iter()
        .find_map(|key| reader.peek(described, key))
        .or_else(|| {
            let keys = ["arn", "ARN"];
            keys.iter().find_map(|key| reader.peek(item, key))
        });
    let Some(arn) = arn.and_then(|place| reader.string(place)) else {
        return;
    };
    let cluster = Cluster {
        place: described,
        arn,
        name: reader.text(described, "ClusterName"),
        iam: reader.flag(described, "ClientAuthentication/Sasl/Iam/Enabled"),
        encryption_key: reader.text(described, "EncryptionInfo/EncryptionAtRest/DataVolumeKMSKeyId"),
        zookeeper: Vec::new(),
    };
    reader.found.clusters.push(cluster);
}
