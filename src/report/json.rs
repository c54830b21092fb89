//! The report for programs: one JSON object, or one finding a line. The form is that of `docs/JSON.md`, version 1.
//!
//! Keys come in the documented order. A key whose value does not exist is left out and never `null`; new keys may be
//! added, none is removed or changes its meaning within a version. Findings are turned into their wire form one at a
//! time, so that memory does not grow with their number. Strings are exactly those of the input, but characters that
//! a terminal would act on are written as `\u` escapes.

use std::io;

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeStruct, Serializer};

use super::hazard::escape_json;
use super::location::locate;
use super::statement::Statement;
use crate::check::finding::{Finding, Missing, Report, Required, ResidualCondition, Spot, Subject, Witness};
use crate::condition::State;
use crate::engine::Decision;
use crate::pack::Severity;
use crate::source::{LineColumn, Location, Problem, Sources, Span};

/// The version of the form. Additions of keys do not change it.
pub const VERSION: u32 = 1;

/// Writes the report as one JSON object on one line.
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

/// Writes one finding a line; the last line is the object that [`write`] writes, without its findings.
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

/// An array whose items are made while they are written.
struct Sequence<F>(F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for Sequence<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

#[derive(Serialize)]
struct FindingOut<'a> {
    code: &'a str,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<&'static str>,
    message: &'a str,
    subject: SubjectOut<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requirement: Option<RequirementOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<Vec<MissingOut<'a>>>,
    location: LocationOut,
    related: Vec<RelatedOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<WitnessOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    residual: Option<Vec<ResidualOut<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caused_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aws_message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
}

impl<'a> FindingOut<'a> {
    fn new(finding: &'a Finding, sources: &Sources) -> Self {
        let is_required = finding.requirement.is_some();
        let is_open = finding.decision == Some(Decision::Depends);
        let missing = finding.missing.iter().map(MissingOut::new).collect();
        let related = finding.related.iter().map(|related| RelatedOut {
            location: LocationOut::of(related.at, sources),
            note: &related.note,
        });
        let residual = finding
            .residual
            .iter()
            .map(|condition| ResidualOut::new(condition, sources))
            .collect();
        let statement = finding.statement.as_deref().and_then(Statement::read);
        Self {
            code: &finding.code,
            severity: finding.severity.as_str(),
            decision: finding.decision.map(Decision::as_str),
            message: &finding.message,
            subject: SubjectOut::new(&finding.subject),
            requirement: finding.requirement.as_ref().map(RequirementOut::new),
            missing: (is_required || !finding.missing.is_empty()).then_some(missing),
            location: LocationOut::of(finding.at, sources),
            related: related.collect(),
            witness: finding.witness.as_ref().map(WitnessOut::new),
            residual: (is_open || !finding.residual.is_empty()).then_some(residual),
            caused_by: finding.caused_by.as_deref(),
            help: non_empty(&finding.help),
            fix: statement.map(|statement| FixOut { statement }),
            aws_message: finding.aws_message.as_deref(),
            label: non_empty(&finding.label),
        }
    }
}

fn non_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

#[derive(Serialize)]
struct SubjectOut<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    connector: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<&'a str>,
}

impl<'a> SubjectOut<'a> {
    fn new(subject: &'a Subject) -> Self {
        Self {
            connector: subject.connector.as_deref(),
            role: subject.role.as_deref(),
            policy: subject.policy.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct RequirementOut<'a> {
    actions: &'a [String],
    resource: &'a str,
    principal: &'a str,
}

impl<'a> RequirementOut<'a> {
    fn new(required: &'a Required) -> Self {
        Self {
            actions: &required.actions,
            resource: &required.resource,
            principal: &required.principal,
        }
    }
}

#[derive(Serialize)]
struct MissingOut<'a> {
    action: &'a str,
    resource: &'a str,
}

impl<'a> MissingOut<'a> {
    fn new(missing: &'a Missing) -> Self {
        Self {
            action: &missing.action,
            resource: &missing.resource,
        }
    }
}

#[derive(Serialize)]
struct RelatedOut<'a> {
    location: LocationOut,
    note: &'a str,
}

#[derive(Serialize)]
struct WitnessOut<'a> {
    principal: &'a str,
    action: &'a str,
    resource: &'a str,
    context: ContextOut<'a>,
}

impl<'a> WitnessOut<'a> {
    fn new(witness: &'a Witness) -> Self {
        Self {
            principal: &witness.principal,
            action: &witness.action,
            resource: &witness.resource,
            context: ContextOut(&witness.context),
        }
    }
}

/// Key to value: `null` for a key that is not in the request, an array for a key with several values.
struct ContextOut<'a>(&'a [(String, State)]);

impl Serialize for ContextOut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        for (key, state) in self.0 {
            match state {
                State::Absent => object.serialize_entry(key, &())?,
                State::One(value) => object.serialize_entry(key, value.as_ref())?,
                State::Many(values) => {
                    let values = || values.iter().map(AsRef::<str>::as_ref);
                    object.serialize_entry(key, &Sequence(values))?;
                }
            }
        }
        object.end()
    }
}

#[derive(Serialize)]
struct ResidualOut<'a> {
    key: &'a str,
    operator: &'a str,
    values: &'a [String],
    location: LocationOut,
}

impl<'a> ResidualOut<'a> {
    fn new(condition: &'a ResidualCondition, sources: &Sources) -> Self {
        Self {
            key: &condition.key,
            operator: &condition.operator,
            values: &condition.values,
            location: LocationOut::of(condition.at, sources),
        }
    }
}

#[derive(Serialize)]
struct FixOut {
    statement: Statement,
}

#[derive(Serialize)]
struct LocationOut {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    span: SpanOut,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<LineColumnOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<LineColumnOut>,
}

impl LocationOut {
    fn of(spot: Spot, sources: &Sources) -> Self {
        Self::new(locate(spot, sources))
    }

    fn new(location: Location) -> Self {
        Self {
            file: location.file,
            pointer: location.pointer,
            span: SpanOut::new(location.span),
            start: Some(LineColumnOut::new(location.start)),
            end: Some(LineColumnOut::new(location.end)),
        }
    }

    /// A file of which there is no text: it has no lines.
    fn unread(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            pointer: None,
            span: SpanOut::new(Span::default()),
            start: None,
            end: None,
        }
    }
}

#[derive(Serialize)]
struct SpanOut {
    start: usize,
    end: usize,
}

impl SpanOut {
    fn new(span: Span) -> Self {
        Self {
            start: span.start,
            end: span.end,
        }
    }
}

#[derive(Serialize)]
struct LineColumnOut {
    line: usize,
    column: usize,
}

impl LineColumnOut {
    fn new(at: LineColumn) -> Self {
        Self {
            line: at.line,
            column: at.column,
        }
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

#[derive(Serialize)]
struct SummaryOut {
    connectors: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    files: usize,
    unread: usize,
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
        }
    }
}

#[cfg(test)]
mod tests;
