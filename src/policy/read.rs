//! Reading a policy from a tree, as far as it can be read.
//!
//! In: the tree and the node of the policy object. Out: a [`Policy`]. There is no error: whatever the grammar
//! (GRAM-01 … GRAM-19) does not have is listed as not understood, with its node.

use super::model::{
    Clause, ConditionEntry, ConditionValue, Effect, Item, Policy, PrincipalEntry, PrincipalKind, Principals,
    Reading, Statement, Version,
};
use crate::dialect::Dialect;
use crate::source::{DocId, Kind, NodeId, Tree};

/// Reads the policy at `root` of `tree` as one of IAM. Linear in the size of the subtree.
///
/// Source: GRAM-02, GRAM-06, GRAM-07.
pub fn read(doc: DocId, tree: &Tree, root: NodeId) -> Policy {
    read_in(Dialect::Iam, doc, tree, root)
}

/// Reads the policy at `root` of `tree` as one of this dialect. Linear in the size of the subtree.
///
/// Source: GRAM-02, GRAM-06, GRAM-07, RAM-01.
pub fn read_in(dialect: Dialect, doc: DocId, tree: &Tree, root: NodeId) -> Policy {
    let mut policy = Policy {
        doc,
        root,
        dialect,
        version: match dialect {
            Dialect::Iam => Version::V2008,
            // What a document without a version means is not documented.
            Dialect::Ram => Version::Unknown,
        },
        statements: Vec::new(),
        not_understood: Vec::new(),
    };
    if tree.kind(root) != Kind::Object {
        policy.not_understood.push(root);
        return policy;
    }
    if tree.get(root, "Statement").is_none()
        || (dialect == Dialect::Ram && tree.get(root, "Version").is_none())
    {
        policy.not_understood.push(root);
    }
    let mut seen = Seen::default();
    for (key, value) in tree.members(root) {
        let name = tree.string(key).unwrap_or_default();
        let repeated = seen.again(&name);
        match name.as_ref() {
            "Version" if !repeated => {
                policy.version = read_version(tree, value, dialect);
                if policy.version == Version::Unknown {
                    policy.not_understood.push(value);
                }
            }
            "Statement" if !repeated => read_statements(tree, value, &mut policy),
            "Id" if !repeated && dialect == Dialect::Iam && tree.kind(value) == Kind::String => {}
            _ => policy.not_understood.push(key),
        }
    }
    policy
}

fn read_version(tree: &Tree, node: NodeId, dialect: Dialect) -> Version {
    let text = tree
        .string(node)
        .filter(|text| Dialect::of_version(text) == Some(dialect));
    match text.as_deref() {
        Some("2012-10-17") => Version::V2012,
        Some("2008-10-17") => Version::V2008,
        Some("1") => Version::Ram1,
        _ => Version::Unknown,
    }
}

/// The dialect of a document by the names of resources and principals in it; where it has none, or names of both, by
/// its version. Linear in the size of the subtree.
///
/// Source: RAM-02.
pub fn dialect_of(tree: &Tree, root: NodeId) -> Dialect {
    let by_version = || {
        let version = tree.get(root, "Version").and_then(|node| tree.string(node));
        version
            .and_then(|text| Dialect::of_version(&text))
            .unwrap_or_default()
    };
    dialect_by_names(tree, root).unwrap_or_else(by_version)
}

/// The dialect of a document by the names in it alone.
///
/// Source: RAM-02.
pub fn dialect_by_names(tree: &Tree, root: NodeId) -> Option<Dialect> {
    let statements = tree.get(root, "Statement");
    let statements = statements.into_iter().flat_map(|node| tree.one_or_many(node));
    let elements = ["Resource", "NotResource", "Principal", "NotPrincipal"];
    let values =
        statements.flat_map(|statement| elements.iter().filter_map(move |name| tree.get(statement, name)));
    let (mut iam, mut ram) = (false, false);
    let mut see = |dialect: Option<Dialect>| match dialect {
        Some(Dialect::Iam) => iam = true,
        Some(Dialect::Ram) => ram = true,
        None => {}
    };
    for value in values {
        if tree.kind(value) == Kind::Object {
            for (key, names) in tree.members(value) {
                see(match tree.string(key).as_deref() {
                    Some("RAM") => Some(Dialect::Ram),
                    Some("AWS") => Some(Dialect::Iam),
                    _ => None,
                });
                for name in tree.one_or_many(names).filter_map(|node| tree.string(node)) {
                    see(Dialect::of_name(&name).or_else(|| {
                        let service = Dialect::of_service(&name);
                        (service == Dialect::Ram).then_some(service)
                    }));
                }
            }
        } else {
            for name in tree.one_or_many(value).filter_map(|node| tree.string(node)) {
                see(Dialect::of_name(&name));
            }
        }
    }
    match (iam, ram) {
        (true, false) => Some(Dialect::Iam),
        (false, true) => Some(Dialect::Ram),
        _ => None,
    }
}

fn read_statements(tree: &Tree, node: NodeId, policy: &mut Policy) {
    let dialect = policy.dialect;
    match tree.kind(node) {
        Kind::Object => policy.statements.push(read_statement(tree, node, 0, dialect)),
        Kind::Array => {
            policy.statements.extend(
                tree.items(node)
                    .enumerate()
                    .map(|(i, n)| read_statement(tree, n, i, dialect)),
            );
        }
        _ => policy.not_understood.push(node),
    }
}

fn read_statement(tree: &Tree, node: NodeId, index: usize, dialect: Dialect) -> Statement {
    let mut statement = Statement {
        index,
        node,
        sid: Reading::Missing,
        effect: Reading::Missing,
        principal: Reading::Missing,
        action: Reading::Missing,
        resource: Reading::Missing,
        conditions: Vec::new(),
        not_understood: Vec::new(),
    };
    if tree.kind(node) != Kind::Object {
        statement.not_understood.push(node);
        return statement;
    }
    let mut seen = Seen::default();
    for (key, value) in tree.members(node) {
        let name = tree.string(key).unwrap_or_default();
        if seen.again(&name) {
            statement.not_understood.push(key);
            continue;
        }
        let known = dialect.table().statement_elements;
        match name.as_ref() {
            // RAM's grammar has no `Sid`; wherever it stands it says nothing of the meaning (RAM-01).
            name if name != "Sid" && !known.contains(&name) => statement.not_understood.push(key),
            "Sid" => statement.sid = read_string(tree, value),
            "Effect" => statement.effect = read_effect(tree, value),
            "Principal" => set_once(
                &mut statement.principal,
                read_principals(tree, key, value, false, dialect),
                key,
            ),
            "NotPrincipal" => set_once(
                &mut statement.principal,
                read_principals(tree, key, value, true, dialect),
                key,
            ),
            "Action" => set_once(&mut statement.action, read_clause(tree, key, value, false), key),
            "NotAction" => set_once(&mut statement.action, read_clause(tree, key, value, true), key),
            "Resource" => set_once(&mut statement.resource, read_clause(tree, key, value, false), key),
            "NotResource" => set_once(&mut statement.resource, read_clause(tree, key, value, true), key),
            "Condition" => read_conditions(tree, value, &mut statement),
            _ => statement.not_understood.push(key),
        }
    }
    statement
}

/// A clause and its `Not…` twin exclude each other (GRAM-10, GRAM-12, GRAM-14): both means neither is known.
fn set_once<T>(slot: &mut Reading<T>, read: Reading<T>, key: NodeId) {
    *slot = if matches!(slot, Reading::Missing) {
        read
    } else {
        Reading::NotUnderstood(key)
    };
}

fn read_string(tree: &Tree, node: NodeId) -> Reading<Box<str>> {
    match tree.string(node) {
        Some(text) => Reading::Known {
            value: text.into(),
            node,
        },
        None => Reading::NotUnderstood(node),
    }
}

fn read_effect(tree: &Tree, node: NodeId) -> Reading<Effect> {
    match tree.string(node).as_deref() {
        Some("Allow") => Reading::Known {
            value: Effect::Allow,
            node,
        },
        Some("Deny") => Reading::Known {
            value: Effect::Deny,
            node,
        },
        _ => Reading::NotUnderstood(node),
    }
}

fn read_clause(tree: &Tree, key: NodeId, node: NodeId, negated: bool) -> Reading<Clause> {
    if !matches!(tree.kind(node), Kind::String | Kind::Array) {
        return Reading::NotUnderstood(node);
    }
    let mut clause = Clause {
        negated,
        key,
        values: Vec::new(),
        not_understood: Vec::new(),
    };
    for item in tree.one_or_many(node) {
        match tree.string(item) {
            Some(text) => clause.values.push(Item {
                value: text.into(),
                node: item,
            }),
            None => clause.not_understood.push(item),
        }
    }
    Reading::Known { value: clause, node }
}

fn read_principals(
    tree: &Tree,
    key: NodeId,
    node: NodeId,
    negated: bool,
    dialect: Dialect,
) -> Reading<Principals> {
    let mut principals = Principals {
        negated,
        key,
        everyone: false,
        entries: Vec::new(),
        not_understood: Vec::new(),
    };
    match tree.kind(node) {
        Kind::String if tree.string(node).as_deref() == Some("*") => principals.everyone = true,
        Kind::Object => {
            let mut seen = Seen::default();
            for (map_key, values) in tree.members(node) {
                let name = tree.string(map_key).unwrap_or_default();
                let kind = PrincipalKind::from_key(&name, dialect);
                match (kind, seen.again(&name), tree.kind(values)) {
                    (Some(kind), false, Kind::String | Kind::Array) => {
                        read_principal_values(tree, kind, values, &mut principals);
                    }
                    _ => principals.not_understood.push(map_key),
                }
            }
        }
        _ => return Reading::NotUnderstood(node),
    }
    Reading::Known {
        value: principals,
        node,
    }
}

fn read_principal_values(tree: &Tree, kind: PrincipalKind, values: NodeId, into: &mut Principals) {
    for item in tree.one_or_many(values) {
        match tree.string(item) {
            Some(text) => into.entries.push(PrincipalEntry {
                kind,
                value: text.into(),
                node: item,
            }),
            None => into.not_understood.push(item),
        }
    }
}

fn read_conditions(tree: &Tree, node: NodeId, statement: &mut Statement) {
    if tree.kind(node) != Kind::Object {
        statement.not_understood.push(node);
        return;
    }
    let mut operators = Seen::default();
    for (operator_node, block) in tree.members(node) {
        let operator = tree.string(operator_node).unwrap_or_default();
        if operators.again(&operator) || tree.kind(block) != Kind::Object {
            statement.not_understood.push(operator_node);
            continue;
        }
        let mut keys = Seen::default();
        for (key_node, values_node) in tree.members(block) {
            let key = tree.string(key_node).unwrap_or_default();
            // Keys fold case (COND-07), so two spellings of one key are one key written twice (GRAM-19).
            if keys.again(&key.to_ascii_lowercase()) || tree.kind(values_node) == Kind::Object {
                statement.not_understood.push(key_node);
                continue;
            }
            let values = tree
                .one_or_many(values_node)
                .map(|item| ConditionValue {
                    text: tree.scalar(item).map(Into::into),
                    node: item,
                })
                .collect();
            statement.conditions.push(ConditionEntry {
                operator: operator.as_ref().into(),
                operator_node,
                key: key.into(),
                key_node,
                values_node,
                values,
            });
        }
    }
}

/// The keys met so far in one object. Policies have a handful of keys an object, so a list serves; past
/// that it stays correct and merely slower, and the scan has already reported the repetition.
#[derive(Default)]
struct Seen(Vec<String>);

impl Seen {
    fn again(&mut self, key: &str) -> bool {
        if self.0.iter().any(|k| k == key) {
            return true;
        }
        self.0.push(key.to_owned());
        false
    }
}
