//! Reading one connector class.

use super::ask::{self, Asked};
use super::example::{self, Defaults};
use super::faults::{Faults, Value};
use super::fields::Fields;
use super::shape::{Key, Kind, Shape, may, must, names};
use super::when::DIRECTIONS;
use crate::pack::class::{ClassExample, ConnectorClass, Need, TopicSource};

pub(super) const KIND: Kind = ("class", || CLASS);
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
    must("require", Shape::Tables(ask::KIND), "the list of grants"),
];

const EXAMPLE: &[Key] = &[
    must(
        "code",
        Shape::Text,
        "the code of the rule that the example is about",
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
        .map(|item| need(item, faults))
        .collect();
    let needs: Option<Vec<Vec<Need>>> = needs.into_iter().collect();
    let examples: Vec<Option<ClassExample>> = fields
        .items("proof", faults)
        .iter()
        .map(|item| class_example(item, defaults, faults))
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
    Some(TopicSource {
        setting,
        prefix,
        then: then.unwrap_or_default(),
        each: words(&fields, "each", faults),
        path: words(&fields, "path", faults),
        key: words(&fields, "key", faults),
        whole: fields.flag("whole", faults),
        given,
    })
}

/// What a class needs under one code.
fn need<'t>(item: &'t Value<'t>, faults: &mut Faults<'t>) -> Option<Vec<Need>> {
    let fields = Fields::open_value(item, "the need", NEED, faults)?;
    let code = code(&fields, "for", faults);
    fields.need("require", faults)?;
    let requirements = ask::requirements(&fields, &Asked { when: None }, faults);
    let code = code?;
    let need = |requirement| Need {
        code: code.clone(),
        requirement,
    };
    Some(requirements?.into_iter().map(need).collect())
}

fn class_example<'t>(
    item: &'t Value<'t>,
    defaults: Option<&Defaults<'t>>,
    faults: &mut Faults<'t>,
) -> Option<ClassExample> {
    let fields = Fields::open_value(item, "the example", EXAMPLE, faults)?;
    let code = code(&fields, "code", faults);
    fields.need("example", faults)?;
    let example = fields.get("example")?;
    let read = example::read(example, None, defaults, faults);
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
