//! rolecall decides, offline and exactly, whether a set of policies grants an action on a resource.
//!
//! Modules are listed in reading order: each names only those before it.

pub mod source;
pub mod dialect;
pub mod pattern;
pub mod language;
pub mod arn;
pub mod catalog;
pub mod managed;
pub mod policy;
pub mod condition;
pub mod grammar;
pub mod engine;
pub mod simulate;
pub mod terraform;
pub mod cloudformation;
pub mod input;
pub mod finding;
pub mod lint;
pub mod pack;
pub mod check;
pub mod proof;
pub mod report;
pub mod rulebook;
pub mod diff;
pub mod graph;
pub mod scan;
pub mod cli;
