//! The report for programs: one JSON object, or one finding a line. The form is that of `docs/JSON.md`, version 1.
//!
//! Keys come in the documented order. A key whose value does not exist is left out and never `null`; new keys may be
//! added, none is removed or changes its meaning within a version. Findings are turned into their wire form one at a
//! time, so that memory does not grow with their number. Strings are exactly those of the input, but characters that
//! a terminal would act on are written as `\u` escapes.

use std::io;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::hazard::escape_json;
use crate::finding::{Finding, Report, Severity};
use crate::source::{Problem, Sources};

mod finding;
mod location;
mod sequence;

use finding::FindingOut;
pub use location::LocationOut as Location;
use location::LocationOut;
use sequence::Sequence;

/// The version of the form. Additions of keys do not change it.
pub const VERSION: u32 = 1;

/// Writes the report as one JSON object on one line. The writer gets many small pieces: give a buffered one.
///
/// # Errors
/// Those of the writer.
pub fn write(
    report: &Report,
    sources: &Sources,
    problems: &[Problem],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let whole = Whole {
        report,
        sources,
        problems,
        with_findings: true,
    };
    write_line(&whole, out)
}

/// Writes one finding a line; the last line is the object that [`write()`] writes, without its findings.
///
/// # Errors
/// Those of the writer.
pub fn write_lines(
    report: &Report,
    sources: &Sources,
    problems: &[Problem],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    for finding in &report.findings {
        write_line(&FindingOut::new(finding, sources), out)?;
    }
    let whole = Whole {
        report,
        sources,
        problems,
        with_findings: false,
    };
    write_line(&whole, out)
}

/// Appends a value without a line feed, with hazards escaped: for forms that stand on this one.
pub fn append(value: &impl Serialize, out: &mut Vec<u8>) {
    let mut serializer = serde_json::Serializer::with_formatter(out, Plain);
    // Appending to memory does not fail, and no form here has keys that are no texts.
    let _ = value.serialize(&mut serializer);
}

/// Appends a finding as the object that it is in [`write()`].
pub fn append_finding(finding: &Finding, sources: &Sources, out: &mut Vec<u8>) {
    append(&FindingOut::new(finding, sources), out);
}

/// Appends a problem as the object that it is in [`write()`].
pub fn append_problem(problem: &Problem, sources: &Sources, out: &mut Vec<u8>) {
    append(&ProblemOut::new(problem, sources), out);
}

fn write_line(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Plain);
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// JSON without spaces, with hazards escaped beyond what JSON asks for.
struct Plain;

impl serde_json::ser::Formatter for Plain {
    fn write_string_fragment<W: io::Write + ?Sized>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        out.write_all(escape_json(fragment).as_bytes())
    }
}

/// The whole report; its findings are made one at a time while they are written.
struct Whole<'a> {
    report: &'a Report,
    sources: &'a Sources,
    problems: &'a [Problem],
    with_findings: bool,
}

impl Serialize for Whole<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            report,
            sources,
            problems,
            with_findings,
        } = *self;
        let mut object = serializer.serialize_struct("Report", 6 + usize::from(with_findings))?;
        object.serialize_field("version", &VERSION)?;
        if with_findings {
            let findings = || {
                report
                    .findings
                    .iter()
                    .map(|finding| FindingOut::new(finding, sources))
            };
            object.serialize_field("findings", &Sequence(findings))?;
        }
        let problems = || problems.iter().map(|problem| ProblemOut::new(problem, sources));
        object.serialize_field("problems", &Sequence(problems))?;
        object.serialize_field("summary", &SummaryOut::new(report))?;
        object.serialize_field("assumptions", &report.assumptions)?;
        object.serialize_field("notes", &report.notes)?;
        object.serialize_field("folded", &report.folded.len())?;
        object.end()
    }
}

#[derive(Serialize)]
struct ProblemOut<'a> {
    message: &'a str,
    location: LocationOut,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

impl<'a> ProblemOut<'a> {
    fn new(problem: &'a Problem, sources: &Sources) -> Self {
        let location = problem.place.map_or_else(
            || LocationOut::unread(&problem.file),
            |(doc, span)| LocationOut::new(sources.locate_span(doc, span)),
        );
        Self {
            message: &problem.message,
            location,
            help: problem.help.as_deref(),
        }
    }
}

/// Reports without integrations do not speak of them.
fn is_zero(count: &usize) -> bool {
    *count == 0
}

#[derive(Serialize)]
struct SummaryOut {
    connectors: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    files: usize,
    unread: usize,
    #[serde(skip_serializing_if = "is_zero")]
    integrations: usize,
}

impl SummaryOut {
    fn new(report: &Report) -> Self {
        let count = |severity| {
            report
                .findings
                .iter()
                .filter(|finding| finding.severity == severity)
                .count()
        };
        Self {
            connectors: report.connectors,
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            files: report.files,
            unread: report.unread,
            integrations: report.integrations,
        }
    }
}

#[cfg(test)]
mod tests;
