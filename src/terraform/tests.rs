use serde_json::{Value, json};

use super::*;

fn composed(document: &Value) -> Value {
    let mut sources = Sources::new();
    let doc = sources.add_text("plan.json", document.to_string());
    let root = sources.root(doc).unwrap();
    let known = Known {
        account: Some("111122223333".to_owned()),
        ..Known::default()
    };
    match read(&mut sources, root, &known) {
        Reading::Composed(doc) => serde_json::from_str(sources.text(doc)).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn change(address: &str, after: &Value, unknown: &Value) -> Value {
    let mode = if address.contains("data.") {
        "data"
    } else {
        "managed"
    };
    let mut parts = address.rsplit('.');
    let (name, kind) = (parts.next(), parts.next());
    json!({
        "address": address, "mode": mode, "type": kind, "name": name,
        "change": {"actions": ["create"], "before": null, "after": after, "after_unknown": unknown}
    })
}

fn plan(changes: &[Value], configuration: &Value) -> Value {
    json!({
        "format_version": "1.2", "resource_changes": changes,
        "configuration": {"root_module": configuration}
    })
}

fn resource(kind: &str, name: &str, expressions: &Value) -> Value {
    json!({"mode": "managed", "type": kind, "name": name, "expressions": expressions})
}

fn refers(text: &str, whole: &str) -> Value {
    json!({"references": [text, whole]})
}

#[test]
fn a_role_that_is_not_made_yet_is_tied_by_reference() {
    let made = composed(&plan(
        &[
            change(
                "aws_iam_role.r",
                &json!({"name": "sink", "path": "/", "assume_role_policy": "{}"}),
                &json!({"arn": true}),
            ),
            change(
                "aws_mskconnect_connector.c",
                &json!({"name": "c"}),
                &json!({"service_execution_role_arn": true}),
            ),
            change(
                "aws_iam_role_policy.p",
                &json!({"name": "p"}),
                &json!({"policy": true, "role": true}),
            ),
        ],
        &json!({"resources": [
            resource("aws_mskconnect_connector", "c", &json!({"service_execution_role_arn": refers("aws_iam_role.r.arn", "aws_iam_role.r")})),
            resource("aws_iam_role_policy", "p", &json!({"role": refers("aws_iam_role.r.id", "aws_iam_role.r"), "policy": {}})),
        ]}),
    ));
    let role = &made[0]["Role"];
    assert_eq!(role["Arn"], "arn:aws:iam::111122223333:role/sink");
    assert_eq!(made[1]["serviceExecutionRoleArn"], role["Arn"]);
    // Unknown as a whole, it is attached all the same.
    assert_eq!(role["RolePolicyList"], json!([]));
    assert_eq!(role["PolicyNames"], json!(["p"]));
}

#[test]
fn what_a_deferred_document_shows_is_kept_with_holes() {
    let statement = json!([{"actions": ["s3:PutObject"], "resources": [null, "arn:aws:s3:::known/&{aws:username}"],
        "condition": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": [null]}]}]);
    let mask = json!([{"actions": [false], "resources": [true, false], "condition": [{"values": [true]}]}]);
    let made = composed(&plan(
        &[
            change(
                "data.aws_iam_policy_document.d",
                &json!({"statement": statement}),
                &json!({"json": true, "statement": mask}),
            ),
            change(
                "aws_iam_policy.p",
                &json!({"name": "p", "path": "/"}),
                &json!({"arn": true, "policy": true}),
            ),
        ],
        &json!({"resources": [resource("aws_iam_policy", "p", &json!({
            "policy": refers("data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.d")}))]}),
    ));
    let document = &made[0]["Policies"][0]["PolicyVersionList"][0]["Document"];
    let said = &document["Statement"][0];
    assert_eq!(said["Effect"], "Allow");
    assert_eq!(said["Action"], json!(["s3:PutObject"]));
    let hole = "⟨data.aws_iam_policy_document.d.statement.0.resources.0⟩";
    assert_eq!(
        said["Resource"],
        json!([hole, "arn:aws:s3:::known/${aws:username}"])
    );
    let values = &said["Condition"]["StringEquals"]["aws:SourceAccount"];
    assert_eq!(
        *values,
        json!(["⟨data.aws_iam_policy_document.d.statement.0.condition.0.values.0⟩"])
    );
}

#[test]
fn references_lead_through_variables_and_outputs_of_modules() {
    let made = composed(&plan(
        &[
            change(
                "module.role[\"a.b\"].aws_iam_role.r",
                &json!({"name": "sink", "path": "/x/"}),
                &json!({"arn": true, "assume_role_policy": true}),
            ),
            change(
                "module.c.aws_mskconnect_connector.c",
                &json!({"name": "c"}),
                &json!({"service_execution_role_arn": true}),
            ),
        ],
        &json!({"module_calls": {
            "role": {"module": {
                "outputs": {"arn": {"expression": refers("aws_iam_role.r.arn", "aws_iam_role.r")}},
                "resources": [resource("aws_iam_role", "r", &json!({"assume_role_policy": {}}))]}},
            "c": {"expressions": {"role_arn": refers("module.role[\"a.b\"].arn", "module.role[\"a.b\"]")}, "module": {
                "resources": [resource("aws_mskconnect_connector", "c", &json!({"service_execution_role_arn": {"references": ["var.role_arn"]}}))]}}
        }}),
    ));
    assert_eq!(
        made[1]["serviceExecutionRoleArn"],
        "arn:aws:iam::111122223333:role/x/sink"
    );
    // A trust that is not known is no empty one.
    let role = made[0]["Role"].as_object().unwrap();
    assert_eq!(role.get("AssumeRolePolicyDocument"), Some(&json!(null)));
}

#[test]
fn what_is_destroyed_is_not_there() {
    let mut gone = change("aws_iam_role.r", &json!(null), &json!({}));
    gone["change"]["actions"] = json!(["delete"]);
    let mut document = plan(&[gone], &json!({}));
    document["planned_values"] = json!({"root_module": {}});
    assert_eq!(composed(&document), json!([]));
}

#[test]
fn an_attachment_to_a_role_that_is_not_known_may_be_to_any() {
    let made = composed(&plan(
        &[
            change(
                "aws_iam_role.r",
                &json!({"name": "sink", "path": "/", "assume_role_policy": "{}"}),
                &json!({"arn": true}),
            ),
            change(
                "aws_iam_role_policy_attachment.a",
                &json!({"policy_arn": "arn:aws:iam::111122223333:policy/p"}),
                &json!({"role": true}),
            ),
        ],
        &json!({"resources": [resource("aws_iam_role_policy_attachment", "a", &json!({"role": {"references": ["local.role"]}}))]}),
    ));
    let attached = &made[0]["Role"]["AttachedManagedPolicies"];
    assert_eq!(
        attached[0]["PolicyArn"],
        "⟨aws_iam_role_policy_attachment.a.policy_arn⟩"
    );
}

#[test]
fn a_raw_state_of_another_version_is_refused() {
    let mut sources = Sources::new();
    let text = json!({"version": 3, "terraform_version": "0.11.14", "serial": 1, "modules": []});
    let doc = sources.add_text("terraform.tfstate", text.to_string());
    let root = sources.root(doc).unwrap();
    assert!(matches!(
        read(&mut sources, root, &Known::default()),
        Reading::Refused(why) if why.contains("version 3")
    ));
    let other = sources.add_text("package.json", r#"{"version": 4}"#.to_owned());
    let root = sources.root(other).unwrap();
    assert_eq!(read(&mut sources, root, &Known::default()), Reading::Other);
}
