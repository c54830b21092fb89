//! The second pass over an input: units, in an order that the input alone decides.
//!
//! A unit is given out when the last of its texts has been read. Texts of accounts that stand in one place go straight
//! through; those of others wait in the spool. Of a shard, only its own units are given out, with the numbers that they
//! have in the whole input.

use std::collections::{HashSet, VecDeque};

use super::lines::{Content, Line, Lines};
use super::plan::{Place, Plan, Runs, Source, Step, part};
use super::spool::Spool;
use crate::cli::files::{Fault, FaultKind};
use crate::scan::{Owner, Part, Shard, Unit, owner_of};
use crate::source::{Problem, Start};

/// How many bytes of texts are judged at a time, about; one unit may have more.
const BATCH_BYTES: usize = 4 << 20;

/// How many units are judged at a time at most.
const BATCH_UNITS: usize = 4096;

pub(super) struct Feed<'a> {
    source: &'a Source<'a>,
    plan: Plan,
    shard: Option<Shard>,
    /// With `--grouped`, the accounts whose run has ended.
    ended: Option<HashSet<Box<str>>>,
    spool: Spool,
    shared: Vec<SharedText>,
    next_entry: usize,
    stream: Option<Stream<'a>>,
    loose: Vec<Part>,
    next_unit: u64,
    ready: VecDeque<Unit>,
    ready_bytes: usize,
}

/// A text that bears on several accounts.
struct SharedText {
    part: Part,
    accounts: std::collections::BTreeSet<Box<str>>,
    /// Whether a unit has it already.
    is_told: bool,
}

/// A stream under way.
struct Stream<'a> {
    name: String,
    lines: Lines<'a>,
    runs: Runs,
    /// The run under way: its account and lines.
    run: Option<(Box<str>, Vec<Part>)>,
}

impl<'a> Feed<'a> {
    pub fn new(
        source: &'a Source<'a>,
        mut plan: Plan,
        faults: &[Fault],
        shard: Option<Shard>,
        grouped: bool,
    ) -> Self {
        let shared = std::mem::take(&mut plan.shared);
        let read = |text: Result<usize, Part>| match text {
            Err(part) => Some(part),
            Ok(index) => {
                let entry = source.entries.get(index)?;
                match source.open(entry) {
                    Ok(Content::Whole(bytes)) => Some(Part {
                        is_named: entry.is_named,
                        ..part(&entry.name, Start::default(), bytes)
                    }),
                    _ => None,
                }
            }
        };
        let shared = shared.into_iter().filter_map(|shared| {
            Some(SharedText {
                part: read(shared.text)?,
                accounts: shared.accounts,
                is_told: false,
            })
        });
        let shared = shared.collect();
        let mut feed = Self {
            source,
            plan,
            shard,
            ended: grouped.then(HashSet::new),
            spool: Spool::new(),
            shared,
            next_entry: 0,
            stream: None,
            loose: Vec::new(),
            next_unit: 0,
            ready: VecDeque::new(),
            ready_bytes: 0,
        };
        for fault in faults {
            feed.problem(Problem::from(fault));
        }
        feed
    }

    /// The next units to judge; none when the input has ended, or the user wants to stop.
    pub fn next_batch(&mut self) -> Vec<Unit> {
        while self.ready_bytes < BATCH_BYTES && self.ready.len() < BATCH_UNITS {
            if self.source.stops() || !self.step() {
                break;
            }
        }
        self.ready_bytes = 0;
        self.ready.drain(..).collect()
    }

    /// Reads one line or one file; false at the end.
    fn step(&mut self) -> bool {
        if let Some(mut stream) = self.stream.take() {
            match stream.lines.next() {
                Ok(Some(line)) => {
                    self.line(&mut stream, line);
                    self.stream = Some(stream);
                }
                Ok(None) => self.end_run(stream.run),
                Err(error) => {
                    self.end_run(stream.run);
                    self.fault(stream.name, FaultKind::from(error));
                }
            }
            return true;
        }
        let Some(entry) = self.source.entries.get(self.next_entry) else {
            return self.left_over();
        };
        let place = self.plan.places.get(self.next_entry).cloned().flatten();
        self.next_entry += 1;
        match self.source.open(entry) {
            Err(kind) => self.fault(entry.name.clone(), kind),
            Ok(Content::TooLarge) => self.fault(entry.name.clone(), FaultKind::TooLarge),
            Ok(Content::Stream(lines)) => {
                self.stream = Some(Stream {
                    name: entry.name.clone(),
                    lines,
                    runs: Runs::default(),
                    run: None,
                });
            }
            Ok(Content::Whole(bytes)) => {
                let part = Part {
                    is_named: entry.is_named,
                    ..part(&entry.name, Start::default(), bytes)
                };
                self.whole(place, part);
            }
        }
        true
    }

    /// Gives out what still waits for texts that the first pass saw and this one did not: a file was changed between them,
    /// or could not be read again. False when there is nothing.
    fn left_over(&mut self) -> bool {
        if !self.loose.is_empty() {
            let loose = std::mem::take(&mut self.loose);
            self.unit(None, loose);
            return true;
        }
        let Some(account) = self.spool.first() else {
            return false;
        };
        match self.spool.take(&account) {
            Ok(parts) => {
                let file = parts.first().map(|part| part.text.name.clone());
                self.unit(Some(&account), parts);
                self.problem(Problem {
                    message: format!(
                        "some texts of account {account} were not there when they were read again"
                    ),
                    help: Some("leave the input as it is while it is scanned".to_owned()),
                    file: file.unwrap_or_default(),
                    place: None,
                });
            }
            Err(error) => self.fault(account.into(), FaultKind::Other(spool_fault(&error))),
        }
        true
    }

    fn whole(&mut self, place: Option<Place>, part: Part) {
        match place {
            Some(Place::Account(account)) => self.piece(&account, vec![part]),
            Some(Place::Shared) => {}
            Some(Place::Loose) => {
                self.loose.push(part);
                if self.loose.len() == self.plan.loose {
                    let loose = std::mem::take(&mut self.loose);
                    self.unit(None, loose);
                }
            }
            Some(Place::Alone) | None => self.unit(None, vec![part]),
            // Standard input that was not looked at, and is no stream.
            Some(Place::Stream) => match owner_of(&part.text.bytes) {
                Owner::Account(account) => self.unit(Some(&account), vec![part]),
                _ => self.unit(None, vec![part]),
            },
        }
    }

    fn line(&mut self, stream: &mut Stream<'a>, line: Line) {
        let Line {
            start,
            mut bytes,
            is_too_long,
        } = line;
        // What is missing at the end of a line is missing there, and not at the beginning of the next.
        bytes.truncate(bytes.trim_ascii_end().len());
        if is_too_long {
            let message = format!(
                "line {} has more bytes than are read of one document",
                start.line + 1
            );
            return self.problem(Problem {
                message,
                help: None,
                file: stream.name.clone(),
                place: None,
            });
        }
        let step = stream.runs.step(&bytes);
        let part = part(&stream.name, start, bytes);
        match step {
            Step::Same => match &mut stream.run {
                Some((_, parts)) => parts.push(part),
                None => self.unit(None, vec![part]),
            },
            Step::Next(account) => {
                let before = stream.run.replace((account, vec![part]));
                self.end_run(before);
            }
            Step::Alone => self.unit(None, vec![part]),
            Step::Organization => {
                let is_known = |shared: &SharedText| {
                    (shared.part.text.start, &shared.part.text.name) == (part.text.start, &part.text.name)
                };
                if !self.shared.iter().any(is_known) {
                    self.unit(None, vec![part]);
                }
            }
        }
    }

    fn end_run(&mut self, run: Option<(Box<str>, Vec<Part>)>) {
        let Some((account, parts)) = run else { return };
        let Some(ended) = &mut self.ended else {
            return self.piece(&account, parts);
        };
        let file = parts.first().map(|part| part.text.name.clone());
        let is_again = !ended.insert(account.clone());
        self.unit(Some(&account), parts);
        if is_again {
            self.problem(Problem {
                message: format!("account {account} stands in more than one place, and was judged in parts"),
                help: Some("leave out `--grouped`".to_owned()),
                file: file.unwrap_or_default(),
                place: None,
            });
        }
    }

    /// Some texts of an account, which is complete with the last of its pieces.
    fn piece(&mut self, account: &str, parts: Vec<Part>) {
        let left = match self.plan.runs.get_mut(account) {
            Some(left) => {
                *left = left.saturating_sub(1);
                *left
            }
            None => 0,
        };
        let is_ours = self.shard.is_none_or(|shard| shard.takes(Some(account), 0));
        if left > 0 {
            let name = parts.first().map(|part| part.text.name.clone());
            if is_ours && let Err(error) = self.spool.keep(account, parts) {
                self.fault(name.unwrap_or_default(), FaultKind::Other(spool_fault(&error)));
            }
            return;
        }
        match self.spool.take(account) {
            Ok(mut all) => {
                all.extend(parts);
                self.unit(Some(account), all);
            }
            Err(error) => {
                let name = parts.first().map(|part| part.text.name.clone());
                self.fault(name.unwrap_or_default(), FaultKind::Other(spool_fault(&error)));
            }
        }
    }

    fn unit(&mut self, account: Option<&str>, mut parts: Vec<Part>) {
        let number = self.take_number();
        if let Some(account) = account {
            for shared in &mut self.shared {
                if shared.accounts.contains(account) {
                    parts.push(Part {
                        is_repeated: shared.is_told,
                        ..shared.part.clone()
                    });
                    shared.is_told = true;
                }
            }
        }
        if self.shard.is_none_or(|shard| shard.takes(account, number)) {
            self.ready_bytes += parts.iter().map(|part| part.text.bytes.len()).sum::<usize>();
            self.ready.push_back(Unit {
                number,
                account: account.map(Box::from),
                parts,
                problems: Vec::new(),
            });
        }
    }

    fn fault(&mut self, name: String, kind: FaultKind) {
        self.problem(Problem::from(&Fault { name, kind }));
    }

    /// Something of no unit takes the number of one, so that it has its place in the order.
    fn problem(&mut self, problem: Problem) {
        let number = self.take_number();
        if self.shard.is_none_or(|shard| shard.takes(None, number)) {
            self.ready.push_back(Unit {
                number,
                problems: vec![problem],
                ..Unit::default()
            });
        }
    }

    fn take_number(&mut self) -> u64 {
        let number = self.next_unit;
        self.next_unit += 1;
        number
    }
}

fn spool_fault(error: &std::io::Error) -> String {
    format!("a temporary file could not be written: {error}")
}
