//! `Condition`: its shape, operators, keys and values.
//!
//! Source: GRAM-16, GRAM-17, GRAM-19, GRAM-20, CASE-07, EMPTY-03 to EMPTY-08. What the values of each operator look
//! like is in [`super::value`].

use std::collections::BTreeMap;

use super::checker::{Checker, Draft};
use super::fault::shown;
use super::messages::Check;
use super::value;
use crate::condition::{Operator, OperatorFault};
use crate::source::{Kind, NodeId};

/// Checks the value of `Condition`.
pub(super) fn check(checker: &mut Checker<'_>, node: NodeId) {
    let tree = checker.tree;
    if tree.kind(node) != Kind::Object {
        let message = format!("`Condition` is an object, not {}", tree.kind(node));
        return checker.add(node, Draft::error(Check::ConditionType, message));
    }
    if tree.members(node).next().is_none() {
        checker.add(
            node,
            Draft::warning(Check::ConditionEmpty, "the condition is empty and always holds"),
        );
    }
    for (operator, block) in tree.members(node) {
        check_block(checker, operator, block);
    }
}

fn check_block(checker: &mut Checker<'_>, token: NodeId, block: NodeId) {
    let tree = checker.tree;
    if tree.kind(block) != Kind::Object {
        let text = shown(&checker.text(token));
        let message = format!(
            "{text} takes an object of condition keys, not {}",
            tree.kind(block)
        );
        return checker.add(block, Draft::error(Check::ConditionType, message));
    }
    let is_empty = tree.members(block).next().is_none();
    let operator = check_operator(checker, token, is_empty);
    if is_empty && operator.is_some() {
        let message = format!(
            "{} compares nothing and always holds",
            shown(&checker.text(token))
        );
        checker.add(block, Draft::warning(Check::ConditionEmpty, message));
    }
    check_keys(checker, block);
    for (_, values) in tree.members(block) {
        check_values(checker, operator, values);
    }
}

/// What the token says, also in the wrong case.
fn check_operator(checker: &mut Checker<'_>, node: NodeId, is_empty: bool) -> Option<Operator> {
    let token = checker.text(node);
    let fault = match Operator::parse_in(&token, checker.demands.dialect) {
        Ok(operator) => return Some(operator),
        Err(fault) => fault,
    };
    let (operator, message, help) = match fault {
        OperatorFault::WrongCase {
            expected, operator, ..
        } => {
            let message = format!(
                "{} is written `{expected}`: operators are case-sensitive",
                shown(&token)
            );
            (Some(operator), message, None)
        }
        OperatorFault::NullIfExists => {
            let message = "`Null` takes no `IfExists`: it already asks whether the key exists".to_owned();
            (None, message, Some("write `Null`".to_owned()))
        }
        OperatorFault::Unknown { nearest, .. } => {
            let help = nearest.map(|nearest| format!("did you mean `{nearest}`?"));
            (None, format!("{} is no condition operator", shown(&token)), help)
        }
    };
    // IAM looks an operator up only when it has something to compare.
    let draft = if is_empty {
        Draft::warning(Check::Operator, message)
    } else {
        Draft::error(Check::Operator, message)
    };
    checker.add(
        node,
        match help {
            Some(help) => draft.help(help),
            None => draft,
        },
    );
    operator
}

/// Keys that differ only by case are one key. Repeated in the same case, the scan has reported them.
fn check_keys(checker: &mut Checker<'_>, block: NodeId) {
    let tree = checker.tree;
    let mut seen: BTreeMap<String, NodeId> = BTreeMap::new();
    for (key, _) in tree.members(block) {
        let text = checker.text(key);
        let folded = text.to_ascii_lowercase();
        match seen.get(&folded) {
            Some(first) if checker.text(*first) != text => {
                let message = format!(
                    "{} is the same key as one before it: keys ignore case",
                    shown(&text)
                );
                let draft = Draft::error(Check::KeyRepeatedInOtherCase, message);
                checker.add(
                    key,
                    draft
                        .related(tree.span(*first), "first here")
                        .help("list the values under one key"),
                );
            }
            Some(_) => {}
            None => {
                seen.insert(folded, key);
            }
        }
    }
}

fn check_values(checker: &mut Checker<'_>, operator: Option<Operator>, values: NodeId) {
    let tree = checker.tree;
    if checker.is_empty_list(values) {
        let message = "the condition key is compared with no value";
        return checker.add(values, Draft::warning(Check::ValuesEmpty, message));
    }
    for item in tree.one_or_many(values) {
        match (tree.scalar(item), tree.kind(item)) {
            (Some(text), _) => {
                if let Some(operator) = operator {
                    value::check(checker, operator, item, &text);
                }
            }
            (None, Kind::Null) => {
                let message = "a condition value is a string, a number or a boolean, not null";
                checker.add(item, Draft::error(Check::ConditionNull, message));
            }
            (None, other) => {
                let message = format!("a condition value is a string, a number or a boolean, not {other}");
                checker.add(item, Draft::error(Check::ConditionType, message));
            }
        }
    }
}
