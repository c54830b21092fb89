//! The JSON text of a worked-out value, as `Fn::ToJsonString` makes it.

use serde_json::{Map, Value};

use crate::source::{Composed, Data};

/// The text; its depth is that of the value, which is bounded.
pub(super) fn of(value: &Composed) -> String {
    json(value).to_string()
}

fn json(value: &Composed) -> Value {
    match &value.data {
        Data::Null => Value::Null,
        Data::Bool(flag) => Value::Bool(*flag),
        Data::Number(digits) => serde_json::from_str(digits).unwrap_or(Value::Null),
        Data::String(text) => Value::String(text.clone()),
        Data::Pieces(pieces) => Value::String(super::syntax::joined(pieces)),
        Data::Array(items) => Value::Array(items.iter().map(json).collect()),
        Data::Object(members) => {
            let members = members.iter().map(|(key, _, item)| (key.clone(), json(item)));
            Value::Object(members.collect::<Map<_, _>>())
        }
    }
}
