//! Reading members of JSON objects: what is missing or of the wrong kind is said with its place, and skipped.
//!
//! Members are named by paths such as `kafkaCluster/apacheKafkaCluster`, and the first letter of a key may be of
//! either case, as the AWS CLI and the SDKs differ in it. A member that is null is absent.

use super::found::Found;
use super::model::{BarePolicy, Located, Note, PolicyDocument, Setting};
use crate::pattern::hole;
use crate::source::{DocId, Kind, Place, Problem, Sources, Tree};

/// The texts, and what was read of them so far.
pub(super) struct Reader {
    pub(super) sources: Sources,
    pub(super) found: Found,
    pub(super) problems: Vec<Problem>,
    /// How many places were skipped because of what stands there.
    pub(super) skipped: usize,
    /// The documents inside strings that stand where a policy does, and are no JSON.
    pub(super) broken_policies: Vec<DocId>,
    pub(super) notes: Vec<Note>,
    /// The roots of all policy documents read.
    pub(super) policies: Vec<PolicyDocument>,
}

/// Whether two keys are the same but for the case of the first letter.
pub(super) fn is_key(spelled: &str, key: &str) -> bool {
    match (spelled.as_bytes(), key.as_bytes()) {
        ([first, rest @ ..], [wanted, others @ ..]) => first.eq_ignore_ascii_case(wanted) && rest == others,
        _ => false,
    }
}

impl Reader {
    pub(super) fn new(sources: Sources) -> Self {
        Self {
            sources,
            found: Found::default(),
            problems: Vec::new(),
            skipped: 0,
            broken_policies: Vec::new(),
            notes: Vec::new(),
            policies: Vec::new(),
        }
    }

    fn tree(&self, place: Place) -> Option<&Tree> {
        self.sources.tree(place.doc)
    }

    /// The member of an object under one key.
    pub(super) fn member(&self, object: Place, key: &str) -> Option<Place> {
        let tree = self.tree(object)?;
        let is_it = |node| tree.string(node).is_some_and(|spelled| is_key(&spelled, key));
        let (_, node) = tree.members(object.node).find(|(node, _)| is_it(*node))?;
        (tree.kind(node) != Kind::Null).then_some(Place {
            doc: object.doc,
            node,
        })
    }

    /// Whether null stands under a key.
    pub(super) fn is_null(&self, object: Place, key: &str) -> bool {
        let Some(tree) = self.tree(object) else {
            return false;
        };
        let is_it = |node| tree.string(node).is_some_and(|spelled| is_key(&spelled, key));
        let found = tree.members(object.node).find(|(node, _)| is_it(*node));
        found.is_some_and(|(_, node)| tree.kind(node) == Kind::Null)
    }

    /// The keys of an object, decoded.
    pub(super) fn keys(&self, object: Place) -> Vec<String> {
        let tree = self.tree(object);
        let members = tree
            .into_iter()
            .flat_map(|tree| tree.members(object.node).map(move |(key, _)| tree.string(key)));
        members.flatten().map(String::from).collect()
    }

    /// What stands at a path, if every step of it is there. Says nothing.
    pub(super) fn peek(&self, object: Place, path: &str) -> Option<Place> {
        path.split('/').try_fold(object, |at, key| self.member(at, key))
    }

    /// What stands at a path. A step that is not an object is a problem.
    fn at(&mut self, object: Place, path: &str) -> Option<Place> {
        let mut at = object;
        for (depth, key) in path.split('/').enumerate() {
            if depth > 0 && self.sources.kind(at) != Kind::Object {
                self.wrong_kind(at, "an object");
                return None;
            }
            at = self.member(at, key)?;
        }
        Some(at)
    }

    fn at_of_kind(&mut self, object: Place, path: &str, kind: Kind) -> Option<Place> {
        let place = self.at(object, path)?;
        if self.sources.kind(place) == kind {
            return Some(place);
        }
        self.wrong_kind(place, &kind.to_string());
        None
    }

    /// The string at a path.
    pub(super) fn text(&mut self, object: Place, path: &str) -> Option<Located<String>> {
        let place = self.at_of_kind(object, path, Kind::String)?;
        self.string(place)
    }

    /// The string at a path, which has to be there.
    pub(super) fn need_text(&mut self, object: Place, path: &str) -> Option<Located<String>> {
        let place = self.need(object, path)?;
        if self.is_kind(place, Kind::String) {
            self.string(place)
        } else {
            None
        }
    }

    /// A place that has to be there: its absence is a problem of the object.
    fn need(&mut self, object: Place, path: &str) -> Option<Place> {
        let said = self.problems.len();
        let place = self.at(object, path);
        if place.is_none() && self.problems.len() == said {
            self.problem(object, format!("`{path}` is missing here"));
        }
        place
    }

    /// The boolean at a path.
    pub(super) fn flag(&mut self, object: Place, path: &str) -> Option<Located<bool>> {
        let place = self.at_of_kind(object, path, Kind::Bool)?;
        let value = self.tree(place)?.boolean(place.node)?;
        Some(Located { value, place })
    }

    /// The object at a path.
    pub(super) fn object(&mut self, object: Place, path: &str) -> Option<Place> {
        self.at_of_kind(object, path, Kind::Object)
    }

    /// Whether there is a list at the path. Says nothing.
    pub(super) fn has_list(&self, object: Place, path: &str) -> bool {
        self.peek(object, path)
            .is_some_and(|place| self.sources.kind(place) == Kind::Array)
    }

    /// The items of the list at a path; nothing when there is none.
    pub(super) fn items(&mut self, object: Place, path: &str) -> Vec<Place> {
        let Some(list) = self.at_of_kind(object, path, Kind::Array) else {
            return Vec::new();
        };
        let nodes = self.tree(list).into_iter().flat_map(|tree| tree.items(list.node));
        nodes.map(|node| Place { doc: list.doc, node }).collect()
    }

    /// The objects in the list at a path. Other items are problems.
    pub(super) fn objects(&mut self, object: Place, path: &str) -> Vec<Place> {
        let mut items = self.items(object, path);
        items.retain(|item| self.is_kind(*item, Kind::Object));
        items
    }

    /// The strings in the list at a path. Other items are problems.
    pub(super) fn texts(&mut self, object: Place, path: &str) -> Vec<Located<String>> {
        let mut items = self.items(object, path);
        items.retain(|item| self.is_kind(*item, Kind::String));
        items.into_iter().filter_map(|item| self.string(item)).collect()
    }

    fn is_kind(&mut self, place: Place, kind: Kind) -> bool {
        let is_it = self.sources.kind(place) == kind;
        if !is_it {
            self.wrong_kind(place, &kind.to_string());
        }
        is_it
    }

    /// The text of a string.
    pub(super) fn string(&self, place: Place) -> Option<Located<String>> {
        let value = self.tree(place)?.string(place.node)?.into_owned();
        Some(Located { value, place })
    }

    /// The members of an object whose values are scalars, in order. Others are problems.
    pub(super) fn settings(&mut self, object: Place) -> Vec<Setting> {
        let doc = object.doc;
        let members: Vec<_> = self
            .tree(object)
            .into_iter()
            .flat_map(|tree| tree.members(object.node))
            .collect();
        let mut settings = Vec::with_capacity(members.len());
        for (key, value) in members {
            let place = Place { doc, node: value };
            let scalar = self
                .tree(place)
                .and_then(|tree| tree.scalar(value))
                .map(String::from);
            match (self.string(Place { doc, node: key }), scalar) {
                (Some(key), Some(value)) => settings.push(Setting {
                    key,
                    value: Located { value, place },
                }),
                _ => self.wrong_kind(place, "a string"),
            }
        }
        settings
    }

    /// A list of tags, `[{"Key": …, "Value": …}]`.
    pub(super) fn tags(&mut self, object: Place, path: &str) -> Vec<Setting> {
        let mut tags = Vec::new();
        for tag in self.objects(object, path) {
            let key = self.need_text(tag, "Key");
            // A tag of a delivery stream need not have a value.
            let empty = Located {
                value: String::new(),
                place: tag,
            };
            let value = if self.member(tag, "Value").is_some() {
                self.text(tag, "Value")
            } else {
                Some(empty)
            };
            tags.extend(key.zip(value).map(|(key, value)| Setting { key, value }));
        }
        tags
    }

    /// The policy document at a path, which has to be there: an object, JSON text or percent-encoded JSON text.
    pub(super) fn policy(&mut self, object: Place, path: &str) -> Option<PolicyDocument> {
        let place = self.need(object, path)?;
        self.policy_at(place)
    }

    /// The policy document that a value is or holds.
    ///
    /// A text that is a hole and nothing else is one that nobody knows yet: it is said, and the policy is unknown.
    pub(super) fn policy_at(&mut self, place: Place) -> Option<PolicyDocument> {
        let text = self.string(place).map(|text| text.value).unwrap_or_default();
        if hole::is_hole(&text) {
            self.note(place, "the text of this policy is not known yet".to_owned());
            return None;
        }
        match self.sources.open_policy_document(place) {
            Ok(root) => {
                self.policies.push(root.into());
                Some(root.into())
            }
            Err(problem) => {
                match self.sources.embedded_in(place) {
                    // A policy by its place: that it is no JSON is a fault of its syntax.
                    Some(doc) => self.broken_policies.push(doc),
                    None => {
                        self.skipped += 1;
                        self.problems.push(problem);
                    }
                }
                None
            }
        }
    }

    /// Puts down a document that is judged, and that decides nothing here.
    pub(super) fn add_document(&mut self, place: Place) {
        self.policies.push(place.into());
        self.found.documents.push(BarePolicy {
            file: self.sources.name(place.doc).to_owned(),
            document: place.into(),
        });
    }

    fn wrong_kind(&mut self, place: Place, wanted: &str) {
        let key = self
            .tree(place)
            .and_then(|tree| tree.string(tree.key_of(place.node)?).map(String::from));
        let what = key.map_or_else(String::new, |key| format!(" for `{}`", shown(&key)));
        let found = self.sources.kind(place);
        self.problem(place, format!("expected {wanted}{what}, found {found}"));
    }

    /// Says what is wrong at a place.
    pub(super) fn problem(&mut self, place: Place, message: String) {
        self.problem_with_help(place, message, None);
    }

    /// Says what is wrong at a place and what to do.
    pub(super) fn problem_with_help(&mut self, place: Place, message: String, help: Option<String>) {
        let Some(tree) = self.tree(place) else {
            return;
        };
        let span = tree.span(place.node);
        let file = self.sources.name(place.doc).to_owned();
        self.skipped += 1;
        self.problems.push(Problem {
            message,
            help,
            file,
            place: Some((place.doc, span)),
        });
    }

    /// Says what is assumed because of a place.
    pub(super) fn note(&mut self, place: Place, message: String) {
        self.notes.push(Note { message, place });
    }
}

/// Text of the user inside a message: on one line, and not longer than a line.
pub(super) fn shown(text: &str) -> String {
    let mut characters = text.chars();
    let mut shown: String = characters.by_ref().take(80).flat_map(plain).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

fn plain(character: char) -> impl Iterator<Item = char> {
    let is_hidden = character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}');
    let escaped = is_hidden.then(|| character.escape_default());
    let itself = (!is_hidden).then_some(character);
    escaped.into_iter().flatten().chain(itself)
}
