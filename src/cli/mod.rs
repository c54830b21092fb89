//! The command line: one file a command, and the only place that reads files, the environment and the clock.
//!
//! In: arguments and standard input. Out: text on standard output, complaints on standard error, an exit code.
//! Exit codes are the same for all commands: see [`Exit`].

use std::io::{self, BufWriter, IsTerminal, Write};

use clap::{Parser, Subcommand, ValueEnum};

mod args;
mod asked;
mod check;
mod codes;
mod decompress;
mod demo;
mod diff;
mod files;
mod gather;
mod graph;
mod lint;
mod output;
mod packs;
mod rules;
mod scan;
mod simulate;

pub use files::{Document, Fault, FaultKind, Files, Selection};

/// Whether policies grant what a Kafka connector needs, decided offline and exactly.
#[derive(Debug, Parser)]
#[command(
    name = "rolecall",
    version,
    about,
    long_about = "Decides, offline and exactly, whether a set of policies grants an action on a resource, and from \
                  that whether the role of a Kafka connector holds every permission it needs.",
    after_help = EXAMPLES,
    subcommand_required = true,
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to colour: `auto` colours on a terminal, unless NO_COLOR is set.
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    color: When,
}

const EXAMPLES: &str = "Examples:
  rolecall demo                        a connector with gaps, and its repaired twin
  rolecall check ./connector-folder    everything the AWS CLI says about one connector
  rolecall check account.json connector.json --cluster-arn arn:aws:kafka:…
  aws kafkaconnect describe-connector … | rolecall check - account.json

Exit codes:
  0  nothing of severity error
  1  findings of severity error
  2  wrong usage, or nothing readable
  3  answered, but some input could not be read (1 wins over 3)";

#[derive(Debug, Subcommand)]
enum Command {
    /// Check connectors against the policies of their roles.
    Check(Box<check::CheckArgs>),
    /// Check the grammar and sense of policies.
    Lint(lint::LintArgs),
    /// Judge every policy, role and connector of many accounts, as a stream.
    Scan(Box<scan::ScanArgs>),
    /// Decide one question, a stream of cases, or the input of AWS's simulator.
    Simulate(Box<simulate::SimulateArgs>),
    /// Compare two states of policies: what the new ones grant that the old ones do not, and the reverse.
    Diff(diff::DiffArgs),
    /// Draw connectors with what their roles are granted and what is missing.
    Graph(Box<graph::GraphArgs>),
    /// List and explain the codes of findings, and prove the examples of rule packs.
    Rules(Box<rules::RulesArgs>),
    /// Run the check on a connector that comes with the program.
    Demo(demo::DemoArgs),
}

/// When to write colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Nothing of severity error; for one question, Allowed.
    Fine,
    /// Findings of severity error; for one question, not Allowed.
    Found,
    /// Wrong usage, or nothing readable.
    Usage,
    /// Answered, but some input could not be read.
    Partly,
    /// Stopped by the user before the end.
    Interrupted,
}

impl Exit {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Found => 1,
            Self::Usage => 2,
            Self::Partly => 3,
            Self::Interrupted => 130,
        }
    }
}

/// What a command is given of the world.
pub(crate) struct Console<'a> {
    pub out: &'a mut dyn Write,
    pub err: &'a mut dyn Write,
    pub color: bool,
    pub width: usize,
}

impl Console<'_> {
    /// Says what is wrong with the usage, and ends.
    pub fn usage(&mut self, message: &str, help: &str) -> io::Result<Exit> {
        writeln!(self.err, "error: {message}")?;
        writeln!(self.err, "  help: {help}")?;
        Ok(Exit::Usage)
    }
}

/// Runs the program with the arguments and streams of the process.
pub fn main() -> u8 {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(fault) => {
            let code = if fault.use_stderr() {
                Exit::Usage.code()
            } else {
                Exit::Fine.code()
            };
            // Nothing can be done about a closed stream here.
            let _ = fault.print();
            return code;
        }
    };
    let color = wants_color(cli.color);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut err = io::stderr().lock();
    let mut console = Console {
        out: &mut out,
        err: &mut err,
        color,
        width: width(),
    };
    let ended = match &cli.command {
        Command::Check(args) => check::run(args, &mut console),
        Command::Lint(args) => lint::run(args, &mut console),
        Command::Scan(args) => scan::run(args, &mut console),
        Command::Simulate(args) => simulate::run(args, &mut console),
        Command::Diff(args) => diff::run(args, &mut console),
        Command::Graph(args) => graph::run(args, &mut console),
        Command::Rules(args) => rules::run(args, &mut console),
        Command::Demo(args) => demo::run(args, &mut console),
    };
    let ended = ended.and_then(|exit| out.flush().map(|()| exit));
    match ended {
        Ok(exit) => exit.code(),
        // Whoever reads our output has read enough.
        Err(fault) if fault.kind() == io::ErrorKind::BrokenPipe => Exit::Fine.code(),
        Err(fault) => {
            let _ = writeln!(io::stderr(), "error: the output could not be written: {fault}");
            Exit::Usage.code()
        }
    }
}

fn wants_color(when: When) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto => {
            let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            !refused && !dumb && io::stdout().is_terminal()
        }
    }
}

/// The width to lay text out for: the terminal's, else 100 columns.
fn width() -> usize {
    terminal_size::terminal_size().map_or(100, |(terminal_size::Width(columns), _)| usize::from(columns))
}
