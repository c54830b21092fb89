//! Writing a report in the forms that were asked for.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use super::Console;
use super::args::Format;
use crate::finding::Report;
use crate::report::{json, text};
use crate::source::{Problem, Sources};

/// Writes the report to standard output in one form.
///
/// # Errors
/// Those of the writer.
pub(crate) fn write(
    format: Format,
    report: &Report,
    sources: &Sources,
    problems: &[Problem],
    console: &mut Console<'_>,
) -> io::Result<()> {
    let options = text::TextOptions {
        color: console.color,
        width: console.width,
        unicode: true,
    };
    to(format, report, sources, problems, &options, console.out)
}

/// Writes the report to a file in one form, without colour.
///
/// # Errors
/// Those of the file.
pub(crate) fn write_file(
    format: Format,
    file: &str,
    report: &Report,
    sources: &Sources,
    problems: &[Problem],
) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    to(
        format,
        report,
        sources,
        problems,
        &text::TextOptions::default(),
        &mut out,
    )?;
    out.flush()
}

fn to(
    format: Format,
    report: &Report,
    sources: &Sources,
    problems: &[Problem],
    options: &text::TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Text => text::write(report, sources, problems, options, out),
        Format::Json => json::write(report, sources, problems, out),
        Format::Ndjson => json::write_lines(report, sources, problems, out),
    }
}
