//! Makes organisations to measure with, and scores what was found in them: docs/CORPUS.md.

mod organisation;
mod score;

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use organisation::Organisation;
use score::{Planted, Said, Score};

const EXAMPLES: &str = "Examples:
  organisation --policies 100000 --seed 7 --out org.ndjson --manifest gaps.ndjson
  organisation --accounts 40 --out - | head -1
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
    #[arg(long, value_name = "FILE", required_unless_present = "score")]
    out: Option<PathBuf>,
    /// The list of what was planted, a line for each gap.
    #[arg(long, value_name = "FILE", required_unless_present = "out")]
    manifest: Option<PathBuf>,
    /// Scores these findings, as `rolecall scan` writes them; `-` is standard input.
    #[arg(long, value_name = "FINDINGS", conflicts_with_all = ["out", "accounts", "policies"])]
    score: Option<PathBuf>,
    /// The findings are those of a run with `--all`, so that none is folded under another.
    #[arg(long, requires = "score")]
    all: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let done = match (&args.score, &args.out) {
        (Some(findings), _) => score_files(&args, findings),
        (None, Some(out)) => write_files(&args, out),
        (None, None) => Ok(ExitCode::from(2)),
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

fn write_files(args: &Args, out: &Path) -> io::Result<ExitCode> {
    if !(0.0..=1.0).contains(&args.gaps) {
        return Err(io::Error::other("`--gaps` is a share, from 0 to 1"));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is between 0 and 1000"
    )]
    let organisation = Organisation::new(args.seed, (args.gaps * 1000.0).round() as usize, args.roles);
    let mut manifest = args.manifest.as_deref().map(sink).transpose()?;
    let mut out = sink(out)?;
    let (mut policies, mut connectors, mut gaps, mut bytes) = (0, 0, 0, 0);
    let accounts = args
        .accounts
        .unwrap_or(if args.policies.is_some() { u64::MAX } else { 1 });
    let mut written = 0;
    while written < accounts && args.policies.is_none_or(|wanted| policies < wanted) {
        let account = organisation.account(written);
        out.write_all(account.text.as_bytes())?;
        if let Some(manifest) = &mut manifest {
            for planted in &account.planted {
                writeln!(manifest, "{planted}")?;
            }
        }
        policies += account.policies;
        connectors += account.connectors;
        gaps += account.planted.len();
        bytes += account.text.len();
        written += 1;
    }
    out.flush()?;
    if let Some(manifest) = &mut manifest {
        manifest.flush()?;
    }
    writeln!(
        io::stderr(),
        "{written} accounts, {policies} policies, {connectors} connectors, {gaps} gaps, {bytes} bytes"
    )?;
    Ok(ExitCode::SUCCESS)
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
    let mut planted: Vec<Planted> = Vec::new();
    for (number, line) in lines(manifest)? {
        planted.push(parse(manifest, number, &line?)?);
    }
    let mut score = Score::new(planted);
    for (number, line) in lines(findings)? {
        let said: Said = parse(findings, number, &line?)?;
        score.add(&said);
    }
    write!(io::stdout(), "{}", score.show(args.all))?;
    Ok(if score.is_perfect(args.all) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
