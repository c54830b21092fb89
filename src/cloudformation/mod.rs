//! Templates of CloudFormation and SAM, in JSON or YAML, synthesised by the CDK or written by hand.
//!
//! In goes a document, out comes what the AWS CLI would print of the resources that it makes, as [`Composed`] values
//! with the places of the template. Functions, parameters with defaults, conditions and mappings are worked out; what
//! only the deployment settles is a hole `⟨name⟩`. Nothing of a template vanishes silently: what is not understood is
//! a remark with its place, and unknown. Depth, work and text are bounded, and no input makes it panic.

mod syntax;
mod scalar;
mod yaml;
mod json;
mod template;
mod hole;
mod json_text;
mod kinds;
mod evaluate;
mod function;
mod reference;
mod condition;
mod policy;
mod compose;

use crate::source::{Composed, DocId, Fault, FaultKind, Kind, Problem, Sources};

pub use evaluate::{Deployment, Remark};

/// A template that was recognised: what it makes can be worked out.
#[derive(Debug)]
pub struct Stack {
    template: template::Template,
    doc: DocId,
}

/// What a template makes.
#[derive(Debug)]
pub struct Made {
    /// Each as the AWS CLI would print it.
    pub outputs: Composed,
    /// How many there are.
    pub count: usize,
    /// What was not understood, or left out, in the order of the work.
    pub remarks: Vec<Remark>,
}

/// What a document is, as far as templates are concerned.
#[derive(Debug)]
pub enum Recognised {
    /// A template.
    Template(Box<Stack>),
    /// A text in YAML that is something else, such as what a command printed with `-o yaml`: its value, unless that is
    /// too large or no YAML.
    OtherYaml(Option<Box<Composed>>),
    /// A text in YAML that cannot be read.
    Faulty(Problem),
    /// Nothing of the kind.
    Other,
}

/// A text in YAML that is no template has at most so many values where it is read at all.
const MAX_PARTS: usize = 100_000;

/// Extensions of files in YAML, in lower case.
pub const EXTENSIONS: [&str; 3] = ["yaml", "yml", "template"];

/// Sees whether a document is a template: JSON by its shape; YAML by the extension of its file, or by a line that
/// begins the resources of a template, since any text is YAML.
pub fn recognise(sources: &Sources, doc: DocId) -> Recognised {
    let tree = sources.tree(doc);
    let root = tree.map(|tree| tree.kind(tree.root()));
    if let (Some(tree), Some(Kind::Object)) = (tree, root) {
        if tree.get(tree.root(), "Resources").is_none() {
            return Recognised::Other;
        }
        let (syntax, root) = json::read(tree, doc);
        return stack(syntax, root, doc).unwrap_or(Recognised::Other);
    }
    let text = sources.text(doc);
    let is_no_text = |fault: &Fault| matches!(fault.kind, FaultKind::Encoding { .. });
    if root == Some(Kind::Array) || sources.faults(doc).iter().any(is_no_text) {
        return Recognised::Other;
    }
    let is_marked =
        |line: &str| line.starts_with("Resources:") || line.starts_with("AWSTemplateFormatVersion");
    let has_marks = text.lines().any(is_marked);
    if !has_marks && !is_yaml_name(sources.name(doc)) {
        return Recognised::Other;
    }
    match yaml::read(text, doc) {
        Ok((syntax, root)) if template::is_template(&syntax, root) => {
            stack(syntax, root, doc).unwrap_or(Recognised::OtherYaml(None))
        }
        Ok((syntax, root)) => {
            let value = syntax.composed(root, &mut { MAX_PARTS });
            Recognised::OtherYaml(value.map(Box::new))
        }
        Err(_) if !has_marks => Recognised::OtherYaml(None),
        Err(fault) => Recognised::Faulty(Problem {
            message: fault.message,
            help: Some("see that `cfn-lint` or `aws cloudformation validate-template` takes it".to_owned()),
            file: sources.name(doc).to_owned(),
            place: Some((doc, fault.span)),
        }),
    }
}

fn is_yaml_name(name: &str) -> bool {
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
}

fn stack(syntax: syntax::Syntax, root: syntax::Id, doc: DocId) -> Option<Recognised> {
    template::is_template(&syntax, root).then(|| {
        let template = template::Template::new(syntax, root);
        Recognised::Template(Box::new(Stack { template, doc }))
    })
}

impl Stack {
    /// Sets the holes of this template apart from those of others, which have the same logical ids.
    pub fn set_apart(&mut self, name: &str) {
        self.template.scope = format!("{}#", hole::encoded(name).replace('#', "~23~"));
    }

    /// The document that it was read from.
    #[must_use]
    pub fn doc(&self) -> DocId {
        self.doc
    }

    /// Works out what it makes.
    #[must_use]
    pub fn make(&self, deployment: &Deployment) -> Made {
        let mut evaluator = evaluate::Evaluator::new(&self.template, deployment);
        for (name, at) in &self.template.macros {
            if !name.starts_with("AWS::Serverless") {
                let name: String = name.chars().take(80).filter(|c| !c.is_control()).collect();
                evaluator.remark(
                    *at,
                    &format!("what the macro `{name}` makes of this template is not known"),
                );
            }
        }
        for resource in &self.template.resources {
            if resource.name.starts_with("Fn::") {
                evaluator.remark(resource.id, "resources that a function makes are not read");
            }
        }
        let outputs = compose::all(&mut evaluator);
        Made {
            count: outputs.len(),
            outputs: Composed::array(outputs, evaluator.origin(self.template.root)),
            remarks: evaluator.remarks,
        }
    }
}

#[cfg(test)]
mod tests;
