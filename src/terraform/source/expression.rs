//! Expressions: literals, operators, conditionals and `for`.

use hcl_edit::Span as _;
use hcl_edit::expr::{BinaryOp, BinaryOperator, Conditional, Expression, ForExpr, ObjectKey, UnaryOperator};

use super::evaluator::Evaluator;
use super::pairs::{pairs, put};
use super::reference::referred;
use super::scope::Scope;
use super::value::{Data, Member, Value};
use super::{functions, template};
use crate::source::Origin;

/// The value of an expression.
pub(super) fn of(evaluator: &Evaluator<'_>, expression: &Expression, scope: &Scope) -> Value {
    let origin = evaluator.origin(scope.doc, expression.span());
    evaluator.deeper(origin, || {
        let value = evaluator.evaluate(expression, scope, origin);
        if !evaluator.charge(value.size() / 8) {
            return evaluator.unknown_at(origin);
        }
        value
    })
}

impl Evaluator<'_> {
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
            put(&mut members, (key, key_origin), value);
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
                    put(&mut members, (key, key_origin), value);
                }
            }
        }
        if each.key_expr.is_some() {
            members.sort_by(|one, other| one.key.cmp(&other.key));
            return Value::from(Data::Object(members)).at(origin);
        }
        Value::list(items).at(origin)
    }
}
