//! When a rule or requirement is asked.

use crate::input::Setting;
use crate::pack::{SettingState, SettingTest, When};

use super::values::Values;

/// Whether all that `when` says holds.
pub(super) fn holds(when: &When, values: &dyn Values) -> bool {
    holds_plain(when, values) && (when.any.is_empty() || when.any.iter().any(|one| holds_plain(one, values)))
}

/// Whether what `when` says holds, its settings and its direction apart: what a class needs has conditions of its own.
pub(super) fn holds_for_class(when: &When, values: &dyn Values) -> bool {
    values.is_about(&When {
        direction: None,
        settings: Vec::new(),
        any: Vec::new(),
        ..when.clone()
    })
}

fn holds_plain(when: &When, values: &dyn Values) -> bool {
    values.is_about(when) && when.settings.iter().all(|test| setting_holds(test, values))
}

fn setting_holds(test: &SettingTest, values: &dyn Values) -> bool {
    match test.key.strip_suffix('*') {
        Some(start) => {
            let found = values.settings(test.scope, start);
            match test.is {
                SettingState::Absent
                | SettingState::NotEquals(_)
                | SettingState::NotTrue
                | SettingState::NotFalse => found.iter().all(|setting| state_holds(&test.is, Some(setting))),
                _ => found.iter().any(|setting| state_holds(&test.is, Some(setting))),
            }
        }
        None => state_holds(&test.is, values.setting(test.scope, &test.key)),
    }
}

fn state_holds(is: &SettingState, setting: Option<&Setting>) -> bool {
    let value = setting.map(|setting| setting.value.value.as_str());
    // Kafka takes a key without a value for one that is not set wherever rules ask for it.
    let value = value.filter(|value| !value.trim().is_empty());
    let is_word = |word: &str| value.is_some_and(|value| value.trim().eq_ignore_ascii_case(word));
    match is {
        SettingState::Present => value.is_some(),
        SettingState::Absent => value.is_none(),
        SettingState::Equals(wanted) => value == Some(wanted),
        SettingState::NotEquals(wanted) => value != Some(wanted),
        SettingState::OneOf(wanted) => value.is_some_and(|v| wanted.iter().any(|w| w == v)),
        SettingState::Contains(wanted) => {
            value.is_some_and(|list| list.split(',').any(|entry| entry.trim() == wanted))
        }
        SettingState::True => is_word("true"),
        SettingState::NotTrue => !is_word("true"),
        SettingState::False => is_word("false"),
        SettingState::NotFalse => !is_word("false"),
    }
}
