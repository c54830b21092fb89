//! JSON for programs that people read too: laid out over lines, and safe to show on a terminal.

use std::io::{self, Write};

use serde::Serialize;

use super::hazard::escape_json;

/// Writes a value as JSON over several lines, with a line feed at its end. Characters that a terminal would act on
/// are written as `\u` escapes.
///
/// # Errors
/// Those of the writer, and of a value that has no JSON form.
pub fn write_pretty(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(io::Error::from)?;
    writeln!(out, "{}", escape_json(&text))
}

/// Writes a value as JSON on one line, with a line feed at its end, escaped as by [`write_pretty`].
///
/// # Errors
/// Those of the writer, and of a value that has no JSON form.
pub fn write_line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string(value).map_err(io::Error::from)?;
    writeln!(out, "{}", escape_json(&text))
}
