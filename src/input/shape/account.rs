//! `get-account-authorization-details`, whole or one page of it.

use super::Sign::{HasOne, Items, Lacks};
use super::{Place, Reader, Shape, identity, managed};
use crate::input::identity::IdentityKind;

pub(super) static SHAPES: &[Shape] = &[
    Shape {
        name: "get-account-authorization-details",
        signs: &[HasOne(&["RoleDetailList", "UserDetailList", "GroupDetailList"])],
        read,
    },
    Shape {
        name: "get-account-authorization-details, policies only",
        signs: &[
            Lacks("RoleDetailList"),
            Lacks("UserDetailList"),
            Lacks("GroupDetailList"),
            Items("Policies", "PolicyVersionList"),
        ],
        read,
    },
];

fn read(reader: &mut Reader, page: Place) {
    let is_page = reader.peek(page, "IsTruncated").is_some();
    let more = reader.flag(page, "IsTruncated").filter(|flag| flag.value);
    // Policies alone say nothing of roles, unless they are a page of a dump.
    let lists = ["UserDetailList", "GroupDetailList", "RoleDetailList"];
    if is_page || lists.iter().any(|key| reader.has_list(page, key)) {
        reader.found.pages.push((page, more.is_some()));
    }
    for (key, kind) in [
        ("UserDetailList", IdentityKind::User),
        ("GroupDetailList", IdentityKind::Group),
        ("RoleDetailList", IdentityKind::Role),
    ] {
        for detail in reader.objects(page, key) {
            identity::read(reader, detail, kind);
        }
    }
    for policy in reader.objects(page, "Policies") {
        managed::read_with_versions(reader, policy);
    }
}
