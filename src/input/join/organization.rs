//! Policies of organizations and what they are attached to.

use crate::input::found::{AttachedAt, AttachedPolicy};
use crate::input::inputs::Inputs;
use crate::input::model::{OrganizationPolicy, OrganizationPolicyKind};
use crate::input::organization::FULL_ACCESS;
use crate::input::reader::{Reader, shown};
use crate::input::scope::Scope;

use super::{conflict, file};
use crate::input::same::same;

/// Ties attachments to their policies and sorts these: root first, then by level and name.
pub(super) fn join(reader: &mut Reader, inputs: &mut Inputs) {
    let mut policies = std::mem::take(&mut inputs.organization_policies);
    for policy in std::mem::take(&mut reader.found.organization_policies) {
        add(reader, &mut policies, policy);
    }
    let files: Vec<_> = policies.iter().map(|policy| file(reader, policy.place)).collect();
    let scope = Scope::of(files.iter().map(String::as_str).enumerate());
    for attached in std::mem::take(&mut reader.found.attachments) {
        let number = match &attached.policy {
            AttachedPolicy::Near => match scope.only(&file(reader, attached.place)) {
                Ok(number) => Some(number),
                Err(count) => {
                    let message = format!(
                        "this list does not say of which policy the targets are, and {count} are near"
                    );
                    let help = "put the policy's id into the name of the file, or beside as `PolicyId`";
                    reader.problem_with_help(attached.place, message, Some(help.to_owned()));
                    None
                }
            },
            AttachedPolicy::Id(id) => find(&policies, id),
            AttachedPolicy::Known { kind, id, name } => Some(find(&policies, id).unwrap_or_else(|| {
                policies.push(of_list(&attached, *kind, id, name));
                policies.len() - 1
            })),
        };
        // The targets of a policy that is not here limit nothing that could be said.
        let Some(policy) = number.and_then(|number| policies.get_mut(number)) else {
            continue;
        };
        policy.targets.extend(attached.targets);
        policy.targets.sort();
        policy.targets.dedup();
        policy.targets_listed |= attached.is_whole;
    }
    give_full_access(reader, &mut policies);
    policies.sort_by(|one, other| {
        let key = |policy: &OrganizationPolicy| (policy.level != "root", policy.place);
        let by_name = (&one.level, &one.name).cmp(&(&other.level, &other.name));
        let (one, other) = (key(one), key(other));
        one.0.cmp(&other.0).then(by_name).then(one.1.cmp(&other.1))
    });
    inputs.organization_policies = policies;
    inputs.organization = std::mem::take(&mut reader.found.organization);
}

fn find(policies: &[OrganizationPolicy], id: &str) -> Option<usize> {
    policies
        .iter()
        .position(|policy| policy.id.as_deref() == Some(id))
}

/// One of each id and level: the same policy may be given for several levels.
fn add(reader: &mut Reader, policies: &mut Vec<OrganizationPolicy>, policy: OrganizationPolicy) {
    let known = policies
        .iter()
        .find(|known| known.id.is_some() && known.id == policy.id && known.level == policy.level);
    let Some(known) = known else {
        return policies.push(policy);
    };
    if let (Some(one), Some(other)) = (known.document, policy.document)
        && !same(&reader.sources, one.place(), other.place())
    {
        let what = format!("the text of the organization's policy `{}`", shown(&policy.name));
        conflict(reader, &what, one.place(), other.place());
    }
}

/// A policy of which only a list says that it is attached.
fn of_list(attached: &AttachedAt, kind: OrganizationPolicyKind, id: &str, name: &str) -> OrganizationPolicy {
    OrganizationPolicy {
        place: attached.place,
        kind,
        arn: None,
        id: Some(id.to_owned()),
        name: name.to_owned(),
        level: String::new(),
        targets: Vec::new(),
        targets_listed: false,
        embedded: false,
        document: None,
    }
}

/// The policies of AWS that allow all have their text, whether or not an input gives it. Where some policy is known to be
/// attached somewhere, the one of its kind is there, since lists of what is attached need not be among the inputs.
fn give_full_access(reader: &mut Reader, policies: &mut Vec<OrganizationPolicy>) {
    for (kind, id, name, text) in FULL_ACCESS {
        let placed = policies
            .iter()
            .find(|policy| policy.kind == kind && !policy.targets.is_empty());
        let Some(place) = placed.map(|policy| policy.place) else {
            continue;
        };
        let number = find(policies, id);
        let has_text = number
            .and_then(|number| policies.get(number))
            .is_some_and(|known| known.document.is_some());
        if has_text {
            continue;
        }
        let doc = reader
            .sources
            .add_text(&format!("<{name}, policy of AWS>"), text.to_owned());
        let document = reader.sources.root(doc).ok().map(Into::into);
        match number.and_then(|number| policies.get_mut(number)) {
            Some(known) => {
                known.document = document;
                known.embedded = true;
            }
            None => policies.push(OrganizationPolicy {
                place,
                kind,
                arn: None,
                id: Some(id.to_owned()),
                name: name.to_owned(),
                level: String::new(),
                targets: Vec::new(),
                targets_listed: true,
                embedded: true,
                document,
            }),
        }
    }
}
