//! The values of templates' variables for a connector of MSK Connect.

use std::borrow::Cow;

use crate::arn::Arn;
use crate::input::{LogDestination, Setting};
use crate::pack::{self, Direction, Scope, Variable, When};
use crate::source::Place;

use super::cluster::ClusterFacts;
use super::facts::Facts;
use super::home::Home;
use super::part;
use super::values::{Member, Members, Values};

impl Values for Facts<'_> {
    fn one(&self, variable: &Variable) -> Option<Member> {
        match variable {
            Variable::FirstOf(of) => of.iter().find_map(|one| self.one(one)),
            Variable::Text(text) => Some(Member::literal(text, None)),
            Variable::Setting { scope, key, part } => {
                Some(part::one(self.setting(*scope, key)?, *part, &self.home))
            }
            variable => self
                .of_cluster(variable)
                .or_else(|| self.of_connector(variable))
                .or_else(|| self.of_log(variable))
                .or_else(|| self.of_source(variable)),
        }
    }

    fn many(&self, variable: &Variable, direction: Option<Direction>) -> Option<Cow<'_, Members>> {
        let list = |members: &[Member]| Some(Cow::Owned(Members::These(members.to_vec())));
        let topics = || match direction {
            Some(Direction::Source) => &self.written,
            Some(Direction::Sink) | None => &self.read,
        };
        match variable {
            Variable::Topic => Some(Cow::Borrowed(topics())),
            Variable::Secret => list(&self.references.secrets),
            Variable::Parameter => list(&self.references.parameters),
            Variable::ConfigObject => list(&self.references.objects),
            Variable::PluginObject => list(&self.plugins),
            Variable::MirroredTopic => Some(Cow::Borrowed(&self.mirror.mirrored)),
            Variable::MirrorTopic => Some(Cow::Borrowed(&self.mirror.copies)),
            Variable::MirroredGroup => Some(Cow::Borrowed(&self.mirror.groups)),
            Variable::FirstOf(of) => of.iter().find_map(|one| self.many(one, direction)),
            Variable::Setting {
                scope,
                key,
                part: Some(part),
            } => Some(Cow::Owned(part::many(
                self.setting(*scope, key)?,
                *part,
                topics(),
            ))),
            single => list(&[self.one(single)?]),
        }
    }

    fn setting(&self, scope: Scope, key: &str) -> Option<&Setting> {
        let of_connector = || self.connector.setting(key);
        let of_worker = || self.worker.property(key);
        match scope {
            Scope::Connector => of_connector(),
            Scope::Worker => of_worker(),
            Scope::Either => of_connector().or_else(of_worker),
        }
    }

    fn settings(&self, scope: Scope, start: &str) -> Vec<&Setting> {
        let of_connector = self.connector.configuration.iter().flatten();
        let of_worker = self.worker.properties.iter();
        let begins = |setting: &&Setting| setting.key.value.starts_with(start);
        match scope {
            Scope::Connector => of_connector.filter(begins).collect(),
            Scope::Worker => of_worker.filter(begins).collect(),
            Scope::Either => of_connector.chain(of_worker).filter(begins).collect(),
        }
    }

    fn is_about(&self, when: &When) -> bool {
        let log = &self.connector.log_delivery;
        let enabled = |destination: &Option<LogDestination>| destination.as_ref().is_some_and(|d| d.enabled);
        let has = |tag: &String| self.class.is_some_and(|class| class.has_tag(tag));
        when.authentication
            .is_none_or(|wanted| self.authentication.is_none_or(|known| known == wanted))
            && when
                .direction
                .is_none_or(|wanted| self.directions.include(wanted))
            && when.log.is_none_or(|wanted| match wanted {
                pack::LogDestination::S3 => enabled(&log.s3),
                pack::LogDestination::CloudWatch => enabled(&log.cloudwatch),
                pack::LogDestination::Firehose => enabled(&log.firehose),
            })
            && when.tag.as_ref().is_none_or(has)
            && !when.not_tag.as_ref().is_some_and(has)
            && !when
                .no_role
                .as_ref()
                .is_some_and(|name| self.role_names.contains(name.as_str()))
    }

    fn home(&self) -> &Home {
        &self.home
    }

    fn at(&self) -> Place {
        self.connector.place
    }
}

impl Facts<'_> {
    fn of_cluster(&self, variable: &Variable) -> Option<Member> {
        let cluster = self.cluster.as_ref();
        let known = |text: &String| Member::literal(text, None);
        let part = |of_home: fn(&Home) -> &Option<String>| {
            let of_cluster = cluster.and_then(|cluster| of_home(&cluster.home).as_ref());
            of_cluster.or(of_home(&self.home).as_ref()).map(known)
        };
        let open = |found: Option<&String>| Some(found.map_or_else(Member::open_segment, known));
        match variable {
            Variable::Partition => Some(known(&cluster.map_or(&self.home, |c| &c.home).partition)),
            Variable::Region => part(|home| &home.region),
            Variable::Account => part(|home| &home.account),
            Variable::ClusterArn => Some(match cluster {
                Some(cluster) => known(&cluster.arn),
                None => Member::open(&open_cluster_arn(&self.home), None),
            }),
            Variable::ClusterName => open(cluster.map(|cluster| &cluster.name)),
            Variable::ClusterUuid => open(cluster.map(|cluster| &cluster.uuid)),
            _ => None,
        }
    }

    fn of_connector(&self, variable: &Variable) -> Option<Member> {
        let known = |text: &str| Member::literal(text, None);
        let connector = self.connector;
        match variable {
            Variable::ConnectorName => Some(known(&connector.name.value)),
            Variable::ConnectorArn => connector.arn.as_ref().map(|arn| known(&arn.value)),
            Variable::ConnectorAccount => self.home.account.as_deref().map(known),
            Variable::ConnectorRegion => self.home.region.as_deref().map(known),
            Variable::Group => {
                let place = Some(self.group.1.unwrap_or(connector.name.place));
                // The value of a configuration provider is some group, and which is not known.
                Some(if self.group.0.contains("${") {
                    Member::open("?*", place)
                } else {
                    Member::literal(&self.group.0, place)
                })
            }
            Variable::RoleArn => self.role_arn().map(|arn| known(&arn.value)),
            Variable::RoleAccount => Some(known(Arn::parse(&self.role_arn()?.value)?.account)),
            _ => None,
        }
    }

    fn of_log(&self, variable: &Variable) -> Option<Member> {
        let log = &self.connector.log_delivery;
        let place = |destination: &LogDestination| {
            let target = destination.target.as_ref();
            Some(target.map_or(destination.place, |target| target.place))
        };
        let target = |destination: &Option<LogDestination>| {
            let destination = destination.as_ref()?;
            let target = destination.target.as_ref()?;
            Some(Member::literal(&target.value, place(destination)))
        };
        match variable {
            Variable::LogBucket => target(&log.s3),
            Variable::LogGroup => target(&log.cloudwatch),
            Variable::LogStream => target(&log.firehose),
            Variable::LogPrefix => {
                let s3 = log.s3.as_ref()?;
                let prefix = s3.prefix.as_ref().map_or("", |p| p.value.trim_matches('/'));
                let slash = if prefix.is_empty() { "" } else { "/" };
                Some(Member::literal(format!("{prefix}{slash}"), place(s3)))
            }
            _ => None,
        }
    }

    /// Of the cluster that a mirror reads from.
    fn of_source(&self, variable: &Variable) -> Option<Member> {
        let home = self.mirror.home();
        let open = |found: Option<&String>| {
            Some(found.map_or_else(Member::open_segment, |text| Member::literal(text, None)))
        };
        match variable {
            Variable::SourcePartition => Some(Member::literal(&home.unwrap_or(&self.home).partition, None)),
            Variable::SourceRegion => open(home.and_then(|home| home.region.as_ref())),
            Variable::SourceAccount => open(home.and_then(|home| home.account.as_ref())),
            Variable::SourceName => open(
                self.mirror
                    .source
                    .as_ref()
                    .map(|source: &ClusterFacts| &source.name),
            ),
            Variable::SourceUuid => Some(self.mirror.uuid()),
            _ => None,
        }
    }
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
