//! Packs and connectors: which requirements a connector's policies do not meet.
//!
//! In: what was read ([`crate::input`]), rule packs ([`crate::pack`]), options. Out: a [`crate::finding::Report`].
//! Every gap is a decision of the engine on a request that the finding carries; nothing is decided here.

mod options;
mod home;
mod cluster;
mod values;
mod kcql;
mod topic;
mod worker;
mod reference;
mod part;
mod mirror;
mod facts;
mod connector_values;
mod other_cluster;
mod when;
mod stored;
mod attached;
mod organization;
mod layers;
mod resource_policy;
mod question;
mod grant;
mod place;
mod gap;
mod statement;
mod requirement;
mod trust_policy;
mod trust;
mod expression;
mod needs;
mod port;
mod stream;
mod fold;
mod bearing;
mod connector;
mod alibaba;
mod confluent;
mod excess;
mod over_broad;
mod run;
mod example;

pub use alibaba::{Impact, alibaba_impact, alibaba_roles};
pub use bearing::{Target, every_policy, lint_everything, lint_identities};
pub use cluster::ClusterFacts;
pub use example::{Tried, documents, try_example};
pub use facts::{Directions, Facts};
pub use home::Home;
pub(crate) use layers::{Compile, declare_keys, fill_context, read_policy, resource_policy, trust_policy};
pub use mirror::Mirror;
pub use options::CheckOptions;
pub use reference::References;
pub(crate) use resource_policy::controls_of;
pub use run::{check, check_beside};
pub use values::{Member, Members};
pub use worker::Worker;
