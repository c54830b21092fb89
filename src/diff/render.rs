//! The comparison as text for people.

use std::io::{self, Write};

use super::row::{Difference, Direction, Request, Row};
use super::tags::TagChange;
use crate::condition::State;
use crate::engine::state_in_words;
use crate::report::shown;

/// Writes the comparison as text.
///
/// # Errors
/// Those of the writer.
pub fn write(difference: &Difference, out: &mut dyn Write) -> io::Result<()> {
    for (direction, title) in [(Direction::New, "new access"), (Direction::Lost, "lost access")] {
        let rows: Vec<&Row> = difference.rows_of(direction).collect();
        match rows.len() {
            0 => writeln!(out, "no {title}")?,
            count => writeln!(out, "{title}: {count}")?,
        }
        for row in rows {
            write_row(row, out)?;
        }
    }
    for open in &difference.open {
        writeln!(
            out,
            "not compared: {}: {}",
            shown(&open.subject, true),
            shown(&open.why, true)
        )?;
    }
    for (names, side) in [(&difference.only_old, "old"), (&difference.only_new, "new")] {
        for name in names {
            writeln!(out, "only on the {side} side: {}", shown(name, true))?;
        }
    }
    let plural = if difference.compared == 1 { "" } else { "s" };
    writeln!(
        out,
        "compared {} subject{plural}, over the actions of the catalogue and the names that the policies write",
        difference.compared
    )
}

fn write_row(row: &Row, out: &mut dyn Write) -> io::Result<()> {
    let sign = match row.direction {
        Direction::New => '+',
        Direction::Lost => '-',
    };
    let for_whom = row
        .principal
        .as_ref()
        .map_or(String::new(), |principal| format!(", for {principal}"));
    writeln!(
        out,
        "{sign} {}{}",
        shown(&row.subject, true),
        shown(&for_whom, true)
    )?;
    let count = if row.action_count > row.actions.len() {
        format!(" ({} actions)", row.action_count)
    } else {
        String::new()
    };
    writeln!(
        out,
        "    actions    {}{count}",
        shown(&row.actions.join(", "), true)
    )?;
    let partly = if row.partly { " (part of it)" } else { "" };
    writeln!(out, "    resources  {}{partly}", shown(&row.resource, true))?;
    for (index, alternative) in row.conditions.iter().enumerate() {
        let label = if index == 0 { "when" } else { "or" };
        writeln!(out, "    {label:<10} {}", shown(&alternative.join(" and "), true))?;
    }
    for change in &row.tags {
        writeln!(out, "    tag        {}", shown(&tag_in_words(change), true))?;
    }
    if !row.proved {
        let doubts = match row.doubts.as_slice() {
            [] => "it rests on something that no request settles".to_owned(),
            doubts => doubts.join("; "),
        };
        writeln!(out, "    possibly   {}", shown(&doubts, true))?;
    }
    writeln!(out, "    example    {}", shown(&in_words(&row.witness), true))
}

fn tag_in_words(change: &TagChange) -> String {
    let state = |state: &Option<State>| {
        state
            .as_ref()
            .map_or_else(|| "not known".to_owned(), state_in_words)
    };
    format!(
        "{} is {} on the old side and {} on the new one",
        change.key,
        state(&change.old),
        state(&change.new)
    )
}

fn in_words(request: &Request) -> String {
    let context: Vec<String> = request
        .context
        .iter()
        .map(|(key, state)| format!("{key} {}", state_in_words(state)))
        .collect();
    let with = if context.is_empty() {
        String::new()
    } else {
        format!(" with {}", context.join(", "))
    };
    format!(
        "{} on {} by {}{with}",
        request.action, request.resource, request.principal
    )
}
