//! `rolecall demo`: the check on a connector that comes with the program.

use std::io;

use clap::Args;

use super::gather::Gathered;
use super::{Console, Exit, check, output};
use crate::check::CheckOptions;
use crate::cli::args::Format;
use crate::input::{ReadOptions, read};
use crate::pack;

const EXAMPLES: &str = "Examples:
  rolecall demo             the connector with gaps, then its repaired twin
  rolecall demo --repaired  the repaired twin alone
  rolecall demo --write DIR write the files of both to a new folder, to try things on

Exit codes: 0; 2 for wrong usage.";

/// Options of `demo`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DemoArgs {
    /// Show the repaired twin alone.
    #[arg(long)]
    repaired: bool,
    /// Write the files of both to this folder, which must not exist yet, and check nothing.
    #[arg(long, value_name = "DIR")]
    write: Option<std::path::PathBuf>,
}

/// The files of one shipped example.
type Example = [(&'static str, &'static str)];

const GAPS: &Example = &[
    (
        "demo/orders-archive/account.json",
        include_str!("../../corpus/demo/gaps/account.json"),
    ),
    (
        "demo/orders-archive/bucket-policies/orders-connect-logs.json",
        include_str!("../../corpus/demo/gaps/bucket-policies/orders-connect-logs.json"),
    ),
    (
        "demo/orders-archive/cluster.json",
        include_str!("../../corpus/demo/gaps/cluster.json"),
    ),
    (
        "demo/orders-archive/connector.json",
        include_str!("../../corpus/demo/gaps/connector.json"),
    ),
];

const REPAIRED: &Example = &[
    (
        "demo/orders-archive-repaired/account.json",
        include_str!("../../corpus/demo/repaired/account.json"),
    ),
    (
        "demo/orders-archive-repaired/bucket-policies/orders-connect-logs.json",
        include_str!("../../corpus/demo/repaired/bucket-policies/orders-connect-logs.json"),
    ),
    (
        "demo/orders-archive-repaired/cluster.json",
        include_str!("../../corpus/demo/gaps/cluster.json"),
    ),
    (
        "demo/orders-archive-repaired/connector.json",
        include_str!("../../corpus/demo/gaps/connector.json"),
    ),
];

/// Runs the command.
///
/// # Errors
/// Those of writing.
pub(super) fn run(args: &DemoArgs, console: &mut Console<'_>) -> io::Result<Exit> {
    if let Some(folder) = &args.write {
        return write_files(folder, console);
    }
    if !args.repaired {
        writeln!(
            console.out,
            "A sink connector that archives orders to S3, as the AWS CLI describes it."
        )?;
        writeln!(console.out, "Its role has gaps:\n")?;
        show(GAPS, console)?;
        writeln!(console.out, "\nThe same connector after the repair:\n")?;
    }
    show(REPAIRED, console)?;
    if !args.repaired {
        writeln!(
            console.out,
            "\nTry it on your own: rolecall check FOLDER (rolecall check --help says what it reads)."
        )?;
    }
    Ok(Exit::Fine)
}

fn show(example: &Example, console: &mut Console<'_>) -> io::Result<()> {
    let documents = example
        .iter()
        .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()));
    let inputs = read(documents, &ReadOptions::default());
    let gathered = Gathered {
        inputs,
        problems: Vec::new(),
        files: example.len(),
        unread: 0,
        skipped: 0,
    };
    let packs = pack::builtin().unwrap_or_default();
    let report = check::report(&gathered, packs, &CheckOptions::default());
    output::write(
        Format::Text,
        &report,
        &gathered.inputs.sources,
        &gathered.problems,
        console,
    )
}

fn write_files(folder: &std::path::Path, console: &mut Console<'_>) -> io::Result<Exit> {
    if folder.exists() {
        let message = format!("`{}` is there already", folder.display());
        return console.usage(&message, "name a folder that does not exist yet");
    }
    for (name, text) in GAPS.iter().chain(REPAIRED) {
        let path = folder.join(name.strip_prefix("demo/").unwrap_or(name));
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, text)?;
    }
    writeln!(
        console.out,
        "written; now: rolecall check {}/orders-archive",
        folder.display()
    )?;
    Ok(Exit::Fine)
}
