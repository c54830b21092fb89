//! What the language extensions, macros and lenient readers of YAML add.

use super::*;

fn named(json: &Value, kind: &str, key: &str) -> Vec<String> {
    let outputs = json.as_array().unwrap().iter();
    let found = outputs.filter_map(|output| output[kind][key].as_str().map(str::to_owned));
    found.collect()
}

#[test]
fn loops_make_resources_and_properties() {
    let text = r#"
Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList, Default: "orders, bills"}}
Mappings: {Stages: {live: {all: [a-1, b-2]}}}
Resources:
  Fn::ForEach::Sinks:
    - Name
    - !Ref Names
    - Role${Name}:
        Type: AWS::IAM::Role
        Properties:
          RoleName: !Sub "${Name}-${AWS::Region}"
          AssumeRolePolicyDocument: {Statement: []}
          Policies:
            - PolicyName: !Ref Name
              PolicyDocument: {Statement: [{Resource: !GetAtt "Role${Name}.Arn"}]}
  Fn::ForEach::Outer:
    - Stage
    - !FindInMap [Stages, live, all]
    - Fn::ForEach::Inner:
        - Half
        - [x, y]
        - "Role&{Stage}${Half}":
            Type: AWS::IAM::Role
            Properties: {RoleName: "${Stage}-${Half}", AssumeRolePolicyDocument: {}}
"#;
    let (json, remarks) = outputs(text, &known());
    assert_eq!(remarks, Vec::<String>::new());
    assert_eq!(
        named(&json, "Role", "RoleName"),
        [
            "orders-eu-west-1",
            "bills-eu-west-1",
            "a-1-x",
            "a-1-y",
            "b-2-x",
            "b-2-y"
        ]
    );
    let policy = &json[1]["Role"]["RolePolicyList"][0];
    assert_eq!(policy["PolicyName"], "bills");
    assert_eq!(
        policy["PolicyDocument"]["Statement"][0]["Resource"],
        "arn:aws:iam::111122223333:role/bills-eu-west-1"
    );
}

#[test]
fn a_loop_over_what_is_not_known_is_said() {
    let text = "Parameters: {Names: {Type: CommaDelimitedList}}\nResources:\n  Fn::ForEach::A: [N, !Ref Names, {\"R${N}\": {Type: 'AWS::IAM::Role'}}]\n  R: {Type: 'AWS::IAM::Role'}\n";
    let (json, remarks) = outputs(text, &known());
    assert_eq!(json.as_array().unwrap().len(), 1);
    assert_eq!(remarks, ["resources that a function makes are not read"]);
}

#[test]
fn loops_in_loops_over_shared_values_end() {
    let mut text =
        "X: &x {Fn::ForEach::A: [N, [1, 2, 3, 4, 5, 6, 7, 8], {\"R${N}\": {Type: 'AWS::IAM::Role'}}]}\n"
            .to_owned();
    for depth in 0..12 {
        let inner = if depth == 0 {
            "x".to_owned()
        } else {
            format!("y{}", depth - 1)
        };
        text.push_str(&format!(
            "Y{depth}: &y{depth} {{Fn::ForEach::B{depth}: [M{depth}, [1, 2, 3, 4, 5, 6, 7, 8], *{inner}]}}\n"
        ));
    }
    text.push_str("Resources: {R: {Type: 'AWS::IAM::Role'}, <<: *y11}\n");
    let (sources, doc) = sources("stack.yaml", &text);
    assert!(matches!(recognise(&sources, doc), Recognised::Template(_)));
}

#[test]
fn a_role_with_a_macro_has_policies_that_are_not_known() {
    let text = "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: {}\n      Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}\n";
    let (json, remarks) = outputs(text, &known());
    let policy = &json[0]["Role"]["RolePolicyList"][0]["PolicyDocument"];
    assert!(
        policy.as_str().is_some_and(|text| text.starts_with('⟨')),
        "{json}"
    );
    assert_eq!(remarks, ["what a macro makes of this role is not known"]);
}

#[test]
fn brackets_and_quoted_texts_may_stand_further_left_than_their_keys() {
    let text = "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: ü\n      AssumeRolePolicyDocument: !Sub '{\n  \"Statement\": [],\n\"Id\": \"${AWS::Region}\"\n}'\n      Tags: [\n        {Key: a, Value: b},\n      ]\n      ManagedPolicyArns: [\n  arn:aws:iam::aws:policy/X\n]\n";
    let (json, remarks) = outputs(text, &known());
    let role = &json[0]["Role"];
    assert_eq!(remarks, Vec::<String>::new());
    assert_eq!(role["Tags"], json!([{"Key": "a", "Value": "b"}]));
    assert_eq!(
        role["AttachedManagedPolicies"][0]["PolicyArn"],
        "arn:aws:iam::aws:policy/X"
    );
    let trust: Value = serde_json::from_str(role["AssumeRolePolicyDocument"].as_str().unwrap()).unwrap();
    assert_eq!(trust["Id"], "eu-west-1");
    // Places are those of the file.
    let (mut sources, doc) = sources("stack.yaml", text);
    let made = make(&sources, doc, &known());
    let composed = sources.add_composed(&made.outputs);
    let node = sources
        .tree(composed)
        .unwrap()
        .find("/0/Role/AttachedManagedPolicies/0/PolicyArn")
        .unwrap();
    let location = sources.locate(Place { doc: composed, node });
    assert_eq!(location.span.of(text), "arn:aws:iam::aws:policy/X");
}

#[test]
fn policies_of_organizations_secrets_and_clusters_are_told_with_what_they_are_of() {
    let text = "Resources:\n  P: {Type: 'AWS::Organizations::Policy', Properties: {Name: n, Type: SERVICE_CONTROL_POLICY, Content: {Statement: []}, TargetIds: ['111122223333', !Ref T]}}\n  S: {Type: 'AWS::SecretsManager::ResourcePolicy', Properties: {SecretId: s, ResourcePolicy: {Statement: []}}}\n  C: {Type: 'AWS::MSK::ClusterPolicy', Properties: {ClusterArn: c, Policy: {Statement: []}}}\nParameters: {T: {Type: String}}\n";
    let (json, _) = outputs(text, &known());
    assert_eq!(json[0]["Policy"]["PolicySummary"]["Name"], "n");
    assert_eq!(json[1]["PolicyId"], json[0]["Policy"]["PolicySummary"]["Id"]);
    assert_eq!(
        json[1]["Targets"],
        json!([{"TargetId": "111122223333"}, {"TargetId": "⟨T⟩"}])
    );
    assert_eq!(json[2]["ARN"], "s");
    assert_eq!(json[3]["Policy"], json!({"Statement": []}));
}

#[test]
fn no_cut_or_change_of_a_template_makes_it_panic() {
    let whole = include_str!("../../../corpus/inputs/templates/everything.yaml");
    let letters: Vec<usize> = whole.char_indices().map(|(at, _)| at).collect();
    let check = |text: &str| {
        let (sources, doc) = sources("stack.yaml", text);
        if let Recognised::Template(stack) = recognise(&sources, doc) {
            let _ = stack.make(&known());
        }
    };
    for at in letters.iter().step_by(23) {
        check(whole.get(..*at).unwrap());
        for change in [
            "",
            "{",
            "]",
            "'",
            "&a ",
            "*a",
            "!Sub ",
            "\t",
            "\n",
            "- ",
            "⟨",
            "Fn::ForEach::",
        ] {
            let (before, after) = whole.split_at(*at);
            if at % 5 == change.len() % 5 {
                check(&format!("{before}{change}{}", after.get(1..).unwrap_or_default()));
            }
        }
    }
}
