//! What came of the examples of packs, as text and JSON; docs/RULES.md describes the latter.

use std::io::{self, Write};

use serde::Serialize;

use crate::cli::packs::at;
use crate::finding::Severity;
use crate::proof::{Proof, Wrong};
use crate::report::{shown, write_pretty};

/// Writes a line for a pack, and below it each example that is answered otherwise.
///
/// # Errors
/// Those of the writer.
pub(super) fn write_text(proof: &Proof, out: &mut dyn Write) -> io::Result<()> {
    let of = match &proof.file {
        Some(file) => format!("{} ({})", proof.pack, shown(file, true)),
        None => proof.pack.clone(),
    };
    let counts = [
        (proof.codes, "code"),
        (proof.classes, "class"),
        (proof.examples, "example"),
    ];
    let counts = counts
        .iter()
        .filter(|(count, noun)| *count > 0 || *noun == "example");
    let counts: Vec<String> = counts.map(|(count, noun)| counted(*count, noun)).collect();
    let counts = counts.join(", ");
    let how = match proof.wrong.len() {
        0 => "all answered as they say".to_owned(),
        wrong => format!("{wrong} answered otherwise"),
    };
    writeln!(out, "{of}: {counts}, {how}")?;
    for wrong in &proof.wrong {
        write_wrong(wrong, out)?;
    }
    Ok(())
}

fn write_wrong(wrong: &Wrong, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  {}: {}", wrong.code, shown(&wrong.about, true))?;
    if let Some(place) = &wrong.place {
        writeln!(out, "    at: {}", at(place))?;
    }
    let expected = match wrong.expected {
        None => "no finding".to_owned(),
        Some(severity) => format!("one finding of severity {}", severity.as_str()),
    };
    writeln!(out, "    expected: {expected}")?;
    if wrong.found.is_empty() {
        writeln!(out, "    found: no finding")?;
    }
    for (severity, message) in &wrong.found {
        writeln!(out, "    found: {}: {}", severity.as_str(), shown(message, true))?;
    }
    for problem in &wrong.problems {
        writeln!(out, "    problem: {}", shown(problem, true))?;
    }
    Ok(())
}

/// Writes the last line.
///
/// # Errors
/// Those of the writer.
pub(super) fn write_summary(proofs: &[Proof], out: &mut dyn Write) -> io::Result<()> {
    let examples: usize = proofs.iter().map(|proof| proof.examples).sum();
    let wrong: usize = proofs.iter().map(|proof| proof.wrong.len()).sum();
    let right = examples.saturating_sub(wrong);
    writeln!(
        out,
        "\n{right} of {} answered as they say",
        counted(examples, "example")
    )
}

fn counted(count: usize, noun: &str) -> String {
    let plural = match (count, noun) {
        (1, _) => "",
        (_, "class") => "es",
        _ => "s",
    };
    format!("{count} {noun}{plural}")
}

#[derive(Serialize)]
struct Out<'a> {
    version: u32,
    packs: Vec<PackOut<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct PackOut<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    rules: usize,
    classes: usize,
    examples: usize,
    wrong: Vec<WrongOut<'a>>,
}

#[derive(Serialize)]
struct WrongOut<'a> {
    code: &'a str,
    about: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<LocationOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<Severity>,
    found: Vec<FoundOut<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    problems: &'a [String],
}

#[derive(Serialize)]
struct LocationOut<'a> {
    file: &'a str,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct FoundOut<'a> {
    severity: Severity,
    message: &'a str,
}

#[derive(Serialize)]
struct Summary {
    examples: usize,
    wrong: usize,
}

/// Writes all of it as one JSON object and a line feed.
///
/// # Errors
/// Those of the writer.
pub(super) fn write_json(proofs: &[Proof], out: &mut dyn Write) -> io::Result<()> {
    let object = Out {
        version: 1,
        packs: proofs.iter().map(pack).collect(),
        summary: Summary {
            examples: proofs.iter().map(|proof| proof.examples).sum(),
            wrong: proofs.iter().map(|proof| proof.wrong.len()).sum(),
        },
    };
    write_pretty(&object, out)
}

fn pack(proof: &Proof) -> PackOut<'_> {
    PackOut {
        id: &proof.pack,
        file: proof.file.as_deref(),
        rules: proof.codes,
        classes: proof.classes,
        examples: proof.examples,
        wrong: proof.wrong.iter().map(wrong).collect(),
    }
}

fn wrong(wrong: &Wrong) -> WrongOut<'_> {
    let found = wrong.found.iter().map(|(severity, message)| FoundOut {
        severity: *severity,
        message,
    });
    WrongOut {
        code: &wrong.code,
        about: &wrong.about,
        location: wrong.place.as_ref().map(|place| LocationOut {
            file: &place.file,
            line: place.start.line,
            column: place.start.column,
        }),
        expected: wrong.expected,
        found: found.collect(),
        problems: &wrong.problems,
    }
}
