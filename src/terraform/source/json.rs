//! The JSON syntax of Terraform, written as the HCL that it means, with the place of every part.
//!
//! Objects under `resource` and its like are labels, those under names of nested blocks are blocks, and strings are
//! templates, but for those that Terraform takes as they are.
//!
//! Source: the page "JSON Configuration Syntax" of Terraform's language.

use super::texts::Rewritten;
use crate::source::{FaultKind, Kind, NodeId, Span, Tree};

/// Blocks of the top level, and how many labels they have.
const BLOCKS: [(&str, usize); 8] = [
    ("resource", 2),
    ("data", 2),
    ("module", 1),
    ("variable", 1),
    ("output", 1),
    ("provider", 1),
    ("locals", 0),
    ("terraform", 0),
];

/// Nested blocks that are read as such; others are read as lists of objects, which comes to the same.
const NESTED: [&str; 8] = [
    "principal",
    "statement",
    "principals",
    "not_principals",
    "condition",
    "content",
    "inline_policy",
    "plugin",
];

/// Arguments that hold names rather than values, and say nothing here.
const NAMES: [&str; 6] = [
    "depends_on",
    "lifecycle",
    "provider",
    "providers",
    "connection",
    "provisioner",
];

/// How strings are meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strings {
    Templates,
    AsTheyAre,
}

/// A file of a configuration as HCL; the byte of the first fault where it is no JSON.
pub(super) fn configuration(text: &str) -> Result<Rewritten, (String, usize)> {
    let (tree, root) = parse(text)?;
    let mut writer = Writer::of(&tree);
    for body in tree.one_or_many(root) {
        for (key, value) in tree.members(body) {
            let name = tree.string(key).unwrap_or_default();
            if let Some((name, labels)) = BLOCKS.iter().find(|(known, _)| *known == name) {
                writer.labelled(name, &mut Vec::new(), *labels, (key, value));
            }
        }
    }
    Ok(writer.made)
}

/// A file of values of variables as HCL.
pub(super) fn values(text: &str) -> Result<Rewritten, (String, usize)> {
    let (tree, root) = parse(text)?;
    let mut writer = Writer::of(&tree);
    for (key, value) in tree.members(root) {
        writer.attribute(key, value, Strings::AsTheyAre);
    }
    Ok(writer.made)
}

fn parse(text: &str) -> Result<(Tree, NodeId), (String, usize)> {
    let parsed = Tree::parse(text);
    // Blocks of one name may well be there twice.
    let is_fatal =
        |kind: &FaultKind| !matches!(kind, FaultKind::DuplicateKey { .. } | FaultKind::ByteOrderMark);
    if let Some(fault) = parsed.faults.iter().find(|fault| is_fatal(&fault.kind)) {
        return Err((format!("this is no JSON: {fault}"), fault.span.start));
    }
    let tree = parsed.tree.ok_or_else(|| ("this is no JSON".to_owned(), 0))?;
    let root = tree.root();
    Ok((tree, root))
}

struct Writer<'t> {
    tree: &'t Tree,
    made: Rewritten,
}

impl<'t> Writer<'t> {
    fn of(tree: &'t Tree) -> Self {
        Self {
            tree,
            made: Rewritten::default(),
        }
    }

    fn plain(&mut self, text: &str) {
        self.made.text.push_str(text);
    }

    /// Writes a text that stands for a node.
    fn of_node(&mut self, node: NodeId, text: &str) {
        let there = self.tree.span(node);
        let start = self.made.text.len();
        self.plain(text);
        let is_exact = self.tree.raw(node) == text;
        let here = Span::new(start, self.made.text.len());
        self.made.stretches.push((here, there, is_exact));
    }

    /// The bodies of blocks whose labels are the keys on the way.
    fn labelled(
        &mut self,
        kind: &str,
        labels: &mut Vec<NodeId>,
        missing: usize,
        (key, value): (NodeId, NodeId),
    ) {
        let tree = self.tree;
        for value in tree.one_or_many(value) {
            if missing > 0 {
                for (label, value) in tree.members(value) {
                    labels.push(label);
                    self.labelled(kind, labels, missing - 1, (key, value));
                    labels.pop();
                }
            } else if tree.kind(value) == Kind::Object {
                self.block(kind, key, labels, value);
            }
        }
    }

    fn block(&mut self, kind: &str, key: NodeId, labels: &[NodeId], body: NodeId) {
        self.of_node(key, kind);
        for label in labels {
            self.plain(" ");
            let name = self.tree.string(*label).unwrap_or_default();
            self.of_node(*label, &quoted(&name, Strings::AsTheyAre));
        }
        self.plain(" ");
        self.body(kind, body);
        self.plain("\n");
    }

    fn body(&mut self, kind: &str, body: NodeId) {
        let tree = self.tree;
        let span = tree.span(body);
        let start = self.made.text.len();
        self.plain("{\n");
        self.made.stretches.push((
            Span::new(start, start + 1),
            Span::new(span.start, span.start + 1),
            true,
        ));
        for (key, value) in tree.members(body) {
            let name = tree.string(key).unwrap_or_default();
            match &*name {
                "//" => {}
                "dynamic" => self.labelled("dynamic", &mut Vec::new(), 1, (key, value)),
                nested if NESTED.contains(&nested) && is_block(tree, value) => {
                    self.labelled(nested, &mut Vec::new(), 0, (key, value));
                }
                name if NAMES.contains(&name) => {}
                "type" if kind == "variable" => self.kind_of_variable(key, value),
                "default" if kind == "variable" => self.attribute(key, value, Strings::AsTheyAre),
                "source" if kind == "module" => self.attribute(key, value, Strings::AsTheyAre),
                // A name of a binding is no text.
                "iterator" if kind == "dynamic" => self.identifier(key, value),
                _ => self.attribute(key, value, Strings::Templates),
            }
        }
        let start = self.made.text.len();
        self.plain("}");
        self.made.stretches.push((
            Span::new(start, start + 1),
            Span::new(span.end.saturating_sub(1), span.end),
            true,
        ));
    }

    fn kind_of_variable(&mut self, key: NodeId, value: NodeId) {
        let kind = self.tree.string(value).unwrap_or_default();
        // What is no type would make the whole file unreadable.
        if kind.parse::<hcl_edit::expr::Expression>().is_ok() && !kind.contains('\n') {
            self.of_node(key, "type");
            self.plain(" = ");
            self.of_node(value, &kind);
            self.plain("\n");
        }
    }

    fn identifier(&mut self, key: NodeId, value: NodeId) {
        let name = self.tree.string(value).unwrap_or_default();
        if is_identifier(&name) {
            self.of_node(key, "iterator");
            self.plain(" = ");
            self.of_node(value, &name);
            self.plain("\n");
        }
    }

    fn attribute(&mut self, key: NodeId, value: NodeId, strings: Strings) {
        let name = self.tree.string(key).unwrap_or_default();
        if is_identifier(&name) {
            self.of_node(key, &name);
            self.plain(" = ");
            self.expression(value, strings);
            self.plain("\n");
        }
    }

    fn expression(&mut self, node: NodeId, strings: Strings) {
        let tree = self.tree;
        match tree.kind(node) {
            Kind::String => self.string(node, strings),
            Kind::Array => {
                self.edge(node, "[");
                for item in tree.items(node) {
                    self.expression(item, strings);
                    self.plain(", ");
                }
                self.edge(node, "]");
            }
            Kind::Object => {
                self.edge(node, "{");
                for (key, value) in tree.members(node) {
                    self.plain("\n");
                    self.string(key, strings);
                    self.plain(" = ");
                    self.expression(value, strings);
                }
                self.plain("\n");
                self.edge(node, "}");
            }
            _ => {
                let raw = tree.raw(node).to_owned();
                self.of_node(node, &raw);
            }
        }
    }

    fn edge(&mut self, node: NodeId, mark: &str) {
        let span = self.tree.span(node);
        let start = self.made.text.len();
        self.plain(mark);
        let there = if matches!(mark, "[" | "{") {
            Span::new(span.start, span.start + 1)
        } else {
            Span::new(span.end.saturating_sub(1), span.end)
        };
        self.made
            .stretches
            .push((Span::new(start, start + 1), there, true));
    }

    fn string(&mut self, node: NodeId, strings: Strings) {
        let raw = self.tree.raw(node);
        let has_template = raw.contains("${") || raw.contains("%{");
        let is_same = match has_template {
            true => strings == Strings::Templates && !raw.contains('\\'),
            false => !["\\/", "\\b", "\\f", "\\ud", "\\uD"]
                .iter()
                .any(|escape| raw.contains(escape)),
        };
        if is_same && raw.starts_with('"') {
            let raw = raw.to_owned();
            self.of_node(node, &raw);
        } else {
            let text = self.tree.string(node).unwrap_or_default();
            self.of_node(node, &quoted(&text, strings));
        }
    }
}

/// Whether a value is one object or a list of such.
fn is_block(tree: &Tree, value: NodeId) -> bool {
    tree.one_or_many(value)
        .all(|item| tree.kind(item) == Kind::Object)
}

fn is_identifier(name: &str) -> bool {
    hcl_edit::Ident::try_new(name).is_ok()
}

/// A string of HCL.
fn quoted(text: &str, strings: Strings) -> String {
    let mut made = "\"".to_owned();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let (taken, written) = match strings {
            _ if rest.starts_with("$${") || rest.starts_with("%%{") => match strings {
                Strings::Templates => (3, rest.get(..3).unwrap_or_default().to_owned()),
                Strings::AsTheyAre => (1, letter.to_string()),
            },
            Strings::Templates if rest.starts_with("${") || rest.starts_with("%{") => {
                let end = template_end(rest);
                (end, rest.get(..end).unwrap_or_default().to_owned())
            }
            Strings::AsTheyAre if rest.starts_with("${") || rest.starts_with("%{") => {
                (2, format!("{letter}{letter}{{"))
            }
            _ => (letter.len_utf8(), escaped(letter)),
        };
        made.push_str(&written);
        rest = rest.get(taken..).unwrap_or_default();
    }
    made.push('"');
    made
}

fn escaped(letter: char) -> String {
    match letter {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        letter if letter.is_control() => format!("\\u{:04x}", u32::from(letter)),
        letter => letter.to_string(),
    }
}

/// Where the interpolation or directive ends that a text begins with; the end of the text where it does not.
fn template_end(text: &str) -> usize {
    let mut quotes: Vec<bool> = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let in_quotes = quotes.last() == Some(&true);
        let letter = rest.chars().next().unwrap_or_default();
        let mut taken = letter.len_utf8();
        match letter {
            '\\' if in_quotes => taken += rest.chars().nth(1).map_or(0, char::len_utf8),
            '"' if in_quotes => {
                quotes.pop();
            }
            '"' => quotes.push(true),
            '$' | '%' if (in_quotes || quotes.is_empty()) && rest.get(1..2) == Some("{") => {
                quotes.push(false);
                taken = 2;
            }
            '{' if !in_quotes => quotes.push(false),
            '}' if !in_quotes => {
                quotes.pop();
                if quotes.is_empty() {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += taken;
    }
    text.len()
}

#[cfg(test)]
mod tests;
