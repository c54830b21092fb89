//! What the expressions of a configuration refer to: a plan shows no more of them.
//!
//! A reference to a variable leads to the argument of the module's call, one to a module to the expression of its output.
//! Locals are not among what a plan shows, so references through them end there.

use super::document::step_length;
use super::instance::{Instance, child};
use crate::source::{Kind, NodeId, Tree};

/// References are followed through at most this many modules.
const LONGEST: usize = 32;

/// The configuration of a plan.
pub(super) struct Configuration<'a> {
    tree: &'a Tree,
    root: Option<NodeId>,
    providers: Option<NodeId>,
    variables: Option<NodeId>,
}

/// An attribute of the resources of one address, which may have several instances.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Target {
    /// The module's address.
    pub(super) module: String,
    pub(super) is_data: bool,
    pub(super) kind: String,
    pub(super) name: String,
    /// The instance's index, where the reference says it.
    pub(super) index: Option<String>,
    /// The attribute, with dots between steps; empty for the whole resource.
    pub(super) attribute: String,
}

impl<'a> Configuration<'a> {
    pub(super) fn of(tree: &'a Tree, root: NodeId) -> Self {
        let configuration = tree.get(root, "configuration");
        let part = |key: &str| configuration.and_then(|configuration| tree.get(configuration, key));
        Self {
            tree,
            root: part("root_module"),
            providers: part("provider_config"),
            variables: tree.get(root, "variables"),
        }
    }

    /// The regions that the configurations of the AWS provider say.
    pub(super) fn region(&self) -> Option<String> {
        let tree = self.tree;
        let mut regions: Vec<String> = tree
            .members(self.providers?)
            .filter(|(_, provider)| {
                tree.get(*provider, "name")
                    .is_some_and(|name| tree.is_string(name, "aws"))
            })
            .filter_map(|(_, provider)| {
                let region = tree.get(tree.get(provider, "expressions")?, "region")?;
                self.constant(region)
            })
            .collect();
        regions.sort();
        regions.dedup();
        match regions.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        }
    }

    /// The text of an expression that is a constant, or a variable of the root.
    fn constant(&self, expression: NodeId) -> Option<String> {
        let tree = self.tree;
        if let Some(constant) = tree.get(expression, "constant_value") {
            return tree.scalar(constant).map(String::from);
        }
        let references = self.references_of(expression);
        let [reference] = references.as_slice() else {
            return None;
        };
        let variable = tree.get(self.variables?, reference.strip_prefix("var.")?)?;
        tree.scalar(tree.get(variable, "value")?).map(String::from)
    }

    /// What the expression of an attribute refers to, the same once; `None` where something of it cannot be followed.
    pub(super) fn targets(&self, instance: &Instance, path: &str) -> Option<Vec<Target>> {
        let module = self.module(&instance.module)?;
        let expressions = self.resource(module, instance)?;
        let expression = self.expression(expressions, path)?;
        let mut targets = Vec::new();
        let whole = self.follow(&instance.module, expression, 0, &mut targets);
        targets.sort();
        targets.dedup();
        whole.then_some(targets)
    }

    /// The configuration of a module by its address.
    fn module(&self, address: &str) -> Option<NodeId> {
        let mut module = self.root?;
        for name in module_names(address) {
            let call = self.call(module, name)?;
            module = self.tree.get(call, "module")?;
        }
        Some(module)
    }

    fn call(&self, module: NodeId, name: &str) -> Option<NodeId> {
        self.tree.get(self.tree.get(module, "module_calls")?, name)
    }

    fn resource(&self, module: NodeId, instance: &Instance) -> Option<NodeId> {
        let tree = self.tree;
        let resources = tree.get(module, "resources")?;
        let is_it = |resource: &NodeId| {
            let is = |key: &str, text: &str| {
                tree.get(*resource, key)
                    .is_some_and(|node| tree.is_string(node, text))
            };
            is("type", &instance.kind)
                && is("name", &instance.name)
                && is("mode", if instance.is_data { "data" } else { "managed" })
        };
        let resource = tree.items(resources).find(is_it)?;
        tree.get(resource, "expressions")
    }

    /// The expression at a path, or the one around it that says no more in detail.
    fn expression(&self, expressions: NodeId, path: &str) -> Option<NodeId> {
        let tree = self.tree;
        let mut at = expressions;
        for step in path.split('/') {
            if tree.kind(at) == Kind::Object && tree.get(at, "references").is_some() && at != expressions {
                return Some(at);
            }
            at = child(tree, at, step)?;
        }
        Some(at)
    }

    fn references_of(&self, expression: NodeId) -> Vec<String> {
        let tree = self.tree;
        let list = (tree.kind(expression) == Kind::Object)
            .then(|| tree.get(expression, "references"))
            .flatten();
        let all: Vec<String> = list
            .into_iter()
            .flat_map(|list| tree.items(list))
            .filter_map(|item| tree.string(item).map(String::from))
            .collect();
        // Each reference is followed by what it is an attribute of.
        let is_part = |text: &String| {
            all.iter().any(|other| {
                other
                    .strip_prefix(text.as_str())
                    .is_some_and(|rest| rest.starts_with(['.', '[']))
            })
        };
        all.iter().filter(|text| !is_part(text)).cloned().collect()
    }

    /// Gathers what an expression in a module refers to; false where a reference cannot be followed.
    fn follow(&self, module: &str, expression: NodeId, depth: usize, targets: &mut Vec<Target>) -> bool {
        let references = self.references_of(expression);
        if depth > LONGEST {
            return false;
        }
        let mut whole = !references.is_empty();
        for reference in references {
            whole &= self.follow_one(module, &reference, depth, targets);
        }
        whole
    }

    fn follow_one(&self, module: &str, reference: &str, depth: usize, targets: &mut Vec<Target>) -> bool {
        let (first, rest) = reference.split_once('.').unwrap_or((reference, ""));
        match first {
            "each" | "count" | "path" | "terraform" | "self" => true,
            "local" => false,
            "var" => {
                let (outer, call) = match module.rfind("module.") {
                    Some(at) => (
                        module.get(..at).unwrap_or_default().trim_end_matches('.'),
                        module.get(at + "module.".len()..).unwrap_or_default(),
                    ),
                    None => return false,
                };
                let call = call.split('[').next().unwrap_or_default();
                let variable = rest.split(['.', '[']).next().unwrap_or_default();
                let argument = self
                    .module(outer)
                    .and_then(|outer| self.call(outer, call))
                    .and_then(|call| self.tree.get(call, "expressions"))
                    .and_then(|arguments| self.tree.get(arguments, variable));
                argument.is_some_and(|argument| self.follow(outer, argument, depth + 1, targets))
            }
            "module" => {
                let length = step_length(rest).unwrap_or(rest.len());
                let (call, output) = rest.split_at_checked(length).unwrap_or((rest, ""));
                let output = output.trim_start_matches('.');
                let output = output.split(['.', '[']).next().unwrap_or_default();
                let inner = match module {
                    "" => format!("module.{call}"),
                    outer => format!("{outer}.module.{call}"),
                };
                let expression = self
                    .module(&inner)
                    .and_then(|module| self.tree.get(module, "outputs"))
                    .and_then(|outputs| self.tree.get(outputs, output))
                    .and_then(|output| self.tree.get(output, "expression"));
                expression.is_some_and(|expression| self.follow(&inner, expression, depth + 1, targets))
            }
            _ => match target(module, reference) {
                Some(target) => {
                    targets.push(target);
                    true
                }
                None => false,
            },
        }
    }
}

/// The names of the modules of an address, without their indices.
fn module_names(address: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = address;
    while let Some(step) = rest.strip_prefix("module.") {
        let length = step_length(step).unwrap_or(step.len());
        let (name, more) = step.split_at_checked(length).unwrap_or((step, ""));
        names.push(name.split('[').next().unwrap_or_default());
        rest = more.trim_start_matches('.');
    }
    names
}

/// Reads `[data.]TYPE.NAME[INDEX].ATTRIBUTE`.
fn target(module: &str, reference: &str) -> Option<Target> {
    let is_data = reference.starts_with("data.");
    let rest = reference.strip_prefix("data.").unwrap_or(reference);
    let (kind, rest) = rest.split_once('.')?;
    let length = step_length(rest).unwrap_or(rest.len());
    let (name, attribute) = rest.split_at_checked(length)?;
    let (name, index) = match name.split_once('[') {
        Some((name, index)) => (name, Some(index.trim_end_matches(']').to_owned())),
        None => (name, None),
    };
    Some(Target {
        module: module.to_owned(),
        is_data,
        kind: kind.to_owned(),
        name: name.to_owned(),
        index,
        attribute: attribute.trim_start_matches('.').to_owned(),
    })
}
