//! Policies of buckets and keys: `get-bucket-policy` and `get-key-policy`, which do not say of which.

use super::Sign::{Has, Is, Only};
use super::{Kind, Place, Reader, Shape};
use crate::input::found::{NamedResourcePolicy, UnnamedPolicy};

pub(super) static SHAPES: &[Shape] = &[
    Shape {
        name: "get-bucket-policy",
        signs: &[Is("Policy", Kind::String), Only(&["Policy"])],
        read: |reader, at| read(reader, at, false),
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
        name: "put-bucket-policy",
        signs: &[Has("Bucket"), Has("Policy"), Only(&["Bucket", "Policy"])],
        read: |reader, at| read_named(reader, at, "Bucket", false),
    },
    Shape {
        name: "put-key-policy",
        signs: &[
            Has("KeyId"),
            Has("Policy"),
            Only(&["KeyId", "PolicyName", "Policy"]),
        ],
        read: |reader, at| read_named(reader, at, "KeyId", true),
    },
];

/// The input of the command that sets a policy, which says of what.
fn read_named(reader: &mut Reader, place: Place, key: &str, is_key: bool) {
    if let Some(name) = reader.need_text(place, key) {
        let document = reader.policy(place, "Policy");
        reader.found.named_policies.push(NamedResourcePolicy {
            place,
            resource: name.value,
            is_key,
            document,
        });
    }
}

fn read(reader: &mut Reader, place: Place, is_key: bool) {
    let document = reader.policy(place, "Policy");
    reader.found.resource_policies.push(UnnamedPolicy {
        place,
        is_key,
        document,
    });
}
