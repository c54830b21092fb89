//! Roles with their policies, and managed policies.

use super::super::attribute::{World, own};
use super::super::instance::{Instance, Said};
use super::{named, object, plain, tags};
use crate::source::Composed;

/// Whose an attachment is.
enum Owner {
    /// The role of this number.
    Role(usize),
    /// A role of this name that is not in the plan.
    Other(Composed),
    /// It may be any role.
    Unknown,
}

/// A role under construction.
struct Role<'a> {
    instance: &'a Instance,
    name: String,
    inline: Vec<Composed>,
    inline_names: Vec<String>,
    attached: Vec<Composed>,
    attached_arns: Vec<String>,
}

pub(super) fn outputs(world: &World<'_>) -> Vec<Composed> {
    let mut outputs = Vec::new();
    let mut roles: Vec<Role<'_>> = world
        .of_kind(&["aws_iam_role"])
        .map(|instance| Role {
            instance,
            name: world.attribute(instance, "name"),
            inline: Vec::new(),
            inline_names: Vec::new(),
            attached: Vec::new(),
            attached_arns: Vec::new(),
        })
        .collect();
    for policy in world.of_kind(&["aws_iam_role_policy"]) {
        outputs.extend(add_inline(world, &mut roles, policy));
    }
    for attachment in world.of_kind(&["aws_iam_role_policy_attachment"]) {
        let owner = owner(world, &roles, attachment, "role");
        add_attached(world, &mut roles, owner, (attachment, "policy_arn"));
    }
    for attachment in world.of_kind(&["aws_iam_policy_attachment"]) {
        match attachment.said(world.tree, "roles") {
            Said::Value(list) => {
                for number in 0..world.tree.items(list).count() {
                    let owner = owner(world, &roles, attachment, &format!("roles/{number}"));
                    add_attached(world, &mut roles, owner, (attachment, "policy_arn"));
                }
            }
            Said::Unknown(_) => add_attached(world, &mut roles, Owner::Unknown, (attachment, "policy_arn")),
            Said::Absent => {}
        }
    }
    for role in &mut roles {
        add_own(world, role);
    }
    if !roles.is_empty() {
        let roles = roles
            .into_iter()
            .map(|role| composed(world, role))
            .collect::<Vec<_>>();
        outputs.push(Composed::object([("Roles", Composed::array(roles, None))], None));
    }
    let policies: Vec<Composed> = world
        .instances
        .iter()
        .filter(|instance| instance.kind == "aws_iam_policy")
        .filter_map(|instance| managed(world, instance))
        .collect();
    if !policies.is_empty() {
        outputs.push(Composed::object(
            [("Policies", Composed::array(policies, None))],
            None,
        ));
    }
    outputs
}

fn owner(world: &World<'_>, roles: &[Role<'_>], instance: &Instance, path: &str) -> Owner {
    match instance.said(world.tree, path) {
        Said::Value(node) => match world.literal(instance, node) {
            Some(name) => {
                let text = plain(&name);
                let is_it = |role: &Role<'_>| role.name == text;
                roles
                    .iter()
                    .position(is_it)
                    .map_or(Owner::Other(name), Owner::Role)
            }
            None => Owner::Unknown,
        },
        Said::Unknown(_) => {
            let target = world.target(instance, path);
            let is_it = |role: &Role<'_>| {
                target
                    .as_ref()
                    .is_some_and(|(target, _)| target.address == role.instance.address)
            };
            roles.iter().position(is_it).map_or(Owner::Unknown, Owner::Role)
        }
        Said::Absent => Owner::Unknown,
    }
}

/// Adds an inline policy to its role; gives it as an output of its own where the role is another one.
fn add_inline(world: &World<'_>, roles: &mut [Role<'_>], policy: &Instance) -> Option<Composed> {
    let owner = owner(world, roles, policy, "role");
    let name = named(world, policy, "name");
    let known = matches!(owner, Owner::Role(_) | Owner::Other(_));
    let document = world.policy(policy, "policy")?.filter(|_| known);
    let Some(document) = document else {
        // Attached, with a text that is not known.
        add_attached(world, roles, owner, (policy, "policy"));
        return None;
    };
    match owner {
        Owner::Role(number) => {
            let role = roles.get_mut(number)?;
            role.inline_names.push(plain(&name));
            role.inline.push(object(
                world,
                policy,
                [("PolicyName", Some(name)), ("PolicyDocument", Some(document))],
            ));
            None
        }
        Owner::Other(role) => Some(object(
            world,
            policy,
            [
                ("RoleName", Some(role)),
                ("PolicyName", Some(name)),
                ("PolicyDocument", Some(document)),
            ],
        )),
        Owner::Unknown => None,
    }
}

/// Adds an attachment by the ARN of an attribute, or, of an inline policy, by a hole in its place.
fn add_attached(
    world: &World<'_>,
    roles: &mut [Role<'_>],
    owner: Owner,
    (instance, path): (&Instance, &str),
) {
    let arn = |is_known: bool| match instance.said(world.tree, path) {
        Said::Value(node) if is_known => world.literal(instance, node),
        Said::Unknown(_) if is_known && path != "policy" => world.text(instance, path),
        Said::Value(node) | Said::Unknown(node) => {
            Some(Composed::text(own(instance, path), world.origin(instance, node)))
        }
        Said::Absent => None,
    };
    match owner {
        Owner::Role(number) => {
            if let (Some(role), Some(arn)) = (roles.get_mut(number), arn(true)) {
                role.attach(world, instance, arn);
            }
        }
        // It may be attached to any of them.
        Owner::Unknown => {
            for role in roles {
                if let Some(arn) = arn(false) {
                    role.attach(world, instance, arn);
                }
            }
        }
        Owner::Other(_) => {}
    }
}

impl Role<'_> {
    fn attach(&mut self, world: &World<'_>, instance: &Instance, arn: Composed) {
        let text = plain(&arn);
        if self.attached_arns.contains(&text) {
            return;
        }
        let name = text.rsplit('/').next().unwrap_or_default().to_owned();
        self.attached_arns.push(text);
        let name = Composed::text(name, arn.origin);
        self.attached.push(object(
            world,
            instance,
            [("PolicyName", Some(name)), ("PolicyArn", Some(arn))],
        ));
    }
}

/// Adds what the role itself says of its policies. A state says there of all its inline policies.
fn add_own(world: &World<'_>, role: &mut Role<'_>) {
    let instance = role.instance;
    for number in 0..instance.count(world.tree, "inline_policy") {
        let path = format!("inline_policy/{number}/policy");
        let Some(name) = world.text(instance, &format!("inline_policy/{number}/name")) else {
            continue;
        };
        if role.inline_names.contains(&plain(&name)) {
            continue;
        }
        match world.policy(instance, &path) {
            Some(Some(document)) => role.inline.push(object(
                world,
                instance,
                [("PolicyName", Some(name)), ("PolicyDocument", Some(document))],
            )),
            Some(None) => {
                let arn = Composed::text(own(instance, &path), name.origin);
                role.attach(world, instance, arn);
            }
            None => {}
        }
    }
    for number in 0..instance.count(world.tree, "managed_policy_arns") {
        if let Some(arn) = world.text(instance, &format!("managed_policy_arns/{number}")) {
            role.attach(world, instance, arn);
        }
    }
}

fn composed(world: &World<'_>, role: Role<'_>) -> Composed {
    let instance = role.instance;
    let boundary = world
        .text(instance, "permissions_boundary")
        .filter(|arn| !plain(arn).is_empty())
        .map(|arn| super::around("PermissionsBoundaryArn", arn));
    object(
        world,
        instance,
        [
            ("RoleName", Some(named(world, instance, "name"))),
            ("Arn", Some(named(world, instance, "arn"))),
            ("Path", world.text(instance, "path")),
            (
                "AssumeRolePolicyDocument",
                world.policy_or_hole(instance, "assume_role_policy"),
            ),
            ("RolePolicyList", Some(Composed::array(role.inline, None))),
            (
                "AttachedManagedPolicies",
                Some(Composed::array(role.attached, None)),
            ),
            ("PermissionsBoundary", boundary),
            ("Tags", tags(world, instance)),
        ],
    )
}

/// A managed policy; `None` where its text is not known, so that it is attached without one.
fn managed(world: &World<'_>, instance: &Instance) -> Option<Composed> {
    let document = world.policy(instance, "policy")??;
    let version = || Composed::text("v1", None);
    let default = Composed::new(crate::source::Data::Bool(true));
    let text = Composed::object(
        [
            ("VersionId", version()),
            ("IsDefaultVersion", default),
            ("Document", document),
        ],
        None,
    );
    Some(object(
        world,
        instance,
        [
            ("PolicyName", Some(named(world, instance, "name"))),
            ("Arn", Some(named(world, instance, "arn"))),
            ("DefaultVersionId", Some(version())),
            ("PolicyVersionList", Some(Composed::array([text], None))),
        ],
    ))
}
