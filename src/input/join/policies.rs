//! Managed policies: one of each ARN with the text in force, and the roles that texts without ARN belong to.
//!
//! The text of a policy version does not say of which policy it is. In order: the options say it; a `get-policy`
//! output in the same folder does; an attachment of the only role near has its name and no text yet; else it counts
//! as attached to that role.

use std::collections::HashMap;

use super::embedded;
use super::identities::role_scope;
use super::resources::place_bare;
use super::{Given, at, file, fill_document};
use crate::input::found::{PolicyDescription, PolicyText};
use crate::input::identity::{Attachment, Identity, PolicyId};
use crate::input::inputs::Inputs;
use crate::input::model::{Located, ManagedPolicy};
use crate::input::name;
use crate::input::reader::{Reader, shown};
use crate::input::scope::Scope;
use crate::source::Place;

/// Joins the policies into `inputs`, whose roles are there already.
pub(super) fn join(reader: &mut Reader, inputs: &mut Inputs, given: &mut Given<'_>) {
    let mut join = Join {
        roles: role_scope(reader, &inputs.roles),
        descriptions: std::mem::take(&mut reader.found.descriptions),
        by_description: Scope::default(),
        versions: Scope::default(),
        by_arn: HashMap::new(),
        reader,
        inputs,
    };
    join.merge();
    let texts = std::mem::take(&mut join.reader.found.texts);
    for (number, text) in texts.iter().enumerate().filter(|(_, text)| !text.is_bare) {
        join.versions.add(number, &file(join.reader, text.place));
    }
    for text in texts {
        join.place_text(text, given);
    }
    join.describe();
    join.resolve();
    embedded::supply(reader, inputs);
}

struct Join<'a> {
    reader: &'a mut Reader,
    inputs: &'a mut Inputs,
    roles: Scope,
    descriptions: Vec<PolicyDescription>,
    by_description: Scope,
    /// The texts that come as policy versions.
    versions: Scope,
    by_arn: HashMap<String, PolicyId>,
}

impl Join<'_> {
    /// One of each ARN of those that come with text.
    fn merge(&mut self) {
        for policy in std::mem::take(&mut self.reader.found.policies) {
            self.put(policy);
        }
        for (number, description) in self.descriptions.iter().enumerate() {
            self.by_description
                .add(number, &file(self.reader, description.place));
        }
    }

    /// Adds a policy, or fills in the one of its ARN.
    fn put(&mut self, policy: ManagedPolicy) -> PolicyId {
        let new = PolicyId(self.inputs.policies.len());
        let known = policy
            .arn
            .as_ref()
            .and_then(|arn| self.by_arn.get(&arn.value).copied());
        if let Some(known) = known {
            if let Some(first) = self.inputs.policies.get_mut(known.0) {
                if first.version.is_none() {
                    first.version.clone_from(&policy.version);
                }
                let what = || format!("the text of the policy `{}`", shown(&policy.name));
                fill_document(self.reader, &mut first.document, policy.document, what);
            }
            return known;
        }
        if let Some(arn) = &policy.arn {
            self.by_arn.insert(arn.value.clone(), new);
        }
        self.inputs.policies.push(policy);
        new
    }

    fn place_text(&mut self, text: PolicyText, given: &mut Given<'_>) {
        let name = file(self.reader, text.place);
        let wanted = given.roles(&name);
        if wanted.is_empty() {
            if text.is_bare {
                let Some(text) = place_bare(self.reader, self.inputs, given, text) else {
                    return;
                };
                self.place_version(text, &name);
            } else {
                self.place_version(text, &name);
            }
            return;
        }
        let place = text.place;
        let id = self.put_text(text, &name, None);
        for role in wanted {
            if let Some(number) = self.role(role, &name, place) {
                self.attach(number, place, id);
            }
        }
    }

    /// The role that an option names.
    fn role(&mut self, wanted: &str, from: &str, place: Place) -> Option<usize> {
        let is_it = |role: &Identity| match &role.arn {
            Some(arn) if wanted.starts_with("arn:") => arn.value == wanted,
            _ => role.name.value == wanted,
        };
        let fitting = self
            .inputs
            .roles
            .iter()
            .enumerate()
            .filter(|(_, role)| is_it(role));
        let numbered: Vec<_> = fitting
            .map(|(number, role)| (number, file(self.reader, role.place)))
            .collect();
        let found = Scope::of(numbered.iter().map(|(number, file)| (*number, file.as_str()))).only(from);
        if let Err(count) = found {
            let wanted = shown(wanted);
            self.reader.problem(
                place,
                format!("to be attached to the role `{wanted}`, of which there are {count}"),
            );
        }
        found.ok()
    }

    fn attach(&mut self, role: usize, place: Place, policy: PolicyId) {
        if let Some(role) = self.inputs.roles.get_mut(role) {
            role.attached.push(Attachment {
                place,
                name: None,
                arn: None,
                policy: Some(policy),
            });
        }
    }

    /// Puts down the text of a policy; one that says that it is not in force is no text.
    fn put_text(&mut self, text: PolicyText, file: &str, arn: Option<Located<String>>) -> PolicyId {
        let name = match &arn {
            Some(arn) => arn.value.rsplit('/').next().unwrap_or_default(),
            None => hint(file),
        };
        let name = name.to_owned();
        let version = text.version.map(|version| version.value);
        let is_superseded = text.is_default.as_ref().is_some_and(|flag| !flag.value);
        if let Some(flag) = text.is_default.filter(|_| is_superseded) {
            let version = shown(version.as_deref().unwrap_or_default());
            let message =
                format!("version `{version}` is not the default one; the text in force is not known");
            self.reader.note(flag.place, message);
        }
        let document = text.document.filter(|_| !is_superseded);
        let version = version.filter(|_| !is_superseded);
        self.put(ManagedPolicy {
            place: text.place,
            name,
            arn,
            version,
            document,
            embedded: None,
        })
    }

    /// Finds the policy and the role of a text that says neither.
    fn place_version(&mut self, text: PolicyText, file: &str) {
        let place = text.place;
        let role = self.roles.only(file);
        let description = self.description_of(file);
        if let Some(arn) = description.or_else(|| self.wanted_arn(role.ok()?, hint(file))) {
            let is_attached = self.is_attached(role, &arn.value);
            let id = self.put_text(text, file, Some(arn));
            if let (Ok(role), false) = (role, is_attached) {
                self.attach_with_note(role, place, id);
            }
            return;
        }
        let id = self.put_text(text, file, None);
        match role {
            Ok(role) => self.attach_with_note(role, place, id),
            // Policies without any role are there to be looked at for themselves.
            Err(0) => {}
            Err(count) => {
                let message = format!(
                    "this policy does not say whose it is, and {count} roles are near: it is taken as attached to none \
                     without `--attach ROLE=FILE`"
                );
                self.reader.note(place, message);
            }
        }
    }

    /// Whether nothing is to be attached: the role has the policy, or all that it has is listed.
    fn is_attached(&self, role: Result<usize, usize>, arn: &str) -> bool {
        let role = role.ok().and_then(|role| self.inputs.roles.get(role));
        role.is_none_or(|role| {
            let mut known = role
                .attached
                .iter()
                .chain(&role.boundary)
                .filter_map(|one| one.arn.as_ref());
            role.attached_listed || known.any(|known| known.value == arn)
        })
    }

    fn attach_with_note(&mut self, role: usize, place: Place, policy: PolicyId) {
        if let Some(identity) = self.inputs.roles.get(role) {
            let name = shown(&identity.name.value);
            self.reader.note(
                place,
                format!("taken as attached to the role `{name}`, the only one near"),
            );
        }
        self.attach(role, place, policy);
    }

    /// The ARN in the `get-policy` output beside a text: the one of its name, or the only one where there is only
    /// one text.
    fn description_of(&self, file: &str) -> Option<Located<String>> {
        let beside = self.by_description.beside(file);
        let named = |number: &&usize| {
            self.descriptions
                .get(**number)
                .is_some_and(|description| description.name.value == hint(file))
        };
        let only = match (beside, self.versions.beside(file)) {
            ([only], [_]) => Some(only),
            _ => None,
        };
        let number = beside.iter().find(named).or(only)?;
        Some(self.descriptions.get(*number)?.arn.clone())
    }

    /// The ARN of what a role has under this name and without a text.
    fn wanted_arn(&self, role: usize, name: &str) -> Option<Located<String>> {
        let role = self.inputs.roles.get(role)?;
        let mut attachments = role.attached.iter().chain(&role.boundary);
        attachments
            .find(|one| one.name() == Some(name))
            .and_then(|one| one.arn.clone())
            .filter(|arn| !self.by_arn.contains_key(&arn.value))
    }

    /// Described policies: those without text are there too, and the version in force is checked.
    fn describe(&mut self) {
        for description in std::mem::take(&mut self.descriptions) {
            let PolicyDescription {
                place,
                name,
                arn,
                default_version,
            } = description;
            let policy = ManagedPolicy {
                place,
                name: name.value,
                arn: Some(arn),
                version: None,
                document: None,
                embedded: None,
            };
            let id = self.put(policy);
            let Some(policy) = self.inputs.policies.get_mut(id.0) else {
                continue;
            };
            if let (Some(version), Some(default)) = (&policy.version, &default_version)
                && *version != default.value
            {
                let text = at(self.reader, policy.place);
                let (version, default_id) = (shown(version), shown(&default.value));
                let message = format!(
                    "the default version is `{default_id}`, but the text at {text} is that of `{version}`"
                );
                self.reader.problem(default.place, message);
                policy.document = None;
            } else if policy.document.is_none() && policy.version.is_none() {
                let default = default_version.as_ref().map(|version| version.value.as_str());
                embedded::fill(&mut self.reader.sources, policy, default);
            }
        }
    }

    /// Every attachment and boundary that names a policy whose text is here is tied to it.
    fn resolve(&mut self) {
        let Inputs {
            roles, users, groups, ..
        } = &mut *self.inputs;
        for identity in roles.iter_mut().chain(users).chain(groups) {
            for attachment in identity.attached.iter_mut().chain(&mut identity.boundary) {
                let arn = attachment.arn.as_ref();
                attachment.policy = attachment
                    .policy
                    .or_else(|| self.by_arn.get(&arn?.value).copied());
            }
        }
    }
}

/// The name of a policy that the name of its file tells: `policy-NAME.json`, or `role-policy-NAME.json` of a bare one.
fn hint(file: &str) -> &str {
    let stem = name::stem(file);
    let stem = stem
        .strip_prefix("role-")
        .filter(|rest| rest.starts_with("policy-"))
        .unwrap_or(stem);
    stem.strip_prefix("policy-").unwrap_or(stem)
}
