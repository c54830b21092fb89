//! Which entry of which statement covers the resource of a row, as it is written.

use super::tags::unmarked;
use crate::engine::{Cover, LayerKind, Layers, Request, StatementRef, covers, decide, may_grant};
use crate::policy::{Effect, Reading};

/// What names the resource that access is granted to.
pub(super) enum Covering {
    Entry(StatementRef, Cover),
    /// A policy with this name and without text.
    Unread(String),
    Nothing,
}

/// The entry with the most text of its own among those that grant; where none surely does, among those that may.
pub(super) fn covering(layers: &Layers, giving: LayerKind, request: &Request, resource: &str) -> Covering {
    let outcome = decide(layers, request);
    let applied = outcome
        .applied
        .iter()
        .filter(|(at, effect)| *effect == Effect::Allow && at.policy.layer == giving);
    let mut all: Vec<(StatementRef, Cover)> = applied
        .flat_map(|(at, _)| {
            let covers = covers(layers, *at, request, resource);
            covers.into_iter().map(|cover| (*at, cover))
        })
        .collect();
    if all.is_empty() {
        all = may_grant(layers, giving, request, resource);
    }
    let own_text = |(at, cover): &(StatementRef, Cover)| {
        let text = written(layers, *at, *cover);
        (
            cover.index.is_some(),
            text.chars().filter(|c| !"*?".contains(*c)).count(),
        )
    };
    // Of equals the first: `max_by_key` takes the last.
    if let Some((at, cover)) = all.into_iter().rev().max_by_key(own_text) {
        return Covering::Entry(at, cover);
    }
    let mut policies = layers.levels(giving).iter().flatten();
    match policies.find(|policy| policy.policy().is_none()) {
        Some(policy) => Covering::Unread(policy.name().to_owned()),
        None => Covering::Nothing,
    }
}

/// A statement's entry as it is written.
pub(super) fn written(layers: &Layers, at: StatementRef, cover: Cover) -> String {
    let statement = layers
        .policy(at.policy)
        .and_then(|policy| policy.statement(at.statement));
    let Some(Reading::Known { value, .. }) = statement.map(|statement| &statement.resource) else {
        return "the resource of the policy".to_owned();
    };
    unmarked(&match cover.index.and_then(|index| value.values.get(index)) {
        Some(item) => item.value.to_string(),
        None => {
            let listed: Vec<&str> = value.values.iter().map(|item| item.value.as_ref()).collect();
            format!("all but {}", listed.join(", "))
        }
    })
}
