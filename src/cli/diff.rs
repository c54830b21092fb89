//! `rolecall diff`: what new policies grant that old ones do not, and the reverse.
//!
//! In: two paths, each a file or a folder. Out: the comparison on standard output, complaints about inputs and the
//! embedded texts that were used on standard error, and the exit code: 0; with `--deny-new` 1 when something new is granted or that could not be ruled out; 2
//! wrong usage or nothing readable; 3 something could not be read (1 wins over 3).

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::files::Selection;
use super::gather::{Gathered, gather};
use super::{Console, Exit};
use crate::diff::{Side, diff, write_json, write_text};
use crate::input::{ManagedPolicy, ReadOptions};
use crate::report::shown;

/// The forms of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One JSON object, described in docs/DIFF.md.
    Json,
}

const EXAMPLES: &str = "Examples:
  rolecall diff before/ after/             two states of an account or of a folder
  rolecall diff role.json proposed.json    one policy, as it is and as it is to be
  rolecall diff old.json new.json --deny-new --format json

Exit codes: 0 compared, 1 with --deny-new something is granted anew, 2 wrong usage or nothing readable, 3 compared
but some input was unread.";

/// What `diff` takes.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DiffArgs {
    /// A policy, a role, an account dump, or a folder of them; `-` for standard input.
    old: PathBuf,
    /// The same, as it is to be.
    new: PathBuf,
    /// End with exit code 1 when the new policies grant something that the old ones do not.
    #[arg(long)]
    deny_new: bool,
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,
}

/// Compares.
pub(super) fn run(args: &DiffArgs, console: &mut Console<'_>) -> io::Result<Exit> {
    if args.old == args.new && args.old.as_os_str() == "-" {
        return console.usage(
            "standard input is read for one side only",
            "name a file for the other side",
        );
    }
    let old = match read(&args.old, console)? {
        Ok(old) => old,
        Err(exit) => return Ok(exit),
    };
    let new = match read(&args.new, console)? {
        Ok(new) => new,
        Err(exit) => return Ok(exit),
    };
    let (old_root, new_root) = (args.old.to_string_lossy(), args.new.to_string_lossy());
    let difference = diff(
        Side {
            inputs: &old.inputs,
            root: &old_root,
        },
        Side {
            inputs: &new.inputs,
            root: &new_root,
        },
    );
    if difference.compared == 0 {
        return console.usage(
            "neither side has a policy, a role or a user",
            "name policy documents, outputs of `aws iam get-role` and its like, or account dumps",
        );
    }
    let policies = old.inputs.policies.iter().chain(&new.inputs.policies);
    let taken: BTreeSet<String> = policies.filter_map(ManagedPolicy::taken_as).collect();
    for message in taken {
        writeln!(console.err, "note: {}", shown(&message, true))?;
    }
    match args.format {
        Format::Text => write_text(&difference, console.out)?,
        Format::Json => write_json(&difference, console.out)?,
    }
    Ok(if args.deny_new && !difference.nothing_new() {
        Exit::Found
    } else if old.unread + new.unread + old.skipped + new.skipped > 0 {
        Exit::Partly
    } else {
        Exit::Fine
    })
}

/// Reads one side; what is wrong with it goes to standard error.
fn read(path: &std::path::Path, console: &mut Console<'_>) -> io::Result<Result<Gathered, Exit>> {
    let gathered = gather(
        &[path.to_owned()],
        &Selection::default(),
        &ReadOptions::default(),
        console,
    )?;
    if let Ok(gathered) = &gathered {
        gathered.tell_problems(console)?;
    }
    Ok(gathered)
}
