//! What a service-linked role's own policy grants, as it is among the inputs: the actions known for its feature, and
//! for ETL the role that it hands to Function Compute.
//!
//! A policy that is not among the inputs is taken to be the one that Alibaba Cloud attaches.

use super::account::Account;
use super::ask::{Question, join, one};
use super::creation::subject;
use super::feature::Feature;
use crate::finding::Finding;
use crate::pack::Rule;
use crate::source::Place;

const PASS: &str = "ram:PassRole";
/// The role that functions run with unless they are given another one, as RAM prints it.
const FUNCTION_ROLE: &str = "aliyunfcdefaultrole";
const FUNCTION_SERVICE: &str = "fc.aliyuncs.com";

fn place_of(feature: &Feature<'_>, account: &Account<'_>) -> Option<Place> {
    account
        .inputs
        .ram
        .policy(&feature.role.policy)
        .map(|policy| policy.place)
}

/// `alibaba/slr-policy-drift`.
pub(super) fn drift(rule: &Rule, feature: &Feature<'_>, account: &Account<'_>) -> Vec<Finding> {
    let role = feature.role;
    let (Some(layers), Some(place)) = (account.role_layers(role), place_of(feature, account)) else {
        return Vec::new();
    };
    let mut finding: Option<Finding> = None;
    let mut lacking = Vec::new();
    for (action, asked) in account.lacking(role, &layers) {
        lacking.push(format!("`{action}`"));
        let found = asked.finding(
            rule,
            String::new(),
            subject(role),
            (place, "the policy of the role"),
        );
        match &mut finding {
            None => finding = Some(found),
            Some(first) => join(first, found),
        }
    }
    let mut finding = finding.into_iter().collect::<Vec<_>>();
    for finding in &mut finding {
        finding.message = format!(
            "the policy of the service-linked role `{}` lacks {}, which version {} of {} has",
            role.name,
            lacking.join(", "),
            role.version,
            role.read
        );
    }
    finding
}

/// `alibaba/pass-role`.
pub(super) fn pass_role(rule: &Rule, feature: &Feature<'_>, account: &Account<'_>) -> Vec<Finding> {
    let role = feature.role;
    if role.feature != "etl" {
        return Vec::new();
    }
    let (Some(layers), Some(place)) = (account.role_layers(role), place_of(feature, account)) else {
        return Vec::new();
    };
    let question = Question {
        layers: &layers,
        principal: account.role_principal(role),
        action: PASS,
        resource: format!("acs:ram::{}:role/{FUNCTION_ROLE}", account.resource_id()),
        context: vec![one("acs:Service", FUNCTION_SERVICE)],
    };
    let asked = question.decide(account.options);
    if asked.is_granted() {
        return Vec::new();
    }
    let message = format!(
        "the service-linked role `{}` may not hand the role `AliyunFCDefaultRole` to `{FUNCTION_SERVICE}`",
        role.name
    );
    let otherwise = (place, "the policy of the role");
    vec![asked.finding(rule, message, subject(role), otherwise)]
}
