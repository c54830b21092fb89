//! The actions that a comparison is about: those of the catalogue that either side may grant, and the names and
//! patterns written on either side that the catalogue lacks.

use std::collections::BTreeSet;

use crate::catalog;
use crate::engine::{ActionName, LayerKind, Layers};
use crate::pattern::{ActionPattern, Fold};
use crate::policy::{Clause, Effect, Reading, Statement};

/// The names, sorted. `giving` is the layer that grants; what it does not allow nobody has.
pub(super) fn names(layers: &[&Layers], giving: LayerKind) -> Vec<ActionName> {
    let mut names = BTreeSet::new();
    for layers in layers {
        let policies = layers.levels(giving).iter().flatten();
        for policy in policies {
            let Some(policy) = policy.policy() else {
                names.extend(catalog::all_actions().map(ActionName::of));
                continue;
            };
            policy
                .statements
                .iter()
                .for_each(|statement| granted(statement, &mut names));
        }
        let all = Layers::KINDS
            .into_iter()
            .flat_map(|kind| layers.levels(kind))
            .flatten();
        for statement in all
            .filter_map(|policy| policy.policy())
            .flat_map(|policy| &policy.statements)
        {
            if let Reading::Known { value, .. } = &statement.action {
                names.extend(value.values.iter().filter_map(|item| unlisted(&item.value)));
            }
        }
    }
    names.into_iter().collect()
}

fn granted(statement: &Statement, names: &mut BTreeSet<ActionName>) {
    if matches!(
        statement.effect,
        Reading::Known {
            value: Effect::Deny,
            ..
        }
    ) {
        return;
    }
    match &statement.action {
        Reading::Known {
            value:
                Clause {
                    negated: false,
                    values,
                    not_understood,
                    ..
                },
            ..
        } if not_understood.is_empty() => {
            for item in values {
                names.extend(
                    catalog::actions_matching(&ActionPattern::parse(&item.value)).map(ActionName::of),
                );
            }
        }
        _ => names.extend(catalog::all_actions().map(ActionName::of)),
    }
}

/// A name for what is written, if it is none of the catalogue's: for a pattern, some name that it matches.
fn unlisted(written: &str) -> Option<ActionName> {
    let pattern = ActionPattern::parse(written);
    if !written.contains(':') || catalog::actions_matching(&pattern).next().is_some() {
        return None;
    }
    Some(ActionName {
        written: written.to_owned(),
        folded: Fold::Ascii.text(written).replace(['*', '?'], "x"),
        known: None,
    })
}

/// The name as a request carries it.
pub(super) fn in_request(name: &ActionName) -> &str {
    if name.written.contains(['*', '?']) {
        &name.folded
    } else {
        &name.written
    }
}
