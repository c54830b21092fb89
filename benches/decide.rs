//! Deciding: warm and cold, on ten statements and on a thousand, and one request against 1,500 managed policies.
//!
//! *Warm* is [`decide`] and the name of the deciding statement, with policies compiled and the request built before
//! the clock starts. *Cold* is everything from the policy's text on. `floor` is a hand-compiled evaluator that names
//! nothing (`common/floor.rs`). docs/BENCHMARKS.md says how to read the figures.

mod common;

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use common::connector::{self, QUESTIONS, Question, Verdict};
use common::floor::{Asked, Floor};
use common::managed;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rolecall::condition::{Context, Knowledge, Mode, State};
use rolecall::engine::{Caller, CompiledPolicy, Decision, LayerKind, Layers, Request, Resource, decide};
use rolecall::policy;
use rolecall::source::Sources;

/// Reads and compiles identity policies, one from each text.
fn compile<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<Arc<CompiledPolicy>> {
    let mut sources = Sources::new();
    let compiled = texts.into_iter().filter_map(|text| {
        let doc = sources.add_text("policy.json", text.to_owned());
        let tree = sources.tree(doc)?;
        let policy = policy::read(doc, tree, tree.root());
        Some(Arc::new(CompiledPolicy::new(
            policy,
            LayerKind::Identity,
            Mode::Chosen,
            "policy",
        )))
    });
    compiled.collect()
}

fn identity(policies: Vec<Arc<CompiledPolicy>>) -> Layers {
    Layers {
        identity: policies,
        ..Layers::default()
    }
}

/// A request of the connector's role; what is not in `context` is unknown if that is open.
fn request(action: &str, resource: &str, context: Context) -> Request {
    let mut request = Request::new(
        Caller::parse(connector::PRINCIPAL),
        action,
        Resource::One(resource.to_owned()),
    );
    request.context = context;
    request.caller.derive_context(&mut request.context, Mode::Chosen);
    request
}

fn ask(question: &Question) -> Request {
    let mut context = Context::closed();
    for (key, value) in question.context {
        context.set(key, Knowledge::Known(State::One(value.into())));
    }
    request(question.action, question.resource, context)
}

fn verdict(decision: Decision) -> Option<Verdict> {
    match decision {
        Decision::Allowed => Some(Verdict::Allowed),
        Decision::ExplicitlyDenied => Some(Verdict::ExplicitlyDenied),
        Decision::ImplicitlyDenied => Some(Verdict::ImplicitlyDenied),
        Decision::Depends => None,
    }
}

/// Documents of the managed kind that together have about `statements` statements.
fn documents_of(statements: usize) -> Vec<String> {
    let mut left = statements;
    let count = |text: &str| text.matches(r#""Effect":"#).count();
    managed::documents()
        .take_while(|text| {
            let more = left > 0;
            left = left.saturating_sub(count(text));
            more
        })
        .collect()
}

/// What is asked of sets of managed policies: things that many of them name, and one that few do.
const COMMON: [(&str, &str); 6] = [
    ("s3:GetObject", "arn:aws:s3:::orders-lake/topics/orders-eu/0.json"),
    ("ec2:DescribeInstances", "*"),
    ("iam:GetRole", "arn:aws:iam::111122223333:role/orders-to-s3"),
    ("kms:DeleteKey", "arn:aws:kms:eu-west-1:111122223333:key/9a0b"),
    (
        "logs:PutStream",
        "arn:aws:logs:eu-west-1:111122223333:log-group:/connect/orders",
    ),
    (
        "service-7:ListTable",
        "arn:aws:service-7:eu-west-1:111122223333:table/a",
    ),
];

fn ask_common(context: &Context) -> Vec<Request> {
    let requests = COMMON
        .iter()
        .map(|(action, resource)| request(action, resource, context.clone()));
    requests.collect()
}

fn warm(criterion: &mut Criterion) {
    let floor = Floor::new(connector::ROLE);
    let asked: Vec<_> = QUESTIONS.iter().map(Asked::new).collect();
    let ten = identity(compile([connector::ROLE]));
    let requests: Vec<_> = QUESTIONS.iter().map(ask).collect();
    for ((question, asked), request) in QUESTIONS.iter().zip(&asked).zip(&requests) {
        assert_eq!(floor.decide(asked), question.verdict);
        let outcome = decide(&ten, request);
        assert_eq!(
            verdict(outcome.decision),
            Some(question.verdict),
            "{}",
            question.action
        );
        assert_eq!(
            outcome.deciding().is_some(),
            question.verdict != Verdict::ImplicitlyDenied
        );
    }
    let mut group = criterion.benchmark_group("decide/warm");
    group.throughput(Throughput::Elements(QUESTIONS.len() as u64));
    group.bench_function(BenchmarkId::new("floor", 10), |bencher| {
        bencher.iter(|| {
            for asked in &asked {
                black_box(floor.decide(black_box(asked)));
            }
        });
    });
    let mut ours = |layers: &Layers, requests: &[Request], statements: usize| {
        group.throughput(Throughput::Elements(requests.len() as u64));
        group.bench_function(BenchmarkId::new("rolecall", statements), |bencher| {
            bencher.iter(|| {
                for request in requests {
                    black_box(decide(layers, black_box(request)).deciding());
                }
            });
        });
    };
    ours(&ten, &requests, 10);
    let texts = documents_of(1000);
    let thousand = identity(compile(texts.iter().map(String::as_str)));
    ours(&thousand, &ask_common(&Context::closed()), 1000);
    group.finish();
}

fn cold(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decide/cold");
    group.throughput(Throughput::Elements(1));
    let request = ask(&QUESTIONS[0]);
    let thousand = documents_of(1000);
    let sets: [(usize, Vec<&str>); 2] = [
        (10, vec![connector::ROLE]),
        (1000, thousand.iter().map(String::as_str).collect()),
    ];
    for (statements, texts) in &sets {
        group.bench_function(BenchmarkId::new("rolecall", statements), |bencher| {
            bencher.iter(|| {
                let layers = identity(compile(black_box(texts).iter().copied()));
                decide(&layers, black_box(&request)).deciding()
            });
        });
    }
    group.finish();
}

/// One request against AWS's managed policies: all of them on one role, and each by itself (which of them would allow
/// it?). In an open world the context is not known, so that decisions come with what they depend on.
fn managed_policies(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decide/managed");
    group.sample_size(20).measurement_time(Duration::from_secs(3));
    // The real ones, where scripts/fetch-managed-policies.py was run.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/managed-policies.ndjson");
    let real = std::fs::read_to_string(path).unwrap_or_default();
    let generated = managed::documents().take(1500).collect::<Vec<_>>().join("\n");
    for (name, texts) in [("generated", &generated), ("real", &real)] {
        if texts.is_empty() {
            continue;
        }
        let compiled = compile(texts.lines());
        let apart: Vec<_> = compiled
            .iter()
            .map(|policy| identity(vec![Arc::clone(policy)]))
            .collect();
        let together = [identity(compiled)];
        let mut measure = |how: &str, sets: &[Layers], context: Context| {
            let requests = ask_common(&context);
            group.throughput(Throughput::Elements(requests.len() as u64));
            group.bench_function(BenchmarkId::new(name, how), |bencher| {
                bencher.iter(|| {
                    for request in &requests {
                        for layers in sets {
                            black_box(decide(layers, black_box(request)).deciding());
                        }
                    }
                });
            });
        };
        measure("together", &together, Context::closed());
        measure("apart", &apart, Context::closed());
        measure("apart, open world", &apart, Context::open());
    }
    group.finish();
}

criterion_group!(benches, warm, cold, managed_policies);
criterion_main!(benches);
