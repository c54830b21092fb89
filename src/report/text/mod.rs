//! The report for people: each finding with the text it points at, then what the whole run rests on.
//!
//! In go the report, its sources and the problems of reading, out comes text for a terminal of a given width.
//! Excerpts are drawn by miette from trimmed copies of the lines, so that a policy on one line of a hundred kilobytes
//! costs and shows no more than a screen line. No control character of the input reaches the output: see
//! `report::hazard`. Colour is written only when asked for.

use std::io;

use super::hazard::shown;
use crate::engine::Decision;
use crate::finding::{Finding, Report, Severity, Spot};
use crate::source::{Problem, Sources};

mod adapter;
mod detail;
mod excerpt;
mod line;
mod style;
mod summary;

use adapter::Shown;
use excerpt::Mark;
use style::Style;

/// How text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextOptions {
    /// Write colours as ANSI escape sequences.
    pub color: bool,
    /// The width of the screen in columns; values below 20 count as 20, above 400 as 400.
    pub width: usize,
    /// Draw with characters outside ASCII. Text of the input keeps its characters either way.
    pub unicode: bool,
}

impl Default for TextOptions {
    /// No colour, 100 columns, Unicode.
    fn default() -> Self {
        Self {
            color: false,
            width: 100,
            unicode: true,
        }
    }
}

/// The number of related places that are shown of one finding; the JSON form has them all.
const MAX_RELATED: usize = 12;

/// Writes the report: findings, one line for each group of folded ones, assumptions, notes, problems, and a summary of
/// one line. Cost is linear in the report: a finding costs the same wherever it stands in however large a file.
///
/// # Errors
/// Those of the writer.
pub fn write(
    report: &Report,
    sources: &Sources,
    problems: &[Problem],
    options: &TextOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let style = Style::new(*options);
    let mut block = String::new();
    for run in report.findings.chunk_by(is_of_one_unknown) {
        let Some((first, others)) = run.split_first() else {
            continue;
        };
        block.clear();
        push_finding(&mut block, first, sources, &style);
        detail::push_others(&mut block, others, &style);
        writeln!(out, "{block}")?;
    }
    block.clear();
    summary::push_folded(&mut block, &report.folded, &style);
    summary::push_list(&mut block, "assumed", &report.assumptions, &style);
    summary::push_list(&mut block, "note", &report.notes, &style);
    if !block.is_empty() {
        writeln!(out, "{block}")?;
    }
    for problem in problems {
        block.clear();
        push_problem(&mut block, problem, sources, &style);
        writeln!(out, "{block}")?;
    }
    writeln!(out, "{}", summary::line(report))
}

/// Whether two findings are open because of one thing that is not among the inputs, a policy without its text: that is
/// drawn once.
fn is_of_one_unknown(one: &Finding, other: &Finding) -> bool {
    let is_open =
        |finding: &Finding| finding.decision == Some(Decision::Depends) && finding.residual.is_empty();
    let same = |one: &Finding, other: &Finding| {
        (one.at, &one.label, one.severity) == (other.at, &other.label, other.severity)
            && one.subject == other.subject
    };
    is_open(one) && is_open(other) && same(one, other)
}

fn push_finding(block: &mut String, finding: &Finding, sources: &Sources, style: &Style) {
    let primary = Mark::new(finding.at, &finding.label, true);
    let related = finding.related.iter().take(MAX_RELATED);
    let related = related.map(|related| Mark::new(related.at, &related.note, false));
    let marks: Vec<_> = [primary].into_iter().chain(related).collect();
    let shown = Shown {
        head: format!(
            "{}[{}]",
            finding.severity.as_str(),
            shown(&finding.code, style.unicode())
        ),
        severity: finding.severity,
        message: shown(&finding.message, style.unicode()).into_owned(),
        excerpts: excerpt::excerpts(&marks, sources, style),
    };
    style.render(block, &shown);
    let hidden = finding.related.len().saturating_sub(MAX_RELATED);
    detail::push(block, finding, hidden, sources, style);
}

fn push_problem(block: &mut String, problem: &Problem, sources: &Sources, style: &Style) {
    // The head has the name of the file; where no text was read there is nothing to add to it.
    let place = problem.place.filter(|(doc, _)| !sources.text(*doc).is_empty());
    let mark = place.map(|(doc, span)| Mark::new(Spot::Text(doc, span), "", true));
    let shown = Shown {
        head: format!("problem: {}", shown(&problem.file, style.unicode())),
        severity: Severity::Warning,
        message: shown(&problem.message, style.unicode()).into_owned(),
        excerpts: excerpt::excerpts(mark.as_slice(), sources, style),
    };
    style.render(block, &shown);
    if let Some(help) = &problem.help {
        style.push_section(block, "help", help);
    }
}

#[cfg(test)]
mod tests;
