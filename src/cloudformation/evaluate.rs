//! Values of a template, worked out as far as they can be before it is deployed.
//!
//! In goes a value, out comes the JSON that it makes, or nothing for `AWS::NoValue`. What is not known becomes a hole.
//! A condition that nothing settles is written down in [`Evaluator::open`], so that a caller can ask again under either
//! of its answers. Work, depth and circles are bounded: beyond a bound there is a hole, and a note that says so.

use std::collections::BTreeMap;

use super::hole;
use super::syntax::{Data as Syntax, Id};
use super::template::Template;
use crate::source::{Composed, Data, Origin};

/// What is known of the deployment: holes stand for the rest.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    /// The account.
    pub account: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// Such as `aws`.
    pub partition: Option<String>,
}

/// Something to say of a place: what is not understood, or left out.
#[derive(Clone, Debug)]
pub struct Remark {
    /// One line.
    pub message: String,
    /// Where.
    pub origin: Origin,
}

/// Values worked out in one template.
const MAX_WORK: usize = 500_000;

/// Bytes of text made in one template.
const MAX_TEXT: usize = 32 << 20;

/// Values inside values, references followed included.
const MAX_DEPTH: usize = 160;

/// Works out values of one template.
pub(super) struct Evaluator<'t> {
    pub(super) template: &'t Template,
    pub(super) deployment: &'t Deployment,
    /// Answers of conditions that are taken as given.
    pub(super) assumed: BTreeMap<String, bool>,
    /// The first condition met that nothing settles.
    pub(super) open: Option<String>,
    pub(super) remarks: Vec<Remark>,
    /// Resources whose properties are being worked out.
    pub(super) following: Vec<String>,
    /// Conditions that are being decided.
    pub(super) deciding: Vec<String>,
    work: usize,
    text: usize,
    depth: usize,
    /// Whether a bound was met, which is said once.
    is_bounded: bool,
}

impl<'t> Evaluator<'t> {
    pub(super) fn new(template: &'t Template, deployment: &'t Deployment) -> Self {
        Self {
            template,
            deployment,
            assumed: BTreeMap::new(),
            open: None,
            remarks: Vec::new(),
            following: Vec::new(),
            deciding: Vec::new(),
            work: 0,
            text: 0,
            depth: 0,
            is_bounded: false,
        }
    }

    /// The value, worked out; `None` for `AWS::NoValue`.
    pub(super) fn value(&mut self, id: Id) -> Option<Composed> {
        let origin = self.origin(id);
        if self.is_spent() || self.depth >= MAX_DEPTH {
            if !std::mem::replace(&mut self.is_bounded, true) {
                self.remark(
                    id,
                    "the template is too large or too deep: from here on it is taken as unknown",
                );
            }
            return Some(self.unknown_at("TooLarge", id));
        }
        self.work += 1;
        self.depth += 1;
        let template = self.template;
        let value = match template.syntax.call(id) {
            Some((function, argument)) => self.call(function, argument, id),
            None => {
                let data = match template.syntax.data(id) {
                    Syntax::Null => Data::Null,
                    Syntax::Bool(flag) => Data::Bool(*flag),
                    Syntax::Number(digits) => Data::Number(digits.clone()),
                    Syntax::Text(pieces) => self.resolved(pieces),
                    Syntax::List(items) => {
                        Data::Array(items.iter().filter_map(|item| self.value(*item)).collect())
                    }
                    Syntax::Map(members) => {
                        let members = members.iter().filter_map(|member| {
                            let value = self.value(member.value)?;
                            Some((member.key.clone(), member.origin, value))
                        });
                        Data::Object(members.collect())
                    }
                };
                Some(Composed { origin, data })
            }
        };
        self.depth -= 1;
        self.text += value.as_ref().map_or(0, size);
        value
    }

    /// Whether the bounds of work are reached.
    pub(super) fn is_spent(&self) -> bool {
        self.work >= MAX_WORK || self.text >= MAX_TEXT
    }

    /// A string, number or boolean as text, holes and all.
    pub(super) fn text(&mut self, id: Id) -> Option<String> {
        hole::plain(&self.value(id)?)
    }

    pub(super) fn origin(&self, id: Id) -> Option<Origin> {
        self.template.syntax.origin(id)
    }

    /// Says something of a place, once.
    pub(super) fn remark(&mut self, id: Id, message: &str) {
        let Some(origin) = self.origin(id) else {
            return;
        };
        let is_same = |known: &Remark| known.message == message && known.origin == origin;
        if self.remarks.len() < 1_000 && !self.remarks.iter().any(is_same) {
            self.remarks.push(Remark {
                message: message.to_owned(),
                origin,
            });
        }
    }

    /// A hole of any name, set apart from those of other templates.
    pub(super) fn hole(&self, name: &str, origin: Option<Origin>) -> Composed {
        // The user's names are none of those that say what a value can hold, or where the deployment is.
        let is_taken = hole::is_word(name) || name == "url_suffix";
        let own = if is_taken { ".value" } else { "" };
        let name = format!("{}{own}", hole::encoded(name));
        hole::value(&self.hole_name(&name), origin)
    }

    /// The whole name of a hole; `name` is encoded.
    pub(super) fn hole_name(&self, name: &str) -> String {
        format!("{}{name}", self.template.scope)
    }

    /// A hole of one value of the template, unlike any other.
    pub(super) fn unknown_at(&self, function: &str, id: Id) -> Composed {
        self.hole(&format!("{function}.{}", id.number()), self.origin(id))
    }

    /// What the function makes of a text with holes: one hole for one text.
    pub(super) fn unknown_of(&self, function: &str, argument: &str, id: Id) -> Composed {
        let name = hole::derived(function, argument);
        // The names inside have their scope already.
        let name = if argument.contains(&self.template.scope) {
            name
        } else {
            self.hole_name(&name)
        };
        hole::value(&name, self.origin(id))
    }
}

/// The bytes of text of a value itself.
fn size(value: &Composed) -> usize {
    match &value.data {
        Data::Pieces(pieces) => pieces.iter().map(|(text, _)| text.len() + 16).sum(),
        _ => 16,
    }
}
