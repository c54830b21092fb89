//! What the `provider` block of a root says of where it is applied.

use std::collections::HashMap;

use super::config::Config;
use super::evaluator::Evaluator;
use super::value::Value;
use crate::source::DocId;
use crate::terraform::Facts;

/// The facts that are given, and where there is one configuration of the provider, what it says of the others.
pub(super) fn facts(
    config: &Config<'_>,
    root: &str,
    given: &Facts,
    texts: &HashMap<String, (DocId, &str)>,
) -> Facts {
    let mut facts = given.clone();
    let providers = config.folders.get(root).map(|folder| folder.providers.as_slice());
    let Some([provider]) = providers else {
        return facts.with_region();
    };
    let evaluator = Evaluator::new(config, given, texts);
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
    facts.with_region()
}
