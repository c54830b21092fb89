//! Roles taken as those of connectors that nobody described: `--as msk-connect`.
//!
//! In: which roles, and what the connectors would be told. Out: the descriptions that the AWS CLI would print of such
//! connectors, as a text of its own beside those of the unit; the check reads them like any other.

use serde_json::{Map, Value, json};

use crate::input::{Identity, Inputs, Text};
use crate::pack::Direction;
use crate::pattern::Glob;
use crate::source::Start;

/// The folder that the texts stand in: names of files that no file has.
pub(super) const FOLDER: &str = "--as/";

/// Which roles are taken as those of connectors, and what the connectors are.
#[derive(Debug, Clone, Default)]
pub struct Assume {
    /// The roles: those that fit one of these; all roles that MSK Connect may assume where there is none.
    pub chosen: Vec<Chosen>,
    /// The topics that a sink reads and a source writes.
    pub topics: Vec<String>,
    /// Which way they move data; both where it is not said.
    pub direction: Option<Direction>,
    /// The cluster.
    pub cluster_arn: Option<String>,
    /// The name of the connectors, which is in that of their consumer groups; that of the role where it is not said.
    pub connector_name: Option<String>,
    /// Further settings, in order.
    pub settings: Vec<(String, String)>,
}

/// How a role is chosen.
#[derive(Debug, Clone)]
pub enum Chosen {
    /// By a tag: key and value, the value with wildcards.
    Tag(String, Glob),
    /// By its name, with wildcards.
    Name(Glob),
}

impl Chosen {
    fn fits(&self, role: &Identity) -> bool {
        match self {
            Self::Name(glob) => glob.matches(&role.name.value),
            Self::Tag(key, glob) => role
                .tags
                .iter()
                .any(|tag| tag.key.value == *key && glob.matches(&tag.value.value)),
        }
    }
}

impl Assume {
    /// The texts of the connectors of the roles chosen, and of their cluster; nothing where no role is.
    pub(super) fn texts(&self, inputs: &Inputs) -> Vec<Text> {
        let roles = inputs.roles.iter().filter(|role| !role.is_service_linked());
        let connectors: Vec<Value> = roles
            .filter(|role| self.takes(role, inputs))
            .filter_map(|role| Some((role.arn.as_ref()?.value.as_str(), role.name.value.as_str())))
            .flat_map(|(arn, name)| self.connectors(arn, name))
            .collect();
        if connectors.is_empty() {
            return Vec::new();
        }
        let cluster = self
            .cluster_arn
            .as_ref()
            .map(|arn| ("cluster.json", json!({ "ClusterInfo": { "ClusterArn": arn } })));
        let connectors = ("connector.json", Value::Array(connectors));
        let text = |(name, value): (&str, Value)| Text {
            name: format!("{FOLDER}{name}"),
            start: Start::default(),
            bytes: value.to_string().into_bytes(),
        };
        [Some(connectors), cluster]
            .into_iter()
            .flatten()
            .map(text)
            .collect()
    }

    fn takes(&self, role: &Identity, inputs: &Inputs) -> bool {
        if !self.chosen.is_empty() {
            return self.chosen.iter().any(|chosen| chosen.fits(role));
        }
        let trust = role
            .trust
            .and_then(|trust| Some((inputs.sources.tree(trust.doc)?, trust.root)));
        trust.is_some_and(|(tree, root)| tree.raw(root).contains("kafkaconnect.amazonaws.com"))
    }

    fn connectors(&self, role_arn: &str, role: &str) -> Vec<Value> {
        let name = self.connector_name.as_deref().unwrap_or(role);
        let describe = |own: Vec<(&str, &str)>| {
            let own = own.into_iter().map(|(key, value)| (key.to_owned(), value.into()));
            let given = self.settings.iter();
            let given = given.map(|(key, value)| (key.clone(), value.as_str().into()));
            let settings: Map<String, Value> = own.chain(given).collect();
            json!({
                "connectorName": name,
                "connectorConfiguration": settings,
                "kafkaClusterClientAuthentication": { "authenticationType": "IAM" },
                "serviceExecutionRoleArn": role_arn,
            })
        };
        let mut connectors = Vec::new();
        if self.direction != Some(Direction::Source) {
            let topics = self.topics.join(",");
            let mut own = vec![("connector.class", "Sink")];
            if !topics.is_empty() {
                own.push(("topics", &topics));
            }
            connectors.push(describe(own));
        }
        if self.direction != Some(Direction::Sink) {
            let one = |topic: &String| describe(vec![("connector.class", "Source"), ("topic", topic)]);
            connectors.extend(self.topics.iter().map(one));
            if self.topics.is_empty() {
                connectors.push(describe(vec![("connector.class", "Source")]));
            }
        }
        connectors
    }
}
