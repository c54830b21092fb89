//! Reading one rule.

use toml::de::DeValue;

use super::ask;
use super::example::{self, Defaults};
use super::faults::{Faults, Text, Value, place};
use super::fields::Fields;
use super::said::said;
use super::shape::{Key, Kind, Shape, may, must, names};
use super::when;
use crate::finding::Severity;
use crate::pack::example::{Example, Expect};
use crate::pack::requirement::When;
use crate::pack::rule::{Rule, SourceNote};
use crate::source::Span;

pub(super) const KIND: Kind = ("rule", || RULE);
const SOURCE_KIND: Kind = ("source", || SOURCE);

const RULE: &[Key] = &[
    must(
        "id",
        Shape::Kebab,
        "the name of the rule in kebab-case, the second half of its code",
    ),
    must(
        "title",
        Shape::Line,
        "what holds when the rule is met, on one line",
    ),
    must(
        "severity",
        Shape::Choice(|| names(when::SEVERITIES)),
        "how grave it is when the rule is not met: `error`, `warning` or `note`",
    ),
    must("why", Shape::Text, "why the rule exists: what breaks without it"),
    must(
        "help",
        Shape::Text,
        "what a person has to do when the rule is not met",
    ),
    must(
        "source",
        Shape::Tables(SOURCE_KIND),
        "the list of texts that the rule rests on, each with `document` and `read`",
    ),
    may("when", Shape::Table(when::KIND), "which connectors are asked"),
    may(
        "judge",
        Shape::Choice(|| names(ask::JUDGEMENTS)),
        "the procedure that judges the rule",
    ),
    may(
        "classes",
        Shape::Flag,
        "whether what connector classes need under this rule is asked",
    ),
    may(
        "require",
        Shape::Tables(ask::KIND),
        "the list of grants that are asked, each under `[[rule.require]]`",
    ),
    may(
        "harmless",
        Shape::Tables(ask::KIND),
        "the list of grants that are never too much, each under `[[rule.harmless]]`",
    ),
    may(
        "refused",
        Shape::Flag,
        "whether the rule is met where what it asks is not granted",
    ),
    may(
        "relieves",
        Shape::Words,
        "the list of rules for whose gaps this one stands in, where all that it asks is granted",
    ),
    may(
        "after",
        Shape::Words,
        "the list of rules whose gaps explain a gap of this one",
    ),
    must(
        "example",
        Shape::Tables(example::KIND),
        "the list of examples that prove the rule, each under `[[rule.example]]`",
    ),
];

const SOURCE: &[Key] = &[
    must("document", Shape::Line, "the text, as a person would look for it"),
    must(
        "read",
        Shape::Day,
        "the day on which it was last read, as a date: `2026-11-21`",
    ),
];

/// A rule as far as it could be read, with what its order needs.
pub(super) struct Draft<'t> {
    /// Its id, where it has one.
    pub(super) id: Option<Text<'t>>,
    /// The rules that it names in `after` and `relieves`, with their places: it stands behind them.
    pub(super) after: Vec<Text<'t>>,
    /// The rule; `None` where something that it needs has a fault.
    pub(super) rule: Option<Rule>,
}

/// Reads a rule of the pack `pack`; `None` when it is not even a table.
pub(super) fn read<'t>(
    value: &'t Value<'t>,
    pack: &str,
    defaults: Option<&Defaults<'t>>,
    faults: &mut Faults<'t>,
) -> Option<Draft<'t>> {
    let named = value.get_ref().as_table().and_then(|table| table.get("id"));
    let what = match named.and_then(|id| id.get_ref().as_str()) {
        Some(id) => format!("rule `{}`", super::faults::shown(id)),
        None => "the rule".to_owned(),
    };
    let fields = Fields::open_value(value, what, RULE, faults)?;
    let id = fields.kebab("id", faults);
    let mut after = fields.words("after", faults);
    let mut relieves = fields.words("relieves", faults);
    let rule = body(&fields, id, (&after, &relieves), pack, defaults, faults);
    after.append(&mut relieves);
    Some(Draft { id, after, rule })
}

fn body<'t>(
    fields: &Fields<'t>,
    id: Option<Text<'t>>,
    (after, relieves): (&[Text<'t>], &[Text<'t>]),
    pack: &str,
    defaults: Option<&Defaults<'t>>,
    faults: &mut Faults<'t>,
) -> Option<Rule> {
    let title = fields.line("title", faults);
    let severity = fields.choice("severity", when::SEVERITIES, faults);
    let why = fields.prose("why", faults);
    let help = fields.prose("help", faults);
    let sources = sources(fields, faults);
    let when = fields
        .get("when")
        .map_or_else(When::default, |value| when::read(value, faults));
    let ask = ask::read(fields, &when, faults);
    let harmless = ask::read_harmless(fields, &when, faults);
    let examples = examples(fields, severity, defaults, faults);
    let place = faults.location(id?.span);
    let id = id?.text.to_owned();
    Some(Rule {
        place,
        code: format!("{pack}/{id}"),
        id,
        title: title?,
        severity: severity?,
        why: why?,
        help: help?,
        sources,
        asked_when: fields.get("when").map(said).unwrap_or_default(),
        when,
        ask: ask?,
        harmless,
        after: after.iter().map(|after| after.text.to_owned()).collect(),
        relieves: relieves.iter().map(|rule| rule.text.to_owned()).collect(),
        examples,
    })
}

fn sources<'t>(fields: &Fields<'t>, faults: &mut Faults<'t>) -> Vec<SourceNote> {
    let mut notes = Vec::new();
    if fields.need("source", faults).is_none() {
        return notes;
    }
    for item in fields.items("source", faults) {
        let Some(note) = Fields::open_value(item, "the source", SOURCE, faults) else {
            continue;
        };
        let document = note.line("document", faults);
        let read = note.need("read", faults).and_then(|value| day(value, faults));
        notes.extend(
            document
                .zip(read)
                .map(|(document, read)| SourceNote { document, read }),
        );
    }
    notes
}

fn day(value: &Value<'_>, faults: &mut Faults<'_>) -> Option<String> {
    if let DeValue::Datetime(moment) = value.get_ref()
        && let (Some(date), None) = (moment.date, moment.time)
    {
        return Some(date.to_string());
    }
    faults.add(
        place(value),
        "`read` is not a date",
        "Write year, month and day without quotes: 2026-11-21.",
    );
    None
}

fn examples<'t>(
    fields: &Fields<'t>,
    severity: Option<Severity>,
    defaults: Option<&Defaults<'t>>,
    faults: &mut Faults<'t>,
) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut places: Vec<Span> = Vec::new();
    if fields.need("example", faults).is_none() {
        return examples;
    }
    let mut answers = Vec::new();
    for item in fields.items("example", faults) {
        let read = example::read(item, severity, defaults, faults);
        answers.extend(read.expect);
        let Some(example) = read.example else {
            continue;
        };
        if let Some(first) = examples.iter().position(|first| first.about == example.about) {
            let message = format!(
                "two examples are about `{}`",
                super::faults::shown(&example.about)
            );
            let related = places.get(first).map(|place| (*place, "first here".to_owned()));
            let help = "Say of each what sets it apart.";
            faults.add_related(place(item), message, help, related.into_iter().collect());
        }
        examples.push(example);
        places.push(place(item));
    }
    let passing = answers.contains(&Expect::Pass);
    let failing = answers.iter().any(|answer| *answer != Expect::Pass);
    for (there, word) in [(passing, "pass"), (failing, "fail")] {
        if !there {
            let message = format!("no example of the rule expects `{word}`");
            faults.add(
                fields.span,
                message,
                "A rule proves both that it speaks and that it keeps silent.",
            );
        }
    }
    examples
}
