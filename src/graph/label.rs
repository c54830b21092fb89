//! What stands in the boxes of statements.

use crate::policy::{Clause, Effect, Policy, Reading, Statement};
use crate::report::shown;

use super::model::{Node, NodeKind};

/// At most so many actions, conditions and resources of a statement are named.
const MAX_ACTIONS: usize = 8;
const MAX_CONDITIONS: usize = 4;
pub(super) const MAX_RESOURCES: usize = 12;

/// A `Sid`, or the number of the statement from 1.
pub(super) fn title(statement: &Statement) -> String {
    match statement.sid() {
        Some(sid) => sid.to_owned(),
        None => format!("statement {}", statement.index + 1),
    }
}

pub(super) fn kind(statement: &Statement) -> NodeKind {
    match &statement.effect {
        Reading::Known {
            value: Effect::Allow, ..
        } => NodeKind::Allow,
        Reading::Known {
            value: Effect::Deny, ..
        } => NodeKind::Deny,
        _ => NodeKind::Other,
    }
}

/// Actions, then conditions.
pub(super) fn lines(statement: &Statement) -> Vec<String> {
    let mut lines = Vec::new();
    if let Reading::Known { value: clause, .. } = &statement.action {
        lines.extend(values(clause, MAX_ACTIONS, "all actions but"));
    }
    let conditions = statement.conditions.iter().map(|entry| {
        let values: Vec<_> = entry
            .values
            .iter()
            .filter_map(|value| value.text.as_deref())
            .collect();
        format!("if {} {} {}", entry.key, entry.operator, values.join(", "))
    });
    lines.extend(cut(conditions.collect(), MAX_CONDITIONS, "condition"));
    lines
}

/// The resources, each as it is written; for `NotResource` all of them as one.
pub(super) fn resources(statement: &Statement) -> Vec<String> {
    match &statement.resource {
        Reading::Known { value: clause, .. } if clause.negated => {
            let all: Vec<_> = clause.values.iter().map(|item| item.value.to_string()).collect();
            vec![format!(
                "all but {}",
                cut(all, MAX_RESOURCES, "resource").join(", ")
            )]
        }
        Reading::Known { value: clause, .. } => {
            let all: Vec<_> = clause.values.iter().map(|item| item.value.to_string()).collect();
            cut(all, MAX_RESOURCES, "resource")
        }
        Reading::Missing | Reading::NotUnderstood(_) => Vec::new(),
    }
}

fn values(clause: &Clause, most: usize, unless: &str) -> Vec<String> {
    let head = clause.negated.then(|| unless.to_owned());
    let all: Vec<_> = clause.values.iter().map(|item| item.value.to_string()).collect();
    head.into_iter().chain(cut(all, most, "action")).collect()
}

/// The first of them, and how many more there are.
pub(super) fn cut(mut all: Vec<String>, most: usize, word: &str) -> Vec<String> {
    if all.len() > most {
        let more = all.len() - (most - 1);
        all.truncate(most - 1);
        all.push(format!("and {more} more {word}s"));
    }
    all
}

/// Whom the statements of a policy name, each once, with the statements that allow them.
pub(super) fn principals(policy: &Policy) -> Vec<(String, NodeKind)> {
    let mut named: Vec<(String, NodeKind)> = Vec::new();
    for statement in &policy.statements {
        let Reading::Known { value, .. } = &statement.principal else {
            continue;
        };
        let mut texts: Vec<String> = value
            .entries
            .iter()
            .map(|entry| entry.value.to_string())
            .collect();
        if value.everyone {
            texts.push("*".to_owned());
        }
        if value.negated {
            texts = vec![format!("all but {}", texts.join(", "))];
        }
        for text in texts {
            let pair = (text, kind(statement));
            if !named.contains(&pair) {
                named.push(pair);
            }
        }
    }
    named
}

/// The width of a box in columns of text, and its most rows.
const WIDTH: usize = 46;
const MAX_ROWS: usize = 24;

/// The rows of a box: what it is, its name, its lines. They hold nothing that a terminal acts on.
pub(super) fn rows(node: &Node) -> Vec<String> {
    let mut rows = vec![node.kind.word().to_owned()];
    for text in std::iter::once(&node.title).chain(&node.lines) {
        rows.extend(wrapped(&shown(text, true)));
    }
    if rows.len() > MAX_ROWS {
        rows.truncate(MAX_ROWS - 1);
        rows.push("…".to_owned());
    }
    rows
}

/// Long names are broken wherever the row ends, as ARNs have no blanks.
fn wrapped(text: &str) -> Vec<String> {
    let options = textwrap::Options::new(WIDTH).word_splitter(textwrap::WordSplitter::NoHyphenation);
    // A text of many thousand letters is cut before it is laid out.
    let short: String = text.chars().take(WIDTH * MAX_ROWS).collect();
    let rows = textwrap::wrap(&short, options);
    rows.into_iter().map(std::borrow::Cow::into_owned).collect()
}
