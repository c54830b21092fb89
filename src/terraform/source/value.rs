//! Values of Terraform's language: what is known, where it was written, and holes for what is not known.
//!
//! A text is made of pieces, so that a letter of a policy in a heredoc is located where it was written, and so that a
//! hole inside an ARN leaves the rest of the ARN known. Two holes of one name are one value; holes of two names are
//! never taken as equal.

use crate::source::{Composed, Data as Shape, Origin};

/// A value and where it was written.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) origin: Option<Origin>,
    pub(super) data: Data,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(super) enum Data {
    Null,
    Bool(bool),
    Number(f64),
    Text(Vec<Piece>),
    /// A text that is JSON of this value.
    Json(Box<Value>),
    List(Vec<Value>),
    Object(Vec<Member>),
    Hole(Hole),
    /// One instance of a resource, data source or module, read attribute by attribute.
    Instance(Instance),
    /// All instances of something whose number is not known.
    Family(Instance),
}

/// A member of an object.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) key: String,
    pub(super) key_origin: Option<Origin>,
    pub(super) value: Value,
}

/// A part of a text.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) origin: Option<Origin>,
    /// The hole that it is; its text is then the hole as it is written.
    pub(super) hole: Option<Hole>,
}

/// Something that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hole {
    pub(super) name: String,
    /// Whether its value has neither `:` nor `/`, and no space.
    pub(super) is_atom: bool,
}

/// What an instance is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Mode {
    Resource,
    Data,
    Module,
}

/// One instance of a block.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Instance {
    pub(super) module: usize,
    pub(super) mode: Mode,
    /// The type; empty for modules.
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) key: Key,
}

/// Which instance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key {
    /// There is only one, without `count` and `for_each`.
    Only,
    Index(usize),
    Each(String),
    /// One that stands for all of an unknown number.
    Any,
}

impl Instance {
    /// The address of its block within its module.
    pub(super) fn block(&self) -> (Mode, String, String) {
        (self.mode, self.kind.clone(), self.name.clone())
    }
}

impl Key {
    /// As it follows an address.
    pub(super) fn suffix(&self) -> String {
        match self {
            Self::Only => String::new(),
            Self::Index(number) => format!("[{number}]"),
            Self::Each(key) => format!("[{}]", plain(key)),
            Self::Any => "[any]".to_owned(),
        }
    }
}

/// A name without what would end a string of JSON, a hole, or a part of an ARN.
pub(super) fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars() {
        if letter.is_alphanumeric() || "_-.[]#(), ".contains(letter) {
            plain.push(letter);
        } else {
            plain.push_str(&format!("~{:x}", u32::from(letter)));
        }
    }
    plain
}

impl Hole {
    pub(super) fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            is_atom: false,
        }
    }

    /// As it stands in a text.
    pub(super) fn written(&self) -> String {
        format!("⟨{}⟩", self.name)
    }
}

impl Piece {
    pub(super) fn known(text: impl Into<String>, origin: Option<Origin>) -> Self {
        Self {
            text: text.into(),
            origin,
            hole: None,
        }
    }
}

impl From<Hole> for Piece {
    fn from(hole: Hole) -> Self {
        Self {
            text: hole.written(),
            origin: None,
            hole: Some(hole),
        }
    }
}

impl From<Data> for Value {
    fn from(data: Data) -> Self {
        Self { origin: None, data }
    }
}

impl Value {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Data::Text(vec![Piece::known(text, None)]).into()
    }

    pub(super) fn hole(name: impl Into<String>) -> Self {
        Data::Hole(Hole::named(name)).into()
    }

    pub(super) fn at(self, origin: Option<Origin>) -> Self {
        Self { origin, ..self }
    }

    pub(super) fn list(items: Vec<Self>) -> Self {
        Data::List(items).into()
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// The text of a scalar, in pieces; `None` for other values and null.
    pub(super) fn pieces(&self) -> Option<Vec<Piece>> {
        match &self.data {
            Data::Text(pieces) => Some(pieces.clone()),
            Data::Bool(flag) => Some(vec![Piece::known(flag.to_string(), self.origin)]),
            Data::Number(number) => Some(vec![Piece::known(spelled(*number), self.origin)]),
            Data::Hole(hole) => Some(vec![hole.clone().into()]),
            Data::Json(inner) => {
                let mut pieces = Vec::new();
                json(inner, &mut pieces);
                Some(pieces)
            }
            _ => None,
        }
    }

    /// The text of a scalar, holes as they are written.
    pub(super) fn written(&self) -> Option<String> {
        let pieces = self.pieces()?;
        Some(pieces.iter().map(|piece| piece.text.as_str()).collect())
    }

    /// The text of a scalar that has no hole.
    pub(super) fn known_text(&self) -> Option<String> {
        let pieces = self.pieces()?;
        pieces
            .iter()
            .all(|piece| piece.hole.is_none())
            .then(|| pieces.iter().map(|piece| piece.text.as_str()).collect())
    }

    pub(super) fn known_number(&self) -> Option<f64> {
        match &self.data {
            Data::Number(number) => Some(*number),
            Data::Text(_) => self
                .known_text()?
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }

    pub(super) fn known_bool(&self) -> Option<bool> {
        match &self.data {
            Data::Bool(flag) => Some(*flag),
            Data::Text(_) => self.known_text()?.parse().ok(),
            _ => None,
        }
    }

    pub(super) fn items(&self) -> Option<&[Self]> {
        match &self.data {
            Data::List(items) => Some(items),
            _ => None,
        }
    }

    pub(super) fn members(&self) -> Option<&[Member]> {
        match &self.data {
            Data::Object(members) => Some(members),
            _ => None,
        }
    }

    pub(super) fn member(&self, key: &str) -> Option<&Self> {
        let mut members = self.members()?.iter();
        members
            .find(|member| member.key == key)
            .map(|member| &member.value)
    }

    /// Whether everything in it is known.
    pub(super) fn is_known(&self) -> bool {
        match &self.data {
            Data::Null | Data::Bool(_) | Data::Number(_) => true,
            Data::Text(pieces) => pieces.iter().all(|piece| piece.hole.is_none()),
            Data::Json(inner) => inner.is_known(),
            Data::List(items) => items.iter().all(Self::is_known),
            Data::Object(members) => members.iter().all(|member| member.value.is_known()),
            Data::Hole(_) | Data::Instance(_) | Data::Family(_) => false,
        }
    }

    /// Bytes and nodes, to bound work.
    pub(super) fn size(&self) -> u64 {
        const NODE: u64 = 16;
        match &self.data {
            Data::Text(pieces) => pieces.iter().map(|piece| NODE + piece.text.len() as u64).sum(),
            Data::Json(inner) => NODE + inner.size(),
            Data::List(items) => NODE + items.iter().map(Self::size).sum::<u64>(),
            Data::Object(members) => {
                let member = |member: &Member| NODE + member.key.len() as u64 + member.value.size();
                NODE + members.iter().map(member).sum::<u64>()
            }
            _ => NODE,
        }
    }

    /// Whether two values are equal, where that is certain.
    pub(super) fn equals(&self, other: &Self) -> Option<bool> {
        match (&self.data, &other.data) {
            (Data::Null, Data::Null) => Some(true),
            (Data::List(one), Data::List(two)) if self.is_known() && other.is_known() => {
                let pairs = one.iter().zip(two);
                Some(
                    one.len() == two.len()
                        && pairs.into_iter().all(|(one, two)| one.equals(two) == Some(true)),
                )
            }
            (Data::Object(one), Data::Object(two)) if self.is_known() && other.is_known() => {
                let same = |member: &Member| {
                    other
                        .member(&member.key)
                        .and_then(|value| member.value.equals(value))
                        == Some(true)
                };
                Some(one.len() == two.len() && one.iter().all(same))
            }
            _ => self.equals_scalar(other),
        }
    }

    fn equals_scalar(&self, other: &Self) -> Option<bool> {
        let (one, two) = (self.pieces(), other.pieces());
        match (one, two) {
            (Some(_), Some(_)) => {
                let (written, others) = (self.written()?, other.written()?);
                let is_certain = self.is_known() && other.is_known();
                // Types are not followed everywhere, and a text is no number of the same spelling.
                let kind = |value: &Self| match value.data {
                    Data::Bool(_) => 1,
                    Data::Number(_) => 2,
                    _ => 3,
                };
                if is_certain && written == others && kind(self) != kind(other) {
                    return None;
                }
                (is_certain || written == others).then_some(written == others)
            }
            // A null hole cannot be excluded, nor can an instance be compared.
            _ if !self.is_known() || !other.is_known() => {
                let has_text = |value: &Self| matches!(&value.data, Data::Text(pieces) if !pieces.is_empty());
                let is_null_and_text =
                    (self.is_null() && has_text(other)) || (other.is_null() && has_text(self));
                is_null_and_text.then_some(false)
            }
            _ => Some(false),
        }
    }

    /// As a value to compose: texts keep the places of their letters.
    pub(super) fn composed(&self) -> Composed {
        let data = match &self.data {
            Data::Null => Shape::Null,
            Data::Bool(flag) => Shape::Bool(*flag),
            Data::Number(number) => Shape::Number(spelled(*number)),
            Data::Json(inner) => {
                // A policy is read as the object that it is, so that each of its values has its own place.
                let inner = inner.composed();
                return Composed {
                    origin: inner.origin.or(self.origin),
                    data: inner.data,
                };
            }
            Data::Text(pieces) => {
                let pieces = pieces.iter().map(|piece| (piece.text.clone(), piece.origin));
                Shape::Pieces(pieces.collect())
            }
            Data::Hole(hole) => Shape::String(hole.written()),
            Data::List(items) => Shape::Array(items.iter().map(Self::composed).collect()),
            Data::Object(members) => {
                let member =
                    |member: &Member| (member.key.clone(), member.key_origin, member.value.composed());
                Shape::Object(members.iter().map(member).collect())
            }
            Data::Instance(instance) | Data::Family(instance) => {
                let name = format!("{}.{}", instance.kind, instance.name);
                Shape::String(Hole::named(name).written())
            }
        };
        Composed {
            origin: self.origin,
            data,
        }
    }
}

/// What is certain not to be there, which is a fault, and which `try` passes over.
pub(super) fn missing(name: &str) -> Value {
    Value::hole(format!("{MISSING}{}", plain(name)))
}

/// How the holes of what is missing begin.
const MISSING: &str = "no such ";

/// Whether an expression is certain to fail.
pub(super) fn fails(value: &Value) -> bool {
    matches!(&value.data, Data::Hole(hole) if hole.name.starts_with(MISSING))
}

/// A number as Terraform spells it.
pub(super) fn spelled(number: f64) -> String {
    if number.is_finite() {
        format!("{number}")
    } else {
        "0".to_owned()
    }
}

/// The text of a value as JSON.
fn json(value: &Value, pieces: &mut Vec<Piece>) {
    let literal = |text: &str| Piece::known(text, value.origin);
    match &value.data {
        Data::List(items) => {
            pieces.push(literal("["));
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    pieces.push(literal(","));
                }
                json(item, pieces);
            }
            pieces.push(literal("]"));
        }
        Data::Object(members) => {
            pieces.push(literal("{"));
            for (number, member) in members.iter().enumerate() {
                let comma = if number > 0 { "," } else { "" };
                let key = serde_json::Value::String(member.key.clone());
                pieces.push(Piece::known(format!("{comma}{key}:"), member.key_origin));
                json(&member.value, pieces);
            }
            pieces.push(literal("}"));
        }
        Data::Bool(_) | Data::Number(_) => pieces.extend(value.pieces().unwrap_or_default()),
        Data::Text(_) | Data::Json(_) | Data::Hole(_) => {
            pieces.push(literal("\""));
            for piece in value.pieces().unwrap_or_default() {
                let quoted = serde_json::Value::String(piece.text.clone()).to_string();
                let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
                pieces.push(Piece {
                    text: inner.to_owned(),
                    ..piece
                });
            }
            pieces.push(literal("\""));
        }
        Data::Null | Data::Instance(_) | Data::Family(_) => pieces.push(literal("null")),
    }
}
