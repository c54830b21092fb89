//! Readers of single option values, and options that several commands share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::files::Selection;
use crate::finding::{self, Severity};

/// The forms of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// One JSON object a finding, a line each.
    Ndjson,
}

/// The forms of output of commands that report no findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

/// The rule packs of the user.
#[derive(Debug, Clone, Args)]
pub(crate) struct Packs {
    /// A rule pack of your own, beside those of the program; a folder stands for its TOML files.
    #[arg(long, value_name = "FILE|DIR")]
    pub pack: Vec<PathBuf>,
}

/// Which findings are reported, and how grave they are.
#[derive(Debug, Clone, Args)]
pub(crate) struct Filter {
    /// Report only these codes: `msk-connect/topic-read`, a pack (`msk-connect`), or a pattern with `*`
    /// (`msk-connect/log-*`). `rolecall rules` lists them.
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Do not report these codes, in the same forms.
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Give codes another severity: `error`, `warning` or `note`. The longest form that covers a code counts.
    #[arg(long, value_name = "CODE=LEVEL", value_parser = severity)]
    pub severity: Vec<(String, Severity)>,
}

impl Filter {
    /// Whether it leaves everything as it is.
    pub(crate) fn is_empty(&self) -> bool {
        self.select.is_empty() && self.ignore.is_empty() && self.severity.is_empty()
    }

    /// The filter that the options ask for.
    pub(crate) fn to_filter(&self) -> finding::Filter {
        finding::Filter {
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            severities: self.severity.iter().cloned().collect(),
        }
    }
}

/// Which files of folders are read.
#[derive(Debug, Clone, Args)]
pub(crate) struct Folders {
    /// Read only the files of folders that fit one of these globs.
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,
    /// Do not read files and folders that fit one of these globs.
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
}

impl Folders {
    /// The selection that the options ask for.
    pub(crate) fn to_selection(&self) -> Selection {
        Selection {
            include: self.include.clone(),
            exclude: self.exclude.clone(),
            texts: false,
        }
    }
}

/// Reads `NAME=VALUE`; the name has no `=`.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => {
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

/// The values of each key, in the order given; letter case of keys does not count.
pub(crate) fn by_key(pairs: &[(String, String)]) -> Vec<(String, Vec<String>)> {
    let mut all: Vec<(String, Vec<String>)> = Vec::new();
    for (key, value) in pairs {
        match all.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(key)) {
            Some((_, values)) => values.push(value.clone()),
            None => all.push((key.clone(), vec![value.clone()])),
        }
    }
    all
}

/// Reads `CODE=LEVEL`.
///
/// # Errors
/// What is wrong with it.
fn severity(text: &str) -> Result<(String, Severity), String> {
    let (code, level) = pair(text)?;
    let severities = [Severity::Error, Severity::Warning, Severity::Note];
    let known = severities.into_iter().find(|severity| severity.as_str() == level);
    known
        .map(|severity| (code, severity))
        .ok_or_else(|| "the level is `error`, `warning` or `note`".to_owned())
}

/// Reads `FORMAT=FILE`.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn output(text: &str) -> Result<(Format, String), String> {
    let (format, file) = pair(text)?;
    Format::from_str(&format, false)
        .map(|format| (format, file))
        .map_err(|_| "the format is `text`, `json` or `ndjson`".to_owned())
}
