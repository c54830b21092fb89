//! Through what one step of a path is granted.
//!
//! In: a step of the graph. Out: the statements of both sides, and what it depends on. The graph keeps decisions only;
//! a step is explained when it is shown. Source: TRUST-01, TRI-10.

use std::sync::Arc;

use super::asking::{Asking, Guarded};
use super::corpus::Corpus;
use super::graph::{Become, Node, Step, request};
use super::ground::{Ground, granting};
use super::outside::{Outsider, outsiders};
use super::principal::Principal;
use crate::engine::{CompiledPolicy, Residual, decide};

/// Through what a step is granted, and what it depends on.
pub(super) fn step_grounds(
    corpus: &Corpus<'_>,
    become_: &Become,
    from: Node,
    step: &Step,
) -> (Vec<Ground>, Option<Residual>) {
    let Some(role) = corpus.principals.get(step.to) else {
        return (Vec::new(), None);
    };
    let policies: Vec<Arc<CompiledPolicy>> = corpus.trust(role).map(Arc::new).into_iter().collect();
    let guarded = Guarded {
        policies,
        left_to_account: false,
        taken_owner: None,
        rcps: Some(role.layers.rcps.clone()),
    };
    let explain = |asking: &Asking<'_>| {
        let request = request(asking, step.edge.action, role);
        let outcome = decide(&asking.layers, &request);
        let grounds = granting(&asking.layers, &request, outcome.residual.as_ref());
        (grounds, outcome.residual)
    };
    match from {
        Node::Inside(number) => match corpus.principals.get(number) {
            Some(Principal {
                caller,
                layers,
                context,
                ..
            }) => explain(&Asking::new((caller, layers, context), &guarded, corpus.mode())),
            None => (Vec::new(), None),
        },
        Node::Outside(number) => {
            let arns = corpus.principals.iter().map(|one| one.name.as_str()).collect();
            let rcps = &role.layers.rcps;
            let all = outsiders(&guarded.policies, &arns, &corpus.accounts, rcps, &corpus.options);
            let named = become_.outsider(number);
            let is_it =
                |one: &&Outsider| named.is_some_and(|(name, kind)| *name == one.name && *kind == one.kind);
            match all.iter().find(is_it) {
                Some(Outsider {
                    caller,
                    layers,
                    context,
                    ..
                }) => explain(&Asking::new((caller, layers, context), &guarded, corpus.mode())),
                None => (Vec::new(), None),
            }
        }
    }
}
