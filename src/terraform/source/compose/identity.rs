//! Roles with their inline policies and attachments, and managed policies.

use super::policy::known;
use super::{Resource, get, is_hole, items, object, scalar, text};
use crate::source::{Composed, Data};

/// Each role as `get-role` prints it, with what an account dump adds; and policies of roles that are not described.
pub(super) fn roles(resources: &[Resource]) -> Vec<Composed> {
    let roles: Vec<&Resource> = resources
        .iter()
        .filter(|resource| resource.kind == "aws_iam_role")
        .collect();
    let mut documents: Vec<Composed> = roles.iter().map(|role| described(role, resources)).collect();
    for policy in resources
        .iter()
        .filter(|resource| resource.kind == "aws_iam_role_policy")
    {
        if !roles.iter().any(|role| is_of(policy.get("role"), role)) {
            documents.extend(alone(policy));
        }
    }
    documents
}

/// Whether a name or ARN is that of a role.
fn is_of(named: Option<&Composed>, role: &Resource) -> bool {
    let (Some(named), Some(name)) = (named.and_then(text), role.text("name")) else {
        return false;
    };
    named == name || role.text("arn").is_some_and(|arn| arn == named)
}

fn described(role: &Resource, resources: &[Resource]) -> Composed {
    let origin = role.attributes.origin;
    let of_role = |kind: &'static str, key: &'static str| {
        let is_it = move |resource: &&Resource| resource.kind == kind && is_of(resource.get(key), role);
        resources.iter().filter(is_it)
    };
    let (mut inline, mut names) = (Vec::new(), Vec::new());
    let blocks = role.get("inline_policy").map(items).unwrap_or_default();
    let own = blocks.iter().filter(|block| get(block, "policy").is_some());
    let own = own.map(|block| {
        (
            get(block, "name"),
            get(block, "policy"),
            block.origin,
            role.is_certain,
        )
    });
    let others = of_role("aws_iam_role_policy", "role").map(|policy| {
        (
            policy.get("name"),
            policy.get("policy"),
            policy.attributes.origin,
            policy.is_certain,
        )
    });
    for (name, policy, origin, is_certain) in own.chain(others) {
        let name = name
            .and_then(scalar)
            .unwrap_or_else(|| Composed::text("unnamed", origin));
        match known(policy).filter(|_| is_certain) {
            Some(policy) => inline.push(Composed::object(
                [("PolicyName", name), ("PolicyDocument", policy)],
                origin,
            )),
            None => names.push(name),
        }
    }
    let mut attached = Vec::new();
    if let Some(arns) = role.get("managed_policy_arns") {
        attached.extend(items(arns).iter().filter_map(scalar));
    }
    attached.extend(of_role("aws_iam_role_policy_attachment", "role").filter_map(attached_arn));
    for each in resources
        .iter()
        .filter(|resource| resource.kind == "aws_iam_policy_attachment")
    {
        let roles = each.get("roles").map(items).unwrap_or_default();
        if roles.iter().any(|name| is_of(Some(name), role)) {
            attached.extend(attached_arn(each));
        }
    }
    let attached = attached.into_iter().map(|arn| {
        let origin = arn.origin;
        Composed::object([("PolicyArn", arn)], origin)
    });
    let attached = Composed::array(attached.collect::<Vec<_>>(), origin);
    let boundary = role.get("permissions_boundary").and_then(scalar).map(|arn| {
        let origin = arn.origin;
        Composed::object([("PermissionsBoundaryArn", arn)], origin)
    });
    let trust = known(role.get("assume_role_policy")).unwrap_or_else(|| Composed::new(Data::Null));
    let described = object(
        [
            ("Path", role.get("path").and_then(scalar)),
            ("RoleName", role.get("name").and_then(scalar)),
            ("Arn", role.get("arn").and_then(scalar)),
            ("AssumeRolePolicyDocument", Some(trust)),
            ("RolePolicyList", Some(Composed::array(inline, origin))),
            ("PolicyNames", Some(Composed::array(names, origin))),
            ("AttachedManagedPolicies", Some(attached)),
            ("PermissionsBoundary", boundary),
        ],
        origin,
    );
    Composed::object([("Role", described)], origin)
}

/// The policy that is attached. One that may not be attached is a policy of which nothing is known.
fn attached_arn(attachment: &Resource) -> Option<Composed> {
    let arn = attachment.get("policy_arn").and_then(scalar)?;
    if attachment.is_certain {
        return Some(arn);
    }
    Some(Composed::text("⟨a policy that may be attached⟩", arn.origin))
}

/// The output of `get-role-policy`, for a role that is described nowhere.
fn alone(policy: &Resource) -> Option<Composed> {
    let role = policy.get("role").and_then(scalar)?;
    if is_hole(&text(&role)?) {
        return None;
    }
    let document = known(policy.get("policy")).filter(|_| policy.is_certain)?;
    Some(object(
        [
            ("RoleName", Some(role)),
            ("PolicyName", policy.get("name").and_then(scalar)),
            ("PolicyDocument", Some(document)),
        ],
        policy.attributes.origin,
    ))
}

/// Managed policies whose text is known, as an account dump has them.
pub(super) fn managed(resources: &[Resource]) -> Option<Composed> {
    let policies = resources
        .iter()
        .filter(|resource| resource.kind == "aws_iam_policy" && resource.is_certain);
    let described = policies.filter_map(|policy| {
        let origin = policy.attributes.origin;
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
                ("PolicyName", policy.get("name").and_then(scalar)),
                ("Arn", policy.get("arn").and_then(scalar)),
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
