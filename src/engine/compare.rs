//! What one set of policies grants of the same requests that another does not, exactly.
//!
//! In: two [`Layers`] and one request about a set of resources. Out: for every way in which the patterns of both tell
//! resources apart, whether some completion of what is unknown is allowed under one and not under the other. Both
//! formulas stand over the same leaves and the same regions of the unknown keys, so that a condition written in two
//! ways is one condition. A doubt is the same doubt on both sides where the text that raises it is the same.
//!
//! Source: SET-03, SET-08, TRI-09, TRI-12.

use std::ops::ControlFlow;

use rustc_hash::FxHashMap;

use super::compile::{CompiledStatement, ResourceEntry, ResourceMatcher, resource_glob};
use super::decide::Space;
use super::evaluate::{Formula, evaluate_beside};
use super::expr::{Expr, LeafId};
use super::layer::{PolicyRef, StatementRef};
use super::layers::Layers;
use super::leaf::{Doubt, Leaf, Leaves};
use super::request::{Request, Resource};
use super::residual::{Completion, Requirement, residual};
use super::solve::Solver;
use crate::condition::{Substituted, substitute};
use crate::language::BitSet;

/// A request about the resources of a set, under two sets of layers.
pub(crate) struct Comparison<'a> {
    pub old: &'a Layers,
    pub new: &'a Layers,
    pub request: &'a Request,
    /// A text that is the same where what the policies say is the same: of a statement, or of a whole policy.
    pub text: &'a dyn Fn(&Layers, PolicyRef, Option<usize>) -> String,
}

/// Resources that both sides treat alike throughout, by a shortest one.
#[derive(Debug, Clone)]
pub(crate) struct Compared {
    pub resource: String,
    /// Allowed in some completion under the new layers that is not allowed under the old.
    pub gained: Option<Change>,
    /// Allowed in some completion under the old layers that is not allowed under the new.
    pub lost: Option<Change>,
}

/// When access differs.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// One completion in which it does.
    pub completion: Completion,
    /// Alternatives in which it does, as in a residual; empty when it does in every completion.
    pub conditions: Vec<Vec<Requirement>>,
}

impl<'a> Comparison<'a> {
    /// Calls `visit` for each way in which resources are told apart, until it breaks. The result is whether
    /// everything was seen and decided.
    pub fn run(&self, mut visit: impl FnMut(Compared) -> ControlFlow<()>) -> bool {
        let Resource::All(set) = &self.request.resource else {
            return false;
        };
        let old = evaluate_beside(self.old, self.request, Leaves::default());
        let first_new = old.leaves.all.len();
        let Formula {
            denied,
            granted,
            leaves,
            ..
        } = old;
        let before = granted.and(denied.negate());
        let new = evaluate_beside(self.new, self.request, leaves);
        let after = new.granted.clone().and(new.denied.clone().negate());
        let names = self.names(&new.leaves, first_new);
        let name = |id: LeafId| names.get(id.0 as usize).copied().unwrap_or(id);
        let (before, after) = (before.renamed(&name), after.renamed(&name));
        if before == after {
            // Without a difference in the formulas there is none anywhere.
            return true;
        }
        let gained = after.clone().and(before.clone().negate());
        let lost = before.and(after.negate());
        let solver = Solver::new(&new.leaves, &self.request.context, self.request.mode);
        let mut exact = true;
        let exploration =
            Space::of_resources(&new, set).visit(&[&gained, &lost], &new.leaves, |bits, word| {
                let mut change =
                    |formula: &Expr| self.change(&solver, &new.leaves, formula, bits, &mut exact);
                let compared = Compared {
                    gained: change(&gained),
                    lost: change(&lost),
                    resource: word.to_owned(),
                };
                visit(compared)
            });
        exact && exploration.exact
    }

    fn change(
        &self,
        solver: &Solver<'_>,
        leaves: &Leaves<'_>,
        formula: &Expr,
        bits: &BitSet,
        exact: &mut bool,
    ) -> Option<Change> {
        let found = solver.search(formula, Some(bits));
        *exact &= found.exact || found.holds.is_some();
        let holds = found.holds.as_ref()?;
        let always = found.fails.is_none() && found.exact;
        let residual = residual(
            solver,
            &leaves.all,
            formula,
            Some(bits),
            &self.request.context,
            (Some(holds), None),
        );
        Some(Change {
            completion: residual.allows.unwrap_or_default(),
            conditions: if always { Vec::new() } else { residual.sufficient },
        })
    }

    /// For each leaf the first one that is the same fact: equal condition entries, and doubts raised by equal texts.
    /// The n-th doubt of a text on one side is the n-th on the other.
    fn names(&self, leaves: &Leaves<'a>, first_new: usize) -> Vec<LeafId> {
        let mut first: FxHashMap<Fact, LeafId> = FxHashMap::default();
        let mut counts: FxHashMap<(bool, Fact), usize> = FxHashMap::default();
        let ids = (0..leaves.all.len()).map(|id| LeafId(u32::try_from(id).unwrap_or(u32::MAX)));
        ids.zip(&leaves.all)
            .enumerate()
            .map(|(index, (id, leaf))| {
                let is_new = index >= first_new;
                let layers = if is_new { self.new } else { self.old };
                let Some(mut fact) = self.fact(layers, leaf) else {
                    return id;
                };
                if !matches!(leaf, Leaf::Condition { .. }) {
                    let count = counts.entry((is_new, fact.clone())).or_default();
                    fact.occurrence = *count;
                    *count += 1;
                }
                *first.entry(fact).or_insert(id)
            })
            .collect()
    }

    fn fact(&self, layers: &Layers, leaf: &Leaf<'_>) -> Option<Fact> {
        let (doubt, text) = match leaf {
            Leaf::Part(_) | Leaf::Resource { .. } => return None,
            Leaf::Condition { at, index, .. } => {
                let policy = layers.policy(at.policy)?.policy()?;
                let entry = policy.statements.get(at.statement)?.conditions.get(*index)?;
                let values: Vec<_> = entry.values.iter().map(|value| &value.text).collect();
                // What a variable is differs between the versions.
                let text = format!("{:?}", (policy.version, &entry.operator, &entry.key, values));
                (None, text)
            }
            Leaf::Doubt {
                doubt,
                about: Some(about),
                ..
            } => (Some(*doubt), format!("{about:?}")),
            Leaf::Doubt {
                at: Some(at),
                statement,
                doubt,
                ..
            } => (Some(*doubt), (self.text)(layers, *at, *statement)),
            Leaf::Doubt { doubt, .. } => (Some(*doubt), String::new()),
        };
        Some(Fact {
            doubt,
            text,
            occurrence: 0,
        })
    }
}

/// What makes two leaves the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Fact {
    /// `None`: a condition.
    doubt: Option<Doubt>,
    text: String,
    occurrence: usize,
}

/// A clause that covers a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cover {
    /// The position of the entry in the statement's list; `None` where the list is a complement or there is none.
    pub index: Option<usize>,
}

/// The entries of a statement's resource clause that cover a resource, or may.
pub(crate) fn covers(layers: &Layers, at: StatementRef, request: &Request, resource: &str) -> Vec<Cover> {
    let statement = layers
        .policy(at.policy)
        .and_then(|policy| policy.statements().get(at.statement));
    let whole = Cover { index: None };
    match statement.map(|CompiledStatement { resources, .. }| resources) {
        Some(ResourceMatcher::Listed { negated, entries, .. }) => {
            let listed = entries.iter().enumerate();
            let listed = listed.filter(|(_, entry)| may_match(entry, request, resource));
            let listed: Vec<Cover> = listed.map(|(index, _)| Cover { index: Some(index) }).collect();
            match (negated, listed.is_empty()) {
                (false, _) => listed,
                (true, true) => vec![whole],
                (true, false) => Vec::new(),
            }
        }
        Some(_) => vec![whole],
        None => Vec::new(),
    }
}

fn may_match(entry: &ResourceEntry, request: &Request, resource: &str) -> bool {
    let glob = match entry {
        ResourceEntry::Fixed(glob) => Some(glob.clone()),
        ResourceEntry::Template {
            template, kind, mode, ..
        } => match substitute(template, &request.context) {
            Substituted::NoValue => None,
            Substituted::Filled(pieces) | Substituted::Holes(pieces) => resource_glob(pieces, *kind, *mode),
        },
        ResourceEntry::Open => None,
    };
    glob.is_some_and(|glob| glob.wide.as_ref().unwrap_or(&glob.narrow).matches(resource))
}
