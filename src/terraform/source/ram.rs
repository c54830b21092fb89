//! `alicloud_ram_policy_document`: statements of RAM.
//!
//! Source: the documentation of the data source in `aliyun/alicloud`.

use hcl_edit::Span as _;

use super::blocks::{Nested, blocks};
use super::evaluator::Evaluator;
use super::pairs::put;
use super::value::{Data, Instance, Member, Value};

/// The document, as JSON; a hole when its statements are not all known.
pub(super) fn of(evaluator: &Evaluator<'_>, instance: &Instance) -> Value {
    let hole = || Value::hole(format!("{}.document", evaluator.address(instance)));
    document(evaluator, instance).unwrap_or_else(hole)
}

fn document(evaluator: &Evaluator<'_>, instance: &Instance) -> Option<Value> {
    let said = evaluator.bodies(instance, "statement")?;
    let scope = evaluator.block_scope(instance, said.doc);
    let origin = evaluator.origin(said.doc, said.what.span());
    let own = blocks(evaluator, &said.what.body, "statement", &scope);
    if !own.is_complete {
        return None;
    }
    let statements: Option<Vec<Value>> = own
        .blocks
        .iter()
        .map(|block| statement(evaluator, block))
        .collect();
    let version = evaluator.attribute_of_block(instance, "version");
    let version = version.filter(|version| !version.is_null());
    let members = vec![
        member("Version", version.unwrap_or_else(|| Value::text("1"))),
        member("Statement", Value::list(statements?).at(origin)),
    ];
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

fn statement(evaluator: &Evaluator<'_>, block: &Nested<'_>) -> Option<Value> {
    let mut members = Vec::new();
    let effect = block.attribute(evaluator, "effect");
    let effect = effect.unwrap_or_else(|| Value::text("Allow").at(block.origin));
    effect.known_text()?;
    members.push(member("Effect", effect));
    for (key, name) in [("Action", "action"), ("Resource", "resource")] {
        members.extend(block.attribute(evaluator, name).map(|value| member(key, value)));
    }
    let principals = blocks(evaluator, block.body, "principal", &block.scope);
    let mut of_kinds = Vec::new();
    for each in &principals.blocks {
        let kind = each.attribute(evaluator, "entity")?.known_text()?;
        put(
            &mut of_kinds,
            (kind, each.origin),
            each.attribute(evaluator, "identifiers")?,
        );
    }
    if !of_kinds.is_empty() {
        members.push(member("Principal", Data::Object(of_kinds).into()));
    }
    let conditions = blocks(evaluator, block.body, "condition", &block.scope);
    let mut operators: Vec<Member> = Vec::new();
    for each in &conditions.blocks {
        let text = |name: &str| each.attribute(evaluator, name)?.known_text();
        let (operator, key) = (text("operator")?, text("variable")?);
        let value = each.attribute(evaluator, "values")?;
        let known = operators.iter_mut().find(|known| known.key == operator);
        match known.map(|known| &mut known.value.data) {
            Some(Data::Object(keys)) => put(keys, (key, each.origin), value),
            _ => {
                let mut keys = Vec::new();
                put(&mut keys, (key, each.origin), value);
                put(&mut operators, (operator, each.origin), Data::Object(keys).into());
            }
        }
    }
    if !operators.is_empty() {
        members.push(member("Condition", Data::Object(operators).into()));
    }
    let is_complete = principals.is_complete && conditions.is_complete;
    is_complete.then(|| Value::from(Data::Object(members)).at(block.origin))
}
