//! Which form of Terraform a document has, and the instances that it tells of.
//!
//! Source: the JSON output format 1.x of Terraform, and its state format 4.

use std::collections::BTreeSet;

use super::instance::Instance;
use crate::source::{Kind, NodeId, Place, Tree};

/// The forms that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `terraform show -json` of a plan.
    Plan,
    /// `terraform show -json` of a state.
    State,
    /// A state as Terraform keeps it.
    Raw,
}

/// Modules nested more deeply than this are left out.
const DEEPEST: usize = 64;

/// The form of a document; `None` where it is none of Terraform's, and why where it is one that is not read.
pub(super) fn form(tree: &Tree, root: NodeId) -> Option<Result<Form, String>> {
    let has = |key: &str| tree.get(root, key).is_some();
    if has("format_version") && (has("resource_changes") || has("planned_values")) {
        return Some(Ok(Form::Plan));
    }
    if has("format_version") && has("terraform_version") {
        return Some(Ok(Form::State));
    }
    let version = tree
        .get(root, "version")
        .and_then(|version| tree.scalar(version))?;
    if !has("terraform_version") || !has("serial") {
        return None;
    }
    if version == "4" {
        return Some(Ok(Form::Raw));
    }
    Some(Err(format!(
        "a state of version {version}, of which only version 4 is read; write it with `terraform show -json`"
    )))
}

/// The instances that exist once all is applied, in the order of the document.
pub(super) fn instances(tree: &Tree, root: Place, form: Form) -> Vec<Instance> {
    let mut found = Found {
        tree,
        root,
        seen: BTreeSet::new(),
        instances: Vec::new(),
    };
    let at = |path: &[&str]| {
        let mut steps = path.iter();
        steps.try_fold(root.node, |node, step| tree.get(node, step))
    };
    match form {
        Form::Plan => {
            for change in at(&["resource_changes"])
                .into_iter()
                .flat_map(|list| tree.items(list))
            {
                found.change(change);
            }
            for path in [
                &["planned_values", "root_module"][..],
                &["prior_state", "values", "root_module"],
            ] {
                if let Some(module) = at(path) {
                    found.module(module, path.len() == 3, 0);
                }
            }
        }
        Form::State => {
            if let Some(module) = at(&["values", "root_module"]) {
                found.module(module, false, 0);
            }
        }
        Form::Raw => {
            for resource in at(&["resources"]).into_iter().flat_map(|list| tree.items(list)) {
                found.raw(resource);
            }
        }
    }
    found.instances
}

struct Found<'a> {
    tree: &'a Tree,
    root: Place,
    seen: BTreeSet<String>,
    instances: Vec<Instance>,
}

impl Found<'_> {
    fn text(&self, object: NodeId, key: &str) -> Option<String> {
        let node = self.tree.get(object, key)?;
        self.tree.scalar(node).map(String::from)
    }

    fn instance(&self, object: NodeId, values: NodeId, unknown: Option<NodeId>) -> Option<Instance> {
        let address = self.text(object, "address")?;
        let index = self.tree.get(object, "index");
        Some(Instance {
            module: self
                .text(object, "module_address")
                .unwrap_or_else(|| module_of(&address).to_owned()),
            address,
            is_data: self.text(object, "mode").as_deref() == Some("data"),
            kind: self.text(object, "type")?,
            name: self.text(object, "name")?,
            index: index.map(|index| self.tree.raw(index).to_owned()),
            doc: self.root.doc,
            values,
            unknown,
        })
    }

    fn keep(&mut self, instance: Option<Instance>) {
        if let Some(instance) = instance
            && self.seen.insert(instance.address.clone())
        {
            self.instances.push(instance);
        }
    }

    fn change(&mut self, object: NodeId) {
        let tree = self.tree;
        let Some(change) = tree.get(object, "change") else {
            return;
        };
        let actions = tree.get(change, "actions");
        let only = |name: &str| {
            actions.is_some_and(|actions| {
                let mut items = tree.items(actions);
                let first = items.next();
                first.is_some_and(|first| tree.is_string(first, name)) && items.next().is_none()
            })
        };
        if only("delete") || only("forget") {
            // What is gone afterwards is not to be found in the state before either.
            self.seen.extend(self.text(object, "address"));
            return;
        }
        let after = tree
            .get(change, "after")
            .filter(|after| tree.kind(*after) == Kind::Object);
        if let Some(after) = after {
            let instance = self.instance(object, after, tree.get(change, "after_unknown"));
            self.keep(instance);
        }
    }

    fn module(&mut self, module: NodeId, only_data: bool, depth: usize) {
        let tree = self.tree;
        for object in tree
            .get(module, "resources")
            .into_iter()
            .flat_map(|list| tree.items(list))
        {
            if let Some(values) = tree.get(object, "values") {
                let instance = self.instance(object, values, None);
                self.keep(instance.filter(|instance| instance.is_data || !only_data));
            }
        }
        if depth < DEEPEST {
            for child in tree
                .get(module, "child_modules")
                .into_iter()
                .flat_map(|list| tree.items(list))
            {
                self.module(child, only_data, depth + 1);
            }
        }
    }

    fn raw(&mut self, resource: NodeId) {
        let tree = self.tree;
        let (Some(kind), Some(name)) = (self.text(resource, "type"), self.text(resource, "name")) else {
            return;
        };
        let module = self.text(resource, "module").unwrap_or_default();
        let is_data = self.text(resource, "mode").as_deref() == Some("data");
        for object in tree
            .get(resource, "instances")
            .into_iter()
            .flat_map(|list| tree.items(list))
        {
            // What is to be destroyed after its successor was made.
            if tree.get(object, "deposed").is_some() {
                continue;
            }
            let Some(values) = tree.get(object, "attributes") else {
                continue;
            };
            let index = tree
                .get(object, "index_key")
                .map(|index| tree.raw(index).to_owned());
            let shown = index
                .as_ref()
                .map_or_else(String::new, |index| format!("[{index}]"));
            let prefix = if module.is_empty() {
                String::new()
            } else {
                format!("{module}.")
            };
            let data = if is_data { "data." } else { "" };
            self.keep(Some(Instance {
                address: format!("{prefix}{data}{kind}.{name}{shown}"),
                module: module.clone(),
                is_data,
                kind: kind.clone(),
                name: name.clone(),
                index,
                doc: self.root.doc,
                values,
                unknown: None,
            }));
        }
    }
}

/// The address of the module of a resource: all leading steps `module.NAME[…]`.
fn module_of(address: &str) -> &str {
    let mut end = 0;
    loop {
        let rest = address.get(end..).unwrap_or_default();
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        let start = address.len() - rest.len();
        let Some(step) = rest.strip_prefix("module.") else {
            return address.get(..end).unwrap_or_default();
        };
        let Some(length) = step_length(step) else {
            return address.get(..end).unwrap_or_default();
        };
        end = start + "module.".len() + length;
    }
}

/// The length of a name with its index, up to the dot behind it; dots within quotes do not count.
pub(super) fn step_length(text: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '.' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::module_of;

    #[test]
    fn the_module_of_an_address_is_its_leading_steps() {
        assert_eq!(module_of("aws_iam_role.r"), "");
        assert_eq!(module_of("module.a.aws_iam_role.r"), "module.a");
        assert_eq!(
            module_of("module.a[\"x.y\"].module.b[0].data.t.n[1]"),
            "module.a[\"x.y\"].module.b[0]"
        );
    }
}
