//! The elements of a statement as the checks pass them on, and what several of them say of elements.
//!
//! Source: GRAM-01, GRAM-07.

use super::checker::{Checker, Draft};
use super::fault::{listed, shown};
use super::kind::Authority;
use super::messages::Check;
use crate::policy::Effect;
use crate::source::{Kind, NodeId};

/// A key and its value.
pub(super) type Member = (NodeId, NodeId);

/// An element and its `Not…` form, of which a statement has one.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pair {
    pub(super) plain: Option<Member>,
    pub(super) negated: Option<Member>,
}

impl Pair {
    /// The first of the two that is there.
    pub(super) fn any(self) -> Option<Member> {
        self.plain.or(self.negated)
    }
}

/// The elements of a statement, of repeated ones the first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Elements {
    pub(super) node: NodeId,
    pub(super) effect: Option<Effect>,
    pub(super) principal: Pair,
    pub(super) action: Pair,
    pub(super) resource: Pair,
    pub(super) condition: Option<Member>,
}

/// A key that an object of the grammar does not have, with the one that may be meant.
pub(super) fn unknown_key(
    checker: &mut Checker<'_>,
    key: NodeId,
    name: &str,
    known: &[&'static str],
    check: Check,
    whose: &str,
) {
    let draft = Draft::error(check, format!("{} is no element of {whose}", shown(name)));
    let meant = known.iter().find(|other| {
        let singular = name.strip_suffix(['s', 'S']).unwrap_or(name);
        other.eq_ignore_ascii_case(name) || other.eq_ignore_ascii_case(singular)
    });
    checker.add(
        key,
        match meant {
            Some(meant) => draft.help(format!(
                "write `{meant}`: the names of elements are case-sensitive"
            )),
            None => draft.help(format!(
                "the elements are {}",
                listed(known.iter().copied(), usize::MAX)
            )),
        },
    );
}

/// Reports both forms of an element in one statement, at the one that comes second.
pub(super) fn not_both(checker: &mut Checker<'_>, pair: Pair, check: Check, names: [&str; 2]) {
    if let (Some((plain, _)), Some((negated, _))) = (pair.plain, pair.negated) {
        let (first, second) = if plain < negated {
            (plain, negated)
        } else {
            (negated, plain)
        };
        let [name, negated_name] = names;
        let message = format!("a statement has `{name}` or `{negated_name}`, not both");
        let related = checker.tree.span(first);
        checker.add(
            second,
            Draft::error(check, message).related(related, "the other one"),
        );
    }
}

/// Whether the condition element holds any operator.
pub(super) fn has_condition(checker: &Checker<'_>, elements: &Elements) -> bool {
    elements.condition.is_some_and(|(_, node)| {
        checker.tree.kind(node) == Kind::Object && checker.tree.members(node).next().is_some()
    })
}

/// Whether the trust family of messages applies.
pub(super) fn is_trust(checker: &Checker<'_>) -> bool {
    checker.demands.authority == Authority::Trust
}
