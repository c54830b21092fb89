//! What Confluent's outputs say, in each of their forms.

use super::*;

const SHAPE: &str = "confluent provider-integration describe";

fn table() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/inputs");
    std::fs::read_to_string(format!("{folder}/{SHAPE}, table.txt")).unwrap()
}

/// Id, Confluent's role, external id, customer's role.
fn facts(inputs: &Inputs) -> Vec<[String; 4]> {
    let integrations = inputs.integrations.iter();
    let facts = integrations.map(|integration| {
        [
            &integration.id,
            &integration.iam_role_arn,
            &integration.external_id,
            &integration.customer_role_arn,
        ]
        .map(|value| {
            value
                .as_ref()
                .map_or_else(String::new, |value| value.value.clone())
        })
    });
    facts.collect()
}

#[test]
fn an_integration_says_the_same_in_every_form() {
    let expected = [
        "cspi-5rq8w",
        "arn:aws:iam::417093825566:role/cspi-5rq8w",
        "0f5d7a36-8b1e-4c92-9d47-61e2ac30b58f",
        "arn:aws:iam::730512846091:role/confluent-lake",
    ];
    let list = "  ID | Name | IAM Role ARN | External ID | Customer Role ARN | Usages \n-----+------+---\n  \
                cspi-5rq8w | lake | arn:aws:iam::417093825566:role/cspi-5rq8w | 0f5d7a36-8b1e-4c92-9d47-61e2ac30b58f \
                | arn:aws:iam::730512846091:role/confluent-lake |\n";
    for (name, text) in [
        ("a.json", sample(SHAPE)),
        ("a.json", format!("[{}]", sample(SHAPE))),
        ("a.txt", table()),
        ("a.json", table()),
        (
            "a.txt",
            format!(
                "$ confluent provider-integration describe cspi-5rq8w | tee a.txt\n{}",
                table()
            ),
        ),
        ("a.txt", list.to_owned()),
        ("a.json", sample("confluent pim integration")),
        ("a.json", sample("confluent api list")),
    ] {
        let inputs = read_files(&[(name, text.clone())]);
        assert_eq!(facts(&inputs), [expected.map(str::to_owned)], "{text}");
        assert_eq!(problems(&inputs), [""; 0], "{text}");
    }
}

#[test]
fn two_descriptions_of_one_integration_have_to_agree() {
    let other = sample_with(SHAPE, "/external_id", json!("another"));
    let inputs = read_files(&[("a.json", sample(SHAPE)), ("b.txt", table()), ("c.json", other)]);
    assert_eq!(inputs.integrations.len(), 1);
    let expected = "c.json: the external id of the provider integration `cspi-5rq8w` differs from the one at `a.json:7:18`";
    assert_eq!(problems(&inputs), [expected]);
}

#[test]
fn other_clouds_are_told_of_and_not_taken_for_aws() {
    let inputs = read_files(&[
        ("a.json", sample("confluent provider-integration v2 describe")),
        (
            "b.json",
            sample_with("confluent pim integration", "/provider", json!("GCP")),
        ),
        (
            "c.json",
            sample_with(
                "confluent byok describe",
                "/key",
                json!("https://vault.azure.net/keys/k"),
            ),
        ),
    ]);
    assert!(inputs.integrations.is_empty() && inputs.byok_keys.is_empty());
    assert_eq!(
        notes(&inputs),
        [
            "the provider integration `cspi-g81hz` is with `gcp`, not with AWS, so there is nothing to judge of it",
            "the provider integration `cspi-5rq8w` is with `GCP`, not with AWS, so there is nothing to judge of it",
            "this key is not one of AWS, so there is nothing to judge of it",
        ]
    );
}

#[test]
fn a_connector_says_the_same_in_every_form() {
    let settings =
        json!({ "connector.class": "KinesisSource", "name": "clicks-in", "kinesis.stream": "clicks" });
    let described = json!({
        "connector": { "id": "lcc-1", "name": "clicks-in" }, "tasks": [],
        "configs": [
            { "config": "connector.class", "value": "KinesisSource" },
            { "config": "kinesis.stream", "value": "clicks" },
        ],
    });
    for text in [
        settings.to_string(),
        json!({ "name": "clicks-in", "config": settings }).to_string(),
        described.to_string(),
    ] {
        let inputs = read_files(&[("a.json", text.clone())]);
        let connector = inputs.managed_connectors.first().expect(&text);
        assert_eq!(connector.name.value, "clicks-in", "{text}");
        let stream = connector
            .setting("kinesis.stream")
            .map(|setting| setting.value.value.as_str());
        assert_eq!(stream, Some("clicks"), "{text}");
    }
}

#[test]
fn a_connector_that_runs_elsewhere_is_not_taken_for_one_of_the_cloud() {
    let config = json!({ "connector.class": "io.confluent.connect.s3.S3SinkConnector", "topics": "a" });
    let inputs = read_files(&[("a.json", json!({ "name": "x", "config": config }).to_string())]);
    assert!(inputs.managed_connectors.is_empty());
    assert_eq!(inputs.notes.len(), 1);
}

#[test]
fn the_roles_of_a_key_stand_in_a_list_or_in_a_cell() {
    let table = "| ID | cck-1 |\n| Key | arn:aws:kms:eu-north-1:1:key/k |\n| Roles | arn:r/a, |\n| | arn:r/b |\n+--+\n";
    let one_line =
        "| ID | cck-1 |\n| Key | arn:aws:kms:eu-north-1:1:key/k |\n| Roles | arn:r/a, arn:r/b |\n+--+\n";
    for text in [table, one_line] {
        let inputs = read_files(&[("a.txt", text.to_owned())]);
        let roles: Vec<&str> = inputs.byok_keys[0]
            .roles
            .iter()
            .map(|role| role.value.as_str())
            .collect();
        assert_eq!(roles, ["arn:r/a", "arn:r/b"], "{text}");
    }
    let inputs = read_samples(&["confluent byok key"]);
    assert_eq!(inputs.byok_keys[0].roles.len(), 2);
}

#[test]
fn a_plain_text_that_is_no_table_is_nothing_and_no_fault() {
    let inputs = read_files(&[
        ("notes.txt", "ask | first\n".to_owned()),
        ("broken.txt", "{\"a\"".to_owned()),
    ]);
    assert_eq!(inputs.unrecognised.len(), 1);
    assert_eq!(inputs.unread.len(), 1);
}
