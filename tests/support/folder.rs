//! The files of a folder as the library takes them: names relative to the folder, and bytes.

use std::path::{Path, PathBuf};

/// A folder of `corpus/`.
pub(crate) fn corpus(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name)
}

/// Every JSON file and plain text below a folder, but for `expected.json`.
pub(crate) fn documents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| {
                ["json", "txt", "tf", "tfvars", "yaml", "yml"]
                    .iter()
                    .any(|known| e == *known)
            }) && !path.ends_with("expected.json")
            {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                found.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}
