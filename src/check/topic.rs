//! The topics of a connector: which a sink reads, which a source produces.
//!
//! Topic names hold letters, digits, `.`, `_` and `-`; sets of topics are sets of such names.

use crate::input::{Connector, Setting};
use crate::language::{CharSet, Language};
use crate::pack::{ConnectorClass, TopicSource};
use crate::source::Place;

/// What is known of a connector's topics.
#[derive(Debug, Clone)]
pub enum Topics {
    /// All of these are used.
    All(Vec<TopicSet>),
    /// Some topics of this set are used, and which is not known.
    Some(TopicSet),
    /// Nothing is known; `why` says so in words.
    Unknown {
        /// Why, lower case, no final stop.
        why: String,
        /// The setting that could not be read, where there is one.
        place: Option<Place>,
    },
}

/// A topic, or a set of topics, with the setting that names it.
#[derive(Debug, Clone)]
pub struct TopicSet {
    /// A name, or the set in words that a person knows: a pattern, an expression.
    pub text: String,
    /// The set, unless it is one literal name.
    pub language: Option<Language>,
    /// The setting's value.
    pub place: Place,
}

/// Every topic name. The greatest length of 249 is not part of the set: patterns that only longer names tell apart
/// do not occur, and leaving it out keeps questions small.
pub(super) fn names() -> Language {
    Language::repeat(&name_characters(), 1, None)
}

/// The rest of a topic name.
pub(super) fn rest() -> Language {
    Language::repeat(&name_characters(), 0, None)
}

fn name_characters() -> CharSet {
    CharSet::from_ranges([
        ('a', 'z'),
        ('A', 'Z'),
        ('0', '9'),
        ('.', '.'),
        ('_', '_'),
        ('-', '-'),
    ])
}

/// The topics that a sink reads: `topics`, or everything that `topics.regex` matches.
pub(super) fn read(connector: &Connector) -> Topics {
    let listed = connector
        .setting("topics")
        .filter(|setting| !setting.value.value.trim().is_empty());
    if let Some(setting) = listed.filter(|setting| is_reference(setting)) {
        return reference(setting);
    }
    let listed: Vec<TopicSet> = listed
        .into_iter()
        .flat_map(|setting| list(setting).map(|name| literal(name, setting)))
        .collect();
    let Some(setting) = connector.setting("topics.regex") else {
        if !listed.is_empty() {
            return Topics::All(listed);
        }
        let why = "neither `topics` nor `topics.regex` is set".to_owned();
        return Topics::Unknown { why, place: None };
    };
    if is_reference(setting) {
        return reference(setting);
    }
    match Language::regex(&setting.value.value) {
        // A sink takes only one of the two; where both are set, both are asked.
        Ok(language) => Topics::All(
            listed
                .into_iter()
                .chain([TopicSet {
                    text: setting.value.value.clone(),
                    language: Some(language),
                    place: setting.value.place,
                }])
                .collect(),
        ),
        Err(fault) => Topics::Unknown {
            why: format!("what `topics.regex` matches cannot be decided: {fault}"),
            place: Some(setting.value.place),
        },
    }
}

/// Whether the value is a reference that a configuration provider fills in, such as `${secretsmanager:name:key}`.
pub(super) fn is_reference(setting: &Setting) -> bool {
    setting.value.value.contains("${")
}

fn reference(setting: &Setting) -> Topics {
    Topics::Unknown {
        why: format!(
            "the value of `{}` comes from a configuration provider",
            setting.key.value
        ),
        place: Some(setting.value.place),
    }
}

/// The topics that a source produces, by its class, else by the settings that sources commonly use.
pub(super) fn written(connector: &Connector, class: Option<&ConnectorClass>) -> Topics {
    let common = [
        TopicSource {
            setting: Some("kafka.topic".to_owned()),
            ..TopicSource::default()
        },
        TopicSource {
            setting: Some("topic".to_owned()),
            ..TopicSource::default()
        },
        TopicSource {
            prefix: Some("topic.prefix".to_owned()),
            ..TopicSource::default()
        },
    ];
    let sources = class
        .map(|class| class.topics.as_slice())
        .filter(|topics| !topics.is_empty());
    let sources = sources.unwrap_or(&common);
    sources
        .iter()
        .find_map(|source| from(connector, source))
        .unwrap_or_else(|| Topics::Unknown {
            why: "no setting tells which topics it produces".to_owned(),
            place: None,
        })
}

fn from(connector: &Connector, source: &TopicSource) -> Option<Topics> {
    if source
        .given
        .as_ref()
        .is_some_and(|key| connector.setting(key).is_none())
    {
        return None;
    }
    let named = [&source.setting, &source.prefix];
    let filled_in = named
        .into_iter()
        .flatten()
        .filter_map(|key| connector.setting(key))
        .find(|s| is_reference(s));
    if let Some(setting) = filled_in {
        return Some(reference(setting));
    }
    if let Some(setting) = source.setting.as_ref().and_then(|key| connector.setting(key)) {
        return Some(Topics::All(
            list(setting).map(|name| literal(name, setting)).collect(),
        ));
    }
    if !source.key.is_empty() {
        return from_keys(connector, source);
    }
    let setting = connector.setting(source.prefix.as_ref()?)?;
    let prefix = &setting.value.value;
    if source.whole {
        return Some(Topics::All(vec![literal(prefix.clone(), setting)]));
    }
    let start = format!("{prefix}{}", source.then);
    if !source.path.is_empty() {
        let values: Option<Vec<&str>> = source
            .path
            .iter()
            .map(|key| connector.setting(key).map(|s| s.value.value.as_str()))
            .collect();
        return values.map(|values| {
            Topics::All(vec![literal(
                format!("{start}{}", values.join(&source.then)),
                setting,
            )])
        });
    }
    if !source.each.is_empty() {
        let tables = source.each.iter().find_map(|key| connector.setting(key))?;
        return Some(Topics::All(
            list(tables)
                .map(|table| table_topic(&start, &table, tables))
                .collect(),
        ));
    }
    Some(Topics::Some(TopicSet {
        text: format!("{start}*"),
        language: Some(Language::concat(&[Language::literal(&start), rest()])),
        place: setting.value.place,
    }))
}

/// Settings such as `genkp.<topic>.with`, whose keys name topics.
fn from_keys(connector: &Connector, source: &TopicSource) -> Option<Topics> {
    let mut topics: Vec<TopicSet> = Vec::new();
    for setting in connector.configuration.iter().flatten() {
        let rest = source
            .key
            .iter()
            .find_map(|start| setting.key.value.strip_prefix(start.as_str()));
        let Some(name) = rest
            .and_then(|rest| rest.split('.').next())
            .filter(|name| !name.is_empty())
        else {
            continue;
        };
        if !topics.iter().any(|known| known.text == name) {
            topics.push(TopicSet {
                text: name.to_owned(),
                language: None,
                place: setting.key.place,
            });
        }
    }
    (!topics.is_empty()).then_some(Topics::All(topics))
}

/// A table of a list; tables may be given as regular expressions.
fn table_topic(start: &str, table: &str, setting: &Setting) -> TopicSet {
    let plain = table
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
    let language = if plain { None } else { Language::regex(table).ok() };
    TopicSet {
        text: format!("{start}{table}"),
        language: language.map(|tables| tables.with_prefix(start)),
        place: setting.value.place,
    }
}

fn literal(name: String, setting: &Setting) -> TopicSet {
    TopicSet {
        text: name,
        language: None,
        place: setting.value.place,
    }
}

/// The entries of a list with commas, trimmed as Kafka Connect does, empty ones left out.
fn list(setting: &Setting) -> impl Iterator<Item = String> {
    setting
        .value
        .value
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
}
