//! `policy/placeholder`: what a template left to be filled in.
//!
//! Three things show one: marks ([`super::mark`]), whole words ([`super::word`]), and a field of an ARN that cannot be
//! what it has to be ([`super::field`]). Looked for in actions, principals, resources, condition keys and values;
//! one finding a value. Ids of accounts are never judged by their number: the documentation's own are legitimate.

use super::code::PLACEHOLDER;
use super::context::{Draft, Lint};
use super::field::{bad_field, can_be_account_id, can_be_region};
use super::mark::mark;
use super::word::{is_name, is_placeholder, speaks_of_arn};
use crate::catalog::{self, KeyType};
use crate::condition::{Operator, Test};
use crate::dialect::Dialect;
use crate::grammar::shown;
use crate::policy::{ConditionEntry, PrincipalKind, Reading, Statement};
use crate::source::NodeId;

/// Keys whose values are account ids, in folded case.
const ACCOUNT_KEYS: [&str; 5] = [
    "aws:sourceaccount",
    "aws:principalaccount",
    "aws:resourceaccount",
    "s3:resourceaccount",
    "kms:calleraccount",
];

/// Keys whose values are regions, in folded case.
const REGION_KEYS: [&str; 2] = ["aws:requestedregion", "ec2:region"];

/// The key of RAM that names the service of a service-linked role, in folded case.
const SERVICE_NAME: &str = "ram:servicename";

/// The services whose resource names are paths that users make up freely.
const FREE_NAMES: [&str; 5] = ["ssm", "logs", "secretsmanager", "iot", "execute-api"];

/// Checks every value of the document, and gives the nodes that hold a placeholder, sorted.
pub(super) fn check(lint: &mut Lint<'_>) -> Vec<NodeId> {
    let policy = lint.policy;
    let mut nodes = Vec::new();
    for statement in &policy.statements {
        for (node, message) in found_in(statement) {
            let before = lint.findings.len();
            let draft = Draft::new(PLACEHOLDER, message)
                .label("to be filled in")
                .help("put the real value in its place: as it stands it matches nothing that exists");
            lint.add(node, draft);
            // Nothing is said of a text that is not wholly known yet.
            if lint.findings.len() > before {
                nodes.push(node);
            }
        }
    }
    nodes.sort_unstable();
    nodes
}

fn found_in(statement: &Statement) -> Vec<(NodeId, String)> {
    let mut found = Vec::new();
    if let Reading::Known { value: clause, .. } = &statement.action {
        let marked = clause.values.iter().map(|item| (item.node, marked(&item.value)));
        found.extend(marked);
    }
    if let Reading::Known { value, .. } = &statement.principal {
        let of = |kind, text| match kind {
            PrincipalKind::Aws | PrincipalKind::Ram | PrincipalKind::Federated => in_arn_or_word(text),
            PrincipalKind::Service | PrincipalKind::CanonicalUser => marked(text),
        };
        found.extend(
            value
                .entries
                .iter()
                .map(|entry| (entry.node, of(entry.kind, &entry.value))),
        );
    }
    if let Reading::Known { value: clause, .. } = &statement.resource {
        let judged = clause
            .values
            .iter()
            .map(|item| (item.node, in_resource(&item.value)));
        found.extend(judged);
    }
    for entry in &statement.conditions {
        found.push((entry.key_node, marked(&entry.key)));
        let values = entry
            .values
            .iter()
            .filter_map(|value| Some((value.node, value.text.as_deref()?)));
        found.extend(values.map(|(node, text)| (node, in_condition(entry, text))));
    }
    found
        .into_iter()
        .filter_map(|(node, message)| Some((node, message?)))
        .collect()
}

fn marked(text: &str) -> Option<String> {
    mark(text).map(|mark| {
        if mark == text {
            format!("{} is a placeholder", shown(text))
        } else {
            format!("{} holds the placeholder {}", shown(text), shown(mark))
        }
    })
}

fn in_resource(text: &str) -> Option<String> {
    let is_arn = text.starts_with("arn:");
    let says_arn = !is_arn && !text.starts_with(['*', '?']) && speaks_of_arn(text);
    in_arn_or_word(text).or_else(|| says_arn.then(|| format!("{} stands where an ARN has to", shown(text))))
}

/// A placeholder in an ARN, or a whole value that is one.
fn in_arn_or_word(text: &str) -> Option<String> {
    if let Some(message) = marked(text) {
        return Some(message);
    }
    if Dialect::of_name(text) == Some(Dialect::Ram) {
        let word = text.split([':', '/']).find(|field| is_placeholder(field))?;
        return Some(format!("{} holds the placeholder {}", shown(text), shown(word)));
    }
    if !text.starts_with("arn:") {
        return is_placeholder(text).then(|| format!("{} is a placeholder", shown(text)));
    }
    if let Some(bad) = bad_field(text) {
        return Some(format!(
            "{} cannot be {} in {}",
            shown(bad.text),
            bad.what,
            shown(text)
        ));
    }
    let word = placeholder_segment(text)?;
    Some(format!("{} holds the placeholder {}", shown(text), shown(word)))
}

/// The first segment of the resource part that is a placeholder word.
fn placeholder_segment(arn: &str) -> Option<&str> {
    let mut fields = arn.splitn(6, ':').skip(2);
    let service = fields.next()?;
    let resource = fields.nth(2)?;
    let mut segments = resource.split(['/', ':']).enumerate();
    let names_until = match service {
        "s3" => 1,
        free if FREE_NAMES.contains(&free) => 0,
        _ => usize::MAX,
    };
    segments
        .find(|(at, segment)| is_placeholder(segment) || (*at < names_until && is_name(segment)))
        .map(|(_, segment)| segment)
}

/// Whether the text is the word for what has to stand there: `SERVICE_NAME`.
fn is_service_name_word(text: &str) -> bool {
    let word = text
        .trim_matches(['[', ']', '{', '}', '$', '%'])
        .replace(['_', ' '], "-");
    ["service-name", "your-service-name"]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
}

fn in_condition(entry: &ConditionEntry, text: &str) -> Option<String> {
    if let Some(message) = in_arn_or_word(text) {
        return Some(message);
    }
    let key = entry.key.to_ascii_lowercase();
    if key == SERVICE_NAME && is_service_name_word(text) {
        return Some(format!("{} is a placeholder", shown(text)));
    }
    let is_text = Operator::parse(&entry.operator).is_ok_and(|operator| {
        matches!(
            operator.test,
            Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike
        )
    });
    if is_text && ACCOUNT_KEYS.contains(&key.as_str()) && !can_be_account_id(text) {
        return Some(format!("{} cannot be an account id", shown(text)));
    }
    if is_text && REGION_KEYS.contains(&key.as_str()) && !can_be_region(text) {
        return Some(format!("{} cannot be a region", shown(text)));
    }
    let wants_arn = || catalog::condition_key(&key).is_some_and(|key| key.key_type() == KeyType::Arn);
    (!text.starts_with("arn:") && speaks_of_arn(text) && wants_arn())
        .then(|| format!("{} stands where an ARN has to", shown(text)))
}
