//! What a principal can do, as text for people and as JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::reach::{Becoming, Grant, Reach, ServiceGrants};
use super::render::{alternatives, grounds, write_hop};
use super::wire::{GroundOut, HopOut, grounds_out, hops_out};
use crate::catalog::AccessLevel;
use crate::report::{shown, write_pretty};
use crate::source::Sources;

/// Actions of one row that are shown.
const MAX_ACTIONS: usize = 20;
/// Rows of one service that are shown of a role that is reached.
const MAX_ROWS: usize = 12;

fn level(level: &AccessLevel) -> &'static str {
    match level {
        AccessLevel::List => "list",
        AccessLevel::Read => "read",
        AccessLevel::Write => "write",
        AccessLevel::Tagging => "tagging",
        AccessLevel::PermissionsManagement => "permissions management",
    }
}

/// Writes what a principal can do as text.
///
/// # Errors
/// Those of the writer.
pub fn write(reach: &Reach, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "what {} can", shown(&reach.principal, true))?;
    if reach.services.is_empty() {
        writeln!(out, "\nnothing by policies of its own")?;
    }
    for service in &reach.services {
        write_service(service, "", out)?;
    }
    if !reach.named_by.is_empty() {
        writeln!(out, "\nnamed by policies of resources")?;
        grounds(&reach.named_by, "    ", sources, out)?;
    }
    for (sure, title) in [(true, "can become"), (false, "can perhaps become")] {
        let these: Vec<&Becoming> = reach.becomes.iter().filter(|one| one.sure == sure).collect();
        if these.is_empty() {
            continue;
        }
        writeln!(out, "\n{title}: {}", these.len())?;
        for one in these {
            write_becoming(one, sources, out)?;
        }
    }
    writeln!(out)?;
    for open in &reach.open {
        writeln!(out, "not known: {}", shown(open, true))?;
    }
    for assumed in &reach.assumptions {
        writeln!(out, "assumed: {}", shown(assumed, true))?;
    }
    Ok(())
}

fn heading(service: &ServiceGrants) -> String {
    let levels: Vec<&str> = service.levels.iter().map(level).collect();
    let name = match service.service.as_str() {
        "*" => "every service",
        name => name,
    };
    let wide = if service.wide_open { "WIDE OPEN, " } else { "" };
    format!("{}: {wide}{}", shown(name, true), levels.join(", "))
}

fn write_service(service: &ServiceGrants, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{indent}{}", heading(service))?;
    service
        .grants
        .iter()
        .try_for_each(|grant| write_grant(grant, indent, out))
}

fn write_grant(grant: &Grant, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    let (actions, but) = (listed(&grant.actions), listed(&grant.but));
    let but = if but.is_empty() {
        but
    } else {
        format!(" but {but}")
    };
    writeln!(out, "{indent}  {actions}{but}")?;
    let partly = if grant.partly { " (part of it)" } else { "" };
    writeln!(out, "{indent}      on {}{partly}", shown(&grant.resource, true))?;
    alternatives(&grant.conditions, &format!("{indent}      "), out)?;
    if !grant.proved {
        let why = if grant.doubts.is_empty() {
            "it rests on something that no request settles".to_owned()
        } else {
            grant.doubts.join("; ")
        };
        writeln!(out, "{indent}      perhaps: {}", shown(&why, true))?;
    }
    Ok(())
}

/// Some of many actions.
fn listed(actions: &[String]) -> String {
    let names: Vec<String> = actions
        .iter()
        .take(MAX_ACTIONS)
        .map(|name| shown(name, true).into_owned())
        .collect();
    match actions.len().saturating_sub(MAX_ACTIONS) {
        0 => names.join(", "),
        more => format!("{} and {more} more (--format json names all)", names.join(", ")),
    }
}

fn write_becoming(one: &Becoming, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    let way: Vec<&str> = one.hops.iter().map(|hop| hop.role.as_str()).collect();
    writeln!(out, "  → {}", shown(&way.join(" → "), true))?;
    one.hops.iter().try_for_each(|hop| write_hop(hop, sources, out))?;
    match &one.services {
        Some(services) if services.is_empty() => writeln!(out, "      there: nothing by policies of its own"),
        Some(services) => {
            for service in services.iter().take(MAX_ROWS) {
                writeln!(out, "      there: {}", heading(service))?;
            }
            if services.len() > MAX_ROWS {
                writeln!(out, "      there: {} services more", services.len() - MAX_ROWS)?;
            }
            Ok(())
        }
        None => writeln!(
            out,
            "      `rolecall what-can {}` says what it can",
            shown(&one.role, true)
        ),
    }
}

#[derive(Serialize)]
struct Out<'a> {
    version: u32,
    principal: &'a str,
    kind: &'static str,
    services: Vec<ServiceOut<'a>>,
    #[serde(rename = "namedBy")]
    named_by: Vec<GroundOut<'a>>,
    becomes: Vec<BecomingOut<'a>>,
    open: &'a [String],
    assumptions: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ServiceOut<'a> {
    service: &'a str,
    levels: Vec<&'static str>,
    wide_open: bool,
    grants: Vec<GrantOut<'a>>,
}

#[derive(Serialize)]
struct GrantOut<'a> {
    actions: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    but: &'a [String],
    resource: &'a str,
    partly: bool,
    #[serde(skip_serializing_if = "<[Vec<String>]>::is_empty")]
    conditions: &'a [Vec<String>],
    proved: bool,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    doubts: &'a [String],
}

#[derive(Serialize)]
struct BecomingOut<'a> {
    role: &'a str,
    sure: bool,
    hops: Vec<HopOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    services: Option<Vec<ServiceOut<'a>>>,
}

/// Writes what a principal can do as one JSON object.
///
/// # Errors
/// Those of the writer.
pub fn write_json(reach: &Reach, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    let becomes = reach.becomes.iter().map(|one| BecomingOut {
        role: &one.role,
        sure: one.sure,
        hops: hops_out(&one.hops, sources),
        services: one.services.as_deref().map(services_out),
    });
    let object = Out {
        version: 1,
        principal: &reach.principal,
        kind: reach.kind.as_str(),
        services: services_out(&reach.services),
        named_by: grounds_out(&reach.named_by, sources),
        becomes: becomes.collect(),
        open: &reach.open,
        assumptions: &reach.assumptions,
    };
    write_pretty(&object, out)
}

fn services_out(services: &[ServiceGrants]) -> Vec<ServiceOut<'_>> {
    services
        .iter()
        .map(|service| ServiceOut {
            service: &service.service,
            levels: service.levels.iter().map(level).collect(),
            wide_open: service.wide_open,
            grants: service
                .grants
                .iter()
                .map(|grant| GrantOut {
                    actions: &grant.actions,
                    but: &grant.but,
                    resource: &grant.resource,
                    partly: grant.partly,
                    conditions: &grant.conditions,
                    proved: grant.proved,
                    doubts: &grant.doubts,
                })
                .collect(),
        })
        .collect()
}
