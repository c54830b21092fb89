//! The syntax of a template: values of JSON or YAML with their origins.
//!
//! Values lie in one list and name each other by number, so that what an alias of YAML shares is held once and nothing
//! grows by being named twice. Tags of YAML are the functions that they stand for: `!Ref X` is `{"Ref": "X"}`.

use crate::source::{self, Composed, Origin, Span};

/// A value of one [`Syntax`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Id(u32);

impl Id {
    /// Its number in the order of the text, for names.
    pub(super) fn number(self) -> u32 {
        self.0
    }
}

/// A stretch of text and where it comes from.
pub(super) type Piece = (String, Option<Origin>);

/// What a value is.
#[derive(Clone, Debug)]
pub(super) enum Data {
    Null,
    Bool(bool),
    /// A number as JSON spells it.
    Number(String),
    Text(Vec<Piece>),
    List(Vec<Id>),
    Map(Vec<Member>),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) key: String,
    pub(super) origin: Option<Origin>,
    pub(super) value: Id,
}

#[derive(Clone, Debug)]
struct Node {
    data: Data,
    origin: Origin,
}

/// The values of one template.
#[derive(Clone, Debug, Default)]
pub(super) struct Syntax {
    nodes: Vec<Node>,
}

static NOTHING: Data = Data::Null;

impl Syntax {
    /// Puts down a value.
    pub(super) fn add(&mut self, data: Data, origin: Origin) -> Id {
        let id = Id(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node { data, origin });
        id
    }

    /// How many values there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn data(&self, id: Id) -> &Data {
        self.nodes.get(id.0 as usize).map_or(&NOTHING, |node| &node.data)
    }

    pub(super) fn origin(&self, id: Id) -> Option<Origin> {
        self.nodes.get(id.0 as usize).map(|node| node.origin)
    }

    /// The members of an object; nothing for other values.
    pub(super) fn members(&self, id: Id) -> &[Member] {
        match self.data(id) {
            Data::Map(members) => members,
            _ => &[],
        }
    }

    /// The items of a list; nothing for other values.
    pub(super) fn items(&self, id: Id) -> &[Id] {
        match self.data(id) {
            Data::List(items) => items,
            _ => &[],
        }
    }

    /// The value under a key.
    pub(super) fn get(&self, id: Id, key: &str) -> Option<Id> {
        let member = self.members(id).iter().find(|member| member.key == key)?;
        Some(member.value)
    }

    /// A string, number or boolean as text.
    pub(super) fn text(&self, id: Id) -> Option<String> {
        match self.data(id) {
            Data::Text(pieces) => Some(joined(pieces)),
            Data::Number(text) => Some(text.clone()),
            Data::Bool(flag) => Some(flag.to_string()),
            Data::Null | Data::List(_) | Data::Map(_) => None,
        }
    }

    /// A value as it stands, for what is no template; `None` where it has more than `left` parts. What aliases share is
    /// put down each time. The depth is that of the text, which its reader bounds.
    pub(super) fn composed(&self, id: Id, left: &mut usize) -> Option<Composed> {
        *left = left.checked_sub(1)?;
        let data = match self.data(id) {
            Data::Null => source::Data::Null,
            Data::Bool(flag) => source::Data::Bool(*flag),
            Data::Number(text) => source::Data::Number(text.clone()),
            Data::Text(pieces) => source::Data::Pieces(pieces.clone()),
            Data::List(items) => {
                let items = items.iter().map(|item| self.composed(*item, left));
                source::Data::Array(items.collect::<Option<_>>()?)
            }
            Data::Map(members) => {
                let members = members.iter().map(|member| {
                    let value = self.composed(member.value, left)?;
                    Some((member.key.clone(), member.origin, value))
                });
                source::Data::Object(members.collect::<Option<_>>()?)
            }
        };
        Some(Composed {
            origin: self.origin(id),
            data,
        })
    }

    /// An object of one member is a call when its key is that of a function: the key and the argument.
    pub(super) fn call(&self, id: Id) -> Option<(&str, Id)> {
        let [member] = self.members(id) else {
            return None;
        };
        let is_function = member.key == "Ref" || member.key.starts_with("Fn::");
        is_function.then_some((member.key.as_str(), member.value))
    }
}

/// The text of pieces.
pub(super) fn joined(pieces: &[Piece]) -> String {
    pieces.iter().map(|(text, _)| text.as_str()).collect()
}

/// The pieces of a part of their text, which begins and ends between letters.
pub(super) fn cut(pieces: &[Piece], part: Span) -> Vec<Piece> {
    let mut at = 0;
    let mut found = Vec::new();
    for (text, origin) in pieces {
        let (start, end) = (at, at + text.len());
        at = end;
        let (from, to) = (part.start.max(start), part.end.min(end));
        let inside = Span::new(from.saturating_sub(start), to.saturating_sub(start));
        if from < to {
            let origin = origin.map(|origin| match origin {
                Origin::Text(doc, span) if span.end - span.start == text.len() => {
                    Origin::Text(doc, Span::new(span.start + inside.start, span.start + inside.end))
                }
                whole => whole,
            });
            found.push((inside.of(text).to_owned(), origin));
        }
    }
    found
}
