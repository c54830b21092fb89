//! Functions of regular expressions.
//!
//! Terraform's are those of Go's RE2, which are written and matched as those of `regex` on texts of ASCII: there `\d`
//! and its like mean the same in both. Of other texts nothing is said.

use regex::{Captures, Regex, RegexBuilder};

use super::super::value::{Data, Member, Value, missing};

/// A compiled expression takes no more bytes.
const MOST_BYTES: usize = 1 << 20;

/// Lists of matches have no more items.
const MOST_MATCHES: usize = 10_000;

/// Calls a function by name: `None` for one that is not one of these, `Some(None)` when its arguments are not known
/// enough.
pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Option<Value>> {
    match name {
        "regex" => Some(first(arguments)),
        "regexall" => Some(all(arguments)),
        _ => None,
    }
}

/// The expression of a text, if it means the same there and here.
fn compiled(pattern: &str) -> Option<Regex> {
    let is_plain = pattern.is_ascii() && !pattern.contains("\\C") && !pattern.contains("\\Q");
    let builder = is_plain.then(|| RegexBuilder::new(pattern).size_limit(MOST_BYTES).build());
    builder?.ok()
}

fn of(arguments: &[Value]) -> Option<(Regex, String)> {
    let [pattern, text] = arguments else {
        return None;
    };
    let text = text.known_text().filter(|text| text.is_ascii())?;
    Some((compiled(&pattern.known_text()?)?, text))
}

fn first(arguments: &[Value]) -> Option<Value> {
    let (regex, text) = of(arguments)?;
    // What does not match is a fault, which `try` passes over.
    let found = regex.captures(&text);
    Some(found.map_or_else(|| missing("match"), |captures| captured(&regex, &captures)))
}

fn all(arguments: &[Value]) -> Option<Value> {
    let (regex, text) = of(arguments)?;
    let found = regex.captures_iter(&text).take(MOST_MATCHES + 1);
    let found: Vec<Value> = found.map(|captures| captured(&regex, &captures)).collect();
    (found.len() <= MOST_MATCHES).then(|| Value::list(found))
}

/// The whole match where there are no groups, else the list of groups, or an object where they have names.
fn captured(regex: &Regex, captures: &Captures<'_>) -> Value {
    let group = |number: usize| {
        let found = captures.get(number);
        found.map_or_else(|| Data::Null.into(), |found| Value::text(found.as_str()))
    };
    let names: Vec<Option<&str>> = regex.capture_names().skip(1).collect();
    if names.is_empty() {
        return group(0);
    }
    if names.iter().all(Option::is_none) {
        return Value::list((1..=names.len()).map(group).collect());
    }
    let members = names.iter().enumerate().filter_map(|(number, name)| {
        Some(Member {
            key: (*name)?.to_owned(),
            key_origin: None,
            value: group(number + 1),
        })
    });
    Data::Object(members.collect()).into()
}

/// The text with each match of an expression between slashes replaced; `None` where that is not certain.
pub(super) fn replaced(text: &str, pattern: &str, new: &str) -> Option<String> {
    let regex = compiled(pattern).filter(|_| text.is_ascii())?;
    Some(regex.replace_all(text, new).into_owned())
}
