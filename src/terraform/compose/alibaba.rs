//! What Alibaba Cloud has: roles, policies and users of RAM, service-linked roles, instances of ApsaraMQ for Kafka, keys.

use super::super::resource::{Resource, get, is_hole, items, object, scalar, text};
use super::Composition;
use super::policy::known;
use crate::source::{Composed, Data};

/// The roles that services of ApsaraMQ for Kafka make for themselves.
///
/// Source: `rules/alibaba/data/service-linked-roles.toml`.
const LINKED: [(&str, &str); 5] = [
    ("alikafka.aliyuncs.com", "AliyunServiceRoleForAlikafka"),
    (
        "connector.alikafka.aliyuncs.com",
        "AliyunServiceRoleForAlikafkaConnector",
    ),
    (
        "instanceencryption.alikafka.aliyuncs.com",
        "AliyunServiceRoleForAlikafkaInstanceEncryption",
    ),
    ("etl.alikafka.aliyuncs.com", "AliyunServiceRoleForAlikafkaETL"),
    ("log.alikafka.aliyuncs.com", "AliyunServiceRoleForKafkaLog"),
];

/// What a resource is, as the API of Alibaba Cloud tells of it.
pub(super) fn described(resource: &Resource, made: &mut Composition) -> Option<Composed> {
    if resource.is_data {
        return None;
    }
    if !resource.is_certain && resource.kind.starts_with("alicloud_ram_") {
        let message = format!(
            "whether there is `{}` is not known, so it is left out",
            resource.address
        );
        made.notes.push((resource.origin(), message));
        return None;
    }
    match resource.kind.as_str() {
        "alicloud_ram_role" => role(resource),
        "alicloud_resource_manager_service_linked_role" => linked(resource, made),
        "alicloud_ram_policy" => policy(resource),
        "alicloud_ram_user" => {
            let user = object([("UserName", first(resource, &["name"]))], resource.origin());
            Some(answer(resource, "User", user))
        }
        "alicloud_ram_user_policy_attachment" => attachment(resource, made, ("user_name", "IMSUser")),
        "alicloud_ram_group_policy_attachment" => attachment(resource, made, ("group_name", "IMSGroup")),
        "alicloud_ram_role_policy_attachment" => attachment(resource, made, ("role_name", "ServiceRole")),
        "alicloud_alikafka_instance" => Some(instance(resource)),
        "alicloud_kms_key" => Some(key(resource)),
        _ => None,
    }
}

/// The first of some attributes that is written.
fn first(resource: &Resource, names: &[&str]) -> Option<Composed> {
    let written = |name: &&str| resource.get(name).filter(|value| !resource.is_own_hole(value));
    let found = names.iter().find_map(written).and_then(scalar);
    found.or_else(|| {
        Some(Composed::text(
            resource.own_hole(names.first()?),
            resource.origin(),
        ))
    })
}

/// What an API answers: the object under its key, with the id of the request.
fn answer(resource: &Resource, key: &'static str, value: Composed) -> Composed {
    let members = [(key, value), ("RequestId", Composed::text("", None))];
    Composed::object(members, resource.origin())
}

fn role_of(resource: &Resource, name: Composed, trust: Option<Composed>) -> Composed {
    let arn = resource
        .scalar("arn")
        .filter(|arn| !text(arn).is_some_and(|arn| arn.contains('⟨')));
    let role = object(
        [
            ("RoleName", Some(name)),
            ("RoleId", Some(Composed::text("", None))),
            ("Arn", arn),
            ("AssumeRolePolicyDocument", trust),
        ],
        resource.origin(),
    );
    answer(resource, "Role", role)
}

fn role(resource: &Resource) -> Option<Composed> {
    let name = first(resource, &["role_name", "name"])?;
    let trust = ["assume_role_policy_document", "document"];
    let trust = trust.iter().find_map(|name| known(resource.get(name)));
    let services = resource
        .get("services")
        .filter(|services| !items(services).is_empty());
    let trust = trust.or_else(|| {
        Some(trust_of(
            items(services?).iter().filter_map(scalar).collect(),
            resource,
        ))
    });
    Some(role_of(resource, name, trust))
}

/// The trust of a role that names services only.
fn trust_of(services: Vec<Composed>, resource: &Resource) -> Composed {
    let origin = resource.origin();
    let principal = Composed::object([("Service", Composed::array(services, origin))], origin);
    let statement = [
        ("Action", Composed::text("sts:AssumeRole", None)),
        ("Effect", Composed::text("Allow", None)),
        ("Principal", principal),
    ];
    let members = [
        (
            "Statement",
            Composed::array([Composed::object(statement, origin)], origin),
        ),
        ("Version", Composed::text("1", None)),
    ];
    Composed::object(members, origin)
}

fn linked(resource: &Resource, made: &mut Composition) -> Option<Composed> {
    let service = resource.scalar("service_name")?;
    let written = text(&service)?;
    let Some((_, name)) = LINKED.iter().find(|(known, _)| *known == written) else {
        let message =
            format!("the service-linked role of `{written}` is none of ApsaraMQ for Kafka and is left out");
        made.notes.push((service.origin, message));
        return None;
    };
    let name = Composed::text(*name, service.origin);
    let trust = trust_of(vec![service], resource);
    Some(role_of(resource, name, Some(trust)))
}

fn policy(resource: &Resource) -> Option<Composed> {
    let origin = resource.origin();
    let document = ["policy_document", "document"];
    let document = document.iter().find_map(|name| known(resource.get(name)));
    let document = document.or_else(|| statements(resource));
    let policy = object(
        [
            ("PolicyName", first(resource, &["policy_name", "name"])),
            ("PolicyType", Some(Composed::text("Custom", None))),
            ("DefaultVersion", Some(Composed::text("v1", None))),
        ],
        origin,
    );
    let mut members = vec![("Policy", policy)];
    members.extend(document.map(|document| {
        let version = [
            ("VersionId", Composed::text("v1", None)),
            ("IsDefaultVersion", Composed::new(Data::Bool(true))),
            ("PolicyDocument", document),
        ];
        ("DefaultPolicyVersion", Composed::object(version, origin))
    }));
    members.push(("RequestId", Composed::text("", None)));
    Some(Composed::object(members, origin))
}

/// The document of a policy that has its statements as blocks.
fn statements(resource: &Resource) -> Option<Composed> {
    let blocks = items(resource.get("statement")?);
    let statement = |block: &Composed| {
        let parts = [
            ("Effect", "effect"),
            ("Action", "action"),
            ("Resource", "resource"),
        ];
        let parts = parts
            .iter()
            .map(|(key, name)| Some((*key, get(block, name)?.clone())));
        Some(Composed::object(parts.collect::<Option<Vec<_>>>()?, block.origin))
    };
    let made = blocks.iter().map(statement).collect::<Option<Vec<_>>>()?;
    let members = [
        ("Version", Composed::text("1", None)),
        ("Statement", Composed::array(made, resource.origin())),
    ];
    let document = Composed::object(members, resource.origin());
    known(Some(&document)).filter(|_| !blocks.is_empty())
}

fn attachment(
    resource: &Resource,
    made: &mut Composition,
    (by, kind): (&str, &'static str),
) -> Option<Composed> {
    let (name, policy) = (resource.scalar(by)?, resource.scalar("policy_name")?);
    if is_hole(&name) || is_hole(&policy) {
        let message = format!(
            "`{}` attaches `{}` to `{}`, which is not known, so it counts for none",
            resource.address,
            text(&policy)?,
            text(&name)?
        );
        made.notes.push((resource.origin(), message));
        return None;
    }
    let one = object(
        [
            ("PolicyName", Some(policy)),
            ("PolicyType", resource.scalar("policy_type")),
            ("PrincipalName", Some(name)),
            ("PrincipalType", Some(Composed::text(kind, None))),
        ],
        resource.origin(),
    );
    let list = Composed::array([one], resource.origin());
    let list = Composed::object([("PolicyAttachment", list)], resource.origin());
    Some(answer(resource, "PolicyAttachments", list))
}

fn instance(resource: &Resource) -> Composed {
    let one = object(
        [
            ("InstanceId", first(resource, &["id"])),
            ("Name", resource.scalar("name")),
            (
                "KmsKeyId",
                resource
                    .get("kms_key_id")
                    .filter(|key| !resource.is_own_hole(key))
                    .and_then(scalar),
            ),
        ],
        resource.origin(),
    );
    let list = Composed::array([one], resource.origin());
    let list = Composed::object([("InstanceVO", list)], resource.origin());
    answer(resource, "InstanceList", list)
}

fn key(resource: &Resource) -> Composed {
    let key = object([("KeyId", first(resource, &["id"]))], resource.origin());
    answer(resource, "KeyMetadata", key)
}
