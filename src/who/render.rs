//! Answers as text for people.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::access::{Access, Answer, Chain, Hop};
use super::asking::{Verdict, Witness};
use super::ground::Ground;
use super::principal::PrincipalKind;
use crate::policy::Effect;
use crate::report::shown;
use crate::source::Sources;

/// Statements of one answer that are shown.
const MAX_SHOWN: usize = 4;
/// Services in one line of chains.
const MAX_SERVICES: usize = 8;

/// Writes an answer as text.
///
/// # Errors
/// Those of the writer.
pub fn write(answer: &Answer, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    let (action, resource) = (&answer.question.action, &answer.question.resource);
    writeln!(
        out,
        "who can `{}` on `{}`",
        shown(action, true),
        shown(resource, true)
    )?;
    if answer.access.is_empty() {
        writeln!(out, "\nnobody")?;
    }
    for (verdict, title) in [
        (
            Verdict::Allowed,
            if answer.question.is_single() {
                "can"
            } else {
                "can, on all of it"
            },
        ),
        (Verdict::Partly, "can, on part of it"),
        (Verdict::Depends, "perhaps, since not all is known"),
    ] {
        section(
            title,
            answer.access.iter().filter(|one| one.verdict == verdict),
            sources,
            out,
        )?;
    }
    chains(answer, sources, out)?;
    section("cannot", answer.denied.iter(), sources, out)?;
    writeln!(out)?;
    if answer.denied.is_empty() && answer.denied_count > 0 {
        let plural = if answer.denied_count == 1 {
            " cannot"
        } else {
            "s cannot"
        };
        writeln!(
            out,
            "{} other principal{plural} (--all says why)",
            answer.denied_count
        )?;
    }
    Ok(())
}

/// Writes what is to be said beside answers, each once.
///
/// # Errors
/// Those of the writer.
pub fn write_remarks<'a>(
    answers: impl Iterator<Item = &'a Answer> + Clone,
    out: &mut dyn Write,
) -> io::Result<()> {
    let notes = answers
        .clone()
        .flat_map(|answer| &answer.notes)
        .map(|text| ("note", text));
    let open = answers
        .clone()
        .flat_map(|answer| &answer.open)
        .map(|text| ("not known", text));
    let assumed = answers
        .flat_map(|answer| &answer.assumptions)
        .map(|text| ("assumed", text));
    let mut said = BTreeSet::new();
    for (label, text) in notes.chain(open).chain(assumed) {
        if said.insert(text) {
            writeln!(out, "{label}: {}", shown(text, true))?;
        }
    }
    Ok(())
}

fn section<'a>(
    title: &str,
    all: impl Iterator<Item = &'a Access> + Clone,
    sources: &Sources,
    out: &mut dyn Write,
) -> io::Result<()> {
    let count = all.clone().count();
    if count == 0 {
        return Ok(());
    }
    writeln!(out, "\n{title}: {count}")?;
    for one in all {
        writeln!(out, "  {}{}", shown(&one.principal, true), kind(one.kind))?;
        access(one, sources, out)?;
    }
    Ok(())
}

/// What the name does not say by itself.
fn kind(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::Policy => " (whoever has this policy)",
        PrincipalKind::Outside => " (named by a policy, not among the inputs)",
        PrincipalKind::Account => " (another account)",
        _ => "",
    }
}

fn access(one: &Access, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    alternatives(&one.conditions, "      ", out)?;
    if !one.exact {
        writeln!(out, "      not proved: a bound of the search was reached")?;
    }
    let only = one.verdict == Verdict::Partly;
    for (label, witness) in [
        ("for example", &one.allowed),
        ("not for example", &one.refused),
        ("open for example", &one.depends),
    ] {
        if let Some(Witness { action, resource }) = witness.as_ref().filter(|_| only) {
            writeln!(
                out,
                "      {label:<15}  {} on {}",
                shown(action, true),
                shown(resource, true)
            )?;
        }
    }
    if one.verdict.is_denied() && one.through.is_empty() && !one.withheld.is_empty() {
        writeln!(out, "      no {} grants it", one.withheld.join(" and no "))?;
    }
    grounds(&one.through, "      ", sources, out)
}

/// When something holds: alternatives of conditions.
pub(super) fn alternatives(all: &[Vec<String>], indent: &str, out: &mut dyn Write) -> io::Result<()> {
    for (index, alternative) in all.iter().enumerate() {
        let label = if index == 0 { "if" } else { "or if" };
        if !alternative.is_empty() {
            writeln!(out, "{indent}{label} {}", shown(&alternative.join(" and "), true))?;
        }
    }
    Ok(())
}

pub(super) fn grounds(
    all: &[Ground],
    indent: &str,
    sources: &Sources,
    out: &mut dyn Write,
) -> io::Result<()> {
    for ground in all.iter().take(MAX_SHOWN) {
        let verb = match (ground.effect, ground.sure) {
            (Some(Effect::Deny), true) => "denied by",
            (Some(Effect::Deny), false) => "may be denied by",
            (Some(Effect::Allow), true) => "by",
            (Some(Effect::Allow), false) => "perhaps by",
            (None, _) if ground.statement.is_none() => "perhaps by a text that is not given:",
            (None, _) => "perhaps by",
        };
        let statement = match (&ground.sid, ground.statement) {
            (Some(sid), _) => format!(", statement `{}`", shown(sid, true)),
            (None, Some(index)) => format!(", statement {}", index + 1),
            (None, None) => String::new(),
        };
        let at = ground.place.map_or(String::new(), |place| {
            let location = sources.locate(place);
            let (file, start) = (shown(&location.file, true).into_owned(), location.start);
            format!(" ({file}:{}:{})", start.line, start.column)
        });
        let policy = shown(&ground.policy, true).into_owned();
        let quoted = if policy.contains('`') {
            policy
        } else {
            format!("`{policy}`")
        };
        writeln!(out, "{indent}{verb} {quoted}{statement}{at}")?;
    }
    if all.len() > MAX_SHOWN {
        writeln!(
            out,
            "{indent}and {} statements more (--format json names all)",
            all.len() - MAX_SHOWN
        )?;
    }
    Ok(())
}

fn chains(answer: &Answer, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    for (sure, title) in [
        (true, "can by assuming roles"),
        (false, "perhaps by assuming roles"),
    ] {
        let these = answer.chains.iter().filter(|chain| chain.sure == sure);
        let (services, others): (Vec<&Chain>, Vec<&Chain>) =
            these.partition(|chain| chain.kind == PrincipalKind::Service && chain.hops.len() == 1);
        if services.is_empty() && others.is_empty() {
            continue;
        }
        writeln!(out, "\n{title}: {}", services.len() + others.len())?;
        for chain in others {
            let way: Vec<String> = chain
                .hops
                .iter()
                .map(|hop| shown(&hop.role, true).into_owned())
                .collect();
            writeln!(
                out,
                "  {}{} → {}",
                shown(&chain.principal, true),
                kind(chain.kind),
                way.join(" → ")
            )?;
            for hop in &chain.hops {
                write_hop(hop, sources, out)?;
            }
        }
        if !services.is_empty() {
            let names = services.iter().take(MAX_SERVICES);
            let names: Vec<String> = names
                .map(|chain| {
                    let role = chain.hops.first().map_or("", |hop| hop.role.as_str());
                    format!("{} → {}", shown(&chain.principal, true), shown(role, true))
                })
                .collect();
            writeln!(out, "  as services:")?;
            names.iter().try_for_each(|name| writeln!(out, "      {name}"))?;
            if services.len() > MAX_SERVICES {
                writeln!(
                    out,
                    "      and {} more (--format json names all)",
                    services.len() - MAX_SERVICES
                )?;
            }
        }
    }
    Ok(())
}

pub(super) fn write_hop(hop: &Hop, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    let name = hop.role.rsplit('/').next().unwrap_or(&hop.role);
    writeln!(out, "      {} of `{}`", hop.action, shown(name, true))?;
    if !hop.sure {
        alternatives(&hop.conditions, "        ", out)?;
    }
    grounds(&hop.through, "        ", sources, out)
}
