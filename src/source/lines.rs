//! From byte offsets to lines and columns, for one text, made when the first location in it is asked for.
//!
//! A line ends after LF; CRLF is thereby one line end, and a lone CR is none. A byte order mark is in the text and in
//! its offsets but in no column. Columns are counted in Unicode scalar values and in UTF-16 units. Building is one
//! search for line ends and, for texts that are not ASCII, one count; a lookup is a binary search and a count over at
//! most [`STRIDE`] bytes, however long the line.

/// A place in a text as people and editors count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in Unicode scalar values.
    pub column: usize,
    /// The column, from 1, in UTF-16 code units.
    pub utf16: usize,
}

/// The distance in bytes between two counts that are kept.
const STRIDE: usize = 1 << 12;

/// The line ends of a text and, unless it is ASCII, the characters up to every [`STRIDE`]th byte.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    /// Where each line begins, the first left out.
    starts: Vec<u32>,
    /// For each multiple of [`STRIDE`]: what begins before it. Empty when every byte is a character.
    counts: Vec<Count>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    scalars: usize,
    utf16: usize,
}

impl Count {
    /// Counts by first bytes, so that a stretch may begin and end inside a character.
    fn of(self, bytes: &[u8]) -> Self {
        let scalars = bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        let astral = bytes.iter().filter(|byte| **byte >= 0xf0).count();
        Self {
            scalars: self.scalars + scalars,
            utf16: self.utf16 + scalars + astral,
        }
    }
}

impl Lines {
    pub(crate) fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let starts = memchr::memchr_iter(b'\n', bytes)
            .map(|at| at as u32 + 1)
            .collect();
        let mut counts = Vec::new();
        if !bytes.is_ascii() {
            let mut count = Count::default();
            for stretch in bytes.chunks(STRIDE) {
                counts.push(count);
                count = count.of(stretch);
            }
            counts.push(count);
        }
        Self { starts, counts }
    }

    /// The place of byte `at` of the `text` that this was made of; the end of the text for larger offsets.
    pub(crate) fn locate(&self, text: &str, at: usize) -> LineColumn {
        let at = at.min(text.len());
        let line = self.starts.partition_point(|start| *start as usize <= at);
        let start = match line.checked_sub(1).and_then(|before| self.starts.get(before)) {
            Some(start) => *start as usize,
            None if text.starts_with('\u{feff}') => '\u{feff}'.len_utf8().min(at),
            None => 0,
        };
        let (from, to) = (self.count(text, start), self.count(text, at));
        LineColumn {
            line: line + 1,
            column: to.scalars - from.scalars + 1,
            utf16: to.utf16 - from.utf16 + 1,
        }
    }

    fn count(&self, text: &str, at: usize) -> Count {
        match self.counts.get(at / STRIDE) {
            Some(count) => count.of(text.as_bytes().get(at - at % STRIDE..at).unwrap_or_default()),
            None => Count {
                scalars: at,
                utf16: at,
            },
        }
    }
}
