//! The JSON syntax, and files that override others.

use super::{read_files, role_name};
use crate::terraform::Known;

const MAIN: &str = r#"{
  "variable": {"prefix": {"type": "string", "default": "p"}, "open": {}},
  "locals": [{"actions": ["s3:GetObject"]}],
  "data": {"aws_iam_policy_document": {"d": {
    "statement": [
      {"actions": "${local.actions}", "resources": ["arn:aws:s3:::${var.prefix}/*"],
       "condition": {"test": "Bool", "variable": "k", "values": ["true"]}},
      {"dynamic": {"principals": {"for_each": ["x"], "iterator": "it", "content": {"type": "AWS", "identifiers": ["${it.value}"]}}},
       "actions": ["sts:AssumeRole"]}
    ]}}},
  "resource": {
    "aws_iam_role": {"r": {"name": "${var.prefix}-${lookup({a = \"b\"}, \"a\")}", "assume_role_policy": "${data.aws_iam_policy_document.d.json}"}},
    "aws_mskconnect_connector": {"c": {"name": "c", "service_execution_role_arn": "${aws_iam_role.r.arn}",
      "connector_configuration": {"topics": "t"},
      "kafka_cluster": {"apache_kafka_cluster": {"bootstrap_servers": "b-1.example.com:9098"}},
      "plugin": [{"custom_plugin": [{"arn": "arn:p", "revision": 1}]}]}}
  }
}"#;

#[test]
fn the_json_syntax_is_read_as_the_other_one() {
    let files = [("main.tf.json", MAIN)];
    assert_eq!(role_name(&files), "p-b");
    let (made, reading, mut sources) = read_files(&files, &Known::default());
    assert!(reading.problems.is_empty(), "{:?}", reading.problems);
    let trust = made[0]
        .pointer("/Role/AssumeRolePolicyDocument/Statement")
        .unwrap();
    assert_eq!(trust.pointer("/0/Action/0"), Some(&"s3:GetObject".into()));
    assert_eq!(trust.pointer("/0/Resource/0"), Some(&"arn:aws:s3:::p/*".into()));
    assert_eq!(trust.pointer("/0/Condition/Bool/k/0"), Some(&"true".into()));
    assert_eq!(trust.pointer("/1/Principal/AWS/0"), Some(&"x".into()));
    let servers = "/kafkaCluster/apacheKafkaCluster/bootstrapServers";
    assert_eq!(made[1].pointer(servers), Some(&"b-1.example.com:9098".into()));
    assert_eq!(
        made[1].pointer("/plugins/0/customPlugin/customPluginArn"),
        Some(&"arn:p".into())
    );
    // Places are those of the JSON.
    let doc = sources.add_composed(&reading.documents[0]);
    let tree = sources.tree(doc).unwrap();
    let node = tree
        .find("/Role/AssumeRolePolicyDocument/Statement/0/Resource/0")
        .unwrap();
    let location = sources.locate(crate::source::Place { doc, node });
    assert_eq!(
        (location.file.as_str(), location.span.of(MAIN)),
        ("main.tf.json", "\"arn:aws:s3:::${var.prefix}/*\"")
    );
    let node = sources.tree(doc).unwrap().find("/Role").unwrap();
    let location = sources.locate(crate::source::Place { doc, node });
    assert!(
        location.span.of(MAIN).starts_with("\"aws_iam_role\": {\"r\"")
            || location.span.of(MAIN).starts_with("\"resource\"")
    );
}

#[test]
fn values_of_variables_may_be_json() {
    let main = (
        "main.tf",
        "variable \"n\" {}\nresource \"aws_iam_role\" \"r\" {\n  name = var.n\n}\n",
    );
    assert_eq!(
        role_name(&[main, ("terraform.tfvars.json", "{\"n\": \"${x}\"}")]),
        "${x}"
    );
}

#[test]
fn garbage_in_the_json_syntax_is_a_problem_with_a_place() {
    for bad in ["{\"resource\": ", "", "{\"locals\": {\"a\": \"${\"}}"] {
        let good = (
            "good.tf",
            "resource \"aws_iam_role\" \"r\" {\n  name = \"r\"\n}\n",
        );
        let (made, reading, _) = read_files(&[("bad.tf.json", bad), good], &Known::default());
        assert_eq!(
            (made.len(), reading.problems.len(), reading.unread.len()),
            (1, 1, 1),
            "{bad}"
        );
        assert!(reading.problems[0].place.is_some());
    }
}

#[test]
fn every_part_of_a_file_in_the_json_syntax_can_be_missing() {
    for end in (0..MAIN.len()).step_by(5) {
        let _ = read_files(&[("main.tf.json", &MAIN[..end])], &Known::default());
        let mut cut = MAIN.to_owned();
        cut.replace_range(end..(end + 5).min(MAIN.len()), "");
        let (_, reading, _) = read_files(&[("main.tf.json", &cut)], &Known::default());
        assert!(reading.problems.len() < 2);
    }
}

#[test]
fn override_files_take_the_place_argument_by_argument() {
    let main = "variable \"n\" {\n  default = \"a\"\n}\nlocals {\n  l = \"1\"\n}\nresource \"aws_iam_role\" \"r\" {\n  name = \"${var.n}-${local.l}\"\n  path = \"/x/\"\n}\n";
    let over = "variable \"n\" {\n  default = \"b\"\n}\nlocals {\n  l = \"2\"\n}\nresource \"aws_iam_role\" \"r\" {\n  path = \"/y/\"\n}\n";
    let files = [("a_override.tf", over), ("main.tf", main)];
    assert_eq!(role_name(&files), "b-2");
    let (made, ..) = read_files(&files, &Known::default());
    assert_eq!(made[0].pointer("/Role/Path"), Some(&"/y/".into()));
    let json = r#"{"resource": {"aws_iam_role": {"r": {"name": "c"}}}}"#;
    assert_eq!(role_name(&[("override.tf.json", json), ("main.tf", main)]), "c");
    // Nested blocks of one kind take the place of all of that kind.
    let document = |statement: &str| {
        format!(
            "data \"aws_iam_policy_document\" \"d\" {{\n  statement {{\n    actions = [\"{statement}\"]\n  }}\n}}\n"
        )
    };
    let role = "resource \"aws_iam_role\" \"r\" {\n  name = \"r\"\n  assume_role_policy = data.aws_iam_policy_document.d.json\n}\n";
    let (main, over) = (document("a:b") + role, document("c:d"));
    let (made, ..) = read_files(&[("main.tf", &main), ("override.tf", &over)], &Known::default());
    let statements = made[0]
        .pointer("/Role/AssumeRolePolicyDocument/Statement")
        .unwrap();
    assert_eq!(statements.as_array().unwrap().len(), 1);
    assert_eq!(statements.pointer("/0/Action/0"), Some(&"c:d".into()));
}
