//! Roles, users and groups with their policies, and managed policies.

use super::super::resource::{Resource, object, text};
use super::Composition;
use super::attached::{self, Gathered, Rows};
use super::connect::tags;
use super::policy::known;
use crate::source::{Composed, Data};

/// What the resources of a kind of identity are called, and the keys of what describes it.
pub(super) struct Family {
    /// The type of the identity itself.
    pub(super) of: &'static str,
    /// The type of its inline policies.
    pub(super) inline: &'static str,
    /// The type of its attachments.
    pub(super) attachment: &'static str,
    /// The type that says all of its attachments.
    pub(super) exclusive: &'static str,
    /// The attribute that names it in these, and in the last of them.
    pub(super) by: [&'static str; 2],
    /// The attribute that lists it in `aws_iam_policy_attachment`.
    pub(super) list: &'static str,
    /// The keys of one, of its name and of its inline policies.
    pub(super) keys: [&'static str; 3],
}

static FAMILIES: [Family; 3] = [
    Family {
        of: "aws_iam_role",
        inline: "aws_iam_role_policy",
        attachment: "aws_iam_role_policy_attachment",
        exclusive: "aws_iam_role_policy_attachments_exclusive",
        by: ["role", "role_name"],
        list: "roles",
        keys: ["Role", "RoleName", "RolePolicyList"],
    },
    Family {
        of: "aws_iam_user",
        inline: "aws_iam_user_policy",
        attachment: "aws_iam_user_policy_attachment",
        exclusive: "aws_iam_user_policy_attachments_exclusive",
        by: ["user", "user_name"],
        list: "users",
        keys: ["User", "UserName", "UserPolicyList"],
    },
    Family {
        of: "aws_iam_group",
        inline: "aws_iam_group_policy",
        attachment: "aws_iam_group_policy_attachment",
        exclusive: "aws_iam_group_policy_attachments_exclusive",
        by: ["group", "group_name"],
        list: "groups",
        keys: ["Group", "GroupName", "GroupPolicyList"],
    },
];

/// Each identity as `get-role` and its like print it, with what an account dump adds; and policies of those that are
/// not described.
pub(super) fn add(resources: &[Resource], made: &mut Composition) {
    for family in &FAMILIES {
        let Rows {
            identities,
            alone,
            notes,
        } = attached::gather(family, resources);
        made.documents
            .extend(identities.into_iter().map(|identity| described(family, identity)));
        made.documents.extend(alone);
        made.notes.extend(notes);
    }
}

fn described(family: &Family, identity: Gathered<'_>) -> Composed {
    let resource = identity.resource;
    let origin = resource.origin();
    let [one, name, inline] = family.keys;
    let is_role = family.of == "aws_iam_role";
    let boundary = resource.scalar("permissions_boundary");
    let boundary = boundary.filter(|arn| text(arn).is_none_or(|arn| !arn.is_empty()));
    let boundary = boundary.map(|arn| {
        let origin = arn.origin;
        Composed::object([("PermissionsBoundaryArn", arn)], origin)
    });
    // A trust policy that is null is there and not known.
    let trust = known(resource.get("assume_role_policy")).unwrap_or_else(|| Composed::new(Data::Null));
    let tags = tags(resource).filter(|_| resource.get("tags_all").is_some());
    let described = object(
        [
            ("Path", resource.scalar("path")),
            (name, resource.scalar("name")),
            ("Arn", resource.scalar("arn")),
            ("AssumeRolePolicyDocument", is_role.then_some(trust)),
            (inline, Some(Composed::array(identity.inline, origin))),
            ("PolicyNames", Some(Composed::array(identity.names, origin))),
            (
                "AttachedManagedPolicies",
                Some(Composed::array(identity.attached, origin)),
            ),
            ("PermissionsBoundary", boundary),
            (
                "GroupList",
                (!identity.groups.is_empty()).then(|| Composed::array(identity.groups, origin)),
            ),
            ("Tags", tags),
        ],
        origin,
    );
    Composed::object([(one, described)], origin)
}

/// Managed policies whose text is known, as an account dump has them.
pub(super) fn managed(resources: &[Resource]) -> Option<Composed> {
    let policies = resources
        .iter()
        .filter(|resource| resource.kind == "aws_iam_policy" && resource.is_certain);
    let described = policies.filter_map(|policy| {
        let origin = policy.origin();
        let version = object(
            [
                ("Document", Some(known(policy.get("policy"))?)),
                ("VersionId", Some(Composed::text("v1", None))),
                ("IsDefaultVersion", Some(Composed::new(Data::Bool(true)))),
            ],
            origin,
        );
        Some(object(
            [
                ("PolicyName", policy.scalar("name")),
                ("Arn", policy.scalar("arn")),
                ("DefaultVersionId", Some(Composed::text("v1", None))),
                ("PolicyVersionList", Some(Composed::array([version], origin))),
            ],
            origin,
        ))
    });
    let described: Vec<Composed> = described.collect();
    let first = described.first()?.origin;
    Some(Composed::object(
        [("Policies", Composed::array(described, first))],
        first,
    ))
}
