//! Whether worker logs can be delivered to a delivery stream of Firehose.
//!
//! Firehose has no resource policies. Log delivery writes with a service-linked role of its own, which may write to
//! streams that carry a tag. Source: CloudWatch Logs user guide, logs sent to Firehose.

use crate::engine::Decision;
use crate::finding::{Related, Spot};
use crate::input::Inputs;
use crate::source::Place;

use super::facts::Facts;

const TAG: (&str, &str) = ("LogDeliveryEnabled", "true");
const ROLE: &str = "AWSServiceRoleForLogDelivery";

/// Why logs do not arrive.
pub(super) struct StreamGap {
    pub decision: Decision,
    pub message: String,
    pub at: Place,
    pub label: String,
    pub related: Vec<Related>,
}

/// What keeps worker logs from the connector's stream, or leaves it open whether they arrive.
pub(super) fn undeliverable(facts: &Facts<'_>, inputs: &Inputs) -> Option<StreamGap> {
    let destination = facts.connector.log_delivery.firehose.as_ref()?;
    let target = destination.target.as_ref();
    let named_at = target.map_or(destination.place, |target| target.place);
    let name = target.map_or("", |target| target.value.as_str());
    let gap = |decision, message: String, at, label: &str| StreamGap {
        decision,
        message,
        at,
        label: label.to_owned(),
        related: vec![Related {
            at: Spot::Node(named_at),
            note: "needed because of this".to_owned(),
        }],
    };
    let stream = inputs.delivery_stream(name);
    let Some((stream, tags)) = stream.and_then(|stream| Some((stream, stream.tags.as_ref()?))) else {
        return Some(StreamGap {
            related: Vec::new(),
            ..gap(
                Decision::Depends,
                format!(
                    "the tags of the delivery stream `{name}` are not among the inputs, so whether worker logs arrive is not known"
                ),
                named_at,
                "worker logs go here",
            )
        });
    };
    let (key, value) = TAG;
    let tag = tags.iter().find(|tag| tag.key.value == key);
    if tag.is_none_or(|tag| tag.value.value != value) {
        let at = tag.map_or(stream.place, |tag| tag.value.place);
        let message = format!(
            "the delivery stream `{name}` does not carry the tag `{key}={value}`, so log delivery may not write to it"
        );
        return Some(gap(
            Decision::ImplicitlyDenied,
            message,
            at,
            "the tags of this stream",
        ));
    }
    role_gap(facts, inputs).map(|decision| {
        let message = format!("the service-linked role `{ROLE}`, with which log delivery writes, is not among the roles of the account");
        gap(decision, message, named_at, "worker logs go here")
    })
}

/// Whether the role of log delivery is missing: only where the inputs list the roles of the account. A list that has
/// other service-linked roles is taken to be whole; one that has none may have been cut.
fn role_gap(facts: &Facts<'_>, inputs: &Inputs) -> Option<Decision> {
    if facts.role_names.contains(ROLE) || !inputs.lists_roles {
        return None;
    }
    let is_linked = |name: &&&str| name.starts_with("AWSServiceRoleFor");
    Some(match facts.role_names.iter().find(is_linked) {
        Some(_) => Decision::ImplicitlyDenied,
        None => Decision::Depends,
    })
}
