//! Roles, users and groups: `get-role`, `list-roles` and the like, and the details of an account dump.
//!
//! Alibaba's `GetRole` differs from AWS's in its `RequestId`.

use super::Sign::{Has, Items, Lacks};
use super::{Place, Reader, Shape, ram};
use crate::dialect::Dialect;
use crate::input::identity::{Attachment, Identity, IdentityKind, NamedPolicy};

pub(super) static SHAPES: &[Shape] = &[
    Shape {
        name: "get-role",
        signs: &[Has("Role"), Lacks("RequestId")],
        read: |reader, at| read_one(reader, at, IdentityKind::Role),
    },
    Shape {
        name: "list-roles",
        signs: &[Items("Roles", "RoleName")],
        read: |reader, at| read_list(reader, at, IdentityKind::Role),
    },
    Shape {
        name: "get-group",
        signs: &[Has("Group/GroupName")],
        read: |reader, at| read_one(reader, at, IdentityKind::Group),
    },
    Shape {
        name: "list-groups",
        signs: &[Items("Groups", "GroupName")],
        read: |reader, at| read_list(reader, at, IdentityKind::Group),
    },
    Shape {
        name: "get-user",
        signs: &[Has("User/UserName"), Lacks("RequestId")],
        read: |reader, at| read_one(reader, at, IdentityKind::User),
    },
    Shape {
        name: "list-users",
        signs: &[Lacks("Group"), Items("Users", "UserName")],
        read: |reader, at| read_list(reader, at, IdentityKind::User),
    },
];

/// The keys that differ between kinds: of one, of a list, of the name, of the inline policies.
fn keys(kind: IdentityKind) -> [&'static str; 4] {
    match kind {
        IdentityKind::Role => ["Role", "Roles", "RoleName", "RolePolicyList"],
        IdentityKind::User => ["User", "Users", "UserName", "UserPolicyList"],
        IdentityKind::Group => ["Group", "Groups", "GroupName", "GroupPolicyList"],
    }
}

fn read_one(reader: &mut Reader, output: Place, kind: IdentityKind) {
    let [one, ..] = keys(kind);
    if let Some(object) = reader.object(output, one) {
        read(reader, object, kind);
    }
}

fn read_list(reader: &mut Reader, output: Place, kind: IdentityKind) {
    let [_, list, ..] = keys(kind);
    for object in reader.objects(output, list) {
        read(reader, object, kind);
    }
}

/// Reads one role, user or group.
pub(super) fn read(reader: &mut Reader, place: Place, kind: IdentityKind) {
    if kind == IdentityKind::Role && is_of_ram(reader, place) {
        return ram::read_role(reader, place);
    }
    let [_, _, name_key, inline_key] = keys(kind);
    let Some(name) = reader.need_text(place, name_key) else {
        return;
    };
    let mut identity = Identity::named(kind, name, place);
    identity.arn = reader.need_text(place, "Arn");
    identity.path = reader.text(place, "Path");
    if kind == IdentityKind::Role {
        identity.trust = reader.policy(place, "AssumeRolePolicyDocument");
    }
    for object in reader.objects(place, inline_key) {
        identity.inline.extend(inline(reader, object));
    }
    identity.attached_listed = reader.has_list(place, "AttachedManagedPolicies");
    identity.attached = attachments(reader, place, "AttachedManagedPolicies");
    identity.boundary = boundary(reader, place);
    identity.groups = reader.texts(place, "GroupList");
    identity.tags = reader.tags(place, "Tags");
    identity.tags_listed = reader.has_list(place, "Tags");
    reader.found.identities.push(identity);
}

/// Whether a role's name says that it is one of Alibaba Cloud, whose descriptions have nearly the same keys.
fn is_of_ram(reader: &Reader, role: Place) -> bool {
    let arn = reader.peek(role, "Arn");
    let tree = arn.and_then(|arn| Some((reader.sources.tree(arn.doc)?, arn.node)));
    let name = tree.and_then(|(tree, node)| tree.string(node));
    name.is_some_and(|name| Dialect::of_name(&name) == Some(Dialect::Ram))
}

/// An object of `PolicyName` and `PolicyDocument`.
pub(super) fn inline(reader: &mut Reader, place: Place) -> Option<NamedPolicy> {
    let name = reader.need_text(place, "PolicyName")?;
    Some(NamedPolicy {
        place,
        name,
        document: reader.policy(place, "PolicyDocument"),
    })
}

/// A list of objects of `PolicyName` and `PolicyArn`.
pub(super) fn attachments(reader: &mut Reader, object: Place, key: &str) -> Vec<Attachment> {
    let mut attachments = Vec::new();
    for place in reader.objects(object, key) {
        let arn = reader.need_text(place, "PolicyArn");
        let name = reader.text(place, "PolicyName");
        if arn.is_some() || name.is_some() {
            attachments.push(Attachment {
                place,
                name,
                arn,
                policy: None,
            });
        }
    }
    attachments
}

fn boundary(reader: &mut Reader, identity: Place) -> Option<Attachment> {
    let place = reader.object(identity, "PermissionsBoundary")?;
    let arn = reader.need_text(place, "PermissionsBoundaryArn");
    Some(Attachment {
        place,
        name: None,
        arn,
        policy: None,
    })
}
