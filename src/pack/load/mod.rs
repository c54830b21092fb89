//! Loading a rule file: text in, a pack or faults with their places out.
//!
//! A pack with a fault is not used at all: a rule that is silently missing would be a clean bill of health. All
//! faults of a file are given at once as far as they can be told apart; a file that is not TOML gives the faults of
//! its syntax alone. Work and memory are bounded by the size of the text, which has a limit.

mod faults;
mod shape;
mod fields;
mod said;
mod example;
mod when;
mod ask;
mod rule;
mod class;
mod order;
mod schema;
#[cfg(test)]
mod tests;

use toml::de::{DeTable, DeValue};

pub use schema::schema;

use super::class::ConnectorClass;
use super::fault::PackFault;
use super::file::{Pack, Platform};
use super::rule::{Ask, Rule};
use crate::source::Span;
use faults::{Faults, Value, place};
use fields::Fields;
use shape::{Key, Kind, Shape, may, must, names};

/// A rule file is at most this many bytes long.
pub const MAX_PACK_BYTES: usize = 1 << 20;

const FILE_KIND: Kind = ("pack-file", || FILE);
const PACK_KIND: Kind = ("pack", || PACK);

const FILE: &[Key] = &[
    must(
        "pack",
        Shape::Table(PACK_KIND),
        "the table that says what the rules are about",
    ),
    may(
        "rule",
        Shape::Tables(rule::KIND),
        "the list of rules, each under `[[rule]]`",
    ),
    may(
        "class",
        Shape::Tables(class::KIND),
        "the list of connector classes, each under `[[class]]`",
    ),
    may(
        "need",
        Shape::Tables(class::SHARED_KIND),
        "the list of what classes with a tag need, each under `[[need]]`",
    ),
];

const PACK: &[Key] = &[
    must(
        "id",
        Shape::Kebab,
        "the name of the pack in kebab-case, the first half of every code",
    ),
    must("title", Shape::Line, "the service, in words for people"),
    must(
        "version",
        Shape::Count,
        "a number that grows when findings change",
    ),
    must(
        "platform",
        Shape::Choice(|| names(PLATFORMS)),
        "what the rules are asked about",
    ),
    may(
        "example",
        Shape::Table(example::DEFAULTS_KIND),
        "the table of facts that examples share",
    ),
];

const PLATFORMS: &[(&str, Platform)] = &[
    ("msk-connect", Platform::MskConnect),
    ("confluent", Platform::Confluent),
    ("alibaba", Platform::Alibaba),
];

/// Reads a rule file; `name` stands in the faults.
///
/// The rules of the pack are in an order in which each follows those that it names in `after`.
///
/// # Errors
///
/// Everything that is wrong, in the order of the file; never empty. Only the first 200 faults are kept.
///
/// ```
/// let faults = rolecall::pack::load("mine.toml", "[pack]\nid = 'Mine'\n").unwrap_err();
/// assert_eq!(faults[0].message, "the file has no `rule`");
/// assert_eq!(faults.last().map(|fault| fault.message.as_str()), Some("`Mine` is not kebab-case"));
/// ```
pub fn load(name: &str, text: &str) -> Result<Pack, Vec<PackFault>> {
    let mut faults = Faults::new(name, text);
    if text.len() > MAX_PACK_BYTES {
        faults.add(
            Span::at(0),
            "the file is longer than a mebibyte",
            "Split it into several packs.",
        );
        return Err(faults.finish());
    }
    let (file, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error
            .span()
            .map_or(Span::at(0), |range| Span::new(range.start, range.end));
        let message: Vec<&str> = error.message().split_whitespace().collect();
        let message = format!("this is not TOML: {}", message.join(" "));
        faults.add(
            span,
            message,
            "Correct the syntax; see https://toml.io/en/v1.0.0.",
        );
    }
    let pack = if errors.is_empty() {
        read_file(file.get_ref(), &mut faults)
    } else {
        None
    };
    let faults = faults.finish();
    match pack {
        Some(pack) if faults.is_empty() => Ok(pack),
        _ => Err(faults),
    }
}

fn read_file<'t>(file: &'t DeTable<'t>, faults: &mut Faults<'t>) -> Option<Pack> {
    let fields = Fields::open(file, Span::at(0), "the file", FILE, faults);
    let header = fields
        .need("pack", faults)
        .and_then(|value| Header::read(value, faults));
    let defaults = header.as_ref().and_then(|header| header.defaults.as_ref());
    let classes: Vec<Option<ConnectorClass>> = fields
        .items("class", faults)
        .iter()
        .map(|value| class::read(value, defaults, faults))
        .collect();
    let mut classes: Vec<ConnectorClass> = classes.into_iter().collect::<Option<_>>().unwrap_or_default();
    class::share(fields.items("need", faults), &mut classes, faults);
    let mut drafts = Vec::new();
    if fields.get("class").is_some() || fields.need("rule", faults).is_some() {
        for value in fields.items("rule", faults) {
            let (id, defaults) = match &header {
                Some(header) => (header.id, header.defaults.as_ref()),
                None => ("", None),
            };
            drafts.extend(rule::read(value, id, defaults, faults));
        }
    }
    if let Some(platform) = header.as_ref().and_then(|header| header.platform) {
        refuse_foreign(&drafts, platform, faults);
    }
    let order = order::order(&drafts, faults)?;
    let mut rules: Vec<Option<Rule>> = drafts.into_iter().map(|draft| draft.rule).collect();
    let in_order = order
        .into_iter()
        .map(|index| rules.get_mut(index).and_then(Option::take));
    let rules: Vec<Rule> = in_order.collect::<Option<_>>()?;
    let header = header?;
    Some(Pack {
        place: faults.location(header.span),
        id: header.id.to_owned(),
        title: header.title?,
        version: header.version?,
        platform: header.platform?,
        rules,
        classes,
    })
}

/// Judgements of another platform: they would never be asked.
fn refuse_foreign(drafts: &[rule::Draft<'_>], platform: Platform, faults: &mut Faults<'_>) {
    for draft in drafts {
        let (Some(id), Some(rule)) = (draft.id, &draft.rule) else {
            continue;
        };
        let Ask::Judge(judgement) = rule.ask else { continue };
        if ask::is_of(judgement, platform) {
            continue;
        }
        let name = |known: &Platform| {
            PLATFORMS
                .iter()
                .find(|(_, one)| one == known)
                .map_or("", |(name, _)| name)
        };
        let message = format!(
            "rule `{}` judges by a procedure that is not of `{}`",
            faults::shown(id.text),
            name(&platform)
        );
        let help = "Name a procedure of the pack's platform, or make it a pack of the other platform.";
        faults.add(id.span, message, help);
    }
}

/// The `[pack]` table; what is `None` has a fault.
struct Header<'t> {
    id: &'t str,
    /// The bytes of the id; the beginning of the file where it has a fault.
    span: Span,
    title: Option<String>,
    version: Option<u32>,
    platform: Option<Platform>,
    defaults: Option<example::Defaults<'t>>,
}

impl<'t> Header<'t> {
    fn read(value: &'t Value<'t>, faults: &mut Faults<'t>) -> Option<Self> {
        let fields = Fields::open_value(value, "the pack", PACK, faults)?;
        let platform = fields.choice("platform", PLATFORMS, faults);
        let example = match platform {
            // Only of connectors of MSK Connect are there facts that a pack can say once for all examples.
            Some(Platform::MskConnect) | None => fields.need("example", faults),
            Some(Platform::Confluent | Platform::Alibaba) => fields.get("example"),
        };
        let id = fields.kebab("id", faults);
        Some(Self {
            id: id.map_or("", |id| id.text),
            span: id.map_or(Span::at(0), |id| id.span),
            title: fields.line("title", faults),
            version: fields
                .need("version", faults)
                .and_then(|value| version(value, faults)),
            platform,
            defaults: example.and_then(|value| {
                let has_setup = !matches!(platform, Some(Platform::Confluent | Platform::Alibaba));
                example::Defaults::read(value, has_setup, faults)
            }),
        })
    }
}

fn version(value: &Value<'_>, faults: &mut Faults<'_>) -> Option<u32> {
    let DeValue::Integer(number) = value.get_ref() else {
        faults.wrong_type("version", value, "an integer");
        return None;
    };
    let version = u32::from_str_radix(number.as_str(), number.radix()).ok();
    let version = version.filter(|version| *version > 0);
    if version.is_none() {
        faults.add(
            place(value),
            "`version` is not a number from 1 to 4294967295",
            "Begin with 1 and count up.",
        );
    }
    version
}
