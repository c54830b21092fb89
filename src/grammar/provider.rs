//! What a trust policy must say beside naming a shared identity provider.
//!
//! Source: GRAM-23: a Cognito provider needs a condition; GitHub's needs one that narrows whose tokens count.

use super::checker::{Checker, Draft};
use super::elements::{Elements, has_condition};
use super::fault::Severity;
use super::messages::Check;
use crate::condition::{Operator, Test};
use crate::policy::Effect;
use crate::source::NodeId;

const COGNITO: &str = "cognito-identity.amazonaws.com";
const GITHUB: &str = "token.actions.githubusercontent.com";

/// Checks the federated principals of a statement of a trust policy.
pub(super) fn check(checker: &mut Checker<'_>, elements: &Elements) {
    let tree = checker.tree;
    let Some((_, principal)) = elements.principal.plain else {
        return;
    };
    let Some(federated) = tree.get(principal, "Federated") else {
        return;
    };
    for item in tree.one_or_many(federated) {
        let text = checker.text(item);
        let provider = text.split_once(":oidc-provider/").map(|(_, provider)| provider);
        if text == COGNITO && !has_condition(checker, elements) {
            let message = "trust in Cognito identity pools needs a condition";
            let draft = Draft::error(Check::TrustCognito, message);
            checker.add(
                item,
                draft.help("compare `cognito-identity.amazonaws.com:aud` with the identity pool's id"),
            );
        } else if provider == Some(GITHUB) && elements.effect == Some(Effect::Allow) {
            github(checker, elements, item);
        }
    }
}

/// GitHub issues tokens to everyone, so the subject has to be narrowed. IAM has been seen to take another claim of
/// the token in its place.
fn github(checker: &mut Checker<'_>, elements: &Elements, node: NodeId) {
    let claims = narrowed_claims(checker, elements);
    if claims.iter().any(|claim| claim == "sub") {
        return;
    }
    let is_narrow = claims.iter().any(|claim| claim != "aud");
    let severity = if is_narrow {
        Severity::Warning
    } else {
        Severity::Error
    };
    let message = format!("trust in GitHub's provider needs a condition that narrows `{GITHUB}:sub`");
    let help = format!("such as `\"StringLike\": {{\"{GITHUB}:sub\": \"repo:OWNER/REPOSITORY:*\"}}`");
    checker.add(
        node,
        Draft::of(severity, Check::TrustSharedProvider, message).help(help),
    );
}

/// The claims of GitHub's tokens that a positive string operator compares with more than wildcards.
fn narrowed_claims(checker: &Checker<'_>, elements: &Elements) -> Vec<String> {
    let tree = checker.tree;
    let mut claims = Vec::new();
    let Some((_, condition)) = elements.condition else {
        return claims;
    };
    for (operator, block) in tree.members(condition) {
        let Ok(operator) = Operator::parse(&checker.text(operator)) else {
            continue;
        };
        let is_text = matches!(
            operator.test,
            Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike
        );
        if !is_text || operator.negated {
            continue;
        }
        for (key, values) in tree.members(block) {
            let key = checker.text(key).to_ascii_lowercase();
            let claim = key.strip_prefix(GITHUB).and_then(|rest| rest.strip_prefix(':'));
            let narrows = |value: NodeId| {
                tree.scalar(value)
                    .is_some_and(|text| text.contains(|character| !matches!(character, '*' | '?')))
            };
            let mut values = tree.one_or_many(values).peekable();
            if let Some(claim) = claim
                && values.peek().is_some()
                && values.all(narrows)
            {
                claims.push(claim.to_owned());
            }
        }
    }
    claims
}
