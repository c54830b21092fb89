//! From a rule's requirement to the requests that decide it.
//!
//! In: a requirement with its templates, and the facts of a connector. Out: one [`Question`] for each resource or
//! set of resources, or what is missing to ask.

use crate::engine::{Resource, ResourceSet};
use crate::language::Language;
use crate::pack::{Piece, Template, Variable};
use crate::pattern::Glob;
use crate::source::Place;

use super::facts::{ClusterFacts, Facts, Home};
use super::topic::{self, TopicSet, Topics};

/// A resource, or set of resources, that a requirement is about.
#[derive(Debug, Clone)]
pub(super) struct Question {
    /// What is asked about.
    pub resource: Resource,
    /// The configuration value that raised it, where one did.
    pub raised_by: Option<Place>,
    /// Whether all of a set is needed; otherwise it is one unknown member of the set.
    pub every: bool,
    /// The account that owns the resource, where the ARN or the facts tell.
    pub owner: Option<String>,
}

/// Which topics a rule is about.
pub(super) fn topics_of<'a>(facts: &'a Facts<'_>, sink: bool) -> &'a Topics {
    if sink { &facts.read } else { &facts.written }
}

/// What is missing to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotAsked {
    /// Why, in words.
    pub why: String,
}

/// Fills a requirement's resource template.
///
/// # Errors
/// A variable without a value, with what would give it one.
pub(super) fn questions(
    template: &Template,
    facts: &Facts<'_>,
    topics: &Topics,
) -> Result<Vec<Question>, NotAsked> {
    let about_topics = template.variables().any(|v| *v == Variable::Topic);
    if !about_topics {
        return Ok(vec![question(template, facts, None, true)?]);
    }
    match topics {
        Topics::All(sets) => sets
            .iter()
            .map(|set| question(template, facts, Some(set), true))
            .collect(),
        Topics::Some(set) => Ok(vec![question(template, facts, Some(set), false)?]),
        Topics::Unknown { place, .. } => {
            let any = TopicSet {
                text: "*".to_owned(),
                language: Some(topic::names()),
                place: place.unwrap_or(facts.connector.place),
            };
            Ok(vec![question(template, facts, Some(&any), false)?])
        }
    }
}

fn question(
    template: &Template,
    facts: &Facts<'_>,
    topic: Option<&TopicSet>,
    every: bool,
) -> Result<Question, NotAsked> {
    let mut filled = Filled::default();
    for piece in template.pieces() {
        match piece {
            Piece::Text(text) => filled.pattern(text),
            Piece::Variable(Variable::Topic) => match topic {
                Some(TopicSet {
                    text,
                    language: Some(language),
                    ..
                }) => filled.language(text, language.clone()),
                Some(TopicSet {
                    text, language: None, ..
                }) => filled.literal(text),
                None => {}
            },
            Piece::Variable(variable) => match value(variable, facts) {
                Some(Value::Known(text)) => filled.literal(&text),
                Some(Value::Open(text)) => filled.open(&text),
                None => {
                    return Err(NotAsked {
                        why: missing(variable),
                    });
                }
            },
        }
    }
    let every = every && !filled.unknown;
    let owner = filled
        .text
        .split(':')
        .nth(4)
        .filter(|a| !a.is_empty())
        .map(str::to_owned);
    Ok(Question {
        owner: owner.or_else(|| facts.home.account.clone()),
        resource: filled.resource(),
        raised_by: topic.map(|t| t.place).or_else(|| raised_by(template, facts)),
        every,
    })
}

/// A value, or a pattern for one that is not known.
enum Value {
    Known(String),
    Open(String),
}

/// The resource under construction.
#[derive(Default)]
struct Filled {
    text: String,
    parts: Vec<Language>,
    wild: bool,
    unknown: bool,
}

impl Filled {
    fn literal(&mut self, text: &str) {
        self.text.push_str(text);
        self.parts.push(Language::literal(text));
    }

    fn language(&mut self, text: &str, language: Language) {
        self.text.push_str(text);
        self.parts.push(language);
        self.wild = true;
    }

    /// Pattern text of a rule: a `*` behind a topic's ARN stands for topic names, elsewhere for anything.
    fn pattern(&mut self, text: &str) {
        let Some((before, after)) = text.split_once('*') else {
            return if text.contains('?') {
                self.language(text, Language::glob(&Glob::parse(text)));
            } else {
                self.literal(text);
            };
        };
        self.literal(before);
        let rest = if self.text.contains(":topic/") {
            topic::rest()
        } else {
            Language::any()
        };
        self.language("*", rest);
        self.pattern(after);
    }

    /// A value that is not known: one member of a pattern.
    fn open(&mut self, text: &str) {
        self.language(text, Language::glob(&Glob::parse(text)));
        self.unknown = true;
    }

    fn resource(self) -> Resource {
        if self.wild {
            Resource::All(ResourceSet::language(self.text, Language::concat(&self.parts)))
        } else {
            Resource::One(self.text)
        }
    }
}

fn value(variable: &Variable, facts: &Facts<'_>) -> Option<Value> {
    let cluster = facts.cluster.as_ref();
    let of_cluster = |part: fn(&ClusterFacts) -> Option<String>, open: &str| {
        Some(
            cluster
                .and_then(part)
                .map_or_else(|| Value::Open(open.to_owned()), Value::Known),
        )
    };
    let home = |part: fn(&Home) -> Option<&String>| part(&facts.home).cloned().map(Value::Known);
    let log = &facts.connector.log_delivery;
    let target = |destination: &Option<crate::input::LogDestination>| {
        let target = destination.as_ref().and_then(|d| d.target.as_ref());
        target.map(|t| Value::Known(t.value.clone()))
    };
    match variable {
        Variable::Partition => Some(Value::Known(
            cluster
                .map_or(&facts.home, |cluster| &cluster.home)
                .partition
                .clone(),
        )),
        Variable::Region => of_cluster(|c| c.home.region.clone(), "*")
            .filter(known)
            .or(home(|h| h.region.as_ref())),
        Variable::Account => of_cluster(|c| c.home.account.clone(), "*")
            .filter(known)
            .or(home(|h| h.account.as_ref())),
        Variable::ClusterArn => Some(match cluster {
            Some(cluster) => Value::Known(cluster.arn.clone()),
            None => Value::Open(open_cluster_arn(&facts.home)),
        }),
        Variable::ClusterName => of_cluster(|c| Some(c.name.clone()), "?*"),
        Variable::ClusterUuid => of_cluster(|c| Some(c.uuid.clone()), "?*"),
        Variable::ConnectorName => Some(Value::Known(facts.connector.name.value.clone())),
        Variable::ConnectorArn => facts
            .connector
            .arn
            .as_ref()
            .map(|arn| Value::Known(arn.value.clone())),
        Variable::ConnectorAccount => home(|h| h.account.as_ref()),
        Variable::ConnectorRegion => home(|h| h.region.as_ref()),
        Variable::Topic => None,
        // The value of a configuration provider is some group, and which is not known.
        Variable::Group if facts.group.0.contains("${") => Some(Value::Open("?*".to_owned())),
        Variable::Group => Some(Value::Known(facts.group.0.clone())),
        Variable::LogBucket => target(&log.s3),
        Variable::LogPrefix => {
            let prefix = log
                .s3
                .as_ref()?
                .prefix
                .as_ref()
                .map_or("", |p| p.value.trim_matches('/'));
            Some(Value::Known(if prefix.is_empty() {
                String::new()
            } else {
                format!("{prefix}/")
            }))
        }
        Variable::LogGroup => target(&log.cloudwatch),
        Variable::LogStream => target(&log.firehose),
        Variable::RoleArn => facts.role_arn().map(|arn| Value::Known(arn.value.clone())),
        Variable::RoleAccount => {
            let arn = facts.role_arn()?;
            Some(Value::Known(
                crate::arn::Arn::parse(&arn.value)?.account.to_owned(),
            ))
        }
        Variable::Setting(key) => facts
            .connector
            .setting(key)
            .map(|s| Value::Known(s.value.value.clone())),
    }
}

fn known(value: &Value) -> bool {
    matches!(value, Value::Known(_))
}

fn open_cluster_arn(home: &Home) -> String {
    let part = |value: &Option<String>| value.clone().unwrap_or_else(|| "?*".to_owned());
    format!(
        "arn:{}:kafka:{}:{}:cluster/?*/?*",
        home.partition,
        part(&home.region),
        part(&home.account)
    )
}

/// The configuration value that a template without topics comes from.
fn raised_by(template: &Template, facts: &Facts<'_>) -> Option<Place> {
    let log = &facts.connector.log_delivery;
    let of = |destination: &Option<crate::input::LogDestination>| {
        let destination = destination.as_ref()?;
        Some(
            destination
                .target
                .as_ref()
                .map_or(destination.place, |target| target.place),
        )
    };
    template.variables().find_map(|variable| match variable {
        Variable::LogBucket | Variable::LogPrefix => of(&log.s3),
        Variable::LogGroup => of(&log.cloudwatch),
        Variable::LogStream => of(&log.firehose),
        Variable::Group => facts.group.1.or(Some(facts.connector.name.place)),
        Variable::Setting(key) => facts.connector.setting(key).map(|s| s.value.place),
        _ => None,
    })
}

/// What would give a variable a value.
fn missing(variable: &Variable) -> String {
    match variable {
        Variable::Account | Variable::ConnectorAccount => {
            "the account is not known; name it with `--account`".to_owned()
        }
        Variable::Region | Variable::ConnectorRegion => {
            "the region is not known; name it with `--region`".to_owned()
        }
        other => format!("`{other}` is not known"),
    }
}

/// Fills a template that has to be one literal text.
pub(super) fn literal(template: &Template, facts: &Facts<'_>) -> Option<String> {
    let filled = template.expand(|variable| match value(variable, facts)? {
        Value::Known(text) => Some(text),
        Value::Open(_) => None,
    });
    filled.ok()
}
