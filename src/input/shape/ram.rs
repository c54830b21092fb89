//! Outputs of the Alibaba Cloud CLI: `aliyun ram`, `resourcemanager`, `kms` and `alikafka`, and bare documents of RAM.
//!
//! Lists are wrapped once more than those of AWS: `{"Policies": {"Policy": […]}}`. Of whom a list speaks, and what a
//! bare document or the text of a version is called, the name of the file tells: `ram-policies-for-role-NAME.json`,
//! `ram-policy-NAME.json`, `ram-control-policy-NAME.json`.

use super::Sign::{Has, HasOne, Is, Lacks};
use super::{Kind, Place, Reader, Shape};
use crate::dialect::Dialect;
use crate::grammar::RamPolicy;
use crate::input::model::{Located, PolicyDocument, Setting};
use crate::input::name;
use crate::input::ram::{
    KafkaInstance, RamAttachment, RamAttachments, RamDocument, RamIdentity, RamKey, RamKeyTags, RamRole,
};
use crate::policy;
use crate::source::Kind as JsonKind;

pub(super) static SHAPES: &[Shape] = &[
    Shape {
        name: "ram GetPolicyVersion",
        signs: &[Has("PolicyVersion/PolicyDocument")],
        read: |reader, at| read_version(reader, at, "PolicyVersion", None),
    },
    Shape {
        name: "ram GetPolicy",
        signs: &[Has("Policy/PolicyName"), Has("Policy/PolicyType")],
        read: read_policy,
    },
    Shape {
        name: "ram ListPoliciesForUser",
        signs: &[Is("Policies/Policy", Kind::Array), Lacks("IsTruncated")],
        read: read_attachments,
    },
    Shape {
        name: "resourcemanager ListPolicyAttachments",
        signs: &[Is("PolicyAttachments/PolicyAttachment", Kind::Array)],
        read: read_group_attachments,
    },
    Shape {
        name: "ram GetRole",
        signs: &[Has("Role/RoleName"), Has("Role/RoleId"), Has("RequestId")],
        read: |reader, at| {
            if let Some(role) = reader.object(at, "Role") {
                read_role(reader, role);
            }
        },
    },
    Shape {
        name: "ram ListRoles",
        signs: &[Is("Roles/Role", Kind::Array)],
        read: |reader, at| {
            for role in reader.objects(at, "Roles/Role") {
                read_role(reader, role);
            }
        },
    },
    Shape {
        name: "ram GetUser",
        signs: &[Has("User/UserName"), Has("RequestId")],
        read: |reader, at| {
            let name = reader.need_text(at, "User/UserName");
            reader.found.ram.users.extend(name);
        },
    },
    Shape {
        name: "resourcemanager GetControlPolicy",
        signs: &[Has("ControlPolicy/PolicyDocument")],
        read: |reader, at| {
            if let Some(policy) = reader.object(at, "ControlPolicy") {
                read_control(reader, policy);
            }
        },
    },
    Shape {
        name: "resourcemanager ListControlPolicies",
        signs: &[Is("ControlPolicies/ControlPolicy", Kind::Array)],
        read: |reader, at| {
            for policy in reader.objects(at, "ControlPolicies/ControlPolicy") {
                read_control(reader, policy);
            }
        },
    },
    Shape {
        name: "kms DescribeKey",
        signs: &[Has("KeyMetadata/KeyId"), Has("RequestId")],
        read: read_key,
    },
    Shape {
        name: "kms ListResourceTags",
        signs: &[Is("Tags/Tag", Kind::Array)],
        read: |reader, at| read_tags(reader, at, "Tags/Tag", "KeyId"),
    },
    Shape {
        name: "kms ListTagResources",
        signs: &[Is("TagResources/TagResource", Kind::Array)],
        read: |reader, at| read_tags(reader, at, "TagResources/TagResource", "ResourceId"),
    },
    Shape {
        name: "alikafka GetInstanceList",
        signs: &[
            HasOne(&["InstanceList"]),
            Is("InstanceList/InstanceVO", Kind::Array),
        ],
        read: read_instances,
    },
];

/// Whether the policy at a place is one of RAM: by the names in it, else by the name of its file or its version, where
/// its folder does not say that it is one of AWS.
pub(super) fn is_bare(reader: &Reader, place: Place) -> bool {
    const OF_AWS: [&str; 3] = ["bucket-policies", "key-policies", "rcps"];
    let Some(tree) = reader.sources.tree(place.doc) else {
        return false;
    };
    let folder = name::last(name::folder(reader.sources.name(place.doc)));
    let named = policy::dialect_by_names(tree, place.node);
    if OF_AWS.contains(&folder) {
        return named == Some(Dialect::Ram);
    }
    let of_ram = name::stem(reader.sources.name(place.doc)).starts_with("ram-");
    named != Some(Dialect::Iam) && (of_ram || policy::dialect_of(tree, place.node) == Dialect::Ram)
}

/// Reads a document that stands alone.
pub(super) fn read_bare(reader: &mut Reader, place: Place) {
    let document = reader.policy_at(place);
    put(reader, place, None, None, None, document);
}

fn read_version(
    reader: &mut Reader,
    output: Place,
    key: &str,
    known: Option<(Located<String>, Option<bool>)>,
) {
    let Some(place) = reader.object(output, key) else {
        return;
    };
    let version = reader.text(place, "VersionId");
    let is_superseded = reader.flag(place, "IsDefaultVersion").filter(|flag| !flag.value);
    let document = reader.policy(place, "PolicyDocument");
    if let Some(flag) = &is_superseded {
        let message = "this is not the default version; the text in force is not known".to_owned();
        reader.note(flag.place, message);
    }
    let in_force = is_superseded.is_none();
    let (name, is_system) = known.map_or((None, None), |(name, is_system)| (Some(name), is_system));
    put(
        reader,
        place,
        name,
        is_system,
        version.map(|version| version.value).filter(|_| in_force),
        document.filter(|_| in_force),
    );
}

fn read_policy(reader: &mut Reader, output: Place) {
    let Some(place) = reader.object(output, "Policy") else {
        return;
    };
    let Some(name) = reader.need_text(place, "PolicyName") else {
        return;
    };
    let is_system = is_system(reader, place);
    if reader
        .peek(output, "DefaultPolicyVersion/PolicyDocument")
        .is_some()
    {
        return read_version(reader, output, "DefaultPolicyVersion", Some((name, is_system)));
    }
    let version = reader.text(place, "DefaultVersion").map(|version| version.value);
    let document = reader
        .peek(place, "PolicyDocument")
        .and_then(|at| reader.policy_at(at));
    put(reader, place, Some(name), is_system, version, document);
}

fn is_system(reader: &mut Reader, policy: Place) -> Option<bool> {
    let kind = reader.text(policy, "PolicyType")?;
    Some(kind.value.eq_ignore_ascii_case("System"))
}

/// Puts a document where what it says and the name of its file tell that it belongs.
fn put(
    reader: &mut Reader,
    place: Place,
    named: Option<Located<String>>,
    is_system: Option<bool>,
    version: Option<String>,
    document: Option<PolicyDocument>,
) {
    let file = reader.sources.name(place.doc).to_owned();
    let kind = kind_of(reader, &file, document);
    let name = named.map_or_else(|| name_of(&file).to_owned(), |name| name.value);
    let found = &mut reader.found.ram;
    let list = match kind {
        RamPolicy::Control => &mut found.control_policies,
        RamPolicy::Identity | RamPolicy::Session => &mut found.policies,
        RamPolicy::Trust | RamPolicy::Resource => &mut found.others,
    };
    list.push(RamDocument {
        place,
        name,
        kind,
        is_system,
        version,
        document,
    });
}

/// What a document is for: with principals a role's trust or, with resources, a bucket's policy; else by its file.
fn kind_of(reader: &Reader, file: &str, document: Option<PolicyDocument>) -> RamPolicy {
    let has = |element: &str| {
        let found = document.and_then(|document| {
            let tree = reader.sources.tree(document.doc)?;
            let mut statements = tree.one_or_many(tree.get(document.root, "Statement")?);
            Some(statements.any(|statement| {
                tree.kind(statement) == JsonKind::Object && tree.get(statement, element).is_some()
            }))
        });
        found.unwrap_or_default()
    };
    let folder = name::last(name::folder(file));
    if has("Principal") {
        return if has("Resource") {
            RamPolicy::Resource
        } else {
            RamPolicy::Trust
        };
    }
    let is_control = ["scps", "control-policies"].contains(&folder)
        || ["control-policy", "controlpolicy", "ram-control"]
            .iter()
            .any(|mark| name::stem(file).contains(mark));
    if is_control {
        RamPolicy::Control
    } else {
        RamPolicy::Identity
    }
}

/// The name in `ram-policy-NAME.json` and its like.
fn name_of(file: &str) -> &str {
    let stem = name::stem(file);
    [
        "ram-control-policy-",
        "control-policy-",
        "ram-policy-",
        "ram-trust-",
        "ram-role-",
        "ram-",
        "policy-",
    ]
    .iter()
    .find_map(|prefix| stem.strip_prefix(prefix))
    .unwrap_or(stem)
}

fn attachment(reader: &mut Reader, place: Place, in_resource_group: bool) -> Option<RamAttachment> {
    Some(RamAttachment {
        place,
        name: reader.need_text(place, "PolicyName")?,
        is_system: is_system(reader, place),
        version: reader.text(place, "DefaultVersion"),
        in_resource_group,
    })
}

fn read_attachments(reader: &mut Reader, output: Place) {
    let mut policies = Vec::new();
    for place in reader.objects(output, "Policies/Policy") {
        policies.extend(attachment(reader, place, false));
    }
    let file = reader.sources.name(output.doc).to_owned();
    let (to, name) = whose(&file);
    reader.found.ram.attachments.push(RamAttachments {
        place: output,
        to,
        name,
        policies,
    });
}

/// Of whom a list speaks, by the name of its file: of a user where that does not say.
fn whose(file: &str) -> (RamIdentity, Option<String>) {
    let stem = name::stem(file);
    let kinds = [
        ("user", RamIdentity::User),
        ("group", RamIdentity::Group),
        ("role", RamIdentity::Role),
    ];
    let words: Vec<&str> = stem.split('-').collect();
    let found = words.iter().enumerate().find_map(|(at, word)| {
        let (_, kind) = kinds.iter().find(|(name, _)| word.eq_ignore_ascii_case(name))?;
        let rest = words.get(at + 1..).unwrap_or_default().join("-");
        Some((*kind, (!rest.is_empty()).then_some(rest)))
    });
    found.unwrap_or((RamIdentity::User, None))
}

/// Attachments that name their principal and their resource group; at the scope of the account the group is the
/// account itself.
fn read_group_attachments(reader: &mut Reader, output: Place) {
    for place in reader.objects(output, "PolicyAttachments/PolicyAttachment") {
        let group = reader.text(place, "ResourceGroupId");
        let is_group = group.is_some_and(|group| group.value.starts_with("rg-"));
        let to = match reader
            .text(place, "PrincipalType")
            .map(|kind| kind.value)
            .as_deref()
        {
            Some("IMSGroup") => RamIdentity::Group,
            Some("ServiceRole") => RamIdentity::Role,
            _ => RamIdentity::User,
        };
        let name = reader.text(place, "PrincipalName").map(|name| name.value);
        let name = name.map(|name| name.split('@').next().unwrap_or_default().to_owned());
        let Some(policy) = attachment(reader, place, is_group) else {
            continue;
        };
        let known = reader.found.ram.attachments.iter_mut();
        let mut known = known.filter(|list| list.place == output && list.to == to && list.name == name);
        match known.next() {
            Some(list) => list.policies.push(policy),
            None => reader.found.ram.attachments.push(RamAttachments {
                place: output,
                to,
                name,
                policies: vec![policy],
            }),
        }
    }
}

/// Reads one role.
pub(super) fn read_role(reader: &mut Reader, place: Place) {
    let Some(name) = reader.need_text(place, "RoleName") else {
        return;
    };
    let arn = reader.text(place, "Arn");
    let at = reader.peek(place, "AssumeRolePolicyDocument");
    let document = at.and_then(|at| reader.policy_at(at));
    let trust = at.map(|at| RamDocument {
        place: at,
        name: format!("trust policy of {}", name.value),
        kind: RamPolicy::Trust,
        is_system: None,
        version: None,
        document,
    });
    reader.found.ram.roles.push(RamRole {
        place,
        name,
        arn,
        trust,
    });
}

/// Lists of control policies leave out their texts.
fn read_control(reader: &mut Reader, place: Place) {
    let Some(name) = reader.need_text(place, "PolicyName") else {
        return;
    };
    let is_system = is_system(reader, place);
    let at = reader.peek(place, "PolicyDocument");
    let document = at.and_then(|at| reader.policy_at(at));
    reader.found.ram.control_policies.push(RamDocument {
        place,
        name: name.value,
        kind: RamPolicy::Control,
        is_system,
        version: None,
        document,
    });
}

fn read_key(reader: &mut Reader, output: Place) {
    let Some(place) = reader.object(output, "KeyMetadata") else {
        return;
    };
    if let Some(id) = reader.need_text(place, "KeyId") {
        let arn = reader.text(place, "Arn");
        reader.found.ram.keys.push(RamKey { place, id, arn });
    }
}

fn read_tags(reader: &mut Reader, output: Place, path: &str, of: &str) {
    let place = reader.peek(output, path).unwrap_or(output);
    let mut lists: Vec<RamKeyTags> = Vec::new();
    for tag in reader.objects(output, path) {
        let (Some(key), Some(value)) = (reader.need_text(tag, "TagKey"), reader.need_text(tag, "TagValue"))
        else {
            continue;
        };
        let owner = reader.text(tag, of);
        let same = |list: &&mut RamKeyTags| {
            list.key.as_ref().map(|key| &key.value) == owner.as_ref().map(|owner| &owner.value)
        };
        match lists.iter_mut().find(same) {
            Some(list) => list.tags.push(Setting { key, value }),
            None => lists.push(RamKeyTags {
                place,
                key: owner,
                tags: vec![Setting { key, value }],
            }),
        }
    }
    if lists.is_empty() {
        lists.push(RamKeyTags {
            place,
            key: None,
            tags: Vec::new(),
        });
    }
    reader.found.ram.key_tags.append(&mut lists);
}

fn read_instances(reader: &mut Reader, output: Place) {
    for place in reader.objects(output, "InstanceList/InstanceVO") {
        if let Some(id) = reader.need_text(place, "InstanceId") {
            let key = reader.text(place, "KmsKeyId").filter(|key| !key.value.is_empty());
            reader.found.ram.instances.push(KafkaInstance { place, id, key });
        }
    }
}
