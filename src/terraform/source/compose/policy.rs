//! Policies: whether their text is known, and those of buckets, keys and log groups.

use super::{Resource, get, is_hole, object, scalar, text};
use crate::source::{Composed, Data};

/// The text of a policy; `None` when it is not known as a whole, or when a part of it is not that decides what its
/// statements are.
pub(super) fn known(policy: Option<&Composed>) -> Option<Composed> {
    let policy = policy?;
    let is_known = match &policy.data {
        Data::Object(_) => is_readable(policy),
        _ => {
            let written = text(policy)?;
            !written.contains('⟨') || (!is_hole(&written) && is_text_readable(&written))
        }
    };
    is_known.then(|| policy.clone())
}

/// Whether each statement is an object with an effect, and each of its conditions is there.
fn is_readable(policy: &Composed) -> bool {
    let Some(statements) = get(policy, "Statement") else {
        return !has_hole(policy);
    };
    let one = |statement: &Composed| {
        let Data::Object(members) = &statement.data else {
            return !has_hole(statement);
        };
        members.iter().all(|(key, _, value)| match key.as_str() {
            "Effect" => !has_hole(value),
            "Condition" => is_object_of_objects(value),
            "Principal" | "NotPrincipal" => !text(value).is_some_and(|text| text.contains('⟨')),
            other => !other.contains('⟨'),
        })
    };
    match &statements.data {
        Data::Array(items) => items.iter().all(one),
        _ => one(statements),
    }
}

fn is_object_of_objects(value: &Composed) -> bool {
    let Data::Object(members) = &value.data else {
        return !has_hole(value);
    };
    members.iter().all(|(key, _, value)| {
        let keys = match &value.data {
            Data::Object(members) => members.iter().all(|(key, ..)| !key.contains('⟨')),
            _ => !has_hole(value),
        };
        keys && !key.contains('⟨')
    })
}

fn has_hole(value: &Composed) -> bool {
    match &value.data {
        Data::Array(items) => items.iter().any(has_hole),
        Data::Object(members) => members
            .iter()
            .any(|(key, _, value)| key.contains('⟨') || has_hole(value)),
        _ => text(value).is_some_and(|text| text.contains('⟨')),
    }
}

fn is_text_readable(written: &str) -> bool {
    let parsed: Option<serde_json::Value> = serde_json::from_str(written).ok();
    parsed.is_some_and(|parsed| is_readable(&plain(&parsed)))
}

fn plain(json: &serde_json::Value) -> Composed {
    Composed::new(match json {
        serde_json::Value::Null => Data::Null,
        serde_json::Value::Bool(flag) => Data::Bool(*flag),
        serde_json::Value::Number(number) => Data::Number(number.to_string()),
        serde_json::Value::String(text) => Data::String(text.clone()),
        serde_json::Value::Array(items) => Data::Array(items.iter().map(plain).collect()),
        serde_json::Value::Object(members) => {
            let member = |(key, value): (&String, &serde_json::Value)| (key.clone(), None, plain(value));
            Data::Object(members.iter().map(member).collect())
        }
    })
}

/// The input of `put-bucket-policy`.
pub(super) fn of_bucket(resource: &Resource) -> Option<Composed> {
    let bucket = resource.get("bucket").and_then(scalar);
    named(resource, "Bucket", bucket, "policy")
}

/// The input of `put-key-policy`.
pub(super) fn of_key(resource: &Resource) -> Option<Composed> {
    resource.get("policy")?;
    let key = resource
        .get("key_id")
        .or_else(|| resource.get("id"))
        .and_then(scalar);
    named(resource, "KeyId", key, "policy")
}

fn named(resource: &Resource, key: &'static str, name: Option<Composed>, policy: &str) -> Option<Composed> {
    // A policy that is not given is not known.
    let document = known(resource.get(policy)).filter(|_| resource.is_certain)?;
    let origin = resource.attributes.origin;
    Some(object([(key, Some(name?)), ("Policy", Some(document))], origin))
}

/// The output of `describe-resource-policies`.
pub(super) fn of_logs(resource: &Resource) -> Option<Composed> {
    let origin = resource.attributes.origin;
    let policy = object(
        [
            ("policyName", resource.get("policy_name").and_then(scalar)),
            (
                "policyDocument",
                Some(known(resource.get("policy_document")).filter(|_| resource.is_certain)?),
            ),
        ],
        origin,
    );
    Some(Composed::object(
        [("resourcePolicies", Composed::array([policy], origin))],
        origin,
    ))
}
