//! The keys of one table of a rule file.
//!
//! Each kind of table has a closed list of keys with what they say; the list gives the faults their help. Opening a
//! table reports keys that are not in its list, reading a required key reports that it is missing.

use toml::de::DeTable;

use super::faults::{Faults, Text, Value, offer, place, shown};
use super::shape::{Key, Shape};
use crate::pack::template::Template;
use crate::pack::template_error::TemplateError;
use crate::pack::variable::{Part, Variable};
use crate::source::Span;

/// A table with the list of its keys.
pub(super) struct Fields<'t> {
    table: &'t DeTable<'t>,
    /// Where the table begins: its header, or all of an inline table.
    pub(super) span: Span,
    what: String,
    keys: &'static [Key],
}

impl<'t> Fields<'t> {
    /// Opens a table; `what` names it in messages: "rule `x`".
    pub(super) fn open(
        table: &'t DeTable<'t>,
        span: Span,
        what: impl Into<String>,
        keys: &'static [Key],
        faults: &mut Faults<'t>,
    ) -> Self {
        let what = what.into();
        for (key, _) in table.iter() {
            let name: &str = key.get_ref();
            if !keys.iter().any(|known| known.name == name) {
                let message = format!("{what} has no key `{}`", shown(name));
                faults.add(
                    place(key),
                    message,
                    offer(name, keys.iter().map(|known| known.name)),
                );
            }
        }
        Self {
            table,
            span,
            what,
            keys,
        }
    }

    /// Opens the table that `value` is.
    pub(super) fn open_value(
        value: &'t Value<'t>,
        what: impl Into<String>,
        keys: &'static [Key],
        faults: &mut Faults<'t>,
    ) -> Option<Self> {
        let what = what.into();
        match value.get_ref().as_table() {
            Some(table) => Some(Self::open(table, place(value), what, keys, faults)),
            None => {
                faults.wrong_type(&what, value, "a table");
                None
            }
        }
    }

    /// Holds a reader to what the table says that the key takes; the schema is made of the same table.
    fn takes(&self, key: &str, fits: fn(&Shape) -> bool) {
        let known = self.keys.iter().find(|known| known.name == key);
        debug_assert!(
            known.is_some_and(|known| fits(&known.shape)),
            "`{key}` of {}: {known:?}",
            self.what
        );
    }

    /// The value of a key that may be missing.
    pub(super) fn get(&self, key: &str) -> Option<&'t Value<'t>> {
        self.table.get(key)
    }

    /// The value of a key; a fault if it is missing.
    pub(super) fn need(&self, key: &str, faults: &mut Faults<'t>) -> Option<&'t Value<'t>> {
        let value = self.get(key);
        if value.is_none() {
            let says = self
                .keys
                .iter()
                .find(|known| known.name == key)
                .map_or("", |known| known.says);
            faults.add(
                self.span,
                format!("{} has no `{key}`", self.what),
                format!("`{key}` is {says}."),
            );
        }
        value
    }

    /// A string that may be missing.
    pub(super) fn optional_text(&self, key: &str, faults: &mut Faults<'t>) -> Option<Text<'t>> {
        faults.text(key, self.get(key)?)
    }

    /// A string.
    pub(super) fn text(&self, key: &str, faults: &mut Faults<'t>) -> Option<Text<'t>> {
        let value = self.need(key, faults)?;
        faults.text(key, value)
    }

    /// A headline: one line without a final stop.
    pub(super) fn line(&self, key: &str, faults: &mut Faults<'t>) -> Option<String> {
        self.takes(key, |shape| matches!(shape, Shape::Line));
        let text = self.text(key, faults)?;
        if text.text.chars().any(char::is_control) || text.text.trim() != text.text {
            faults.add(
                text.span,
                format!("`{key}` is not one line"),
                "Write one line, without space around it.",
            );
            return None;
        }
        if text.text.ends_with('.') {
            faults.add(
                text.span,
                format!("`{key}` ends with a full stop"),
                "It is a headline: leave the stop out.",
            );
            return None;
        }
        Some(text.text.to_owned())
    }

    /// Sentences: line breaks and indentation of the file are single spaces.
    pub(super) fn prose(&self, key: &str, faults: &mut Faults<'t>) -> Option<String> {
        self.takes(key, |shape| matches!(shape, Shape::Text));
        let text = self.text(key, faults)?;
        let words: Vec<&str> = text.text.split_whitespace().collect();
        Some(words.join(" "))
    }

    /// A name in kebab-case.
    pub(super) fn kebab(&self, key: &str, faults: &mut Faults<'t>) -> Option<Text<'t>> {
        self.takes(key, |shape| matches!(shape, Shape::Kebab));
        let text = self.text(key, faults)?;
        let good = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        let letter_first = text.text.starts_with(|first: char| first.is_ascii_lowercase());
        if letter_first && text.text.split('-').all(good) {
            return Some(text);
        }
        faults.add(
            text.span,
            format!("`{}` is not kebab-case", shown(text.text)),
            "Write small letters and digits, a letter first, with single hyphens between the words.",
        );
        None
    }

    /// A word of a closed list, where the key may be missing.
    pub(super) fn optional_choice<T: Copy>(
        &self,
        key: &str,
        words: &[(&str, T)],
        faults: &mut Faults<'t>,
    ) -> Option<T> {
        self.takes(key, |shape| matches!(shape, Shape::Choice(_)));
        let written = self.optional_text(key, faults)?;
        faults.choice(key, written, words)
    }

    /// A word of a closed list.
    pub(super) fn choice<T: Copy>(
        &self,
        key: &str,
        words: &[(&str, T)],
        faults: &mut Faults<'t>,
    ) -> Option<T> {
        self.takes(key, |shape| matches!(shape, Shape::Choice(_)));
        let written = self.text(key, faults)?;
        faults.choice(key, written, words)
    }

    /// The items of an array that may be missing; a fault if it is there and empty.
    pub(super) fn items(&self, key: &str, faults: &mut Faults<'t>) -> &'t [Value<'t>] {
        self.takes(key, |shape| {
            matches!(shape, Shape::Tables(_) | Shape::Words | Shape::Texts)
        });
        let Some(value) = self.get(key) else {
            return &[];
        };
        match value.get_ref().as_array() {
            None => faults.wrong_type(key, value, "an array"),
            Some(items) if items.is_empty() => {
                faults.add(
                    place(value),
                    format!("`{key}` is empty"),
                    "Name at least one, or leave the key out.",
                );
            }
            Some(items) => return items,
        }
        &[]
    }

    /// The strings of an array that may be missing, none of them twice.
    pub(super) fn words(&self, key: &str, faults: &mut Faults<'t>) -> Vec<Text<'t>> {
        self.takes(key, |shape| matches!(shape, Shape::Words));
        let mut words: Vec<Text<'t>> = Vec::new();
        for item in self.items(key, faults) {
            let Some(word) = faults.text(key, item) else {
                continue;
            };
            if let Some(first) = words.iter().find(|first| first.text == word.text) {
                let message = format!("`{}` stands twice in `{key}`", shown(word.text));
                let related = vec![(first.span, "first here".to_owned())];
                faults.add_related(word.span, message, "Write it once.", related);
                continue;
            }
            words.push(word);
        }
        words
    }

    /// A boolean that may be missing.
    pub(super) fn flag(&self, key: &str, faults: &mut Faults<'t>) -> bool {
        self.takes(key, |shape| matches!(shape, Shape::Flag));
        let Some(value) = self.get(key) else {
            return false;
        };
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            faults.wrong_type(key, value, "a boolean");
        }
        flag.unwrap_or_default()
    }

    /// A template.
    pub(super) fn template(&self, key: &str, faults: &mut Faults<'t>) -> Option<Template> {
        self.takes(key, |shape| matches!(shape, Shape::Template));
        read_template(self.text(key, faults)?, faults)
    }

    /// The entries of the table in the order of their keys, for tables whose keys are not a closed list.
    pub(super) fn entries_of(
        key: &str,
        value: &'t Value<'t>,
        faults: &mut Faults<'t>,
    ) -> Vec<(Text<'t>, &'t Value<'t>)> {
        let Some(table) = value.get_ref().as_table() else {
            faults.wrong_type(key, value, "a table");
            return Vec::new();
        };
        let entry = |(name, value): (&'t toml::Spanned<_>, &'t Value<'t>)| {
            let text: &'t std::borrow::Cow<'t, str> = name.get_ref();
            let span = place(name);
            (Text { text, span }, value)
        };
        table.iter().map(entry).collect()
    }
}

/// The template that a string is.
pub(super) fn read_template(text: Text<'_>, faults: &mut Faults<'_>) -> Option<Template> {
    let fault = match Template::parse(text.text) {
        Ok(template) => return Some(template),
        Err(fault) => fault,
    };
    let span = fault.span().map_or(text.span, |part| faults.inside(text, part));
    let help = match &fault {
        TemplateError::Empty => "Write the resource or value.".to_owned(),
        TemplateError::Unclosed(_) => "Close the variable with `}`.".to_owned(),
        TemplateError::NoKey(_) => "Write `${setting:KEY}` with the key of a connector setting.".to_owned(),
        TemplateError::Unknown { name, .. } => offer(name, Variable::names()),
        TemplateError::UnknownPart { name, .. } => offer(name, Part::names()),
    };
    faults.add(span, fault.to_string(), help);
    None
}
