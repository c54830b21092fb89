//! Sets of characters (Unicode scalar values) as sorted ranges.
//!
//! Invariant: ranges are inclusive, sorted, and neither overlap nor touch, so equal sets are equal values.
//! The gap of the surrogates is no character and never separates two ranges.

/// A set of characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CharSet {
    ranges: Box<[(char, char)]>,
}

impl CharSet {
    /// No character.
    pub fn empty() -> Self {
        Self { ranges: Box::new([]) }
    }

    /// Every character.
    pub fn all() -> Self {
        Self::range('\0', char::MAX)
    }

    /// This character alone.
    pub fn single(c: char) -> Self {
        Self::range(c, c)
    }

    /// The characters from `first` to `last`, both included; none if `first` is after `last`.
    pub fn range(first: char, last: char) -> Self {
        Self::from_ranges([(first, last)])
    }

    /// The characters of `text`.
    pub fn of(text: &str) -> Self {
        Self::from_ranges(text.chars().map(|c| (c, c)))
    }

    /// The union of inclusive ranges, in any order; a range whose first is after its last is empty.
    pub fn from_ranges(ranges: impl IntoIterator<Item = (char, char)>) -> Self {
        let mut given: Vec<(char, char)> = ranges.into_iter().filter(|(first, last)| first <= last).collect();
        given.sort_unstable();
        let mut merged: Vec<(char, char)> = Vec::with_capacity(given.len());
        for (first, last) in given {
            match merged.last_mut() {
                Some(open) if following(open.1).is_none_or(|next| first <= next) => open.1 = open.1.max(last),
                _ => merged.push((first, last)),
            }
        }
        Self {
            ranges: merged.into(),
        }
    }

    /// The inclusive ranges, ascending.
    pub fn ranges(&self) -> &[(char, char)] {
        &self.ranges
    }

    /// The characters of either set.
    pub fn union(&self, other: &Self) -> Self {
        Self::from_ranges(self.ranges.iter().chain(&other.ranges).copied())
    }

    /// The characters not in this set.
    pub fn negate(&self) -> Self {
        let mut rest = Vec::with_capacity(self.ranges.len() + 1);
        let mut from = Some('\0');
        for &(first, last) in &self.ranges {
            if let (Some(start), Some(end)) = (from, preceding(first)) {
                rest.push((start, end));
            }
            from = following(last);
        }
        rest.extend(from.map(|start| (start, char::MAX)));
        Self::from_ranges(rest)
    }

    /// This set less one character.
    pub fn without(&self, c: char) -> Self {
        self.negate().union(&Self::single(c)).negate()
    }

    /// Whether `c` is in the set. Logarithmic in the number of ranges.
    pub fn contains(&self, c: char) -> bool {
        let after = self.ranges.partition_point(|&(_, last)| last < c);
        self.ranges.get(after).is_some_and(|&(first, _)| first <= c)
    }

    /// Whether every character of this set is in `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.ranges.iter().all(|&(first, last)| {
            let after = other.ranges.partition_point(|&(_, end)| end < first);
            other
                .ranges
                .get(after)
                .is_some_and(|&(start, end)| start <= first && last <= end)
        })
    }

    /// Whether no character is in the set.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether every character is in the set.
    pub fn is_all(&self) -> bool {
        *self.ranges == [('\0', char::MAX)]
    }
}

/// The next character, over the surrogates; none after the last.
pub(super) fn following(c: char) -> Option<char> {
    (c..=char::MAX).nth(1)
}

/// The character before, over the surrogates; none before the first.
fn preceding(c: char) -> Option<char> {
    ('\0'..=c).nth_back(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn touching_ranges_become_one() {
        let set = CharSet::from_ranges([('d', 'f'), ('a', 'c'), ('x', 'x'), ('z', 'y')]);
        assert_eq!(set.ranges(), [('a', 'f'), ('x', 'x')]);
        assert_eq!(
            CharSet::from_ranges([('\0', '\u{D7FF}'), ('\u{E000}', char::MAX)]),
            CharSet::all()
        );
    }

    #[test]
    fn negation_is_its_own_inverse() {
        for set in [
            CharSet::empty(),
            CharSet::all(),
            CharSet::of(":/"),
            CharSet::range('\0', 'b'),
        ] {
            assert_eq!(set.negate().negate(), set);
            for c in ['\0', 'a', 'b', ':', '/', '\u{E000}', char::MAX] {
                assert_ne!(set.contains(c), set.negate().contains(c));
            }
        }
    }

    #[test]
    fn a_set_without_a_character_lacks_just_that() {
        let set = CharSet::all().without(':');
        assert!(!set.contains(':') && set.contains(';') && set.contains('9'));
        assert!(set.is_subset(&CharSet::all()) && !CharSet::all().is_subset(&set));
        assert_eq!(CharSet::single('a').without('a'), CharSet::empty());
    }
}
