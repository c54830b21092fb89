//! Decisions for sets of actions: hand-worked ones, and that they agree with one decision for each.

use std::sync::Arc;

use super::*;
use crate::condition::Mode;
use crate::engine::{Caller, LayerKind};
use crate::policy;
use crate::source::Sources;

const ROLE: &str = "arn:aws:iam::111122223333:role/dev";

fn layers(statements: &str) -> Layers {
    let mut sources = Sources::new();
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    let doc = sources.add_text("policy.json", text);
    let root = sources.root(doc).unwrap();
    let read = policy::read(doc, sources.tree(doc).unwrap(), root.node);
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

fn ask(statements: &str, action: &str, resource: Resource, reading: ActionReading) -> ActionAnswer {
    let request = Request::new(Caller::parse(ROLE), action, resource);
    decide_actions(&layers(statements), &request, reading)
}

fn all(pattern: &str) -> Resource {
    Resource::All(ResourceSet::pattern(pattern))
}

fn allow(actions: &str, resources: &str) -> String {
    format!(r#"{{"Effect": "Allow", "Action": {actions}, "Resource": {resources}}}"#)
}

#[test]
fn a_list_of_all_known_actions_covers_the_pattern_today_and_not_in_an_open_world() {
    let names: Vec<String> = catalog::actions_matching(&ActionPattern::parse("kafka-cluster:*"))
        .map(|action| format!("{:?}", action.name()))
        .collect();
    let listed = allow(&format!("[{}]", names.join(",")), r#""*""#);
    let today = ask(&listed, "kafka-cluster:*", all("*"), ActionReading::Catalogue);
    assert_eq!(
        (today.decision, today.exact, today.actions),
        (Decision::Allowed, true, names.len())
    );
    assert!(today.universe_used);
    let open = ask(&listed, "kafka-cluster:*", all("*"), ActionReading::OpenWorld);
    assert_eq!((open.decision, open.exact), (Decision::Depends, true));
    let (refused, _) = open.refused.unwrap();
    assert!(catalog::action(&refused.action).is_none(), "{refused:?}");
    let wild = ask(
        &allow(r#""kafka-cluster:*""#, r#""*""#),
        "kafka-cluster:*",
        all("*"),
        ActionReading::OpenWorld,
    );
    assert_eq!((wild.decision, wild.exact), (Decision::Allowed, true));
}

#[test]
fn an_action_is_asked_only_about_resources_it_knows() {
    let objects = allow(r#""s3:*""#, r#""arn:aws:s3:::b/*""#);
    let answer = ask(
        &objects,
        "s3:GetObject",
        all("arn:aws:s3:::b*"),
        ActionReading::Catalogue,
    );
    assert_eq!(
        answer.decision,
        Decision::Depends,
        "other buckets start with b too"
    );
    let only_b = ask(
        &objects,
        "s3:GetObject",
        all("arn:aws:s3:::b?*"),
        ActionReading::Catalogue,
    );
    let (refused, _) = only_b.refused.unwrap();
    assert!(refused.resource.contains('/'), "{refused:?}");
    let bucket = ask(
        &objects,
        "s3:GetObject",
        Resource::One("arn:aws:s3:::b".into()),
        ActionReading::Catalogue,
    );
    assert_eq!((bucket.without_resource, bucket.groups), (1, 0));
    let starred = ask(
        &allow(r#""s3:*""#, r#""*""#),
        "s3:ListAllMyBuckets",
        all("*"),
        ActionReading::Catalogue,
    );
    assert_eq!(starred.decision, Decision::Allowed);
    let unnamed = ask(
        &objects,
        "s3:ListAllMyBuckets",
        all("arn:aws:s3:::b/*"),
        ActionReading::Catalogue,
    );
    assert_eq!(unnamed.without_resource, 1);
}

#[test]
fn alike_actions_are_decided_once_and_witnesses_replay() {
    let statements = format!(
        r#"{}, {{"Effect": "Deny", "NotAction": ["s3:Get*", "s3:List*"], "Resource": "arn:aws:s3:::b/secret/*"}}"#,
        allow(r#"["s3:Get*", "s3:PutObject"]"#, r#""arn:aws:s3:::b/*""#)
    );
    for reading in [ActionReading::Catalogue, ActionReading::OpenWorld] {
        let answer = ask(&statements, "s3:*Object", all("arn:aws:s3:::b/*"), reading);
        assert_eq!(answer.decision, Decision::Depends);
        assert!(answer.groups < 10 && answer.exact, "{answer:?}");
        let replay = |witness: &Witness| {
            let one = Resource::One(witness.resource.clone());
            decide(
                &layers(&statements),
                &Request::new(Caller::parse(ROLE), witness.action.clone(), one),
            )
            .decision
        };
        assert_eq!(replay(answer.allowed.as_ref().unwrap()), Decision::Allowed);
        let (refused, decision) = answer.refused.as_ref().unwrap();
        assert_eq!(replay(refused), *decision);
    }
}

#[test]
fn keys_and_roles_still_need_their_own_policies_in_sets_of_names() {
    let everything = allow(r#""*""#, r#""*""#);
    for reading in [ActionReading::Catalogue, ActionReading::OpenWorld] {
        let answer = ask(
            &everything,
            "kms:Decrypt*",
            all("arn:aws:kms:eu-west-1:111122223333:key/*"),
            reading,
        );
        assert!(answer.decision.is_denied(), "{answer:?}");
        let answer = ask(&everything, "*", all("*"), reading);
        assert_eq!((answer.decision, answer.exact), (Decision::Depends, true));
        let (refused, _) = answer.refused.unwrap();
        assert!(
            refused.resource.contains("key/") || refused.resource.contains("role/"),
            "{refused:?}"
        );
    }
}

#[test]
fn what_aws_owns_is_refused_in_a_set_too() {
    let everything = allow(r#""*""#, r#""*""#);
    let request = Request::new(
        Caller::parse(ROLE),
        "iam:DeletePolicy",
        all("arn:aws:iam::*:policy/*"),
    );
    let outcome = decide(&layers(&everything), &request);
    assert_eq!(outcome.decision, Decision::Depends);
    let (word, _) = outcome.parts.unwrap().refused.unwrap();
    assert!(word.starts_with("arn:aws:iam::aws:policy/"), "{word}");
}

#[test]
fn a_pattern_of_nothing_is_said_to_be_one() {
    let answer = ask(
        &allow(r#""*""#, r#""*""#),
        "nosuch:*",
        all("*"),
        ActionReading::Catalogue,
    );
    assert_eq!((answer.actions, answer.groups), (0, 0));
    assert!(answer.decision.is_denied());
    let named = ask(
        &allow(r#""*""#, r#""*""#),
        "nosuch:Thing",
        all("*"),
        ActionReading::Catalogue,
    );
    assert_eq!((named.decision, named.universe_used), (Decision::Allowed, false));
}

#[test]
fn every_name_of_the_catalogue_could_be_one_in_an_open_world() {
    let names = real_names();
    for action in catalog::all_actions() {
        let folded = Fold::Ascii.text(action.name()).into_owned();
        assert!(names.accepts(&folded), "{folded}");
    }
}

#[test]
fn real_resources_have_a_partition_that_there_can_be() {
    assert!(
        crate::arn::PARTITIONS
            .iter()
            .all(|name| any_partition().accepts(name))
    );
    let objects = allow(r#""s3:GetObject""#, r#""arn:aws:s3:::b/*""#);
    let answer = ask(&objects, "s3:GetObject", all("*"), ActionReading::Catalogue);
    let (refused, _) = answer.refused.unwrap();
    assert!(refused.resource.starts_with("arn:aws:s3:::"), "{refused:?}");
    let elsewhere = ask(
        &objects,
        "s3:GetObject",
        all("arn:aws-*"),
        ActionReading::Catalogue,
    );
    let (refused, _) = elsewhere.refused.unwrap();
    assert!(refused.resource.starts_with("arn:aws-"), "{refused:?}");
}
