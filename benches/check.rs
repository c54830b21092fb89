//! The whole check in memory: one scenario, and a connector beside a dump of two hundred roles.
//!
//! The dump is timed whole and in its two parts: reading the documents, and judging what was read.

#[path = "../tests/support/dump.rs"]
mod dump;

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rolecall::check::{CheckOptions, check};
use rolecall::finding::Report;
use rolecall::input::{Inputs, ReadOptions, read};
use rolecall::pack::builtin;

type Documents = Vec<(String, Vec<u8>)>;

/// A scenario with findings of every kind: what is refused, by whom, and under which expression.
fn scenario() -> Documents {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus/scenarios/26-deny-on-some-topics-of-an-expression");
    let files = ["account.json", "cluster.json", "connector.json"];
    files
        .into_iter()
        .map(|name| {
            (
                name.to_owned(),
                std::fs::read(folder.join(name)).unwrap_or_default(),
            )
        })
        .collect()
}

fn judge(inputs: &Inputs) -> Report {
    check(inputs, builtin().unwrap_or_default(), &CheckOptions::default())
}

fn documents(criterion: &mut Criterion) {
    let options = ReadOptions::default();
    for (name, documents) in [("scenario", scenario()), ("200 roles", dump::folder(200, 1))] {
        let report = judge(&read(documents.clone(), &options));
        assert!(
            report.connectors == 1 && report.findings.len() == 1,
            "{name}: {:?}",
            report.findings
        );
        let bytes: usize = documents.iter().map(|(_, bytes)| bytes.len()).sum();
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function("check", |b| {
            b.iter(|| {
                judge(&read(black_box(documents.clone()), &options))
                    .findings
                    .len()
            });
        });
        group.bench_function("read", |b| {
            b.iter(|| read(black_box(documents.clone()), &options).roles.len());
        });
        let inputs = read(documents.clone(), &options);
        group.throughput(Throughput::Elements(1));
        group.bench_function("decide", |b| b.iter(|| judge(black_box(&inputs)).findings.len()));
        group.finish();
    }
}

fn packs(criterion: &mut Criterion) {
    criterion.bench_function("load the rule packs", |b| {
        b.iter(|| {
            let files = rolecall::pack::BUILTIN_FILES.iter();
            files
                .filter_map(|(name, text)| rolecall::pack::load(name, black_box(text)).ok())
                .count()
        });
    });
}

criterion_group!(benches, documents, packs);
criterion_main!(benches);
