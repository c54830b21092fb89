//! Whom policies of resources name beyond the principals of the inputs: services, providers, other accounts, anyone.
//!
//! In: policies of resources. Out: callers that stand for each entry. Of an identity that no input describes neither
//! policies nor boundary are known, so that what another account has to grant too stays open.
//!
//! Source: EVAL-08, EVAL-18, EVAL-19, MATCH-P2 … MATCH-P4, TRI-16.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::principal::{PrincipalKind, finish, unknown};
use crate::arn::{Arn, same_role};
use crate::check::CheckOptions;
use crate::condition::Context;
use crate::diff::{Named, StandIns, stand_ins};
use crate::engine::{Caller, CompiledPolicy, LayerKind, Layers, Level};

/// A caller that stands for whom an entry names.
pub(super) struct Outsider {
    /// What it is called in answers.
    pub name: String,
    pub kind: PrincipalKind,
    pub caller: Caller,
    pub layers: Layers,
    pub context: Context,
}

/// Whom these policies name and the inputs do not describe, in the order of entries. `known` are the ARNs of the
/// principals of the inputs, `accounts` their accounts.
pub(super) fn outsiders(
    policies: &[Arc<CompiledPolicy>],
    known: &BTreeSet<&str>,
    accounts: &BTreeSet<String>,
    rcps: &[Level],
    options: &CheckOptions,
) -> Vec<Outsider> {
    let layers = Layers {
        resource: policies.to_vec(),
        ..Layers::default()
    };
    if policies.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for stand_in in stand_ins(&layers) {
        let described = match &stand_in.named {
            Named::Arn(arn) => is_known(arn, known),
            Named::Account { id, .. } => accounts.contains(id),
            _ => false,
        };
        if !described {
            found.extend(of_entry(stand_in, rcps, options));
        }
    }
    found
}

/// Whether an entry names a principal of the inputs, or a session of one.
fn is_known(entry: &str, known: &BTreeSet<&str>) -> bool {
    let of_session = || {
        let session = Arn::parse(entry)?;
        let is_role = |arn: &&&str| Arn::parse(arn).is_some_and(|role| same_role(&role, &session));
        known.iter().find(is_role)
    };
    known.contains(entry) || of_session().is_some()
}

fn of_entry(stand_in: StandIns, rcps: &[Level], options: &CheckOptions) -> Vec<Outsider> {
    let StandIns {
        named,
        written,
        callers,
        complete,
    } = stand_in;
    let many = callers.len() > 1;
    let one = |(caller, mut context): (Caller, Context)| {
        let (kind, name) = match &named {
            Named::Everyone => (PrincipalKind::Public, anyone(&caller)),
            Named::Account { id, .. } => (PrincipalKind::Account, format!("account {id}")),
            Named::Arn(_) => (PrincipalKind::Outside, written.clone()),
            Named::UniqueId(_) | Named::Canonical(_) => (PrincipalKind::Outside, written.clone()),
            Named::Service(name) => (PrincipalKind::Service, name.clone()),
            Named::Provider(name) => (PrincipalKind::Provider, name.clone()),
        };
        let name = match (&named, many) {
            (Named::Account { .. }, true) => format!("{name}, such as {}", caller.text()),
            _ => name,
        };
        let mut layers = Layers {
            rcps: rcps.to_vec(),
            ..Layers::default()
        };
        if caller.has_identity() {
            layers.identity.push(unknown("policies of that account"));
            layers.boundary.push(Arc::new(CompiledPolicy::unknown(
                LayerKind::Boundary,
                "boundary set by that account",
            )));
        }
        finish(&mut context, &caller, &layers, options);
        Outsider {
            name,
            kind,
            caller,
            layers,
            context,
        }
    };
    let mut found: Vec<Outsider> = callers.into_iter().map(one).collect();
    if !complete && let Some(first) = found.first() {
        // There are more kinds of caller than were told apart: somebody like this of whom nothing more is known.
        let mut context = Context::open();
        fill(&mut context, first, options);
        found.push(Outsider {
            name: format!("somebody else whom `{written}` names"),
            kind: first.kind,
            caller: first.caller.clone(),
            layers: first.layers.clone(),
            context,
        });
    }
    found
}

fn fill(context: &mut Context, like: &Outsider, options: &CheckOptions) {
    crate::check::fill_context(context, &like.layers, options);
}

fn anyone(caller: &Caller) -> String {
    match caller {
        Caller::Anonymous => "anyone".to_owned(),
        Caller::Service { name } => format!("any AWS service, such as {name}"),
        other => format!("anyone with an AWS account, such as {}", other.text()),
    }
}
