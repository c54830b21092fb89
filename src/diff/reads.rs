//! What the policies of both sides read of their caller.
//!
//! In: layers. Out: [`Reads`]: the conditions on keys that follow from who calls, the keys that are read at all, and
//! every text, so that a name can be chosen that no policy speaks of.

use std::collections::{BTreeMap, BTreeSet};

use crate::condition::Condition;
use crate::engine::Layers;
use crate::policy::{Policy, Reading, Statement, Template};

/// The keys that tell which user or role calls.
pub(super) const IDENTITY_KEYS: [&str; 5] = [
    "aws:PrincipalArn",
    "aws:PrincipalAccount",
    "aws:PrincipalType",
    "aws:userid",
    "aws:username",
];
/// The keys that only some kinds of caller have.
const KIND_KEYS: [&str; 5] = [
    "aws:PrincipalIsAWSService",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
];
/// What the keys of the caller's tags begin with, folded.
pub(super) const TAG: &str = "aws:principaltag/";

/// What policies read.
#[derive(Default)]
pub(super) struct Reads {
    /// Conditions on keys that follow from the caller, tags aside.
    pub conditions: Vec<Condition>,
    /// The keys of all conditions and variables, by their folded form as first written.
    pub keys: BTreeMap<String, String>,
    /// The texts in which names can stand.
    texts: BTreeSet<String>,
}

impl Reads {
    /// Gathers from all policies of the layers.
    pub fn of(layers: &[&Layers]) -> Self {
        let mut reads = Self::default();
        for policy in policies(layers) {
            for statement in &policy.statements {
                reads.statement(policy, statement);
            }
        }
        reads
    }

    fn statement(&mut self, policy: &Policy, statement: &Statement) {
        let mut template = |text: &str| {
            if let Ok(template) = Template::parse(text, policy.version) {
                for key in template.variable_keys() {
                    self.keys
                        .entry(key.to_ascii_lowercase())
                        .or_insert_with(|| key.to_owned());
                }
            }
            self.texts.insert(text.to_owned());
        };
        if let Reading::Known { value, .. } = &statement.resource {
            value.values.iter().for_each(|item| template(&item.value));
        }
        if let Reading::Known { value, .. } = &statement.principal {
            value.entries.iter().for_each(|entry| template(&entry.value));
        }
        for entry in &statement.conditions {
            let texts = entry.values.iter().filter_map(|value| value.text.as_deref());
            texts.for_each(&mut template);
        }
        for entry in &statement.conditions {
            let key = entry.key.to_ascii_lowercase();
            if is_of_caller(&key) {
                self.conditions.push(Condition::compile(entry, policy.version));
            }
            self.keys.entry(key).or_insert_with(|| entry.key.to_string());
        }
    }

    /// Whether it matters which role or user of all calls.
    pub fn identities(&self) -> bool {
        self.keys.keys().any(|key| is_one_of(&IDENTITY_KEYS, key))
    }

    /// Whether it matters what kind of caller it is.
    pub fn kinds(&self) -> bool {
        self.keys
            .keys()
            .any(|key| is_of_caller(key) || key.starts_with(TAG))
    }

    /// The keys of principal tags, as written.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        let tags = self.keys.iter().filter(|(folded, _)| folded.starts_with(TAG));
        tags.map(|(_, written)| written.as_str())
    }

    /// The conditions on a key.
    pub fn on(&self, key: &str) -> Vec<&Condition> {
        self.conditions
            .iter()
            .filter(|condition| condition.key() == key)
            .collect()
    }

    /// The first of these names that no policy speaks of.
    pub fn unspoken(&self, names: impl IntoIterator<Item = String>) -> Option<String> {
        names
            .into_iter()
            .find(|name| !self.texts.iter().any(|text| text.contains(name.as_str())))
    }
}

fn is_of_caller(folded: &str) -> bool {
    is_one_of(&IDENTITY_KEYS, folded) || is_one_of(&KIND_KEYS, folded)
}

fn is_one_of(keys: &[&str], folded: &str) -> bool {
    keys.iter().any(|key| key.eq_ignore_ascii_case(folded))
}

/// The policies of all layers.
pub(super) fn policies<'a>(layers: &'a [&'a Layers]) -> impl Iterator<Item = &'a Policy> {
    let of = |layers: &'a Layers| {
        Layers::KINDS
            .into_iter()
            .flat_map(|kind| layers.levels(kind))
            .flatten()
    };
    layers
        .iter()
        .flat_map(move |layers| of(layers))
        .filter_map(|policy| policy.policy())
}
