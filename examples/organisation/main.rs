//! Makes organisations to measure with, and scores what was found in them: docs/CORPUS.md.

mod judge;
mod organisation;
mod score;

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use judge::judge;
use organisation::{Account, Organisation};
use rayon::prelude::*;
use score::{Planted, Said, Score};

const EXAMPLES: &str = "Examples:
  organisation --policies 100000 --seed 7 --out org.ndjson --manifest gaps.ndjson
  organisation --accounts 40 --out - | head -1
  organisation --policies 10000 --check
  organisation --score findings.ndjson --manifest gaps.ndjson

Exit codes: 0 written, or all gaps found and nothing else said; 1 the score is less; 2 wrong usage, or a file that
cannot be read or written.";

/// Makes an organisation from a seed as NDJSON, or scores findings against what was planted in it.
#[derive(Parser)]
#[command(name = "organisation", after_help = EXAMPLES)]
struct Args {
    /// How many accounts.
    #[arg(long, conflicts_with = "policies", value_name = "N")]
    accounts: Option<u64>,
    /// As many accounts as hold at least this many policy documents.
    #[arg(long, value_name = "N")]
    policies: Option<usize>,
    /// The same seed makes the same bytes.
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,
    /// The share of connectors with a gap, from 0 to 1.
    #[arg(long, default_value_t = 0.25, value_name = "RATE")]
    gaps: f64,
    /// At most so many roles in an account, beside those of its connectors.
    #[arg(long, default_value_t = 900, value_name = "N")]
    roles: usize,
    /// Where the accounts go; `-` is standard output.
    #[arg(long, value_name = "FILE", required_unless_present_any = ["score", "check"])]
    out: Option<PathBuf>,
    /// The list of what was planted, a line for each gap.
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Scores these findings, as `rolecall scan` writes them; `-` is standard input.
    #[arg(long, value_name = "FINDINGS", conflicts_with_all = ["out", "accounts", "policies"])]
    score: Option<PathBuf>,
    /// Writes nothing: checks each account as `rolecall check` does, and scores what it says.
    #[arg(long, conflicts_with_all = ["out", "score", "manifest"])]
    check: bool,
    /// Findings that are folded under others count as well; those of a file are from a run with `--all`.
    #[arg(long)]
    all: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let done = match (&args.score, &args.out) {
        (Some(findings), _) => score_files(&args, findings),
        (None, Some(out)) => write_files(&args, out),
        (None, None) => check_all(&args),
    };
    match done {
        Ok(code) => code,
        // Whoever reads our output has read enough.
        Err(fault) if fault.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(fault) => {
            let _ = writeln!(io::stderr(), "error: {fault}");
            ExitCode::from(2)
        }
    }
}

fn named<T>(result: io::Result<T>, path: &Path) -> io::Result<T> {
    result.map_err(|fault| io::Error::new(fault.kind(), format!("`{}`: {fault}", path.display())))
}

fn sink(path: &Path) -> io::Result<Box<dyn Write>> {
    if path == Path::new("-") {
        return Ok(Box::new(BufWriter::new(io::stdout())));
    }
    let file = named(File::create(path), path)?;
    Ok(Box::new(BufWriter::with_capacity(1 << 20, file)))
}

/// What was made so far.
#[derive(Default)]
struct Sum {
    accounts: usize,
    policies: usize,
    connectors: usize,
    gaps: usize,
    bytes: usize,
}

impl Sum {
    fn add(&mut self, account: &Account) {
        self.accounts += 1;
        self.policies += account.policies;
        self.connectors += account.connectors;
        self.gaps += account.planted.len();
        self.bytes += account.text.len();
    }

    fn tell(&self) -> io::Result<()> {
        let Self {
            accounts,
            policies,
            connectors,
            gaps,
            bytes,
        } = self;
        writeln!(
            io::stderr(),
            "{accounts} accounts, {policies} policies, {connectors} connectors, {gaps} gaps, {bytes} bytes"
        )
    }
}

/// The accounts that are asked for.
fn accounts(args: &Args) -> io::Result<impl Iterator<Item = Account>> {
    if !(0.0..=1.0).contains(&args.gaps) {
        return Err(io::Error::other("`--gaps` is a share, from 0 to 1"));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is between 0 and 1000"
    )]
    let organisation = Organisation::new(args.seed, (args.gaps * 1000.0).round() as usize, args.roles);
    let wanted = args.policies.unwrap_or(usize::MAX);
    let most = args
        .accounts
        .unwrap_or(if args.policies.is_some() { u64::MAX } else { 1 });
    let (mut number, mut policies) = (0, 0);
    Ok(std::iter::from_fn(move || {
        if number >= most || policies >= wanted {
            return None;
        }
        let account = organisation.account(number);
        number += 1;
        policies += account.policies;
        Some(account)
    }))
}

fn write_files(args: &Args, out: &Path) -> io::Result<ExitCode> {
    let mut manifest = args.manifest.as_deref().map(sink).transpose()?;
    let mut out = sink(out)?;
    let mut sum = Sum::default();
    for account in accounts(args)? {
        out.write_all(account.text.as_bytes())?;
        if let Some(manifest) = &mut manifest {
            for planted in &account.planted {
                writeln!(manifest, "{planted}")?;
            }
        }
        sum.add(&account);
    }
    out.flush()?;
    if let Some(manifest) = &mut manifest {
        manifest.flush()?;
    }
    sum.tell()?;
    Ok(ExitCode::SUCCESS)
}

/// Checks the accounts as `rolecall check` does, some at once, and scores what it says.
fn check_all(args: &Args) -> io::Result<ExitCode> {
    const AT_ONCE: usize = 64;
    let mut score = Score::default();
    let mut sum = Sum::default();
    let mut accounts = accounts(args)?;
    loop {
        let batch: Vec<_> = accounts.by_ref().take(AT_ONCE).collect();
        if batch.is_empty() {
            break;
        }
        let judged: Vec<_> = batch.par_iter().map(|account| judge(account, args.all)).collect();
        for (account, said) in batch.iter().zip(judged) {
            sum.add(account);
            for planted in &account.planted {
                score.plant(serde_json::from_value(planted.clone())?);
            }
            let said = said.map_err(io::Error::other)?;
            said.iter().for_each(|said| score.add(said));
        }
    }
    sum.tell()?;
    tell(&score, args.all)
}

fn tell(score: &Score, all: bool) -> io::Result<ExitCode> {
    write!(io::stdout(), "{}", score.show(all))?;
    Ok(if score.is_perfect(all) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The lines of a file, each with its number.
fn lines(path: &Path) -> io::Result<impl Iterator<Item = (usize, io::Result<String>)>> {
    let reader: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(BufReader::new(io::stdin()))
    } else {
        Box::new(BufReader::new(named(File::open(path), path)?))
    };
    Ok(reader.lines().enumerate().map(|(at, line)| (at + 1, line)))
}

fn parse<T: serde::de::DeserializeOwned>(path: &Path, number: usize, line: &str) -> io::Result<T> {
    serde_json::from_str(line)
        .map_err(|fault| io::Error::other(format!("`{}` line {number}: {fault}", path.display())))
}

fn score_files(args: &Args, findings: &Path) -> io::Result<ExitCode> {
    let manifest = args
        .manifest
        .as_deref()
        .ok_or_else(|| io::Error::other("name the manifest with `--manifest`"))?;
    let mut score = Score::default();
    for (number, line) in lines(manifest)? {
        let planted: Planted = parse(manifest, number, &line?)?;
        score.plant(planted);
    }
    for (number, line) in lines(findings)? {
        let said: Said = parse(findings, number, &line?)?;
        score.add(&said);
    }
    tell(&score, args.all)
}
