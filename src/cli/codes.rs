//! Codes that the user names: whether they name anything, and what else may have been meant.

use std::io;

use super::args::Filter;
use super::{Console, Exit};
use crate::finding;
use crate::pack::Pack;
use crate::report::shown;
use crate::rulebook::Rulebook;

/// Refuses a filter that names no code. The command can report the codes of the packs `reported` and of lint; those of
/// `known` are all that there are. To select what is never reported, or to grade what does not exist, is wrong usage: the report would be empty,
/// or milder than it was meant to be. To ignore what does not exist is harmless, and warned of.
///
/// # Errors
/// Those of writing.
pub(crate) fn refuse_unknown(
    filter: &Filter,
    reported: &[Pack],
    known: &[Pack],
    console: &mut Console<'_>,
) -> io::Result<Option<Exit>> {
    if filter.is_empty() {
        return Ok(None);
    }
    let (reported, known) = (&Rulebook::of(reported), &Rulebook::of(known));
    for pattern in filter.ignore.iter().filter(|pattern| !names(pattern, known)) {
        writeln!(
            console.err,
            "warning: `{}` names no code, in --ignore\n  help: {}",
            shown(pattern, true),
            suggestion(pattern, known)
        )?;
    }
    let selected = filter
        .select
        .iter()
        .map(|pattern| (pattern, "--select", reported));
    let graded = filter
        .severity
        .iter()
        .map(|(pattern, _)| (pattern, "--severity", known));
    let unknown = selected
        .chain(graded)
        .find(|(pattern, _, book)| !names(pattern, book));
    let Some((pattern, option, book)) = unknown else {
        return Ok(None);
    };
    let what = if names(pattern, known) {
        "no code that this command reports"
    } else {
        "no code"
    };
    let message = format!("`{}` names {what}, in {option}", shown(pattern, true));
    console.usage(&message, &suggestion(pattern, book)).map(Some)
}

/// What to write in place of a code that does not exist.
pub(crate) fn suggestion(code: &str, book: &Rulebook) -> String {
    let near: Vec<String> = book.near(code).iter().map(|code| format!("`{code}`")).collect();
    match near.as_slice() {
        [] => "`rolecall rules` lists every code".to_owned(),
        near => format!(
            "did you mean {}? `rolecall rules` lists every code",
            near.join(" or ")
        ),
    }
}

/// Whether a pattern covers one of the codes.
fn names(pattern: &str, book: &Rulebook) -> bool {
    let one = finding::Filter {
        select: vec![pattern.to_owned()],
        ..finding::Filter::default()
    };
    book.codes().any(|code| one.reports(code))
}
