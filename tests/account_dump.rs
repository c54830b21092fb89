//! A dump of two hundred roles: only the role of the connector is spoken of.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test reports by panicking, and reads JSON by index, where a missing member is null"
)]

mod support {
    pub(crate) mod binary;
    pub(crate) mod dump;
}

use std::path::Path;

use serde_json::Value;
use support::{binary, dump};

fn write(folder: &Path, seed: u64) -> Vec<String> {
    let mut names = Vec::new();
    for (name, bytes) in dump::folder(200, seed) {
        if name == "account.json" {
            let account: Value = serde_json::from_slice(&bytes).unwrap();
            let roles = account["RoleDetailList"].as_array().unwrap();
            names.extend(
                roles
                    .iter()
                    .map(|role| role["RoleName"].as_str().unwrap().to_owned()),
            );
        }
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    names
}

#[test]
fn of_two_hundred_roles_only_that_of_the_connector_is_named() {
    for seed in [1, 2, 3] {
        let folder = tempfile::tempdir().unwrap();
        let names = write(folder.path(), seed);
        assert_eq!(names.len(), 200);
        let json = binary::rolecall(folder.path(), &["check", "--format", "json"]);
        let text = binary::rolecall(folder.path(), &["check"]);
        assert_eq!((json.code, text.code), (1, 1), "{}", json.err);
        let answer = json.json();
        let codes: Vec<&Value> = answer["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| &f["code"])
            .collect();
        let expected = ["msk-connect/over-broad", "msk-connect/sink-group"];
        assert_eq!(codes, expected, "seed {seed}");
        assert!(json.out.contains(dump::ROLE) && text.out.contains(dump::ROLE));
        for name in names.iter().filter(|name| *name != dump::ROLE) {
            assert!(
                !json.out.contains(name.as_str()),
                "seed {seed}: {name} in {}",
                json.out
            );
            assert!(
                !text.out.contains(name.as_str()),
                "seed {seed}: {name} in {}",
                text.out
            );
        }
    }
}

#[test]
fn the_output_is_the_same_for_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 7);
    let with = |threads: &str| {
        let args = ["check", "--format", "json", "--threads", threads];
        binary::rolecall(folder.path(), &args).out
    };
    assert_eq!(with("1"), with("4"));
}
