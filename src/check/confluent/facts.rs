//! What is known of a connector of Confluent Cloud, and of a key that Confluent uses, for the templates of rules.

use std::borrow::Cow;

use crate::arn::Arn;
use crate::input::{ByokKey, ManagedConnector, Setting};
use crate::pack::{ClassTable, ConnectorClass, Direction, Scope, Variable, When};
use crate::source::Place;

use super::super::home::Home;
use super::super::options::CheckOptions;
use super::super::part;
use super::super::topic;
use super::super::values::{Member, Members, Values};

/// The facts of one connector.
pub(super) struct ManagedFacts<'a> {
    pub connector: &'a ManagedConnector,
    /// Its class, where it is known.
    pub class: Option<&'a ConnectorClass>,
    /// The ARN of the role that it works with, where that is known.
    role_arn: Option<&'a str>,
    home: Home,
    topics: Members,
}

impl<'a> ManagedFacts<'a> {
    pub fn new(
        connector: &'a ManagedConnector,
        role_arn: Option<&'a str>,
        classes: &ClassTable<'a>,
        options: &CheckOptions,
    ) -> Self {
        let class = connector.setting("connector.class");
        Self {
            connector,
            class: class.and_then(|class| classes.find(class.value.value.trim())),
            role_arn,
            home: home(role_arn, region(connector), options),
            topics: topic::read(|key| connector.setting(key)),
        }
    }
}

impl ManagedFacts<'_> {
    /// Whether what its class needs is somewhere, and nothing says in which region.
    pub fn lacks_region(&self) -> bool {
        let is_asked = |variable: &Variable| match variable {
            Variable::Region => true,
            Variable::FirstOf(of) => {
                of.last() == Some(&Variable::Region)
                    && of
                        .iter()
                        .all(|one| *one == Variable::Region || self.one(one).is_none())
            }
            _ => false,
        };
        let needs = self.class.into_iter().flat_map(|class| &class.needs);
        let mut templates = needs.map(|need| &need.requirement.resource);
        self.home.region.is_none() && templates.any(|template| template.variables().any(is_asked))
    }

    /// The secrets that settings are filled from: `${secretManager:NAME:KEY}`. Their ARNs end with six more characters,
    /// which are not known.
    fn secrets(&self) -> Vec<Member> {
        let home = &self.home;
        let mut secrets: Vec<Member> = Vec::new();
        for setting in &self.connector.configuration {
            for reference in setting.value.value.split("${secretManager:").skip(1) {
                let inside = reference.split('}').next().unwrap_or(reference);
                let name = inside.rsplit_once(':').map_or(inside, |(name, _)| name);
                let arn = if name.starts_with("arn:") {
                    name.to_owned()
                } else {
                    format!(
                        "arn:{}:secretsmanager:{}:{}:secret:{name}-??????",
                        home.partition,
                        home.region_or_any(),
                        home.account_or_any()
                    )
                };
                let secret = Member {
                    whole: true,
                    ..Member::open(&arn, Some(setting.value.place))
                };
                if !secrets.iter().any(|known| known.text == secret.text) {
                    secrets.push(secret);
                }
            }
        }
        secrets
    }
}

/// The region that the settings name, by itself or in the names of hosts of AWS, where they name one: a connector runs
/// near what it works with.
fn region(connector: &ManagedConnector) -> Option<&str> {
    let mut named = connector.configuration.iter().filter_map(|setting| {
        let value = setting.value.value.trim();
        if setting.key.value.ends_with(".region") {
            return is_region(value).then_some(value);
        }
        let host = value.split_once(".amazonaws.com").map(|(host, _)| host)?;
        host.split(['.', '/', ':']).rev().find(|label| is_region(label))
    });
    let first = named.next()?;
    named.all(|region| region == first).then_some(first)
}

/// Whether a word has the form of a region: `eu-west-1`.
fn is_region(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    parts.len() > 2 && parts.last().is_some_and(is_number) && parts.iter().rev().skip(1).all(is_word)
}

/// Where a role's resources are taken to be: in its account, in the region that the settings or the user name.
fn home(role_arn: Option<&str>, region: Option<&str>, options: &CheckOptions) -> Home {
    let of_role = role_arn.and_then(Arn::parse).map(|arn| Home::of(&arn));
    let partition = of_role.as_ref().map(|home| home.partition.clone());
    Home {
        partition: partition
            .or_else(|| options.partition.clone())
            .unwrap_or_else(|| "aws".to_owned()),
        region: region.map(str::to_owned).or_else(|| options.region.clone()),
        account: of_role
            .and_then(|home| home.account)
            .or_else(|| options.account.clone()),
    }
}

/// What every subject here has alike. What is not known of where it is, is open.
fn of_home(variable: &Variable, home: &Home) -> Option<Member> {
    let open = |part: &Option<String>| {
        Some(
            part.as_ref()
                .map_or_else(|| Member::open("?*", None), |text| Member::literal(text, None)),
        )
    };
    match variable {
        Variable::Partition => Some(Member::literal(&home.partition, None)),
        Variable::Region | Variable::ConnectorRegion => open(&home.region),
        Variable::Account | Variable::ConnectorAccount => open(&home.account),
        _ => None,
    }
}

impl Values for ManagedFacts<'_> {
    fn one(&self, variable: &Variable) -> Option<Member> {
        let connector = self.connector;
        match variable {
            Variable::FirstOf(of) => of.iter().find_map(|one| self.one(one)),
            Variable::Text(text) => Some(Member::literal(text, None)),
            Variable::Setting { scope, key, part } => {
                Some(part::one(self.setting(*scope, key)?, *part, &self.home))
            }
            Variable::ConnectorName => {
                Some(Member::literal(&connector.name.value, Some(connector.name.place)))
            }
            Variable::RoleArn => Some(Member::literal(self.role_arn?, None)),
            Variable::RoleAccount => Some(Member::literal(Arn::parse(self.role_arn?)?.account, None)),
            other => of_home(other, &self.home),
        }
    }

    fn many(&self, variable: &Variable, direction: Option<Direction>) -> Option<Cow<'_, Members>> {
        match variable {
            // What a source writes to Kafka is no concern of AWS.
            Variable::Topic if direction == Some(Direction::Source) => None,
            Variable::Topic => Some(Cow::Borrowed(&self.topics)),
            Variable::Secret => Some(Cow::Owned(Members::These(self.secrets()))),
            Variable::FirstOf(of) => of.iter().find_map(|one| self.many(one, direction)),
            Variable::Setting {
                scope,
                key,
                part: Some(part),
            } => {
                let setting = self.setting(*scope, key)?;
                Some(Cow::Owned(part::many(setting, *part, &self.topics)))
            }
            single => Some(Cow::Owned(Members::These(vec![self.one(single)?]))),
        }
    }

    fn setting(&self, scope: Scope, key: &str) -> Option<&Setting> {
        let setting = self.connector.setting(key).filter(|_| scope != Scope::Worker);
        // The console writes settings that were never filled in.
        setting.filter(|setting| !setting.value.value.trim().is_empty())
    }

    fn settings(&self, scope: Scope, start: &str) -> Vec<&Setting> {
        let all = self.connector.configuration.iter();
        all.filter(|setting| scope != Scope::Worker && setting.key.value.starts_with(start))
            .collect()
    }

    fn is_about(&self, when: &When) -> bool {
        let has = |tag: &String| self.class.is_some_and(|class| class.has_tag(tag));
        let moves = |wanted| self.class.is_none_or(|class| class.direction == wanted);
        when.authentication.is_none()
            && when.log.is_none()
            && when.direction.is_none_or(moves)
            && when.tag.as_ref().is_none_or(has)
            && !when.not_tag.as_ref().is_some_and(has)
    }

    fn home(&self) -> &Home {
        &self.home
    }

    fn at(&self) -> Place {
        self.connector.place
    }
}

/// The facts of a key.
pub(super) struct KeyFacts<'a> {
    pub key: &'a ByokKey,
    home: Home,
}

impl<'a> KeyFacts<'a> {
    pub fn new(key: &'a ByokKey) -> Self {
        let home = Arn::parse(&key.key_arn.value).map(|arn| Home::of(&arn));
        Self {
            key,
            home: home.unwrap_or_default(),
        }
    }
}

impl Values for KeyFacts<'_> {
    fn one(&self, variable: &Variable) -> Option<Member> {
        match variable {
            Variable::FirstOf(of) => of.iter().find_map(|one| self.one(one)),
            Variable::Text(text) => Some(Member::literal(text, None)),
            Variable::KeyArn => Some(Member::arn(&self.key.key_arn.value, Some(self.key.key_arn.place))),
            other => of_home(other, &self.home),
        }
    }

    fn many(&self, variable: &Variable, _: Option<Direction>) -> Option<Cow<'_, Members>> {
        Some(Cow::Owned(Members::These(vec![self.one(variable)?])))
    }

    fn setting(&self, _: Scope, _: &str) -> Option<&Setting> {
        None
    }

    fn settings(&self, _: Scope, _: &str) -> Vec<&Setting> {
        Vec::new()
    }

    fn is_about(&self, when: &When) -> bool {
        when.authentication.is_none() && when.log.is_none() && when.direction.is_none() && when.tag.is_none()
    }

    fn home(&self) -> &Home {
        &self.home
    }

    fn at(&self) -> Place {
        self.key.place
    }
}
