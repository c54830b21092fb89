//! The picture as SVG that needs nothing else: no script, no font, no link.

use std::io::{self, Write};

use textwrap::core::display_width;

use crate::finding::Severity;
use crate::report::shown;

use super::label::rows;
use super::layout::{Frame, layout};
use super::model::{Graph, Link, Node, NodeKind, Tie};

/// Pixels of a column of text and of a row, and around the text.
const LETTER: i64 = 7;
const ROW: i64 = 15;
const PADDING: i64 = 8;
const CAPTION: i64 = 26;

const STYLE: &str = "text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:#111}\
.k{font-size:10px;fill:#555}.l{font-size:10px;fill:#555;text-anchor:middle}.c{font:13px sans-serif}\
rect{fill:#fff;stroke:#777}.connector{fill:#e8eefc;stroke:#3d5a9e}.principal{stroke:#555}\
.role{fill:#fdf3d8;stroke:#8a6d1b}.policy{fill:#f2f2f2}.boundary{fill:#f2f2f2;stroke:#7a5195}\
.allow{stroke:#2e7d32}.deny{stroke:#b71c1c;stroke-width:2}.absent{stroke:#d32f2f;stroke-dasharray:5 4}\
.missing{stroke:#d32f2f;stroke-dasharray:5 4}.warning{stroke:#b26a00;stroke-dasharray:5 4}\
.note{stroke:#616161;stroke-dasharray:5 4}.missing~text{fill:#d32f2f}.warning~text{fill:#b26a00}\
path{fill:none;stroke:#777}path.denies{stroke:#b71c1c}.page{stroke:none}";

/// Writes the picture as a whole document.
///
/// # Errors
/// Those of the writer.
pub fn write_svg(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    write_element(graph, out)
}

/// Writes the `svg` element.
pub(super) fn write_element(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    let texts: Vec<Vec<String>> = graph.nodes().map(|(_, node)| rows(node)).collect();
    let sizes: Vec<(i64, i64)> = texts.iter().map(|rows| size(rows)).collect();
    let placed = layout(graph, &sizes);
    let (width, height) = (placed.width.max(320), placed.height + CAPTION);
    let caption = escaped(&graph.caption());
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{caption}\">"
    )?;
    writeln!(out, "<style>{STYLE}</style>")?;
    writeln!(
        out,
        "<defs>{}{}</defs>",
        arrow("to", "#777"),
        arrow("lack", "#d32f2f")
    )?;
    writeln!(
        out,
        "<rect class=\"page\" width=\"{width}\" height=\"{height}\"/>"
    )?;
    writeln!(out, "<text class=\"c\" x=\"24\" y=\"20\">{caption}</text>")?;
    writeln!(out, "<g transform=\"translate(0 {CAPTION})\">")?;
    for (from, to, link) in graph.links() {
        if let (Some(from), Some(to)) = (placed.frames.get(from), placed.frames.get(to)) {
            write_link(*from, *to, link, out)?;
        }
    }
    for ((_, node), (frame, rows)) in graph.nodes().zip(placed.frames.iter().zip(&texts)) {
        write_node(node, *frame, rows, out)?;
    }
    writeln!(out, "</g>\n</svg>")
}

fn size(rows: &[String]) -> (i64, i64) {
    let pixels =
        |count: usize, each: i64| i64::try_from(count).unwrap_or(0).saturating_mul(each) + 2 * PADDING;
    let widest = rows.iter().map(|row| display_width(row)).max().unwrap_or(0);
    (pixels(widest.max(12), LETTER), pixels(rows.len(), ROW))
}

fn arrow(id: &str, color: &str) -> String {
    format!(
        "<marker id=\"{id}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
         orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" style=\"fill:{color};stroke:none\"/></marker>"
    )
}

fn write_node(node: &Node, frame: Frame, rows: &[String], out: &mut dyn Write) -> io::Result<()> {
    let Frame {
        left,
        top,
        width,
        height,
    } = frame;
    let class = if node.is_absent {
        "absent"
    } else {
        node.kind.word()
    };
    let round = if node.kind == NodeKind::Principal { 14 } else { 3 };
    write!(
        out,
        "<g><rect class=\"{class}\" x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\"/>"
    )?;
    let at = node.at.as_ref().map(|at| format!(" ({at})")).unwrap_or_default();
    write!(out, "<title>{}</title>", escaped(&format!("{}{at}", node.title)))?;
    let mut base = top + PADDING + 11;
    for (number, row) in rows.iter().enumerate() {
        let kind = if number == 0 { " class=\"k\"" } else { "" };
        write!(
            out,
            "<text{kind} x=\"{}\" y=\"{base}\">{}</text>",
            left + PADDING,
            escaped(row)
        )?;
        base += ROW;
    }
    writeln!(out, "</g>")
}

fn write_link(from: Frame, to: Frame, link: &Link, out: &mut dyn Write) -> io::Result<()> {
    let (start, y1, y2) = (from.left + from.width, from.middle(), to.middle());
    // Boxes of one column are tied on their right side.
    let is_aside = from.left == to.left;
    let end = if is_aside { to.left + to.width } else { to.left };
    let bend = if is_aside { 44 } else { (end - start) / 2 };
    let (first, second) = (start + bend, if is_aside { end + bend } else { end - bend });
    let look = match link.tie {
        Tie::Holds => "marker-end=\"url(#to)\"".to_owned(),
        Tie::Denies => "class=\"denies\" marker-end=\"url(#lack)\"".to_owned(),
        Tie::Lacks(severity) => {
            let class = match severity {
                Severity::Error => "missing",
                Severity::Warning => "warning",
                Severity::Note => "note",
            };
            format!("class=\"{class}\" marker-end=\"url(#lack)\"")
        }
    };
    writeln!(
        out,
        "<path d=\"M{start} {y1}C{first} {y1} {second} {y2} {end} {y2}\" {look}/>"
    )?;
    if !link.label.is_empty() {
        let (x, y) = ((start + end) / 2, (y1 + y2) / 2 - 4);
        writeln!(out, "<text class=\"l\" x=\"{x}\" y=\"{y}\">{}</text>", link.label)?;
    }
    Ok(())
}

/// A text as content or value of an attribute, without what a terminal or a browser would act on.
pub(super) fn escaped(text: &str) -> String {
    let shown = shown(text, true);
    let mut out = String::with_capacity(shown.len());
    for character in shown.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // XML has no such characters, not even by their number.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}
