//! The role that the serverless macro makes for a function that names none.
//!
//! Its inline documents are read; what a policy template or a policy's bare name stands for is not known here, and is
//! an unknown policy. Source: SAM specification, AWS::Serverless::Function, `Policies` and `Role`.

use super::{Evaluator, Resource, hole, made, object, property, wrapped};
use crate::cloudformation::policy::Guards;
use crate::cloudformation::syntax::Id;
use crate::source::{Composed, Data};

/// `get-role` of that role.
pub(super) fn function(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Vec<Composed> {
    let Some(policies) = property(evaluator, resource, "Policies") else {
        return Vec::new();
    };
    if property(evaluator, resource, "Role").is_some() {
        return Vec::new();
    }
    let origin = evaluator.origin(resource.id);
    let (mut inline, mut attached) = (Vec::new(), Vec::new());
    for (id, guards) in evaluator.leaves(policies.id) {
        let syntax = &evaluator.template.syntax;
        if syntax.get(id, "Statement").is_some() {
            inline.push(named(evaluator, resource, id, &guards));
        } else if !syntax.members(id).is_empty() && syntax.call(id).is_none() {
            inline.push(unknown(evaluator, id));
        } else {
            let text = evaluator.text(id).filter(|text| text.starts_with("arn:"));
            let arn = match text {
                Some(arn) if guards.is_empty() => hole::text(vec![(arn, origin)], evaluator.origin(id)),
                _ => evaluator.unknown_at("PolicyArn", id),
            };
            attached.push(wrapped("PolicyArn", arn));
        }
    }
    let name = format!("{}Role", resource.name);
    let list = |items| Composed {
        origin,
        data: Data::Array(items),
    };
    let arn = evaluator.get_att(&name, "Arn", resource.id);
    let members = vec![
        made(
            "RoleName",
            hole::value(
                &evaluator.hole_name(&format!("{}.generated_name", hole::encoded(&name))),
                origin,
            ),
        ),
        made("Arn", arn),
        made(
            "AssumeRolePolicyDocument",
            evaluator.unknown_at("Trust", resource.id),
        ),
        made("RolePolicyList", list(inline)),
        made("AttachedManagedPolicies", list(attached)),
    ];
    vec![wrapped("Role", object(members, origin))]
}

/// A document of the list; the macro names it by its position.
fn named(evaluator: &mut Evaluator<'_>, resource: &Resource, id: Id, guards: &Guards) -> Composed {
    let origin = evaluator.origin(id);
    let name = format!("{}Role.{}", resource.name, id.number());
    let document = evaluator.policy(id, guards);
    let document = document.unwrap_or_else(|| evaluator.unknown_at("Policy", id));
    object(
        vec![
            made("PolicyName", evaluator.hole(&name, origin)),
            made("PolicyDocument", document),
        ],
        origin,
    )
}

fn unknown(evaluator: &Evaluator<'_>, id: Id) -> Composed {
    object(
        vec![
            made("PolicyName", evaluator.unknown_at("PolicyName", id)),
            made("PolicyDocument", evaluator.unknown_at("Policy", id)),
        ],
        evaluator.origin(id),
    )
}
