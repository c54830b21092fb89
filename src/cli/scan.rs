//! `rolecall scan`: every policy, role and connector of many accounts, judged as they are read.
//!
//! The input is read twice: once for which account stands where (`scan::plan`), once to judge (`scan::feed`). While one
//! batch of units is judged on all threads, the next is read; results are written in the order of units. Memory holds two
//! batches, however long the input is.

mod feed;
mod lines;
mod merge;
mod plan;
mod progress;
mod spool;
mod text;

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use clap::{Args, ValueEnum};
use rayon::prelude::*;

use self::feed::Feed;
use self::plan::{Source, plan};
use self::progress::Progress;
use super::args::{self, Filter, Folders, Known, Packs};
use super::files::{self, Entry, Fault, Selection};
use super::{Console, Exit, codes, packs};
use crate::pack::Direction;
use crate::pattern::Glob;
use crate::report::shown;
use crate::scan::{self as judged, Assume, Chosen, Settings, Shard, Tally, Unit, UnitReport, Worker};

const EXAMPLES: &str = "Examples:
  rolecall scan dumps/ > findings.ndjson
  rolecall scan organisation.ndjson.zst --format text
  aws iam get-account-authorization-details | rolecall scan - --format text
  rolecall scan accounts.ndjson --as msk-connect --role-tag team=kafka --topic orders --cluster arn:aws:kafka:…
  rolecall scan accounts.ndjson --shard 1/4 > 1.ndjson        on four machines; then
  rolecall scan --merge 1.ndjson 2.ndjson 3.ndjson 4.ndjson

Files are those of `rolecall check`, and streams with one document a line, plain or as `.gz` or `.zst`. All texts of
one account are judged together. `docs/SCAN.md` says how, and describes the lines of the output.

Exit codes: 0 nothing as grave as `--fail-on`, 1 findings of that severity, 2 wrong usage or nothing readable, 3 answered
but some input was unread, 130 interrupted: what was judged before is written, with its summary.";

/// Options of `scan`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ScanArgs {
    /// Files and folders to read; `-` is standard input. Folders are read with all that is in them.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Form::Ndjson)]
    format: Form,
    /// The severity of findings with which the command fails.
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "LEVEL")]
    fail_on: FailOn,
    /// Take roles as those of connectors that nobody described.
    #[arg(long = "as", value_enum, value_name = "PLATFORM")]
    assumed: Option<Platform>,
    /// With `--as`: roles with this tag; the value may have wildcards.
    #[arg(long, value_name = "K=V", value_parser = args::pair, requires = "assumed")]
    role_tag: Vec<(String, String)>,
    /// With `--as`: roles of this name, which may have wildcards. Without either, roles that MSK Connect may assume.
    #[arg(long, value_name = "GLOB", requires = "assumed")]
    role_name: Vec<String>,
    /// With `--as`: a topic that the connector reads or writes.
    #[arg(long, value_name = "NAME", requires = "assumed")]
    topic: Vec<String>,
    /// With `--as`: the cluster; for all other connectors too, where no input says it.
    #[arg(long, value_name = "ARN", requires = "assumed")]
    cluster: Option<String>,
    /// With `--as`: which way it moves data; both where this is not said.
    #[arg(long, value_enum, value_name = "WAY", requires = "assumed")]
    direction: Option<Way>,
    /// With `--as`: the name of the connector, on which that of its consumer group rests; else the role's.
    #[arg(long, value_name = "NAME", requires = "assumed")]
    connector_name: Option<String>,
    /// With `--as`: a further setting of the connector.
    #[arg(long, value_name = "K=V", value_parser = args::pair, requires = "assumed")]
    setting: Vec<(String, String)>,
    #[command(flatten)]
    known: Known,
    #[command(flatten)]
    packs: Packs,
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    folders: Folders,
    /// Judge only the accounts of one of several shards: `2/4` is the second of four.
    #[arg(long, value_name = "I/N", conflicts_with = "merge")]
    shard: Option<Shard>,
    /// Put the outputs of all shards together, instead of judging: exactly what one run gives.
    #[arg(long)]
    merge: bool,
    /// The lines of each account stand together in streams: judge as they come, without a first look at the whole.
    #[arg(long)]
    grouped: bool,
    /// How many threads to use; the output is the same for any number.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

/// The forms of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// One JSON object a line, as it comes.
    Ndjson,
    /// Counts with examples, at the end, for people.
    Text,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Platform {
    /// Amazon MSK Connect.
    MskConnect,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Way {
    /// It reads topics.
    Sink,
    /// It writes topics.
    Source,
}

/// Runs the command.
///
/// # Errors
/// Those of writing.
pub(super) fn run(args: &ScanArgs, console: &mut Console<'_>) -> io::Result<Exit> {
    if args.merge {
        return merge(args, console);
    }
    let mut known = args.known.clone();
    known.cluster_arn = args.cluster.clone().or(known.cluster_arn);
    if let Some(exit) = known.refuse_wrong(console)? {
        return Ok(exit);
    }
    let packs = match packs::all(&args.packs.pack, console)? {
        Ok(packs) => packs,
        Err(exit) => return Ok(exit),
    };
    if let Some(exit) = codes::refuse_unknown(&args.filter, &packs, &packs, console)? {
        return Ok(exit);
    }
    let settings = Settings {
        read: known.to_read_options(),
        check: known.to_check_options(&args.filter),
        assume: args.assume(known.cluster_arn),
        packs,
        lines: args.format == Form::Ndjson,
    };
    let selection = Selection {
        texts: true,
        streams: true,
        ..args.folders.to_selection()
    };
    let (entries, faults) = match files::list(&args.paths, &selection) {
        Ok(found) => found,
        Err(bad) => {
            let message = format!(
                "`{}` is no glob: {}",
                shown(&bad.glob, true),
                shown(&bad.message, true)
            );
            let help = "globs are written as in ignore files: `*.json`, `policies/**`";
            return console.usage(&message, help);
        }
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads.unwrap_or(0));
    let pool = match pool.build() {
        Ok(pool) => pool,
        Err(fault) => {
            return console.usage(
                &format!("threads could not be started: {fault}"),
                "use fewer threads",
            );
        }
    };
    let run = Run {
        args,
        settings: &settings,
        entries: &entries,
        faults: &faults,
    };
    let (tally, interrupted) = match run.scan(&pool, console)? {
        Ok(ended) => ended,
        Err(exit) => return Ok(exit),
    };
    Ok(exit(&tally, args.fail_on, interrupted))
}

fn exit(tally: &Tally, fail_on: FailOn, interrupted: bool) -> Exit {
    let grave = match fail_on {
        FailOn::Never => 0,
        FailOn::Error => tally.errors,
        FailOn::Warning => tally.errors + tally.warnings,
        FailOn::Note => tally.errors + tally.warnings + tally.notes,
    };
    if interrupted {
        Exit::Interrupted
    } else if grave > 0 {
        Exit::Found
    } else if tally.unread > 0 {
        Exit::Partly
    } else {
        Exit::Fine
    }
}

fn merge(args: &ScanArgs, console: &mut Console<'_>) -> io::Result<Exit> {
    match merge::merge(&args.paths, console.out) {
        Ok((tally, interrupted)) => Ok(exit(&tally, args.fail_on, interrupted)),
        Err(merge::Unfit::Write(error)) => Err(error),
        Err(unfit) => console.usage(
            &shown(&unfit.to_string(), true),
            "give the whole output of every shard of one run, each once",
        ),
    }
}

impl ScanArgs {
    fn assume(&self, cluster_arn: Option<String>) -> Option<Assume> {
        self.assumed?;
        let tags = self.role_tag.iter();
        let tags = tags.map(|(key, value)| Chosen::Tag(key.clone(), Glob::parse(value)));
        let names = self.role_name.iter().map(|name| Chosen::Name(Glob::parse(name)));
        Some(Assume {
            chosen: tags.chain(names).collect(),
            topics: self.topic.clone(),
            direction: self.direction.map(|way| match way {
                Way::Sink => Direction::Sink,
                Way::Source => Direction::Source,
            }),
            cluster_arn,
            connector_name: self.connector_name.clone(),
            settings: self.setting.clone(),
        })
    }
}

/// One scan.
struct Run<'a> {
    args: &'a ScanArgs,
    settings: &'a Settings,
    entries: &'a [Entry],
    faults: &'a [Fault],
}

impl Run<'_> {
    /// Judges all units. What it comes to, and whether the user stopped it; `Err` is how the command ends.
    fn scan(
        &self,
        pool: &rayon::ThreadPool,
        console: &mut Console<'_>,
    ) -> io::Result<Result<(Tally, bool), Exit>> {
        let stop = stop_on_signal();
        let seen = AtomicU64::new(0);
        let input = match self.input(&stop) {
            Ok(input) => input,
            Err(error) => {
                let message = format!("standard input could not be kept in a temporary file: {error}");
                return console
                    .usage(&message, "set TMPDIR to a folder with room")
                    .map(Err);
            }
        };
        let source = Source {
            entries: self.entries,
            input: input.as_ref(),
            seen: &seen,
            stop: &stop,
        };
        let progress = Progress::new(self.total());
        progress.show("looking for accounts:", 0);
        let plan = plan(&source, self.args.grouped);
        seen.store(0, Ordering::Relaxed);
        let mut feed = Feed::new(&source, plan, self.faults, self.args.shard, self.args.grouped);
        let mut tally = Tally::default();
        if self.settings.lines {
            console.out.write_all(&judged::header(self.args.shard))?;
        }
        let mut batch = feed.next_batch();
        while !batch.is_empty() {
            let judge = |unit| judge(unit, self.settings);
            let (reports, next) = pool.install(|| {
                rayon::join(
                    || batch.into_par_iter().map(judge).collect::<Vec<UnitReport>>(),
                    || feed.next_batch(),
                )
            });
            for report in reports {
                console.out.write_all(&report.lines)?;
                tally.add(report.tally);
            }
            progress.show("judging:", seen.load(Ordering::Relaxed));
            batch = next;
        }
        progress.end();
        let interrupted = stop.load(Ordering::Relaxed);
        if tally.understood == 0 && !interrupted && self.args.shard.is_none() {
            self.nothing(console)?;
            if self.settings.lines {
                console.out.write_all(&judged::summary(&tally, interrupted))?;
            }
            return Ok(Err(Exit::Usage));
        }
        if self.settings.lines {
            console.out.write_all(&judged::summary(&tally, interrupted))?;
        } else {
            text::write(&tally, interrupted, console)?;
        }
        Ok(Ok((tally, interrupted)))
    }

    fn nothing(&self, console: &mut Console<'_>) -> io::Result<()> {
        for fault in self.faults {
            let problem = crate::source::Problem::from(fault);
            writeln!(console.err, "error: {}", shown(&problem.message, true))?;
        }
        console.usage(
            "nothing could be read that is known here",
            "name outputs of the AWS CLI, streams of them or policy documents, or a folder of them",
        )?;
        Ok(())
    }

    /// The bytes of all files; 0 where there is standard input.
    fn total(&self) -> u64 {
        if self.entries.iter().any(Entry::is_input) {
            return 0;
        }
        let lengths = self
            .entries
            .iter()
            .filter_map(|entry| std::fs::metadata(&entry.path).ok());
        lengths.map(|metadata| metadata.len()).sum()
    }

    /// Standard input, kept so that it can be read twice, up to where the user stops it.
    fn input(&self, stop: &AtomicBool) -> io::Result<Option<File>> {
        if self.args.grouped || !self.entries.iter().any(Entry::is_input) {
            return Ok(None);
        }
        let mut file = tempfile::tempfile()?;
        let mut input = io::stdin().lock();
        while !stop.load(Ordering::Relaxed) {
            let buffer = input.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            let count = buffer.len();
            file.write_all(buffer)?;
            input.consume(count);
        }
        Ok(Some(file))
    }
}

/// A flag that Ctrl-C sets. A second one ends the program at once.
fn stop_on_signal() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    // Where no handler can be set, Ctrl-C ends the program as ever.
    let _ = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    });
    stop
}

thread_local! {
    /// What a thread keeps between units.
    static WORKER: Cell<Option<Box<Worker>>> = const { Cell::new(None) };
}

/// Judges a unit with what the thread keeps. A thread that waits within one unit may take up another, which then begins
/// with nothing kept.
fn judge(unit: Unit, settings: &Settings) -> UnitReport {
    let mut worker = WORKER.take().unwrap_or_default();
    let report = judged::judge(unit, settings, &mut worker);
    WORKER.set(Some(worker));
    report
}
