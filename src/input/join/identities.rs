//! Roles, users and groups: one of each ARN, with the inline policies and lists of other files.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{conflict, file, fill_document, fill_value};
use crate::input::found::{InlineOf, Listed};
use crate::input::identity::{Attachment, Identity, IdentityKind, NamedPolicy};
use crate::input::inputs::Inputs;
use crate::input::model::Located;
use crate::input::reader::{Reader, shown};
use crate::input::scope::Scope;
use crate::source::Place;

/// Joins them into the three lists of `inputs`, each in the order of places.
pub(super) fn join(reader: &mut Reader, inputs: &mut Inputs) {
    let mut identities = merge(reader);
    add_inline_policies(reader, &mut identities);
    add_lists(reader, &mut identities);
    for identity in identities {
        match identity.kind {
            IdentityKind::Role => inputs.roles.push(identity),
            IdentityKind::User => inputs.users.push(identity),
            IdentityKind::Group => inputs.groups.push(identity),
        }
    }
}

fn merge(reader: &mut Reader) -> Vec<Identity> {
    let mut merged: Vec<Identity> = Vec::new();
    let mut by_arn = HashMap::new();
    for identity in std::mem::take(&mut reader.found.identities) {
        let number = merged.len();
        let Some(arn) = identity.arn.as_ref().map(|arn| arn.value.clone()) else {
            merged.push(identity);
            continue;
        };
        match by_arn.entry(arn) {
            Entry::Vacant(vacant) => {
                vacant.insert(number);
                merged.push(identity);
            }
            Entry::Occupied(first) => {
                if let Some(first) = merged.get_mut(*first.get()) {
                    merge_into(reader, first, identity);
                }
            }
        }
    }
    merged
}

fn merge_into(reader: &mut Reader, first: &mut Identity, other: Identity) {
    let owner = of(first);
    fill_document(reader, &mut first.trust, other.trust, || {
        format!("the trust policy of {owner}")
    });
    fill_value(reader, &mut first.path, other.path, || {
        format!("the path of {owner}")
    });
    merge_boundary(reader, first, other.boundary);
    // Two whole descriptions have to agree on the inline policies: what only one of them has may be gone.
    let names = |policies: &[NamedPolicy]| {
        let mut names: Vec<String> = policies.iter().map(|policy| policy.name.value.clone()).collect();
        names.sort();
        names
    };
    if first.attached_listed && other.attached_listed && names(&first.inline) != names(&other.inline) {
        conflict(
            reader,
            &format!("the list of inline policies of {owner}"),
            first.place,
            other.place,
        );
    }
    for policy in other.inline {
        add_inline(reader, first, policy);
    }
    if first.attached_listed && other.attached_listed && arns(first) != arns_of(&other.attached) {
        conflict(
            reader,
            &format!("the list of managed policies of {owner}"),
            first.place,
            other.place,
        );
    }
    add_attachments(first, other.attached);
    first.attached_listed |= other.attached_listed;
    for group in other.groups {
        if first.groups.iter().all(|known| known.value != group.value) {
            first.groups.push(group);
        }
    }
    if first.tags.is_empty() {
        first.tags = other.tags;
    }
    first.tags_listed |= other.tags_listed;
}

/// The identity as messages name it.
fn of(identity: &Identity) -> String {
    format!("{} `{}`", identity.kind.word(), shown(&identity.name.value))
}

fn merge_boundary(reader: &mut Reader, first: &mut Identity, other: Option<Attachment>) {
    let owner = of(first);
    match (&mut first.boundary, other) {
        (Some(one), Some(other)) => {
            fill_value(reader, &mut one.arn, other.arn, || {
                format!("the permissions boundary of {owner}")
            });
        }
        (boundary @ None, other) => *boundary = other,
        (Some(_), None) => {}
    }
}

fn arns(identity: &Identity) -> Vec<&str> {
    arns_of(&identity.attached)
}

fn arns_of(attached: &[Attachment]) -> Vec<&str> {
    let mut arns: Vec<_> = attached
        .iter()
        .filter_map(|one| one.arn.as_ref())
        .map(|arn| arn.value.as_str())
        .collect();
    arns.sort_unstable();
    arns.dedup();
    arns
}

fn add_attachments(identity: &mut Identity, attached: Vec<Attachment>) {
    for attachment in attached {
        let arn = attachment.arn.as_ref().map(|arn| &arn.value);
        let is_known = |known: &Attachment| arn.is_some() && known.arn.as_ref().map(|arn| &arn.value) == arn;
        if !identity.attached.iter().any(is_known) {
            identity.attached.push(attachment);
        }
    }
}

fn add_inline(reader: &mut Reader, identity: &mut Identity, policy: NamedPolicy) {
    let owner = of(identity);
    match identity
        .inline
        .iter_mut()
        .find(|known| known.name.value == policy.name.value)
    {
        Some(known) => fill_document(reader, &mut known.document, policy.document, || {
            format!("the inline policy `{}` of {owner}", shown(&policy.name.value))
        }),
        None => identity.inline.push(policy),
    }
}

/// Each inline policy goes to the identity of its name nearest to its file; one that is described nowhere is made.
fn add_inline_policies(reader: &mut Reader, identities: &mut Vec<Identity>) {
    let mut by_name: HashMap<(IdentityKind, String), Scope> = HashMap::new();
    for (number, identity) in identities.iter().enumerate() {
        let key = (identity.kind, identity.name.value.clone());
        by_name
            .entry(key)
            .or_default()
            .add(number, &file(reader, identity.place));
    }
    for InlineOf { kind, owner, policy } in std::mem::take(&mut reader.found.inline) {
        let from = file(reader, policy.place);
        let scope = by_name.entry((kind, owner.value.clone())).or_default();
        match scope.only(&from) {
            Ok(number) => {
                if let Some(identity) = identities.get_mut(number) {
                    add_inline(reader, identity, policy);
                }
            }
            Err(0) => {
                scope.add(identities.len(), &from);
                let place = policy.place;
                let mut identity = Identity::named(kind, owner, place);
                identity.inline.push(policy);
                identities.push(identity);
            }
            Err(many) => {
                let message = format!(
                    "there are {many} {}s of the name `{}`",
                    kind.word(),
                    shown(&owner.value)
                );
                let help = "put the file into the folder of its own one";
                reader.problem_with_help(owner.place, message, Some(help.to_owned()));
            }
        }
    }
}

/// The roles that a text without a name can mean: all but those that a service made for itself.
pub(super) fn role_scope(reader: &Reader, roles: &[Identity]) -> Scope {
    let mut scope = Scope::default();
    for (number, role) in roles.iter().enumerate() {
        if role.kind == IdentityKind::Role && !role.is_service_linked() {
            scope.add(number, &file(reader, role.place));
        }
    }
    scope
}

/// Lists that do not say whose they are belong to the only role of their folder.
fn add_lists(reader: &mut Reader, identities: &mut [Identity]) {
    let scope = role_scope(reader, identities);
    for Listed { place, items } in std::mem::take(&mut reader.found.inline_lists) {
        if let Some(identity) = owner(reader, &scope, identities, place) {
            for name in items {
                add_inline(reader, identity, named_only(name));
            }
        }
    }
    for Listed { place, items } in std::mem::take(&mut reader.found.attached_lists) {
        if let Some(identity) = owner(reader, &scope, identities, place) {
            add_attachments(identity, items);
            identity.attached_listed = true;
        }
    }
}

fn named_only(name: Located<String>) -> NamedPolicy {
    NamedPolicy {
        place: name.place,
        name,
        document: None,
    }
}

fn owner<'a>(
    reader: &mut Reader,
    scope: &Scope,
    identities: &'a mut [Identity],
    place: Place,
) -> Option<&'a mut Identity> {
    match scope.only(&file(reader, place)) {
        Ok(number) => {
            let identity = identities.get_mut(number)?;
            reader.note(
                place,
                format!("taken as the list of {}, the only one near", of(identity)),
            );
            Some(identity)
        }
        Err(count) => {
            let message = format!("this list does not say whose it is, and {count} roles are near");
            let help = "put it into a folder with one role";
            reader.problem_with_help(place, message, Some(help.to_owned()));
            None
        }
    }
}
