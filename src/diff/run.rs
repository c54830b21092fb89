//! Comparing two sides, subject by subject.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use super::compress::compress_names;
use super::names::{in_request, names};
use super::row::{Difference, Direction, Open, Request as Witness, Row};
use super::side::{Side, Subject, What, subjects};
use super::subject::{Asked, asked};
use super::text_of::{signature, text};
use crate::check::declare_keys;
use crate::condition::{Knowledge, Mode};
use crate::engine::{
    ActionName, Alike, Change, Compared, Comparison, Cover, Decision, Layers, Request, Resource, ResourceSet,
    StatementRef, Universe, covers, decide, group,
};
use crate::language::{Language, Search, common_word};
use crate::pattern::Glob;
use crate::policy::{Effect, Reading};

/// Compares two states of policies.
///
/// Cost: for every principal whose policies are not the same text, one product search for each group of actions that
/// its statements treat alike, and further ones where it finds a difference.
pub fn diff(old: Side<'_>, new: Side<'_>) -> Difference {
    let mut difference = Difference::default();
    for (name, old_subject, new_subject) in pairs(subjects(old), subjects(new)) {
        difference.compared += 1;
        match (&old_subject, &new_subject) {
            (Some(_), None) => difference.only_old.push(name.clone()),
            (None, Some(_)) => difference.only_new.push(name.clone()),
            _ => {}
        }
        let pair = Pair {
            old,
            new,
            name: &name,
        };
        let role = match new_subject
            .as_ref()
            .or(old_subject.as_ref())
            .map(|subject| &subject.what)
        {
            Some(What::Trust { role }) => Some(role.clone()),
            _ => None,
        };
        pair.compare(
            old_subject.as_ref(),
            new_subject.as_ref(),
            role.as_ref(),
            &mut difference,
        );
    }
    difference.rows.sort();
    difference.open.sort();
    difference.open.dedup();
    difference.only_old.sort();
    difference.only_new.sort();
    difference
}

type Pairs = Vec<(String, Option<Subject>, Option<Subject>)>;

/// Subjects of one name, in the order of names. Where each side has one policy or identity only, they are a pair
/// whatever they are called.
fn pairs(mut old: Vec<Subject>, new: Vec<Subject>) -> Pairs {
    let single = |subjects: &[Subject]| {
        let mut main = subjects.iter().filter(|subject| !is_trust_of_role(subject));
        main.next()
            .filter(|_| main.next().is_none())
            .map(|subject| (subject.name.clone(), subject.is_resource()))
    };
    if let (Some((old_name, is_resource)), Some((name, other))) = (single(&old), single(&new))
        && is_resource == other
    {
        for subject in &mut old {
            if let Some(prefix) = subject.name.strip_suffix(old_name.as_str()) {
                subject.name = format!("{prefix}{name}");
            }
        }
    }
    let mut pairs: BTreeMap<String, (Option<Subject>, Option<Subject>)> = BTreeMap::new();
    for subject in old {
        let slot = pairs.entry(subject.name.clone()).or_default();
        slot.0 = Some(subject);
    }
    for subject in new {
        let slot = pairs.entry(subject.name.clone()).or_default();
        slot.1 = Some(subject);
    }
    pairs
        .into_iter()
        .map(|(name, (old, new))| (name, old, new))
        .collect()
}

fn is_trust_of_role(subject: &Subject) -> bool {
    subject.name.starts_with("trust policy of ")
}

impl Subject {
    fn is_resource(&self) -> bool {
        matches!(self.what, What::Resource | What::Trust { .. })
    }
}

/// Two subjects of one name.
struct Pair<'a> {
    old: Side<'a>,
    new: Side<'a>,
    name: &'a str,
}

impl Pair<'_> {
    fn compare(
        &self,
        old: Option<&Subject>,
        new: Option<&Subject>,
        trust: Option<&Option<String>>,
        into: &mut Difference,
    ) {
        let says = |side: Side<'_>, subject: Option<&Subject>| {
            subject.map(|subject| signature(&side.inputs.sources, &subject.layers))
        };
        if says(self.old, old) == says(self.new, new) {
            return;
        }
        let mut rows = Rows::default();
        for asked in asked(old, new) {
            let view = View::new(self, &asked, trust);
            view.compare(&mut rows, &mut into.open);
        }
        into.rows.extend(rows.finish(self.name));
    }
}

/// Rows under construction: what tells them apart, to the names that have it and a witness.
#[derive(Default)]
struct Rows(BTreeMap<Key, (BTreeSet<ActionName>, Witness)>);

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    direction: Direction,
    principal: Option<String>,
    resource: String,
    /// A resource of the part that changed, where only part of the pattern did: the parts of two actions can differ.
    part: Option<String>,
    conditions: Vec<Vec<String>>,
    proved: bool,
}

impl Rows {
    fn finish(self, subject: &str) -> impl Iterator<Item = Row> {
        self.0.into_iter().map(move |(key, (names, witness))| Row {
            direction: key.direction,
            subject: subject.to_owned(),
            principal: key.principal,
            resource: key.resource,
            partly: key.part.is_some(),
            conditions: key.conditions,
            actions: compress_names(&names.iter().collect::<Vec<_>>()),
            action_count: names.len(),
            witness,
            proved: key.proved,
        })
    }
}

/// One caller's view of both sides.
struct View<'a> {
    pair: &'a Pair<'a>,
    asked: &'a Asked,
    request: Request,
    /// The resources that can be meant: those of the caller's partition, and what has no ARN; of a trust policy the
    /// role.
    within: Language,
    is_trust: bool,
}

impl<'a> View<'a> {
    fn new(pair: &'a Pair<'a>, asked: &'a Asked, trust: Option<&Option<String>>) -> Self {
        let mut context = asked.context.clone();
        declare_keys(&mut context, &asked.old);
        declare_keys(&mut context, &asked.new);
        let request = Request {
            resource_account: Some(asked.owner.clone()),
            context,
            ..Request::new(asked.caller.clone(), "", Resource::One(String::new()))
        };
        let partition = asked.caller.partition().unwrap_or("*");
        let glob = |text: &str| Language::glob(&Glob::parse(text));
        let within = match trust {
            Some(Some(role)) => Language::literal(role),
            Some(None) => glob(&format!("arn:{partition}:iam::*:role/*")),
            None => Language::union(&[glob(&format!("arn:{partition}:*:*:*:*")), Language::literal("*")]),
        };
        Self {
            pair,
            asked,
            request,
            within,
            is_trust: trust.is_some(),
        }
    }

    fn compare(&self, rows: &mut Rows, open: &mut Vec<Open>) {
        let layers = [&self.asked.old, &self.asked.new];
        let mut names = names(&layers, self.asked.giving);
        if self.is_trust {
            names.retain(|name| name.folded.starts_with("sts:"));
        }
        for alike in group(&names, &layers) {
            self.alike(&alike, rows, open);
        }
    }

    /// Compares for actions that only differ in the resources they know: first about all resources, which is enough
    /// where nothing differs or everything does alike, and else within each universe.
    fn alike(&self, alike: &Alike<'_>, rows: &mut Rows, open: &mut Vec<Open>) {
        let Some(first) = alike.universes.iter().find_map(|(_, names)| names.first()) else {
            return;
        };
        let (seen, exact) = self.vectors(first, vec![self.within.clone()]);
        if exact && seen.iter().all(Compared::is_same) {
            return;
        }
        let uniform = exact && seen.len() == 1;
        for (universe, names) in &alike.universes {
            let Some(first) = names.first() else { continue };
            let mut languages = vec![self.within.clone()];
            // The role of a trust policy is the resource whatever the catalogue says of its ARN.
            if !self.is_trust {
                languages.extend(universe.language());
            }
            let whole = seen.first().filter(|_| uniform && *universe != Universe::Unknown);
            let (seen, exact) = match whole {
                Some(compared) => match common_word(&languages) {
                    Search::Found(resource) => (
                        vec![Compared {
                            resource,
                            ..compared.clone()
                        }],
                        true,
                    ),
                    Search::Empty => (Vec::new(), true),
                    Search::Unknown { .. } => (Vec::new(), false),
                },
                None => self.vectors(first, languages),
            };
            if !exact {
                let why = format!(
                    "what is granted of `{}` could not be compared within the bounds of the search",
                    compress_names(names).join(", ")
                );
                open.push(Open {
                    subject: self.pair.name.to_owned(),
                    why,
                });
            }
            self.rows(&seen, names, rows);
        }
    }

    /// Every way in which resources are told apart for an action.
    fn vectors(&self, name: &ActionName, languages: Vec<Language>) -> (Vec<Compared>, bool) {
        let set = ResourceSet {
            text: "*".to_owned(),
            languages,
        };
        let request = Request {
            action: in_request(name).to_owned(),
            resource: Resource::All(set),
            ..self.request.clone()
        };
        let (old, new) = (&self.asked.old, &self.asked.new);
        let text = |layers: &Layers, at, statement| {
            let side = if std::ptr::eq(layers, old) {
                self.pair.old
            } else {
                self.pair.new
            };
            text(&side.inputs.sources, layers, at, statement)
        };
        let comparison = Comparison {
            old,
            new,
            request: &request,
            text: &text,
        };
        let mut seen = Vec::new();
        let exact = comparison.run(|compared| {
            seen.push(compared);
            ControlFlow::Continue(())
        });
        (seen, exact)
    }

    fn rows(&self, seen: &[Compared], names: &[&ActionName], rows: &mut Rows) {
        let Some(first) = names.first() else { return };
        for direction in [Direction::New, Direction::Lost] {
            let words: Vec<_> = seen
                .iter()
                .map(|compared| compared.change(direction).map(in_words))
                .collect();
            // Several parts of one pattern that changed alike are one row, with the first and so shortest witness.
            let mut told: BTreeSet<(String, bool, &Vec<Vec<String>>, bool)> = BTreeSet::new();
            for (compared, conditions) in seen.iter().zip(&words) {
                let (Some(change), Some(conditions)) = (compared.change(direction), conditions) else {
                    continue;
                };
                let single = self.completed(first, compared, change);
                let (with, without) = self.sides(direction);
                let proved = decide(with, &single).decision == Decision::Allowed
                    && decide(without, &single).decision != Decision::Allowed;
                let (resource, partly) = match self.covering(with, &single, &compared.resource) {
                    Some((at, cover)) => {
                        let covered =
                            |other: &Compared| covers(with, at, &single, &other.resource).contains(&cover);
                        let mut others = seen.iter().zip(&words);
                        let partly =
                            others.any(|(other, words)| words.as_ref() != Some(conditions) && covered(other));
                        (written(with, at, cover), partly)
                    }
                    None => (compared.resource.clone(), false),
                };
                if !told.insert((resource.clone(), partly, conditions, proved)) {
                    continue;
                }
                let key = Key {
                    direction,
                    principal: self.asked.principal.clone(),
                    resource,
                    part: partly.then(|| compared.resource.clone()),
                    conditions: conditions.clone(),
                    proved,
                };
                let witness = || Witness {
                    principal: single.caller.text().to_owned(),
                    action: single.action.clone(),
                    resource: compared.resource.clone(),
                    context: change.completion.context.clone(),
                };
                let (of_row, _) = rows.0.entry(key).or_insert_with(|| (BTreeSet::new(), witness()));
                of_row.extend(names.iter().map(|name| (*name).clone()));
            }
        }
    }

    /// The side that grants, and the one that does not.
    fn sides(&self, direction: Direction) -> (&Layers, &Layers) {
        let (old, new) = (&self.asked.old, &self.asked.new);
        match direction {
            Direction::New => (new, old),
            Direction::Lost => (old, new),
        }
    }

    /// The witness as a request.
    fn completed(&self, name: &ActionName, compared: &Compared, change: &Change) -> Request {
        let mut request = Request {
            action: in_request(name).to_owned(),
            resource: Resource::One(compared.resource.clone()),
            mode: Mode::Chosen,
            ..self.request.clone()
        };
        for (key, state) in &change.completion.context {
            request.context.set(key, Knowledge::Known(state.clone()));
        }
        request
    }

    /// The entry with the most text of its own among those that grant, or may.
    fn covering(&self, layers: &Layers, request: &Request, resource: &str) -> Option<(StatementRef, Cover)> {
        let outcome = decide(layers, request);
        let applied: Vec<StatementRef> = outcome
            .applied
            .iter()
            .filter(|(at, effect)| *effect == Effect::Allow && at.policy.layer == self.asked.giving)
            .map(|(at, _)| *at)
            .collect();
        let all = applied.iter().flat_map(|at| {
            let covers = covers(layers, *at, request, resource);
            covers.into_iter().map(|cover| (*at, cover))
        });
        let own_text = |(at, cover): &(StatementRef, Cover)| {
            let text = written(layers, *at, *cover);
            (
                cover.index.is_some(),
                text.chars().filter(|c| !"*?".contains(*c)).count(),
            )
        };
        // Of equals the first: `max_by_key` takes the last.
        all.collect::<Vec<_>>().into_iter().rev().max_by_key(own_text)
    }
}

impl Compared {
    fn is_same(&self) -> bool {
        self.gained.is_none() && self.lost.is_none()
    }

    fn change(&self, direction: Direction) -> Option<&Change> {
        match direction {
            Direction::New => self.gained.as_ref(),
            Direction::Lost => self.lost.as_ref(),
        }
    }
}

/// A statement's entry as it is written.
fn written(layers: &Layers, at: StatementRef, cover: Cover) -> String {
    let statement = layers
        .policy(at.policy)
        .and_then(|policy| policy.statement(at.statement));
    let Some(Reading::Known { value, .. }) = statement.map(|statement| &statement.resource) else {
        return "the resource of the policy".to_owned();
    };
    match cover.index.and_then(|index| value.values.get(index)) {
        Some(item) => item.value.to_string(),
        None => {
            let listed: Vec<&str> = value.values.iter().map(|item| item.value.as_ref()).collect();
            format!("all but {}", listed.join(", "))
        }
    }
}

fn in_words(change: &Change) -> Vec<Vec<String>> {
    let words = |alternative: &Vec<crate::engine::Requirement>| {
        alternative
            .iter()
            .map(crate::engine::Requirement::in_words)
            .collect()
    };
    change.conditions.iter().map(words).collect()
}
