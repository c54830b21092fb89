//! The picture in the language of Graphviz.

use std::io::{self, Write};

use crate::finding::Severity;
use crate::report::shown;

use super::label::rows;
use super::model::{Graph, Link, Node, NodeKind, Tie};

/// Writes the picture as a `digraph`. Notes are its comments.
///
/// # Errors
/// Those of the writer.
pub fn write_dot(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "digraph rolecall {{")?;
    writeln!(out, "  rankdir=LR; fontname=\"sans-serif\";")?;
    writeln!(out, "  label={};", quoted(&graph.caption()))?;
    writeln!(
        out,
        "  node [shape=box style=filled fillcolor=white fontname=\"sans-serif\" fontsize=10];"
    )?;
    writeln!(out, "  edge [fontname=\"sans-serif\" fontsize=9];")?;
    for (number, node) in graph.nodes() {
        let label = rows(node)
            .iter()
            .map(|row| escaped(row) + "\\l")
            .collect::<String>();
        write!(out, "  n{number} [label=\"{label}\"{}", look(node))?;
        if let Some(at) = &node.at {
            write!(out, " tooltip={}", quoted(at))?;
        }
        writeln!(out, "];")?;
    }
    for (from, to, link) in graph.links() {
        writeln!(out, "  n{from} -> n{to}{};", of_link(link))?;
    }
    for note in &graph.notes {
        writeln!(out, "  // {}", shown(note, true))?;
    }
    writeln!(out, "}}")
}

fn look(node: &Node) -> String {
    let color = match node.kind {
        NodeKind::Connector => "fillcolor=\"#e8eefc\"",
        NodeKind::Principal => "shape=ellipse",
        NodeKind::Role => "fillcolor=\"#fdf3d8\"",
        NodeKind::Policy => "fillcolor=\"#f2f2f2\"",
        NodeKind::Boundary => "fillcolor=\"#f2f2f2\" color=\"#7a5195\"",
        NodeKind::Allow => "color=\"#2e7d32\"",
        NodeKind::Deny => "color=\"#b71c1c\" penwidth=2",
        NodeKind::Gap(severity) => return format!(" style=\"filled,dashed\" {}", gap_color(severity)),
        NodeKind::Other => "color=\"#888888\"",
        NodeKind::Resource => "shape=note",
    };
    match node.is_absent {
        true => format!(" {color} style=\"filled,dashed\" color=\"#d32f2f\""),
        false => format!(" {color}"),
    }
}

fn gap_color(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "color=\"#d32f2f\" fontcolor=\"#d32f2f\"",
        Severity::Warning => "color=\"#b26a00\" fontcolor=\"#b26a00\"",
        Severity::Note => "color=\"#616161\" fontcolor=\"#616161\"",
    }
}

fn of_link(link: &Link) -> String {
    let look = match link.tie {
        Tie::Holds => String::new(),
        Tie::Denies => "color=\"#b71c1c\" arrowhead=tee".to_owned(),
        Tie::Lacks(severity) => format!("style=dashed {}", gap_color(severity)),
    };
    match (look.as_str(), link.label) {
        ("", "") => String::new(),
        ("", label) => format!(" [label={}]", quoted(label)),
        (look, "") => format!(" [{look}]"),
        (look, label) => format!(" [{look} label={}]", quoted(label)),
    }
}

/// A text between quotes, on one line.
fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(&shown(text, true)))
}

/// In a quoted text of DOT only quotes and backslashes stand for something.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
