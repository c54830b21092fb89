//! The documents for people are true: commands run, examples load, links lead somewhere, rule ids exist.
//!
//! `console` blocks of README.md are run against the built program and compared with what they show, `...` and `[..]` standing
//! for anything. Its `sh` blocks build and test the crate itself; `.ci/run` takes them from README and runs them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests report by panicking"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_rolecall");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The documents at the root, under `docs` and under `docs/rules`.
fn documents() -> Vec<PathBuf> {
    let in_docs = std::fs::read_dir(root().join("docs"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let rules = std::fs::read_dir(root().join("docs/rules"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut all: Vec<PathBuf> = in_docs
        .chain(rules)
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .collect();
    all.extend(["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root().join(name)));
    all.sort();
    all
}

/// The fenced blocks of a document: what stands behind the opening fence, and the text.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(info), None) => open = Some((info.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, body))) => body.push_str(&format!("{line}\n")),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

#[test]
fn the_commands_of_the_readme_give_what_it_shows() {
    trycmd::TestCases::new()
        .register_bin("rolecall", Path::new(PROGRAM))
        .case("README.md");
}

#[test]
fn every_block_of_the_readme_is_run_by_a_test_or_by_the_gate() {
    let readme = text("README.md");
    let of_kind = |kind: &str| -> Vec<String> {
        blocks(&readme)
            .into_iter()
            .filter(|(info, _)| info == kind)
            .map(|(_, body)| body)
            .collect()
    };
    assert!(
        blocks(&readme)
            .iter()
            .all(|(info, _)| info == "sh" || info == "console")
    );
    assert!(of_kind("console").len() >= 4);
    let gate = [
        "cargo run --release -- demo\n",
        "cargo test\n",
        "cargo nextest run\ncargo test --doc\n",
    ];
    assert_eq!(of_kind("sh"), gate, "`.ci/run` expects these three");
}

#[test]
fn links_between_documents_lead_somewhere() {
    for document in documents() {
        let body = text(&document);
        for rest in body.split("](").skip(1) {
            let (target, _) = rest.split_once(')').unwrap();
            let file = target.split('#').next().unwrap_or_default();
            if file.contains("://") {
                continue;
            }
            let folder = document.parent().unwrap();
            let path = if file.is_empty() {
                document.clone()
            } else {
                folder.join(file)
            };
            assert!(path.exists(), "{}: {target}", document.display());
            if let Some((_, anchor)) = target.split_once('#') {
                assert!(
                    anchors(&text(&path)).contains(anchor),
                    "{}: {target}",
                    document.display()
                );
            }
        }
    }
}

/// What the headings of a document can be linked by.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| line.trim_start_matches('#').trim());
    let kept = |c: char| c.is_alphanumeric() || c == '-' || c == '_' || c == ' ';
    headings
        .map(|h| {
            h.to_lowercase()
                .chars()
                .filter(|c| kept(*c))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
        .collect()
}

/// A module's name and where it stands in the list of `src/lib.rs`.
fn modules() -> Vec<String> {
    let lib = text("src/lib.rs");
    lib.lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn modules_name_only_those_listed_before_them() {
    let modules = modules();
    let mut files = Vec::new();
    sources_under(&root().join("src"), &mut files);
    let is_test = |path: &Path| {
        path.components()
            .any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "tests.rs")))
    };
    for file in files.iter().filter(|file| !is_test(file)) {
        let inside = file.strip_prefix(root().join("src")).unwrap().with_extension("");
        let name = inside.components().next().unwrap().as_os_str().to_str().unwrap();
        let Some(own) = modules.iter().position(|module| module == name) else {
            continue;
        };
        let source = text(file);
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        for later in modules.iter().skip(own + 1) {
            let names = [
                format!("crate::{later}::"),
                format!("crate::{later};"),
                format!("crate::{{{later}"),
            ];
            let named = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            let named: Vec<&str> = named
                .filter(|line| names.iter().any(|name| line.contains(name)))
                .collect();
            assert!(named.is_empty(), "{}: {named:?}", file.display());
        }
    }
}

#[test]
fn the_architecture_lists_the_modules_in_their_order() {
    let architecture = text("docs/ARCHITECTURE.md");
    let (_, rest) = architecture.split_once("## Modules").unwrap();
    let (table, _) = rest.split_once("## Invariants").unwrap();
    let rows = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    assert_eq!(
        rows.map(|(name, _)| name.to_owned()).collect::<Vec<_>>(),
        modules()
    );
}

#[test]
fn the_pack_of_the_guide_loads_and_finds_what_it_is_about() {
    let guide = text("CONTRIBUTING.md");
    let packs = blocks(&guide)
        .into_iter()
        .filter(|(info, _)| info == "toml whole");
    let [pack] = packs
        .map(|(_, body)| body)
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    let loaded = rolecall::pack::load("house.toml", &pack).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("house.toml");
    std::fs::write(&file, &pack).unwrap();
    let check = |folder: &str, severity: &str| {
        let code = &loaded.rules.first().unwrap().code;
        let mut command = Command::new(PROGRAM);
        command
            .current_dir(root())
            .args(["check", folder, "--select", code, "--severity", severity]);
        let output = command.arg("--pack").arg(&file).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(check("corpus/demo/gaps", "house/archive-write=error").0, Some(0));
    let (code, shown) = check("corpus/inputs", "house/archive-write=error");
    assert_eq!(code, Some(1), "{shown}");
    assert!(
        shown.contains("house/archive-write") && shown.contains("s3:PutObject"),
        "{shown}"
    );
}

#[test]
fn the_class_of_the_guide_is_proved_where_it_is_appended() {
    let guide = text("CONTRIBUTING.md");
    let mut classes = blocks(&guide)
        .into_iter()
        .filter(|(info, _)| info == "toml class");
    let (_, class) = classes.next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("connectors.toml");
    let rules_test = |class: &str| {
        std::fs::write(&file, format!("{}\n{class}", text("rules/aws/connectors.toml"))).unwrap();
        let mut command = Command::new(PROGRAM);
        let output = command.args(["rules", "test"]).arg(&file).output().unwrap();
        let streams = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        (output.status.code(), streams.concat())
    };
    let (code, said) = rules_test("");
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = rules_test(&class);
    assert_eq!(code, Some(0), "{said}");
    // The examples are asked and not only read.
    let (code, said) = rules_test(&class.replace("expect = \"fail\"", "expect = \"pass\""));
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("the table of the ledger may be queried and not scanned"),
        "{said}"
    );
}

/// The rule ids in a text, such as `MATCH-R3`.
fn rule_ids(text: &str) -> BTreeSet<String> {
    const FAMILIES: [&str; 14] = [
        "GRAM", "CASE", "EMPTY", "SIZE", "MATCH", "VAR", "COND", "EVAL", "TRUST", "SVC", "TRI", "SET",
        "QUIRK", "RAM",
    ];
    let mut ids = BTreeSet::new();
    for family in FAMILIES {
        for (at, _) in text.match_indices(&format!("{family}-")) {
            let before = text.get(..at).and_then(|head| head.chars().next_back());
            let tail = text.get(at + family.len() + 1..).unwrap_or_default();
            let letters =
                usize::from(family == "MATCH" && tail.starts_with(|c: char| c.is_ascii_uppercase()));
            let digits = tail
                .chars()
                .skip(letters)
                .take_while(char::is_ascii_digit)
                .count();
            if digits > 0 && !before.is_some_and(char::is_alphanumeric) {
                ids.extend(
                    tail.get(..letters + digits)
                        .map(|number| format!("{family}-{number}")),
                );
            }
        }
    }
    ids
}

/// The rules that docs/SEMANTICS.md states: the first cells of its tables.
fn stated_rules() -> BTreeSet<String> {
    let semantics = text("docs/SEMANTICS.md");
    let cells = semantics
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(" |"));
    cells.flat_map(|(cell, _)| rule_ids(cell)).collect()
}

#[test]
fn the_semantics_name_modules_that_exist() {
    let semantics = text("docs/SEMANTICS.md");
    let rows = semantics
        .lines()
        .filter(|line| line.starts_with("| ") && line.matches(" | ").count() == 4);
    let mut count = 0;
    for row in rows {
        for word in row
            .split(" | ")
            .skip(3)
            .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        {
            if !word.contains("::") {
                continue;
            }
            let path = root().join("src").join(word.replace("::", "/"));
            assert!(
                path.is_dir() || path.with_extension("rs").exists(),
                "{word} in {row}"
            );
            count += 1;
        }
    }
    assert!(count > 150, "only {count} modules were found");
}

fn sources_under(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources_under(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn every_rule_that_the_code_names_is_stated() {
    let mut files = Vec::new();
    sources_under(&root().join("src"), &mut files);
    sources_under(&root().join("tests"), &mut files);
    let stated = stated_rules();
    for file in files {
        let missing: Vec<String> = rule_ids(&text(&file)).difference(&stated).cloned().collect();
        assert!(missing.is_empty(), "{}: {missing:?}", file.display());
    }
}

#[test]
fn every_rule_and_vector_of_the_corpus_is_known_to_the_semantics() {
    let (mut rules, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for entry in std::fs::read_dir(root().join("corpus/conformance")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "ndjson") {
            for line in text(&path).lines() {
                let case: serde_json::Value = serde_json::from_str(line).unwrap();
                let member = |name: &str| {
                    case.get(name)
                        .and_then(|v| v.as_str())
                        .unwrap_or_default()
                        .to_owned()
                };
                rules.extend(rule_ids(&member("rule")));
                ids.insert(member("id"));
            }
        }
    }
    let unstated: Vec<_> = rules.difference(&stated_rules()).cloned().collect();
    assert!(unstated.is_empty(), "{unstated:?}");
    let semantics = text("docs/SEMANTICS.md");
    let quoted = semantics
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| word.starts_with("own-"));
    let unknown: Vec<_> = quoted
        .filter(|word| !ids.contains(*word) && !word.ends_with("-*"))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
