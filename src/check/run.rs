//! The check: every connector among the inputs against every rule of the packs.
//!
//! In: inputs, packs, options. Out: a [`Report`], sorted, the same whatever the number of threads.

use std::collections::BTreeMap;

use crate::condition::Mode;
use crate::engine::{Caller, Decision};
use crate::finding::{Finding, Related, Report, Required, Severity, Spot, Subject};
use crate::input::{Connector, Identity, Inputs};
use crate::pack::{
    Ask, ClassTable, Direction, Judgement, LogDestination, Pack, Platform, Requirement, Rule, SettingState,
};
use crate::pack::{Subject as AskedOf, Variable};
use crate::source::Place;

use super::attached;
use super::bearing::{lint_connectors, lint_everything};
use super::facts::{Directions, Facts};
use super::fold::fold;
use super::gap;
use super::grant::{Asked, Gap, gaps, narrower_granted, role_context};
use super::layers::{resource_layers, role_layers};
use super::needs::User;
use super::options::CheckOptions;
use super::place::places;
use super::question::topics_of;
use super::statement::statement;
use super::topic::{TopicSet, Topics};
use super::trust::{Trust, TrustGap};

/// Checks every connector of the inputs.
pub fn check(inputs: &Inputs, packs: &[Pack], classes: &ClassTable, options: &CheckOptions) -> Report {
    let mut report = Report {
        connectors: inputs.connectors.len(),
        ..Report::default()
    };
    let connectors: Vec<Facts<'_>> = inputs
        .connectors
        .iter()
        .map(|connector| Facts::new(connector, inputs, classes, options))
        .collect();
    report.findings = if connectors.is_empty() {
        report
            .notes
            .push("no connector is among the inputs, so every policy is judged on its own".to_owned());
        lint_everything(inputs)
    } else {
        lint_connectors(inputs, &connectors)
    };
    attached::tell(inputs, &connectors, options, &mut report);
    for facts in &connectors {
        let run = ConnectorRun {
            inputs,
            facts,
            options,
        };
        report.notes.extend(run.notes());
        for pack in packs.iter().filter(|pack| pack.platform == Platform::MskConnect) {
            let found = run.pack(pack);
            let (shown, folded) = fold(found, pack);
            report.findings.extend(shown);
            report.folded.extend(folded);
        }
    }
    let over_broad = over_broad(inputs, packs, classes, &connectors, options);
    report.findings.extend(over_broad);
    finish(&mut report, inputs, options);
    report
}

/// Judges each role that connectors use by what all of them need.
fn over_broad(
    inputs: &Inputs,
    packs: &[Pack],
    classes: &ClassTable,
    connectors: &[Facts<'_>],
    options: &CheckOptions,
) -> Vec<Finding> {
    let judges = packs.iter().flat_map(|pack| &pack.rules);
    let judges: Vec<&Rule> = judges
        .filter(|rule| rule.ask == Ask::Judge(Judgement::OverBroad))
        .collect();
    if judges.is_empty() {
        return Vec::new();
    }
    let mut roles: BTreeMap<&str, Vec<User<'_>>> = BTreeMap::new();
    for facts in connectors {
        let Some(arn) = facts.role_arn() else { continue };
        let run = ConnectorRun {
            inputs,
            facts,
            options,
        };
        let user = run.user(packs, classes);
        roles.entry(&arn.value).or_default().push(user);
    }
    let judge = |(arn, users): (&&str, &Vec<User<'_>>)| {
        let role = inputs.role(arn).filter(|role| !role.is_service_linked())?;
        let judged = |rule: &&Rule| super::over_broad::judge(rule, role, users, inputs, options);
        Some(judges.iter().filter_map(judged).collect::<Vec<_>>())
    };
    roles.iter().filter_map(judge).flatten().collect()
}

/// Applies the user's selection and severities, and sorts.
fn finish(report: &mut Report, inputs: &Inputs, options: &CheckOptions) {
    if options.all {
        report.findings.append(&mut report.folded);
    }
    for list in [&mut report.findings, &mut report.folded] {
        options.filter.apply(list);
        let place = |finding: &Finding| match finding.at {
            Spot::Node(place) => inputs.sources.locate(place),
            Spot::Text(doc, span) => inputs.sources.locate_span(doc, span),
        };
        list.sort_by_cached_key(|finding| {
            let location = place(finding);
            let subject = finding.subject.connector.clone();
            (location.file, location.span.start, finding.code.clone(), subject)
        });
    }
    report
        .notes
        .extend(inputs.notes.iter().map(|note| note.message.clone()));
    report.notes.sort();
    report.notes.dedup();
    let silent = assumptions(inputs, report, options);
    report.assumptions.splice(0..0, silent);
}

/// What was taken to hold where the inputs are silent.
fn assumptions(inputs: &Inputs, report: &Report, options: &CheckOptions) -> Vec<String> {
    if report.connectors == 0 {
        return Vec::new();
    }
    let mut silent = Vec::new();
    if inputs.organization_policies.is_empty() {
        silent.push("no service or resource control policies");
    }
    silent.push("no session policies");
    silent.push("no VPC endpoint policies");
    let silent = match options.mode {
        Mode::Chosen => format!("taken as none, since none were given: {}", silent.join(", ")),
        Mode::Sound => {
            "layers that were not given are unknown, and so is what AWS does not document".to_owned()
        }
    };
    vec![
        silent,
        "request context keys are unknown, except those that follow from the role, the account and the known \
         requests of services"
            .to_owned(),
    ]
}

struct ConnectorRun<'a> {
    inputs: &'a Inputs,
    facts: &'a Facts<'a>,
    options: &'a CheckOptions,
}

impl<'a> ConnectorRun<'a> {
    /// The connector with everything that rules ask of its role.
    fn user(&self, packs: &'a [Pack], classes: &ClassTable) -> User<'a> {
        let rules = packs.iter().flat_map(|pack| &pack.rules);
        let asked = rules.filter(|rule| self.applies(rule)).flat_map(|rule| {
            let requirements = match &rule.ask {
                Ask::Grant(requirements) => requirements.as_slice(),
                Ask::Judge(_) => &[],
            };
            let of_role = requirements.iter().filter(|r| r.of == AskedOf::Role);
            of_role.map(move |requirement| (rule, requirement))
        });
        User {
            facts: self.facts,
            known: self.facts.is_known(classes),
            asked: asked.collect(),
        }
    }
}

impl ConnectorRun<'_> {
    fn connector(&self) -> &Connector {
        self.facts.connector
    }

    fn notes(&self) -> Vec<String> {
        let name = &self.connector().name.value;
        let mut notes = Vec::new();
        if self.facts.directions == Directions::Both {
            notes.push(format!(
                "connector `{name}`: its class does not tell whether it is a source or a sink, so both are asked"
            ));
        }
        if self.facts.cluster.is_none() && self.facts.authentication == Some(crate::pack::Authentication::Iam)
        {
            notes.push(format!(
                "connector `{name}`: its cluster is not among the inputs, so grants are judged for every cluster it \
                 could be; name it with `--cluster-arn`"
            ));
        }
        let moves = |direction| self.facts.directions.include(direction);
        if self.connector().configuration.is_none() {
            notes.push(format!(
                "connector `{name}`: its configuration is not among the inputs, so what it does is not known"
            ));
        }
        if self.facts.authentication.is_none() {
            notes.push(format!(
                "connector `{name}`: how it authenticates is not known, so IAM is taken"
            ));
        }
        if let (true, Topics::Unknown { why, .. }) = (moves(Direction::Sink), &self.facts.read)
            && self.facts.directions != Directions::Both
        {
            notes.push(format!("connector `{name}`: {why}, so its topics are not known"));
        }
        notes
    }

    fn pack(&self, pack: &Pack) -> Vec<Finding> {
        let role = self.facts.role_arn().and_then(|arn| self.inputs.role(&arn.value));
        let mut findings = Vec::new();
        for rule in &pack.rules {
            if !self.applies(rule) {
                continue;
            }
            let found = match &rule.ask {
                Ask::Judge(judgement) => self.judge(rule, *judgement, role),
                Ask::Grant(requirements) => self.grants(rule, requirements, role),
            };
            let Some(finding) = found else { continue };
            findings.push(finding);
            if ends(rule) {
                break;
            }
        }
        soften_unclear_direction(&mut findings, pack, self.facts.directions);
        findings
    }

    /// Whether the rule is about this connector.
    fn applies(&self, rule: &Rule) -> bool {
        let when = &rule.when;
        let facts = self.facts;
        let log = &self.connector().log_delivery;
        let enabled = |destination: &Option<crate::input::LogDestination>| {
            destination.as_ref().is_some_and(|d| d.enabled)
        };
        let reads_topics = matches!(&rule.ask, Ask::Grant(requirements)
            if requirements.iter().any(|r| r.resource.variables().any(|v| *v == Variable::Topic)));
        when.authentication
            .is_none_or(|wanted| facts.authentication.is_none_or(|known| known == wanted))
            && when
                .direction
                .is_none_or(|wanted| facts.directions.include(wanted))
            && !(facts.mirror && reads_topics)
            && when.log.is_none_or(|wanted| match wanted {
                LogDestination::S3 => enabled(&log.s3),
                LogDestination::CloudWatch => enabled(&log.cloudwatch),
                LogDestination::Firehose => enabled(&log.firehose),
            })
            && when.settings.iter().all(|test| {
                let value = self
                    .connector()
                    .setting(&test.key)
                    .map(|s| s.value.value.as_str());
                match &test.is {
                    SettingState::Present => value.is_some(),
                    SettingState::Absent => value.is_none(),
                    SettingState::Equals(wanted) => value == Some(wanted),
                    SettingState::NotEquals(wanted) => value != Some(wanted),
                    SettingState::OneOf(wanted) => value.is_some_and(|v| wanted.iter().any(|w| w == v)),
                }
            })
    }

    fn judge(&self, rule: &Rule, judgement: Judgement, role: Option<&Identity>) -> Option<Finding> {
        let named = self.facts.role_arn();
        match judgement {
            Judgement::RoleMissing if role.is_none() => {
                let at = named.map_or(self.connector().place, |arn| arn.place);
                let message = match named {
                    Some(arn) => format!("the role `{}` is not among the inputs", arn.value),
                    None => "the connector names no service execution role".to_owned(),
                };
                Some(self.finding(rule, message, Spot::Node(at), "named here".to_owned()))
            }
            Judgement::RoleServiceLinked => {
                let arn = named?;
                let linked =
                    crate::arn::Arn::parse(&arn.value).is_some_and(|arn| arn.is_service_linked_role());
                linked.then(|| {
                    let message = format!("the execution role is the service-linked role `{}`", arn.value);
                    self.finding(
                        rule,
                        message,
                        Spot::Node(arn.place),
                        "a service-linked role".to_owned(),
                    )
                })
            }
            Judgement::RoleMissing | Judgement::OverBroad => None,
            _ => {
                let arn = named?;
                let trust = Trust::new(role?, &arn.value, self.facts, self.inputs, self.options);
                let blocked = |gap: &Option<TrustGap>| gap.is_some();
                let principal = trust.principal();
                let gap = match judgement {
                    Judgement::TrustPrincipal => principal,
                    Judgement::TrustSourceMismatch if !blocked(&principal) => trust.source_mismatch(),
                    Judgement::TrustConfusedDeputy if !blocked(&principal) => {
                        let never = trust
                            .source_mismatch()
                            .is_some_and(|gap| gap.decision.is_some_and(Decision::is_denied));
                        if never { None } else { trust.confused_deputy() }
                    }
                    _ => None,
                };
                gap.map(|gap| self.trust_finding(rule, gap))
            }
        }
    }

    fn trust_finding(&self, rule: &Rule, gap: TrustGap) -> Finding {
        let mut finding = self.finding(rule, gap.message, gap.at, gap.label);
        if gap.decision == Some(Decision::Depends) {
            finding.severity = finding.severity.min(Severity::Warning);
        }
        finding.decision = gap.decision;
        finding.related = gap.related;
        finding.residual = gap.residual;
        finding.witness = gap.witness;
        finding
    }

    fn finding(&self, rule: &Rule, message: String, at: Spot, label: String) -> Finding {
        let subject = Subject {
            connector: Some(self.connector().name.value.clone()),
            role: self.facts.role_arn().map(|arn| arn.value.clone()),
            policy: None,
        };
        Finding {
            label,
            help: rule.help.clone(),
            ..Finding::new(rule.code.as_str(), rule.severity, message, subject, at)
        }
    }

    /// Judges every requirement of a rule; one finding for all that is not granted.
    fn grants(&self, rule: &Rule, requirements: &[Requirement], role: Option<&Identity>) -> Option<Finding> {
        let sink = rule.when.direction != Some(Direction::Source);
        let topics = topics_of(self.facts, sink);
        let mut finding: Option<Finding> = None;
        for requirement in requirements {
            let Some(found) = self.requirement(rule, requirement, topics, role) else {
                continue;
            };
            match &mut finding {
                None => finding = Some(found),
                Some(first) => gap::merge(first, found),
            }
        }
        finding
    }

    fn requirement(
        &self,
        rule: &Rule,
        requirement: &Requirement,
        topics: &Topics,
        role: Option<&Identity>,
    ) -> Option<Finding> {
        let (layers, caller) = match &requirement.of {
            AskedOf::Role => {
                let arn = self.facts.role_arn()?;
                (
                    role_layers(role?, self.inputs, self.options),
                    Caller::parse(&arn.value),
                )
            }
            AskedOf::Service(name) => {
                let (document, policy_name) = self.destination(rule);
                let layers = resource_layers(document, &policy_name, self.inputs, self.options);
                (layers, Caller::Service { name: name.clone() })
            }
        };
        let context = if requirement.of == AskedOf::Role {
            role_context(role?)
        } else {
            Vec::new()
        };
        let asked = Asked {
            caller,
            layers: &layers,
            context,
            facts: self.facts,
            options: self.options,
        };
        let gaps = match gaps(requirement, topics, &asked) {
            Ok(gaps) if gaps.is_empty() => return None,
            Ok(gaps) => gaps,
            Err(not_asked) => {
                let at = Spot::Node(self.connector().place);
                let message = format!("`{}` cannot be judged: {}", rule.title, not_asked.why);
                let mut finding = self.finding(rule, message, at, "this connector".to_owned());
                finding.severity = finding.severity.min(Severity::Warning);
                finding.decision = Some(Decision::Depends);
                return Some(finding);
            }
        };
        let softened = narrower_granted(requirement, topics, &asked);
        Some(self.gap_finding(rule, requirement, topics, &gaps, softened, &asked))
    }

    fn gap_finding(
        &self,
        rule: &Rule,
        requirement: &Requirement,
        topics: &Topics,
        gaps: &[Gap],
        softened: bool,
        asked: &Asked<'_>,
    ) -> Finding {
        // The gravest gap speaks for all: a refusal before what depends, in the order of the rule.
        let lead = gaps
            .iter()
            .find(|gap| gap.decision.is_denied())
            .or_else(|| gaps.first());
        let Some(lead) = lead else {
            return self.finding(
                rule,
                rule.title.clone(),
                Spot::Node(self.connector().place),
                String::new(),
            );
        };
        let shown = places(asked.layers, &lead.request, &lead.outcome);
        let raised = lead.question.raised_by;
        let (at, label) = shown.nearest.unwrap_or_else(|| {
            let place = raised.or(self.policies_place()).unwrap_or(self.connector().place);
            (
                Spot::Node(place),
                "no statement grants what this needs".to_owned(),
            )
        });
        let mut finding = self.finding(rule, gap::message(gaps, lead, asked, softened), at, label);
        finding.decision = Some(lead.decision);
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
        finding.missing = gap::missing(gaps, asked.layers);
        finding.witness = gaps
            .first()
            .filter(|g| g.decision == lead.decision)
            .or(Some(lead))
            .map(|g| g.witness.clone());
        finding.residual = shown.residual;
        let sets: Vec<&TopicSet> = match topics {
            Topics::All(sets) => sets.iter().collect(),
            Topics::Some(set) => vec![set],
            Topics::Unknown { .. } => Vec::new(),
        };
        // A statement of the role's own helps only where the role's own policies are what is missing.
        if gap::limit(lead, asked).is_none() {
            finding.statement = statement(gaps, &requirement.of, &sets);
        }
        finding
    }

    /// The place of the role, for gaps that no clause comes near.
    fn policies_place(&self) -> Option<Place> {
        let arn = self.facts.role_arn()?;
        self.inputs.role(&arn.value).map(|role| role.place)
    }

    /// The policy of the destination that the rule's logs go to.
    fn destination(&self, rule: &Rule) -> (Option<crate::input::PolicyDocument>, String) {
        let log = &self.connector().log_delivery;
        let target = match rule.when.log {
            Some(LogDestination::S3) | None => log.s3.as_ref(),
            Some(LogDestination::CloudWatch) => log.cloudwatch.as_ref(),
            Some(LogDestination::Firehose) => log.firehose.as_ref(),
        };
        let name = target
            .and_then(|t| t.target.as_ref())
            .map(|t| t.value.clone())
            .unwrap_or_default();
        let document = self
            .inputs
            .bucket_policy(&name)
            .and_then(|policy| policy.document);
        (document, format!("policy of `{name}`"))
    }
}

/// Rules whose finding leaves nothing more to judge of a connector.
fn ends(rule: &Rule) -> bool {
    matches!(
        rule.ask,
        Ask::Judge(Judgement::RoleMissing | Judgement::RoleServiceLinked)
    )
}

/// Where the direction is not clear, what is unmet in one direction only is a warning.
fn soften_unclear_direction(findings: &mut [Finding], pack: &Pack, directions: Directions) {
    if directions != Directions::Both {
        return;
    }
    let direction: BTreeMap<&str, Direction> = pack
        .rules
        .iter()
        .filter_map(|rule| Some((rule.code.as_str(), rule.when.direction?)))
        .collect();
    let is_unmet = |f: &Finding| f.decision.is_some_and(Decision::is_denied);
    let unmet = |wanted: Direction| {
        findings
            .iter()
            .any(|f| is_unmet(f) && direction.get(f.code.as_str()) == Some(&wanted))
    };
    if unmet(Direction::Sink) && unmet(Direction::Source) {
        return;
    }
    for finding in findings
        .iter_mut()
        .filter(|f| direction.contains_key(f.code.as_str()))
    {
        finding.severity = finding.severity.min(Severity::Warning);
    }
}
