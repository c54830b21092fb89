//! The tree of folders that iam-collect writes: one folder a resource, one file an aspect of it.
//!
//! In go the names of files and their texts, out come the outputs of the AWS CLI that say the same, with the places of
//! the files. Folders lie below `accounts/<id>/` and `organizations/<o-…>/`, wherever the tree itself lies, and have a
//! `metadata.json`; their names are in lower case, so that names of things are read from there and never from paths.
//! Source: the syncs and the file store of cloud-copilot/iam-collect.

use std::collections::BTreeMap;

use super::organization::is_account_id;
use super::reader::Reader;
use super::shape;
use crate::source::{Composed, Data, DocId, Kind, Origin, Place};

/// The file that every folder of a resource has.
const METADATA: &str = "metadata";

/// The files of one folder, by name without extension.
type Files = BTreeMap<String, DocId>;

/// A folder of the tree.
#[derive(Debug)]
struct Folder {
    /// Its names below the account or organization.
    path: Vec<String>,
    is_organization: bool,
    files: Files,
}

/// Takes the files of such trees out of a list, and reads them. Files that are no JSON stay.
pub(super) fn take(reader: &mut Reader, files: &mut Vec<DocId>) {
    let mut folders: BTreeMap<String, Folder> = BTreeMap::new();
    for file in files.iter().copied() {
        let name = reader.sources.name(file);
        let is_json = reader.sources.root(file).is_ok();
        if let Some((folder, is_organization, path, stem)) = place_of(name).filter(|_| is_json) {
            let known = folders.entry(folder.to_owned()).or_insert_with(|| Folder {
                path: path.into_iter().map(str::to_owned).collect(),
                is_organization,
                files: Files::new(),
            });
            known.files.insert(stem.to_owned(), file);
        }
    }
    folders.retain(|_, folder| folder.files.contains_key(METADATA));
    let mut taken: Vec<DocId> = folders
        .values()
        .flat_map(|folder| folder.files.values().copied())
        .collect();
    taken.sort_unstable();
    files.retain(|file| taken.binary_search(file).is_err());
    for folder in folders.into_values() {
        let outputs = match folder.is_organization {
            true => of_organization(reader, &folder),
            false => of_account(reader, &folder).into_iter().collect(),
        };
        for output in outputs {
            let doc = reader.sources.add_composed(&output);
            if let Ok(root) = reader.sources.root(doc) {
                // What is composed is of a known shape.
                let _ = shape::read(reader, root);
            }
        }
        if !folder.is_organization {
            add_policy(reader, &folder);
        }
    }
}

/// The folder of a file of the tree, whether it is an organization's, the names in it, and the file without extension.
fn place_of(name: &str) -> Option<(&str, bool, Vec<&str>, &str)> {
    let (folder, file) = name.rsplit_once('/')?;
    let stem = file.strip_suffix(".json")?;
    let parts: Vec<&str> = folder.split('/').collect();
    let mut pairs = parts.iter().zip(parts.iter().skip(1)).enumerate();
    let (at, is_organization) = pairs.find_map(|(at, (first, second))| {
        let is_account = *first == "accounts" && is_account_id(second);
        let is_organization = *first == "organizations" && second.starts_with("o-");
        (is_account || is_organization).then_some((at, is_organization))
    })?;
    let path = parts.get(at + 2..)?.to_vec();
    (is_organization || !path.is_empty()).then_some((folder, is_organization, path, stem))
}

/// What the files of a folder say, ready to be put together.
struct Parts<'a> {
    reader: &'a Reader,
    files: &'a Files,
}

impl Parts<'_> {
    fn root(&self, file: &str) -> Option<Place> {
        self.reader.sources.root(*self.files.get(file)?).ok()
    }

    /// The whole of a file.
    fn file(&self, file: &str) -> Option<Composed> {
        Some(self.reader.sources.copied(self.root(file)?)).filter(|value| !matches!(value.data, Data::Null))
    }

    /// A text of the metadata.
    fn text(&self, key: &str) -> Option<Composed> {
        let place = self.reader.member(self.root(METADATA)?, key)?;
        let is_text = self.reader.sources.kind(place) == Kind::String;
        is_text.then(|| self.reader.sources.copied(place))
    }

    fn plain(&self, key: &str) -> Option<String> {
        let place = self.reader.member(self.root(METADATA)?, key)?;
        Some(self.reader.string(place)?.value)
    }

    /// The texts of a list, each as an object of one member.
    fn wrapped(&self, file: &str, key: &'static str) -> Option<Composed> {
        let list = self.root(file)?;
        let tree = self.reader.sources.tree(list.doc)?;
        if tree.kind(list.node) != Kind::Array {
            return None;
        }
        let items = tree.items(list.node).map(|node| {
            let item = Place { doc: list.doc, node };
            Composed::object(
                [(key, self.reader.sources.copied(item))],
                Some(Origin::Place(item)),
            )
        });
        Some(Composed::array(items, Some(Origin::Place(list))))
    }

    /// Tags as the AWS CLI prints them.
    fn tags(&self) -> Option<Composed> {
        let map = self.root("tags")?;
        let tree = self.reader.sources.tree(map.doc)?;
        let at = |node| Place { doc: map.doc, node };
        let tags = tree.members(map.node).map(|(key, value)| {
            let (key, value) = (
                self.reader.sources.copied(at(key)),
                self.reader.sources.copied(at(value)),
            );
            let origin = key.origin;
            Composed::object([("Key", key), ("Value", value)], origin)
        });
        Some(Composed::array(tags, Some(Origin::Place(map))))
    }

    /// The names of the groups whose ARNs are listed.
    fn groups(&self) -> Option<Composed> {
        let list = self.root("groups")?;
        let tree = self.reader.sources.tree(list.doc)?;
        let names = tree.items(list.node).filter_map(|node| {
            let arn = tree.string(node)?;
            let name = arn.rsplit('/').next().unwrap_or_default().to_owned();
            Some(Composed::text(
                name,
                Some(Origin::Place(Place { doc: list.doc, node })),
            ))
        });
        Some(Composed::array(names, Some(Origin::Place(list))))
    }

    /// Those of the members that are there, as an object that comes from the metadata.
    fn object<const N: usize>(&self, members: [(&'static str, Option<Composed>); N]) -> Composed {
        let members = members.into_iter().filter_map(|(key, value)| Some((key, value?)));
        Composed::object(members, self.root(METADATA).map(Origin::Place))
    }
}

fn of_account(reader: &Reader, folder: &Folder) -> Option<Composed> {
    let parts = Parts {
        reader,
        files: &folder.files,
    };
    let path: Vec<&str> = folder.path.iter().map(String::as_str).collect();
    match *path.as_slice() {
        ["iam", "role", ..] => Some(of_identity(&parts, "Role", "RoleName", "RolePolicyList")),
        ["iam", "user", ..] => Some(of_identity(&parts, "User", "UserName", "UserPolicyList")),
        ["iam", "group", ..] => Some(of_identity(&parts, "Group", "GroupName", "GroupPolicyList")),
        ["iam", "policy", ..] | ["iam", "aws", "policy", ..] => Some(of_managed(&parts)),
        ["s3", _] => {
            let policy = parts.file("policy")?;
            let name = parts.text("name").or_else(|| parts.text("arn"))?;
            Some(parts.object([("Bucket", Some(name)), ("Policy", Some(policy))]))
        }
        ["kms", _, "key", ..] => {
            let policy = parts.file("policy")?;
            let key = parts.text("arn").or_else(|| parts.text("id"))?;
            Some(parts.object([("KeyId", Some(key)), ("Policy", Some(policy))]))
        }
        ["kafka", _, "cluster", ..] => {
            let cluster = parts.object([
                ("ClusterArn", Some(parts.text("arn")?)),
                ("ClusterName", parts.text("name")),
            ]);
            Some(parts.object([("ClusterInfo", Some(cluster))]))
        }
        _ => None,
    }
}

/// A role, user or group, as an account dump has it.
fn of_identity(parts: &Parts<'_>, one: &'static str, name: &'static str, inline: &'static str) -> Composed {
    let boundary = parts.text("permissionBoundary");
    let boundary = boundary.map(|arn| {
        let origin = arn.origin;
        Composed::object([("PermissionsBoundaryArn", arn)], origin)
    });
    let described = parts.object([
        (name, parts.text("name")),
        ("Arn", parts.text("arn")),
        ("Path", parts.text("path")),
        // One that was not collected is there and not known.
        (
            "AssumeRolePolicyDocument",
            parts.file("trust-policy").or(Some(Composed::new(Data::Null))),
        ),
        (inline, parts.file("inline-policies")),
        (
            "AttachedManagedPolicies",
            parts.wrapped("managed-policies", "PolicyArn"),
        ),
        ("PermissionsBoundary", boundary),
        ("GroupList", parts.groups()),
        ("Tags", parts.tags()),
    ]);
    parts.object([(one, Some(described))])
}

/// A managed policy with its version in force, as an account dump has it; only described where there is no text.
fn of_managed(parts: &Parts<'_>) -> Composed {
    let (arn, name, version) = (
        parts.text("arn"),
        parts.text("name"),
        parts.text("defaultVersionId"),
    );
    let Some(document) = parts.file("current-policy") else {
        let described = parts.object([("Arn", arn), ("PolicyName", name), ("DefaultVersionId", version)]);
        return parts.object([("Policy", Some(described))]);
    };
    let origin = document.origin;
    let in_force = Composed::object(
        [
            (
                "VersionId",
                version.clone().unwrap_or_else(|| Composed::text("v1", origin)),
            ),
            ("IsDefaultVersion", Composed::new(Data::Bool(true))),
            ("Document", document),
        ],
        origin,
    );
    let described = parts.object([
        ("Arn", arn),
        ("PolicyName", name),
        ("DefaultVersionId", version),
        ("PolicyVersionList", Some(Composed::array([in_force], origin))),
    ]);
    parts.object([("Policy", Some(described))])
}

/// The policy of any other resource, such as a secret, queue or cluster: judged as a document, it decides nothing here.
fn add_policy(reader: &mut Reader, folder: &Folder) {
    let path: Vec<&str> = folder.path.iter().map(String::as_str).collect();
    let is_read = matches!(*path.as_slice(), ["iam", ..] | ["s3", _] | ["kms", ..]);
    let policy = folder.files.get("policy").filter(|_| !is_read);
    let root = policy.and_then(|policy| reader.sources.root(*policy).ok());
    if let Some(root) = root.filter(|root| reader.sources.kind(*root) == Kind::Object) {
        reader.add_document(root);
    }
}

fn of_organization(reader: &Reader, folder: &Folder) -> Vec<Composed> {
    let parts = Parts {
        reader,
        files: &folder.files,
    };
    let path: Vec<&str> = folder.path.iter().map(String::as_str).collect();
    match *path.as_slice() {
        [] => of_tree(&parts),
        ["scps", _] => of_policy(&parts, "SERVICE_CONTROL_POLICY").into_iter().collect(),
        ["rcps", _] => of_policy(&parts, "RESOURCE_CONTROL_POLICY").into_iter().collect(),
        _ => Vec::new(),
    }
}

/// `describe-policy`.
fn of_policy(parts: &Parts<'_>, kind: &'static str) -> Option<Composed> {
    let (id, content) = (
        parts.text("id").or_else(|| parts.text("arn"))?,
        parts.file("policy")?,
    );
    let summary = parts.object([
        ("Id", Some(id)),
        ("Arn", parts.text("arn")),
        ("Name", parts.text("name")),
        ("Type", Some(Composed::text(kind, None))),
    ]);
    let policy = parts.object([("PolicySummary", Some(summary)), ("Content", Some(content))]);
    Some(parts.object([("Policy", Some(policy))]))
}

/// `describe-organization`, and of each account and unit `list-parents` and `list-policies-for-target`.
fn of_tree(parts: &Parts<'_>) -> Vec<Composed> {
    let management = parts.plain("rootAccountId").or_else(|| {
        let arn = parts.plain("rootAccountArn")?;
        Some(arn.rsplit('/').next()?.to_owned())
    });
    let management = management.map(|id| Composed::text(id, None));
    let organization = parts.object([
        ("Id", parts.text("id")),
        ("Arn", parts.text("arn")),
        ("MasterAccountId", management),
    ]);
    let mut outputs = vec![parts.object([("Organization", Some(organization))])];
    for (file, parent) in [("accounts", "ou"), ("ous", "parent")] {
        let Some(root) = parts.root(file) else {
            continue;
        };
        let Some(tree) = parts.reader.sources.tree(root.doc) else {
            continue;
        };
        for (key, node) in tree.members(root.node) {
            let id = parts.reader.sources.copied(Place {
                doc: root.doc,
                node: key,
            });
            let described = Place { doc: root.doc, node };
            let origin = Some(Origin::Place(described));
            let above = parts.reader.member(described, parent);
            if let Some(above) = above.map(|above| parts.reader.sources.copied(above)) {
                let parents = Composed::array([Composed::object([("Id", above)], origin)], origin);
                outputs.push(Composed::object(
                    [("ChildId", id.clone()), ("Parents", parents)],
                    origin,
                ));
            }
            for (key, kind) in [
                ("scps", "SERVICE_CONTROL_POLICY"),
                ("rcps", "RESOURCE_CONTROL_POLICY"),
            ] {
                let policies = attached(parts.reader, described, key, kind);
                outputs.push(Composed::object(
                    [("TargetId", id.clone()), ("Policies", policies)],
                    origin,
                ));
            }
        }
    }
    outputs
}

/// The policies whose ARNs or ids are listed under a key.
fn attached(reader: &Reader, object: Place, key: &str, kind: &'static str) -> Composed {
    let list = reader.member(object, key);
    let tree = list.and_then(|list| Some((reader.sources.tree(list.doc)?, list)));
    let items = tree.into_iter().flat_map(|(tree, list)| {
        tree.items(list.node).filter_map(move |node| {
            let arn = tree.string(node)?;
            let id = arn.rsplit('/').next().unwrap_or_default().to_owned();
            let origin = Some(Origin::Place(Place { doc: list.doc, node }));
            let members = [
                ("Id", Composed::text(id, origin)),
                ("Type", Composed::text(kind, origin)),
                ("AwsManaged", Composed::new(Data::Bool(false))),
            ];
            Some(Composed::object(members, origin))
        })
    });
    Composed::array(items, list.map(Origin::Place))
}
