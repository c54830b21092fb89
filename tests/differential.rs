//! The crate against a second implementation: `tests/reference` decides the same cases by the letter of the rules.
//!
//! Random cases come from a seeded generator; `ROLECALL_DIFFERENTIAL_CASES` says how many (20,000 if not set) and
//! `ROLECALL_DIFFERENTIAL_SEED` where they start. Unknown keys and sets of resources are compared by sampling: a claim that
//! one sampled completion refutes is a fault of the crate. The conformance vectors hold the reference itself.

#![expect(
    clippy::indexing_slicing,
    reason = "a test reads JSON by index, where a missing member is null, and reports by panicking"
)]

mod reference;

use reference::generate::{Random, case};
use reference::{Sample, Truth, evaluate};
use rolecall::condition::Mode;
use rolecall::simulate::cases::answer;
use serde_json::Value;

/// Sample sizes for one random case and for one vector.
const QUICK: usize = 20;
const THOROUGH: usize = 3000;

/// The crate's answer to one line of `simulate --cases`.
fn ours(case: &Value) -> Value {
    serde_json::to_value(answer(&case.to_string(), Mode::Chosen)).unwrap_or_default()
}

/// What is wrong with an answer, if anything.
fn fault(case: &Value, answer: &Value) -> Option<String> {
    let Some(decision) = answer["decision"].as_str() else {
        return Some(format!("no decision: {answer}"));
    };
    let sample = Sample::of(case, QUICK);
    let request = &case["request"];
    let open = request.get("unknownKeys").is_some() || request.get("resourcePattern").is_some();
    if !open {
        let expected = sample.word();
        let unsure = sample.example(None).is_some();
        return (!unsure && expected != decision)
            .then(|| format!("{decision}, the reference says {expected}"));
    }
    let refuted = |granted: Truth| {
        sample
            .example(granted)
            .map(|c| format!("{decision}, but see {}", c["request"]))
    };
    match decision {
        "Allowed" => refuted(Some(false)),
        "ExplicitlyDenied" => {
            let spared = sample
                .outcomes
                .iter()
                .find(|(outcome, _)| outcome.denied == Some(false));
            spared.map(|(_, c)| format!("{decision}, but no deny in {}", c["request"]))
        }
        "ImplicitlyDenied" => refuted(Some(true)),
        "Depends" if request.get("unknownKeys").is_none() => witness(case, answer, "witnessAllowed", true)
            .or_else(|| witness(case, answer, "witnessDenied", false)),
        "Depends" => completion(case, answer, "completionAllowed", true)
            .or_else(|| completion(case, answer, "completionDenied", false)),
        other => Some(format!("unknown decision {other}")),
    }
}

/// A witness of a known set question must replay to what it claims.
fn witness(case: &Value, answer: &Value, field: &str, granted: bool) -> Option<String> {
    let resource = answer.get(field)?;
    let mut single = case.clone();
    single["request"].as_object_mut()?.remove("resourcePattern");
    single["request"]["resource"] = resource.clone();
    let outcome = evaluate(&single).granted;
    (outcome == Some(!granted)).then(|| format!("{field} {resource} replays to the contrary"))
}

/// A completion of the unknown keys must replay to what it claims, as long as it assumes nothing else.
fn completion(case: &Value, answer: &Value, field: &str, granted: bool) -> Option<String> {
    let claim = answer.get(field)?;
    if claim.get("assumptions").is_some() || case["request"].get("resourcePattern").is_some() {
        return None;
    }
    let mut single = case.clone();
    single["request"].as_object_mut()?.remove("unknownKeys");
    for (key, value) in claim["context"]
        .as_object()?
        .iter()
        .filter(|(_, value)| !value.is_null())
    {
        single["request"]["context"][key] = value.clone();
    }
    let outcome = evaluate(&single).granted;
    (outcome == Some(!granted)).then(|| format!("{field} {claim} replays to the contrary"))
}

/// Drops policies, statements and condition operators one by one while the fault stays.
fn shrink(case: &Value) -> Value {
    let mut case = case.clone();
    loop {
        let smaller = smaller(&case).into_iter().find(|c| fault(c, &ours(c)).is_some());
        match smaller {
            Some(smaller) => case = smaller,
            None => return case,
        }
    }
}

/// Every case that lacks one droppable part of this one.
fn smaller(case: &Value) -> Vec<Value> {
    let mut places = Vec::new();
    for layer in [
        "identityPolicies",
        "permissionBoundaries",
        "scps",
        "rcps",
        "resourcePolicy",
        "sessionPolicy",
    ] {
        droppable(&case[layer], &format!("/{layer}"), &mut places);
    }
    droppable(&case["vpcEndpointPolicy"], "/vpcEndpointPolicy", &mut places);
    droppable(&case["request"]["context"], "/request/context", &mut places);
    let dropped = places.into_iter().filter_map(|place| {
        let mut case = case.clone();
        let (parent, last) = place.rsplit_once('/')?;
        match case.pointer_mut(parent)? {
            Value::Array(items) => drop(items.remove(last.parse().ok()?)),
            Value::Object(fields) => drop(fields.remove(&last.replace("~1", "/"))),
            _ => return None,
        }
        Some(case)
    });
    dropped.collect()
}

/// Pointers of list entries and of condition and context entries.
fn droppable(value: &Value, at: &str, places: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places.push(format!("{at}/{index}"));
                droppable(item, &format!("{at}/{index}"), places);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                let here = format!("{at}/{}", name.replace('/', "~1"));
                if at.contains("/Condition") || at.ends_with("/context") || name == "Condition" {
                    places.push(here.clone());
                }
                droppable(field, &here, places);
            }
        }
        _ => {}
    }
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}

#[test]
fn random_cases_are_decided_as_the_rules_say() {
    let mut random = Random(setting("ROLECALL_DIFFERENTIAL_SEED", 1));
    for _ in 0..setting("ROLECALL_DIFFERENTIAL_CASES", 20_000) {
        let case = case(&mut random);
        if fault(&case, &ours(&case)).is_some() {
            let least = shrink(&case);
            let (answer, case) = (ours(&least), &least);
            panic!("{}\n{case}\n{answer}", fault(case, &answer).unwrap_or_default());
        }
    }
}

/// Every decision vector of the corpus.
fn all_vectors() -> Vec<Value> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/conformance");
    let files = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let decisions = files
        .filter(|p| p.extension().is_some_and(|e| e == "ndjson") && !p.to_string_lossy().contains("grammar"));
    let lines = decisions.flat_map(|p| {
        let text = std::fs::read_to_string(p).unwrap_or_default();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    });
    lines
        .filter_map(|line| serde_json::from_str::<Value>(&line).ok())
        .collect()
}

/// The vectors the reference can read: it does not know callers given as a role without session (TRI-18), nor RAM.
fn vectors() -> Vec<Value> {
    let known = |c: &Value| {
        let principal = c["request"]["principal"].as_str().unwrap_or_default();
        let rule = c["rule"].as_str().unwrap_or_default();
        !principal.contains(":role/") && !rule.starts_with("RAM-")
    };
    all_vectors().into_iter().filter(known).collect()
}

#[test]
fn the_reference_agrees_with_every_vector() {
    let vectors = vectors();
    assert!(vectors.len() > 1400, "only {} vectors were read", vectors.len());
    for case in vectors {
        let word = Sample::of(&case, THOROUGH).word();
        assert_eq!(word, case["expected"], "{case}");
    }
}

#[test]
fn witnesses_of_the_vectors_replay_and_none_sampled_is_shorter() {
    for case in vectors() {
        for (field, granted) in [("witnessAllowed", true), ("witnessDenied", false)] {
            let Some(given) = case[field].as_str() else {
                continue;
            };
            assert_eq!(witness(&case, &case, field, granted), None, "{case}");
            let length = |c: &Value| c["request"]["resource"].as_str().map_or(0, |r| r.chars().count());
            let sample = Sample::of(&case, THOROUGH);
            let rivals = sample.outcomes.iter().filter(|(o, _)| o.granted == Some(granted));
            let shortest = rivals.map(|(_, c)| length(c)).min().unwrap_or(usize::MAX);
            assert!(given.chars().count() <= shortest, "{field} of {case}");
        }
    }
}

#[test]
fn the_crate_agrees_with_every_vector() {
    let mut wrong = Vec::new();
    for case in all_vectors() {
        let answer = ours(&case);
        let length = |v: &Value| v.as_str().map(|r| r.chars().count());
        let witnesses = ["witnessAllowed", "witnessDenied"];
        let short = witnesses
            .iter()
            .all(|w| case.get(w).is_none() || length(&answer[w]) == length(&case[w]));
        if answer["decision"] != case["expected"] || !short {
            wrong.push(format!(
                "{}\n  {} {} ({})\n  {case}",
                answer, case["id"], case["expected"], case["why"]
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} vectors differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
