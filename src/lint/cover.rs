//! Whether one statement covers another: whatever the second applies to, the first does too.
//!
//! In: two statements of one document, of which the first has no conditions. Out: whether actions, resources and
//! principals of the second lie within those of the first, by inclusion of languages. Wildcards before the fifth
//! colon of a resource are read the least way for what covers and the most way for what is covered (MATCH-R3), so
//! that the answer holds by every reading. False means not proved: work is bounded, and what was not understood is
//! neither covered nor covers.
//!
//! Source: MATCH-A4, MATCH-R7, SET-03, SET-09, TRI-11.

use std::cell::OnceCell;

use super::entry::Pattern;
use crate::grammar::PolicyType;
use crate::language::{Language, Limits, Product};
use crate::pattern::{ActionPattern, Glob, hole};
use crate::policy::{Clause, Effect, Policy, PrincipalKind, Principals, Reading, Statement, Version};

/// Bounds of one question whether a pattern lies within others.
const LIMITS: Limits = Limits {
    states: 20_000,
    bytes: 32 << 20,
    work: 2_000_000,
};

/// One statement, ready to be compared.
#[derive(Debug)]
pub(super) struct Extent<'a> {
    pub(super) statement: &'a Statement,
    pub(super) effect: Effect,
    /// Whether it has no conditions and nothing in it is in doubt.
    pub(super) is_certain: bool,
    actions: Set<'a>,
    /// `None`: the statement has no such element and takes every resource.
    resources: Option<Set<'a>>,
    /// `None`: the statement has no such element, being of an identity.
    principals: Option<&'a Principals>,
}

/// A list of patterns, perhaps complemented.
#[derive(Debug)]
struct Set<'a> {
    negated: bool,
    members: Vec<Member<'a>>,
}

#[derive(Debug)]
struct Member<'a> {
    text: &'a str,
    /// The text before its first wildcard, variable or hole.
    plain: &'a str,
    reading: PatternOf,
    /// Made for the first comparison that needs it.
    extremes: OnceCell<Extremes>,
}

/// What a list is of.
#[derive(Debug, Clone, Copy)]
enum PatternOf {
    Actions,
    Resources(Version, PolicyType),
}

/// The bounds of what a pattern matches.
#[derive(Debug)]
struct Extremes {
    /// The least that it matches; `None` where that is open.
    narrow: Option<Glob>,
    /// The most that it matches; `None` where that is open.
    wide: Option<Glob>,
}

/// What is left of the work that one document may take.
#[derive(Debug)]
pub(super) struct Budget {
    comparisons: usize,
    searches: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            comparisons: 200_000,
            searches: 500,
        }
    }
}

impl Budget {
    fn take(&mut self, comparisons: usize) -> bool {
        let left = self.comparisons.checked_sub(comparisons);
        self.comparisons = left.unwrap_or(0);
        left.is_some()
    }

    fn search(&mut self) -> bool {
        let left = self.searches.checked_sub(1);
        self.searches = left.unwrap_or(0);
        left.is_some()
    }
}

impl<'a> Extent<'a> {
    /// What a statement applies to; `None` where that is not known.
    pub(super) fn new(statement: &'a Statement, policy: &Policy, kind: PolicyType) -> Option<Self> {
        let (Reading::Known { value: effect, .. }, Reading::Known { value: actions, .. }) =
            (&statement.effect, &statement.action)
        else {
            return None;
        };
        let resources = match &statement.resource {
            Reading::Missing => None,
            Reading::Known { value, .. } => Some(Set::of(value, PatternOf::Resources(policy.version, kind))?),
            Reading::NotUnderstood(_) => return None,
        };
        let principals = match &statement.principal {
            Reading::Missing => None,
            Reading::Known { value, .. } if value.not_understood.is_empty() => Some(value),
            _ => return None,
        };
        let actions = Set::of(actions, PatternOf::Actions)?;
        Some(Self {
            statement,
            effect: *effect,
            is_certain: statement.conditions.is_empty()
                && statement.not_understood.is_empty()
                && policy.not_understood.is_empty()
                && !matches!(statement.sid, Reading::NotUnderstood(_)),
            actions,
            resources,
            principals,
        })
    }

    /// Whether everything that `inner` applies to, conditions aside, this statement applies to.
    pub(super) fn covers(&self, inner: &Self, budget: &mut Budget) -> bool {
        let principals = match (self.principals, inner.principals) {
            (None, None) => true,
            (Some(outer), Some(inner)) => principals_cover(outer, inner),
            _ => false,
        };
        let resources = |budget: &mut Budget| match (&self.resources, &inner.resources) {
            (None, _) => true,
            (Some(outer), Some(inner)) => outer.covers(inner, budget),
            (Some(_), None) => false,
        };
        principals && self.actions.covers(&inner.actions, budget) && resources(budget)
    }
}

impl<'a> Set<'a> {
    /// `None` for an empty list or one that was not wholly understood.
    fn of(clause: &'a Clause, reading: PatternOf) -> Option<Self> {
        if clause.values.is_empty() || !clause.not_understood.is_empty() {
            return None;
        }
        let members = clause.values.iter().map(|item| {
            let text: &str = &item.value;
            let end = text.find(['*', '?', '$', hole::OPEN]).unwrap_or(text.len());
            Member {
                text,
                plain: text.get(..end).unwrap_or_default(),
                reading,
                extremes: OnceCell::new(),
            }
        });
        Some(Self {
            negated: clause.negated,
            members: members.collect(),
        })
    }

    fn covers(&self, inner: &Self, budget: &mut Budget) -> bool {
        if !budget.take(self.members.len().saturating_mul(inner.members.len())) {
            return false;
        }
        match (self.negated, inner.negated) {
            (false, false) => inner.members.iter().all(|member| member.is_within(self, budget)),
            (true, true) => self.members.iter().all(|member| member.is_within(inner, budget)),
            (true, false) => inner
                .members
                .iter()
                .all(|member| self.members.iter().all(|out| member.is_apart(out, budget))),
            // What a complement leaves is everything of every service.
            (false, true) => self
                .members
                .iter()
                .any(|member| member.narrow().is_some_and(Glob::is_everything)),
        }
    }
}

impl Member<'_> {
    fn extremes(&self) -> &Extremes {
        self.extremes.get_or_init(|| match self.reading {
            PatternOf::Actions => {
                let glob = ActionPattern::parse(self.text).glob().clone();
                Extremes {
                    narrow: Some(glob.clone()),
                    wide: Some(glob),
                }
            }
            PatternOf::Resources(version, kind) => {
                let pattern = Pattern::read(self.text, version, kind);
                // A variable without a value matches nothing, so the least is open.
                let narrow = pattern.as_ref().filter(|pattern| !pattern.has_variables);
                Extremes {
                    narrow: narrow.map(|pattern| pattern.narrow.clone()),
                    wide: pattern.map(|pattern| pattern.wide),
                }
            }
        })
    }

    fn narrow(&self) -> Option<&Glob> {
        self.extremes().narrow.as_ref()
    }

    /// Whether the texts begin alike, as far as both are plain: without that no pattern has a text in common with the
    /// other.
    fn begins_like(&self, other: &Self) -> bool {
        let (one, other) = (self.plain.as_bytes(), other.plain.as_bytes());
        let length = one.len().min(other.len());
        let (one, other) = (one.get(..length), other.get(..length));
        one.zip(other)
            .is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
    }

    /// Whether all that this matches, some member of the set does.
    fn is_within(&self, set: &Set<'_>, budget: &mut Budget) -> bool {
        if set.members.iter().any(|member| member.text == self.text) {
            return true;
        }
        // Only those that begin alike can matter.
        let alike: Vec<&Member<'_>> = set
            .members
            .iter()
            .filter(|member| member.begins_like(self))
            .collect();
        if alike.is_empty() {
            return false;
        }
        let Some(wide) = &self.extremes().wide else {
            return false;
        };
        let near: Vec<&Glob> = alike
            .into_iter()
            .filter_map(Member::narrow)
            .filter(|glob| {
                let (one, other) = (glob.literal_prefix(), wide.literal_prefix());
                one.starts_with(other) || other.starts_with(one)
            })
            .collect();
        if near.is_empty() {
            return false;
        }
        if near.iter().any(|glob| glob.is_everything() || *glob == wide) {
            return true;
        }
        if let Some(text) = wide.is_literal() {
            return near.iter().any(|glob| glob.matches(text));
        }
        if near.iter().all(|glob| !glob.has_wildcard()) || !budget.search() {
            return false;
        }
        let union = near.into_iter().map(Language::glob).collect();
        let (word, exploration) = Product::new(vec![Language::glob(wide)], union)
            .with_limits(LIMITS)
            .word_outside();
        word.is_none() && exploration.exact
    }

    /// Whether nothing is matched by both.
    fn is_apart(&self, other: &Self, budget: &mut Budget) -> bool {
        let (Some(one), Some(other)) = (&self.extremes().wide, &other.extremes().wide) else {
            return false;
        };
        if !budget.search() {
            return false;
        }
        let query = vec![Language::glob(one), Language::glob(other)];
        let (word, exploration) = Product::new(query, Vec::new()).with_limits(LIMITS).word();
        word.is_none() && exploration.exact
    }
}

/// By names alone: whom a name stands for, and what naming them exactly changes (QUIRK-67), is not asked.
fn principals_cover(outer: &Principals, inner: &Principals) -> bool {
    if outer.negated || inner.negated {
        return outer.negated == inner.negated
            && names(outer) == names(inner)
            && outer.everyone == inner.everyone;
    }
    let (outer_names, inner_names) = (names(outer), names(inner));
    if inner.everyone {
        return outer.everyone;
    }
    !inner_names.is_empty()
        && inner_names
            .iter()
            .all(|name| outer_names.binary_search(name).is_ok())
}

fn names(principals: &Principals) -> Vec<(PrincipalKind, &str)> {
    let mut names: Vec<_> = principals
        .entries
        .iter()
        .map(|entry| (entry.kind, entry.value.as_ref()))
        .collect();
    names.sort_unstable();
    names
}
