//! Policies of buckets and keys: `get-bucket-policy` and `get-key-policy`, which do not say of which; those of secrets and
//! clusters.

use super::Sign::{Has, Is, Only};
use super::{Kind, Place, Reader, Shape};
use crate::input::found::UnnamedPolicy;
use crate::input::model::BarePolicy;

pub(super) static SHAPES: &[Shape] = &[
    Shape {
        name: "get-bucket-policy",
        signs: &[Is("Policy", Kind::String), Only(&["Policy"])],
        read: |reader, at| read(reader, at, false),
    },
    Shape {
        name: "get-bucket-policy, with the bucket",
        signs: &[Has("Policy"), Has("Bucket"), Only(&["Policy", "Bucket"])],
        read: |reader, at| read(reader, at, false),
    },
    Shape {
        name: "get-key-policy, with the key",
        signs: &[Has("Policy"), Has("KeyId"), Only(&["Policy", "KeyId"])],
        read: |reader, at| read(reader, at, true),
    },
    Shape {
        name: "get-key-policy",
        signs: &[
            Is("Policy", Kind::String),
            Has("PolicyName"),
            Only(&["Policy", "PolicyName"]),
        ],
        read: |reader, at| read(reader, at, true),
    },
    Shape {
        name: "secretsmanager get-resource-policy",
        signs: &[Has("ARN"), Has("ResourcePolicy")],
        read: |reader, at| read_document(reader, at, "ResourcePolicy"),
    },
    Shape {
        name: "get-cluster-policy",
        signs: &[Has("CurrentVersion"), Has("Policy")],
        read: |reader, at| read_document(reader, at, "Policy"),
    },
];

/// Policies of secrets and clusters are judged as documents, and decide nothing here.
fn read_document(reader: &mut Reader, output: Place, key: &str) {
    let text = reader.peek(output, key);
    let document = text.and_then(|text| reader.policy_at(text));
    if let Some(document) = document {
        reader.found.documents.push(BarePolicy {
            file: reader.sources.name(output.doc).to_owned(),
            document,
        });
    }
}

fn read(reader: &mut Reader, place: Place, is_key: bool) {
    let of = reader.text(place, if is_key { "KeyId" } else { "Bucket" });
    let document = reader.policy(place, "Policy");
    reader.found.resource_policies.push(UnnamedPolicy {
        place,
        is_key,
        of,
        document,
    });
}
