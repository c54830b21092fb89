//! Answers for programs; docs/JSON.md describes the form.

use std::io::{self, Write};

use serde::Serialize;

use super::access::{Access, Answer, Chain, Hop};
use super::asking::{Verdict, Witness};
use super::ground::Ground;
use crate::report::{write_line, write_pretty};
use crate::simulate::LocationOut;
use crate::source::Sources;

#[derive(Serialize)]
struct Out<'a> {
    version: u32,
    answers: Vec<AnswerOut<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    version: u32,
    #[serde(flatten)]
    answer: AnswerOut<'a>,
}

#[derive(Serialize)]
struct AnswerOut<'a> {
    action: &'a str,
    resource: &'a str,
    principals: Vec<AccessOut<'a>>,
    chains: Vec<ChainOut<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    denied: Vec<AccessOut<'a>>,
    summary: Summary,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    open: &'a [String],
    assumptions: &'a [String],
}

#[derive(Serialize)]
struct Summary {
    allowed: usize,
    partly: usize,
    depends: usize,
    denied: usize,
    chains: usize,
}

#[derive(Serialize)]
struct AccessOut<'a> {
    principal: &'a str,
    kind: &'static str,
    decision: &'static str,
    exact: bool,
    #[serde(skip_serializing_if = "<[Vec<String>]>::is_empty")]
    conditions: &'a [Vec<String>],
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<WitnessOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    depends: Option<WitnessOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<WitnessOut<'a>>,
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    withheld: &'a [&'static str],
    through: Vec<GroundOut<'a>>,
}

#[derive(Serialize)]
struct WitnessOut<'a> {
    action: &'a str,
    resource: &'a str,
}

#[derive(Serialize)]
pub(super) struct GroundOut<'a> {
    layer: &'static str,
    policy: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effect: Option<&'static str>,
    sure: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<LocationOut>,
}

#[derive(Serialize)]
struct ChainOut<'a> {
    principal: &'a str,
    kind: &'static str,
    sure: bool,
    hops: Vec<HopOut<'a>>,
}

#[derive(Serialize)]
pub(super) struct HopOut<'a> {
    action: &'static str,
    role: &'a str,
    sure: bool,
    #[serde(skip_serializing_if = "<[Vec<String>]>::is_empty")]
    conditions: &'a [Vec<String>],
    through: Vec<GroundOut<'a>>,
}

/// Writes answers as one JSON object over several lines.
///
/// # Errors
/// Those of the writer.
pub fn write_json(answers: &[Answer], sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    let answers = answers.iter().map(|answer| answer_out(answer, sources)).collect();
    write_pretty(&Out { version: 1, answers }, out)
}

/// Writes one answer as one line of JSON.
///
/// # Errors
/// Those of the writer.
pub fn write_ndjson(answer: &Answer, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    let line = Line {
        version: 1,
        answer: answer_out(answer, sources),
    };
    write_line(&line, out)
}

fn answer_out<'a>(answer: &'a Answer, sources: &Sources) -> AnswerOut<'a> {
    let count = |verdict| answer.access.iter().filter(|one| one.verdict == verdict).count();
    let list = |all: &'a [Access]| all.iter().map(|one| access_out(one, sources)).collect();
    AnswerOut {
        action: &answer.question.action,
        resource: &answer.question.resource,
        principals: list(&answer.access),
        chains: answer
            .chains
            .iter()
            .map(|chain| chain_out(chain, sources))
            .collect(),
        denied: list(&answer.denied),
        summary: Summary {
            allowed: count(Verdict::Allowed),
            partly: count(Verdict::Partly),
            depends: count(Verdict::Depends),
            denied: answer.denied_count,
            chains: answer.chains.len(),
        },
        notes: &answer.notes,
        open: &answer.open,
        assumptions: &answer.assumptions,
    }
}

fn access_out<'a>(access: &'a Access, sources: &Sources) -> AccessOut<'a> {
    let witness = |witness: &'a Option<Witness>| {
        witness.as_ref().map(|witness| WitnessOut {
            action: &witness.action,
            resource: &witness.resource,
        })
    };
    AccessOut {
        principal: &access.principal,
        kind: access.kind.as_str(),
        decision: access.verdict.as_str(),
        exact: access.exact,
        conditions: &access.conditions,
        allowed: witness(&access.allowed),
        depends: witness(&access.depends),
        refused: witness(&access.refused),
        withheld: &access.withheld,
        through: grounds_out(&access.through, sources),
    }
}

pub(super) fn grounds_out<'a>(grounds: &'a [Ground], sources: &Sources) -> Vec<GroundOut<'a>> {
    let out = |ground: &'a Ground| GroundOut {
        layer: ground.layer.as_str(),
        policy: &ground.policy,
        statement: ground.statement,
        sid: ground.sid.as_deref(),
        effect: ground.effect.map(|effect| effect.as_str()),
        sure: ground.sure,
        location: ground.place.map(|place| sources.locate(place).into()),
    };
    grounds.iter().map(out).collect()
}

fn chain_out<'a>(chain: &'a Chain, sources: &Sources) -> ChainOut<'a> {
    ChainOut {
        principal: &chain.principal,
        kind: chain.kind.as_str(),
        sure: chain.sure,
        hops: hops_out(&chain.hops, sources),
    }
}

pub(super) fn hops_out<'a>(hops: &'a [Hop], sources: &Sources) -> Vec<HopOut<'a>> {
    let out = |hop: &'a Hop| HopOut {
        action: hop.action,
        role: &hop.role,
        sure: hop.sure,
        conditions: &hop.conditions,
        through: grounds_out(&hop.through, sources),
    };
    hops.iter().map(out).collect()
}
