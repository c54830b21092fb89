//! Which policies identities have: inline ones, attachments, memberships of groups.
//!
//! What is attached to whom is told by names and ARNs. Where it is not known to whom, every identity of the kind may
//! have it; where it is someone who is not described here, a note says so.

use std::collections::{BTreeMap, BTreeSet};

use super::super::resource::{Resource, get, is_hole, items, object, scalar, text};
use super::identity::Family;
use super::policy::known;
use crate::source::{Composed, Origin};

/// An identity with all that was found of it.
pub(super) struct Gathered<'a> {
    pub(super) resource: &'a Resource,
    /// Objects of `PolicyName` and `PolicyDocument`.
    pub(super) inline: Vec<Composed>,
    /// Names of inline policies whose text is not known.
    pub(super) names: Vec<Composed>,
    /// Objects of `PolicyArn`.
    pub(super) attached: Vec<Composed>,
    /// Names of groups.
    pub(super) groups: Vec<Composed>,
    /// Whether there is already a policy among the attached ones that it may or may not have.
    has_open: bool,
    known_names: BTreeSet<String>,
    known_arns: BTreeSet<String>,
}

/// What was found of one kind of identity.
pub(super) struct Rows<'a> {
    pub(super) identities: Vec<Gathered<'a>>,
    /// Inline policies of others, as `get-role-policy` prints them.
    pub(super) alone: Vec<Composed>,
    pub(super) notes: Vec<(Option<Origin>, String)>,
}

/// Whose something is.
enum Owner {
    /// Those of these numbers.
    These(Vec<usize>),
    /// Someone of this name who is not described here.
    Other(Composed),
    /// It may be any of them.
    Any,
}

/// All identities of a kind.
pub(super) fn gather<'a>(family: &Family, resources: &'a [Resource]) -> Rows<'a> {
    let managed = || resources.iter().filter(|resource| !resource.is_data);
    let of = |kind: &'static str| managed().filter(move |resource| resource.kind == kind);
    let mut gathering = Gathering {
        family,
        rows: Rows {
            identities: of(family.of).map(Gathered::of).collect(),
            alone: Vec::new(),
            notes: Vec::new(),
        },
        by_name: BTreeMap::new(),
    };
    gathering.index();
    for policy in of(family.inline) {
        gathering.inline(policy);
    }
    for attachment in of(family.attachment) {
        let owner = attachment.get(family.by[0]);
        gathering.attachment(attachment, owner);
    }
    for attachment in of("aws_iam_policy_attachment") {
        gathering.listed(attachment);
    }
    for attachments in of(family.exclusive) {
        gathering.exclusive(attachments);
    }
    if family.of == "aws_iam_user" {
        for membership in of("aws_iam_user_group_membership") {
            gathering.membership(membership, membership.get("user"), membership.get("groups"));
        }
        for membership in of("aws_iam_group_membership") {
            for user in membership.get("users").map(items).unwrap_or_default() {
                gathering.membership(membership, Some(user), membership.get("group"));
            }
        }
    }
    for identity in &mut gathering.rows.identities {
        identity.own();
    }
    gathering.rows
}

struct Gathering<'f, 'a> {
    family: &'f Family,
    rows: Rows<'a>,
    /// Numbers of identities by name and ARN.
    by_name: BTreeMap<String, Vec<usize>>,
}

impl Gathering<'_, '_> {
    fn index(&mut self) {
        for (number, identity) in self.rows.identities.iter().enumerate() {
            let resource = identity.resource;
            let names: BTreeSet<String> = ["name", "arn", "id"]
                .iter()
                .filter_map(|name| resource.text(name))
                .collect();
            for name in names {
                self.by_name.entry(name).or_default().push(number);
            }
        }
    }

    fn owner(&self, resource: &Resource, named: Option<&Composed>) -> Owner {
        let Some(named) = named.and_then(scalar) else {
            return Owner::Any;
        };
        let name = text(&named).unwrap_or_default();
        match self.by_name.get(&name) {
            Some(numbers) => Owner::These(numbers.clone()),
            None if resource.is_own_hole(&named) || is_open(&named) => Owner::Any,
            None => Owner::Other(named),
        }
    }

    /// The identities of an owner, or all; someone else is said.
    fn identities(&mut self, resource: &Resource, owner: Owner) -> Vec<usize> {
        match owner {
            Owner::These(numbers) => numbers,
            Owner::Any => (0..self.rows.identities.len()).collect(),
            Owner::Other(name) => {
                let word = self.family.by[0];
                // All instances of a block are said once.
                let block = resource.address.split('[').next().unwrap_or_default();
                let message = format!(
                    "`{block}` is for the {word} `{}`, which is not described in this configuration",
                    text(&name).unwrap_or_default()
                );
                if self.rows.notes.iter().all(|(_, said)| *said != message) {
                    self.rows.notes.push((name.origin.or(resource.origin()), message));
                }
                Vec::new()
            }
        }
    }

    fn inline(&mut self, policy: &Resource) {
        let owner = self.owner(policy, policy.get(self.family.by[0]));
        if let Owner::Other(name) = &owner
            && !is_hole(name)
            && policy.is_certain
            && let Some(document) = known(policy.get("policy"))
        {
            let members = object(
                [
                    (self.family.keys[1], Some(name.clone())),
                    ("PolicyName", policy.scalar("name")),
                    ("PolicyDocument", Some(document)),
                ],
                policy.origin(),
            );
            self.rows.alone.push(members);
            return;
        }
        let is_any = matches!(owner, Owner::Any);
        for number in self.identities(policy, owner) {
            let Some(identity) = self.rows.identities.get_mut(number) else {
                continue;
            };
            if is_any {
                identity.may_have(Composed::text(policy.own_hole("policy"), policy.origin()));
                continue;
            }
            let document = known(policy.get("policy")).filter(|_| policy.is_certain);
            identity.add_inline(policy.scalar("name"), document, policy.origin());
        }
    }

    fn attachment(&mut self, attachment: &Resource, owner: Option<&Composed>) {
        self.attach(attachment, owner, attachment.get("policy_arn"));
    }

    fn attach(&mut self, attachment: &Resource, owner: Option<&Composed>, arn: Option<&Composed>) {
        let Some(arn) = arn.and_then(scalar) else {
            return;
        };
        let owner = self.owner(attachment, owner);
        let is_any = matches!(owner, Owner::Any);
        for number in self.identities(attachment, owner) {
            let Some(identity) = self.rows.identities.get_mut(number) else {
                continue;
            };
            if is_any {
                identity.may_have(Composed::text(attachment.own_hole("policy_arn"), arn.origin));
            } else if attachment.is_certain {
                identity.attach(arn.clone());
            } else {
                identity.may_have(Composed::text("⟨a policy that may be attached⟩", arn.origin));
            }
        }
    }

    fn listed(&mut self, attachment: &Resource) {
        let Some(list) = attachment.get(self.family.list) else {
            return;
        };
        if is_hole(list) {
            return self.attachment(attachment, None);
        }
        for name in items(list) {
            self.attachment(attachment, Some(name));
        }
    }

    fn exclusive(&mut self, attachments: &Resource) {
        let Some(arns) = attachments.get("policy_arns") else {
            return;
        };
        let owner = attachments.get(self.family.by[1]);
        if is_hole(arns) {
            return self.attach(attachments, owner, Some(arns));
        }
        for arn in items(arns) {
            self.attach(attachments, owner, Some(arn));
        }
    }

    /// Groups of a user: one that a user may be in has policies of which nothing is known.
    fn membership(&mut self, membership: &Resource, user: Option<&Composed>, groups: Option<&Composed>) {
        let owner = self.owner(membership, user);
        let is_certain = membership.is_certain && matches!(owner, Owner::These(_));
        let names: Vec<Composed> = match groups {
            Some(groups) if !items(groups).is_empty() => items(groups).iter().filter_map(scalar).collect(),
            Some(groups) => scalar(groups)
                .filter(|name| text(name).as_deref() != Some("[]"))
                .into_iter()
                .collect(),
            None => Vec::new(),
        };
        for number in self.identities(membership, owner) {
            let Some(identity) = self.rows.identities.get_mut(number) else {
                continue;
            };
            for name in &names {
                if is_certain && !is_hole(name) {
                    identity.groups.push(name.clone());
                } else {
                    identity.may_have(Composed::text("⟨a policy of a group⟩", name.origin));
                }
            }
        }
    }
}

impl<'a> Gathered<'a> {
    fn of(resource: &'a Resource) -> Self {
        Self {
            resource,
            inline: Vec::new(),
            names: Vec::new(),
            attached: Vec::new(),
            groups: Vec::new(),
            has_open: false,
            known_names: BTreeSet::new(),
            known_arns: BTreeSet::new(),
        }
    }

    fn add_inline(&mut self, name: Option<Composed>, document: Option<Composed>, origin: Option<Origin>) {
        let name = name.unwrap_or_else(|| Composed::text("unnamed", origin));
        self.known_names.extend(text(&name));
        match document {
            Some(document) => {
                let members = [("PolicyName", name), ("PolicyDocument", document)];
                self.inline.push(Composed::object(members, origin));
            }
            None => self.names.push(name),
        }
    }

    fn attach(&mut self, arn: Composed) {
        let Some(written) = text(&arn).filter(|arn| !self.known_arns.contains(arn)) else {
            return;
        };
        let origin = arn.origin;
        let name = written.rsplit('/').next().filter(|_| !written.contains('⟨'));
        let name = name.map(|name| Composed::text(name, origin));
        self.known_arns.insert(written);
        self.attached
            .push(object([("PolicyName", name), ("PolicyArn", Some(arn))], origin));
    }

    /// Adds a policy that it may have, of which nothing is known. One says as much as several, which would look like more
    /// than can be attached.
    fn may_have(&mut self, arn: Composed) {
        if !std::mem::replace(&mut self.has_open, true) {
            self.attach(arn);
        }
    }

    /// Adds what the identity itself says of its policies. A state says there of all of them, so that what is known is
    /// not said twice.
    fn own(&mut self) {
        let resource = self.resource;
        let given = |name: &str| resource.get(name).filter(|value| !resource.is_own_hole(value));
        if let Some(blocks) = given("inline_policy") {
            if is_hole(blocks) {
                self.names.extend(scalar(blocks));
            }
            for block in items(blocks) {
                let name = get(block, "name").and_then(scalar);
                let is_known = name
                    .as_ref()
                    .and_then(text)
                    .is_some_and(|name| self.known_names.contains(&name));
                let Some(policy) = get(block, "policy").filter(|_| !is_known) else {
                    continue;
                };
                let document = known(Some(policy)).filter(|_| resource.is_certain);
                self.add_inline(name, document, block.origin);
            }
        }
        if let Some(arns) = given("managed_policy_arns") {
            if is_hole(arns) {
                self.attach(arns.clone());
            }
            for arn in items(arns).iter().filter_map(scalar) {
                self.attach(arn);
            }
        }
    }
}

/// Whether a hole may be an identity of this configuration: what an expression makes may be, what is given from outside
/// is someone else.
fn is_open(name: &Composed) -> bool {
    let text = text(name).unwrap_or_default();
    let outside = ["⟨var.", "⟨data.", "⟨module.", "⟨no such "];
    let is_outside = outside.iter().any(|start| text.starts_with(start)) && !text.contains(".aws_iam_");
    is_hole(name) && !is_outside
}
