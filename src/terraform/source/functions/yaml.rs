//! `yamldecode`: what a text in YAML says, where every reader of YAML says the same.
//!
//! Scalars that readers of YAML disagree about, such as `yes`, `012` and `2024-01-01`, leave the whole not known.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::super::pairs::put;
use super::super::value::{Data, Value};

/// Deeper values are not read.
const DEEPEST: usize = 64;

/// More values are not read: an alias counts as all that it stands for.
const MOST: u64 = 1_000_000;

/// A list or a map that is not at its end, with its anchor and the key that waits for its value.
enum Open {
    List(usize, Vec<Value>),
    Map(usize, Value, Option<String>),
}

/// The value of the one document of a text.
pub(super) fn decoded(text: &str) -> Option<Value> {
    let mut open: Vec<Open> = Vec::new();
    let mut anchors: HashMap<usize, Value> = HashMap::new();
    let mut root: Option<Value> = None;
    let mut work = 0_u64;
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, _) = event.ok()?;
        let (anchor, value) = match event {
            Event::Scalar(_, _, _, Some(_)) => return None,
            Event::SequenceStart(_, Some(_)) | Event::MappingStart(_, Some(_)) => return None,
            Event::SequenceStart(anchor, None) => {
                open.push(Open::List(anchor, Vec::new()));
                (open.len() < DEEPEST).then_some(())?;
                continue;
            }
            Event::MappingStart(anchor, None) => {
                open.push(Open::Map(anchor, Data::Object(Vec::new()).into(), None));
                (open.len() < DEEPEST).then_some(())?;
                continue;
            }
            Event::Scalar(text, style, anchor, None) => {
                let is_plain = matches!(style, ScalarStyle::Plain);
                (
                    anchor,
                    if is_plain {
                        scalar(&text)?
                    } else {
                        Value::text(text)
                    },
                )
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop()? {
                Open::List(anchor, items) => (anchor, Value::list(items)),
                Open::Map(anchor, value, None) => (anchor, value),
                Open::Map(_, _, Some(_)) => return None,
            },
            Event::Alias(anchor) => (0, anchors.get(&anchor)?.clone()),
            Event::DocumentStart(_) if root.is_some() => return None,
            _ => continue,
        };
        work += value.size();
        (work <= MOST).then_some(())?;
        if anchor > 0 {
            anchors.insert(anchor, value.clone());
        }
        match open.last_mut() {
            None => root = Some(value),
            Some(Open::List(_, items)) => items.push(value),
            Some(Open::Map(
                _,
                Value {
                    data: Data::Object(members),
                    ..
                },
                waiting,
            )) => match waiting.take() {
                Some(key) => put(members, (key, None), value),
                // A merge key is one more thing that readers disagree about.
                None => *waiting = Some(value.known_text().filter(|key| key != "<<")?),
            },
            Some(Open::Map(..)) => return None,
        }
    }
    root
}

/// What a scalar without quotes says; `None` where that depends on the reader.
fn scalar(text: &str) -> Option<Value> {
    match text {
        "" | "null" | "~" => return Some(Data::Null.into()),
        "true" => return Some(Data::Bool(true).into()),
        "false" => return Some(Data::Bool(false).into()),
        _ => {}
    }
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let is_decimal = unsigned.chars().all(|letter| letter.is_ascii_digit());
    if is_decimal && (unsigned == "0" || !unsigned.starts_with('0')) && unsigned.len() < 16 {
        return text.parse().ok().map(|number| Data::Number(number).into());
    }
    let words = [
        "yes", "no", "on", "off", "y", "n", "true", "false", "null", "<<", "=",
    ];
    let is_word = words.iter().any(|word| text.eq_ignore_ascii_case(word));
    let first = text.chars().next().unwrap_or_default();
    // Numbers of other forms, times and dates begin so; names of actions and ARNs do not.
    let is_doubtful = is_word || first.is_ascii_digit() || "+-.".contains(first);
    (!is_doubtful).then(|| Value::text(text))
}
