//! One line of a file, cut to what is near a label and made safe to show.
//!
//! A line is looked at for a bounded number of bytes around a place, so that the cost does not depend on how long it
//! is. Byte offsets of the file are mapped into the shown line.

use super::style::{Style, columns};
use crate::report::hazard::push_shown;
use crate::source::Span;

/// A stretch of one line of a file: all of it, or what is near a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    /// The line, from 1.
    pub(super) number: usize,
    /// The bytes of the file, without the line end.
    pub(super) span: Span,
    /// Whether the line goes on to the left and to the right.
    pub(super) is_open: (bool, bool),
}

impl Row {
    /// The line around byte `at`, which is on line `number`, at most `reach` bytes to each side.
    pub(super) fn around(text: &str, at: usize, number: usize, reach: usize) -> Self {
        let at = text.floor_char_boundary(at);
        let from = text.floor_char_boundary(at.saturating_sub(reach));
        let before = text.get(from..at).unwrap_or_default();
        let line_end = memchr::memrchr(b'\n', before.as_bytes());
        let start = line_end.map_or(from, |index| from + index + 1);
        Self::new(text, start, at, number, reach, line_end.is_none() && from > 0)
    }

    fn new(text: &str, start: usize, at: usize, number: usize, reach: usize, is_open: bool) -> Self {
        let to = text.floor_char_boundary(at.saturating_add(reach));
        let ahead = text.get(at..to).unwrap_or_default();
        let line_end = memchr::memchr(b'\n', ahead.as_bytes());
        let end = line_end.map_or(to, |index| at + index);
        let is_cut = line_end.is_none() && to < text.len();
        let has_return = !is_cut && text.get(start..end).is_some_and(|line| line.ends_with('\r'));
        Self {
            number,
            span: Span::new(start, end - usize::from(has_return)),
            is_open: (is_open, is_cut),
        }
    }

    /// The next line; `None` at the end of the text or when this line's end is out of reach.
    pub(super) fn next(&self, text: &str, reach: usize) -> Option<Self> {
        if self.is_open.1 {
            return None;
        }
        let rest = text.get(self.span.end..)?;
        let end = if rest.starts_with("\r\n") { 2 } else { 1 };
        let start = self.span.end + end;
        (start < text.len()).then(|| Self::new(text, start, start, self.number + 1, reach, false))
    }

    /// The line before; `None` at the start of the text or when this line's start is out of reach. Of a line longer
    /// than the reach it is the end.
    pub(super) fn previous(&self, text: &str, reach: usize) -> Option<Self> {
        let at = self.span.start.checked_sub(1).filter(|_| !self.is_open.0)?;
        // A byte order mark is not a line.
        (self.number > 1).then(|| Self::around(text, at, self.number - 1, reach))
    }
}

/// A line as it is shown.
#[derive(Debug)]
pub(super) struct ShownLine {
    pub(super) text: String,
    /// For each character of the file that is shown, in order: its byte there and in `text`.
    places: Vec<(usize, usize)>,
    /// Where the text of the file ends, in the file and in `text`.
    end: (usize, usize),
}

impl ShownLine {
    /// Shows `row` in `width` columns. `wanted` are bytes of the file that are to be seen, as far as they fit, with
    /// `room` columns free to the right of their middle. The second result is the text's width in columns.
    pub(super) fn new(
        text: &str,
        row: &Row,
        wanted: Option<Span>,
        width: usize,
        room: usize,
        style: &Style,
    ) -> Self {
        let cells = cells(text, row, style.unicode());
        let window = window(&cells, row, wanted, width, room);
        let mut line = Self {
            text: String::new(),
            places: Vec::new(),
            end: (row.span.start, 0),
        };
        if window.is_cut.0 {
            line.text.push_str(style.ellipsis());
        }
        for cell in cells.get(window.first..window.last).unwrap_or_default() {
            line.places.push((cell.at, line.text.len()));
            push_cell(&mut line.text, cell.character, style.unicode());
        }
        let end = cells.get(window.last).map_or(row.span.end, |cell| cell.at);
        line.end = (end, line.text.len());
        if window.is_cut.1 {
            line.text.push_str(style.ellipsis());
        }
        line
    }

    /// Where byte `at` of the file is in the shown line: the nearest shown place when it is cut off.
    pub(super) fn place(&self, at: usize) -> usize {
        if at >= self.end.0 {
            return self.end.1;
        }
        let after = self.places.partition_point(|(place, _)| *place <= at);
        let place = after.checked_sub(1).and_then(|index| self.places.get(index));
        place
            .or(self.places.first())
            .map_or(self.end.1, |(_, shown)| *shown)
    }

    /// The column, from 0, of a byte of the shown line.
    pub(super) fn column(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or(&self.text);
        before.chars().map(columns).sum()
    }
}

/// One character of the file, with the columns that it takes as it is shown.
struct Cell {
    at: usize,
    character: char,
    width: usize,
}

fn cells(text: &str, row: &Row, unicode: bool) -> Vec<Cell> {
    let mut scratch = String::new();
    let cell = |(index, character): (usize, char)| {
        scratch.clear();
        push_cell(&mut scratch, character, unicode);
        Cell {
            at: row.span.start + index,
            character,
            width: scratch.chars().map(columns).sum(),
        }
    };
    // A byte order mark is in no column.
    let is_mark =
        |(index, character): &(usize, char)| row.span.start + index == 0 && *character == '\u{feff}';
    let characters = row.span.of(text).char_indices();
    characters.filter(|cell| !is_mark(cell)).map(cell).collect()
}

/// A tab is four columns wherever it stands.
fn push_cell(out: &mut String, character: char, unicode: bool) {
    match character {
        '\t' => out.push_str("    "),
        _ => push_shown(out, character, unicode),
    }
}

/// The cells that are shown.
struct Window {
    first: usize,
    last: usize,
    is_cut: (bool, bool),
}

fn window(cells: &[Cell], row: &Row, wanted: Option<Span>, width: usize, room: usize) -> Window {
    let total: usize = cells.iter().map(|cell| cell.width).sum();
    let wanted = wanted.map(|wanted| {
        let first = cells.partition_point(|cell| cell.at < wanted.start);
        let last = cells.partition_point(|cell| cell.at < wanted.end);
        (first, last.max(first))
    });
    let columns_to = |index: usize| -> usize { cells.iter().take(index).map(|cell| cell.width).sum() };
    let fits = !row.is_open.0 && !row.is_open.1 && total <= width;
    let has_room = wanted.is_none_or(|(first, last)| {
        let middle = usize::midpoint(columns_to(first), columns_to(last).min(width));
        middle + room <= width || last == first && columns_to(first) < width / 2
    });
    if fits && has_room {
        return Window {
            first: 0,
            last: cells.len(),
            is_cut: (false, false),
        };
    }
    // A few columns before what is wanted, so that it is seen in its place; the rest goes to the right.
    let mut first = 0;
    if let Some((wanted_first, wanted_last)) = wanted {
        let lead = (width / 5).min(width.saturating_sub(columns_to(wanted_last) - columns_to(wanted_first)));
        let target = columns_to(wanted_first).saturating_sub(lead);
        if target > 3 || row.is_open.0 {
            first = skip(cells, target).min(wanted_first);
        }
    }
    let is_cut_left = first > 0 || row.is_open.0;
    let budget = width.saturating_sub(3 * usize::from(is_cut_left));
    let mut last = take(cells, first, budget);
    let is_cut_right = last < cells.len() || row.is_open.1;
    if is_cut_right {
        last = take(cells, first, budget.saturating_sub(3));
    }
    Window {
        first,
        last,
        is_cut: (is_cut_left, is_cut_right),
    }
}

/// The first cell that begins at or after so many columns.
fn skip(cells: &[Cell], target: usize) -> usize {
    let mut column = 0;
    cells
        .iter()
        .position(|cell| {
            let is_there = column >= target;
            column += cell.width;
            is_there
        })
        .unwrap_or(cells.len())
}

/// The end of the cells from `first` that fit into so many columns; at least one cell, when there is one.
fn take(cells: &[Cell], first: usize, budget: usize) -> usize {
    let mut column = 0;
    let rest = cells.get(first..).unwrap_or_default();
    let fitting = rest
        .iter()
        .take_while(|cell| {
            column += cell.width;
            column <= budget
        })
        .count();
    first + fitting.max(1).min(rest.len())
}
