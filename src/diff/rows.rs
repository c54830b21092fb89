//! Rows under construction: what is told apart, for which callers of a group, and the names of the actions.
//!
//! In: for each caller what changed, action by action. Out: rows. What changed for all callers of a group is said
//! without a word of them; what changed for some is said with a condition that tells these from the others.

use std::collections::{BTreeMap, BTreeSet};

use super::callers::kind_in_words;
use super::compress::compress_names;
use super::reads::Reads;
use super::row::{Direction, Request as Witness, Row};
use super::subject::Asked;
use super::tags::TagChange;
use crate::condition::{Mode, Truth};
use crate::engine::ActionName;

/// What the actions of a row have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub direction: Direction,
    pub resource: String,
    /// A resource of the part that changed, where only part of the pattern did: the parts of two actions can differ.
    pub part: Option<String>,
    pub conditions: Vec<Vec<String>>,
    pub doubts: BTreeSet<&'static str>,
    pub tags: Vec<TagChange>,
    pub proved: bool,
}

/// By what they have in common: the actions, with the callers for whom they changed and a request of each.
#[derive(Default)]
pub(super) struct Rows<'a>(BTreeMap<Key, BTreeMap<&'a ActionName, BTreeMap<usize, Witness>>>);

impl<'a> Rows<'a> {
    /// Notes that access to these actions changed for a caller.
    pub fn add(&mut self, key: Key, caller: usize, names: &[&'a ActionName], witness: &Witness) {
        let row = self.0.entry(key).or_default();
        for name in names {
            let callers = row.entry(name).or_default();
            callers.entry(caller).or_insert_with(|| witness.clone());
        }
    }

    /// The rows of a group.
    pub fn finish(self, subject: &str, principal: Option<&str>, asked: &[Asked], reads: &Reads) -> Vec<Row> {
        let everyone: BTreeSet<usize> = asked.iter().map(|asked| asked.number).collect();
        let mut rows = Vec::new();
        for (key, names) in self.0 {
            let mut by_callers: BTreeMap<BTreeSet<usize>, (Vec<&ActionName>, Witness)> = BTreeMap::new();
            for (name, callers) in names {
                let whom = callers.keys().copied().collect();
                let Some(witness) = callers.into_values().next() else {
                    continue;
                };
                let (names, _) = by_callers.entry(whom).or_insert_with(|| (Vec::new(), witness));
                names.push(name);
            }
            for (whom, (names, witness)) in by_callers {
                let words = (whom != everyone).then(|| in_words(&whom, asked, reads));
                rows.push(Row {
                    direction: key.direction,
                    subject: subject.to_owned(),
                    principal: principal.map(str::to_owned),
                    resource: key.resource.clone(),
                    partly: key.part.is_some(),
                    conditions: with(words, &key.conditions),
                    actions: compress_names(&names),
                    action_count: names.len(),
                    witness,
                    tags: key.tags.clone(),
                    doubts: key.doubts.iter().copied().collect(),
                    proved: key.proved,
                });
            }
        }
        rows
    }
}

/// The alternatives with one more condition each.
fn with(words: Option<String>, conditions: &[Vec<String>]) -> Vec<Vec<String>> {
    match words {
        None => conditions.to_vec(),
        Some(words) if conditions.is_empty() => vec![vec![words]],
        Some(words) => {
            let and =
                |alternative: &Vec<String>| std::iter::once(&words).chain(alternative).cloned().collect();
            conditions.iter().map(and).collect()
        }
    }
}

/// What tells these callers of a group from the others.
fn in_words(whom: &BTreeSet<usize>, asked: &[Asked], reads: &Reads) -> String {
    for condition in &reads.conditions {
        let is = |truth: Truth| {
            asked.iter().all(|asked| {
                let value = condition.evaluate(&asked.context, Mode::Chosen).truth;
                let wanted = if whom.contains(&asked.number) {
                    truth
                } else {
                    truth.negate()
                };
                value == wanted
            })
        };
        if is(Truth::True) {
            return format!("{} holds", condition.in_words());
        }
        if is(Truth::False) {
            return format!("{} does not hold", condition.in_words());
        }
    }
    let kinds = |within: bool| -> BTreeSet<&str> {
        let chosen = asked
            .iter()
            .filter(|asked| whom.contains(&asked.number) == within);
        chosen.map(|asked| kind_in_words(&asked.caller)).collect()
    };
    let (these, others) = (kinds(true), kinds(false));
    if these.is_disjoint(&others) {
        let these: Vec<&str> = these.into_iter().collect();
        return format!("the caller is {}", these.join(" or "));
    }
    let callers: BTreeSet<&str> = asked
        .iter()
        .filter(|asked| whom.contains(&asked.number))
        .map(|asked| asked.caller.text())
        .collect();
    let callers: Vec<&str> = callers.into_iter().take(3).collect();
    format!("the caller is one such as {}", callers.join(" or "))
}
