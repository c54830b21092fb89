//! What logs and data are put into: policies of buckets, keys and log groups, and delivery streams.

use super::{Evaluator, Member, Resource, arn, identity, made, object, property, tags, taken};
use crate::source::{Composed, Data};

/// A policy document that is a property.
fn document(evaluator: &mut Evaluator<'_>, resource: &Resource, name: &str, named: &str) -> Option<Member> {
    let property = property(evaluator, resource, name)?;
    let value = evaluator.policy(property.id, &Vec::new())?;
    Some((named.to_owned(), property.key, value))
}

/// `get-bucket-policy`, with the bucket.
pub(super) fn bucket_policy(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Vec<Composed> {
    let bucket = taken(evaluator, resource, "Bucket", "Bucket");
    let policy = document(evaluator, resource, "PolicyDocument", "Policy");
    let (Some(bucket), Some(policy)) = (bucket, policy) else {
        return Vec::new();
    };
    vec![object(vec![bucket, policy], evaluator.origin(resource.id))]
}

/// `get-key-policy`, with the key.
pub(super) fn key(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Vec<Composed> {
    let Some(policy) = document(evaluator, resource, "KeyPolicy", "Policy") else {
        return Vec::new();
    };
    let arn = arn(evaluator, resource, "Arn");
    vec![object(
        vec![made("KeyId", arn), policy],
        evaluator.origin(resource.id),
    )]
}

/// `describe-resource-policies`: one of them.
pub(super) fn log_policy(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Vec<Composed> {
    let origin = evaluator.origin(resource.id);
    let Some(policy) = document(evaluator, resource, "PolicyDocument", "policyDocument") else {
        return Vec::new();
    };
    let mut members = vec![policy];
    members.extend(taken(evaluator, resource, "PolicyName", "policyName"));
    let one = object(members, origin);
    let list = Composed {
        origin,
        data: Data::Array(vec![one]),
    };
    vec![object(vec![made("resourcePolicies", list)], origin)]
}

/// `secretsmanager get-resource-policy`.
pub(super) fn secret_policy(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Vec<Composed> {
    let secret = taken(evaluator, resource, "SecretId", "ARN");
    let policy = text_of(document(evaluator, resource, "ResourcePolicy", "ResourcePolicy"));
    let (Some(secret), Some(policy)) = (secret, policy) else {
        return Vec::new();
    };
    vec![object(vec![secret, policy], evaluator.origin(resource.id))]
}

/// `get-cluster-policy`.
pub(super) fn cluster_policy(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Vec<Composed> {
    let origin = evaluator.origin(resource.id);
    let Some(policy) = text_of(document(evaluator, resource, "Policy", "Policy")) else {
        return Vec::new();
    };
    let version = Composed::text("K1", origin);
    vec![object(vec![made("CurrentVersion", version), policy], origin)]
}

/// A document whose kind is one of these outputs: an object, or a text that holds one.
fn text_of(document: Option<Member>) -> Option<Member> {
    document.filter(|(_, _, value)| !matches!(value.data, Data::Null | Data::Array(_)))
}

/// `describe-delivery-stream` with tags: those that create the stream are all that it has.
pub(super) fn delivery_stream(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Vec<Composed> {
    let origin = evaluator.origin(resource.id);
    let arn = arn(evaluator, resource, "Arn");
    let name = "DeliveryStreamName";
    let mut members = vec![
        identity(evaluator, resource, "{DeliveryStreamName}", name, name),
        made("DeliveryStreamARN", arn),
    ];
    members.extend(taken(
        evaluator,
        resource,
        "DeliveryStreamType",
        "DeliveryStreamType",
    ));
    let has_tags = property(evaluator, resource, "Tags").is_some();
    let known = tags(evaluator, resource);
    let none = Composed {
        origin,
        data: Data::Array(Vec::new()),
    };
    if has_tags {
        members.extend(known);
    } else {
        members.push(made("Tags", none));
    }
    vec![super::wrapped(
        "DeliveryStreamDescription",
        object(members, origin),
    )]
}
