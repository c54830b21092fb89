//! The JSON Schema of pack files, for editors: made of the tables that the loader reads by.
//!
//! What the schema refuses the loader refuses. The loader refuses more: what an action or a variable is, and which keys
//! go together, is beyond a schema that people are to read.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::FILE_KIND;
use super::shape::{Key, Kind, Shape};

/// The schema, draft 2020-12, with the keys of each kind of table in the order of the documentation.
pub fn schema() -> Value {
    let mut kinds: BTreeMap<&str, Value> = BTreeMap::new();
    let mut waiting = vec![FILE_KIND];
    while let Some((name, keys)) = waiting.pop() {
        if !kinds.contains_key(name) {
            kinds.insert(name, table(keys()));
            keys().iter().for_each(|key| push_kinds(&key.shape, &mut waiting));
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "rolecall rule pack",
        "description": "A TOML file of rules about what a connector has to be granted; docs/PACKS.md describes it.",
        "$ref": reference(FILE_KIND.0),
        "$defs": kinds,
    })
}

fn reference(name: &str) -> String {
    format!("#/$defs/{name}")
}

fn push_kinds(shape: &Shape, waiting: &mut Vec<Kind>) {
    let mut shapes = vec![shape];
    while let Some(shape) = shapes.pop() {
        match shape {
            Shape::Table(kind) | Shape::Tables(kind) => waiting.push(*kind),
            Shape::Map(inner) => shapes.push(inner),
            Shape::Either(all) => shapes.extend(all.iter()),
            _ => {}
        }
    }
}

fn table(keys: &[Key]) -> Value {
    let mut properties = Map::new();
    for key in keys {
        let mut value = json!({ "description": key.says });
        if let (Some(object), Value::Object(takes)) = (value.as_object_mut(), takes(&key.shape)) {
            object.extend(takes);
        }
        properties.insert(key.name.to_owned(), value);
    }
    let required: Vec<&str> = keys
        .iter()
        .filter(|key| key.required)
        .map(|key| key.name)
        .collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn takes(shape: &Shape) -> Value {
    match shape {
        Shape::Value => json!({ "type": "string" }),
        Shape::Text | Shape::Template => json!({ "type": "string", "pattern": "\\S" }),
        Shape::Line => json!({ "type": "string", "pattern": "^\\S(.*[^\\s.])?$" }),
        Shape::Kebab => json!({ "type": "string", "pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$" }),
        Shape::Choice(words) => json!({ "enum": words() }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Count => json!({ "type": "integer", "minimum": 1, "maximum": u32::MAX }),
        Shape::Day => json!({ "type": "string", "format": "date" }),
        Shape::Words => {
            let items = takes(&Shape::Text);
            json!({ "type": "array", "minItems": 1, "uniqueItems": true, "items": items })
        }
        Shape::Texts => json!({ "type": "array", "minItems": 1, "items": takes(&Shape::Text) }),
        Shape::Table((name, _)) => json!({ "$ref": reference(name) }),
        Shape::Tables((name, _)) => {
            json!({ "type": "array", "minItems": 1, "items": { "$ref": reference(name) } })
        }
        // The tables nest to a depth of two and end in other shapes.
        Shape::Map(inner) => json!({ "type": "object", "additionalProperties": takes(inner) }),
        Shape::Either(all) => json!({ "anyOf": all.iter().map(takes).collect::<Vec<_>>() }),
    }
}
