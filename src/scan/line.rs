//! The lines of a scan: version 1 of the form that `docs/SCAN.md` describes.
//!
//! Every line is an object that begins with `kind` and, but for the first and the last, `unit`: the number of the unit
//! it is of, by which outputs of shards are put together again.

use serde::Serialize;

use super::privilege::{Administrator, Summary};
use super::shard::Shard;
use super::tally::Tally;
use crate::finding::Finding;
use crate::report::json;
use crate::source::{Place, Problem, Sources};

/// The version of the form. Additions of keys do not change it.
pub const VERSION: u32 = 1;

/// Which unit lines are of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head<'a> {
    pub(super) unit: u64,
    pub(super) account: Option<&'a str>,
}

#[derive(Serialize)]
struct HeadOut<'a> {
    kind: &'a str,
    unit: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
}

/// Appends the members of `body`, which is an object, behind those of `head`.
fn join(head: &impl Serialize, out: &mut Vec<u8>, body: impl FnOnce(&mut Vec<u8>)) {
    json::append(head, out);
    // The closing brace makes room for the rest, whose opening brace does for the comma.
    out.pop();
    let at = out.len();
    body(out);
    if let Some(brace) = out.get_mut(at) {
        *brace = b',';
    }
    out.push(b'\n');
}

impl Head<'_> {
    fn out(&self, kind: &'static str) -> HeadOut<'_> {
        HeadOut {
            kind,
            unit: self.unit,
            account: self.account,
        }
    }

    pub(super) fn finding(&self, finding: &Finding, sources: &Sources, out: &mut Vec<u8>) {
        join(&self.out("finding"), out, |out| {
            json::append_finding(finding, sources, out);
        });
    }

    pub(super) fn problem(&self, problem: &Problem, sources: &Sources, out: &mut Vec<u8>) {
        join(&self.out("problem"), out, |out| {
            json::append_problem(problem, sources, out);
        });
    }

    pub(super) fn note(&self, message: &str, out: &mut Vec<u8>) {
        join(&self.out("note"), out, |out| {
            json::append(&NoteOut { message }, out)
        });
    }

    pub(super) fn role(
        &self,
        arn: &str,
        summary: &Summary,
        place: Place,
        sources: &Sources,
        out: &mut Vec<u8>,
    ) {
        let body = RoleOut {
            role: arn,
            administrator: match summary.administrator {
                Administrator::Yes => "yes",
                Administrator::No => "no",
                Administrator::Unknown => "unknown",
            },
            services: summary.services,
            actions: summary.actions,
            access: &summary.access,
            wide_open: summary.wide,
            escalation: &summary.escalating,
            policies: summary.policies,
            unread_policies: summary.unread,
            location: json::Location::at(place, sources),
        };
        join(&self.out("role"), out, |out| json::append(&body, out));
    }
}

#[derive(Serialize)]
struct NoteOut<'a> {
    message: &'a str,
}

#[derive(Serialize)]
struct RoleOut<'a> {
    role: &'a str,
    administrator: &'a str,
    services: usize,
    actions: usize,
    access: &'a [&'a str],
    wide_open: usize,
    escalation: &'a [&'a str],
    policies: usize,
    unread_policies: usize,
    location: json::Location,
}

#[derive(Serialize)]
struct HeaderOut {
    kind: &'static str,
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<String>,
}

/// The first line of an output.
#[must_use]
pub fn header(shard: Option<Shard>) -> Vec<u8> {
    let mut out = Vec::new();
    let header = HeaderOut {
        kind: "scan",
        version: VERSION,
        shard: shard.map(|shard| shard.to_string()),
    };
    json::append(&header, &mut out);
    out.push(b'\n');
    out
}

#[derive(Serialize)]
struct EndOut {
    kind: &'static str,
    interrupted: bool,
}

/// The last line of an output.
#[must_use]
pub fn summary(tally: &Tally, interrupted: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let end = EndOut {
        kind: "summary",
        interrupted,
    };
    join(&end, &mut out, |out| json::append(tally, out));
    out
}

/// The number of the unit that a line is of; `None` for the first and last line, and for what is no line of a scan.
#[must_use]
pub fn order_of(line: &[u8]) -> Option<u64> {
    let rest = line.strip_prefix(b"{\"kind\":\"")?;
    let rest = rest.get(memchr::memchr(b'"', rest)?..)?;
    let rest = rest.strip_prefix(b"\",\"unit\":")?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()
}
