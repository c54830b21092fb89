//! `policy/unknown-action`: actions and action patterns that stand for nothing in the catalogue.
//!
//! IAM stores them, and they match no request (MATCH-A6). Trust policies know six actions, which the grammar checks.

use super::code::UNKNOWN_ACTION;
use super::context::{Draft, Lint};
use super::expansion::Expansions;
use crate::catalog;
use crate::grammar::{PolicyType, listed, shown};
use crate::policy::{Clause, Reading};

/// Checks every action of the document.
pub(super) fn check(lint: &mut Lint<'_>, expansions: &mut Expansions) {
    if lint.kind == PolicyType::Trust {
        return;
    }
    let policy = lint.policy;
    for statement in &policy.statements {
        let Reading::Known { value: clause, .. } = &statement.action else {
            continue;
        };
        for item in &clause.values {
            if is_action(&item.value) && expansions.get(&item.value).actions.is_empty() {
                lint.add(item.node, unknown(&item.value, clause));
            }
        }
    }
}

/// Whether the grammar takes the text for an action; what it refuses is its own finding.
fn is_action(text: &str) -> bool {
    let is_vendor = |vendor: &str| {
        !vendor.is_empty()
            && vendor
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
    };
    text.split_once(':')
        .is_some_and(|(vendor, name)| !name.contains(':') && is_vendor(vendor))
}

fn unknown(text: &str, clause: &Clause) -> Draft {
    let (prefix, name) = text.split_once(':').unwrap_or((text, ""));
    let version = catalog::version();
    let mut message = match catalog::service(prefix) {
        None => format!(
            "{} is of a service that is not known: {}",
            shown(text),
            shown(prefix)
        ),
        Some(service) if !service.is_complete() => format!(
            "{} is not in the catalogue, which is known to lack actions of {}",
            shown(text),
            shown(service.prefix())
        ),
        Some(_) if name.contains(['*', '?']) => format!("no known action matches {}", shown(text)),
        Some(_) => format!("there is no known action {}", shown(text)),
    };
    if clause.negated {
        message.push_str(", so it excludes nothing");
    }
    let meant = suggestions(text, prefix, name);
    let help = if meant.is_empty() {
        format!(
            "check the spelling; the catalogue is of {}, so a newer action may be missing from it",
            version.date
        )
    } else {
        format!("did you mean {}?", listed(meant.iter().map(String::as_str), 3))
    };
    Draft::new(UNKNOWN_ACTION, message)
        .label("matches nothing in the catalogue")
        .help(help)
}

/// Names that may have been meant: actions, or for patterns of an unknown service the same pattern in another one.
fn suggestions(text: &str, prefix: &str, name: &str) -> Vec<String> {
    if !name.contains(['*', '?']) {
        return catalog::suggest_action(text)
            .into_iter()
            .map(str::to_owned)
            .collect();
    }
    if catalog::service(prefix).is_some() {
        return Vec::new();
    }
    let services = catalog::suggest_service(prefix);
    services
        .into_iter()
        .map(|service| format!("{service}:{name}"))
        .collect()
}
