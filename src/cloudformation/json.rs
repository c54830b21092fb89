//! A template in JSON as syntax.

use super::syntax::{Data, Id, Member, Syntax};
use crate::source::{DocId, Kind, NodeId, Origin, Place, Span, Tree};

/// Reads the tree of a document; its depth is bounded by the scanner.
pub(super) fn read(tree: &Tree, doc: DocId) -> (Syntax, Id) {
    let mut reader = Reader {
        tree,
        doc,
        syntax: Syntax::default(),
    };
    let root = reader.value(tree.root());
    (reader.syntax, root)
}

struct Reader<'a> {
    tree: &'a Tree,
    doc: DocId,
    syntax: Syntax,
}

impl Reader<'_> {
    fn value(&mut self, node: NodeId) -> Id {
        let tree = self.tree;
        let data = match tree.kind(node) {
            Kind::Null => Data::Null,
            Kind::Bool => Data::Bool(tree.boolean(node) == Some(true)),
            Kind::Number => Data::Number(tree.raw(node).to_owned()),
            Kind::String => {
                let text = tree.string(node).unwrap_or_default().into_owned();
                let origin = self.content(node, &text);
                Data::Text(vec![(text, Some(origin))])
            }
            Kind::Array => {
                let items: Vec<_> = tree.items(node).collect();
                Data::List(items.into_iter().map(|item| self.value(item)).collect())
            }
            Kind::Object => {
                let members: Vec<_> = tree.members(node).collect();
                let members = members.into_iter().map(|(key, value)| Member {
                    key: tree.string(key).unwrap_or_default().into_owned(),
                    origin: Some(self.place(key)),
                    value: self.value(value),
                });
                Data::Map(members.collect())
            }
        };
        let origin = self.place(node);
        self.syntax.add(data, origin)
    }

    fn place(&self, node: NodeId) -> Origin {
        Origin::Place(Place { doc: self.doc, node })
    }

    /// Where the text of a string stands: between its quotes, unless escapes spell it otherwise.
    fn content(&self, node: NodeId, text: &str) -> Origin {
        let Span { start, end } = self.tree.span(node);
        let inner = Span::new(start + 1, end.saturating_sub(1).max(start + 1));
        if inner.of(self.tree.text()) == text {
            Origin::Text(self.doc, inner)
        } else {
            self.place(node)
        }
    }
}
