//! What is said below the excerpts of a finding: subject, missing parts, a request that shows the gap, conditions that
//! are not known, AWS's words, help and the smallest statement.

use super::style::Style;
use crate::condition::State;
use crate::engine::Decision;
use crate::finding::{Finding, Missing, ResidualCondition, Subject, Witness};
use crate::report::hazard::shown;
use crate::report::location::locate;
use crate::report::statement::Statement;
use crate::source::Sources;

/// Appends the details of a finding; `hidden` related places were not shown.
pub(super) fn push(out: &mut String, finding: &Finding, hidden: usize, sources: &Sources, style: &Style) {
    if hidden > 0 {
        style.push_section(
            out,
            "places",
            &format!("{hidden} more; the JSON form has them all"),
        );
    }
    if let Some(subject) = subject(&finding.subject) {
        style.push_section(out, "for", &subject);
    }
    push_list(out, "missing", missing(&finding.missing), style);
    if let Some(decision) = finding.decision {
        style.push_section(out, "decision", decision_words(decision));
    }
    if let Some(witness) = &finding.witness {
        style.push_section(out, "request", &request(witness));
    }
    let unknown = finding
        .residual
        .iter()
        .map(|condition| undecided(condition, sources));
    push_list(out, "unknown", unknown.collect(), style);
    if let Some(cause) = &finding.caused_by {
        style.push_section(out, "waits on", &format!("`{cause}`"));
    }
    if let Some(message) = &finding.aws_message {
        style.push_section(out, "AWS says", message);
    }
    if !finding.help.is_empty() {
        style.push_section(out, "help", &finding.help);
    }
    if let Some(text) = &finding.statement {
        push_statement(out, text, style);
    }
}

/// Appends what else is open for the same reason: codes with what they miss, a line each.
pub(super) fn push_others(out: &mut String, others: &[Finding], style: &Style) {
    let lines = others.iter().flat_map(|finding| {
        let code = finding.code.as_str();
        missing(&finding.missing)
            .into_iter()
            .map(move |missing| format!("{code}: {missing}"))
    });
    push_list(out, "open as well", lines.collect(), style);
}

fn push_list(out: &mut String, heading: &str, lines: Vec<String>, style: &Style) {
    let lines: Vec<_> = lines.iter().map(|line| shown(line, style.unicode())).collect();
    style.push_lines(out, heading, &lines);
}

fn subject(subject: &Subject) -> Option<String> {
    let part = |word: &str, name: &Option<String>| name.as_ref().map(|name| format!("{word} `{name}`"));
    let parts = [
        part("connector", &subject.connector),
        part("integration", &subject.integration),
        part("role", &subject.role),
        part("key", &subject.key),
        part("policy", &subject.policy),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// One line for each run of parts with one resource.
fn missing(missing: &[Missing]) -> Vec<String> {
    missing
        .chunk_by(|one, other| one.resource == other.resource)
        .filter_map(|run| {
            let actions: Vec<_> = run.iter().map(|part| part.action.as_str()).collect();
            Some(format!("{} on {}", actions.join(", "), run.first()?.resource))
        })
        .collect()
}

fn decision_words(decision: Decision) -> &'static str {
    match decision {
        Decision::Allowed => "allowed",
        Decision::ExplicitlyDenied => "explicitly denied: a Deny statement applies",
        Decision::ImplicitlyDenied => "implicitly denied: no statement that applies allows all of it",
        Decision::Depends => "depends on what is not known",
    }
}

fn request(witness: &Witness) -> String {
    let mut text = format!(
        "{} on {} by {}",
        witness.action, witness.resource, witness.principal
    );
    for (index, (key, state)) in witness.context.iter().enumerate() {
        text.push_str(if index == 0 { " with " } else { ", " });
        text.push_str(&format!("`{key}` {}", state_words(state)));
    }
    text
}

fn state_words(state: &State) -> String {
    match state {
        State::Absent => "absent".to_owned(),
        State::One(value) => format!("= `{value}`"),
        State::Many(values) => format!("= {}", listed(values.iter().map(AsRef::as_ref))),
    }
}

fn undecided(condition: &ResidualCondition, sources: &Sources) -> String {
    let location = locate(condition.at, sources);
    format!(
        "whether `{}` meets `{}` {} ({}:{}:{})",
        condition.key,
        condition.operator,
        listed(condition.values.iter().map(String::as_str)),
        location.file,
        location.start.line,
        location.start.column
    )
}

/// Values in backticks; in brackets unless there is one.
fn listed<'a>(values: impl Iterator<Item = &'a str>) -> String {
    let values: Vec<_> = values.map(|value| format!("`{value}`")).collect();
    match values.as_slice() {
        [one] => one.clone(),
        _ => format!("[{}]", values.join(", ")),
    }
}

/// The statement as it would be pasted: never wrapped.
fn push_statement(out: &mut String, text: &str, style: &Style) {
    style.push_heading(out, "statement");
    let lines = Statement::read(text).map_or_else(
        || shown(text, style.unicode()).into_owned(),
        |statement| statement.to_lines(),
    );
    for line in lines.lines() {
        out.push_str("    ");
        out.push_str(line);
        out.push('\n');
    }
}
