//! What a connector of MirrorMaker 2 copies, and from which cluster.

use crate::input::{ClusterFit, Connector, Inputs};
use crate::language::Language;

use super::cluster::ClusterFacts;
use super::home::Home;
use super::options::CheckOptions;
use super::topic;
use super::values::{Member, Members, segment};

/// What a mirror copies, and from where.
#[derive(Debug, Clone)]
pub struct Mirror {
    /// The cluster that it reads from, where it is known.
    pub source: Option<ClusterFacts>,
    /// Its topics, under their names there.
    pub mirrored: Members,
    /// The same topics, under their names on its own cluster.
    pub copies: Members,
    /// The consumer groups whose offsets it copies.
    pub groups: Members,
    /// The UUID of its own cluster, which the other one does not have.
    own_uuid: Option<String>,
}

/// Gathers what a mirror copies; of another connector nothing is asked for.
pub(super) fn mirror(
    connector: &Connector,
    own: Option<&ClusterFacts>,
    inputs: &Inputs,
    options: &CheckOptions,
) -> Mirror {
    let given = options
        .source_cluster_arn
        .as_deref()
        .and_then(ClusterFacts::parse);
    let named = || {
        let servers = connector.setting("source.cluster.bootstrap.servers")?;
        let found = inputs.cluster_of_servers(&servers.value.value, servers.value.place)?;
        (found.fit == ClusterFit::Named).then_some(())?;
        ClusterFacts::parse(&found.cluster.arn.value)
    };
    let mirrored = patterns(connector, &["topics", "topics.whitelist"], &topic::names());
    let copies = match &mirrored {
        Members::These(members) => Members::These(
            members
                .iter()
                .map(|member| renamed(member, &prefix(connector)))
                .collect(),
        ),
        unknown @ Members::Unknown { .. } => unknown.clone(),
    };
    Mirror {
        source: given.or_else(named),
        mirrored,
        copies,
        groups: patterns(connector, &["groups", "groups.whitelist"], &Language::any()),
        own_uuid: own.map(|cluster| cluster.uuid.clone()),
    }
}

impl Mirror {
    /// Where the source cluster is, as far as it is known.
    pub(super) fn home(&self) -> Option<&Home> {
        self.source.as_ref().map(|source| &source.home)
    }

    /// The UUID of the source cluster; of one that is not known, any but that of the connector's own.
    pub(super) fn uuid(&self) -> Member {
        uuid_of(self.source.as_ref(), self.own_uuid.as_deref())
    }
}

/// The UUID of a cluster beside the connector's own; of one that is not known, any but `own`.
pub(super) fn uuid_of(other: Option<&ClusterFacts>, own: Option<&str>) -> Member {
    match (other, own) {
        (Some(other), _) => Member::literal(&other.uuid, None),
        (None, Some(own)) => Member {
            language: Some(other_than(own)),
            ..Member::open_segment()
        },
        (None, None) => Member::open_segment(),
    }
}

/// Every segment of an ARN but this one.
fn other_than(word: &str) -> Language {
    let longer = Language::concat(&[Language::literal(word), Language::repeat(&segment(), 1, None)]);
    Language::union(&[Language::not_beginning(word, &segment()), longer])
}

/// The prefix that the policy of replication puts before the names of topics.
fn prefix(connector: &Connector) -> String {
    let value = |key: &str| connector.setting(key).map(|setting| setting.value.value.as_str());
    let keeps_names =
        value("replication.policy.class").is_some_and(|class| class.ends_with("IdentityReplicationPolicy"));
    match value("source.cluster.alias") {
        Some(alias) if !keeps_names => {
            format!("{alias}{}", value("replication.policy.separator").unwrap_or("."))
        }
        // The default alias of a source.
        None if !keeps_names => "source.".to_owned(),
        _ => String::new(),
    }
}

fn renamed(member: &Member, prefix: &str) -> Member {
    Member {
        text: format!("{prefix}{}", member.text),
        language: member.language.as_ref().map(|names| names.with_prefix(prefix)),
        ..member.clone()
    }
}

/// The names that a list of regular expressions matches. Without a list it is every name; a mirror of every name takes
/// what it can see, so that no particular one is needed.
fn patterns(connector: &Connector, keys: &[&str], names: &Language) -> Members {
    let all = |place| {
        Members::These(vec![Member {
            language: Some(names.clone()),
            ..Member::open("*", place)
        }])
    };
    let Some(setting) = keys.iter().find_map(|key| connector.setting(key)) else {
        return all(None);
    };
    let place = Some(setting.value.place);
    let mut members = Vec::new();
    for pattern in topic::list(setting) {
        if pattern == ".*" {
            return all(place);
        }
        let is_plain = pattern
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        if is_plain {
            members.push(Member::literal(pattern, place));
            continue;
        }
        match Language::regex(&pattern) {
            Ok(language) => members.push(Member {
                language: Some(language),
                ..Member::literal(pattern, place)
            }),
            Err(fault) => {
                return Members::Unknown {
                    why: format!("what `{}` matches cannot be decided: {fault}", setting.key.value),
                    place,
                };
            }
        }
    }
    Members::These(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_segment_but_one() {
        let language = other_than("ab-1");
        for word in ["a", "ab", "ab-", "ab-2", "ab-10", "b", "xy-1", "ab-1 "] {
            assert!(language.accepts(word), "{word}");
        }
        for word in ["ab-1", "", "ab-1/x", "x/y"] {
            assert!(!language.accepts(word), "{word}");
        }
    }
}
