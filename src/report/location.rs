//! From the places of findings and problems to locations.

use crate::finding::Spot;
use crate::source::{DocId, Location, Sources, Span};

/// Where a spot is in its outermost file.
pub(super) fn locate(spot: Spot, sources: &Sources) -> Location {
    match spot {
        Spot::Node(place) => sources.locate(place),
        Spot::Text(doc, span) => sources.locate_span(doc, span),
    }
}

/// The outermost file of a spot and its bytes there, without lines and columns.
pub(super) fn span_in_file(spot: Spot, sources: &Sources) -> (DocId, Span) {
    match spot {
        Spot::Node(place) => {
            let span = sources
                .tree(place.doc)
                .map_or_else(Span::default, |tree| tree.span(place.node));
            sources.span_in_file(place.doc, span)
        }
        Spot::Text(doc, span) => sources.span_in_file(doc, span),
    }
}
