//! Connector classes as data: direction, and where the names of produced topics stand.
//!
//! In: `rules/connectors.toml`. Out: a [`ClassTable`]. The form is described at the head of that file.

use serde::Deserialize;

use super::Direction;

/// The known connector classes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassTable {
    class: Vec<ConnectorClass>,
}

/// One class, or several that behave alike.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectorClass {
    /// Full names and aliases, in their case.
    pub names: Vec<String>,
    /// Which way it moves data.
    #[serde(deserialize_with = "direction")]
    pub direction: Direction,
    /// Where the names of produced topics come from; the first that applies is used.
    #[serde(default)]
    pub topics: Vec<TopicSource>,
    /// A class of MirrorMaker 2.
    #[serde(default)]
    pub mirror: bool,
}

/// One way to learn the names of produced topics.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TopicSource {
    /// The key of a setting whose value is a topic, or a list of topics with commas.
    pub setting: Option<String>,
    /// The key of a setting with which the names begin.
    pub prefix: Option<String>,
    /// What stands between the prefix and the rest.
    pub then: String,
    /// Keys of lists whose entries follow the prefix; the first that is set counts.
    pub each: Vec<String>,
    /// Keys whose values follow the prefix, all of them.
    pub path: Vec<String>,
    /// Beginnings of setting keys after which a topic's name stands, up to the next dot.
    pub key: Vec<String>,
    /// The value of `prefix` is the topic itself.
    pub whole: bool,
    /// Only where this setting is set.
    pub given: Option<String>,
}

fn direction<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Direction, D::Error> {
    let text = String::deserialize(deserializer)?;
    match text.as_str() {
        "sink" => Ok(Direction::Sink),
        "source" => Ok(Direction::Source),
        _ => Err(serde::de::Error::custom("`direction` is `sink` or `source`")),
    }
}

impl ClassTable {
    /// Reads a table.
    ///
    /// # Errors
    /// The first fault, with its line and column, as the TOML reader words it.
    pub fn load(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The table that comes with the program.
    pub fn builtin() -> Self {
        Self::load(include_str!("../../rules/connectors.toml")).unwrap_or(Self { class: Vec::new() })
    }

    /// The class of this full name or alias.
    pub fn find(&self, name: &str) -> Option<&ConnectorClass> {
        self.class
            .iter()
            .find(|class| class.names.iter().any(|known| known == name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_that_comes_with_the_program_is_valid_and_names_each_class_once() {
        let table = ClassTable::load(include_str!("../../rules/connectors.toml")).unwrap();
        let mut names: Vec<&String> = table.class.iter().flat_map(|class| &class.names).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(all > 30);
    }

    #[test]
    fn a_key_that_is_not_known_is_a_fault() {
        assert!(ClassTable::load("[[class]]\nnames = []\ndirection = \"sink\"\nmirrors = true").is_err());
        assert!(ClassTable::load("[[class]]\nnames = []\ndirection = \"down\"").is_err());
    }
}
