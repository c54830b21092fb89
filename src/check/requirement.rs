//! From a rule's requirements to its finding.
//!
//! In: a rule, who is asked and under which policies. Out: one finding for all that is not granted, with the places
//! that say so. This is the same for every platform; what differs is behind [`Asked`] and [`About`].

use crate::engine::Decision;
use crate::finding::{Finding, Related, Required, Severity, Spot, Subject};
use crate::pack::{Requirement, Rule};
use crate::source::Place;

use super::gap;
use super::grant::{self, Asked, Gap, gaps, narrower_granted};
use super::place::places;
use super::statement::statement;
use super::values::Member;

/// What a finding is about, and where it is shown when nothing is nearer.
pub(super) struct About {
    pub subject: Subject,
    /// The place of what was judged.
    pub at: Place,
    /// Who is asked, in words: `the role`.
    pub who: &'static str,
    /// What stands there: `this connector`.
    pub label: &'static str,
    /// The place of who is asked: a role.
    pub asked_at: Option<Place>,
}

impl About {
    /// A finding of a rule, without anything that only a decision knows.
    pub fn finding(&self, rule: &Rule, message: String, at: Spot, label: String) -> Finding {
        Finding {
            label,
            help: rule.help.clone(),
            ..Finding::new(
                rule.code.as_str(),
                rule.severity,
                message,
                self.subject.clone(),
                at,
            )
        }
    }
}

/// Judges one requirement of a rule.
pub(super) fn judge(
    rule: &Rule,
    requirement: &Requirement,
    asked: &Asked<'_>,
    about: &About,
) -> Option<Finding> {
    let mut finding = match gaps(requirement, asked) {
        Ok(gaps) => {
            let lead = lead(&gaps)?;
            let softened = narrower_granted(requirement, asked);
            gap_finding(rule, requirement, &gaps, lead, softened, asked, about)
        }
        Err(not_asked) => {
            let message = format!("`{}` cannot be judged: {}", rule.title, not_asked.why);
            let mut finding = about.finding(rule, message, Spot::Node(about.at), about.label.to_owned());
            finding.severity = finding.severity.min(Severity::Warning);
            finding.decision = Some(Decision::Depends);
            finding
        }
    };
    if let Some(severity) = requirement.severity {
        finding.severity = finding.severity.min(severity);
    }
    Some(finding)
}

/// Judges one requirement of a rule that is met where nothing of it is granted: the statement that grants it.
pub(super) fn judge_refused(
    rule: &Rule,
    requirement: &Requirement,
    asked: &Asked<'_>,
    about: &About,
) -> Option<Finding> {
    let grant = grant::granted(requirement, asked)?;
    let policy = grant.statement.and_then(|at| {
        let policy = asked.layers.policy(at.policy)?.policy()?;
        let statement = policy.statements.get(at.statement)?;
        Some(Spot::Node(policy.place(statement.node)))
    });
    let at = policy.unwrap_or(Spot::Node(about.asked_at.unwrap_or(about.at)));
    let message = format!(
        "{}: `{}` is granted on `{}`",
        rule.title, grant.action, grant.resource
    );
    Some(about.finding(rule, message, at, "granted here".to_owned()))
}

/// The gap that speaks for all: a refusal before what depends, in the order of the rule.
fn lead<'g, 'a>(gaps: &'g [Gap<'a>]) -> Option<&'g Gap<'a>> {
    gaps.iter()
        .find(|gap| gap.decision.is_denied())
        .or_else(|| gaps.first())
}

fn gap_finding(
    rule: &Rule,
    requirement: &Requirement,
    gaps: &[Gap<'_>],
    lead: &Gap<'_>,
    softened: bool,
    asked: &Asked<'_>,
    about: &About,
) -> Finding {
    let shown = places(&lead.layers, &lead.request, &lead.outcome);
    let raised = lead.question.raised_by;
    let (at, label) = shown.nearest.unwrap_or_else(|| {
        let place = raised.or(about.asked_at).unwrap_or(about.at);
        (
            Spot::Node(place),
            "no statement grants what this needs".to_owned(),
        )
    });
    let mut finding = about.finding(
        rule,
        gap::message(gaps, lead, asked, about.who, softened),
        at,
        label,
    );
    finding.decision = Some(lead.decision);
    if let Some(help) = gap::help(lead, asked) {
        finding.help = help;
    }
    if softened || lead.decision == Decision::Depends {
        finding.severity = finding.severity.min(Severity::Warning);
    }
    finding.related = shown.related;
    for gap in gaps {
        let raised = gap.question.raised_by.map(|place| Related {
            at: Spot::Node(place),
            note: "needed because of this".to_owned(),
        });
        finding
            .related
            .extend(raised.filter(|r| r.at != at && !finding.related.contains(r)));
    }
    finding.requirement = Some(Required {
        actions: requirement.actions.clone(),
        resource: lead.resource.clone(),
        principal: asked.caller.text().to_owned(),
    });
    finding.missing = gap::missing(gaps);
    finding.witness = gaps
        .first()
        .filter(|g| g.decision == lead.decision)
        .or(Some(lead))
        .map(|g| g.witness.clone());
    finding.residual = shown.residual;
    let members: Vec<&Member> = gaps
        .iter()
        .filter_map(|gap| gap.question.member.as_ref())
        .collect();
    // A statement of the role's own helps only where the role's own policies are what is missing.
    if gap::limit(lead, asked).is_none() {
        finding.statement = statement(gaps, &requirement.of, &members);
    }
    finding
}
