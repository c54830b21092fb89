//! A decision with its full explanation, in wire form.
//!
//! In: a question, its outcome and its trace. Out: one object, the answer of a case with what bears on it added:
//! which statement decided or came nearest, what was assumed, and every statement clause by clause with places.

use serde::Serialize;

use super::answer::{Answered, Matched};
use super::question::Question;
use crate::condition::Truth;
use crate::engine::{
    ClauseKind, ClauseTrace, CompiledPolicy, Layers, Outcome, StatementRef, StatementTrace, nearest,
};
use crate::source::{LineColumn, Location, Sources, Span};

/// An answer, explained.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explained {
    /// The principal as given.
    pub principal: String,
    /// The action as given.
    pub action: String,
    /// The resource or pattern as given.
    pub resource: String,
    /// The answer, as for a case.
    #[serde(flatten)]
    pub answer: Answered,
    /// The layers that, Denies aside, withhold the grant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<&'static str>,
    /// The statement that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deciding: Option<PointOut>,
    /// Where nothing granted: the statement and clause that came nearest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<PointOut>,
    /// What was assumed, in words.
    pub assumed: Vec<String>,
    /// Every statement that bears on the request, in order of layers.
    pub trace: Vec<StatementOut>,
}

/// A statement or one clause of it.
#[derive(Debug, Clone, Serialize)]
pub struct PointOut {
    /// The statement.
    pub at: Matched,
    /// The clause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<&'static str>,
    /// The place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationOut>,
}

/// One statement, explained.
#[derive(Debug, Clone, Serialize)]
pub struct StatementOut {
    /// Which statement.
    #[serde(flatten)]
    pub at: Matched,
    /// The `Sid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Whether it applies: `true`, `false` or `unknown`; for a set, to some of it.
    pub applies: &'static str,
    /// For a set of which part is matched, and not all or not known to be all: false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whole: Option<bool>,
    /// Where the statement stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationOut>,
    /// Its clauses.
    pub clauses: Vec<ClauseOut>,
}

/// One clause, explained.
#[derive(Debug, Clone, Serialize)]
pub struct ClauseOut {
    /// Which clause.
    pub clause: &'static str,
    /// For a principal: the class of the match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<&'static str>,
    /// For a condition: the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// For a condition: the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Whether it matches: `true`, `false` or `unknown`; for a set, some of it.
    pub matches: &'static str,
    /// For a set of which part is matched, and not all or not known to be all: false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whole: Option<bool>,
    /// What shows it.
    pub locations: Vec<LocationOut>,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LocationOut {
    /// The file as it was named.
    pub file: String,
    /// The JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// UTF-8 bytes of the file, half-open.
    pub span: SpanOut,
    /// The first character.
    pub start: PositionOut,
    /// One past the last character.
    pub end: PositionOut,
}

/// UTF-8 bytes, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SpanOut {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A line and a column, from 1; columns in Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PositionOut {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl From<Location> for LocationOut {
    fn from(location: Location) -> Self {
        let Span { start, end } = location.span;
        Self {
            file: location.file,
            pointer: location.pointer,
            span: SpanOut { start, end },
            start: location.start.into(),
            end: location.end.into(),
        }
    }
}

impl From<LineColumn> for PositionOut {
    fn from(at: LineColumn) -> Self {
        Self {
            line: at.line,
            column: at.column,
        }
    }
}

impl Explained {
    /// The wire form of a decided question. `trace` is that of the same question.
    pub fn new(question: &Question, outcome: &Outcome, trace: &[StatementTrace], sources: &Sources) -> Self {
        let places = Places {
            layers: &question.layers,
            sources,
        };
        let request = &question.request;
        let near = if outcome.deciding().is_none() {
            nearest(trace, &outcome.withheld).filter(|near| near.related)
        } else {
            None
        };
        Self {
            principal: request.caller.text().to_owned(),
            action: request.action.clone(),
            resource: request.resource_text().to_owned(),
            answer: Answered::new(outcome, &question.layers),
            withheld: outcome.withheld.iter().map(|kind| kind.as_str()).collect(),
            deciding: outcome.deciding().map(|at| PointOut {
                at: Matched::new(at, None),
                clause: None,
                location: places.statement(at),
            }),
            nearest: near.map(|near| PointOut {
                at: Matched::new(near.statement.at, None),
                clause: Some(near.clause.clause.as_str()),
                location: places.clause(near.statement.at, near.clause).into_iter().next(),
            }),
            assumed: question.assumed.iter().map(ToString::to_string).collect(),
            trace: trace.iter().map(|statement| places.explain(statement)).collect(),
        }
    }
}

/// Where the parts of policies are.
pub(super) struct Places<'a> {
    pub layers: &'a Layers,
    pub sources: &'a Sources,
}

impl<'a> Places<'a> {
    pub fn policy(&self, at: StatementRef) -> Option<&'a CompiledPolicy> {
        self.layers.policy(at.policy).map(AsRef::as_ref)
    }

    pub fn model(&self, at: StatementRef) -> Option<&'a crate::policy::Statement> {
        self.policy(at)?.statement(at.statement)
    }

    pub fn statement(&self, at: StatementRef) -> Option<LocationOut> {
        let place = self.policy(at)?.place(self.model(at)?.node)?;
        Some(self.sources.locate(place).into())
    }

    /// The places that show a clause, as many as it has nodes.
    pub fn clause(&self, at: StatementRef, clause: &ClauseTrace) -> Vec<LocationOut> {
        let places = clause
            .nodes
            .iter()
            .filter_map(|node| self.policy(at)?.place(*node));
        places.map(|place| self.sources.locate(place).into()).collect()
    }

    fn explain(&self, statement: &StatementTrace) -> StatementOut {
        let at = statement.at;
        let partly = |truth: Truth, whole: bool| (truth == Truth::True && !whole).then_some(false);
        let model = self.model(at);
        StatementOut {
            at: Matched::new(at, statement.effect.map(|effect| effect.as_str())),
            sid: model.and_then(|model| model.sid()).map(str::to_owned),
            applies: word(statement.value),
            whole: partly(statement.value, statement.whole),
            location: self.statement(at),
            clauses: statement
                .clauses
                .iter()
                .map(|clause| {
                    let entry = match clause.clause {
                        ClauseKind::Condition(index) => model.and_then(|model| model.conditions.get(index)),
                        _ => None,
                    };
                    ClauseOut {
                        clause: clause.clause.as_str(),
                        class: match clause.clause {
                            ClauseKind::Principal(class) => class.map(|class| class.as_str()),
                            _ => None,
                        },
                        operator: entry.map(|entry| entry.operator.to_string()),
                        key: entry.map(|entry| entry.key.to_string()),
                        matches: word(clause.truth),
                        whole: partly(clause.truth, clause.whole),
                        locations: self.clause(at, clause),
                    }
                })
                .collect(),
        }
    }
}

fn word(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "true",
        Truth::False => "false",
        Truth::Unknown => "unknown",
    }
}
