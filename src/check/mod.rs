//! Packs and connectors: which requirements a connector's policies do not meet.
//!
//! In: what was read ([`crate::input`]), rule packs ([`crate::pack`]), options. Out: a [`crate::finding::Report`].
//! Every gap is a decision of the engine on a request that the finding carries; nothing is decided here.

mod options;
mod topic;
mod facts;
mod stored;
mod attached;
mod layers;
mod question;
mod grant;
mod place;
mod gap;
mod statement;
mod needs;
mod excess;
mod over_broad;
mod trust;
mod fold;
mod bearing;
mod run;
mod example;

pub use bearing::lint_everything;
pub use example::{Tried, documents, try_example};
pub use facts::{ClusterFacts, Directions, Facts, Home};
pub(crate) use layers::{declare_keys, read_policy, role_layers};
pub use options::CheckOptions;
pub use run::check;
pub use topic::{TopicSet, Topics};
