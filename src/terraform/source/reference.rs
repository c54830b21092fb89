//! References: what names mean, and attributes, indexes and splats that follow them.

use hcl_edit::expr::{Expression, Traversal, TraversalOperator};

use super::evaluator::Evaluator;
use super::scope::{Instances, Scope};
use super::value::{Data, Instance, Key, Member, Mode, Value, fails, missing, plain};
use crate::source::Origin;

impl Evaluator<'_> {
    /// What a first name means.
    pub(super) fn name(&self, name: &str, scope: &Scope, origin: Option<Origin>) -> Value {
        match scope.binding(name) {
            Some(value) => value.clone(),
            None => Value::hole(plain(name)).at(origin),
        }
    }

    pub(super) fn traversal(&self, traversal: &Traversal, scope: &Scope, origin: Option<Origin>) -> Value {
        let steps: Vec<&TraversalOperator> = traversal.operators.iter().map(|step| step.value()).collect();
        let word = |number: usize| match steps.get(number) {
            Some(TraversalOperator::GetAttr(name)) => Some(name.as_str()),
            _ => None,
        };
        let first = match &traversal.expr {
            Expression::Variable(name) if scope.binding(name.as_str()).is_none() => Some(name.as_str()),
            _ => None,
        };
        let instance = |mode, kind: &str, name: &str| {
            self.family(Instance {
                module: scope.module,
                mode,
                kind: kind.to_owned(),
                name: name.to_owned(),
                key: Key::Only,
            })
        };
        let (value, taken) = match (first, word(0), word(1)) {
            (None, ..) => (self.expression(&traversal.expr, scope), 0),
            (Some("local"), Some(name), _) => (self.local(scope.module, name), 1),
            (Some("var"), Some(name), _) => (self.variable(scope.module, name), 1),
            (Some("module"), Some(name), _) => (instance(Mode::Module, "", name), 1),
            (Some("data"), Some(kind), Some(name)) => (instance(Mode::Data, kind, name), 2),
            // Where Terraform is run is not known.
            (Some("path"), Some("cwd"), _) => (Value::hole("path.cwd"), 1),
            (Some("path"), Some(name), _) => {
                let folder = match name {
                    "module" => self.path_of(scope.module),
                    _ => ".".to_owned(),
                };
                (Value::text(folder), 1)
            }
            (Some(group @ ("each" | "count")), Some(name), _) => {
                let name = format!("{group}.{name}");
                let own = scope.own.as_deref();
                let value = own.map_or_else(|| Value::hole(name.clone()), |own| self.of_instance(own, &name));
                (value, 1)
            }
            (Some("self"), ..) => match scope.own.as_deref() {
                Some(own) => (Data::Instance(own.clone()).into(), 0),
                None => (self.unknown_at(origin), 0),
            },
            (Some("terraform"), Some(name), _) => (Value::hole(format!("terraform.{name}")), 1),
            (Some(kind), Some(name), _) => (instance(Mode::Resource, kind, name), 1),
            (Some(name), None, _) => (self.name(name, scope, origin), 0),
        };
        self.walk(value, steps.get(taken..).unwrap_or_default(), scope, origin)
    }

    /// All instances of a block: one, a list, an object, or an unknown number.
    fn family(&self, instance: Instance) -> Value {
        let address = (instance.mode, instance.kind.clone(), instance.name.clone());
        let with = |key: Key| Instance {
            key,
            ..instance.clone()
        };
        match self.instances(instance.module, &address) {
            Instances::Unknown => Data::Family(with(Key::Any)).into(),
            Instances::Known(keys) => match keys.as_slice() {
                [Key::Only] => Data::Instance(instance).into(),
                [Key::Each(_), ..] => {
                    let member = |key: &Key| match key {
                        Key::Each(name) => Some(Member {
                            key: name.clone(),
                            key_origin: None,
                            value: Data::Instance(with(key.clone())).into(),
                        }),
                        _ => None,
                    };
                    Data::Object(keys.iter().filter_map(member).collect()).into()
                }
                keys => Value::list(
                    keys.iter()
                        .map(|key| Data::Instance(with(key.clone())).into())
                        .collect(),
                ),
            },
        }
    }

    /// Follows attributes, indexes and splats from a value.
    fn walk(
        &self,
        value: Value,
        steps: &[&TraversalOperator],
        scope: &Scope,
        origin: Option<Origin>,
    ) -> Value {
        let mut value = value;
        // What a resource does not say in a block of it, the provider may.
        let mut path: Option<String> = None;
        for (number, step) in steps.iter().enumerate() {
            let rest = steps.get(number + 1..).unwrap_or_default();
            let (next, said) = match step {
                TraversalOperator::GetAttr(name) => {
                    let said = format!(".{}", plain(name.as_str()));
                    (self.get(&value, name.as_str(), origin), said)
                }
                TraversalOperator::LegacyIndex(index) => {
                    let said = format!("[{}]", index.value());
                    let index = Data::Number(*index.value() as f64).into();
                    (self.index(&value, &index, origin), said)
                }
                TraversalOperator::Index(index) => {
                    let index = self.expression(index, scope);
                    let said = format!("[{}]", plain(&index.written().unwrap_or_default()));
                    (self.index(&value, &index, origin), said)
                }
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
                    return self.splat(value, rest, scope, origin);
                }
            };
            path = match (&value.data, path) {
                (Data::Instance(instance), _) if instance.mode != Mode::Module => {
                    Some(format!("{}{said}", self.address(instance)))
                }
                (_, path) => path.map(|path| path + &said),
            };
            value = match &path {
                Some(path) if fails(&next) => Value::hole(path.clone()),
                _ => next,
            };
        }
        value
    }

    fn splat(
        &self,
        value: Value,
        rest: &[&TraversalOperator],
        scope: &Scope,
        origin: Option<Origin>,
    ) -> Value {
        let each = |item: Value| self.walk(item, rest, scope, origin);
        match value.data {
            Data::Null => Value::list(Vec::new()),
            Data::List(items) => Value::list(items.into_iter().map(each).collect()),
            Data::Hole(hole) => Value::hole(format!("{}[]", hole.name)),
            Data::Family(_) => self.unknown_at(origin),
            other => Value::list(vec![each(other.into())]),
        }
    }

    /// `value.name`
    pub(super) fn get(&self, value: &Value, name: &str, origin: Option<Origin>) -> Value {
        match &value.data {
            Data::Object(members) => {
                let found = members.iter().find(|member| member.key == name);
                found.map_or_else(|| missing(name), |member| member.value.clone())
            }
            Data::Null => missing(name),
            Data::Hole(hole) => Value::hole(format!("{}.{}", hole.name, plain(name))),
            Data::Instance(instance) => self.attribute(instance, name, origin),
            // Splats of old: `aws_x.y.arn` of a block that has a count.
            _ => self.unknown_at(origin),
        }
    }

    /// `value[index]`
    pub(super) fn index(&self, value: &Value, index: &Value, origin: Option<Origin>) -> Value {
        let unknown = || self.unknown_at(origin);
        match &value.data {
            Data::Hole(hole) => index.written().map_or_else(unknown, |index| {
                Value::hole(format!("{}[{}]", hole.name, plain(&index)))
            }),
            Data::List(items) => {
                let number = index.known_number().filter(|number| *number >= 0.0);
                let item = number.map(|number| items.get(number as usize).cloned());
                item.map_or_else(unknown, |item| item.unwrap_or_else(|| missing("item")))
            }
            Data::Object(_) | Data::Instance(_) => match index.known_text() {
                Some(name) => self.get(value, &name, origin),
                None => unknown(),
            },
            Data::Family(instance) => {
                let key = match &index.data {
                    Data::Number(number) if *number >= 0.0 => Some(Key::Index(*number as usize)),
                    _ => index.known_text().map(Key::Each),
                };
                key.map_or_else(unknown, |key| {
                    let instance = Instance {
                        key,
                        ..instance.clone()
                    };
                    Data::Instance(instance).into()
                })
            }
            _ => unknown(),
        }
    }
}

/// A reference stands where it is written, but for documents and the parts of collections, which stand where they are
/// defined: that is what has to be edited.
pub(super) fn referred(value: Value, origin: Option<Origin>) -> Value {
    let is_document = |text: &str| text.contains('\n') || text.trim_start().starts_with('{');
    match value.data {
        Data::Text(pieces) if pieces.iter().any(|piece| is_document(&piece.text)) => Value {
            origin: value.origin,
            data: Data::Text(pieces),
        },
        Data::Text(mut pieces) => {
            pieces.iter_mut().for_each(|piece| piece.origin = None);
            Value::from(Data::Text(pieces)).at(origin)
        }
        Data::List(_) | Data::Object(_) | Data::Json(_) => Value {
            origin: value.origin.or(origin),
            ..value
        },
        data => Value::from(data).at(origin),
    }
}
