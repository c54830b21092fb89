//! A requirement about a set of resources, decided by the engine under 10, 100 and 1,000 statements of which a tenth
//! deny: the whole question from compiled policies to the decision, granted by several statements together and
//! refused in part. `benches/smt/compare.py` asks an SMT solver the same questions; it reads them from
//! `cargo bench --bench sets -- --list-questions`, and the times from the output of this bench.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the questions and their sizes are the output"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use criterion::{BenchmarkId, Criterion};
use rolecall::condition::{Context, Mode};
use rolecall::engine::{
    Caller, CompiledPolicy, Decision, LayerKind, Layers, Request, Resource, ResourceSet, decide,
};
use rolecall::policy;
use rolecall::source::Sources;

const REQUIRED: &str = "arn:aws:kafka:eu-west-1:111122223333:topic/analytics/*/orders-*";
const SIZES: [usize; 3] = [10, 100, 1_000];

/// Effect and pattern of each statement: allows that cover the requirement only together, others near it, and a tenth
/// of denies; with `mixed`, one of these takes part of the requirement away.
fn statements(count: usize, mixed: bool) -> Vec<(&'static str, String)> {
    let mut all = vec![
        (
            "Allow",
            "arn:aws:kafka:*:111122223333:topic/analytics/*/orders-".to_owned(),
        ),
        (
            "Allow",
            "arn:aws:kafka:eu-*:*:topic/analytics/*/orders-?*".to_owned(),
        ),
    ];
    if mixed {
        all.push((
            "Deny",
            "arn:aws:kafka:*:*:topic/analytics/*/orders-secret*".to_owned(),
        ));
    }
    for n in all.len()..count {
        all.push(match n % 10 {
            0 => (
                "Deny",
                format!("arn:aws:kafka:eu-west-1:111122223333:topic/secret-{n}/*"),
            ),
            1 | 2 => ("Allow", format!("arn:aws:s3:::bucket-{n}/*")),
            3 => (
                "Allow",
                format!("arn:aws:kafka:eu-west-1:111122223333:topic/analytics/*/clicks-{n}-*"),
            ),
            _ => (
                "Allow",
                format!("arn:aws:kafka:eu-west-1:111122223333:topic/team-{n}/*"),
            ),
        });
    }
    all
}

fn layers(statements: &[(&str, String)]) -> Layers {
    let list: Vec<String> = statements
        .iter()
        .map(|(effect, resource)| {
            format!(r#"{{"Effect": "{effect}", "Action": "kafka-cluster:*", "Resource": "{resource}"}}"#)
        })
        .collect();
    let mut sources = Sources::new();
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#,
        list.join(",")
    );
    let doc = sources.add_text("p", text);
    let Some((tree, root)) = sources
        .root(doc)
        .ok()
        .and_then(|root| Some((sources.tree(doc)?, root)))
    else {
        return Layers::default();
    };
    let read = policy::read(doc, tree, root.node);
    Layers {
        identity: vec![Arc::new(CompiledPolicy::new(
            read,
            LayerKind::Identity,
            Mode::Chosen,
            "p",
        ))],
        ..Layers::default()
    }
}

fn request() -> Request {
    let caller = Caller::parse("arn:aws:iam::111122223333:role/dev");
    let set = Resource::All(ResourceSet::pattern(REQUIRED));
    let mut request = Request::new(caller, "kafka-cluster:ReadData", set);
    request.context = Context::closed();
    request
}

fn questions() -> impl Iterator<Item = (String, Vec<(&'static str, String)>, Decision)> {
    [
        (false, "granted", Decision::Allowed),
        (true, "mixed", Decision::Depends),
    ]
    .into_iter()
    .flat_map(|(mixed, name, decision)| {
        SIZES.map(|size| (format!("{name}/{size}"), statements(size, mixed), decision))
    })
}

/// The questions as JSON, one a line, with the time of one decision in nanoseconds: what the comparison reads.
fn list_questions() {
    for (name, statements, decision) in questions() {
        let layers = layers(&statements);
        let request = request();
        let rounds = 20;
        let start = Instant::now();
        for _ in 0..rounds {
            let outcome = black_box(decide(&layers, black_box(&request)));
            assert_eq!((outcome.decision, outcome.exact), (decision, true));
        }
        let nanoseconds = start.elapsed().as_nanos() / rounds;
        let list: Vec<String> = statements
            .iter()
            .map(|(effect, text)| format!("[{effect:?}, {text:?}]"))
            .collect();
        println!(
            r#"{{"name": "{name}", "required": {REQUIRED:?}, "decision": "{decision}", "ns": {nanoseconds}, "statements": [{}]}}"#,
            list.join(", ")
        );
    }
}

fn main() {
    if std::env::args().any(|argument| argument == "--list-questions") {
        return list_questions();
    }
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("sets");
    for (name, statements, decision) in questions() {
        let layers = layers(&statements);
        let request = request();
        let outcome = decide(&layers, &request);
        assert_eq!((outcome.decision, outcome.exact), (decision, true));
        let states = outcome.parts.map_or(0, |parts| parts.states);
        eprintln!("{name}: {decision}, {states} states");
        group.bench_with_input(BenchmarkId::from_parameter(&name), &layers, |bencher, layers| {
            bencher.iter(|| black_box(decide(layers, black_box(&request))));
        });
    }
    group.finish();
    criterion.final_summary();
}
