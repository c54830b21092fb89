//! One unit judged: its texts read and joined, every policy linted, every connector checked, every role summed up.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::assume::{Assume, FOLDER};
use super::cache::Cache;
use super::line::Head;
use super::privilege::{self, Administrator, Rights};
use super::tally::{EXAMPLES, Example, Tally};
use crate::check::{self, CheckOptions};
use crate::finding::{Finding, Report, Severity, Spot};
use crate::input::{Inputs, PolicyDocument, ReadOptions, Text, read_texts};
use crate::managed;
use crate::pack::Pack;
use crate::report::shown;
use crate::source::{DocId, Location, Problem, Sources, Start};

/// A text of a unit.
#[derive(Debug, Clone)]
pub struct Part {
    /// The text.
    pub text: Text,
    /// Whether it is a problem when it is nothing known: the user named it, or it is a line of a stream.
    pub is_named: bool,
    /// Whether another unit before has it too, and says what is wrong with it in itself.
    pub is_repeated: bool,
}

/// The texts that are judged together.
#[derive(Debug, Clone, Default)]
pub struct Unit {
    /// Its number: units of an input are numbered from 0, whoever judges them.
    pub number: u64,
    /// The account that its texts are of.
    pub account: Option<Box<str>>,
    /// The texts.
    pub parts: Vec<Part>,
    /// What could not be read: files without a text.
    pub problems: Vec<Problem>,
}

/// How units are judged.
#[derive(Debug, Default)]
pub struct Settings {
    /// What is known of texts that they do not say.
    pub read: ReadOptions,
    /// Options of the check.
    pub check: CheckOptions,
    /// The rule packs.
    pub packs: Vec<Pack>,
    /// Roles to take as those of connectors.
    pub assume: Option<Assume>,
    /// Whether lines are written; where not, the tally has examples.
    pub lines: bool,
}

/// What is said of a unit.
#[derive(Debug, Default)]
pub struct UnitReport {
    /// The lines, each with its line feed.
    pub lines: Vec<u8>,
    /// What they come to.
    pub tally: Tally,
}

/// What one thread keeps between units. It changes how fast units are judged, and nothing else.
#[derive(Debug, Default)]
pub struct Worker {
    cache: Cache,
}

/// Judges a unit. The lines are its problems, findings, notes and roles, each in the order of places.
pub fn judge(unit: Unit, settings: &Settings, worker: &mut Worker) -> UnitReport {
    let Unit {
        number,
        account,
        parts,
        problems,
    } = unit;
    let said = Said::of(&parts);
    let (documents, bytes) = parts
        .iter()
        .filter(|part| !part.is_repeated)
        .fold((0, 0), |(count, bytes), part| {
            (count + 1, bytes + part.text.bytes.len() as u64)
        });
    let inputs = read(parts, settings);
    let linted = lint(&inputs, &said, worker);
    let report = check::check_beside(&inputs, &settings.packs, &settings.check, linted.findings);
    let problems: Vec<Problem> = problems.into_iter().chain(said.problems(&inputs)).collect();
    let mut told = Told {
        head: Head {
            unit: number,
            account: account.as_deref(),
        },
        sources: &inputs.sources,
        writes: settings.lines,
        report: UnitReport::default(),
    };
    told.report.tally = Tally {
        units: u64::from(documents > 0),
        accounts: u64::from(documents > 0 && account.is_some()),
        documents,
        bytes,
        roles: inputs.roles.len() as u64,
        policies: linted.policies,
        connectors: report.connectors as u64,
        integrations: report.integrations as u64,
        understood: documents.saturating_sub(said.unread(&inputs)),
        unread: said.unread(&inputs)
            + problems.iter().filter(|problem| problem.place.is_none()).count() as u64,
        folded: report.folded.len() as u64,
        ..Tally::default()
    };
    for problem in &problems {
        told.problem(problem);
    }
    for finding in &report.findings {
        told.finding(finding);
    }
    told.notes(&report);
    told.roles(&inputs, &linted.rights, worker);
    told.report
}

/// Reads the texts; where roles are taken as those of connectors, the descriptions of these with them.
fn read(parts: Vec<Part>, settings: &Settings) -> Inputs {
    let texts: Vec<Text> = parts.into_iter().map(|part| part.text).collect();
    let Some(assume) = &settings.assume else {
        return read_texts(texts, &settings.read);
    };
    let inputs = read_texts(texts.clone(), &settings.read);
    let more = assume.texts(&inputs);
    if more.is_empty() {
        return inputs;
    }
    let texts = texts.into_iter().chain(more);
    read_texts(texts.collect(), &settings.read)
}

/// Which texts may be spoken of in themselves.
#[derive(Default)]
struct Said {
    repeated: BTreeSet<(String, Start)>,
    unnamed: BTreeSet<(String, Start)>,
}

impl Said {
    fn of(parts: &[Part]) -> Self {
        let key = |part: &Part| (part.text.name.clone(), part.text.start);
        let repeated = parts.iter().filter(|part| part.is_repeated).map(key);
        let unnamed = parts.iter().filter(|part| !part.is_named).map(key);
        Self {
            repeated: repeated.collect(),
            unnamed: unnamed.collect(),
        }
    }

    fn is_in(&self, set: &BTreeSet<(String, Start)>, doc: DocId, sources: &Sources) -> bool {
        if set.is_empty() {
            return false;
        }
        let file = sources.outermost(doc);
        set.contains(&(sources.name(file).to_owned(), sources.start(file)))
    }

    fn is_repeated(&self, doc: DocId, sources: &Sources) -> bool {
        self.is_in(&self.repeated, doc, sources)
    }

    /// The texts that are nothing known, although they should be.
    fn unrecognised<'a>(&'a self, inputs: &'a Inputs) -> impl Iterator<Item = (DocId, &'a str)> {
        let unknown = inputs.unrecognised.iter();
        let unknown = unknown.filter(|unknown| {
            !self.is_in(&self.unnamed, unknown.doc, &inputs.sources)
                && !self.is_repeated(unknown.doc, &inputs.sources)
        });
        unknown.map(|unknown| (unknown.doc, unknown.why.as_str()))
    }

    fn unread(&self, inputs: &Inputs) -> u64 {
        let unread = inputs.unread.iter();
        let unread = unread.filter(|doc| !self.is_repeated(**doc, &inputs.sources));
        (unread.count() + self.unrecognised(inputs).count()) as u64
    }

    fn problems<'a>(&'a self, inputs: &'a Inputs) -> impl Iterator<Item = Problem> {
        let unknown = self.unrecognised(inputs).map(|(doc, why)| Problem {
            message: format!("nothing that is known here: {why}"),
            help: Some(
                "outputs of the AWS and Confluent CLIs and policy documents are recognised by their shape"
                    .to_owned(),
            ),
            file: inputs.sources.name(doc).to_owned(),
            place: Some((doc, crate::source::Span::at(0))),
        });
        let problems = inputs.problems.iter().filter(|problem| {
            let doc = problem.place.map(|(doc, _)| doc);
            doc.is_none_or(|doc| !self.is_repeated(doc, &inputs.sources))
        });
        unknown.chain(problems.cloned())
    }
}

/// What linting gave.
struct Linted {
    findings: Vec<Finding>,
    rights: FxHashMap<PolicyDocument, Arc<Rights>>,
    policies: u64,
}

/// Lints every policy of the unit, but those that another unit lints.
fn lint(inputs: &Inputs, said: &Said, worker: &mut Worker) -> Linted {
    let mut linted = Linted {
        findings: Vec::new(),
        rights: FxHashMap::default(),
        policies: 0,
    };
    // The quota is that of customers' policies, and AWS's own are larger.
    let of_aws = inputs.policies.iter().filter(|policy| {
        let arn = policy.arn.as_ref();
        arn.is_some_and(|arn| managed::parts_of(&arn.value).is_some())
    });
    let of_aws: Vec<_> = of_aws.filter_map(|policy| policy.document).collect();
    for (document, kind, subject) in check::every_policy(inputs) {
        if linted.rights.contains_key(&document) || said.is_repeated(document.doc, &inputs.sources) {
            continue;
        }
        let judged = worker.cache.judge(&inputs.sources, document, kind, &subject);
        linted.policies += 1;
        let is_of_aws = of_aws.contains(&document);
        let findings = judged.findings.into_iter();
        linted
            .findings
            .extend(findings.filter(|finding| !is_of_aws || finding.code != "policy/size"));
        linted.rights.insert(document, judged.rights);
    }
    // Those of Alibaba Cloud are linted by the check.
    let of_ram = inputs.ram.documents().filter(|policy| policy.document.is_some());
    linted.policies += of_ram.count() as u64;
    linted.findings.extend(check::lint_identities(inputs));
    linted
}

/// What is told, as it grows.
struct Told<'a> {
    head: Head<'a>,
    sources: &'a Sources,
    writes: bool,
    report: UnitReport,
}

impl Told<'_> {
    fn problem(&mut self, problem: &Problem) {
        self.report.tally.problems += 1;
        if self.writes {
            self.head.problem(problem, self.sources, &mut self.report.lines);
        } else if self.report.tally.first_problems.len() < EXAMPLES {
            let place = problem
                .place
                .map(|(doc, span)| self.sources.locate_span(doc, span));
            self.report.tally.first_problems.push(Example {
                severity: Severity::Error,
                place: place.map_or_else(|| problem.file.clone(), |at| place_of(&at)),
                message: problem.message.clone(),
            });
        }
    }

    fn finding(&mut self, finding: &Finding) {
        self.report.tally.count(&finding.code, finding.severity);
        if self.writes {
            return self.head.finding(finding, self.sources, &mut self.report.lines);
        }
        let examples = &mut self.report.tally.examples;
        if examples
            .get(&finding.code)
            .is_some_and(|kept| kept.len() >= EXAMPLES)
        {
            return;
        }
        let at = match finding.at {
            Spot::Node(place) => self.sources.locate(place),
            Spot::Text(doc, span) => self.sources.locate_span(doc, span),
        };
        examples.entry(finding.code.clone()).or_default().push(Example {
            severity: finding.severity,
            place: place_of(&at),
            message: finding.message.clone(),
        });
    }

    /// What the check remarks on connectors, and on how texts were read.
    fn notes(&mut self, report: &Report) {
        for note in report.notes.iter().filter(|_| self.writes) {
            self.head.note(note, &mut self.report.lines);
        }
    }

    fn roles(
        &mut self,
        inputs: &Inputs,
        known: &FxHashMap<PolicyDocument, Arc<Rights>>,
        worker: &mut Worker,
    ) {
        for role in &inputs.roles {
            let summary = privilege::of_role(role, inputs, |document| match known.get(&document) {
                Some(rights) => Arc::clone(rights),
                None => worker.cache.rights(&inputs.sources, document),
            });
            let tally = &mut self.report.tally;
            tally.administrators += u64::from(summary.administrator == Administrator::Yes);
            tally.escalating += u64::from(!summary.escalating.is_empty());
            if self.writes {
                let name = role.arn.as_ref().unwrap_or(&role.name);
                self.head.role(
                    &name.value,
                    &summary,
                    role.place,
                    self.sources,
                    &mut self.report.lines,
                );
            }
        }
    }
}

fn place_of(at: &Location) -> String {
    let file = shown(&at.file, true);
    if at.file.starts_with(FOLDER) {
        return file.into_owned();
    }
    format!("{file}:{}:{}", at.start.line, at.start.column)
}
