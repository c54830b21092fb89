//! Whether two JSON values say the same: objects whatever the order of their keys, arrays in order.

use crate::source::{Kind, NodeId, Place, Sources, Tree};

/// Whether the values are equal. Strings are compared decoded, numbers as they are spelled. Linear in the size of the
/// values but for the sorting of keys.
pub(super) fn same(sources: &Sources, left: Place, right: Place) -> bool {
    match (sources.tree(left.doc), sources.tree(right.doc)) {
        (Some(left_tree), Some(right_tree)) => equal((left_tree, left.node), (right_tree, right.node)),
        _ => false,
    }
}

/// Recursion is as deep as the values are, which [`MAX_DEPTH`](crate::source::MAX_DEPTH) bounds.
fn equal((left, a): (&Tree, NodeId), (right, b): (&Tree, NodeId)) -> bool {
    if left.kind(a) != right.kind(b) {
        return false;
    }
    match left.kind(a) {
        Kind::Null => true,
        Kind::Bool | Kind::Number => left.raw(a) == right.raw(b),
        Kind::String => left.string(a) == right.string(b),
        Kind::Array => {
            let (mut items, mut others) = (left.items(a), right.items(b));
            loop {
                match (items.next(), others.next()) {
                    (Some(a), Some(b)) if equal((left, a), (right, b)) => {}
                    (None, None) => return true,
                    _ => return false,
                }
            }
        }
        Kind::Object => {
            let (members, others) = (sorted(left, a), sorted(right, b));
            members.len() == others.len()
                && members.iter().zip(&others).all(|((key, a), (other, b))| {
                    left.string(*key) == right.string(*other) && equal((left, *a), (right, *b))
                })
        }
    }
}

fn sorted(tree: &Tree, object: NodeId) -> Vec<(NodeId, NodeId)> {
    let mut members: Vec<_> = tree.members(object).collect();
    members.sort_by_cached_key(|(key, _)| tree.string(*key));
    members
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says_the_same(left: &str, right: &str) -> bool {
        let mut sources = Sources::new();
        let left = sources.add_text("left.json", left.to_owned());
        let right = sources.add_text("right.json", right.to_owned());
        same(
            &sources,
            sources.root(left).unwrap(),
            sources.root(right).unwrap(),
        )
    }

    #[test]
    fn the_order_of_keys_does_not_count() {
        assert!(says_the_same(
            r#"{"a": 1, "b": [true, "x"]}"#,
            r#"{"b":[true,"\u0078"],"a":1}"#
        ));
    }

    #[test]
    fn order_of_items_kinds_and_length_count() {
        for (left, right) in [
            ("[1, 2]", "[2, 1]"),
            ("[1]", "[1, 1]"),
            ("1", "\"1\""),
            ("{\"a\": 1}", "{\"a\": 1, \"b\": 1}"),
            ("{\"a\": 1}", "{\"b\": 1}"),
            ("true", "false"),
        ] {
            assert!(!says_the_same(left, right), "{left} {right}");
        }
    }
}
