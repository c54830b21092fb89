//! Findings.
pub mod finding;
