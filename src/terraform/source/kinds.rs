//! What the type of a variable does to its value: defaults of optional attributes, and conversions of texts.

use hcl_edit::expr::{Expression, FuncCall, ObjectKey};
use hcl_edit::structure::Block;

use super::config::Said;
use super::evaluator::Evaluator;
use super::value::{Data, Member, Value};

/// A variable's value as its type makes it.
pub(super) fn of_kind(evaluator: &Evaluator<'_>, variable: &Said<'_, Block>, value: Value) -> Value {
    match variable.what.body.get_attribute("type") {
        Some(kind) => convert(evaluator, variable, &kind.value, value),
        None => value,
    }
}

fn convert(evaluator: &Evaluator<'_>, variable: &Said<'_, Block>, kind: &Expression, value: Value) -> Value {
    let Expression::FuncCall(call) = kind else {
        return scalar(kind, value);
    };
    let inner = call.args.iter().next();
    match (call.name.name.as_str(), inner, value.data) {
        ("object", Some(Expression::Object(wanted)), Data::Object(mut members)) => {
            for (key, kind) in wanted {
                let name = match key {
                    ObjectKey::Ident(name) => name.as_str(),
                    ObjectKey::Expression(Expression::Variable(name)) => name.as_str(),
                    ObjectKey::Expression(_) => continue,
                };
                member(evaluator, variable, (name, kind.expr()), &mut members);
            }
            Value {
                origin: value.origin,
                data: Data::Object(members),
            }
        }
        ("list" | "set", Some(kind), Data::List(items)) => {
            let items = items
                .into_iter()
                .map(|item| convert(evaluator, variable, kind, item));
            Value::list(items.collect()).at(value.origin)
        }
        ("map", Some(kind), Data::Object(members)) => {
            let member = |member: Member| Member {
                value: convert(evaluator, variable, kind, member.value.clone()),
                ..member
            };
            let members = members.into_iter().map(member).collect();
            Value::from(Data::Object(members)).at(value.origin)
        }
        (_, _, data) => Value {
            origin: value.origin,
            data,
        },
    }
}

/// A scalar as its type spells it.
fn scalar(kind: &Expression, value: Value) -> Value {
    let name = kind.as_variable().map(|name| name.as_str());
    let data = match (name, &value.data) {
        (Some("string"), Data::Bool(_) | Data::Number(_)) => value.pieces().map(Data::Text),
        (Some("number"), Data::Text(_)) => value.known_number().map(Data::Number),
        (Some("bool"), Data::Text(_)) => value.known_bool().map(Data::Bool),
        _ => None,
    };
    match data {
        Some(data) => Value::from(data).at(value.origin),
        None => value,
    }
}

fn member(
    evaluator: &Evaluator<'_>,
    variable: &Said<'_, Block>,
    (name, kind): (&str, &Expression),
    members: &mut Vec<Member>,
) {
    let optional = match kind {
        Expression::FuncCall(call) if call.name.name.as_str() == "optional" => Some(&**call),
        _ => None,
    };
    let inner = optional.and_then(|call| call.args.iter().next()).unwrap_or(kind);
    let known = members
        .iter_mut()
        .find(|member| member.key == name && !member.value.is_null());
    if let Some(known) = known {
        known.value = convert(evaluator, variable, inner, known.value.clone());
        return;
    }
    let Some(optional) = optional else {
        return;
    };
    let value = default(evaluator, variable, optional);
    let value = convert(evaluator, variable, inner, value);
    members.retain(|member| member.key != name);
    members.push(Member {
        key: name.to_owned(),
        key_origin: None,
        value,
    });
}

fn default(evaluator: &Evaluator<'_>, variable: &Said<'_, Block>, optional: &FuncCall) -> Value {
    let scope = evaluator.plain_scope(0, variable.doc);
    let given = optional.args.iter().nth(1);
    given.map_or_else(
        || Data::Null.into(),
        |default| evaluator.expression(default, &scope),
    )
}
