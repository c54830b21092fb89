//! Lists of numbers stored once each, in one arena, and named by the order of arrival.

use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap};

/// No further list of the same hash.
const END: u32 = u32::MAX;

/// Distinct lists of numbers. Names are dense: 0, 1, 2, …
#[derive(Debug, Default)]
pub(super) struct Interner {
    /// By hash: the last list that came with it.
    heads: FxHashMap<u64, u32>,
    /// By name: the list of the same hash that came before.
    earlier: Vec<u32>,
    /// By name: where the list ends in the arena (it starts where the one before ends).
    ends: Vec<usize>,
    arena: Vec<u32>,
}

impl Interner {
    /// How many lists are stored.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The list of this name; empty for a name never given.
    pub(super) fn get(&self, name: u32) -> &[u32] {
        let name = name as usize;
        let start = name
            .checked_sub(1)
            .and_then(|before| self.ends.get(before))
            .copied()
            .unwrap_or(0);
        let end = self.ends.get(name).copied().unwrap_or(start);
        self.arena.get(start..end).unwrap_or_default()
    }

    /// The name of a list, and whether it is new.
    pub(super) fn intern(&mut self, list: &[u32]) -> (u32, bool) {
        let hash = FxBuildHasher.hash_one(list);
        let head = self.heads.get(&hash).copied().unwrap_or(END);
        let mut at = head;
        while at != END {
            if self.get(at) == list {
                return (at, false);
            }
            at = self.earlier.get(at as usize).copied().unwrap_or(END);
        }
        let name = self.ends.len() as u32;
        self.heads.insert(hash, name);
        self.earlier.push(head);
        self.arena.extend_from_slice(list);
        self.ends.push(self.arena.len());
        (name, true)
    }

    /// Roughly the bytes one more list of this length takes.
    pub(super) fn cost(length: usize) -> usize {
        // Hash table entry with slack, two vectors, and the list itself with the slack of a growing vector.
        48 + 6 * length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lists_share_a_name() {
        let mut lists = Interner::default();
        assert_eq!(lists.intern(&[]), (0, true));
        assert_eq!(lists.intern(&[1, 2]), (1, true));
        assert_eq!(lists.intern(&[1]), (2, true));
        assert_eq!(lists.intern(&[1, 2]), (1, false));
        assert_eq!(lists.intern(&[]), (0, false));
        assert_eq!(
            (lists.get(1), lists.get(2), lists.len()),
            (&[1, 2][..], &[1][..], 3)
        );
        assert!(lists.get(9).is_empty());
    }
}
