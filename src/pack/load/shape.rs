//! What the keys of each kind of table take.
//!
//! The readers of a table ask for keys by their shape ([`Fields`](super::fields::Fields) holds them to it in builds
//! with debug assertions), and the schema of packs is made of the same tables, so that neither can say what the other
//! does not.

/// A key that a kind of table can have.
#[derive(Debug)]
pub(super) struct Key {
    /// As it is written.
    pub(super) name: &'static str,
    /// What it takes.
    pub(super) shape: Shape,
    /// Whether no table of this kind can do without it.
    pub(super) required: bool,
    /// What it says: the end of a sentence that begins with its name.
    pub(super) says: &'static str,
}

/// A key that every table of its kind has.
pub(super) const fn must(name: &'static str, shape: Shape, says: &'static str) -> Key {
    Key {
        name,
        shape,
        required: true,
        says,
    }
}

/// A key that a table can do without, or that only some can.
pub(super) const fn may(name: &'static str, shape: Shape, says: &'static str) -> Key {
    Key {
        name,
        shape,
        required: false,
        says,
    }
}

/// A kind of table: its name in the schema, and its keys. A function, so that tables can hold their own kind.
pub(super) type Kind = (&'static str, fn() -> &'static [Key]);

/// What a key takes.
#[derive(Debug)]
pub(super) enum Shape {
    /// A string, whatever it says.
    Value,
    /// A string that says something.
    Text,
    /// One line without a final stop.
    Line,
    /// A name in kebab-case.
    Kebab,
    /// A string with variables.
    Template,
    /// A string that is one of these.
    Choice(fn() -> Vec<&'static str>),
    /// `true` or `false`.
    Flag,
    /// A number from 1.
    Count,
    /// A date.
    Day,
    /// Strings, at least one, none of them twice.
    Words,
    /// Strings, at least one.
    Texts,
    /// A table.
    Table(Kind),
    /// Tables, at least one.
    Tables(Kind),
    /// A table whose keys are not a closed list.
    Map(&'static Shape),
    /// One of these.
    Either(&'static [Shape]),
}

/// The words of a list that a reader chooses by.
pub(super) fn names<T>(words: &'static [(&'static str, T)]) -> Vec<&'static str> {
    words.iter().map(|(name, _)| *name).collect()
}
