//! When a rule is asked, in words, for people who do not read the file: one phrase for each value of the table.

use toml::de::DeValue;

use super::faults::{Value, shown};

/// Keys that say how a value is compared, and the words for it.
const COMPARED: [(&str, &str); 4] = [
    ("equals", "is"),
    ("not_equals", "is not"),
    ("one_of", "is one of"),
    ("contains", "contains"),
];

/// The phrases of a table, in the order of its keys. Alternatives are one phrase; they hold none themselves.
pub(super) fn said(value: &Value<'_>) -> Vec<String> {
    let (alternatives, mut phrases) = (alternatives(value), plain(value));
    phrases.extend(alternatives);
    phrases
}

/// What stands in `any`: one of the tables has to hold.
fn alternatives(value: &Value<'_>) -> Option<String> {
    let tables = value.get_ref().as_table()?.get("any")?.get_ref().as_array()?;
    let tables: Vec<String> = tables.iter().map(|table| plain(table).join(" and ")).collect();
    Some(format!("either {}", tables.join(", or ")))
}

/// The phrases of a table, its alternatives apart.
fn plain(value: &Value<'_>) -> Vec<String> {
    let mut phrases = Vec::new();
    let mut values = vec![(Vec::new(), value)];
    while let Some((path, value)) = values.pop() {
        if let Some(table) = value.get_ref().as_table() {
            let inside = table.iter().rev().map(|(key, value)| {
                let name: &str = key.get_ref();
                (path.iter().copied().chain([name]).collect(), value)
            });
            values.extend(inside);
            continue;
        }
        phrases.extend(phrase(&path, value));
    }
    phrases
}

fn phrase(path: &[&str], value: &Value<'_>) -> Option<String> {
    let (last, before) = path.split_last()?;
    if path == ["any"] {
        return None;
    }
    let compared = COMPARED.iter().find(|(key, _)| key == last);
    let (path, verb) = match compared {
        Some((_, verb)) if !before.is_empty() => (before, *verb),
        _ => (path, "is"),
    };
    Some(format!("`{}` {verb} {}", shown(&path.join(".")), words(value)))
}

fn words(value: &Value<'_>) -> String {
    match value.get_ref() {
        DeValue::String(text) if text == "present" || text == "absent" => text.to_string(),
        DeValue::String(text) => format!("`{}`", shown(text)),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Array(items) => {
            let texts = items.iter().filter_map(|item| item.get_ref().as_str());
            let texts: Vec<String> = texts.map(|text| format!("`{}`", shown(text))).collect();
            texts.join(", ")
        }
        _ => "given".to_owned(),
    }
}
