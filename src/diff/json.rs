//! The comparison as JSON; docs/DIFF.md describes the form.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::row::{Difference, Direction, Open, Request, Row};
use super::tags::TagChange;
use crate::condition::State;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Out<'a> {
    version: u32,
    new_access: Vec<RowOut<'a>>,
    lost_access: Vec<RowOut<'a>>,
    not_compared: Vec<OpenOut<'a>>,
    only_old: &'a [String],
    only_new: &'a [String],
    summary: Summary,
}

#[derive(Serialize)]
struct Summary {
    compared: usize,
    new: usize,
    lost: usize,
    proved: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RowOut<'a> {
    subject: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<&'a str>,
    actions: &'a [String],
    action_count: usize,
    resource: &'a str,
    partly: bool,
    #[serde(skip_serializing_if = "<[Vec<String>]>::is_empty")]
    conditions: &'a [Vec<String>],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<TagOut<'a>>,
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    doubts: &'a [&'static str],
    proved: bool,
    witness: WitnessOut<'a>,
}

/// A tag on both sides; a state that is not known is left out.
#[derive(Serialize)]
struct TagOut<'a> {
    key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<Value>,
}

#[derive(Serialize)]
struct WitnessOut<'a> {
    principal: &'a str,
    action: &'a str,
    resource: &'a str,
    context: BTreeMap<&'a str, Value>,
}

#[derive(Serialize)]
struct OpenOut<'a> {
    subject: &'a str,
    message: &'a str,
}

/// Writes the comparison as one JSON object and a line feed.
///
/// # Errors
/// Those of the writer.
pub fn write(difference: &Difference, out: &mut dyn Write) -> io::Result<()> {
    let rows = |direction| difference.rows_of(direction).map(row).collect::<Vec<_>>();
    let (new_access, lost_access) = (rows(Direction::New), rows(Direction::Lost));
    let summary = Summary {
        compared: difference.compared,
        new: new_access.len(),
        lost: lost_access.len(),
        proved: difference.open.is_empty() && difference.rows.iter().all(|row| row.proved),
    };
    let object = Out {
        version: 1,
        new_access,
        lost_access,
        not_compared: difference.open.iter().map(open).collect(),
        only_old: &difference.only_old,
        only_new: &difference.only_new,
        summary,
    };
    serde_json::to_writer_pretty(&mut *out, &object).map_err(io::Error::from)?;
    writeln!(out)
}

fn row(row: &Row) -> RowOut<'_> {
    RowOut {
        subject: &row.subject,
        principal: row.principal.as_deref(),
        actions: &row.actions,
        action_count: row.action_count,
        resource: &row.resource,
        partly: row.partly,
        conditions: &row.conditions,
        tags: row.tags.iter().map(tag).collect(),
        doubts: &row.doubts,
        proved: row.proved,
        witness: witness(&row.witness),
    }
}

fn tag(change: &TagChange) -> TagOut<'_> {
    TagOut {
        key: &change.key,
        old: change.old.as_ref().map(value),
        new: change.new.as_ref().map(value),
    }
}

fn value(state: &State) -> Value {
    match state {
        State::Absent => Value::Null,
        State::One(text) => text.as_ref().into(),
        State::Many(values) => values.iter().map(AsRef::as_ref).collect::<Vec<&str>>().into(),
    }
}

fn witness(request: &Request) -> WitnessOut<'_> {
    WitnessOut {
        principal: &request.principal,
        action: &request.action,
        resource: &request.resource,
        context: request
            .context
            .iter()
            .map(|(key, state)| (key.as_str(), value(state)))
            .collect(),
    }
}

fn open(open: &Open) -> OpenOut<'_> {
    OpenOut {
        subject: &open.subject,
        message: &open.why,
    }
}
