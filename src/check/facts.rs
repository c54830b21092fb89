//! What a connector's description says that rules ask about: cluster, direction, topics, group.
//!
//! In: a connector among the inputs, the class table, the options. Out: [`Facts`], each with the place of the value
//! it comes from. A fact that no input gives is `None` or an open set of topics; it is never guessed.

use std::collections::BTreeSet;

use crate::arn::Arn;
use crate::input::{Connector, Inputs, Located, Setting};
use crate::language::Language;
use crate::pack::{Authentication, ClassTable, ConnectorClass, Direction};
use crate::source::Place;

use super::cluster::ClusterFacts;
use super::home::Home;
use super::mirror::{self, Mirror};
use super::options::CheckOptions;
use super::reference::{self, References};
use super::topic;
use super::values::{Member, Members};
use super::worker::Worker;
use crate::pattern::hole;

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
    pub read: Members,
    /// The topics that a source produces.
    pub written: Members,
    /// Its class, where it is a known one.
    pub class: Option<&'a ConnectorClass>,
    /// What a mirror copies, and from where.
    pub mirror: Mirror,
    /// The properties of its worker configuration.
    pub worker: Worker,
    /// What configuration providers are asked for.
    pub references: References,
    /// The names of the roles among the inputs.
    pub role_names: BTreeSet<&'a str>,
    /// The objects that its custom plugins were made from, as far as they are among the inputs.
    pub plugins: Vec<Member>,
    /// The consumer group of a sink, and the setting that names it, if one does.
    pub group: (String, Option<Place>),
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

impl<'a> Facts<'a> {
    /// Gathers the facts of `connector`.
    pub fn new(
        connector: &'a Connector,
        inputs: &'a Inputs,
        classes: &ClassTable<'a>,
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
        let is_planned = inputs.sources.is_composed(connector.place.doc);
        let home = home(connector, cluster.as_ref(), is_planned, options);
        let worker = Worker::of(connector, inputs);
        Self {
            authentication: connector
                .authentication
                .as_ref()
                .and_then(|a| authentication(&a.value)),
            read: topic::read(|key| connector.setting(key)),
            written: topic::written(connector, class),
            class,
            mirror: mirror::mirror(connector, cluster.as_ref(), inputs, options),
            references: reference::references(connector, &worker, &home),
            worker,
            role_names: inputs.roles.iter().map(|role| role.name.value.as_str()).collect(),
            plugins: plugins(connector, inputs, &home),
            group: group(connector),
            home,
            connector,
            cluster,
            directions,
        }
    }

    /// The ARN of the role that the connector names.
    pub fn role_arn(&self) -> Option<&'a Located<String>> {
        self.connector.role_arn.as_ref()
    }

    /// Whether it is of a class of MirrorMaker 2.
    pub fn is_mirror(&self) -> bool {
        self.class.is_some_and(|class| class.has_tag("mirror"))
    }

    /// Whether all that it may do is known: its class, its configuration, how it authenticates, and where the records of
    /// a source go.
    pub(super) fn is_known(&self) -> bool {
        let mut settings = self.connector.configuration.iter().flatten();
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
        self.class.is_some()
            && self.authentication.is_some()
            && !settings.any(|setting| routes(setting) || own_client(setting))
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

/// Where a connector is. Where one that is yet to be made will be is not known, but it has a name.
fn home(
    connector: &Connector,
    cluster: Option<&ClusterFacts>,
    is_planned: bool,
    options: &CheckOptions,
) -> Home {
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
    let planned = |name: &str| is_planned.then(|| format!("{}{name}{}", hole::OPEN, hole::CLOSE));
    Home {
        partition: first(|home| Some(home.partition.clone()))
            .or_else(|| options.partition.clone())
            .unwrap_or_else(|| "aws".to_owned()),
        region: first(|home| home.region.clone())
            .or_else(|| options.region.clone())
            .or_else(|| planned("region")),
        account: first(|home| home.account.clone())
            .or_else(|| options.account.clone())
            .or_else(|| planned("account")),
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

/// The objects of its plugins.
fn plugins(connector: &Connector, inputs: &Inputs, home: &Home) -> Vec<Member> {
    let object = |arn: &Located<String>| {
        let plugin = inputs
            .plugins
            .iter()
            .find(|plugin| plugin.arn.value == arn.value)?;
        let bucket = plugin.bucket_arn.as_ref()?;
        let key = plugin.file_key.as_ref()?;
        let bucket = match bucket.value.strip_prefix("arn:") {
            Some(_) => bucket.value.clone(),
            None => format!("arn:{}:s3:::{}", home.partition, bucket.value),
        };
        Some(Member::arn(format!("{bucket}/{}", key.value), Some(key.place)))
    };
    connector.plugin_arns.iter().filter_map(object).collect()
}
