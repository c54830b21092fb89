//! A statement to show, written anew from its JSON text: the keys keep their order, the spacing is the report's.

use serde::Serialize;

use super::hazard::escape_json;

/// The JSON value of a statement's text.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Statement(serde_json::Value);

impl Statement {
    /// Reads the text; `None` when it is not JSON.
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }

    /// The value with line breaks and two spaces a level, and hazards escaped.
    pub(super) fn to_lines(&self) -> String {
        escape_json(&format!("{:#}", self.0)).into_owned()
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
