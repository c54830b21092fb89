//! What the connectors of a role need of it: the sets of resources, action by action, that no grant of theirs is too
//! much for.
//!
//! In: connectors with the requirements that apply to them. Out: [`Needs`]. Where something is not known a set is the
//! widest that it could be, so that nothing that may be needed is ever told as too much.

use std::collections::BTreeSet;

use crate::arn::Arn;
use crate::engine::Resource;
use crate::input::Inputs;
use crate::language::Language;
use crate::pack::{Direction, Requirement};
use crate::pattern::Glob;

use super::cluster::ClusterFacts;
use super::expression::expression_starts;
use super::facts::Facts;
use super::home::Home;
use super::other_cluster::OtherCluster;
use super::question::{Question, questions};
use super::values::{Member, Values};
use super::when;

/// A connector, and what its rules ask of its role.
pub(super) struct User<'a> {
    pub facts: &'a Facts<'a>,
    pub inputs: &'a Inputs,
    pub asked: Vec<Wanted<'a>>,
}

/// Something that a rule asks of a role for a connector.
pub(super) struct Wanted<'a> {
    /// Which topics it is about.
    pub direction: Option<Direction>,
    pub requirement: &'a Requirement,
    /// Whether the connector's class asks for it: what it works on, beside Kafka.
    pub by_class: bool,
}

/// A resource or set of resources, and the actions needed on it.
pub(super) struct Need {
    pub actions: Vec<String>,
    pub resource: String,
    /// The set, and what is as good: the same name in another region or account.
    languages: Vec<Language>,
    /// Whether the connector's class asks for it.
    by_class: bool,
}

/// What all connectors of a role need.
pub(super) struct Needs<'a> {
    pub needs: Vec<Need>,
    harmless: Vec<Need>,
    /// The services that the classes of the connectors work on, beside Kafka.
    pub services: BTreeSet<&'a str>,
    /// Whether nothing beyond `needs` can be needed.
    pub complete: bool,
    /// The clusters of the connectors; `None` where one of them is not known.
    pub clusters: Option<Vec<&'a ClusterFacts>>,
    /// Where they run.
    pub home: &'a Home,
    /// The clusters beside their own that they work on: what mirrors copy from, say; `None` where one is not known.
    pub second_clusters: Option<Vec<ClusterFacts>>,
}

impl<'a> Needs<'a> {
    /// Of at least one connector; `None` of none.
    pub fn of(users: &[User<'a>], harmless: &[Requirement]) -> Option<Self> {
        let home = users.first().map(|user| {
            let cluster = user.facts.cluster.as_ref();
            cluster.map_or(&user.facts.home, |cluster| &cluster.home)
        })?;
        let mut needs = Self {
            needs: Vec::new(),
            harmless: Vec::new(),
            services: BTreeSet::new(),
            complete: users.iter().all(|user| user.facts.is_known()),
            clusters: users.iter().map(|user| user.facts.cluster.as_ref()).collect(),
            home,
            second_clusters: users
                .iter()
                .filter(|user| user.facts.is_mirror())
                .map(|user| user.facts.mirror.source.clone())
                .collect(),
        };
        for user in users {
            needs.add_user(user, harmless);
        }
        Some(needs)
    }

    fn add_user(&mut self, user: &User<'a>, harmless: &[Requirement]) {
        for wanted in &user.asked {
            let actions = wanted.requirement.actions.iter().filter(|_| wanted.by_class);
            let services = actions.filter_map(|action| Some(action.split_once(':')?.0));
            self.services
                .extend(services.filter(|service| *service != "kafka-cluster"));
            let other = OtherCluster::of(wanted.requirement, user.facts, user.inputs);
            if let (Some(other), Some(known)) = (&other, &mut self.second_clusters) {
                match other.cluster() {
                    Some(cluster) => known.push(cluster.clone()),
                    None => self.second_clusters = None,
                }
            }
            let values = other.as_ref().map_or(user.facts as &dyn Values, |other| other);
            match resources(wanted.requirement, values, wanted.direction) {
                Some(found) => self.needs.extend(found.into_iter().map(|need| Need {
                    by_class: wanted.by_class,
                    ..need
                })),
                None => self.complete = false,
            }
        }
        for requirement in harmless.iter().filter(|one| when::holds(&one.when, user.facts)) {
            for direction in [Direction::Sink, Direction::Source] {
                if user.facts.directions.include(direction) {
                    let found = resources(requirement, user.facts, Some(direction));
                    self.harmless.extend(found.into_iter().flatten());
                }
            }
        }
    }

    /// The resources on which the action is needed, or does no harm.
    pub fn languages(&self, action: &str) -> Vec<Language> {
        let all = self.of_action(action);
        all.flat_map(|need| need.languages.iter().cloned()).collect()
    }

    /// What the classes of the connectors work on in a service, and what holds it: the bucket of objects.
    pub fn own_resources(&self, service: &str) -> Vec<Language> {
        let is_of = |action: &String| action.split_once(':').is_some_and(|(own, _)| own == service);
        // What is asked on everything, as the list of all buckets, works on nothing in particular.
        let names_one = |need: &Need| need.resource.rsplit(':').next() != Some("*");
        let own = |need: &&Need| need.by_class && names_one(need) && need.actions.iter().any(is_of);
        let around = |need: &Need| {
            let holder = need
                .resource
                .strip_suffix("/*")
                .map(|text| Language::glob(&Glob::parse(text)));
            let whole = Language::glob(&Glob::parse(&need.resource));
            need.languages
                .iter()
                .cloned()
                .chain(holder)
                .chain([whole])
                .collect::<Vec<_>>()
        };
        self.needs.iter().filter(own).flat_map(around).collect()
    }

    /// Whether an entry of a policy plainly holds no more than is needed: one resource, or just what was asked for.
    pub fn cover(&self, action: &str, entry: &str) -> bool {
        let is_one = !entry.contains(['*', '?', '$']);
        self.of_action(action).any(|need| {
            need.resource == entry || is_one && need.languages.iter().any(|language| language.accepts(entry))
        })
    }

    /// Whether the action is needed on the topic of an entry that names it in full.
    pub fn has_topic(&self, action: &str, topic: &str) -> bool {
        self.of_action(action).any(|need| {
            let Some(at) = need.resource.match_indices('/').nth(2).map(|(at, _)| at + 1) else {
                return false;
            };
            let of_its_cluster = need.resource.get(..at).map(|cluster| format!("{cluster}{topic}"));
            of_its_cluster.is_some_and(|name| need.languages.iter().any(|language| language.accepts(&name)))
        })
    }

    fn of_action<'n>(&'n self, action: &'n str) -> impl Iterator<Item = &'n Need> {
        let is_it = move |need: &&Need| need.actions.iter().any(|known| known == action);
        self.needs.iter().chain(&self.harmless).filter(is_it)
    }

    /// How many actions are needed, and on how many resources.
    pub fn count(&self) -> (usize, usize) {
        let actions: BTreeSet<&String> = self.needs.iter().flat_map(|need| &need.actions).collect();
        let resources: BTreeSet<&String> = self.needs.iter().map(|need| &need.resource).collect();
        (actions.len(), resources.len())
    }
}

/// The resources of a requirement; `None` where something is missing to say them.
fn resources(
    requirement: &Requirement,
    values: &dyn Values,
    direction: Option<Direction>,
) -> Option<Vec<Need>> {
    let asked = questions(&requirement.resource, values, direction).ok()?;
    let need = |question: Question| Need {
        actions: requirement
            .actions
            .iter()
            .chain(&requirement.instead)
            .cloned()
            .collect(),
        resource: question.resource_text().to_owned(),
        languages: languages(&question),
        by_class: false,
    };
    Some(asked.into_iter().map(need).collect())
}

fn languages(question: &Question) -> Vec<Language> {
    let mut languages = match &question.resource {
        Resource::One(text) => vec![Language::literal(text)],
        // Words of any of them: more than the set, which is the safe side.
        Resource::All(set) => set.languages.clone(),
    };
    let has_language = |member: &Member| member.language.is_some();
    let is_text = !question.member.as_ref().is_some_and(has_language);
    let arn = Arn::parse(question.resource_text());
    if let Some(arn) = arn.filter(|arn| arn.service != "kafka" && is_text) {
        let anywhere = format!("arn:*:{}:*:*:{}", arn.service, arn.resource);
        languages.push(Language::glob(&Glob::parse(&anywhere)));
    }
    let expression = question.member.as_ref().filter(|member| has_language(member));
    for start in expression
        .map(|member| expression_starts(&member.text))
        .unwrap_or_default()
    {
        let expression = expression.map_or("", |member| member.text.as_str());
        let pattern = question.resource_text().replace(expression, &format!("{start}*"));
        languages.push(Language::glob(&Glob::parse(&pattern)));
    }
    languages
}
