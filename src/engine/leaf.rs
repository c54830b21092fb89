//! What a decision can rest on while facts are missing.

use rustc_hash::FxHashMap;

use super::expr::{Expr, LeafId};
use super::layer::{PolicyRef, StatementRef};
use crate::condition::Condition;
use crate::language::Language;
use crate::pattern::Glob;

/// One undecided part of a decision.
#[derive(Debug, Clone)]
pub(super) enum Leaf<'a> {
    /// A condition whose key, or a variable of it, is not known.
    Condition {
        at: StatementRef,
        index: usize,
        condition: &'a Condition,
    },
    /// A resource entry with variables of unknown value, against the one resource asked for.
    Resource {
        at: StatementRef,
        index: usize,
        entry: &'a super::compile::ResourceEntry,
        resource: &'a str,
    },
    /// Whether the words of a set question lie in this pattern.
    Part(usize),
    /// Something that no context can settle (TRI-12).
    Doubt {
        at: Option<PolicyRef>,
        statement: Option<usize>,
        doubt: Doubt,
        /// What the doubt is about, where it is not the whole statement.
        about: Option<Box<str>>,
    },
}

/// Why something is open whatever the request context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Doubt {
    /// The policy is attached, and its text is not at hand (TRI-16).
    PolicyNotGiven,
    /// The statement or its document holds what the grammar does not have.
    NotUnderstood,
    /// `Effect` is neither `Allow` nor `Deny`.
    Effect,
    /// `Action` is missing or not understood.
    Action,
    /// `Resource` is missing, not understood, or has a form whose meaning AWS does not give.
    Resource,
    /// Whether a wildcard runs on past a colon changes the match (MATCH-R3).
    AmbiguousColon,
    /// Who the principal element names cannot be told from its text (MATCH-P2, MATCH-P9, TRI-18).
    Principal,
    /// The condition's operator is unknown, or AWS leaves open how its values compare.
    Condition,
    /// A part of the statement or of the request is not known yet (HOLE-02).
    Hole,
    /// A variable of unknown value in a pattern that is compared with a set of resources (SET-13).
    Variable,
    /// Whether the caller's account owns the resource is not known (TRI-17).
    ResourceOwner,
    /// Whether resource control policies cover the service is not known (EVAL-23).
    ResourceControlScope,
}

impl Doubt {
    /// The doubt in words, lower case, no final stop.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::PolicyNotGiven => "the policy is attached but its text is not among the inputs",
            Self::NotUnderstood => "part of the statement or its document is not understood",
            Self::Effect => "the effect is neither `Allow` nor `Deny`",
            Self::Action => "the action element is missing or not understood",
            Self::Resource => "the resource element is missing, or what it matches is not documented",
            Self::AmbiguousColon => "AWS's texts differ on whether the wildcard runs on past a colon",
            Self::Principal => "whom the principal element names cannot be told from its text",
            Self::Condition => "how the condition compares these values is not documented",
            Self::Hole => "a value in it is not known yet",
            Self::Variable => "a policy variable in the resource has no known value",
            Self::ResourceOwner => "the account that owns the resource is not known",
            Self::ResourceControlScope => "whether resource control policies cover the service is not known",
        }
    }

    /// The name in machine-readable output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PolicyNotGiven => "policy-not-given",
            Self::NotUnderstood => "not-understood",
            Self::Effect => "effect",
            Self::Action => "action",
            Self::Resource => "resource",
            Self::AmbiguousColon => "ambiguous-colon",
            Self::Principal => "principal",
            Self::Condition => "condition",
            Self::Hole => "not-known-yet",
            Self::Variable => "variable",
            Self::ResourceOwner => "resource-owner",
            Self::ResourceControlScope => "resource-control-scope",
        }
    }
}

/// A pattern whose acceptance a set question turns on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Part {
    /// Of resources.
    Resources(Glob),
    /// Of folded action names.
    Names(Glob),
}

impl Part {
    /// The words of a question about resources that lie in this part.
    pub fn of_resources(&self) -> Language {
        match self {
            Self::Resources(glob) => Language::glob(glob),
            // Without a set of names there are no such parts.
            Self::Names(_) => Language::empty(),
        }
    }
}

/// The undecided parts of one decision, and the patterns of a set question.
#[derive(Debug, Default)]
pub(super) struct Leaves<'a> {
    pub all: Vec<Leaf<'a>>,
    /// The distinct patterns whose acceptance a set question turns on.
    pub parts: Vec<Part>,
    of_part: FxHashMap<Part, LeafId>,
}

impl<'a> Leaves<'a> {
    pub fn add(&mut self, leaf: Leaf<'a>) -> Expr {
        let id = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(leaf);
        Expr::Leaf(LeafId(id))
    }

    pub fn doubt(&mut self, at: StatementRef, doubt: Doubt) -> Expr {
        self.add(Leaf::Doubt {
            at: Some(at.policy),
            statement: Some(at.statement),
            doubt,
            about: None,
        })
    }

    /// The leaf of a doubt that is all about a text of the statement: the same text is the same doubt.
    pub fn doubt_about(&mut self, at: StatementRef, doubt: Doubt, about: String) -> Expr {
        self.add(Leaf::Doubt {
            at: Some(at.policy),
            statement: Some(at.statement),
            doubt,
            about: Some(about.into()),
        })
    }

    /// The leaf of a pattern of resources; the same pattern is the same leaf.
    pub fn resources(&mut self, glob: &Glob) -> Expr {
        if glob.is_everything() {
            return Expr::True;
        }
        self.part(Part::Resources(glob.clone()))
    }

    /// The leaf of a pattern of folded action names; the same pattern is the same leaf.
    pub fn names(&mut self, glob: &Glob) -> Expr {
        if glob.is_everything() {
            return Expr::True;
        }
        self.part(Part::Names(glob.clone()))
    }

    fn part(&mut self, part: Part) -> Expr {
        if let Some(id) = self.of_part.get(&part) {
            return Expr::Leaf(*id);
        }
        self.parts.push(part.clone());
        let leaf = self.add(Leaf::Part(self.parts.len() - 1));
        if let Expr::Leaf(id) = leaf {
            self.of_part.insert(part, id);
        }
        leaf
    }
}
