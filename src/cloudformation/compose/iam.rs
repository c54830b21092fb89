//! Roles with all that the template gives them, and managed policies.
//!
//! A role has its inline policies, those that other resources put on it, and attachments from both sides. What stands
//! under a condition that nothing settles is an inline policy of guarded statements, which grants the same.

use super::{
    Evaluator, Member, Resource, existence, hole, identity, made, object, property, tags, taken, wrapped,
};
use crate::cloudformation::policy::Guards;
use crate::cloudformation::syntax::Id;
use crate::source::{Composed, Data, Origin};

/// `get-role`, with inline policies and attachments as an account dump has them.
pub(super) fn role(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Vec<Composed> {
    let origin = evaluator.origin(resource.id);
    let mut members = described(evaluator, resource);
    members.push(trust(evaluator, resource));
    let mut policies = Policies::default();
    if let Some(property) = property(evaluator, resource, "Policies") {
        for (id, guards) in evaluator.leaves(property.id) {
            policies.inline.push(inline(evaluator, id, &guards));
        }
    }
    if let Some(property) = property(evaluator, resource, "ManagedPolicyArns") {
        for (id, guards) in evaluator.leaves(property.id) {
            policies.attach_value(evaluator, id, &guards);
        }
    }
    policies.of_other_resources(evaluator, resource);
    policies.of_macro(evaluator, resource);
    members.extend(policies.members(origin));
    let boundary = taken(
        evaluator,
        resource,
        "PermissionsBoundary",
        "PermissionsBoundaryArn",
    );
    if let Some((key, at, value)) = boundary {
        members.push(made("PermissionsBoundary", object(vec![(key, at, value)], at)));
    }
    members.extend(tags(evaluator, resource));
    vec![wrapped("Role", object(members, origin))]
}

/// Name, ARN and path.
fn described(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Vec<Member> {
    let arn = super::arn(evaluator, resource, "Arn");
    let mut members = vec![
        identity(evaluator, resource, "{RoleName}", "RoleName", "RoleName"),
        made("Arn", arn),
    ];
    members.extend(taken(evaluator, resource, "Path", "Path"));
    members
}

fn trust(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Member {
    let name = "AssumeRolePolicyDocument";
    let given = property(evaluator, resource, name);
    let id = given.as_ref().map_or(resource.id, |given| given.id);
    let known = given
        .as_ref()
        .and_then(|given| evaluator.policy(given.id, &Vec::new()));
    let value = known.unwrap_or_else(|| evaluator.unknown_at("Trust", id));
    (name.to_owned(), given.and_then(|given| given.key), value)
}

/// An object of `PolicyName` and `PolicyDocument`, or something unknown in its place.
pub(super) fn inline(evaluator: &mut Evaluator<'_>, id: Id, guards: &Guards) -> Composed {
    let syntax = &evaluator.template.syntax;
    let (name, document) = (syntax.get(id, "PolicyName"), syntax.get(id, "PolicyDocument"));
    let key = |named: &str| {
        let members = syntax.members(id).iter();
        members
            .filter(|member| member.key == named)
            .find_map(|member| member.origin)
    };
    let (name_key, document_key) = (key("PolicyName"), key("PolicyDocument"));
    let name = name
        .and_then(|name| evaluator.value(name))
        .and_then(|name| Some(hole::text(hole::pieces(&name)?, name.origin)))
        .unwrap_or_else(|| evaluator.unknown_at("PolicyName", id));
    let document = document
        .and_then(|document| evaluator.policy(document, guards))
        .unwrap_or_else(|| evaluator.unknown_at("Policy", id));
    object(
        vec![
            ("PolicyName".to_owned(), name_key, name),
            ("PolicyDocument".to_owned(), document_key, document),
        ],
        evaluator.origin(id),
    )
}

/// What a role has.
#[derive(Default)]
struct Policies {
    inline: Vec<Composed>,
    attached: Vec<(String, Composed)>,
}

impl Policies {
    /// One ARN of a list of managed policies.
    fn attach_value(&mut self, evaluator: &mut Evaluator<'_>, id: Id, guards: &Guards) {
        let Some(value) = evaluator.assuming(guards, |evaluator| evaluator.value(id)) else {
            return;
        };
        let arn = hole::plain(&value);
        if guards.is_empty() {
            let unknown = evaluator.unknown_at("PolicyArn", id);
            self.attach(if arn.is_some() { value } else { unknown });
            return;
        }
        let own = arn.and_then(|arn| of_arn(evaluator, &arn));
        match own {
            Some(policy) => self.inline.push(inline_of(evaluator, &policy, guards)),
            None => self.attach(evaluator.unknown_at("PolicyArn", id)),
        }
    }

    fn attach(&mut self, arn: Composed) {
        let text = hole::plain(&arn).unwrap_or_default();
        if self.attached.iter().all(|(known, _)| *known != text) {
            let origin = arn.origin;
            let arn = hole::text(hole::pieces(&arn).unwrap_or_default(), origin);
            self.attached
                .push((text, object(vec![made("PolicyArn", arn)], origin)));
        }
    }

    /// What policies of the template say that this is one of their roles.
    fn of_other_resources(&mut self, evaluator: &mut Evaluator<'_>, role: &Resource) {
        let name = hole::plain(&evaluator.filled("{RoleName}", role, role.id)).unwrap_or_default();
        let template = evaluator.template;
        for policy in &template.resources {
            for (_, guards) in holders(evaluator, policy)
                .into_iter()
                .filter(|(known, _)| *known == name)
            {
                if policy.kind != MANAGED {
                    let made = policy.properties.map(|id| inline(evaluator, id, &guards));
                    self.inline.extend(made);
                } else if guards.is_empty() {
                    self.attach(super::arn(evaluator, policy, "PolicyArn"));
                } else {
                    self.inline.push(inline_of(evaluator, policy, &guards));
                }
            }
        }
    }

    /// What a macro among the properties gives the role may be policies, and is not known.
    fn of_macro(&mut self, evaluator: &mut Evaluator<'_>, role: &Resource) {
        let syntax = &evaluator.template.syntax;
        let within = [Some(role.id), role.properties];
        let found = within
            .into_iter()
            .flatten()
            .find_map(|id| syntax.get(id, "Fn::Transform"));
        if let Some(id) = found {
            evaluator.remark(id, "what a macro makes of this role is not known");
            self.inline.push(object(
                vec![
                    made("PolicyName", evaluator.unknown_at("PolicyName", id)),
                    made("PolicyDocument", evaluator.unknown_at("Policy", id)),
                ],
                evaluator.origin(id),
            ));
        }
    }

    fn members(self, origin: Option<Origin>) -> [Member; 2] {
        let list = |items| Composed {
            origin,
            data: Data::Array(items),
        };
        let attached = self.attached.into_iter().map(|(_, item)| item).collect();
        [
            made("RolePolicyList", list(self.inline)),
            made("AttachedManagedPolicies", list(attached)),
        ]
    }
}

const MANAGED: &str = "AWS::IAM::ManagedPolicy";

/// The roles that a policy of the template is put on, by name, each with the answers under which it is.
fn holders(evaluator: &mut Evaluator<'_>, policy: &Resource) -> Vec<(String, Guards)> {
    let key = match policy.kind.as_str() {
        "AWS::IAM::Policy" | MANAGED => "Roles",
        "AWS::IAM::RolePolicy" => "RoleName",
        _ => return Vec::new(),
    };
    let Some(roles) = property(evaluator, policy, key) else {
        return Vec::new();
    };
    let ways = match &policy.condition {
        Some(condition) => evaluator.ways(condition, &Vec::new()),
        None => vec![Vec::new()],
    };
    let mut found = Vec::new();
    for way in ways {
        for (id, guards) in evaluator.leaves_under(roles.id, &way) {
            let name = evaluator.assuming(&guards, |evaluator| evaluator.text(id));
            found.extend(name.map(|name| (name, guards)));
        }
    }
    found
}

/// The managed policy of the template that has this ARN.
fn of_arn(evaluator: &mut Evaluator<'_>, arn: &str) -> Option<Resource> {
    let template = evaluator.template;
    let mut policies = template
        .resources
        .iter()
        .filter(|resource| resource.kind == MANAGED);
    let found = policies.find(|policy| {
        let own = super::arn(evaluator, policy, "PolicyArn");
        hole::plain(&own).as_deref() == Some(arn)
    });
    found.cloned()
}

/// A managed policy as an inline one, under answers of conditions.
fn inline_of(evaluator: &mut Evaluator<'_>, policy: &Resource, guards: &Guards) -> Composed {
    let origin = evaluator.origin(policy.id);
    let document = property(evaluator, policy, "PolicyDocument");
    let value = document.and_then(|document| evaluator.policy(document.id, guards));
    let value = value.unwrap_or_else(|| evaluator.unknown_at("Policy", policy.id));
    let name = evaluator.filled("{ManagedPolicyName}", policy, policy.id);
    object(
        vec![made("PolicyName", name), made("PolicyDocument", value)],
        origin,
    )
}

/// A managed policy with its only version, as an account dump has it.
pub(super) fn managed_policy(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Vec<Composed> {
    let origin = evaluator.origin(resource.id);
    let arn = super::arn(evaluator, resource, "PolicyArn");
    let given = property(evaluator, resource, "PolicyDocument");
    let document = given
        .as_ref()
        .and_then(|given| evaluator.policy(given.id, &Vec::new()));
    let document = document.unwrap_or_else(|| evaluator.unknown_at("Policy", resource.id));
    let text = |text: &str| Composed::text(text, origin);
    let version = object(
        vec![
            made("VersionId", text("v1")),
            made("IsDefaultVersion", Composed::new(Data::Bool(true))),
            ("Document".to_owned(), given.and_then(|given| given.key), document),
        ],
        origin,
    );
    let members = vec![
        identity(
            evaluator,
            resource,
            "{ManagedPolicyName}",
            "ManagedPolicyName",
            "PolicyName",
        ),
        made("Arn", arn),
        made("DefaultVersionId", text("v1")),
        made(
            "PolicyVersionList",
            Composed {
                origin,
                data: Data::Array(vec![version]),
            },
        ),
    ];
    vec![wrapped("Policy", object(members, origin))]
}

/// `get-role-policy` of roles that the template does not make. A managed policy cannot be put on one here: that is
/// said.
pub(super) fn of_others(evaluator: &mut Evaluator<'_>) -> Vec<Composed> {
    let template = evaluator.template;
    let mut own = Vec::new();
    for role in template
        .resources
        .iter()
        .filter(|resource| resource.kind == "AWS::IAM::Role")
    {
        if existence(evaluator, role).is_some() {
            own.extend(hole::plain(&evaluator.filled("{RoleName}", role, role.id)));
        }
    }
    let mut outputs = Vec::new();
    for policy in &template.resources {
        for (name, guards) in holders(evaluator, policy) {
            if own.contains(&name) {
                continue;
            }
            if policy.kind == MANAGED {
                evaluator.remark(
                    policy.id,
                    "attached to a role that is not in this template, which is not followed",
                );
                continue;
            }
            let Some(id) = policy.properties else {
                continue;
            };
            let Composed { origin, data } = inline(evaluator, id, &guards);
            if let Data::Object(mut members) = data {
                members.push(made("RoleName", Composed::text(name, origin)));
                outputs.push(object(members, origin));
            }
        }
    }
    outputs
}
