//! Managed policies: `get-policy`, `get-policy-version` and those of an account dump.

use super::Sign::{Has, Is, Lacks};
use super::{Kind, Place, Reader, Shape};
use crate::input::found::{PolicyDescription, PolicyText};
use crate::input::model::ManagedPolicy;

pub(super) static SHAPES: &[Shape] = &[
    Shape {
        name: "get-policy",
        signs: &[
            Has("Policy/Arn"),
            Has("Policy/PolicyName"),
            Lacks("Policy/PolicyVersionList"),
        ],
        read: read_description,
    },
    Shape {
        name: "get-policy, with its versions",
        signs: &[Is("Policy/PolicyVersionList", Kind::Array)],
        read: |reader, output| {
            if let Some(policy) = reader.object(output, "Policy") {
                read_with_versions(reader, policy);
            }
        },
    },
    Shape {
        name: "get-policy-version",
        signs: &[Has("PolicyVersion"), Lacks("PolicyVersion/PolicyDocument")],
        read: read_version,
    },
];

fn read_description(reader: &mut Reader, output: Place) {
    let Some(place) = reader.object(output, "Policy") else {
        return;
    };
    let (name, arn) = (
        reader.need_text(place, "PolicyName"),
        reader.need_text(place, "Arn"),
    );
    if let (Some(name), Some(arn)) = (name, arn) {
        let default_version = reader.text(place, "DefaultVersionId");
        reader.found.descriptions.push(PolicyDescription {
            place,
            name,
            arn,
            default_version,
        });
    }
}

fn read_version(reader: &mut Reader, output: Place) {
    let Some(place) = reader.object(output, "PolicyVersion") else {
        return;
    };
    let text = PolicyText {
        place,
        is_bare: false,
        version: reader.text(place, "VersionId"),
        is_default: reader.flag(place, "IsDefaultVersion"),
        document: reader.policy(place, "Document"),
    };
    reader.found.texts.push(text);
}

/// Reads a policy of an account dump: the version in force, and no other.
pub(super) fn read_with_versions(reader: &mut Reader, place: Place) {
    let Some(arn) = reader.need_text(place, "Arn") else {
        return;
    };
    let name = reader.text(place, "PolicyName");
    let name = name.map_or_else(
        || arn.value.rsplit('/').next().unwrap_or_default().to_owned(),
        |name| name.value,
    );
    let default = reader.text(place, "DefaultVersionId");
    let mut in_force = None;
    for version in reader.objects(place, "PolicyVersionList") {
        let id = reader.text(version, "VersionId");
        let is_default = reader.flag(version, "IsDefaultVersion").map(|flag| flag.value);
        let is_named =
            id.is_some() && id.as_ref().map(|id| &id.value) == default.as_ref().map(|id| &id.value);
        if is_default.unwrap_or(is_named) && in_force.is_none() {
            in_force = Some((version, id.map(|id| id.value)));
        }
    }
    let mut policy = ManagedPolicy {
        place,
        name,
        arn: Some(arn),
        version: None,
        document: None,
        embedded: None,
    };
    if let Some((version, id)) = in_force {
        policy.version = id;
        policy.document = reader.policy(version, "Document");
    } else {
        let message = "none of the versions in `PolicyVersionList` is the default one";
        reader.problem(place, message.to_owned());
    }
    reader.found.policies.push(policy);
}
