//! Whom resource policies name.
//!
//! In: layers. Out: each entry once, an account that is written in two ways too, and everyone where a policy names
//! everyone or all but some.

use std::collections::BTreeMap;

use super::reads::policies;
use crate::arn::{self, Arn};
use crate::engine::Layers;
use crate::policy::{PrincipalKind, Principals, Reading};

/// An entry of a principal element.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Named {
    Everyone,
    /// An account as a whole.
    Account {
        partition: String,
        id: String,
    },
    /// A role, a user or a session.
    Arn(String),
    /// A user or role by its unique id.
    UniqueId(String),
    Service(String),
    Provider(String),
    /// An account by a canonical user id.
    Canonical(String),
}

/// Whom the resource policies name, each with the entry as first written.
pub(super) fn principals(layers: &[&Layers]) -> BTreeMap<Named, String> {
    let mut named = BTreeMap::new();
    let statements = policies(layers).flat_map(|policy| &policy.statements);
    for statement in statements {
        match &statement.principal {
            Reading::Known { value, .. } => add(value, &mut named),
            Reading::Missing => {}
            Reading::NotUnderstood(_) => {
                named.insert(Named::Everyone, "*".to_owned());
            }
        }
    }
    // A policy whose text is not given can name anyone.
    if named.is_empty() {
        named.insert(Named::Everyone, "*".to_owned());
    }
    named
}

fn add(principals: &Principals, into: &mut BTreeMap<Named, String>) {
    let everyone = principals.everyone || principals.negated || !principals.not_understood.is_empty();
    if everyone {
        into.insert(Named::Everyone, "*".to_owned());
    }
    for entry in &principals.entries {
        let named = Named::new(entry.kind, &entry.value);
        into.entry(named).or_insert_with(|| entry.value.to_string());
    }
}

impl Named {
    fn new(kind: PrincipalKind, value: &str) -> Self {
        let text = value.to_owned();
        match kind {
            PrincipalKind::Service => Self::Service(text),
            PrincipalKind::Federated => Self::Provider(text),
            PrincipalKind::CanonicalUser => Self::Canonical(text),
            PrincipalKind::Ram => Self::Arn(text),
            PrincipalKind::Aws if value == "*" => Self::Everyone,
            PrincipalKind::Aws => match arn::account_entry(value) {
                Some(id) => Self::Account {
                    partition: Arn::parse(value).map_or("aws", |arn| arn.partition).to_owned(),
                    id: id.to_owned(),
                },
                None if value.contains(':') => Self::Arn(text),
                None => Self::UniqueId(text),
            },
        }
    }
}
