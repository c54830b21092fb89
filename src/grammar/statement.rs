//! One statement: its keys, `Sid` and `Effect`, and which of its elements must, may and must not be there.
//!
//! Source: GRAM-07, GRAM-08, GRAM-09, CASE-01, CASE-02, GRAM-26 (effect).

use super::checker::{Checker, Draft};
use super::elements::{Elements, Member, Pair, unknown_key};
use super::fault::shown;
use super::kind::PolicyType;
use super::messages::Check;
use super::{action, condition, endpoint, principal, provider, resource, variable};
use crate::policy::Effect;
use crate::source::NodeId;

const KEYS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// Checks one statement, an object. Gives the node of its `Sid` where that is a string, not empty.
pub(super) fn check(checker: &mut Checker<'_>, node: NodeId) -> Option<NodeId> {
    let tree = checker.tree;
    let mut found: [Option<Member>; KEYS.len()] = [None; KEYS.len()];
    for (key, value) in tree.members(node) {
        let name = checker.text(key);
        let slot = KEYS
            .iter()
            .zip(found.iter_mut())
            .find(|(known, _)| **known == name);
        match slot {
            Some((known, slot)) if belongs(checker, key, known) => *slot = slot.or(Some((key, value))),
            Some(_) => {}
            None => {
                let known = checker.demands.dialect.table().statement_elements;
                unknown_key(checker, key, &name, known, Check::StatementKey, "a statement");
            }
        }
    }
    let [
        sid,
        effect,
        principal,
        not_principal,
        action,
        not_action,
        resource,
        not_resource,
        condition,
    ] = found;
    let elements = Elements {
        node,
        effect: check_effect(checker, node, effect),
        principal: Pair {
            plain: principal,
            negated: not_principal,
        },
        action: Pair {
            plain: action,
            negated: not_action,
        },
        resource: Pair {
            plain: resource,
            negated: not_resource,
        },
        condition,
    };
    principal::check(checker, &elements);
    action::check(checker, &elements);
    resource::check(checker, &elements);
    if let Some((_, value)) = condition {
        condition::check(checker, value);
    }
    match checker.kind {
        PolicyType::Trust => provider::check(checker, &elements),
        PolicyType::VpcEndpoint => endpoint::check(checker, &elements),
        _ => {}
    }
    sid.and_then(|(_, value)| check_sid(checker, value))
}

/// Whether the dialect has the element; says so where it has not. A `Sid`, which means nothing anywhere, is looked at
/// all the same.
fn belongs(checker: &mut Checker<'_>, key: NodeId, name: &str) -> bool {
    let table = checker.demands.dialect.table();
    if table.statement_elements.contains(&name) {
        return true;
    }
    let is_sid = name == "Sid";
    let message = format!("`{name}` is no element of a statement of {}", table.name);
    let (draft, help) = if is_sid {
        (
            Draft::warning(Check::RamElement, message),
            "leave it out: nothing documents that it is accepted",
        )
    } else {
        (
            Draft::error(Check::RamElement, message),
            "there are no elements for what is left out but `NotAction`",
        )
    };
    checker.add(key, draft.help(help));
    is_sid
}

fn check_sid(checker: &mut Checker<'_>, node: NodeId) -> Option<NodeId> {
    let Some(text) = checker.tree.string(node) else {
        let message = format!("`Sid` is a string, not {}", checker.tree.kind(node));
        checker.add(node, Draft::error(Check::SidType, message));
        return None;
    };
    if let Some(severity) = checker.demands.sid_characters
        && !text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    {
        let message = format!("the `Sid` {} holds more than letters and digits", shown(&text));
        checker.add(node, Draft::of(severity, Check::SidCharacters, message));
    } else {
        variable::check(checker, node, &text, variable::Site::Elsewhere("Sid"));
    }
    (!text.is_empty()).then_some(node)
}

fn check_effect(checker: &mut Checker<'_>, statement: NodeId, effect: Option<Member>) -> Option<Effect> {
    const HELP: &str = "the effects are `Allow` and `Deny`";
    let tree = checker.tree;
    let Some((_, node)) = effect else {
        let draft = Draft::error(Check::EffectMissing, "the statement has no `Effect`").help(HELP);
        checker.add(statement, draft);
        return None;
    };
    let Some(text) = tree.string(node) else {
        let message = format!("`Effect` is a string, not {}", tree.kind(node));
        checker.add(node, Draft::error(Check::EffectType, message).help(HELP));
        return None;
    };
    let effects = [Effect::Allow, Effect::Deny];
    let Some(effect) = effects
        .into_iter()
        .find(|effect| effect.as_str().eq_ignore_ascii_case(&text))
    else {
        let message = format!("{} is no effect", shown(&text));
        checker.add(
            node,
            Draft::error(Check::EffectWord, message)
                .help(HELP)
                .filled_with(&[&text]),
        );
        return None;
    };
    if effect.as_str() != text {
        let message = format!(
            "{} is written `{}`: effects are case-sensitive",
            shown(&text),
            effect.as_str()
        );
        checker.add(
            node,
            Draft::error(Check::EffectCase, message).filled_with(&[&text]),
        );
    }
    if effect == Effect::Allow && checker.kind == PolicyType::ResourceControl {
        let message = "a resource control policy can only deny";
        let draft = Draft::error(Check::ResourceControl, message)
            .help("`RCPFullAWSAccess`, which is always attached, does the allowing");
        checker.add(node, draft);
    }
    Some(effect)
}
