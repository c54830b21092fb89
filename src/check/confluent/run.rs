//! Integrations, connectors and keys of Confluent Cloud against the rules of a pack.

use std::sync::Arc;

use crate::engine::{Caller, CompiledPolicy, Decision, LayerKind, Layers};
use crate::finding::{Finding, Related, Severity, Spot, Subject};
use crate::input::{ByokKey, Identity, Inputs, ManagedConnector};
use crate::pack::{
    Ask, ClassTable, Grants, Judgement, Pack, Platform, Requirement, Rule, Subject as AskedOf,
};
use crate::source::Place;

use super::super::fold::fold;
use super::super::gap;
use super::super::grant::Asked;
use super::super::grant::role_context;
use super::super::layers::role_layers;
use super::super::options::CheckOptions;
use super::super::requirement::{self, About};
use super::super::resource_policy::ResourcePolicies;
use super::super::trust_policy::{TrustGap, everything};
use super::super::when;
use super::facts::{KeyFacts, ManagedFacts};
use super::hand::Fit;
use super::subject::Target;
use super::trust::IntegrationTrust;

/// The setting that names the integration of a connector, and the one of that for its secrets.
const INTEGRATION: &str = "provider.integration.id";
const SECRETS: &str = "secret.manager.provider.integration.id";
const METHOD: &str = "authentication.method";
const IAM_ROLES: &str = "IAM Roles";

/// What judging gave.
#[derive(Default)]
pub(in super::super) struct Judged<'a> {
    pub findings: Vec<Finding>,
    /// Findings that follow from others.
    pub folded: Vec<Finding>,
    pub notes: Vec<String>,
    /// The roles that integrations are meant for.
    pub roles: Vec<&'a Identity>,
}

/// Judges everything of Confluent Cloud among the inputs.
pub(in super::super) fn judge<'a>(inputs: &'a Inputs, packs: &[Pack], options: &CheckOptions) -> Judged<'a> {
    let mut targets: Vec<Target<'a>> = inputs
        .integrations
        .iter()
        .map(|integration| Target::given(integration, inputs))
        .collect();
    let mut run = Run {
        inputs,
        options,
        classes: ClassTable::of(packs, Platform::Confluent),
        judged: Judged::default(),
    };
    for connector in &inputs.managed_connectors {
        for key in [INTEGRATION, SECRETS] {
            let named = connector.setting(key).map(|setting| setting.value.value.as_str());
            if named.is_some_and(|id| !targets.iter().any(|target| target.has_id(id))) {
                targets.extend(Target::named(connector, key, inputs));
            }
        }
        run.note(connector);
    }
    for target in &targets {
        let role = target.role();
        let is_known = |role: &&Identity| run.judged.roles.iter().any(|known| known.place == role.place);
        let role = role.filter(|role| !is_known(role));
        run.judged.roles.extend(role);
    }
    for pack in packs.iter().filter(|pack| pack.platform == Platform::Confluent) {
        for target in &targets {
            run.target(target, pack);
        }
        for key in &inputs.byok_keys {
            run.key(key, pack);
        }
    }
    run.judged
}

struct Run<'a, 'p> {
    inputs: &'a Inputs,
    options: &'p CheckOptions,
    classes: ClassTable<'p>,
    judged: Judged<'a>,
}

impl Run<'_, '_> {
    fn note(&mut self, connector: &ManagedConnector) {
        let name = &connector.name.value;
        let class = connector.setting("connector.class");
        let has_role = connector.setting(INTEGRATION).is_some();
        let lacks_region =
            has_role && ManagedFacts::new(connector, None, &self.classes, self.options).lacks_region();
        let mut say = |what: &str| self.judged.notes.push(format!("connector `{name}`: {what}"));
        match class.map(|class| class.value.value.trim()) {
            Some(class) if has_role && self.classes.find(class).is_none() => say(&format!(
                "what a connector of the class `{class}` needs in AWS is not known, so its rights are not judged"
            )),
            None if has_role => say("its class is not given, so its rights are not judged"),
            _ if lacks_region => say(
                "the region of what it works with is not known, so it is judged for every region; name it with `--region`",
            ),
            _ if has_role => {}
            _ if is_of_roles(connector) => say(
                "it selects `IAM Roles` and names no provider integration, so it is not known which role it works with",
            ),
            _ => say("it names no provider integration, so no role is asked"),
        }
    }

    /// An integration, then each connector that works with it.
    fn target(&mut self, target: &Target<'_>, pack: &Pack) {
        let of_integration = self.integration(target, pack);
        let (shown, folded) = fold(of_integration.clone(), pack);
        self.judged.findings.extend(shown);
        self.judged.folded.extend(folded);
        for connector in &self.inputs.managed_connectors {
            let uses = |key: &str| {
                connector
                    .setting(key)
                    .is_some_and(|id| target.has_id(&id.value.value))
            };
            if !uses(INTEGRATION) && !uses(SECRETS) {
                continue;
            }
            let found = self.connector(connector, target, (uses(INTEGRATION), uses(SECRETS)), pack);
            // What is said of the integration is a cause here, and said above.
            let all = of_integration.iter().cloned().chain(found).collect();
            let (shown, folded) = fold(all, pack);
            let is_own = |finding: &Finding| finding.subject.connector.is_some();
            self.judged.findings.extend(shown.into_iter().filter(is_own));
            self.judged.folded.extend(folded.into_iter().filter(is_own));
        }
    }

    fn integration(&self, target: &Target<'_>, pack: &Pack) -> Vec<Finding> {
        let about = target.about();
        let rules = pack.rules.iter();
        let judged = rules.filter_map(|rule| match rule.ask {
            Ask::Judge(Judgement::RoleMismatch) => self.role_mismatch(rule, target, &about),
            Ask::Judge(Judgement::NotIamRoles) | Ask::Grant(_) => None,
            Ask::Judge(judgement) => self.trust(target, judgement).map(|gap| gap.finding(rule, &about)),
        });
        judged.collect()
    }

    fn role_mismatch(&self, rule: &Rule, target: &Target<'_>, about: &About) -> Option<Finding> {
        let named = target.integration.customer_role_arn.as_ref();
        let role = target.role()?;
        match target.fit()? {
            Fit::Same => None,
            Fit::NotNamed if !target.is_given => None,
            Fit::NotNamed => {
                let message = "which role the integration is meant for is not among the inputs".to_owned();
                let mut finding =
                    about.finding(rule, message, Spot::Node(target.place()), about.label.to_owned());
                finding.severity = finding.severity.min(Severity::Warning);
                finding.decision = Some(Decision::Depends);
                Some(finding)
            }
            Fit::Other => {
                let named = named?;
                let own = role.arn.as_ref().unwrap_or(&role.name);
                let message = format!(
                    "the integration assumes the role `{}`, and the role at hand is `{}`",
                    named.value, own.value
                );
                let label = "the integration assumes this one".to_owned();
                let mut finding = about.finding(rule, message, Spot::Node(named.place), label);
                finding.related.push(Related {
                    at: Spot::Node(own.place),
                    note: "the role at hand".to_owned(),
                });
                Some(finding)
            }
        }
    }

    fn trust(&self, target: &Target<'_>, judgement: Judgement) -> Option<TrustGap> {
        let Some(role) = target.role() else {
            return (judgement == Judgement::TrustPrincipal).then(|| unknown_role(target));
        };
        let role_arn = target.role_arn().unwrap_or(&role.name.value);
        let trust = IntegrationTrust::new(&target.integration, role, role_arn, self.inputs, self.options);
        match judgement {
            Judgement::TrustPlaceholder => trust.placeholder(),
            Judgement::TrustPrincipal => trust.principal(),
            Judgement::TrustExternalId => trust.external_id(),
            Judgement::TrustExternalIdMissing => trust.external_id_missing(),
            Judgement::TrustTagSession => trust.tag_session(),
            Judgement::TrustTooWide => trust.too_wide(),
            _ => None,
        }
    }

    fn connector(
        &self,
        connector: &ManagedConnector,
        target: &Target<'_>,
        (works, reads_secrets): (bool, bool),
        pack: &Pack,
    ) -> Vec<Finding> {
        let facts = ManagedFacts::new(connector, target.role_arn(), &self.classes, self.options);
        let about = target.about_connector(connector);
        let mut findings = Vec::new();
        for rule in pack.rules.iter().filter(|rule| when::holds(&rule.when, &facts)) {
            match &rule.ask {
                Ask::Judge(Judgement::NotIamRoles) if works => {
                    findings.extend(not_iam_roles(rule, connector, &about));
                }
                Ask::Judge(_) => {}
                Ask::Grant(grants) => {
                    let is_asked = |of: &AskedOf| match of {
                        AskedOf::Role => works,
                        AskedOf::SecretsRole => reads_secrets,
                        _ => false,
                    };
                    findings.extend(self.grants(rule, grants, target, &facts, is_asked));
                }
            }
        }
        findings
    }

    /// What a connector needs under a rule; one finding for all that is not granted.
    fn grants(
        &self,
        rule: &Rule,
        grants: &Grants,
        target: &Target<'_>,
        facts: &ManagedFacts<'_>,
        is_asked: impl Fn(&AskedOf) -> bool,
    ) -> Option<Finding> {
        let of_class = facts.class.iter().filter(|_| grants.of_class);
        let of_class = of_class.flat_map(|class| &class.needs);
        let of_class = of_class
            .filter(|need| need.code == rule.code && when::holds(&need.when, facts))
            .map(|need| &need.requirement);
        let mut asked: Vec<&Requirement> = grants.requirements.iter().chain(of_class).collect();
        asked.retain(|requirement| is_asked(&requirement.of) && when::holds(&requirement.when, facts));
        if asked.is_empty() {
            return None;
        }
        let about = target.about_connector(facts.connector);
        let (Some(role), Some(arn)) = (target.role(), target.role_arn()) else {
            let message = "whether the role grants what the connector needs is not known, since the role is not among \
                           the inputs";
            return Some(not_judged(rule, message, &about));
        };
        let layers = role_layers(role, self.inputs, self.options);
        let asked_of = Asked {
            caller: Caller::parse(arn),
            layers: &layers,
            context: role_context(role),
            values: facts,
            direction: facts.class.map(|class| class.direction),
            resources: ResourcePolicies {
                inputs: self.inputs,
                options: self.options,
                of_service: false,
            },
            options: self.options,
        };
        let found = asked
            .into_iter()
            .filter_map(|requirement| requirement::judge(rule, requirement, &asked_of, &about));
        found.reduce(|mut first, next| {
            gap::merge(&mut first, next);
            first
        })
    }

    /// A key: each of Confluent's roles has to be let in by its policy.
    fn key(&mut self, key: &ByokKey, pack: &Pack) {
        let facts = KeyFacts::new(key);
        let mut findings = Vec::new();
        for rule in &pack.rules {
            let Ask::Grant(grants) = &rule.ask else { continue };
            let of_users = grants.requirements.iter();
            let of_users: Vec<_> = of_users
                .filter(|requirement| requirement.of == AskedOf::KeyUser)
                .collect();
            if of_users.is_empty() {
                continue;
            }
            if key.roles.is_empty() {
                let message = "which roles of Confluent's use the key is not among the inputs";
                findings.push(not_judged(rule, message, &about_key(key, None)));
            }
            for role in &key.roles {
                let about = about_key(key, Some(&role.value));
                let caller = Caller::parse(&role.value);
                let found = of_users.iter().filter_map(|requirement| {
                    self.key_user(rule, requirement, &facts, caller.clone(), &about)
                });
                findings.extend(found.reduce(|mut first, next| {
                    gap::merge(&mut first, next);
                    first
                }));
            }
        }
        let (shown, folded) = fold(findings, pack);
        self.judged.findings.extend(shown);
        self.judged.folded.extend(folded);
    }

    fn key_user(
        &self,
        rule: &Rule,
        requirement: &Requirement,
        facts: &KeyFacts<'_>,
        caller: Caller,
        about: &About,
    ) -> Option<Finding> {
        // Confluent's own side is theirs, and taken to be in order.
        let own = everything(facts.key.place, "kms:*");
        let own = CompiledPolicy::new(own, LayerKind::Identity, self.options.mode, "caller");
        let layers = Layers {
            identity: vec![Arc::new(own)],
            ..Layers::default()
        };
        let asked = Asked {
            caller,
            layers: &layers,
            context: Vec::new(),
            values: facts,
            direction: None,
            resources: ResourcePolicies {
                inputs: self.inputs,
                options: self.options,
                of_service: true,
            },
            options: self.options,
        };
        requirement::judge(rule, requirement, &asked, about)
    }
}

fn about_key(key: &ByokKey, role: Option<&str>) -> About {
    About {
        subject: Subject {
            key: Some(key.key_arn.value.clone()),
            role: role.map(str::to_owned),
            ..Subject::default()
        },
        at: key.place,
        label: "this key",
        asked_at: None,
    }
}

/// What is not known of a role that is not among the inputs.
fn unknown_role(target: &Target<'_>) -> TrustGap {
    let named = target.integration.customer_role_arn.as_ref();
    let label = target.integration.label();
    let message = match named {
        Some(arn) => format!(
            "whether the role `{}` trusts the provider integration `{label}` is not known, since the role is not among \
             the inputs",
            arn.value
        ),
        None => format!("which role the provider integration `{label}` assumes is not known"),
    };
    TrustGap::not_known(message, Spot::Node(named.map_or(target.place(), |arn| arn.place)))
}

fn not_judged(rule: &Rule, message: &str, about: &About) -> Finding {
    let at: Place = about.at;
    let mut finding = about.finding(rule, message.to_owned(), Spot::Node(at), about.label.to_owned());
    finding.severity = finding.severity.min(Severity::Warning);
    finding.decision = Some(Decision::Depends);
    finding
}

fn is_of_roles(connector: &ManagedConnector) -> bool {
    connector
        .setting(METHOD)
        .is_some_and(|method| method.value.value.trim() == IAM_ROLES)
}

/// Does a connector that names an integration select another method than roles?
fn not_iam_roles(rule: &Rule, connector: &ManagedConnector, about: &About) -> Option<Finding> {
    let integration = connector.setting(INTEGRATION)?;
    if is_of_roles(connector) {
        return None;
    }
    let method = connector.setting(METHOD);
    let (message, at, label) = match method {
        Some(method) if method.value.value.contains("${") => {
            let message = format!("what `{METHOD}` is set to is not known");
            let mut finding = about.finding(
                rule,
                message,
                Spot::Node(method.value.place),
                "filled in later".to_owned(),
            );
            finding.severity = finding.severity.min(Severity::Warning);
            finding.decision = Some(Decision::Depends);
            return Some(finding);
        }
        Some(method) => (
            format!(
                "the connector names a provider integration, and authenticates by `{}`",
                method.value.value
            ),
            method.value.place,
            "this has to be `IAM Roles`",
        ),
        None => (
            format!(
                "the connector names a provider integration, and does not set `{METHOD}`, so that it authenticates by keys"
            ),
            integration.value.place,
            "this is not used",
        ),
    };
    let mut finding = about.finding(rule, message, Spot::Node(at), label.to_owned());
    if at != integration.value.place {
        finding.related.push(Related {
            at: Spot::Node(integration.value.place),
            note: "the integration that is not used".to_owned(),
        });
    }
    Some(finding)
}
