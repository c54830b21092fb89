//! The picture as one HTML page, with the gaps as a table below it. Nothing is loaded and nothing runs.

use std::io::{self, Write};

use super::model::{Graph, Node, NodeKind, Tie};
use super::svg::{escaped, write_element};

const HEAD: &str = "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">
<meta name=\"viewport\" content=\"width=device-width\">
<title>rolecall graph</title>
<style>
body{font:14px/1.4 sans-serif;margin:1rem;color:#111;background:#fff}
.picture{overflow:auto;border:1px solid #ccc}
table{border-collapse:collapse;margin-top:1rem}
th,td{border:1px solid #ccc;padding:.3rem .5rem;text-align:left;vertical-align:top}
td{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:12px;overflow-wrap:anywhere}
</style>
</head>
<body>
";

/// Writes the page.
///
/// # Errors
/// Those of the writer.
pub fn write_html(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    write!(
        out,
        "{HEAD}<h1>{}</h1>\n<div class=\"picture\">\n",
        escaped(&graph.caption())
    )?;
    write_element(graph, out)?;
    writeln!(out, "</div>")?;
    write_gaps(graph, out)?;
    for note in &graph.notes {
        writeln!(out, "<p>{}</p>", escaped(note))?;
    }
    writeln!(out, "</body>\n</html>")
}

fn write_gaps(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    let is_gap = |kind: NodeKind| matches!(kind, NodeKind::Gap(_));
    if !graph.nodes().any(|(_, node)| is_gap(node.kind)) {
        return Ok(());
    }
    writeln!(
        out,
        "<table>\n<tr><th></th><th>code</th><th>what</th><th>on</th><th>where</th></tr>"
    )?;
    let nodes: Vec<&Node> = graph.nodes().map(|(_, node)| node).collect();
    let mut on: Vec<Vec<&str>> = vec![Vec::new(); nodes.len()];
    for (from, to, link) in graph.links() {
        let to = nodes.get(to).filter(|node| node.kind == NodeKind::Resource);
        if let (Tie::Lacks(_), Some(to), Some(list)) = (link.tie, to, on.get_mut(from)) {
            list.push(&to.title);
        }
    }
    for (node, on) in nodes.iter().zip(on).filter(|(node, _)| is_gap(node.kind)) {
        let cell = |lines: Vec<&str>| {
            lines
                .iter()
                .map(|line| escaped(line))
                .collect::<Vec<_>>()
                .join("<br>")
        };
        writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            node.kind.word(),
            escaped(&node.title),
            cell(node.lines.iter().map(String::as_str).collect()),
            cell(on),
            cell(node.at.iter().map(String::as_str).collect()),
        )?;
    }
    writeln!(out, "</table>")
}
