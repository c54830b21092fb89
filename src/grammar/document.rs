//! The policy object: its keys, `Version`, `Id` and the list of statements.
//!
//! Source: GRAM-01, GRAM-02, GRAM-04, GRAM-05, GRAM-06, GRAM-08 (uniqueness), CASE-01.

use std::collections::BTreeMap;

use super::checker::{Checker, Draft};
use super::elements::unknown_key;
use super::fault::{Severity, shown};
use super::messages::Check;
use super::statement;
use crate::dialect::Dialect;
use crate::policy::Version;
use crate::source::{Kind, NodeId};

/// Checks the policy at `root`.
pub(super) fn check(checker: &mut Checker<'_>, root: NodeId) {
    let tree = checker.tree;
    if tree.kind(root) != Kind::Object {
        let message = format!("a policy is a JSON object, not {}", tree.kind(root));
        return checker.add(root, Draft::error(Check::NotAnObject, message));
    }
    version(checker, root);
    let elements = checker.demands.dialect.table().document_elements;
    let mut has_statement = false;
    for (key, value) in tree.members(root) {
        match checker.text(key).as_ref() {
            "Version" => {}
            "Id" if elements.contains(&"Id") => id(checker, key, value),
            "Statement" => {
                has_statement = true;
                statements(checker, value);
            }
            other => unknown_key(checker, key, other, elements, Check::TopKey, "a policy"),
        }
    }
    if !has_statement {
        checker.add(
            root,
            Draft::error(Check::StatementMissing, "the policy has no `Statement`"),
        );
    }
}

/// Sets the version that the statements are read by.
fn version(checker: &mut Checker<'_>, root: NodeId) {
    const HELP: &str = "write `\"Version\": \"2012-10-17\"`";
    let tree = checker.tree;
    if checker.demands.dialect == Dialect::Ram {
        return version_of_ram(checker, root);
    }
    let old = checker.demands.old_version;
    let Some(node) = tree.get(root, "Version") else {
        checker.version = Version::V2008;
        if let Some(severity) = old {
            let message = format!(
                "{} needs a `Version`; without one it is `2008-10-17`",
                checker.kind.described()
            );
            checker.add(root, Draft::of(severity, Check::VersionOld, message).help(HELP));
        }
        return;
    };
    checker.version = match tree.string(node).as_deref() {
        Some("2012-10-17") => Version::V2012,
        Some("2008-10-17") => Version::V2008,
        _ => Version::Unknown,
    };
    match (checker.version, tree.string(node), old) {
        (Version::V2008, _, Some(severity)) => {
            let message = format!("{} needs the version `2012-10-17`", checker.kind.described());
            checker.add(node, Draft::of(severity, Check::VersionOld, message).help(HELP));
        }
        (Version::Unknown, Some(text), _) => {
            let message = format!("{} is no version of the policy language", shown(&text));
            checker.add(node, Draft::error(Check::VersionValue, message).help(HELP));
        }
        (Version::Unknown, None, _) => {
            let message = format!("`Version` is a string, not {}", tree.kind(node));
            checker.add(node, Draft::error(Check::VersionValue, message).help(HELP));
        }
        _ => {}
    }
}

/// RAM has one version, and every document names it.
fn version_of_ram(checker: &mut Checker<'_>, root: NodeId) {
    const HELP: &str = "write `\"Version\": \"1\"`, with the number in quotes";
    let tree = checker.tree;
    checker.version = Version::Ram1;
    let Some(node) = tree.get(root, "Version") else {
        let message = format!("{} needs a `Version`", checker.kind.described());
        return checker.add(root, Draft::error(Check::VersionValue, message).help(HELP));
    };
    let message = match tree.string(node) {
        Some(text) if Dialect::of_version(&text) == Some(Dialect::Ram) => return,
        Some(text) => format!(
            "{} is no version of RAM's policies, whose only one is `1`",
            shown(&text)
        ),
        None => format!("`Version` is the string `1`, not {}", tree.kind(node)),
    };
    checker.add(node, Draft::error(Check::VersionValue, message).help(HELP));
}

fn id(checker: &mut Checker<'_>, key: NodeId, value: NodeId) {
    let kind = checker.tree.kind(value);
    if kind != Kind::String {
        return checker.add(
            value,
            Draft::error(Check::IdType, format!("`Id` is a string, not {kind}")),
        );
    }
    if let Some(severity) = checker.demands.id {
        let message = format!(
            "`Id` is not documented for {}; IAM stores it",
            checker.kind.described()
        );
        checker.add(key, Draft::of(severity, Check::IdNotDocumented, message));
    }
}

fn statements(checker: &mut Checker<'_>, node: NodeId) {
    let tree = checker.tree;
    match tree.kind(node) {
        Kind::Object => {}
        Kind::Array if checker.is_empty_list(node) => {
            return checker.add(
                node,
                Draft::error(Check::StatementMissing, "the list of statements is empty"),
            );
        }
        Kind::Array => {}
        Kind::Null => {
            return checker.add(node, Draft::error(Check::StatementMissing, "`Statement` is null"));
        }
        other => {
            let message = format!("`Statement` is an object or a list of objects, not {other}");
            return checker.add(node, Draft::error(Check::StatementType, message));
        }
    }
    let mut sids = BTreeMap::new();
    for (index, item) in (0..).zip(tree.one_or_many(node)) {
        checker.statement = index;
        if tree.kind(item) != Kind::Object {
            let message = format!("a statement is an object, not {}", tree.kind(item));
            checker.add(item, Draft::error(Check::StatementType, message));
            continue;
        }
        let sid = statement::check(checker, item);
        if let Some(sid) = sid {
            sid_once(checker, &mut sids, sid);
        }
    }
}

/// Records a `Sid` that is not empty, which no other statement may have.
fn sid_once<'a>(
    checker: &mut Checker<'a>,
    seen: &mut BTreeMap<std::borrow::Cow<'a, str>, NodeId>,
    node: NodeId,
) {
    let text = checker.text(node);
    if let Some(first) = seen.get(&text) {
        let first = checker.tree.span(*first);
        let severity = checker.demands.sid_repeated;
        let mut message = format!("the `Sid` {} is used by two statements", shown(&text));
        if severity == Severity::Warning {
            message.push_str(", which some services refuse");
        }
        checker.add(
            node,
            Draft::of(severity, Check::SidRepeated, message).related(first, "first here"),
        );
    } else {
        seen.insert(text, node);
    }
}
