//! What is said of inputs: findings, how grave they are, and what they point at.
//!
//! A finding cannot be made without a primary place. Places are nodes or spans of the sources; reports turn them
//! into files, lines and columns.

use std::collections::BTreeMap;

use crate::condition::State;
use crate::engine::Decision;
use crate::pattern::Glob;
use crate::policy::ConditionEntry;
use crate::source::{DocId, Place, Span};

/// How grave a finding is; ordered from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// It works, but is risky, fragile, or rests on advisory facts.
    Warning,
    /// It will not work.
    Error,
}

impl Severity {
    /// The word in output and configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Something found, and where.
#[derive(Debug, Clone)]
pub struct Finding {
    /// `pack/rule`.
    pub code: String,
    /// How grave it is, after the user's overrides.
    pub severity: Severity,
    /// For requirements: how the request was decided.
    pub decision: Option<Decision>,
    /// What is wrong: one line, lower case, no final stop, user text in backticks.
    pub message: String,
    /// What it is about.
    pub subject: Subject,
    /// The requirement that is not met.
    pub requirement: Option<Required>,
    /// The parts of the requirement that are not granted, in the order of the rule.
    pub missing: Vec<Missing>,
    /// The primary place: the nearest policy clause, else the configuration value that raised the requirement.
    pub at: Spot,
    /// What the primary label says.
    pub label: String,
    /// Further places, in order of sources.
    pub related: Vec<Related>,
    /// One concrete request that shows the gap; the engine replays it to the decision claimed.
    pub witness: Option<Witness>,
    /// The undecided conditions, for `Depends`.
    pub residual: Vec<ResidualCondition>,
    /// The code of the finding that this one follows from, when it is folded under it.
    pub caused_by: Option<String>,
    /// What to do: one or more sentences.
    pub help: String,
    /// The smallest statement that closes the gap, as JSON text; an array where it takes several.
    pub statement: Option<String>,
    /// AWS's own message, for grammar faults.
    pub aws_message: Option<String>,
}

impl Finding {
    /// A finding with nothing but what every finding has.
    pub fn new(
        code: impl Into<String>,
        severity: Severity,
        message: impl Into<String>,
        subject: Subject,
        at: Spot,
    ) -> Self {
        Self {
            code: code.into(),
            severity,
            decision: None,
            message: message.into(),
            subject,
            requirement: None,
            missing: Vec::new(),
            at,
            label: String::new(),
            related: Vec::new(),
            witness: None,
            residual: Vec::new(),
            caused_by: None,
            help: String::new(),
            statement: None,
            aws_message: None,
        }
    }
}

/// A place in the sources: a node, or a stretch of text where there is no tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// A value or key of a document.
    Node(Place),
    /// A stretch of a document's text.
    Text(DocId, Span),
}

/// What a finding is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// The connector's name.
    pub connector: Option<String>,
    /// The id of a provider integration of Confluent Cloud.
    pub integration: Option<String>,
    /// The role's ARN.
    pub role: Option<String>,
    /// The ARN of a key that Confluent Cloud uses.
    pub key: Option<String>,
    /// The policy, by the name its source gives it.
    pub policy: Option<String>,
}

/// What a rule asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Required {
    /// The actions, in the rule's order.
    pub actions: Vec<String>,
    /// The resource or pattern.
    pub resource: String,
    /// Who needs it.
    pub principal: String,
}

/// A part of a requirement that is not granted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// The action.
    pub action: String,
    /// The resource or pattern of the part.
    pub resource: String,
}

/// A further place with its note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub at: Spot,
    /// Why it is shown.
    pub note: String,
}

/// One concrete request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The principal, as a principal text.
    pub principal: String,
    /// The action.
    pub action: String,
    /// A literal resource.
    pub resource: String,
    /// The context keys that matter, sorted.
    pub context: Vec<(String, State)>,
}

/// An undecided condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResidualCondition {
    /// The key as written.
    pub key: String,
    /// The operator as written.
    pub operator: String,
    /// The values as written.
    pub values: Vec<String>,
    /// Where it stands.
    pub at: Spot,
}

impl ResidualCondition {
    /// The entry as it is written, at the place of its values.
    pub fn of(entry: &ConditionEntry, at: Place) -> Self {
        let values = entry.values.iter().filter_map(|value| value.text.as_deref());
        Self {
            key: entry.key.to_string(),
            operator: entry.operator.to_string(),
            values: values.map(str::to_owned).collect(),
            at: Spot::Node(at),
        }
    }
}

/// Everything that a run says.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Findings, sorted by source, place and code.
    pub findings: Vec<Finding>,
    /// Findings folded under another one; shown on request.
    pub folded: Vec<Finding>,
    /// What was assumed where the inputs are silent, one sentence each.
    pub assumptions: Vec<String>,
    /// Remarks on how the inputs were read and tied together, one sentence each.
    pub notes: Vec<String>,
    /// How many connectors were judged.
    pub connectors: usize,
    /// How many provider integrations of Confluent Cloud were judged.
    pub integrations: usize,
    /// How many files were read.
    pub files: usize,
    /// How many inputs could not be read.
    pub unread: usize,
    /// How many places of what was read could not be.
    pub skipped: usize,
}

/// What the user wants to hear of: which codes, and how grave they count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Codes, packs (`msk-connect`) or patterns with `*` to report; empty: all.
    pub select: Vec<String>,
    /// Codes, packs or patterns not to report.
    pub ignore: Vec<String>,
    /// Severities that the user gave to codes, packs or patterns.
    pub severities: BTreeMap<String, Severity>,
}

impl Filter {
    /// Whether findings of this code are asked for.
    pub fn reports(&self, code: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|pattern| covers(pattern, code));
        (self.select.is_empty() || named(&self.select)) && !named(&self.ignore)
    }

    /// The severity of a code, after the user's overrides; the most specific override wins.
    pub fn severity(&self, code: &str, severity: Severity) -> Severity {
        let given = self
            .severities
            .iter()
            .filter(|(pattern, _)| covers(pattern, code));
        given
            .max_by_key(|(pattern, _)| pattern.len())
            .map_or(severity, |(_, given)| *given)
    }

    /// Drops the findings that are not asked for, and gives the others the severity that the user wants.
    pub fn apply(&self, findings: &mut Vec<Finding>) {
        findings.retain(|finding| self.reports(&finding.code));
        for finding in findings {
            finding.severity = self.severity(&finding.code, finding.severity);
        }
    }
}

/// Whether a code, a pack's name, or a pattern with `*` covers the code.
fn covers(pattern: &str, code: &str) -> bool {
    if pattern.contains('*') {
        return Glob::parse(pattern).matches(code);
    }
    pattern == code
        || code
            .strip_prefix(pattern)
            .is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_a_pack_and_a_pattern_all_select() {
        let filter = |select: &str, ignore: &str| Filter {
            select: select.split_whitespace().map(str::to_owned).collect(),
            ignore: ignore.split_whitespace().map(str::to_owned).collect(),
            ..Filter::default()
        };
        assert!(filter("", "").reports("msk-connect/log-s3"));
        assert!(filter("msk-connect", "").reports("msk-connect/log-s3"));
        assert!(filter("msk-connect/log-*", "").reports("msk-connect/log-s3"));
        assert!(!filter("msk-connect/log", "").reports("msk-connect/log-s3"));
        assert!(filter("*/trust-*", "").reports("confluent/trust-principal"));
        assert!(filter("msk-connect/*", "").reports("msk-connect/log-s3"));
        assert!(!filter("*-principal", "").reports("confluent/trust-principals"));
        assert!(!filter("msk-connect", "msk-connect/log-s3").reports("msk-connect/log-s3"));
    }

    #[test]
    fn the_most_specific_severity_wins() {
        let mut filter = Filter::default();
        filter.severities.insert("msk-connect".into(), Severity::Note);
        filter
            .severities
            .insert("msk-connect/log-s3".into(), Severity::Warning);
        let severity = |code| filter.severity(code, Severity::Error);
        assert_eq!(severity("msk-connect/log-s3"), Severity::Warning);
        assert_eq!(severity("msk-connect/sink-group"), Severity::Note);
        assert_eq!(severity("policy/size"), Severity::Error);
    }
}
