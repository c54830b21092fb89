//! Resources of Confluent and Alibaba Cloud, and what providers make of blocks.

use super::{read_files, role_name};
use crate::terraform::Known;

fn made(text: &str) -> Vec<serde_json::Value> {
    read_files(&[("main.tf", text)], &Known::default()).0
}

#[test]
fn an_integration_of_confluent_is_tied_to_the_trust_that_names_its_role() {
    let text = r#"
resource "confluent_provider_integration" "i" {
  display_name = "lake"
  aws { customer_role_arn = "arn:aws:iam::111122223333:role/lake" }
}
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [confluent_provider_integration.i.aws[0].iam_role_arn]
    }
    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [confluent_provider_integration.i.aws.0.external_id]
    }
  }
}
resource "aws_iam_role" "r" {
  name               = "lake"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource "confluent_connector" "c" {
  config_sensitive    = { "kafka.api.secret" = "x" }
  config_nonsensitive = {
    "name" = "sink", "connector.class" = "S3_SINK", "authentication.method" = "IAM Roles"
    "provider.integration.id" = confluent_provider_integration.i.id
  }
}
resource "confluent_byok_key" "k" {
  aws { key_arn = "arn:aws:kms:eu-west-1:111122223333:key/k" }
}
"#;
    let made = made(text);
    let [role, key, connector, integration] = made.as_slice() else {
        panic!("{made:#?}");
    };
    let statement = role
        .pointer("/Role/AssumeRolePolicyDocument/Statement/0")
        .unwrap();
    assert_eq!(
        statement.pointer("/Principal/AWS/0"),
        integration.pointer("/config/iam_role_arn")
    );
    let external = statement.pointer("/Condition/StringEquals/sts:ExternalId/0");
    assert_eq!(external, integration.pointer("/config/external_id"));
    assert_eq!(
        external,
        Some(&"⟨confluent_provider_integration.i.aws[0].external_id⟩".into())
    );
    assert_eq!(
        connector.pointer("/config/provider.integration.id"),
        integration.pointer("/id")
    );
    assert_eq!(connector.pointer("/name"), Some(&"sink".into()));
    assert_eq!(
        key.pointer("/key/key_arn"),
        Some(&"arn:aws:kms:eu-west-1:111122223333:key/k".into())
    );
}

#[test]
fn what_a_block_does_not_say_is_no_fault_for_try() {
    let text = r#"
resource "aws_msk_cluster" "c" {
  cluster_name = "c"
  encryption_info {}
}
resource "aws_iam_role" "r" { name = try(aws_msk_cluster.c.encryption_info[0].encryption_at_rest_kms_key_arn, "none") }
"#;
    let name = role_name(&[("main.tf", text)]);
    assert_eq!(
        name,
        "⟨aws_msk_cluster.c.encryption_info[0].encryption_at_rest_kms_key_arn⟩"
    );
}

#[test]
fn resources_of_alibaba_cloud_are_what_its_api_tells() {
    let text = r#"
data "alicloud_ram_policy_document" "d" {
  statement {
    effect   = "Allow"
    action   = ["alikafka:ListInstance"]
    resource = ["acs:alikafka:*:*:*"]
    condition {
      operator = "StringEquals"
      variable = "acs:ResourceTag/team"
      values   = ["data"]
    }
  }
}
resource "alicloud_ram_policy" "p" {
  policy_name     = "kafka-read"
  policy_document = data.alicloud_ram_policy_document.d.document
}
resource "alicloud_ram_user" "u" { name = "deploy" }
resource "alicloud_ram_user_policy_attachment" "a" {
  policy_name = alicloud_ram_policy.p.policy_name
  policy_type = alicloud_ram_policy.p.type
  user_name   = alicloud_ram_user.u.name
}
resource "alicloud_ram_role" "r" {
  role_name                   = "connect"
  assume_role_policy_document = jsonencode({ Version = "1", Statement = [{ Action = "sts:AssumeRole", Effect = "Allow", Principal = { Service = ["ecs.aliyuncs.com"] } }] })
}
resource "alicloud_ram_role_policy_attachment" "b" {
  policy_name = "AliyunKafkaFullAccess"
  policy_type = "System"
  role_name   = alicloud_ram_role.r.id
}
resource "alicloud_resource_manager_service_linked_role" "s" { service_name = "connector.alikafka.aliyuncs.com" }
resource "alicloud_alikafka_instance" "i" {
  name       = "orders"
  kms_key_id = "key-1"
}
"#;
    let made = made(text);
    let find = |pointer: &str| {
        made.iter()
            .filter_map(|document| document.pointer(pointer))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        find(
            "/DefaultPolicyVersion/PolicyDocument/Statement/0/Condition/StringEquals/acs:ResourceTag~1team/0"
        ),
        ["data"]
    );
    assert_eq!(
        find("/PolicyAttachments/PolicyAttachment/0/PrincipalName"),
        ["connect", "deploy"]
    );
    assert_eq!(
        find("/PolicyAttachments/PolicyAttachment/0/PolicyType"),
        ["System", "Custom"]
    );
    assert_eq!(
        find("/Role/RoleName"),
        ["connect", "AliyunServiceRoleForAlikafkaConnector"]
    );
    assert_eq!(find("/InstanceList/InstanceVO/0/KmsKeyId"), ["key-1"]);
    assert_eq!(find("/User/UserName"), ["deploy"]);
}

#[test]
fn attachments_to_someone_else_are_said() {
    let text = r#"
variable "role" {}
resource "aws_iam_role" "r" { name = "r" }
resource "aws_iam_role_policy_attachment" "a" {
  role       = var.role
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
resource "aws_iam_role_policy_attachment" "b" {
  count      = 3
  role       = var.role == "" ? aws_iam_role.r.name : var.role
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess${count.index}"
}
"#;
    let (made, reading, _) = read_files(&[("main.tf", text)], &Known::default());
    let said = |part: &str| reading.notes.iter().any(|(_, message)| message.contains(part));
    assert!(
        said("`aws_iam_role_policy_attachment.a` is for the role `⟨var.role⟩`"),
        "{:?}",
        reading.notes
    );
    // What an expression makes may be the role; one policy that it may have says as much as three.
    let attached = made[0].pointer("/Role/AttachedManagedPolicies").unwrap();
    assert_eq!(attached.as_array().unwrap().len(), 1);
    assert!(
        attached
            .pointer("/0/PolicyArn")
            .unwrap()
            .as_str()
            .unwrap()
            .starts_with('⟨')
    );
}

#[test]
fn users_and_groups_have_their_policies() {
    let text = r#"
resource "aws_iam_user" "u" { name = "u" }
resource "aws_iam_group" "g" { name = "g" }
resource "aws_iam_user_group_membership" "m" {
  user   = aws_iam_user.u.name
  groups = [aws_iam_group.g.name]
}
resource "aws_iam_group_policy" "p" {
  name   = "p"
  group  = aws_iam_group.g.name
  policy = jsonencode({ Statement = [] })
}
resource "aws_iam_user_policy_attachment" "a" {
  user       = aws_iam_user.u.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
"#;
    let made = made(text);
    let find = |pointer: &str| {
        made.iter()
            .find_map(|document| document.pointer(pointer))
            .unwrap()
    };
    assert_eq!(find("/User/GroupList/0"), "g");
    assert_eq!(
        find("/User/AttachedManagedPolicies/0/PolicyName"),
        "ReadOnlyAccess"
    );
    assert_eq!(find("/Group/GroupPolicyList/0/PolicyName"), "p");
}

#[test]
fn what_is_not_known_in_two_configurations_is_not_the_same() {
    let role = "variable \"n\" {}\nresource \"aws_iam_role\" \"r\" {\n  name = \"x-${var.n}\"\n}\n";
    let (made, ..) = read_files(&[("a/main.tf", role), ("b/main.tf", role)], &Known::default());
    let names: Vec<_> = made
        .iter()
        .filter_map(|document| document.pointer("/Role/RoleName"))
        .collect();
    assert_eq!(names, ["x-⟨a#var.n⟩", "x-⟨b#var.n⟩"]);
    let arn = made[0].pointer("/Role/Arn").unwrap();
    assert_eq!(arn, "arn:⟨partition⟩:iam::⟨account⟩:role/x-⟨a#var.n⟩");
}

#[test]
fn files_are_found_from_the_folder_of_the_root() {
    let role = "resource \"aws_iam_role\" \"r\" {\n  name = file(\"name.tpl\")\n  path = path.module\n}\n";
    let main = "module \"m\" {\n  source = \"../m\"\n}\n";
    let files = [
        ("x/main.tf", main),
        ("m/main.tf", role),
        ("x/name.tpl", "root"),
        ("m/name.tpl", "module"),
    ];
    assert_eq!(role_name(&files), "root");
    let (made, ..) = read_files(&files, &Known::default());
    assert_eq!(made[0].pointer("/Role/Path"), Some(&"../m".into()));
}
