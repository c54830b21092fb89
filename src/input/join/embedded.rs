//! Policies of AWS whose text no input gives: the embedded text, as it was on a day.
//!
//! What an input says always wins. A description that names another version in force than the embedded one leaves the
//! policy without text, since that text is known to be an old one.

use std::collections::BTreeMap;

use crate::input::identity::{Identity, PolicyId};
use crate::input::inputs::Inputs;
use crate::input::model::{Located, ManagedPolicy, PolicyDocument};
use crate::input::reader::Reader;
use crate::managed::{self, ManagedText};
use crate::source::Sources;

/// Gives attachments and boundaries that name a policy of AWS, and that nothing is tied to, the embedded text.
pub(super) fn supply(reader: &mut Reader, inputs: &mut Inputs) {
    let mut wanted: BTreeMap<String, Located<String>> = BTreeMap::new();
    let identities = inputs.roles.iter().chain(&inputs.users).chain(&inputs.groups);
    for attachment in identities.flat_map(|one| one.attached.iter().chain(&one.boundary)) {
        let arn = attachment.arn.as_ref().filter(|_| attachment.policy.is_none());
        if let Some(arn) = arn.filter(|arn| managed::find(&arn.value).is_some()) {
            wanted.entry(arn.value.clone()).or_insert_with(|| arn.clone());
        }
    }
    let mut supplied: BTreeMap<String, PolicyId> = BTreeMap::new();
    for (value, arn) in wanted {
        let Some((document, text)) = open(&mut reader.sources, &value) else {
            continue;
        };
        supplied.insert(value, PolicyId(inputs.policies.len()));
        inputs.policies.push(ManagedPolicy {
            place: arn.place,
            name: text.name().to_owned(),
            arn: Some(arn),
            version: Some(text.version.to_owned()),
            document: Some(document),
            embedded: Some(text),
        });
    }
    let Inputs {
        roles, users, groups, ..
    } = inputs;
    for identity in roles.iter_mut().chain(users).chain(groups) {
        tie(identity, &supplied);
    }
}

fn tie(identity: &mut Identity, supplied: &BTreeMap<String, PolicyId>) {
    for attachment in identity.attached.iter_mut().chain(&mut identity.boundary) {
        let arn = attachment.arn.as_ref();
        attachment.policy = attachment.policy.or_else(|| supplied.get(&arn?.value).copied());
    }
}

/// Fills in a policy that is described and whose text is not given, unless another version of it is in force.
pub(super) fn fill(sources: &mut Sources, policy: &mut ManagedPolicy, in_force: Option<&str>) {
    let Some(arn) = &policy.arn else { return };
    let is_in_force = |text: &ManagedText| in_force.is_none_or(|version| version == text.version);
    if !managed::find(&arn.value).is_some_and(|(text, _)| is_in_force(&text)) {
        return;
    }
    if let Some((document, text)) = open(sources, &arn.value) {
        policy.document = Some(document);
        policy.version = Some(text.version.to_owned());
        policy.embedded = Some(text);
    }
}

/// Reads the embedded text of an ARN as a document of its own.
fn open(sources: &mut Sources, arn: &str) -> Option<(PolicyDocument, ManagedText)> {
    let (text, partition) = managed::find(arn)?;
    let name = format!("<{}, AWS managed policy {}>", text.name(), text.version);
    let doc = sources.add_text(&name, text.document(partition).into_owned());
    Some((sources.root(doc).ok()?.into(), text))
}
