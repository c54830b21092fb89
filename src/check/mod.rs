//! Packs and connectors: which requirements a connector's policies do not meet.

mod options;
mod topic;
mod facts;
mod stored;
mod layers;
mod question;

pub use facts::{ClusterFacts, Directions, Facts, Home};
pub use options::CheckOptions;
pub use topic::{TopicSet, Topics};
