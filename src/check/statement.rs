//! The smallest statement that closes a gap, as JSON text to paste.

use crate::condition::{Lookup, State};
use crate::engine::{Decision, Resource};
use crate::pack::Subject;

use super::grant::Gap;
use super::values::Member;

/// One statement that grants every gap; `None` where a Deny is in the way, which no Allow can lift, or where it is
/// not known whether anything is missing.
pub(super) fn statement(gaps: &[Gap<'_>], subject: &Subject, members: &[&Member]) -> Option<String> {
    if gaps.is_empty() || gaps.iter().any(|gap| gap.decision != Decision::ImplicitlyDenied) {
        return None;
    }
    let mut actions: Vec<&str> = Vec::new();
    let mut resources: Vec<String> = Vec::new();
    for gap in gaps {
        if !actions.contains(&gap.action.as_str()) {
            actions.push(&gap.action);
        }
        let resource = policy_pattern(gap, members);
        if !resources.contains(&resource) {
            resources.push(resource);
        }
    }
    let mut statement = serde_json::Map::new();
    statement.insert("Effect".to_owned(), "Allow".into());
    let principal = match subject {
        Subject::Service(name) => Some(serde_json::json!({ "Service": name })),
        Subject::KeyUser => gaps
            .first()
            .map(|gap| serde_json::json!({ "AWS": gap.request.caller.text() })),
        Subject::Role | Subject::SecretsRole | Subject::Deployer => None,
    };
    statement.extend(principal.map(|principal| ("Principal".to_owned(), principal)));
    statement.insert(
        "Action".to_owned(),
        one_or_many(actions.into_iter().map(str::to_owned).collect()),
    );
    statement.insert("Resource".to_owned(), one_or_many(resources));
    if let (Subject::Service(_), Some(gap)) = (subject, gaps.first()) {
        let condition = service_condition(gap);
        if !condition.is_empty() {
            statement.insert("Condition".to_owned(), condition.into());
        }
    }
    serde_json::to_string_pretty(&statement).ok()
}

/// Limits a service's grant to its requests on behalf of this account, as far as they are known.
fn service_condition(gap: &Gap<'_>) -> serde_json::Map<String, serde_json::Value> {
    let mut condition = serde_json::Map::new();
    for (operator, key) in [
        ("StringEquals", "aws:SourceAccount"),
        ("ArnLike", "aws:SourceArn"),
    ] {
        if let Some(State::One(value)) = gap.request.context.state(&key.to_ascii_lowercase()) {
            condition.insert(operator.to_owned(), serde_json::json!({ key: value }));
        }
    }
    condition
}

fn one_or_many(mut values: Vec<String>) -> serde_json::Value {
    if values.len() == 1 {
        values.remove(0).into()
    } else {
        values.into()
    }
}

/// The resource as a policy can say it: an expression for topics becomes the pattern of its literal beginning.
fn policy_pattern(gap: &Gap<'_>, members: &[&Member]) -> String {
    if matches!(gap.question.resource, Resource::One(_)) {
        return gap.resource.clone();
    }
    let expression = members
        .iter()
        .find(|set| set.language.is_some() && gap.resource.ends_with(&set.text));
    match expression {
        Some(set) => {
            let before = gap.resource.strip_suffix(&set.text).unwrap_or_default();
            let special = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
            let literal = set.text.split(special).next().unwrap_or_default();
            format!("{before}{literal}*")
        }
        None => gap.resource.clone(),
    }
}
