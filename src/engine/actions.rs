//! Decides for a set of actions: those of today's catalogue that a pattern matches, or every name there could be.
//!
//! In: layers and a request whose action is a pattern. Out: an [`ActionAnswer`]; "Allowed" only when every asked
//! action is granted on every resource asked for that the action knows. Actions that every action clause, and every
//! rule of the engine about names, treat alike are decided once.
//!
//! Over the catalogue, an action is asked only about resources of the shapes it has; one that knows no resource of
//! those asked for has no say. In an open world names and resources are searched jointly, as words
//! `action \0 resource`, and nothing is known of shapes.
//!
//! Source: SET-02, SET-15, SET-16, MATCH-R8.

use rustc_hash::FxHashMap;

use super::compile::{ActionMatcher, CompiledPolicy};
use super::decide::{Decision, Outcome, Parts, Space, decide, decide_all};
use super::evaluate::{Formula, evaluate_names};
use super::gate::{self, NameClass};
use super::layers::Layers;
use super::leaf::Part;
use super::rcp;
use super::request::{Request, Resource, ResourceSet};
use super::residual::Residual;
use super::spelling::Spelling;
use crate::catalog::{self, Action, ArnPattern, ArnPiece, Reach};
use crate::language::{CharSet, Language, Search, common_word};
use crate::pattern::{ActionPattern, Fold};

/// Which actions a pattern stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActionReading {
    /// The actions of the catalogue.
    Catalogue,
    /// Every name that an action could have, of services that there are and that there are not.
    OpenWorld,
}

/// One action on one resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Witness {
    /// The action: as AWS writes it, and else as the question or a policy begins it.
    pub action: String,
    /// The resource.
    pub resource: String,
}

/// What holds for a set of actions.
#[derive(Debug, Clone)]
pub struct ActionAnswer {
    /// The decision for all of them; `Depends` also where some are allowed and others are not.
    pub decision: Decision,
    /// False if a bound was reached before the decision was proved; it is then `Depends`.
    pub exact: bool,
    /// Something that is allowed in every completion.
    pub allowed: Option<Witness>,
    /// Something that is refused in every completion, with its decision.
    pub refused: Option<(Witness, Decision)>,
    /// Something that rests on missing facts, and on which.
    pub depends: Option<(Witness, Residual)>,
    /// How many actions of the catalogue the pattern matches; in an open world none are counted.
    pub actions: usize,
    /// How many of them know no resource of those asked for: they were left out (SET-02).
    pub without_resource: usize,
    /// Whether resources were restricted to the shapes of the catalogue.
    pub universe_used: bool,
    /// How many questions were decided: actions treated alike are one.
    pub groups: usize,
    /// States that the product searches met.
    pub states: usize,
}

impl ActionAnswer {
    /// Whether it is proved that there was nothing to decide: no action, or none that knows a resource asked for.
    pub fn is_empty(&self) -> bool {
        self.exact && self.allowed.is_none() && self.refused.is_none() && self.depends.is_none()
    }
}

/// Decides for every action that `request.action`, a pattern, stands for. A pattern that matches nothing is
/// `ImplicitlyDenied` with `actions` zero; a pattern without wildcards is its own name, known or not.
///
/// Cost: one decision for each group of actions that the policies treat alike; see [`super::decide()`].
pub fn decide_actions(layers: &Layers, request: &Request, reading: ActionReading) -> ActionAnswer {
    match reading {
        ActionReading::Catalogue => over_catalogue(layers, request),
        ActionReading::OpenWorld => open_world(layers, request),
    }
}

/// What requests of an action can name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Universe {
    /// The action has no resource types: its requests name the text `*`.
    Star,
    /// Resources of these shapes, sorted.
    Shapes(Vec<ArnPattern>),
    /// The catalogue lacks the action.
    Unknown,
}

impl Universe {
    /// What requests of an action of the catalogue can name.
    pub fn of(action: Option<Action>) -> Self {
        let Some(action) = action else {
            return Self::Unknown;
        };
        if !action.has_resource_types() {
            return Self::Star;
        }
        let mut shapes: Vec<ArnPattern> = catalog::resource_universe(action).collect();
        shapes.sort();
        shapes.dedup();
        Self::Shapes(shapes)
    }

    /// The language of these resources; `None` where it is not known.
    pub fn language(&self) -> Option<Language> {
        match self {
            Self::Star => Some(Language::literal("*")),
            Self::Shapes(shapes) => Some(Language::union(&shapes.iter().map(shape).collect::<Vec<_>>())),
            Self::Unknown => None,
        }
    }

    /// A word of this universe and of all the languages. Tries the plainest resource of each shape, in this partition,
    /// before it searches.
    pub fn word_within(&self, languages: &[Language], partition: &str) -> Search {
        let plainest = match self {
            Self::Shapes(shapes) => shapes.iter().map(|shape| plainest(shape, partition)).collect(),
            Self::Star | Self::Unknown => Vec::new(),
        };
        let fits = |word: &String| languages.iter().all(|language| language.accepts(word));
        match plainest.into_iter().filter(fits).min_by_key(String::len) {
            Some(word) => Search::Found(word),
            None => common_word(
                &languages
                    .iter()
                    .cloned()
                    .chain(self.language())
                    .collect::<Vec<_>>(),
            ),
        }
    }
}

/// The placeholder of the partition in the patterns of the catalogue.
const PARTITION: &str = "Partition";

/// `aws`, and all that begins with `aws-`, so that a partition of tomorrow is one too.
fn any_partition() -> Language {
    let rest = Language::repeat(&CharSet::all().without(':').without('/'), 1, None);
    let other = Language::concat(&[Language::literal("aws-"), rest]);
    Language::union(&[Language::literal("aws"), other])
}

/// The resource of a shape with as little as can be in its holes but the partition.
fn plainest(pattern: &ArnPattern, partition: &str) -> String {
    let text = |piece| match piece {
        ArnPiece::Literal(text) => text,
        ArnPiece::Hole { name: PARTITION, .. } => partition,
        ArnPiece::Hole {
            reach: Reach::Segment,
            ..
        } => "x",
        ArnPiece::Hole {
            reach: Reach::Any, ..
        }
        | ArnPiece::Any => "",
    };
    pattern.pieces().map(text).collect()
}

/// The resources of one shape. Free text can be empty, since a pattern `bucket/*` is read as taking `bucket/`; the
/// separators cannot stand in a segment.
fn shape(pattern: &ArnPattern) -> Language {
    shape_in(pattern, None)
}

/// The same, of one partition only where one is given.
pub(crate) fn shape_in(pattern: &ArnPattern, partition: Option<&str>) -> Language {
    let pieces = pattern.pieces().map(|piece| match piece {
        ArnPiece::Literal(text) => Language::literal(text),
        ArnPiece::Hole { name: PARTITION, .. } => partition.map_or_else(any_partition, Language::literal),
        ArnPiece::Hole {
            reach: Reach::Segment,
            ..
        } => Language::repeat(&CharSet::all().without(':').without('/'), 1, None),
        ArnPiece::Hole {
            reach: Reach::Any, ..
        } => Language::any(),
        ArnPiece::Any => Language::any(),
    });
    Language::concat(&pieces.collect::<Vec<_>>())
}

/// The name of an action, from the catalogue or from whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ActionName {
    /// As AWS or the writer spells it.
    pub written: String,
    /// In folded case.
    pub folded: String,
    /// What the catalogue knows of it.
    pub known: Option<Action>,
}

impl ActionName {
    /// The name of an action of the catalogue.
    pub fn of(action: Action) -> Self {
        Self {
            folded: Fold::Ascii.text(action.name()).into_owned(),
            written: action.name().to_owned(),
            known: Some(action),
        }
    }

    /// A name as written, known or not.
    pub fn new(written: &str) -> Self {
        catalog::action(written).map_or_else(
            || Self {
                folded: Fold::Ascii.text(written).into_owned(),
                written: written.to_owned(),
                known: None,
            },
            Self::of,
        )
    }
}

/// Names that every action clause and every rule about names treat alike, with those of each universe.
pub(crate) struct Alike<'a> {
    /// The names by what their requests can name.
    pub universes: Vec<(Universe, Vec<&'a ActionName>)>,
}

/// Sorts names into groups by the action clauses of the policies; groups and names stay in the order of `names`.
///
/// Cost: names times distinct patterns.
pub(crate) fn group<'a>(names: &'a [ActionName], layers: &[&Layers]) -> Vec<Alike<'a>> {
    let mut patterns: Vec<&ActionPattern> = Vec::new();
    let mut numbers: FxHashMap<&ActionPattern, usize> = FxHashMap::default();
    let mut clauses: Vec<Vec<usize>> = Vec::new();
    for clause in layers.iter().flat_map(|layers| clauses_of(layers)) {
        let number = |pattern| {
            *numbers.entry(pattern).or_insert_with(|| {
                patterns.push(pattern);
                patterns.len() - 1
            })
        };
        clauses.push(clause.patterns.iter().map(number).collect());
    }
    clauses.sort_unstable();
    clauses.dedup();
    let mut places: FxHashMap<(Vec<bool>, NameClass), usize> = FxHashMap::default();
    let mut within: FxHashMap<(usize, Universe), usize> = FxHashMap::default();
    let mut groups: Vec<Alike<'a>> = Vec::new();
    for name in names {
        let matched: Vec<bool> = patterns
            .iter()
            .map(|pattern| pattern.matches(&name.folded))
            .collect();
        let hit = |clause: &Vec<usize>| clause.iter().any(|at| matched.get(*at) == Some(&true));
        let key = (clauses.iter().map(hit).collect(), NameClass::of(&name.folded));
        let place = *places.entry(key).or_insert_with(|| {
            groups.push(Alike {
                universes: Vec::new(),
            });
            groups.len() - 1
        });
        let Some(alike) = groups.get_mut(place) else {
            continue;
        };
        let universe = Universe::of(name.known);
        let at = *within.entry((place, universe.clone())).or_insert_with(|| {
            alike.universes.push((universe, Vec::new()));
            alike.universes.len() - 1
        });
        if let Some((_, names)) = alike.universes.get_mut(at) {
            names.push(name);
        }
    }
    groups
}

/// The action clauses of all statements of all layers.
fn clauses_of(layers: &Layers) -> impl Iterator<Item = &ActionMatcher> {
    let policies = Layers::KINDS
        .into_iter()
        .flat_map(|kind| layers.levels(kind))
        .flatten();
    policies
        .flat_map(|policy: &std::sync::Arc<CompiledPolicy>| policy.statements())
        .map(|s| &s.actions)
}

fn over_catalogue(layers: &Layers, request: &Request) -> ActionAnswer {
    let pattern = ActionPattern::parse(&request.action);
    let names: Vec<ActionName> = if pattern.glob().has_wildcard() {
        catalog::actions_matching(&pattern).map(ActionName::of).collect()
    } else {
        vec![ActionName::new(&request.action)]
    };
    let mut gathered = Gathered::default();
    gathered.answer.actions = names.len();
    for alike in group(&names, &[layers]) {
        gathered.add_alike(layers, request, &alike);
    }
    gathered.finish()
}

impl Gathered {
    /// Decides for actions that only differ in the resources they know: first about all that is asked for, which is
    /// enough where that is decided one way, and else within each universe.
    fn add_alike(&mut self, layers: &Layers, request: &Request, alike: &Alike<'_>) {
        let whole = match &request.resource {
            Resource::All(set) if alike.universes.len() > 1 => {
                let name = alike.universes.iter().find_map(|(_, names)| names.first());
                name.map(|name| decide(layers, &request.about(&name.written, widened(set))))
                    .filter(|outcome| outcome.exact && outcome.decision != Decision::Depends)
            }
            _ => None,
        };
        for (universe, names) in &alike.universes {
            let Some(first) = names.first() else { continue };
            let Some(resource) = asked_of(&request.resource, universe) else {
                self.answer.without_resource += names.len();
                continue;
            };
            let outcome = match (&whole, &request.resource, &resource) {
                (Some(whole), Resource::All(set), Resource::All(_)) => {
                    as_for(whole, universe.word_within(&set.languages, "x"))
                }
                _ => None,
            };
            let outcome =
                outcome.unwrap_or_else(|| decide(layers, &request.about(&first.written, resource.clone())));
            if outcome.parts.as_ref().is_some_and(|parts| parts.empty) && outcome.exact {
                self.answer.without_resource += names.len();
                continue;
            }
            self.answer.universe_used |= *universe != Universe::Unknown;
            self.add(outcome, &first.written, &resource);
        }
    }
}

impl Request {
    /// The same request for another action and resource.
    fn about(&self, action: &str, resource: Resource) -> Self {
        Self {
            action: action.to_owned(),
            resource,
            ..self.clone()
        }
    }
}

/// The set, with the resource of actions that know none where everything is asked about.
fn widened(set: &ResourceSet) -> Resource {
    if set.text != "*" {
        return Resource::All(set.clone());
    }
    let any = ResourceSet::pattern("*");
    let mut languages = any.languages;
    languages.push(Language::literal("*"));
    Resource::All(ResourceSet::language("*", Language::union(&languages)))
}

/// What was decided for all of a set, for a part of it that holds this word; `None` if that is not known.
fn as_for(whole: &Outcome, word: Search) -> Option<Outcome> {
    let mut outcome = whole.clone();
    let mut parts = Parts::default();
    match (word, whole.decision) {
        (Search::Unknown { .. }, _) => return None,
        (Search::Empty, _) => parts.empty = true,
        (Search::Found(word), Decision::Allowed) => parts.allowed = Some(word),
        // Of which kind a refusal is can differ from part to part.
        (Search::Found(_), Decision::ImplicitlyDenied) if whole.may_be_explicit => return None,
        (Search::Found(word), decision) => parts.refused = Some((word, decision)),
    }
    outcome.parts = Some(parts);
    Some(outcome)
}

/// The resources of those asked for that requests of a universe can name; `None` where there is surely none.
fn asked_of(asked: &Resource, universe: &Universe) -> Option<Resource> {
    match (asked, universe) {
        (asked, Universe::Unknown) => Some(asked.clone()),
        (Resource::One(text), universe) => {
            let fits = universe.language().is_none_or(|language| language.accepts(text));
            fits.then(|| asked.clone())
        }
        // `*` asks about everything, and so about what has no ARN too.
        (Resource::All(set), Universe::Star) => (set.text == "*").then(|| Resource::One("*".to_owned())),
        (Resource::All(set), universe) => {
            let mut set = set.clone();
            set.languages.extend(universe.language());
            Some(Resource::All(set))
        }
    }
}

/// Answers put together.
struct Gathered {
    answer: ActionAnswer,
    all_explicit: bool,
}

impl Default for Gathered {
    fn default() -> Self {
        Self {
            answer: ActionAnswer {
                decision: Decision::ImplicitlyDenied,
                exact: true,
                allowed: None,
                refused: None,
                depends: None,
                actions: 0,
                without_resource: 0,
                universe_used: false,
                groups: 0,
                states: 0,
            },
            all_explicit: true,
        }
    }
}

impl Gathered {
    /// Adds what was decided for an action on a resource, or on all of a set.
    fn add(&mut self, outcome: Outcome, action: &str, asked: &Resource) {
        let Outcome {
            decision,
            exact,
            residual,
            parts,
            ..
        } = outcome;
        self.count(exact, parts.as_ref().map_or(0, |parts| parts.states));
        self.all_explicit &= decision == Decision::ExplicitlyDenied;
        let witness = |resource: String| Witness {
            action: action.to_owned(),
            resource,
        };
        let Some(parts) = parts else {
            let text = match asked {
                Resource::One(text) => text.clone(),
                Resource::All(_) => "*".to_owned(),
            };
            match (decision, residual) {
                (Decision::Allowed, _) => self.allow(witness(text)),
                (Decision::Depends, Some(residual)) => self.depend(witness(text), residual),
                (Decision::Depends, None) => self.answer.exact = false,
                (decision, _) => self.refuse(witness(text), decision),
            }
            return;
        };
        if let Some(word) = parts.allowed {
            self.allow(witness(word));
        }
        if let Some((word, decision)) = parts.refused {
            self.refuse(witness(word), decision);
        }
        if let Some((word, residual)) = parts.depends {
            self.depend(witness(word), residual);
        }
    }

    fn count(&mut self, exact: bool, states: usize) {
        self.answer.exact &= exact;
        self.answer.states += states;
        self.answer.groups += 1;
    }

    fn allow(&mut self, witness: Witness) {
        if self
            .answer
            .allowed
            .as_ref()
            .is_none_or(|known| shorter(&witness, known))
        {
            self.answer.allowed = Some(witness);
        }
    }

    fn refuse(&mut self, witness: Witness, decision: Decision) {
        let known = self.answer.refused.as_ref();
        if known.is_none_or(|(known, _)| shorter(&witness, known)) {
            self.answer.refused = Some((witness, decision));
        }
    }

    fn depend(&mut self, witness: Witness, residual: Residual) {
        let known = self.answer.depends.as_ref();
        if known.is_none_or(|(known, _)| shorter(&witness, known)) {
            self.answer.depends = Some((witness, residual));
        }
    }

    fn finish(self) -> ActionAnswer {
        let Self {
            mut answer,
            all_explicit,
        } = self;
        let mixed = answer.allowed.is_some() && answer.refused.is_some();
        answer.decision = match (&answer.allowed, &answer.refused, &answer.depends) {
            _ if mixed || !answer.exact => Decision::Depends,
            (Some(_), None, None) => Decision::Allowed,
            (None, Some(_), None) if all_explicit => Decision::ExplicitlyDenied,
            (None, _, None) => Decision::ImplicitlyDenied,
            _ => Decision::Depends,
        };
        // That something is allowed and something is not needs no more proof.
        answer.exact |= mixed;
        answer
    }
}

/// Shorter resources first, then shorter actions.
fn shorter(one: &Witness, other: &Witness) -> bool {
    let size = |witness: &Witness| (witness.resource.chars().count(), witness.action.chars().count());
    size(one) < size(other)
}

/// Between the action and the resource in the words of a joint search.
const BETWEEN: char = '\0';

/// Names with rules of their own are decided one by one; the rest by service, as far as services have rules.
fn open_world(layers: &Layers, request: &Request) -> ActionAnswer {
    let pattern = Language::glob(ActionPattern::parse(&request.action).glob());
    let own: Vec<String> = gate::own_names().filter(|name| pattern.accepts(name)).collect();
    let spelling = Spelling::new(layers, request);
    let mut gathered = Gathered::default();
    for name in &own {
        let single = Request {
            action: name.clone(),
            ..request.clone()
        };
        gathered.add(decide(layers, &single), &spelling.of(name), &request.resource);
    }
    let own: Vec<Language> = own.iter().map(|name| Language::literal(name)).collect();
    for stratum in strata(layers) {
        let single = Request {
            action: stratum.example.to_owned(),
            ..request.clone()
        };
        let formula = evaluate_names(layers, &single);
        let names: Vec<Language> = stratum
            .within
            .into_iter()
            .chain([pattern.clone(), real_names()])
            .collect();
        let outside: Vec<&Language> = own.iter().chain(&stratum.without).collect();
        let space = joint(&formula, &request.resource, &names, &outside);
        let outcome = decide_all(formula, &single, space);
        if outcome.parts.as_ref().is_some_and(|parts| parts.empty) && outcome.exact {
            continue;
        }
        gathered.add_joint(outcome, &spelling);
    }
    gathered.finish()
}

impl Gathered {
    /// Adds what was decided for words of names and resources.
    fn add_joint(&mut self, outcome: Outcome, spelling: &Spelling<'_>) {
        let witness = |word: &str| {
            let (action, resource) = word.split_once(BETWEEN).unwrap_or((word, ""));
            Witness {
                action: spelling.of(action),
                resource: resource.to_owned(),
            }
        };
        self.all_explicit &= outcome.decision == Decision::ExplicitlyDenied;
        let parts = outcome.parts.unwrap_or_default();
        self.count(outcome.exact, parts.states);
        if let Some(word) = &parts.allowed {
            self.allow(witness(word));
        }
        if let Some((word, decision)) = &parts.refused {
            self.refuse(witness(word), *decision);
        }
        if let Some((word, residual)) = parts.depends {
            self.depend(witness(&word), residual);
        }
    }
}

/// Names that all rules about services treat alike.
struct Stratum {
    /// One of them, with no rule of its own.
    example: &'static str,
    /// The names lie in this.
    within: Option<Language>,
    /// And in none of these.
    without: Vec<Language>,
}

/// The strata of all names. Services under resource control policies matter only where there are such policies.
fn strata(layers: &Layers) -> Vec<Stratum> {
    let of = |service: &str| {
        Language::concat(&[
            Language::literal(service),
            Language::literal(":"),
            Language::any(),
        ])
    };
    let own = ["iam:x", "kms:x", "sts:x"];
    let mut without = Vec::new();
    let mut strata = Vec::new();
    for example in own {
        let within = of(example.split_once(':').map_or(example, |(service, _)| service));
        without.push(within.clone());
        strata.push(Stratum {
            example,
            within: Some(within),
            without: Vec::new(),
        });
    }
    if !layers.rcps.is_empty() {
        let covered = Language::union(&rcp::services().map(of).collect::<Vec<_>>());
        strata.push(Stratum {
            example: "s3:x",
            within: Some(covered.clone()),
            without: without.clone(),
        });
        without.push(covered);
    }
    strata.push(Stratum {
        example: "x:x",
        within: None,
        without,
    });
    strata
}

/// Names that could be those of actions: a service and a name of letters, digits and dashes, folded.
fn real_names() -> Language {
    let chars = CharSet::from_ranges([('a', 'z'), ('0', '9'), ('-', '-'), ('_', '_')]);
    let word = Language::repeat(&chars, 1, None);
    Language::concat(&[word.clone(), Language::literal(":"), word])
}

/// The words `action \0 resource`.
fn joint(formula: &Formula<'_>, resource: &Resource, names: &[Language], outside: &[&Language]) -> Space {
    let between = Language::literal(&BETWEEN.to_string());
    let name = Language::repeat(&CharSet::all().without(BETWEEN), 0, None);
    let of_name =
        |language: &Language| Language::concat(&[language.clone(), between.clone(), Language::any()]);
    let of_resource =
        |language: &Language| Language::concat(&[name.clone(), between.clone(), language.clone()]);
    let resources = match resource {
        Resource::One(text) => ResourceSet::language(text.clone(), Language::literal(text)),
        Resource::All(set) => set.clone(),
    };
    let part = |part: &Part| match part {
        Part::Resources(glob) => of_resource(&Language::glob(glob)),
        Part::Names(glob) => of_name(&Language::glob(glob)),
    };
    // With one separator in a word, both sides are told apart in one way only.
    let separated = of_resource(&name);
    let asked = names
        .iter()
        .map(of_name)
        .chain(resources.languages.iter().map(of_resource));
    Space {
        query: asked.chain([separated]).collect(),
        parts: formula.leaves.parts.iter().map(part).collect(),
        outside: outside.iter().map(|language| of_name(language)).collect(),
    }
}

#[cfg(test)]
mod tests;
