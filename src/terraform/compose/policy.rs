//! Policies: whether their text is known, and those of buckets, keys and log groups.

use std::collections::BTreeSet;

use super::super::resource::{Resource, get, is_hole, object, text};
use crate::source::{Composed, Data};

/// The text of a policy; `None` when it is not known as a whole, or when a part of it is not that decides what its
/// statements are.
pub(super) fn known(policy: Option<&Composed>) -> Option<Composed> {
    let policy = policy?;
    let is_known = match &policy.data {
        Data::Object(_) => is_readable(policy),
        _ => {
            let written = text(policy)?;
            !written.contains('⟨') || (!is_hole(policy) && is_text_readable(&written))
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

/// The policy of something that has one in any case: where it is not known, or may not be there, a document whose
/// statements are not known, since a Deny that vanishes is a grant.
fn known_or_open(resource: &Resource, name: &str) -> Option<Composed> {
    let policy = resource.get(name)?;
    let known = known(Some(policy)).filter(|_| resource.is_certain);
    Some(known.unwrap_or_else(|| {
        let members = [
            ("Version", Composed::text("2012-10-17", None)),
            ("Statement", Composed::text(resource.own_hole(name), None)),
        ];
        Composed::object(members, policy.origin)
    }))
}

/// The buckets and keys that have a policy of their own resource: a state says it a second time.
pub(super) struct Apart(BTreeSet<String>);

impl Apart {
    pub(super) fn of(resources: &[Resource]) -> Self {
        let named = |resource: &Resource| match resource.kind.as_str() {
            "aws_s3_bucket_policy" => resource.text("bucket"),
            "aws_kms_key_policy" => resource.text("key_id"),
            _ => None,
        };
        let managed = resources.iter().filter(|resource| !resource.is_data);
        Self(managed.filter_map(named).collect())
    }

    /// Whether a bucket or key says its policy itself, and nothing else does.
    pub(super) fn has_none(&self, resource: &Resource) -> bool {
        let said = resource
            .get("policy")
            .filter(|policy| !resource.is_own_hole(policy));
        let is_empty = said.and_then(text).is_some_and(|text| text.is_empty());
        let names = ["bucket", "key_id", "id", "arn"];
        let mut names = names.iter().filter_map(|name| resource.text(name));
        said.is_some() && !is_empty && !names.any(|name| self.0.contains(&name))
    }
}

/// The input of `put-bucket-policy`.
pub(super) fn of_bucket(resource: &Resource) -> Option<Composed> {
    named(resource, "Bucket", resource.scalar("bucket"))
}

/// The input of `put-key-policy`.
pub(super) fn of_key(resource: &Resource) -> Option<Composed> {
    named(
        resource,
        "KeyId",
        resource.scalar("key_id").or_else(|| resource.scalar("id")),
    )
}

fn named(resource: &Resource, key: &'static str, name: Option<Composed>) -> Option<Composed> {
    let document = known_or_open(resource, "policy")?;
    Some(object(
        [(key, Some(name?)), ("Policy", Some(document))],
        resource.origin(),
    ))
}

/// The output of `describe-resource-policies`.
pub(super) fn of_logs(resource: &Resource) -> Option<Composed> {
    let origin = resource.origin();
    let policy = object(
        [
            ("policyName", resource.scalar("policy_name")),
            (
                "policyDocument",
                Some(known_or_open(resource, "policy_document")?),
            ),
        ],
        origin,
    );
    Some(Composed::object(
        [("resourcePolicies", Composed::array([policy], origin))],
        origin,
    ))
}
