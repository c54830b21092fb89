//! Plans and states of Terraform in JSON: the instances that they tell of, with what is not known yet.
//!
//! In goes the JSON of `terraform show -json` of a plan or a state, or a raw state of version 4; out come resources, each
//! value with its place in that file. A plan does not show expressions. What they refer to it does, and where an
//! attribute that names another resource is not known yet, it is taken to be that of the one resource referred to.

mod attribute;
mod configuration;
mod document;
mod home;
mod instance;
mod policy;
mod values;

use super::Known;
use super::resource::Resource;
use crate::source::{Place, Sources};

/// The resources of a plan or state; `None` for what is neither, and why for one that is not read.
pub(super) fn resources(
    sources: &mut Sources,
    root: Place,
    known: &Known,
) -> Option<Result<Vec<Resource>, String>> {
    let tree = sources.tree(root.doc)?;
    let form = match document::form(tree, root.node)? {
        Ok(form) => form,
        Err(why) => return Some(Err(why)),
    };
    let instances = document::instances(tree, root, form);
    policy::open_sources(sources, &instances);
    let tree = sources.tree(root.doc)?;
    let configuration = configuration::Configuration::of(tree, root.node);
    let world = attribute::World {
        sources,
        tree,
        facts: home::facts(tree, known, &configuration, &instances),
        configuration,
        instances: &instances,
    };
    let resources = instances
        .iter()
        .map(|instance| values::resource(&world, instance));
    Some(Ok(resources.collect()))
}
