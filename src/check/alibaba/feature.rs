//! Which features of ApsaraMQ for Kafka are in use: those that the user names, and those that the inputs show. An instance
//! that names a key shows encryption; a service-linked role is made when its feature is used first, so that the role
//! shows the feature.

use super::account::Account;
use super::data::{Data, ServiceLinkedRole};
use crate::source::Place;

/// A feature in use.
pub(super) struct Feature<'a> {
    /// The role that it works by.
    pub role: &'static ServiceLinkedRole,
    /// Whether the role is among the inputs.
    pub is_there: bool,
    /// Whether the user names it.
    pub is_named: bool,
    /// Where an input shows that it is used already.
    pub shown_at: Option<Place>,
    /// The key that instances are encrypted with, where an input says it.
    pub keys: Vec<&'a str>,
}

impl Feature<'_> {
    /// Whether it is known to be in use now, rather than only that it was used once.
    pub fn is_in_use(&self) -> bool {
        self.is_named || self.shown_at.is_some()
    }
}

/// The features in use, in the order of the data; and the names given that are none.
pub(super) fn features<'a>(account: &Account<'a>) -> (Vec<Feature<'a>>, Vec<&'a str>) {
    let options = account.options;
    let ram = &account.inputs.ram;
    let encrypted = || ram.instances.iter().filter(|instance| instance.key.is_some());
    let data = Data::builtin();
    let features = data.roles.iter().filter_map(|role| {
        let shown_at = (role.feature == "encryption")
            .then(|| encrypted().next().map(|one| one.place))
            .flatten();
        let is_named = options.features.contains(&role.feature);
        let is_there = ram.role(&role.name).is_some();
        (is_named || is_there || shown_at.is_some()).then(|| Feature {
            role,
            is_there,
            is_named,
            shown_at,
            keys: encrypted()
                .filter_map(|one| Some(one.key.as_ref()?.value.as_str()))
                .collect(),
        })
    });
    let unknown = options.features.iter().map(String::as_str);
    let unknown = unknown.filter(|name| data.feature(name).is_none());
    (features.collect(), unknown.collect())
}
