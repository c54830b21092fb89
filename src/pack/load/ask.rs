//! Reading what a rule asks: a judgement by name, or grants.

use super::faults::{Faults, Text, Value, shown};
use super::fields::{Fields, Key, read_template};
use crate::catalog;
use crate::pack::connector::{Direction, LogDestination};
use crate::pack::rule::{Ask, Judgement, Requirement, SettingState, Subject, When};
use crate::pack::template::{Template, Variable};
use crate::source::Span;

const REQUIRE: &[Key] = &[
    ("of", "who needs the grant: `\"role\"`, or `{ service = \"…\" }`"),
    (
        "actions",
        "the list of actions, each `service:Name` as the catalogue writes it",
    ),
    ("resource", "the resource, with variables and wildcards"),
    ("resource_policy", "whether the policy on the resource decides"),
    (
        "context",
        "a table of condition keys and their values in the request",
    ),
    (
        "narrower",
        "the list of resources for which a grant is enough for a warning",
    ),
];

const SERVICE: &[Key] = &[("service", "the name of a service principal")];

const JUDGEMENTS: &[(&str, Judgement)] = &[
    ("role-missing", Judgement::RoleMissing),
    ("role-service-linked", Judgement::RoleServiceLinked),
    ("trust-principal", Judgement::TrustPrincipal),
    ("trust-confused-deputy", Judgement::TrustConfusedDeputy),
    ("trust-source-mismatch", Judgement::TrustSourceMismatch),
    (OVER_BROAD, Judgement::OverBroad),
];

const OVER_BROAD: &str = "over-broad";

/// Reads `judge` or `require` of a rule that is asked `when`.
pub(super) fn read<'t>(rule: &Fields<'t>, when: &When, faults: &mut Faults<'t>) -> Option<Ask> {
    let judged = rule.get("judge").is_some();
    let required = rule.get("require").is_some();
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
    let requirements: Vec<Option<Requirement>> = rule
        .items("require", faults)
        .iter()
        .map(|item| requirement(item, when, faults))
        .collect();
    let requirements: Vec<Requirement> = requirements.into_iter().collect::<Option<_>>()?;
    (!requirements.is_empty()).then_some(Ask::Grant(requirements))
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
    let items = rule.items("harmless", faults);
    items
        .iter()
        .filter_map(|item| requirement(item, when, faults))
        .collect()
}

fn requirement<'t>(item: &'t Value<'t>, when: &When, faults: &mut Faults<'t>) -> Option<Requirement> {
    let fields = Fields::open_value(item, "the requirement", REQUIRE, faults)?;
    let of = fields
        .get("of")
        .map_or(Some(Subject::Role), |value| subject(value, faults));
    let actions = match fields.need("actions", faults) {
        Some(_) => fields.words("actions", faults),
        None => Vec::new(),
    };
    for action in &actions {
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
    check_variables(templates, when, fields.span, faults);
    Some(Requirement {
        of: of?,
        actions: actions.iter().map(|action| action.text.to_owned()).collect(),
        resource: resource?,
        resource_policy,
        context,
        narrower,
    })
}

fn subject<'t>(value: &'t Value<'t>, faults: &mut Faults<'t>) -> Option<Subject> {
    if value.get_ref().is_str() {
        let word = faults.text("of", value)?;
        return faults.choice("of", word, &[("role", ())]).map(|()| Subject::Role);
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

/// Every variable has a value for every connector that the rule is about.
fn check_variables<'a>(
    templates: impl Iterator<Item = &'a Template>,
    when: &When,
    span: Span,
    faults: &mut Faults<'_>,
) {
    let mut lacking: Vec<(&Variable, String)> = Vec::new();
    for variable in templates.flat_map(Template::variables) {
        let needs = match variable {
            Variable::LogBucket | Variable::LogPrefix if when.log != Some(LogDestination::S3) => {
                "log = \"s3\"".to_owned()
            }
            Variable::LogGroup if when.log != Some(LogDestination::CloudWatch) => {
                "log = \"cloudwatch\"".to_owned()
            }
            Variable::LogStream if when.log != Some(LogDestination::Firehose) => {
                "log = \"firehose\"".to_owned()
            }
            Variable::Group if when.direction != Some(Direction::Sink) => "direction = \"sink\"".to_owned(),
            Variable::Setting(key) if !is_set(key, when) => format!("settings.\"{key}\" = \"present\""),
            _ => continue,
        };
        if lacking.iter().all(|(known, _)| *known != variable) {
            lacking.push((variable, needs));
        }
    }
    for (variable, needs) in lacking {
        let message = format!("`${{{variable}}}` has no value for some connectors that the rule is about");
        faults.add(span, message, format!("Write `{needs}` in `when`."));
    }
}

fn is_set(key: &str, when: &When) -> bool {
    let sure = |is: &SettingState| match is {
        SettingState::Present | SettingState::Equals(_) | SettingState::OneOf(_) => true,
        SettingState::Absent | SettingState::NotEquals(_) => false,
    };
    when.settings.iter().any(|test| test.key == key && sure(&test.is))
}
