//! Completions of what a case leaves open: values for unknown keys, resources for a pattern.
//!
//! The candidates are the constants the policies compare with, their neighbours, and the odd cases (absent, empty, text of
//! no type). They are a sample: enough to refute a wrong claim, never a proof of a right one.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde_json::{Value, json};

use super::glob::glob_text;
use super::value::{compare_numbers, instant};
use super::{text, texts};

/// Entries spread evenly over the list, at most `most`; the first is always among them.
fn thin<T>(items: Vec<T>, most: usize) -> Vec<T> {
    let step = items.len().div_ceil(most.max(1)).max(1);
    items.into_iter().step_by(step).collect()
}

/// Every sampled completion of the unknown keys; the case itself if none is unknown.
pub(crate) fn of_context(case: &Value, most: usize) -> Vec<Value> {
    let unknown = case["request"].get("unknownKeys").map(texts).unwrap_or_default();
    let mut cases = vec![case.clone()];
    if let Some(request) = cases[0]["request"].as_object_mut() {
        request.remove("unknownKeys");
    }
    let constants = constants(case);
    let room = if unknown.len() < 2 { most } else { most.isqrt() };
    for key in unknown {
        let values = thin(candidates(case, &key, &constants), room);
        let extended = cases
            .iter()
            .flat_map(|case| values.iter().map(|v| with_key(case, &key, v.as_ref())));
        cases = thin(extended.collect(), most);
    }
    cases
}

fn with_key(case: &Value, key: &str, value: Option<&Value>) -> Value {
    let mut case = case.clone();
    if let Some(value) = value {
        case["request"]["context"][key] = value.clone();
    }
    case
}

/// Text values of all conditions in the case, of its context, and pieces of its resource (for variables in `Resource`).
fn constants(case: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(case, false, &mut found);
    found.extend(
        case["request"]["context"]
            .as_object()
            .into_iter()
            .flatten()
            .flat_map(|(_, v)| texts(v)),
    );
    let resource = case["request"]["resource"]
        .as_str()
        .or(case["request"]["resourcePattern"].as_str());
    let cut: Vec<&str> = resource
        .unwrap_or_default()
        .split(['/', ':', '-'])
        .filter(|s| !s.is_empty())
        .collect();
    found.extend(cut.iter().rev().take(3).map(|s| (*s).to_owned()));
    if let Some((_, key)) = resource.and_then(|r| r.split_once('/')) {
        found.insert(key.to_owned());
        found.extend(key.char_indices().skip(1).map(|(at, _)| key[..at].to_owned()));
    }
    found
}

fn collect(value: &Value, inside: bool, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            fields
                .iter()
                .for_each(|(name, v)| collect(v, inside || name == "Condition", found));
        }
        Value::Array(items) => items.iter().for_each(|v| collect(v, inside, found)),
        scalar if inside => {
            found.insert(text(scalar));
        }
        _ => {}
    }
}

fn candidates(case: &Value, key: &str, constants: &BTreeSet<String>) -> Vec<Option<Value>> {
    let request = &case["request"];
    let same = |name: &String| name.eq_ignore_ascii_case(key);
    let multivalued = request
        .get("multivaluedKeys")
        .map(texts)
        .unwrap_or_default()
        .iter()
        .any(same);
    let declared = request["keyTypes"]
        .as_object()
        .into_iter()
        .flatten()
        .find(|(name, _)| same(name));
    let declared = declared.and_then(|(_, t)| t.as_str()).unwrap_or("Any");
    let singles: Vec<String> = neighbours(constants)
        .into_iter()
        .filter(|value| belongs(declared, value))
        .collect();
    let mut values = vec![None];
    if multivalued {
        values.push(Some(json!([])));
        values.extend(singles.iter().map(|a| Some(json!([a]))));
        for (index, a) in singles.iter().enumerate() {
            values.extend(singles.iter().skip(index + 1).map(|b| Some(json!([a, b]))));
        }
    } else {
        values.extend(singles.into_iter().map(|a| Some(json!(a))));
    }
    values
}

/// Whether a value can be one of a key of this declared type.
fn belongs(declared: &str, value: &str) -> bool {
    match declared {
        "Numeric" => compare_numbers(value, "0").is_some(),
        "Date" => instant(value).is_some(),
        "Bool" | "Boolean" => matches!(value, "true" | "false"),
        "IPAddress" => value.parse::<IpAddr>().is_ok(),
        "ARN" => value.splitn(6, ':').count() == 6,
        _ => true,
    }
}

fn neighbours(constants: &BTreeSet<String>) -> BTreeSet<String> {
    let mut values: BTreeSet<String> = ["", "x", "true", "false", "0", "1.5", "::1", "192.0.2.200", "A"]
        .map(str::to_owned)
        .into();
    for constant in constants {
        let bare = constant.replace("${*}", "*").replace("${?}", "?");
        for star in ["", "x"] {
            values.insert(bare.replace('*', star).replace('?', "x"));
        }
        values.extend([
            bare.clone(),
            format!("{bare}x"),
            bare.to_uppercase(),
            bare.to_lowercase(),
        ]);
        if constants.len() < 6 {
            let join = |other: &String| format!("{bare}{other}").replace(['*', '?'], "");
            values.extend(constants.iter().map(join));
        }
        if let Some((address, _)) = bare.split_once('/') {
            values.insert(address.to_owned());
        }
        if let Ok(IpAddr::V4(v4)) = bare.split('/').next().unwrap_or_default().parse() {
            let base = u32::from(v4);
            for other in [
                base.wrapping_add(1),
                base.wrapping_sub(1),
                base ^ (1 << 16),
                base ^ (1 << 8),
            ] {
                values.insert(std::net::Ipv4Addr::from(other).to_string());
            }
        }
        if let Ok(number) = bare.parse::<f64>() {
            values.extend([number - 1.0, number - 0.5, number + 0.5, number + 1.0].map(|n| n.to_string()));
        }
        if let (Some(at), true) = (instant(&bare), bare.contains('-')) {
            let seconds = at / 1_000_000_000;
            values.extend([seconds - 1, seconds, seconds + 1].map(|s| s.to_string()));
        }
    }
    values
}

/// Sampled resources of the case's pattern and universe, each as a case of its own.
pub(crate) fn of_pattern(case: &Value, most: usize) -> Vec<Value> {
    let request = &case["request"];
    let Some(pattern) = request["resourcePattern"].as_str() else {
        return vec![case.clone()];
    };
    let universe = request["universe"].as_str().unwrap_or("*");
    let mut fills: BTreeSet<String> = ["", "x", "a", "/", ":", "*", "xx", "ab", "b/x", "a/x"]
        .map(str::to_owned)
        .into();
    gather_resources(case, &mut fills);
    let context = request["context"].as_object().into_iter().flatten();
    for value in context.flat_map(|(_, v)| texts(v)) {
        fills.extend([format!("{value}/"), value]);
    }
    let resources = resources(pattern, &fills);
    let inside: Vec<String> = resources
        .into_iter()
        .filter(|r| glob_text(pattern, r) && glob_text(universe, r))
        .collect();
    let single = |resource: String| {
        let mut case = case.clone();
        if let Some(request) = case["request"].as_object_mut() {
            request.remove("resourcePattern");
            request.insert("resource".to_owned(), Value::from(resource));
        }
        case
    };
    thin(inside, most).into_iter().map(single).collect()
}

/// Pieces of the policies' own resources, with their wildcards filled in, as text for a star.
fn gather_resources(value: &Value, fills: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                if name == "Resource" || name == "NotResource" {
                    for pattern in texts(inner) {
                        add_pieces(&pattern, fills);
                    }
                }
                gather_resources(inner, fills);
            }
        }
        Value::Array(items) => items.iter().for_each(|v| gather_resources(v, fills)),
        _ => {}
    }
}

fn add_pieces(pattern: &str, fills: &mut BTreeSet<String>) {
    let plain = pattern.replace("${*}", "*");
    for star in ["", "x"] {
        let filled = plain.replace('*', star).replace('?', "x");
        let starts = filled.char_indices().map(|(at, _)| at);
        for start in starts.filter(|&at| at == 0 || filled[..at].ends_with(['/', ':'])) {
            fills.insert(filled[start..].to_owned());
            let rest: String = filled[start..].chars().skip(1).collect();
            fills.insert(rest);
        }
    }
    fills.extend(plain.split(['*', '?', '/', ':']).map(str::to_owned));
}

/// The pattern with each star replaced by each fill and each `?` by a few characters.
fn resources(pattern: &str, fills: &BTreeSet<String>) -> BTreeSet<String> {
    let stars = pattern.matches('*').count();
    let room = if stars > 1 { 40 } else { 400 };
    let mut made: Vec<String> = vec![String::new()];
    for c in pattern.chars() {
        let choices: Vec<String> = match c {
            '*' => fills.iter().take(room).cloned().collect(),
            '?' => ["a", "b", "x", "/"].map(str::to_owned).to_vec(),
            other => vec![other.to_string()],
        };
        made = made
            .iter()
            .flat_map(|m| choices.iter().map(move |x| format!("{m}{x}")))
            .take(3000)
            .collect();
    }
    made.into_iter().collect()
}
