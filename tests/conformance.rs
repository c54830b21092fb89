//! The vectors of `corpus/conformance` as whole files: as a stream of cases, with bad lines among good ones.
//!
//! `tests/differential.rs` answers each decision alone and compares witnesses, `tests/grammar.rs` judges each document.
//! Here are the streams, the places of faults, and what holds of the files themselves.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test reports by panicking, and reads JSON by index, where a missing member is null"
)]

mod support {
    pub(crate) mod binary;
}

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rolecall::condition::Mode;
use rolecall::grammar::{PolicyType, SyntaxFault, check_text, size_fault};
use rolecall::simulate::stream::answer_all;
use rolecall::source::Tree;
use serde_json::Value;
use support::binary;

/// The vector files whose name holds `grammar`, or the others; by name.
fn files(grammar: bool) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/conformance");
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let vectors = entries.filter(|path| path.extension().is_some_and(|e| e == "ndjson"));
    let mut files: Vec<PathBuf> = vectors
        .filter(|path| path.to_string_lossy().contains("grammar") == grammar)
        .collect();
    files.sort();
    files
}

fn lines(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// What AWS would find wrong with a document, its size included.
fn faults(text: &str, kind: PolicyType) -> Vec<SyntaxFault> {
    let mut faults = check_text(text, kind);
    let tree = Tree::parse(text).tree;
    faults.extend(tree.and_then(|tree| size_fault(&tree, tree.root(), kind, "someone")));
    faults
}

#[test]
fn every_fault_of_a_grammar_vector_lies_in_its_text() {
    for vector in files(true).iter().flat_map(|file| lines(file)) {
        let text = vector["document"].as_str().unwrap();
        for kind in PolicyType::all() {
            for fault in faults(text, kind) {
                assert!(
                    fault.span.start <= fault.span.end && fault.span.end <= text.len(),
                    "{}",
                    vector["id"]
                );
                assert!(
                    text.get(fault.span.start..fault.span.end).is_some(),
                    "{}",
                    vector["id"]
                );
                assert!(
                    !fault.message.contains('\n') && !fault.message.is_empty(),
                    "{}",
                    vector["id"]
                );
            }
        }
    }
}

#[test]
fn a_stream_of_all_decision_vectors_is_answered_line_by_line() {
    let mut wrong = Vec::new();
    for file in files(false) {
        let (text, vectors) = (std::fs::read_to_string(&file).unwrap(), lines(&file));
        let mut out = Vec::new();
        answer_all(&mut text.as_bytes(), &mut out, Mode::Chosen).unwrap();
        let answers: Vec<Value> = out
            .split(|b| *b == b'\n')
            .filter(|l| !l.is_empty())
            .map(|l| serde_json::from_slice(l).unwrap())
            .collect();
        assert_eq!(answers.len(), vectors.len(), "{}", file.display());
        for (answer, vector) in answers.iter().zip(&vectors) {
            if answer["id"] != vector["id"] || answer["decision"] != vector["expected"] {
                wrong.push(format!("{answer}\n  {vector}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn ids_of_vectors_are_unique_and_every_vector_names_its_rule() {
    let mut seen: BTreeMap<String, PathBuf> = BTreeMap::new();
    for file in files(true).into_iter().chain(files(false)) {
        for vector in lines(&file) {
            let id = vector["id"].as_str().unwrap().to_owned();
            assert!(
                vector["rule"].as_str().is_some_and(|rule| !rule.is_empty()),
                "{id}"
            );
            if let Some(other) = seen.insert(id.clone(), file.clone()) {
                panic!("{id} is in {} and {}", other.display(), file.display());
            }
        }
    }
}

#[test]
fn one_bad_case_does_not_stop_the_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/conformance");
    let given = std::fs::read_to_string(folder.join("given-decisions.ndjson")).unwrap();
    let first: Vec<&str> = given.lines().take(2).collect();
    let text = format!("{}\nnot a case\n{{\"id\": \"half\"}}\n{}\n", first[0], first[1]);
    let mut program = binary::command(&folder);
    program.args(["simulate", "--cases", "-"]);
    let ran = binary::run(program, text.as_bytes());
    let answers: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), 4, "{}", ran.out);
    assert!(
        answers[0].get("decision").is_some() && answers[3].get("decision").is_some(),
        "{}",
        ran.out
    );
    assert!(answers[1].get("error").is_some(), "{}", ran.out);
    assert_eq!(answers[2]["id"], "half");
    assert_eq!(ran.code, 3, "{}", ran.err);
}
