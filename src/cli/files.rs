//! From the paths on the command line to named bytes: the only place where input files are opened.
//!
//! A file named on the command line is read whatever it is called. In a folder, and in those below it, files are
//! chosen by extension and by the user's globs; hidden ones count, `.git` does not, ignore files have no say, and
//! symbolic links are followed, never round in a loop. Nothing but regular files and standard input is opened, so
//! that nothing blocks. Each fault is that of one path and never stops the rest. The result is sorted by name and
//! the same for every run on the same files.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use ignore::overrides::{Override, OverrideBuilder};
use ignore::{Match, WalkBuilder};

use super::decompress;
use crate::source::Problem;

/// The extensions of files that are read in folders, in lower case.
const EXTENSIONS: [&str; 10] = [
    "json",
    "tf",
    "tfstate",
    "tfvars",
    "tftpl",
    "tpl",
    "properties",
    "yaml",
    "yml",
    "template",
];

/// The extension of plain texts, in which tables that commands print are kept.
const TEXT: &str = "txt";

/// The extensions of streams of documents.
const STREAMS: [&str; 2] = ["ndjson", "jsonl"];

/// The number of bytes of the largest file that is read: 1 GiB.
pub const MAX_BYTES: u64 = 1 << 30;

/// The path that stands for standard input, which is also its name.
pub const STANDARD_INPUT: &str = "-";

/// Which files of a folder are read.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Globs in the form of ignore files, against paths relative to the folder. When there are any, the files that
    /// fit one are read, and no others, whatever their extension.
    pub include: Vec<String>,
    /// Globs of files and folders that are not read.
    pub exclude: Vec<String>,
    /// Whether plain texts are files of ours too.
    pub texts: bool,
    /// Whether streams of documents, one a line, are files of ours too.
    pub streams: bool,
}

/// A glob that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{glob}` is not a glob: {message}")]
pub struct BadGlob {
    /// The glob as the user wrote it.
    pub glob: String,
    /// What is wrong with it.
    pub message: String,
}

/// A text that was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Document {
    /// The path as the user wrote it, joined with the way from there; `/` between parts on every system.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether the user named it, rather than a folder that it lies in.
    pub is_named: bool,
}

/// A path that was not read, or not wholly.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{kind}")]
pub struct Fault {
    /// The path, as documents are named.
    pub name: String,
    /// Why.
    pub kind: FaultKind,
}

impl From<&Fault> for Problem {
    fn from(fault: &Fault) -> Self {
        Self {
            message: format!("`{}` was not read: {}", fault.name, fault.kind),
            help: fault.kind.help().map(str::to_owned),
            file: fault.name.clone(),
            place: None,
        }
    }
}

/// Why a path was not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum FaultKind {
    /// There is nothing of this name, or a symbolic link leads nowhere.
    #[error("there is no such file or folder")]
    NotFound,
    /// The system does not let the user read it.
    #[error("permission to read it is denied")]
    PermissionDenied,
    /// Something that is neither file nor folder; with its article.
    #[error("it is {0}, not a file")]
    NotAFile(&'static str),
    /// A symbolic link back to a folder that it lies in.
    #[error("the symbolic link leads back to a folder that it lies in")]
    Loop,
    /// More than one gibibyte.
    #[error("it has more than {MAX_BYTES} bytes")]
    TooLarge,
    /// More than one gibibyte once it is unpacked.
    #[error("it unpacks to more than {MAX_BYTES} bytes")]
    UnpacksTooLarge,
    /// A folder without files of ours.
    #[error("the folder has no files of a known extension")]
    NothingInFolder,
    /// Anything else that the system says.
    #[error("{0}")]
    Other(String),
}

impl FaultKind {
    /// What to do about it, where that is not plain from the message.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::NotAFile(NAMED_PIPE) => Some("pipe the text into standard input and name that as `-`"),
            Self::NothingInFolder => Some("name files of other extensions, or choose them with `--include`"),
            _ => None,
        }
    }
}

const NAMED_PIPE: &str = "a named pipe";

/// What the paths gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// What was read, by name.
    pub documents: Vec<Document>,
    /// What was not, by name.
    pub faults: Vec<Fault>,
}

impl Files {
    /// The number of files read.
    #[must_use]
    pub fn read(&self) -> usize {
        self.documents.len()
    }

    /// The number of paths that could not be read.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.faults.len()
    }
}

/// A file or standard input, found and not yet read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its name, as documents are named.
    pub name: String,
    /// Where it is; `-` for standard input.
    pub path: PathBuf,
    /// Whether the user named it.
    pub is_named: bool,
}

impl Entry {
    /// Whether it is standard input.
    pub(crate) fn is_input(&self) -> bool {
        self.path.as_os_str() == STANDARD_INPUT
    }
}

/// What the paths lead to, both by name. A name that two paths give is there once.
///
/// # Errors
/// One of the globs of the selection cannot be read. Faults of paths are in the result.
pub(crate) fn list(paths: &[PathBuf], selection: &Selection) -> Result<(Vec<Entry>, Vec<Fault>), BadGlob> {
    selection.overrides(Path::new(""))?;
    let mut found = Listing::default();
    for path in paths {
        if path.as_os_str() == STANDARD_INPUT {
            found.put(STANDARD_INPUT.to_owned(), path, true);
            continue;
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => found.walk(path, &selection.overrides(path)?, selection),
            Ok(_) => found.put(name(path), path, true),
            Err(error) => found.fault(name(path), error.into()),
        }
    }
    Ok(found.sorted())
}

/// Reads everything under the paths. A name that two paths give is read once. `stdin` is read for the path `-`.
///
/// # Errors
/// One of the globs of the selection cannot be read. Faults of files are in the result.
pub fn read(
    paths: &[PathBuf],
    selection: &Selection,
    stdin: &mut (dyn Read + Send),
) -> Result<Files, BadGlob> {
    let (entries, faults) = list(paths, selection)?;
    let mut files = Files {
        documents: Vec::with_capacity(entries.len()),
        faults,
    };
    for entry in entries {
        let bytes = if entry.is_input() {
            unpacked(STANDARD_INPUT, &mut *stdin)
        } else {
            open(&entry.path)
        };
        match bytes {
            Ok(bytes) => files.documents.push(Document {
                name: entry.name,
                bytes,
                is_named: entry.is_named,
            }),
            Err(kind) => files.faults.push(Fault {
                name: entry.name,
                kind,
            }),
        }
    }
    files.faults.sort();
    files.faults.dedup();
    Ok(files)
}

/// What the paths lead to, as it is found.
#[derive(Default)]
struct Listing {
    entries: Vec<Entry>,
    faults: Vec<Fault>,
}

impl Listing {
    fn put(&mut self, name: String, path: &Path, is_named: bool) {
        self.entries.push(Entry {
            name,
            path: path.to_owned(),
            is_named,
        });
    }

    fn fault(&mut self, name: String, kind: FaultKind) {
        self.faults.push(Fault { name, kind });
    }

    /// By name; of two of the same name the one that the user named is kept.
    fn sorted(mut self) -> (Vec<Entry>, Vec<Fault>) {
        let key = |entry: &Entry| (plain(&entry.name), !entry.is_named);
        self.entries.sort_by_cached_key(key);
        self.entries.dedup_by_key(|entry| plain(&entry.name));
        self.faults.sort();
        self.faults.dedup();
        (self.entries, self.faults)
    }

    fn walk(&mut self, folder: &Path, overrides: &Override, selection: &Selection) {
        let walk = WalkBuilder::new(folder)
            .standard_filters(false)
            .follow_links(true)
            .overrides(overrides.clone())
            .filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git")
            .build();
        let before = self.entries.len() + self.faults.len();
        for entry in walk {
            match entry {
                Ok(entry) => {
                    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
                    let path = entry.path();
                    if !is_folder && is_ours(path, overrides, selection) {
                        self.put(name(path), path, false);
                    }
                }
                Err(error) => self.walk_fault(folder, &error),
            }
        }
        if self.entries.len() + self.faults.len() == before {
            self.fault(name(folder), FaultKind::NothingInFolder);
        }
    }

    fn walk_fault(&mut self, folder: &Path, error: &ignore::Error) {
        let path = path_of(error).unwrap_or(folder);
        let kind = match (is_loop(error), error.io_error()) {
            (true, _) => FaultKind::Loop,
            (false, Some(error)) => error.into(),
            (false, None) => FaultKind::Other(error.to_string()),
        };
        self.fault(name(path), kind);
    }
}

impl Selection {
    fn overrides(&self, folder: &Path) -> Result<Override, BadGlob> {
        let mut builder = OverrideBuilder::new(folder);
        // In this builder a leading `!` excludes, the other way round than in ignore files.
        let include = self
            .include
            .iter()
            .map(|glob| (glob, if glob.starts_with('!') { "\\" } else { "" }));
        let exclude = self.exclude.iter().map(|glob| (glob, "!"));
        for (glob, mark) in include.chain(exclude) {
            let bad = |error: ignore::Error| BadGlob {
                glob: glob.clone(),
                message: error.to_string(),
            };
            builder.add(&format!("{mark}{glob}")).map_err(bad)?;
        }
        builder.build().map_err(|error| BadGlob {
            glob: String::new(),
            message: error.to_string(),
        })
    }
}

/// Whether a file in a folder is one of ours: included, or, where nothing is, of a known extension.
fn is_ours(path: &Path, overrides: &Override, selection: &Selection) -> bool {
    let is_known = || {
        let name = path.file_name().map(|name| name.to_string_lossy());
        let unpacked = name.as_deref().map_or("", decompress::unpacked_name);
        let extension = Path::new(unpacked)
            .extension()
            .and_then(|extension| extension.to_str())
            .map(str::to_ascii_lowercase);
        extension.is_some_and(|extension| {
            let extension = extension.as_str();
            EXTENSIONS.contains(&extension)
                || selection.texts && extension == TEXT
                || selection.streams && STREAMS.contains(&extension)
        })
    };
    match overrides.matched(path, false) {
        Match::Whitelist(_) => true,
        Match::Ignore(_) => false,
        Match::None => is_known(),
    }
}

/// Reads a regular file; anything else is a fault and is not opened, as opening it could block.
fn open(path: &Path) -> Result<Vec<u8>, FaultKind> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(FaultKind::NotAFile(special(&metadata)));
    }
    if metadata.len() > MAX_BYTES {
        return Err(FaultKind::TooLarge);
    }
    unpacked(&path.to_string_lossy(), File::open(path)?)
}

/// A file opened for reading from its beginning, unpacked, whatever its size. `seen` is told how many of its own bytes
/// each stretch has that is read.
pub(crate) fn open_stream<'a>(
    path: &Path,
    seen: impl FnMut(u64) + Send + 'a,
) -> Result<Box<dyn Read + Send + 'a>, FaultKind> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(FaultKind::NotAFile(special(&metadata)));
    }
    Ok(stream(&path.to_string_lossy(), File::open(path)?, seen)?)
}

/// A reader of what the bytes of a file unpack to, under the name that tells how they are packed.
pub(crate) fn stream<'a>(
    name: &str,
    input: impl Read + Send + 'a,
    seen: impl FnMut(u64) + Send + 'a,
) -> io::Result<Box<dyn Read + Send + 'a>> {
    decompress::open(name, Told { input, seen })
}

/// A reader that tells how much was read.
struct Told<R, F> {
    input: R,
    seen: F,
}

impl<R: Read, F: FnMut(u64)> Read for Told<R, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        (self.seen)(count as u64);
        Ok(count)
    }
}

/// Reads to the end what is compressed or not.
fn unpacked(name: &str, input: impl Read + Send) -> Result<Vec<u8>, FaultKind> {
    let mut count = Counted { input, bytes: 0 };
    let bytes = limited(&mut *decompress::open(name, &mut count)?, MAX_BYTES)?;
    bytes.ok_or(if count.bytes > MAX_BYTES {
        FaultKind::TooLarge
    } else {
        FaultKind::UnpacksTooLarge
    })
}

/// Reads to the end; `None` where there are more bytes than that.
fn limited(input: &mut dyn Read, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let count = input.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((count as u64 <= most).then_some(bytes))
}

/// A reader and how much was read from it.
struct Counted<R> {
    input: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.bytes += count as u64;
        Ok(count)
    }
}

#[cfg(unix)]
fn special(metadata: &fs::Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    let kind = metadata.file_type();
    match (kind.is_fifo(), kind.is_socket(), kind.is_dir()) {
        (true, ..) => NAMED_PIPE,
        (_, true, _) => "a socket",
        (.., true) => "a folder",
        _ => "a device",
    }
}

#[cfg(not(unix))]
fn special(metadata: &fs::Metadata) -> &'static str {
    if metadata.is_dir() { "a folder" } else { "a device" }
}

impl From<&io::Error> for FaultKind {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::PermissionDenied => Self::PermissionDenied,
            _ => Self::Other(error.to_string()),
        }
    }
}

impl From<io::Error> for FaultKind {
    fn from(error: io::Error) -> Self {
        Self::from(&error)
    }
}

fn is_loop(error: &ignore::Error) -> bool {
    match error {
        ignore::Error::Loop { .. } => true,
        ignore::Error::WithPath { err, .. } | ignore::Error::WithDepth { err, .. } => is_loop(err),
        _ => false,
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } => path_of(err),
        ignore::Error::Loop { child, .. } => Some(child),
        _ => None,
    }
}

/// A path as the user wrote it, with `/` between its parts.
fn name(path: &Path) -> String {
    let name = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        name.into_owned()
    } else {
        name.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

/// A name without the parts that lead nowhere, to see that two paths are the same.
fn plain(name: &str) -> PathBuf {
    Path::new(name)
        .components()
        .filter(|part| *part != Component::CurDir)
        .collect()
}

#[cfg(test)]
mod tests;
