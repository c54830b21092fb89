//! Policies of an organization with what they are attached to.

use super::{Evaluator, Resource, arn, hole, made, object, property, taken, wrapped};
use crate::source::{Composed, Data};

/// `describe-policy`, and `list-targets-for-policy` of it: what a template attaches is all that it says.
pub(super) fn policy(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Vec<Composed> {
    let origin = evaluator.origin(resource.id);
    let (Some(kind), Some(content)) = (
        taken(evaluator, resource, "Type", "Type"),
        property(evaluator, resource, "Content"),
    ) else {
        return Vec::new();
    };
    let Some(document) = evaluator.policy(content.id, &Vec::new()) else {
        return Vec::new();
    };
    let id = arn(evaluator, resource, "Id");
    let mut summary = vec![made("Id", id.clone()), kind];
    summary.extend(taken(evaluator, resource, "Name", "Name"));
    let described = object(
        vec![
            made("PolicySummary", object(summary, origin)),
            ("Content".to_owned(), content.key, document),
        ],
        origin,
    );
    let mut targets = Vec::new();
    if let Some(listed) = property(evaluator, resource, "TargetIds") {
        for (target, _) in evaluator.leaves(listed.id) {
            let value = evaluator
                .value(target)
                .filter(|value| hole::plain(value).is_some());
            let value = value.unwrap_or_else(|| evaluator.unknown_at("TargetId", target));
            let text = hole::text(hole::pieces(&value).unwrap_or_default(), value.origin);
            targets.push(wrapped("TargetId", text));
        }
    }
    let list = Composed {
        origin,
        data: Data::Array(targets),
    };
    let attached = object(vec![made("PolicyId", id), made("Targets", list)], origin);
    vec![wrapped("Policy", described), attached]
}
