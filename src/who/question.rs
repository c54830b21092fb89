//! A question: which action, on which resource.
//!
//! In: two texts. Out: a [`Question`], whose action and resource are each one or a set. Source: SET-01, SET-02, MATCH-R8.

use crate::arn::Arn;
use crate::catalog;
use crate::dialect::Dialect;
use crate::engine::{Caller, Resource, ResourceSet};
use crate::language::Language;
use crate::pattern::{Fold, Glob, hole};

/// Which action on which resource.
#[derive(Debug, Clone)]
pub struct Question {
    /// The action, or a pattern of actions, as written.
    pub action: String,
    /// The resource, or a pattern of resources, as written.
    pub resource: String,
    owner: Owner,
    resource_is_set: bool,
}

/// Whose the resource is, as far as its name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Owner {
    /// This account's.
    Account(String),
    /// The caller's own, as where the name leaves the account to a wildcard or there is no resource.
    Caller,
    /// The name does not say.
    Unsaid,
}

/// Why the texts make no question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuestionFault {
    /// The action is not `service:Name`.
    #[error("`{0}` is no action: write `service:Name`, with `*` and `?` as wildcards if you like")]
    Action(String),
    /// The resource is neither an ARN nor `*`.
    #[error("`{0}` is no resource: write an ARN such as `arn:aws:s3:::bucket/*`, or `*`")]
    Resource(String),
    /// A name of Alibaba Cloud.
    #[error("`{0}` is a name of Alibaba Cloud, whose principals are not searched")]
    OtherCloud(String),
}

impl Question {
    /// The question of two texts; `owner` is the account of the resource, where that is said.
    ///
    /// # Errors
    /// [`QuestionFault`], by the text that is at fault.
    pub fn new(action: &str, resource: &str, owner: Option<&str>) -> Result<Self, QuestionFault> {
        let parts = action.split_once(':');
        let is_action = |(service, name): (&str, &str)| !service.is_empty() && !name.is_empty();
        let plain = |text: &str| !text.contains(char::is_whitespace) && !text.contains(char::is_control);
        if action != "*" && !(parts.is_some_and(is_action) && plain(action)) {
            return Err(QuestionFault::Action(action.to_owned()));
        }
        for text in [action, resource] {
            if Dialect::of_name(text) == Some(Dialect::Ram) {
                return Err(QuestionFault::OtherCloud(text.to_owned()));
            }
        }
        let is_arn = resource.starts_with("arn:") && resource.matches(':').count() >= 5;
        if resource != "*" && !is_arn {
            return Err(QuestionFault::Resource(resource.to_owned()));
        }
        let wild = |text: &str| text.contains(['*', '?']);
        let no_types = || catalog::action(action).is_some_and(|action| !action.has_resource_types());
        let resource_is_set = wild(resource) && !(resource == "*" && no_types());
        let owner = owner.map_or_else(|| owner_of(resource), |owner| Owner::Account(owner.to_owned()));
        Ok(Self {
            action: action.to_owned(),
            resource: resource.to_owned(),
            owner,
            resource_is_set,
        })
    }

    /// Whether it is about one action on one resource.
    #[must_use]
    pub fn is_single(&self) -> bool {
        !self.resource_is_set && !self.action_is_pattern()
    }

    /// Whether the action stands for several.
    #[must_use]
    pub fn action_is_pattern(&self) -> bool {
        self.action.contains(['*', '?'])
    }

    /// Whether some action of this service, in folded case, may be asked about.
    pub(super) fn may_ask_of(&self, service: &str) -> bool {
        let action = self.folded_action();
        let asked = action.split_once(':').map_or("*", |(service, _)| service);
        Glob::parse(asked).matches(service)
    }

    pub(super) fn owner(&self) -> &Owner {
        &self.owner
    }

    /// A role of whoever owns the resource, in its partition; `account` where its name tells no owner.
    pub(super) fn own_role(&self, account: &str) -> Caller {
        let arn = Arn::parse(&self.resource);
        let partition = arn
            .map(|arn| arn.partition)
            .filter(|partition| !partition.contains(['*', '?']));
        let account = match &self.owner {
            Owner::Account(owner) => owner,
            Owner::Caller | Owner::Unsaid => account,
        };
        Caller::parse(&format!(
            "arn:{}:iam::{account}:role/anyone",
            partition.unwrap_or("aws")
        ))
    }

    /// The action in folded case.
    pub(super) fn folded_action(&self) -> String {
        Fold::Ascii.text(&self.action).into_owned()
    }

    /// The resource as a caller of this partition may name it.
    pub(super) fn asked(&self, partition: Option<&str>) -> Resource {
        if !self.resource_is_set {
            return Resource::One(self.resource.clone());
        }
        let mut set = ResourceSet::pattern(&self.resource);
        if let Some(partition) = partition {
            // Nothing crosses partitions, so whoever asks means its own.
            set.languages.push(Language::union(&[
                Language::glob(&Glob::parse(&format!("arn:{partition}:*"))),
                Language::literal("*"),
            ]));
        }
        Resource::All(set)
    }

    /// The one resource, where it is one that is known in full.
    pub(super) fn literal(&self) -> Option<&str> {
        (!self.resource_is_set && !hole::has_hole(&self.resource)).then_some(&self.resource)
    }

    /// A text that every resource asked about begins with.
    pub(super) fn head(&self) -> &str {
        let end = self.resource.find(['*', '?', hole::OPEN]);
        let end = end.filter(|_| self.literal().is_none());
        self.resource
            .get(..end.unwrap_or(self.resource.len()))
            .unwrap_or_default()
    }

    /// What may be a slip: an action that no service of the catalogue has.
    #[must_use]
    pub fn remark(&self) -> Option<String> {
        if self.action_is_pattern() || catalog::action(&self.action).is_some() {
            return None;
        }
        let suggested = catalog::suggest_action(&self.action);
        let meant = match suggested.first() {
            Some(name) => format!("; did you mean `{name}`?"),
            None => String::new(),
        };
        Some(format!(
            "`{}` is no action that is known here{meant}",
            self.action
        ))
    }
}

fn owner_of(resource: &str) -> Owner {
    if resource == "*" {
        return Owner::Caller;
    }
    match Arn::parse(resource) {
        Some(arn) => match arn.account_id() {
            Some(account) => Owner::Account(account.to_owned()),
            None if arn.account.contains(['*', '?']) => Owner::Caller,
            None => Owner::Unsaid,
        },
        None => Owner::Caller,
    }
}
