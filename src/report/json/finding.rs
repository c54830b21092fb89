//! A finding in its wire form. Fields stand in the order of the keys in `docs/JSON.md`.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::location::LocationOut;
use super::sequence::Sequence;
use crate::condition::State;
use crate::engine::Decision;
use crate::finding::{Finding, Missing, Required, ResidualCondition, Subject, Witness};
use crate::report::statement::Statement;
use crate::source::Sources;

/// One finding.
#[derive(Serialize)]
pub(super) struct FindingOut<'a> {
    code: &'a str,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<&'static str>,
    message: &'a str,
    subject: SubjectOut<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requirement: Option<RequirementOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<Vec<MissingOut<'a>>>,
    location: LocationOut,
    related: Vec<RelatedOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<WitnessOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    residual: Option<Vec<ResidualOut<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caused_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aws_message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
}

impl<'a> FindingOut<'a> {
    pub(super) fn new(finding: &'a Finding, sources: &Sources) -> Self {
        let is_required = finding.requirement.is_some();
        let is_open = finding.decision == Some(Decision::Depends);
        let missing = finding.missing.iter().map(MissingOut::new).collect();
        let related = finding.related.iter().map(|related| RelatedOut {
            location: LocationOut::of(related.at, sources),
            note: &related.note,
        });
        let residual = finding
            .residual
            .iter()
            .map(|condition| ResidualOut::new(condition, sources))
            .collect();
        let statement = finding.statement.as_deref().and_then(Statement::read);
        Self {
            code: &finding.code,
            severity: finding.severity.as_str(),
            decision: finding.decision.map(Decision::as_str),
            message: &finding.message,
            subject: SubjectOut::new(&finding.subject),
            requirement: finding.requirement.as_ref().map(RequirementOut::new),
            missing: (is_required || !finding.missing.is_empty()).then_some(missing),
            location: LocationOut::of(finding.at, sources),
            related: related.collect(),
            witness: finding.witness.as_ref().map(WitnessOut::new),
            residual: (is_open || !finding.residual.is_empty()).then_some(residual),
            caused_by: finding.caused_by.as_deref(),
            help: non_empty(&finding.help),
            fix: statement.map(|statement| FixOut { statement }),
            aws_message: finding.aws_message.as_deref(),
            label: non_empty(&finding.label),
        }
    }
}

fn non_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

#[derive(Serialize)]
struct SubjectOut<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    connector: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    integration: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
}

impl<'a> SubjectOut<'a> {
    fn new(subject: &'a Subject) -> Self {
        Self {
            connector: subject.connector.as_deref(),
            role: subject.role.as_deref(),
            policy: subject.policy.as_deref(),
            integration: subject.integration.as_deref(),
            key: subject.key.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct RequirementOut<'a> {
    actions: &'a [String],
    resource: &'a str,
    principal: &'a str,
}

impl<'a> RequirementOut<'a> {
    fn new(required: &'a Required) -> Self {
        Self {
            actions: &required.actions,
            resource: &required.resource,
            principal: &required.principal,
        }
    }
}

#[derive(Serialize)]
struct MissingOut<'a> {
    action: &'a str,
    resource: &'a str,
}

impl<'a> MissingOut<'a> {
    fn new(missing: &'a Missing) -> Self {
        Self {
            action: &missing.action,
            resource: &missing.resource,
        }
    }
}

#[derive(Serialize)]
struct RelatedOut<'a> {
    location: LocationOut,
    note: &'a str,
}

#[derive(Serialize)]
struct WitnessOut<'a> {
    principal: &'a str,
    action: &'a str,
    resource: &'a str,
    context: ContextOut<'a>,
}

impl<'a> WitnessOut<'a> {
    fn new(witness: &'a Witness) -> Self {
        Self {
            principal: &witness.principal,
            action: &witness.action,
            resource: &witness.resource,
            context: ContextOut(&witness.context),
        }
    }
}

/// Key to value: `null` for a key that is not in the request, an array for a key with several values.
struct ContextOut<'a>(&'a [(String, State)]);

impl Serialize for ContextOut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        for (key, state) in self.0 {
            match state {
                State::Absent => object.serialize_entry(key, &())?,
                State::One(value) => object.serialize_entry(key, value.as_ref())?,
                State::Many(values) => {
                    let values = || values.iter().map(AsRef::<str>::as_ref);
                    object.serialize_entry(key, &Sequence(values))?;
                }
            }
        }
        object.end()
    }
}

#[derive(Serialize)]
struct ResidualOut<'a> {
    key: &'a str,
    operator: &'a str,
    values: &'a [String],
    location: LocationOut,
}

impl<'a> ResidualOut<'a> {
    fn new(condition: &'a ResidualCondition, sources: &Sources) -> Self {
        Self {
            key: &condition.key,
            operator: &condition.operator,
            values: &condition.values,
            location: LocationOut::of(condition.at, sources),
        }
    }
}

#[derive(Serialize)]
struct FixOut {
    statement: Statement,
}
