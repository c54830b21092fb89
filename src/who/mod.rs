//! Who can do something, what somebody can do, and who can become whom.
//!
//! In: [`crate::input::Inputs`], and questions "who may do this action to this resource". Out: for each question who can,
//! on all of it or on a part, who can if something unknown is so, and who can become one of these by assuming roles;
//! for a principal what it is granted. Every answer is a decision of [`crate::engine`] over all layers at hand: identity
//! policies, boundaries, organization policies and the policies of the resources, those of roles among them. An index
//! leaves out whoever no policy can grant anything of the question; it never decides.
//!
//! Source: EVAL-05 … EVAL-24, TRUST-01 … TRUST-07, SET-02, SET-15, TRI-06, TRI-16.

mod question;
mod principal;
mod guard;
mod index;
mod ground;
mod asking;
mod corpus;
mod outside;
mod graph;
mod step;
mod access;
mod reach;
mod wire;
mod render;
mod render_reach;

pub use access::{Access, Answer, Chain, Hop, answer};
pub use asking::{Verdict, Witness};
pub use corpus::{Corpus, Options};
pub use graph::Become;
pub use ground::Ground;
pub use principal::{PrincipalKind, Unnamed};
pub use question::{Question, QuestionFault};
pub use reach::{Becoming, Grant, Reach, ServiceGrants, alike, find, reach};
pub use render::{write as write_text, write_remarks};
pub use render_reach::{write as write_reach_text, write_json as write_reach_json};
pub use wire::{write_json, write_ndjson};

#[cfg(test)]
mod tests;
