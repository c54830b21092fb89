//! Policies of buckets, keys and organizations, and what connectors, clusters and delivery streams say twice.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{Given, conflict, file, fill_document};
use crate::input::found::{Listed, PolicyText, UnnamedPolicy};
use crate::input::inputs::Inputs;
use crate::input::model::{
    BarePolicy, Connector, OrganizationPolicy, OrganizationPolicyKind, PolicyDocument, ResourcePolicy,
};
use crate::input::name;
use crate::input::reader::{Reader, shown};
use crate::input::same::same;
use crate::input::scope::Scope;
use crate::source::{Place, Sources};

/// Joins them into `inputs`.
pub(super) fn join(reader: &mut Reader, inputs: &mut Inputs, given: &mut Given<'_>) {
    for policy in std::mem::take(&mut reader.found.resource_policies) {
        place_resource_policy(reader, inputs, given, policy);
    }
    merge_connectors(reader, inputs);
    let mut known = HashMap::new();
    for cluster in std::mem::take(&mut reader.found.clusters) {
        if known.insert(cluster.arn.value.clone(), ()).is_none() {
            inputs.clusters.push(cluster);
        }
    }
    inputs.delivery_streams = std::mem::take(&mut reader.found.delivery_streams);
    add_tags(reader, inputs);
}

/// What a folder of bare policies is for.
const OF_FOLDERS: [(&str, Use); 4] = [
    ("bucket-policies", Use::Bucket),
    ("key-policies", Use::Key),
    ("scps", Use::Organization(OrganizationPolicyKind::ServiceControl)),
    ("rcps", Use::Organization(OrganizationPolicyKind::ResourceControl)),
];

/// How the names of files begin whose bare policies are those of a role.
const OF_ROLES: [&str; 2] = ["policy-", "role-policy-"];

#[derive(Clone, Copy)]
enum Use {
    Bucket,
    Key,
    Organization(OrganizationPolicyKind),
}

fn of_folder(file: &str) -> Option<Use> {
    let folder = name::last(name::folder(file));
    OF_FOLDERS
        .iter()
        .find(|(name, _)| *name == folder)
        .map(|(_, role)| *role)
}

/// Finds the place of a bare policy by its file. Gives it back when it is named as the policy of a role.
pub(super) fn place_bare(
    reader: &mut Reader,
    inputs: &mut Inputs,
    given: &mut Given<'_>,
    text: PolicyText,
) -> Option<PolicyText> {
    let file = file(reader, text.place);
    let PolicyText { place, document, .. } = text;
    if put_as_given(reader, inputs, given, &file, (place, document)) {
        return None;
    }
    let stem = name::stem(&file);
    match of_folder(&file) {
        Some(Use::Bucket) => put_bucket(reader, inputs, stem, (place, document)),
        Some(Use::Key) => put_key(reader, inputs, stem, (place, document)),
        Some(Use::Organization(kind)) => inputs.organization_policies.push(OrganizationPolicy {
            place,
            kind,
            arn: None,
            id: None,
            name: name::after_level(&file).to_owned(),
            level: name::level(&file).to_owned(),
            targets: Vec::new(),
            targets_listed: false,
            embedded: false,
            document,
        }),
        None if OF_ROLES.iter().any(|prefix| stem.starts_with(prefix)) => return Some(text),
        None => {
            let bare = document.map(|document| BarePolicy { file, document });
            inputs.documents.extend(bare);
        }
    }
    None
}

fn place_resource_policy(
    reader: &mut Reader,
    inputs: &mut Inputs,
    given: &mut Given<'_>,
    policy: UnnamedPolicy,
) {
    let UnnamedPolicy {
        place,
        is_key,
        of,
        document,
    } = policy;
    if let Some(of) = of {
        match is_key {
            true => put_key(reader, inputs, &of.value, (place, document)),
            false => put_bucket(reader, inputs, &of.value, (place, document)),
        }
        return;
    }
    let file = file(reader, place);
    if put_as_given(reader, inputs, given, &file, (place, document)) {
        return;
    }
    let stem = name::stem(&file);
    let named = document.and_then(|document| only_bucket(&reader.sources, document));
    match (of_folder(&file), named) {
        (Some(Use::Bucket), _) => put_bucket(reader, inputs, stem, (place, document)),
        (Some(Use::Key), _) => put_key(reader, inputs, stem, (place, document)),
        _ if is_key => {
            let message = format!(
                "taken as the policy of the key `{}`, as its file is named",
                shown(stem)
            );
            reader.note(place, message);
            put_key(reader, inputs, stem, (place, document));
        }
        (_, Some(bucket)) => {
            let bucket_shown = shown(&bucket);
            let message =
                format!("taken as the policy of the bucket `{bucket_shown}`, the only one it names");
            reader.note(place, message);
            put_bucket(reader, inputs, &bucket, (place, document));
        }
        (_, None) => {
            let help = "name its bucket with `--bucket-policy NAME=FILE`, or as `bucket-policies/NAME.json`";
            let message = "this policy does not say of which bucket it is".to_owned();
            reader.problem_with_help(place, message, Some(help.to_owned()));
        }
    }
}

/// Where a policy is, and its document.
type Text = (Place, Option<PolicyDocument>);

/// Puts down the policy of the buckets that the options name for its file; false when they name none.
fn put_as_given(
    reader: &mut Reader,
    inputs: &mut Inputs,
    given: &mut Given<'_>,
    file: &str,
    text: Text,
) -> bool {
    let buckets = given.buckets(file);
    for bucket in &buckets {
        put_bucket(reader, inputs, bucket, text);
    }
    !buckets.is_empty()
}

fn put_bucket(reader: &mut Reader, inputs: &mut Inputs, bucket: &str, text: Text) {
    put(reader, &mut inputs.bucket_policies, ("bucket", bucket), text);
}

fn put_key(reader: &mut Reader, inputs: &mut Inputs, key: &str, text: Text) {
    put(reader, &mut inputs.key_policies, ("key", key), text);
}

fn put(
    reader: &mut Reader,
    policies: &mut Vec<ResourcePolicy>,
    (what, resource): (&str, &str),
    (place, document): Text,
) {
    match policies.iter_mut().find(|known| known.resource == resource) {
        Some(known) => fill_document(reader, &mut known.document, document, || {
            format!("the policy of the {what} `{}`", shown(resource))
        }),
        None => policies.push(ResourcePolicy {
            resource: resource.to_owned(),
            place,
            document,
        }),
    }
}

/// The bucket whose ARN, or that of its objects, is every resource of a policy; `None` when there are several, or
/// when a name is a pattern.
fn only_bucket(sources: &Sources, policy: PolicyDocument) -> Option<String> {
    let tree = sources.tree(policy.doc)?;
    let statements = tree.one_or_many(tree.get(policy.root, "Statement")?);
    let mut bucket = None;
    for statement in statements {
        for resource in tree.one_or_many(tree.get(statement, "Resource")?) {
            let resource = tree.string(resource)?;
            let name = resource
                .split(':')
                .nth(5)
                .filter(|_| resource.starts_with("arn:"))?;
            let name = name
                .split('/')
                .next()
                .filter(|name| !name.is_empty() && !name.contains(['*', '?', '$']))?;
            if bucket.as_ref().is_some_and(|known| known != name) || resource.split(':').nth(2) != Some("s3")
            {
                return None;
            }
            bucket = Some(name.to_owned());
        }
    }
    bucket
}

/// One connector of each ARN: the one with a configuration, else the first.
fn merge_connectors(reader: &mut Reader, inputs: &mut Inputs) {
    let mut by_arn = HashMap::new();
    for connector in std::mem::take(&mut reader.found.connectors) {
        let Some(arn) = connector.arn.as_ref().map(|arn| arn.value.clone()) else {
            inputs.connectors.push(connector);
            continue;
        };
        match by_arn.entry(arn) {
            Entry::Vacant(vacant) => {
                vacant.insert(inputs.connectors.len());
                inputs.connectors.push(connector);
            }
            Entry::Occupied(known) => {
                if let Some(known) = inputs.connectors.get_mut(*known.get()) {
                    merge_connector(reader, known, connector);
                }
            }
        }
    }
}

fn merge_connector(reader: &mut Reader, known: &mut Connector, other: Connector) {
    match (&known.configuration, &other.configuration) {
        (None, Some(_)) => *known = other,
        (Some(_), Some(_)) if !same(&reader.sources, known.place, other.place) => {
            let what = format!("the description of the connector `{}`", shown(&known.name.value));
            conflict(reader, &what, known.place, other.place);
        }
        _ => {}
    }
}

/// Tags that do not say whose they are belong to the only delivery stream of their folder.
fn add_tags(reader: &mut Reader, inputs: &mut Inputs) {
    let files: Vec<_> = inputs
        .delivery_streams
        .iter()
        .map(|stream| file(reader, stream.place))
        .collect();
    let scope = Scope::of(files.iter().map(String::as_str).enumerate());
    for Listed { place, items } in std::mem::take(&mut reader.found.stream_tags) {
        match scope.only(&file(reader, place)) {
            Ok(number) => {
                if let Some(stream) = inputs.delivery_streams.get_mut(number) {
                    let name = shown(&stream.name.value);
                    reader.note(
                        place,
                        format!("taken as the tags of the delivery stream `{name}`, the only one near"),
                    );
                    stream.tags.get_or_insert_default().extend(items);
                }
            }
            Err(count) => {
                let message =
                    format!("these tags do not say of which delivery stream they are, and {count} are near");
                reader.problem(place, message);
            }
        }
    }
}
