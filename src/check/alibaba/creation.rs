//! Service-linked roles that are not there: whether somebody may create them, and whether the organization lets them
//! be created and used.

use super::account::{Account, User};
use super::ask::{Asked, Question, join, one};
use super::data::ServiceLinkedRole;
use super::feature::Feature;
use crate::engine::{Decision, Layers};
use crate::finding::{Finding, Spot, Subject};
use crate::pack::Rule;
use crate::source::Place;

const CREATE: &str = "ram:CreateServiceLinkedRole";
const DELETE: &str = "ram:DeleteServiceLinkedRole";
const SERVICE_NAME: &str = "ram:ServiceName";

/// The subject of a finding about a role.
pub(super) fn subject(role: &ServiceLinkedRole) -> Subject {
    Subject {
        role: Some(role.name.clone()),
        ..Subject::default()
    }
}

/// What somebody asks of a service-linked role.
fn asked<'a>(
    account: &Account<'_>,
    layers: &'a Layers,
    user: &User,
    action: &'a str,
    role: &ServiceLinkedRole,
) -> Asked<'a> {
    let question = Question {
        layers,
        principal: account.principal(user),
        action,
        resource: format!(
            "acs:ram::{}:role/{}",
            account.resource_id(),
            role.name.to_ascii_lowercase()
        ),
        context: vec![one(SERVICE_NAME, &role.service)],
    };
    question.decide(account.options)
}

/// `alibaba/slr-create`: the role is not there, and a user given may not create it.
pub(super) fn may_create(rule: &Rule, feature: &Feature<'_>, account: &Account<'_>) -> Vec<Finding> {
    if feature.is_there || feature.shown_at.is_some() {
        return Vec::new();
    }
    let role = feature.role;
    let refused = account.users.iter().filter_map(|user| {
        let asked = asked(account, &user.layers, user, CREATE, role);
        if asked.is_granted() {
            return None;
        }
        let what = format!(
            "create the service-linked role `{}` of `{}`",
            role.name, role.service
        );
        let message = match asked.decision() {
            Decision::Depends => format!(
                "whether {} may {what} depends on facts that are not known",
                user.in_words()
            ),
            _ => format!("{} may not {what}, which is not there", user.in_words()),
        };
        let otherwise = (user.place, "none of these policies grants it");
        let mut finding = asked.finding(rule, message, subject(role), otherwise);
        if asked.decision() == Decision::ImplicitlyDenied {
            finding.statement = statement(role);
        }
        Some(finding)
    });
    refused.collect()
}

fn statement(role: &ServiceLinkedRole) -> Option<String> {
    let statement = serde_json::json!({
        "Effect": "Allow",
        "Action": CREATE,
        "Resource": "*",
        "Condition": { "StringEquals": { SERVICE_NAME: role.service } },
    });
    serde_json::to_string_pretty(&statement).ok()
}

/// `alibaba/slr-missing`: the role is not there, and either the feature is used already or nobody's policies tell
/// whether it could be created.
pub(super) fn missing(rule: &Rule, feature: &Feature<'_>, account: &Account<'_>) -> Vec<Finding> {
    let role = feature.role;
    if feature.is_there || (feature.shown_at.is_none() && !account.users.is_empty()) {
        return Vec::new();
    }
    let Some(at) = feature.shown_at.or_else(|| any_place(account)) else {
        return Vec::new();
    };
    let message = format!(
        "the feature `{}` needs the service-linked role `{}`, which is not among the inputs",
        role.feature, role.name
    );
    let mut finding = Finding::new(
        rule.code.as_str(),
        rule.severity,
        message,
        subject(role),
        Spot::Node(at),
    );
    finding.label = if feature.shown_at.is_some() {
        "used here".to_owned()
    } else {
        "the role is in none of the inputs".to_owned()
    };
    finding.help.clone_from(&rule.help);
    vec![finding]
}

/// A place of the inputs, for what none of them says.
fn any_place(account: &Account<'_>) -> Option<Place> {
    let ram = &account.inputs.ram;
    let roles = ram.roles.iter().map(|role| role.place);
    let policies = ram
        .policies
        .iter()
        .chain(&ram.control_policies)
        .map(|policy| policy.place);
    let others = ram
        .keys
        .iter()
        .map(|key| key.place)
        .chain(ram.key_tags.iter().map(|tags| tags.place));
    let lists = ram.attachments.iter().map(|list| list.place);
    let users = ram.users.iter().map(|user| user.place);
    roles
        .chain(lists)
        .chain(policies)
        .chain(users)
        .chain(others)
        .next()
        .or_else(|| {
            let sources = &account.inputs.sources;
            sources.ids().find_map(|doc| sources.root(doc).ok())
        })
}

/// `alibaba/control-policy`: a control policy keeps the role from being created, or from what it is known to need.
pub(super) fn control(rule: &Rule, feature: &Feature<'_>, account: &Account<'_>) -> Vec<Finding> {
    let role = feature.role;
    let layers = account.control_alone();
    if layers.scps.is_empty() {
        return Vec::new();
    }
    let otherwise = layers
        .scps
        .iter()
        .flatten()
        .find_map(|policy| policy.origin())
        .or_else(|| any_place(account));
    let Some(place) = otherwise else { return Vec::new() };
    let label = "no control policy allows it";
    let mut finding: Option<Finding> = None;
    let mut add = |found: Finding| match &mut finding {
        None => finding = Some(found),
        Some(first) => join(first, found),
    };
    if !feature.is_there {
        for user in account.users.iter().take(1) {
            let asked = asked(account, &layers, user, CREATE, role);
            if !asked.is_granted() {
                let message = format!(
                    "{} the service-linked role `{}` from being created",
                    keeps(&asked),
                    role.name
                );
                add(asked.finding(rule, message, subject(role), (place, label)));
            }
        }
    }
    for (action, asked) in account.lacking(role, &layers) {
        let message = format!(
            "{} the service-linked role `{}` from `{action}`",
            keeps(&asked),
            role.name
        );
        add(asked.finding(rule, message, subject(role), (place, label)));
    }
    finding.into_iter().collect()
}

fn keeps(asked: &Asked<'_>) -> &'static str {
    match asked.decision() {
        Decision::Depends => "a control policy may keep",
        _ => "a control policy keeps",
    }
}

/// `alibaba/slr-delete-impact`: a user given may delete a role that something works by.
pub(super) fn may_delete(
    rule: &Rule,
    roles: &[&'static ServiceLinkedRole],
    account: &Account<'_>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for user in &account.users {
        let layers = Layers {
            scps: account.control.clone(),
            ..user.layers.clone()
        };
        for role in roles {
            let asked = asked(account, &layers, user, DELETE, role);
            if !asked.is_granted() {
                continue;
            }
            let at = asked.outcome.applied.first().and_then(|(at, _)| {
                let policy = layers.policy(at.policy)?;
                policy.place(policy.statement(at.statement)?.node)
            });
            let message = format!(
                "{} may delete the service-linked role `{}`; then {}",
                user.in_words(),
                role.name,
                role.breaks.join("; ")
            );
            let at = Spot::Node(at.unwrap_or(user.place));
            let mut finding = Finding::new(rule.code.as_str(), rule.severity, message, subject(role), at);
            finding.label = "lets the role be deleted".to_owned();
            finding.help.clone_from(&rule.help);
            findings.push(finding);
        }
    }
    findings
}
