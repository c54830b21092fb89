//! Nothing that a file holds makes reading panic, or keeps other files from being read.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

#[test]
fn garbage_is_a_problem_each_and_the_rest_is_read() {
    let garbage: [(&str, &[u8]); 6] = [
        ("empty.json", b""),
        ("space.json", b" \n"),
        ("cut.json", b"{\"Role\": {\"RoleName\": \"x"),
        ("image.json", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
        ("text.json", b"hello"),
        ("utf16.json", b"\xff\xfe{\x00}\x00"),
    ];
    let mut files: Vec<_> = garbage
        .iter()
        .map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec()))
        .collect();
    files.push(("deep.json".to_owned(), "[".repeat(1_000_000).into_bytes()));
    files.push((
        "deep-object.json".to_owned(),
        "{\"Role\":".repeat(10_000).into_bytes(),
    ));
    files.push(("role.json".to_owned(), sample("get-role").into_bytes()));
    let inputs = read(files, &ReadOptions::default());
    assert_eq!(
        (inputs.roles.len(), inputs.unread.len(), inputs.problems.len()),
        (1, 8, 8),
        "{:?}",
        problems(&inputs)
    );
    let unread: Vec<_> = inputs
        .unread
        .iter()
        .map(|doc| inputs.sources.name(*doc))
        .collect();
    let expected = [
        "cut.json",
        "deep-object.json",
        "deep.json",
        "empty.json",
        "image.json",
        "space.json",
        "text.json",
        "utf16.json",
    ];
    assert_eq!(unread, expected);
}

#[test]
fn values_that_are_nothing_known_are_unrecognised() {
    for text in [
        "1",
        "null",
        "\"x\"",
        "[]",
        "{}",
        "[[{}]]",
        "[1, null]",
        "{} {} {}",
    ] {
        let inputs = read_files(&[("x.json", text.to_owned())]);
        assert_eq!(
            (inputs.unrecognised.len(), problems(&inputs)),
            (1, vec![]),
            "{text}"
        );
    }
}

#[test]
fn text_after_a_document_is_a_problem_when_it_is_no_document() {
    let inputs = read_files(&[("x.json", format!("{} and more", sample("get-role")))]);
    assert_eq!(inputs.roles.len(), 1);
    assert_eq!(
        problems(&inputs),
        ["x.json: expected the end of the text after the JSON document"]
    );
}

#[test]
fn policies_as_deep_as_can_be_are_compared() {
    let levels = crate::source::MAX_DEPTH - 1;
    let policy = format!("{{\"Statement\": {}{}}}", "[".repeat(levels), "]".repeat(levels));
    let files = [
        ("a/bucket-policies/b.json", policy.clone()),
        ("c/bucket-policies/b.json", policy),
    ];
    assert_eq!(problems(&read_files(&files)), [""; 0]);
}

/// Pointers to every value of a document.
fn pointers(value: &Value, at: String, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members
                .iter()
                .for_each(|(key, value)| pointers(value, format!("{at}/{}", key.replace('/', "~1")), into));
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, value)| pointers(value, format!("{at}/{index}"), into));
        }
        _ => {}
    }
    into.push(at);
}

fn replacement() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!(true)),
        Just(json!(-1.5e300)),
        Just(json!([])),
        Just(json!({})),
        Just(json!([[{"RoleName": {}}]])),
        Just(json!({"Statement": "x", "PolicyName": [], "Key": 1})),
        Just(json!("%7B%22Statement%22%3A%5B%5D%7D")),
        Just(json!("{\"Statement\": ")),
        Just(json!("arn:aws:iam::730512846091:policy/parcel-lake")),
        ".{0,12}".prop_map(Value::from),
    ]
}

const SHAPES: [&str; 12] = [
    "get-account-authorization-details",
    "describe-connector",
    "describe-cluster",
    "describe-worker-configuration",
    "get-role",
    "get-role-policy",
    "get-policy-version",
    "get-policy",
    "list-attached-role-policies",
    "describe-policy",
    "describe-resource-policies",
    "list-tags-for-delivery-stream",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn values_of_any_kind_anywhere_never_panic_and_leave_the_other_files(
        shape in prop::sample::select(SHAPES.to_vec()),
        changes in prop::collection::vec((any::<Index>(), replacement()), 1..6),
    ) {
        let mut value: Value = serde_json::from_str(&sample(shape)).unwrap();
        for (at, new) in changes {
            let mut all = Vec::new();
            pointers(&value, String::new(), &mut all);
            *value.pointer_mut(at.get::<String>(&all)).unwrap() = new;
        }
        let bystander = sample("get-role").replace("parcel-sink", "bystander");
        let files = [
            ("a.json", value.to_string()),
            ("far/role.json", bystander),
            ("far/policy-x.json", sample("get-policy-version")),
        ];
        let inputs = read_files(&files);
        let arn = "arn:aws:iam::730512846091:role/connect/bystander";
        let role = inputs.role(arn).unwrap();
        prop_assert!(role.trust.is_some() && role.attached.iter().any(|one| inputs.attached_policy(one).is_some()));
        for problem in &inputs.problems {
            let (doc, span) = problem.place.unwrap();
            let _ = inputs.sources.locate_span(doc, span);
            prop_assert!(!problem.message.contains('\n'));
        }
        for connector in &inputs.connectors {
            let _ = inputs.cluster_of(connector);
        }
    }

    #[test]
    fn bytes_cut_or_changed_never_panic(cut in any::<Index>(), changed in any::<Index>(), byte in any::<u8>()) {
        let mut bytes = sample("get-account-authorization-details").into_bytes();
        let at = changed.index(bytes.len());
        bytes[at] = byte;
        bytes.truncate(cut.index(bytes.len() * 2));
        let role = ("far/role.json".to_owned(), sample("get-role").into_bytes());
        let inputs = read([("a.json".to_owned(), bytes), role], &ReadOptions::default());
        prop_assert!(!inputs.roles.is_empty());
    }

    #[test]
    fn servers_of_any_form_never_panic(servers in "[a-z0-9.:, -]{0,60}") {
        let text = sample_with("describe-connector", "/kafkaCluster/apacheKafkaCluster/bootstrapServers", json!(servers));
        let inputs = read_files(&[("c.json", text), ("k.json", sample("describe-cluster"))]);
        prop_assert!(inputs.cluster_of(&inputs.connectors[0]).is_some());
    }
}
