//! `who-can` over an account of a thousand roles: making it ready, and questions with the index beside the same without.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what the bench makes itself has a known form"
)]

#[path = "../tests/support/dump.rs"]
mod dump;
#[path = "../tests/support/estate.rs"]
mod estate;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rolecall::input::{ReadOptions, read};
use rolecall::who::{Become, Corpus, Options, Question, answer};

const ROLES: usize = 1000;

const QUESTIONS: [(&str, &str); 5] = [
    (
        "kafka-cluster:ReadData",
        "arn:aws:kafka:eu-west-1:350681724490:topic/clickstream/x/clicks.web",
    ),
    ("s3:GetObject", "arn:aws:s3:::orders/k"),
    ("iam:PassRole", "arn:aws:iam::350681724490:role/admin"),
    ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:350681724490:q"),
    ("s3:PutObject", "arn:aws:s3:::logs/*"),
];

fn questions(criterion: &mut Criterion, name: &str, files: Vec<(String, Vec<u8>)>) {
    let inputs = read(files, &ReadOptions::default());
    let questions: Vec<Question> = QUESTIONS
        .iter()
        .filter_map(|(action, resource)| Question::new(action, resource, None).ok())
        .collect();
    let mut group = criterion.benchmark_group(format!("who-can, {name}"));
    group.sample_size(10);
    group.bench_function("make ready", |b| {
        b.iter(|| Corpus::new(black_box(&inputs), &Options::default()).len())
    });
    let with = Corpus::new(&inputs, &Options::default());
    let scan = Options {
        without_index: true,
        ..Options::default()
    };
    let without = Corpus::new(&inputs, &scan);
    group.bench_function("who can become whom", |b| {
        b.iter(|| Become::new(black_box(&with)).edges())
    });
    group.throughput(Throughput::Elements(QUESTIONS.len() as u64));
    for (label, corpus) in [("indexed", &with), ("scanned", &without)] {
        group.bench_function(label, |b| {
            b.iter(|| {
                let ask = |question| answer(black_box(corpus), question, None, false).access.len();
                questions.iter().map(ask).sum::<usize>()
            });
        });
    }
    group.finish();
}

fn benches(criterion: &mut Criterion) {
    questions(criterion, "dump of 1,000 roles", dump::folder(ROLES, 1));
    questions(
        criterion,
        "estate of 1,000 roles",
        estate::estate(ROLES, false, 1).files(),
    );
}

criterion_group!(all, benches);
criterion_main!(all);
