//! The tag that lets instance encryption use a key.

use super::account::Account;
use super::creation::subject;
use super::feature::Feature;
use crate::engine::Decision;
use crate::finding::{Finding, Related, Severity, Spot, Witness};
use crate::input::{RamKey, RamKeyTags, Setting};
use crate::pack::Rule;
use crate::source::Place;

const TAG: &str = "acs:alikafka:instance-encryption";

/// A key with its tags.
struct Key<'a> {
    name: &'a str,
    id: &'a str,
    place: Place,
    tags: Option<Vec<&'a Setting>>,
}

/// `alibaba/key-tag`. Without any key among the inputs there is nothing to judge.
pub(super) fn tag(rule: &Rule, feature: &Feature<'_>, account: &Account<'_>) -> Vec<Finding> {
    if feature.role.feature != "encryption" {
        return Vec::new();
    }
    let keys = keys(account, feature);
    // Of several keys beside a role that is merely there, nothing says which one is meant.
    if !feature.is_in_use() && keys.len() > 1 {
        return Vec::new();
    }
    keys.iter()
        .filter_map(|key| untagged(rule, feature, account, key))
        .collect()
}

fn keys<'a>(account: &Account<'a>, feature: &Feature<'_>) -> Vec<Key<'a>> {
    let ram = &account.inputs.ram;
    let mut keys: Vec<Key<'a>> = ram
        .keys
        .iter()
        .map(|key| described(key, &ram.key_tags, &ram.keys))
        .collect();
    for list in &ram.key_tags {
        let id = list.key.as_ref().map(|key| key.value.as_str());
        if id.is_none() && !keys.is_empty() {
            continue;
        }
        if !keys.iter().any(|key| id.is_none_or(|id| same(key.id, id))) {
            keys.push(Key {
                name: id.unwrap_or("key"),
                id: id.unwrap_or_default(),
                place: list.place,
                tags: Some(list.tags.iter().collect()),
            });
        }
    }
    // Where an instance says which key it uses, others do not matter.
    let used = |key: &Key<'_>| feature.keys.iter().any(|used| same(key.id, used));
    if keys.iter().any(used) {
        keys.retain(used);
    }
    keys
}

fn described<'a>(key: &'a RamKey, lists: &'a [RamKeyTags], keys: &[RamKey]) -> Key<'a> {
    let mut own = lists.iter().filter(|list| match &list.key {
        Some(of) => same(&key.id.value, &of.value),
        None => keys.len() == 1,
    });
    let first = own.next();
    Key {
        name: key.arn.as_ref().map_or(&key.id.value, |arn| &arn.value),
        id: &key.id.value,
        place: first.map_or(key.place, |list| list.place),
        tags: first.map(|first| first.tags.iter().chain(own.flat_map(|list| &list.tags)).collect()),
    }
}

/// Whether two texts name one key: its id, or its full name, which ends in it.
fn same(one: &str, other: &str) -> bool {
    let id = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    id(one) == id(other)
}

fn untagged(rule: &Rule, feature: &Feature<'_>, account: &Account<'_>, key: &Key<'_>) -> Option<Finding> {
    let tags = key.tags.as_deref();
    let tag = |wanted: &dyn Fn(&str) -> bool| tags.into_iter().flatten().find(|tag| wanted(&tag.key.value));
    let own = tag(&|name| name == TAG);
    // The role's policy compares the value without regard to case.
    if own.is_some_and(|tag| tag.value.value.eq_ignore_ascii_case("true")) {
        return None;
    }
    let near = own.or_else(|| tag(&|name| name.trim().eq_ignore_ascii_case(TAG)));
    let message = match (tags, own) {
        (None, _) => format!(
            "whether the key `{}` carries the tag `{TAG}` is not among the inputs",
            key.id
        ),
        (_, Some(tag)) => format!(
            "the tag `{TAG}` of the key `{}` is `{}` and not `true`",
            key.id, tag.value.value
        ),
        (Some(_), None) => format!("the key `{}` does not carry the tag `{TAG}`", key.id),
    };
    let at = near.map_or(key.place, |tag| {
        if own.is_some() {
            tag.value.place
        } else {
            tag.key.place
        }
    });
    let mut finding = Finding::new(
        rule.code.as_str(),
        rule.severity,
        message,
        subject(feature.role),
        Spot::Node(at),
    );
    finding.help.clone_from(&rule.help);
    finding.label = if near.is_some() {
        "not this"
    } else {
        "the tags of the key"
    }
    .to_owned();
    if tags.is_none() {
        finding.severity = finding.severity.min(Severity::Warning);
        finding.decision = Some(Decision::Depends);
        finding.label = "the key".to_owned();
    } else {
        finding.decision = Some(Decision::ImplicitlyDenied);
        finding.witness = Some(Witness {
            principal: account.role_principal(feature.role),
            action: "kms:Decrypt".to_owned(),
            resource: full_name(account, key),
            context: own
                .map(|tag| super::ask::one(&format!("kms:tag/{TAG}"), &tag.value.value))
                .into_iter()
                .collect(),
        });
    }
    let uses = account.inputs.ram.instances.iter();
    finding.related = uses
        .filter_map(|instance| instance.key.as_ref())
        .filter(|used| same(&used.value, key.id))
        .map(|used| Related {
            at: Spot::Node(used.place),
            note: "an instance is encrypted with it".to_owned(),
        })
        .collect();
    Some(finding)
}

fn full_name(account: &Account<'_>, key: &Key<'_>) -> String {
    if key.name.starts_with("acs:") {
        return key.name.to_owned();
    }
    let region = account.options.region.as_deref().unwrap_or("cn-hangzhou");
    format!("acs:kms:{region}:{}:key/{}", account.caller_id(), key.id)
}
