//! From resources to what the AWS CLI would print of them once they exist.
//!
//! One file for each family; here is which resource is whose, and what families share. A resource whose condition is
//! false is not there. One whose condition nothing settles is worked out as if it were, and what it brings to another
//! resource stands under that condition.

mod connect;
mod deposit;
mod iam;
mod organization;
mod serverless;

use super::evaluate::Evaluator;
use super::hole;
use super::policy::Guards;
use super::syntax::Id;
use super::template::Resource;
use crate::source::{Composed, Data, Origin};

type Member = (String, Option<Origin>, Composed);

/// Everything known here that the template makes, each as one output.
pub(super) fn all(evaluator: &mut Evaluator<'_>) -> Vec<Composed> {
    let mut outputs = Vec::new();
    let template = evaluator.template;
    for resource in &template.resources {
        let Some(guards) = existence(evaluator, resource) else {
            continue;
        };
        let made = evaluator.assuming(&guards, |evaluator| one(evaluator, resource));
        outputs.extend(made);
        if evaluator.is_spent() {
            break;
        }
    }
    outputs.extend(iam::of_others(evaluator));
    outputs
}

fn one(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Vec<Composed> {
    match resource.kind.as_str() {
        "AWS::KafkaConnect::Connector" => connect::connector(evaluator, resource),
        "AWS::KafkaConnect::CustomPlugin" => connect::plugin(evaluator, resource),
        "AWS::KafkaConnect::WorkerConfiguration" => connect::worker_configuration(evaluator, resource),
        "AWS::MSK::Cluster" => connect::cluster(evaluator, resource, "Provisioned"),
        "AWS::MSK::ServerlessCluster" => connect::cluster(evaluator, resource, "Serverless"),
        "AWS::IAM::Role" => iam::role(evaluator, resource),
        "AWS::IAM::ManagedPolicy" => iam::managed_policy(evaluator, resource),
        "AWS::Serverless::Function" => serverless::function(evaluator, resource),
        "AWS::S3::BucketPolicy" => deposit::bucket_policy(evaluator, resource),
        "AWS::KMS::Key" => deposit::key(evaluator, resource),
        "AWS::Logs::ResourcePolicy" => deposit::log_policy(evaluator, resource),
        "AWS::SecretsManager::ResourcePolicy" => deposit::secret_policy(evaluator, resource),
        "AWS::MSK::ClusterPolicy" => deposit::cluster_policy(evaluator, resource),
        "AWS::Organizations::Policy" => organization::policy(evaluator, resource),
        "AWS::KinesisFirehose::DeliveryStream" => deposit::delivery_stream(evaluator, resource),
        _ => Vec::new(),
    }
}

/// The answers to take as given for a resource: `None` where it is not there.
fn existence(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Option<Guards> {
    let Some(condition) = &resource.condition else {
        return Some(Vec::new());
    };
    match evaluator.decide(condition) {
        Ok(true) => Some(Vec::new()),
        Ok(false) => None,
        Err(_) => Some(vec![(condition.clone(), true)]),
    }
}

/// The value of a property, and where its key stands.
struct Property {
    id: Id,
    key: Option<Origin>,
}

fn property(evaluator: &Evaluator<'_>, resource: &Resource, name: &str) -> Option<Property> {
    let members = evaluator.template.syntax.members(resource.properties?);
    let member = members.iter().find(|member| member.key == name)?;
    Some(Property {
        id: member.value,
        key: member.origin,
    })
}

/// A property, worked out, as a member of another name. Nothing where it is not given.
fn taken(evaluator: &mut Evaluator<'_>, resource: &Resource, name: &str, named: &str) -> Option<Member> {
    let property = property(evaluator, resource, name)?;
    let value = evaluator.value(property.id)?;
    Some((named.to_owned(), property.key, texts(value)))
}

/// What a resource is called or has for ARN: a row's text, shown at the property that names it, else at the
/// resource.
fn identity(
    evaluator: &mut Evaluator<'_>,
    resource: &Resource,
    text: &'static str,
    name: &str,
    named: &str,
) -> Member {
    let at = property(evaluator, resource, name).map_or(resource.id, |property| property.id);
    let value = evaluator.filled(text, resource, at);
    (named.to_owned(), evaluator.origin(at), value)
}

/// The ARN of a resource in its row.
fn arn(evaluator: &mut Evaluator<'_>, resource: &Resource, attribute: &str) -> Composed {
    let value = evaluator.get_att(&resource.name, attribute, resource.id);
    Composed {
        origin: evaluator.origin(resource.id),
        ..value
    }
}

/// Numbers as the texts that CloudFormation passes on.
fn texts(value: Composed) -> Composed {
    let origin = value.origin;
    let data = match value.data {
        Data::Number(digits) => Data::Pieces(vec![(digits, origin)]),
        Data::Array(items) => Data::Array(items.into_iter().map(texts).collect()),
        Data::Object(members) => Data::Object(
            members
                .into_iter()
                .map(|(key, at, item)| (key, at, texts(item)))
                .collect(),
        ),
        other => other,
    };
    Composed { origin, data }
}

/// Tags as the AWS CLI prints them; none where they are not known.
fn tags(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Option<Member> {
    let (key, origin, value) = taken(evaluator, resource, "Tags", "Tags")?;
    let is_tag = |tag: &Composed| {
        let text = |name: &str| member(tag, name).and_then(hole::plain);
        text("Key").is_some() && text("Value").is_some()
    };
    match &value.data {
        Data::Array(items) if items.iter().all(is_tag) => Some((key, origin, strings(value))),
        _ => {
            evaluator.remark(
                resource.id,
                "the tags are not known as a whole: none of them is read",
            );
            None
        }
    }
}

/// Booleans as texts too, for members that are texts.
fn strings(value: Composed) -> Composed {
    let origin = value.origin;
    let data = match value.data {
        Data::Bool(flag) => Data::Pieces(vec![(flag.to_string(), origin)]),
        Data::Array(items) => Data::Array(items.into_iter().map(strings).collect()),
        Data::Object(members) => Data::Object(
            members
                .into_iter()
                .map(|(key, at, item)| (key, at, strings(item)))
                .collect(),
        ),
        other => other,
    };
    Composed { origin, data }
}

/// A member of an object.
fn member<'a>(object: &'a Composed, name: &str) -> Option<&'a Composed> {
    match &object.data {
        Data::Object(members) => members
            .iter()
            .find(|(key, ..)| key == name)
            .map(|(_, _, value)| value),
        _ => None,
    }
}

/// An object of these members.
fn object(members: Vec<Member>, origin: Option<Origin>) -> Composed {
    Composed {
        origin,
        data: Data::Object(members),
    }
}

/// A member whose key stands nowhere.
fn made(key: &str, value: Composed) -> Member {
    (key.to_owned(), None, value)
}

/// An object of one member.
fn wrapped(key: &str, value: Composed) -> Composed {
    let origin = value.origin;
    object(vec![made(key, value)], origin)
}
