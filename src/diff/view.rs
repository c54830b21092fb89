//! One caller's view of both sides: what changed of each action, on which resources, and a request that shows it.

use std::collections::{BTreeMap, BTreeSet};

use super::compress::compress_names;
use super::cover::{Covering, covering, written};
use super::names::in_request;
use super::reads::Reads;
use super::row::{Direction, Open, Request as Witness};
use super::rows::{Key, Rows};
use super::side::Side;
use super::subject::Asked;
use super::tags::{TagChange, forget, speaks_of_tags, unmarked};
use super::text_of::text;
use crate::catalog::ArnPattern;
use crate::check::declare_keys;
use crate::condition::{Knowledge, Mode};
use crate::engine::{
    ActionName, Alike, Change, Compared, Comparison, Decision, Layers, Request, Requirement, Resource,
    ResourceSet, Sets, Universe, covers, decide, shape_in,
};
use crate::language::{BitSet, Language, Search};
use crate::pattern::Glob;

/// The languages of the shapes of resources in a partition, made once.
#[derive(Default)]
pub(super) struct Shapes(BTreeMap<(ArnPattern, Option<String>), Language>);

impl Shapes {
    fn get(&mut self, pattern: &ArnPattern, partition: Option<&str>) -> &Language {
        let key = (*pattern, partition.map(str::to_owned));
        self.0.entry(key).or_insert_with(|| shape_in(pattern, partition))
    }
}

/// Whether every resource of a shape is an ARN that names its partition in the usual place.
fn names_partition(pattern: &ArnPattern) -> bool {
    let text = pattern.as_str();
    text.starts_with("arn:${Partition}:") && text.matches(':').count() >= 5
}

/// What all views of a pair of subjects have in common.
#[derive(Clone, Copy)]
pub(super) struct Common<'a> {
    pub sides: (Side<'a>, Side<'a>),
    /// What the subject is called.
    pub name: &'a str,
    /// What the policies of both sides read.
    pub reads: &'a Reads,
    /// Of a trust policy: the role, where it is known.
    pub role: Option<Option<&'a str>>,
}

/// One caller's view of both sides.
pub(super) struct View<'a> {
    common: Common<'a>,
    asked: &'a Asked,
    request: Request,
    /// The resources that can be meant: those of the caller's partition, and what has no ARN; of a trust policy the
    /// role.
    within: Language,
}

type Seen = Vec<(BitSet, Compared)>;

impl<'a> View<'a> {
    pub fn new(common: Common<'a>, asked: &'a Asked) -> Self {
        let mut context = asked.context.clone();
        declare_keys(&mut context, &asked.old);
        declare_keys(&mut context, &asked.new);
        for key in common.reads.keys.values() {
            // Only so that it is shown as the policies spell it.
            context.set_default(key, Knowledge::Unknown);
        }
        let request = Request {
            resource_account: Some(asked.owner.clone()),
            context,
            ..Request::new(asked.caller.clone(), "", Resource::One(String::new()))
        };
        let partition = asked.caller.partition();
        let glob = |text: &str| Language::glob(&Glob::parse(text));
        let within = match common.role {
            Some(Some(role)) => Language::literal(role),
            Some(None) => glob(&format!("arn:{}:iam::*:role/?*", partition.unwrap_or("aws"))),
            None => Language::union(&[
                glob(&format!("arn:{}:*:*:*:*", partition.unwrap_or("*"))),
                Language::literal("*"),
            ]),
        };
        Self {
            common,
            asked,
            request,
            within,
        }
    }

    /// Compares for actions that only differ in the resources they know: first about all resources, which is enough
    /// where nothing differs or everything does alike, and else within each universe.
    pub fn alike<'n>(
        &self,
        alike: &Alike<'n>,
        shapes: &mut Shapes,
        rows: &mut Rows<'n>,
        open: &mut Vec<Open>,
    ) {
        let Some(first) = alike.universes.iter().find_map(|(_, names)| names.first()) else {
            return;
        };
        self.comparison(first, |comparison| {
            comparison.run(|sets| {
                let (all, exact) = sets.within(std::slice::from_ref(&self.within));
                if exact && all.iter().all(|(_, compared)| compared.is_same()) {
                    return;
                }
                // The role of a trust policy is the resource whatever the catalogue says of its ARN.
                let known =
                    |universe: &Universe| self.common.role.is_none() && *universe != Universe::Unknown;
                let (known, rest): (Vec<_>, Vec<_>) =
                    alike.universes.iter().partition(|(universe, _)| known(universe));
                for (_, names) in rest {
                    self.noted((&all, exact), names, rows, open);
                }
                match all.as_slice() {
                    [(bits, compared)] if exact => self.uniform(bits, compared, &known, rows, open),
                    _ => {
                        let mut of_shape = BTreeMap::new();
                        for (universe, names) in known {
                            let (seen, exact) = self.of_universe(universe, sets, shapes, &mut of_shape);
                            self.noted((&seen, exact), names, rows, open);
                        }
                    }
                }
            });
        });
    }

    /// Where all resources are alike, the actions are one row, whatever resources they know.
    fn uniform<'n>(
        &self,
        bits: &BitSet,
        compared: &Compared,
        universes: &[&(Universe, Vec<&'n ActionName>)],
        rows: &mut Rows<'n>,
        open: &mut Vec<Open>,
    ) {
        let mut all: Vec<&ActionName> = Vec::new();
        let mut shown = None;
        for (universe, names) in universes {
            let partition = self.asked.caller.partition().unwrap_or("aws");
            match universe.word_within(std::slice::from_ref(&self.within), partition) {
                Search::Found(word) => {
                    all.extend(names);
                    shown.get_or_insert(word);
                }
                Search::Empty => {}
                Search::Unknown { .. } => self.noted((&Vec::new(), false), names, rows, open),
            }
        }
        if let Some(resource) = shown {
            let compared = Compared {
                resource,
                ..compared.clone()
            };
            self.noted((&vec![(bits.clone(), compared)], true), &all, rows, open);
        }
    }

    /// Every way in which the resources of a universe are told apart; shape by shape, since universes share shapes.
    fn of_universe<'u>(
        &self,
        universe: &'u Universe,
        sets: &mut Sets<'_>,
        shapes: &mut Shapes,
        of_shape: &mut BTreeMap<&'u ArnPattern, (Seen, bool)>,
    ) -> (Seen, bool) {
        let patterns = match universe {
            Universe::Shapes(patterns) => patterns,
            Universe::Star | Universe::Unknown => {
                let languages = [self.within.clone()].into_iter().chain(universe.language());
                return sets.within(&languages.collect::<Vec<_>>());
            }
        };
        let mut merged: Seen = Vec::new();
        let mut all_exact = true;
        for pattern in patterns {
            let (seen, exact) = of_shape.entry(pattern).or_insert_with(|| {
                let partition = self.asked.caller.partition().filter(|_| names_partition(pattern));
                let shape = shapes.get(pattern, partition).clone();
                match partition {
                    Some(_) => sets.within(&[shape]),
                    None => sets.within(&[self.within.clone(), shape]),
                }
            });
            all_exact &= *exact;
            for (bits, compared) in seen.iter() {
                match merged.iter_mut().find(|(known, _)| known == bits) {
                    Some((_, known)) if compared.resource.len() < known.resource.len() => {
                        known.resource.clone_from(&compared.resource);
                    }
                    Some(_) => {}
                    None => merged.push((bits.clone(), compared.clone())),
                }
            }
        }
        // Shortest first, as the search of one language gives them.
        merged.sort_by_key(|(_, compared)| compared.resource.chars().count());
        (merged, all_exact)
    }

    /// Notes what changed of these actions, and what was not seen.
    fn noted<'n>(
        &self,
        (seen, exact): (&Seen, bool),
        names: &[&'n ActionName],
        rows: &mut Rows<'n>,
        open: &mut Vec<Open>,
    ) {
        if !exact {
            let why = format!(
                "what is granted of `{}` could not be compared within the bounds of the search",
                compress_names(names).join(", ")
            );
            open.push(Open {
                subject: self.common.name.to_owned(),
                why,
            });
        }
        let seen: Vec<&Compared> = seen.iter().map(|(_, compared)| compared).collect();
        for direction in [Direction::New, Direction::Lost] {
            if seen.iter().any(|compared| compared.change(direction).is_some()) {
                self.rows(direction, &seen, names, rows);
            }
        }
    }

    /// Asks about the resources of an action.
    fn comparison<R>(&self, name: &ActionName, ask: impl FnOnce(&Comparison<'_>) -> R) -> R {
        let set = ResourceSet {
            text: "*".to_owned(),
            languages: Vec::new(),
            head: String::new(),
            is_open: false,
        };
        let request = Request {
            action: in_request(name).to_owned(),
            resource: Resource::All(set),
            ..self.request.clone()
        };
        let (old, new) = (&self.asked.old, &self.asked.new);
        let text = |layers: &Layers, at, statement| {
            let is_old = std::ptr::eq(layers, old);
            let side = if is_old {
                self.common.sides.0
            } else {
                self.common.sides.1
            };
            let mut text = text(&side.inputs.sources, layers, at, statement);
            // The same text about tags that differ is not the same.
            if is_old && !self.asked.tags.is_empty() && speaks_of_tags(&text) {
                text.push_str(" of the old side");
            }
            text
        };
        ask(&Comparison {
            old,
            new,
            request: &request,
            text: &text,
        })
    }

    fn rows<'n>(
        &self,
        direction: Direction,
        seen: &[&Compared],
        names: &[&'n ActionName],
        rows: &mut Rows<'n>,
    ) {
        let Some(first) = names.first() else { return };
        let told_apart: Vec<Option<Told>> = seen
            .iter()
            .map(|compared| Some(self.told(direction, first, compared, compared.change(direction)?)))
            .collect();
        // Several parts of one pattern that changed alike are one row, with the first and so shortest witness.
        let mut written_rows: BTreeSet<(String, bool, &Vec<Vec<String>>, bool)> = BTreeSet::new();
        for (compared, told) in seen.iter().zip(&told_apart) {
            let Some(told) = told else { continue };
            let (with, _) = self.sides(direction);
            let single = &told.request;
            let (resource, partly) = match covering(with, self.asked.giving, single, &compared.resource) {
                Covering::Entry(at, cover) => {
                    let covered =
                        |other: &Compared| covers(with, at, single, &other.resource).contains(&cover);
                    let mut others = seen.iter().zip(&told_apart);
                    let partly = others.any(|(other, other_told)| {
                        let alike = other_told
                            .as_ref()
                            .is_some_and(|other| other.conditions == told.conditions);
                        !alike && covered(other)
                    });
                    (written(with, at, cover), partly)
                }
                Covering::Unread(name) => (format!("what `{name}` names, whose text is not given"), false),
                Covering::Nothing => (compared.resource.clone(), false),
            };
            if !written_rows.insert((resource.clone(), partly, &told.conditions, told.proved)) {
                continue;
            }
            let tags = if told.proved && !self.rests_on_tags(direction, single) {
                &[]
            } else {
                self.asked.tags.as_slice()
            };
            let key = Key {
                direction,
                resource,
                part: partly.then(|| compared.resource.clone()),
                conditions: told.conditions.clone(),
                doubts: told.doubts.clone(),
                tags: tags.to_vec(),
                proved: told.proved,
            };
            let witness = witness(direction, told, &compared.resource, tags);
            rows.add(key, self.asked.number, names, &witness);
        }
    }

    /// A change in words, and whether its request shows it. Where a set leaves doubts that the one resource does not,
    /// what holds for that one is told.
    fn told(&self, direction: Direction, name: &ActionName, compared: &Compared, change: &Change) -> Told {
        let told = self.replayed(direction, name, compared, change);
        if told.proved {
            return told;
        }
        let one = self.comparison(name, |comparison| comparison.at_one(&compared.resource));
        let one = one
            .change(direction)
            .map(|change| self.replayed(direction, name, compared, change));
        one.filter(|one| one.proved).unwrap_or(told)
    }

    fn replayed(
        &self,
        direction: Direction,
        name: &ActionName,
        compared: &Compared,
        change: &Change,
    ) -> Told {
        let request = self.completed(name, compared, change);
        let (with, without) = self.sides(direction);
        let proved = decide(with, &request).decision == Decision::Allowed
            && decide(without, &request).decision != Decision::Allowed;
        let doubts = change
            .completion
            .assumptions
            .iter()
            .map(|(doubt, _)| doubt.in_words());
        Told {
            conditions: in_words(change),
            doubts: doubts.filter(|_| !proved).collect(),
            change: change.clone(),
            request,
            proved,
        }
    }

    /// Whether the request would show nothing if the tags that differ were not known.
    fn rests_on_tags(&self, direction: Direction, request: &Request) -> bool {
        if self.asked.tags.is_empty() {
            return false;
        }
        let mut request = request.clone();
        forget(&self.asked.tags, &mut request.context);
        let (with, without) = self.sides(direction);
        decide(with, &request).decision != Decision::Allowed
            || !decide(without, &request).decision.is_denied()
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
            // A policy may spell the key in another letter case than the context; two spellings would be two keys.
            let key = request.context.spelling(&key.to_ascii_lowercase()).to_owned();
            request.context.set(&key, Knowledge::Known(state.clone()));
        }
        request
    }
}

/// A change and what is said of it.
struct Told {
    conditions: Vec<Vec<String>>,
    doubts: BTreeSet<&'static str>,
    change: Change,
    request: Request,
    proved: bool,
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

/// The request that shows a change, with the tags that it rests on.
fn witness(direction: Direction, told: &Told, resource: &str, tags: &[TagChange]) -> Witness {
    let known = tags.iter().filter_map(|change| {
        let state = match direction {
            Direction::New => change.new.clone(),
            Direction::Lost => change.old.clone(),
        };
        Some((change.key.clone(), state?))
    });
    let asked = told.change.completion.context.iter();
    let mut context: Vec<_> = asked
        .map(|(key, state)| (unmarked(key), state.clone()))
        .chain(known)
        .collect();
    context.sort();
    context.dedup();
    Witness {
        principal: told.request.caller.text().to_owned(),
        action: told.request.action.clone(),
        resource: resource.to_owned(),
        context,
    }
}

/// The alternatives in words, without what no context settles; none where one of them asks for nothing else.
fn in_words(change: &Change) -> Vec<Vec<String>> {
    let words = |alternative: &Vec<Requirement>| {
        let keys = alternative
            .iter()
            .filter(|part| matches!(part, Requirement::Key { .. }));
        keys.map(|part| unmarked(&part.in_words())).collect()
    };
    let mut alternatives: Vec<Vec<String>> = Vec::new();
    for alternative in change.conditions.iter().map(words) {
        if !alternatives.contains(&alternative) {
            alternatives.push(alternative);
        }
    }
    if alternatives.iter().any(Vec::is_empty) {
        alternatives.clear();
    }
    alternatives
}
