//! Policies of a plan: their text where it is known, else what a deferred `aws_iam_policy_document` shows of it.
//!
//! On a first plan a policy about what is yet to be made is unknown as a whole. If it is the `json` of one
//! `aws_iam_policy_document`, the plan shows the statements of that, with holes for what is not known; else nothing is
//! known of its text.
//!
//! Source: the documentation of the data source `aws_iam_policy_document`.

use super::attribute::{World, own};
use super::instance::{Instance, Said};
use crate::source::{Composed, Data, NodeId, Place, Sources};

/// Documents merge others at most this deep.
const DEEPEST: usize = 8;

/// The attributes that hold whole documents.
const WHOLE: [&str; 2] = ["source_policy_documents", "override_policy_documents"];

/// Reads the known texts that documents are merged from, so that their statements can be taken over.
pub(super) fn open_sources(sources: &mut Sources, instances: &[Instance]) {
    let mut places: Vec<Place> = Vec::new();
    for instance in instances.iter().filter(|instance| is_document(instance)) {
        let Some(tree) = sources.tree(instance.doc) else {
            continue;
        };
        for key in WHOLE {
            for number in 0..instance.count(tree, key) {
                if let Said::Value(node) = instance.said(tree, &format!("{key}/{number}")) {
                    places.push(instance.place(node));
                }
            }
        }
    }
    for place in places {
        // What is no document is seen when it is taken over.
        let _ = sources.open_policy_document(place);
    }
}

fn is_document(instance: &Instance) -> bool {
    instance.is_data && instance.kind == "aws_iam_policy_document"
}

impl World<'_> {
    /// The policy of an attribute: `None` where there is none, and no text where nothing is known of it.
    pub(super) fn policy(&self, instance: &Instance, path: &str) -> Option<Option<Composed>> {
        match instance.said(self.tree, path) {
            Said::Absent => None,
            Said::Value(node) => Some(self.literal(instance, node)),
            Said::Unknown(_) => {
                let target = self.target(instance, path);
                let document = target.filter(|(target, attribute)| {
                    is_document(target) && matches!(attribute.as_str(), "json" | "minified_json")
                });
                Some(document.and_then(|(document, _)| self.document(document, 0)))
            }
        }
    }

    /// What an `aws_iam_policy_document` says.
    fn document(&self, document: &Instance, depth: usize) -> Option<Composed> {
        if let Said::Value(json) = document.said(self.tree, "json") {
            return self.literal(document, json);
        }
        if depth > DEEPEST || document.said(self.tree, "statement") == Said::Absent && !self.merges(document)
        {
            return None;
        }
        let mut statements = self.whole(document, "source_policy_documents", depth);
        match document.said(self.tree, "statement") {
            Said::Value(list) => {
                for (number, _) in self.tree.items(list).enumerate() {
                    statements.push(self.statement(document, number));
                }
            }
            Said::Unknown(mask) => {
                let hole = own(document, "statement");
                statements.push(Composed::text(hole, self.origin(document, mask)));
            }
            Said::Absent => {}
        }
        // A later statement of the same id takes the place of an earlier one.
        for statement in self.whole(document, "override_policy_documents", depth) {
            let id = sid(&statement);
            if id.is_some() {
                statements.retain(|known| sid(known) != id);
            }
            statements.push(statement);
        }
        let version = self
            .text(document, "version")
            .unwrap_or_else(|| Composed::text("2012-10-17", None));
        let origin = self.origin(document, document.values);
        let members = [
            ("Version", version),
            ("Statement", Composed::array(statements, None)),
        ];
        Some(Composed::object(members, origin))
    }

    fn merges(&self, document: &Instance) -> bool {
        WHOLE
            .iter()
            .any(|key| document.said(self.tree, key) != Said::Absent)
    }

    /// The statements of the documents in a list of them.
    fn whole(&self, document: &Instance, key: &str, depth: usize) -> Vec<Composed> {
        let unknown = |mask: Option<NodeId>, path: &str| {
            let origin = mask.and_then(|mask| self.origin(document, mask));
            Composed::text(own(document, path), origin)
        };
        let count = match document.said(self.tree, key) {
            Said::Absent => return Vec::new(),
            Said::Unknown(mask) => return vec![unknown(Some(mask), key)],
            Said::Value(list) => self.tree.items(list).count(),
        };
        // Items that are not known are those of the documents referred to, if they are as many.
        let targets = self.configuration.targets(document, key).unwrap_or_default();
        let documents: Vec<&Instance> = targets
            .iter()
            .filter_map(|target| self.instance(target, document.index.as_deref()))
            .filter(|target| is_document(target))
            .collect();
        let mut statements = Vec::new();
        let one = documents.first().filter(|_| count == 1 && documents.len() == 1);
        for number in 0..count {
            let path = format!("{key}/{number}");
            match document.said(self.tree, &path) {
                Said::Value(node) => {
                    let root = self.sources.opened(document.place(node));
                    match root.and_then(|root| self.statements_of(root)) {
                        Some(known) => statements.extend(known),
                        None => statements.push(unknown(Some(node), &path)),
                    }
                }
                Said::Unknown(mask) => match one.and_then(|one| self.document(one, depth + 1)) {
                    Some(known) => statements.extend(statements_in(known)),
                    None => statements.push(unknown(Some(mask), &path)),
                },
                Said::Absent => {}
            }
        }
        statements
    }

    fn statements_of(&self, root: Place) -> Option<Vec<Composed>> {
        let tree = self.sources.tree(root.doc)?;
        let statement = tree.get(root.node, "Statement")?;
        let copies = tree
            .one_or_many(statement)
            .map(|node| self.sources.copied(Place { doc: root.doc, node }));
        Some(copies.collect())
    }

    /// One statement of a document whose text is not known.
    fn statement(&self, document: &Instance, number: usize) -> Composed {
        let at = |key: &str| format!("statement/{number}/{key}");
        let mut members = Vec::new();
        let mut put = |key: &'static str, value: Option<Composed>| {
            members.extend(value.map(|value| (key, value)));
        };
        put(
            "Sid",
            self.text(document, &at("sid")).filter(|sid| !is_empty(sid)),
        );
        let effect = self.text(document, &at("effect"));
        put(
            "Effect",
            Some(effect.unwrap_or_else(|| Composed::text("Allow", None))),
        );
        for (key, attribute) in [
            ("Action", "actions"),
            ("NotAction", "not_actions"),
            ("Resource", "resources"),
            ("NotResource", "not_resources"),
        ] {
            put(key, self.list(document, &at(attribute)));
        }
        for (key, attribute) in [("Principal", "principals"), ("NotPrincipal", "not_principals")] {
            put(key, self.principals(document, &at(attribute)));
        }
        put("Condition", self.conditions(document, &at("condition")));
        let node = match document.said(self.tree, &format!("statement/{number}")) {
            Said::Value(node) | Said::Unknown(node) => self.origin(document, node),
            Said::Absent => None,
        };
        Composed::object(members, node)
    }

    /// A list of texts; `None` where it is empty.
    fn list(&self, document: &Instance, path: &str) -> Option<Composed> {
        match document.said(self.tree, path) {
            Said::Absent => None,
            Said::Unknown(mask) => {
                let origin = self.origin(document, mask);
                Some(Composed::array(
                    [Composed::text(own(document, path), origin)],
                    origin,
                ))
            }
            Said::Value(list) => {
                let count = self.tree.items(list).count();
                let items = (0..count).filter_map(|number| self.item(document, &format!("{path}/{number}")));
                let items: Vec<Composed> = items.collect();
                (!items.is_empty()).then(|| Composed::array(items, self.origin(document, list)))
            }
        }
    }

    /// One text of a document: `&{` begins a variable, as `${` is Terraform's own. What is not known is a hole of its own,
    /// since it may be more than the attribute that it refers to.
    fn item(&self, document: &Instance, path: &str) -> Option<Composed> {
        match document.said(self.tree, path) {
            Said::Unknown(mask) => Some(Composed::text(own(document, path), self.origin(document, mask))),
            Said::Value(node) => match self.tree.string(node) {
                Some(text) if text.contains("&{") => Some(Composed::text(
                    text.replace("&{", "${"),
                    self.origin(document, node),
                )),
                _ => self.literal(document, node),
            },
            Said::Absent => None,
        }
    }

    fn principals(&self, document: &Instance, path: &str) -> Option<Composed> {
        if let Said::Unknown(mask) = document.said(self.tree, path) {
            return Some(Composed::text(own(document, path), self.origin(document, mask)));
        }
        let mut kinds: Vec<(String, Composed)> = Vec::new();
        for number in 0..document.count(self.tree, path) {
            let kind = format!("{path}/{number}/type");
            let kind = self
                .string(document, &kind)
                .unwrap_or_else(|| own(document, &kind));
            let names = self.list(document, &format!("{path}/{number}/identifiers"));
            let names = names.unwrap_or_else(|| Composed::array([], None));
            if kind == "*" {
                return Some(Composed::text("*", names.origin));
            }
            merge(&mut kinds, kind, names);
        }
        let members = kinds
            .into_iter()
            .map(|(kind, names)| (kind, None, names))
            .collect();
        let object = Composed::new(Data::Object(members));
        (!matches!(&object.data, Data::Object(members) if members.is_empty())).then_some(object)
    }

    fn conditions(&self, document: &Instance, path: &str) -> Option<Composed> {
        if let Said::Unknown(mask) = document.said(self.tree, path) {
            return Some(Composed::text(own(document, path), self.origin(document, mask)));
        }
        let mut operators: Vec<(String, Vec<(String, Composed)>)> = Vec::new();
        for number in 0..document.count(self.tree, path) {
            let part = |name: &str| {
                let path = format!("{path}/{number}/{name}");
                self.string(document, &path)
                    .unwrap_or_else(|| own(document, &path))
            };
            let (test, key) = (part("test"), part("variable"));
            let values = self.list(document, &format!("{path}/{number}/values"));
            let values = values.unwrap_or_else(|| Composed::array([], None));
            match operators.iter_mut().find(|(known, _)| *known == test) {
                Some((_, keys)) => merge(keys, key, values),
                None => operators.push((test, vec![(key, values)])),
            }
        }
        let object = |members: Vec<(String, Composed)>| {
            Composed::new(Data::Object(
                members
                    .into_iter()
                    .map(|(key, value)| (key, None, value))
                    .collect(),
            ))
        };
        let operators: Vec<(String, Composed)> = operators
            .into_iter()
            .map(|(operator, keys)| (operator, object(keys)))
            .collect();
        (!operators.is_empty()).then(|| object(operators))
    }
}

/// Puts values under a key, beside those that are there.
fn merge(members: &mut Vec<(String, Composed)>, key: String, values: Composed) {
    let known = members.iter_mut().find(|(known, _)| *known == key);
    match (known, values) {
        (
            Some((
                _,
                Composed {
                    data: Data::Array(known),
                    ..
                },
            )),
            Composed {
                data: Data::Array(more),
                ..
            },
        ) => {
            known.extend(more);
        }
        (_, values) => members.push((key, values)),
    }
}

fn is_empty(text: &Composed) -> bool {
    match &text.data {
        Data::String(text) => text.is_empty(),
        Data::Pieces(pieces) => pieces.iter().all(|(text, _)| text.is_empty()),
        _ => false,
    }
}

/// The id of a composed statement.
fn sid(statement: &Composed) -> Option<String> {
    let Data::Object(members) = &statement.data else {
        return None;
    };
    let (_, _, sid) = members.iter().find(|(key, ..)| key == "Sid")?;
    match &sid.data {
        Data::String(text) => Some(text.clone()),
        Data::Pieces(pieces) => Some(pieces.iter().map(|(text, _)| text.as_str()).collect()),
        _ => None,
    }
}

fn statements_in(document: Composed) -> Vec<Composed> {
    let Data::Object(members) = document.data else {
        // A known text of another document: it is not taken apart here.
        return vec![Composed::text("⟨document⟩", document.origin)];
    };
    let statement = members.into_iter().find(|(key, ..)| key == "Statement");
    match statement.map(|(_, _, statement)| statement.data) {
        Some(Data::Array(statements)) => statements,
        _ => Vec::new(),
    }
}
