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
use super::evaluate::evaluate_beside;
use super::expr::{Expr, LeafId};
use super::layer::{LayerKind, PolicyRef, StatementRef};
use super::layers::Layers;
use super::leaf::{Doubt, Leaf, Leaves, Part};
use super::principal::Asked;
use super::request::{Request, Resource};
use super::residual::{Completion, Requirement, residual};
use super::solve::Solver;
use crate::condition::{Context, Substituted, substitute};
use crate::language::{BitSet, Language};
use crate::pattern::{Fold, Head};
use crate::policy::{Effect, Piece, Template, Version};

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
    /// False if a bound was reached before it was proved that access did not change.
    pub exact: bool,
}

/// Both sides as formulas: what is allowed before, and after.
struct Both<'a> {
    formulas: (Expr, Expr),
    leaves: Leaves<'a>,
}

/// What tells two sides apart, ready to be asked about one set of resources after another.
pub(crate) struct Sets<'a> {
    solver: Solver<'a>,
    leaves: &'a Leaves<'a>,
    context: &'a Context,
    gained: Expr,
    lost: Expr,
    /// What was found for each way in which the patterns accept: the same in every set.
    known: FxHashMap<BitSet, Vector>,
}

/// What holds for resources that the patterns treat alike.
#[derive(Debug, Clone)]
struct Vector {
    gained: Option<Change>,
    lost: Option<Change>,
    exact: bool,
}

impl Vector {
    fn at(self, resource: &str) -> Compared {
        Compared {
            resource: resource.to_owned(),
            gained: self.gained,
            lost: self.lost,
            exact: self.exact,
        }
    }
}

impl Sets<'_> {
    /// Each way in which the resources of a set, the words of all these languages, are told apart, with a shortest
    /// one; and whether all of the set was seen.
    pub fn within(&mut self, languages: &[Language]) -> (Vec<(BitSet, Compared)>, bool) {
        let parts = self.leaves.parts.iter().map(Part::of_resources).collect();
        let space = Space::of_languages(languages.to_vec(), parts);
        let formulas = [&self.gained.clone(), &self.lost.clone()];
        let leaves = self.leaves;
        let mut seen = Vec::new();
        let exploration = space.visit(&formulas, leaves, |bits, word| {
            seen.push((bits.clone(), self.vector(bits).at(word)));
            ControlFlow::Continue(())
        });
        let exact = exploration.exact && seen.iter().all(|(_, compared)| compared.exact);
        (seen, exact)
    }

    fn vector(&mut self, bits: &BitSet) -> Vector {
        if let Some(known) = self.known.get(bits) {
            return known.clone();
        }
        let mut exact = true;
        let vector = Vector {
            gained: self.change(&self.gained, bits, &mut exact),
            lost: self.change(&self.lost, bits, &mut exact),
            exact,
        };
        self.known.insert(bits.clone(), vector.clone());
        vector
    }

    fn change(&self, formula: &Expr, bits: &BitSet, exact: &mut bool) -> Option<Change> {
        let found = self.solver.search(formula, Some(bits));
        *exact &= found.exact || found.holds.is_some();
        let holds = found.holds.as_ref()?;
        let always = found.fails.is_none() && found.exact;
        let residual = residual(
            &self.solver,
            &self.leaves.all,
            formula,
            Some(bits),
            self.context,
            (Some(holds), None),
        );
        Some(Change {
            completion: residual.allows.unwrap_or_default(),
            conditions: if always { Vec::new() } else { residual.sufficient },
        })
    }
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
    /// Hands `ask` what tells the sides apart, to be asked about sets of resources; `None` without asking where the
    /// formulas of both sides are the same, so that nothing differs anywhere.
    pub fn run<R>(&self, ask: impl FnOnce(&mut Sets<'_>) -> R) -> Option<R> {
        let both = self.both();
        let (before, after) = &both.formulas;
        if before == after {
            return None;
        }
        let mut sets = Sets {
            solver: Solver::new(&both.leaves, &self.request.context, self.request.mode),
            leaves: &both.leaves,
            context: &self.request.context,
            gained: after.clone().and(before.clone().negate()),
            lost: before.clone().and(after.clone().negate()),
            known: FxHashMap::default(),
        };
        Some(ask(&mut sets))
    }

    /// Compares for the one resource of the request; here the values of variables count, where a set leaves doubts.
    pub fn at_one(&self, resource: &str) -> Compared {
        let request = Request {
            resource: Resource::One(resource.to_owned()),
            ..self.request.clone()
        };
        let one = Comparison {
            request: &request,
            ..*self
        };
        let nothing = || Compared {
            resource: resource.to_owned(),
            gained: None,
            lost: None,
            exact: true,
        };
        one.run(|sets| sets.vector(&BitSet::new(0)).at(resource))
            .unwrap_or_else(nothing)
    }

    /// The formulas of both sides over leaves of which equal ones have one name.
    fn both(&self) -> Both<'_> {
        let old = evaluate_beside(self.old, self.request, Leaves::default());
        let first_new = old.leaves.all.len();
        let before = old.granted.and(old.denied.negate());
        let new = evaluate_beside(self.new, self.request, old.leaves);
        let after = new.granted.and(new.denied.negate());
        let names = self.names(&new.leaves, first_new);
        let name = |id: LeafId| names.get(id.0 as usize).copied().unwrap_or(id);
        Both {
            formulas: (before.renamed(&name), after.renamed(&name)),
            leaves: new.leaves,
        }
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
                // What a condition or a variable comes to is the same in whatever statement it stands.
                if !matches!(fact.doubt, None | Some(Doubt::Variable)) {
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
                let values = entry.values.iter().map(|value| value.text.as_deref());
                let values: Vec<_> = values.map(|text| folded(text?, policy.version)).collect();
                let key = entry.key.to_ascii_lowercase();
                // What a variable is differs between the versions.
                let text = format!("{:?}", (policy.version, &entry.operator, key, values));
                (None, text)
            }
            Leaf::Doubt {
                doubt,
                about: Some(about),
                ..
            } => (Some(*doubt), about.to_string()),
            Leaf::Doubt {
                at: Some(at),
                statement: Some(statement),
                doubt: Doubt::Principal,
                ..
            } => {
                let at = StatementRef {
                    policy: *at,
                    statement: *statement,
                };
                (Some(Doubt::Principal), self.principal(layers, at)?)
            }
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

    /// What leaves it open whom a principal element names. Two elements that list the caller alike leave the same
    /// open, whomever else they list.
    fn principal(&self, layers: &Layers, at: StatementRef) -> Option<String> {
        let statement = layers.policy(at.policy)?.statements().get(at.statement)?;
        let asked = Asked {
            caller: &self.request.caller,
            bounded: !layers.boundary.is_empty(),
            context: &self.request.context,
            mode: self.request.mode,
        };
        let grounds = statement.principal.grounds(&asked);
        Some(grounds.unwrap_or_else(|| (self.text)(layers, at.policy, Some(at.statement))))
    }
}

/// A text with the keys of its variables in one letter case, which does not matter (CASE-10).
fn folded(text: &str, version: Version) -> Option<String> {
    let Ok(template) = Template::parse(text, version) else {
        return Some(text.to_owned());
    };
    let pieces: Vec<Piece> = template
        .pieces()
        .iter()
        .map(|piece| match piece {
            Piece::Variable { key, default } => Piece::Variable {
                key: key.to_ascii_lowercase().into(),
                default: default.clone(),
            },
            other => other.clone(),
        })
        .collect();
    Some(format!("{pieces:?}"))
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

/// The statements of a layer that allow the action, or may, with their entries that cover the resource, or may.
pub(crate) fn may_grant(
    layers: &Layers,
    kind: LayerKind,
    request: &Request,
    resource: &str,
) -> Vec<(StatementRef, Cover)> {
    let action = Fold::Ascii.text(&request.action);
    let head = Head::of(&action);
    let mut found = Vec::new();
    for (level, policies) in layers.levels(kind).iter().enumerate() {
        for (index, policy) in policies.iter().enumerate() {
            let name = PolicyRef {
                layer: kind,
                level,
                policy: index,
            };
            for (statement, compiled) in policy.statements().iter().enumerate() {
                let actions = &compiled.actions;
                let listed = actions.lists(head, &action);
                if compiled.effect != Some(Effect::Deny) && (actions.doubt || listed != actions.negated) {
                    let at = StatementRef {
                        policy: name,
                        statement,
                    };
                    let covers = covers(layers, at, request, resource).into_iter();
                    found.extend(covers.map(|cover| (at, cover)));
                }
            }
        }
    }
    found
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
