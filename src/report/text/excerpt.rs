//! From the places of a finding to excerpts: which lines are shown, and which labels share them.
//!
//! Places are taken to their outermost file, grouped by file and ordered by position. Labels share an excerpt when
//! their lines are near each other and their marks do not lie over each other on one line; miette would move a mark
//! that overlaps another. The excerpt of the primary label comes first. A label over many lines is cut short, and says
//! where it ends. Work and size are bounded for each label, however long the lines are.

use super::adapter::{Excerpt, Excerpts, Label};
use super::line::{Row, ShownLine};
use super::style::{Style, wrap_label};
use crate::finding::Spot;
use crate::report::hazard::shown;
use crate::report::location::span_in_file;
use crate::source::{DocId, LineColumn, Sources, Span};

/// The lines of one label that are shown at most.
const MAX_LINES: usize = 8;
/// The lines of one excerpt at most, before context.
const MAX_ROWS: usize = 30;

/// The columns that are kept free for the words of a label at most, at the cost of cutting the line on its left.
const MAX_ROOM: usize = 28;

/// A place with its words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark<'a> {
    at: Spot,
    text: &'a str,
    is_primary: bool,
}

impl<'a> Mark<'a> {
    pub(super) fn new(at: Spot, text: &'a str, is_primary: bool) -> Self {
        Self { at, text, is_primary }
    }
}

/// A label in its file.
#[derive(Debug)]
struct Placed {
    file: DocId,
    span: Span,
    start: LineColumn,
    /// The last line that the place reaches to.
    last_line: usize,
    texts: Vec<String>,
    is_primary: bool,
}

/// Neighbouring lines of a file with their labels.
#[derive(Debug)]
struct Group {
    rows: Vec<Row>,
    placed: Vec<Placed>,
}

/// The excerpts that show these marks.
pub(super) fn excerpts(marks: &[Mark<'_>], sources: &Sources, style: &Style) -> Excerpts {
    let mut groups: Vec<Group> = Vec::new();
    for placed in place(marks, sources, style) {
        let text = sources.text(placed.file);
        let rows = own_rows(&placed, text, style);
        let last = groups.last_mut();
        let joined = last.and_then(|group| {
            group
                .joined_rows(&placed, &rows, text, style)
                .map(|rows| (group, rows))
        });
        match joined {
            Some((group, rows)) => {
                group.rows = rows;
                group.placed.push(placed);
            }
            None => groups.push(Group {
                rows,
                placed: vec![placed],
            }),
        }
    }
    // The sort is stable: the other groups keep their order.
    groups.sort_by_key(|group| !group.placed.iter().any(|placed| placed.is_primary));
    Excerpts::new(groups.iter().map(|group| group.excerpt(sources, style)).collect())
}

/// The marks in their files, each place once: by file in the order in which they appear, then by position.
fn place(marks: &[Mark<'_>], sources: &Sources, style: &Style) -> Vec<Placed> {
    let mut files: Vec<DocId> = Vec::new();
    let mut all: Vec<Placed> = Vec::new();
    for mark in marks {
        let (file, span) = span_in_file(mark.at, sources);
        let text = (!mark.text.is_empty()).then(|| shown(mark.text, style.unicode()).into_owned());
        if !files.contains(&file) {
            files.push(file);
        }
        if let Some(same) = all
            .iter_mut()
            .find(|placed| placed.file == file && placed.span == span)
        {
            let is_new = |text: &String| !same.texts.contains(text);
            let text = text.filter(is_new);
            same.texts.extend(text);
            same.is_primary |= mark.is_primary;
            continue;
        }
        let location = sources.locate_span(file, span);
        all.push(Placed {
            file,
            span,
            start: location.start,
            last_line: location.end.line,
            texts: text.into_iter().collect(),
            is_primary: mark.is_primary,
        });
    }
    let order = |file: DocId| files.iter().position(|known| *known == file);
    all.sort_by_key(|placed| (order(placed.file), placed.span.start, placed.span.end));
    all
}

/// How far a line is looked at to each side of a place, in bytes.
fn reach(style: &Style) -> usize {
    style.width() * 4
}

/// The lines under a label: from its first, at most [`MAX_LINES`].
fn own_rows(placed: &Placed, text: &str, style: &Style) -> Vec<Row> {
    let first = Row::around(text, placed.span.start, placed.start.line, reach(style));
    let rows = std::iter::successors(Some(first), |row| row.next(text, reach(style)));
    rows.take(MAX_LINES)
        .take_while(|row| row.number == first.number || row.span.start < placed.span.end)
        .collect()
}

impl Group {
    /// The lines of this group with those of a further label; `None` when it needs an excerpt of its own.
    fn joined_rows(&self, placed: &Placed, rows: &[Row], text: &str, style: &Style) -> Option<Vec<Row>> {
        let last = self.rows.last()?;
        let first = rows.first()?;
        if self.placed.first()?.file != placed.file || first.number > last.number + 3 {
            return None;
        }
        let mut joined = self.rows.clone();
        // The lines between, which would be context of both.
        let mut at = *last;
        while at.number + 1 < first.number {
            at = at.next(text, reach(style))?;
            joined.push(at);
        }
        for row in rows {
            match joined.iter().find(|known| known.number == row.number) {
                Some(known) if known == row => {}
                Some(known) if rows.len() == 1 && self.has_room(placed, known, style) => {}
                Some(_) => return None,
                None => joined.push(*row),
            }
        }
        let lies_over = |other: &Placed| {
            let is_single = other.start.line == other.last_line && placed.start.line == placed.last_line;
            is_single
                && other.start.line == placed.start.line
                && other.span.end.max(other.span.start + 1) > placed.span.start
        };
        let is_wide = |row: &Row| row.span.len() > style.width() / 2;
        let is_cramped = rows
            .iter()
            .any(|row| is_wide(row) && !self.has_room(placed, row, style));
        let is_fit = joined.len() <= MAX_ROWS && !self.placed.iter().any(lies_over) && !is_cramped;
        is_fit.then_some(joined)
    }

    /// Whether a label fits beside those that the group has on the same line, when the line is cut.
    fn has_room(&self, placed: &Placed, row: &Row, style: &Style) -> bool {
        let on_line = self.placed.iter().filter(|other| other.start.line == row.number);
        let start = on_line
            .map(|other| other.span.start)
            .min()
            .unwrap_or(placed.span.start);
        placed.span.end <= row.span.end && placed.span.end.saturating_sub(start) <= style.width() / 2
    }

    fn excerpt(&self, sources: &Sources, style: &Style) -> Excerpt {
        let head = self
            .placed
            .iter()
            .find(|placed| placed.is_primary)
            .or(self.placed.first());
        let Some(head) = head else {
            return Excerpt {
                name: String::new(),
                first_line: 1,
                text: "\n".to_owned(),
                labels: Vec::new(),
            };
        };
        let text = sources.text(head.file);
        let rows = self.with_context(text, style);
        let name = shown(sources.name(head.file), style.unicode());
        let mut drawn = Drawn::new(&rows, self, style);
        drawn.draw(&rows, self, text, style);
        Excerpt {
            name: format!("{name}:{}:{}", head.start.line, head.start.column),
            first_line: rows.first().map_or(1, |row| row.number),
            text: drawn.text,
            labels: drawn.labels,
        }
    }

    /// The last line that is shown of a label.
    fn last_row(&self, placed: &Placed) -> usize {
        let end = placed.start.line + MAX_LINES;
        let rows = self.rows.iter().rev();
        rows.clone()
            .find(|row| {
                row.number < end && (row.span.start < placed.span.end || row.number == placed.start.line)
            })
            .map_or(placed.start.line, |row| row.number)
    }

    /// The lines, with one before and one after where those are not cut.
    fn with_context(&self, text: &str, style: &Style) -> Vec<Row> {
        let first = self.rows.first();
        let last = self.rows.last();
        let before = first
            .and_then(|row| row.previous(text, reach(style)))
            .filter(|row| !row.is_open.0);
        let after = last.and_then(|row| row.next(text, reach(style)));
        let is_text = |row: &Row| !row.span.of(text).trim().is_empty();
        before
            .filter(is_text)
            .into_iter()
            .chain(self.rows.iter().copied())
            .chain(after.filter(is_text))
            .collect()
    }
}

/// An excerpt's text and labels while they are made.
struct Drawn {
    /// The columns for the text of a line.
    width: usize,
    text: String,
    labels: Vec<Label>,
}

impl Drawn {
    fn new(rows: &[Row], group: &Group, style: &Style) -> Self {
        let number_width = rows.last().map_or(1, |row| row.number.to_string().len());
        let several = group
            .placed
            .iter()
            .filter(|placed| group.last_row(placed) > placed.start.line);
        let gutter = match several.count() {
            0 => 0,
            count => count + 3,
        };
        Self {
            width: style.width().saturating_sub(number_width + 4 + gutter).max(12),
            text: String::new(),
            labels: Vec::new(),
        }
    }

    fn draw(&mut self, rows: &[Row], group: &Group, text: &str, style: &Style) {
        let mut lines = Vec::new();
        for row in rows {
            let wanted = wanted(row, &group.placed);
            let room = self.room(&group.placed, row);
            let line = ShownLine::new(text, row, wanted, self.width, room, style);
            let base = self.text.len();
            self.text.push_str(&line.text);
            self.text.push('\n');
            lines.push((row.number, base, line));
        }
        for placed in &group.placed {
            let last = group.last_row(placed);
            let line = |number: usize| lines.iter().find(|(known, ..)| *known == number);
            if let (Some((_, first_base, first)), Some((_, last_base, end))) =
                (line(placed.start.line), line(last))
            {
                let start = first.place(placed.span.start);
                let end_at = end.place(placed.span.end);
                // Words stand under the middle of a mark on one line, and beside a mark over several.
                let before = if last == placed.start.line {
                    usize::midpoint(first.column(start), end.column(end_at.max(start)))
                } else {
                    0
                };
                let start = first_base + start;
                self.labels.push(Label {
                    start,
                    end: start.max(last_base + end_at),
                    text: words(placed, last, self.width.saturating_sub(before + 4).max(12)),
                    is_primary: placed.is_primary,
                });
            }
        }
    }

    /// The columns to keep free for the words of the labels on a line.
    fn room(&self, placed: &[Placed], row: &Row) -> usize {
        let on_line = placed.iter().filter(|placed| placed.start.line == row.number);
        let longest = on_line
            .flat_map(|placed| &placed.texts)
            .map(|text| text.chars().count())
            .max();
        longest.map_or(0, |longest| (longest + 4).min(MAX_ROOM).min(self.width / 2))
    }
}

/// The words of a label of which line `last` is the last that is shown, in lines of `width` columns.
fn words(placed: &Placed, last: usize, width: usize) -> String {
    let mut texts = placed.texts.clone();
    if placed.last_line > last {
        texts.push(format!("goes on to line {}", placed.last_line));
    }
    let texts: Vec<_> = texts.iter().map(|text| wrap_label(text, width)).collect();
    texts.join("\n")
}

/// The bytes of a line that its labels mark.
fn wanted(row: &Row, placed: &[Placed]) -> Option<Span> {
    let spans = placed
        .iter()
        .filter(|placed| placed.start.line <= row.number && row.number <= placed.last_line);
    let clipped = spans.map(|placed| {
        let start = placed.span.start.clamp(row.span.start, row.span.end);
        Span::new(start, placed.span.end.clamp(start, row.span.end))
    });
    clipped.reduce(|one, other| Span::new(one.start.min(other.start), one.end.max(other.end)))
}
