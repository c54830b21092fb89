//! From paths to inputs: what every command that reads documents does first.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;

use super::files::{self, Files, Selection};
use super::{Console, Exit};
use crate::input::{Inputs, ReadOptions, is_text, read};
use crate::report::shown;
use crate::source::{Problem, Sources};

/// What was read, with the count of what was not.
pub(crate) struct Gathered {
    pub inputs: Inputs,
    /// Faults of files and of what they hold, in that order.
    pub problems: Vec<Problem>,
    pub files: usize,
    pub unread: usize,
    /// Places of what was read that could not be.
    pub skipped: usize,
}

impl Gathered {
    /// Says on standard error what could not be read, for commands whose output has no room for it.
    ///
    /// # Errors
    /// Those of the console.
    pub(crate) fn tell_problems(&self, console: &mut Console<'_>) -> io::Result<()> {
        for problem in &self.problems {
            let at = problem.place.map_or(String::new(), |(doc, span)| {
                let start = self.inputs.sources.locate_span(doc, span).start;
                format!(":{}:{}", start.line, start.column)
            });
            let (file, message) = (shown(&problem.file, true), shown(&problem.message, true));
            writeln!(console.err, "error: {file}{at}: {message}")?;
        }
        Ok(())
    }
}

/// Reads the paths, and the files that options name. `Err` is how the command ends: there is nothing to answer.
///
/// # Errors
/// Those of the console.
pub(crate) fn gather(
    paths: &[PathBuf],
    selection: &Selection,
    options: &ReadOptions,
    console: &mut Console<'_>,
) -> io::Result<Result<Gathered, Exit>> {
    let named_by_options = options
        .attach
        .iter()
        .chain(&options.bucket_policies)
        .map(|(_, file)| PathBuf::from(file));
    let all: Vec<PathBuf> = paths.iter().cloned().chain(named_by_options).collect();
    // What is a policy is never a plain text, but what Confluent's commands print is.
    let selection = Selection {
        texts: true,
        ..selection.clone()
    };
    let found = match find(&all, &selection, console)? {
        Ok(found) => found,
        Err(exit) => return Ok(Err(exit)),
    };
    let mut problems: Vec<Problem> = found.faults.iter().map(Problem::from).collect();
    let named: BTreeSet<String> = found
        .documents
        .iter()
        .filter(|d| d.is_named)
        .map(|d| d.name.clone())
        .collect();
    let (mut files, mut unread) = (found.read(), found.unread());
    let documents = found
        .documents
        .into_iter()
        .map(|document| (document.name, document.bytes));
    let mut inputs = read(documents, options);
    unread += inputs.unread.len();
    let is_aside = |file: &str| is_text(file) && !named.contains(file);
    let aside = inputs.unrecognised.iter();
    let aside = aside
        .filter(|unknown| is_aside(inputs.sources.name(unknown.doc)))
        .count();
    files -= aside;
    if files == 0 {
        return nothing(console).map(Err);
    }
    for unknown in &inputs.unrecognised {
        let file = inputs.sources.name(unknown.doc).to_owned();
        if named.contains(&file) {
            unread += 1;
            problems.push(Problem {
                message: format!("nothing that is known here: {}", unknown.why),
                help: Some(
                    "outputs of the AWS and Confluent CLIs and policy documents are recognised by their shape".to_owned(),
                ),
                file,
                place: None,
            });
        }
    }
    problems.append(&mut inputs.problems);
    let unknown = inputs.unrecognised.len() - aside;
    if unknown > 0 && inputs.unread.len() + unknown == files && problems.len() >= unknown {
        tell(&problems, &inputs.sources, console.err)?;
        return console
            .usage(
                "nothing that was read is known here",
                "name outputs of the AWS CLI or policy documents, or a folder of them",
            )
            .map(Err);
    }
    if files == inputs.unread.len() {
        tell(&problems, &inputs.sources, console.err)?;
        return console
            .usage(
                "nothing could be read",
                "the files have to be JSON documents or templates in YAML, in UTF-8",
            )
            .map(Err);
    }
    Ok(Ok(Gathered {
        skipped: inputs.skipped,
        inputs,
        problems,
        files,
        unread,
    }))
}

/// Says each problem with its file and place, where there is no report to say it.
pub(super) fn tell(problems: &[Problem], sources: &Sources, err: &mut dyn Write) -> io::Result<()> {
    for problem in problems {
        let place = problem
            .place
            .map(|(doc, span)| sources.locate_span(doc, span).start);
        let at = place.map_or(String::new(), |at| format!(":{}:{}", at.line, at.column));
        let (file, message) = (shown(&problem.file, true), shown(&problem.message, true));
        writeln!(err, "error: {file}{at}: {message}")?;
        if let Some(help) = &problem.help {
            writeln!(err, "  help: {help}")?;
        }
    }
    Ok(())
}

/// Reads the files that the paths lead to. `Err` is how the command ends: a glob is none, or nothing was read.
///
/// # Errors
/// Those of the console.
pub(crate) fn find(
    paths: &[PathBuf],
    selection: &Selection,
    console: &mut Console<'_>,
) -> io::Result<Result<Files, Exit>> {
    let found = match files::read(paths, selection, &mut io::stdin()) {
        Ok(found) => found,
        Err(bad) => {
            let (glob, message) = (shown(&bad.glob, true), shown(&bad.message, true));
            return console
                .usage(
                    &format!("`{glob}` is no glob: {message}"),
                    "globs are written as in ignore files: `*.json`, `policies/**`",
                )
                .map(Err);
        }
    };
    if !found.documents.is_empty() {
        return Ok(Ok(found));
    }
    for problem in found.faults.iter().map(Problem::from) {
        writeln!(console.err, "error: {}", shown(&problem.message, true))?;
        if let Some(help) = &problem.help {
            writeln!(console.err, "  help: {help}")?;
        }
    }
    nothing(console).map(Err)
}

fn nothing(console: &mut Console<'_>) -> io::Result<Exit> {
    console.usage(
        "nothing was read",
        "name files or folders that exist, or `-` for standard input",
    )
}
