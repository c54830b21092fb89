//! Every folder of `corpus/scenarios` through the real program, against its `expected.json`.
//!
//! `errors` are exactly the codes of severity error; `warnings` are among the warnings; `absent` are not reported
//! at all; each of `places` is touched by a span of a finding with the code; each of `witness` is matched by the
//! witness of one. Every witness is replayed through the engine, and has to be decided as its finding says.

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
    pub(crate) mod replay;
}

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rolecall::input::{ReadOptions, read};
use serde_json::Value;
use support::{binary, folder, replay};

const MEMBERS: [&str; 7] = [
    "about", "args", "errors", "warnings", "absent", "places", "witness",
];

/// The rules that every connector is judged by, and that the scenarios have to cover.
const BASELINE: [&str; 13] = [
    "role-service-linked",
    "role-missing",
    "trust-principal",
    "trust-source-mismatch",
    "trust-confused-deputy",
    "cluster-connect",
    "cluster-describe",
    "topic-read",
    "topic-write",
    "internal-topics",
    "internal-groups",
    "sink-group",
    "log-s3",
];

/// The folders in a folder, by name.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|fault| panic!("{}: {fault}", folder.display()));
    let mut folders: Vec<PathBuf> = entries
        .map(|e| e.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .map(|text| text.as_str().unwrap())
        .collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn with_code<'a>(findings: &'a [Value], code: &Value) -> impl Iterator<Item = &'a Value> {
    findings.iter().filter(move |finding| finding["code"] == *code)
}

fn expected(scenario: &Path) -> Value {
    let text = std::fs::read_to_string(scenario.join("expected.json")).unwrap();
    let expected: Value = serde_json::from_str(&text).unwrap();
    for member in expected.as_object().unwrap().keys() {
        assert!(
            MEMBERS.contains(&member.as_str()),
            "{}: `{member}`",
            scenario.display()
        );
    }
    expected
}

/// Whether `text`, with `*` for anything, is the whole of `word`.
fn like(text: &str, word: &str) -> bool {
    let mut parts = text.split('*');
    let Some(mut rest) = word.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// Whether a span of the finding in the file covers or overlaps one of the places where the text stands.
fn touches(finding: &Value, scenario: &Path, file: &str, text: &str) -> bool {
    let bytes = std::fs::read_to_string(scenario.join(file)).unwrap();
    let name = format!("{}/{file}", scenario.file_name().unwrap().to_string_lossy());
    let related = list(&finding["related"])
        .iter()
        .map(|related| &related["location"]);
    let mut locations = std::iter::once(&finding["location"]).chain(related);
    locations.any(|location| {
        let end = |which: &str| location["span"][which].as_u64().unwrap() as usize;
        let overlaps = |(at, _): (usize, &str)| at < end("end") && end("start") < at + text.len();
        location["file"] == name.as_str() && bytes.match_indices(text).any(overlaps)
    })
}

/// Everything in which the answer differs from what is expected.
fn differences(scenario: &Path, expected: &Value, findings: &[Value]) -> Vec<String> {
    let codes = |severity: &str| -> BTreeSet<&str> {
        let of_it = findings.iter().filter(|finding| finding["severity"] == severity);
        of_it.map(|finding| finding["code"].as_str().unwrap()).collect()
    };
    let mut wrong = Vec::new();
    let errors: BTreeSet<&str> = texts(&expected["errors"]).into_iter().collect();
    if codes("error") != errors {
        wrong.push(format!("errors {:?}, expected {errors:?}", codes("error")));
    }
    for code in texts(&expected["warnings"]) {
        if !codes("warning").contains(code) {
            wrong.push(format!("no warning {code}"));
        }
    }
    for code in texts(&expected["absent"]) {
        if let Some(finding) = findings.iter().find(|finding| finding["code"] == code) {
            wrong.push(format!("{code} is reported: {}", finding["message"]));
        }
    }
    for place in list(&expected["places"]) {
        let (file, text) = (place["file"].as_str().unwrap(), place["text"].as_str().unwrap());
        if !with_code(findings, &place["code"]).any(|finding| touches(finding, scenario, file, text)) {
            wrong.push(format!("nothing points at {place}"));
        }
    }
    for witness in list(&expected["witness"]) {
        let resource = witness["resourceLike"].as_str().unwrap();
        let fits = |finding: &Value| {
            finding["witness"]["action"] == witness["action"]
                && finding["witness"]["resource"]
                    .as_str()
                    .is_some_and(|word| like(resource, word))
        };
        if !with_code(findings, &witness["code"]).any(fits) {
            wrong.push(format!("no such witness: {witness}"));
        }
    }
    wrong
}

fn check(scenario: &Path, expected: &Value) -> (i32, Vec<Value>) {
    let name = scenario.file_name().unwrap().to_string_lossy();
    let mut args = vec!["check", &name, "--format", "json"];
    args.extend(texts(&expected["args"]));
    let ran = binary::rolecall(&folder::corpus("scenarios"), &args);
    assert_eq!(ran.err, "", "{name}");
    let answer = ran.json();
    assert_eq!(answer["problems"], serde_json::json!([]), "{name}");
    (ran.code, list(&answer["findings"]).to_vec())
}

/// What the arguments of a scenario say of where things are, as the program takes it.
fn options(expected: &Value) -> ReadOptions {
    let args = texts(&expected["args"]);
    let of = |name: &str| {
        let at = args.iter().position(|arg| *arg == name)?;
        args.get(at + 1).map(|value| (*value).to_owned())
    };
    let cluster = of("--cluster-arn").unwrap_or_default();
    let field = |number: usize| cluster.split(':').nth(number).map(str::to_owned);
    ReadOptions {
        account: of("--account").or_else(|| field(4)),
        region: of("--region").or_else(|| field(3)),
        partition: of("--partition").or_else(|| field(1).filter(|_| !cluster.is_empty())),
        ..ReadOptions::default()
    }
}

#[test]
fn every_scenario_is_judged_as_expected_and_every_witness_replays() {
    let scenarios = folders(&folder::corpus("scenarios"));
    assert!(scenarios.len() >= 25, "{}", scenarios.len());
    let (mut wrong, mut replayed) = (Vec::new(), 0);
    for scenario in &scenarios {
        let expected = expected(scenario);
        let (code, findings) = check(scenario, &expected);
        let mut differs = differences(scenario, &expected, &findings);
        let is_error = !list(&expected["errors"]).is_empty();
        if code != i32::from(is_error) {
            differs.push(format!("exit code {code}"));
        }
        let inputs = read(folder::documents(scenario), &options(&expected));
        for finding in &findings {
            differs
                .extend(replay::fault(finding, &inputs).map(|fault| format!("{}: {fault}", finding["code"])));
            replayed += usize::from(!finding["witness"].is_null());
        }
        wrong.extend(
            differs
                .into_iter()
                .map(|fault| format!("{}: {fault}", scenario.display())),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(replayed > 30, "only {replayed} witnesses were replayed");
}

#[test]
fn the_scenarios_cover_every_rule_with_a_gap_and_with_none() {
    let mut gaps: BTreeMap<String, usize> = BTreeMap::new();
    let mut none: BTreeMap<String, usize> = BTreeMap::new();
    for scenario in folders(&folder::corpus("scenarios")) {
        let expected = expected(&scenario);
        for code in texts(&expected["errors"])
            .into_iter()
            .chain(texts(&expected["warnings"]))
        {
            *gaps.entry(code.to_owned()).or_default() += 1;
        }
        for code in texts(&expected["absent"]) {
            *none.entry(code.to_owned()).or_default() += 1;
        }
    }
    for rule in BASELINE {
        let code = format!("msk-connect/{rule}");
        assert!(gaps.contains_key(&code), "{rule} never fails");
        assert!(
            none.get(&code).is_some_and(|count| *count >= 2),
            "{rule} never passes"
        );
    }
}

#[test]
fn a_star_of_a_witness_stands_for_anything() {
    assert!(like("a*c", "abbc") && like("*", "") && like("a", "a") && like("a*b*", "a-b-c"));
    assert!(!like("a*c", "abcd") && !like("a", "ab") && !like("a*b*c", "acb"));
}
