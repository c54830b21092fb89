//! `Ref` and `Fn::GetAtt`: parameters, pseudo parameters and resources.

use super::evaluate::Evaluator;
use super::function::moved;
use super::hole;
use super::kinds::{self, Part};
use super::syntax::{Data as Syntax, Id, Piece};
use super::template::Resource;
use crate::source::{Composed, Data};

impl Evaluator<'_> {
    pub(super) fn ref_call(&mut self, argument: Id, at: Id) -> Option<Composed> {
        match self.template.syntax.data(argument) {
            Syntax::Text(pieces) => {
                let name = super::syntax::joined(pieces);
                self.reference(name.trim(), at)
            }
            _ => Some(self.misused("Ref", at)),
        }
    }

    pub(super) fn get_att_call(&mut self, argument: Id, at: Id) -> Option<Composed> {
        let syntax = &self.template.syntax;
        let (resource, attribute) = match (syntax.text(argument), syntax.items(argument)) {
            (Some(text), _) => match text.split_once('.') {
                Some((resource, attribute)) => (resource.to_owned(), attribute.to_owned()),
                None => return Some(self.misused("Fn::GetAtt", at)),
            },
            (None, [resource, attribute @ ..]) if !attribute.is_empty() => {
                let resource = syntax.text(*resource).unwrap_or_default();
                let attribute: Vec<_> = attribute.to_vec();
                let attribute: Vec<_> = attribute
                    .into_iter()
                    .map(|part| self.text(part).unwrap_or_default())
                    .collect();
                (resource, attribute.join("."))
            }
            _ => return Some(self.misused("Fn::GetAtt", at)),
        };
        Some(self.get_att(resource.trim(), attribute.trim(), at))
    }

    /// What `Ref` gives for a name; `None` for `AWS::NoValue`.
    pub(super) fn reference(&mut self, name: &str, at: Id) -> Option<Composed> {
        if let Some(pseudo) = name.strip_prefix("AWS::") {
            return self.pseudo(pseudo, at);
        }
        if let Some(parameter) = self.template.parameters.get(name).copied() {
            return Some(self.parameter(name, parameter, at));
        }
        let Some(resource) = self.template.resource(name) else {
            let shown: String = name.chars().take(80).filter(|c| !c.is_control()).collect();
            self.remark(
                at,
                &format!("there is no `{shown}` in this template: it is taken as unknown"),
            );
            return Some(self.hole(name, self.origin(at)));
        };
        Some(match kinds::find(&resource.kind) {
            Some(kind) => self.filled(kind.reference, resource, at),
            None => self.hole(name, self.origin(at)),
        })
    }

    /// What `Fn::GetAtt` gives.
    pub(super) fn get_att(&mut self, name: &str, attribute: &str, at: Id) -> Composed {
        let Some(resource) = self.template.resource(name) else {
            return self.attribute_of_made(name, attribute, at);
        };
        let row = kinds::find(&resource.kind);
        let known = row.and_then(|kind| kind.attributes.iter().find(|(known, _)| *known == attribute));
        match known {
            Some((_, text)) => self.filled(text, resource, at),
            None => self.hole(&format!("{name}.{attribute}"), self.origin(at)),
        }
    }

    /// An attribute of a resource that is not in the template: the role that a serverless function gets by itself is
    /// called after it.
    fn attribute_of_made(&mut self, name: &str, attribute: &str, at: Id) -> Composed {
        let function = name
            .strip_suffix("Role")
            .and_then(|function| self.template.resource(function));
        let is_made = function.is_some_and(|function| function.kind == "AWS::Serverless::Function");
        if is_made && attribute == "Arn" {
            let (account, partition) = (self.fact("account"), self.fact("partition"));
            let role = hole::written(&self.hole_name(&format!("{}.generated_name", hole::encoded(name))));
            let arn = format!("arn:{partition}:iam::{account}:role/{role}");
            return hole::text(vec![(arn, self.origin(at))], self.origin(at));
        }
        if !is_made {
            let shown: String = name.chars().take(80).filter(|c| !c.is_control()).collect();
            self.remark(
                at,
                &format!("there is no resource `{shown}` in this template: it is taken as unknown"),
            );
        }
        self.hole(&format!("{name}.{attribute}"), self.origin(at))
    }

    /// A row's text with the fields of one resource, at the place that asks for it.
    pub(super) fn filled(&mut self, text: &'static str, resource: &Resource, at: Id) -> Composed {
        let origin = self.origin(at);
        let mut made = String::new();
        for part in kinds::parts(text) {
            match part {
                Part::Text(text) => made.push_str(text),
                Part::Pseudo(name) => made.push_str(&self.fact(name)),
                Part::Hole(name) => {
                    let name = format!("{}.{name}", hole::encoded(&resource.name));
                    made.push_str(&hole::written(&self.hole_name(&name)));
                }
                Part::Property(path, default) => match (self.property(resource, path), default) {
                    (Some(text), _) => made.push_str(&text),
                    (None, Some(default)) => made.push_str(default),
                    (None, None) => {
                        let name = format!("{}.generated_name", hole::encoded(&resource.name));
                        made.push_str(&hole::written(&self.hole_name(&name)));
                    }
                },
            }
        }
        let pieces: Vec<Piece> = vec![(made, origin)];
        hole::text(pieces, origin)
    }

    /// A property as text; `None` where it is not given. Its own circle is a hole.
    pub(super) fn property(&mut self, resource: &Resource, path: &str) -> Option<String> {
        let mut at = resource.properties?;
        for key in path.split('.') {
            at = self.template.syntax.get(at, key)?;
        }
        if self.following.contains(&resource.name) {
            return None;
        }
        self.following.push(resource.name.clone());
        let value = self.value(at);
        self.following.pop();
        hole::plain(&value?)
    }

    /// A fact of the deployment, or its hole, which is the same for all templates.
    pub(super) fn fact(&self, name: &str) -> String {
        let deployment = self.deployment;
        let known = match name {
            "account" => &deployment.account,
            "region" => &deployment.region,
            _ => &deployment.partition,
        };
        known.clone().unwrap_or_else(|| hole::written(name))
    }

    fn pseudo(&mut self, name: &str, at: Id) -> Option<Composed> {
        let origin = self.origin(at);
        let text = match name {
            "NoValue" => return None,
            "AccountId" => self.fact("account"),
            "Region" => self.fact("region"),
            "Partition" => self.fact("partition"),
            "URLSuffix" => match self.deployment.partition.as_deref() {
                Some("aws" | "aws-us-gov") => "amazonaws.com".to_owned(),
                Some("aws-cn") => "amazonaws.com.cn".to_owned(),
                _ => hole::written("url_suffix"),
            },
            "StackName" => hole::written(&self.hole_name("stack_name")),
            other => return Some(self.hole(other, origin)),
        };
        Some(hole::text(vec![(text, origin)], origin))
    }

    /// The default of a parameter, where it has one and its type takes it as it is.
    fn parameter(&mut self, name: &str, parameter: Id, at: Id) -> Composed {
        let syntax = &self.template.syntax;
        let origin = self.origin(at);
        let kind = syntax.get(parameter, "Type").and_then(|kind| syntax.text(kind));
        let kind = kind.unwrap_or_default();
        let default = syntax
            .get(parameter, "Default")
            .and_then(|value| syntax.text(value));
        let Some(text) = default.filter(|_| !kind.starts_with("AWS::SSM::Parameter::Value")) else {
            return self.hole(name, origin);
        };
        let value = hole::text(vec![(text.clone(), origin)], origin);
        if kind != "CommaDelimitedList" && !kind.starts_with("List<") {
            let data = match value.data {
                Data::Pieces(pieces) => self.resolved(&pieces),
                other => other,
            };
            return Composed { origin, data };
        }
        let items = text
            .split(',')
            .map(|item| hole::text(vec![(item.trim().to_owned(), None)], None));
        let items: Vec<_> = items.filter(|_| !text.is_empty()).collect();
        let list = Composed {
            origin,
            data: Data::Array(items),
        };
        moved(list, origin)
    }
}
