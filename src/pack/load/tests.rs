//! Faults of rule files, each with its place; order; the packs of the binary; texts that are nearly rule files.

use std::collections::HashSet;

use proptest::prelude::*;

use super::{MAX_PACK_BYTES, load};
use crate::pack::{
    Ask, BUILTIN_FILES, Direction, Expect, LogDestination, Pack, PackFault, Platform, SettingState,
    SettingTest, Severity, Subject, When, builtin,
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
    };
    assert_eq!(second.when, when);
    let Ask::Grant(requirements) = &second.ask else {
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
    assert_eq!(example.connector.name, "lake");
    assert_eq!(
        example.connector.settings,
        [("topics".to_owned(), "orders".to_owned())]
    );
    assert_eq!(example.given_role.as_ref(), Some(&example.connector.role_arn));
    assert!(example.trust.contains("2012-10-17") && example.policy.is_some());
    assert_eq!(pack.rules[1].examples[1].given_role, None);
}

#[test]
fn every_fault_stands_at_its_place() {
    // What is replaced, by what, the message, the text at the place, a part of the help.
    let cases: &[(&str, &str, &str, &str, &str)] = &[
        (
            "id = \"demo\"",
            "id = \"Demo\"",
            "`Demo` is not kebab-case",
            "\"Demo\"",
            "hyphens",
        ),
        (
            "id = \"first\"",
            "id = \"a--b\"",
            "`a--b` is not kebab-case",
            "\"a--b\"",
            "hyphens",
        ),
        (
            "version = 3",
            "version = 0",
            "`version` is not a number from 1 to 4294967295",
            "0",
            "1",
        ),
        (
            "version = 3",
            "version = 3.5",
            "`version` is a float, not an integer",
            "3.5",
            "integer",
        ),
        (
            "msk-connect",
            "msk-conect",
            "`platform` cannot be `msk-conect`",
            "\"msk-conect\"",
            "`msk-connect`?",
        ),
        (
            "title = \"Demonstration\"\n",
            "",
            "the pack has no `title`",
            "[pack]",
            "in words",
        ),
        (
            "settings = { topics",
            "settngs = { topics",
            "`pack.example` has no key `settngs`",
            "settngs",
            "`settings`?",
        ),
        (
            "topics = \"orders\"",
            "topics = 1",
            "`topics` is an integer, not a string",
            "1",
            "a string",
        ),
        (
            "cluster = \"arn:aws:kafka:",
            "cluster = \"arn:aws:kafkaconnect:",
            "`arn:aws:kafkaconnect:eu-west-1:111122223333:cluster/orders/1a2b-1` is not the ARN of a cluster",
            "\"arn:aws:kafkaconnect:eu-west-1:111122223333:cluster/orders/1a2b-1\"",
            "cluster/NAME/UUID",
        ),
        (
            "severity = \"error\"",
            "severity = \"eror\"",
            "`severity` cannot be `eror`",
            "\"eror\"",
            "did you mean `error`?",
        ),
        (
            "severity = \"error\"",
            "severity = true",
            "`severity` is a boolean, not a string",
            "true",
            "a string",
        ),
        (
            "severity = \"error\"",
            "sevrity = \"error\"",
            "rule `first` has no `severity`",
            "[[rule]]",
            "how grave",
        ),
        (
            "help = \"Grant it.\"\n",
            "",
            "rule `first` has no `help`",
            "[[rule]]",
            "what a person has to do",
        ),
        (
            "help = \"Grant it.\"",
            "help = \"  \"",
            "`help` is empty",
            "\"  \"",
            "something",
        ),
        (
            "the role may connect",
            "It may.",
            "`title` ends with a full stop",
            "\"It may.\"",
            "headline",
        ),
        (
            "read = 2026-11-21",
            "read = \"2026-11-21\"",
            "`read` is not a date",
            "\"2026-11-21\"",
            "without quotes",
        ),
        (
            "{ document = \"A guide\", read = 2026-11-21 }",
            "",
            "`source` is empty",
            "[]",
            "at least one",
        ),
        (
            "\"iam\"",
            "\"IAM\"",
            "`authentication` cannot be `IAM`",
            "\"IAM\"",
            "`iam`?",
        ),
        (
            "[\"kafka-cluster:Connect\"]",
            "[]",
            "`actions` is empty",
            "[]",
            "at least one",
        ),
        (
            "kafka-cluster:Connect",
            "kafka-cluster:Conect",
            "the catalogue has no action `kafka-cluster:Conect`",
            "\"kafka-cluster:Conect\"",
            "`kafka-cluster:Connect`",
        ),
        (
            "kafka-cluster:Connect",
            "Kafka-Cluster:connect",
            "the catalogue has no action `Kafka-Cluster:connect`",
            "\"Kafka-Cluster:connect\"",
            "`kafka-cluster:Connect`",
        ),
        (
            "kafka-cluster:Connect",
            "kafka-cluster:*",
            "the catalogue has no action `kafka-cluster:*`",
            "\"kafka-cluster:*\"",
            "wildcards",
        ),
        (
            "[\"s3:PutObject\"]",
            "[\"s3:PutObject\", \"s3:PutObject\"]",
            "`s3:PutObject` stands twice in `actions`",
            "\"s3:PutObject\"",
            "once",
        ),
        (
            "${cluster.arn}",
            "${cluster.am}",
            "there is no variable `cluster.am`",
            "cluster.am",
            "did you mean `cluster.arn`?",
        ),
        (
            "${cluster.arn}",
            "${cluster.arn",
            "`${` is never closed",
            "${cluster.arn",
            "`}`",
        ),
        (
            "${cluster.arn}",
            "${log.group}",
            "`${log.group}` has no value for some connectors that the rule is about",
            "[[rule.require]]",
            "`log = \"cloudwatch\"`",
        ),
        (
            "${setting:c}",
            "${setting:d}",
            "`${setting:d}` has no value for some connectors that the rule is about",
            "[[rule.require]]",
            "settings.\"d\"",
        ),
        (
            "delivery.logs.amazonaws.com",
            "delivery.logs.amazonaws.com ",
            "`delivery.logs.amazonaws.com ` is not the name of a service principal",
            "\"delivery.logs.amazonaws.com \"",
            "space",
        ),
        (
            "[[rule.require]]\nof",
            "[[rule.require]]\nresource_policy = false\nof",
            "a service cannot be granted anything but by the policy on the resource",
            "false",
            "out",
        ),
        (
            "aws:SourceAccount",
            "aws:SauceAccount",
            "there is no condition key `aws:SauceAccount`",
            "\"aws:SauceAccount\"",
            "catalogue",
        ),
        (
            "after = [\"first\"]",
            "after = [\"frist\"]",
            "the pack has no rule `frist`",
            "\"frist\"",
            "did you mean `first`?",
        ),
        (
            "id = \"second\"",
            "id = \"first\"",
            "there are two rules `first`",
            "\"first\"",
            "unique",
        ),
        (
            "when = { authentication",
            "judge = \"role-missing\"\nwhen = { authentication",
            "the rule has both `judge` and `require`",
            "[[rule]]",
            "either",
        ),
        (
            "[[rule.require]]\nactions = [\"kafka-cluster:Connect\"]\nresource = \"${cluster.arn}\"\n",
            "",
            "the rule asks nothing",
            "[[rule]]",
            "`judge`",
        ),
        (
            "c = { equals = \"1\" }",
            "c = { equals = \"1\", one_of = [\"2\"] }",
            "the test of `c` does not say one thing",
            "{ equals = \"1\", one_of = [\"2\"] }",
            "one of",
        ),
        (
            "a = \"present\"",
            "a = \"presnt\"",
            "`a` cannot be `presnt`",
            "\"presnt\"",
            "`present`?",
        ),
        (
            "expect = \"pass\"\n",
            "",
            "the example has no `expect`",
            "[[rule.example]]",
            "`pass`",
        ),
        (
            "expect = \"pass\"",
            "expect = \"fail\"",
            "no example of the rule expects `pass`",
            "[[rule]]",
            "silent",
        ),
        (
            "expect = \"fail\"",
            "expect = \"pass\"",
            "no example of the rule expects `fail`",
            "[[rule]]",
            "speaks",
        ),
        (
            "about = \"not granted\"",
            "about = \"granted\"",
            "two examples are about `granted`",
            "[[rule.example]]",
            "apart",
        ),
        (
            "expect = \"fail\"\ngiven",
            "expect = \"warn\"\ngiven",
            "`warn` says nothing new of a rule whose severity is `warning`",
            "\"warn\"",
            "`fail`",
        ),
        (
            "{ s3 = \"bucket\", prefix = \"p\" }",
            "{ prefix = \"p\" }",
            "`log` does not name one destination",
            "{ prefix = \"p\" }",
            "`s3`",
        ),
        (
            "given_role = \"none\"",
            "given_role = \"nobody\"",
            "`nobody` is not the ARN of a role",
            "\"nobody\"",
            "role/NAME",
        ),
        (
            "[[rule]]\nid = \"first\"",
            "[[rules]]\nx = 1\n[[rule]]\nid = \"first\"",
            "the file has no key `rules`",
            "rules",
            "`rule`?",
        ),
    ];
    for (from, to, message, at, help) in cases {
        let (text, faults) = faults_with(from, to);
        let fault = faults.iter().find(|fault| fault.message == *message);
        let fault = fault.unwrap_or_else(|| panic!("{message}: {faults:#?}"));
        assert_eq!(fault.span.of(&text), *at, "{message}");
        assert!(fault.help.contains(help), "{message}: {}", fault.help);
        assert_eq!(fault.file, "bad.toml");
    }
}

#[test]
fn a_fault_inside_a_policy_stands_at_its_byte() {
    let (text, faults) = faults_with(
        "policy = '{ \"Statement\": [] }'",
        "policy = '''\n{ \"Statement\": [}\n'''",
    );
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert!(
        faults[0].message.starts_with("`policy` is not JSON: "),
        "{}",
        faults[0].message
    );
    assert_eq!(faults[0].span.start, text.find("[}").unwrap() + 1);
}

#[test]
fn a_file_that_is_not_toml_gives_the_faults_of_its_syntax() {
    let (text, faults) = faults_with("version = 3", "version = = 3\nid = \"again\"");
    assert!(
        faults
            .iter()
            .all(|fault| fault.message.starts_with("this is not TOML: "))
    );
    assert_eq!(faults[0].span.start, text.find("= 3").unwrap());
    let last = faults.last().unwrap();
    assert!(last.message.ends_with("duplicate key"), "{faults:#?}");
    assert_eq!(last.span.start, text.find("id = \"again\"").unwrap());
}

#[test]
fn all_faults_are_given_at_once_in_the_order_of_the_file() {
    let text = GOOD
        .replace("severity = \"warning\"", "severity = \"bad\"")
        .replace("version = 3", "version = -1");
    let text = text
        .replace("[\"first\"]", "[\"frost\"]")
        .replace("${cluster.arn}", "${nothing}");
    let faults = load("bad.toml", &text).unwrap_err();
    let messages: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    let expected = [
        "`version` is not a number from 1 to 4294967295",
        "there is no variable `nothing`",
        "`severity` cannot be `bad`",
        "the pack has no rule `frost`",
    ];
    assert_eq!(messages, expected);
}

#[test]
fn the_number_of_faults_and_the_size_of_a_file_are_bounded() {
    let many: String = (0..1000).map(|number| format!("key{number} = 1\n")).collect();
    assert_eq!(load("many.toml", &many).unwrap_err().len(), 200);
    let long = "#".repeat(MAX_PACK_BYTES + 1);
    assert_eq!(
        load("long.toml", &long).unwrap_err()[0].message,
        "the file is longer than a mebibyte"
    );
    assert_eq!(load("empty.toml", "").unwrap_err().len(), 2);
}

/// A file with rules of these ids that come after these others.
fn file_of(rules: &[(&str, &[&str])]) -> String {
    let (header, rest) = GOOD.split_once("[[rule]]").unwrap();
    let (body, _) = rest.split_once("[[rule]]").unwrap();
    let mut text = header.to_owned();
    for (id, after) in rules {
        let body = body.replace("id = \"first\"", &format!("id = \"{id}\"\nafter = {after:?}"));
        let body = if after.is_empty() {
            body.replace("after = []\n", "")
        } else {
            body
        };
        text.push_str("[[rule]]");
        text.push_str(&body);
    }
    text
}

#[test]
fn a_cycle_is_shown_all_the_way_round() {
    let text = file_of(&[
        ("a", &["b"]),
        ("b", &["x", "c"]),
        ("c", &["a"]),
        ("x", &[]),
        ("y", &["y"]),
        ("z", &["a"]),
    ]);
    let faults = load("cycle.toml", &text).unwrap_err();
    assert_eq!(faults.len(), 2, "{faults:#?}");
    assert_eq!(
        faults[0].message,
        "rules come after each other in a circle: `a` → `b` → `c` → `a`"
    );
    assert_eq!(faults[0].span.of(&text), "\"b\"");
    let related: Vec<(&str, &str)> = faults[0]
        .related
        .iter()
        .map(|(span, note)| (span.of(&text), note.as_str()))
        .collect();
    assert_eq!(
        related,
        [("\"c\"", "`b` comes after `c`"), ("\"a\"", "`c` comes after `a`")]
    );
    assert_eq!(
        faults[1].message,
        "rules come after each other in a circle: `y` → `y`"
    );
}

#[test]
fn rules_stand_after_those_that_they_name_and_else_as_in_the_file() {
    let text = file_of(&[
        ("d", &["c", "a"]),
        ("b", &[]),
        ("c", &["a"]),
        ("a", &[]),
        ("e", &["b"]),
    ]);
    let pack = load("order.toml", &text).unwrap();
    let order: Vec<&str> = pack.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(order, ["b", "a", "c", "d", "e"]);
}

#[test]
fn a_long_chain_of_rules_is_ordered() {
    let ids: Vec<String> = (0..800).map(|number| format!("r{number}")).collect();
    let after: Vec<Vec<&str>> = (0..ids.len())
        .map(|at| ids.get(at + 1).map(String::as_str).into_iter().collect())
        .collect();
    let rules: Vec<(&str, &[&str])> = ids
        .iter()
        .zip(&after)
        .map(|(id, after)| (id.as_str(), after.as_slice()))
        .collect();
    let pack = load("chain.toml", &file_of(&rules)).unwrap();
    assert_eq!(pack.rules.first().map(|rule| rule.id.as_str()), Some("r799"));
}

#[test]
fn the_packs_of_the_binary_have_no_faults() {
    let packs = builtin().unwrap_or_else(|faults| panic!("{faults:#?}"));
    assert_eq!(packs.len(), BUILTIN_FILES.len());
    let mut codes = HashSet::new();
    let mut ids = HashSet::new();
    for pack in packs {
        assert!(ids.insert(&pack.id), "two packs {}", pack.id);
        for rule in &pack.rules {
            assert!(codes.insert(&rule.code), "two rules {}", rule.code);
            let passing = rule
                .examples
                .iter()
                .filter(|example| example.expect == Expect::Pass)
                .count();
            assert!(passing > 0 && passing < rule.examples.len(), "{}", rule.code);
            assert!(rule.examples.len() >= 3, "{} has no near miss", rule.code);
            assert!(
                rule.help.ends_with('.') && rule.why.ends_with('.'),
                "{}",
                rule.code
            );
        }
    }
}

#[test]
fn msk_connect_has_its_rules_in_the_order_in_which_a_connector_meets_them() {
    let packs = builtin().unwrap();
    let pack = packs.iter().find(|pack| pack.id == "msk-connect").unwrap();
    let codes: Vec<(&str, Severity)> = pack
        .rules
        .iter()
        .map(|rule| (rule.id.as_str(), rule.severity))
        .collect();
    let expected = [
        ("role-service-linked", Severity::Error),
        ("role-missing", Severity::Error),
        ("trust-principal", Severity::Error),
        ("trust-source-mismatch", Severity::Error),
        ("trust-confused-deputy", Severity::Warning),
        ("cluster-connect", Severity::Error),
        ("cluster-describe", Severity::Error),
        ("internal-topics", Severity::Error),
        ("internal-groups", Severity::Error),
        ("topic-read", Severity::Error),
        ("topic-write", Severity::Error),
        ("sink-group", Severity::Error),
        ("log-s3", Severity::Error),
    ];
    let released: Vec<(&str, Severity)> = codes
        .iter()
        .copied()
        .filter(|code| expected.contains(code))
        .collect();
    assert_eq!(released, expected);
}

#[test]
fn the_example_of_the_documentation_loads() {
    let text = include_str!("../../../docs/PACKS.md");
    let (_, rest) = text.split_once("```toml whole\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let pack = load("docs/PACKS.md", example).unwrap_or_else(|faults| panic!("{faults:#?}"));
    assert_eq!(pack.rules.len(), 2);
    assert_eq!(pack.rules[1].after, [pack.rules[0].id.clone()]);
}

#[test]
fn the_documentation_names_every_key_and_word() {
    let text = include_str!("../../../docs/PACKS.md");
    for (from, word) in [
        ("version = 3", "version = 3\nzzzz = 1"),
        ("authentication = \"iam\"", "zzzz = 1"),
    ]
    .iter()
    .chain(&[
        ("severity = \"error\"", "zzzz = 1"),
        ("resource = \"${cluster.arn}\"", "zzzz = 1"),
    ])
    .chain(&[
        ("about = \"granted\"", "zzzz = 1"),
        ("s3 = \"bucket\"", "zzzz = 1"),
        ("${cluster.arn}", "${zzzz}"),
    ]) {
        let (_, faults) = faults_with(from, word);
        let list = faults
            .iter()
            .find(|fault| fault.message.contains("zzzz"))
            .unwrap();
        let words = list.help.split('`').skip(1).step_by(2);
        for word in words {
            assert!(
                text.contains(&format!("`{word}")) || text.contains(&format!("${{{word}")),
                "{word}"
            );
        }
    }
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
