//! The pages under `docs/rules` and the schema of packs are what the rule packs and their loader say now.
//!
//! `ROLECALL_BLESS=1 cargo test --test rule_pages` writes them anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test reports by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rolecall::pack::{builtin, schema};
use rolecall::rulebook::{Rulebook, index, page};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn blesses() -> bool {
    std::env::var_os("ROLECALL_BLESS").is_some_and(|value| value == "1")
}

const HOW: &str = "`ROLECALL_BLESS=1 cargo test --test rule_pages` writes it anew";

#[test]
fn the_pages_of_the_rules_are_current() {
    let folder = root().join("docs/rules");
    let book = Rulebook::of(builtin().unwrap());
    let mut pages: BTreeMap<PathBuf, String> = BTreeMap::new();
    pages.insert(folder.join("README.md"), index(&book));
    for chapter in &book.chapters {
        pages.insert(folder.join(format!("{}.md", chapter.pack)), page(chapter));
    }
    if blesses() {
        _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (path, text) in &pages {
            fs::write(path, text).unwrap();
        }
    }
    for (path, text) in &pages {
        let written = fs::read_to_string(path).unwrap_or_default();
        assert!(written == *text, "{} is not current: {HOW}", path.display());
    }
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert!(
            pages.contains_key(&path),
            "{} is of no pack: {HOW}",
            path.display()
        );
    }
}

#[test]
fn the_schema_of_packs_is_current() {
    let path = root().join("docs/pack.schema.json");
    let text = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
    if blesses() {
        fs::write(&path, &text).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "{} is not current: {HOW}", path.display());
}
