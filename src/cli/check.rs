//! `rolecall check`: connectors against the policies of their roles.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use super::args::{self, Format};
use super::asked::Asked;
use super::gather::Gathered;
use super::{Console, Exit, output};
use crate::check::{CheckOptions, check};
use crate::finding::{Report, Severity};
use crate::pack::Pack;

const EXAMPLES: &str = "Examples:
  rolecall check ./connector-folder
  rolecall check account.json connector.json --cluster-arn arn:aws:kafka:eu-west-1:111122223333:cluster/orders/…
  rolecall check . --format json --output text=report.txt
  rolecall check . --bucket-policy my-log-bucket=bucket-policy.json --ignore msk-connect/trust-confused-deputy

Files are recognised by what they hold, never by name: outputs of `aws kafkaconnect describe-connector`,
`aws kafka describe-cluster-v2`, `aws iam get-account-authorization-details`, `get-role`, `get-role-policy`,
`get-policy-version`, `aws s3api get-bucket-policy` and others, of `confluent`: `provider-integration describe`,
`connect cluster describe`, `byok describe`, and bare policy documents.

`rolecall rules show CODE` explains the code of a finding.

Exit codes: 0 no errors, 1 errors found, 2 wrong usage or nothing readable, 3 answered but some input was unread.";

/// Options of `check`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CheckArgs {
    /// Files and folders to read; `-` is standard input. Folders are read with all that is in them.
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Also write the report to a file, in this form; may be given several times.
    #[arg(long, value_name = "FMT=FILE", value_parser = args::output)]
    output: Vec<(Format, String)>,
    #[command(flatten)]
    asked: Asked,
}

/// Runs the command.
///
/// # Errors
/// Those of writing.
pub(super) fn run(args: &CheckArgs, console: &mut Console<'_>) -> io::Result<Exit> {
    let (packs, gathered) = match args.asked.read(&args.paths, console)? {
        Ok(read) => read,
        Err(exit) => return Ok(exit),
    };
    for (_, file) in &args.output {
        let same = |name: &str| name == file || is_same_file(Path::new(name), Path::new(file));
        if gathered
            .inputs
            .sources
            .ids()
            .any(|doc| same(gathered.inputs.sources.name(doc)))
        {
            let message = format!(
                "`{}` is one of the inputs, and `--output` would overwrite it",
                crate::report::shown(file, true)
            );
            return console.usage(&message, "name another file");
        }
    }
    let report = report(&gathered, &packs, &args.asked.options());
    for (format, file) in &args.output {
        if let Err(fault) = output::write_file(
            *format,
            file,
            &report,
            &gathered.inputs.sources,
            &gathered.problems,
        ) {
            let message = format!(
                "`{}` could not be written: {fault}",
                crate::report::shown(file, true)
            );
            return console.usage(&message, "name a file in a folder that exists and may be written");
        }
    }
    output::write(
        args.format,
        &report,
        &gathered.inputs.sources,
        &gathered.problems,
        console,
    )?;
    Ok(exit(&report))
}

/// Whether two paths lead to one file.
pub(super) fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// Checks what was gathered.
pub(super) fn report(gathered: &Gathered, packs: &[Pack], options: &CheckOptions) -> Report {
    let mut report = check(&gathered.inputs, packs, options);
    report.files = gathered.files;
    report.unread = gathered.unread;
    report.skipped = gathered.skipped;
    report
}

/// The exit code of a report.
pub(super) fn exit(report: &Report) -> Exit {
    if report
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
    {
        Exit::Found
    } else if report.unread + report.skipped > 0 {
        Exit::Partly
    } else {
        Exit::Fine
    }
}
