//! Confluent Cloud: provider integrations with AWS, the connectors that use them, and keys that it was given.
//!
//! In: inputs, packs of the platform `confluent`. Out: findings, folded as those of one integration.

mod hand;
mod facts;
mod trust;
mod principal;
mod external_id;
mod reach;
mod subject;
mod run;

pub(super) use run::judge;
