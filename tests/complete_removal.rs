//! Every way of taking one thing out of a complete configuration, for each folder of `corpus/complete`.
//!
//! A folder holds files as a user has them, and `needs.json`: what is needed there, written by hand from the
//! documents of the services and not from the rules. A need names its code, its severity, its actions, and the
//! resources as the policies spell them; `trust` stands for a statement that has none. Each action and each resource
//! of each statement is taken out alone, and its statement with it when a list would be empty; then each pattern is
//! narrowed by one character. What must be said of it is worked out by comparing texts.
//!
//! Left aside are notes and `over-broad`, since narrowing a pattern grants something that nobody needs, and
//! `policy/syntax` of a policy that has lost its last statement, which AWS would not store.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test reports by panicking, and reads JSON by index, where a missing member is null"
)]

mod support {
    pub(crate) mod folder;
}

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rolecall::check::{CheckOptions, check};
use rolecall::finding::Severity;
use rolecall::input::{ReadOptions, read};
use rolecall::pack::builtin;
use serde_json::{Value, json};
use support::folder;

/// What stands for the resources of a statement of a trust policy.
const TRUST: &str = "trust";

/// The codes of grants, each of which some folder has to need.
const GRANTS: [&str; 33] = [
    "msk-connect/trust-principal",
    "msk-connect/cluster-connect",
    "msk-connect/cluster-describe",
    "msk-connect/topic-read",
    "msk-connect/topic-write",
    "msk-connect/topic-create",
    "msk-connect/internal-topics",
    "msk-connect/internal-groups",
    "msk-connect/sink-group",
    "msk-connect/offset-topic",
    "msk-connect/dead-letter-topic",
    "msk-connect/schema-history-topic",
    "msk-connect/schema-history-group",
    "msk-connect/idempotent-write",
    "msk-connect/transactional-id",
    "msk-connect/mirror-source",
    "msk-connect/mirror-target",
    "msk-connect/plugin-read",
    "msk-connect/secrets",
    "msk-connect/parameters",
    "msk-connect/config-object",
    "msk-connect/glue-schema-registry",
    "msk-connect/destination",
    "msk-connect/destination-optional",
    "msk-connect/kms",
    "msk-connect/log-cloudwatch",
    "msk-connect/creator",
    "confluent/destination",
    "confluent/trust-principal",
    "confluent/trust-tag-session",
    "confluent/byok-key",
    "alibaba/slr-create",
    "alibaba/pass-role",
];

struct Need {
    code: String,
    severity: Severity,
    actions: Vec<String>,
    resources: Vec<String>,
    /// The severity where a resource is narrowed and not taken out: less, where what is left may be what is asked.
    narrowed: Severity,
    /// What the place of a policy has to hold for the policy to count.
    within: String,
}

/// A configuration that lacks nothing.
struct Complete {
    name: String,
    documents: Vec<(String, Value)>,
    options: CheckOptions,
    needs: Vec<Need>,
    /// What the place of a policy has to hold for something to be taken out of it.
    within: String,
}

/// A policy within the documents: its document, its pointer there, and its value.
struct Policy {
    document: usize,
    pointer: String,
    is_text: bool,
    value: Value,
}

/// The codes that are said, each with its gravest severity.
type Said = BTreeMap<String, Severity>;

fn say(all: impl Iterator<Item = (String, Severity)>) -> Said {
    let mut said = Said::new();
    for (code, severity) in all {
        let known = said.entry(code).or_insert(severity);
        if severity == Severity::Error {
            *known = severity;
        }
    }
    said
}

fn severity(text: &str) -> Severity {
    match text {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        other => panic!("`{other}` is no severity of a need"),
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().map(|v| v.as_str().unwrap().to_owned()).collect(),
        value => value.as_str().map(str::to_owned).into_iter().collect(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn options(args: &[String]) -> CheckOptions {
    // A gap that is folded under another is a gap all the same.
    let mut options = CheckOptions {
        all: true,
        ..CheckOptions::default()
    };
    for pair in args.chunks(2) {
        let value = pair[1].clone();
        match pair[0].as_str() {
            "--source-cluster-arn" => options.source_cluster_arn = Some(value),
            "--deployer" => options.deployer = Some(value),
            "--feature" => drop(options.features.insert(value)),
            other => panic!("{other}: not an option of these folders"),
        }
    }
    options
}

impl Complete {
    fn load(folder: &Path) -> Self {
        let mut documents: Vec<(String, Value)> = folder::documents(folder)
            .into_iter()
            .map(|(name, bytes)| (name, serde_json::from_slice(&bytes).unwrap()))
            .collect();
        let at = documents
            .iter()
            .position(|(name, _)| name == "needs.json")
            .unwrap();
        let (_, oracle) = documents.remove(at);
        let needs = oracle["needs"].as_array().unwrap().iter().map(|need| Need {
            code: text(&need["code"]),
            severity: severity(&text(&need["severity"])),
            actions: texts(&need["actions"]),
            resources: texts(&need["resources"]),
            narrowed: severity(
                need["narrowed"]
                    .as_str()
                    .unwrap_or(need["severity"].as_str().unwrap()),
            ),
            within: text(&need["in"]),
        });
        Self {
            name: folder.file_name().unwrap().to_string_lossy().into_owned(),
            documents,
            options: options(&texts(&oracle["args"])),
            needs: needs.collect(),
            within: text(&oracle["within"]),
        }
    }

    fn policies(&self) -> Vec<Policy> {
        let mut found = Vec::new();
        for (document, (_, value)) in self.documents.iter().enumerate() {
            collect(document, value, String::new(), &mut found);
        }
        found
    }

    /// Where a policy stands: its file and the pointer there.
    fn place(&self, policy: &Policy) -> String {
        format!("{}{}", self.documents[policy.document].0, policy.pointer)
    }

    /// The codes of the needs that no statement meets, `policies[at]` being `changed`.
    fn unmet(&self, policies: &[Policy], at: usize, changed: &Value, is_narrowed: bool) -> Said {
        let granted = |need: &Need, action: &String, resource: &String| {
            policies.iter().enumerate().any(|(index, policy)| {
                let value = if index == at { changed } else { &policy.value };
                self.place(policy).contains(&need.within)
                    && value["Statement"].as_array().unwrap().iter().any(|statement| {
                        texts(&statement["Action"]).contains(action)
                            && resources(statement).contains(resource)
                    })
            })
        };
        let is_unmet = |need: &&Need| {
            need.actions
                .iter()
                .any(|a| need.resources.iter().any(|r| !granted(need, a, r)))
        };
        say(self.needs.iter().filter(is_unmet).map(|need| {
            let severity = if is_narrowed { need.narrowed } else { need.severity };
            (need.code.clone(), severity)
        }))
    }

    /// What the program says of the documents, one policy of which is `changed`.
    fn said(&self, policy: &Policy, changed: &Value) -> Said {
        let mut documents = self.documents.clone();
        *documents[policy.document].1.pointer_mut(&policy.pointer).unwrap() = if policy.is_text {
            changed.to_string().into()
        } else {
            changed.clone()
        };
        let bytes = |value: &Value| serde_json::to_vec_pretty(value).unwrap();
        let inputs = read(
            documents.iter().map(|(name, v)| (name.clone(), bytes(v))),
            &ReadOptions::default(),
        );
        assert!(inputs.problems.is_empty(), "{}: {:?}", self.name, inputs.problems);
        let report = check(&inputs, builtin().unwrap(), &self.options);
        let is_empty = changed["Statement"].as_array().unwrap().is_empty();
        let findings = report.findings.into_iter().filter(|finding| {
            finding.severity != Severity::Note
                && finding.code != "msk-connect/over-broad"
                && !(is_empty && finding.code == "policy/syntax")
        });
        say(findings.map(|finding| (finding.code, finding.severity)))
    }
}

/// Every policy of a value, also those that are written as texts.
fn collect(document: usize, value: &Value, pointer: String, found: &mut Vec<Policy>) {
    if value["Statement"].is_array() {
        found.push(Policy {
            document,
            pointer,
            is_text: false,
            value: value.clone(),
        });
        return;
    }
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                collect(document, member, format!("{pointer}/{key}"), found);
            }
        }
        Value::Array(members) => {
            for (index, member) in members.iter().enumerate() {
                collect(document, member, format!("{pointer}/{index}"), found);
            }
        }
        Value::String(written) if written.starts_with('{') => {
            if let Ok(value) = serde_json::from_str::<Value>(written)
                && value["Statement"].is_array()
            {
                found.push(Policy {
                    document,
                    pointer,
                    is_text: true,
                    value,
                });
            }
        }
        _ => {}
    }
}

fn resources(statement: &Value) -> Vec<String> {
    if statement["Resource"].is_null() {
        vec![TRUST.to_owned()]
    } else {
        texts(&statement["Resource"])
    }
}

/// The pattern with one character more to match; for a plain name, another last character. None for `*` alone and
/// for the catalog of Glue, which are not names.
fn narrowed(pattern: &str) -> Option<String> {
    let mut narrow = pattern.to_owned();
    if pattern == "*" || pattern.ends_with(":catalog") {
        return None;
    }
    if let Some(at) = pattern.rfind('?') {
        narrow.replace_range(at..=at, "x");
    } else if let Some(at) = pattern.rfind('*') {
        narrow.insert(at, 'x');
    } else {
        let last = narrow.pop()?;
        narrow.push(if last.is_ascii_digit() {
            char::from(b'0' + (last as u8 - b'0' + 1) % 10)
        } else {
            'q'
        });
    }
    Some(narrow)
}

/// A policy with one thing less.
struct Change {
    what: String,
    is_narrowed: bool,
    policy: Value,
}

fn changes(policy: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    for (at, statement) in policy["Statement"].as_array().unwrap().iter().enumerate() {
        for clause in ["Action", "Resource"] {
            let all = texts(&statement[clause]);
            for (index, gone) in all.iter().enumerate() {
                let mut rest = policy.clone();
                let statements = rest["Statement"].as_array_mut().unwrap();
                if all.len() == 1 {
                    statements.remove(at);
                } else {
                    statements[at][clause].as_array_mut().unwrap().remove(index);
                }
                changes.push(Change {
                    what: format!("without {clause} {gone} of statement {at}"),
                    is_narrowed: false,
                    policy: rest,
                });
                if clause == "Resource"
                    && let Some(narrow) = narrowed(gone)
                {
                    let mut rest = policy.clone();
                    let mut all = all.clone();
                    all[index].clone_from(&narrow);
                    rest["Statement"][at][clause] = json!(all);
                    changes.push(Change {
                        what: format!("with {narrow} for {gone} in statement {at}"),
                        is_narrowed: true,
                        policy: rest,
                    });
                }
            }
        }
    }
    changes
}

fn folders() -> Vec<Complete> {
    let mut folders: Vec<_> = std::fs::read_dir(folder::corpus("complete"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    folders.iter().map(|folder| Complete::load(folder)).collect()
}

#[test]
fn every_folder_is_complete_and_every_grant_is_needed_somewhere() {
    let folders = folders();
    let needed: BTreeSet<&str> = folders
        .iter()
        .flat_map(|folder| folder.needs.iter().map(|need| need.code.as_str()))
        .collect();
    let forgotten: Vec<&&str> = GRANTS.iter().filter(|code| !needed.contains(**code)).collect();
    assert!(forgotten.is_empty(), "no folder needs {forgotten:?}");
    for complete in &folders {
        let policies = complete.policies();
        let value = &policies[0].value;
        let unmet = complete.unmet(&policies, 0, value, false);
        assert!(
            unmet.is_empty(),
            "{}: needs.json is wrong: {unmet:?}",
            complete.name
        );
        let said = complete.said(&policies[0], value);
        assert!(said.is_empty(), "{}: {said:?}", complete.name);
    }
}

#[test]
fn whatever_is_taken_out_or_narrowed_gives_the_matching_code_alone() {
    let folders = folders();
    let (next, wrong, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()), AtomicUsize::new(0));
    let work = || {
        while let Some(complete) = folders.get(next.fetch_add(1, Ordering::Relaxed)) {
            let policies = complete.policies();
            let mut hit = BTreeSet::new();
            for (at, policy) in policies.iter().enumerate() {
                let place = complete.place(policy);
                if !place.contains(&complete.within) {
                    continue;
                }
                for change in changes(&policy.value) {
                    let expected = complete.unmet(&policies, at, &change.policy, change.is_narrowed);
                    let said = complete.said(policy, &change.policy);
                    done.fetch_add(1, Ordering::Relaxed);
                    hit.extend(expected.keys().cloned());
                    if said != expected {
                        let (name, what) = (&complete.name, &change.what);
                        let line = format!("{name}: {place} {what}: {said:?}, expected {expected:?}");
                        wrong.lock().unwrap().push(line);
                    }
                }
            }
            for need in &complete.needs {
                if !hit.contains(&need.code) {
                    let line = format!("{}: nothing that is taken out gives {}", complete.name, need.code);
                    wrong.lock().unwrap().push(line);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(4);
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort();
    let done = done.into_inner();
    assert!(
        wrong.is_empty(),
        "{} of {done}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(
        done >= 450,
        "only {done} removals: a folder is not read as it should be"
    );
}
