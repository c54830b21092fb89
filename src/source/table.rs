//! Tables that commands print for people: lines of cells between bars.
//!
//! In goes a text, out come nodes as of a JSON document, so that all that reads documents reads tables. A table of two
//! columns is an object, label to value; one with more columns has a line of labels and is an array of objects, one for
//! each line below. A cell is a string without quotes, an empty one is left out. In a table of two columns a line
//! without label goes on with the value above, which is an array of strings then. Lines without bars are no part of any
//! table and separate two. Time and memory are linear in the text.

use super::json::MAX_BYTES;
use super::node::{Kind, Node, Spelling};
use super::span::Span;

/// One object: labels and the lines of their values.
type Record = Vec<(Span, Vec<Span>)>;

/// What a line is.
enum Line {
    /// A line of a table that only separates.
    Rule,
    /// Cells, trimmed.
    Cells(Vec<Span>),
}

/// The nodes of the tables in a text, the root first; `None` when there are none.
pub(super) fn scan(text: &str) -> Option<Vec<Node>> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let mut records = Vec::new();
    let mut is_list = false;
    for block in blocks(text) {
        let has_pairs = |line: &Line| match line {
            Line::Rule => true,
            Line::Cells(cells) => cells.len() == 2,
        };
        if block.iter().all(has_pairs) {
            add_pairs(text, &block, &mut records);
        } else {
            is_list = true;
            add_rows(&block, &mut records);
        }
    }
    records.retain(|record| !record.is_empty());
    if records.is_empty() {
        return None;
    }
    let is_one = records.len() == 1 && !is_list;
    let mut nodes = Vec::new();
    if !is_one {
        push(&mut nodes, Kind::Array, Span::new(0, text.len()), false);
    }
    for record in records {
        push_record(&mut nodes, record);
    }
    let after = nodes.len() as u32;
    if let Some(root) = nodes.first_mut() {
        root.next = after;
    }
    Some(nodes)
}

/// Runs of lines that are parts of tables.
fn blocks(text: &str) -> Vec<Vec<Line>> {
    let mut blocks = Vec::new();
    let mut open = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        match read_line(line, start) {
            Some(line) => open.push(line),
            None => blocks.push(std::mem::take(&mut open)),
        }
        start += line.len() + 1;
    }
    blocks.push(open);
    blocks.retain(|block| block.iter().any(|line| matches!(line, Line::Cells(_))));
    blocks
}

fn read_line(line: &str, start: usize) -> Option<Line> {
    let trimmed = line.trim();
    let is_rule = |c: char| matches!(c, '+' | '-' | '|' | '=' | ':' | ' ');
    if trimmed.contains('-') && trimmed.chars().all(is_rule) {
        return Some(Line::Rule);
    }
    if !trimmed.contains('|') {
        return None;
    }
    // A table has either a bar at both ends of its lines or at none.
    let has_frame = trimmed.starts_with('|');
    let (inside, mut at) = if has_frame {
        let inside = trimmed.strip_prefix('|').unwrap_or(trimmed);
        let inside = inside.strip_suffix('|').unwrap_or(inside);
        (inside, start + (line.len() - line.trim_start().len()) + 1)
    } else {
        (line, start)
    };
    let mut cells = Vec::new();
    for cell in inside.split('|') {
        let before = cell.len() - cell.trim_start().len();
        let word = cell.trim();
        cells.push(Span::new(at + before, at + before + word.len()));
        at += cell.len() + 1;
    }
    Some(Line::Cells(cells))
}

/// A table of labels and values; a label that comes again begins another object.
fn add_pairs(text: &str, block: &[Line], records: &mut Vec<Record>) {
    let mut record = Record::new();
    let mut labels = std::collections::HashSet::new();
    for line in block {
        let Line::Cells(cells) = line else { continue };
        let [label, value] = cells.as_slice() else {
            continue;
        };
        if label.start == label.end {
            if let Some((_, lines)) = record.last_mut().filter(|_| value.start < value.end) {
                lines.push(*value);
            }
            continue;
        }
        if !labels.insert(label.of(text)) {
            records.push(std::mem::take(&mut record));
            labels.clear();
            labels.insert(label.of(text));
        }
        let lines = (value.start < value.end).then_some(*value);
        record.push((*label, lines.into_iter().collect()));
    }
    for (_, lines) in record.iter_mut().filter(|(_, lines)| lines.len() > 1) {
        for line in lines {
            let word = line.of(text).trim_end_matches(',').trim_end();
            *line = Span::new(line.start, line.start + word.len());
        }
    }
    records.push(record);
}

/// A table with a line of labels: the one above the first rule that has any above it.
fn add_rows(block: &[Line], records: &mut Vec<Record>) {
    // What stands above may be the command itself, with a bar in it.
    let is_row = |line: &Line| matches!(line, Line::Cells(cells) if cells.len() > 2);
    let first = block.iter().position(is_row).unwrap_or(block.len());
    let rule = block
        .iter()
        .enumerate()
        .skip(first)
        .find(|(_, line)| matches!(line, Line::Rule));
    let header = rule.map_or(first, |(index, _)| index.saturating_sub(1));
    let mut lines = block.iter().skip(header).filter_map(|line| match line {
        Line::Cells(cells) => Some(cells),
        Line::Rule => None,
    });
    let Some(labels) = lines.next() else { return };
    for cells in lines {
        // A line that begins with nothing goes on with the cells above, and what belongs together is not known.
        let goes_on = cells.first().is_none_or(|cell| cell.start == cell.end);
        if goes_on || cells.len() > labels.len() {
            continue;
        }
        let pairs = labels.iter().zip(cells);
        let pairs = pairs.filter(|(label, cell)| label.start < label.end && cell.start < cell.end);
        records.push(pairs.map(|(label, cell)| (*label, vec![*cell])).collect());
    }
}

fn push_record(nodes: &mut Vec<Node>, mut record: Record) {
    record.retain(|(_, lines)| !lines.is_empty());
    let ends = |spans: &mut dyn Iterator<Item = Span>| {
        let all: Vec<Span> = spans.collect();
        let start = all.iter().map(|span| span.start).min().unwrap_or_default();
        Span::new(start, all.iter().map(|span| span.end).max().unwrap_or(start))
    };
    let object = nodes.len();
    let values = record.iter().flat_map(|(_, lines)| lines.iter().copied());
    push(nodes, Kind::Object, ends(&mut values.into_iter()), false);
    for (label, lines) in record {
        push(nodes, Kind::String, label, true);
        let value = nodes.len();
        if lines.len() > 1 {
            push(nodes, Kind::Array, ends(&mut lines.iter().copied()), false);
        }
        for line in lines {
            push(nodes, Kind::String, line, false);
        }
        close(nodes, value);
    }
    close(nodes, object);
}

fn push(nodes: &mut Vec<Node>, kind: Kind, span: Span, is_key: bool) {
    let next = nodes.len() as u32 + 1;
    nodes.push(Node {
        start: span.start as u32,
        end: span.end as u32,
        next,
        kind,
        spelling: Spelling::Bare,
        is_key,
    });
}

fn close(nodes: &mut [Node], index: usize) {
    let after = nodes.len() as u32;
    if let Some(node) = nodes.get_mut(index) {
        node.next = after;
    }
}

#[cfg(test)]
mod tests {
    use crate::source::{Place, Sources};

    fn read(text: &str) -> Option<serde_json::Value> {
        let mut sources = Sources::new();
        let file = sources.add_text("table.txt", text.to_owned());
        let doc = sources.add_table(file)?;
        let place = sources.root(doc).unwrap();
        Some(value(&sources, place))
    }

    fn value(sources: &Sources, place: Place) -> serde_json::Value {
        let tree = sources.tree(place.doc).unwrap();
        let at = |node| Place { doc: place.doc, node };
        match tree.kind(place.node) {
            crate::source::Kind::Object => tree
                .members(place.node)
                .map(|(key, node)| (tree.string(key).unwrap().into_owned(), value(sources, at(node))))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            crate::source::Kind::Array => tree
                .items(place.node)
                .map(|node| value(sources, at(node)))
                .collect(),
            _ => tree.string(place.node).unwrap().into(),
        }
    }

    const BOX: &str = "\
$ confluent byok describe cck-1 | cat
+-------+--------+
| ID    | cck-1  |
| Roles | a/r-1, |
|       | a/r-2  |
| State |        |
+-------+--------+

Copy and append { these }.
";

    #[test]
    fn a_table_of_labels_is_an_object() {
        let found = read(BOX).unwrap();
        assert_eq!(found["ID"], "cck-1");
        assert_eq!(found["Roles"], serde_json::json!(["a/r-1", "a/r-2"]));
        assert!(found.get("State").is_none());
    }

    #[test]
    fn a_cell_has_its_place_in_the_file() {
        let mut sources = Sources::new();
        let file = sources.add_text("table.txt", BOX.to_owned());
        let doc = sources.add_table(file).unwrap();
        let node = sources.tree(doc).and_then(|tree| tree.find("/ID")).unwrap();
        let location = sources.locate(Place { doc, node });
        assert_eq!((location.start.line, location.start.column), (3, 11));
        assert_eq!(&BOX[location.span.start..location.span.end], "cck-1");
        assert_eq!(location.pointer.as_deref(), Some("/ID"));
    }

    #[test]
    fn a_table_with_more_columns_is_an_array_of_its_rows() {
        let list =
            "   ID | Name | Usages \n------+------+--------\n  c-1 | one  |        \n  c-2 | two  | x\n";
        let expected = serde_json::json!([{ "ID": "c-1", "Name": "one" }, { "ID": "c-2", "Name": "two", "Usages": "x" }]);
        assert_eq!(read(list), Some(expected.clone()));
        let framed = "+----+\r\n| ID | Name | Usages |\r\n+----+\r\n| c-1 | one | |\r\n| | | more |\r\n| c-2 | two | x |\r\n";
        assert_eq!(read(framed), Some(expected));
    }

    #[test]
    fn a_label_that_comes_again_begins_another_object() {
        let two = "| ID | a |\n| Name | x |\n+--+\n| ID | b |\n";
        let expected = serde_json::json!([{ "ID": "a", "Name": "x" }, { "ID": "b" }]);
        assert_eq!(read(two), Some(expected));
    }

    #[test]
    fn texts_without_tables_have_none() {
        for text in ["", "plain words", "{\"a\": 1}", "---", "| |", "+--+\n|  |\n"] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
