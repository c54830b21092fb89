//! Policies that name their role, user or group: `get-role-policy`, `list-attached-role-policies`,
//! `list-role-policies` and the like for users and groups.

use super::Sign::{Has, Is};
use super::{Kind, Place, Reader, Shape, identity};
use crate::input::found::{InlineOf, Listed};
use crate::input::identity::IdentityKind;

pub(super) static SHAPES: &[Shape] = &[
    Shape {
        name: "get-role-policy",
        signs: &[Has("RoleName"), Has("PolicyDocument")],
        read: |reader, at| read(reader, at, "RoleName", IdentityKind::Role),
    },
    Shape {
        name: "get-user-policy",
        signs: &[Has("UserName"), Has("PolicyDocument")],
        read: |reader, at| read(reader, at, "UserName", IdentityKind::User),
    },
    Shape {
        name: "get-group-policy",
        signs: &[Has("GroupName"), Has("PolicyDocument")],
        read: |reader, at| read(reader, at, "GroupName", IdentityKind::Group),
    },
    Shape {
        name: "list-attached-role-policies",
        signs: &[Is("AttachedPolicies", Kind::Array)],
        read: read_attached,
    },
    Shape {
        name: "list-role-policies",
        signs: &[Is("PolicyNames", Kind::Array)],
        read: read_names,
    },
];

fn read(reader: &mut Reader, place: Place, owner: &str, kind: IdentityKind) {
    let Some(owner) = reader.need_text(place, owner) else {
        return;
    };
    if let Some(policy) = identity::inline(reader, place) {
        reader.found.inline.push(InlineOf { kind, owner, policy });
    }
}

fn read_attached(reader: &mut Reader, place: Place) {
    let items = identity::attachments(reader, place, "AttachedPolicies");
    reader.found.attached_lists.push(Listed { place, items });
}

fn read_names(reader: &mut Reader, place: Place) {
    let items = reader.texts(place, "PolicyNames");
    reader.found.inline_lists.push(Listed { place, items });
}
