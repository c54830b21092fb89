//! Grammar and sense of one policy, as findings: the codes `policy/*`.
//!
//! In: a document of the sources and the type of policy it is. Out: [`Finding`]s, sorted by place. `policy/syntax`
//! says what the grammar of the type refuses ([`crate::grammar`]); the other codes say what AWS would store
//! and what can have no effect, or not the intended one. These hold a statement against the catalogue, which is a
//! snapshot: so they are warnings, except placeholders that are left and sizes above the quota.
//!
//! Invariants: what is said to have no effect is proved, by inclusion or emptiness of languages, for every request;
//! what was not understood, or what a bounded search did not settle, is never called ineffective. Nothing here knows
//! connectors. Cost is near linear in the document, except for action patterns that begin with a wildcard, each of
//! which visits the whole catalogue once a [`Linter`].
//!
//! Files: `code` (the codes), `context` (one document under lint), then one file a check, with what it stands on
//! before it, and `linter`, which runs them.
//!
//! Source: `docs/LINT.md`; MATCH-A1 to MATCH-A6, MATCH-R1 to MATCH-R8, COND-08, EMPTY-01, SIZE-01 to SIZE-11.
//!
//! ```
//! use rolecall::finding::Subject;
//! use rolecall::grammar::PolicyType;
//! use rolecall::lint::Linter;
//! use rolecall::source::Sources;
//!
//! let mut sources = Sources::new();
//! let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
//!     "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data"}}"#;
//! let doc = sources.add_text("policy.json", text.to_owned());
//! let findings = Linter::default().text(&sources, doc, PolicyType::Managed, &Subject::default());
//! let codes: Vec<_> = findings.iter().map(|finding| finding.code.as_str()).collect();
//! assert_eq!(codes, ["policy/resource-never-matches"]);
//! ```
//!
//! [`Finding`]: crate::finding::Finding

mod code;
mod context;
mod syntax;
mod expansion;
mod action;
mod meet;
mod shape;
mod entry;
mod resource;
mod mark;
mod word;
mod field;
mod placeholder;
mod condition_key;
mod contradiction;
mod cover;
mod ineffective;
mod size;
mod linter;

pub use code::{CODES, Code, CodeExample, PACK, SOURCES_READ};
pub use linter::Linter;
pub use size::of_identity;

#[cfg(test)]
mod tests;
