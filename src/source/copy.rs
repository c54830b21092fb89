//! Values of documents as parts of composed ones.

use super::composed::{Composed, Data, Origin};
use super::node::{Kind, NodeId};
use super::place::Place;
use super::sources::Sources;

/// What lies deeper is left out: nothing that is described is as deep.
const DEEPEST: usize = 64;

impl Sources {
    /// A value as it stands, with its places.
    #[must_use]
    pub fn copied(&self, place: Place) -> Composed {
        copy(self, place, 0)
    }
}

fn copy(sources: &Sources, place: Place, depth: usize) -> Composed {
    let Some(tree) = sources.tree(place.doc) else {
        return Composed::new(Data::Null);
    };
    let origin = Some(Origin::Place(place));
    let at = |node: NodeId| Place { doc: place.doc, node };
    let data = match tree.kind(place.node) {
        Kind::Object if depth < DEEPEST => Data::Object(
            tree.members(place.node)
                .filter_map(|(key, value)| {
                    let name = tree.string(key)?.into_owned();
                    Some((
                        name,
                        Some(Origin::Place(at(key))),
                        copy(sources, at(value), depth + 1),
                    ))
                })
                .collect(),
        ),
        Kind::Array if depth < DEEPEST => Data::Array(
            tree.items(place.node)
                .map(|item| copy(sources, at(item), depth + 1))
                .collect(),
        ),
        Kind::String => Data::Pieces(vec![(
            tree.string(place.node).unwrap_or_default().into_owned(),
            origin,
        )]),
        Kind::Bool => Data::Bool(tree.boolean(place.node) == Some(true)),
        Kind::Number => Data::Number(tree.raw(place.node).to_owned()),
        _ => Data::Null,
    };
    Composed { origin, data }
}
