//! What the `provider` block of a root says of where it is applied.

use super::config::Config;
use super::evaluator::{Evaluator, Workings};
use super::texts::Texts;
use super::value::Value;
use crate::terraform::Known;

/// The facts that are given, and where there is one configuration of the provider, what it says of the others.
pub(super) fn facts(
    config: &Config<'_>,
    root: &str,
    given: &Known,
    texts: &Texts<'_>,
    workings: Workings,
) -> Known {
    let mut facts = given.clone();
    let providers = config.folders.get(root).map(|folder| folder.providers.as_slice());
    let Some([provider]) = providers else {
        return with_partition(facts);
    };
    let evaluator = Evaluator::new(config, given, texts, workings);
    let scope = evaluator.plain_scope(evaluator.root(root), provider.doc);
    let value = |name: &str| {
        let attribute = provider.what.body.get_attribute(name)?;
        Some(evaluator.expression(&attribute.value, &scope))
    };
    facts.region = facts.region.or_else(|| value("region")?.known_text());
    facts.account = facts
        .account
        .or_else(|| match value("allowed_account_ids")?.items()? {
            [only] => Value::known_text(only),
            _ => None,
        });
    with_partition(facts)
}

/// Facts with the partition that the region is in, where it is not given.
fn with_partition(mut facts: Known) -> Known {
    let found = facts.region.as_deref().and_then(|region| {
        // The partitions of secret regions are left open.
        let special = [
            ("cn-", Some("aws-cn")),
            ("us-gov-", Some("aws-us-gov")),
            ("us-iso", None),
        ];
        let special = special.iter().find(|(start, _)| region.starts_with(start));
        special.map_or(Some("aws"), |(_, partition)| *partition)
    });
    facts.partition = facts.partition.or_else(|| found.map(str::to_owned));
    facts
}
