//! The resources of a plan or state in the form of the outputs of the AWS CLI.

mod connect;
mod identity;
mod resource;

use super::attribute::World;
use super::instance::{Instance, Said};
use crate::source::{Composed, Data};

/// All that is known here, as one list of outputs.
pub(super) fn all(world: &World<'_>) -> Composed {
    let mut outputs = identity::outputs(world);
    outputs.extend(connect::outputs(world));
    outputs.extend(resource::outputs(world));
    Composed::array(outputs, None)
}

/// An object of the members that there are.
fn object(
    world: &World<'_>,
    instance: &Instance,
    members: impl IntoIterator<Item = (&'static str, Option<Composed>)>,
) -> Composed {
    let members = members.into_iter().filter_map(|(key, value)| Some((key, value?)));
    Composed::object(members, world.origin(instance, instance.values))
}

/// An object of one member.
fn around(key: &'static str, value: Composed) -> Composed {
    let origin = value.origin;
    Composed::object([(key, value)], origin)
}

/// One value within objects of these keys, the outermost first.
fn nested(keys: &[&'static str], value: Composed) -> Composed {
    keys.iter().rev().fold(value, |value, key| around(key, value))
}

/// The text of an attribute, or of the form that it has for the resource itself.
fn named(world: &World<'_>, instance: &Instance, attribute: &str) -> Composed {
    match instance.said(world.tree, attribute) {
        Said::Value(node) => world.literal(instance, node),
        _ => None,
    }
    .unwrap_or_else(|| {
        let node = world.tree.get(instance.values, "name").unwrap_or(instance.values);
        Composed::text(world.attribute(instance, attribute), world.origin(instance, node))
    })
}

/// A map of texts, with holes for what is not known of it.
fn map(world: &World<'_>, instance: &Instance, path: &str) -> Option<Vec<(String, Composed)>> {
    let Said::Value(node) = instance.said(world.tree, path) else {
        return None;
    };
    let mut members: Vec<(String, Composed)> = Vec::new();
    for (key, _) in world.tree.members(node) {
        let key = world.tree.string(key)?.into_owned();
        let value = match instance.said_within(world.tree, path, &key) {
            Said::Value(value) => world.literal(instance, value),
            Said::Unknown(mask) => {
                let hole = super::name::hole(&format!("{}.{path}[\"{key}\"]", instance.address));
                Some(Composed::text(hole, world.origin(instance, mask)))
            }
            Said::Absent => None,
        };
        members.extend(value.map(|value| (key, value)));
    }
    for key in instance.unknown_within(world.tree, path) {
        if members.iter().all(|(known, _)| *known != key) {
            let hole = super::name::hole(&format!("{}.{path}[\"{key}\"]", instance.address));
            members.push((key, Composed::text(hole, world.origin(instance, node))));
        }
    }
    Some(members)
}

/// Tags in the form of a list.
fn tags(world: &World<'_>, instance: &Instance) -> Option<Composed> {
    let tags = map(world, instance, "tags_all").or_else(|| map(world, instance, "tags"))?;
    let tags = tags.into_iter().map(|(key, value)| {
        let origin = value.origin;
        Composed::object([("Key", Composed::text(key, origin)), ("Value", value)], origin)
    });
    Some(Composed::array(tags.collect::<Vec<_>>(), None))
}

/// The text of a composed value.
fn plain(value: &Composed) -> String {
    match &value.data {
        Data::String(text) => text.clone(),
        Data::Pieces(pieces) => pieces.iter().map(|(text, _)| text.as_str()).collect(),
        _ => String::new(),
    }
}
