//! What Confluent Cloud has of its own: provider integrations, connectors, keys that customers bring.

use super::super::resource::{Resource, block, get, is_hole, items, object, scalar, text};
use super::Composition;
use crate::source::{Composed, Data};

/// What a resource is, as the API of Confluent tells of it.
pub(super) fn described(resource: &Resource, made: &mut Composition) -> Option<Composed> {
    match resource.kind.as_str() {
        "confluent_provider_integration" => integration(resource),
        "confluent_provider_integration_setup" => Some(setup(resource)),
        "confluent_connector" if !resource.is_data => connector(resource, made),
        "confluent_byok_key" => key(resource),
        _ => None,
    }
}

/// A part of the block `aws`; what only Confluent knows is the hole that a reference to it is.
fn of_aws(resource: &Resource, name: &str) -> Option<Composed> {
    let said = block(&resource.attributes, "aws").and_then(|aws| get(aws, name));
    let said = said.and_then(scalar);
    said.or_else(|| {
        let hole = resource.own_hole(&format!("aws[0].{name}"));
        Some(Composed::text(hole, resource.origin()))
    })
}

fn id(resource: &Resource) -> Option<Composed> {
    let hole = || Composed::text(resource.own_hole("id"), resource.origin());
    Some(resource.scalar("id").unwrap_or_else(hole))
}

fn integration(resource: &Resource) -> Option<Composed> {
    block(&resource.attributes, "aws")?;
    let origin = resource.origin();
    let config = object(
        [
            ("iam_role_arn", of_aws(resource, "iam_role_arn")),
            ("external_id", of_aws(resource, "external_id")),
            ("customer_iam_role_arn", of_aws(resource, "customer_role_arn")),
        ],
        origin,
    );
    Some(object(
        [
            ("id", id(resource)),
            ("display_name", resource.scalar("display_name")),
            ("provider", Some(Composed::text("AWS", None))),
            ("config", Some(config)),
        ],
        origin,
    ))
}

/// An integration of the second version, which is with other clouds.
fn setup(resource: &Resource) -> Composed {
    let cloud = resource.scalar("cloud").filter(|cloud| !is_hole(cloud));
    object(
        [
            ("id", id(resource)),
            (
                "display_name",
                resource.scalar("display_name").or_else(|| id(resource)),
            ),
            (
                "provider",
                Some(cloud.unwrap_or_else(|| Composed::text("another cloud", None))),
            ),
            ("status", Some(Composed::text("", None))),
        ],
        resource.origin(),
    )
}

/// A connector with its settings, those that are secret among them: here only their names count.
fn connector(resource: &Resource, made: &mut Composition) -> Option<Composed> {
    let mut settings = Vec::new();
    for name in ["config_nonsensitive", "config_sensitive"] {
        match resource.get(name).map(|config| &config.data) {
            Some(Data::Object(members)) => {
                let known = members
                    .iter()
                    .filter_map(|(key, origin, value)| Some((key.clone(), *origin, scalar(value)?)));
                settings.extend(known);
            }
            None => {}
            Some(_) if name == "config_sensitive" => {}
            Some(_) => {
                let message = format!(
                    "the settings of `{}` are not known, so it is not judged",
                    resource.address
                );
                made.notes.push((resource.origin(), message));
                return None;
            }
        }
    }
    let config = Composed {
        origin: resource
            .get("config_nonsensitive")
            .and_then(|config| config.origin),
        data: Data::Object(settings),
    };
    if get(&config, "connector.class").is_none() {
        let message = format!(
            "`{}` has no `connector.class`, so it is not judged",
            resource.address
        );
        made.notes.push((resource.origin(), message));
        return None;
    }
    let name = get(&config, "name").and_then(scalar);
    let name = name.unwrap_or_else(|| Composed::text(resource.address.clone(), resource.origin()));
    Some(object(
        [("name", Some(name)), ("config", Some(config))],
        resource.origin(),
    ))
}

fn key(resource: &Resource) -> Option<Composed> {
    let aws = block(&resource.attributes, "aws")?;
    let origin = resource.origin();
    let roles = get(aws, "roles").filter(|roles| !items(roles).is_empty());
    let roles = roles.map(|roles| {
        Composed::array(
            items(roles).iter().filter_map(scalar).collect::<Vec<_>>(),
            roles.origin,
        )
    });
    let arn = get(aws, "key_arn").and_then(scalar)?;
    if !text(&arn)?.starts_with("arn:") {
        return None;
    }
    let key = object([("key_arn", Some(arn)), ("roles", roles)], origin);
    Some(object(
        [
            ("id", id(resource)),
            ("key", Some(key)),
            ("provider", Some(Composed::text("AWS", None))),
        ],
        origin,
    ))
}
