//! The codes that lint reports, with the severity each has unless a check says otherwise.

use crate::finding::Severity;

/// One code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// `policy/…`.
    pub name: &'static str,
    /// How grave a finding is, where the check does not tell cases apart.
    pub severity: Severity,
    /// What holds when there is no such finding: one line.
    pub claim: &'static str,
}

const fn code(name: &'static str, severity: Severity, claim: &'static str) -> Code {
    Code {
        name,
        severity,
        claim,
    }
}

pub(super) const SYNTAX: Code = code(
    "policy/syntax",
    Severity::Error,
    "the document is valid for its policy type",
);
pub(super) const UNKNOWN_ACTION: Code = code(
    "policy/unknown-action",
    Severity::Warning,
    "every action or action pattern matches something in the catalogue",
);
pub(super) const RESOURCE_NEVER_MATCHES: Code = code(
    "policy/resource-never-matches",
    Severity::Warning,
    "each action's resources can match a resource type of that action",
);
pub(super) const PLACEHOLDER: Code = code(
    "policy/placeholder",
    Severity::Error,
    "no placeholder of a template is left",
);
pub(super) const UNUSED_CONDITION_KEY: Code = code(
    "policy/unused-condition-key",
    Severity::Warning,
    "condition keys exist for the action or are global",
);
pub(super) const INEFFECTIVE_STATEMENT: Code = code(
    "policy/ineffective-statement",
    Severity::Warning,
    "the statement can change some decision",
);
pub(super) const SIZE: Code = code(
    "policy/size",
    Severity::Error,
    "the document is within the quota of its type",
);

/// Every code, in the order of the documentation.
pub const CODES: [Code; 7] = [
    SYNTAX,
    UNKNOWN_ACTION,
    RESOURCE_NEVER_MATCHES,
    PLACEHOLDER,
    UNUSED_CONDITION_KEY,
    INEFFECTIVE_STATEMENT,
    SIZE,
];
