//! `rolecall scan` through the built program: units, order, shards, streams, compressed input, bad input.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test reports by panicking, and reads JSON by index, where a missing member is null"
)]

mod support {
    pub(crate) mod dump;
}

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use support::dump;
use tempfile::TempDir;

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn run_with(folder: &Path, args: &[&str], input: Option<&[u8]>) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args(args)
        .current_dir(folder)
        .stdin(if input.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    if let (Some(mut pipe), Some(input)) = (child.stdin.take(), input) {
        pipe.write_all(input).unwrap();
    }
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn run(folder: &Path, args: &[&str]) -> Ran {
    run_with(folder, args, None)
}

fn lines(out: &str) -> Vec<Value> {
    out.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn of_kind<'a>(lines: &'a [Value], kind: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["kind"] == kind).collect()
}

/// One account's documents, each on a line.
fn account(number: usize) -> Vec<String> {
    let id = format!("{:012}", 350_681_724_490_usize + number);
    dump::folder(3, number as u64)
        .into_iter()
        .map(|(_, bytes)| {
            let value: Value = serde_json::from_slice(&bytes).unwrap();
            value.to_string().replace("350681724490", &id)
        })
        .collect()
}

fn stream(accounts: usize) -> String {
    (0..accounts).flat_map(account).map(|line| line + "\n").collect()
}

/// What is told of accounts, whatever the order and the places.
fn told(out: &str) -> BTreeSet<String> {
    let lines = lines(out);
    let told = of_kind(&lines, "finding").into_iter().map(|line| {
        json!([
            line["account"],
            line["code"],
            line["message"],
            line["subject"],
            line["missing"]
        ])
        .to_string()
    });
    told.collect()
}

#[test]
fn a_unit_has_the_findings_of_check_and_every_policy_is_linted() {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in dump::folder(20, 7) {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let check = run(folder.path(), &["check", ".", "--format", "json"]);
    let check: Value = serde_json::from_str(&check.out).unwrap();
    let scan = run(folder.path(), &["scan", "."]);
    assert_eq!(scan.code, 1, "{}", scan.err);
    let scan = lines(&scan.out);
    let found: Vec<_> = of_kind(&scan, "finding")
        .into_iter()
        .map(|line| {
            let mut line = line.clone();
            for key in ["kind", "unit", "account"] {
                line.as_object_mut().unwrap().remove(key);
            }
            line
        })
        .collect();
    for finding in check["findings"].as_array().unwrap() {
        assert!(found.contains(finding), "{finding}");
    }
    assert_eq!(of_kind(&scan, "role").len(), 20);
    let summary = of_kind(&scan, "summary")[0];
    assert_eq!(
        (&summary["accounts"], &summary["connectors"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(scan.last().unwrap(), summary);
}

#[test]
fn the_same_bytes_come_out_for_any_number_of_threads_and_shards() {
    let folder = TempDir::new().unwrap();
    let mut text = stream(5);
    text.push_str("not json\n{\"nothing\": \"known\"}\n");
    fs::write(folder.path().join("a.ndjson"), &text).unwrap();
    fs::write(folder.path().join("broken.json"), "{").unwrap();
    let whole = run(folder.path(), &["scan", ".", "--threads", "1"]);
    assert_eq!(whole.code, 1, "{}", whole.err);
    for threads in ["2", "3"] {
        assert_eq!(
            run(folder.path(), &["scan", ".", "--threads", threads]).out,
            whole.out
        );
    }
    let outside = TempDir::new().unwrap();
    for count in [1, 3] {
        let mut files = Vec::new();
        for index in 1..=count {
            let shard = format!("{index}/{count}");
            let part = run(folder.path(), &["scan", ".", "--shard", &shard]);
            let file = outside.path().join(format!("{index}-{count}"));
            fs::write(&file, part.out).unwrap();
            files.push(file.to_str().unwrap().to_owned());
        }
        files.reverse();
        let args: Vec<&str> = ["scan", "--merge"]
            .into_iter()
            .chain(files.iter().map(String::as_str))
            .collect();
        let merged = run(folder.path(), &args);
        assert_eq!(
            (merged.code, &merged.out),
            (whole.code, &whole.out),
            "{count}: {}",
            merged.err
        );
    }
}

#[test]
fn outputs_that_are_not_all_shards_of_one_run_are_refused() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.ndjson"), stream(2)).unwrap();
    let put = |name: &str, shard: &str| {
        let part = run(folder.path(), &["scan", "a.ndjson", "--shard", shard]).out;
        fs::write(folder.path().join(name), &part).unwrap();
        part
    };
    let one = put("1", "1/2");
    put("2", "2/2");
    put("3", "1/3");
    fs::write(folder.path().join("cut"), &one[..one.len() - 5]).unwrap();
    for (files, said) in [
        (["1", "1"], "there already"),
        (["1", "3"], "another number of shards"),
        (["cut", "2"], "cut off"),
        (["1", "a.ndjson"], "no output of"),
        (["1", "none"], "could not be read"),
    ] {
        let ran = run(folder.path(), &["scan", "--merge", files[0], files[1]]);
        assert_eq!(ran.code, 2, "{files:?}");
        assert!(ran.err.contains(said), "{files:?}: {}", ran.err);
    }
    let ran = run(folder.path(), &["scan", "--merge", "1"]);
    assert!(
        ran.code == 2 && ran.err.contains("shard 2/2 is missing"),
        "{}",
        ran.err
    );
}

#[test]
fn accounts_are_joined_in_whatever_order_their_lines_stand() {
    let folder = TempDir::new().unwrap();
    let mut all: Vec<String> = (0..3).flat_map(account).collect();
    fs::write(folder.path().join("grouped.ndjson"), all.join("\n")).unwrap();
    // Interleaved: all dumps, then all clusters, then all connectors, the last account first.
    all.sort_by_key(|line| std::cmp::Reverse(line.len()));
    fs::write(folder.path().join("mixed.ndjson"), all.join("\n")).unwrap();
    let grouped = run(folder.path(), &["scan", "grouped.ndjson"]);
    let mixed = run(folder.path(), &["scan", "mixed.ndjson"]);
    assert!(!told(&grouped.out).is_empty());
    assert_eq!(told(&grouped.out), told(&mixed.out));
    let promised = run(folder.path(), &["scan", "grouped.ndjson", "--grouped"]);
    assert_eq!(promised.out, grouped.out);
    let broken = run(folder.path(), &["scan", "mixed.ndjson", "--grouped"]);
    assert!(broken.out.contains("stands in more than one place"));
}

#[test]
fn compressed_files_and_standard_input_are_the_same_stream() {
    let folder = TempDir::new().unwrap();
    let text = stream(3);
    fs::write(folder.path().join("a.ndjson"), &text).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    fs::write(folder.path().join("b.ndjson.gz"), gzip.finish().unwrap()).unwrap();
    fs::write(
        folder.path().join("c.ndjson.zst"),
        zstd::encode_all(text.as_bytes(), 1).unwrap(),
    )
    .unwrap();
    let plain = run(folder.path(), &["scan", "a.ndjson"]).out;
    for name in ["b.ndjson.gz", "c.ndjson.zst"] {
        assert_eq!(
            run(folder.path(), &["scan", name]).out.replace(name, "a.ndjson"),
            plain
        );
    }
    let piped = run_with(folder.path(), &["scan", "-"], Some(text.as_bytes())).out;
    assert_eq!(piped.replace("\"file\":\"-\"", "\"file\":\"a.ndjson\""), plain);
}

#[test]
fn places_count_from_the_beginning_of_the_file() {
    let folder = TempDir::new().unwrap();
    let text = format!("\n{}", stream(2));
    fs::write(folder.path().join("a.ndjson"), &text).unwrap();
    let found = lines(&run(folder.path(), &["scan", "a.ndjson"]).out);
    let mut rows = BTreeSet::new();
    for finding in of_kind(&found, "finding") {
        let location = &finding["location"];
        let start = location["span"]["start"].as_u64().unwrap() as usize;
        let line = text[..start].matches('\n').count() + 1;
        assert_eq!(location["start"]["line"].as_u64().unwrap() as usize, line);
        let pointer = location["pointer"].as_str().unwrap();
        assert!(!pointer.is_empty());
        rows.insert(line);
    }
    assert!(rows.len() > 1);
}

#[test]
fn a_bad_line_hides_nothing_and_is_said() {
    let folder = TempDir::new().unwrap();
    let good = stream(2);
    fs::write(folder.path().join("good.ndjson"), &good).unwrap();
    let bad: &[&[u8]] = &[b"{", b"\xff\xfe\x00", b"[]", b"{\"a\":1}", b"\"\"", b"null"];
    for bad in bad {
        let text = [good.as_bytes(), bad, b"\n"].concat();
        fs::write(folder.path().join("bad.ndjson"), text).unwrap();
        let ran = run(folder.path(), &["scan", "bad.ndjson", "--fail-on", "never"]);
        assert_eq!(ran.code, 3, "{bad:?}: {}", ran.err);
        let clean = run(folder.path(), &["scan", "good.ndjson"]).out;
        assert_eq!(told(&ran.out), told(&clean), "{bad:?}");
        let lines = lines(&ran.out);
        let problems = of_kind(&lines, "problem");
        assert_eq!(problems.len(), 1, "{bad:?}");
        assert_eq!(problems[0]["location"]["start"]["line"], 7);
    }
    fs::write(folder.path().join("cut.ndjson.gz"), [0x1f, 0x8b, 8, 0]).unwrap();
    let ran = run(
        folder.path(),
        &["scan", "cut.ndjson.gz", "good.ndjson", "--fail-on", "never"],
    );
    assert!(ran.code == 3 && ran.out.contains("cut off"), "{}", ran.out);
    // One text that can be read is something to answer, beside one that cannot.
    let line = fs::read_to_string(folder.path().join("good.ndjson")).unwrap();
    let line = line.lines().find(|line| !line.trim().is_empty()).unwrap();
    fs::write(folder.path().join("one.ndjson"), line).unwrap();
    let ran = run(
        folder.path(),
        &["scan", "cut.ndjson.gz", "one.ndjson", "--fail-on", "never"],
    );
    assert_eq!(ran.code, 3, "{}", ran.out);
    for args in [
        &["scan", "none.ndjson"][..],
        &["scan", "cut.ndjson.gz"],
        &["scan", "--merge"],
        &["scan"],
        &["scan", "good.ndjson", "--shard", "3/2"],
    ] {
        assert_eq!(run(folder.path(), args).code, 2, "{args:?}");
    }
}

#[test]
fn a_control_policy_beside_accounts_bears_on_all_of_them_and_is_linted_once() {
    let folder = TempDir::new().unwrap();
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": "kafka-cluster:NoSuchAction", "Resource": "*" },
        { "Effect": "Deny", "Action": "kafka-cluster:Connect", "Resource": "*" } ] });
    fs::create_dir_all(folder.path().join("scps")).unwrap();
    fs::write(folder.path().join("scps/root-guard.json"), policy.to_string()).unwrap();
    for number in 0..3 {
        let below = folder.path().join(format!("account-{number}"));
        fs::create_dir_all(&below).unwrap();
        for (index, text) in account(number).into_iter().enumerate() {
            fs::write(below.join(format!("{index}.json")), text).unwrap();
        }
    }
    let ran = run(folder.path(), &["scan", "."]);
    let lines = lines(&ran.out);
    let denied = of_kind(&lines, "finding").into_iter().filter(|line| {
        line["decision"] == "ExplicitlyDenied" && line["code"] == "msk-connect/cluster-connect"
    });
    let accounts: BTreeSet<String> = denied.map(|line| line["account"].to_string()).collect();
    assert_eq!(accounts.len(), 3, "{}", ran.out);
    let linted = of_kind(&lines, "finding")
        .into_iter()
        .filter(|line| line["message"].to_string().contains("NoSuchAction"));
    assert_eq!(linted.count(), 1);
}

#[test]
fn roles_are_taken_as_those_of_connectors() {
    let folder = TempDir::new().unwrap();
    let role = |name: &str, topic: &str| {
        json!({ "Path": "/", "RoleName": name, "Arn": format!("arn:aws:iam::111122223333:role/{name}"),
            "AssumeRolePolicyDocument": { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow",
                "Principal": { "Service": "kafkaconnect.amazonaws.com" }, "Action": "sts:AssumeRole" }] },
            "RolePolicyList": [{ "PolicyName": "kafka", "PolicyDocument": { "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Action": ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster"],
                  "Resource": "arn:aws:kafka:eu-west-1:111122223333:cluster/orders/*" },
                { "Effect": "Allow", "Action": ["kafka-cluster:ReadData", "kafka-cluster:DescribeTopic"],
                  "Resource": format!("arn:aws:kafka:eu-west-1:111122223333:topic/orders/*/{topic}") }] } }],
            "AttachedManagedPolicies": [], "Tags": [{ "Key": "team", "Value": "kafka" }] })
    };
    let dump = json!({ "UserDetailList": [], "GroupDetailList": [], "Policies": [],
        "RoleDetailList": [role("reads-orders", "orders"), role("reads-others", "others")] });
    fs::write(folder.path().join("a.json"), dump.to_string()).unwrap();
    let cluster =
        "arn:aws:kafka:eu-west-1:111122223333:cluster/orders/6f1c2a9e-0b47-4c1d-9c55-2f7d1c3f8e10-4";
    let args = [
        "scan",
        "a.json",
        "--as",
        "msk-connect",
        "--direction",
        "sink",
        "--topic",
        "orders",
        "--cluster",
        cluster,
    ];
    let asked = |more: &[&str]| {
        let args: Vec<&str> = args.iter().chain(more).copied().collect();
        let ran = run(folder.path(), &args);
        let lines = lines(&ran.out);
        let found = of_kind(&lines, "finding")
            .into_iter()
            .filter(|line| line["code"] == "msk-connect/topic-read");
        found
            .map(|line| line["subject"]["role"].to_string())
            .collect::<Vec<_>>()
    };
    let others = vec!["\"arn:aws:iam::111122223333:role/reads-others\"".to_owned()];
    assert_eq!(asked(&[]), others);
    assert_eq!(asked(&["--role-tag", "team=k*"]), others);
    assert_eq!(asked(&["--role-name", "*-orders"]), Vec::<String>::new());
    assert_eq!(asked(&["--role-name", "nobody"]), Vec::<String>::new());
    assert_eq!(run(folder.path(), &["scan", "a.json", "--topic", "x"]).code, 2);
}

#[test]
fn every_key_of_the_lines_is_documented() {
    let document = include_str!("../docs/SCAN.md");
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.ndjson"), stream(1)).unwrap();
    let out = run(folder.path(), &["scan", "a.ndjson", "--shard", "1/1"]).out;
    for line in lines(&out) {
        if line["kind"] == "finding" || line["kind"] == "problem" {
            continue;
        }
        for key in line.as_object().unwrap().keys() {
            assert!(document.contains(&format!("`{key}`")), "{key}");
        }
    }
}

#[test]
fn the_text_form_counts_and_shows_examples() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.ndjson"), stream(4)).unwrap();
    let ran = run(folder.path(), &["scan", "a.ndjson", "--format", "text"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("a.ndjson:"), "{}", ran.out);
    assert!(
        ran.out
            .lines()
            .any(|line| line.starts_with("accounts") && line.ends_with(" 4")),
        "{}",
        ran.out
    );
}
