//! What the caller of a check says beyond the inputs.

use std::collections::{BTreeMap, BTreeSet};

use crate::condition::Mode;
use crate::pack::Severity;

/// Options of a check.
#[derive(Debug, Clone, Default)]
pub struct CheckOptions {
    /// The cluster of connectors whose cluster is not among the inputs.
    pub cluster_arn: Option<String>,
    /// The cluster that a mirror reads from.
    pub source_cluster_arn: Option<String>,
    /// The principal that creates the connector.
    pub deployer: Option<String>,
    /// Account, where the inputs do not say it.
    pub account: Option<String>,
    /// Region, where the inputs do not say it.
    pub region: Option<String>,
    /// Partition, where the inputs do not say it.
    pub partition: Option<String>,
    /// Facts of the request context: key and values, in the order given.
    pub context: Vec<(String, Vec<String>)>,
    /// Codes, packs (`msk-connect`) or prefixes ending in `*` to report; empty: all.
    pub select: Vec<String>,
    /// Codes, packs or prefixes not to report.
    pub ignore: Vec<String>,
    /// Severities that the user gave to codes.
    pub severities: BTreeMap<String, Severity>,
    /// Features in use that no input shows.
    pub features: BTreeSet<String>,
    /// Show findings folded under another.
    pub all: bool,
    /// How rules that AWS leaves open, and assumptions, are treated.
    pub mode: Mode,
}

impl CheckOptions {
    /// Whether findings of this code are asked for.
    pub fn reports(&self, code: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|pattern| covers(pattern, code));
        (self.select.is_empty() || named(&self.select)) && !named(&self.ignore)
    }

    /// The severity of a code, after the user's overrides; the most specific override wins.
    pub fn severity(&self, code: &str, severity: Severity) -> Severity {
        let given = self.severities.iter().filter(|(pattern, _)| covers(pattern, code));
        given.max_by_key(|(pattern, _)| pattern.len()).map_or(severity, |(_, given)| *given)
    }
}

/// Whether a code, a pack's name, or a prefix with `*` covers the code.
fn covers(pattern: &str, code: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => code.starts_with(prefix),
        None => pattern == code || code.strip_prefix(pattern).is_some_and(|rest| rest.starts_with('/')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_a_pack_and_a_prefix_all_select() {
        let options = |select: &str, ignore: &str| CheckOptions {
            select: select.split_whitespace().map(str::to_owned).collect(),
            ignore: ignore.split_whitespace().map(str::to_owned).collect(),
            ..CheckOptions::default()
        };
        assert!(options("", "").reports("msk-connect/log-s3"));
        assert!(options("msk-connect", "").reports("msk-connect/log-s3"));
        assert!(options("msk-connect/log-*", "").reports("msk-connect/log-s3"));
        assert!(!options("msk-connect/log", "").reports("msk-connect/log-s3"));
        assert!(!options("msk-connect", "msk-connect/log-s3").reports("msk-connect/log-s3"));
    }

    #[test]
    fn the_most_specific_severity_wins() {
        let mut options = CheckOptions::default();
        options.severities.insert("msk-connect".into(), Severity::Note);
        options.severities.insert("msk-connect/log-s3".into(), Severity::Warning);
        assert_eq!(options.severity("msk-connect/log-s3", Severity::Error), Severity::Warning);
        assert_eq!(options.severity("msk-connect/sink-group", Severity::Error), Severity::Note);
        assert_eq!(options.severity("policy/size", Severity::Error), Severity::Error);
    }
}
