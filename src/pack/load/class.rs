//! Reading one connector class.

use std::collections::BTreeMap;

use super::ask::{self, Asked};
use super::example::{self, Defaults};
use super::faults::{Faults, Value};
use super::fields::Fields;
use super::said::said;
use super::shape::{Key, Kind, Shape, may, must, names};
use super::when::{self, DIRECTIONS};
use crate::pack::class::{ClassExample, ConnectorClass, Need, TopicSource};
use crate::pack::requirement::{Requirement, When};

pub(super) const KIND: Kind = ("class", || CLASS);
/// What classes with a tag need.
pub(super) const SHARED_KIND: Kind = ("tag-need", || SHARED);
const TOPICS_KIND: Kind = ("class-topics", || TOPICS);
const NEED_KIND: Kind = ("class-need", || NEED);
const PROOF_KIND: Kind = ("class-proof", || EXAMPLE);

const CLASS: &[Key] = &[
    must(
        "names",
        Shape::Words,
        "the list of full names and aliases of the class",
    ),
    must(
        "direction",
        Shape::Choice(|| names(DIRECTIONS)),
        "which way the class moves data",
    ),
    may(
        "topics",
        Shape::Tables(TOPICS_KIND),
        "the list of ways to learn the names of produced topics; the first that applies is used",
    ),
    may("tags", Shape::Words, "the list of words that rules ask for"),
    may(
        "need",
        Shape::Tables(NEED_KIND),
        "the list of what the class needs, each code under its own `[[class.need]]`",
    ),
    may(
        "settings",
        Shape::Map(&Shape::Value),
        "the table of settings that the proofs share",
    ),
    may(
        "proof",
        Shape::Tables(PROOF_KIND),
        "the list of examples, each under `[[class.proof]]`",
    ),
];

const TOPICS: &[Key] = &[
    may(
        "setting",
        Shape::Text,
        "the key of a setting whose value is a topic, or a list of topics",
    ),
    may(
        "prefix",
        Shape::Text,
        "the key of a setting with which the names begin",
    ),
    may("then", Shape::Text, "what stands between the prefix and the rest"),
    may(
        "each",
        Shape::Words,
        "keys of lists whose entries follow the prefix",
    ),
    may(
        "path",
        Shape::Words,
        "keys whose values follow the prefix, all of them",
    ),
    may(
        "key",
        Shape::Words,
        "beginnings of setting keys after which the name of a topic stands",
    ),
    may(
        "statements",
        Shape::Text,
        "the key of a setting with statements `INSERT INTO topic SELECT …`",
    ),
    may(
        "whole",
        Shape::Flag,
        "whether the value of `prefix` is the topic itself",
    ),
    may("given", Shape::Text, "the key of a setting that has to be set"),
];

const NEED: &[Key] = &[
    must(
        "for",
        Shape::Text,
        "the code of the rule under which a gap is told",
    ),
    may(
        "when",
        Shape::Table(when::KIND),
        "when the grants are asked, beyond what the rule says",
    ),
    must("require", Shape::Tables(ask::KIND), "the list of grants"),
];

const SHARED: &[Key] = &[
    must(
        "tag",
        Shape::Text,
        "the tag of the classes of this file that have the need",
    ),
    must(
        "for",
        Shape::Text,
        "the code of the rule under which a gap is told",
    ),
    may(
        "when",
        Shape::Table(when::KIND),
        "when the grants are asked, beyond what the rule says",
    ),
    must("require", Shape::Tables(ask::KIND), "the list of grants"),
];

const EXAMPLE: &[Key] = &[
    must(
        "code",
        Shape::Text,
        "the code of the rule that the example is about",
    ),
    may(
        "with",
        Shape::Map(&Shape::Value),
        "a table of settings beside those that the proofs share",
    ),
    must(
        "example",
        Shape::Table(example::KIND),
        "the example, with the keys of examples of rules",
    ),
];

/// Reads a class; `None` when something that it needs has a fault.
pub(super) fn read<'t>(
    value: &'t Value<'t>,
    defaults: Option<&Defaults<'t>>,
    faults: &mut Faults<'t>,
) -> Option<ConnectorClass> {
    let fields = Fields::open_value(value, "the class", CLASS, faults)?;
    let names = match fields.need("names", faults) {
        Some(_) => words(&fields, "names", faults),
        None => Vec::new(),
    };
    let direction = fields.choice("direction", DIRECTIONS, faults);
    let topics = fields.items("topics", faults).iter();
    let topics = topics.filter_map(|item| topic_source(item, faults)).collect();
    let needs: Vec<Option<Vec<Need>>> = fields
        .items("need", faults)
        .iter()
        .map(|item| need(&Fields::open_value(item, "the need", NEED, faults)?, faults))
        .collect();
    let needs: Option<Vec<Vec<Need>>> = needs.into_iter().collect();
    let shared = fields
        .get("settings")
        .map(|value| example::settings("settings", value, faults));
    let examples: Vec<Option<ClassExample>> = fields
        .items("proof", faults)
        .iter()
        .map(|item| class_example(item, shared.as_deref(), defaults, faults))
        .collect();
    let examples: Option<Vec<ClassExample>> = examples.into_iter().collect();
    Some(ConnectorClass {
        place: faults.location(fields.span),
        names,
        direction: direction?,
        topics,
        tags: words(&fields, "tags", faults),
        needs: needs?.into_iter().flatten().collect(),
        examples: examples?,
    })
}

fn words<'t>(fields: &Fields<'t>, key: &str, faults: &mut Faults<'t>) -> Vec<String> {
    let words = fields.words(key, faults);
    words.iter().map(|word| word.text.to_owned()).collect()
}

fn topic_source<'t>(item: &'t Value<'t>, faults: &mut Faults<'t>) -> Option<TopicSource> {
    let fields = Fields::open_value(item, "the topics", TOPICS, faults)?;
    let mut text = |key| fields.optional_text(key, faults).map(|text| text.text.to_owned());
    let (setting, prefix, then, given) = (text("setting"), text("prefix"), text("then"), text("given"));
    let statements = text("statements");
    Some(TopicSource {
        setting,
        prefix,
        then: then.unwrap_or_default(),
        each: words(&fields, "each", faults),
        path: words(&fields, "path", faults),
        key: words(&fields, "key", faults),
        statements,
        whole: fields.flag("whole", faults),
        given,
    })
}

/// Reads the needs that classes have by their tags, and gives them to those classes.
pub(super) fn share<'t>(items: &'t [Value<'t>], classes: &mut [ConnectorClass], faults: &mut Faults<'t>) {
    for item in items {
        let Some(fields) = Fields::open_value(item, "the need", SHARED, faults) else {
            continue;
        };
        let tag = fields.text("tag", faults);
        let (Some(tag), Some(needs)) = (tag, need(&fields, faults)) else {
            continue;
        };
        let mut having = classes
            .iter_mut()
            .filter(|class| class.has_tag(tag.text))
            .peekable();
        if having.peek().is_none() {
            let message = format!("no class has the tag `{}`", super::faults::shown(tag.text));
            faults.add(
                tag.span,
                message,
                "Write it in the `tags` of the classes that are meant.",
            );
        }
        having.for_each(|class| class.needs.extend(needs.iter().cloned()));
    }
}

/// What a class needs under one code.
fn need<'t>(fields: &Fields<'t>, faults: &mut Faults<'t>) -> Option<Vec<Need>> {
    let code = code(fields, "for", faults);
    let asked = fields.get("when");
    let asked_when = asked.map(said).unwrap_or_default();
    let when = asked.map_or_else(When::default, |value| when::read(value, faults));
    fields.need("require", faults)?;
    let requirements = ask::requirements(fields, &Asked { when: None }, faults);
    let code = code?;
    let need = |mut requirement: Requirement| {
        requirement.asked_when.splice(..0, asked_when.iter().cloned());
        Need {
            code: code.clone(),
            when: when.clone(),
            requirement,
        }
    };
    Some(requirements?.into_iter().map(need).collect())
}

fn class_example<'t>(
    item: &'t Value<'t>,
    shared: Option<&[(String, String)]>,
    defaults: Option<&Defaults<'t>>,
    faults: &mut Faults<'t>,
) -> Option<ClassExample> {
    let fields = Fields::open_value(item, "the example", EXAMPLE, faults)?;
    let code = code(&fields, "code", faults);
    fields.need("example", faults)?;
    let example = fields.get("example")?;
    let own = fields.get("with");
    let own = own.map_or_else(Vec::new, |value| example::settings("with", value, faults));
    let settings: BTreeMap<String, String> = shared.unwrap_or_default().iter().cloned().chain(own).collect();
    let defaults = defaults.map(|defaults| defaults.with_settings(settings.into_iter().collect()));
    let read = example::read(example, None, defaults.as_ref(), faults);
    Some(ClassExample {
        code: code?,
        example: read.example?,
    })
}

/// A code of a rule, of this pack or another.
fn code<'t>(fields: &Fields<'t>, key: &str, faults: &mut Faults<'t>) -> Option<String> {
    let written = fields.text(key, faults)?;
    let good = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    match written.text.split_once('/') {
        Some((pack, id)) if good(pack) && good(id) => Some(written.text.to_owned()),
        _ => {
            let message = format!("`{}` is no code", super::faults::shown(written.text));
            faults.add(
                written.span,
                message,
                "Write `PACK/RULE`: `msk-connect/destination`.",
            );
            None
        }
    }
}
