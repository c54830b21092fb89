//! Policies of buckets and keys: `get-bucket-policy` and `get-key-policy`, which do not say of which, and the inputs of
//! `put-bucket-policy` and `put-key-policy`, which do.

use super::Sign::{Has, Is, Only};
use super::{Kind, Place, Reader, Shape};
use crate::input::found::UnnamedPolicy;

pub(super) static SHAPES: &[Shape] = &[
    Shape {
        name: "get-bucket-policy",
        signs: &[Is("Policy", Kind::String), Only(&["Policy"])],
        read: |reader, at| read(reader, at, false, None),
    },
    Shape {
        name: "put-bucket-policy",
        signs: &[Is("Bucket", Kind::String), Has("Policy")],
        read: |reader, at| read(reader, at, false, Some("Bucket")),
    },
    Shape {
        name: "put-key-policy",
        signs: &[Is("KeyId", Kind::String), Has("Policy")],
        read: |reader, at| read(reader, at, true, Some("KeyId")),
    },
    Shape {
        name: "get-key-policy",
        signs: &[
            Is("Policy", Kind::String),
            Has("PolicyName"),
            Only(&["Policy", "PolicyName"]),
        ],
        read: |reader, at| read(reader, at, true, None),
    },
];

fn read(reader: &mut Reader, place: Place, is_key: bool, name: Option<&str>) {
    let resource = name.and_then(|name| reader.need_text(place, name));
    let document = reader.policy(place, "Policy");
    reader.found.resource_policies.push(UnnamedPolicy {
        place,
        is_key,
        resource,
        document,
    });
}
