//! Where the resources of a plan or state are: account, region and partition.

use std::collections::BTreeSet;

use super::super::Known;
use super::configuration::Configuration;
use super::instance::Instance;
use crate::source::Tree;

/// A hole of this name.
pub(super) fn hole(name: &str) -> String {
    format!("⟨{}⟩", plain(name))
}

/// A name without what a key of `for_each` may hold and a hole may not: it must not look like more than one part of an
/// ARN.
pub(super) fn plain(name: &str) -> String {
    let plain = |character| match character {
        ':' | '/' | '*' | '?' | '⟨' | '⟩' => '.',
        other => other,
    };
    name.chars().map(plain).collect()
}

/// Where the resources are, as far as the caller, the configuration or what is there says it.
pub(super) fn facts(
    tree: &Tree,
    known: &Known,
    configuration: &Configuration<'_>,
    instances: &[Instance],
) -> Known {
    let said = |kind: &str, attributes: &[&str]| {
        let texts = instances
            .iter()
            .filter(|instance| instance.is_data && instance.kind == kind)
            .filter_map(|instance| attributes.iter().find_map(|path| instance.text(tree, path)));
        only(texts)
    };
    let arns = || {
        instances
            .iter()
            .filter(|instance| !instance.is_data && OWNED.contains(&instance.kind.as_str()))
            .filter_map(|instance| instance.text(tree, "arn"))
    };
    let field = |number: usize| {
        only(arns().filter_map(|arn| {
            let field = arn.split(':').nth(number).filter(|field| !field.is_empty());
            field.map(str::to_owned)
        }))
    };
    let region = known
        .region
        .clone()
        .or_else(|| said("aws_region", &["region", "name", "id"]))
        .or_else(|| configuration.region())
        .or_else(|| field(3));
    let partition = known
        .partition
        .clone()
        .or_else(|| said("aws_partition", &["partition", "id"]))
        .or_else(|| field(1));
    let of_region = match region.as_deref() {
        Some(region) if region.starts_with("cn-") => "aws-cn",
        Some(region) if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    Known {
        account: known
            .account
            .clone()
            .or_else(|| said("aws_caller_identity", &["account_id", "id"]))
            .or_else(|| field(4)),
        region,
        partition: Some(partition.unwrap_or_else(|| of_region.to_owned())),
    }
}

/// What an account makes for itself, so that the ARN says where it is.
const OWNED: [&str; 6] = [
    "aws_iam_role",
    "aws_iam_policy",
    "aws_mskconnect_connector",
    "aws_mskconnect_custom_plugin",
    "aws_msk_cluster",
    "aws_cloudwatch_log_group",
];

fn only(texts: impl Iterator<Item = String>) -> Option<String> {
    let mut texts: BTreeSet<String> = texts.collect();
    let first = texts.pop_first();
    first.filter(|_| texts.is_empty())
}
