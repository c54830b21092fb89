//! What loading gives for a good file, and for texts that are nearly rule files.

mod docs;
mod faults;
mod order;
mod schema;

use proptest::prelude::*;

use super::load;
use crate::pack::{
    Ask, Direction, Grants, LogDestination, Pack, PackFault, Platform, Scope, SettingState, SettingTest,
    Severity, Subject, When,
};

/// A pack without faults: two rules, the second after the first.
const GOOD: &str = r#"[pack]
id = "demo"
title = "Demonstration"
version = 3
platform = "msk-connect"

[pack.example]
cluster = "arn:aws:kafka:eu-west-1:111122223333:cluster/orders/1a2b-1"
connector = "arn:aws:kafkaconnect:eu-west-1:111122223333:connector/lake/3c4d-2"
role = "arn:aws:iam::111122223333:role/lake"
trust = '{ "Version": "2012-10-17", "Statement": [] }'
settings = { topics = "orders" }

[[rule]]
id = "first"
title = "the role may connect"
severity = "error"
why = '''
Because  it
has to.'''
help = "Grant it."
source = [{ document = "A guide", read = 2026-11-21 }]
when = { authentication = "iam" }
[[rule.require]]
actions = ["kafka-cluster:Connect"]
resource = "${cluster.arn}"
[[rule.example]]
about = "granted"
expect = "pass"
policy = '{ "Statement": [] }'
[[rule.example]]
about = "not granted"
expect = "fail"

[[rule]]
id = "second"
title = "the logs arrive"
severity = "warning"
after = ["first"]
why = "Logs."
help = "Let them in."
source = [{ document = "A guide", read = 2026-11-21 }]
[rule.when]
direction = "sink"
log = "s3"
[rule.when.settings]
a = "present"
b = "absent"
c = { equals = "1" }
d = { not_equals = "2" }
e = { one_of = ["3", "4"] }
[[rule.require]]
of = { service = "delivery.logs.amazonaws.com" }
actions = ["s3:PutObject"]
resource = "arn:${partition}:s3:::${log.bucket}/${log.prefix}${setting:c}*"
narrower = ["arn:${partition}:s3:::${log.bucket}/x"]
[rule.require.context]
"aws:SourceAccount" = "${connector.account}"
[[rule.example]]
about = "allowed"
expect = "pass"
log = { s3 = "bucket", prefix = "p" }
destination_policy = '{}'
[[rule.example]]
about = "not allowed"
expect = "fail"
given_role = "none"
authentication = "none"
"#;

fn good() -> Pack {
    load("good.toml", GOOD).unwrap()
}

/// The faults of [`GOOD`] with one piece of its text replaced.
fn faults_with(from: &str, to: &str) -> (String, Vec<PackFault>) {
    assert!(GOOD.contains(from), "{from}");
    let text = GOOD.replacen(from, to, 1);
    let faults = load("bad.toml", &text).expect_err(&format!("{from} → {to}"));
    (text, faults)
}

#[test]
fn every_field_of_a_good_file_arrives() {
    let pack = good();
    assert_eq!(
        (pack.id.as_str(), pack.version, pack.platform),
        ("demo", 3, Platform::MskConnect)
    );
    let [first, second] = pack.rules.as_slice() else {
        panic!("two rules")
    };
    assert_eq!(
        (first.code.as_str(), first.severity),
        ("demo/first", Severity::Error)
    );
    assert_eq!(first.why, "Because it has to.");
    assert_eq!(first.sources[0].read, "2026-11-21");
    assert_eq!(second.after, ["first"]);
    let test = |key: &str, is| SettingTest {
        scope: Scope::Connector,
        key: key.to_owned(),
        is,
    };
    let settings = vec![
        test("a", SettingState::Present),
        test("b", SettingState::Absent),
        test("c", SettingState::Equals("1".to_owned())),
        test("d", SettingState::NotEquals("2".to_owned())),
        test("e", SettingState::OneOf(vec!["3".to_owned(), "4".to_owned()])),
    ];
    let when = When {
        authentication: None,
        direction: Some(Direction::Sink),
        log: Some(LogDestination::S3),
        settings,
        ..When::default()
    };
    assert_eq!(second.when, when);
    let Ask::Grant(Grants { requirements, .. }) = &second.ask else {
        panic!("grants")
    };
    assert_eq!(
        requirements[0].of,
        Subject::Service("delivery.logs.amazonaws.com".to_owned())
    );
    assert!(requirements[0].resource_policy);
    assert_eq!(requirements[0].context[0].1.to_string(), "${connector.account}");
    assert_eq!(requirements[0].narrower.len(), 1);
}

#[test]
fn an_example_is_a_whole_question() {
    let pack = good();
    let example = &pack.rules[0].examples[0];
    let setup = example.setup.as_ref().unwrap();
    assert_eq!(setup.connector.name, "lake");
    assert_eq!(
        setup.connector.settings,
        [("topics".to_owned(), "orders".to_owned())]
    );
    assert_eq!(setup.given_role.as_ref(), Some(&setup.connector.role_arn));
    assert!(setup.trust.contains("2012-10-17") && setup.policy.is_some());
    let near = &pack.rules[1].examples[1];
    assert_eq!(near.setup.as_ref().unwrap().given_role, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_damaged_file_never_panics_and_its_faults_have_places(
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0usize..12, "[\\[\\]{}='\"a${}\\.\n:1-]{0,4}"), 1..4),
    ) {
        let mut text = GOOD.to_owned();
        for (at, length, with) in cuts {
            let start = at.index(text.len());
            let end = (start + length).min(text.len());
            text.replace_range(start..end, &with);
        }
        for fault in load("damaged.toml", &text).err().into_iter().flatten() {
            prop_assert!(text.get(fault.span.start..fault.span.end).is_some());
            prop_assert!(fault.related.iter().all(|(span, _)| text.get(span.start..span.end).is_some()));
            prop_assert!(!fault.message.is_empty() && !fault.message.contains('\n') && !fault.message.ends_with('.'));
            prop_assert!(!fault.help.is_empty());
        }
    }

    #[test]
    fn any_text_gives_a_pack_or_faults(text in "\\PC{0,200}") {
        prop_assert!(load("any.toml", &text).is_err_and(|faults| !faults.is_empty()));
    }
}

#[test]
fn an_example_can_bring_files_and_options_of_the_check() {
    let text = GOOD.replacen(
        "[[rule.example]]\n",
        "[[rule.example]]\nfiles = { \"a.json\" = \"{}\" }\nargs = [\"--feature\", \"etl\"]\nworker = { a = \"b\" }\n",
        1,
    );
    let pack = load("demo.toml", &text).unwrap();
    let example = &pack.rules[0].examples[0];
    assert_eq!(example.files, [("a.json".to_owned(), "{}".to_owned())]);
    assert_eq!(example.args, [("--feature".to_owned(), "etl".to_owned())]);
    let worker = &example.setup.as_ref().unwrap().worker;
    assert_eq!(worker.as_deref(), Some(&[("a".to_owned(), "b".to_owned())][..]));
}

#[test]
fn a_file_that_is_not_json_and_an_option_that_is_none_are_faults() {
    let text = GOOD.replacen(
        "[[rule.example]]\n",
        "[[rule.example]]\nfiles = { \"a.json\" = \"{\" }\nargs = [\"--sound\", \"--feature\"]\n",
        1,
    );
    let faults = load("demo.toml", &text).unwrap_err();
    let messages: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    assert!(
        messages.iter().any(|m| m.starts_with("`a.json` is not JSON")),
        "{messages:?}"
    );
    assert!(
        messages.iter().any(|m| m.starts_with("`--sound` is no option")),
        "{messages:?}"
    );
}

/// The head of [`GOOD`], with classes in place of its rules.
fn classes(text: &str) -> Result<crate::pack::Pack, Vec<crate::pack::PackFault>> {
    let head = GOOD.split("[[rule]]").next().unwrap();
    load("classes.toml", &format!("{head}{text}"))
}

const SINK: &str = r#"
[[class]]
names = ["Sink"]
direction = "sink"
tags = ["licensed"]
settings = { a = "1", b = "2" }
[[class.need]]
for = "msk-connect/destination"
when = { settings = { channels = { contains = "kafka" } } }
require = [
  { actions = ["s3:PutObject"], resource = "arn:aws:s3:::${setting:bucket|bucket}/${setting:path or 'raw'}" },
]
[[class.proof]]
code = "msk-connect/destination"
with = { b = "3" }
example.about = "it is granted"
example.expect = "pass"
"#;

#[test]
fn a_class_has_its_own_needs_and_those_of_its_tags() {
    let shared = r#"
[[need]]
tag = "licensed"
for = "msk-connect/topic-write"
require = [{ actions = ["kafka-cluster:WriteData"], resource = "arn:aws:kafka:*:*:topic/*/*/_command" }]
"#;
    let pack = classes(&format!("{SINK}{shared}")).unwrap();
    let needs = &pack.classes[0].needs;
    let codes: Vec<&str> = needs.iter().map(|need| need.code.as_str()).collect();
    assert_eq!(codes, ["msk-connect/destination", "msk-connect/topic-write"]);
    assert_eq!(
        needs[0].when.settings[0].is,
        SettingState::Contains("kafka".to_owned())
    );
    assert_eq!(
        needs[0].requirement.resource.to_string(),
        "arn:aws:s3:::${setting:bucket|bucket}/${setting:path or 'raw'}"
    );
    let setup = pack.classes[0].examples[0].example.setup.as_ref().unwrap();
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(setup.connector.settings, [pair("a", "1"), pair("b", "3")]);
}

#[test]
fn a_need_of_a_tag_that_no_class_has_is_a_fault() {
    let text = format!(
        "{SINK}\n[[need]]\ntag = \"licenced\"\nfor = \"a/b\"\nrequire = [{{ actions = [\"s3:PutObject\"], resource = \"*\" }}]\n"
    );
    let faults = classes(&text).unwrap_err();
    assert_eq!(faults[0].message, "no class has the tag `licenced`");
}
