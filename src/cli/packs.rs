//! The rule packs of a run: those of the program and those that the user names.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Console, Exit};
use crate::pack::{self, Pack, PackFault};
use crate::report::shown;
use crate::source::Sources;

/// The packs of the program, then those under the paths, in the order of the paths and of names. A pack of the user
/// may not redefine a code. `Err` is how the command ends: a pack that is left out would be a clean bill of health.
///
/// # Errors
/// Those of the console.
pub(crate) fn all(paths: &[PathBuf], console: &mut Console<'_>) -> io::Result<Result<Vec<Pack>, Exit>> {
    let mut packs = pack::builtin().unwrap_or_default().to_vec();
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
            let pack = match pack::load(&name, &text) {
                Ok(pack) => pack,
                Err(faults) => return refuse(&name, text, &faults, console).map(Err),
            };
            let taken = |code: &str| {
                packs
                    .iter()
                    .flat_map(|pack| &pack.rules)
                    .any(|rule| rule.code == code)
            };
            if let Some(rule) = pack.rules.iter().find(|rule| taken(&rule.code)) {
                let message = format!("the pack `{}` redefines `{}`", shown(&name, true), rule.code);
                return console.usage(&message, "give the pack an id of its own").map(Err);
            }
            packs.push(pack);
        }
    }
    Ok(Ok(packs))
}

/// Says all that is wrong with a pack, each fault with its line and column.
fn refuse(name: &str, text: String, faults: &[PackFault], console: &mut Console<'_>) -> io::Result<Exit> {
    let mut sources = Sources::new();
    let doc = sources.add_text(name, text);
    for fault in faults {
        let start = sources.locate_span(doc, fault.span).start;
        let place = format!("{}:{}:{}", shown(name, true), start.line, start.column);
        writeln!(console.err, "error: {place}: {}", shown(&fault.message, true))?;
        writeln!(console.err, "  help: {}", shown(&fault.help, true))?;
    }
    console.usage("the pack has faults", "docs/PACKS.md describes the format")
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
