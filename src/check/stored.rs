//! A policy as AWS would have it: a document that the grammar refuses grants nothing.
//!
//! What depends on a refused document is a gap, since AWS would not have stored it; its Denies still count, so that
//! a fault in a document never widens an answer.

use crate::engine::LayerKind;
use crate::grammar::{self, PolicyType, ResourceService};
use crate::policy::{Effect, Policy, Reading};
use crate::source::Sources;

/// The policy, without its Allow statements when the grammar of its kind refuses the document, and whether it does.
pub(super) fn as_stored(mut policy: Policy, sources: &Sources, kind: PolicyType) -> (Policy, bool) {
    let faults = match sources.tree(policy.doc) {
        Some(tree) => grammar::check(tree, sources.faults(policy.doc), policy.root, kind),
        None => Vec::new(),
    };
    let refused = !grammar::is_valid(&faults);
    if refused {
        policy.statements.retain(|s| {
            matches!(
                s.effect,
                Reading::Known {
                    value: Effect::Deny,
                    ..
                }
            )
        });
    }
    // What was not understood of it could only have granted, and it grants nothing.
    if refused && policy.statements.is_empty() {
        policy.not_understood.clear();
    }
    (policy, refused)
}

/// The grammar that a policy of this layer has to follow.
pub(super) fn grammar_of(kind: LayerKind, resource: Option<ResourceService>) -> PolicyType {
    match kind {
        LayerKind::Identity | LayerKind::ResourceGroup => PolicyType::Inline,
        LayerKind::Resource => PolicyType::Resource(resource),
        LayerKind::Boundary => PolicyType::Boundary,
        LayerKind::Session => PolicyType::Session,
        LayerKind::ServiceControl => PolicyType::ServiceControl,
        LayerKind::ResourceControl => PolicyType::ResourceControl,
        LayerKind::Endpoint => PolicyType::VpcEndpoint,
    }
}
