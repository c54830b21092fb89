//! What an action pattern stands for, by the catalogue: the actions, and the shapes of what they act on.
//!
//! Looked up once a pattern and kept, since a pattern that begins with a wildcard visits the whole catalogue.

use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::catalog::{self, Action, ArnPattern, Service};
use crate::pattern::{ActionPattern, Fold};

const LIST_BUCKETS: &str = "s3:ListAllMyBuckets";

/// What one action pattern stands for.
#[derive(Debug, Default)]
pub(super) struct Expansion {
    /// The actions, by name.
    pub(super) actions: Vec<Action>,
    /// The ARN patterns of all their resource types, each once.
    pub(super) shapes: Vec<ArnPattern>,
    /// The prefixes of the services of the actions, each once.
    pub(super) services: Vec<&'static str>,
    /// The services of those of the actions that have no resource types, each once.
    pub(super) untyped: Vec<Service>,
    /// One of the actions is the one without resource types that the guide, on one of two pages, grants on an ARN
    /// (QUIRK-07).
    pub(super) lists_buckets: bool,
    /// The pattern may also stand for actions of this kind that the catalogue lacks.
    pub(super) beyond: Beyond,
}

/// What a pattern may stand for beyond the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Beyond {
    /// Nothing, as far as is known.
    #[default]
    Nothing,
    /// Actions on any resource type of the service whose shapes the expansion lists.
    Service,
    /// Anything.
    Anything,
}

/// How many expansions are kept, so that a linter of many documents stays small.
const MOST: usize = 1 << 14;

/// The expansions met so far.
#[derive(Debug, Default)]
pub(super) struct Expansions {
    known: FxHashMap<Box<str>, Rc<Expansion>>,
}

impl Expansions {
    /// What `pattern`, an entry of `Action` or `NotAction` in any case, stands for.
    pub(super) fn get(&mut self, pattern: &str) -> Rc<Expansion> {
        let folded = Fold::Ascii.text(pattern);
        if let Some(known) = self.known.get(folded.as_ref()) {
            return Rc::clone(known);
        }
        let expansion = Rc::new(expand(&folded));
        if self.known.len() >= MOST {
            self.known.clear();
        }
        self.known.insert(folded.into(), Rc::clone(&expansion));
        expansion
    }
}

fn expand(folded: &str) -> Expansion {
    let pattern = ActionPattern::parse(folded);
    let actions: Vec<Action> = match pattern.glob().is_literal() {
        Some(name) => catalog::action(name).into_iter().collect(),
        None => catalog::actions_matching(&pattern).collect(),
    };
    let mut seen = HashSet::new();
    let mut shapes: Vec<ArnPattern> = Vec::new();
    let mut take = |shape: ArnPattern| {
        if seen.insert(shape) {
            shapes.push(shape);
        }
    };
    actions
        .iter()
        .copied()
        .flat_map(catalog::resource_universe)
        .for_each(&mut take);
    let services: BTreeSet<&'static str> = actions.iter().map(Action::service_prefix).collect();
    let untyped: BTreeSet<&str> = actions
        .iter()
        .filter(|action| !action.has_resource_types())
        .map(Action::service_prefix)
        .collect();
    let beyond = beyond(folded, &pattern, &actions);
    if beyond == Beyond::Service {
        let service = folded
            .split_once(':')
            .and_then(|(prefix, _)| catalog::service(prefix));
        let types = service
            .into_iter()
            .flat_map(|service| service.resource_types().collect::<Vec<_>>());
        types
            .flat_map(|kind| kind.arn_patterns().collect::<Vec<_>>())
            .for_each(&mut take);
    }
    Expansion {
        services: services.into_iter().collect(),
        untyped: untyped.into_iter().filter_map(catalog::service).collect(),
        lists_buckets: actions.iter().any(|action| action.name() == LIST_BUCKETS),
        actions,
        shapes,
        beyond,
    }
}

/// An action that the catalogue lacks may be new, or belong to a service of which it is known to lack some.
fn beyond(folded: &str, pattern: &ActionPattern, actions: &[Action]) -> Beyond {
    let Some((prefix, _)) = folded.split_once(':') else {
        return if folded == "*" {
            Beyond::Nothing
        } else {
            Beyond::Anything
        };
    };
    let is_known = catalog::service(prefix).is_some();
    match (actions.is_empty(), is_known) {
        (true, false) => Beyond::Anything,
        (true, true) => Beyond::Service,
        (false, true) if pattern.glob().has_wildcard() && !catalog::is_complete(prefix) => Beyond::Service,
        (false, _) => Beyond::Nothing,
    }
}
