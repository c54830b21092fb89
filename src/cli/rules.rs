//! `rolecall rules`: what is checked, why, and whether the examples of each rule hold.
//!
//! In: the packs of the program and those that the user names. Out: text or JSON on standard output, complaints about
//! packs on standard error, and the exit code: 0; 1 when an example is answered otherwise than it says; 2 for wrong
//! usage, an unknown code, or a pack with faults.

mod impact;
mod proofs;

use std::io;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::args::{Filter, Form, Packs};
use super::{Console, Exit, codes, packs};
use crate::proof::{Proof, prove_lint, prove_pack};
use crate::report::shown;
use crate::rulebook::{self, Rulebook};

const EXAMPLES: &str = "Examples:
  rolecall rules                                 every code with its severity, by pack
  rolecall rules show msk-connect/topic-read     what holds, why, what to do, sources, examples
  rolecall rules test                            prove the examples of the packs of the program
  rolecall rules test house.toml                 prove those of a pack of your own
  rolecall rules impact ROLE                     what stops working when a service-linked role is deleted

Exit codes: 0; 1 when `test` finds an example that is answered otherwise; 2 wrong usage, or a pack with faults.";

const LIST_EXAMPLES: &str = "Examples:
  rolecall rules list
  rolecall rules list --select 'msk-connect/trust-*'
  rolecall rules list --pack house.toml --format json

Exit codes: 0; 2 wrong usage, or a pack with faults.";

const SHOW_EXAMPLES: &str = "Examples:
  rolecall rules show msk-connect/log-s3
  rolecall rules show policy/placeholder --format json
  rolecall rules show house/archive-write --pack house.toml

Exit codes: 0; 2 for a code that does not exist, wrong usage, or a pack with faults.";

const TEST_EXAMPLES: &str = "Examples:
  rolecall rules test                        the packs of the program
  rolecall rules test house.toml packs/      these alone; a folder stands for its TOML files
  rolecall rules test rules/aws/msk-connect.toml
                                             a pack of the program that you are changing, in place of the built-in one
  rolecall rules test --pack house.toml      the packs of the program, and this one

Exit codes: 0 every example is answered as it says; 1 some are not; 2 wrong usage, or a pack with faults.";

/// Options of `rules`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(super) struct RulesArgs {
    #[command(subcommand)]
    command: Option<RulesCommand>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, Subcommand)]
enum RulesCommand {
    /// List every code with its severity and what holds, by pack.
    List(ListArgs),
    /// Explain one code: what holds, why, what to do, what is asked and when, sources, examples.
    Show(ShowArgs),
    /// Prove the examples of packs: that each rule says of them what they say.
    Test(TestArgs),
    /// Say what stops working when a service-linked role is deleted.
    Impact(impact::ImpactArgs),
}

#[derive(Debug, Args)]
#[command(after_help = LIST_EXAMPLES)]
struct ListArgs {
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
    #[command(flatten)]
    packs: Packs,
    #[command(flatten)]
    filter: Filter,
}

#[derive(Debug, Args)]
#[command(after_help = SHOW_EXAMPLES)]
struct ShowArgs {
    /// The code, as findings carry it.
    #[arg(value_name = "CODE")]
    code: String,
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
    #[command(flatten)]
    packs: Packs,
}

#[derive(Debug, Args)]
#[command(after_help = TEST_EXAMPLES)]
struct TestArgs {
    /// Pack files, and folders of them; the packs of the program where none is named. One with the id of a pack of
    /// the program takes its place.
    #[arg(value_name = "FILE|DIR")]
    files: Vec<PathBuf>,
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
    #[command(flatten)]
    packs: Packs,
}

/// Runs the command.
///
/// # Errors
/// Those of writing.
pub(super) fn run(args: &RulesArgs, console: &mut Console<'_>) -> io::Result<Exit> {
    match &args.command {
        None => list(&args.list, console),
        Some(RulesCommand::List(args)) => list(args, console),
        Some(RulesCommand::Show(args)) => show(args, console),
        Some(RulesCommand::Test(args)) => test(args, console),
        Some(RulesCommand::Impact(args)) => impact::run(args, console),
    }
}

fn list(args: &ListArgs, console: &mut Console<'_>) -> io::Result<Exit> {
    let packs = match packs::all(&args.packs.pack, console)? {
        Ok(packs) => packs,
        Err(exit) => return Ok(exit),
    };
    if let Some(exit) = codes::refuse_unknown(&args.filter, &packs, &packs, console)? {
        return Ok(exit);
    }
    let mut book = Rulebook::of(&packs);
    book.apply(&args.filter.to_filter());
    match args.format {
        Form::Text => rulebook::write_list(&book, console.width, console.out)?,
        Form::Json => rulebook::write_list_json(&book, console.out)?,
    }
    Ok(Exit::Fine)
}

fn show(args: &ShowArgs, console: &mut Console<'_>) -> io::Result<Exit> {
    let packs = match packs::all(&args.packs.pack, console)? {
        Ok(packs) => packs,
        Err(exit) => return Ok(exit),
    };
    let book = Rulebook::of(&packs);
    let Some(entry) = book.find(&args.code) else {
        let message = format!("there is no code `{}`", shown(&args.code, true));
        return console.usage(&message, &codes::suggestion(&args.code, &book));
    };
    match args.format {
        Form::Text => rulebook::write_entry(entry, console.width, console.out)?,
        Form::Json => rulebook::write_entry_json(entry, console.out)?,
    }
    Ok(Exit::Fine)
}

fn test(args: &TestArgs, console: &mut Console<'_>) -> io::Result<Exit> {
    let paths: Vec<PathBuf> = args.files.iter().chain(&args.packs.pack).cloned().collect();
    let (builtin, packs) = match packs::in_place(&paths, console)? {
        Ok(loaded) => loaded,
        Err(exit) => return Ok(exit),
    };
    let all = args.files.is_empty();
    let unasked = if all { 0 } else { builtin };
    let mut proofs: Vec<Proof> = Vec::new();
    for pack in packs.iter().skip(unasked) {
        let proof = prove_pack(pack, &packs);
        if args.format == Form::Text {
            proofs::write_text(&proof, console.out)?;
            console.out.flush()?;
        }
        proofs.push(proof);
    }
    if all {
        let proof = prove_lint();
        if args.format == Form::Text {
            proofs::write_text(&proof, console.out)?;
        }
        proofs.push(proof);
    }
    match args.format {
        Form::Text => proofs::write_summary(&proofs, console.out)?,
        Form::Json => proofs::write_json(&proofs, console.out)?,
    }
    let holds = proofs.iter().all(|proof| proof.wrong.is_empty());
    Ok(if holds { Exit::Fine } else { Exit::Found })
}
