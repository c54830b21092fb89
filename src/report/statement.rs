//! A statement to show, written anew from its JSON text: the keys keep their order, the spacing is the report's.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::hazard::escape_json;
use crate::source::{Kind, NodeId, Tree};

/// The JSON value of a statement's text.
#[derive(Debug)]
pub(super) struct Statement(Tree);

impl Statement {
    /// Reads the text; `None` when it is not JSON.
    pub(super) fn read(text: &str) -> Option<Self> {
        Tree::parse(text).tree.map(Self)
    }

    /// The value with line breaks and two spaces a level, and hazards escaped.
    pub(super) fn to_lines(&self) -> String {
        let json = serde_json::to_string_pretty(self).unwrap_or_default();
        escape_json(&json).into_owned()
    }
}

impl Serialize for Statement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value(&self.0, self.0.root()).serialize(serializer)
    }
}

/// One value of the tree. A tree has at most [`MAX_DEPTH`](crate::source::MAX_DEPTH) levels, which bounds the
/// recursion.
struct Value<'a>(&'a Tree, NodeId);

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(tree, id) = *self;
        match tree.kind(id) {
            Kind::Object => {
                let mut map = serializer.serialize_map(None)?;
                for (key, value) in tree.members(id) {
                    map.serialize_entry(&tree.string(key).unwrap_or_default(), &Value(tree, value))?;
                }
                map.end()
            }
            Kind::Array => serializer.collect_seq(tree.items(id).map(|item| Value(tree, item))),
            Kind::String => serializer.serialize_str(&tree.string(id).unwrap_or_default()),
            Kind::Bool => serializer.serialize_bool(tree.raw(id) == "true"),
            Kind::Null => serializer.serialize_unit(),
            Kind::Number => match tree.raw(id).parse::<serde_json::Number>() {
                Ok(number) => number.serialize(serializer),
                Err(_) => serializer.serialize_str(tree.raw(id)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_their_order_and_spacing_is_dropped() {
        let text = "{ \"Sid\": \"a\\u0041\",\n \"Effect\": \"Allow\", \"Action\": [\"b\", 1.5, true, null] }";
        let statement = Statement::read(text).unwrap();
        assert_eq!(
            serde_json::to_string(&statement).unwrap(),
            r#"{"Sid":"aA","Effect":"Allow","Action":["b",1.5,true,null]}"#
        );
        assert!(Statement::read("{").is_none());
    }
}
