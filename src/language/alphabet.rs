//! Which characters a group of programs can tell apart.
//!
//! Two characters that every label of every program treats alike are one class; the search runs over classes
//! and spells words with one readable representative each. Classes are numbered most readable first, so that
//! of equally short words a readable one is found first. Source: SET-07.

use rustc_hash::{FxHashMap, FxHashSet};

use super::charset::{CharSet, following};
use super::program::Program;

/// In this order a class looks for its representative, and classes are numbered by what they found.
const READABLE: &str = concat!(
    "xyzabcdefghijklmnopqrstuvw0123456789-_./:",
    "XYZABCDEFGHIJKLMNOPQRSTUVW@=+,%#~!&*?;$'()[]{}<>^`|\\\" "
);

/// The representatives, by class number.
#[derive(Debug)]
pub(super) struct Alphabet {
    representatives: Vec<char>,
}

impl Alphabet {
    /// The classes of these programs. About the number of distinct labels, plus one, unless sets overlap.
    pub(super) fn new<'a>(programs: impl IntoIterator<Item = &'a Program>) -> Self {
        let mut chars: Vec<char> = Vec::new();
        let mut sets: FxHashSet<&CharSet> = FxHashSet::default();
        for program in programs {
            chars.extend(program.chars());
            sets.extend(program.sets());
            if chars.len() > 1 << 16 {
                chars.sort_unstable();
                chars.dedup();
            }
        }
        chars.sort_unstable();
        chars.dedup();
        let mut sets: Vec<&CharSet> = sets.into_iter().collect();
        sets.sort_unstable();
        let mut cuts = Cuts::new(&chars, &sets);
        sets.iter().for_each(|set| cuts.split(set));
        Self {
            representatives: cuts.representatives(),
        }
    }

    /// How many classes there are; at least one.
    pub(super) fn len(&self) -> usize {
        self.representatives.len()
    }

    /// The representative of a class.
    pub(super) fn representative(&self, class: u32) -> Option<char> {
        self.representatives.get(class as usize).copied()
    }

    /// All classes with their representatives, most readable first.
    pub(super) fn classes(&self) -> impl Iterator<Item = (u32, char)> + '_ {
        (0..).zip(self.representatives.iter().copied())
    }
}

/// The characters cut into intervals that no label divides, and the class of each interval.
struct Cuts {
    starts: Vec<char>,
    classes: Vec<u32>,
    sizes: Vec<u32>,
}

impl Cuts {
    fn new(chars: &[char], sets: &[&CharSet]) -> Self {
        let ranges = sets.iter().flat_map(|set| set.ranges());
        let mut starts = vec!['\0'];
        for (first, last) in ranges.copied().chain(chars.iter().map(|&c| (c, c))) {
            starts.push(first);
            starts.extend(following(last));
        }
        starts.sort_unstable();
        starts.dedup();
        let mut sizes = vec![0];
        let classes = starts
            .iter()
            .map(|start| match chars.binary_search(start) {
                Ok(_) => {
                    sizes.push(1);
                    sizes.len() as u32 - 1
                }
                Err(_) => {
                    if let Some(rest) = sizes.first_mut() {
                        *rest += 1;
                    }
                    0
                }
            })
            .collect();
        Self {
            starts,
            classes,
            sizes,
        }
    }

    fn interval_of(&self, c: char) -> usize {
        self.starts.partition_point(|&start| start <= c).saturating_sub(1)
    }

    /// Divides each class into its intervals inside the set and those outside.
    fn split(&mut self, set: &CharSet) {
        let inside: Vec<usize> = set
            .ranges()
            .iter()
            .flat_map(|&(first, last)| self.interval_of(first)..self.interval_of(last) + 1)
            .collect();
        let mut hits: FxHashMap<u32, u32> = FxHashMap::default();
        for class in inside.iter().filter_map(|&at| self.classes.get(at)) {
            *hits.entry(*class).or_default() += 1;
        }
        let mut moved: FxHashMap<u32, u32> = FxHashMap::default();
        for at in inside {
            let Some(class) = self.classes.get_mut(at) else {
                continue;
            };
            let old = *class;
            let count = hits.get(&old).copied().unwrap_or(0);
            if self.sizes.get(old as usize).is_none_or(|&size| size == count) {
                continue;
            }
            *class = *moved.entry(old).or_insert_with(|| {
                self.sizes.push(count);
                self.sizes.len() as u32 - 1
            });
        }
        for (old, _) in moved {
            let count = hits.get(&old).copied().unwrap_or(0);
            if let Some(size) = self.sizes.get_mut(old as usize) {
                *size -= count;
            }
        }
    }

    /// One character a class: the most readable ASCII, else the first that prints, else the first.
    fn representatives(&self) -> Vec<char> {
        let ends = self
            .starts
            .iter()
            .skip(1)
            .map(|&next| next as u32)
            .chain([char::MAX as u32 + 1]);
        let intervals = || self.starts.iter().zip(ends.clone());
        let printing = intervals().map(|(&start, end)| {
            let c = start.max('\u{A1}');
            ((c as u32) < end).then_some(c)
        });
        let readable = READABLE.chars().map(|c| (self.interval_of(c), Some(c)));
        let first = self.starts.iter().map(|&start| Some(start));
        let mut done = vec![false; self.sizes.len()];
        let mut found = Vec::new();
        for (at, c) in readable.chain(printing.enumerate()).chain(first.enumerate()) {
            let (Some(c), Some(&class)) = (c, self.classes.get(at)) else {
                continue;
            };
            if let Some(done) = done.get_mut(class as usize)
                && !std::mem::replace(done, true)
            {
                found.push(c);
            }
        }
        found
    }
}
