//! What a connector's description says that rules ask about: cluster, direction, topics, group.
//!
//! In: a connector among the inputs, the class table, the options. Out: [`Facts`], each with the place of the value
//! it comes from. A fact that no input gives is `None` or an open set of topics; it is never guessed.

use crate::arn::Arn;
use crate::input::{Connector, Inputs, Located, Setting};
use crate::language::Language;
use crate::pack::{Authentication, ClassTable, ConnectorClass, Direction};
use crate::source::Place;

use super::options::CheckOptions;
use super::topic::{self, Topics};

/// The facts of one connector.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// The connector.
    pub connector: &'a Connector,
    /// Where it runs: from its ARN, else its role, its cluster, or the options.
    pub home: Home,
    /// Its cluster, where one is known.
    pub cluster: Option<ClusterFacts>,
    /// How it authenticates.
    pub authentication: Option<Authentication>,
    /// Which way it moves data.
    pub directions: Directions,
    /// The topics that a sink reads.
    pub read: Topics,
    /// The topics that a source produces.
    pub written: Topics,
    /// A MirrorMaker class.
    pub mirror: bool,
    /// The consumer group of a sink, and the setting that names it, if one does.
    pub group: (String, Option<Place>),
}

/// Partition, region and account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Home {
    /// Such as `aws`.
    pub partition: String,
    /// The region, where it is known.
    pub region: Option<String>,
    /// The account, where it is known.
    pub account: Option<String>,
}

/// The parts of a cluster's ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterFacts {
    /// The ARN.
    pub arn: String,
    /// Its parts.
    pub home: Home,
    /// The cluster's name.
    pub name: String,
    /// The last part of its ARN.
    pub uuid: String,
}

/// Which way a connector moves data, as far as its configuration tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Directions {
    /// Known.
    One(Direction),
    /// Not clear: both are asked.
    Both,
}

impl Directions {
    /// Whether this direction is asked for.
    pub fn include(self, direction: Direction) -> bool {
        match self {
            Self::One(known) => known == direction,
            Self::Both => true,
        }
    }
}

impl ClusterFacts {
    /// Takes a cluster's ARN apart; `None` where it is none.
    pub fn parse(arn: &str) -> Option<Self> {
        let parts = Arn::parse(arn)?;
        let mut path = parts.resource.split('/');
        if parts.service != "kafka" || path.next() != Some("cluster") {
            return None;
        }
        let (name, uuid) = (path.next()?, path.next()?);
        if name.is_empty() || uuid.is_empty() || path.next().is_some() {
            return None;
        }
        Some(Self {
            arn: arn.to_owned(),
            home: Home::of(&parts),
            name: name.to_owned(),
            uuid: uuid.to_owned(),
        })
    }
}

impl Home {
    fn of(arn: &Arn<'_>) -> Self {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self {
            partition: arn.partition.to_owned(),
            region: some(arn.region),
            account: some(arn.account),
        }
    }
}

impl<'a> Facts<'a> {
    /// Gathers the facts of `connector`.
    pub fn new(
        connector: &'a Connector,
        inputs: &Inputs,
        classes: &ClassTable,
        options: &CheckOptions,
    ) -> Self {
        let cluster = inputs
            .cluster_of(connector)
            .and_then(|found| ClusterFacts::parse(&found.cluster.arn.value))
            .or_else(|| options.cluster_arn.as_deref().and_then(ClusterFacts::parse));
        let class_name = connector
            .setting("connector.class")
            .map_or("", |s| s.value.value.as_str());
        let class = classes.find(class_name);
        let directions = directions(connector, class_name, class);
        Self {
            home: home(connector, cluster.as_ref(), options),
            authentication: connector
                .authentication
                .as_ref()
                .and_then(|a| authentication(&a.value)),
            read: topic::read(connector),
            written: topic::written(connector, class),
            mirror: class.is_some_and(|class| class.mirror),
            group: group(connector),
            connector,
            cluster,
            directions,
        }
    }

    /// The ARN of the role that the connector names.
    pub fn role_arn(&self) -> Option<&'a Located<String>> {
        self.connector.role_arn.as_ref()
    }

    /// Whether all that the connector does is known: its class, its configuration, how it authenticates, and where the
    /// records of a source go.
    pub(super) fn is_known(&self, classes: &ClassTable) -> bool {
        let class = self.connector.setting("connector.class");
        let settings = self.connector.configuration.iter().flatten();
        // A transformation that routes sends records to topics that no setting names; a client of the connector's own
        // can use IAM where the worker does not.
        let routes = |setting: &Setting| {
            let key = &setting.key.value;
            key.starts_with("transforms.") && key.ends_with(".type") && setting.value.value.contains("Router")
        };
        let own_client = |setting: &Setting| {
            let value = &setting.value.value;
            self.authentication != Some(Authentication::Iam)
                && (value.contains("AWS_MSK_IAM") || value.contains("IAMLoginModule"))
        };
        class.is_some_and(|class| classes.find(&class.value.value).is_some())
            && self.authentication.is_some()
            && !self.mirror
            && !settings
                .into_iter()
                .any(|setting| routes(setting) || own_client(setting))
    }

    /// The language of topic names.
    pub fn topic_names() -> Language {
        topic::names()
    }
}

fn authentication(text: &str) -> Option<Authentication> {
    match text {
        "IAM" => Some(Authentication::Iam),
        "NONE" => Some(Authentication::None),
        _ => None,
    }
}

fn home(connector: &Connector, cluster: Option<&ClusterFacts>, options: &CheckOptions) -> Home {
    let arn = connector
        .arn
        .as_ref()
        .and_then(|arn| Arn::parse(&arn.value))
        .map(|arn| Home::of(&arn));
    let role = connector
        .role_arn
        .as_ref()
        .and_then(|arn| Arn::parse(&arn.value))
        .map(|arn| Home::of(&arn));
    let cluster = cluster.map(|cluster| cluster.home.clone());
    let sources = [arn.as_ref(), role.as_ref(), cluster.as_ref()];
    let first = |part: fn(&Home) -> Option<String>| sources.iter().flatten().find_map(|home| part(home));
    Home {
        partition: first(|home| Some(home.partition.clone()))
            .or_else(|| options.partition.clone())
            .unwrap_or_else(|| "aws".to_owned()),
        region: first(|home| home.region.clone()).or_else(|| options.region.clone()),
        account: first(|home| home.account.clone()).or_else(|| options.account.clone()),
    }
}

/// The direction by the class table, else by the class's name, else by the settings of sinks.
fn directions(connector: &Connector, name: &str, class: Option<&ConnectorClass>) -> Directions {
    if let Some(class) = class {
        return Directions::One(class.direction);
    }
    let short = name.rsplit('.').next().unwrap_or(name);
    if short.contains("Sink") {
        return Directions::One(Direction::Sink);
    }
    let mirror = short.starts_with("Mirror") && short.ends_with("Connector");
    if short.contains("Source") || name.starts_with("io.debezium.connector.") || mirror {
        return Directions::One(Direction::Source);
    }
    if connector.setting("topics").is_some() || connector.setting("topics.regex").is_some() {
        return Directions::One(Direction::Sink);
    }
    Directions::Both
}

/// The consumer group of a sink: `connect-` and its name, unless a setting overrides it.
fn group(connector: &Connector) -> (String, Option<Place>) {
    match connector.setting("consumer.override.group.id") {
        Some(setting) => (setting.value.value.clone(), Some(setting.value.place)),
        None => (format!("connect-{}", connector.name.value), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_arn_has_a_name_and_a_uuid() {
        let arn = "arn:aws:kafka:eu-west-1:111122223333:cluster/orders/abc-1";
        let cluster = ClusterFacts::parse(arn).unwrap();
        assert_eq!(
            (cluster.name.as_str(), cluster.uuid.as_str()),
            ("orders", "abc-1")
        );
        assert_eq!(cluster.home.region.as_deref(), Some("eu-west-1"));
        for bad in [
            "",
            "arn:aws:kafka:r:1:cluster/orders",
            "arn:aws:kafka:r:1:topic/a/b/c",
            "arn:aws:s3:::b",
        ] {
            assert_eq!(ClusterFacts::parse(bad), None, "{bad}");
        }
    }
}
