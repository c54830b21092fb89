//! From resources of Terraform to the outputs of the AWS CLI that describe them.
//!
//! A [`Resource`] has the attributes of the provider's schema, blocks as lists of objects, as a plan has them; holes
//! are texts such as `⟨aws_s3_bucket.logs.bucket⟩`. Policies that are not known as a whole are there without a text.

mod connect;
mod identity;
mod policy;

use crate::source::{Composed, Data, Origin};

/// One instance of a resource.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    /// The type.
    pub(super) kind: String,
    /// Attributes and blocks; `arn`, `id` and the name are there in any case.
    pub(super) attributes: Composed,
    /// Whether it is certain that there is such an instance.
    pub(super) is_certain: bool,
}

impl Resource {
    fn get(&self, name: &str) -> Option<&Composed> {
        get(&self.attributes, name)
    }

    fn text(&self, name: &str) -> Option<String> {
        text(self.get(name)?)
    }
}

/// The documents of resources.
pub(super) fn documents(resources: &[Resource]) -> Vec<Composed> {
    let mut documents = identity::roles(resources);
    documents.extend(identity::managed(resources));
    for resource in resources {
        documents.extend(match resource.kind.as_str() {
            "aws_mskconnect_connector" => connect::connector(resource),
            "aws_mskconnect_custom_plugin" => connect::plugin(resource),
            "aws_mskconnect_worker_configuration" => connect::worker_configuration(resource),
            "aws_msk_cluster" | "aws_msk_serverless_cluster" => connect::cluster(resource),
            "aws_kinesis_firehose_delivery_stream" => connect::delivery_stream(resource),
            "aws_s3_bucket_policy" => policy::of_bucket(resource),
            "aws_s3_bucket" if resource.get("policy").is_some() => policy::of_bucket(resource),
            "aws_kms_key" | "aws_kms_key_policy" => policy::of_key(resource),
            "aws_cloudwatch_log_resource_policy" => policy::of_logs(resource),
            _ => None,
        });
    }
    documents
}

/// A member of an object; null is none.
fn get<'v>(value: &'v Composed, name: &str) -> Option<&'v Composed> {
    let Data::Object(members) = &value.data else {
        return None;
    };
    let (_, _, found) = members.iter().find(|(key, ..)| key == name)?;
    (!matches!(found.data, Data::Null)).then_some(found)
}

/// The first block of a name.
fn block<'v>(value: &'v Composed, name: &str) -> Option<&'v Composed> {
    items(get(value, name)?).first()
}

/// What stands at a path of blocks.
fn path<'v>(value: &'v Composed, blocks: &[&str]) -> Option<&'v Composed> {
    blocks.iter().try_fold(value, |at, name| block(at, name))
}

fn items(value: &Composed) -> &[Composed] {
    match &value.data {
        Data::Array(items) => items,
        _ => &[],
    }
}

/// The text of a string, a number or a flag.
fn text(value: &Composed) -> Option<String> {
    match &value.data {
        Data::String(text) | Data::Number(text) => Some(text.clone()),
        Data::Pieces(pieces) => Some(pieces.iter().map(|(text, _)| text.as_str()).collect()),
        Data::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// Whether a text is one hole and nothing else.
fn is_hole(text: &str) -> bool {
    text.starts_with('⟨') && text.ends_with('⟩') && text.matches('⟨').count() == 1
}

/// An object of those members that are there.
fn object<const N: usize>(
    members: [(&'static str, Option<Composed>); N],
    origin: Option<Origin>,
) -> Composed {
    let members = members.into_iter().filter_map(|(key, value)| Some((key, value?)));
    Composed::object(members, origin)
}

/// A flag; one that is not known counts as set.
fn flag(value: &Composed) -> Composed {
    let is_off = text(value).as_deref() == Some("false");
    Composed {
        origin: value.origin,
        data: Data::Bool(!is_off),
    }
}

/// A value that has to be a text.
fn scalar(value: &Composed) -> Option<Composed> {
    let is_text = matches!(value.data, Data::String(_) | Data::Pieces(_));
    if is_text {
        return Some(value.clone());
    }
    if let Data::Object(_) | Data::Array(_) = &value.data {
        // JSON where a text has to be is that text.
        return Some(Composed::text(json(value).to_string(), value.origin));
    }
    text(value).map(|text| Composed::text(text, value.origin))
}

fn json(value: &Composed) -> serde_json::Value {
    match &value.data {
        Data::Null => serde_json::Value::Null,
        Data::Bool(flag) => (*flag).into(),
        Data::Number(digits) => serde_json::from_str(digits).unwrap_or_default(),
        Data::String(_) | Data::Pieces(_) => text(value).unwrap_or_default().into(),
        Data::Array(items) => items.iter().map(json).collect(),
        Data::Object(members) => members
            .iter()
            .map(|(key, _, value)| (key.clone(), json(value)))
            .collect(),
    }
}
