use super::*;
use crate::engine::{Decision, decide, trace};
use crate::simulate::{Explained, text};

const ROLE: &str = "arn:aws:iam::111122223333:role/sink";

fn asked(action: &str, resource: &str) -> Asked {
    Asked {
        principal: ROLE.to_owned(),
        action: action.to_owned(),
        resource: resource.to_owned(),
        ..Asked::default()
    }
}

/// The decision, the text and the wire form for identity policies.
fn ask(asked: &Asked, policies: &[&str]) -> (Decision, String, serde_json::Value) {
    let mut sources = Sources::new();
    let identity = policies.iter().enumerate();
    let identity =
        identity.map(|(index, text)| sources.add_text(&format!("p{index}.json"), (*text).to_owned()));
    let given = Given {
        identity: identity.collect(),
        ..Given::default()
    };
    let question = Question::new(asked, &given, &mut sources).unwrap();
    let outcome = decide(&question.layers, &question.request);
    let traces = trace(&question.layers, &question.request);
    let wire = Explained::new(&question, &outcome, &traces, &sources);
    let shown = text(&question, &outcome, &traces, &sources);
    (outcome.decision, shown, serde_json::to_value(wire).unwrap())
}

const POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Action": "s3:Get*",
      "Resource": ["arn:aws:s3:::b/*"],
      "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}
    }
  ]
}"#;

#[test]
fn the_text_puts_the_decision_first_and_shows_every_clause_with_its_place() {
    let mut asked = asked("s3:GetObject", "arn:aws:s3:::b/k");
    asked.context = vec!["aws:SourceVpce=vpce-1".to_owned()];
    let (decision, shown, _) = ask(&asked, &[POLICY]);
    assert_eq!(decision, Decision::Allowed);
    let expected = "\
Allowed: `arn:aws:iam::111122223333:role/sink` may do `s3:GetObject` on `arn:aws:s3:::b/k`
  decided by statement 0 `Read` of the identity policy `p0.json` (p0.json:4:5)

identity policy `p0.json`
  ✓ statement 0 `Read` (Allow)  p0.json:4:5
      ✓ action: \"s3:Get*\"  p0.json:7:17
      ✓ resource: \"arn:aws:s3:::b/*\"  p0.json:8:20
      ✓ condition StringEquals aws:SourceVpce: \"vpce-1\"  p0.json:9:56

assumed
  there is no resource policy
  there is no permissions boundary
  there is no session policy
  there is no service control policy
  there is no resource control policy
  there is no VPC endpoint policy
  the resource belongs to the caller's account `111122223333`
  context keys not given are unknown, but for those that follow from the principal
  where AWS's documentation is silent, the reading of this project holds
";
    assert_eq!(shown, expected);
}

#[test]
fn what_is_not_known_is_told_as_a_condition_with_a_completion_each_way() {
    let (decision, shown, wire) = ask(&asked("s3:GetObject", "arn:aws:s3:::b/k"), &[POLICY]);
    assert_eq!(decision, Decision::Depends);
    assert!(
        shown.contains("\n  allowed if `StringEquals aws:SourceVpce vpce-1` holds\n"),
        "{shown}"
    );
    assert!(
        shown.contains("\n  for example allowed where `aws:SourceVpce` is `vpce-1`\n"),
        "{shown}"
    );
    assert!(
        shown.contains("\n  for example not allowed where `aws:SourceVpce` is absent\n"),
        "{shown}"
    );
    assert!(
        shown.contains("? condition StringEquals aws:SourceVpce: \"vpce-1\"  p0.json:9:56"),
        "{shown}"
    );
    assert_eq!(wire["trace"][0]["clauses"][3]["matches"], "unknown");
    assert_eq!(wire["trace"][0]["clauses"][3]["key"], "aws:SourceVpce");
}

#[test]
fn a_refusal_names_the_layer_and_the_nearest_clause() {
    let (decision, shown, wire) = ask(&asked("s3:PutObject", "arn:aws:s3:::b/k"), &[POLICY]);
    assert_eq!(decision, Decision::ImplicitlyDenied);
    let near = "  no identity policy allows it\n  nearest is statement 0 `Read` of the identity policy `p0.json` (p0.json:4:5): its action at p0.json:7:17\n";
    assert!(shown.contains(near), "{shown}");
    assert_eq!(wire["withheld"], serde_json::json!(["identity"]));
    assert_eq!(wire["nearest"]["clause"], "action");
    assert_eq!(
        wire["nearest"]["location"]["start"],
        serde_json::json!({"line": 7, "column": 17})
    );
    assert_eq!(wire["nearest"]["location"]["pointer"], "/Statement/0/Action");
}

#[test]
fn a_set_that_is_matched_in_part_is_told_with_examples() {
    let mut asked = asked("s3:GetObject", "");
    asked.pattern = Some("arn:aws:s3:::*".to_owned());
    asked.context = vec!["aws:SourceVpce=vpce-1".to_owned()];
    let (decision, shown, wire) = ask(&asked, &[POLICY]);
    assert_eq!(decision, Decision::Depends);
    assert!(
        shown.contains("  allowed, for example, on `arn:aws:s3:::b/`\n"),
        "{shown}"
    );
    assert!(shown.contains("      ~ resource (in part): "), "{shown}");
    assert_eq!(wire["trace"][0]["whole"], false);
}

#[test]
fn the_context_is_read_from_entries_and_from_json() {
    let mut given = asked("s3:GetObject", "*");
    given.context_json = Some(
        r#"{"aws:TagKeys": ["a", "b"], "s3:max-keys": 10, "aws:SourceIp": null, "k:x": "file"}"#.to_owned(),
    );
    given.context = vec!["K:X=a".to_owned(), "k:x=b".to_owned(), "k:y=a=b".to_owned()];
    let context = context(&given).unwrap();
    let state = |key: &str| context.knowledge(key);
    let known = |state| Knowledge::Known(state);
    assert_eq!(
        state("aws:tagkeys"),
        known(State::Many(vec!["a".into(), "b".into()]))
    );
    assert_eq!(state("s3:max-keys"), known(State::One("10".into())));
    assert_eq!(state("aws:sourceip"), known(State::Absent));
    assert_eq!(state("k:x"), known(State::Many(vec!["a".into(), "b".into()])));
    assert_eq!(state("k:y"), known(State::One("a=b".into())));
    assert_eq!(state("k:z"), Knowledge::Unknown);
    given.closed_world = true;
    given.unknown = vec!["k:u".to_owned()];
    let context = super::context(&given).unwrap();
    assert_eq!(context.knowledge("k:z"), known(State::Absent));
    assert_eq!(context.knowledge("k:u"), Knowledge::Unknown);
}

#[test]
fn parts_that_make_no_question_are_named() {
    let fault = |change: &dyn Fn(&mut Asked)| {
        let mut asked = asked("s3:GetObject", "*");
        change(&mut asked);
        Question::new(&asked, &Given::default(), &mut Sources::new())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        fault(&|a| a.action = "GetObject".to_owned()),
        "`GetObject` is no action: write `service:Name`"
    );
    assert_eq!(
        fault(&|a| a.context = vec!["x".to_owned()]),
        "`x` is no context entry: write `key=value`"
    );
    assert_eq!(
        fault(&|a| a.resource.clear()),
        "give a resource or a pattern of resources"
    );
    assert!(fault(&|a| a.principal = "sink".to_owned()).starts_with("`sink` is no principal: "));
    assert!(
        fault(&|a| a.context_json = Some("[]".to_owned())).starts_with("the context is not one JSON object")
    );
}

#[test]
fn the_policy_inside_an_output_of_the_cli_is_found_and_placed_in_its_file() {
    let wrapped = r#"{"PolicyVersion": {"Document": {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}}}"#;
    let text =
        r#"{"Policy": "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}}"}"#;
    for (document, pointer) in [
        (wrapped, "/PolicyVersion/Document/Statement"),
        (text, "/Policy/Statement"),
    ] {
        let (decision, _, wire) = ask(&asked("s3:GetObject", "*"), &[document]);
        assert_eq!(decision, Decision::Allowed);
        assert_eq!(wire["deciding"]["location"]["pointer"], pointer);
    }
}

#[test]
fn a_document_without_a_policy_is_unknown_and_never_empty() {
    for text in ["{", "{}", r#"{"Policy": {"Arn": "x"}}"#, "[]"] {
        let mut sources = Sources::new();
        let given = Given {
            identity: vec![sources.add_text("p.json", text.to_owned())],
            ..Given::default()
        };
        let question = Question::new(&asked("s3:GetObject", "*"), &given, &mut sources).unwrap();
        assert_eq!(
            decide(&question.layers, &question.request).decision,
            Decision::Depends,
            "{text}"
        );
        assert_eq!(question.problems.len(), 1);
    }
}

#[test]
fn an_unknown_layer_is_said_and_leaves_the_decision_open() {
    let given = Given {
        unknown: vec![LayerKind::Identity, LayerKind::ServiceControl],
        ..Given::default()
    };
    let question = Question::new(&asked("s3:GetObject", "*"), &given, &mut Sources::new()).unwrap();
    assert_eq!(
        decide(&question.layers, &question.request).decision,
        Decision::Depends
    );
    assert_eq!(
        question.assumed[0].to_string(),
        "there is an identity policy whose text is not known"
    );
}

#[test]
fn doubts_are_told_as_something_that_may_be_so() {
    let mut sources = Sources::new();
    let given = Given {
        identity: vec![sources.add_text("p.json", POLICY.to_owned())],
        unknown: vec![LayerKind::Boundary],
        ..Given::default()
    };
    let mut asked = asked("s3:GetObject", "arn:aws:s3:::b/k");
    asked.context = vec!["aws:SourceVpce=vpce-1".to_owned()];
    let question = Question::new(&asked, &given, &mut sources).unwrap();
    let outcome = decide(&question.layers, &question.request);
    let traces = trace(&question.layers, &question.request);
    let shown = text(&question, &outcome, &traces, &sources);
    assert!(
        shown.contains("\n  for example not allowed where the policy that is not given "),
        "{shown}"
    );
    assert!(
        shown.contains("\n  ? its text is not known: what it allows and denies is open\n"),
        "{shown}"
    );
}

#[test]
fn what_aws_refuses_to_everyone_is_told_as_such() {
    let policy = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    let (decision, shown, _) = ask(
        &asked("iam:DeletePolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        &[policy],
    );
    assert_eq!(decision, Decision::ImplicitlyDenied);
    assert!(
        shown.contains("\n  AWS refuses this to the principal, or on the resource, "),
        "{shown}"
    );
}
