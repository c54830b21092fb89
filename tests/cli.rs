//! The program as it is used: commands, options, forms of output, exit codes and streams.
//!
//! `tests/cmd` holds recorded runs; `TRYCMD=overwrite cargo test --test cli` writes them anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test reports by panicking, and reads JSON by index, where a missing member is null"
)]

mod support {
    pub(crate) mod binary;
    pub(crate) mod folder;
}

use std::fs;
use std::path::Path;

use rolecall::check::{CheckOptions, check};
use rolecall::input::{ReadOptions, read};
use rolecall::pack::builtin;
use rolecall::report::text::{self, TextOptions};
use serde_json::Value;
use support::binary::{self, Ran};
use support::folder::{corpus, documents};

/// Without findings; with one error; with a warning alone; with a gap that hides others; dependent on a network.
const FINE: &str = "39-worker-logs-in-order";
const ONE_ERROR: &str = "22-second-topic-of-a-list-not-granted";
const ONE_WARNING: &str = "13-trust-limited-by-the-account-alone";
const FOLDED: &str = "16-rights-of-the-control-plane-only";
const DEPENDS: &str = "46-grants-from-one-network-only";

fn scenarios(args: &[&str]) -> Ran {
    binary::rolecall(&corpus("scenarios"), args)
}

fn codes(answer: &Value) -> Vec<&str> {
    answer["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect()
}

fn json(args: &[&str]) -> Value {
    let mut all = vec!["check", "--format", "json"];
    all.extend(args);
    scenarios(&all).json()
}

/// The names of the commands, as `--help` lists them: indented by two; what they do may go on over further lines.
fn commands() -> Vec<String> {
    let help = scenarios(&["--help"]).out;
    let listed = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty());
    listed
        .filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')))
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .filter(|name| name != "help")
        .collect()
}

#[test]
fn recorded_runs_print_what_they_printed() {
    trycmd::TestCases::new().case("tests/cmd/*.trycmd");
}

#[test]
fn the_help_of_every_command_has_examples_and_exit_codes() {
    let commands = commands();
    assert!(
        commands.contains(&"check".to_owned()) && commands.contains(&"demo".to_owned()),
        "{commands:?}"
    );
    for command in commands {
        let ran = scenarios(&[&command, "--help"]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{command}");
        let example = format!("  rolecall {command}");
        assert!(
            ran.out.contains("Examples:\n") && ran.out.contains(&example),
            "{command}: {}",
            ran.out
        );
        assert!(ran.out.contains("Exit codes:"), "{command}: {}", ran.out);
        assert!(scenarios(&[&command, "-h"]).code == 0, "{command}");
    }
}

#[test]
fn the_demo_has_gaps_and_a_repaired_twin() {
    let ran = scenarios(&["demo"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(
        ran.out.contains("error[msk-connect/") && ran.out.contains("repair"),
        "{}",
        ran.out
    );
    let repaired = scenarios(&["demo", "--repaired"]);
    assert_eq!(repaired.code, 0);
    assert!(!repaired.out.contains("error["), "{}", repaired.out);
}

#[test]
fn the_files_of_the_demo_can_be_written_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        binary::rolecall(folder.path(), &["demo", "--write", "files"]).code,
        0
    );
    for (name, code) in [("files/orders-archive", 1), ("files/orders-archive-repaired", 0)] {
        let ran = binary::rolecall(folder.path(), &["check", name, "--format", "json"]);
        assert_eq!(
            (ran.code, &ran.json()["summary"]["connectors"]),
            (code, &1.into()),
            "{name}: {}",
            ran.out
        );
    }
    let again = binary::rolecall(folder.path(), &["demo", "--write", "files"]);
    assert_eq!((again.code, again.out.as_str()), (2, ""), "{}", again.err);
}

#[test]
fn the_text_shows_the_place_the_request_and_what_to_write() {
    let ran = scenarios(&["check", ONE_ERROR]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    for part in [
        "error[msk-connect/topic-read]",
        "account.json:",
        "strain-south",
        "help:",
        "statement:",
        "request:",
    ] {
        assert!(ran.out.contains(part), "{part} in {}", ran.out);
    }
    assert!(
        scenarios(&["check", FINE])
            .out
            .contains("no service or resource control policies")
    );
}

#[test]
fn lines_of_json_are_the_findings_and_then_the_rest() {
    let whole = json(&[FOLDED, "--all"]);
    let ran = scenarios(&["check", FOLDED, "--all", "--format", "ndjson"]);
    let mut lines: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let last = lines.pop().unwrap();
    assert_eq!(&Value::from(lines), &whole["findings"]);
    assert_eq!(
        (&last["version"], &last["summary"]),
        (&1.into(), &whole["summary"])
    );
    assert!(last.get("findings").is_none());
}

#[test]
fn a_report_goes_to_files_in_other_forms_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (json, text) = (
        format!("json={}", path("r.json")),
        format!("text={}", path("r.txt")),
    );
    let ran = scenarios(&[
        "check", ONE_ERROR, "--format", "ndjson", "--output", &json, "--output", &text,
    ]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let written: Value = serde_json::from_slice(&fs::read(path("r.json")).unwrap()).unwrap();
    assert_eq!(codes(&written), ["msk-connect/topic-read"]);
    let coloured = scenarios(&["check", ONE_ERROR, "--color", "always", "--output", &text]);
    assert!(coloured.out.contains('\u{1b}'));
    let text = fs::read_to_string(path("r.txt")).unwrap();
    assert!(
        text.contains("error[msk-connect/topic-read]") && !text.contains('\u{1b}'),
        "{text}"
    );
    assert_eq!(scenarios(&["check", ONE_ERROR]).out, text);
}

#[test]
fn codes_are_selected_ignored_and_given_other_severities() {
    assert_eq!(codes(&json(&[ONE_ERROR])), ["msk-connect/topic-read"]);
    for (args, left, code) in [
        (vec!["--ignore", "msk-connect/topic-read"], 0, 0),
        (vec!["--ignore", "msk-connect/topic-*,policy"], 0, 0),
        (vec!["--select", "msk-connect/trust-*"], 0, 0),
        (vec!["--select", "msk-connect"], 1, 1),
        (vec!["--severity", "msk-connect/topic-read=warning"], 1, 0),
        (
            vec![
                "--severity",
                "msk-connect=note",
                "--severity",
                "msk-connect/topic-read=error",
            ],
            1,
            1,
        ),
    ] {
        let mut all = vec!["check", ONE_ERROR, "--format", "json"];
        all.extend(&args);
        let ran = scenarios(&all);
        assert_eq!(
            (ran.code, codes(&ran.json()).len()),
            (code, left),
            "{args:?}: {}",
            ran.out
        );
    }
    let raised = scenarios(&[
        "check",
        ONE_WARNING,
        "--severity",
        "msk-connect/trust-confused-deputy=error",
    ]);
    assert_eq!(raised.code, 1, "{}", raised.out);
}

#[test]
fn what_follows_from_a_gap_is_counted_and_shown_on_request() {
    let folded = json(&[FOLDED]);
    let shown = codes(&folded);
    assert_eq!(shown, ["msk-connect/cluster-connect", "msk-connect/over-broad"]);
    let all = json(&[FOLDED, "--all"]);
    let hidden = folded["folded"].as_u64().unwrap() as usize;
    assert_eq!(
        (codes(&all).len(), &all["folded"]),
        (shown.len() + hidden, &0.into())
    );
    let followers = all["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding.get("caused_by").is_some());
    assert_eq!(followers.count(), hidden);
    assert!(scenarios(&["check", FOLDED]).out.contains("--all"));
}

#[test]
fn a_sound_check_takes_nothing_for_granted() {
    let usual = json(&[FINE]);
    assert_eq!(codes(&usual), Vec::<&str>::new());
    let ran = scenarios(&["check", FINE, "--sound", "--format", "json"]);
    let answer = ran.json();
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(
        codes(&answer).contains(&"msk-connect/cluster-connect"),
        "{}",
        ran.out
    );
    for finding in answer["findings"].as_array().unwrap() {
        assert_ne!(finding["severity"], "error", "{finding}");
    }
}

#[test]
fn facts_of_the_context_settle_what_depends_on_them() {
    let open = json(&[DEPENDS]);
    let depends = open["findings"].as_array().unwrap();
    assert!(
        !depends.is_empty() && depends.iter().all(|finding| finding["decision"] == "Depends"),
        "{open}"
    );
    assert!(
        depends
            .iter()
            .all(|finding| finding["residual"][0]["key"] == "aws:SourceVpc"),
        "{open}"
    );
    assert_eq!(
        codes(&json(&[
            DEPENDS,
            "--context",
            "AWS:sourcevpc=vpc-0c1d2e3f4a5b60718"
        ])),
        Vec::<&str>::new()
    );
    let other = scenarios(&["check", DEPENDS, "--context", "aws:SourceVpc=vpc-1"]);
    assert_eq!(other.code, 1, "{}", other.out);
    assert_eq!(
        scenarios(&["check", DEPENDS, "--context", "aws:SourceVpc"]).code,
        2
    );
}

#[test]
fn colour_is_for_terminals_unless_it_is_asked_for() {
    let with = |args: &[&str], no_color: Option<&str>| {
        let mut program = binary::command(&corpus("scenarios"));
        program.args(["check", ONE_ERROR]).args(args);
        if let Some(value) = no_color {
            program.env("NO_COLOR", value);
        }
        binary::run(program, b"").out.contains('\u{1b}')
    };
    assert!(!with(&[], None) && !with(&["--color", "auto"], None) && !with(&["--color", "never"], None));
    assert!(with(&["--color", "always"], None) && with(&["--color=always"], Some("1")));
    assert!(!with(&[], Some("1")) && !with(&["--color", "never"], Some("")));
}

#[test]
fn the_exit_code_says_how_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("broken.json"), "{").unwrap();
    let broken = folder.path().join("broken.json").to_string_lossy().into_owned();
    for (args, code) in [
        (vec!["check", FINE], 0),
        (vec!["check", ONE_WARNING], 0),
        (vec!["check", ONE_ERROR], 1),
        (vec!["check", FINE, ONE_ERROR], 1),
        (vec!["check", "no-such-folder"], 2),
        (vec!["check", &broken], 2),
        (vec!["check", FINE, &broken], 3),
        (vec!["check", FINE, "no-such-folder"], 3),
        (vec!["check", ONE_ERROR, &broken], 1),
        (vec![], 2),
        (vec!["unknown-command"], 2),
        (vec!["--version"], 0),
    ] {
        for format in ["text", "json", "ndjson"] {
            let mut args = args.clone();
            if args.first() == Some(&"check") {
                args.extend(["--format", format]);
            }
            let ran = scenarios(&args);
            assert_eq!(ran.code, code, "{args:?}: {} {}", ran.out, ran.err);
            let silent = if code == 2 { &ran.out } else { &ran.err };
            assert_eq!(silent, "", "{args:?}");
        }
    }
}

#[test]
fn wrong_usage_is_said_on_standard_error_with_what_would_be_right() {
    for (args, said) in [
        (vec!["check", FINE, "--unknown"], "--unknown"),
        (vec!["check", FINE, "--selct", "x"], "--select"),
        (vec!["check", FINE, "--format", "yaml"], "ndjson"),
        (vec!["check", FINE, "--color", "blue"], "always"),
        (
            vec![
                "check",
                FINE,
                "--cluster-arn",
                "arn:aws:kafka:eu-west-1:1:topic/a/b/c",
            ],
            "cluster/NAME/UUID",
        ),
        (
            vec!["check", FINE, "--source-cluster-arn", "orders"],
            "cluster/NAME/UUID",
        ),
        (
            vec!["check", FINE, "--severity", "msk-connect/topic-read=fatal"],
            "`note`",
        ),
        (
            vec!["check", FINE, "--severity", "msk-connect/topic-read"],
            "NAME=VALUE",
        ),
        (vec!["check", FINE, "--output", "yaml=x"], "`ndjson`"),
        (
            vec!["check", FINE, "--output", "json=/no/such/folder/report.json"],
            "/no/such/folder",
        ),
        (vec!["check", FINE, "--include", "a{b"], "a{b"),
        (
            vec!["check", FINE, "--pack", "no-such-pack.toml"],
            "no-such-pack.toml",
        ),
        (vec!["check", FINE, "--threads", "many"], "many"),
    ] {
        let ran = scenarios(&args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}: {}", ran.err);
        assert!(
            ran.err.contains(said) && ran.err.contains("error:"),
            "{args:?}: {}",
            ran.err
        );
    }
}

#[test]
fn an_input_is_never_overwritten_by_the_report() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in documents(&corpus("scenarios").join(ONE_ERROR)) {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let before = fs::read(folder.path().join("account.json")).unwrap();
    for target in ["account.json", "./account.json"] {
        let output = format!("json={target}");
        let args = ["check", "account.json", "connector.json", "--output", &output];
        let ran = binary::rolecall(folder.path(), &args);
        assert_eq!(
            fs::read(folder.path().join("account.json")).unwrap(),
            before,
            "{target}: {}",
            ran.err
        );
        assert_eq!(ran.code, 2, "{target}: {}", ran.err);
    }
}

#[test]
fn standard_input_is_a_document_like_any_other() {
    let folder = corpus("scenarios").join(ONE_ERROR);
    let connector = fs::read(folder.join("connector.json")).unwrap();
    let mut program = binary::command(&folder);
    program.args(["check", "-", "account.json", "cluster.json", "--format", "json"]);
    let ran = binary::run(program, &connector);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let answer = ran.json();
    assert_eq!(codes(&answer), ["msk-connect/topic-read"]);
    let related = answer["findings"][0]["related"].as_array().unwrap();
    assert!(
        related.iter().any(|related| related["location"]["file"] == "-"),
        "{answer}"
    );
    let mut program = binary::command(&folder);
    program.args(["check", "-"]);
    let ran = binary::run(program, b"");
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
}

const GOOD_PACK: &str = r#"
[pack]
id = "house"
title = "Rules of the house"
version = 1
platform = "msk-connect"

[pack.example]
cluster = "arn:aws:kafka:eu-west-1:111122223333:cluster/orders/6f1c2a9e-0b47-4c1d-9c55-2f7d1c3f8e10-4"
connector = "arn:aws:kafkaconnect:eu-west-1:111122223333:connector/lake/8d3b7a52-61c4-4f0e-b1a9-5e7c90d2a613-2"
role = "arn:aws:iam::111122223333:role/lake-connector"
trust = '''{ "Version": "2012-10-17", "Statement": [
  { "Effect": "Allow", "Principal": { "Service": "kafkaconnect.amazonaws.com" }, "Action": "sts:AssumeRole" }] }'''
settings = { "connector.class" = "com.splunk.kafka.connect.SplunkSinkConnector", topics = "orders" }

[[rule]]
id = "audit-topic"
title = "every connector may write the audit topic"
severity = "error"
why = "Without it nobody knows what was done."
help = "Allow `kafka-cluster:WriteData` on the audit topic."
source = [{ document = "Rules of the house", read = 2026-11-22 }]

[[rule.require]]
actions = ["kafka-cluster:WriteData"]
resource = "arn:${partition}:kafka:${region}:${account}:topic/${cluster.name}/${cluster.uuid}/audit"

[[rule.example]]
about = "granted"
expect = "pass"
policy = '''{ "Version": "2012-10-17", "Statement": [
  { "Effect": "Allow", "Action": "kafka-cluster:WriteData", "Resource": "*" }] }'''

[[rule.example]]
about = "not granted"
expect = "fail"
"#;

#[test]
fn a_pack_of_ones_own_is_asked_beside_those_of_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("house.toml");
    fs::write(&file, GOOD_PACK).unwrap();
    for path in [file.as_path(), folder.path()] {
        let ran = scenarios(&[
            "check",
            FINE,
            "--format",
            "json",
            "--pack",
            &path.to_string_lossy(),
        ]);
        assert_eq!(ran.code, 1, "{}", ran.err);
        assert_eq!(codes(&ran.json()), ["house/audit-topic"]);
    }
}

#[test]
fn a_pack_with_faults_is_refused_with_their_places() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |name: &str, text: &str, said: &[&str]| {
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        let ran = scenarios(&["check", FINE, "--pack", &file.to_string_lossy()]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{name}: {}", ran.err);
        for said in said {
            assert!(ran.err.contains(said), "{name}: {said} in {}", ran.err);
        }
    };
    let mistaken = GOOD_PACK.replace("severity = \"error\"", "severity = \"fatal\"");
    refused(
        "severity.toml",
        &mistaken,
        &["severity.toml:19:12: ", "fatal", "help:"],
    );
    refused("text.toml", "no = [ toml", &["text.toml:1"]);
    refused("empty.toml", "", &["empty.toml"]);
    let circle = GOOD_PACK.replace(
        "severity = \"error\"\n",
        "severity = \"error\"\nafter = [\"audit-topic\"]\n",
    );
    refused("circle.toml", &circle, &["audit-topic"]);
    let own = GOOD_PACK
        .replace("\"house\"", "\"msk-connect\"")
        .replace("audit-topic", "topic-read");
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    assert_eq!(
        scenarios(&["check", FINE, "--pack", &empty.to_string_lossy()]).code,
        2
    );
    refused("own.toml", &own, &["redefines", "msk-connect/topic-read"]);
}

#[test]
fn no_text_of_the_input_steers_the_terminal() {
    let hostile = "\u{1b}]0;gone\u{7}\u{1b}[31m\u{9b}2J\u{202e}evil\u{200b}\r\n\u{8}";
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in documents(&corpus("scenarios").join(ONE_ERROR)) {
        let text = String::from_utf8(bytes).unwrap();
        let escaped: String = hostile
            .encode_utf16()
            .map(|unit| format!("\\u{unit:04x}"))
            .collect();
        let text = text
            .replace("\"strain\"", &format!("\"strain{escaped}\""))
            .replace("strain-south", &escaped);
        fs::write(folder.path().join(name), text).unwrap();
    }
    fs::write(folder.path().join("bad.json"), format!("{{\"{hostile}\": ")).unwrap();
    let dangerous = |text: &str| {
        let hazard =
            |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{200b}');
        text.chars().any(hazard)
    };
    for format in ["text", "json", "ndjson"] {
        let ran = binary::rolecall(folder.path(), &["check", "--format", format]);
        assert_eq!(ran.code, 1, "{format}: {} {}", ran.out, ran.err);
        assert!(
            ran.out.contains("msk-connect/topic-read") && ran.out.contains("bad.json"),
            "{format}: {}",
            ran.out
        );
        assert!(
            !dangerous(&ran.out) && !dangerous(&ran.err),
            "{format}: {:?} {:?}",
            ran.out,
            ran.err
        );
    }
    let unfit = format!("check-{}", hostile.replace('\0', ""));
    for args in [
        vec!["check", unfit.as_str()],
        vec!["check", FINE, "--pack", unfit.as_str()],
        vec!["check", FINE, "--include", "a{\u{1b}[31m"],
        vec!["check", FINE, "--cluster-arn", unfit.as_str()],
    ] {
        let ran = scenarios(&args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(!dangerous(&ran.err), "{args:?}: {:?}", ran.err);
    }
}

#[test]
fn a_narrow_terminal_breaks_no_line_that_could_be_shorter() {
    let inputs = read(
        documents(&corpus("scenarios").join(FOLDED)),
        &ReadOptions::default(),
    );
    let options = CheckOptions {
        all: true,
        ..CheckOptions::default()
    };
    let report = check(&inputs, builtin().unwrap(), &options);
    for width in [1, 20, 40, 80, 200, 10_000] {
        let mut out = Vec::new();
        let options = TextOptions {
            width,
            ..TextOptions::default()
        };
        text::write(&report, &inputs.sources, &[], &options, &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(
            out.contains("error[msk-connect/cluster-connect]"),
            "{width}: {out}"
        );
        for line in out.lines().filter(|line| line.chars().count() > width.max(20)) {
            // What is too long holds one word that cannot be broken, behind no more than its indentation.
            let longest = line
                .split_whitespace()
                .map(|word| word.chars().count())
                .max()
                .unwrap_or_default();
            assert!(longest + 40 > line.chars().count(), "{width}: {line}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_stops_early_is_no_fault() {
    let program = format!(
        "{} check {FOLDED} --all | head -n 1",
        env!("CARGO_BIN_EXE_rolecall")
    );
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &program]).current_dir(corpus("scenarios"));
    let ran = binary::run(shell, b"");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
fn globs_choose_the_files_of_a_folder() {
    let all = json(&[ONE_ERROR]);
    assert_eq!(all["summary"]["connectors"], 1);
    let without = json(&[ONE_ERROR, "--exclude", "connector*.json"]);
    assert_eq!(
        (&without["summary"]["connectors"], codes(&without).len()),
        (&0.into(), 0)
    );
    let only = json(&[ONE_ERROR, "--include", "connector.json"]);
    assert_eq!(codes(&only), ["msk-connect/role-missing"]);
}

#[test]
fn files_named_by_options_are_read_under_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = corpus("scenarios").join("40-worker-logs-without-the-acl-right");
    let copy = |from: &Path, to: &str| fs::copy(from, folder.path().join(to)).unwrap();
    for name in ["account.json", "cluster.json", "connector.json"] {
        copy(&scenario.join(name), name);
    }
    copy(
        &scenario.join("bucket-policies/tram-stop-logs.json"),
        "some-policy.txt",
    );
    let paths = [
        "check",
        "account.json",
        "cluster.json",
        "connector.json",
        "--format",
        "json",
    ];
    let without = binary::rolecall(folder.path(), &paths).json();
    assert_eq!(
        (codes(&without), &without["findings"][0]["severity"]),
        (vec!["msk-connect/log-s3"], &"warning".into())
    );
    let mut args = paths.to_vec();
    args.extend(["--bucket-policy", "tram-stop-logs=some-policy.txt"]);
    let with = binary::rolecall(folder.path(), &args).json();
    assert_eq!(
        (codes(&with), &with["findings"][0]["severity"]),
        (vec!["msk-connect/log-s3"], &"error".into())
    );
    assert_eq!(with["findings"][0]["location"]["file"], "some-policy.txt");
}
