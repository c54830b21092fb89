//! What templates make, as the JSON that it is read from.

use serde_json::{Value, json};

use super::*;
use crate::source::Place;

fn sources(name: &str, text: &str) -> (Sources, DocId) {
    let mut sources = Sources::new();
    let doc = sources.add_text(name, text.to_owned());
    (sources, doc)
}

fn make(sources: &Sources, doc: DocId, deployment: &Deployment) -> Made {
    match recognise(sources, doc) {
        Recognised::Template(stack) => stack.make(deployment),
        other => panic!("{other:?}"),
    }
}

/// The outputs of a template, and what is remarked.
fn outputs(text: &str, deployment: &Deployment) -> (Value, Vec<String>) {
    let (mut sources, doc) = sources("stack.yaml", text);
    let made = make(&sources, doc, deployment);
    let composed = sources.add_composed(&made.outputs);
    let json = serde_json::from_str(sources.text(composed)).unwrap();
    (
        json,
        made.remarks.into_iter().map(|remark| remark.message).collect(),
    )
}

fn known() -> Deployment {
    Deployment {
        account: Some("111122223333".to_owned()),
        region: Some("eu-west-1".to_owned()),
        partition: Some("aws".to_owned()),
    }
}

/// What one expression makes, beside some of what templates have.
fn value_with(expression: &str, deployment: &Deployment) -> (Value, Vec<String>) {
    let text = format!(
        r#"
Parameters:
  Given: {{Type: String, Default: given}}
  Open: {{Type: String}}
  List: {{Type: CommaDelimitedList, Default: "a, b,c"}}
  OpenList: {{Type: List<AWS::EC2::Subnet::Id>}}
  Ssm: {{Type: "AWS::SSM::Parameter::Value<String>", Default: /path}}
  region: {{Type: String}}
Mappings:
  Map: {{one: {{k: v, l: [x, y]}}, eu-west-1: {{k: w}}}}
Conditions:
  Yes: !Equals [!Ref Given, given]
  No: !Not [!Condition Yes]
  Unsettled: !Equals [!Ref Open, x]
  Circle: !Condition Circle
Resources:
  Bucket: {{Type: "AWS::S3::Bucket", Properties: {{BucketName: !Sub "b-${{Given}}"}}}}
  Unnamed: {{Type: "AWS::S3::Bucket"}}
  Role: {{Type: "AWS::IAM::Role", Properties: {{Path: /p/}}}}
  Cluster: {{Type: "AWS::MSK::Cluster", Properties: {{ClusterName: c}}}}
  Odd: {{Type: "Custom::Odd"}}
  Loop: {{Type: "AWS::S3::Bucket", Properties: {{BucketName: !Ref Loop}}}}
  Log: {{Type: "AWS::Logs::LogGroup", Properties: {{LogGroupName: g}}}}
  Function: {{Type: "AWS::Serverless::Function"}}
  Sink:
    Type: AWS::KafkaConnect::Connector
    Properties:
      ConnectorName: sink
      ConnectorConfiguration:
        value: {expression}
"#
    );
    let (json, remarks) = outputs(&text, deployment);
    let connector = json
        .as_array()
        .unwrap()
        .iter()
        .find(|o| o.get("connectorName").is_some());
    (
        connector.unwrap()["connectorConfiguration"]["value"].clone(),
        remarks,
    )
}

#[track_caller]
fn gives(expression: &str, wanted: Value) {
    let (value, remarks) = value_with(expression, &known());
    assert_eq!(value, wanted, "{expression}");
    assert_eq!(remarks, Vec::<String>::new(), "{expression}");
}

#[track_caller]
fn is_remarked(expression: &str, wanted: &str) {
    let (value, remarks) = value_with(expression, &known());
    assert!(
        value.as_str().is_some_and(|text| text.starts_with('⟨')),
        "{expression}: {value}"
    );
    assert!(
        remarks.iter().any(|remark| remark.contains(wanted)),
        "{expression}: {remarks:?}"
    );
}

#[test]
fn references_give_defaults_facts_and_what_resources_are_called() {
    gives("!Ref Given", json!("given"));
    gives("!Ref Open", json!("⟨Open⟩"));
    gives("!Ref Ssm", json!("⟨Ssm⟩"));
    gives("!Ref region", json!("⟨region.value⟩"));
    gives("!Ref AWS::Region", json!("eu-west-1"));
    gives("!Ref AWS::URLSuffix", json!("amazonaws.com"));
    gives("!Ref AWS::StackName", json!("⟨stack_name⟩"));
    gives("!Ref AWS::NoValue", Value::Null);
    gives("!Ref Bucket", json!("b-given"));
    gives("!Ref Unnamed", json!("⟨Unnamed.generated_name⟩"));
    gives("!Ref Odd", json!("⟨Odd⟩"));
    gives(
        "{Ref: Cluster}",
        json!("arn:aws:kafka:eu-west-1:111122223333:cluster/c/⟨Cluster.uuid⟩"),
    );
}

#[test]
fn what_is_not_said_of_the_deployment_is_a_hole_of_its_own_name() {
    let (value, _) = value_with("!GetAtt Role.Arn", &Deployment::default());
    assert_eq!(
        value,
        "arn:⟨partition⟩:iam::⟨account⟩:role/p/⟨Role.generated_name⟩"
    );
    let (value, _) = value_with("!Ref AWS::URLSuffix", &Deployment::default());
    assert_eq!(value, "⟨url_suffix⟩");
}

#[test]
fn attributes_are_spelled_both_ways() {
    let arn = json!("arn:aws:s3:::b-given");
    gives("!GetAtt Bucket.Arn", arn.clone());
    gives("!GetAtt [Bucket, Arn]", arn.clone());
    gives("{\"Fn::GetAtt\": [Bucket, Arn]}", arn);
    gives("!GetAtt Odd.Outputs.Name", json!("⟨Odd.Outputs.Name⟩"));
    gives("!GetAtt Odd.bucket", json!("⟨Odd.bucket.value⟩"));
    gives(
        "!GetAtt Log.Arn",
        json!("arn:aws:logs:eu-west-1:111122223333:log-group:g:*"),
    );
    gives(
        "!GetAtt FunctionRole.Arn",
        json!("arn:aws:iam::111122223333:role/⟨FunctionRole.generated_name⟩"),
    );
}

#[test]
fn sub_fills_in_names_and_keeps_literals() {
    gives(
        "!Sub \"${Given}/${AWS::Region}/${Bucket.Arn}\"",
        json!("given/eu-west-1/arn:aws:s3:::b-given"),
    );
    gives("!Sub \"a${!literal}b${!}\"", json!("a${literal}b${}"));
    gives(
        "!Sub [\"${X}-${Given}\", {X: !Join [\"\", [1, 2]]}]",
        json!("12-given"),
    );
    gives("!Sub \"${Open}-${unclosed\"", json!("⟨Open⟩-${unclosed"));
    gives("!Sub \"${List}\"", json!("⟨List⟩"));
}

#[test]
fn lists_are_joined_split_and_selected_from() {
    gives("!Join [\",\", !Ref List]", json!("a,b,c"));
    gives(
        "!Join [\"\", [a, !Ref \"AWS::NoValue\", true, 5]]",
        json!("atrue5"),
    );
    gives("!Join [\",\", !Ref OpenList]", json!("⟨Join.~2c~(OpenList)⟩"));
    gives("!Select [1, !Ref List]", json!("b"));
    gives("!Select [1, !Ref OpenList]", json!("⟨OpenList.1⟩"));
    gives("!Select [1, !Split [\"/\", \"a/b/c\"]]", json!("b"));
    gives("!Select [1, !Split [\"/\", !GetAtt Cluster.Arn]]", json!("c"));
    gives(
        "!Select [2, !Split [\"/\", !GetAtt Cluster.Arn]]",
        json!("⟨Cluster.uuid⟩"),
    );
    gives(
        "!Select [5, !Split [\":\", !Ref Open]]",
        json!("⟨Open.Split.~3a~.5⟩"),
    );
    is_remarked("!Select [7, !Ref List]", "other arguments");
}

#[test]
fn mappings_exports_and_encodings() {
    gives("!FindInMap [Map, one, k]", json!("v"));
    gives("!FindInMap [Map, !Ref \"AWS::Region\", k]", json!("w"));
    gives("!Join [\"+\", !FindInMap [Map, one, l]]", json!("x+y"));
    gives(
        "!FindInMap [Map, !Ref Open, k]",
        json!("⟨FindInMap.Map.(Open).k⟩"),
    );
    gives("!FindInMap [Map, two, k, {DefaultValue: d}]", json!("d"));
    is_remarked("!FindInMap [Map, two, k]", "no such entry");
    gives("!ImportValue shared-arn", json!("⟨ImportValue.shared-arn⟩"));
    gives(
        "{\"Fn::ImportValue\": !Sub \"${AWS::Region}-arn\"}",
        json!("⟨ImportValue.eu-west-1-arn⟩"),
    );
    gives("!Base64 text", json!("dGV4dA=="));
    gives("!Length [a, b]", json!("2"));
    gives(
        "!ToJsonString {a: [1, true, !Ref Given]}",
        json!("{\"a\":[1,true,\"given\"]}"),
    );
    gives(
        "\"{{resolve:ssm:/p/q:1}}/x\"",
        json!("⟨resolve~3a~ssm~3a~~2f~p~2f~q~3a~1⟩/x"),
    );
}

#[test]
fn choices_are_made_where_conditions_are_settled() {
    gives("!If [Yes, a, b]", json!("a"));
    gives("!If [No, a, b]", json!("b"));
    gives("!If [Unsettled, same, same]", json!("same"));
    let (value, remarks) = value_with("!If [Unsettled, a, b]", &known());
    assert!(value.as_str().unwrap().starts_with("⟨If.Unsettled."), "{value}");
    assert!(remarks.is_empty());
    let (value, _) = value_with("!If [Circle, a, b]", &known());
    assert!(value.as_str().unwrap().starts_with("⟨If.Circle."), "{value}");
}

#[test]
fn what_is_not_understood_is_said_and_unknown() {
    is_remarked("!Frobnicate x", "`Fn::Frobnicate` is not known here");
    is_remarked("{\"Fn::Transform\": {Name: M}}", "macro");
    is_remarked("!Ref Nothing", "there is no `Nothing`");
    is_remarked("!GetAtt Nothing.Arn", "there is no resource `Nothing`");
    is_remarked("!GetAtt Bucket", "other arguments");
    is_remarked("!Join [a]", "other arguments");
    is_remarked("!If [Yes]", "other arguments");
    is_remarked("!Sub {a: b}", "other arguments");
    // A resource that names itself has no name that could be told.
    let (value, _) = value_with("!Ref Loop", &known());
    assert!(value.as_str().unwrap().contains("Loop"), "{value}");
}

fn statements(policy: &str) -> Value {
    let text = format!(
        "Parameters: {{A: {{Type: String}}, B: {{Type: String}}}}\nConditions:\n  C: !Equals [!Ref A, x]\n  D: !Not [!Condition C]\n  E: !Equals [!Ref B, x]\n  On: !Equals [a, a]\nResources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: {{Statement: []}}\n      Policies:\n        - PolicyName: p\n          PolicyDocument: {policy}\n"
    );
    let (json, _) = outputs(&text, &known());
    json[0]["Role"]["RolePolicyList"][0]["PolicyDocument"]["Statement"].clone()
}

#[test]
fn statements_under_open_conditions_stand_under_their_answer() {
    let found = statements("{Statement: [{Effect: Allow}, !If [C, {Effect: Deny}, !Ref AWS::NoValue]]}");
    assert_eq!(
        found,
        json!([{"Effect": "Allow"},
               {"Effect": "Deny", "Condition": {"StringEquals": {"template.condition:C": "true"}}}])
    );
    // The condition that another one is the opposite of is what is asked.
    let found = statements("{Statement: !If [D, {Effect: Allow}, !Ref AWS::NoValue]}");
    assert_eq!(
        found,
        json!([{"Effect": "Allow", "Condition": {"StringNotEquals": {"template.condition:C": "true"}}}])
    );
    assert_eq!(
        statements("{Statement: !If [On, [{Effect: Allow}], []]}"),
        json!([{"Effect": "Allow"}])
    );
}

#[test]
fn a_statement_with_a_choice_in_it_is_two() {
    let found = statements(
        "{Statement: {Effect: Allow, Resource: !If [C, a, b], Condition: {StringEquals: {k: v}}}}",
    );
    assert_eq!(
        found,
        json!([
            {"Effect": "Allow", "Resource": "a",
             "Condition": {"StringEquals": {"k": "v", "template.condition:C": "true"}}},
            {"Effect": "Allow", "Resource": "b",
             "Condition": {"StringEquals": {"k": "v"}, "StringNotEquals": {"template.condition:C": "true"}}},
        ])
    );
}

#[test]
fn a_document_that_is_one_of_two_is_both_under_their_answers() {
    let found = statements("!If [E, {Statement: [{Sid: a}]}, {Statement: [{Sid: b}]}]");
    assert_eq!(found.as_array().unwrap().len(), 2, "{found}");
    assert_eq!(
        found[0]["Condition"]["StringEquals"]["template.condition:E"],
        "true"
    );
    assert_eq!(
        found[1]["Condition"]["StringNotEquals"]["template.condition:E"],
        "true"
    );
}

#[test]
fn roles_have_what_other_resources_put_on_them() {
    let text = r#"
Conditions: {C: !Equals [!Ref "AWS::AccountId", "1"]}
Resources:
  R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}, ManagedPolicyArns: [!Ref M, "arn:aws:iam::aws:policy/X"], PermissionsBoundary: !Ref M}}
  M: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: []}, Roles: [!Ref R]}}
  P: {Type: AWS::IAM::Policy, Properties: {PolicyName: p, PolicyDocument: {Statement: [{Sid: p}]}, Roles: [!Ref R, elsewhere]}}
  Q: {Type: AWS::IAM::RolePolicy, Condition: C, Properties: {PolicyName: q, PolicyDocument: {Statement: [{Sid: q}]}, RoleName: !Ref R}}
  Gone: {Type: AWS::IAM::Role, Condition: Never, Properties: {}}
"#
    .replace("Conditions: {", "Conditions: {Never: !Equals [a, b], ");
    let (json, remarks) = outputs(
        &text,
        &Deployment {
            account: None,
            ..known()
        },
    );
    let role = &json[0]["Role"];
    assert_eq!(role["RolePolicyList"][0]["PolicyName"], "p");
    let guarded = &role["RolePolicyList"][1]["PolicyDocument"]["Statement"][0];
    assert_eq!(
        guarded["Condition"]["StringEquals"]["template.condition:C"],
        "true"
    );
    let attached = role["AttachedManagedPolicies"].as_array().unwrap();
    assert_eq!(attached.len(), 2);
    let policy = &json[1]["Policy"];
    assert_eq!(attached[0]["PolicyArn"], policy["Arn"]);
    assert_eq!(
        role["PermissionsBoundary"]["PermissionsBoundaryArn"],
        policy["Arn"]
    );
    assert_eq!(json[2]["RoleName"], "elsewhere");
    assert_eq!(json.as_array().unwrap().len(), 3, "{json}");
    assert!(remarks.is_empty(), "{remarks:?}");
}

#[test]
fn anchors_and_merge_keys_share_values() {
    let text = "X: &x {Type: 'AWS::IAM::Role', Properties: {RoleName: r, AssumeRolePolicyDocument: &t {Statement: []}}}\nResources:\n  A: *x\n  B: {<<: *x, Properties: {RoleName: s, AssumeRolePolicyDocument: *t}}\n";
    let (json, _) = outputs(text, &known());
    assert_eq!(json[0]["Role"]["RoleName"], "r");
    assert_eq!(json[1]["Role"]["RoleName"], "s");
}

#[test]
fn a_value_is_located_letter_by_letter_in_yaml() {
    let text = "Resources:\n  L:\n    Type: AWS::Logs::ResourcePolicy\n    Properties:\n      PolicyName: ü\n      PolicyDocument: |\n        {\"Statement\": [\n          {\"Effect\": \"Allow\"}]}\n";
    let (mut sources, doc) = sources("stack.yaml", text);
    let made = make(&sources, doc, &known());
    let composed = sources.add_composed(&made.outputs);
    let string = sources
        .tree(composed)
        .unwrap()
        .find("/0/resourcePolicies/0/policyDocument")
        .unwrap();
    let inner = sources
        .open_policy_document(Place {
            doc: composed,
            node: string,
        })
        .unwrap();
    let effect = sources
        .tree(inner.doc)
        .unwrap()
        .find("/Statement/0/Effect")
        .unwrap();
    let location = sources.locate(Place {
        doc: inner.doc,
        node: effect,
    });
    assert_eq!(
        (location.file.as_str(), location.span.of(text)),
        ("stack.yaml", "\"Allow\"")
    );
    assert_eq!((location.start.line, location.start.column), (8, 22));
}

#[test]
fn holes_of_templates_are_set_apart_and_those_of_the_deployment_are_not() {
    let (sources, doc) = sources(
        "a.yaml",
        "Resources: {R: {Type: 'AWS::IAM::Role', Properties: {}}}",
    );
    let Recognised::Template(mut stack) = recognise(&sources, doc) else {
        panic!("no template");
    };
    stack.set_apart("x/a.yaml");
    let made = stack.make(&Deployment::default());
    let mut sources = sources.clone();
    let composed = sources.add_composed(&made.outputs);
    assert!(
        sources
            .text(composed)
            .contains("arn:⟨partition⟩:iam::⟨account⟩:role/⟨x~2f~a.yaml#R.generated_name⟩"),
        "{}",
        sources.text(composed)
    );
}

#[test]
fn only_templates_are_taken() {
    for (name, text) in [
        ("k8s.yaml", "apiVersion: v1\nkind: Pod\n"),
        ("list.yml", "- a\n- b\n"),
        ("empty.yaml", ""),
        ("broken.yaml", "a: [b\n"),
        ("other.yaml", "Resources: {}\n"),
    ] {
        let (sources, doc) = sources(name, text);
        assert!(
            matches!(recognise(&sources, doc), Recognised::OtherYaml(_)),
            "{name}"
        );
    }
    for (name, text) in [
        ("plan.json", "{\"Resources\": {\"a\": {}}}"),
        ("notes.txt", "hello: ["),
    ] {
        let (sources, doc) = sources(name, text);
        assert!(matches!(recognise(&sources, doc), Recognised::Other), "{name}");
    }
    let (sources, doc) = sources("t.yaml", "Resources:\n  A: [b\n");
    assert!(matches!(recognise(&sources, doc), Recognised::Faulty(_)));
}

#[test]
fn bombs_are_bounded() {
    let mut text = String::from("X:\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..40 {
        let before = format!("*a{}", level - 1);
        let many = vec![before; 9].join(", ");
        text.push_str(&format!("  a{level}: &a{level} [{many}]\n"));
    }
    text.push_str("Resources:\n  S:\n    Type: AWS::KafkaConnect::Connector\n    Properties:\n      ConnectorName: s\n      Plugins: *a39\n      ConnectorConfiguration: {a: !Join ['', *a39]}\n  R:\n    Type: AWS::IAM::Role\n    Properties: {Policies: *a39, ManagedPolicyArns: *a39, AssumeRolePolicyDocument: {Statement: *a39}}\n");
    let started = std::time::Instant::now();
    let (_, remarks) = outputs(&text, &known());
    assert!(remarks.iter().any(|remark| remark.contains("too")), "{remarks:?}");
    assert!(started.elapsed().as_secs() < 60);
}

#[test]
fn depth_is_bounded() {
    let deep = format!("Resources:\n  R: {}{}\n", "[".repeat(5_000), "]".repeat(5_000));
    let (sources, doc) = sources("t.yaml", &deep);
    assert!(matches!(recognise(&sources, doc), Recognised::Faulty(_)));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    /// A template with letters changed at random is read or refused, and never more than that.
    #[test]
    fn garbage_is_no_reason_to_stop(changes in proptest::collection::vec((0_usize..4_000, "[ -~\n\t\u{e9}&*!]{0,3}"), 1..12)) {
        let text = include_str!("../../corpus/scenarios/190-template-with-everything-granted/template.yaml");
        let mut letters: Vec<String> = text.chars().map(String::from).collect();
        for (at, change) in changes {
            let at = at % letters.len();
            letters[at] = change;
        }
        let text = letters.concat();
        let (sources, doc) = sources("t.yaml", &text);
        if let Recognised::Template(stack) = recognise(&sources, doc) {
            let made = stack.make(&known());
            let mut sources = sources.clone();
            let composed = sources.add_composed(&made.outputs);
            proptest::prop_assert!(serde_json::from_str::<Value>(sources.text(composed)).is_ok());
        }
    }
}
