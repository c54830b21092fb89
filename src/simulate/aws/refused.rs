//! Policies that AWS's simulator refuses to look at: those that could not be saved either.
//!
//! In: a policy as it was read. Out: the first thing that no policy can hold. What is not refused here is decided.

use crate::condition::{Operator, OperatorFault};
use crate::engine::LayerKind;
use crate::policy::{Policy, Reading, Statement};
use crate::source::NodeId;

/// The first thing in a policy that no policy can hold, and what is wrong with it.
pub(super) fn refused(policy: &Policy, kind: LayerKind) -> Option<(NodeId, String)> {
    let not_understood = |node: NodeId| (node, "this is not part of the policy grammar".to_owned());
    // The root itself stands there when it has no statements.
    let parts = policy.not_understood.iter().find(|node| **node != policy.root);
    let document = parts.map(|node| not_understood(*node));
    let empty = || (policy.root, "it has no statement".to_owned());
    document
        .or_else(|| {
            policy
                .statements
                .iter()
                .find_map(|statement| refused_statement(statement, kind))
        })
        .or_else(|| policy.statements.is_empty().then(empty))
}

fn refused_statement(statement: &Statement, kind: LayerKind) -> Option<(NodeId, String)> {
    let not_understood = |node: NodeId| (node, "this is not part of the policy grammar".to_owned());
    let of_element = [
        odd(&statement.sid, |_| &[]),
        odd(&statement.effect, |_| &[]),
        odd(&statement.principal, |principals| &principals.not_understood),
        odd(&statement.action, |clause| &clause.not_understood),
        odd(&statement.resource, |clause| &clause.not_understood),
    ];
    let element = of_element
        .into_iter()
        .flatten()
        .chain(statement.not_understood.iter().copied())
        .next();
    if let Some(node) = element {
        return Some(not_understood(node));
    }
    let is_resource_policy = kind == LayerKind::Resource;
    for (name, is_missing) in [
        ("Effect", matches!(statement.effect, Reading::Missing)),
        ("Action", matches!(statement.action, Reading::Missing)),
        (
            "Principal",
            is_resource_policy && matches!(statement.principal, Reading::Missing),
        ),
        (
            "Resource",
            !is_resource_policy && matches!(statement.resource, Reading::Missing),
        ),
    ] {
        if is_missing {
            return Some((statement.node, format!("the statement has no `{name}`")));
        }
    }
    statement
        .conditions
        .iter()
        .find_map(|entry| match Operator::parse(&entry.operator) {
            Ok(_) | Err(OperatorFault::WrongCase { .. }) => None,
            Err(fault) => Some((entry.operator_node, fault.to_string())),
        })
}

fn odd<T>(reading: &Reading<T>, inside: impl Fn(&T) -> &[NodeId]) -> Option<NodeId> {
    match reading {
        Reading::NotUnderstood(node) => Some(*node),
        Reading::Known { value, .. } => inside(value).first().copied(),
        Reading::Missing => None,
    }
}
