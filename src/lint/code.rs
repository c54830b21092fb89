//! The codes that lint reports, with the severity each has unless a check says otherwise, and what a person who meets
//! one wants to know. The examples are proved by a test and by `rolecall rules test`.

use crate::finding::Severity;
use crate::grammar::PolicyType;

/// One code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// `policy/…`.
    pub name: &'static str,
    /// How grave a finding is, where the check does not tell cases apart.
    pub severity: Severity,
    /// What holds when there is no such finding: one line.
    pub claim: &'static str,
    /// What comes of it when it does not hold, in sentences.
    pub why: &'static str,
    /// What to do, in sentences.
    pub help: &'static str,
    /// The texts that it rests on, as a person would look for them.
    pub sources: &'static [&'static str],
    /// A policy that has such a finding, and no other.
    pub fails: CodeExample,
    /// A policy near it that has no finding.
    pub passes: CodeExample,
}

/// A policy that shows a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeExample {
    /// What it shows: lower case, one line, no final stop.
    pub about: &'static str,
    /// The policy; `None` where it would be too long to be read.
    pub policy: Option<&'static str>,
    /// The type that the policy is taken for.
    pub kind: PolicyType,
}

/// An example that is a managed policy of one statement.
macro_rules! example {
    ($about:literal, $statement:literal) => {
        CodeExample {
            about: $about,
            policy: Some(concat!(
                "{ \"Version\": \"2012-10-17\", \"Statement\": [\n",
                $statement,
                "] }"
            )),
            kind: PolicyType::Managed,
        }
    };
}

/// The day on which the sources of all codes were last read.
pub const SOURCES_READ: &str = "2026-11-22";

const GRAMMAR: &str = "IAM User Guide, Grammar of the IAM JSON policy language";
const ELEMENTS: &str = "IAM User Guide, IAM JSON policy element reference";
const REFERENCE: &str =
    "Service Authorization Reference, Actions, resources, and condition keys for AWS services";
const LOGIC: &str = "IAM User Guide, Policy evaluation logic";
const QUOTAS: &str = "IAM User Guide, IAM and AWS STS quotas";

pub(super) const SYNTAX: Code = Code {
    name: "policy/syntax",
    severity: Severity::Error,
    claim: "the document is valid for its policy type",
    why: "AWS refuses to store a document that breaks the grammar of its type, so it grants nothing.",
    help: "Correct what the finding points at. Where AWS's own message is known, the finding quotes it.",
    sources: &[GRAMMAR, ELEMENTS],
    fails: example!(
        "the effect is written in small letters",
        r#"  { "Effect": "allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*" }"#
    ),
    passes: example!(
        "the effect as AWS writes it",
        r#"  { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*" }"#
    ),
};

pub(super) const UNKNOWN_ACTION: Code = Code {
    name: "policy/unknown-action",
    severity: Severity::Warning,
    claim: "every action or action pattern matches something in the catalogue",
    why: "AWS stores an action that does not exist and says nothing; the statement then grants or denies nothing by it.",
    help: "Write the name of an action as the service's list has it; the finding offers names that are near. An \
           action newer than the catalogue of this version is a false alarm.",
    sources: &[REFERENCE],
    fails: example!(
        "an action that is an API call of the client, and no action",
        r#"  { "Effect": "Allow", "Action": "kafka-cluster:ConsumeData", "Resource": "*" }"#
    ),
    passes: example!(
        "the action by its name",
        r#"  { "Effect": "Allow", "Action": "kafka-cluster:ReadData", "Resource": "*" }"#
    ),
};

pub(super) const RESOURCE_NEVER_MATCHES: Code = Code {
    name: "policy/resource-never-matches",
    severity: Severity::Warning,
    claim: "each action's resources can match a resource type of that action",
    why: "A statement applies to a request only if a resource of it matches that of the request. An action on a \
          resource of another kind is stored, and never applies.",
    help: "Give the action the ARN of the kind of resource it works on: objects of a bucket end with `/*`, topics and \
           groups have the name and the UUID of the cluster before their own.",
    sources: &[REFERENCE, ELEMENTS],
    fails: example!(
        "an action on objects with the ARN of the bucket",
        r#"  { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders" }"#
    ),
    passes: example!(
        "the objects of the bucket",
        r#"  { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*" }"#
    ),
};

pub(super) const PLACEHOLDER: Code = Code {
    name: "policy/placeholder",
    severity: Severity::Error,
    claim: "no placeholder of a template is left",
    why: "A policy copied from documentation grants nothing on the user's own resources while the names of the \
          documentation stand in it.",
    help: "Write the account, region, name or ARN that the placeholder stands for.",
    sources: &[ELEMENTS],
    fails: example!(
        "the bucket of the documentation",
        r#"  { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::<your-bucket>/*" }"#
    ),
    passes: example!(
        "a variable of IAM, which is no placeholder",
        r#"  { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/${aws:username}/*" }"#
    ),
};

pub(super) const UNUSED_CONDITION_KEY: Code = Code {
    name: "policy/unused-condition-key",
    severity: Severity::Warning,
    claim: "condition keys exist for the action or are global",
    why: "A key that no request of the action carries is absent: a positive operator then never holds, so that an \
          Allow grants nothing, and a negated one always holds.",
    help: "Use a key that the service lists for the action, or a global one (`aws:…`), or move the condition to a \
           statement of the actions that have the key.",
    sources: &[REFERENCE, "IAM User Guide, AWS global condition context keys"],
    fails: example!(
        "a key of another action",
        r#"  { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*",
    "Condition": { "StringEquals": { "s3:prefix": "orders" } } }"#
    ),
    passes: example!(
        "the key with the action that has it",
        r#"  { "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::orders",
    "Condition": { "StringEquals": { "s3:prefix": "orders" } } }"#
    ),
};

pub(super) const INEFFECTIVE_STATEMENT: Code = Code {
    name: "policy/ineffective-statement",
    severity: Severity::Warning,
    claim: "the statement can change some decision",
    why: "A statement that changes no decision misleads whoever reads the policy, and is often one that was meant \
          otherwise. It is said only where it is proved for every request.",
    help: "Take the statement out, or correct what the finding names: the Deny that covers it, the statement that \
           says the same, the conditions that cannot hold together.",
    sources: &[LOGIC],
    fails: example!(
        "a grant within a denial",
        r#"  { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*" },
  { "Effect": "Deny", "Action": "s3:*", "Resource": "*" }"#
    ),
    passes: example!(
        "a denial that leaves a part of the grant",
        r#"  { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*" },
  { "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::orders/private/*" }"#
    ),
};

pub(super) const SIZE: Code = Code {
    name: "policy/size",
    severity: Severity::Error,
    claim: "the document is within the quota of its type",
    why: "AWS refuses a document above its quota. Above nine tenths of it, which is a warning, the next change may be \
          refused.",
    help: "Split the policy, or say the same with fewer and wider patterns. White space does not count in managed, \
           inline and trust policies.",
    sources: &[QUOTAS, "AWS Organizations User Guide, Quotas and service limits"],
    fails: CodeExample {
        about: "a managed policy of 6,145 characters, white space apart",
        policy: None,
        kind: PolicyType::Managed,
    },
    passes: CodeExample {
        about: "a managed policy of 5,500 characters, white space apart",
        policy: None,
        kind: PolicyType::Managed,
    },
};

/// The first half of every code.
pub const PACK: &str = "policy";

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
