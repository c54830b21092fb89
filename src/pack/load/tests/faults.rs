//! Each fault of a rule file with its place and its help.

use super::{GOOD, faults_with};
use crate::pack::{MAX_PACK_BYTES, load};

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
            "harmless = []\nwhen = { authentication",
            "the rule has `harmless`, and does not judge what is too much",
            "[[rule]]",
            "over-broad",
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

#[test]
fn a_judgement_of_another_platform_is_refused() {
    let judging = |name: &str| GOOD.replacen("severity = ", &format!("judge = \"{name}\"\nseverity = "), 1);
    let foreign = |name: &str| {
        let faults = load("demo.toml", &judging(name)).unwrap_err();
        faults.iter().any(|fault| {
            fault
                .message
                .contains("judges by a procedure that is not of `msk-connect`")
        })
    };
    assert!(foreign("key-tag") && foreign("role-mismatch"));
    assert!(!foreign("trust-principal") && !foreign("log-firehose"));
}
