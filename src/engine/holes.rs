//! Tests of decisions about what is not known yet.

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::condition::{Knowledge, Mode, State};
use crate::language::Language;
use crate::source::Sources;

const ROLE: &str = "arn:aws:iam::111122223333:role/sink";

fn ask(statements: &Value, resource: Resource, context: &[(&str, &str)]) -> Outcome {
    let mut sources = Sources::default();
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let doc = sources.add_text("policy", text);
    let tree = sources.tree(doc).unwrap();
    let policy = crate::policy::read(doc, tree, tree.root());
    let layers = Layers {
        identity: vec![Arc::new(CompiledPolicy::new(
            policy,
            LayerKind::Identity,
            Mode::Chosen,
            "policy",
        ))],
        ..Layers::default()
    };
    let mut request = Request::new(Caller::parse(ROLE), "s3:GetObject", resource);
    for (key, value) in context {
        let state = State::One((*value).into());
        request.context.set(key, Knowledge::Known(state));
    }
    decide(&layers, &request)
}

fn one(statements: &Value, resource: &str) -> Decision {
    ask(statements, Resource::One(resource.to_owned()), &[]).decision
}

fn all_under(statements: &Value, head: &str) -> Outcome {
    let language = Language::concat(&[Language::literal(head), Language::any()]);
    let set = ResourceSet::language(format!("{head}*"), language).beginning(head.to_owned(), false);
    ask(statements, Resource::All(set), &[])
}

fn statement(effect: &str, resource: &str) -> Value {
    json!({"Effect": effect, "Action": "s3:GetObject", "Resource": resource})
}

#[test]
fn the_same_hole_on_both_sides_is_granted() {
    for text in [
        "arn:aws:s3:::⟨b.bucket⟩/*",
        "⟨b.arn⟩/*",
        "⟨b.arn⟩*",
        "arn:aws:s3:::⟨b⟩",
    ] {
        let asked = text.replace('*', "x");
        assert_eq!(
            one(&json!([statement("Allow", text)]), &asked),
            Decision::Allowed,
            "{text}"
        );
    }
}

#[test]
fn a_wildcard_takes_what_is_not_known() {
    let allow = json!([statement("Allow", "arn:aws:s3:::*")]);
    assert_eq!(one(&allow, "arn:aws:s3:::⟨b.bucket⟩/x"), Decision::Allowed);
    // How long it is, nobody knows.
    let counted = json!([statement("Allow", "arn:aws:s3:::???")]);
    assert_eq!(one(&counted, "arn:aws:s3:::⟨b⟩"), Decision::Depends);
}

#[test]
fn another_text_than_the_hole_depends() {
    let allow = json!([statement("Allow", "arn:aws:s3:::logs/*")]);
    assert_eq!(one(&allow, "arn:aws:s3:::⟨b.bucket⟩/x"), Decision::Depends);
    let open = json!([statement("Allow", "arn:aws:s3:::⟨b.bucket⟩/*")]);
    assert_eq!(one(&open, "arn:aws:s3:::logs/x"), Decision::Depends);
    assert_eq!(one(&open, "arn:aws:s3:::⟨c.bucket⟩/x"), Decision::Depends);
}

#[test]
fn what_no_value_could_grant_is_refused() {
    let allow = json!([statement("Allow", "arn:aws:s3:::⟨b.bucket⟩/logs")]);
    assert_eq!(one(&allow, "arn:aws:s3:::data/x"), Decision::ImplicitlyDenied);
    assert_eq!(
        one(&allow, "arn:aws:sqs:eu-west-1:1:q"),
        Decision::ImplicitlyDenied
    );
}

#[test]
fn a_deny_that_may_match_is_never_passed_over() {
    let everything = statement("Allow", "*");
    let deny = |text: &str| json!([everything, statement("Deny", text)]);
    assert_eq!(
        one(&deny("arn:aws:s3:::⟨b⟩/*"), "arn:aws:s3:::logs/x"),
        Decision::Depends
    );
    assert_eq!(
        one(&deny("arn:aws:s3:::logs/*"), "arn:aws:s3:::⟨b⟩/x"),
        Decision::Depends
    );
    assert_eq!(
        one(&deny("arn:aws:s3:::⟨b⟩/*"), "arn:aws:s3:::⟨b⟩/x"),
        Decision::ExplicitlyDenied
    );
    assert_eq!(one(&deny("⟨b.arn⟩"), "arn:aws:s3:::⟨c⟩/x"), Decision::Depends);
    assert_eq!(
        one(&deny("arn:aws:sqs:::⟨b⟩"), "arn:aws:s3:::⟨b⟩/x"),
        Decision::Allowed
    );
}

#[test]
fn what_is_not_named_by_not_resource_may_still_be_it() {
    let not = |text: &str| json!([{"Effect": "Allow", "Action": "s3:*", "NotResource": text}]);
    assert_eq!(
        one(&not("arn:aws:s3:::⟨b⟩/*"), "arn:aws:s3:::logs/x"),
        Decision::Depends
    );
    assert_eq!(
        one(&not("arn:aws:s3:::logs/*"), "arn:aws:s3:::⟨b⟩/x"),
        Decision::Depends
    );
    assert_eq!(
        one(&not("arn:aws:s3:::⟨b⟩/*"), "arn:aws:s3:::⟨b⟩/x"),
        Decision::ImplicitlyDenied
    );
}

#[test]
fn sets_below_what_is_not_known_are_decided_part_by_part() {
    let head = "arn:aws:s3:::⟨b⟩/";
    let all = all_under(&json!([statement("Allow", "arn:aws:s3:::⟨b⟩/*")]), head);
    assert_eq!((all.decision, all.exact), (Decision::Allowed, true));
    let part = all_under(&json!([statement("Allow", "arn:aws:s3:::⟨b⟩/logs/*")]), head);
    assert_eq!(part.decision, Decision::Depends);
    assert!(part.parts.unwrap().refused.is_some());
    let other = all_under(&json!([statement("Allow", "arn:aws:s3:::data/*")]), head);
    assert_eq!(other.decision, Decision::Depends);
    assert!(other.parts.unwrap().refused.is_none());
    let none = all_under(&json!([statement("Allow", "arn:aws:sqs:::⟨b⟩/*")]), head);
    assert_eq!(none.decision, Decision::ImplicitlyDenied);
    let denied = json!([statement("Allow", "*"), statement("Deny", "arn:aws:s3:::data/*")]);
    assert_eq!(all_under(&denied, head).decision, Decision::Depends);
}

#[test]
fn conditions_compare_what_is_not_known_by_name() {
    let of = |operator: &str, value: &str, known: &str| {
        let condition = json!({operator: {"aws:SourceAccount": value}});
        let allow = json!([{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}]);
        let resource = Resource::One("arn:aws:s3:::b/x".to_owned());
        ask(&allow, resource, &[("aws:SourceAccount", known)]).decision
    };
    assert_eq!(of("StringEquals", "⟨account⟩", "⟨account⟩"), Decision::Allowed);
    assert_eq!(of("StringEquals", "⟨account⟩", "111122223333"), Decision::Depends);
    assert_eq!(of("StringEquals", "111122223333", "⟨account⟩"), Decision::Depends);
    assert_eq!(
        of("StringNotEquals", "111122223333", "⟨account⟩"),
        Decision::Depends
    );
    assert_eq!(
        of("StringNotEquals", "⟨account⟩", "111122223333"),
        Decision::Depends
    );
    assert_eq!(
        of("StringNotEquals", "⟨account⟩", "⟨account⟩"),
        Decision::ImplicitlyDenied
    );
    assert_eq!(of("StringLike", "*", "⟨account⟩"), Decision::Allowed);
    assert_eq!(of("StringLike", "a-⟨x⟩", "b-1"), Decision::ImplicitlyDenied);
    assert_eq!(of("NumericLessThan", "⟨x⟩", "1"), Decision::Depends);
    let arn = "arn:aws:kafkaconnect:⟨region⟩:⟨account⟩:connector/c/⟨id⟩";
    assert_eq!(
        of(
            "ArnLike",
            "arn:aws:kafkaconnect:⟨region⟩:⟨account⟩:connector/c/*",
            arn
        ),
        Decision::Allowed
    );
    assert_eq!(
        of("ArnLike", "arn:aws:kafkaconnect:eu-west-1:*:connector/c/*", arn),
        Decision::Depends
    );
    assert_eq!(
        of(
            "ArnLike",
            "arn:aws:kafkaconnect:*:*:connector/d/*",
            "arn:aws:kafkaconnect:⟨r⟩:1:connector/c/2"
        ),
        Decision::ImplicitlyDenied
    );
}

#[test]
fn an_action_that_is_not_known_grants_and_denies_nothing_for_certain() {
    let action = |effect: &str| json!({"Effect": effect, "Action": "s3:⟨a⟩", "Resource": "*"});
    assert_eq!(
        one(&json!([action("Allow")]), "arn:aws:s3:::b/x"),
        Decision::Depends
    );
    let deny = json!([statement("Allow", "*"), action("Deny")]);
    assert_eq!(one(&deny, "arn:aws:s3:::b/x"), Decision::Depends);
}
