//! Organizations, their policies and what these are attached to: `aws organizations`.
//!
//! Outputs about one root, unit, account or policy do not say about which. It is a member put beside (`TargetId`,
//! `PolicyId`, `ParentId`, `ChildId`, as the commands call their arguments), else the id in the name of the file or of
//! its folder.

use super::Sign::{Has, Items};
use super::{Place, Reader, Shape};
use crate::input::found::{AttachedAt, AttachedPolicy};
use crate::input::model::{OrganizationPolicy, OrganizationPolicyKind};
use crate::input::name;
use crate::input::organization::{id_in, is_account_id, is_policy_id, is_target_id};
use crate::input::reader::shown;

pub(super) static SHAPES: &[Shape] = &[
    Shape {
        name: "describe-policy",
        signs: &[Has("Policy/PolicySummary")],
        read: read_policy,
    },
    Shape {
        name: "describe-organization",
        signs: &[Has("Organization/Arn")],
        read: |reader, at| {
            let arn = reader.text(at, "Organization/Arn");
            let id = reader.text(at, "Organization/MasterAccountId");
            add_management(reader, arn.map(|arn| arn.value));
            reader.found.organization.management.extend(id.map(|id| id.value));
        },
    },
    Shape {
        name: "list-policies-for-target",
        signs: &[Items("Policies", "AwsManaged")],
        read: read_policies,
    },
    Shape {
        name: "list-targets-for-policy",
        signs: &[Items("Targets", "TargetId")],
        read: read_targets,
    },
    Shape {
        name: "list-parents",
        signs: &[Items("Parents", "Id")],
        read: read_parents,
    },
    Shape {
        name: "list-children",
        signs: &[Items("Children", "Id")],
        read: |reader, at| read_children(reader, at, "Children", true),
    },
    Shape {
        name: "list-accounts",
        signs: &[Items("Accounts", "Arn")],
        read: |reader, at| read_children(reader, at, "Accounts", false),
    },
    Shape {
        name: "list-organizational-units-for-parent",
        signs: &[Items("OrganizationalUnits", "Id")],
        read: |reader, at| read_children(reader, at, "OrganizationalUnits", false),
    },
    Shape {
        name: "list-roots",
        signs: &[Items("Roots", "Arn")],
        read: |reader, at| read_children(reader, at, "Roots", false),
    },
    Shape {
        name: "describe-organizational-unit",
        signs: &[Has("OrganizationalUnit/Arn")],
        read: |reader, at| read_arn(reader, at, "OrganizationalUnit/Arn"),
    },
    Shape {
        name: "describe-account",
        signs: &[Has("Account/Arn"), Has("Account/JoinedTimestamp")],
        read: |reader, at| read_arn(reader, at, "Account/Arn"),
    },
];

/// The kind of a policy by its type; `None` for those that decide no request.
fn kind_of(policy_type: &str) -> Option<OrganizationPolicyKind> {
    match policy_type {
        "SERVICE_CONTROL_POLICY" => Some(OrganizationPolicyKind::ServiceControl),
        "RESOURCE_CONTROL_POLICY" => Some(OrganizationPolicyKind::ResourceControl),
        _ => None,
    }
}

fn read_policy(reader: &mut Reader, output: Place) {
    let Some(policy_type) = reader.need_text(output, "Policy/PolicySummary/Type") else {
        return;
    };
    let Some(kind) = kind_of(&policy_type.value) else {
        let message = format!(
            "a policy of the type `{}` decides no request and is left out",
            shown(&policy_type.value)
        );
        reader.note(policy_type.place, message);
        return;
    };
    let file = reader.sources.name(output.doc).to_owned();
    let policy_name = reader
        .text(output, "Policy/PolicySummary/Name")
        .map(|name| name.value);
    let arn = reader.text(output, "Policy/PolicySummary/Arn");
    let id = reader.text(output, "Policy/PolicySummary/Id").map(|id| id.value);
    add_management(reader, arn.as_ref().map(|arn| arn.value.clone()));
    let of_arn = || arn.as_ref()?.value.rsplit('/').next().map(str::to_owned);
    let policy = OrganizationPolicy {
        place: output,
        kind,
        id: id.or_else(of_arn),
        name: policy_name.unwrap_or_else(|| name::after_level(&file).to_owned()),
        level: name::level(&file).to_owned(),
        targets: Vec::new(),
        targets_listed: false,
        embedded: false,
        arn,
        document: reader.policy(output, "Policy/Content"),
    };
    reader.found.organization_policies.push(policy);
}

/// Which one an output is about.
fn about(reader: &mut Reader, output: Place, key: &str, is_id: fn(&str) -> bool) -> Option<String> {
    if let Some(id) = reader.text(output, key) {
        return Some(id.value);
    }
    let file = reader.sources.name(output.doc);
    let folder = name::last(name::folder(file));
    let found = id_in(name::stem(file), is_id).or_else(|| id_in(folder, is_id));
    found.map(str::to_owned)
}

/// Whether a list goes on in another output.
fn is_cut(reader: &Reader, output: Place) -> bool {
    reader.peek(output, "NextToken").is_some()
}

fn read_policies(reader: &mut Reader, output: Place) {
    let Some(target) = about(reader, output, "TargetId", is_target_id) else {
        // `list-policies`: what there is, and not where.
        return;
    };
    let mut kinds = Vec::new();
    for place in reader.objects(output, "Policies") {
        let (id, policy_type) = (reader.need_text(place, "Id"), reader.need_text(place, "Type"));
        let name = reader.text(place, "Name").map(|name| name.value);
        let (Some(id), Some(policy_type)) = (id, policy_type) else {
            continue;
        };
        let Some(kind) = kind_of(&policy_type.value) else {
            continue;
        };
        kinds.push(kind);
        let name = name.unwrap_or_else(|| id.value.clone());
        reader.found.attachments.push(AttachedAt {
            place,
            policy: AttachedPolicy::Known {
                kind,
                id: id.value,
                name,
            },
            targets: vec![target.clone()],
            is_whole: false,
        });
    }
    if !is_cut(reader, output) {
        let listed = kinds.into_iter().map(|kind| (kind, target.clone()));
        reader.found.organization.listed.extend(listed);
    }
}

fn read_targets(reader: &mut Reader, output: Place) {
    let policy = match about(reader, output, "PolicyId", is_policy_id) {
        Some(id) => AttachedPolicy::Id(id),
        None => AttachedPolicy::Near,
    };
    let mut targets = Vec::new();
    for place in reader.objects(output, "Targets") {
        targets.extend(reader.need_text(place, "TargetId").map(|id| id.value));
        read_arn(reader, place, "Arn");
    }
    let is_whole = !is_cut(reader, output);
    reader.found.attachments.push(AttachedAt {
        place: output,
        policy,
        targets,
        is_whole,
    });
}

fn read_parents(reader: &mut Reader, output: Place) {
    let child = about(reader, output, "ChildId", is_target_id);
    for place in reader.objects(output, "Parents") {
        let parent = reader.need_text(place, "Id");
        match (&child, parent) {
            (Some(child), Some(parent)) => {
                let parents = &mut reader.found.organization.parents;
                parents.insert(child.clone(), parent.value);
            }
            (None, Some(_)) => say_unplaced(
                reader,
                output,
                "ChildId",
                "of which account or unit these are the parents",
            ),
            _ => {}
        }
    }
}

/// The accounts, units or roots of a list, below the parent that it is of.
fn read_children(reader: &mut Reader, output: Place, key: &str, needs_parent: bool) {
    let parent = about(reader, output, "ParentId", |id| {
        is_target_id(id) && !is_account_id(id)
    });
    if parent.is_none() && needs_parent {
        say_unplaced(
            reader,
            output,
            "ParentId",
            "of which root or unit these are the children",
        );
    }
    for place in reader.objects(output, key) {
        let id = reader.need_text(place, "Id");
        read_arn(reader, place, "Arn");
        if let (Some(id), Some(parent)) = (id, &parent)
            && id.value != *parent
        {
            let parents = &mut reader.found.organization.parents;
            parents.insert(id.value, parent.clone());
        }
    }
}

fn say_unplaced(reader: &mut Reader, output: Place, key: &str, what: &str) {
    let message = format!("this output does not say {what}");
    let help = format!("put its id into the name of the file, or beside as `{key}`");
    reader.problem_with_help(output, message, Some(help));
}

/// ARNs of an organization hold the account that manages it.
fn read_arn(reader: &mut Reader, object: Place, path: &str) {
    let arn = reader.text(object, path);
    add_management(reader, arn.map(|arn| arn.value));
}

fn add_management(reader: &mut Reader, arn: Option<String>) {
    let account = arn
        .as_deref()
        .and_then(|arn| arn.split(':').nth(4))
        .unwrap_or_default();
    if is_account_id(account) {
        reader.found.organization.management.insert(account.to_owned());
    }
}
