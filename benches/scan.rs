//! Units of a scan against the floor: what only parsing the same bytes into typed structs costs, on the same threads.
//!
//! Both run over the same generated accounts in one run, so that their times can be divided: `floor/N` by `scan/N` is the
//! share of the floor's speed that the scan has on N threads, and `scan/1` by `scan/2` its gain from a second thread, to
//! hold against that of the floor.

#[path = "../tests/support/dump.rs"]
mod dump;

use std::cell::Cell;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rayon::ThreadPool;
use rayon::prelude::*;
use rolecall::input::Text;
use rolecall::pack::builtin;
use rolecall::scan::{Part, Settings, Unit, Worker, judge};
use rolecall::source::Start;
use serde::Deserialize;

/// What a program that only looked at policies would read of a dump.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "parsed, and looked at by nobody")]
struct Dump {
    role_detail_list: Vec<Role>,
    policies: Vec<Managed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "parsed, and looked at by nobody")]
struct Role {
    role_name: String,
    arn: String,
    assume_role_policy_document: Document,
    role_policy_list: Vec<Inline>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "parsed, and looked at by nobody")]
struct Inline {
    policy_name: String,
    policy_document: Document,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "parsed, and looked at by nobody")]
struct Managed {
    arn: String,
    policy_version_list: Vec<Version>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "parsed, and looked at by nobody")]
struct Version {
    document: Document,
}

/// A policy: an object, or a string that holds one.
#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "parsed, and looked at by nobody")]
enum Document {
    Text(String),
    Policy(Box<Policy>),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "parsed, and looked at by nobody")]
struct Policy {
    version: Option<String>,
    statement: OneOrMany<Statement>,
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "parsed, and looked at by nobody")]
enum OneOrMany<T> {
    Many(Vec<T>),
    One(T),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "parsed, and looked at by nobody")]
struct Statement {
    effect: String,
    action: Option<OneOrMany<String>>,
    not_action: Option<OneOrMany<String>>,
    resource: Option<OneOrMany<String>>,
    not_resource: Option<OneOrMany<String>>,
    condition: Option<serde_json::Value>,
}

/// Accounts as lines: a dump, a cluster and a connector each.
fn accounts() -> Vec<Vec<Vec<u8>>> {
    let line = |bytes: &[u8]| {
        let value: Option<serde_json::Value> = serde_json::from_slice(bytes).ok();
        value
            .map(|value| value.to_string().into_bytes())
            .unwrap_or_default()
    };
    (0..24)
        .map(|seed| {
            let files = dump::folder(40, seed);
            files.iter().map(|(_, bytes)| line(bytes)).collect()
        })
        .collect()
}

fn unit(number: usize, lines: &[Vec<u8>]) -> Unit {
    let parts = lines.iter().zip(0..).map(|(bytes, line)| Part {
        text: Text {
            name: "accounts.ndjson".to_owned(),
            start: Start { byte: 0, line },
            bytes: bytes.clone(),
        },
        is_named: true,
        is_repeated: false,
    });
    Unit {
        number: number as u64,
        account: None,
        parts: parts.collect(),
        problems: Vec::new(),
    }
}

thread_local! {
    static WORKER: Cell<Option<Worker>> = const { Cell::new(None) };
}

fn scan(accounts: &[Vec<Vec<u8>>], settings: &Settings) -> usize {
    let one = |(number, lines): (usize, &Vec<Vec<u8>>)| {
        let mut worker = WORKER.take().unwrap_or_default();
        let report = judge(unit(number, lines), settings, &mut worker);
        WORKER.set(Some(worker));
        report.lines.len()
    };
    accounts
        .par_iter()
        .enumerate()
        .map(|(number, lines)| one((number, lines)))
        .sum()
}

fn floor(accounts: &[Vec<Vec<u8>>]) -> usize {
    let one = |lines: &Vec<Vec<u8>>| {
        let dump = lines.first().map(|line| serde_json::from_slice::<Dump>(line));
        dump.and_then(Result::ok)
            .map_or(0, |dump| black_box(dump).role_detail_list.len())
    };
    accounts.par_iter().map(one).sum()
}

fn units(criterion: &mut Criterion) {
    let accounts = accounts();
    let bytes: usize = accounts.iter().flatten().map(Vec::len).sum();
    let settings = Settings {
        packs: builtin().unwrap_or_default().to_vec(),
        lines: true,
        ..Settings::default()
    };
    assert!(floor(&accounts) == 24 * 40, "the floor reads every role");
    let mut group = criterion.benchmark_group("units");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.sample_size(20);
    for threads in [1, 2] {
        let pool: Option<ThreadPool> = rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok();
        let Some(pool) = pool else { continue };
        group.bench_function(format!("floor/{threads}"), |b| {
            b.iter(|| pool.install(|| floor(black_box(&accounts))));
        });
        group.bench_function(format!("scan/{threads}"), |b| {
            b.iter(|| pool.install(|| scan(black_box(&accounts), &settings)));
        });
    }
    group.finish();
}

criterion_group!(benches, units);
criterion_main!(benches);
