//! Codes for programs; docs/RULES.md describes the form.

use std::io::{self, Write};

use serde::Serialize;

use super::book::{Class, Rulebook};
use super::entry::Entry;
use crate::finding::Severity;
use crate::report::write_pretty;

#[derive(Serialize)]
struct List<'a> {
    version: u32,
    packs: Vec<PackOut<'a>>,
}

#[derive(Serialize)]
struct PackOut<'a> {
    id: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    rules: Vec<RuleOut<'a>>,
    #[serde(skip_serializing_if = "<[Class]>::is_empty")]
    classes: &'a [Class],
}

#[derive(Serialize)]
struct RuleOut<'a> {
    code: &'a str,
    severity: Severity,
    title: &'a str,
}

#[derive(Serialize)]
struct One<'a> {
    version: u32,
    rule: &'a Entry,
}

/// Writes all codes by pack as one JSON object and a line feed.
///
/// # Errors
/// Those of the writer.
pub fn write_list(book: &Rulebook, out: &mut dyn Write) -> io::Result<()> {
    let packs = book.chapters.iter().map(|chapter| PackOut {
        id: &chapter.pack,
        title: &chapter.title,
        version: chapter.version,
        file: chapter.file.as_deref(),
        rules: chapter
            .entries
            .iter()
            .map(|entry| RuleOut {
                code: &entry.code,
                severity: entry.severity,
                title: &entry.title,
            })
            .collect(),
        classes: &chapter.classes,
    });
    let list = List {
        version: 1,
        packs: packs.collect(),
    };
    write_pretty(&list, out)
}

/// Writes one code as one JSON object and a line feed.
///
/// # Errors
/// Those of the writer.
pub fn write_entry(entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
    write_pretty(
        &One {
            version: 1,
            rule: entry,
        },
        out,
    )
}
