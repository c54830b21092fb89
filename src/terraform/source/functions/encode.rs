//! Functions of encodings and files: JSON, base64, files that were read, and templates in files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hcl_edit::template::Template;

use super::super::evaluator::Evaluator;
use super::super::scope::Scope;
use super::super::template;
use super::super::value::{Data, Member, Piece, Value, spelled};
use super::yaml;
use crate::source::{Origin, Span};

/// Calls a function by name: `None` for one that is not one of these, `Some(None)` when its arguments are not known
/// enough.
pub(super) fn call(evaluator: &Evaluator<'_>, name: &str, arguments: &[Value]) -> Option<Option<Value>> {
    let first = arguments.first();
    let value = match name {
        "jsonencode" => first.map(|value| {
            let origin = value.origin;
            Value::from(Data::Json(Box::new(value.clone()))).at(origin)
        }),
        "jsondecode" => first.and_then(decoded),
        "base64encode" => {
            let text = first.and_then(Value::known_text);
            text.map(|text| Value::text(STANDARD.encode(text)))
        }
        "base64decode" => {
            let text = first.and_then(Value::known_text);
            let bytes = text.and_then(|text| STANDARD.decode(text.trim()).ok());
            bytes
                .and_then(|bytes| String::from_utf8(bytes).ok())
                .map(Value::text)
        }
        "file" => file(evaluator, arguments),
        "fileexists" => {
            let path = first.and_then(Value::known_text);
            let is_here = path.is_some_and(|path| evaluator.file(&path).is_some());
            is_here.then(|| Data::Bool(true).into())
        }
        "basename" => {
            let path = first.and_then(Value::known_text);
            // Go makes something else of these.
            let path = path.filter(|path| !path.is_empty() && !path.ends_with('/'));
            path.map(|path| Value::text(path.rsplit('/').next().unwrap_or_default()))
        }
        "dirname" => {
            let path = first.and_then(Value::known_text);
            let path =
                path.filter(|path| !path.contains("//") && !path.contains("./") && !path.ends_with('/'));
            path.and_then(|path| {
                Some(Value::text(
                    path.rsplit_once('/').filter(|(folder, _)| !folder.is_empty())?.0,
                ))
            })
        }
        "urlencode" => first
            .and_then(Value::known_text)
            .map(|text| Value::text(url_encoded(&text))),
        "yamldecode" => {
            let text = first.and_then(Value::known_text);
            text.and_then(|text| Some(yaml::decoded(&text)?.at(first?.origin)))
        }
        _ => return None,
    };
    Some(value)
}

/// As a part of a query: a space is a plus.
fn url_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes()
        .map(|byte| match byte {
            b' ' => "+".to_owned(),
            byte if plain(byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

fn file(evaluator: &Evaluator<'_>, arguments: &[Value]) -> Option<Value> {
    let (doc, text) = evaluator.file(&arguments.first()?.known_text()?)?;
    let origin = Some(Origin::Text(doc, Span::new(0, text.len())));
    let pieces = vec![Piece::known(text, origin)];
    Some(Value::from(Data::Text(pieces)).at(origin))
}

/// `templatefile(path, variables)`
pub(super) fn template_file(evaluator: &Evaluator<'_>, arguments: &[Value], scope: &Scope) -> Option<Value> {
    let (doc, text) = evaluator.file(&arguments.first()?.known_text()?)?;
    let template: Template = text.parse().ok()?;
    let members = arguments.get(1)?.members()?;
    let inner = Scope {
        module: scope.module,
        doc,
        bindings: members
            .iter()
            .map(|member| (member.key.clone(), member.value.clone()))
            .collect(),
        own: None,
    };
    let origin = Some(Origin::Text(doc, Span::new(0, text.len())));
    Some(template::of_file(evaluator, &template, &inner).at(origin))
}

/// What JSON says; `None` for what is not known or is none.
pub(in super::super) fn decoded(value: &Value) -> Option<Value> {
    if let Data::Json(inner) = &value.data {
        return Some((**inner).clone());
    }
    // Holes inside strings stay what they are.
    let text = value.written()?;
    let holes: Vec<Piece> = value
        .pieces()?
        .into_iter()
        .filter(|piece| piece.hole.is_some())
        .collect();
    let parsed = serde_json::from_str(&text).ok()?;
    Some(read(&parsed, value.origin, &holes))
}

fn read(json: &serde_json::Value, origin: Option<Origin>, holes: &[Piece]) -> Value {
    let data = match json {
        serde_json::Value::Null => Data::Null,
        serde_json::Value::Bool(flag) => Data::Bool(*flag),
        serde_json::Value::Number(number) => match number.as_f64() {
            Some(number) => Data::Number(number),
            None => Data::Text(vec![Piece::known(spelled(0.0), None)]),
        },
        serde_json::Value::String(text) => Data::Text(pieces(text, holes)),
        serde_json::Value::Array(items) => {
            Data::List(items.iter().map(|item| read(item, origin, holes)).collect())
        }
        serde_json::Value::Object(members) => {
            let member = |(key, value): (&String, &serde_json::Value)| Member {
                key: key.clone(),
                key_origin: origin,
                value: read(value, origin, holes),
            };
            Data::Object(members.iter().map(member).collect())
        }
    };
    Value::from(data).at(origin)
}

fn pieces(text: &str, holes: &[Piece]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((at, hole)) = holes
        .iter()
        .filter_map(|hole| Some((rest.find(&hole.text)?, hole)))
        .min_by_key(|(at, _)| *at)
    {
        let (before, after) = rest.split_at(at);
        pieces.push(Piece::known(before, None));
        pieces.push(hole.clone());
        rest = after.get(hole.text.len()..).unwrap_or_default();
    }
    pieces.push(Piece::known(rest, None));
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}
