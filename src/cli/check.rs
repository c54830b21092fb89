//! `rolecall check`: connectors against the policies of their roles.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use super::args::{self, Filter, Folders, Format, Packs};
use super::gather::{Gathered, gather};
use super::{Console, Exit, codes, output, packs};
use crate::check::{CheckOptions, ClusterFacts, check};
use crate::condition::Mode;
use crate::finding::{Report, Severity};
use crate::input::ReadOptions;
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
    /// The cluster of connectors whose cluster is not among the inputs.
    #[arg(long, value_name = "ARN")]
    cluster_arn: Option<String>,
    /// The cluster that a MirrorMaker connector reads from.
    #[arg(long, value_name = "ARN")]
    source_cluster_arn: Option<String>,
    /// The principal that creates the connector.
    #[arg(long, value_name = "ARN")]
    deployer: Option<String>,
    /// A feature of ApsaraMQ for Kafka in use: `base`, `connector`, `encryption`, `etl` or `log`.
    #[arg(long, value_name = "NAME")]
    feature: Vec<String>,
    /// The account, where no input says it.
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// The region, where no input says it.
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// The partition, where no input says it.
    #[arg(long, value_name = "NAME")]
    partition: Option<String>,
    /// The policy of a bucket.
    #[arg(long, value_name = "NAME=FILE", value_parser = args::pair)]
    bucket_policy: Vec<(String, String)>,
    /// A managed policy that is attached to a role.
    #[arg(long, value_name = "ROLE=FILE", value_parser = args::pair)]
    attach: Vec<(String, String)>,
    /// A fact of the request context; several times with one key for several values.
    #[arg(long, value_name = "K=V", value_parser = args::pair)]
    context: Vec<(String, String)>,
    #[command(flatten)]
    packs: Packs,
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    folders: Folders,
    /// Also show the findings that follow from another one.
    #[arg(long)]
    all: bool,
    /// Treat what AWS does not document as unknown.
    #[arg(long)]
    sound: bool,
    /// How many threads to use; the output is the same for any number.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

/// Runs the command.
///
/// # Errors
/// Those of writing.
pub(super) fn run(args: &CheckArgs, console: &mut Console<'_>) -> io::Result<Exit> {
    for (option, arn) in [
        ("--cluster-arn", &args.cluster_arn),
        ("--source-cluster-arn", &args.source_cluster_arn),
    ] {
        if let Some(arn) = arn.as_ref().filter(|arn| ClusterFacts::parse(arn).is_none()) {
            let message = format!(
                "`{}` is no cluster ARN, in {option}",
                crate::report::shown(arn, true)
            );
            return console.usage(
                &message,
                "it has the form arn:aws:kafka:REGION:ACCOUNT:cluster/NAME/UUID",
            );
        }
    }
    if let Some(arn) = args.deployer.as_ref().filter(|arn| !names_identity(arn)) {
        let message = format!(
            "`{}` is no ARN of a role or user, in --deployer",
            crate::report::shown(arn, true)
        );
        return console.usage(&message, "it has the form arn:aws:iam::ACCOUNT:role/NAME");
    }
    if let Some(threads) = args.threads {
        // A pool that is there already, as in tests, serves as well.
        let _ = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global();
    }
    let packs = match packs::all(&args.packs.pack, console)? {
        Ok(packs) => packs,
        Err(exit) => return Ok(exit),
    };
    if let Some(exit) = codes::refuse_unknown(&args.filter, &packs, &packs, console)? {
        return Ok(exit);
    }
    let selection = args.folders.to_selection();
    let cluster = args.cluster_arn.as_deref();
    let field = |number: usize| {
        let field = cluster?.split(':').nth(number)?;
        Some(field.to_owned())
    };
    let options = ReadOptions {
        attach: args.attach.clone(),
        bucket_policies: args.bucket_policy.clone(),
        account: args.account.clone().or_else(|| field(4)),
        region: args.region.clone().or_else(|| field(3)),
        partition: args.partition.clone().or_else(|| field(1)),
    };
    let gathered = match gather(&args.paths, &selection, &options, console)? {
        Ok(gathered) => gathered,
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
    let report = report(&gathered, &packs, &args.options());
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
fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// Checks what was gathered.
pub(super) fn report(gathered: &Gathered, packs: &[Pack], options: &CheckOptions) -> Report {
    let mut report = check(&gathered.inputs, packs, options);
    report.files = gathered.files;
    report.unread = gathered.unread;
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
    } else if report.unread > 0 {
        Exit::Partly
    } else {
        Exit::Fine
    }
}

impl CheckArgs {
    fn options(&self) -> CheckOptions {
        CheckOptions {
            cluster_arn: self.cluster_arn.clone(),
            source_cluster_arn: self.source_cluster_arn.clone(),
            deployer: self.deployer.clone(),
            account: self.account.clone(),
            region: self.region.clone(),
            partition: self.partition.clone(),
            context: args::by_key(&self.context),
            filter: self.filter.to_filter(),
            features: self.feature.iter().cloned().collect(),
            all: self.all,
            mode: if self.sound { Mode::Sound } else { Mode::Chosen },
        }
    }
}

/// Whether an ARN is that of a role or user, or a name of RAM's.
fn names_identity(arn: &str) -> bool {
    let names = |resource: &str| resource.starts_with("role/") || resource.starts_with("user/");
    crate::arn::Arn::parse(arn).is_some_and(|arn| names(arn.resource)) || arn.starts_with("acs:ram::")
}
