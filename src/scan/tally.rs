//! What units come to together. Tallies add up in any grouping, as long as the order of units stays.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::finding::Severity;

/// Counts of one unit, or of many.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Units judged.
    pub units: u64,
    /// Those of them that are of an account.
    pub accounts: u64,
    /// Texts read: files, and lines of streams.
    pub documents: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Roles.
    pub roles: u64,
    /// Roles that may do everything on everything.
    pub administrators: u64,
    /// Roles whose statements name an action that leads to further rights.
    pub escalating: u64,
    /// Policy documents.
    pub policies: u64,
    /// Connectors, those taken with `--as` included.
    pub connectors: u64,
    /// Provider integrations of Confluent Cloud.
    pub integrations: u64,
    /// Findings of severity error.
    pub errors: u64,
    /// Findings of severity warning.
    pub warnings: u64,
    /// Findings of severity note.
    pub notes: u64,
    /// What could not be read, or not wholly.
    pub problems: u64,
    /// Texts of which nothing could be read, or that are nothing known.
    pub unread: u64,
    /// Findings left out because they follow from one that is there.
    pub folded: u64,
    /// Texts that could be read and are something known; where there are none, there is nothing to answer.
    #[serde(skip)]
    pub understood: u64,
    /// Findings by code.
    pub codes: BTreeMap<String, u64>,
    /// The first findings of each code, where examples are kept.
    #[serde(skip)]
    pub examples: BTreeMap<String, Vec<Example>>,
    /// The first problems, where examples are kept.
    #[serde(skip)]
    pub first_problems: Vec<Example>,
}

/// A finding in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// How grave it is.
    pub severity: Severity,
    /// `file:line:column`.
    pub place: String,
    /// The message.
    pub message: String,
}

/// How many examples of a code, and how many problems, are kept.
pub(super) const EXAMPLES: usize = 3;

impl Tally {
    /// Adds what comes after.
    pub fn add(&mut self, other: Self) {
        let numbers = [
            (&mut self.units, other.units),
            (&mut self.accounts, other.accounts),
            (&mut self.documents, other.documents),
            (&mut self.bytes, other.bytes),
            (&mut self.roles, other.roles),
            (&mut self.administrators, other.administrators),
            (&mut self.escalating, other.escalating),
            (&mut self.policies, other.policies),
            (&mut self.connectors, other.connectors),
            (&mut self.integrations, other.integrations),
            (&mut self.errors, other.errors),
            (&mut self.warnings, other.warnings),
            (&mut self.notes, other.notes),
            (&mut self.problems, other.problems),
            (&mut self.unread, other.unread),
            (&mut self.folded, other.folded),
            (&mut self.understood, other.understood),
        ];
        for (sum, more) in numbers {
            *sum += more;
        }
        for (code, count) in other.codes {
            *self.codes.entry(code).or_default() += count;
        }
        for (code, examples) in other.examples {
            keep(self.examples.entry(code).or_default(), examples);
        }
        keep(&mut self.first_problems, other.first_problems);
    }

    /// Counts a finding.
    pub(super) fn count(&mut self, code: &str, severity: Severity) {
        let of = match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
            Severity::Note => &mut self.notes,
        };
        *of += 1;
        match self.codes.get_mut(code) {
            Some(count) => *count += 1,
            None => {
                self.codes.insert(code.to_owned(), 1);
            }
        }
    }
}

fn keep(kept: &mut Vec<Example>, more: Vec<Example>) {
    let room = EXAMPLES.saturating_sub(kept.len());
    kept.extend(more.into_iter().take(room));
}
