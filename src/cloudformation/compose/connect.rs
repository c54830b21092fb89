//! Connectors, what they are made of, and clusters.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Evaluator, Member, Resource, arn, hole, identity, made, object, property, taken, wrapped};
use crate::source::{Composed, Data};

/// `create-connector`: the properties have the names of its members.
pub(super) fn connector(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Vec<Composed> {
    let mut members = vec![identity(
        evaluator,
        resource,
        "{ConnectorName}",
        "ConnectorName",
        "connectorName",
    )];
    for (name, named) in [
        ("KafkaConnectVersion", "kafkaConnectVersion"),
        ("KafkaCluster", "kafkaCluster"),
        (
            "KafkaClusterClientAuthentication",
            "kafkaClusterClientAuthentication",
        ),
        (
            "KafkaClusterEncryptionInTransit",
            "kafkaClusterEncryptionInTransit",
        ),
        ("ServiceExecutionRoleArn", "serviceExecutionRoleArn"),
        ("WorkerConfiguration", "workerConfiguration"),
        ("Plugins", "plugins"),
    ] {
        let found = taken(evaluator, resource, name, named);
        members.extend(found.filter(|(key, _, value)| is_known(evaluator, resource, key, value)));
    }
    members.extend(configuration(evaluator, resource));
    members.extend(log_delivery(evaluator, resource));
    vec![object(members, evaluator.origin(resource.id))]
}

/// Whether a part of a connector has the shape that it has to have; one that is wholly unknown is said and left out.
fn is_known(evaluator: &mut Evaluator<'_>, resource: &Resource, key: &str, value: &Composed) -> bool {
    let is_text = matches!(key, "kafkaConnectVersion" | "serviceExecutionRoleArn");
    let fits = match &value.data {
        Data::Object(_) | Data::Array(_) => !is_text,
        _ => is_text,
    };
    if !fits {
        evaluator.remark(resource.id, &format!("`{key}` is not known: it is left out"));
    }
    fits
}

/// The settings, which are texts. Left out where they are not known as a whole.
fn configuration(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Option<Member> {
    let (key, origin, value) = taken(
        evaluator,
        resource,
        "ConnectorConfiguration",
        "connectorConfiguration",
    )?;
    let Composed { origin: at, data } = value;
    let Data::Object(members) = data else {
        evaluator.remark(
            resource.id,
            "the settings are not known as a whole: none of them is read",
        );
        return None;
    };
    let members = members.into_iter().filter_map(|(name, at, value)| {
        let text = hole::pieces(&value)?;
        Some((name, at, hole::text(text, value.origin)))
    });
    Some((key, origin, object(members.collect(), at)))
}

/// Destinations of which it is not known whether they are switched on are left out, and said.
fn log_delivery(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Option<Member> {
    let (key, origin, mut value) = taken(evaluator, resource, "LogDelivery", "logDelivery")?;
    let Data::Object(members) = &mut value.data else {
        evaluator.remark(resource.id, "where worker logs go is not known");
        return None;
    };
    for (_, _, logs) in members.iter_mut() {
        let Data::Object(destinations) = &mut logs.data else {
            evaluator.remark(resource.id, "where worker logs go is not known");
            return None;
        };
        let before = destinations.len();
        destinations.retain_mut(|(_, _, destination)| enabled(destination));
        if destinations.len() < before {
            evaluator.remark(
                resource.id,
                "whether worker logs go to one of the destinations is not known: it is left out",
            );
        }
    }
    Some((key, origin, value))
}

/// Whether a destination says whether it is switched on; texts of booleans become booleans.
fn enabled(destination: &mut Composed) -> bool {
    let Data::Object(members) = &mut destination.data else {
        return false;
    };
    let Some((_, _, flag)) = members.iter_mut().find(|(key, ..)| key == "Enabled") else {
        return true;
    };
    match hole::plain(flag)
        .unwrap_or_default()
        .to_ascii_lowercase()
        .as_str()
    {
        "true" => flag.data = Data::Bool(true),
        "false" => flag.data = Data::Bool(false),
        _ => return false,
    }
    true
}

/// `describe-custom-plugin`.
pub(super) fn plugin(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Vec<Composed> {
    let origin = evaluator.origin(resource.id);
    let arn = arn(evaluator, resource, "CustomPluginArn");
    let mut members = vec![
        made("customPluginArn", arn),
        identity(evaluator, resource, "{Name}", "Name", "name"),
    ];
    let location = taken(evaluator, resource, "Location", "location");
    let is_read = |value: &Composed| {
        let place = super::member(value, "S3Location");
        let text = |name| {
            place
                .and_then(|place| super::member(place, name))
                .and_then(hole::plain)
        };
        text("BucketArn").is_some() && text("FileKey").is_some()
    };
    if let Some((key, at, value)) = location.filter(|(_, _, value)| is_read(value)) {
        members.push(made("latestRevision", object(vec![(key, at, value)], origin)));
    }
    vec![object(members, origin)]
}

/// `describe-worker-configuration`. Its text may have holes: what base64 makes of them is none of CloudFormation's,
/// but the text is what counts.
pub(super) fn worker_configuration(evaluator: &mut Evaluator<'_>, resource: &Resource) -> Vec<Composed> {
    let origin = evaluator.origin(resource.id);
    let arn = arn(evaluator, resource, "WorkerConfigurationArn");
    let mut members = vec![
        made("workerConfigurationArn", arn),
        identity(evaluator, resource, "{Name}", "Name", "name"),
    ];
    if let Some(content) = property(evaluator, resource, "PropertiesFileContent") {
        let syntax = &evaluator.template.syntax;
        let text = match syntax.call(content.id) {
            Some(("Fn::Base64", argument)) => evaluator.text(argument).map(|text| STANDARD.encode(text)),
            _ => evaluator.text(content.id).filter(|text| !hole::has_hole(text)),
        };
        match text {
            Some(text) => {
                let at = evaluator.origin(content.id);
                let value = hole::text(vec![(text, at)], at);
                let content = ("propertiesFileContent".to_owned(), content.key, value);
                members.push(made("latestRevision", object(vec![content], origin)));
            }
            None => evaluator.remark(content.id, "the text of this worker configuration is not known"),
        }
    }
    vec![object(members, origin)]
}

/// `describe-cluster-v2`: what kinds of clusters have in common stands under the kind.
pub(super) fn cluster(evaluator: &mut Evaluator<'_>, resource: &Resource, kind: &str) -> Vec<Composed> {
    let origin = evaluator.origin(resource.id);
    let arn = arn(evaluator, resource, "Arn");
    let mut parts = Vec::new();
    for name in ["ClientAuthentication", "EncryptionInfo"] {
        let part = taken(evaluator, resource, name, name);
        parts.extend(
            part.filter(|(_, _, value)| matches!(value.data, Data::Object(_)))
                .map(flags),
        );
    }
    let members = vec![
        made("ClusterArn", arn),
        identity(evaluator, resource, "{ClusterName}", "ClusterName", "ClusterName"),
        made(kind, object(parts, origin)),
    ];
    vec![wrapped("ClusterInfo", object(members, origin))]
}

/// Flags as booleans; those that are not known are left out.
fn flags((key, origin, value): Member) -> Member {
    (
        key,
        origin,
        flag(value).unwrap_or_else(|| Composed::new(Data::Null)),
    )
}

fn flag(value: Composed) -> Option<Composed> {
    let origin = value.origin;
    let data = match value.data {
        Data::Object(members) => Data::Object(
            members
                .into_iter()
                .filter_map(|(key, at, item)| {
                    let item = if key == "Enabled" {
                        switch(&item)?
                    } else {
                        flag(item)?
                    };
                    Some((key, at, item))
                })
                .collect(),
        ),
        other => other,
    };
    Some(Composed { origin, data })
}

fn switch(value: &Composed) -> Option<Composed> {
    let is_on = match hole::plain(value)?.to_ascii_lowercase().as_str() {
        "true" => true,
        "false" => false,
        _ => return None,
    };
    Some(Composed {
        origin: value.origin,
        data: Data::Bool(is_on),
    })
}
