//! `rolecall what-can`: what a principal can do, alone and as those whom it can become.
//!
//! In: a principal and paths. Out: the answer on standard output, complaints on standard error, and the exit code: 0
//! answered, 2 wrong usage, nothing readable or nobody of that name, 3 answered but some input could not be read.

use std::io;
use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::args::Form;
use super::who::Inputs;
use super::{Console, Exit};
use crate::report::shown;
use crate::who::{Become, Corpus, alike, find, reach, write_reach_json, write_reach_text};

const EXAMPLES: &str = "Examples:
  rolecall what-can arn:aws:iam::111122223333:role/etl account.json
  rolecall what-can etl dumps/                  a name, if only one role or user has it
  rolecall what-can alice account.json --no-via --format json

Exit codes: 0 answered, 2 wrong usage, nothing readable or nobody of that name, 3 answered but some input was unread.";

/// Options of `what-can`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct WhatCanArgs {
    /// The ARN of a role or user, or its name if only one has it.
    principal: String,
    /// Files and folders to read; `-` is standard input. Folders are read with all that is in them.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Leave out whom it can become.
    #[arg(long = "no-via", action = ArgAction::SetFalse)]
    via: bool,
    /// Roles that are assumed one after the other, at most.
    #[arg(long, value_name = "N", default_value_t = 8)]
    hops: usize,
    #[command(flatten)]
    inputs: Inputs,
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

/// Runs the command.
///
/// # Errors
/// Those of writing.
pub(super) fn run(args: &WhatCanArgs, console: &mut Console<'_>) -> io::Result<Exit> {
    let gathered = match args.inputs.read(&args.paths, console)? {
        Ok(gathered) => gathered,
        Err(exit) => return Ok(exit),
    };
    let inputs = &gathered.inputs;
    let corpus = Corpus::new(inputs, &args.inputs.options(&[]));
    let number = match find(&corpus, &args.principal) {
        Ok(number) => number,
        Err(named) => return nobody(args, &corpus, &named, console),
    };
    let graph = args.via.then(|| Become::new(&corpus));
    let Some(answer) = reach(&corpus, number, graph.as_ref().map(|graph| (graph, args.hops))) else {
        return nobody(args, &corpus, &[], console);
    };
    match args.format {
        Form::Text => write_reach_text(&answer, &inputs.sources, console.out)?,
        Form::Json => write_reach_json(&answer, &inputs.sources, console.out)?,
    }
    Ok(if gathered.unread > 0 {
        Exit::Partly
    } else {
        Exit::Fine
    })
}

/// Says whom a name may mean.
fn nobody(
    args: &WhatCanArgs,
    corpus: &Corpus<'_>,
    named: &[String],
    console: &mut Console<'_>,
) -> io::Result<Exit> {
    let quoted = |names: &[String]| {
        let shown: Vec<String> = names
            .iter()
            .take(5)
            .map(|name| format!("`{}`", shown(name, true)))
            .collect();
        let more = names.len().saturating_sub(shown.len());
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        format!("{}{more}", shown.join(", "))
    };
    let name = shown(&args.principal, true).into_owned();
    if !named.is_empty() {
        let help = format!("name one by its ARN: {}", quoted(named));
        return console.usage(&format!("several are called `{name}`"), &help);
    }
    let help = match alike(corpus, &args.principal) {
        like if like.is_empty() => "name a role or user of the inputs by its ARN or name".to_owned(),
        like => format!("did you mean {}?", quoted(&like)),
    };
    console.usage(&format!("no role or user is called `{name}`"), &help)
}
