//! `Action` and `NotAction`: one of them, and the shape of each entry.
//!
//! The name of an action is not looked at: an unknown one is stored and matches nothing.
//!
//! Source: GRAM-10, GRAM-11, GRAM-23 (actions), GRAM-26 (actions), CASE-03, EMPTY-01, EMPTY-02.

use super::checker::{Checker, Draft};
use super::elements::{Elements, Member, is_trust, not_both};
use super::fault::shown;
use super::kind::PolicyType;
use super::messages::Check;
use super::variable::{self, Site};
use crate::pattern::ActionPattern;
use crate::source::NodeId;

/// What a trust policy may allow.
const TRUST_ACTIONS: [&str; 6] = [
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:TagSession",
    "sts:SetSourceIdentity",
    "sts:SetContext",
];

/// Checks the actions of a statement.
pub(super) fn check(checker: &mut Checker<'_>, elements: &Elements) {
    let pair = elements.action;
    not_both(checker, pair, Check::ActionsBoth, ["Action", "NotAction"]);
    if pair.any().is_none() {
        let draft = Draft::error(
            Check::ActionsMissing,
            "the statement has neither `Action` nor `NotAction`",
        );
        checker.add(elements.node, draft);
    }
    if let Some((key, _)) = pair.negated
        && !checker.demands.not_action
    {
        let message = format!("{} takes no `NotAction`", checker.kind.described());
        checker.add(
            key,
            Draft::error(Check::ResourceControl, message).help("list the actions in `Action`"),
        );
    }
    for (member, element) in [(pair.plain, "Action"), (pair.negated, "NotAction")] {
        if let Some(member) = member {
            entries(checker, member, element);
        }
    }
}

fn entries(checker: &mut Checker<'_>, (_, node): Member, element: &'static str) {
    if checker.is_empty_list(node) {
        let message = format!("`{element}` lists no actions");
        return checker.add(node, Draft::error(Check::ActionsMissing, message));
    }
    for (item, text) in checker.strings(node, Check::ActionsType, element) {
        if variable::check(checker, item, &text, Site::Elsewhere(element)) {
            continue;
        }
        if is_trust(checker) {
            trusted(checker, item, &text);
        } else {
            shape(checker, item, &text);
        }
    }
}

fn shape(checker: &mut Checker<'_>, node: NodeId, text: &str) {
    const HELP: &str = "an action is `*` or `service:Name`, such as `s3:GetObject`";
    let is_resource_control = checker.kind == PolicyType::ResourceControl;
    if text == "*" && !is_resource_control {
        return;
    }
    let Some((vendor, name)) = text.split_once(':') else {
        let check = if text == "*" {
            Check::ResourceControl
        } else {
            Check::ActionWithoutVendor
        };
        let message = format!("the action {} has no service prefix", shown(text));
        return checker.add(node, Draft::error(check, message).help(HELP));
    };
    if name.contains(':') {
        let message = format!("the action {} has more than one colon", shown(text));
        return checker.add(node, Draft::error(Check::ActionColons, message).help(HELP));
    }
    let wild = checker.demands.dialect.table().service_wildcards;
    if vendor == "*" {
        if is_resource_control {
            let message = format!(
                "a resource control policy names the service of an action: {}",
                shown(text)
            );
            checker.add(node, Draft::error(Check::ResourceControl, message).help(HELP));
        }
        return;
    }
    let is_vendor = !vendor.is_empty()
        && vendor.bytes().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'.' | b'-')
                || (wild && matches!(byte, b'*' | b'?'))
        });
    if !is_vendor {
        let message = format!(
            "{} is no service prefix in the action {}",
            shown(vendor),
            shown(text)
        );
        let draft = Draft::error(Check::ActionVendor, message).filled_with(std::slice::from_ref(&vendor));
        checker.add(
            node,
            draft.help("a service prefix holds letters, digits, dots and hyphens, no wildcards"),
        );
    }
}

/// Trust policies know six actions. A pattern that covers some of them is left to IAM, whose answer is not known.
fn trusted(checker: &mut Checker<'_>, node: NodeId, text: &str) {
    if TRUST_ACTIONS
        .iter()
        .any(|action| action.eq_ignore_ascii_case(text))
    {
        return;
    }
    let message = format!("a trust policy cannot name the action {}", shown(text));
    let pattern = ActionPattern::parse(text);
    let is_of_sts = text
        .get(..4)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case("sts:"));
    let covers_some = is_of_sts
        && TRUST_ACTIONS
            .iter()
            .any(|action| pattern.matches(&action.to_ascii_lowercase()));
    let draft = if covers_some {
        let message = format!(
            "name the actions instead of {}: other kinds are refused",
            shown(text)
        );
        Draft::warning(Check::TrustAction, message)
    } else {
        Draft::error(Check::TrustAction, message)
    };
    checker.add(
        node,
        draft.help("it may name `sts:AssumeRole`, its variants, and `sts:TagSession`"),
    );
}
