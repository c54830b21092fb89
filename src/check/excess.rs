//! What a role grants beyond all that its connectors need.
//!
//! In: the layers of a role, and the [`Needs`] of every connector that uses it. Out: for each entry of a statement
//! that goes further, one request that the engine allows and that nothing needs. The sets are compared exactly; work
//! is bounded, and what is not proved within the bounds is not told. A grant is told only where it holds with all
//! layers, so that what a boundary takes away is no grant.

use crate::catalog::{self, AccessLevel, Action};
use crate::condition::{Context, Knowledge};
use crate::engine::{
    Caller, Completion, Decision, LayerKind, Layers, PolicyRef, Request, Resource, ResourceSet, StatementRef,
    Universe, decide, decide_outside,
};
use crate::language::{CharSet, Language};
use crate::pattern::{ActionPattern, Fold, Glob};
use crate::policy::{Clause, Effect, Reading, Statement};

use super::cluster::ClusterFacts;
use super::facts::Facts;
use super::needs::Needs;
use super::resource_policy::ResourcePolicies;

/// How many sets are compared for one role.
const MAX_QUESTIONS: usize = 4_000;
/// How many actions of a wide entry are tried for one that is granted and not needed.
const MAX_TRIED: usize = 32;

/// An entry of a statement that grants more than is needed.
pub(super) struct Excess {
    pub at: StatementRef,
    /// The position of the entry among the actions; `None` where the element is a complement.
    pub action: Option<usize>,
    /// The same among the resources.
    pub resource: Option<usize>,
    /// How wide the entries are: wide open ones are greatest.
    pub width: (u8, u8),
    /// A request that is allowed and that nothing needs.
    pub request: Request,
    pub completion: Option<Completion>,
}

/// Every entry of the role's own statements that goes beyond the needs, in the order of the policies.
pub(super) fn excess(
    layers: &Layers,
    caller: &Caller,
    context: &Context,
    needs: &Needs<'_>,
    resources: ResourcePolicies<'_>,
) -> Vec<Excess> {
    let mut search = Search {
        layers,
        caller,
        context,
        needs,
        resources,
        kafka: kafka_spaces(needs),
        left: MAX_QUESTIONS,
        found: Vec::new(),
    };
    for (number, policy) in layers.identity.iter().enumerate() {
        let statements = policy.policy().into_iter().flat_map(|policy| &policy.statements);
        for (index, statement) in statements.enumerate() {
            let at = StatementRef {
                policy: PolicyRef {
                    layer: LayerKind::Identity,
                    level: 0,
                    policy: number,
                },
                statement: index,
            };
            search.statement(at, statement);
        }
    }
    search.found
}

/// Resources that are looked at for Kafka actions, and those among them that are not.
struct Space {
    words: Language,
    outside: Vec<Language>,
    /// Whether it is the cluster of a connector.
    own: bool,
}

struct Search<'a> {
    layers: &'a Layers,
    caller: &'a Caller,
    context: &'a Context,
    needs: &'a Needs<'a>,
    resources: ResourcePolicies<'a>,
    kafka: Vec<Space>,
    left: usize,
    found: Vec<Excess>,
}

impl Search<'_> {
    fn statement(&mut self, at: StatementRef, statement: &Statement) {
        let allows = matches!(
            statement.effect,
            Reading::Known {
                value: Effect::Allow,
                ..
            }
        );
        let (Reading::Known { value: actions, .. }, true) = (&statement.action, allows) else {
            return;
        };
        let resources: Vec<(Option<usize>, &str)> = match &statement.resource {
            Reading::Known { value, .. } => entries(value),
            _ => vec![(None, "*")],
        };
        for (action, pattern) in entries(actions) {
            let wide = width(pattern);
            let names = self.names(actions, pattern);
            for (resource, text) in &resources {
                let found = names.iter().find_map(|name| self.beyond(*name, text));
                let Some((request, completion)) = found else {
                    continue;
                };
                self.found.push(Excess {
                    at,
                    action,
                    resource: *resource,
                    width: (wide, width(text)),
                    request,
                    completion,
                });
            }
        }
    }

    /// The actions of an entry that are judged: those of Kafka, those of services that the connectors use, and of a
    /// whole service, or of all, some that nothing needs.
    fn names(&self, clause: &Clause, pattern: &str) -> Vec<Action> {
        let is_listed = |action: &Action| {
            let folded = Fold::Ascii.text(action.name()).into_owned();
            let listed = clause.values.iter();
            listed
                .map(|item| ActionPattern::parse(&item.value))
                .any(|listed| listed.matches(&folded))
        };
        let parsed = ActionPattern::parse(pattern);
        let matched: Vec<Action> = if clause.negated {
            catalog::all_actions()
                .filter(|action| !is_listed(action))
                .collect()
        } else {
            catalog::actions_matching(&parsed).collect()
        };
        let is_kafka = |action: &&Action| action.service_prefix() == "kafka-cluster";
        let mut names: Vec<Action> = matched.iter().filter(is_kafka).copied().collect();
        let used =
            |action: &&Action| self.needs.complete && self.needs.services.contains(action.service_prefix());
        names.extend(matched.iter().filter(used));
        if width(pattern) >= WHOLE_SERVICE {
            names.extend(self.telling(&matched));
        }
        names
    }

    /// Of all actions of a service or of all services, those that tell most: who may do what, of IAM first.
    fn telling(&self, matched: &[Action]) -> Vec<Action> {
        let manages = |action: &Action| action.access_level() == AccessLevel::PermissionsManagement;
        let mut telling: Vec<Action> = matched
            .iter()
            .filter(|action| self.needs.complete || manages(action))
            .copied()
            .collect();
        let rank = |action: &Action| {
            (
                action.service_prefix() != "iam",
                !manages(action),
                action.access_level() != AccessLevel::Write,
                // Short names are those that people know.
                action.name().len(),
            )
        };
        telling.sort_by_key(rank);
        telling.truncate(MAX_TRIED);
        telling
    }

    /// A request for the action on a resource of the entry that is allowed and that nothing needs.
    fn beyond(&mut self, action: Action, entry: &str) -> Option<(Request, Option<Completion>)> {
        if self.needs.cover(action.name(), entry) {
            return None;
        }
        let mut needed = self.needs.languages(action.name());
        let mut languages: Vec<Language> = Universe::of(Some(action)).language().into_iter().collect();
        if entry != "*" && !entry.contains("${") {
            languages.push(Language::glob(&Glob::parse(entry)));
        }
        if action.service_prefix() != "kafka-cluster" {
            if is_beside_the_work(action) {
                if Universe::of(Some(action)) == Universe::Star {
                    return None;
                }
                needed.extend(self.needs.own_resources(action.service_prefix()));
            }
            languages.push(at_home(self.needs));
            return self.ask(action, languages, needed);
        }
        for index in 0..self.kafka.len() {
            let Some(space) = self.kafka.get(index) else { break };
            if space.own && self.is_documented(action, entry) {
                continue;
            }
            let words = languages.iter().chain([&space.words]).cloned().collect();
            let outside = needed.iter().chain(&space.outside).cloned().collect();
            let found = self.ask(action, words, outside);
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Whether it is one of the statements that AWS documents for every connector, whichever way it moves data: the
    /// topics that it works on, each named in full, to be read in one and written in the other.
    fn is_documented(&self, action: Action, entry: &str) -> bool {
        let topic = entry
            .split_once(":topic/")
            .and_then(|(_, path)| path.splitn(3, '/').nth(2));
        let Some(topic) = topic.filter(|topic| !topic.contains(['*', '?', '$'])) else {
            return false;
        };
        match action.name() {
            "kafka-cluster:DescribeTopic" => true,
            "kafka-cluster:WriteData" => self.needs.has_topic("kafka-cluster:ReadData", topic),
            "kafka-cluster:ReadData" => self.needs.has_topic("kafka-cluster:WriteData", topic),
            _ => false,
        }
    }

    fn ask(
        &mut self,
        action: Action,
        languages: Vec<Language>,
        outside: Vec<Language>,
    ) -> Option<(Request, Option<Completion>)> {
        self.left = self.left.checked_sub(1)?;
        let set = ResourceSet::common("*", languages);
        let mut request = Request::new(self.caller.clone(), action.name(), Resource::All(set.clone()));
        request.context = self.context.clone();
        let parts = decide_outside(self.layers, &request, &set, outside).parts?;
        let mut single = |word: String, completion: Option<Completion>| {
            request.resource = Resource::One(word);
            for (key, state) in completion.iter().flat_map(|completion| &completion.context) {
                request.context.set(key, Knowledge::Known(state.clone()));
            }
            // What the search says is asked again, as the request that is shown.
            let layers = self
                .resources
                .beside(self.layers, request.resource_text(), self.caller);
            let allowed = decide(&layers, &request).decision == Decision::Allowed;
            allowed.then(|| (request.clone(), completion))
        };
        match (parts.allowed, parts.depends) {
            (Some(word), _) => single(word, None),
            (None, Some((word, residual))) => single(word, Some(residual.allows?)),
            (None, None) => None,
        }
    }
}

/// Whether a connector may well do this beside its work, on what it works on: versions and settings of a class differ
/// in what they look at and write there, and no list of them is whole. What deletes or manages permissions is not.
fn is_beside_the_work(action: Action) -> bool {
    let (_, name) = action.name().split_once(':').unwrap_or_default();
    action.access_level() != AccessLevel::PermissionsManagement && !name.starts_with("Delete")
}

/// The entries of a clause; one for all that it does not list where it is a complement.
fn entries(clause: &Clause) -> Vec<(Option<usize>, &str)> {
    if clause.negated {
        return vec![(None, "*")];
    }
    let values = clause.values.iter().enumerate();
    values.map(|(index, item)| (Some(index), &*item.value)).collect()
}

/// The width of an entry that is everything of one service.
const WHOLE_SERVICE: u8 = 2;

/// How wide an entry is: everything, a whole service, several, or one.
fn width(entry: &str) -> u8 {
    match entry {
        "*" | "*:*" => 3,
        _ if entry
            .strip_suffix(":*")
            .is_some_and(|start| !start.contains(['*', '?', ':'])) =>
        {
            WHOLE_SERVICE
        }
        _ => u8::from(entry.contains(['*', '?'])),
    }
}

/// The resources of the partition, region and account that the connectors run in, as far as an ARN tells, and what
/// has no ARN: the same name elsewhere is somebody else's, or nobody's.
fn at_home(needs: &Needs<'_>) -> Language {
    let any = "*".to_owned();
    let home = needs.home;
    let region = home.region.as_ref().unwrap_or(&any);
    let account = home.account.as_ref().unwrap_or(&any);
    let mut patterns = vec![Language::literal("*")];
    for region in ["", region] {
        for account in ["", account] {
            let pattern = format!("arn:{}:*:{region}:{account}:*", home.partition);
            patterns.push(Language::glob(&Glob::parse(&pattern)));
        }
    }
    Language::union(&patterns)
}

/// The clusters of the connectors, each for itself, and all clusters of other names of the same region and account,
/// unless one of those may be what a connector works on.
/// Another cluster of the same name is not looked at: the number in its ARN changes when it is made anew.
fn kafka_spaces(needs: &Needs<'_>) -> Vec<Space> {
    let home = needs.home;
    let any = || word(&CharSet::all().without(':').without('/'));
    let field = |value: &Option<String>| value.as_deref().map_or_else(any, Language::literal);
    let here = [field(&home.region), Language::literal(":"), field(&home.account)];
    let some_cluster = [name(), Language::literal("/"), name()];
    let everywhere = kafka_arns(&home.partition, &here, &some_cluster);
    let Some(clusters) = &needs.clusters else {
        let space = Space {
            words: everywhere,
            outside: Vec::new(),
            own: true,
        };
        let all = needs.complete && needs.second_clusters.is_some();
        return all.then_some(space).into_iter().collect();
    };
    let second = needs.second_clusters.iter().flatten();
    let clusters: Vec<&ClusterFacts> = clusters.iter().copied().chain(second).collect();
    let own = |cluster: &&ClusterFacts| {
        let at = &cluster.home;
        let place = [field(&at.region), Language::literal(":"), field(&at.account)];
        let named = [Language::literal(&format!("{}/{}", cluster.name, cluster.uuid))];
        Space {
            words: kafka_arns(&at.partition, &place, &named),
            outside: Vec::new(),
            own: true,
        }
    };
    let same_name = clusters.iter().map(|cluster| {
        let pattern = format!("arn:*:kafka:*:*:*/{}/*", cluster.name);
        Language::glob(&Glob::parse(&pattern))
    });
    let others = Space {
        words: everywhere,
        outside: same_name.collect(),
        own: false,
    };
    let own = clusters.iter().filter(|_| needs.complete).map(own);
    own.chain(needs.second_clusters.is_some().then_some(others))
        .collect()
}

/// The ARNs of a cluster, or of several, and of what is in them.
fn kafka_arns(partition: &str, home: &[Language], cluster: &[Language]) -> Language {
    let literal = Language::literal;
    let start = [literal(&format!("arn:{partition}:kafka:"))];
    let start = Language::concat(&[&start, home, &[literal(":")]].concat());
    let kinds = ["topic/", "group/", "transactional-id/"].map(|kind| {
        let parts = [&[start.clone(), literal(kind)], cluster, &[literal("/"), name()]];
        Language::concat(&parts.concat())
    });
    let whole = Language::concat(&[&[start, literal("cluster/")], cluster].concat());
    Language::union(&[kinds.as_slice(), &[whole]].concat())
}

/// Names as they are in Kafka.
fn name() -> Language {
    Facts::topic_names()
}

fn word(characters: &CharSet) -> Language {
    Language::repeat(characters, 1, None)
}
