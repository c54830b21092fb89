//! Connector classes as data: which way they move data, where the names of their topics stand, what they need.

use super::connector::Direction;
use super::example::Example;
use super::requirement::{Requirement, When};
use crate::source::Location;

/// One class, or several that behave alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectorClass {
    /// Where it begins: its header.
    pub place: Location,
    /// Full names and aliases, in their case; at least one.
    pub names: Vec<String>,
    /// Which way it moves data.
    pub direction: Direction,
    /// Where the names of produced topics come from; the first that applies is used.
    pub topics: Vec<TopicSource>,
    /// Words that rules and needs ask for: `mirror`, `schema-history`.
    pub tags: Vec<String>,
    /// What it has to be granted beyond what rules ask of every connector; in the order of the file.
    pub needs: Vec<Need>,
    /// Whole questions with their answers, each about the code that it names.
    pub examples: Vec<ClassExample>,
}

/// Something that a class has to be granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The code of the rule under which a gap is told: `msk-connect/destination`.
    pub code: String,
    /// When it is asked, beyond what the rule and the requirement say.
    pub when: When,
    /// What has to be granted.
    pub requirement: Requirement,
}

/// An example of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassExample {
    /// The code that it is about: `msk-connect/destination`.
    pub code: String,
    /// The example.
    pub example: Example,
}

/// One way to learn the names of produced topics.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
    /// The key of a setting whose statements name topics, `INSERT INTO topic SELECT …`.
    pub statements: Option<String>,
    /// The value of `prefix` is the topic itself.
    pub whole: bool,
    /// Only where this setting is set.
    pub given: Option<String>,
}

impl ConnectorClass {
    /// Whether it has this tag.
    pub fn has_tag(&self, tag: &str) -> bool {
        self.tags.iter().any(|known| known == tag)
    }
}
