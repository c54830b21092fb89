//! ARN patterns of resource types: literal text with named placeholders, `arn:${Partition}:s3:::${BucketName}`.
//!
//! In: a pattern of the catalogue. Out: its pieces, or the IAM wildcard pattern that covers its resources.
//! Invariant: what is said here is never narrower than the real resources; a placeholder is [`Reach::Segment`]
//! only where AWS's naming rules forbid the separators.

use std::fmt;

use crate::pattern::{Glob, Token};

/// The shape of the ARNs of a resource type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ArnPattern {
    text: &'static str,
}

/// A part of an [`ArnPattern`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArnPiece {
    /// This very text.
    Literal(&'static str),
    /// Some text, not empty.
    Hole {
        /// The placeholder's name, `BucketName`.
        name: &'static str,
        /// What the text can contain.
        reach: Reach,
    },
    /// Any text: the pattern itself has a `*` here.
    Any,
}

/// What can stand for a placeholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Text without `:` and `/`.
    Segment,
    /// Any text.
    Any,
}

/// Placeholders without separators, as service of the ARN (empty: all) and name.
///
/// Source: the naming rules in the API references of Amazon S3 (bucket names), Amazon MSK (cluster names and
/// ids), Apache Kafka (topic names: letters, digits, `.`, `_`, `-`), and MSK Connect. Names of consumer groups
/// and transactional ids are free text.
const SEGMENTS: [(&str, &str); 16] = [
    ("", "Partition"),
    ("", "Region"),
    ("", "Account"),
    ("s3", "BucketName"),
    ("kafka", "ClusterName"),
    ("kafka", "ClusterUuid"),
    ("kafka", "Uuid"),
    ("kafka", "TopicName"),
    ("kafka", "ConfigurationName"),
    ("kafka", "ReplicatorName"),
    ("kafkaconnect", "ConnectorName"),
    ("kafkaconnect", "ConnectorUUID"),
    ("kafkaconnect", "UUID"),
    ("kafkaconnect", "CustomPluginName"),
    ("kafkaconnect", "WorkerConfigurationName"),
    ("kms", "KeyId"),
];

impl ArnPattern {
    pub(super) fn new(text: &'static str) -> Self {
        Self { text }
    }

    /// The pattern as AWS prints it.
    pub fn as_str(&self) -> &'static str {
        self.text
    }

    /// The service segment, `kafka`; it can itself be a placeholder.
    pub fn service(&self) -> &'static str {
        self.text.split(':').nth(2).unwrap_or_default()
    }

    /// The pieces, in order; together they are the whole pattern.
    pub fn pieces(&self) -> impl Iterator<Item = ArnPiece> + use<> {
        let service = self.service();
        let mut rest = self.text;
        std::iter::from_fn(move || {
            let (piece, tail) = next_piece(rest, service)?;
            rest = tail;
            Some(piece)
        })
    }

    /// The IAM wildcard pattern with a `*` for every placeholder, `arn:*:s3:::*/*`.
    ///
    /// It covers the resources of the type and more: the `*` of a bucket name also matches a slash.
    /// [`Self::pieces`] tells which placeholders can be narrowed. Source: SET-02.
    pub fn wildcard(&self) -> String {
        let text = |piece| match piece {
            ArnPiece::Literal(text) => text,
            ArnPiece::Hole { .. } | ArnPiece::Any => "*",
        };
        self.pieces().map(text).collect()
    }

    /// As [`Self::wildcard`], ready for matching and for questions about sets: the star of a
    /// [`Reach::Segment`] takes no colon, every other star takes all.
    pub fn glob(&self) -> Glob {
        let mut tokens = Vec::new();
        for piece in self.pieces() {
            match piece {
                ArnPiece::Literal(text) => tokens.extend(text.chars().map(Token::Literal)),
                ArnPiece::Hole { reach, .. } => tokens.push(Token::Many {
                    crosses_colon: reach == Reach::Any,
                }),
                ArnPiece::Any => tokens.push(Token::Many { crosses_colon: true }),
            }
        }
        Glob::from_tokens(tokens)
    }
}

impl fmt::Display for ArnPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

fn next_piece(text: &'static str, service: &str) -> Option<(ArnPiece, &'static str)> {
    if let Some(rest) = text.strip_prefix('*') {
        return Some((ArnPiece::Any, rest));
    }
    if let Some((name, rest)) = text.strip_prefix("${").and_then(|hole| hole.split_once('}')) {
        return Some((
            ArnPiece::Hole {
                name,
                reach: reach(service, name),
            },
            rest,
        ));
    }
    // The first character is literal whatever it is, so that every step takes something.
    let from = text.chars().next()?.len_utf8();
    let end = text
        .get(from..)?
        .find(['*', '$'])
        .map_or(text.len(), |at| from + at);
    let (literal, rest) = text.split_at_checked(end)?;
    Some((ArnPiece::Literal(literal), rest))
}

fn reach(service: &str, name: &str) -> Reach {
    let known = SEGMENTS
        .iter()
        .any(|(of, hole)| *hole == name && (of.is_empty() || *of == service));
    if known { Reach::Segment } else { Reach::Any }
}

#[cfg(test)]
mod tests {
    use super::{ArnPiece, Reach};
    use crate::catalog::model::{Action, action, all_actions, resource_universe};

    fn get(name: &str) -> Action {
        action(name).unwrap()
    }

    #[test]
    fn the_universe_of_an_object_action_has_a_slash_after_the_bucket() {
        let shapes: Vec<String> = resource_universe(get("s3:GetObject"))
            .map(|shape| shape.wildcard())
            .collect();
        assert!(shapes.contains(&"arn:*:s3:::*/*".to_owned()), "{shapes:?}");
        assert!(!shapes.contains(&"arn:*:s3:::*".to_owned()), "{shapes:?}");
        let matched =
            |arn: &str| resource_universe(get("s3:GetObject")).any(|shape| shape.glob().matches(arn));
        assert!(matched("arn:aws:s3:::bucket/a/b:c"));
        assert!(!matched("arn:aws:s3:::bucket"));
        assert!(!matched("arn:aws:s3:::buc:ket/a"));
        let bucket: Vec<ArnPiece> = resource_universe(get("s3:ListBucket"))
            .flat_map(|shape| shape.pieces())
            .collect();
        assert!(bucket.contains(&ArnPiece::Hole {
            name: "BucketName",
            reach: Reach::Segment
        }));
    }

    #[test]
    fn pieces_put_together_are_the_pattern() {
        for action in all_actions() {
            for pattern in resource_universe(action) {
                let text: String = pattern
                    .pieces()
                    .map(|piece| match piece {
                        ArnPiece::Literal(text) => text.to_owned(),
                        ArnPiece::Hole { name, .. } => format!("${{{name}}}"),
                        ArnPiece::Any => "*".to_owned(),
                    })
                    .collect();
                assert_eq!(text, pattern.as_str());
                assert!(!pattern.wildcard().contains('$'));
            }
        }
    }

    #[test]
    fn a_consumer_group_can_have_any_name_but_its_cluster_cannot() {
        let pattern = resource_universe(get("kafka-cluster:AlterGroup")).next().unwrap();
        let reach_of = |wanted: &str| {
            pattern.pieces().find_map(|piece| match piece {
                ArnPiece::Hole { name, reach } if name == wanted => Some(reach),
                _ => None,
            })
        };
        assert_eq!(reach_of("GroupName"), Some(Reach::Any));
        assert_eq!(reach_of("ClusterName"), Some(Reach::Segment));
        // A topic of AWS IoT has the same placeholder name and does contain slashes.
        let iot = resource_universe(get("iot:Publish")).next().unwrap();
        assert!(
            iot.pieces().any(|piece| piece
                == ArnPiece::Hole {
                    name: "TopicName",
                    reach: Reach::Any
                }),
            "{iot}"
        );
    }
}
