//! `rolecall rules`, and packs and filters of the user, as the program takes them. `tests/cmd/rules.trycmd` holds what
//! people read.

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

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use support::binary::{self, Ran};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rolecall(args: &[&str]) -> Ran {
    binary::rolecall(root(), args)
}

/// Every code that the program lists.
fn codes() -> Vec<String> {
    let list = rolecall(&["rules", "--format", "json"]).json();
    let packs = list["packs"].as_array().unwrap().clone();
    let rules = packs
        .iter()
        .flat_map(|pack| pack["rules"].as_array().unwrap().clone());
    rules
        .map(|rule| rule["code"].as_str().unwrap().to_owned())
        .collect()
}

/// All keys of an object and of what is in it.
fn keys(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                into.insert(key.clone());
                keys(value, into);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, into)),
        _ => {}
    }
}

#[test]
fn every_code_is_listed_once_and_can_be_shown_in_both_forms() {
    let codes = codes();
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
    assert!(
        codes.len() >= 20 && codes.contains(&"policy/size".to_owned()),
        "{codes:?}"
    );
    for code in codes.iter().step_by(7).chain(codes.last()) {
        let text = rolecall(&["rules", "show", code]);
        assert_eq!((text.code, text.err.as_str()), (0, ""), "{code}");
        for part in ["why: ", "help: ", "source: ", "fails: ", "passes: "] {
            assert!(text.out.contains(part), "{code}: {}", text.out);
        }
        let shown = rolecall(&["rules", "show", code, "--format", "json"]).json();
        assert_eq!(shown["rule"]["code"], code.as_str());
        assert!(
            shown["rule"]["sources"][0]["read"]
                .as_str()
                .unwrap()
                .starts_with("20")
        );
    }
}

#[test]
fn every_key_of_the_json_forms_is_described() {
    let document = fs::read_to_string(root().join("docs/RULES.md")).unwrap();
    let mut all = BTreeSet::new();
    for args in [
        &["rules", "list"][..],
        &["rules", "show", "msk-connect/internal-topics"],
        &["rules", "show", "policy/syntax"],
        &["rules", "test", "tests/packs/otherwise.toml"],
    ] {
        let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
        keys(&rolecall(&args).json(), &mut all);
    }
    for key in all {
        assert!(document.contains(&format!("`{key}`")), "{key}");
    }
}

#[test]
fn packs_of_ones_own_are_proved_beside_those_of_the_program_which_hold_or_alone() {
    let own = "tests/packs/otherwise.toml";
    let beside = rolecall(&["rules", "test", "--pack", own, "--format", "json"]);
    let alone = rolecall(&["rules", "test", own, own, "--format", "json"]);
    assert_eq!((beside.code, alone.code), (1, 1));
    let count = |answer: &Value| answer["packs"].as_array().unwrap().len();
    let packs = beside.json()["packs"].as_array().unwrap().clone();
    assert!(packs.len() > 2);
    for pack in packs {
        let wrong = pack["wrong"].as_array().unwrap().len();
        assert_eq!(wrong, if pack["id"] == "otherwise" { 2 } else { 0 }, "{pack}");
    }
    assert_eq!(count(&alone.json()), 1, "a file that is named twice is read once");
    let shown = rolecall(&["rules", "show", "otherwise/archive-write", "--pack", own]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert_eq!(rolecall(&["rules", "show", "otherwise/archive-write"]).code, 2);
}

#[test]
fn a_pack_that_cannot_be_used_is_refused_by_every_command() {
    for args in [
        vec!["rules", "list", "--pack", "tests/packs/redefines.toml"],
        vec![
            "rules",
            "show",
            "policy/size",
            "--pack",
            "tests/packs/redefines.toml",
        ],
        vec![
            "check",
            "corpus/demo/gaps",
            "--pack",
            "tests/packs/redefines.toml",
        ],
        vec!["check", "corpus/demo/gaps", "--pack", "tests/packs/faults.toml"],
        vec!["rules", "test", "tests/packs/faults.toml"],
        vec!["rules", "test", "no-such-file.toml"],
        vec!["rules", "test", "docs"],
        vec!["rules", "list", "--pack", "README.md"],
    ] {
        let ran = rolecall(&args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}");
        assert!(
            ran.err.contains("error: ") && ran.err.contains("help: "),
            "{args:?}: {}",
            ran.err
        );
    }
    // Both files have faults, and all of them are told.
    let both = rolecall(&[
        "rules",
        "list",
        "--pack",
        "tests/packs/faults.toml",
        "--pack",
        "README.md",
    ]);
    assert!(
        both.err.contains("faults.toml:62:10: ") && both.err.contains("README.md:3:"),
        "{}",
        both.err
    );
}

#[test]
fn a_class_of_ones_own_is_known_to_the_check() {
    let guide = fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    let (_, rest) = guide.split_once("```toml class\n").unwrap();
    let (class, _) = rest.split_once("```").unwrap();
    let table = fs::read_to_string(root().join("rules/aws/connectors.toml")).unwrap();
    let (head, _) = table.split_once("[[class]]").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ledger.toml");
    let head = head.replacen("id = \"msk-connect-classes\"", "id = \"ledger\"", 1);
    fs::write(&file, format!("{head}{class}")).unwrap();
    let file = file.to_string_lossy();
    let proved = rolecall(&["rules", "test", &file]);
    assert_eq!(proved.code, 0, "{}{}", proved.out, proved.err);
    // The connector of the demo, as one of this class that writes the topic which the demo reads.
    let connector = fs::read_to_string(root().join("corpus/demo/gaps/connector.json")).unwrap();
    let (_, rest) = connector.split_once("\"connector.class\"").unwrap();
    let known = rest.split('"').nth(1).unwrap();
    let demo = folder.path().join("demo");
    fs::create_dir(&demo).unwrap();
    let ours = connector
        .replace(known, "com.example.ledger.LedgerSourceConnector")
        .replace("\"topics\"", "\"ledger.topic\"");
    fs::write(demo.join("connector.json"), ours).unwrap();
    fs::copy(
        root().join("corpus/demo/gaps/cluster.json"),
        demo.join("cluster.json"),
    )
    .unwrap();
    // The role may write some topics, so that a source of which nobody knows the topics may do with them.
    let account = fs::read_to_string(root().join("corpus/demo/gaps/account.json")).unwrap();
    let granted =
        "\"arn:aws:kafka:eu-west-1:418263907715:topic/orders/5b1d1c1e-7f0a-4c9e-9d57-2f0f6a3b8c11-7/";
    let internal = format!("{granted}__amazon_msk_connect_*\"");
    let both = format!("[{internal}, {granted}other-*\"]");
    assert_eq!(account.matches(&internal).count(), 1);
    fs::write(demo.join("account.json"), account.replace(&internal, &both)).unwrap();
    let check = |pack: &[&str]| {
        let demo = demo.to_string_lossy();
        let args: Vec<&str> = ["check", &demo, "--format", "json"]
            .iter()
            .chain(pack)
            .copied()
            .collect();
        let answer = rolecall(&args).json();
        let findings = answer["findings"].as_array().unwrap().clone();
        let said = findings.iter().map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap().to_owned();
            format!("{} {}", text("severity"), text("code"))
        });
        said.collect::<BTreeSet<_>>()
    };
    let (unknown, source) = (check(&[]), check(&["--pack", &file]));
    assert_ne!(unknown, source);
    // Topics that nobody knows may be those granted; the one that the class's setting names is not.
    let error = "error msk-connect/topic-write".to_owned();
    assert!(!unknown.contains(&error), "{unknown:?}");
    assert!(source.contains(&error), "{source:?}");
}

#[test]
fn filters_take_codes_packs_and_patterns() {
    let found = |args: &[&str]| {
        let args: Vec<&str> = ["check", "corpus/demo/gaps", "--format", "json"]
            .iter()
            .chain(args)
            .copied()
            .collect();
        let ran = rolecall(&args);
        let findings = ran.json()["findings"].as_array().unwrap().clone();
        let said: Vec<String> = findings
            .iter()
            .map(|finding| {
                format!(
                    "{} {}",
                    finding["severity"].as_str().unwrap(),
                    finding["code"].as_str().unwrap()
                )
            })
            .collect();
        (ran.code, said, ran.err)
    };
    let (_, all, _) = found(&[]);
    assert!(all.len() > 2, "{all:?}");
    assert_eq!(found(&["--select", "msk-connect/*,policy"]).1, all);
    let groups = found(&["--select", "*/sink-*"]);
    assert_eq!(groups.1, ["error msk-connect/sink-group"]);
    assert_eq!(found(&["--ignore", "*"]).1, [""; 0]);
    let mild = found(&[
        "--severity",
        "*=note",
        "--severity",
        "msk-connect/sink-group=warning",
    ]);
    assert_eq!(mild.0, 0);
    assert!(
        mild.1.contains(&"warning msk-connect/sink-group".to_owned()),
        "{:?}",
        mild.1
    );
    let warned = found(&["--ignore", "msk-connect/sink-groups"]);
    assert_eq!(warned.1, all);
    assert!(
        warned.2.contains("did you mean `msk-connect/sink-group`?"),
        "{}",
        warned.2
    );
    for args in [
        ["--select", "msk-conect/sink-group"],
        ["--severity", "msk-conect=note"],
    ] {
        let ran = rolecall(&["check", "corpus/demo/gaps", args[0], args[1]]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}");
    }
}

#[test]
fn no_text_of_a_pack_steers_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hostile.toml");
    let pack = fs::read_to_string(root().join("tests/packs/otherwise.toml")).unwrap();
    let evil = r"\u001B[31m\u009B2J\u202E";
    let pack = pack
        .replacen("why = \"", &format!("why = \"{evil}"), 1)
        .replacen("help = \"", &format!("help = \"\u{202e}{evil}"), 1)
        .replacen("document = \"", "document = \"\u{202e}", 1)
        .replacen("{ \"Version\"", "{\t\"Version\u{202e}\"", 2);
    fs::write(&file, pack).unwrap();
    let file = file.to_string_lossy();
    for args in [
        vec!["rules", "show", "otherwise/archive-write", "--pack", &file],
        vec![
            "rules",
            "show",
            "otherwise/archive-write",
            "--pack",
            &file,
            "--format",
            "json",
        ],
        vec!["rules", "list", "--pack", &file],
        vec!["rules", "test", &file],
        vec!["rules", "show", "\u{1b}[31m\u{202e}"],
        vec!["rules", "test", "\u{1b}[31m\u{202e}"],
        vec!["rules", "list", "--ignore", "\u{1b}[31m\u{202e}"],
    ] {
        let ran = rolecall(&args);
        let dangerous = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(
            !ran.out.contains(dangerous) && !ran.err.contains(dangerous),
            "{args:?}: {:?} {:?}",
            ran.out,
            ran.err
        );
    }
}
