//! The value of an attribute: as it is said, else as that of the resource that it refers to, else a hole.

use super::super::Known;
use super::super::computed::{self, Part};
use super::configuration::{Configuration, Target};
use super::home::{hole, plain};
use super::instance::{Instance, Said};
use crate::source::{Composed, Data, NodeId, Origin, Sources, Tree};

/// A plan or state with all that is in it.
pub(super) struct World<'a> {
    pub(super) sources: &'a Sources,
    pub(super) tree: &'a Tree,
    pub(super) configuration: Configuration<'a>,
    pub(super) facts: Known,
    pub(super) instances: &'a [Instance],
}

impl<'a> World<'a> {
    /// Where a node of an instance is.
    pub(super) fn origin(&self, instance: &Instance, node: NodeId) -> Option<Origin> {
        Some(Origin::Place(instance.place(node)))
    }

    /// A known text with its place, letter by letter.
    pub(super) fn literal(&self, instance: &Instance, node: NodeId) -> Option<Composed> {
        let text = self.tree.scalar(node)?.into_owned();
        let origin = self.origin(instance, node);
        let data = match self.tree.string(node) {
            Some(_) => Data::Pieces(vec![(text, origin)]),
            None => Data::String(text),
        };
        Some(Composed { origin, data })
    }

    /// The text of the attribute at a path; `None` where there is none.
    pub(super) fn text(&self, instance: &Instance, path: &str) -> Option<Composed> {
        match instance.said(self.tree, path) {
            Said::Value(node) => self.literal(instance, node),
            Said::Unknown(mask) => {
                let text = self.not_said(instance, path);
                Some(Composed::text(text, self.origin(instance, mask)))
            }
            Said::Absent => None,
        }
    }

    /// As [`World::text`], without its place.
    pub(super) fn string(&self, instance: &Instance, path: &str) -> Option<String> {
        match instance.said(self.tree, path) {
            Said::Value(node) => self.tree.scalar(node).map(String::from),
            Said::Unknown(_) => Some(self.not_said(instance, path)),
            Said::Absent => None,
        }
    }

    pub(super) fn not_said(&self, instance: &Instance, path: &str) -> String {
        match self.target(instance, path) {
            Some((target, attribute)) => self.attribute(target, &attribute),
            None => own(instance, path),
        }
    }

    /// The one instance, with the attribute, that an attribute which is not known refers to.
    pub(super) fn target(&self, instance: &Instance, path: &str) -> Option<(&'a Instance, String)> {
        let targets = self.configuration.targets(instance, path)?;
        let [target] = targets.as_slice() else {
            return None;
        };
        let found = self.instance(target, instance.index.as_deref())?;
        // Of what is chosen by a key that is not constant a plan shows the resource only.
        let attribute = match target.attribute.as_str() {
            "" => meant(path).to_owned(),
            known => known.to_owned(),
        };
        Some((found, attribute))
    }

    /// The instance of a target; of several the one with the same index as who asks.
    pub(super) fn instance(&self, target: &Target, index: Option<&str>) -> Option<&'a Instance> {
        let is_it = |instance: &&Instance| {
            (instance.is_data, &instance.kind, &instance.name) == (target.is_data, &target.kind, &target.name)
        };
        let mut found: Vec<&Instance> = self.instances.iter().filter(is_it).collect();
        let is_near = |instance: &&Instance| instance.module == target.module;
        if found.iter().any(is_near) {
            found.retain(is_near);
        } else {
            found.retain(|instance| without_indices(&instance.module) == target.module);
        }
        if let Some(index) = &target.index {
            found.retain(|instance| instance.index.as_ref() == Some(index));
        }
        match found.as_slice() {
            [one] => Some(*one),
            several => {
                let mut same = several
                    .iter()
                    .filter(|instance| index.is_some() && instance.index.as_deref() == index);
                let first = same.next().copied();
                first.filter(|_| same.next().is_none())
            }
        }
    }

    /// The text of an attribute of a resource: as said, else of the form that it is known to have.
    pub(super) fn attribute(&self, instance: &Instance, attribute: &str) -> String {
        let path = attribute.replace(['.', '['], "/").replace(']', "");
        if let Some(text) = instance.text(self.tree, &path) {
            return text;
        }
        let get = |name: &str| {
            let text = instance.text(self.tree, name)?;
            Some(vec![Part::Text(text)])
        };
        let address = plain(&instance.address);
        let parts = computed::attribute((&instance.kind, &address), attribute, &self.facts, &get);
        parts.map_or_else(
            || own(instance, attribute),
            |parts| parts.into_iter().map(shown).collect(),
        )
    }
}

fn shown(part: Part) -> String {
    match part {
        Part::Text(text) => text,
        Part::Hole { name, .. } => hole(&name),
    }
}

/// The attribute of another resource that one at this path is made from.
fn meant(path: &str) -> &'static str {
    let mut steps = path.split('/').filter(|step| step.parse::<usize>().is_err());
    match steps.next_back().unwrap_or_default() {
        "role" | "roles" | "log_group" | "delivery_stream" => "name",
        "policy" | "assume_role_policy" | "policy_document" | "source_policy_documents" => "json",
        "bucket" => "bucket",
        "key_id" => "key_id",
        _ => "arn",
    }
}

/// The hole of an attribute.
pub(super) fn own(instance: &Instance, path: &str) -> String {
    hole(&format!("{}.{}", instance.address, path.replace('/', ".")))
}

fn without_indices(address: &str) -> String {
    let mut text = String::new();
    let mut depth = 0_usize;
    for character in address.chars() {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => text.push(character),
            _ => {}
        }
    }
    text
}
