//! Proving rules by the examples that they carry.
//!
//! In: a pack, with the packs and classes of the run. Out: a [`Proof`], which says of each example that was answered
//! otherwise what it asked for and what was found. An example is put as a user would have it, as documents that the
//! reader of inputs recognises ([`documents`]), and runs through the real check; nothing knows that it is an example.

mod documents;
mod lint;

pub use documents::documents;
pub use lint::prove_lint;

use rayon::prelude::*;

use crate::check::{CheckOptions, check};
use crate::finding::{Finding, Severity};
use crate::input::{ReadOptions, read};
use crate::pack::{ClassTable, Example, Expect, Pack, Rule};
use crate::source::Location;

/// What a rule says of one of its examples, beside what it should say.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The severity of the findings that the example asks for; `None` where it asks for none.
    pub expected: Option<Severity>,
    /// The findings with the code of the rule, folded ones too, in the order of the report.
    pub findings: Vec<Finding>,
    /// Why the documents of the example could not be read as they should; an example with such a fault proves nothing.
    pub problems: Vec<String>,
}

impl Answer {
    /// Whether the rule says what the example asks for: no finding, or findings of one severity.
    pub fn holds(&self) -> bool {
        let fits = match self.expected {
            None => self.findings.is_empty(),
            Some(severity) => {
                !self.findings.is_empty() && self.findings.iter().all(|finding| finding.severity == severity)
            }
        };
        fits && self.problems.is_empty()
    }
}

/// What came of all examples of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The id of the pack.
    pub pack: String,
    /// Its file; `None` for codes that are no rules of a file.
    pub file: Option<String>,
    /// The number of its codes.
    pub codes: usize,
    /// The number of their examples.
    pub examples: usize,
    /// The examples that were answered otherwise, in the order of the pack.
    pub wrong: Vec<Wrong>,
}

/// An example that was not answered as it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The code of the rule.
    pub code: String,
    /// What the example shows.
    pub about: String,
    /// Where it begins; `None` where it stands in no file.
    pub place: Option<Location>,
    /// The severity of the finding that it asks for; `None` where it asks for none.
    pub expected: Option<Severity>,
    /// The findings of the code: how grave, and their messages.
    pub found: Vec<(Severity, String)>,
    /// What is wrong with the documents of the example.
    pub problems: Vec<String>,
}

/// Asks every rule of a pack about its examples. `packs` are all packs of the run, that one among them.
pub fn prove_pack(pack: &Pack, packs: &[Pack], classes: &ClassTable) -> Proof {
    let examples: Vec<(&Rule, &Example)> = pack
        .rules
        .iter()
        .flat_map(|rule| rule.examples.iter().map(move |example| (rule, example)))
        .collect();
    let wrong = examples.par_iter().filter_map(|(rule, example)| {
        let answer = prove(rule, example, packs, classes);
        (!answer.holds()).then(|| Wrong {
            code: rule.code.clone(),
            about: example.about.clone(),
            place: Some(example.place.clone()),
            expected: answer.expected,
            found: said(answer.findings),
            problems: answer.problems,
        })
    });
    Proof {
        pack: pack.id.clone(),
        file: Some(pack.place.file.clone()),
        codes: pack.rules.len(),
        examples: examples.len(),
        wrong: wrong.collect(),
    }
}

/// Asks a rule about one of its examples, as a part of all these packs. Each call reads and checks one connector.
pub fn prove(rule: &Rule, example: &Example, packs: &[Pack], classes: &ClassTable) -> Answer {
    let inputs = read(documents(example), &ReadOptions::default());
    let options = CheckOptions {
        all: true,
        ..CheckOptions::default()
    };
    let report = check(&inputs, packs, classes, &options);
    let of_rule = report
        .findings
        .into_iter()
        .filter(|finding| finding.code == rule.code);
    let problems = inputs
        .problems
        .iter()
        .map(|problem| format!("{}: {}", problem.file, problem.message));
    Answer {
        expected: expected(rule, example),
        findings: of_rule.collect(),
        problems: problems.collect(),
    }
}

/// The severity that the rule should answer an example with.
fn expected(rule: &Rule, example: &Example) -> Option<Severity> {
    match example.expect {
        Expect::Pass => None,
        Expect::Fail => Some(rule.severity),
        Expect::Warn => Some(Severity::Warning),
    }
}

fn said(findings: Vec<Finding>) -> Vec<(Severity, String)> {
    findings
        .into_iter()
        .map(|finding| (finding.severity, finding.message))
        .collect()
}
