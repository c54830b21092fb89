//! The sections of a template, by name.

use std::collections::HashMap;

use super::foreach;
use super::syntax::{Id, Syntax};

/// A template and where its parts are.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) syntax: Syntax,
    pub(super) root: Id,
    pub(super) parameters: HashMap<String, Id>,
    pub(super) conditions: HashMap<String, Id>,
    pub(super) mappings: HashMap<String, Id>,
    /// In the order of the text.
    pub(super) resources: Vec<Resource>,
    by_name: HashMap<String, usize>,
    /// The macros that the template is put through before it is deployed.
    pub(super) macros: Vec<(String, Id)>,
    /// What sets its holes apart from those of other templates: empty, or ends in `#`.
    pub(super) scope: String,
}

/// A resource of a template.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) id: Id,
    pub(super) properties: Option<Id>,
    /// The name of the condition under which it exists.
    pub(super) condition: Option<String>,
}

/// Whether a value is a template: it has resources, and what CloudFormation alone has beside or in them.
pub(super) fn is_template(syntax: &Syntax, root: Id) -> bool {
    let Some(resources) = syntax.get(root, "Resources") else {
        return false;
    };
    let has_type = |resource: Id| {
        let kind = syntax.get(resource, "Type").and_then(|kind| syntax.text(kind));
        kind.is_some_and(|kind| kind.contains("::"))
    };
    let is_marked = syntax.get(root, "AWSTemplateFormatVersion").is_some();
    let members = syntax.members(resources);
    (is_marked && !members.is_empty())
        || members
            .iter()
            .any(|member| has_type(member.value) || member.key.starts_with(foreach::PREFIX))
}

impl Template {
    /// Finds the sections.
    pub(super) fn new(mut syntax: Syntax, root: Id) -> Self {
        let root = foreach::expand(&mut syntax, root);
        let section = |name: &str| -> HashMap<String, Id> {
            let members = syntax.get(root, name).map(|id| syntax.members(id));
            let pairs = members.into_iter().flatten();
            pairs.map(|member| (member.key.clone(), member.value)).collect()
        };
        let (parameters, conditions, mappings) =
            (section("Parameters"), section("Conditions"), section("Mappings"));
        let listed = syntax.get(root, "Resources").map(|id| syntax.members(id));
        let resources: Vec<_> = listed
            .into_iter()
            .flatten()
            .map(|member| resource(&syntax, &member.key, member.value))
            .collect();
        let numbered = resources.iter().enumerate();
        let by_name = numbered
            .map(|(number, resource)| (resource.name.clone(), number))
            .collect();
        let macros = macros(&syntax, root);
        Self {
            syntax,
            root,
            parameters,
            conditions,
            mappings,
            resources,
            by_name,
            macros,
            scope: String::new(),
        }
    }

    /// The resource of a logical id.
    pub(super) fn resource(&self, name: &str) -> Option<&Resource> {
        self.resources.get(*self.by_name.get(name)?)
    }
}

fn resource(syntax: &Syntax, name: &str, id: Id) -> Resource {
    let text = |key| syntax.get(id, key).and_then(|value| syntax.text(value));
    Resource {
        name: name.to_owned(),
        kind: text("Type").unwrap_or_default(),
        id,
        properties: syntax.get(id, "Properties"),
        condition: text("Condition"),
    }
}

/// The macros of `Transform` that change more than the language does.
fn macros(syntax: &Syntax, root: Id) -> Vec<(String, Id)> {
    let Some(transform) = syntax.get(root, "Transform") else {
        return Vec::new();
    };
    let many = syntax.items(transform).iter().copied();
    let all: Vec<_> = many.chain([transform]).collect();
    let name = |id: Id| {
        let named = syntax.get(id, "Name").unwrap_or(id);
        Some((syntax.text(named)?, id))
    };
    all.into_iter()
        .filter_map(name)
        .filter(|(name, _)| name != "AWS::LanguageExtensions")
        .collect()
}
