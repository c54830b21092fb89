//! Whether the conditions of one statement can hold together, key by key.
//!
//! In: the conditions of a statement. Out: two conditions on one key that no state of the key makes true together.
//! Decided on the distinguishable states of the key (TRI-09), with open rules of AWS left open, so that a
//! contradiction is one by every reading. Conditions with policy variables are left out: whatever those are, the
//! rest can still contradict itself.

use crate::catalog;
use crate::condition::{Condition, Context, KeyUse, Knowledge, Mode, State, Truth, regions};
use crate::policy::{ConditionEntry, Version};

/// More conditions on one key than this are not looked at together.
const MOST: usize = 16;

/// The first and the last of the conditions on a key that cannot hold together, in document order; the same twice
/// for one that can never hold alone.
pub(super) fn contradiction(
    entries: &[ConditionEntry],
    version: Version,
) -> Option<(&ConditionEntry, &ConditionEntry)> {
    let mut compiled: Vec<(String, &ConditionEntry, Condition)> = entries
        .iter()
        .map(|entry| {
            let condition = Condition::compile(entry, version);
            (condition.key().to_owned(), entry, condition)
        })
        .filter(|(.., condition)| condition.operator().is_some() && condition.variables().is_empty())
        .collect();
    // Stable, so that entries of one key stay in document order.
    compiled.sort_by(|one, other| one.0.cmp(&other.0));
    let groups = compiled.chunk_by(|one, other| one.0 == other.0);
    let found = groups.filter(|group| cannot_hold(group)).filter_map(|group| {
        let [(_, first, _), ..] = group else { return None };
        group.last().map(|(_, last, _)| (*first, *last))
    });
    found.min_by_key(|(first, _)| first.key_node)
}

/// A context of which nothing is known but the type of the key.
fn context(key: &str) -> Context {
    let mut context = Context::open();
    if let Some(known) = catalog::condition_key(key) {
        context.declare_domain(key, known.key_type().into());
        if known.is_multivalued() {
            context.declare_multivalued(key);
        }
    }
    context
}

fn cannot_hold(group: &[(String, &ConditionEntry, Condition)]) -> bool {
    let [(key, first, _), rest @ ..] = group else {
        return false;
    };
    // One condition with values is satisfiable, or the grammar says that its values never match.
    if group.len() > MOST || (rest.is_empty() && !first.values.is_empty()) {
        return false;
    }
    let conditions: Vec<&Condition> = group.iter().map(|(.., condition)| condition).collect();
    let asked = KeyUse {
        key,
        conditions: &conditions,
        texts: &[],
        linked: false,
    };
    let open = context(key);
    let regions = regions(&asked, &open, Mode::Sound);
    let fails = |state: &State| {
        let mut context = open.clone();
        context.set(key, Knowledge::Known(state.clone()));
        conditions
            .iter()
            .any(|condition| condition.evaluate(&context, Mode::Sound).truth == Truth::False)
    };
    regions.exact && !regions.states.is_empty() && regions.states.iter().all(fails)
}
