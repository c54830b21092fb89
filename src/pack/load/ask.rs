//! Reading what a rule asks: a judgement by name, or grants.

use super::faults::{Faults, Text, Value, shown};
use super::fields::{Fields, read_template};
use super::said::said;
use super::shape::{Key, Kind, Shape, may, must, names};
use super::when::{self, SEVERITIES};
use crate::catalog;
use crate::pack::connector::{Direction, LogDestination, Scope};
use crate::pack::file::Platform;
use crate::pack::requirement::{Requirement, SettingState, Subject, When};
use crate::pack::rule::{AlibabaJudgement, Ask, Grants, Judgement};
use crate::pack::template::Template;
use crate::pack::variable::Variable;
use crate::source::Span;

pub(super) const KIND: Kind = ("requirement", || REQUIRE);
const SERVICE_KIND: Kind = ("service", || SERVICE);

const REQUIRE: &[Key] = &[
    may(
        "of",
        Shape::Either(&[Shape::Choice(|| names(SUBJECTS)), Shape::Table(SERVICE_KIND)]),
        "who needs the grant: `\"role\"`, `\"deployer\"`, or `{ service = \"…\" }`",
    ),
    must(
        "actions",
        Shape::Words,
        "the list of actions, each `service:Name` as the catalogue writes it",
    ),
    may(
        "instead",
        Shape::Words,
        "the list of actions each of which is as good as all of `actions`",
    ),
    must(
        "resource",
        Shape::Template,
        "the resource, with variables and wildcards",
    ),
    may(
        "resource_policy",
        Shape::Flag,
        "whether the policy on the resource decides",
    ),
    may(
        "context",
        Shape::Map(&Shape::Template),
        "a table of condition keys and their values in the request",
    ),
    may(
        "narrower",
        Shape::Words,
        "the list of resources for which a grant is enough for a warning",
    ),
    may(
        "brokers",
        Shape::Words,
        "the list of settings that name the brokers of a cluster which need not be the connector's own",
    ),
    may(
        "when",
        Shape::Table(when::KIND),
        "when the grant is asked, beyond what the rule says",
    ),
    may(
        "severity",
        Shape::Choice(|| names(SEVERITIES)),
        "how grave it is, where that is less grave than the rule",
    ),
];

const SERVICE: &[Key] = &[must("service", Shape::Text, "the name of a service principal")];

/// Who can be asked beside services.
#[derive(Clone, Copy)]
enum Asks {
    Role,
    Deployer,
    SecretsRole,
    KeyUser,
}

const SUBJECTS: &[(&str, Asks)] = &[
    ("role", Asks::Role),
    ("deployer", Asks::Deployer),
    ("secrets-role", Asks::SecretsRole),
    ("key-user", Asks::KeyUser),
];

pub(super) const JUDGEMENTS: &[(&str, Judgement)] = &[
    ("role-missing", Judgement::RoleMissing),
    ("role-service-linked", Judgement::RoleServiceLinked),
    ("trust-principal", Judgement::TrustPrincipal),
    ("trust-confused-deputy", Judgement::TrustConfusedDeputy),
    ("trust-source-mismatch", Judgement::TrustSourceMismatch),
    ("slr-create", Judgement::Alibaba(AlibabaJudgement::SlrCreate)),
    ("slr-missing", Judgement::Alibaba(AlibabaJudgement::SlrMissing)),
    (
        "slr-policy-drift",
        Judgement::Alibaba(AlibabaJudgement::SlrPolicyDrift),
    ),
    ("pass-role", Judgement::Alibaba(AlibabaJudgement::PassRole)),
    (
        "control-policy",
        Judgement::Alibaba(AlibabaJudgement::ControlPolicy),
    ),
    ("key-tag", Judgement::Alibaba(AlibabaJudgement::KeyTag)),
    (
        "slr-delete-impact",
        Judgement::Alibaba(AlibabaJudgement::SlrDeleteImpact),
    ),
    (
        "api-name-as-action",
        Judgement::Alibaba(AlibabaJudgement::ApiNameAsAction),
    ),
    ("trust-external-id", Judgement::TrustExternalId),
    ("trust-external-id-missing", Judgement::TrustExternalIdMissing),
    ("trust-tag-session", Judgement::TrustTagSession),
    ("trust-placeholder", Judgement::TrustPlaceholder),
    ("trust-too-wide", Judgement::TrustTooWide),
    ("role-mismatch", Judgement::RoleMismatch),
    ("not-iam-roles", Judgement::NotIamRoles),
    (OVER_BROAD, Judgement::OverBroad),
    ("auth-port-mismatch", Judgement::AuthPortMismatch),
    ("log-firehose", Judgement::LogFirehose),
];

const OVER_BROAD: &str = "over-broad";

/// Whether packs of this platform can judge so.
pub(super) fn is_of(judgement: Judgement, platform: Platform) -> bool {
    match judgement {
        Judgement::TrustPrincipal => platform != Platform::Alibaba,
        Judgement::RoleMissing
        | Judgement::RoleServiceLinked
        | Judgement::TrustConfusedDeputy
        | Judgement::TrustSourceMismatch
        | Judgement::OverBroad
        | Judgement::AuthPortMismatch
        | Judgement::LogFirehose => platform == Platform::MskConnect,
        Judgement::TrustExternalId
        | Judgement::TrustExternalIdMissing
        | Judgement::TrustTagSession
        | Judgement::TrustPlaceholder
        | Judgement::TrustTooWide
        | Judgement::RoleMismatch
        | Judgement::NotIamRoles => platform == Platform::Confluent,
        Judgement::Alibaba(_) => platform == Platform::Alibaba,
    }
}

/// Reads `judge` or `require` of a rule that is asked `when`.
pub(super) fn read<'t>(rule: &Fields<'t>, when: &When, faults: &mut Faults<'t>) -> Option<Ask> {
    let judged = rule.get("judge").is_some();
    let of_class = rule.flag("classes", faults);
    let required = rule.get("require").is_some() || of_class;
    if judged == required {
        let message = if judged {
            "the rule has both `judge` and `require`"
        } else {
            "the rule asks nothing"
        };
        let help = "Give it either `judge`, the name of a procedure, or `[[rule.require]]`, the grants that it asks.";
        faults.add(rule.span, message, help);
    }
    if judged {
        return rule.choice("judge", JUDGEMENTS, faults).map(Ask::Judge);
    }
    let requirements = requirements(rule, &Asked { when: Some(when) }, faults)?;
    required.then_some(Ask::Grant(Grants {
        requirements,
        of_class,
        refused: rule.flag("refused", faults),
    }))
}

/// Reads the grants that `judge = "over-broad"` never counts; no other rule has any.
pub(super) fn read_harmless<'t>(rule: &Fields<'t>, when: &When, faults: &mut Faults<'t>) -> Vec<Requirement> {
    if rule.get("harmless").is_none() {
        return Vec::new();
    }
    let judge = rule.get("judge").and_then(|value| value.get_ref().as_str());
    if judge != Some(OVER_BROAD) {
        let message = "the rule has `harmless`, and does not judge what is too much";
        let help = "Leave `harmless` out: it belongs to `judge = \"over-broad\"`.";
        faults.add(rule.span, message, help);
    }
    let asked = Asked { when: Some(when) };
    let items = rule.items("harmless", faults);
    items
        .iter()
        .filter_map(|item| requirement(item, &asked, faults))
        .collect()
}

/// What is known of a requirement's connectors from around it.
pub(super) struct Asked<'a> {
    /// The `when` of the rule; `None` of the needs of a class, whose settings need not be set: what they would name is
    /// not known then.
    pub(super) when: Option<&'a When>,
}

/// Reads the list under `require`.
pub(super) fn requirements<'t>(
    fields: &Fields<'t>,
    asked: &Asked<'_>,
    faults: &mut Faults<'t>,
) -> Option<Vec<Requirement>> {
    let requirements: Vec<Option<Requirement>> = fields
        .items("require", faults)
        .iter()
        .map(|item| requirement(item, asked, faults))
        .collect();
    requirements.into_iter().collect()
}

fn requirement<'t>(item: &'t Value<'t>, asked: &Asked<'_>, faults: &mut Faults<'t>) -> Option<Requirement> {
    let fields = Fields::open_value(item, "the requirement", REQUIRE, faults)?;
    let own = fields
        .get("when")
        .map_or_else(When::default, |value| when::read(value, faults));
    let severity = fields.optional_choice("severity", SEVERITIES, faults);
    let of = fields
        .get("of")
        .map_or(Some(Subject::Role), |value| subject(value, faults));
    let actions = match fields.need("actions", faults) {
        Some(_) => fields.words("actions", faults),
        None => Vec::new(),
    };
    let instead = fields.words("instead", faults);
    for action in actions.iter().chain(&instead) {
        check_action(*action, faults);
    }
    let resource = fields.template("resource", faults);
    let mut narrower = Vec::new();
    for text in fields.words("narrower", faults) {
        narrower.extend(read_template(text, faults));
    }
    let context = context(&fields, faults);
    let resource_policy = resource_policy(&fields, of.as_ref(), faults);
    let templates = resource
        .iter()
        .chain(&narrower)
        .chain(context.iter().map(|(_, value)| value));
    check_variables(templates, asked, &own, fields.span, faults);
    Some(Requirement {
        of: of?,
        actions: actions.iter().map(|action| action.text.to_owned()).collect(),
        instead: instead.iter().map(|action| action.text.to_owned()).collect(),
        resource: resource?,
        resource_policy,
        context,
        narrower,
        brokers: fields
            .words("brokers", faults)
            .into_iter()
            .map(|key| key.text.to_owned())
            .collect(),
        when: own,
        asked_when: fields.get("when").map(said).unwrap_or_default(),
        severity,
    })
}

fn subject<'t>(value: &'t Value<'t>, faults: &mut Faults<'t>) -> Option<Subject> {
    if value.get_ref().is_str() {
        let word = faults.text("of", value)?;
        return faults.choice("of", word, SUBJECTS).map(|asks| match asks {
            Asks::Role => Subject::Role,
            Asks::Deployer => Subject::Deployer,
            Asks::SecretsRole => Subject::SecretsRole,
            Asks::KeyUser => Subject::KeyUser,
        });
    }
    let fields = Fields::open_value(value, "`of`", SERVICE, faults)?;
    let name = fields.text("service", faults)?;
    let good = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    if name.text.contains('.') && name.text.split('.').all(good) {
        return Some(Subject::Service(name.text.to_owned()));
    }
    faults.add(
        name.span,
        format!("`{}` is not the name of a service principal", shown(name.text)),
        "Write it in full and without space around it: `delivery.logs.amazonaws.com`.",
    );
    None
}

/// A service has no policies of its own, so that the resource's policy always decides; of a role it can.
fn resource_policy<'t>(fields: &Fields<'t>, of: Option<&Subject>, faults: &mut Faults<'t>) -> bool {
    let by_service = matches!(of, Some(Subject::Service(_)));
    let Some(value) = fields.get("resource_policy") else {
        return by_service;
    };
    match value.get_ref().as_bool() {
        Some(false) if by_service => {
            let message = "a service cannot be granted anything but by the policy on the resource";
            faults.add(
                super::faults::place(value),
                message,
                "Leave `resource_policy` out.",
            );
            true
        }
        Some(decides) => decides,
        None => {
            faults.wrong_type("resource_policy", value, "a boolean");
            by_service
        }
    }
}

fn context<'t>(fields: &Fields<'t>, faults: &mut Faults<'t>) -> Vec<(String, Template)> {
    let Some(value) = fields.get("context") else {
        return Vec::new();
    };
    let mut context = Vec::new();
    for (key, value) in Fields::entries_of("context", value, faults) {
        if catalog::condition_key(key.text).is_none() {
            let message = format!("there is no condition key `{}`", shown(key.text));
            faults.add(
                key.span,
                message,
                "Write the key as the catalogue does: `aws:SourceAccount`.",
            );
        }
        let template = faults
            .text(key.text, value)
            .and_then(|text| read_template(text, faults));
        context.extend(template.map(|template| (key.text.to_owned(), template)));
    }
    context
}

fn check_action(action: Text<'_>, faults: &mut Faults<'_>) {
    let known = catalog::action(action.text).map(|known| known.name());
    if known == Some(action.text) {
        return;
    }
    let message = format!("the catalogue has no action `{}`", shown(action.text));
    let near: Vec<&str> = known.map_or_else(|| catalog::suggest_action(action.text), |known| vec![known]);
    let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
    let help = match near.as_slice() {
        [] => "Write one action, in full and without wildcards: `s3:GetObject`.".to_owned(),
        near => format!("did you mean {}?", near.join(" or ")),
    };
    faults.add(action.span, message, help);
}

/// Every variable has a value for every connector that the rule is about, and none stands for several values beside
/// another that does.
fn check_variables<'a>(
    templates: impl Iterator<Item = &'a Template>,
    asked: &Asked<'_>,
    own: &When,
    span: Span,
    faults: &mut Faults<'_>,
) {
    let mut lacking: Vec<(&Variable, String)> = Vec::new();
    for template in templates {
        if template.variables().filter(|variable| variable.is_many()).count() > 1 {
            let message = format!("`{template}` has two variables that stand for several values each");
            faults.add(span, message, "Write one of them at most in a template.");
        }
        for variable in template.variables() {
            let whens = asked.when.into_iter().chain([own]);
            let needs = needs(variable, asked, &whens.collect::<Vec<_>>());
            if let Some(needs) = needs.filter(|_| lacking.iter().all(|(known, _)| *known != variable)) {
                lacking.push((variable, needs));
            }
        }
    }
    for (variable, needs) in lacking {
        let message = format!("`${{{variable}}}` has no value for some connectors that the rule is about");
        faults.add(span, message, format!("Write `{needs}` in `when`."));
    }
}

/// What `when` lacks for the variable to have a value.
fn needs(variable: &Variable, asked: &Asked<'_>, whens: &[&When]) -> Option<String> {
    let log = |wanted| whens.iter().any(|when| when.log == Some(wanted));
    let lacks = |there: bool, needs: &str| (!there).then(|| needs.to_owned());
    match variable {
        Variable::LogBucket | Variable::LogPrefix => lacks(log(LogDestination::S3), "log = \"s3\""),
        Variable::LogGroup => lacks(log(LogDestination::CloudWatch), "log = \"cloudwatch\""),
        Variable::LogStream => lacks(log(LogDestination::Firehose), "log = \"firehose\""),
        Variable::Group => {
            let sink = whens.iter().any(|when| when.direction == Some(Direction::Sink));
            lacks(sink || asked.when.is_none(), "direction = \"sink\"")
        }
        Variable::Setting { scope, key, .. } if asked.when.is_some() => {
            let set = whens.iter().any(|when| is_set(*scope, key, when));
            let table = match scope {
                Scope::Connector => "settings",
                Scope::Worker => "worker",
                Scope::Either => "config",
            };
            (!set).then(|| format!("{table}.\"{key}\" = \"present\""))
        }
        // Of several, one that is there is enough; the last one has to be.
        Variable::FirstOf(of) => of.last().and_then(|last| match last {
            Variable::Setting { .. } if of.iter().any(|one| needs(one, asked, whens).is_none()) => None,
            Variable::Setting { scope, .. } => {
                let all = whens.iter().any(|when| any_is_set(*scope, of, when));
                if all { None } else { needs(last, asked, whens) }
            }
            last => needs(last, asked, whens),
        }),
        _ => None,
    }
}

fn is_set(scope: Scope, key: &str, when: &When) -> bool {
    let sure = |is: &SettingState| match is {
        SettingState::Present
        | SettingState::Equals(_)
        | SettingState::OneOf(_)
        | SettingState::Contains(_)
        | SettingState::True
        | SettingState::False => true,
        SettingState::Absent
        | SettingState::NotEquals(_)
        | SettingState::NotTrue
        | SettingState::NotFalse => false,
    };
    when.settings
        .iter()
        .any(|test| test.scope == scope && test.key == key && sure(&test.is))
}

/// Whether each alternative of `any` sees to it that one of the variables is set.
fn any_is_set(scope: Scope, of: &[Variable], when: &When) -> bool {
    let sets_one = |when: &When| {
        of.iter().any(|one| match one {
            Variable::Setting { key, .. } => is_set(scope, key, when),
            _ => false,
        })
    };
    sets_one(when) || !when.any.is_empty() && when.any.iter().all(sets_one)
}
