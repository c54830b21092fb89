//! The end of a scan for people: what was read, findings by code with the first places of each, and roles.

use std::io::{self, Write};

use crate::cli::Console;
use crate::finding::Severity;
use crate::report::shown;
use crate::scan::Tally;

/// Writes the summary.
pub(super) fn write(tally: &Tally, interrupted: bool, console: &mut Console<'_>) -> io::Result<()> {
    let color = console.color;
    let width = console.width.max(40);
    let out = &mut *console.out;
    let mut codes: Vec<_> = tally.codes.iter().collect();
    let gravest = |code: &str| {
        let examples = tally.examples.get(code).into_iter().flatten();
        examples
            .map(|example| example.severity)
            .max()
            .unwrap_or(Severity::Note)
    };
    codes.sort_by_key(|(code, count)| {
        (
            std::cmp::Reverse(gravest(code)),
            std::cmp::Reverse(**count),
            *code,
        )
    });
    for (code, count) in codes {
        let severity = gravest(code);
        let tone = match severity {
            Severity::Error => "31",
            Severity::Warning => "33",
            Severity::Note => "36",
        };
        let name = painted(&shown(code, true), tone, color);
        writeln!(out, "{:>9}  {:<7}  {name}", number(*count), severity.as_str())?;
        for example in tally.examples.get(code).into_iter().flatten() {
            examples(out, &example.place, &example.message, width)?;
        }
    }
    if !tally.codes.is_empty() {
        writeln!(out)?;
    }
    for problem in &tally.first_problems {
        examples(
            out,
            &problem.place,
            &format!("not read: {}", problem.message),
            width,
        )?;
    }
    let rows = [
        ("accounts", tally.accounts),
        ("documents", tally.documents),
        ("policies", tally.policies),
        ("roles", tally.roles),
        ("  administrators", tally.administrators),
        ("  with ways to more rights", tally.escalating),
        ("connectors", tally.connectors),
        ("integrations", tally.integrations),
        ("errors", tally.errors),
        ("warnings", tally.warnings),
        ("notes", tally.notes),
        ("problems", tally.problems),
    ];
    for (name, count) in rows {
        writeln!(out, "{name:<28}{:>12}", number(count))?;
    }
    if interrupted {
        writeln!(out, "interrupted: these are the counts of what was judged before")?;
    }
    Ok(())
}

fn painted(text: &str, tone: &str, color: bool) -> String {
    if color {
        format!("\u{1b}[{tone}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

fn examples(out: &mut dyn Write, place: &str, message: &str, width: usize) -> io::Result<()> {
    let line = format!("{place}: {}", shown(message, true));
    let options = textwrap::Options::new(width)
        .initial_indent("           ")
        .subsequent_indent("             ");
    for line in textwrap::wrap(&line, options) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// A number with its thousands apart.
fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
