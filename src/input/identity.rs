//! Roles, users and groups with their policies: one type, as IAM describes all three with the same members.

use super::model::{Located, PolicyDocument, Setting};
use crate::source::Place;

/// What an identity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentityKind {
    /// A role.
    Role,
    /// A user.
    User,
    /// A group of users.
    Group,
}

impl IdentityKind {
    /// The kind as a word, for messages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::User => "user",
            Self::Group => "group",
        }
    }
}

/// A role, user or group.
#[derive(Clone, Debug)]
pub struct Identity {
    /// What it is.
    pub kind: IdentityKind,
    /// The object that describes it, or a policy of it that names it.
    pub place: Place,
    /// Its name, without path.
    pub name: Located<String>,
    /// Its ARN; `None` where only policies that name it are given.
    pub arn: Option<Located<String>>,
    /// Its path, from `/` to `/`.
    pub path: Option<Located<String>>,
    /// A role's trust policy; `None` where it is not given or not readable.
    pub trust: Option<PolicyDocument>,
    /// Its inline policies.
    pub inline: Vec<NamedPolicy>,
    /// Its managed policies.
    pub attached: Vec<Attachment>,
    /// Whether an output listed the managed policies, so that there are no others.
    pub attached_listed: bool,
    /// Its permissions boundary.
    pub boundary: Option<Attachment>,
    /// The names of the groups that a user is in.
    pub groups: Vec<Located<String>>,
    /// Its tags.
    pub tags: Vec<Setting>,
    /// Whether some output listed its tags, be it none.
    pub tags_listed: bool,
}

impl Identity {
    /// One of which no more than its name is known.
    #[must_use]
    pub fn named(kind: IdentityKind, name: Located<String>, place: Place) -> Self {
        Self {
            kind,
            place,
            name,
            arn: None,
            path: None,
            trust: None,
            inline: Vec::new(),
            attached: Vec::new(),
            attached_listed: false,
            boundary: None,
            groups: Vec::new(),
            tags: Vec::new(),
            tags_listed: false,
        }
    }

    /// The id of its account: the fifth part of its ARN.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.arn.as_ref()?.value.split(':').nth(4)
    }

    /// Whether a service made the role for itself, as the path says. Nobody attaches policies to such a role.
    #[must_use]
    pub fn is_service_linked(&self) -> bool {
        let path = self.path.as_ref().map(|path| path.value.as_str());
        let in_arn = |arn: &Located<String>| arn.value.contains(":role/aws-service-role/");
        path.is_some_and(|path| path.starts_with("/aws-service-role/"))
            || self.arn.as_ref().is_some_and(in_arn)
    }
}

/// An inline policy.
#[derive(Clone, Debug)]
pub struct NamedPolicy {
    /// The object that holds it, or the name in a list.
    pub place: Place,
    /// Its name.
    pub name: Located<String>,
    /// The policy; `None` where only its name is given.
    pub document: Option<PolicyDocument>,
}

/// The number of a managed policy in one [`Inputs`](super::Inputs).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyId(pub(super) usize);

/// A managed policy as it is attached to an identity, or set as its boundary.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// The object or string that says so.
    pub place: Place,
    /// The policy's name.
    pub name: Option<Located<String>>,
    /// The policy's ARN; `None` where the text was given and the ARN was not.
    pub arn: Option<Located<String>>,
    /// The policy; `None` where its text is not given.
    pub policy: Option<PolicyId>,
}

impl Attachment {
    /// The name, from the ARN where only that is given.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match (&self.name, &self.arn) {
            (Some(name), _) => Some(&name.value),
            (None, Some(arn)) => arn.value.rsplit('/').next(),
            (None, None) => None,
        }
    }
}
