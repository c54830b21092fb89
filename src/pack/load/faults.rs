//! Collecting the faults of one rule file.
//!
//! Readers record a fault and go on, so that an author sees all of them at once. A reader that gives nothing has
//! recorded why; the pack is used only when nothing was recorded.

use toml::Spanned;
use toml::de::DeValue;

use crate::catalog::nearest;
use crate::pack::fault::PackFault;
use crate::source::{Lines, Location, Span};

/// More faults than this are not kept: the first ones say enough.
const MOST: usize = 200;

/// A value of the file with its place.
pub(super) type Value<'t> = Spanned<DeValue<'t>>;

/// The place of something spanned.
pub(super) fn place<T>(spanned: &Spanned<T>) -> Span {
    let range = spanned.span();
    Span::new(range.start, range.end)
}

/// A string of the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'t> {
    /// Its decoded text.
    pub(super) text: &'t str,
    /// Its bytes in the file, with the quotes.
    pub(super) span: Span,
}

/// The faults of one file.
pub(super) struct Faults<'t> {
    file: &'t str,
    source: &'t str,
    lines: Lines,
    list: Vec<PackFault>,
}

impl<'t> Faults<'t> {
    /// No faults yet; `file` is the name that they will carry, `source` its text.
    pub(super) fn new(file: &'t str, source: &'t str) -> Self {
        Self {
            file,
            source,
            lines: Lines::new(source),
            list: Vec::new(),
        }
    }

    /// Records a fault.
    pub(super) fn add(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.add_related(span, message, help, Vec::new());
    }

    /// Records a fault that further places explain.
    pub(super) fn add_related(
        &mut self,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
        related: Vec<(Span, String)>,
    ) {
        if self.list.len() < MOST {
            self.list.push(PackFault {
                file: self.file.to_owned(),
                message: message.into(),
                help: help.into(),
                span,
                related,
            });
        }
    }

    /// The string that `value` is; a fault that names `key` if it is something else or says nothing.
    pub(super) fn text(&mut self, key: &str, value: &'t Value<'t>) -> Option<Text<'t>> {
        let span = place(value);
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(key, value, "a string");
            return None;
        };
        if text.trim().is_empty() {
            self.add(
                span,
                format!("`{key}` is empty"),
                "write something, or leave the key out where it is optional",
            );
            return None;
        }
        Some(Text { text, span })
    }

    /// Records that `value` has the wrong type.
    pub(super) fn wrong_type(&mut self, key: &str, value: &Value<'_>, wanted: &str) {
        let found = match value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        };
        let message = format!("`{key}` is {found}, not {wanted}");
        self.add(place(value), message, format!("write {wanted} here"));
    }

    /// What `written` stands for in a closed list of words; a fault that offers the nearest if it is none of them.
    pub(super) fn choice<T: Copy>(&mut self, key: &str, written: Text<'_>, words: &[(&str, T)]) -> Option<T> {
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == written.text) {
            return Some(*meaning);
        }
        let message = format!("`{key}` cannot be `{}`", shown(written.text));
        let help = offer(written.text, words.iter().map(|(word, _)| *word));
        self.add(written.span, message, help);
        None
    }

    /// The place in the file of some decoded bytes of a string: exact where the string is written without escapes,
    /// else the whole string.
    pub(super) fn inside(&self, whole: Text<'_>, part: Span) -> Span {
        match whole.span.of(self.source).find(whole.text) {
            Some(offset) => part.shifted(whole.span.start + offset),
            None => whole.span,
        }
    }

    /// A place of the file as it is shown.
    pub(super) fn location(&self, span: Span) -> Location {
        Location {
            file: self.file.to_owned(),
            pointer: None,
            span,
            start: self.lines.locate(self.source, span.start),
            end: self.lines.locate(self.source, span.end),
        }
    }

    /// The text of the file at a place.
    pub(super) fn written(&self, span: Span) -> &'t str {
        span.of(self.source)
    }

    /// All faults in the order of the file.
    pub(super) fn finish(mut self) -> Vec<PackFault> {
        self.list.sort_by_key(|fault| fault.span);
        self.list
    }
}

/// A help that offers the nearest of some words and lists them all.
pub(super) fn offer<'a>(written: &str, words: impl Iterator<Item = &'a str> + Clone) -> String {
    let all: Vec<String> = words.clone().map(|word| format!("`{word}`")).collect();
    let all = all.join(", ");
    match nearest(written, words) {
        Some(word) => format!("did you mean `{word}`? It can be {all}."),
        None if all.is_empty() => "There is nothing that it could be.".to_owned(),
        None => format!("It can be {all}."),
    }
}

/// A text of the file as a message can show it: one line, not too long.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 100;
    let mut line: String = text
        .chars()
        .take(LONGEST)
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        line.push('…');
    }
    line
}
