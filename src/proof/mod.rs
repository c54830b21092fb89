//! Proving rules by the examples that they carry.
//!
//! In: a pack, with all packs of the run. Out: a [`Proof`], which says of each example that was answered
//! otherwise what it asked for and what was found. What an example is put as, and how it is asked, is for
//! [`try_example`] to say.

mod lint;

pub use lint::prove_lint;

use rayon::prelude::*;

use crate::check::try_example;
use crate::finding::{Finding, Severity};
use crate::pack::{Example, Expect, Pack, Rule};
use crate::source::Location;

/// What came of all examples of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The id of the pack.
    pub pack: String,
    /// Its file; `None` for codes that are no rules of a file.
    pub file: Option<String>,
    /// The number of its codes.
    pub codes: usize,
    /// The number of its connector classes.
    pub classes: usize,
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

/// Asks the rules of a pack about their examples, and those that its classes name about the examples of the classes.
/// `packs` are all packs of the run, that one among them.
pub fn prove_pack(pack: &Pack, packs: &[Pack]) -> Proof {
    let of_rules = pack.rules.iter().flat_map(|rule| {
        let examples = rule.examples.iter();
        examples.map(|example| (rule.code.as_str(), example))
    });
    let of_classes = pack.classes.iter().flat_map(|class| &class.examples);
    let of_classes = of_classes.map(|proof| (proof.code.as_str(), &proof.example));
    let examples: Vec<(&str, &Example)> = of_rules.chain(of_classes).collect();
    let wrong = examples
        .par_iter()
        .filter_map(|(code, example)| wrong(code, example, packs));
    Proof {
        pack: pack.id.clone(),
        file: Some(pack.place.file.clone()),
        codes: pack.rules.len(),
        classes: pack.classes.len(),
        examples: examples.len(),
        wrong: wrong.collect(),
    }
}

/// `None` where the rule says what the example asks for, of documents that are all read.
fn wrong(code: &str, example: &Example, packs: &[Pack]) -> Option<Wrong> {
    let mut rules = packs.iter().flat_map(|pack| &pack.rules);
    let Some(rule) = rules.find(|rule| rule.code == code) else {
        return Some(Wrong {
            code: code.to_owned(),
            about: example.about.clone(),
            place: Some(example.place.clone()),
            expected: None,
            found: Vec::new(),
            problems: vec![format!("there is no rule `{code}`")],
        });
    };
    let tried = try_example(rule, example, packs);
    let problems = tried.inputs.problems.iter();
    let mut problems: Vec<String> = problems
        .map(|problem| format!("{}: {}", problem.file, problem.message))
        .collect();
    problems.extend(tried.inputs.unrecognised.iter().map(|unrecognised| {
        let name = tried.inputs.sources.name(unrecognised.doc);
        format!("{name}: {}", unrecognised.why)
    }));
    (!problems.is_empty() || !tried.is_as_expected(rule, example)).then(|| Wrong {
        code: rule.code.clone(),
        about: example.about.clone(),
        place: Some(example.place.clone()),
        expected: expected(rule, example),
        found: said(tried.findings),
        problems,
    })
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
