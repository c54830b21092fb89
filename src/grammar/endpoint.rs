//! The limits that VPC puts on the policies of its endpoints, beyond those of other resource policies.
//!
//! Source: GRAM-27.

use super::arn_fields::{account, fields};
use super::checker::{Checker, Draft};
use super::elements::Elements;
use super::fault::shown;
use super::messages::Check;
use crate::condition::{Operator, Test};
use crate::policy::{Piece, Template, Version};
use crate::source::{Kind, NodeId};

/// The global keys whose values are identifiers that AWS gives out, in lower case.
const IDENTIFIER_KEYS: [&str; 14] = [
    "aws:ec2instancesourcevpc",
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:resourceaccount",
    "aws:resourceorgid",
    "aws:sourceaccount",
    "aws:sourceorgid",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:vpcsourcevpc",
];

/// How many characters that are no wildcards have to stand on one side of each wildcard.
const LITERAL_RUN: usize = 6;

/// The services that gateway endpoints are for.
const GATEWAY_SERVICES: [&str; 2] = ["s3:", "dynamodb:"];

/// Checks a statement of an endpoint policy.
pub(super) fn check(checker: &mut Checker<'_>, elements: &Elements) {
    let tree = checker.tree;
    gateway_principal(checker, elements);
    for member in [elements.resource.plain, elements.resource.negated] {
        for item in member.into_iter().flat_map(|(_, node)| tree.one_or_many(node)) {
            mixed_account(checker, item);
        }
    }
    let Some((_, condition)) = elements.condition else {
        return;
    };
    for (token, block) in tree.members(condition) {
        let Ok(operator) = Operator::parse(&checker.text(token)) else {
            continue;
        };
        for (key, values) in tree.members(block) {
            check_key(checker, operator, token, key);
            for item in tree.one_or_many(values) {
                check_value(checker, operator, key, item);
                mixed_account(checker, item);
            }
        }
    }
}

fn is_identifier_key(checker: &Checker<'_>, key: NodeId) -> bool {
    IDENTIFIER_KEYS.contains(&checker.text(key).to_ascii_lowercase().as_str())
}

fn is_of_text(operator: Operator) -> bool {
    matches!(
        operator.test,
        Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike
    )
}

fn check_key(checker: &mut Checker<'_>, operator: Operator, token: NodeId, key: NodeId) {
    if matches!(operator.test, Test::Numeric(_)) && is_identifier_key(checker, key) {
        let text = shown(&checker.text(key));
        let message = format!("an endpoint policy cannot compare {text} as a number");
        checker.add(
            token,
            Draft::error(Check::Endpoint, message).help("compare it with `StringEquals`"),
        );
    }
}

fn check_value(checker: &mut Checker<'_>, operator: Operator, key: NodeId, node: NodeId) {
    let Some(text) = checker.tree.scalar(node) else {
        return;
    };
    let wildcards = Wildcards::find(&text, checker.version);
    if !is_of_text(operator) || !wildcards.any() {
        return;
    }
    if is_identifier_key(checker, key) {
        let message = format!(
            "an endpoint policy compares {} without wildcards: {}",
            shown(&checker.text(key)),
            shown(&text)
        );
        checker.add(
            node,
            Draft::error(Check::Endpoint, message).help("write the whole identifier"),
        );
    } else if operator.test == Test::StringLike && !wildcards.are_anchored() {
        let message = format!(
            "an endpoint policy needs {LITERAL_RUN} characters before or after each wildcard: {}",
            shown(&text)
        );
        checker.add(node, Draft::error(Check::Endpoint, message));
    }
}

/// Where the wildcards of a text are: for each character whether it is one. A variable is as good as literal text.
struct Wildcards(Vec<bool>);

impl Wildcards {
    fn find(text: &str, version: Version) -> Self {
        let Ok(template) = Template::parse(text, version) else {
            return Self(Vec::new());
        };
        let mut found = Vec::new();
        for piece in template.pieces() {
            match piece {
                Piece::Text(text) => {
                    found.extend(text.chars().map(|character| matches!(character, '*' | '?')))
                }
                Piece::Escape(_) => found.push(false),
                Piece::Variable { .. } => found.extend([false; LITERAL_RUN]),
            }
        }
        Self(found)
    }

    fn any(&self) -> bool {
        self.0.contains(&true)
    }

    /// Whether each wildcard has enough other characters right before or right after it. A run of wildcards counts
    /// as one.
    fn are_anchored(&self) -> bool {
        let mut literal_before = 0;
        let mut runs = self.0.chunk_by(|left, right| left == right).peekable();
        while let Some(run) = runs.next() {
            if run.first() != Some(&true) {
                literal_before = run.len();
                continue;
            }
            let literal_after = runs.peek().map_or(0, |next| next.len());
            if literal_before.max(literal_after) < LITERAL_RUN {
                return false;
            }
        }
        true
    }
}

/// An account is given in full or not at all.
fn mixed_account(checker: &mut Checker<'_>, node: NodeId) {
    let Some(text) = checker.tree.string(node) else {
        return;
    };
    let fields = fields(&text, checker.version != Version::V2008);
    let Some(account) = account(&fields) else {
        return;
    };
    let wildcard = |character| matches!(character, '*' | '?');
    if account.contains(wildcard) && !account.chars().all(wildcard) {
        let message = format!(
            "an endpoint policy names an account in full or as `*`: {}",
            shown(&text)
        );
        checker.add(node, Draft::error(Check::Endpoint, message));
    }
}

/// Whether the endpoint is a gateway is not known here, but the services it can be for are.
fn gateway_principal(checker: &mut Checker<'_>, elements: &Elements) {
    let tree = checker.tree;
    let (Some((_, principal)), Some((_, actions))) = (elements.principal.plain, elements.action.plain) else {
        return;
    };
    let is_everyone = tree.is_string(principal, "*")
        || tree
            .get(principal, "AWS")
            .is_some_and(|node| tree.one_or_many(node).all(|item| tree.is_string(item, "*")));
    if is_everyone || tree.kind(principal) != Kind::Object {
        return;
    }
    let is_for_gateway = |item| {
        let text = checker.text(item).to_ascii_lowercase();
        GATEWAY_SERVICES.iter().any(|service| text.starts_with(service))
    };
    if tree.one_or_many(actions).all(is_for_gateway) {
        let message = "a gateway endpoint takes no principal but `\"*\"`";
        let draft = Draft::warning(Check::Endpoint, message);
        checker.add(
            principal,
            draft.help("name principals in a condition on `aws:PrincipalArn`"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_characters_stand_on_one_side_of_each_wildcard() {
        let anchored = |text| Wildcards::find(text, Version::V2012).are_anchored();
        for text in [
            "abcdef*",
            "*abcdef",
            "ab*cdefgh",
            "abcdef*abcdef?x",
            "${aws:x}*",
            "abc${*}",
            "abcdef**",
            "x",
        ] {
            assert!(anchored(text), "{text}");
        }
        for text in ["*", "abcde*", "*abcde", "abcdef*a?b", "a*b"] {
            assert!(!anchored(text), "{text}");
        }
    }
}
