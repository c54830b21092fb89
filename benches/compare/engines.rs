//! One role and its questions, put to several engines in one run: this crate, the hand-compiled floor, `iam-rs` and
//! Cedar. Policies are read and requests are built before the clock starts; each engine's answer is checked first.
//!
//! Cedar does not know IAM: the role is translated (`role.cedar`). Ours names the statement that decided, and Cedar the
//! policies that did; the others name nothing.

#[path = "../common/connector.rs"]
mod connector;
#[path = "../common/floor.rs"]
mod floor;

use std::hint::black_box;
use std::sync::Arc;

use cedar_policy::{Authorizer, Context as CedarContext, Entities, EntityUid, PolicySet};
use connector::{PRINCIPAL, QUESTIONS, Question, ROLE, Verdict};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use floor::{Asked, Floor};
use iam_rs::{
    Arn, Context as IamContext, ContextValue, IAMPolicy, IAMRequest, PolicyEvaluator, Principal, PrincipalId,
};
use rolecall::condition::{Context, Knowledge, Mode, State};
use rolecall::engine::{Caller, CompiledPolicy, Decision, LayerKind, Layers, Request, Resource, decide};
use rolecall::policy;
use rolecall::source::Sources;

fn our_layers() -> Layers {
    let mut sources = Sources::new();
    let doc = sources.add_text("role.json", ROLE.to_owned());
    let tree = sources.tree(doc).expect("the role is JSON");
    let policy = policy::read(doc, tree, tree.root());
    let compiled = CompiledPolicy::new(policy, LayerKind::Identity, Mode::Chosen, "role");
    Layers {
        identity: vec![Arc::new(compiled)],
        ..Layers::default()
    }
}

fn our_request(question: &Question) -> Request {
    let resource = Resource::One(question.resource.to_owned());
    let mut request = Request::new(Caller::parse(PRINCIPAL), question.action, resource);
    request.context = Context::closed();
    for (key, value) in question.context {
        request
            .context
            .set(key, Knowledge::Known(State::One(value.into())));
    }
    request.caller.derive_context(&mut request.context, Mode::Chosen);
    request
}

fn iam_request(question: &Question) -> IAMRequest {
    let mut context = IamContext::new();
    for (key, value) in question.context {
        let value = match value {
            "true" | "false" => ContextValue::Boolean(value == "true"),
            text => ContextValue::String(text.to_owned()),
        };
        context.insert(key.to_owned(), value);
    }
    let principal = Principal::Aws(PrincipalId::String(PRINCIPAL.to_owned()));
    let resource = Arn::parse(question.resource).expect("the resource is an ARN");
    IAMRequest::new_with_context(principal, question.action, resource, context)
}

fn cedar_request(question: &Question) -> cedar_policy::Request {
    let uid = |text: &str| text.parse::<EntityUid>().expect("the entity is well formed");
    let mut context = serde_json::json!({ "action": question.action, "arn": question.resource });
    for (key, value) in question.context {
        context[key] = value.into();
    }
    let context = CedarContext::from_json_value(context, None).expect("the context is a record");
    let (principal, action, resource) = (
        uid(r#"Role::"r""#),
        uid(r#"Action::"call""#),
        uid(r#"Resource::"any""#),
    );
    cedar_policy::Request::new(principal, action, resource, context, None)
        .expect("there is no schema to break")
}

/// Whether the answer is right, as far as the engine tells a Deny that applies from no Allow.
fn check(engine: &str, question: &Question, allowed: bool) {
    let expected = question.verdict == Verdict::Allowed;
    assert_eq!(
        allowed, expected,
        "{engine}: {} on {}",
        question.action, question.resource
    );
}

fn engines(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("engines");
    group.throughput(Throughput::Elements(QUESTIONS.len() as u64));

    let floor = Floor::new(ROLE);
    let asked: Vec<_> = QUESTIONS.iter().map(Asked::new).collect();
    for (question, asked) in QUESTIONS.iter().zip(&asked) {
        check("floor", question, floor.decide(asked) == Verdict::Allowed);
    }
    group.bench_function("floor", |bencher| {
        bencher.iter(|| {
            asked.iter().for_each(|asked| {
                black_box(floor.decide(black_box(asked)));
            })
        });
    });

    let layers = our_layers();
    let requests: Vec<_> = QUESTIONS.iter().map(our_request).collect();
    for (question, request) in QUESTIONS.iter().zip(&requests) {
        check(
            "rolecall",
            question,
            decide(&layers, request).decision == Decision::Allowed,
        );
    }
    group.bench_function("rolecall", |bencher| {
        bencher.iter(|| {
            for request in &requests {
                black_box(decide(&layers, black_box(request)).deciding());
            }
        });
    });

    let policy: IAMPolicy = serde_json::from_str(ROLE).expect("iam-rs reads the role");
    let evaluator = PolicyEvaluator::with_policies(vec![policy]);
    let requests: Vec<_> = QUESTIONS.iter().map(iam_request).collect();
    for (question, request) in QUESTIONS.iter().zip(&requests) {
        let result = evaluator.evaluate(request).expect("iam-rs answers");
        check("iam-rs", question, result.decision == iam_rs::Decision::Allow);
    }
    group.bench_function("iam-rs", |bencher| {
        bencher.iter(|| {
            requests
                .iter()
                .for_each(|request| drop(black_box(evaluator.evaluate(black_box(request)))))
        });
    });

    let policies: PolicySet = include_str!("role.cedar").parse().expect("Cedar reads the role");
    let (authorizer, entities) = (Authorizer::new(), Entities::empty());
    let requests: Vec<_> = QUESTIONS.iter().map(cedar_request).collect();
    for (question, request) in QUESTIONS.iter().zip(&requests) {
        let response = authorizer.is_authorized(request, &policies, &entities);
        check(
            "cedar",
            question,
            response.decision() == cedar_policy::Decision::Allow,
        );
    }
    group.bench_function("cedar", |bencher| {
        bencher.iter(|| {
            for request in &requests {
                black_box(authorizer.is_authorized(black_box(request), &policies, &entities));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, engines);
criterion_main!(benches);
