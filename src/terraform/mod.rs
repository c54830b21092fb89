//! Plans and states of Terraform, as the AWS CLI would tell of what they make.
//!
//! In goes the JSON of `terraform show -json` of a plan or a state, or a raw state of version 4. Out comes a composed
//! document: roles with their policies, connectors, clusters, buckets and so on in the form of the outputs of the AWS
//! CLI, each part with its place in the file that was read. What is known only after apply is a named hole, `⟨address.attribute⟩`,
//! or an ARN around small ones; never an empty value.
//!
//! A plan does not show expressions. What they refer to it does, and where an attribute that names another resource is
//! not known yet, it is taken to be that of the one resource referred to.

mod attribute;
mod compose;
mod configuration;
mod document;
mod instance;
mod name;
mod policy;

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
    let Some(tree) = sources.tree(root.doc) else {
        return Reading::Other;
    };
    let form = match document::form(tree, root.node) {
        None => return Reading::Other,
        Some(Err(why)) => return Reading::Refused(why),
        Some(Ok(form)) => form,
    };
    let instances = document::instances(tree, root, form);
    policy::open_sources(sources, &instances);
    let value: Option<Composed> = sources.tree(root.doc).map(|tree| {
        let configuration = configuration::Configuration::of(tree, root.node);
        let home = name::Home::of(tree, known, &configuration, &instances);
        let world = attribute::World {
            sources,
            tree,
            configuration,
            home,
            instances: &instances,
        };
        compose::all(&world)
    });
    match value {
        Some(value) => Reading::Composed(sources.add_composed(&value)),
        None => Reading::Other,
    }
}

#[cfg(test)]
mod tests;
