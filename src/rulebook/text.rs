//! Codes for people at a terminal.

use std::io::{self, Write};

use textwrap::{Options, WordSeparator, WordSplitter};

use super::book::Rulebook;
use super::entry::{Asked, Entry, Instance};
use crate::report::shown;

/// Text is laid out for at least and at most this many columns.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=120;

/// Writes one line a code, by pack, for a screen of this width.
///
/// # Errors
/// Those of the writer.
pub fn write_list(book: &Rulebook, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let longest = book.codes().map(str::len).max().unwrap_or_default();
    for chapter in &book.chapters {
        let of = chapter
            .file
            .as_ref()
            .map_or(String::new(), |file| format!(" ({file})"));
        writeln!(
            out,
            "{}: {}{}",
            chapter.pack,
            shown(&chapter.title, true),
            shown(&of, true)
        )?;
        for entry in &chapter.entries {
            let head = format!("  {:<7}  {:<longest$}  ", entry.severity.as_str(), entry.code);
            let hanging = " ".repeat(head.len());
            write_wrapped(&entry.title, width, &head, &hanging, out)?;
        }
        if !chapter.classes.is_empty() {
            let names: usize = chapter.classes.iter().map(|class| class.names.len()).sum();
            writeln!(out, "  {names} names of connector classes")?;
        }
        writeln!(out)?;
    }
    let count = book.codes().count();
    let plural = if count == 1 { "" } else { "s" };
    writeln!(
        out,
        "{count} code{plural}; `rolecall rules show CODE` explains one"
    )
}

/// Writes all that there is to say of a code.
///
/// # Errors
/// Those of the writer.
pub fn write_entry(entry: &Entry, width: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}[{}]", entry.severity.as_str(), entry.code)?;
    write_wrapped(&entry.title, width, "  ", "  ", out)?;
    for (heading, text) in [("why", &entry.why), ("help", &entry.help)] {
        writeln!(out)?;
        write_section(heading, text, width, out)?;
    }
    writeln!(out)?;
    let when = if entry.when.is_empty() {
        "always".to_owned()
    } else {
        entry.when.join(", ")
    };
    write_section("asked", &when, width, out)?;
    if entry.refused {
        write_section("met", "where this is not granted", width, out)?;
    }
    if !entry.relieves.is_empty() {
        let text = format!("{}, where all of this is granted", entry.relieves.join(", "));
        write_section("stands in for", &text, width, out)?;
    }
    for asked in &entry.asks {
        writeln!(out)?;
        write_asked(asked, width, out)?;
    }
    for class in &entry.classes {
        writeln!(out)?;
        write_section("class", &class.names.join(", "), width, out)?;
        for asked in &class.asks {
            write_asked(asked, width, out)?;
        }
    }
    if !entry.after.is_empty() {
        writeln!(out)?;
        write_section("follows from", &entry.after.join(", "), width, out)?;
    }
    writeln!(out)?;
    for source in &entry.sources {
        let text = format!("{} (read {})", source.document, source.read);
        write_section("source", &text, width, out)?;
    }
    if let Some(defined) = &entry.defined {
        write_section("defined", defined, width, out)?;
    }
    for (heading, instance) in [("fails", &entry.fails), ("passes", &entry.passes)] {
        if let Some(instance) = instance {
            writeln!(out)?;
            write_instance(heading, instance, width, out)?;
        }
    }
    Ok(())
}

fn write_asked(asked: &Asked, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let text = format!("{} to {}", asked.actions.join(", "), whom(&asked.of));
    write_section("asks", &text, width, out)?;
    write_wrapped(&format!("on {}", asked.resource), width, "    ", "    ", out)?;
    for narrower in &asked.narrower {
        let text = format!("or, with a warning, on {narrower}");
        write_wrapped(&text, width, "    ", "    ", out)?;
    }
    if !asked.when.is_empty() {
        let text = format!("when {}", asked.when.join(", "));
        write_wrapped(&text, width, "    ", "    ", out)?;
    }
    if let Some(severity) = asked.severity {
        writeln!(out, "    at severity {}", severity.as_str())?;
    }
    Ok(())
}

/// Who needs a grant, in words.
fn whom(of: &str) -> &str {
    match of {
        "role" => "the role",
        "deployer" => "the principal that creates the connector",
        "secrets-role" => "the role with which the connector reads its secrets",
        "key-user" => "each of Confluent's roles that use the key",
        service => service,
    }
}

fn write_instance(heading: &str, instance: &Instance, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let place = instance
        .place
        .as_ref()
        .map_or(String::new(), |place| format!(" ({place})"));
    write_section(heading, &format!("{}{place}", instance.about), width, out)?;
    for line in instance.text.lines() {
        writeln!(out, "    {}", shown(&line.replace('\t', "    "), true))?;
    }
    Ok(())
}

fn write_section(heading: &str, text: &str, width: usize, out: &mut dyn Write) -> io::Result<()> {
    write_wrapped(text, width, &format!("  {heading}: "), "    ", out)
}

fn write_wrapped(
    text: &str,
    width: usize,
    first: &str,
    hanging: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let width = width.clamp(*WIDTHS.start(), *WIDTHS.end());
    let options = Options::new(width)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .initial_indent(first)
        .subsequent_indent(hanging);
    for line in textwrap::wrap(&shown(text, true), options) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}
