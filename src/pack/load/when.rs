//! Reading when a rule or requirement is asked.

use super::example::AUTHENTICATIONS;
use super::faults::{Faults, Value};
use super::fields::Fields;
use super::shape::{Key, Kind, Shape, may, names};
use crate::finding::Severity;
use crate::pack::connector::{Direction, LogDestination, Scope};
use crate::pack::requirement::{SettingState, SettingTest, When};

pub(super) const KIND: Kind = ("when", || WHEN);
const SETTING_KIND: Kind = ("setting-test", || SETTING);

/// The test of one setting.
const TEST: Shape = Shape::Either(&[Shape::Choice(|| names(STATES)), Shape::Table(SETTING_KIND)]);

const WHEN: &[Key] = &[
    may(
        "authentication",
        Shape::Choice(|| names(AUTHENTICATIONS)),
        "how the connector authenticates to its cluster",
    ),
    may(
        "direction",
        Shape::Choice(|| names(DIRECTIONS)),
        "which way the connector moves data",
    ),
    may(
        "log",
        Shape::Choice(|| names(LOGS)),
        "a destination of worker logs that is switched on",
    ),
    may("tag", Shape::Text, "a tag that the class of the connector has"),
    may(
        "not_tag",
        Shape::Text,
        "a tag that the class of the connector has not",
    ),
    may(
        "no_role",
        Shape::Text,
        "the name of a role that is not among the inputs",
    ),
    may(
        "settings",
        Shape::Map(&TEST),
        "a table of connector settings and what has to hold of each",
    ),
    may(
        "worker",
        Shape::Map(&TEST),
        "a table of worker properties and what has to hold of each",
    ),
    may(
        "config",
        Shape::Map(&TEST),
        "a table of settings, of the connector or else of the worker, and what has to hold of each",
    ),
    may(
        "any",
        Shape::Tables(KIND),
        "a list of such tables, of which one has to hold",
    ),
];

/// Where the settings of each table stand.
const TABLES: [(&str, Scope); 3] = [
    ("settings", Scope::Connector),
    ("worker", Scope::Worker),
    ("config", Scope::Either),
];

const SETTING: &[Key] = &[
    may(
        "equals",
        Shape::Text,
        "the one value that the setting has to have",
    ),
    may(
        "not_equals",
        Shape::Text,
        "the one value that the setting must not have",
    ),
    may(
        "one_of",
        Shape::Words,
        "the list of values that the setting can have",
    ),
    may(
        "contains",
        Shape::Text,
        "a word that is an entry of the setting, which is a list with commas",
    ),
];

pub(super) const DIRECTIONS: &[(&str, Direction)] =
    &[("sink", Direction::Sink), ("source", Direction::Source)];

const LOGS: &[(&str, LogDestination)] = &[
    ("s3", LogDestination::S3),
    ("cloudwatch", LogDestination::CloudWatch),
    ("firehose", LogDestination::Firehose),
];

pub(super) const SEVERITIES: &[(&str, Severity)] = &[
    ("error", Severity::Error),
    ("warning", Severity::Warning),
    ("note", Severity::Note),
];

/// What a test of a setting can say in one word.
const STATES: &[(&str, State)] = &[
    ("present", State::Present),
    ("absent", State::Absent),
    ("true", State::True),
    ("not-true", State::NotTrue),
    ("false", State::False),
    ("not-false", State::NotFalse),
];

#[derive(Clone, Copy)]
enum State {
    Present,
    Absent,
    True,
    NotTrue,
    False,
    NotFalse,
}

impl From<State> for SettingState {
    fn from(state: State) -> Self {
        match state {
            State::Present => Self::Present,
            State::Absent => Self::Absent,
            State::True => Self::True,
            State::NotTrue => Self::NotTrue,
            State::False => Self::False,
            State::NotFalse => Self::NotFalse,
        }
    }
}

/// Reads `when`.
pub(super) fn read<'t>(value: &'t Value<'t>, faults: &mut Faults<'t>) -> When {
    read_nested(value, true, faults)
}

fn read_nested<'t>(value: &'t Value<'t>, outer: bool, faults: &mut Faults<'t>) -> When {
    let Some(fields) = Fields::open_value(value, "`when`", WHEN, faults) else {
        return When::default();
    };
    let mut settings = Vec::new();
    for (name, scope) in TABLES {
        let Some(tests) = fields.get(name) else {
            continue;
        };
        for (key, test) in Fields::entries_of(name, tests, faults) {
            let is = setting_state(key.text, test, faults);
            settings.extend(is.map(|is| SettingTest {
                scope,
                key: key.text.to_owned(),
                is,
            }));
        }
    }
    let any = fields.items("any", faults);
    if let (false, Some(first)) = (outer, any.first()) {
        let help = "Write all alternatives in one `any`.";
        faults.add(super::faults::place(first), "`any` stands in `any`", help);
    }
    let any = if outer { any } else { &[] };
    let mut word = |key| fields.optional_text(key, faults).map(|word| word.text.to_owned());
    let (tag, not_tag, no_role) = (word("tag"), word("not_tag"), word("no_role"));
    When {
        authentication: fields.optional_choice("authentication", AUTHENTICATIONS, faults),
        direction: fields.optional_choice("direction", DIRECTIONS, faults),
        log: fields.optional_choice("log", LOGS, faults),
        tag,
        not_tag,
        no_role,
        settings,
        any: any.iter().map(|item| read_nested(item, false, faults)).collect(),
    }
}

/// A word of [`STATES`], or a table with one of the keys of [`SETTING`].
fn setting_state<'t>(key: &str, test: &'t Value<'t>, faults: &mut Faults<'t>) -> Option<SettingState> {
    if test.get_ref().is_str() {
        let word = faults.text(key, test)?;
        return faults.choice(key, word, STATES).map(SettingState::from);
    }
    let fields = Fields::open_value(test, format!("the test of `{key}`"), SETTING, faults)?;
    let given: Vec<&str> = SETTING
        .iter()
        .map(|key| key.name)
        .filter(|name| fields.get(name).is_some())
        .collect();
    match given.as_slice() {
        ["equals"] => Some(SettingState::Equals(
            fields.text("equals", faults)?.text.to_owned(),
        )),
        ["not_equals"] => Some(SettingState::NotEquals(
            fields.text("not_equals", faults)?.text.to_owned(),
        )),
        ["contains"] => Some(SettingState::Contains(
            fields.text("contains", faults)?.text.to_owned(),
        )),
        ["one_of"] => {
            let values = fields.words("one_of", faults);
            Some(SettingState::OneOf(
                values.iter().map(|value| value.text.to_owned()).collect(),
            ))
        }
        _ => {
            let message = format!("the test of `{key}` does not say one thing");
            let help = "Write one of `\"present\"`, `\"absent\"`, `\"true\"`, `\"not-true\"`, `\"false\"`, `\"not-false\"`, or a \
                        table with one of `equals`, `not_equals`, `one_of`, `contains`.";
            faults.add(fields.span, message, help);
            None
        }
    }
}
