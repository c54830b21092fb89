//! The attributes of an instance as values: what is said, what others say of it, and holes.

use super::super::resource::Resource;
use super::attribute::{World, own};
use super::home::{hole, plain};
use super::instance::{Instance, Said, child};
use crate::source::{Composed, Data, Kind, NodeId};

/// Values nested more deeply than this are taken as not known.
const DEEPEST: usize = 32;

/// The attributes that hold policies.
const POLICIES: [&str; 5] = [
    "policy",
    "assume_role_policy",
    "policy_document",
    "assume_role_policy_document",
    "document",
];

/// An instance with all of its attributes.
pub(super) fn resource(world: &World<'_>, instance: &Instance) -> Resource {
    let origin = world.origin(instance, instance.values);
    let made = made(&instance.kind);
    let mut members: Vec<_> = made
        .iter()
        .map(|name| ((*name).to_owned(), None, named(world, instance, name)))
        .collect();
    let whole = Walk { world, instance }.value("", (Some(instance.values), instance.unknown), 0);
    if let Some(Composed {
        data: Data::Object(said),
        ..
    }) = whole
    {
        members.extend(said.into_iter().filter(|(key, ..)| !made.contains(&key.as_str())));
    }
    Resource {
        kind: instance.kind.clone(),
        address: plain(&instance.address),
        is_data: instance.is_data,
        attributes: Composed {
            origin,
            data: Data::Object(members),
        },
        is_certain: true,
    }
}

/// The attributes that a resource of a type has in any case, of which what is not said is of a known form.
fn made(kind: &str) -> &'static [&'static str] {
    match kind {
        "aws_s3_bucket" => &["arn", "id", "bucket"],
        "aws_kms_key" => &["arn", "id", "key_id"],
        "aws_msk_cluster" | "aws_msk_serverless_cluster" => &["arn", "id", "cluster_name"],
        _ => &["arn", "id", "name"],
    }
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

struct Walk<'w, 'a> {
    world: &'w World<'a>,
    instance: &'w Instance,
}

impl Walk<'_, '_> {
    /// The value at a path, of its node and of what masks it; `None` where there is none.
    fn value(
        &self,
        path: &str,
        (node, mask): (Option<NodeId>, Option<NodeId>),
        depth: usize,
    ) -> Option<Composed> {
        let (world, instance) = (self.world, self.instance);
        let tree = world.tree;
        if let Some(mask) = mask.filter(|mask| tree.boolean(*mask) == Some(true)) {
            return Some(self.unknown(path, mask));
        }
        let is_set = |mask: &NodeId| matches!(tree.kind(*mask), Kind::Object | Kind::Array);
        let Some(node) = node.filter(|node| tree.kind(*node) != Kind::Null) else {
            // What the mask alone tells of is a map or list with parts that are not known.
            return mask
                .filter(|mask| is_set(mask) && self.is_open(*mask, 0))
                .map(|mask| self.unknown(path, mask));
        };
        let origin = world.origin(instance, node);
        let below = |step: &str| {
            if path.is_empty() {
                step.to_owned()
            } else {
                format!("{path}/{step}")
            }
        };
        let data = match tree.kind(node) {
            _ if depth > DEEPEST => Data::String(own(instance, path)),
            Kind::Object => {
                let mut members = Vec::new();
                for (key, value) in tree.members(node) {
                    let Some(name) = tree.string(key) else { continue };
                    let mask = mask.and_then(|mask| child(tree, mask, &name));
                    let key = world.origin(instance, key);
                    let value = self.value(&below(&name), (Some(value), mask), depth + 1);
                    members.extend(value.map(|value| (name.into_owned(), key, value)));
                }
                for (key, mask) in mask.into_iter().flat_map(|mask| tree.members(mask)) {
                    let Some(name) = tree.string(key) else { continue };
                    if tree.get(node, &name).is_none() {
                        let value = self.value(&below(&name), (None, Some(mask)), depth + 1);
                        members.extend(value.map(|value| (name.into_owned(), None, value)));
                    }
                }
                Data::Object(members)
            }
            Kind::Array => {
                let mut items = Vec::new();
                for (number, item) in tree.items(node).enumerate() {
                    let step = number.to_string();
                    let mask = mask.and_then(|mask| child(tree, mask, &step));
                    items.extend(self.value(&below(&step), (Some(item), mask), depth + 1));
                }
                Data::Array(items)
            }
            Kind::Bool => Data::Bool(tree.boolean(node) == Some(true)),
            _ => return world.literal(instance, node),
        };
        Some(Composed { origin, data })
    }

    /// Whether something in a mask is not known.
    fn is_open(&self, mask: NodeId, depth: usize) -> bool {
        let tree = self.world.tree;
        match tree.kind(mask) {
            _ if depth > DEEPEST => true,
            Kind::Bool => tree.boolean(mask) == Some(true),
            Kind::Array => tree.items(mask).any(|item| self.is_open(item, depth + 1)),
            Kind::Object => tree
                .members(mask)
                .any(|(_, value)| self.is_open(value, depth + 1)),
            _ => false,
        }
    }

    /// What is known only after apply: as others say it, of a policy its document, else a hole.
    fn unknown(&self, path: &str, mask: NodeId) -> Composed {
        let (world, instance) = (self.world, self.instance);
        let origin = world.origin(instance, mask);
        let last = path.rsplit('/').next().unwrap_or_default();
        if POLICIES.contains(&last) {
            let document = world.policy(instance, path).flatten();
            return document.unwrap_or_else(|| Composed::text(own(instance, path), origin));
        }
        // Of a member of a map a plan does not show the expression apart.
        if let Some((map, key)) = path.split_once('/').filter(|(map, _)| self.is_map(map)) {
            let name = format!("{}.{map}[\"{key}\"]", instance.address);
            return Composed::text(hole(&name), origin);
        }
        Composed::text(world.not_said(instance, path), origin)
    }

    fn is_map(&self, name: &str) -> bool {
        let tree = self.world.tree;
        let value = tree.get(self.instance.values, name);
        value.is_some_and(|value| tree.kind(value) == Kind::Object)
    }
}
