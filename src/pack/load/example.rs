//! Reading examples: what a rule file says, over what the pack says once for all of them.

use toml::de::DeValue;

use super::faults::{Faults, Text, Value, place, shown};
use super::fields::Fields;
use super::shape::{Key, Kind, Shape, may, must, names};
use crate::arn::Arn;
use crate::finding::Severity;
use crate::pack::connector::Authentication;
use crate::pack::example::{EXAMPLE_ARGS, Example, ExampleConnector, ExampleLog, Expect, Setup};
use crate::source::{Location, Span, Tree};

pub(super) const DEFAULTS_KIND: Kind = ("pack-example", || DEFAULTS);
pub(super) const KIND: Kind = ("example", || EXAMPLE);
const LOG_KIND: Kind = ("log", || LOG);

/// Texts; `false` takes away a file that the examples of a pack share.
const FILES: Shape = Shape::Map(&Shape::Either(&[Shape::Text, Shape::Flag]));

const DEFAULTS: &[Key] = &[
    may("cluster", Shape::Text, "the ARN of the cluster"),
    may(
        "connector",
        Shape::Text,
        "the ARN of the connector, which also holds its name",
    ),
    may("role", Shape::Text, "the ARN of the connector's role"),
    may("trust", Shape::Text, "the trust policy of the role, as JSON"),
    may(
        "settings",
        Shape::Map(&Shape::Value),
        "the table of the connector's settings",
    ),
    may("files", FILES, "a table from the names of files to their texts"),
];

const EXAMPLE: &[Key] = &[
    must("about", Shape::Line, "what the example shows, on one line"),
    must(
        "expect",
        Shape::Choice(|| names(ANSWERS)),
        "the answer of the rule: `pass`, `fail` or `warn`",
    ),
    may("cluster", Shape::Text, "the ARN of the cluster"),
    may(
        "connector",
        Shape::Text,
        "the ARN of the connector, which also holds its name",
    ),
    may("role", Shape::Text, "the ARN of the connector's role"),
    may(
        "given_role",
        Shape::Text,
        "the ARN of the role among the inputs, or `none`",
    ),
    may(
        "authentication",
        Shape::Choice(|| names(AUTHENTICATIONS)),
        "how the connector authenticates to its cluster",
    ),
    may(
        "settings",
        Shape::Map(&Shape::Value),
        "the table of the connector's settings",
    ),
    may("log", Shape::Table(LOG_KIND), "where the worker logs go"),
    may("trust", Shape::Text, "the trust policy of the role, as JSON"),
    may("policy", Shape::Text, "the identity policy of the role, as JSON"),
    may(
        "destination_policy",
        Shape::Text,
        "the policy on the destination of worker logs, as JSON",
    ),
    may(
        "worker",
        Shape::Map(&Shape::Value),
        "the table of the properties of the worker configuration",
    ),
    may("files", FILES, "a table from the names of files to their texts"),
    may(
        "args",
        Shape::Texts,
        "the list of options of the check, each followed by its value",
    ),
];

const LOG: &[Key] = &[
    may("s3", Shape::Text, "the name of a bucket"),
    may(
        "prefix",
        Shape::Text,
        "the prefix of the log objects in the bucket",
    ),
    may("cloudwatch", Shape::Text, "the name of a log group"),
    may("firehose", Shape::Text, "the name of a delivery stream"),
];

pub(super) const AUTHENTICATIONS: &[(&str, Authentication)] =
    &[("iam", Authentication::Iam), ("none", Authentication::None)];

const ANSWERS: &[(&str, Expect)] = &[
    ("pass", Expect::Pass),
    ("fail", Expect::Fail),
    ("warn", Expect::Warn),
];

/// What the examples of a pack share; what is `None` has a fault.
#[derive(Clone)]
pub(super) struct Defaults<'t> {
    cluster: Option<&'t str>,
    connector: Option<&'t str>,
    role: Option<&'t str>,
    trust: Option<&'t str>,
    settings: Option<Vec<(String, String)>>,
    /// Whether there are facts of a connector among them.
    has_setup: bool,
    files: Files,
}

impl<'t> Defaults<'t> {
    /// Reads `[pack.example]`; `has_setup` says whether it has to tell the facts of a connector.
    pub(super) fn read(value: &'t Value<'t>, has_setup: bool, faults: &mut Faults<'t>) -> Option<Self> {
        let fields = Fields::open_value(value, "`pack.example`", DEFAULTS, faults)?;
        let of_setup = DEFAULTS.iter().filter(|key| has_setup && key.name != "files");
        for key in of_setup {
            fields.need(key.name, faults);
        }
        Some(Self {
            has_setup,
            files: files(&fields, faults),
            cluster: arn(&fields, "cluster", faults),
            connector: arn(&fields, "connector", faults),
            role: arn(&fields, "role", faults),
            trust: json(&fields, "trust", faults),
            settings: fields
                .get("settings")
                .map(|value| settings("settings", value, faults)),
        })
    }

    /// The same with other settings.
    pub(super) fn with_settings(&self, settings: Vec<(String, String)>) -> Self {
        Self {
            settings: Some(settings),
            ..self.clone()
        }
    }
}

/// An example as far as it could be read.
pub(super) struct Read {
    /// Its answer, where it has one.
    pub(super) expect: Option<Expect>,
    /// The example; `None` where something that it needs has a fault.
    pub(super) example: Option<Example>,
}

/// Reads an example of a rule with this severity.
pub(super) fn read<'t>(
    item: &'t Value<'t>,
    severity: Option<Severity>,
    defaults: Option<&Defaults<'t>>,
    faults: &mut Faults<'t>,
) -> Read {
    let Some(fields) = Fields::open_value(item, "the example", EXAMPLE, faults) else {
        return Read {
            expect: None,
            example: None,
        };
    };
    let expect = expect(&fields, severity, faults);
    let about = fields.line("about", faults);
    let facts = Facts::read(&fields, faults);
    let files = over_shared(files(&fields, faults), defaults);
    let args = args(&fields, faults);
    let setup = match defaults {
        Some(defaults) if defaults.has_setup => facts.over(defaults).map(Some),
        _ => Some(None),
    };
    let written = Written::of(item, faults);
    let example = || {
        Some(Example {
            place: written.place,
            written: written.text,
            about: about?,
            expect: expect?,
            setup: setup?,
            files,
            args,
        })
    };
    Read {
        expect,
        example: example(),
    }
}

/// Files by name; `false` in place of a text takes away the one that all examples share.
type Files = Vec<(String, Option<String>)>;

/// The files of an example with those that all examples share, by name.
fn over_shared(own: Files, defaults: Option<&Defaults<'_>>) -> Vec<(String, String)> {
    let shared = defaults.iter().flat_map(|defaults| &defaults.files);
    let shared = shared.filter(|(name, _)| !own.iter().any(|(known, _)| known == name));
    let files = shared.chain(&own);
    let files = files.filter_map(|(name, text)| Some((name.clone(), text.clone()?)));
    let mut files: Vec<_> = files.collect();
    files.sort();
    files
}

/// Files by name; those that are JSON by their name have to be JSON.
fn files<'t>(fields: &Fields<'t>, faults: &mut Faults<'t>) -> Files {
    let Some(value) = fields.get("files") else {
        return Vec::new();
    };
    let mut files = Vec::new();
    for (name, value) in Fields::entries_of("files", value, faults) {
        if value.get_ref().as_bool() == Some(false) {
            files.push((name.text.to_owned(), None));
            continue;
        }
        let Some(text) = faults.text(name.text, value) else {
            continue;
        };
        if name.text.ends_with(".json") {
            check_json(name.text, text, faults);
        }
        files.push((name.text.to_owned(), Some(text.text.to_owned())));
    }
    files
}

/// Pairs of an option and its value.
fn args<'t>(fields: &Fields<'t>, faults: &mut Faults<'t>) -> Vec<(String, String)> {
    let words: Vec<Text<'t>> = fields
        .items("args", faults)
        .iter()
        .filter_map(|item| faults.text("args", item))
        .collect();
    let mut args = Vec::new();
    for pair in words.chunks(2) {
        match pair {
            [option, value] if EXAMPLE_ARGS.contains(&option.text) => {
                args.push((option.text.to_owned(), value.text.to_owned()));
            }
            [option, ..] => {
                let message = format!(
                    "`{}` is no option with a value that an example can give",
                    shown(option.text)
                );
                let help = format!("Write one of {}, followed by its value.", EXAMPLE_ARGS.join(", "));
                faults.add(option.span, message, help);
            }
            [] => {}
        }
    }
    args
}

fn expect<'t>(fields: &Fields<'t>, severity: Option<Severity>, faults: &mut Faults<'t>) -> Option<Expect> {
    let expect = fields.choice("expect", ANSWERS, faults);
    if expect == Some(Expect::Warn)
        && let (Some(severity), Some(written)) = (severity, fields.optional_text("expect", faults))
        && severity <= Severity::Warning
    {
        let message = format!(
            "`warn` says nothing new of a rule whose severity is `{}`",
            severity.as_str()
        );
        faults.add(
            written.span,
            message,
            "Write `fail`: a finding with the severity of the rule.",
        );
    }
    expect
}

/// An example as it stands in the file.
struct Written {
    place: Location,
    text: String,
}

impl Written {
    fn of(item: &Value<'_>, faults: &Faults<'_>) -> Self {
        let start = place(item);
        let mut end = start.end;
        let mut values = vec![item];
        while let Some(value) = values.pop() {
            end = end.max(place(value).end);
            match value.get_ref() {
                DeValue::Table(table) => values.extend(table.values()),
                DeValue::Array(items) => values.extend(items.iter()),
                _ => {}
            }
        }
        Self {
            place: faults.location(start),
            text: faults.written(Span::new(start.start, end)).to_owned(),
        }
    }
}

/// What an example says itself.
struct Facts<'t> {
    cluster: Option<&'t str>,
    connector: Option<&'t str>,
    role: Option<&'t str>,
    given_role: Option<&'t str>,
    authentication: Option<Authentication>,
    settings: Option<Vec<(String, String)>>,
    log: Option<ExampleLog>,
    trust: Option<&'t str>,
    policy: Option<&'t str>,
    destination_policy: Option<&'t str>,
    worker: Option<Vec<(String, String)>>,
}

impl<'t> Facts<'t> {
    fn read(fields: &Fields<'t>, faults: &mut Faults<'t>) -> Self {
        let none = fields
            .get("given_role")
            .is_some_and(|value| value.get_ref().as_str() == Some("none"));
        Self {
            cluster: arn(fields, "cluster", faults),
            connector: arn(fields, "connector", faults),
            role: arn(fields, "role", faults),
            given_role: if none {
                Some("none")
            } else {
                arn(fields, "given_role", faults)
            },
            authentication: fields.optional_choice("authentication", AUTHENTICATIONS, faults),
            settings: fields
                .get("settings")
                .map(|value| settings("settings", value, faults)),
            log: fields.get("log").and_then(|value| log(value, faults)),
            trust: json(fields, "trust", faults),
            policy: json(fields, "policy", faults),
            destination_policy: json(fields, "destination_policy", faults),
            worker: fields
                .get("worker")
                .map(|value| settings("worker", value, faults)),
        }
    }

    /// The whole question; settings of the example replace those of the pack, all of them.
    fn over(self, defaults: &Defaults<'t>) -> Option<Setup> {
        let connector = self.connector.or(defaults.connector)?;
        let role = self.role.or(defaults.role)?;
        let given_role = self.given_role.unwrap_or(role);
        Some(Setup {
            connector: ExampleConnector {
                name: Arn::parse(connector)?.resource.split('/').nth(1)?.to_owned(),
                arn: connector.to_owned(),
                role_arn: role.to_owned(),
                cluster_arn: self.cluster.or(defaults.cluster)?.to_owned(),
                authentication: self.authentication.unwrap_or(Authentication::Iam),
                settings: self.settings.or_else(|| defaults.settings.clone())?,
                log: self.log,
            },
            given_role: (given_role != "none").then(|| given_role.to_owned()),
            trust: self.trust.or(defaults.trust)?.to_owned(),
            policy: self.policy.map(str::to_owned),
            destination_policy: self.destination_policy.map(str::to_owned),
            worker: self.worker,
        })
    }
}

/// An ARN of the kind that the key asks for.
fn arn<'t>(fields: &Fields<'t>, key: &str, faults: &mut Faults<'t>) -> Option<&'t str> {
    let written = fields.optional_text(key, faults)?;
    let (service, shape, good): (&str, &str, fn(&Arn<'_>) -> bool) = match key {
        "cluster" => ("kafka", "cluster/NAME/UUID", |arn| {
            three_parts(arn.resource, "cluster")
        }),
        "connector" => ("kafkaconnect", "connector/NAME/UUID", |arn| {
            three_parts(arn.resource, "connector")
        }),
        _ => ("iam", "role/NAME", |arn| arn.role_name().is_some()),
    };
    if Arn::parse(written.text).is_some_and(|arn| arn.service == service && good(&arn)) {
        return Some(written.text);
    }
    let message = format!(
        "`{}` is not the ARN of a {}",
        shown(written.text),
        key.trim_start_matches("given_")
    );
    let region = if service == "iam" { "" } else { "REGION" };
    faults.add(
        written.span,
        message,
        format!("Write `arn:aws:{service}:{region}:ACCOUNT:{shape}` with real values."),
    );
    None
}

fn three_parts(resource: &str, kind: &str) -> bool {
    let mut parts = resource.split('/');
    parts.next() == Some(kind) && parts.clone().count() == 2 && parts.all(|part| !part.is_empty())
}

/// A text that is JSON.
fn json<'t>(fields: &Fields<'t>, key: &str, faults: &mut Faults<'t>) -> Option<&'t str> {
    let written = fields.optional_text(key, faults)?;
    check_json(key, written, faults).then_some(written.text)
}

fn check_json<'t>(key: &str, written: Text<'t>, faults: &mut Faults<'t>) -> bool {
    let parsed = Tree::parse(written.text);
    for fault in &parsed.faults {
        let related = fault
            .related()
            .map(|(span, note)| (faults.inside(written, span), note.to_owned()));
        let help = fault.help().unwrap_or("Write one JSON document.");
        let span = faults.inside(written, fault.span);
        let message = format!("`{key}` is not JSON: {}", fault.kind);
        faults.add_related(span, message, help, related.into_iter().collect());
    }
    parsed.faults.is_empty()
}

pub(super) fn settings<'t>(
    what: &str,
    value: &'t Value<'t>,
    faults: &mut Faults<'t>,
) -> Vec<(String, String)> {
    let mut settings = Vec::new();
    for (Text { text: key, .. }, value) in Fields::entries_of(what, value, faults) {
        match value.get_ref().as_str() {
            Some(text) => settings.push((key.to_owned(), text.to_owned())),
            None => faults.wrong_type(key, value, "a string"),
        }
    }
    settings
}

fn log<'t>(value: &'t Value<'t>, faults: &mut Faults<'t>) -> Option<ExampleLog> {
    let fields = Fields::open_value(value, "`log`", LOG, faults)?;
    let mut text = |key| fields.optional_text(key, faults).map(|text| text.text.to_owned());
    match (text("s3"), text("cloudwatch"), text("firehose"), text("prefix")) {
        (Some(bucket), None, None, prefix) => {
            let prefix = prefix.unwrap_or_default();
            return Some(ExampleLog::S3 { bucket, prefix });
        }
        (None, Some(group), None, None) => return Some(ExampleLog::CloudWatch { group }),
        (None, None, Some(stream), None) => return Some(ExampleLog::Firehose { stream }),
        _ => {}
    }
    let help = "Write one of `s3`, `cloudwatch`, `firehose`; `prefix` goes with `s3` alone.";
    faults.add(fields.span, "`log` does not name one destination", help);
    None
}
