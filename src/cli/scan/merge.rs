//! Outputs of shards put together again: the lines of one run over the whole input, byte for byte.
//!
//! Every line has the number of its unit, and lines of one unit are in one shard, so this is a merge of sorted lists. One
//! line of each shard is in memory at a time.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::scan::{self, Shard, Tally, VERSION};

/// Why outputs cannot be put together.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unfit {
    #[error("`{0}` could not be read: {1}")]
    Unreadable(String, io::Error),
    #[error("`{0}` is no output of `rolecall scan --shard`")]
    NoShard(String),
    #[error("`{0}` ends before its summary: that shard was cut off")]
    CutOff(String),
    #[error("`{0}` is shard {1}, which is there already, or is one of another number of shards")]
    Misplaced(String, Shard),
    #[error("shard {0} is missing")]
    Missing(Shard),
    #[error("the output could not be written: {0}")]
    Write(#[from] io::Error),
}

#[derive(Deserialize)]
struct Header {
    kind: String,
    version: u32,
    shard: Option<String>,
}

#[derive(Deserialize)]
struct End {
    interrupted: bool,
    #[serde(flatten)]
    tally: Tally,
}

/// One output, at its next line.
struct Output {
    name: String,
    reader: BufReader<File>,
    line: Vec<u8>,
    unit: Option<u64>,
}

impl Output {
    fn open(path: &Path) -> Result<(Self, Shard), Unfit> {
        let name = path.to_string_lossy().into_owned();
        let file = File::open(path).map_err(|error| Unfit::Unreadable(name.clone(), error))?;
        let mut output = Self {
            name,
            reader: BufReader::new(file),
            line: Vec::new(),
            unit: None,
        };
        output.advance()?;
        let header = serde_json::from_slice::<Header>(&output.line).ok();
        let header = header.filter(|header| header.kind == "scan" && header.version == VERSION);
        let shard = header.and_then(|header| header.shard?.parse().ok());
        let shard = shard.ok_or_else(|| Unfit::NoShard(output.name.clone()))?;
        output.advance()?;
        Ok((output, shard))
    }

    fn advance(&mut self) -> Result<(), Unfit> {
        self.line.clear();
        self.reader
            .read_until(b'\n', &mut self.line)
            .map_err(|error| Unfit::Unreadable(self.name.clone(), error))?;
        if !self.line.ends_with(b"\n") {
            return Err(Unfit::CutOff(self.name.clone()));
        }
        self.unit = scan::order_of(&self.line);
        Ok(())
    }

    /// The summary, once all lines of units are through.
    fn end(&self) -> Result<End, Unfit> {
        serde_json::from_slice(&self.line).map_err(|_| Unfit::NoShard(self.name.clone()))
    }
}

/// Writes what the outputs come to; the sums, and whether any of the runs was interrupted.
pub(super) fn merge(paths: &[PathBuf], out: &mut dyn Write) -> Result<(Tally, bool), Unfit> {
    let mut outputs = Vec::with_capacity(paths.len());
    let mut shards = Vec::with_capacity(paths.len());
    for path in paths {
        let (output, shard) = Output::open(path)?;
        let is_other = shards
            .iter()
            .any(|known: &Shard| *known == shard || known.count != shard.count);
        if is_other {
            return Err(Unfit::Misplaced(output.name, shard));
        }
        outputs.push(output);
        shards.push(shard);
    }
    let count = shards.first().map_or(0, |shard| shard.count);
    for index in 1..=count {
        let shard = Shard { index, count };
        if !shards.contains(&shard) {
            return Err(Unfit::Missing(shard));
        }
    }
    out.write_all(&scan::header(None))?;
    while let Some(next) = outputs
        .iter_mut()
        .filter(|output| output.unit.is_some())
        .min_by_key(|output| output.unit)
    {
        let unit = next.unit;
        while next.unit == unit {
            out.write_all(&next.line)?;
            next.advance()?;
        }
    }
    let (mut tally, mut interrupted) = (Tally::default(), false);
    for output in &outputs {
        let end = output.end()?;
        tally.add(end.tally);
        interrupted |= end.interrupted;
    }
    out.write_all(&scan::summary(&tally, interrupted))?;
    Ok((tally, interrupted))
}
