//! Lists the rule packs under `rules/<provider>/` and writes a table that embeds each of them in the binary.
//!
//! In: the folder `rules`. Out: `$OUT_DIR/rule_packs.rs`, an array expression of (name, text) sorted by name; the name
//! is the path from the root of the repository, with `/`. A new file is seen because its folder is watched.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let mut names = Vec::new();
    watch("rules");
    watch("build.rs");
    for provider in entries(&root.join("rules"))? {
        if !root.join("rules").join(&provider).is_dir() {
            continue;
        }
        watch(&format!("rules/{provider}"));
        for file in entries(&root.join("rules").join(&provider))? {
            if file.ends_with(".toml") {
                names.push(format!("rules/{provider}/{file}"));
            }
        }
    }
    names.sort();
    let mut table = String::from("[\n");
    for name in &names {
        watch(name);
        let path = root.join(name);
        table.push_str(&format!("    ({name:?}, include_str!({path:?})),\n"));
    }
    table.push_str("]\n");
    fs::write(Path::new(&variable("OUT_DIR")?).join("rule_packs.rs"), table)
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(|fault| io::Error::other(format!("{name}: {fault}")))
}

/// The names in a folder that are UTF-8 and not hidden.
fn entries(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().into_string();
        names.extend(name.into_iter().filter(|name| !name.starts_with('.')));
    }
    Ok(names)
}

/// Tells cargo, on the standard output, to run this again when a file or folder changes.
fn watch(path: &str) {
    println!("cargo::rerun-if-changed={path}");
}
