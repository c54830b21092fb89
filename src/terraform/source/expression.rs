//! Expressions: operators, conditionals, `for`, references, indexes and splats.

use hcl_edit::Span as _;
use hcl_edit::expr::{
    BinaryOp, BinaryOperator, Conditional, Expression, ForExpr, ObjectKey, Traversal, TraversalOperator,
    UnaryOperator,
};

use super::evaluator::{Evaluator, Instances, Scope};
use super::value::{Data, Instance, Key, Member, Mode, Value, plain};
use super::{functions, template};
use crate::source::Origin;

impl Evaluator<'_> {
    /// The value of an expression.
    pub(super) fn expression(&self, expression: &Expression, scope: &Scope) -> Value {
        let origin = self.origin(scope.doc, expression.span());
        self.deeper(origin, || {
            let value = self.evaluate(expression, scope, origin);
            if !self.charge(value.size() / 8) {
                return self.unknown_at(origin);
            }
            value
        })
    }

    fn evaluate(&self, expression: &Expression, scope: &Scope, origin: Option<Origin>) -> Value {
        match expression {
            Expression::Null(_) => Value::from(Data::Null).at(origin),
            Expression::Bool(flag) => Value::from(Data::Bool(*flag.value())).at(origin),
            Expression::Number(number) => {
                Value::from(Data::Number(number.value().as_f64().unwrap_or_default())).at(origin)
            }
            Expression::String(_) | Expression::StringTemplate(_) | Expression::HeredocTemplate(_) => {
                template::of(self, expression, scope).at(origin)
            }
            Expression::Array(array) => {
                Value::list(array.iter().map(|item| self.expression(item, scope)).collect()).at(origin)
            }
            Expression::Object(object) => self.object(object, scope).at(origin),
            Expression::Parenthesis(inner) => self.expression(inner.inner(), scope),
            Expression::Variable(name) => referred(self.name(name.as_str(), scope, origin), origin),
            Expression::Traversal(traversal) => referred(self.traversal(traversal, scope, origin), origin),
            Expression::Conditional(conditional) => self.conditional(conditional, scope, origin),
            Expression::FuncCall(call) => functions::call(self, call, scope, origin),
            Expression::UnaryOp(operation) => {
                let value = self.expression(&operation.expr, scope);
                let result = match operation.operator.value() {
                    UnaryOperator::Neg => value.known_number().map(|number| Data::Number(-number)),
                    UnaryOperator::Not => value.known_bool().map(|flag| Data::Bool(!flag)),
                };
                result.map_or_else(|| self.unknown_at(origin), |data| Value::from(data).at(origin))
            }
            Expression::BinaryOp(operation) => self.binary(operation, scope, origin),
            Expression::ForExpr(each) => self.for_each(each, scope, origin),
        }
    }

    fn object(&self, object: &hcl_edit::expr::Object, scope: &Scope) -> Value {
        let mut members: Vec<Member> = Vec::new();
        for (key, value) in object {
            let key_origin = self.origin(scope.doc, key.span());
            let name = match key {
                ObjectKey::Ident(name) => Some(name.as_str().to_owned()),
                ObjectKey::Expression(Expression::Variable(name)) => Some(name.as_str().to_owned()),
                ObjectKey::Expression(key) => self.expression(key, scope).written(),
            };
            let Some(key) = name else {
                return self.unknown_at(key_origin);
            };
            let value = self.expression(value.expr(), scope);
            put(
                &mut members,
                Member {
                    key,
                    key_origin,
                    value,
                },
            );
        }
        Data::Object(members).into()
    }

    fn conditional(&self, conditional: &Conditional, scope: &Scope, origin: Option<Origin>) -> Value {
        match self.expression(&conditional.cond_expr, scope).known_bool() {
            Some(true) => self.expression(&conditional.true_expr, scope),
            Some(false) => self.expression(&conditional.false_expr, scope),
            None => {
                let one = self.expression(&conditional.true_expr, scope);
                let other = self.expression(&conditional.false_expr, scope);
                if one.equals(&other) == Some(true) {
                    one
                } else {
                    self.unknown_at(origin)
                }
            }
        }
    }

    fn binary(&self, operation: &BinaryOp, scope: &Scope, origin: Option<Origin>) -> Value {
        use BinaryOperator::{
            And, Div, Eq, Greater, GreaterEq, Less, LessEq, Minus, Mod, Mul, NotEq, Or, Plus,
        };
        let one = self.expression(&operation.lhs_expr, scope);
        let operator = *operation.operator.value();
        // As Terraform does since 1.12, the second operand is not looked at where the first decides.
        match (operator, one.known_bool()) {
            (And, Some(false)) => return Value::from(Data::Bool(false)).at(origin),
            (Or, Some(true)) => return Value::from(Data::Bool(true)).at(origin),
            _ => {}
        }
        let other = self.expression(&operation.rhs_expr, scope);
        let numbers = one.known_number().zip(other.known_number());
        let number = |work: fn(f64, f64) -> f64| {
            let number = numbers.map(|(one, other)| work(one, other));
            number.filter(|number| number.is_finite()).map(Data::Number)
        };
        let compare =
            |work: fn(&f64, &f64) -> bool| numbers.map(|(one, other)| Data::Bool(work(&one, &other)));
        let flags = (one.known_bool(), other.known_bool());
        let data = match operator {
            Eq => one.equals(&other).map(Data::Bool),
            NotEq => one.equals(&other).map(|same| Data::Bool(!same)),
            Less => compare(f64::lt),
            LessEq => compare(f64::le),
            Greater => compare(f64::gt),
            GreaterEq => compare(f64::ge),
            Plus => number(|one, other| one + other),
            Minus => number(|one, other| one - other),
            Mul => number(|one, other| one * other),
            Div => number(|one, other| one / other),
            Mod => number(|one, other| one % other),
            And => match flags {
                (Some(true), Some(true)) => Some(Data::Bool(true)),
                (_, Some(false)) => Some(Data::Bool(false)),
                _ => None,
            },
            Or => match flags {
                (Some(false), Some(false)) => Some(Data::Bool(false)),
                (_, Some(true)) => Some(Data::Bool(true)),
                _ => None,
            },
        };
        data.map_or_else(|| self.unknown_at(origin), |data| Value::from(data).at(origin))
    }

    fn for_each(&self, each: &ForExpr, scope: &Scope, origin: Option<Origin>) -> Value {
        let collection = self.expression(&each.intro.collection_expr, scope);
        let Some(pairs) = pairs(&collection) else {
            return self.unknown_at(origin);
        };
        let (mut items, mut members): (Vec<Value>, Vec<Member>) = (Vec::new(), Vec::new());
        for (key, value) in pairs {
            let mut inner = scope.with(each.intro.value_var.as_str(), value);
            if let Some(name) = &each.intro.key_var {
                inner = inner.with(name.as_str(), key);
            }
            let wanted = each.cond.as_ref().map_or(Some(true), |cond| {
                self.expression(&cond.expr, &inner).known_bool()
            });
            match wanted {
                Some(true) => {}
                Some(false) => continue,
                None => return self.unknown_at(origin),
            }
            let value = self.expression(&each.value_expr, &inner);
            let Some(key) = &each.key_expr else {
                items.push(value);
                continue;
            };
            let key = self.expression(key, &inner);
            let (key_origin, Some(key)) = (key.origin, key.written()) else {
                return self.unknown_at(origin);
            };
            let grouped = members
                .iter_mut()
                .find(|member| each.grouping && member.key == key);
            match grouped.map(|member| &mut member.value.data) {
                Some(Data::List(group)) => group.push(value),
                _ => {
                    let value = if each.grouping {
                        Value::list(vec![value])
                    } else {
                        value
                    };
                    put(
                        &mut members,
                        Member {
                            key,
                            key_origin,
                            value,
                        },
                    );
                }
            }
        }
        if each.key_expr.is_some() {
            members.sort_by(|one, other| one.key.cmp(&other.key));
            return Value::from(Data::Object(members)).at(origin);
        }
        Value::list(items).at(origin)
    }

    /// What a first name means.
    fn name(&self, name: &str, scope: &Scope, origin: Option<Origin>) -> Value {
        match scope.binding(name) {
            Some(value) => value.clone(),
            None => Value::hole(plain(name)).at(origin),
        }
    }

    fn traversal(&self, traversal: &Traversal, scope: &Scope, origin: Option<Origin>) -> Value {
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
            (Some("path"), Some(name), _) => {
                let folder = self
                    .module(scope.module)
                    .map(|module| module.folder)
                    .unwrap_or_default();
                let folder = if name == "module" { folder } else { String::new() };
                let here = if folder.is_empty() { ".".to_owned() } else { folder };
                (Value::text(here), 1)
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
        for (number, step) in steps.iter().enumerate() {
            let rest = steps.get(number + 1..).unwrap_or_default();
            value = match step {
                TraversalOperator::GetAttr(name) => self.get(&value, name.as_str(), origin),
                TraversalOperator::LegacyIndex(index) => {
                    self.index(&value, &Data::Number(*index.value() as f64).into(), origin)
                }
                TraversalOperator::Index(index) => {
                    let index = self.expression(index, scope);
                    self.index(&value, &index, origin)
                }
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
                    return self.splat(value, rest, scope, origin);
                }
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

/// What is certain not to be there, which is a fault, and which `try` passes over.
fn missing(name: &str) -> Value {
    Value::hole(format!("{MISSING}{}", plain(name)))
}

/// How the holes of what is missing begin.
const MISSING: &str = "no such ";

/// Whether an expression is certain to fail.
pub(super) fn fails(value: &Value) -> bool {
    matches!(&value.data, Data::Hole(hole) if hole.name.starts_with(MISSING))
}

/// A reference stands where it is written, but for documents and the parts of collections, which stand where they are
/// defined: that is what has to be edited.
fn referred(value: Value, origin: Option<Origin>) -> Value {
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

/// The keys and values of a collection that is known.
pub(super) fn pairs(collection: &Value) -> Option<Vec<(Value, Value)>> {
    match &collection.data {
        Data::List(items) => {
            let pair = |(number, item): (usize, &Value)| (Data::Number(number as f64).into(), item.clone());
            Some(items.iter().enumerate().map(pair).collect())
        }
        Data::Object(members) => {
            let pair = |member: &Member| {
                let key = Value::text(member.key.clone()).at(member.key_origin);
                (key, member.value.clone())
            };
            let mut members: Vec<&Member> = members.iter().collect();
            members.sort_by(|one, other| one.key.cmp(&other.key));
            Some(members.into_iter().map(pair).collect())
        }
        Data::Null => Some(Vec::new()),
        _ => None,
    }
}

/// Adds a member, or puts it in the place of the one of its key.
pub(super) fn put(members: &mut Vec<Member>, member: Member) {
    match members.iter_mut().find(|known| known.key == member.key) {
        Some(known) => *known = member,
        None => members.push(member),
    }
}
