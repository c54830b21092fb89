//! Decisions about sets of resources, held against one decision for each resource.
//!
//! Random small policies in every kind of layer, over a small alphabet with a colon, in both modes. Every resource up
//! to a length is decided on its own; what a set decision says has to agree with that, and its witnesses have to be
//! shortest. Hostile patterns have to end within bounds, exactly or saying that they did not.
//!
//! The default run takes some seconds. A case has some eighty members, so this decides a million and more of them:
//! `PROPTEST_CASES=15000 cargo test --release --test sets_brute_force -- --nocapture`; it prints how many there were.
#![expect(clippy::expect_used, reason = "a helper of tests fails by panicking")]
#![expect(
    clippy::print_stdout,
    reason = "the long run says how many decisions it compared"
)]

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rolecall::condition::{Context, Knowledge, Mode, State};
use rolecall::engine::{
    Caller, CompiledPolicy, Decision, LayerKind, Layers, Outcome, Request, Resource, ResourceSet, decide,
};
use rolecall::policy;
use rolecall::source::Sources;

const ROLE: &str = "arn:aws:iam::111122223333:role/dev";
const ACTION: &str = "sqs:SendMessage";
/// What every resource begins with; the rest is told apart.
const BASE: &str = "arn:aws:sqs:r:";
/// Resources have up to this many further characters.
const LONGEST: usize = 4;

fn compile(statements: &str, kind: LayerKind, mode: Mode) -> Arc<CompiledPolicy> {
    let mut sources = Sources::new();
    let doc = sources.add_text(
        "p",
        format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#),
    );
    let root = sources.root(doc).expect("the text is JSON");
    let read = policy::read(doc, sources.tree(doc).expect("it has a tree"), root.node);
    Arc::new(CompiledPolicy::new(read, kind, mode, "p"))
}

/// The statements of each layer; `None`: there is no such layer.
#[derive(Debug, Clone)]
struct Policies {
    identity: Vec<String>,
    boundary: Option<Vec<String>>,
    scps: Option<Vec<String>>,
    resource: Option<Vec<String>>,
}

impl Policies {
    fn layers(&self, mode: Mode) -> Layers {
        let of = |statements: &Option<Vec<String>>, kind| {
            statements
                .iter()
                .map(|list| compile(&list.join(","), kind, mode))
                .collect::<Vec<_>>()
        };
        Layers {
            identity: vec![compile(&self.identity.join(","), LayerKind::Identity, mode)],
            boundary: of(&self.boundary, LayerKind::Boundary),
            scps: of(&self.scps, LayerKind::ServiceControl)
                .into_iter()
                .map(|policy| vec![policy])
                .collect(),
            resource: of(&self.resource, LayerKind::Resource),
            ..Layers::default()
        }
    }
}

fn pattern() -> impl Strategy<Value = String> {
    let tail = prop_oneof![8 => "[ab:*?]{0,4}", 1 => Just("111122223333:*".to_owned())];
    let base = prop_oneof![6 => Just(BASE), 1 => Just("arn:aws:sqs:*:"), 1 => Just("arn:aws:s*"), 1 => Just("arn:aws:sqs:?:")];
    prop_oneof![12 => (base, tail).prop_map(|(base, tail)| format!("{base}{tail}")), 1 => Just("*".to_owned())]
}

fn statement(principal: bool) -> impl Strategy<Value = String> {
    let effect = prop_oneof![2 => Just("Allow"), 1 => Just("Deny")];
    let resources = prop::collection::vec(pattern(), 1..3);
    let condition = prop::option::weighted(
        0.3,
        (
            0..2_usize,
            prop_oneof![Just("StringEquals"), Just("StringNotEquals")],
        ),
    );
    (effect, resources, prop::bool::weighted(0.2), condition).prop_map(
        move |(effect, resources, not, condition)| {
            let list: Vec<String> = resources.iter().map(|text| format!("{text:?}")).collect();
            let condition = condition.map_or(String::new(), |(key, operator)| {
                let key = ["aws:SourceVpce", "aws:PrincipalOrgID"]
                    .get(key)
                    .copied()
                    .unwrap_or_default();
                format!(r#", "Condition": {{"{operator}": {{"{key}": "a"}}}}"#)
            });
            let not = if not { "Not" } else { "" };
            let principal = if principal {
                r#""Principal": {"AWS": "111122223333"}, "#
            } else {
                ""
            };
            format!(
                r#"{{{principal}"Effect": "{effect}", "Action": "sqs:*", "{not}Resource": [{}]{condition}}}"#,
                list.join(",")
            )
        },
    )
}

fn policies() -> impl Strategy<Value = Policies> {
    let list = |principal, least| prop::collection::vec(statement(principal), least..4);
    (
        list(false, 1),
        prop::option::weighted(0.3, list(false, 1)),
        prop::option::weighted(0.3, list(false, 1)),
        prop::option::weighted(0.3, list(true, 0)),
    )
        .prop_map(|(identity, boundary, scps, resource)| Policies {
            identity,
            boundary,
            scps,
            resource,
        })
}

/// The characters of patterns, and one that stands for all others: without it a set could have a shorter member of some
/// kind than any that is listed.
const CHARACTERS: [&str; 4] = ["a", "b", ":", "x"];

/// Every resource of up to [`LONGEST`] characters after the base, shorter ones first.
fn resources() -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..LONGEST {
        last = last
            .iter()
            .flat_map(|word| CHARACTERS.map(|c| format!("{word}{c}")))
            .collect();
        all.extend(last.iter().cloned());
    }
    all.into_iter().map(|tail| format!("{BASE}{tail}")).collect()
}

fn request(resource: Resource, mode: Mode, known: bool) -> Request {
    let mut request = Request::new(Caller::parse(ROLE), ACTION, resource);
    request.mode = mode;
    if known {
        request.context = Context::closed();
        request
            .context
            .set("aws:SourceVpce", Knowledge::Known(State::One("a".into())));
    }
    request
}

fn cases(default: u32) -> ProptestConfig {
    let given = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|text| text.parse().ok());
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(given.unwrap_or(default))
    }
}

fn length(word: &str) -> usize {
    word.chars().count()
}

/// What the set decision claims, against the decisions for its members.
fn agree(outcome: &Outcome, members: &[(String, Decision)]) -> Result<(), TestCaseError> {
    let parts = outcome.parts.as_ref().expect("a set was asked about");
    prop_assert!(outcome.exact);
    let first = |wanted: &dyn Fn(Decision) -> bool| {
        members
            .iter()
            .find(|(_, decision)| wanted(*decision))
            .map(|(word, _)| length(word))
    };
    let kinds = [
        (parts.allowed.as_deref(), first(&|d| d == Decision::Allowed)),
        (
            parts.refused.as_ref().map(|(word, _)| word.as_str()),
            first(&Decision::is_denied),
        ),
        (
            parts.depends.as_ref().map(|(word, _)| word.as_str()),
            first(&|d| d == Decision::Depends),
        ),
    ];
    let longest = length(BASE) + LONGEST;
    for (witness, shortest) in kinds {
        match (witness, shortest) {
            (Some(word), Some(shortest)) => prop_assert_eq!(length(word), shortest, "{}", word),
            // Only longer ones, or such with other characters or another beginning.
            (Some(word), None) => {
                let is_listed = word
                    .strip_prefix(BASE)
                    .is_some_and(|tail| tail.chars().all(|c| "ab:x".contains(c)));
                prop_assert!(!is_listed || length(word) > longest, "{}", word);
            }
            (None, found) => prop_assert_eq!(found, None),
        }
    }
    for (word, decision) in members {
        let claimed = match outcome.decision {
            Decision::Depends => true,
            claimed if claimed.is_denied() => decision.is_denied(),
            claimed => claimed == *decision,
        };
        prop_assert!(claimed, "{} is {} and {}", word, decision, outcome.decision);
        if outcome.decision == Decision::ExplicitlyDenied {
            prop_assert_eq!(*decision, Decision::ExplicitlyDenied);
        }
    }
    Ok(())
}

/// What the set decision says against what is decided for each of the 341 resources that the query matches; how many
/// those are.
fn compare(policies: &Policies, query: &str, mode: Mode, known: bool) -> Result<u64, TestCaseError> {
    let layers = policies.layers(mode);
    // The members are among the words that begin like the base, so that the shortest are among those listed.
    let within = ResourceSet::pattern(&format!("{BASE}*")).languages;
    let mut set = ResourceSet::pattern(query);
    let member = set.languages.clone();
    set.languages.extend(within);
    let outcome = decide(&layers, &request(Resource::All(set), mode, known));
    let single = |word: &str| decide(&layers, &request(Resource::One(word.to_owned()), mode, known)).decision;
    let members: Vec<(String, Decision)> = resources()
        .into_iter()
        .filter(|word| member.iter().all(|language| language.accepts(word)))
        .map(|word| {
            let decision = single(&word);
            (word, decision)
        })
        .collect();
    agree(&outcome, &members)?;
    // Witnesses replay.
    let parts = outcome.parts.as_ref().expect("a set was asked about");
    if let Some(word) = &parts.allowed {
        prop_assert_eq!(single(word), Decision::Allowed);
    }
    if let Some((word, decision)) = &parts.refused {
        prop_assert_eq!(single(word), *decision);
    }
    if let Some((word, _)) = &parts.depends {
        prop_assert_eq!(single(word), Decision::Depends);
    }
    Ok(members.len() as u64)
}

#[test]
fn a_set_decision_agrees_with_the_decision_for_each_member() {
    let config = cases(200);
    let count = Cell::new(0);
    let wanted = u64::from(config.cases);
    let strategy = (policies(), pattern(), any::<bool>(), any::<bool>());
    let result = TestRunner::new(config).run(&strategy, |(policies, query, sound, known)| {
        let mode = if sound { Mode::Sound } else { Mode::Chosen };
        count.set(count.get() + compare(&policies, &query, mode, known)?);
        Ok(())
    });
    if let Err(fault) = result {
        panic!("{fault}");
    }
    println!(
        "{} members were decided one by one, in {wanted} cases",
        count.get()
    );
    // What the long run is said to amount to: most queries have many members.
    assert!(count.get() >= wanted * 40, "{} in {wanted} cases", count.get());
}

#[test]
fn a_shortest_witness_can_have_a_character_that_no_pattern_has() {
    let policies = Policies {
        identity: vec![
            allow("arn:aws:sqs:r:b"),
            allow("arn:aws:sqs:r::?:"),
            allow("arn:aws:sqs:r:a"),
        ],
        boundary: None,
        scps: None,
        resource: None,
    };
    let compared = compare(&policies, "arn:aws:sqs:r:?::*", Mode::Chosen, false);
    assert!(compared.is_ok_and(|count| count > 0));
}

fn allow(resource: &str) -> String {
    format!(r#"{{"Effect": "Allow", "Action": "sqs:*", "Resource": "{resource}"}}"#)
}

fn deny(resource: &str) -> String {
    format!(r#"{{"Effect": "Deny", "Action": "sqs:*", "Resource": "{resource}"}}"#)
}

/// Decides under identity statements; ends within the bound of the search and a wide margin of time.
fn bounded(statements: &[String], query: &str) -> Outcome {
    let layers = Layers {
        identity: vec![compile(&statements.join(","), LayerKind::Identity, Mode::Chosen)],
        ..Layers::default()
    };
    let start = Instant::now();
    let outcome = decide(
        &layers,
        &request(Resource::All(ResourceSet::pattern(query)), Mode::Chosen, true),
    );
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    let states = outcome.parts.as_ref().map_or(0, |parts| parts.states);
    assert!(states <= 1_000_000, "{states}");
    outcome
}

const QUEUES: &str = "arn:aws:sqs:r:111122223333:";

#[test]
fn many_stars_are_decided_exactly() {
    let stars = format!("{QUEUES}{}b", "*a".repeat(40));
    let outcome = bounded(&[allow(&stars)], &format!("{QUEUES}{}b", "*a".repeat(41)));
    assert_eq!((outcome.decision, outcome.exact), (Decision::Allowed, true));
    let outcome = bounded(&[allow(&stars)], &format!("{QUEUES}{}b", "*a".repeat(39)));
    assert_eq!((outcome.decision, outcome.exact), (Decision::Depends, true));
    let shortest = outcome
        .parts
        .and_then(|parts| parts.refused)
        .expect("one lacks an a")
        .0;
    assert_eq!(shortest, format!("{QUEUES}{}b", "a".repeat(39)));
}

fn exponential() -> String {
    format!("{QUEUES}*a{}", "?".repeat(40))
}

#[test]
#[cfg_attr(debug_assertions, ignore = "some ten seconds without optimisation")]
fn an_exponential_pattern_ends_with_what_was_seen() {
    let outcome = bounded(&[allow(&exponential())], &format!("{QUEUES}*"));
    // Whatever was not seen by then: the empty name is refused.
    assert_eq!(outcome.decision, Decision::Depends);
    let parts = outcome.parts.expect("a set was asked about");
    assert_eq!(parts.refused.map(|(word, _)| word).as_deref(), Some(QUEUES));
    if let Some(word) = parts.allowed {
        assert_eq!(word.chars().count(), QUEUES.len() + 41);
    }
}

#[test]
fn an_exponential_pattern_is_never_decided_wrongly() {
    let hard = exponential();
    let same = bounded(&[allow(&hard)], &hard);
    assert_eq!((same.decision, same.exact), (Decision::Allowed, true));
    let beside = bounded(
        &[allow(&hard), deny(&format!("{QUEUES}*b{}", "?".repeat(40)))],
        &hard,
    );
    assert!(
        beside.decision == Decision::Allowed || !beside.exact,
        "{:?}",
        beside.parts
    );
}

#[test]
fn five_hundred_allows_and_denies_are_decided_exactly() {
    let names = |effect: fn(&str) -> String, end: &str| {
        (0..500)
            .map(|n| effect(&format!("{QUEUES}team-{n}-{end}")))
            .collect::<Vec<_>>()
    };
    let mut statements = names(allow, "*");
    statements.extend(names(deny, "secret-*"));
    let outcome = bounded(&statements, &format!("{QUEUES}team-77-public-*"));
    assert_eq!((outcome.decision, outcome.exact), (Decision::Allowed, true));
    let outcome = bounded(&statements, &format!("{QUEUES}team-*"));
    assert_eq!((outcome.decision, outcome.exact), (Decision::Depends, true));
    let parts = outcome.parts.expect("a set was asked about");
    assert_eq!(
        parts.allowed.as_deref(),
        Some(format!("{QUEUES}team-0-").as_str())
    );
    assert_eq!(
        parts.refused.map(|(word, _)| word),
        Some(format!("{QUEUES}team-"))
    );
}

#[test]
fn patterns_that_match_in_any_order_are_told_apart_only_as_far_as_they_matter() {
    // Every subset of the hundred allows is what some name matches; the decision cares for none of that.
    let mut statements: Vec<String> = (0..100)
        .map(|n| allow(&format!("{QUEUES}*/clicks-{n}-*")))
        .collect();
    statements.push(deny(&format!("{QUEUES}*/secret*")));
    let outcome = bounded(&statements, &format!("{QUEUES}*"));
    assert_eq!((outcome.decision, outcome.exact), (Decision::Depends, true));
    let parts = outcome.parts.expect("a set was asked about");
    assert!(parts.states < 20_000, "{}", parts.states);
    assert_eq!(
        parts.allowed.as_deref(),
        Some(format!("{QUEUES}/clicks-0-").as_str())
    );
    assert_eq!(parts.refused.map(|(word, _)| word).as_deref(), Some(QUEUES));
}

#[test]
fn patterns_of_six_kilobytes_are_decided_exactly() {
    let long = format!("{QUEUES}{}", "ab*c?".repeat(1_200));
    let outcome = bounded(&[allow(&long)], &long);
    assert_eq!((outcome.decision, outcome.exact), (Decision::Allowed, true));
    let literal = format!("{QUEUES}{}", "abc".repeat(2_000));
    let outcome = bounded(
        &[allow(&format!("{QUEUES}*")), deny(&literal)],
        &format!("{literal}*"),
    );
    assert_eq!((outcome.decision, outcome.exact), (Decision::Depends, true));
    let parts = outcome.parts.expect("a set was asked about");
    assert_eq!(parts.refused.map(|(word, _)| word), Some(literal));
}
