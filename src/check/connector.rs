//! One connector of MSK Connect against the rules of a pack.

use std::collections::BTreeMap;

use crate::condition::{Knowledge, State};
use crate::engine::{Caller, Decision};
use crate::finding::{Finding, Severity, Spot, Subject};
use crate::input::{Connector, Identity, Inputs};
use crate::pack::{
    Ask, Direction, Grants, Judgement, Pack, Platform, Requirement, Rule, Subject as AskedOf, Variable,
};
use crate::pattern::hole;

use crate::policy::Reading;

use super::facts::{Directions, Facts};
use super::gap;
use super::grant::{self, Asked, role_context};
use super::layers::{read_policy, role_layers, service_layers, unknown_identity};
use super::needs::{User, Wanted};
use super::options::CheckOptions;
use super::other_cluster::OtherCluster;
use super::port;
use super::requirement::{self, About};
use super::resource_policy::ResourcePolicies;
use super::stream;
use super::trust::Trust;
use super::trust_policy::TrustGap;
use super::values::{Members, Values};
use super::when;

/// One connector under judgement.
pub(super) struct ConnectorRun<'a> {
    pub inputs: &'a Inputs,
    pub facts: &'a Facts<'a>,
    pub options: &'a CheckOptions,
}

impl<'a> ConnectorRun<'a> {
    fn connector(&self) -> &Connector {
        self.facts.connector
    }

    /// What the report has to say of it beside findings.
    pub fn notes(&self) -> Vec<String> {
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
        if let (true, Members::Unknown { why, .. }) = (moves(Direction::Sink), &self.facts.read)
            && self.facts.directions != Directions::Both
        {
            notes.push(format!("connector `{name}`: {why}, so its topics are not known"));
        }
        if let Some(arn) = &self.facts.worker.missing {
            notes.push(format!(
                "connector `{name}`: its worker configuration `{}` is not among the inputs, so what it sets is not known",
                arn.value
            ));
        }
        for alias in &self.facts.references.unknown {
            notes.push(format!(
                "connector `{name}`: what the configuration provider `{alias}` reads is not known, so it is not judged"
            ));
        }
        if let Some(deployer) = &self.options.deployer
            && self.inputs.identity(deployer).is_none()
        {
            notes.push(format!(
                "the deployer `{deployer}` is not among the inputs, so what it may do is not known"
            ));
        }
        notes
    }

    /// The findings of the rules of a pack, in their order.
    pub fn pack(&self, pack: &Pack) -> Vec<Finding> {
        let role = self.facts.role_arn().and_then(|arn| self.inputs.role(&arn.value));
        let mut findings = Vec::new();
        for rule in &pack.rules {
            let found = match &rule.ask {
                Ask::Grant(grants) if !rule.relieves.is_empty() => {
                    self.relieve(rule, grants, role, &mut findings);
                    continue;
                }
                Ask::Judge(judgement) if self.applies(rule) => self.judge(rule, *judgement, role),
                Ask::Judge(_) => None,
                Ask::Grant(grants) if grants.refused => self.refusals(rule, grants, role),
                Ask::Grant(grants) => self.grants(rule, grants, role),
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

    /// Whether the rule's own requirements are asked of this connector. What a mirror reads and writes has rules of
    /// its own.
    fn applies(&self, rule: &Rule) -> bool {
        let grants = match &rule.ask {
            Ask::Grant(grants) => grants.requirements.as_slice(),
            Ask::Judge(_) => &[],
        };
        let mut variables = grants.iter().flat_map(|r| r.resource.variables());
        let reads_topics = variables.any(|variable| *variable == Variable::Topic);
        when::holds(&rule.when, self.facts) && !(self.facts.is_mirror() && reads_topics)
    }

    fn judge(&self, rule: &Rule, judgement: Judgement, role: Option<&Identity>) -> Option<Finding> {
        let named = self.facts.role_arn();
        match judgement {
            Judgement::RoleMissing if role.is_none() => {
                let at = named.map_or(self.connector().place, |arn| arn.place);
                let is_known = named.is_none_or(|arn| !hole::has_hole(&arn.value));
                let message = match named {
                    Some(arn) if !is_known => {
                        format!("which role the connector has is not known: `{}`", arn.value)
                    }
                    Some(arn) => format!("the role `{}` is not among the inputs", arn.value),
                    None => "the connector names no service execution role".to_owned(),
                };
                let mut finding = self.finding(rule, message, Spot::Node(at), "named here".to_owned());
                if !is_known {
                    finding.severity = Severity::Warning;
                }
                Some(finding)
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
            Judgement::AuthPortMismatch => {
                let gap = port::mismatch(self.facts)?;
                Some(self.finding(rule, gap.message, Spot::Node(gap.at), gap.label))
            }
            Judgement::LogFirehose => {
                let gap = stream::undeliverable(self.facts, self.inputs)?;
                let mut finding = self.finding(rule, gap.message, Spot::Node(gap.at), gap.label);
                finding.decision = Some(gap.decision);
                finding.related = gap.related;
                if gap.decision == Decision::Depends {
                    finding.severity = finding.severity.min(Severity::Warning);
                }
                Some(finding)
            }
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
                gap.map(|gap| gap.finding(rule, &self.about()))
            }
        }
    }

    fn about(&self) -> About {
        let role = self.facts.role_arn();
        About {
            subject: Subject {
                connector: Some(self.connector().name.value.clone()),
                role: role.map(|arn| arn.value.clone()),
                ..Subject::default()
            },
            at: self.connector().place,
            who: "the role",
            label: "this connector",
            asked_at: role
                .and_then(|arn| self.inputs.role(&arn.value))
                .map(|role| role.place),
        }
    }

    fn finding(&self, rule: &Rule, message: String, at: Spot, label: String) -> Finding {
        self.about().finding(rule, message, at, label)
    }

    /// Judges every requirement of a rule; one finding for all that is not granted.
    fn grants(&self, rule: &Rule, grants: &Grants, role: Option<&Identity>) -> Option<Finding> {
        let mut finding: Option<Finding> = None;
        for requirement in self.requirements(rule, grants) {
            let Some(found) = self.requirement(rule, requirement, role) else {
                continue;
            };
            match &mut finding {
                None => finding = Some(found),
                Some(first) => gap::merge(first, found),
            }
        }
        finding
    }

    /// What is asked of this connector under a rule: by the rule itself, then by its class.
    fn requirements<'r>(&self, rule: &'r Rule, grants: &'r Grants) -> Vec<&'r Requirement>
    where
        'a: 'r,
    {
        let own = grants.requirements.iter().filter(|_| self.applies(rule));
        let mut asked: Vec<&Requirement> = own.collect();
        if grants.of_class && when::holds_for_class(&rule.when, self.facts) {
            let needs = self.facts.class.into_iter().flat_map(|class| &class.needs);
            asked.extend(
                needs
                    .filter(|need| need.code == rule.code && when::holds(&need.when, self.facts))
                    .map(|need| &need.requirement),
            );
        }
        asked.retain(|requirement| when::holds(&requirement.when, self.facts));
        asked
    }

    /// Which topics `${topic}` means in a requirement.
    fn direction(&self, rule: &Rule, requirement: &Requirement) -> Option<Direction> {
        let direction = requirement.when.direction.or(rule.when.direction);
        direction.or(self.facts.class.map(|class| class.direction))
    }

    /// Everything that rules ask of its role.
    pub fn user<'r>(&self, packs: &'r [Pack]) -> User<'r>
    where
        'a: 'r,
    {
        let mut asked = Vec::new();
        let needs = || self.facts.class.into_iter().flat_map(|class| &class.needs);
        let packs = packs.iter().filter(|pack| pack.platform == Platform::MskConnect);
        for rule in packs.flat_map(|pack| &pack.rules) {
            let Ask::Grant(grants) = &rule.ask else { continue };
            let of_role = self.requirements(rule, grants).into_iter();
            let of_role = of_role.filter(|requirement| requirement.of == AskedOf::Role && !grants.refused);
            asked.extend(of_role.map(|requirement| Wanted {
                direction: self.direction(rule, requirement),
                requirement,
                by_class: needs().any(|need| std::ptr::eq(&need.requirement, requirement)),
            }));
        }
        User {
            facts: self.facts,
            inputs: self.inputs,
            asked,
        }
    }

    fn requirement(
        &self,
        rule: &Rule,
        requirement: &Requirement,
        role: Option<&Identity>,
    ) -> Option<Finding> {
        let mut about = self.about();
        if requirement.of == AskedOf::Deployer {
            let deployer = self.options.deployer.as_ref();
            about.who = "the deployer";
            about.asked_at = deployer
                .and_then(|arn| self.inputs.identity(arn))
                .map(|deployer| deployer.place);
        }
        self.ask(rule, requirement, role, |asked| {
            requirement::judge(rule, requirement, asked, &about)
        })?
    }

    /// The first requirement of a rule that is granted although it should not be.
    fn refusals(&self, rule: &Rule, grants: &Grants, role: Option<&Identity>) -> Option<Finding> {
        self.requirements(rule, grants)
            .into_iter()
            .find_map(|requirement| {
                self.ask(rule, requirement, role, |asked| {
                    requirement::judge_refused(rule, requirement, asked, &self.about())
                })?
            })
    }

    /// Where a rule that this one stands in for has a gap, and all that this one asks is granted: says so, and takes
    /// the gap of a connector back that is still to be created.
    fn relieve(&self, rule: &Rule, grants: &Grants, role: Option<&Identity>, findings: &mut Vec<Finding>) {
        let pack = rule.code.split('/').next().unwrap_or_default();
        let is_relieved = |finding: &Finding| {
            let id = finding
                .code
                .strip_prefix(pack)
                .and_then(|id| id.strip_prefix('/'));
            finding.decision == Some(Decision::ImplicitlyDenied)
                && rule.relieves.iter().any(|known| Some(known.as_str()) == id)
        };
        let Some(gap) = findings.iter().find(|finding| is_relieved(finding)) else {
            return;
        };
        let requirements = self.requirements(rule, grants);
        let granted = |requirement: &&Requirement| {
            self.ask(rule, requirement, role, |asked| {
                grant::gaps(requirement, asked).is_ok_and(|gaps| gaps.is_empty())
            }) == Some(true)
        };
        if requirements.is_empty() || !requirements.iter().all(granted) || self.refuses_additions() {
            return;
        }
        let mut note = self.finding(rule, rule.title.clone(), gap.at, gap.label.clone());
        note.related = gap.related.clone();
        if self.connector().arn.is_none() {
            findings.retain(|finding| !is_relieved(finding));
        }
        findings.push(note);
    }

    /// Whether the policy of the bucket of worker logs has `NotAction` or `NotPrincipal`: AWS adds nothing to such a
    /// policy.
    fn refuses_additions(&self) -> bool {
        let s3 = self.connector().log_delivery.s3.as_ref();
        let bucket = s3.and_then(|s3| s3.target.as_ref());
        let policy = bucket
            .and_then(|bucket| self.inputs.bucket_policy(&bucket.value)?.document)
            .and_then(|document| read_policy(document, self.inputs));
        policy.is_some_and(|policy| {
            policy.statements.iter().any(|statement| {
                let action = matches!(&statement.action, Reading::Known { value, .. } if value.negated);
                let principal = matches!(&statement.principal, Reading::Known { value, .. } if value.negated);
                action || principal
            })
        })
    }

    /// Puts a requirement to whom it is asked of; `None` where nothing is known of them.
    fn ask<T>(
        &self,
        rule: &Rule,
        requirement: &Requirement,
        role: Option<&Identity>,
        judge: impl FnOnce(&Asked<'_>) -> T,
    ) -> Option<T> {
        let (layers, caller, context) = match &requirement.of {
            AskedOf::Role => {
                let (arn, role) = (self.facts.role_arn()?, role?);
                (
                    role_layers(role, self.inputs, self.options),
                    Caller::parse(&arn.value),
                    role_context(role),
                )
            }
            AskedOf::Deployer => {
                let arn = self.options.deployer.as_ref()?;
                let mut tags = Vec::new();
                let layers = match self.inputs.identity(arn) {
                    Some(deployer) => {
                        tags = role_context(deployer);
                        role_layers(deployer, self.inputs, self.options)
                    }
                    None => unknown_identity("policies of the deployer"),
                };
                // The API of MSK Connect takes no plain HTTP, and what it calls with the caller's rights is called over
                // TLS too.
                let secure = Knowledge::Known(State::One("true".into()));
                tags.push(("aws:SecureTransport".to_owned(), secure));
                (layers, Caller::parse(arn), tags)
            }
            // Of other platforms.
            AskedOf::SecretsRole | AskedOf::KeyUser => return None,
            AskedOf::Service(name) => (
                service_layers(self.inputs, self.options),
                Caller::Service { name: name.clone() },
                Vec::new(),
            ),
        };
        let other = OtherCluster::of(requirement, self.facts, self.inputs);
        let asked = Asked {
            caller,
            layers: &layers,
            context,
            values: other.as_ref().map_or(self.facts as &dyn Values, |other| other),
            direction: self.direction(rule, requirement),
            resources: ResourcePolicies {
                inputs: self.inputs,
                options: self.options,
                of_service: matches!(requirement.of, AskedOf::Service(_)),
            },
            options: self.options,
        };
        Some(judge(&asked))
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
