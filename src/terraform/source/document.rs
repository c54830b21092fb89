//! `aws_iam_policy_document`: statements, and other documents merged into it by `Sid`.
//!
//! Source: the documentation of the data source in `hashicorp/aws` 5. Statements of source documents come first; own
//! ones take the place of those of the same `Sid`, and those of overriding documents the place of both.

use hcl_edit::Span as _;

use super::blocks::{Nested, blocks};
use super::evaluator::Evaluator;
use super::functions;
use super::pairs::put;
use super::value::{Data, Instance, Member, Piece, Value};
use crate::source::Origin;

/// The document, as JSON; a hole when its statements are not all known.
pub(super) fn of(evaluator: &Evaluator<'_>, instance: &Instance) -> Value {
    document(evaluator, instance)
        .unwrap_or_else(|| Value::hole(format!("{}.json", evaluator.address(instance))))
}

fn document(evaluator: &Evaluator<'_>, instance: &Instance) -> Option<Value> {
    let said = evaluator.bodies(instance, "statement")?;
    let scope = evaluator.block_scope(instance, said.doc);
    let origin = evaluator.origin(said.doc, said.what.span());
    let mut statements = Vec::new();
    for name in ["source_json", "source_policy_documents"] {
        for statement in others(evaluator, instance, name)? {
            statements.push(statement);
        }
    }
    let own = blocks(evaluator, &said.what.body, "statement", &scope);
    if !own.is_complete {
        return None;
    }
    for block in &own.blocks {
        merge(&mut statements, statement(evaluator, block)?);
    }
    for name in ["override_json", "override_policy_documents"] {
        for statement in others(evaluator, instance, name)? {
            merge(&mut statements, statement);
        }
    }
    let version = evaluator
        .attribute_of_block(instance, "version")
        .filter(|version| !version.is_null())
        .unwrap_or_else(|| Value::text("2012-10-17"));
    let mut members = vec![member("Version", version)];
    let id = evaluator.attribute_of_block(instance, "policy_id");
    members.extend(id.filter(|id| !id.is_null()).map(|id| member("Id", id)));
    members.push(member("Statement", Value::list(statements).at(origin)));
    let document = Value::from(Data::Object(members)).at(origin);
    Some(Value::from(Data::Json(Box::new(document))).at(origin))
}

fn member(key: &str, value: Value) -> Member {
    Member {
        key: key.to_owned(),
        key_origin: None,
        value,
    }
}

/// Adds a statement, or puts it in the place of the one of its `Sid`.
fn merge(statements: &mut Vec<Value>, statement: Value) {
    let sid = |value: &Value| {
        let sid = value.member("Sid").and_then(Value::written);
        sid.filter(|sid| !sid.is_empty())
    };
    let wanted = sid(&statement);
    match statements
        .iter_mut()
        .find(|known| wanted.is_some() && sid(known) == wanted)
    {
        Some(known) => *known = statement,
        None => statements.push(statement),
    }
}

/// The statements of other documents; `None` when one of them is not known.
fn others(evaluator: &Evaluator<'_>, instance: &Instance, name: &str) -> Option<Vec<Value>> {
    let Some(given) = evaluator
        .attribute_of_block(instance, name)
        .filter(|given| !given.is_null())
    else {
        return Some(Vec::new());
    };
    let documents = match given.items() {
        Some(items) => items.to_vec(),
        None => vec![given],
    };
    let mut statements = Vec::new();
    for document in documents {
        if document.is_null() || document.known_text().is_some_and(|text| text.trim().is_empty()) {
            continue;
        }
        let document = functions::decoded(&document)?;
        match &document.member("Statement")?.data {
            Data::List(items) => statements.extend(items.iter().cloned()),
            Data::Object(_) => statements.extend(document.member("Statement").cloned()),
            _ => return None,
        }
    }
    Some(statements)
}

fn statement(evaluator: &Evaluator<'_>, block: &Nested<'_>) -> Option<Value> {
    let mut members = Vec::new();
    let sid = block.attribute(evaluator, "sid");
    members.extend(sid.map(|sid| keyed(evaluator, block, "Sid", "sid", sid)));
    let effect = match block.attribute(evaluator, "effect") {
        Some(effect) => {
            effect.known_text()?;
            keyed(evaluator, block, "Effect", "effect", effect)
        }
        None => member("Effect", Value::text("Allow").at(block.origin)),
    };
    members.push(effect);
    for (key, name) in [
        ("Action", "actions"),
        ("NotAction", "not_actions"),
        ("Resource", "resources"),
        ("NotResource", "not_resources"),
    ] {
        let given = block.attribute(evaluator, name);
        let given = given.filter(|given| given.items().is_none_or(|items| !items.is_empty()));
        members.extend(given.map(|given| keyed(evaluator, block, key, name, variables(given))));
    }
    for (key, name) in [("Principal", "principals"), ("NotPrincipal", "not_principals")] {
        if let Some(value) = principals(evaluator, block, name)? {
            members.push(member(key, value));
        }
    }
    if let Some(value) = conditions(evaluator, block)? {
        members.push(member("Condition", value));
    }
    Some(Value::from(Data::Object(members)).at(block.origin))
}

/// A member whose key stands where the argument of the block does.
fn keyed(evaluator: &Evaluator<'_>, block: &Nested<'_>, key: &str, name: &str, value: Value) -> Member {
    let attribute = block.body.get_attribute(name);
    let key_origin = attribute.and_then(|attribute| evaluator.origin(block.scope.doc, attribute.key.span()));
    Member {
        key: key.to_owned(),
        key_origin,
        value,
    }
}

/// `&{…}` stands for the policy variable `${…}`.
fn variables(value: Value) -> Value {
    let data = match value.data {
        Data::List(items) => Data::List(items.into_iter().map(variables).collect()),
        Data::Text(pieces) => {
            let piece = |piece: Piece| {
                let has_one = piece.text.contains("&{");
                Piece {
                    text: piece.text.replace("&{", "${"),
                    origin: if has_one { None } else { piece.origin },
                    hole: piece.hole,
                }
            };
            Data::Text(pieces.into_iter().map(piece).collect())
        }
        other => other,
    };
    Value {
        origin: value.origin,
        data,
    }
}

/// The items of a list, or the one value; `None` for a list that is not known.
fn listed(value: Option<Value>) -> Option<Vec<Value>> {
    match value?.data {
        Data::List(items) => Some(items.into_iter().map(variables).collect()),
        _ => None,
    }
}

fn principals(evaluator: &Evaluator<'_>, block: &Nested<'_>, name: &str) -> Option<Option<Value>> {
    let found = blocks(evaluator, block.body, name, &block.scope);
    if !found.is_complete {
        return None;
    }
    let mut kinds: Vec<Member> = Vec::new();
    for each in &found.blocks {
        let kind = each.attribute(evaluator, "type")?;
        let key_origin = kind.origin;
        let key = kind.known_text()?;
        let identifiers = listed(each.attribute(evaluator, "identifiers"))?;
        add(&mut kinds, (key, key_origin), identifiers, each.origin);
    }
    let origin = found.blocks.first().and_then(|block| block.origin);
    match kinds.as_slice() {
        [] => Some(None),
        [only] if only.key == "*" => Some(Some(Value::text("*").at(origin))),
        _ => Some(Some(Value::from(Data::Object(kinds)).at(origin))),
    }
}

/// Adds values to the list of a key.
fn add(
    members: &mut Vec<Member>,
    (key, key_origin): (String, Option<Origin>),
    values: Vec<Value>,
    origin: Option<Origin>,
) {
    let known = members.iter_mut().find(|member| member.key == key);
    match known.map(|member| &mut member.value.data) {
        Some(Data::List(items)) => items.extend(values),
        _ => members.push(Member {
            key,
            key_origin,
            value: Value::list(values).at(origin),
        }),
    }
}

fn conditions(evaluator: &Evaluator<'_>, block: &Nested<'_>) -> Option<Option<Value>> {
    let found = blocks(evaluator, block.body, "condition", &block.scope);
    if !found.is_complete {
        return None;
    }
    let mut operators: Vec<Member> = Vec::new();
    for each in &found.blocks {
        let (test, variable) = (
            each.attribute(evaluator, "test")?,
            each.attribute(evaluator, "variable")?,
        );
        let (operator, key) = (test.known_text()?, variable.known_text()?);
        let values = listed(each.attribute(evaluator, "values"))?;
        let known = operators.iter_mut().find(|member| member.key == operator);
        match known.map(|member| &mut member.value.data) {
            Some(Data::Object(keys)) => add(keys, (key, variable.origin), values, each.origin),
            _ => {
                let mut keys = Vec::new();
                add(&mut keys, (key, variable.origin), values, each.origin);
                let value = Value::from(Data::Object(keys)).at(each.origin);
                put(&mut operators, (operator, test.origin), value);
            }
        }
    }
    let origin = found.blocks.first().and_then(|block| block.origin);
    Some((!operators.is_empty()).then(|| Value::from(Data::Object(operators)).at(origin)))
}
