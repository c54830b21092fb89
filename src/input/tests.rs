//! What a folder of files says, taken together.

use serde_json::{Value, json};

use super::*;

mod confluent;
mod garbage;
mod joining;

const ROLE: &str = "arn:aws:iam::730512846091:role/connect/parcel-sink";

/// The sample of a shape.
fn sample(shape: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/inputs");
    std::fs::read_to_string(format!("{folder}/{shape}.json")).unwrap()
}

/// Reads samples and other texts: `name=shape` is a sample under another name, `name` alone one in its own.
fn read_files(files: &[(&str, String)]) -> Inputs {
    read_with(files, &ReadOptions::default())
}

fn read_with(files: &[(&str, String)], options: &ReadOptions) -> Inputs {
    read(
        files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), text.clone().into_bytes())),
        options,
    )
}

/// Reads samples, each as the file of its name.
fn read_samples(shapes: &[&str]) -> Inputs {
    let files = shapes
        .iter()
        .map(|shape| (format!("{shape}.json"), sample(shape).into_bytes()));
    read(files, &ReadOptions::default())
}

/// A sample with one value replaced.
fn sample_with(shape: &str, pointer: &str, value: Value) -> String {
    let mut sample: Value = serde_json::from_str(&sample(shape)).unwrap();
    *sample.pointer_mut(pointer).unwrap() = value;
    sample.to_string()
}

/// The problems as `pointer: message`; the pointer is that of the innermost value of the span, or of its string.
fn problems(inputs: &Inputs) -> Vec<String> {
    inputs
        .problems
        .iter()
        .map(|problem| format!("{}: {}", problem.file, problem.message))
        .collect()
}

fn notes(inputs: &Inputs) -> Vec<&str> {
    inputs.notes.iter().map(|note| note.message.as_str()).collect()
}

/// The text under a place in its own document.
fn shown(inputs: &Inputs, place: Place) -> &str {
    inputs.sources.tree(place.doc).unwrap().raw(place.node)
}

#[test]
fn a_described_connector_says_all_that_a_check_asks() {
    let inputs = read_samples(&["describe-connector"]);
    let [connector] = inputs.connectors.as_slice() else {
        panic!()
    };
    assert_eq!(connector.name.value, "parcel-lake-sink");
    assert_eq!(
        connector.setting("topics").unwrap().value.value,
        "parcels.scanned,parcels.lost"
    );
    assert_eq!(connector.setting("Topics"), None);
    assert_eq!(connector.role_arn.as_ref().unwrap().value, ROLE);
    assert_eq!(connector.authentication.as_ref().unwrap().value, "IAM");
    assert_eq!(connector.encryption.as_ref().unwrap().value, "TLS");
    assert_eq!(connector.state.as_ref().unwrap().value, "FAILED");
    assert_eq!(
        connector.state_message.as_ref().unwrap().value,
        "a sample message"
    );
    assert!(
        connector
            .worker_configuration_arn
            .as_ref()
            .unwrap()
            .value
            .ends_with("-4")
    );
    assert_eq!(connector.plugin_arns.len(), 1);
    let s3 = connector.log_delivery.s3.as_ref().unwrap();
    let texts = (
        s3.target.as_ref().unwrap().value.as_str(),
        s3.prefix.as_ref().unwrap().value.as_str(),
    );
    assert_eq!((s3.enabled, texts), (true, ("parcel-connect-logs", "workers")));
    assert!(!connector.log_delivery.firehose.as_ref().unwrap().enabled);
    assert_eq!(
        shown(&inputs, connector.setting("s3.region").unwrap().key.place),
        "\"s3.region\""
    );
    assert_eq!(problems(&inputs), [""; 0]);
}

#[test]
fn a_setting_given_twice_is_a_problem_and_the_last_counts() {
    let text = r#"{"connectorName": "c", "connectorConfiguration": {"a": "1", "a": 2, "b": null},
        "serviceExecutionRoleArn": "r"}"#;
    let inputs = read_files(&[("c.json", text.to_owned())]);
    assert_eq!(inputs.connectors[0].setting("a").unwrap().value.value, "2");
    let expected = [
        "c.json: the key `a` is given twice in the same object",
        "c.json: expected a string for `b`, found null",
    ];
    assert_eq!(problems(&inputs), expected);
}

#[test]
fn the_answer_to_create_connector_needs_no_role() {
    let text = r#"{"ConnectorName": "c", "ConnectorArn": "a", "ConnectorState": "CREATING"}"#;
    let inputs = read_files(&[("c.json", text.to_owned())]);
    assert_eq!((inputs.connectors.len(), problems(&inputs)), (1, vec![]));
    assert!(inputs.connectors[0].configuration.is_none());
}

#[test]
fn what_is_missing_or_of_the_wrong_kind_is_said_with_its_place_and_the_rest_is_read() {
    let text = r#"{"connectorName": "c", "connectorConfiguration": {"topics": "t"}, "plugins": {},
        "logDelivery": {"workerLogDelivery": {"s3": {"bucket": 7}, "firehose": true}}, "kafkaCluster": "x"}"#;
    let inputs = read_files(&[("c.json", text.to_owned())]);
    let said: Vec<_> = inputs
        .problems
        .iter()
        .map(|problem| (problem.place.unwrap().1.of(text), problem.message.as_str()))
        .collect();
    assert_eq!(said.len(), 6, "{said:?}");
    assert!(said.contains(&("{}", "expected an array for `plugins`, found an object")));
    assert!(said.contains(&("7", "expected a string for `bucket`, found a number")));
    assert!(said.contains(&(r#"{"bucket": 7}"#, "`enabled` is missing here")));
    assert!(said.contains(&("true", "expected an object for `firehose`, found a boolean")));
    assert!(said.contains(&(r#""x""#, "expected an object for `kafkaCluster`, found a string")));
    assert!(said.contains(&(text, "`serviceExecutionRoleArn` is missing here")));
    assert!(inputs.connectors[0].log_delivery.s3.as_ref().unwrap().enabled);
    assert_eq!(inputs.connectors[0].setting("topics").unwrap().value.value, "t");
}

#[test]
fn clusters_of_both_versions_and_cases_are_read() {
    let old: Value = serde_json::from_str(&sample("describe-cluster")).unwrap();
    let new = json!({"clusterInfo": {"clusterArn": "arn:aws:kafka:eu-north-1:730512846091:cluster/b/2",
        "clusterName": "b", "provisioned": {"clientAuthentication": {"sasl": {"iam": {"enabled": false}}},
        "encryptionInfo": {"encryptionAtRest": {"dataVolumeKMSKeyId": "key"}},
        "zookeeperConnectString": "z-1.b.x.c1.kafka.eu-north-1.amazonaws.com:2181"}}});
    let inputs = read_files(&[("a.json", old.to_string()), ("b.json", new.to_string())]);
    let iam: Vec<_> = inputs
        .clusters
        .iter()
        .map(|cluster| cluster.iam.as_ref().unwrap().value)
        .collect();
    assert_eq!(iam, [true, false]);
    let second = inputs
        .cluster("arn:aws:kafka:eu-north-1:730512846091:cluster/b/2")
        .unwrap();
    assert_eq!(second.encryption_key.as_ref().unwrap().value, "key");
    assert_eq!(second.zookeeper.len(), 1);
    let serverless = read_samples(&["list-clusters"]);
    assert!(serverless.clusters[0].iam.as_ref().unwrap().value);
}

#[test]
fn bootstrap_brokers_keep_their_strings() {
    let inputs = read_samples(&["get-bootstrap-brokers"]);
    let keys: Vec<_> = inputs.bootstrap_brokers[0]
        .strings
        .iter()
        .map(|string| string.key.value.as_str())
        .collect();
    assert_eq!(keys, ["BootstrapBrokerStringSaslIam", "BootstrapBrokerStringTls"]);
}

#[test]
fn the_cluster_of_a_connector_is_the_one_that_its_servers_name() {
    let find = |cluster: &str, servers: &str| {
        let connector = sample_with(
            "describe-connector",
            "/kafkaCluster/apacheKafkaCluster/bootstrapServers",
            json!(servers),
        );
        let inputs = read_files(&[("a/c.json", connector), ("a/k.json", cluster.to_owned())]);
        inputs.cluster_of(&inputs.connectors[0]).map(|found| found.fit)
    };
    let cluster = sample("describe-cluster");
    let without = sample_with(
        "describe-cluster",
        "/ClusterInfo/ZookeeperConnectString",
        Value::Null,
    );
    let host = "b-2.parcelhub.9k2m1x.c3.kafka.eu-north-1.amazonaws.com:9098";
    let other = "b-2.parcelhub.zzzzzz.c3.kafka.eu-north-1.amazonaws.com:9098";
    assert_eq!(find(&cluster, host), Some(ClusterFit::Named));
    assert_eq!(find(&cluster, other), Some(ClusterFit::HostsDiffer));
    assert_eq!(find(&without, other), Some(ClusterFit::Named));
    assert_eq!(
        find(&without, &other.replace("north", "west")),
        Some(ClusterFit::HostsDiffer)
    );
    assert_eq!(
        find(&cluster, "kafka.internal.example:9098"),
        Some(ClusterFit::OnlyNear)
    );
    assert_eq!(find("{}", host), None);
}

#[test]
fn worker_properties_are_decoded_and_keep_the_place_of_the_string() {
    let inputs = read_samples(&["describe-worker-configuration", "describe-connector"]);
    let arn = &inputs.connectors[0]
        .worker_configuration_arn
        .as_ref()
        .unwrap()
        .value;
    let properties = inputs
        .worker_configuration(arn)
        .unwrap()
        .properties
        .as_ref()
        .unwrap();
    assert!(properties.value.contains("config.providers=secrets\n"));
    assert!(shown(&inputs, properties.place).starts_with("\"a2V5"));
    for bad in ["a2V5L", "/w=="] {
        let text = sample_with(
            "describe-worker-configuration",
            "/latestRevision/propertiesFileContent",
            json!(bad),
        );
        let inputs = read_files(&[("w.json", text)]);
        assert_eq!(
            problems(&inputs),
            ["w.json: the content is not base64 of UTF-8 text"]
        );
        assert!(inputs.worker_configurations[0].properties.is_none());
    }
}

#[test]
fn an_account_dump_says_who_has_which_policies() {
    let inputs = read_samples(&["get-account-authorization-details"]);
    let role = inputs.role(ROLE).unwrap();
    assert_eq!(
        (role.account(), role.is_service_linked()),
        (Some("730512846091"), false)
    );
    assert!(role.trust.is_some() && role.attached_listed);
    assert_eq!(role.tags[0].value.value, "parcels");
    let attached: Vec<_> = role
        .attached
        .iter()
        .map(|one| inputs.attached_policy(one).unwrap())
        .map(|policy| (policy.name.as_str(), policy.embedded.is_some()))
        .collect();
    assert_eq!(attached, [("parcel-lake", false), ("ReadOnlyAccess", true)]);
    let boundary = inputs.attached_policy(role.boundary.as_ref().unwrap()).unwrap();
    assert_eq!(boundary.name, "parcel-boundary");
    let lake = inputs
        .managed_policy("arn:aws:iam::730512846091:policy/parcel-lake")
        .unwrap();
    assert_eq!(lake.version.as_deref(), Some("v2"));
    assert!(shown(&inputs, lake.document.unwrap().place()).contains("s3:PutObject"));
    assert_eq!(inputs.users[0].groups[0].value, "operators");
    assert!(inputs.attached_policy(&inputs.groups[0].attached[0]).is_some());
    assert!(inputs.roles[1].is_service_linked());
    assert_eq!(problems(&inputs), [""; 0]);
}

/// An account dump with every document as a string, by `encode`.
fn encoded(encode: fn(&str) -> String) -> String {
    fn walk(value: &mut Value, encode: fn(&str) -> String) {
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    if ["AssumeRolePolicyDocument", "PolicyDocument", "Document"].contains(&key.as_str()) {
                        *value = json!(encode(&value.to_string()));
                    } else {
                        walk(value, encode);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, encode)),
            _ => {}
        }
    }
    let mut dump = serde_json::from_str(&sample("get-account-authorization-details")).unwrap();
    walk(&mut dump, encode);
    dump.to_string()
}

#[test]
fn documents_may_be_objects_strings_or_percent_encoded_strings() {
    let percent = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    for text in [encoded(str::to_owned), encoded(percent)] {
        let inputs = read_files(&[("account.json", text)]);
        assert_eq!(problems(&inputs), [""; 0]);
        let role = inputs.role(ROLE).unwrap();
        let document = role.inline[0].document.unwrap();
        let tree = inputs.sources.tree(document.doc).unwrap();
        let action = tree.find("/Statement/0/Action/0").unwrap();
        assert!(tree.is_string(action, "kafka-cluster:Connect"));
        let pointer = inputs.sources.pointer(Place {
            doc: document.doc,
            node: action,
        });
        assert_eq!(
            pointer,
            "/RoleDetailList/0/RolePolicyList/0/PolicyDocument/Statement/0/Action/0"
        );
    }
}

#[test]
fn pages_may_be_concatenated_or_in_an_array() {
    let page = |key: &str, more: bool| {
        let dump: Value = serde_json::from_str(&sample("get-account-authorization-details")).unwrap();
        json!({key: dump[key], "IsTruncated": more, "Marker": "m"}).to_string()
    };
    let (roles, policies) = (page("RoleDetailList", true), page("Policies", false));
    for text in [
        format!("{roles}\n{policies}\n"),
        format!("{roles}{policies}"),
        format!("[{roles},{policies}]"),
    ] {
        let inputs = read_files(&[("account.json", text)]);
        let given = inputs.policies.iter().filter(|policy| policy.embedded.is_none());
        assert_eq!((inputs.roles.len(), given.count()), (2, 2));
        assert!(
            inputs
                .role(ROLE)
                .unwrap()
                .boundary
                .as_ref()
                .unwrap()
                .policy
                .is_some()
        );
        assert_eq!((problems(&inputs), notes(&inputs)), (vec![], vec![]));
    }
    let inputs = read_files(&[("account.json", roles)]);
    assert_eq!(
        notes(&inputs),
        ["more pages of this account dump follow, and the last one is not here"]
    );
}

#[test]
fn a_policy_that_is_no_json_is_kept_for_its_fault_and_is_not_taken_as_empty() {
    let pointer = "/RoleDetailList/0/RolePolicyList/0/PolicyDocument";
    let text = json!("{\"Statement\": [}");
    let dump = sample_with("get-account-authorization-details", pointer, text);
    let inputs = read_files(&[("a.json", dump)]);
    assert_eq!((problems(&inputs).len(), inputs.skipped), (0, 0));
    let [broken] = inputs.broken_policies[..] else {
        panic!("{:?}", inputs.broken_policies);
    };
    assert!(inputs.sources.tree(broken).is_none());
    let role = inputs.role(ROLE).unwrap();
    assert_eq!((role.inline.len(), role.inline[0].document), (1, None));
}

#[test]
fn an_unreadable_policy_is_a_problem_and_is_not_taken_as_empty() {
    let pointer = "/RoleDetailList/0/RolePolicyList/0/PolicyDocument";
    for (document, message) in [
        (
            json!("%7B%7"),
            "a.json: `%` is not followed by two hexadecimal digits",
        ),
        (
            json!(7),
            "a.json: expected an object, or a string that holds one, found a number",
        ),
        (Value::Null, "a.json: `PolicyDocument` is missing here"),
    ] {
        let inputs = read_files(&[(
            "a.json",
            sample_with("get-account-authorization-details", pointer, document),
        )]);
        assert_eq!(problems(&inputs), [message]);
        let role = inputs.role(ROLE).unwrap();
        assert_eq!((role.inline.len(), role.inline[0].document), (1, None));
    }
}

#[test]
fn a_policy_without_a_default_version_has_no_text() {
    let text = sample_with(
        "get-account-authorization-details",
        "/Policies/0/PolicyVersionList/0/IsDefaultVersion",
        json!(false),
    );
    let inputs = read_files(&[("a.json", text)]);
    assert_eq!(
        problems(&inputs),
        ["a.json: none of the versions in `PolicyVersionList` is the default one"]
    );
    assert!(inputs.policies[0].document.is_none());
}

#[test]
fn log_policies_and_their_list_are_read() {
    let inputs = read_samples(&["describe-resource-policies"]);
    assert_eq!(inputs.log_policies[0].name.as_ref().unwrap().value, "delivery");
    assert!(inputs.log_policies[0].document.is_some());
    let none = read_files(&[("logs.json", r#"{"resourcePolicies": []}"#.to_owned())]);
    assert_eq!((none.log_policies.len(), none.log_policy_lists.len()), (0, 1));
}

#[test]
fn organization_policies_have_their_level_from_the_name_of_the_file_and_root_is_first() {
    let scp = sample("describe-policy");
    let rcp = sample_with(
        "describe-policy",
        "/Policy/PolicySummary/Type",
        json!("RESOURCE_CONTROL_POLICY"),
    );
    let tags = sample_with(
        "describe-policy",
        "/Policy/PolicySummary/Type",
        json!("TAG_POLICY"),
    );
    let inputs = read_files(&[
        ("scps/account-own.json", scp.clone()),
        ("scps/root-full.json", sample("policy")),
        ("scps/tags.json", tags),
        ("elsewhere-x.json", rcp),
    ]);
    let read: Vec<_> = inputs
        .organization_policies
        .iter()
        .map(|it| (it.level.as_str(), it.name.as_str(), it.kind))
        .collect();
    let (service, resource) = (
        OrganizationPolicyKind::ServiceControl,
        OrganizationPolicyKind::ResourceControl,
    );
    let expected = [
        ("root", "full", service),
        ("", "no-other-regions", resource),
        ("account", "no-other-regions", service),
    ];
    assert_eq!(read, expected);
    assert_eq!(
        notes(&inputs),
        ["a policy of the type `TAG_POLICY` decides no request and is left out"]
    );
}

#[test]
fn what_is_nothing_known_is_said_once_and_stops_nothing() {
    let inputs = read_files(&[
        ("a/expected.json", r#"{"about": "x", "errors": []}"#.to_owned()),
        ("a/role.json", sample("get-role")),
    ]);
    let [unrecognised] = inputs.unrecognised.as_slice() else {
        panic!()
    };
    assert_eq!(inputs.sources.name(unrecognised.doc), "a/expected.json");
    assert_eq!(
        (inputs.roles.len(), problems(&inputs), inputs.unread.len()),
        (1, vec![], 0)
    );
}

#[test]
fn faults_inside_policies_are_left_to_their_reader_and_a_byte_order_mark_is_none() {
    let text = "\u{feff}{\"Statement\": [], \"Statement\": []}";
    assert_eq!(problems(&read_files(&[("p.json", text.to_owned())])), [""; 0]);
    let text = r#"{"RoleName": "r", "RoleName": "r", "PolicyName": "p", "PolicyDocument": {"a": 1, "a": 2}}"#;
    let inputs = read_files(&[("p.json", text.to_owned())]);
    assert_eq!(
        problems(&inputs),
        ["p.json: the key `RoleName` is given twice in the same object"]
    );
}

#[test]
fn the_order_of_files_does_not_count() {
    let shapes = [
        "get-role",
        "get-role-policy",
        "get-policy-version",
        "get-policy",
        "describe-connector",
    ];
    let forward = format!("{:?}", read_samples(&shapes));
    let mut backward = shapes;
    backward.reverse();
    assert_eq!(forward, format!("{:?}", read_samples(&backward)));
}
