//! A policy as AWS would have stored it: a document that the grammar refuses grants nothing.
//!
//! Source: settled in docs/SEMANTICS.md: what depends on a refused document is a gap; its Denies still count.

use crate::engine::LayerKind;
use crate::policy::{Effect, Policy, Reading};
use crate::source::Sources;

/// The policy, without its Allow statements when the grammar refuses the document.
pub(super) fn as_stored(mut policy: Policy, _sources: &Sources, _kind: LayerKind) -> Policy {
    let refused = !policy.not_understood.is_empty()
        || policy.statements.iter().any(|statement| !statement.not_understood.is_empty());
    if refused {
        policy.statements.retain(|s| matches!(s.effect, Reading::Known { value: Effect::Deny, .. }));
    }
    policy
}
