//! The topics of a connector: which a sink reads, which a source produces.
//!
//! Topic names hold letters, digits, `.`, `_` and `-`; sets of topics are sets of such names.

use crate::input::{Connector, Setting};
use crate::language::{CharSet, Language};
use crate::pack::{ConnectorClass, TopicSource};

use super::kcql;
use super::values::{Member, Members};

/// Every topic name. The greatest length of 249 is not part of the set: patterns that only longer names tell apart
/// do not occur, and leaving it out keeps questions small.
pub(super) fn names() -> Language {
    Language::repeat(&name_characters(), 1, None)
}

/// Every topic name but those of MSK Connect's own topics, which no connector moves data by.
pub(super) fn others() -> Language {
    Language::not_beginning("__amazon_msk_connect_", &name_characters())
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
pub(super) fn read<'a>(setting: impl Fn(&str) -> Option<&'a Setting>) -> Members {
    let listed = setting("topics").filter(|setting| !setting.value.value.trim().is_empty());
    if let Some(setting) = listed.filter(|setting| is_reference(setting)) {
        return reference(setting);
    }
    let listed: Vec<Member> = listed
        .into_iter()
        .flat_map(|setting| list(setting).map(|name| literal(name, setting)))
        .collect();
    let Some(setting) = setting("topics.regex") else {
        if !listed.is_empty() {
            return Members::These(listed);
        }
        let why = "neither `topics` nor `topics.regex` is set".to_owned();
        return Members::Unknown { why, place: None };
    };
    if is_reference(setting) {
        return reference(setting);
    }
    match Language::regex(&setting.value.value) {
        // A sink takes only one of the two; where both are set, both are asked.
        Ok(language) => Members::These(
            listed
                .into_iter()
                .chain([set(setting.value.value.clone(), language, setting)])
                .collect(),
        ),
        Err(fault) => Members::Unknown {
            why: format!("what `topics.regex` matches cannot be decided: {fault}"),
            place: Some(setting.value.place),
        },
    }
}

/// Whether the value is a reference that a configuration provider fills in, such as `${secretsmanager:name:key}`.
pub(super) fn is_reference(setting: &Setting) -> bool {
    setting.value.value.contains("${")
}

fn reference(setting: &Setting) -> Members {
    Members::Unknown {
        why: format!(
            "the value of `{}` comes from a configuration provider",
            setting.key.value
        ),
        place: Some(setting.value.place),
    }
}

/// The topics that a source produces, by its class, else by the settings that sources commonly use.
pub(super) fn written(connector: &Connector, class: Option<&ConnectorClass>) -> Members {
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
    if let Some(router) = router(connector) {
        return Members::Unknown {
            why: format!(
                "`{}` gives records other topics than its settings name",
                router.value.value
            ),
            place: Some(router.value.place),
        };
    }
    sources
        .iter()
        .find_map(|source| from(connector, source))
        .unwrap_or_else(|| Members::Unknown {
            why: "no setting tells which topics it produces".to_owned(),
            place: None,
        })
}

/// The type of a transform that gives records another topic: routers of Kafka Connect, Debezium and others are named
/// so, and what they make of a name is theirs to say.
fn router(connector: &Connector) -> Option<&Setting> {
    let aliases = connector.setting("transforms")?;
    list(aliases).find_map(|alias| {
        let class = connector.setting(&format!("transforms.{alias}.type"))?;
        let name = class.value.value.split('$').next().unwrap_or_default();
        let name = name.rsplit('.').next().unwrap_or_default();
        (name.contains("Router") || name.contains("Topic")).then_some(class)
    })
}

fn from(connector: &Connector, source: &TopicSource) -> Option<Members> {
    if source
        .given
        .as_ref()
        .is_some_and(|key| connector.setting(key).is_none())
    {
        return None;
    }
    let named = [&source.setting, &source.prefix, &source.statements];
    let filled_in = named
        .into_iter()
        .flatten()
        .filter_map(|key| connector.setting(key))
        .find(|s| is_reference(s));
    if let Some(setting) = filled_in {
        return Some(reference(setting));
    }
    if let Some(setting) = source.setting.as_ref().and_then(|key| connector.setting(key)) {
        return Some(Members::These(
            list(setting).map(|name| literal(name, setting)).collect(),
        ));
    }
    if let Some(setting) = source.statements.as_ref().and_then(|key| connector.setting(key)) {
        let targets = kcql::targets(&setting.value.value);
        return Some(Members::These(
            targets.map(|name| literal(name.to_owned(), setting)).collect(),
        ));
    }
    if !source.key.is_empty() {
        return from_keys(connector, source);
    }
    let setting = connector.setting(source.prefix.as_ref()?)?;
    let prefix = &setting.value.value;
    if source.whole {
        return Some(Members::These(vec![literal(prefix.clone(), setting)]));
    }
    let start = format!("{prefix}{}", source.then);
    if !source.path.is_empty() {
        let values: Option<Vec<&str>> = source
            .path
            .iter()
            .map(|key| connector.setting(key).map(|s| s.value.value.as_str()))
            .collect();
        return values.map(|values| {
            Members::These(vec![literal(
                format!("{start}{}", values.join(&source.then)),
                setting,
            )])
        });
    }
    if !source.each.is_empty() {
        let tables = source.each.iter().find_map(|key| connector.setting(key))?;
        return Some(Members::These(
            list(tables)
                .map(|table| table_topic(&start, &table, tables))
                .collect(),
        ));
    }
    Some(Members::These(vec![Member {
        every: false,
        ..set(
            format!("{start}*"),
            Language::concat(&[Language::literal(&start), rest()]),
            setting,
        )
    }]))
}

/// Settings such as `genkp.<topic>.with`, whose keys name topics.
fn from_keys(connector: &Connector, source: &TopicSource) -> Option<Members> {
    let mut topics: Vec<Member> = Vec::new();
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
            topics.push(Member::literal(name, Some(setting.key.place)));
        }
    }
    (!topics.is_empty()).then_some(Members::These(topics))
}

/// A table of a list; tables may be given as regular expressions.
fn table_topic(start: &str, table: &str, setting: &Setting) -> Member {
    let plain = table
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
    let language = if plain { None } else { Language::regex(table).ok() };
    Member {
        language: language.map(|tables| tables.with_prefix(start)),
        ..literal(format!("{start}{table}"), setting)
    }
}

fn literal(name: String, setting: &Setting) -> Member {
    Member::literal(name, Some(setting.value.place))
}

/// All of a set of topics.
fn set(text: String, language: Language, setting: &Setting) -> Member {
    Member {
        language: Some(language),
        ..literal(text, setting)
    }
}

/// The entries of a list with commas, trimmed as Kafka Connect does, empty ones left out.
pub(super) fn list(setting: &Setting) -> impl Iterator<Item = String> {
    setting
        .value
        .value
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_topics_of_msk_connect_are_no_others() {
        let others = others();
        for name in ["a", "_", "__amazon_msk_connect", "__amazon_msk_connecx", "orders"] {
            assert!(others.accepts(name), "{name}");
        }
        for name in [
            "",
            "__amazon_msk_connect_",
            "__amazon_msk_connect_status_lake_1",
            "a/b",
        ] {
            assert!(!others.accepts(name), "{name}");
        }
    }
}
