//! The grammar vectors of the corpus against the crate: whether AWS would store the document, and what it would say.

#![expect(clippy::unwrap_used, reason = "helpers of tests report by panicking")]

use rolecall::grammar::{PolicyType, check_text, first_aws_message, is_valid, size_fault};
use rolecall::source::Tree;
use serde_json::Value;

/// Both files, a vector a line.
fn vectors() -> Vec<Value> {
    let files = ["given-grammar.ndjson", "own-grammar.ndjson"];
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/conformance");
    let texts = files.map(|name| std::fs::read_to_string(folder.join(name)).unwrap());
    texts
        .iter()
        .flat_map(|text| text.lines())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Whether what AWS says, perhaps behind the code of the error, is this message.
fn is_said(error: &str, message: Option<&str>) -> bool {
    message.is_some_and(|message| error == message || error.ends_with(&format!(": {message}")))
}

/// What is wrong with the crate's answer, if anything.
fn fault(vector: &Value) -> Option<String> {
    let member = |name: &str| vector.get(name).and_then(Value::as_str);
    let kind = PolicyType::from_name(member("policyType")?)?;
    let document = member("document")?;
    let mut faults = check_text(document, kind);
    let tree = Tree::parse(document).tree;
    faults.extend(tree.and_then(|tree| size_fault(&tree, tree.root(), kind, "")));
    let said = first_aws_message(&faults);
    if Some(is_valid(&faults)) != vector.get("valid").and_then(Value::as_bool) {
        return Some(format!("valid: {}, of {faults:#?}", is_valid(&faults)));
    }
    let wrong = member("error").is_some_and(|error| !is_said(error, said));
    wrong.then(|| format!("AWS is taken to say {said:?}"))
}

#[test]
fn documents_are_judged_as_aws_judges_them() {
    let vectors = vectors();
    assert!(vectors.len() > 400, "only {} vectors were read", vectors.len());
    let wrong: Vec<String> = vectors
        .iter()
        .filter_map(|v| fault(v).map(|fault| format!("{v}\n  {fault}")))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        vectors.len(),
        wrong.join("\n")
    );
}
