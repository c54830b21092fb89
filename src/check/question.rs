//! From a rule's requirement to the requests that decide it.
//!
//! In: a requirement with its templates, and the values of its variables. Out: one [`Question`] for each resource or
//! set of resources.

use crate::engine::{Resource, ResourceSet};
use crate::language::Language;
use crate::pack::{Direction, Piece, Template, Variable};
use crate::pattern::{Glob, hole};
use crate::source::Place;

use super::topic;
use super::values::{Member, Members, Values};

/// A resource, or set of resources, that a requirement is about.
#[derive(Debug, Clone)]
pub(super) struct Question {
    /// What is asked about.
    pub resource: Resource,
    /// The configuration value that raised it, where one did.
    pub raised_by: Option<Place>,
    /// Whether all of a set is needed; otherwise it is one unknown member of the set.
    pub every: bool,
    /// The account that owns the resource, where the ARN or the facts tell.
    pub owner: Option<String>,
    /// The value of the variable that stands for several, where the template has one.
    pub member: Option<Member>,
}

impl Question {
    /// The resource or set as a person writes it.
    pub(super) fn resource_text(&self) -> &str {
        match &self.resource {
            Resource::One(text) => text,
            Resource::All(set) => &set.text,
        }
    }
}

/// What is missing to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotAsked {
    /// Why, in words.
    pub why: String,
}

/// Fills a requirement's resource template: one question for each value of the variable that stands for several, or
/// one; none where that variable has no values.
///
/// # Errors
/// A variable without a value, with what would give it one.
pub(super) fn questions(
    template: &Template,
    values: &dyn Values,
    direction: Option<Direction>,
) -> Result<Vec<Question>, NotAsked> {
    let Some(several) = template.variables().find(|variable| variable.is_many()) else {
        return Ok(vec![question(template, values, None)?]);
    };
    let members = values.many(several, direction);
    match members.as_deref() {
        None => Ok(Vec::new()),
        Some(Members::These(members)) => members
            .iter()
            .map(|member| question(template, values, Some(member)))
            .collect(),
        Some(Members::Unknown { place, .. }) => {
            let any = Member {
                language: Some(if template.to_string().contains(":topic/") {
                    topic::others()
                } else {
                    Language::any()
                }),
                ..Member::open("*", Some(place.unwrap_or_else(|| values.at())))
            };
            Ok(vec![question(template, values, Some(&any))?])
        }
    }
}

fn question(template: &Template, values: &dyn Values, member: Option<&Member>) -> Result<Question, NotAsked> {
    let mut filled = Filled::default();
    let mut raised_by = member.and_then(|member| member.place);
    for piece in template.pieces() {
        match piece {
            Piece::Text(text) => filled.pattern(text),
            Piece::Variable(variable) if variable.is_many() => {
                if let Some(member) = member {
                    filled.add(member);
                }
            }
            Piece::Variable(variable) => {
                let value = value(variable, values).ok_or_else(|| NotAsked {
                    why: missing(variable),
                })?;
                if !is_of_home(variable) {
                    raised_by = raised_by.or(value.place);
                }
                filled.add(&value);
            }
        }
    }
    let every = !filled.unknown;
    let owner = filled.text.split(':').nth(4).filter(|a| !a.is_empty());
    Ok(Question {
        owner: owner
            .filter(|owner| !owner.contains('*') && !hole::has_hole(owner))
            .map(str::to_owned)
            .or_else(|| values.home().account.clone()),
        resource: filled.resource(),
        raised_by,
        every,
        member: member.cloned(),
    })
}

/// The value of a variable; of a setting that is not set, some value that is not known.
fn value(variable: &Variable, values: &dyn Values) -> Option<Member> {
    let found = values.one(variable);
    let is_setting = match variable {
        Variable::Setting { .. } => true,
        Variable::FirstOf(of) => matches!(of.last(), Some(Variable::Setting { .. })),
        _ => false,
    };
    found.or_else(|| is_setting.then(|| Member::open("*", None)))
}

/// Whether the variable only says where things are, so that it is not what raised a question.
fn is_of_home(variable: &Variable) -> bool {
    match variable {
        Variable::FirstOf(of) => of.last().is_some_and(is_of_home),
        other => matches!(
            other,
            Variable::Partition
                | Variable::Region
                | Variable::Account
                | Variable::ConnectorRegion
                | Variable::ConnectorAccount
        ),
    }
}

/// The resource under construction.
#[derive(Default)]
struct Filled {
    text: String,
    parts: Vec<Language>,
    /// The text before the first part that stands for several.
    head: String,
    wild: bool,
    /// Whether something behind the head is not known yet.
    open: bool,
    unknown: bool,
}

impl Filled {
    fn literal(&mut self, text: &str) {
        self.text.push_str(text);
        match self.wild {
            true => self.open |= hole::has_hole(text),
            false => self.head.push_str(text),
        }
        self.parts.push(Language::literal(text));
    }

    fn language(&mut self, text: &str, language: Language) {
        self.text.push_str(text);
        self.parts.push(language);
        self.open |= hole::has_hole(text);
        self.wild = true;
    }

    fn add(&mut self, member: &Member) {
        if member.whole {
            *self = Self::default();
        }
        match &member.language {
            Some(language) => self.language(&member.text, language.clone()),
            None => self.literal(&member.text),
        }
        self.unknown |= !member.every;
    }

    /// Pattern text of a rule: a `*` behind a topic's ARN stands for topic names, elsewhere for anything.
    fn pattern(&mut self, text: &str) {
        // A resource that is `*` and nothing else is that of actions without resource types.
        if text == "*" && self.text.is_empty() {
            return self.literal(text);
        }
        let Some((before, after)) = text.split_once('*') else {
            return if text.contains('?') {
                self.language(text, Language::glob(&Glob::parse(text)));
            } else {
                self.literal(text);
            };
        };
        self.literal(before);
        let rest = if self.text.contains(":topic/") {
            topic::rest()
        } else {
            Language::any()
        };
        self.language("*", rest);
        self.pattern(after);
    }

    fn resource(self) -> Resource {
        if self.wild {
            let set = ResourceSet::language(self.text, Language::concat(&self.parts));
            Resource::All(set.beginning(self.head, self.open))
        } else {
            Resource::One(self.text)
        }
    }
}

/// What would give a variable a value.
fn missing(variable: &Variable) -> String {
    match variable {
        Variable::Account | Variable::ConnectorAccount => {
            "the account is not known; name it with `--account`".to_owned()
        }
        Variable::Region | Variable::ConnectorRegion => {
            "the region is not known; name it with `--region`".to_owned()
        }
        other => format!("`{other}` is not known"),
    }
}

/// Fills a template that has to be one literal text.
pub(super) fn literal(template: &Template, values: &dyn Values) -> Option<String> {
    let mut text = String::new();
    for piece in template.pieces() {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Variable(variable) => {
                let value = values.one(variable).filter(|value| value.language.is_none())?;
                if value.whole {
                    text.clear();
                }
                text.push_str(&value.text);
            }
        }
    }
    Some(text)
}
