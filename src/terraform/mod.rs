//! Plans, states and source of Terraform, as the AWS CLI would tell of what they make.
//!
//! In goes the JSON of `terraform show -json` of a plan or a state, a raw state of version 4, or, by [`source`], what
//! plans are made of. Both come to resources with attributes, of which one composer makes documents: roles with their
//! policies, connectors, clusters, buckets and so on in the form of the outputs of the AWS CLI, each part with its place
//! in the file that was read. What is not known is a named hole, `⟨address.attribute⟩`, or an ARN around small ones;
//! never an empty value.

mod resource;
mod computed;
mod compose;
mod plan;
pub mod source;

use crate::source::{Composed, DocId, Place, Sources};

/// What the caller knows and a plan may not say.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The account.
    pub account: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The partition.
    pub partition: Option<String>,
}

/// What a document turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Nothing of Terraform's.
    Other,
    /// A plan or state; this is what it makes.
    Composed(DocId),
    /// One that is not read, with the reason and what to do.
    Refused(String),
}

/// Reads a document, if it is a plan or a state.
pub fn read(sources: &mut Sources, root: Place, known: &Known) -> Reading {
    match plan::resources(sources, root, known) {
        None => Reading::Other,
        Some(Err(why)) => Reading::Refused(why),
        Some(Ok(resources)) => {
            let made = compose::documents(&resources);
            Reading::Composed(sources.add_composed(&Composed::array(made.documents, None)))
        }
    }
}

#[cfg(test)]
mod tests;
