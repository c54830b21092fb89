use serde_json::Value;

use super::*;
use crate::report::sample::{self, Sample};
use crate::report::statement::Statement;
use crate::source::DocId;

type Writer = fn(&Report, &Sources, &[Problem], &mut dyn io::Write) -> io::Result<()>;

fn text(writer: Writer, sample: &Sample) -> String {
    let mut out = Vec::new();
    writer(&sample.report, &sample.sources, &sample.problems, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn value(sample: &Sample) -> Value {
    serde_json::from_str(&text(write, sample)).unwrap()
}

/// The keys of the object that `json` begins with, in the order of the text.
fn keys_of(json: &str) -> Vec<String> {
    let (mut depth, mut keys, mut at) = (0, Vec::new(), 0);
    let bytes = json.as_bytes();
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => break,
            b'}' | b']' => depth -= 1,
            b'"' => {
                let start = at + 1;
                at = start;
                while bytes[at] != b'"' {
                    at += 1 + usize::from(bytes[at] == b'\\');
                }
                if depth == 1 && bytes.get(at + 1) == Some(&b':') {
                    keys.push(json[start..at].to_owned());
                }
            }
            _ => {}
        }
        at += 1;
    }
    keys
}

/// The value as lines, its keys in the order of the text.
fn pretty(json: &str) -> String {
    Statement::read(json).unwrap().to_lines()
}

/// Every object with `file` and `span` in a value.
fn locations<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) => {
            if members.contains_key("file") && members.contains_key("span") {
                found.push(value);
            }
            members.values().for_each(|value| locations(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| locations(value, found)),
        _ => {}
    }
}

/// The bytes that a location names.
fn sliced<'a>(sources: &'a Sources, location: &Value) -> &'a str {
    let is_named = |doc: &DocId| sources.name(*doc) == location["file"] && sources.outer(*doc).is_none();
    let doc = sources.ids().find(is_named).unwrap();
    let span = &location["span"];
    let number = |key: &str| usize::try_from(span[key].as_u64().unwrap()).unwrap();
    &sources.text(doc)[number("start")..number("end")]
}

#[test]
fn the_form_is_the_documented_one() {
    insta::assert_snapshot!(pretty(&text(write, &sample::two_files())));
}

#[test]
fn an_empty_report_has_every_top_key() {
    let empty = Sample {
        sources: Sources::new(),
        report: Report::default(),
        problems: Vec::new(),
    };
    assert_eq!(
        text(write, &empty),
        "{\"version\":1,\"findings\":[],\"problems\":[],\"summary\":{\"connectors\":0,\"errors\":0,\"warnings\":0,\
         \"notes\":0,\"files\":0,\"unread\":0},\"assumptions\":[],\"notes\":[],\"folded\":0}\n"
    );
}

#[test]
fn keys_come_in_the_documented_order() {
    let mut sample = sample::two_files();
    let finding = &mut sample.report.findings[0];
    finding.caused_by = Some("a/b".to_owned());
    finding.aws_message = Some("Syntax errors in policy.".to_owned());
    let lines = text(write_lines, &sample);
    let [first, second, last] = *lines.lines().collect::<Vec<_>>() else {
        panic!("{lines}")
    };
    let mut all = vec![
        "code",
        "severity",
        "decision",
        "message",
        "subject",
        "requirement",
        "missing",
        "location",
    ];
    all.extend([
        "related",
        "witness",
        "residual",
        "caused_by",
        "help",
        "fix",
        "aws_message",
        "label",
    ]);
    assert_eq!(keys_of(first), all);
    let few = [
        "code", "severity", "message", "subject", "location", "related", "label",
    ];
    assert_eq!(keys_of(second), few);
    assert_eq!(
        keys_of(last),
        ["version", "problems", "summary", "assumptions", "notes", "folded"]
    );
    assert_eq!(
        keys_of(&first[first.find("{\"file\"").unwrap()..]),
        ["file", "pointer", "span", "start", "end"]
    );
}

#[test]
fn spans_slice_the_text_that_they_name() {
    let sample = sample::two_files();
    let value = value(&sample);
    let finding = &value["findings"][0];
    let slice = |location: &Value| sliced(&sample.sources, location).to_owned();
    assert_eq!(
        slice(&finding["location"]),
        "\"arn:aws:kafka:eu-west-1:111122223333:topic/demo/*/audit-*\""
    );
    assert_eq!(slice(&finding["related"][0]["location"]), "\"vpce-1\"");
    assert_eq!(slice(&finding["related"][1]["location"]), "\"orders\"");
    assert_eq!(finding["location"]["pointer"], "/Statement/0/Resource");
    assert_eq!(
        finding["location"]["start"],
        serde_json::json!({"line": 7, "column": 19})
    );
    assert_eq!(
        finding["residual"][0]["location"],
        finding["related"][0]["location"]
    );
}

#[test]
fn a_policy_in_a_string_has_the_places_and_pointers_of_its_file() {
    let sample = sample::embedded();
    let value = value(&sample);
    let location = &value["findings"][0]["location"];
    assert_eq!(location["pointer"], "/Policy/Statement/0/Resource");
    assert_eq!(location["start"]["line"], 1);
    assert_eq!(
        sliced(&sample.sources, location),
        "\\\"arn:aws:kafka:eu-west-1:111122223333:topic/demo/*/audit-*\\\""
    );
}

#[test]
fn every_location_has_a_file_and_a_span_and_nothing_is_null_but_absent_context() {
    for sample in [sample::two_files(), sample::embedded(), sample::hostile()] {
        let mut value = value(&sample);
        let mut found = Vec::new();
        locations(&value, &mut found);
        assert!(found.len() >= 3);
        for finding in value["findings"].as_array_mut().unwrap() {
            assert!(finding["location"]["span"]["start"].is_u64());
            assert_eq!(finding["witness"]["context"]["aws:SourceVpce"], Value::Null);
            finding["witness"]["context"] = Value::Object(serde_json::Map::new());
        }
        assert!(!value.to_string().contains("null"));
    }
}

#[test]
fn columns_count_characters_and_spans_count_bytes() {
    let mut sources = Sources::new();
    let doc = sources.add_text("é.json", "{\"ä漢🦀\": 1}".to_owned());
    let report = Report {
        findings: vec![sample::plain(sample::at(&sources, doc, "/ä漢🦀"), "m")],
        ..Report::default()
    };
    let sample = Sample {
        sources,
        report,
        problems: Vec::new(),
    };
    let location = &value(&sample)["findings"][0]["location"];
    assert_eq!(location["file"], "é.json");
    assert_eq!(location["span"], serde_json::json!({"start": 14, "end": 15}));
    assert_eq!(location["end"], serde_json::json!({"line": 1, "column": 10}));
}

#[test]
fn lines_are_the_findings_of_the_object_and_then_the_rest_of_it() {
    let sample = sample::two_files();
    let lines = text(write_lines, &sample);
    let mut lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let mut last = lines.pop().unwrap();
    last["findings"] = Value::Array(lines);
    assert_eq!(last, value(&sample));
}

#[test]
fn hostile_text_is_kept_and_escaped() {
    let sample = sample::hostile();
    let json = text(write, &sample);
    assert!(
        json.trim_end()
            .chars()
            .all(|character| !crate::report::hazard::is_hazard(character))
    );
    let value: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        value["findings"][0]["message"],
        sample.report.findings[0].message.as_str()
    );
}

#[test]
fn a_statement_that_is_not_json_is_left_out() {
    let mut sample = sample::two_files();
    sample.report.findings[0].statement = Some("{".to_owned());
    assert!(value(&sample)["findings"][0].get("fix").is_none());
}

#[test]
fn the_error_of_the_writer_is_given_back() {
    struct Closed;
    impl io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let sample = sample::two_files();
    let error = write(&sample.report, &sample.sources, &sample.problems, &mut Closed).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
}

/// Every key of a value, but for those of a witness's context and of a statement.
fn all_keys<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                found.push(key);
                if key != "context" && key != "statement" {
                    all_keys(value, found);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|value| all_keys(value, found)),
        _ => {}
    }
}

#[test]
fn every_key_is_documented_and_the_documented_example_has_no_other() {
    let document = include_str!("../../../docs/JSON.md");
    let example = document
        .split("```json\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let example: Value = serde_json::from_str(example).unwrap();
    let written = value(&sample::two_files());
    let hostile = value(&sample::hostile());
    let (mut known, mut shown) = (Vec::new(), Vec::new());
    all_keys(&written, &mut known);
    all_keys(&hostile, &mut known);
    all_keys(&example, &mut shown);
    assert!(shown.iter().all(|key| known.contains(key)));
    let is_documented = |key: &&str| {
        [("`", "`"), ("{", ","), (" ", "}")]
            .iter()
            .any(|(before, after)| document.contains(&format!("{before}{key}{after}")))
    };
    let missing: Vec<_> = known.iter().filter(|key| !is_documented(key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
