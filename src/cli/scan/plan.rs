//! The first look at an input: what its files are, and in how many places each account stands.
//!
//! Nothing is parsed. Lines are looked at for their account only, so this runs at about the speed of reading. What it
//! learns lets the second pass judge an account as soon as the last of its texts has been read, and not before.
//!
//! How units are formed is described in `docs/SCAN.md`; this file and `feed` are that description in code.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::lines::{self, Content};
use crate::cli::files::{self, Entry, FaultKind};
use crate::input::Text;
use crate::scan::{Owner, Part, owner_of};
use crate::source::Start;

/// What a run reads: files, and standard input, of which a copy was made.
pub(super) struct Source<'a> {
    pub entries: &'a [Entry],
    /// The copy; where there is none, standard input is read once.
    pub input: Option<&'a File>,
    /// How many bytes of files were read.
    pub seen: &'a AtomicU64,
    /// Whether the user wants to stop.
    pub stop: &'a AtomicBool,
}

impl<'a> Source<'a> {
    /// What an entry holds.
    pub fn open(&self, entry: &Entry) -> Result<Content<'a>, FaultKind> {
        let seen = self.seen;
        let count = move |bytes| {
            seen.fetch_add(bytes, Ordering::Relaxed);
        };
        let reader: Box<dyn Read + Send> = match self.input.filter(|_| entry.is_input()) {
            Some(mut copy) => {
                copy.seek(SeekFrom::Start(0))?;
                files::stream(&entry.name, copy, count)?
            }
            None if entry.is_input() => files::stream(&entry.name, io::stdin(), count)?,
            None => files::open_stream(&entry.path, count)?,
        };
        Ok(lines::open(&entry.name, reader)?)
    }

    pub fn stops(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Where the text of a file belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// It is a stream, whose lines have places of their own.
    Stream,
    /// It is of one account.
    Account(Box<str>),
    /// It bears on several accounts.
    Shared,
    /// It is of no account, and judged with all others of no account.
    Loose,
    /// It is of no account, and needs no other text.
    Alone,
}

/// A text that bears on several accounts.
#[derive(Debug)]
pub(super) struct Shared {
    /// The file that it is, by its number; a line of a stream is kept as it is.
    pub text: Result<usize, Part>,
    pub accounts: BTreeSet<Box<str>>,
}

/// What the first look tells.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// What the files are, in their order; `None` where one cannot be read.
    pub places: Vec<Option<Place>>,
    /// In how many places each account stands.
    pub runs: HashMap<Box<str>, u32>,
    /// What bears on several accounts.
    pub shared: Vec<Shared>,
    /// How many texts are judged together as those of no account.
    pub loose: usize,
}

/// A text of no account, until it is known which accounts there are around it.
struct Unplaced {
    /// The file that it is, by its number; or a line of a stream.
    text: Result<usize, Part>,
    folder: String,
    is_policy: bool,
}

/// The runs of a stream: stretches of lines of one account.
#[derive(Default)]
pub(super) struct Runs {
    account: Option<Box<str>>,
}

/// Where a line belongs.
pub(super) enum Step {
    /// To the run before it.
    Same,
    /// To a new run, of this account.
    Next(Box<str>),
    /// To the accounts of the stream.
    Organization,
    /// To nothing: it names no account, and no run is before it.
    Alone,
}

impl Runs {
    pub fn step(&mut self, line: &[u8]) -> Step {
        match owner_of(line) {
            Owner::Organization => Step::Organization,
            Owner::Unnamed if self.account.is_some() => Step::Same,
            Owner::Unnamed => Step::Alone,
            Owner::Account(account) if self.account.as_ref() == Some(&account) => Step::Same,
            Owner::Account(account) => {
                self.account = Some(account.clone());
                Step::Next(account)
            }
        }
    }
}

/// Looks at the whole input. With `grouped`, at streams only when they are judged.
pub(super) fn plan(source: &Source<'_>, grouped: bool) -> Plan {
    let mut look = Look::default();
    for (index, entry) in source.entries.iter().enumerate() {
        if source.stops() {
            break;
        }
        let place = look.entry(source, index, entry, grouped).unwrap_or(None);
        look.plan.places.push(place);
    }
    look.finish()
}

#[derive(Default)]
struct Look {
    plan: Plan,
    /// The accounts of the files directly in each folder.
    folders: BTreeMap<String, BTreeSet<Box<str>>>,
    unplaced: Vec<Unplaced>,
}

impl Look {
    /// What an entry is, where that is known now. What cannot be read is said when it is read again.
    fn entry(
        &mut self,
        source: &Source<'_>,
        index: usize,
        entry: &Entry,
        grouped: bool,
    ) -> Result<Option<Place>, FaultKind> {
        if grouped && entry.is_input() {
            return Ok(Some(Place::Stream));
        }
        let folder = folder(&entry.name);
        let bytes = match source.open(entry)? {
            Content::TooLarge => return Ok(None),
            Content::Whole(bytes) => bytes,
            Content::Stream(_) if grouped => return Ok(Some(Place::Stream)),
            Content::Stream(lines) => {
                self.stream(source, entry, lines).unwrap_or_default();
                return Ok(Some(Place::Stream));
            }
        };
        let owner = owner_of(&bytes);
        if let Owner::Account(account) = owner {
            self.account(folder, &account);
            return Ok(Some(Place::Account(account)));
        }
        self.unplaced.push(Unplaced {
            text: Ok(index),
            folder: folder.to_owned(),
            is_policy: is_policy(&bytes),
        });
        Ok(Some(Place::Loose))
    }

    fn account(&mut self, folder: &str, account: &str) {
        *self.plan.runs.entry(account.into()).or_default() += 1;
        match self.folders.get_mut(folder) {
            Some(accounts) => accounts.insert(account.into()),
            None => self
                .folders
                .entry(folder.to_owned())
                .or_default()
                .insert(account.into()),
        };
    }

    fn stream(&mut self, source: &Source<'_>, entry: &Entry, mut lines: lines::Lines<'_>) -> io::Result<()> {
        let folder = folder(&entry.name);
        let mut runs = Runs::default();
        while let Some(line) = lines.next()? {
            if source.stops() {
                break;
            }
            match runs.step(&line.bytes) {
                Step::Next(account) => self.account(folder, &account),
                Step::Organization => self.unplaced.push(Unplaced {
                    text: Err(part(&entry.name, line.start, line.bytes)),
                    folder: folder.to_owned(),
                    is_policy: false,
                }),
                Step::Same | Step::Alone => {}
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Plan {
        let is_joined = self
            .unplaced
            .iter()
            .any(|text| text.text.is_ok() && !text.is_policy);
        for text in std::mem::take(&mut self.unplaced) {
            let accounts = self.accounts_around(&text.folder);
            let file = text.text.as_ref().ok().copied();
            let place = match (accounts.len(), accounts.first()) {
                (1, Some(account)) if file.is_some() => {
                    *self.plan.runs.entry(account.clone()).or_default() += 1;
                    Place::Account(account.clone())
                }
                (0, _) if file.is_some() && is_joined => {
                    self.plan.loose += 1;
                    Place::Loose
                }
                (0, _) => Place::Alone,
                _ => {
                    self.plan.shared.push(Shared {
                        text: text.text,
                        accounts,
                    });
                    Place::Shared
                }
            };
            if let Some(slot) = file.and_then(|file| self.plan.places.get_mut(file)) {
                *slot = Some(place);
            }
        }
        self.plan
    }

    /// The accounts at and below the nearest folder, from this one up, that has any.
    fn accounts_around(&self, folder: &str) -> BTreeSet<Box<str>> {
        let mut at = folder;
        loop {
            let is_below = |name: &str| {
                at.is_empty() || name == at || name.strip_prefix(at).is_some_and(|rest| rest.starts_with('/'))
            };
            let below = self.folders.iter().filter(|(name, _)| is_below(name));
            let accounts: BTreeSet<_> = below.flat_map(|(_, accounts)| accounts).cloned().collect();
            if !accounts.is_empty() || at.is_empty() {
                return accounts;
            }
            at = at.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }
}

pub(super) fn part(name: &str, start: Start, bytes: Vec<u8>) -> Part {
    Part {
        text: Text {
            name: name.to_owned(),
            start,
            bytes,
        },
        is_named: true,
        is_repeated: false,
    }
}

fn folder(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a text begins as policy documents do: such a text needs no other.
fn is_policy(text: &[u8]) -> bool {
    let first = text
        .trim_ascii_start()
        .strip_prefix(b"{")
        .map(<[u8]>::trim_ascii_start);
    let keys: [&[u8]; 3] = [b"\"Version\"", b"\"Statement\"", b"\"Id\""];
    first.is_some_and(|first| keys.iter().any(|key| first.starts_with(key)))
}
