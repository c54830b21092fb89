//! Which role among the inputs is the one that an integration is meant for.

use crate::input::{Identity, Inputs, Integration, PolicyDocument};
use crate::source::NodeId;

/// The role at hand.
#[derive(Clone, Copy)]
pub(super) struct Hand<'a> {
    pub role: &'a Identity,
    pub fit: Fit,
}

/// Whether the role at hand is the one that the integration names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is.
    Same,
    /// It is another one.
    Other,
    /// The integration's description does not name any.
    NotNamed,
}

impl<'a> Hand<'a> {
    /// The role of the integration's ARN. Where there is none: the only role near that trusts the integration, else
    /// that has the name of its role, else that nothing else lays claim to.
    pub fn of(integration: &Integration, inputs: &'a Inputs) -> Option<Self> {
        let wanted = integration.customer_role_arn.as_ref().map(|arn| &arn.value);
        if let Some(role) = wanted.and_then(|arn| inputs.role(arn)) {
            return Some(Self { role, fit: Fit::Same });
        }
        let is_free = |role: &Identity| !is_claimed(role, integration, inputs);
        let has_name =
            |role: &Identity| wanted.is_some_and(|arn| arn.rsplit('/').next() == Some(&role.name.value));
        let near = |is_wanted: &dyn Fn(&Identity) -> bool| {
            inputs.only_role_near(integration.place, |role| is_free(role) && is_wanted(role))
        };
        let role = near(&|role| trusts(role, integration, inputs))
            .or_else(|| near(&has_name))
            .or_else(|| near(&|_| true))?;
        let fit = if wanted.is_some() {
            Fit::Other
        } else {
            Fit::NotNamed
        };
        Some(Self { role, fit })
    }
}

/// Whether another integration or connector names the role as its own.
fn is_claimed(role: &Identity, integration: &Integration, inputs: &Inputs) -> bool {
    let Some(arn) = role.arn.as_ref().map(|arn| &arn.value) else {
        return false;
    };
    let integrations = inputs.integrations.iter();
    let mut others = integrations
        .filter(|other| other.place != integration.place)
        .filter_map(|other| other.customer_role_arn.as_ref())
        .chain(
            inputs
                .connectors
                .iter()
                .filter_map(|connector| connector.role_arn.as_ref()),
        );
    others.any(|named| named.value == *arn)
}

/// Whether the role's trust policy speaks of the integration.
fn trusts(role: &Identity, integration: &Integration, inputs: &Inputs) -> bool {
    let words = [&integration.iam_role_arn, &integration.external_id];
    let words: Vec<&str> = words
        .into_iter()
        .flatten()
        .map(|word| word.value.as_str())
        .collect();
    role.trust.is_some_and(|trust| speaks_of(trust, &words, inputs))
}

/// Whether any string in a document is one of these.
fn speaks_of(document: PolicyDocument, words: &[&str], inputs: &Inputs) -> bool {
    let Some(tree) = inputs.sources.tree(document.doc) else {
        return false;
    };
    let mut open: Vec<NodeId> = vec![document.root];
    while let Some(node) = open.pop() {
        if tree.string(node).is_some_and(|text| words.contains(&&*text)) {
            return true;
        }
        open.extend(tree.items(node));
        open.extend(tree.members(node).map(|(_, value)| value));
    }
    false
}
