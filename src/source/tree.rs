//! A JSON document as a tree of places: each value and each key is a node that knows its kind and its bytes.
//!
//! In goes a text, out comes its tree and its faults. The tree owns its text, allocates nothing per node, decodes
//! strings when asked and keeps members in order, repeated keys included. Methods accept any [`NodeId`]: one of
//! another tree gives a meaningless answer, never a panic. Source: RFC 8259; pointers by RFC 6901.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::fault::Fault;
use super::node::{self, Kind, Node, NodeId};
use super::span::Span;
use super::{escape, json, table};

/// The tree of one JSON document.
#[derive(Clone, Debug)]
pub struct Tree {
    text: Arc<String>,
    nodes: Vec<Node>,
    /// Where each node stands in its parent: made when the first pointer is asked for.
    steps: OnceLock<Vec<Step>>,
}

/// The way to a node from its parent.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    parent: u32,
    /// The index in an array; for keys and values of an object, the key's node.
    ordinal: u32,
}

/// What reading a text gives.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The tree; `None` when one of the faults is fatal.
    pub tree: Option<Tree>,
    /// What is wrong with the text, in the order of places.
    pub faults: Vec<Fault>,
}

impl Tree {
    /// Reads one JSON document. Text after the document and repeated keys are faults beside the tree.
    ///
    /// Accepts what RFC 8259 defines, to [`MAX_DEPTH`](super::MAX_DEPTH) levels and
    /// [`MAX_BYTES`](super::MAX_BYTES) bytes, after an optional byte order mark. Numbers may have any size and
    /// precision. Half a surrogate pair is read as U+FFFD and recorded as a fault.
    #[must_use]
    pub fn parse(text: &str) -> Parsed {
        Self::parse_shared(&Arc::new(text.to_owned()))
    }

    pub(super) fn parse_shared(text: &Arc<String>) -> Parsed {
        Self::of_scan(text, json::scan(text))
    }

    /// Documents that follow each other, as one array.
    pub(super) fn parse_sequence(text: &Arc<String>) -> Parsed {
        Self::of_scan(text, json::scan_sequence(text))
    }

    /// A printed table, as the objects that its rows or columns are; `None` when there is none in the text.
    pub(super) fn parse_table(text: &Arc<String>) -> Option<Self> {
        Self::of_scan(text, (table::scan(text), Vec::new())).tree
    }

    fn of_scan(text: &Arc<String>, (nodes, faults): (Option<Vec<Node>>, Vec<Fault>)) -> Parsed {
        let tree = nodes.map(|nodes| Self {
            text: Arc::clone(text),
            nodes,
            steps: OnceLock::new(),
        });
        Parsed { tree, faults }
    }

    /// The document's value.
    #[must_use]
    pub fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// The whole text, byte order mark and trailing text included.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)
    }

    /// The kind of a value. A key is a string.
    #[must_use]
    pub fn kind(&self, id: NodeId) -> Kind {
        self.node(id).map_or(Kind::Null, |node| node.kind)
    }

    /// The bytes of a value or key, quotes and brackets included.
    #[must_use]
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).map_or(Span::at(self.text.len()), Node::span)
    }

    /// The text of a value or key as it is spelled, quotes and brackets included.
    #[must_use]
    pub fn raw(&self, id: NodeId) -> &str {
        self.span(id).of(&self.text)
    }

    /// A string or key, decoded; borrowed unless it has escapes. `None` for other kinds.
    #[must_use]
    pub fn string(&self, id: NodeId) -> Option<Cow<'_, str>> {
        let node = self.node(id).filter(|node| node.kind == Kind::String)?;
        Some(escape::decode(node.content(&self.text), node.has_escapes()))
    }

    /// The text between the quotes of a string, as it is spelled, and where it begins.
    pub(super) fn content(&self, id: NodeId) -> (usize, &str) {
        match self.node(id).filter(|node| node.kind == Kind::String) {
            Some(node) => (node.content_span().start, node.content(&self.text)),
            None => (self.span(id).start, ""),
        }
    }

    /// The value of `true` and `false`; `None` for other kinds.
    #[must_use]
    pub fn boolean(&self, id: NodeId) -> Option<bool> {
        (self.kind(id) == Kind::Bool).then(|| self.raw(id) == "true")
    }

    /// A string decoded, a number or boolean as it is spelled; `None` for null, arrays and objects.
    #[must_use]
    pub fn scalar(&self, id: NodeId) -> Option<Cow<'_, str>> {
        match self.kind(id) {
            Kind::String => self.string(id),
            Kind::Bool | Kind::Number => Some(Cow::Borrowed(self.raw(id))),
            Kind::Null | Kind::Array | Kind::Object => None,
        }
    }

    /// The items of an array, in order; nothing for other kinds.
    pub fn items(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        node::children(&self.nodes, id, Kind::Array)
    }

    /// The members of an object as key and value, in order, repeated keys included; nothing for other kinds.
    pub fn members(&self, id: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> {
        node::members(&self.nodes, id)
    }

    /// The value of the first member with this key, compared decoded. Linear in the number of members before it.
    #[must_use]
    pub fn get(&self, id: NodeId, key: &str) -> Option<NodeId> {
        self.members(id)
            .find(|(node, _)| self.is_string(*node, key))
            .map(|(_, value)| value)
    }

    /// Whether this is a string, or a key, that decodes to `text`. Allocates only when it has escapes.
    #[must_use]
    pub fn is_string(&self, id: NodeId, text: &str) -> bool {
        self.string(id).is_some_and(|string| string == text)
    }

    /// The items of an array, or the value itself when it is not an array.
    pub fn one_or_many(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let one = (self.kind(id) != Kind::Array).then_some(id);
        one.into_iter().chain(self.items(id))
    }

    /// The key of a member's value; `None` for items, keys and the root.
    #[must_use]
    pub fn key_of(&self, value: NodeId) -> Option<NodeId> {
        let before = NodeId(value.0.checked_sub(1)?);
        self.node(before)
            .is_some_and(|node| node.is_key)
            .then_some(before)
    }

    /// The array or object that a value or key stands in; `None` for the root. The first call on a tree is linear in
    /// its size.
    #[must_use]
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.step(id).map(|step| NodeId(step.parent))
    }

    fn step(&self, id: NodeId) -> Option<Step> {
        if id == self.root() {
            return None;
        }
        self.steps
            .get_or_init(|| self.make_steps())
            .get(id.0 as usize)
            .copied()
    }

    fn make_steps(&self) -> Vec<Step> {
        let mut steps = vec![Step::default(); self.nodes.len()];
        let mut set = |id: NodeId, step| {
            if let Some(slot) = steps.get_mut(id.0 as usize) {
                *slot = step;
            }
        };
        for parent in 0..self.nodes.len() as u32 {
            for (ordinal, item) in (0..).zip(self.items(NodeId(parent))) {
                set(item, Step { parent, ordinal });
            }
            for (key, value) in self.members(NodeId(parent)) {
                set(
                    key,
                    Step {
                        parent,
                        ordinal: key.0,
                    },
                );
                set(
                    value,
                    Step {
                        parent,
                        ordinal: key.0,
                    },
                );
            }
        }
        steps
    }

    /// The JSON pointer (RFC 6901) of a value; a key has its value's pointer. Empty for the root. The first call on a
    /// tree is linear in its size, later ones in the depth.
    #[must_use]
    pub fn pointer(&self, id: NodeId) -> String {
        let mut path = Vec::new();
        let mut at = id;
        while let Some(step) = self.step(at) {
            path.push(step);
            at = NodeId(step.parent);
        }
        let mut pointer = String::new();
        for step in path.iter().rev() {
            pointer.push('/');
            match self
                .string(NodeId(step.ordinal))
                .filter(|_| self.kind(NodeId(step.parent)) == Kind::Object)
            {
                Some(key) => key.chars().for_each(|character| match character {
                    '~' => pointer.push_str("~0"),
                    '/' => pointer.push_str("~1"),
                    other => pointer.push(other),
                }),
                None => pointer.push_str(&step.ordinal.to_string()),
            }
        }
        pointer
    }

    /// The value at a JSON pointer (RFC 6901), through the first of repeated keys.
    #[must_use]
    pub fn find(&self, pointer: &str) -> Option<NodeId> {
        if pointer.is_empty() {
            return Some(self.root());
        }
        pointer
            .strip_prefix('/')?
            .split('/')
            .try_fold(self.root(), |at, token| match self.kind(at) {
                Kind::Object => self.get(at, &pointer_key(token)?),
                Kind::Array => self.items(at).nth(pointer_index(token)?),
                Kind::Null | Kind::Bool | Kind::Number | Kind::String => None,
            })
    }
}

/// A reference token with `~0` and `~1` replaced; `None` when a tilde stands before something else.
fn pointer_key(token: &str) -> Option<Cow<'_, str>> {
    let mut parts = token.split('~');
    let first = parts.next()?;
    if first.len() == token.len() {
        return Some(Cow::Borrowed(token));
    }
    let mut key = first.to_owned();
    for part in parts {
        let (mark, rest) = match part.as_bytes().first()? {
            b'0' => ('~', part.get(1..)?),
            b'1' => ('/', part.get(1..)?),
            _ => return None,
        };
        key.push(mark);
        key.push_str(rest);
    }
    Some(Cow::Owned(key))
}

/// An array index: digits without a leading zero.
fn pointer_index(token: &str) -> Option<usize> {
    let is_index =
        token.bytes().all(|byte| byte.is_ascii_digit()) && (token == "0" || !token.starts_with('0'));
    token.parse().ok().filter(|_| is_index)
}

#[cfg(test)]
pub(super) mod tests;
