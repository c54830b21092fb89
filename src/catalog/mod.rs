//! What AWS says exists: services, actions with their access level, resource types with their ARN patterns,
//! condition keys with their types, and the further actions that an action depends on.
//!
//! In: names as users write them, in any ASCII case. Out: facts, as small `Copy` handles into a file that is
//! embedded in the program and read in place, so that start-up costs nothing and a look-up is a binary search.
//! The facts are generated from pinned packages (`docs/CATALOG.md`), never edited.
//!
//! Invariants: a handle always names something that exists; results come in the order of lower-cased names
//! unless said otherwise; nothing here knows what a policy is. The catalogue is a snapshot: absence from it is
//! evidence, not proof (see [`is_complete`]).

mod arn_pattern;
mod dependency;
mod file;
mod model;
mod suggest;

#[cfg(test)]
mod tests;

pub use arn_pattern::{ArnPattern, ArnPiece, Reach};
pub use dependency::DependencyGraph;
pub use model::{
    AccessLevel, Action, ActionResource, CatalogVersion, ConditionKey, KeyType, ResourceType, Service,
    action, actions_matching, all_actions, condition_key, condition_keys, is_complete, resource_universe,
    service, services, version,
};
pub use suggest::{nearest, suggest_action, suggest_service};
