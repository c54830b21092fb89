//! Conditions of templates, and `Fn::If`.
//!
//! A condition is true, false, or not settled by the template alone; then the condition that is the reason for it is
//! named, so that a caller can take it as either. Source: CloudFormation Template Reference, condition functions.

use super::evaluate::Evaluator;
use super::hole;
use super::syntax::Id;
use crate::source::Composed;

/// True or false, else the name of the condition that nothing settles.
pub(super) type Verdict = Result<bool, String>;

/// The most conditions that lead to each other.
const LONGEST: usize = 32;

impl Evaluator<'_> {
    /// Decides a named condition.
    pub(super) fn decide(&mut self, name: &str) -> Verdict {
        if let Some(answer) = self.assumed.get(name) {
            return Ok(*answer);
        }
        let Some(condition) = self.template.conditions.get(name).copied() else {
            return Err(name.to_owned());
        };
        let is_circle = self.deciding.iter().any(|other| other == name);
        if is_circle || self.deciding.len() >= LONGEST || self.is_spent() {
            return Err(name.to_owned());
        }
        self.deciding.push(name.to_owned());
        let verdict = self.truth(condition, name);
        self.deciding.pop();
        verdict
    }

    /// Decides an expression of the condition `name`.
    pub(super) fn truth(&mut self, id: Id, name: &str) -> Verdict {
        self.truth_within(id, name, 0)
    }

    fn truth_within(&mut self, id: Id, name: &str, depth: usize) -> Verdict {
        let unsettled = || Err(name.to_owned());
        let syntax = &self.template.syntax;
        let [member] = syntax.members(id) else {
            let text = syntax.text(id);
            return match text.as_deref() {
                Some("true") => Ok(true),
                Some("false") => Ok(false),
                _ => unsettled(),
            };
        };
        if depth > LONGEST {
            return unsettled();
        }
        let (key, argument) = (member.key.as_str(), member.value);
        let items = syntax.items(argument).to_vec();
        match (key, items.as_slice()) {
            ("Condition", _) => match syntax.text(argument) {
                Some(other) => self.decide(&other),
                None => unsettled(),
            },
            ("Fn::Equals", [one, other]) => {
                let (one, other) = (self.value(*one), self.value(*other));
                equal(one.as_ref(), other.as_ref()).map_or_else(unsettled, Ok)
            }
            ("Fn::Not", [one]) => self.truth_within(*one, name, depth + 1).map(|truth| !truth),
            ("Fn::And", [_, ..]) => self.all(&items, name, depth, true),
            ("Fn::Or", [_, ..]) => self.all(&items, name, depth, false),
            _ => {
                self.remark(
                    id,
                    "this condition is not understood: it is taken as true or false",
                );
                unsettled()
            }
        }
    }

    /// Whether all are as wanted: the first that is otherwise decides, the first that is not settled is named.
    fn all(&mut self, items: &[Id], name: &str, depth: usize, wanted: bool) -> Verdict {
        let mut verdict = Ok(wanted);
        for item in items {
            match self.truth_within(*item, name, depth + 1) {
                Ok(truth) if truth != wanted => return Ok(truth),
                Ok(_) => {}
                Err(open) if verdict.is_ok() => verdict = Err(open),
                Err(_) => {}
            }
        }
        verdict
    }

    /// `Fn::If`.
    pub(super) fn choice(&mut self, argument: Id, at: Id) -> Option<Composed> {
        let Some((name, yes, no)) = self.branches(argument) else {
            return Some(self.misused("Fn::If", at));
        };
        match self.decide(&name) {
            Ok(true) => self.value(yes),
            Ok(false) => self.value(no),
            Err(open) => {
                // A branch that is the same in both cases is what it is.
                let (yes, no) = (self.value(yes), self.value(no));
                self.open.get_or_insert(open);
                let texts = (
                    yes.as_ref().and_then(hole::plain),
                    no.as_ref().and_then(hole::plain),
                );
                match texts {
                    (Some(one), Some(other)) if one == other => yes,
                    _ => Some(self.unknown_at(&format!("If.{name}"), at)),
                }
            }
        }
    }

    /// The condition and the two values of `Fn::If`.
    pub(super) fn branches(&self, argument: Id) -> Option<(String, Id, Id)> {
        let syntax = &self.template.syntax;
        let [name, yes, no] = *syntax.items(argument) else {
            return None;
        };
        Some((syntax.text(name)?, yes, no))
    }
}

/// Whether two values are equal; `None` where a hole leaves it open.
fn equal(one: Option<&Composed>, other: Option<&Composed>) -> Option<bool> {
    let (one, other) = (hole::plain(one?)?, hole::plain(other?)?);
    if one == other {
        return Some(true);
    }
    if !hole::has_hole(&one) && !hole::has_hole(&other) {
        return Some(false);
    }
    // What stands before the first hole, or behind the last one, may tell them apart.
    let ends = |text: &str| {
        let before = text.split(hole::OPEN).next().unwrap_or_default().to_owned();
        let behind = text.rsplit(hole::CLOSE).next().unwrap_or_default().to_owned();
        (before, behind)
    };
    let (first, second) = (ends(&one), ends(&other));
    let begins = first.0.starts_with(&second.0) || second.0.starts_with(&first.0);
    let closes = first.1.ends_with(&second.1) || second.1.ends_with(&first.1);
    if begins && closes { None } else { Some(false) }
}
