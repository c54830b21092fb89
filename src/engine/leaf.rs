//! What a decision can rest on while facts are missing.

use super::layer::{PolicyRef, StatementRef};
use crate::condition::Condition;
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
            Self::Variable => "variable",
            Self::ResourceOwner => "resource-owner",
            Self::ResourceControlScope => "resource-control-scope",
        }
    }
}

/// The undecided parts of one decision, and the patterns of a set question.
#[derive(Debug, Default)]
pub(super) struct Leaves<'a> {
    pub all: Vec<Leaf<'a>>,
    /// The distinct patterns whose acceptance a set question turns on.
    pub parts: Vec<Glob>,
}

impl<'a> Leaves<'a> {
    pub fn add(&mut self, leaf: Leaf<'a>) -> super::expr::Expr {
        let id = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(leaf);
        super::expr::Expr::Leaf(super::expr::LeafId(id))
    }

    pub fn doubt(&mut self, at: StatementRef, doubt: Doubt) -> super::expr::Expr {
        self.add(Leaf::Doubt {
            at: Some(at.policy),
            statement: Some(at.statement),
            doubt,
        })
    }

    /// The leaf of a pattern; the same pattern is the same leaf.
    pub fn part(&mut self, glob: &Glob) -> super::expr::Expr {
        if glob.is_everything() {
            return super::expr::Expr::True;
        }
        if let Some(index) = self.parts.iter().position(|part| part == glob) {
            let known = self
                .all
                .iter()
                .position(|leaf| matches!(leaf, Leaf::Part(i) if *i == index));
            if let Some(id) = known.and_then(|id| u32::try_from(id).ok()) {
                return super::expr::Expr::Leaf(super::expr::LeafId(id));
            }
        }
        self.parts.push(glob.clone());
        self.add(Leaf::Part(self.parts.len() - 1))
    }
}
