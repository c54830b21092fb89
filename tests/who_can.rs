//! `who-can` against `simulate`: the same verdict for each principal of random accounts; and the index against none.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test reports by panicking"
)]

mod support {
    pub(crate) mod binary;
    pub(crate) mod estate;
}

use rolecall::engine::{ActionReading, Decision, LayerKind, decide, decide_actions};
use rolecall::input::{Inputs, ReadOptions, read};
use rolecall::simulate;
use rolecall::source::{DocId, Sources};
use rolecall::who::{Answer, Become, Corpus, Options, Question, Verdict, answer};
use serde_json::Value;
use support::binary;
use support::estate::{ACCOUNT, Estate, Made, estate};

/// Accounts of each test.
const SEEDS: u64 = 12;

const QUESTIONS: [(&str, &str); 7] = [
    ("s3:GetObject", "arn:aws:s3:::b/k"),
    ("s3:GetObject", "arn:aws:s3:::b/*"),
    ("s3:PutObject", "arn:aws:s3:::orders/k"),
    ("s3:GetObject", "arn:aws:s3:::*/k"),
    ("s3:*Object", "arn:aws:s3:::c/*"),
    ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:q"),
    ("sts:AssumeRole", "arn:aws:iam::111122223333:role/r1"),
];

fn inputs(estate: &Estate) -> Inputs {
    let inputs = read(estate.files(), &ReadOptions::default());
    assert!(inputs.problems.is_empty(), "{:?}", inputs.problems);
    inputs
}

/// What `simulate` says for one principal, in the words of `who-can`.
fn simulated(estate: &Estate, made: &Made, (action, resource): (&str, &str)) -> Verdict {
    let mut sources = Sources::new();
    let mut add = |value: &Value| -> DocId { sources.add_text("policy", value.to_string()) };
    let mut given = simulate::Given {
        identity: made.identity.iter().map(&mut add).collect(),
        boundary: made.boundary.iter().map(&mut add).collect(),
        scps: estate.control.iter().map(|control| vec![add(control)]).collect(),
        ..simulate::Given::default()
    };
    if made.unknown {
        given.unknown.push(LayerKind::Identity);
    }
    if action.starts_with("s3:") && !resource.contains("orders") && !resource.contains(":c/") {
        given.resource = estate.bucket.iter().map(&mut add).collect();
    }
    let asks_role = |other: &&Made| action.starts_with("sts:") && other.arn == resource;
    if let Some(role) = estate.made.iter().find(asks_role) {
        given.resource = role.trust.iter().map(&mut add).collect();
    }
    let names = action.contains('*') || resource.contains('*');
    let asked = simulate::Asked {
        principal: made.arn.clone(),
        action: action.to_owned(),
        names,
        resource: if resource.contains('*') {
            String::new()
        } else {
            resource.to_owned()
        },
        pattern: (names).then(|| resource.to_owned()),
        resource_account: Some(ACCOUNT.to_owned()),
        ..simulate::Asked::default()
    };
    let question = simulate::Question::new(&asked, &given, &mut sources).unwrap();
    assert!(question.problems.is_empty());
    let (decision, part) = if names {
        let answer = decide_actions(&question.layers, &question.request, ActionReading::Catalogue);
        (answer.decision, answer.allowed.is_some())
    } else {
        (decide(&question.layers, &question.request).decision, false)
    };
    match decision {
        Decision::Allowed => Verdict::Allowed,
        Decision::Depends if part => Verdict::Partly,
        Decision::Depends => Verdict::Depends,
        Decision::ExplicitlyDenied => Verdict::ExplicitlyDenied,
        Decision::ImplicitlyDenied => Verdict::ImplicitlyDenied,
    }
}

#[test]
fn each_principal_is_told_as_simulate_decides() {
    let (mut told, mut granted) = (0, 0);
    for seed in 0..SEEDS {
        let estate = estate(5, true, seed);
        let inputs = inputs(&estate);
        let corpus = Corpus::new(&inputs, &Options::default());
        for (action, resource) in QUESTIONS {
            let question = Question::new(action, resource, Some(ACCOUNT)).unwrap();
            let found = answer(&corpus, &question, None, true);
            for made in &estate.made {
                let expected = simulated(&estate, made, (action, resource));
                let all = found.access.iter().chain(&found.denied);
                let one = all.into_iter().find(|one| one.principal == made.arn);
                let verdict = one
                    .unwrap_or_else(|| panic!("{} is not told of", made.arn))
                    .verdict;
                assert_eq!(verdict, expected, "seed {seed}: {} {action} {resource}", made.arn);
                told += 1;
                granted += usize::from(verdict.is_granted());
            }
        }
    }
    assert!(told > 0 && granted > told / 20, "{granted} of {told}");
}

fn asked(inputs: &Inputs, without_index: bool, question: &Question) -> Answer {
    let options = Options {
        without_index,
        ..Options::default()
    };
    let corpus = Corpus::new(inputs, &options);
    answer(&corpus, question, Some((&Become::new(&corpus), 8)), false)
}

#[test]
fn the_index_changes_no_answer() {
    let mut chains = 0;
    for seed in 100..100 + SEEDS / 2 {
        let inputs = inputs(&estate(8, true, seed));
        for (action, resource) in QUESTIONS {
            let question = Question::new(action, resource, None).unwrap();
            let (with, without) = (asked(&inputs, false, &question), asked(&inputs, true, &question));
            assert_eq!(with.access, without.access, "seed {seed}: {action} {resource}");
            assert_eq!(with.chains, without.chains, "seed {seed}: {action} {resource}");
            chains += with.chains.len();
        }
    }
    assert!(chains > 20, "{chains}");
}

/// Each hop of each chain is a request that `simulate` decides as the hop says.
#[test]
fn each_hop_is_what_simulate_decides() {
    let mut hops = 0;
    for seed in 200..200 + SEEDS {
        let estate = estate(6, true, seed);
        let inputs = inputs(&estate);
        for (action, resource) in QUESTIONS {
            let question = Question::new(action, resource, None).unwrap();
            for chain in asked(&inputs, false, &question).chains {
                let mut at = chain.principal.clone();
                for hop in &chain.hops {
                    if let Some(made) = estate.made.iter().find(|made| made.arn == at) {
                        let verdict = simulated(&estate, made, ("sts:AssumeRole", &hop.role));
                        let expected = if hop.sure {
                            Verdict::Allowed
                        } else {
                            Verdict::Depends
                        };
                        assert_eq!(verdict, expected, "seed {seed}: {at} becomes {}", hop.role);
                        hops += 1;
                    }
                    at.clone_from(&hop.role);
                }
            }
        }
    }
    assert!(hops > 20, "{hops}");
}

fn write(estate: &Estate) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in estate.files() {
        let file = folder.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
    folder
}

#[test]
fn many_questions_are_answered_in_one_run_and_bad_ones_do_not_stop_the_rest() {
    let folder = write(&estate(5, false, 3));
    let questions = "# a comment\ns3:GetObject arn:aws:s3:::b/k\nnonsense\n{\"action\":\"s3:PutObject\",\"resource\":\"arn:aws:s3:::c/*\"}\n{\"action\":1}\n";
    std::fs::write(folder.path().join("questions.txt"), questions).unwrap();
    let args = [
        "who-can",
        "--questions",
        "questions.txt",
        "account.json",
        "--format",
        "ndjson",
    ];
    let ran = binary::rolecall(folder.path(), &args);
    assert_eq!(ran.code, 3, "{}", ran.err);
    let actions: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["action"].clone())
        .collect();
    assert_eq!(actions, ["s3:GetObject", "s3:PutObject"]);
    assert!(
        ran.err.contains("questions.txt:3:") && ran.err.contains("questions.txt:5:"),
        "{}",
        ran.err
    );
}

#[test]
fn the_output_is_the_same_for_any_number_of_threads() {
    let folder = write(&estate(60, true, 11));
    let with = |threads: &str| {
        let args = [
            "who-can",
            "s3:GetObject",
            "arn:aws:s3:::b/*",
            ".",
            "--all",
            "--threads",
            threads,
        ];
        binary::rolecall(folder.path(), &args).out
    };
    let one = with("1");
    assert!(one.contains("who can `s3:GetObject`"));
    assert_eq!(one, with("4"));
}

#[test]
fn a_gate_fails_unless_nobody_can_for_certain() {
    let folder = write(&estate(5, false, 3));
    let run = |more: &[&str]| {
        let args = ["who-can", "s3:GetObject", "arn:aws:s3:::b/k", "account.json"];
        binary::rolecall(folder.path(), &[&args[..], more].concat()).code
    };
    assert_eq!(run(&[]), 0);
    assert_eq!(run(&["--expect-none"]), 1);
    assert_eq!(run(&["--expect-none", "--except", "*"]), 0);
}

/// A user with conditions, everything but, and a role to assume.
const ANN: &str = r#"{"RoleDetailList":[{"RoleName":"r","Arn":"arn:aws:iam::111122223333:role/r","Path":"/",
  "RoleId":"AROAAAAAAAAAAAAAAAAA","RolePolicyList":[],"AttachedManagedPolicies":[],"Tags":[],
  "AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
    "Principal":{"AWS":"arn:aws:iam::111122223333:user/ann"}}]}}],
 "UserDetailList":[{"UserName":"ann","Arn":"arn:aws:iam::111122223333:user/ann","Path":"/","UserId":"AIDAAAAAAAAAAAAAAAAA",
  "GroupList":[],"AttachedManagedPolicies":[],"Tags":[],"UserPolicyList":[{"PolicyName":"p","PolicyDocument":{
   "Version":"2012-10-17","Statement":[
    {"Effect":"Allow","NotAction":"iam:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}]}}]}],
 "GroupDetailList":[],"Policies":[]}"#;

/// The keys of the JSON forms stand in the document that describes them.
#[test]
fn every_key_is_described() {
    fn keys(value: &Value, into: &mut std::collections::BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    into.insert(key.clone());
                    // What a location holds is described once, for all forms.
                    if key != "location" {
                        keys(value, into);
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| keys(item, into)),
            _ => {}
        }
    }
    let document = include_str!("../docs/JSON.md");
    let mut found = std::collections::BTreeSet::new();
    for seed in 0..3 {
        let folder = write(&estate(4, true, seed));
        let who = [
            "who-can",
            "s3:GetObject",
            "arn:aws:s3:::b/*",
            ".",
            "--all",
            "--format",
            "json",
        ];
        keys(&binary::rolecall(folder.path(), &who).json(), &mut found);
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("account.json"), ANN).unwrap();
    let what = ["what-can", "ann", ".", "--format", "json"];
    keys(&binary::rolecall(folder.path(), &what).json(), &mut found);
    assert!(found.contains("becomes") && found.contains("grants") && found.contains("but"));
    let missing: Vec<&String> = found
        .iter()
        .filter(|key| !document.contains(&format!("`{key}`")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
