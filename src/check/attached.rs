//! What is said, once each, of attached policies whose text no input gives.
//!
//! In: the inputs and the connectors judged. Out: an assumption for each text that is embedded instead, with version
//! and day, and a note for each policy that stays unknown; what depends on such a policy is a finding of its own.

use std::collections::BTreeSet;

use crate::condition::Mode;
use crate::finding::Report;
use crate::input::{Attachment, Inputs};

use super::facts::Facts;
use super::options::CheckOptions;

/// Adds to the report what is to be said of the policies of the connectors' roles.
pub(super) fn tell(inputs: &Inputs, connectors: &[Facts<'_>], options: &CheckOptions, report: &mut Report) {
    let arns = connectors.iter().filter_map(|facts| facts.role_arn());
    let roles = arns.filter_map(|arn| inputs.role(&arn.value));
    let (mut taken, mut unknown) = (BTreeSet::new(), BTreeSet::new());
    for attachment in roles.flat_map(|role| role.attached.iter().chain(&role.boundary)) {
        match text(inputs, attachment) {
            Text::Given => {}
            Text::Embedded(message) if options.mode == Mode::Chosen => {
                taken.insert(message);
            }
            Text::Embedded(_) | Text::Unknown => {
                unknown.insert(attachment.name().unwrap_or("policy"));
            }
        }
    }
    report.assumptions.extend(taken);
    let in_words = |name: &str| {
        format!(
            "the text of the attached policy `{name}` is not among the inputs, so what it grants or denies is unknown"
        )
    };
    report.notes.extend(unknown.into_iter().map(in_words));
}

enum Text {
    Given,
    /// With the sentence that says so.
    Embedded(String),
    Unknown,
}

fn text(inputs: &Inputs, attachment: &Attachment) -> Text {
    let Some(policy) = inputs.attached_policy(attachment) else {
        return Text::Unknown;
    };
    match (policy.document, policy.taken_as()) {
        (None, _) => Text::Unknown,
        (Some(_), None) => Text::Given,
        (Some(_), Some(message)) => Text::Embedded(message),
    }
}
