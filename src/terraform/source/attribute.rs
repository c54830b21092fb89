//! Attributes of instances: written ones, nested blocks, outputs of modules, and what the provider makes.

use hcl_edit::Span as _;

use super::super::computed::{self, Part};
use super::blocks::blocks;
use super::evaluator::Evaluator;
use super::value::{Data, Hole, Instance, Mode, Piece, Value, plain};
use super::{document, ram};

/// The value of an attribute.
pub(super) fn of(evaluator: &Evaluator<'_>, instance: &Instance, name: &str) -> Value {
    if instance.mode == Mode::Module {
        return output(evaluator, instance, name);
    }
    let written = evaluator.attribute_of_block(instance, name);
    if let Some(value) = written.filter(|value| !value.is_null()) {
        return value;
    }
    let is_document = instance.mode == Mode::Data && instance.kind == "aws_iam_policy_document";
    if is_document && ["json", "minified_json"].contains(&name) {
        return document::of(evaluator, instance);
    }
    if instance.mode == Mode::Data && instance.kind == "alicloud_ram_policy_document" && name == "document" {
        return ram::of(evaluator, instance);
    }
    if let Some(said) = evaluator.bodies(instance, name) {
        let scope = evaluator.block_scope(instance, said.doc);
        let found = blocks(evaluator, &said.what.body, name, &scope);
        if !found.blocks.is_empty() && found.is_complete {
            let bodies = found.blocks.iter().map(|block| block.object(evaluator));
            return Value::list(bodies.collect()).at(evaluator.origin(said.doc, said.what.span()));
        }
    }
    made(evaluator, instance, name).unwrap_or_else(|| {
        let address = evaluator.address(instance);
        Value::hole(format!("{address}.{}", plain(name)))
    })
}

/// What the provider makes of the written attributes.
fn made(evaluator: &Evaluator<'_>, instance: &Instance, name: &str) -> Option<Value> {
    let address = evaluator.address(instance);
    let get = |wanted: &str| {
        let value = evaluator.attribute_of_block(instance, wanted)?;
        if value.is_null() {
            return None;
        }
        let pieces = value.pieces()?;
        Some(pieces.into_iter().map(part).collect())
    };
    let parts = computed::attribute((&instance.kind, &address), name, evaluator.facts, &get)?;
    if let [Part::Hole { name, is_atom }] = parts.as_slice() {
        let hole = Hole {
            name: name.clone(),
            is_atom: *is_atom,
        };
        return Some(Data::Hole(hole).into());
    }
    Some(Data::Text(parts.into_iter().map(piece).collect()).into())
}

fn part(piece: Piece) -> Part {
    match piece.hole {
        Some(Hole { name, is_atom }) => Part::Hole { name, is_atom },
        None => Part::Text(piece.text),
    }
}

fn piece(part: Part) -> Piece {
    match part {
        Part::Text(text) => Piece::known(text, None),
        Part::Hole { name, is_atom } => Hole { name, is_atom }.into(),
    }
}

fn output(evaluator: &Evaluator<'_>, instance: &Instance, name: &str) -> Value {
    let hole = || Value::hole(format!("{}.{}", evaluator.address(instance), plain(name)));
    let Some(child) = evaluator.child(instance) else {
        let said = evaluator.block(instance);
        let origin = said.and_then(|said| evaluator.origin(said.doc, said.what.span()));
        if origin.is_some() {
            let module = &instance.name;
            evaluator.remark(
                origin,
                format!("what the module `{module}` makes is not known, as its files are not here"),
            );
        }
        return hole();
    };
    let output = evaluator
        .folder(child)
        .and_then(|folder| folder.outputs.get(name));
    let value = output.and_then(|said| {
        let value = said.what.body.get_attribute("value")?;
        Some(evaluator.expression(&value.value, &evaluator.plain_scope(child, said.doc)))
    });
    value.unwrap_or_else(hole)
}
