//! Findings against what was planted: how much was found, and how much of what was said is true.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use serde::Deserialize;

/// A line of the manifest.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Planted {
    pub(crate) account: String,
    pub(crate) connector: String,
    pub(crate) role: String,
    pub(crate) code: String,
    /// Codes that are right too, and that may be folded under the first.
    pub(crate) also: Vec<String>,
    /// Codes that count neither for nor against.
    pub(crate) may: Vec<String>,
    pub(crate) edit: String,
}

/// What matters of a finding.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Said {
    #[serde(default)]
    pub(crate) kind: Option<String>,
    #[serde(default)]
    pub(crate) code: String,
    #[serde(default)]
    pub(crate) severity: String,
    #[serde(default)]
    pub(crate) account: Option<String>,
    #[serde(default)]
    pub(crate) subject: Subject,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Subject {
    #[serde(default)]
    pub(crate) connector: Option<String>,
    #[serde(default)]
    pub(crate) role: Option<String>,
}

/// Counts of one code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) planted: usize,
    pub(crate) found: usize,
    pub(crate) said: usize,
    pub(crate) right: usize,
}

/// The comparison, fed gap by gap and finding by finding.
#[derive(Default)]
pub(crate) struct Score {
    planted: Vec<Planted>,
    /// Numbers of gaps by account and connector, and by role.
    by_connector: HashMap<(String, String), Vec<usize>>,
    by_role: HashMap<String, Vec<usize>>,
    /// Which codes of which gap were said.
    seen: BTreeSet<(usize, String)>,
    codes: BTreeMap<String, Count>,
    /// The first findings that no gap explains.
    pub(crate) wrong: Vec<String>,
}

/// At most this many examples of each kind are kept.
const EXAMPLES: usize = 20;

impl Score {
    /// Takes a gap; those of an account before its findings.
    pub(crate) fn plant(&mut self, gap: Planted) {
        let at = self.planted.len();
        let connector = (gap.account.clone(), gap.connector.clone());
        self.by_connector.entry(connector).or_default().push(at);
        self.by_role.entry(gap.role.clone()).or_default().push(at);
        self.planted.push(gap);
    }

    /// Takes one finding. What is not of msk-connect, and notes, are not asked.
    pub(crate) fn add(&mut self, said: &Said) {
        let is_finding = said.kind.as_deref().is_none_or(|kind| kind == "finding");
        if !is_finding || !said.code.starts_with("msk-connect/") || said.severity == "note" {
            return;
        }
        let gaps = self.gaps_of(said);
        let is = |list: &[String]| list.contains(&said.code);
        let gaps: Vec<(usize, &Planted)> = gaps
            .iter()
            .filter_map(|at| Some((*at, self.planted.get(*at)?)))
            .collect();
        if gaps.iter().any(|(_, gap)| is(&gap.may)) {
            return;
        }
        let right = gaps
            .iter()
            .filter(|(_, gap)| gap.code == said.code || is(&gap.also));
        let right: Vec<_> = right.map(|(at, _)| (*at, said.code.clone())).collect();
        let count = self.codes.entry(said.code.clone()).or_default();
        count.said += 1;
        if right.is_empty() {
            if self.wrong.len() < EXAMPLES {
                let subject = &said.subject;
                self.wrong.push(format!(
                    "{} {:?} {:?}",
                    said.code, subject.connector, subject.role
                ));
            }
        } else {
            count.right += 1;
            self.seen.extend(right);
        }
    }

    fn gaps_of(&self, said: &Said) -> Vec<usize> {
        let role = said.subject.role.as_ref();
        let account = said
            .account
            .clone()
            .or_else(|| role?.split(':').nth(4).map(str::to_owned));
        let named = account
            .zip(said.subject.connector.clone())
            .and_then(|key| self.by_connector.get(&key));
        let named = named.or_else(|| {
            self.by_role
                .get(role.filter(|_| said.subject.connector.is_none())?)
        });
        named.cloned().unwrap_or_default()
    }

    /// Counts by code. A planted gap is found when its first code was said; with `all`, the others count as well.
    pub(crate) fn counts(&self, all: bool) -> BTreeMap<String, Count> {
        let mut codes = self.codes.clone();
        for (at, code) in self.wanted(all) {
            let is_found = self.seen.contains(&(at, code.to_owned()));
            let count = codes.entry(code.to_owned()).or_default();
            count.planted += 1;
            count.found += usize::from(is_found);
        }
        codes
    }

    fn wanted(&self, all: bool) -> impl Iterator<Item = (usize, &str)> {
        self.planted.iter().enumerate().flat_map(move |(at, gap)| {
            let also = gap.also.iter().filter(move |_| all);
            std::iter::once(&gap.code)
                .chain(also)
                .map(move |code| (at, code.as_str()))
        })
    }

    /// The first gaps that were not found.
    pub(crate) fn missed(&self, all: bool) -> Vec<String> {
        let missed = self
            .wanted(all)
            .filter(|(at, code)| !self.seen.contains(&(*at, (*code).to_owned())));
        let shown = missed.filter_map(|(at, code)| {
            let gap = self.planted.get(at)?;
            Some(format!(
                "{code} {} in {} ({})",
                gap.connector, gap.account, gap.edit
            ))
        });
        shown.take(EXAMPLES).collect()
    }

    /// A table for people.
    pub(crate) fn show(&self, all: bool) -> impl fmt::Display {
        let counts = self.counts(all);
        let mut text = format!(
            "{:<36} {:>8} {:>8} {:>8} {:>8}\n",
            "code", "planted", "found", "said", "right"
        );
        let mut sum = Count::default();
        for (code, count) in &counts {
            text.push_str(&row(code, count));
            sum.planted += count.planted;
            sum.found += count.found;
            sum.said += count.said;
            sum.right += count.right;
        }
        text.push_str(&row("all", &sum));
        let share = |part: usize, whole: usize| match (part, whole) {
            (_, 0) => "nothing to count".to_owned(),
            // Never rounded up to all.
            (part, whole) => format!(
                "{}.{:02} % ({part} of {whole})",
                part * 100 / whole,
                part * 10_000 / whole % 100
            ),
        };
        text.push_str(&format!("recall     {}\n", share(sum.found, sum.planted)));
        text.push_str(&format!("precision  {}\n", share(sum.right, sum.said)));
        for missed in self.missed(all) {
            text.push_str(&format!("missed: {missed}\n"));
        }
        for wrong in &self.wrong {
            text.push_str(&format!("wrong: {wrong}\n"));
        }
        text
    }

    /// Whether everything planted was found and everything said is right.
    pub(crate) fn is_perfect(&self, all: bool) -> bool {
        self.counts(all)
            .values()
            .all(|count| count.planted == count.found && count.said == count.right)
    }
}

fn row(name: &str, count: &Count) -> String {
    let Count {
        planted,
        found,
        said,
        right,
    } = count;
    format!("{name:<36} {planted:>8} {found:>8} {said:>8} {right:>8}\n")
}
