//! The question: who does what to which resource, in which context.

use super::caller::Caller;
use crate::condition::{Context, Mode};
use crate::dialect::Dialect;
use crate::language::Language;
use crate::pattern::{ColonMode, Glob, hole};

/// What a request touches.
#[derive(Debug, Clone)]
pub enum Resource {
    /// One resource by its literal ARN, or the pseudo-resource `*` of actions without resource types (MATCH-R8).
    One(String),
    /// Every resource of a set.
    All(ResourceSet),
}

/// A set of resources: the words that all of the languages accept.
#[derive(Debug, Clone)]
pub struct ResourceSet {
    /// The set as its asker wrote it.
    pub text: String,
    /// The languages whose common words are the set.
    pub languages: Vec<Language>,
    /// A text that every word begins with, as far as that is said; parts of it may not be known yet (HOLE-02).
    pub head: String,
    /// Whether words may have such parts behind the head too.
    pub is_open: bool,
}

impl ResourceSet {
    /// The set of a pattern in which `*` and `?` are wildcards and take any character, colons included; `*`
    /// alone is every ARN.
    ///
    /// Source: SET-01.
    pub fn pattern(text: &str) -> Self {
        let pattern = if text == "*" { "arn:*:*:*:*:*" } else { text };
        Self {
            text: text.to_owned(),
            languages: vec![Language::glob(&Glob::parse(pattern))],
            head: String::new(),
            is_open: hole::has_hole(text),
        }
    }

    /// The set of a pattern of names of a dialect, whose wildcards stay within their fields.
    ///
    /// Source: SET-01, RAM-03.
    pub fn names(text: &str, dialect: Dialect) -> Self {
        let glob = Glob::name(&dialect.canonical(text), ColonMode::Segmented, dialect);
        Self::common(text, vec![Language::glob(&glob)])
    }

    /// The words that all of these languages accept.
    pub fn common(text: impl Into<String>, languages: Vec<Language>) -> Self {
        Self {
            text: text.into(),
            languages,
            head: String::new(),
            is_open: false,
        }
    }

    /// The same set, restricted to the resources that also match one of these patterns (SET-02).
    #[must_use]
    pub fn within(mut self, universe: &[Glob]) -> Self {
        let languages: Vec<Language> = universe.iter().map(Language::glob).collect();
        self.languages.push(Language::union(&languages));
        self
    }

    /// The set of the words of a language.
    pub fn language(text: impl Into<String>, language: Language) -> Self {
        Self::common(text, vec![language])
    }

    /// The same set, of words that all begin with `head`; `is_open` says whether parts behind it are not known yet.
    #[must_use]
    pub fn beginning(self, head: String, is_open: bool) -> Self {
        Self {
            head,
            is_open,
            ..self
        }
    }
}

/// One question.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who asks.
    pub caller: Caller,
    /// The action as written, `service:Name` in any case.
    pub action: String,
    /// What it touches.
    pub resource: Resource,
    /// The account that owns the resource; `None` when it is not known (TRI-17).
    pub resource_account: Option<String>,
    /// What is known of the request context.
    pub context: Context,
    /// The caller's account is the organization's management account: SCPs do not apply (EVAL-21).
    pub management_account: bool,
    /// The resource's account is the management account: RCPs do not apply (EVAL-23).
    pub resource_in_management_account: bool,
    /// The caller is a service-linked role, said rather than seen by its path (EVAL-20).
    pub service_linked: bool,
    /// How rules that AWS leaves open are treated.
    pub mode: Mode,
}

impl Resource {
    /// Whether some of it is not known yet.
    pub fn is_open(&self) -> bool {
        match self {
            Self::One(text) => hole::has_hole(text),
            Self::All(set) => set.is_open || hole::has_hole(&set.head),
        }
    }
}

impl Request {
    /// A request of a caller on one resource that its own account owns, with nothing known of the context but
    /// what follows from the caller.
    pub fn new(caller: Caller, action: impl Into<String>, resource: Resource) -> Self {
        let mut context = Context::open();
        caller.derive_context(&mut context, Mode::Chosen);
        caller.derive_presence(&mut context);
        Self {
            resource_account: caller.account().map(str::to_owned),
            caller,
            action: action.into(),
            resource,
            context,
            management_account: false,
            resource_in_management_account: false,
            service_linked: false,
            mode: Mode::Chosen,
        }
    }

    /// The dialect that the request belongs to: the caller's, else that of the resource's name.
    pub fn dialect(&self) -> Dialect {
        let by_resource = || Dialect::of_name(self.resource_text()).unwrap_or_default();
        self.caller.dialect().unwrap_or_else(by_resource)
    }

    /// The resource as written.
    pub fn resource_text(&self) -> &str {
        match &self.resource {
            Resource::One(text) => text,
            Resource::All(set) => &set.text,
        }
    }
}
