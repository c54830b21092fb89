use serde_json::{Value, json};

use super::*;

fn run(input: Value) -> Value {
    serde_json::to_value(simulate(&input.to_string()).unwrap()).unwrap()
}

fn refuse(input: Value) -> String {
    simulate(&input.to_string()).unwrap_err().to_string()
}

fn allow(action: &str, resource: &str) -> String {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]})
        .to_string()
}

const DATED: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}"#;

#[test]
fn the_example_of_the_cli_gives_the_output_of_the_cli() {
    let input = json!({
        "PolicyInputList": [DATED],
        "ActionNames": ["dynamodb:CreateBackup"],
        "ContextEntries": [{"ContextKeyName": "aws:CurrentTime", "ContextKeyValues": ["2019-04-25T11:00:00Z"],
            "ContextKeyType": "date"}],
    });
    let expected = json!({
        "EvaluationResults": [{
            "EvalActionName": "dynamodb:CreateBackup",
            "EvalResourceName": "*",
            "EvalDecision": "allowed",
            "MatchedStatements": [{
                "SourcePolicyId": "PolicyInputList.1",
                "SourcePolicyType": "IAM Policy",
                "StartPosition": {"Line": 1, "Column": 38},
                "EndPosition": {"Line": 1, "Column": 167},
            }],
            "MissingContextValues": [],
        }],
        "IsTruncated": false,
    });
    assert_eq!(run(input), expected);
    let early = json!({
        "PolicyInputList": [DATED],
        "ActionNames": ["dynamodb:CreateBackup"],
        "ContextEntries": [{"ContextKeyName": "aws:CurrentTime", "ContextKeyValues": ["2014-04-25T11:00:00Z"],
            "ContextKeyType": "date"}],
    });
    let result = &run(early)["EvaluationResults"][0];
    assert_eq!(
        (&result["EvalDecision"], &result["MatchedStatements"]),
        (&json!("implicitDeny"), &json!([]))
    );
}

#[test]
fn positions_stand_behind_the_token_before_a_statement_and_behind_its_end() {
    let list = "{\n    \"Version\": \"2012-10-17\",\n    \"Statement\": [\n        {\n            \"Effect\": \"Allow\",\n            \"Action\": \"s3:*\",\n            \"Resource\": \"*\"\n        },\n        {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}\n    ]\n}";
    let input = json!({"PolicyInputList": [list], "ActionNames": ["s3:GetObject"]});
    let matched = &run(input)["EvaluationResults"][0]["MatchedStatements"];
    let at = |line: u32, column: u32| json!({"Line": line, "Column": column});
    assert_eq!(
        (&matched[0]["StartPosition"], &matched[0]["EndPosition"]),
        (&at(3, 19), &at(8, 10))
    );
    assert_eq!(
        (&matched[1]["StartPosition"], &matched[1]["EndPosition"]),
        (&at(8, 10), &at(9, 60))
    );
}

#[test]
fn of_several_resources_the_most_restrictive_decides_and_each_has_its_own_result() {
    let deny = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "s3:Delete*", "Resource": "arn:aws:s3:::b/locked/*"}]});
    let input = json!({
        "PolicyInputList": [deny.to_string()],
        "ActionNames": ["s3:GetObject", "s3:DeleteObject", "iam:GetUser"],
        "ResourceArns": ["arn:aws:s3:::b/k", "arn:aws:s3:::b/locked/k"],
    });
    let response = run(input);
    let results = response["EvaluationResults"].as_array().unwrap();
    let decisions: Vec<_> = results
        .iter()
        .map(|r| r["EvalDecision"].as_str().unwrap())
        .collect();
    assert_eq!(decisions, ["allowed", "explicitDeny", "implicitDeny"]);
    assert_eq!(results[1]["EvalResourceName"], "arn:aws:s3:::b/locked/k");
    assert_eq!(results[1]["EvalDecisionDetails"], json!({}));
    let each: Vec<_> = results[1]["ResourceSpecificResults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| {
            (
                r["EvalResourceName"].as_str().unwrap(),
                r["EvalResourceDecision"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        each,
        [
            ("arn:aws:s3:::b/k", "allowed"),
            ("arn:aws:s3:::b/locked/k", "explicitDeny")
        ]
    );
    assert_eq!(results[1]["MatchedStatements"].as_array().unwrap().len(), 1);
}

#[test]
fn a_boundary_limits_and_is_told() {
    let with = |boundary: &str| {
        let input = json!({
            "PolicyInputList": [allow("s3:*", "*")],
            "PermissionsBoundaryPolicyInputList": [boundary],
            "ActionNames": ["s3:GetObject"],
            "ResourceArns": ["arn:aws:s3:::b/k"],
        });
        run(input)["EvaluationResults"][0].clone()
    };
    let result = with(&allow("ec2:*", "*"));
    assert_eq!(result["EvalDecision"], "implicitDeny");
    let detail = |allowed: bool| json!({"AllowedByPermissionsBoundary": allowed});
    assert_eq!(result["PermissionsBoundaryDecisionDetail"], detail(false));
    assert_eq!(
        result["ResourceSpecificResults"][0]["PermissionsBoundaryDecisionDetail"],
        detail(false)
    );
    let result = with(&allow("s3:Get*", "*"));
    assert_eq!(result["EvalDecision"], "allowed");
    assert_eq!(result["PermissionsBoundaryDecisionDetail"], detail(true));
    let ids: Vec<_> = result["MatchedStatements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| &m["SourcePolicyId"])
        .collect();
    assert_eq!(ids, ["PolicyInputList.1", "PermissionsBoundaryPolicyInputList.1"]);
}

const ALICE: &str = "arn:aws:iam::111122223333:user/alice";

fn bucket_policy(principal: &str) -> String {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": principal},
        "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]})
    .to_string()
}

#[test]
fn a_resource_policy_is_held_against_the_caller() {
    let input = json!({
        "PolicyInputList": [allow("ec2:*", "*")],
        "ResourcePolicy": bucket_policy(ALICE),
        "CallerArn": ALICE,
        "ActionNames": ["s3:GetObject"],
        "ResourceArns": ["arn:aws:s3:::b/k"],
    });
    let result = &run(input.clone())["EvaluationResults"][0];
    assert_eq!(result["EvalDecision"], "allowed");
    assert_eq!(result["MatchedStatements"][0]["SourcePolicyId"], "ResourcePolicy");
    assert_eq!(
        result["MatchedStatements"][0]["SourcePolicyType"],
        "Resource Policy"
    );
    let mut other = input.clone();
    other["CallerArn"] = json!("arn:aws:iam::111122223333:user/bob");
    assert_eq!(run(other)["EvaluationResults"][0]["EvalDecision"], "implicitDeny");
    let mut nobody = input;
    nobody["CallerArn"] = json!("");
    assert!(refuse(nobody).starts_with("`CallerArn` is missing"));
}

#[test]
fn across_accounts_both_sides_are_needed_and_told() {
    let input = |identity: String| {
        json!({
            "PolicyInputList": [identity],
            "ResourcePolicy": bucket_policy(ALICE),
            "ResourceOwner": "arn:aws:iam::999999999999:root",
            "CallerArn": ALICE,
            "ActionNames": ["s3:GetObject"],
            "ResourceArns": ["arn:aws:s3:::b/k"],
        })
    };
    let result = &run(input(allow("ec2:*", "*")))["EvaluationResults"][0];
    assert_eq!(result["EvalDecision"], "implicitDeny");
    let details = json!({"IAM Policy": "implicitDeny", "Resource Policy": "allowed"});
    assert_eq!(result["EvalDecisionDetails"], details);
    assert_eq!(
        result["ResourceSpecificResults"][0]["EvalDecisionDetails"],
        details
    );
    let result = &run(input(allow("s3:*", "*")))["EvaluationResults"][0];
    assert_eq!(result["EvalDecision"], "allowed");
    assert_eq!(result["MatchedStatements"].as_array().unwrap().len(), 2);
}

#[test]
fn without_a_resource_policy_only_the_callers_side_counts() {
    for resource in [
        "arn:aws:kms:us-east-1:111122223333:key/k",
        "arn:aws:sqs:us-east-1:999999999999:q",
    ] {
        let input = json!({"PolicyInputList": [allow("*", "*")], "CallerArn": ALICE,
            "ActionNames": ["kms:Decrypt"], "ResourceArns": [resource]});
        let result = &run(input)["EvaluationResults"][0];
        assert_eq!(result["EvalDecision"], "allowed");
        assert_eq!(result["MatchedStatements"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn keys_that_are_asked_for_and_not_given_are_missing_and_absent() {
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${aws:PrincipalTag/Team}/*"},
        {"Effect": "Deny", "Action": "s3:*", "Resource": "*",
         "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1", "aws:username": "${aws:userid}"}}},
        {"Effect": "Deny", "Action": "ec2:*", "Resource": "*", "Condition": {"Bool": {"ec2:Other": "true"}}}]});
    let input = json!({"PolicyInputList": [policy.to_string()], "CallerArn": ALICE,
        "ActionNames": ["s3:GetObject"], "ResourceArns": ["arn:aws:s3:::b/t/k"]});
    let result = &run(input)["EvaluationResults"][0];
    assert_eq!(result["EvalDecision"], "explicitDeny");
    let missing = json!(["aws:PrincipalTag/Team", "aws:SourceVpce", "aws:userid"]);
    assert_eq!(result["MissingContextValues"], missing);
    assert_eq!(
        result["ResourceSpecificResults"][0]["MissingContextValues"],
        missing
    );
}

#[test]
fn service_control_policies_are_told_and_end_the_details() {
    let input = json!({
        "PolicyInputList": [allow("s3:*", "*")],
        "OrderedOrganizationPolicyInputList": [{"ServiceControlPolicyInputList": [allow("*", "*")]},
            {"ServiceControlPolicyInputList": [allow("ec2:*", "*")]}],
        "ActionNames": ["s3:GetObject"], "ResourceArns": ["arn:aws:s3:::b/k"],
    });
    let result = &run(input)["EvaluationResults"][0];
    assert_eq!(result["EvalDecision"], "implicitDeny");
    assert_eq!(
        result["OrganizationsDecisionDetail"],
        json!({"AllowedByOrganizations": false})
    );
    assert_eq!(result["EvalDecisionDetails"], Value::Null);
}

#[test]
fn pages_follow_each_other() {
    let input = |marker: &str| {
        json!({"PolicyInputList": [allow("s3:*", "*")], "ActionNames": ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
            "MaxItems": 2, "Marker": marker})
    };
    let first = run(input(""));
    assert_eq!(
        (
            &first["IsTruncated"],
            first["EvaluationResults"].as_array().unwrap().len()
        ),
        (&json!(true), 2)
    );
    let second = run(input(first["Marker"].as_str().unwrap()));
    assert_eq!(
        (&second["IsTruncated"], &second["Marker"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(second["EvaluationResults"][0]["EvalActionName"], "s3:ListBucket");
    assert_eq!(refuse(input("x")), "`x` is no marker of an earlier response");
}

#[test]
fn lists_are_multivalued_and_other_types_refused() {
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}, "Null": {"aws:TagKeys": "false"}}}]});
    let input = |kind: &str, values: Value| {
        json!({"PolicyInputList": [policy.to_string()], "ActionNames": ["ec2:CreateTags"],
            "ContextEntries": [{"ContextKeyName": "aws:TagKeys", "ContextKeyValues": values, "ContextKeyType": kind}]})
    };
    assert_eq!(
        run(input("stringList", json!(["a", "b"])))["EvaluationResults"][0]["EvalDecision"],
        "allowed"
    );
    assert_eq!(
        run(input("stringList", json!(["a", "c"])))["EvaluationResults"][0]["EvalDecision"],
        "implicitDeny"
    );
    assert_eq!(
        refuse(input("text", json!(["a"]))),
        "`text` is no type of a context key"
    );
}

#[test]
fn what_the_interface_refuses_is_refused() {
    let base = json!({"PolicyInputList": [allow("s3:*", "*")], "ActionNames": ["s3:GetObject"]});
    let with = |key: &str, value: Value| {
        let mut input = base.clone();
        input[key] = value;
        refuse(input)
    };
    assert!(with("PolicySourceArn", json!(ALICE)).contains("simulate-principal-policy"));
    assert!(with("PolicyInputlist", json!([])).starts_with("the input is not that of"));
    assert!(with("ActionNames", json!(["s3:*"])).starts_with("`s3:*` is no action"));
    assert_eq!(with("ActionNames", json!([])), "`ActionNames` is missing");
    assert_eq!(
        with("PolicyInputList", Value::Null),
        "`PolicyInputList` is missing"
    );
    assert!(with("PermissionsBoundaryPolicyInputList", json!(["{}", "{}"])).contains("holds 2 policies"));
    assert!(with("CallerArn", json!("sns.amazonaws.com")).contains("is no ARN of a caller"));
    let policy = |text: &str| with("PolicyInputList", json!([allow("s3:*", "*"), text]));
    assert!(
        policy("{\n  \"Version\": x}").ends_with("at line 2, column 14 of its text"),
        "{}",
        policy("{\n  \"Version\": x}")
    );
    assert!(
        policy(r#"{"Statement": [{"Effect": "allow"}]}"#)
            .starts_with("`PolicyInputList.2` is not a valid policy: ")
    );
    let operator = r#"{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"NoSuch": {"a:b": "c"}}}]}"#;
    assert!(policy(operator).contains("`NoSuch` is no condition operator"));
    assert!(policy("{}").contains("it has no statement"));
}
