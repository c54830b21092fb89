//! The rule packs of a run: those of the program and those that the user names.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Console, Exit};
use crate::pack::{self, Clash, Pack, PackFault};
use crate::report::shown;
use crate::source::{Location, Sources};

/// The packs of the program, then those under the paths, in the order of the paths and of names. A pack of the user
/// may not redefine a code. `Err` is how the command ends: a pack that is left out would be a clean bill of health.
///
/// # Errors
/// Those of the console.
pub(crate) fn all(paths: &[PathBuf], console: &mut Console<'_>) -> io::Result<Result<Vec<Pack>, Exit>> {
    let own = match load(paths, console)? {
        Ok(own) => own,
        Err(exit) => return Ok(Err(exit)),
    };
    let mut packs = pack::builtin().unwrap_or_default().to_vec();
    packs.extend(own);
    refuse_clashes(packs, console)
}

/// The packs of the program that none under the paths takes the place of by its id, how many they are, and after them
/// those under the paths: for trying a pack of the program that is being changed.
///
/// # Errors
/// Those of the console.
pub(crate) fn in_place(
    paths: &[PathBuf],
    console: &mut Console<'_>,
) -> io::Result<Result<(usize, Vec<Pack>), Exit>> {
    let own = match load(paths, console)? {
        Ok(own) => own,
        Err(exit) => return Ok(Err(exit)),
    };
    let builtin = pack::builtin().unwrap_or_default().iter();
    let mut packs: Vec<Pack> = builtin
        .filter(|builtin| own.iter().all(|own| own.id != builtin.id))
        .cloned()
        .collect();
    let others = packs.len();
    packs.extend(own);
    Ok(refuse_clashes(packs, console)?.map(|packs| (others, packs)))
}

/// The packs under the paths. All files are read, and all that is wrong with any of them is said. A file that is named
/// twice is read once.
fn load(paths: &[PathBuf], console: &mut Console<'_>) -> io::Result<Result<Vec<Pack>, Exit>> {
    let mut packs = Vec::new();
    let mut seen = HashSet::new();
    let mut sound = true;
    for path in paths {
        let files = match files(path) {
            Ok(files) => files,
            Err(fault) => {
                let path = path.to_string_lossy();
                let message = format!("the pack `{}` could not be read: {fault}", shown(&path, true));
                return console
                    .usage(&message, "name a TOML file, or a folder of them")
                    .map(Err);
            }
        };
        for (name, text) in files {
            if !seen.insert(fs::canonicalize(&name).unwrap_or_else(|_| PathBuf::from(&name))) {
                continue;
            }
            match pack::load(&name, &text) {
                Ok(pack) => packs.push(pack),
                Err(faults) => {
                    show_faults(&name, text, &faults, console)?;
                    sound = false;
                }
            }
        }
    }
    if sound {
        return Ok(Ok(packs));
    }
    console
        .usage("the pack has faults", "docs/PACKS.md describes the format")
        .map(Err)
}

/// Says all that is wrong with a pack, each fault with its line and column.
fn show_faults(name: &str, text: String, faults: &[PackFault], console: &mut Console<'_>) -> io::Result<()> {
    let mut sources = Sources::new();
    let doc = sources.add_text(name, text);
    for fault in faults {
        let place = at(&sources.locate_span(doc, fault.span));
        writeln!(console.err, "error: {place}: {}", shown(&fault.message, true))?;
        for (span, note) in &fault.related {
            let place = at(&sources.locate_span(doc, *span));
            writeln!(console.err, "  note: {place}: {}", shown(note, true))?;
        }
        writeln!(console.err, "  help: {}", shown(&fault.help, true))?;
    }
    Ok(())
}

fn refuse_clashes(packs: Vec<Pack>, console: &mut Console<'_>) -> io::Result<Result<Vec<Pack>, Exit>> {
    let clashes: Vec<Clash> = pack::clashes(&packs);
    if clashes.is_empty() {
        return Ok(Ok(packs));
    }
    for clash in &clashes {
        let (place, message) = (at(&clash.place), shown(&clash.message, true));
        writeln!(console.err, "error: {place}: {message}")?;
        match &clash.first {
            Some(first) => writeln!(console.err, "  note: {}: it is defined here", at(first))?,
            None => writeln!(console.err, "  note: it is defined by `rolecall lint`")?,
        }
        writeln!(console.err, "  help: {}", clash.help)?;
    }
    Ok(Err(Exit::Usage))
}

/// `file:line:column`.
pub(crate) fn at(location: &Location) -> String {
    let (file, start) = (shown(&location.file, true), location.start);
    format!("{file}:{}:{}", start.line, start.column)
}

/// The texts of a file, or of the TOML files in a folder. Nothing but regular files is opened.
fn files(path: &Path) -> io::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            let file = entry?.path();
            if file.extension().is_some_and(|extension| extension == "toml") {
                files.push(file);
            }
        }
        files.sort();
        if files.is_empty() {
            return Err(io::Error::other("the folder has no TOML files"));
        }
    } else {
        files.push(path.to_path_buf());
    }
    let read = |file: PathBuf| {
        let metadata = fs::metadata(&file)?;
        if !metadata.is_file() {
            return Err(io::Error::other("it is not a file"));
        }
        if metadata.len() > pack::MAX_PACK_BYTES as u64 {
            return Err(io::Error::other("it is too large for a pack"));
        }
        Ok((file.to_string_lossy().into_owned(), fs::read_to_string(&file)?))
    };
    files.into_iter().map(read).collect()
}
