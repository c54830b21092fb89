//! One node of a tree: what the scan records of each value and each key.
//!
//! Nodes lie in document order. A container is followed by everything inside it, a key by its value, so that the
//! children of a container are found from `next` alone and a scalar has nothing to follow.

use std::fmt;

use super::span::Span;

/// A value or a key of one tree. The order of ids is the order of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    /// The node of the same place in an equal value: `self` is inside the value at `from`, the result inside the one
    /// at `to`. For values that are spelled alike, byte for byte.
    pub(crate) fn moved(self, from: Self, to: Self) -> Self {
        Self(self.0.wrapping_sub(from.0).wrapping_add(to.0))
    }
}

/// The six kinds of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number, kept as it is spelled.
    Number,
    /// A string, or the key of a member.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl fmt::Display for Kind {
    /// The kind with its article, for messages: `an object`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}

/// How a string or key is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// Between quotes, as it is meant.
    Quoted,
    /// Between quotes, with a backslash in it.
    Escaped,
    /// Without quotes, as the cells of tables are.
    Bare,
}

/// What the scan records: sixteen bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// The first byte, which is the opening quote or bracket where there is one.
    pub(super) start: u32,
    /// One past the last byte.
    pub(super) end: u32,
    /// The first node that is not inside this one: the next sibling, unless the parent ends there too.
    pub(super) next: u32,
    pub(super) kind: Kind,
    /// Of strings and keys; of no meaning for others.
    pub(super) spelling: Spelling,
    /// The key of a member; the next node is its value.
    pub(super) is_key: bool,
}

impl Node {
    pub(super) fn span(&self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }

    /// The bytes between the quotes of a string; all of one without quotes.
    pub(super) fn content_span(&self) -> Span {
        let Span { start, end } = self.span();
        match self.spelling {
            Spelling::Bare => Span::new(start, end),
            Spelling::Quoted | Spelling::Escaped => {
                Span::new(start + 1, end.saturating_sub(1).max(start + 1))
            }
        }
    }

    /// The text of [`content_span`](Self::content_span).
    pub(super) fn content<'a>(&self, text: &'a str) -> &'a str {
        let Span { start, end } = self.content_span();
        text.get(start..end).unwrap_or_default()
    }

    /// Whether a backslash in the content is an escape.
    pub(super) fn has_escapes(&self) -> bool {
        self.spelling == Spelling::Escaped
    }
}

/// The keys and values of the object `id`, in order; nothing when it is not an object.
pub(super) fn members(nodes: &[Node], id: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> {
    children(nodes, id, Kind::Object).map(|key| (key, NodeId(key.0 + 1)))
}

/// The items of an array or the keys of an object, in order; nothing when `id` is not of the kind `wanted`.
pub(super) fn children(nodes: &[Node], id: NodeId, wanted: Kind) -> impl Iterator<Item = NodeId> {
    let node = nodes.get(id.0 as usize).filter(|node| node.kind == wanted);
    let (mut at, end) = node.map_or((0, 0), |node| (id.0 + 1, node.next));
    std::iter::from_fn(move || {
        if at >= end {
            return None;
        }
        let child = at;
        let value = if wanted == Kind::Object { child + 1 } else { child };
        at = nodes.get(value as usize)?.next;
        Some(NodeId(child))
    })
}
