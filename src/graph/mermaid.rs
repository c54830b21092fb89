//! The picture as a flowchart of Mermaid, for Markdown that renders it.

use std::io::{self, Write};

use crate::finding::Severity;
use crate::report::shown;

use super::label::rows;
use super::model::{Graph, Node, NodeKind, Tie};

/// Writes the picture as a `flowchart`. Notes are its comments.
///
/// # Errors
/// Those of the writer.
pub fn write_mermaid(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    for note in std::iter::once(&graph.caption()).chain(&graph.notes) {
        writeln!(out, "  %% {}", shown(note, true).replace(['{', '}'], " "))?;
    }
    for (number, node) in graph.nodes() {
        let label: Vec<_> = rows(node).iter().map(|row| escaped(row)).collect();
        let (open, close) = if node.kind == NodeKind::Principal {
            ("([", "])")
        } else {
            ("[", "]")
        };
        writeln!(
            out,
            "  n{number}{open}\"{}\"{close}:::{}",
            label.join("<br/>"),
            class(node)
        )?;
    }
    for (from, to, link) in graph.links() {
        let arrow = match link.tie {
            Tie::Holds => "-->",
            Tie::Denies => "--x",
            Tie::Lacks(_) => "-.->",
        };
        match link.label {
            "" => writeln!(out, "  n{from} {arrow} n{to}")?,
            label => writeln!(out, "  n{from} {arrow}|{label}| n{to}")?,
        }
    }
    let lacking = graph.links().enumerate();
    let lacking = lacking.filter(|(_, (_, _, link))| link.tie == Tie::Lacks(Severity::Error));
    let lacking: Vec<_> = lacking.map(|(at, _)| at.to_string()).collect();
    if !lacking.is_empty() {
        writeln!(out, "  linkStyle {} stroke:#d32f2f", lacking.join(","))?;
    }
    write!(out, "{CLASSES}")
}

const CLASSES: &str = "  classDef connector fill:#e8eefc,stroke:#3d5a9e,color:#111
  classDef principal fill:#fff,stroke:#555,color:#111
  classDef role fill:#fdf3d8,stroke:#8a6d1b,color:#111
  classDef policy fill:#f2f2f2,stroke:#777,color:#111
  classDef boundary fill:#f2f2f2,stroke:#7a5195,color:#111
  classDef allow fill:#fff,stroke:#2e7d32,color:#111
  classDef deny fill:#fff,stroke:#b71c1c,stroke-width:2px,color:#111
  classDef statement fill:#fff,stroke:#888,color:#111
  classDef resource fill:#fff,stroke:#555,color:#111
  classDef missing fill:#fff,stroke:#d32f2f,stroke-dasharray:5 4,color:#d32f2f
  classDef warning fill:#fff,stroke:#b26a00,stroke-dasharray:5 4,color:#b26a00
  classDef note fill:#fff,stroke:#616161,stroke-dasharray:5 4,color:#616161
  classDef absent fill:#fff,stroke:#d32f2f,stroke-dasharray:5 4,color:#111
";

fn class(node: &Node) -> &'static str {
    if node.is_absent {
        "absent"
    } else {
        node.kind.word()
    }
}

/// Letters, digits and a few signs stay; all else is written by its number, as Mermaid reads directives, entities and
/// Markdown within quotes too.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        let stays = character.is_alphanumeric() || " .,:/-_=()+@*?…".contains(character);
        match stays {
            true => out.push(character),
            false => out.push_str(&format!("#{};", u32::from(character))),
        }
    }
    out
}
