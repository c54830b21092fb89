//! The schema and the loader agree: on every pack of the program, and on every small change of a good file.
//!
//! The validator here knows the keywords that the schema uses, and no others; patterns and formats it takes as met.

use serde_json::Value;

use super::GOOD;
use crate::pack::{BUILTIN_FILES, load, schema};

/// A pack file as JSON, as an editor sees it: dates are strings.
fn as_json(text: &str) -> Value {
    fn value(toml: toml::Value) -> Value {
        match toml {
            toml::Value::Datetime(day) => day.to_string().into(),
            toml::Value::Array(items) => items.into_iter().map(value).collect(),
            toml::Value::Table(table) => table.into_iter().map(|(key, item)| (key, value(item))).collect(),
            plain => serde_json::to_value(plain).unwrap(),
        }
    }
    value(toml::Value::Table(text.parse().unwrap()))
}

/// What is wrong with a value, the first thing.
fn fault(schema: &Value, whole: &Value, value: &Value) -> Option<String> {
    let mut faults =
        schema
            .as_object()
            .unwrap()
            .iter()
            .filter_map(|(keyword, says)| match keyword.as_str() {
                "$schema"
                | "title"
                | "description"
                | "$defs"
                | "pattern"
                | "format"
                | "additionalProperties" => None,
                "$ref" => {
                    let name = says.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                    fault(&whole["$defs"][name], whole, value)
                }
                "type" => {
                    let fits = match says.as_str().unwrap() {
                        "string" => value.is_string(),
                        "boolean" => value.is_boolean(),
                        "integer" => value.is_i64(),
                        "array" => value.is_array(),
                        "object" => value.is_object(),
                        other => panic!("{other}"),
                    };
                    (!fits).then(|| format!("{value} is no {says}"))
                }
                "enum" => {
                    (!says.as_array().unwrap().contains(value)).then(|| format!("{value} is none of {says}"))
                }
                "minimum" => {
                    (value.as_i64()? < says.as_i64().unwrap()).then(|| format!("{value} is too small"))
                }
                "maximum" => {
                    (value.as_i64()? > says.as_i64().unwrap()).then(|| format!("{value} is too large"))
                }
                "minItems" => value.as_array()?.is_empty().then(|| "empty".to_owned()),
                "uniqueItems" => {
                    let items = value.as_array()?;
                    let twice = items
                        .iter()
                        .enumerate()
                        .find(|(at, item)| items[..*at].contains(item));
                    twice.map(|(_, item)| format!("{item} twice"))
                }
                "items" => value.as_array()?.iter().find_map(|item| fault(says, whole, item)),
                "anyOf" => {
                    let faults: Option<Vec<String>> = says
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|one| fault(one, whole, value))
                        .collect();
                    faults.map(|faults| faults.join(" and "))
                }
                "required" => {
                    let table = value.as_object()?;
                    let lacks = says
                        .as_array()
                        .unwrap()
                        .iter()
                        .find(|key| !table.contains_key(key.as_str().unwrap()));
                    lacks.map(|key| format!("no {key}"))
                }
                "properties" => {
                    let properties = says.as_object().unwrap();
                    value
                        .as_object()?
                        .iter()
                        .find_map(|(key, value)| fault(properties.get(key)?, whole, value))
                }
                other => panic!("the schema uses `{other}`"),
            });
    let first = faults.next();
    first.or_else(|| more(schema, whole, value))
}

/// Keys that no property names.
fn more(schema: &Value, whole: &Value, value: &Value) -> Option<String> {
    let (more, table) = (schema.get("additionalProperties")?, value.as_object()?);
    let named = |key: &str| schema.get("properties").is_some_and(|all| all.get(key).is_some());
    let mut others = table.iter().filter(|(key, _)| !named(key));
    match more {
        Value::Bool(false) => others.next().map(|(key, _)| format!("no key {key}")),
        more => others.find_map(|(_, value)| fault(more, whole, value)),
    }
}

fn refused(text: &str) -> Option<String> {
    let schema = schema();
    fault(&schema, &schema, &as_json(text))
}

#[test]
fn every_pack_of_the_program_fits_the_schema() {
    for (name, text) in BUILTIN_FILES {
        assert_eq!(refused(text), None, "{name}");
    }
    assert_eq!(refused(GOOD), None);
}

/// Every value of a file, each by the keys and numbers that lead to it.
fn paths(value: &toml::Value, at: &[String], into: &mut Vec<Vec<String>>) {
    let inside: Vec<(String, &toml::Value)> = match value {
        toml::Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), value)).collect(),
        toml::Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, item)| (at.to_string(), item))
            .collect(),
        _ => Vec::new(),
    };
    for (key, value) in inside {
        let path: Vec<String> = at.iter().cloned().chain([key]).collect();
        into.push(path.clone());
        paths(value, &path, into);
    }
}

fn step<'v>(value: &'v mut toml::Value, key: &str) -> &'v mut toml::Value {
    match value {
        toml::Value::Array(items) => &mut items[key.parse::<usize>().unwrap()],
        table => table.get_mut(key).unwrap(),
    }
}

/// The file with the value at a path replaced, or taken out.
fn changed(path: &[String], with: Option<&toml::Value>) -> String {
    let mut file = toml::Value::Table(GOOD.parse().unwrap());
    let (last, before) = path.split_last().unwrap();
    let parent = before.iter().fold(&mut file, |value, key| step(value, key));
    match (parent, with) {
        (toml::Value::Table(table), None) => _ = table.remove(last),
        (toml::Value::Array(items), None) => _ = items.remove(last.parse().unwrap()),
        (parent, Some(with)) => *step(parent, last) = with.clone(),
        _ => unreachable!(),
    }
    toml::to_string(&file).unwrap()
}

#[test]
fn the_schema_refuses_nothing_that_the_loader_takes_and_all_that_is_a_matter_of_keys_and_types() {
    let mut all = Vec::new();
    paths(&toml::Value::Table(GOOD.parse().unwrap()), &[], &mut all);
    let odd: [toml::Value; 5] = [
        toml::Value::Integer(-7),
        toml::Value::String("zzzz".to_owned()),
        toml::Value::Boolean(true),
        toml::Value::Array(vec![toml::Value::Integer(1)]),
        toml::Value::Table(toml::map::Map::from_iter([(
            "zzzz".to_owned(),
            toml::Value::Integer(1),
        )])),
    ];
    let mut count = 0;
    for path in &all {
        for with in odd.iter().map(Some).chain([None]) {
            let text = changed(path, with);
            let faults = load("changed.toml", &text).err().unwrap_or_default();
            let refused = refused(&text);
            if let Some(why) = &refused {
                assert!(!faults.is_empty(), "{path:?} {with:?}: {why}");
                count += 1;
            }
            let plain = |message: &str| {
                message.contains(", not a")
                    || message.contains(" has no key `")
                    || message.contains(" has no `")
            };
            // Whether these are there depends on other keys.
            let depends = ["the pack has no `example`", "the file has no `rule`"];
            let of_platform = |message: &str| message.starts_with("`pack.example` has no `");
            let plain =
                |message: &str| plain(message) && !depends.contains(&message) && !of_platform(message);
            if let Some(fault) = faults.iter().find(|fault| plain(&fault.message)) {
                assert!(refused.is_some(), "{path:?} {with:?}: {}", fault.message);
            }
        }
    }
    assert!(count > 200, "{count}");
}
