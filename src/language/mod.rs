//! Decisions about Boolean combinations of pattern languages: does this pattern lie within the union of
//! those, which of these patterns accept a word of that one, and a shortest word that shows it.
//!
//! A [`Language`] is a regular language over Unicode scalar values, made from IAM wildcard patterns
//! ([`crate::pattern::Glob`]), Java regular expressions, literals, or other languages. A [`Product`] looks at
//! several together: it visits every distinct way in which its parts accept the words of its query, each with
//! a shortest word. Complements need nothing special: whoever asks evaluates their own formula over the
//! parts.
//!
//! Nothing here knows IAM. Work, memory and states are bounded by [`Limits`]; an answer that was cut short
//! says so and is never a guess.
//!
//! Source: SET-06 to SET-12, MATCH-G1 to MATCH-G4, MATCH-R3 (through the tokens of a glob), TRI-09 (regions
//! of a string). SET-12's antichain is left out: it would only help where `?` follows `*` in both the query
//! and the union, which policies hardly have; such a question may end undecided.
//!
//! Files, lowest first: `charset` and `bits` (sets), `fold` (letter case), `intern`, `program` (one language
//! as an automaton), `walk` (one step of it), `regex` with `regex_class` and `regex_fault` (Java regular
//! expressions), `language` (how languages are made), `limits`, `alphabet` (which characters need telling
//! apart), `query` (the intersection that is searched), `subsets` (parts made deterministic on demand),
//! `plan` (parts worth following), `search`, `product` (every acceptance vector), `question` (yes or no).

mod charset;
mod bits;
mod fold;
mod intern;
mod program;
mod walk;
mod regex_fault;
mod regex_class;
mod regex;
#[expect(
    clippy::module_inception,
    reason = "the type and the module share the field's word"
)]
mod language;
mod limits;
mod alphabet;
mod query;
mod subsets;
mod plan;
mod search;
mod product;
mod question;

pub use bits::BitSet;
pub use charset::CharSet;
pub use fold::lower;
pub use language::Language;
pub use limits::Limits;
pub use product::{Exploration, Product, Relevance};
pub use question::{Inclusion, Search, common_word, included, intersects, word_outside};
pub use regex_fault::{RegexFault, RegexFaultKind};

#[cfg(test)]
mod tests;
