//! The variables of templates: a closed list, and the values of settings.

use std::fmt;

use super::connector::Scope;
use super::template_error::TemplateError;
use crate::source::Span;

/// What a hole is filled with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variable {
    /// The partition of the cluster: `aws`.
    Partition,
    /// The region of the cluster.
    Region,
    /// The account of the cluster.
    Account,
    /// The ARN of the cluster.
    ClusterArn,
    /// The name of the cluster.
    ClusterName,
    /// The UUID of the cluster with its number: the last part of its ARN.
    ClusterUuid,
    /// The name of the connector.
    ConnectorName,
    /// The ARN of the connector.
    ConnectorArn,
    /// The account of the connector.
    ConnectorAccount,
    /// The region of the connector.
    ConnectorRegion,
    /// Each topic that the connector reads or writes, or all that its expression can match.
    Topic,
    /// The consumer group of a sink.
    Group,
    /// The bucket of the worker logs.
    LogBucket,
    /// The prefix of the worker logs with one slash after it, or nothing.
    LogPrefix,
    /// The log group of the worker logs.
    LogGroup,
    /// The delivery stream of the worker logs.
    LogStream,
    /// The ARN of the role.
    RoleArn,
    /// The account of the role.
    RoleAccount,
    /// The ARN of a key that Confluent Cloud uses.
    KeyArn,
    /// Each secret that a configuration provider is asked for, as an ARN.
    Secret,
    /// Each parameter of Systems Manager that a configuration provider is asked for, as an ARN.
    Parameter,
    /// Each object in S3 that a configuration provider is asked for, as an ARN.
    ConfigObject,
    /// The object that each custom plugin was made from, as an ARN.
    PluginObject,
    /// The partition of the cluster that a mirror reads from.
    SourcePartition,
    /// The region of the cluster that a mirror reads from.
    SourceRegion,
    /// The account of the cluster that a mirror reads from.
    SourceAccount,
    /// The name of the cluster that a mirror reads from.
    SourceName,
    /// The UUID of the cluster that a mirror reads from.
    SourceUuid,
    /// Each topic that a mirror copies, under its name on the cluster that it reads from.
    MirroredTopic,
    /// Each topic that a mirror copies, under its name on its own cluster.
    MirrorTopic,
    /// Each consumer group whose offsets a mirror copies.
    MirroredGroup,
    /// The value of a setting, or a part of it: `${setting:table}`, `${worker:offset.storage.topic}`,
    /// `${setting:sqs.url|queue}`.
    Setting {
        /// Where the setting stands.
        scope: Scope,
        /// Its key.
        key: String,
        /// What of it is meant; all of it where there is none.
        part: Option<Part>,
    },
    /// Plain text, for the last of [`Variable::FirstOf`]: what a setting is where it is not set. `'control-iceberg'`.
    Text(String),
    /// The first of these that has a value: `${setting:s3.region or connector.region}`. At least two.
    FirstOf(Vec<Variable>),
}

/// What of the value of a setting is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// An ARN or a name. An ARN takes the place of all that stands before it in the template.
    Arn,
    /// Each entry of a list with commas.
    List,
    /// The ARN of the queue that the URL is of.
    Queue,
    /// The first label of a host's name.
    Host,
    /// The ARN of the KMS key of an id, an ARN or an alias; which key an alias names is not known.
    Key,
    /// The bucket of a URL such as `s3://bucket/prefix`.
    Bucket,
    /// Each database of a list of tables `database.table`.
    Databases,
    /// Each table of a list of tables `database.table`, as `database/table`.
    Tables,
    /// Each function of a map `topic;function,…`.
    Functions,
    /// The value with `${topic}` in it, once for each topic.
    TopicFormat,
    /// Each bucket that statements of the Kafka Connect query language write to.
    KcqlTarget,
    /// Each bucket that statements of the Kafka Connect query language read from.
    KcqlSource,
}

const PARTS: [(&str, Part); 12] = [
    ("arn", Part::Arn),
    ("list", Part::List),
    ("queue", Part::Queue),
    ("host", Part::Host),
    ("key", Part::Key),
    ("bucket", Part::Bucket),
    ("databases", Part::Databases),
    ("tables", Part::Tables),
    ("functions", Part::Functions),
    ("topic-format", Part::TopicFormat),
    ("kcql-target", Part::KcqlTarget),
    ("kcql-source", Part::KcqlSource),
];

const NAMED: [(&str, Variable); 31] = [
    ("partition", Variable::Partition),
    ("region", Variable::Region),
    ("account", Variable::Account),
    ("cluster.arn", Variable::ClusterArn),
    ("cluster.name", Variable::ClusterName),
    ("cluster.uuid", Variable::ClusterUuid),
    ("connector.name", Variable::ConnectorName),
    ("connector.arn", Variable::ConnectorArn),
    ("connector.account", Variable::ConnectorAccount),
    ("connector.region", Variable::ConnectorRegion),
    ("topic", Variable::Topic),
    ("group", Variable::Group),
    ("log.bucket", Variable::LogBucket),
    ("log.prefix", Variable::LogPrefix),
    ("log.group", Variable::LogGroup),
    ("log.stream", Variable::LogStream),
    ("role.arn", Variable::RoleArn),
    ("role.account", Variable::RoleAccount),
    ("key.arn", Variable::KeyArn),
    ("secret", Variable::Secret),
    ("parameter", Variable::Parameter),
    ("config.object", Variable::ConfigObject),
    ("plugin.object", Variable::PluginObject),
    ("source.partition", Variable::SourcePartition),
    ("source.region", Variable::SourceRegion),
    ("source.account", Variable::SourceAccount),
    ("source.name", Variable::SourceName),
    ("source.uuid", Variable::SourceUuid),
    ("mirrored.topic", Variable::MirroredTopic),
    ("mirror.topic", Variable::MirrorTopic),
    ("mirrored.group", Variable::MirroredGroup),
];

const SCOPES: [(&str, Scope); 3] = [
    ("setting:", Scope::Connector),
    ("worker:", Scope::Worker),
    ("config:", Scope::Either),
];

impl Variable {
    /// The names that a template can use, in the order of the documentation; `setting:` and its like go with any key.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        let scopes = SCOPES.iter().map(|(start, _)| *start);
        NAMED.iter().map(|(name, _)| *name).chain(scopes)
    }

    /// The whole value of a setting of the connector.
    pub fn setting(key: &str) -> Self {
        Self::Setting {
            scope: Scope::Connector,
            key: key.to_owned(),
            part: None,
        }
    }

    /// Whether it stands for any number of values, each of which is asked about.
    pub fn is_many(&self) -> bool {
        match self {
            Self::Topic
            | Self::Secret
            | Self::Parameter
            | Self::ConfigObject
            | Self::PluginObject
            | Self::MirroredTopic
            | Self::MirrorTopic
            | Self::MirroredGroup => true,
            Self::Setting { part, .. } => part.is_some_and(|part| {
                matches!(
                    part,
                    Part::List
                        | Part::Databases
                        | Part::Tables
                        | Part::Functions
                        | Part::TopicFormat
                        | Part::KcqlTarget
                        | Part::KcqlSource
                )
            }),
            Self::FirstOf(of) => of.iter().any(Self::is_many),
            _ => false,
        }
    }

    /// Reads what stands between the braces, at `span` of the template.
    pub(super) fn parse(name: &str, span: Span) -> Result<Self, TemplateError> {
        const OR: &str = " or ";
        if !name.contains(OR) {
            return Self::parse_one(name, span);
        }
        let mut start = span.start;
        let mut of = Vec::new();
        for one in name.split(OR) {
            of.push(Self::parse_one(one, Span::new(start, start + one.len()))?);
            start += one.len() + OR.len();
        }
        Ok(Self::FirstOf(of))
    }

    fn parse_one(name: &str, span: Span) -> Result<Self, TemplateError> {
        let quoted = name.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        if let Some(text) = quoted.filter(|text| !text.is_empty()) {
            return Ok(Self::Text(text.to_owned()));
        }
        let scoped = SCOPES
            .iter()
            .find_map(|(start, scope)| Some((*scope, name.strip_prefix(start)?)));
        let Some((scope, rest)) = scoped else {
            return match NAMED.iter().find(|(known, _)| *known == name) {
                Some((_, variable)) => Ok(variable.clone()),
                None => Err(TemplateError::Unknown {
                    name: name.to_owned(),
                    span,
                }),
            };
        };
        let (key, part) = match rest.split_once('|') {
            Some((key, part)) => (key, Some(part)),
            None => (rest, None),
        };
        if key.is_empty() {
            return Err(TemplateError::NoKey(span));
        }
        let part = match part {
            None => None,
            Some(written) => match PARTS.iter().find(|(known, _)| *known == written) {
                Some((_, part)) => Some(*part),
                None => {
                    return Err(TemplateError::UnknownPart {
                        name: written.to_owned(),
                        span: Span::new(span.end - written.len(), span.end),
                    });
                }
            },
        };
        Ok(Self::Setting {
            scope,
            key: key.to_owned(),
            part,
        })
    }
}

impl Part {
    /// The parts of a value that a template can name, in the order of the documentation.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        PARTS.iter().map(|(name, _)| *name)
    }
}

impl fmt::Display for Variable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting { scope, key, part } => {
                let start = SCOPES.iter().find(|(_, known)| known == scope);
                write!(out, "{}{key}", start.map_or("", |(start, _)| start))?;
                match PARTS.iter().find(|(_, known)| Some(known) == part.as_ref()) {
                    Some((name, _)) => write!(out, "|{name}"),
                    None => Ok(()),
                }
            }
            Self::Text(text) => write!(out, "'{text}'"),
            Self::FirstOf(of) => {
                for (number, one) in of.iter().enumerate() {
                    let between = if number == 0 { "" } else { " or " };
                    write!(out, "{between}{one}")?;
                }
                Ok(())
            }
            plain => match NAMED.iter().find(|(_, variable)| variable == plain) {
                Some((name, _)) => out.write_str(name),
                None => Ok(()),
            },
        }
    }
}
