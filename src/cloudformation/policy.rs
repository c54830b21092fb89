//! Policy documents of templates.
//!
//! A statement that stands or reads differently by a condition that nothing settles becomes several statements, each
//! under an own condition on that answer: `StringEquals` on the key `template.condition:NAME`. No request says what
//! it is, so that a decision that rests on it says so, and two statements under the two answers of one condition
//! count together where they grant the same.

use super::evaluate::Evaluator;
use super::hole;
use super::syntax::{Data as Syntax, Id};
use crate::source::{Composed, Data, Origin};

/// What the answer of a condition is called among condition keys.
const PREFIX: &str = "template.condition:";

/// The most conditions that one statement is taken apart by; what is left of them are holes.
const MOST: usize = 4;

/// The most choices and lists around an item.
const DEEPEST: usize = 16;

/// The most items of one list.
const MOST_LEAVES: usize = 10_000;

/// Answers of conditions under which something holds.
pub(super) type Guards = Vec<(String, bool)>;

impl Evaluator<'_> {
    /// A policy document under these answers; `None` for one that is not there.
    pub(super) fn policy(&mut self, id: Id, guards: &Guards) -> Option<Composed> {
        let id = self.as_object(id);
        let syntax = &self.template.syntax;
        if syntax.call(id).is_some_and(|(function, _)| function == "Fn::If") {
            return self.chosen_document(id, guards);
        }
        if syntax.call(id).is_some() || !matches!(syntax.data(id), Syntax::Map(_)) {
            let value = self.value(id)?;
            return Some(if guards.is_empty() {
                value
            } else {
                self.unknown_at("Policy", id)
            });
        }
        let origin = self.origin(id);
        let template = self.template;
        let mut members = Vec::new();
        for member in template.syntax.members(id) {
            let value = if member.key == "Statement" {
                let mut statements = Vec::new();
                self.statements(member.value, guards, &mut statements);
                Some(Composed {
                    origin: self.origin(member.value),
                    data: Data::Array(statements),
                })
            } else {
                self.value(member.value)
            };
            members.extend(value.map(|value| (member.key.clone(), member.origin, value)));
        }
        Some(Composed {
            origin,
            data: Data::Object(members),
        })
    }

    /// The argument of `Fn::ToJsonString`, whose text is that of the object.
    fn as_object(&self, id: Id) -> Id {
        match self.template.syntax.call(id) {
            Some(("Fn::ToJsonString", argument)) => argument,
            _ => id,
        }
    }

    /// A document that is one of two: both, each statement under its answer.
    fn chosen_document(&mut self, id: Id, guards: &Guards) -> Option<Composed> {
        let (name, yes, no) = self.if_call(id)?;
        match self.under(&name, guards) {
            Ok(true) => self.policy(yes, guards),
            Ok(false) => self.policy(no, guards),
            Err(open) if guards.len() < MOST => {
                let documents: Vec<_> = [true, false]
                    .into_iter()
                    .filter_map(|answer| {
                        let guards = with(guards, &open, answer);
                        self.assuming(&guards, |evaluator| evaluator.policy(id, &guards))
                    })
                    .collect();
                merged(documents).or_else(|| Some(self.unknown_at("Policy", id)))
            }
            Err(_) => Some(self.unknown_at("Policy", id)),
        }
    }

    /// The condition and the branches of a value that is a call of `Fn::If`.
    pub(super) fn if_call(&self, id: Id) -> Option<(String, Id, Id)> {
        match self.template.syntax.call(id) {
            Some(("Fn::If", argument)) => self.branches(argument),
            _ => None,
        }
    }

    /// The statements that a value is or holds, each as often as its conditions want it.
    fn statements(&mut self, id: Id, guards: &Guards, into: &mut Vec<Composed>) {
        for (leaf, guards) in self.leaves_under(id, guards) {
            self.statement(leaf, &guards, into);
        }
    }

    /// The items of a list, and of lists and choices in it, each with the answers under which it is there.
    pub(super) fn leaves(&mut self, id: Id) -> Vec<(Id, Guards)> {
        self.leaves_under(id, &Vec::new())
    }

    /// The same, where answers are given already.
    pub(super) fn leaves_under(&mut self, id: Id, guards: &Guards) -> Vec<(Id, Guards)> {
        let mut found = Vec::new();
        self.leaf(id, guards, 0, &mut found);
        found
    }

    fn leaf(&mut self, id: Id, guards: &Guards, depth: usize, into: &mut Vec<(Id, Guards)>) {
        if into.len() >= MOST_LEAVES {
            if into.len() == MOST_LEAVES {
                self.remark(id, "there are too many items here: what follows is left out");
                into.push((id, guards.clone()));
            }
            return;
        }
        let deeper = depth < DEEPEST;
        match (self.if_call(id), self.template.syntax.data(id)) {
            (Some((name, yes, no)), _) if deeper => match self.under(&name, guards) {
                Ok(answer) => self.leaf(if answer { yes } else { no }, guards, depth + 1, into),
                Err(open) if guards.len() < MOST => {
                    for answer in [true, false] {
                        self.leaf(id, &with(guards, &open, answer), depth + 1, into);
                    }
                }
                Err(_) => into.push((id, guards.clone())),
            },
            (None, Syntax::List(items)) if deeper => {
                for item in items {
                    self.leaf(*item, guards, depth + 1, into);
                }
            }
            _ if self.is_no_value(id) => {}
            _ => into.push((id, guards.clone())),
        }
    }

    fn is_no_value(&self, id: Id) -> bool {
        let syntax = &self.template.syntax;
        let argument = syntax.call(id).filter(|(function, _)| *function == "Ref");
        argument.is_some_and(|(_, name)| syntax.text(name).as_deref() == Some("AWS::NoValue"))
    }

    /// One statement: as it is, or once for each answer of what is open in it.
    fn statement(&mut self, id: Id, guards: &Guards, into: &mut Vec<Composed>) {
        let outer = self.open.take();
        let value = self.assuming(guards, |evaluator| evaluator.value(id));
        let open = std::mem::replace(&mut self.open, outer);
        match open {
            Some(open) if guards.len() < MOST => {
                for answer in [true, false] {
                    self.statement(id, &with(guards, &open, answer), into);
                }
            }
            _ => into.extend(value.map(|value| guarded(value, guards))),
        }
    }

    /// A condition under answers.
    pub(super) fn under(&mut self, name: &str, guards: &Guards) -> super::condition::Verdict {
        self.assuming(guards, |evaluator| evaluator.decide(name))
    }

    /// Does something while these answers are taken as given, beside those that are already.
    pub(super) fn assuming<T>(&mut self, guards: &Guards, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.assumed.clone();
        self.assumed.extend(guards.iter().cloned());
        let done = work(self);
        self.assumed = before;
        done
    }

    /// The answers under which a condition is true: none where it never is, one empty list where it always is.
    pub(super) fn ways(&mut self, name: &str, guards: &Guards) -> Vec<Guards> {
        match self.under(name, guards) {
            Ok(true) => vec![guards.clone()],
            Ok(false) => Vec::new(),
            Err(open) if guards.len() < MOST && !guards.iter().any(|(known, _)| *known == open) => {
                let mut ways = self.ways(name, &with(guards, &open, true));
                ways.extend(self.ways(name, &with(guards, &open, false)));
                ways
            }
            // Too many: under an answer of its own.
            Err(_) => vec![with(guards, name, true)],
        }
    }
}

fn with(guards: &Guards, name: &str, answer: bool) -> Guards {
    let mut guards = guards.clone();
    guards.push((name.to_owned(), answer));
    guards
}

/// Two documents as one: the statements of both, the rest as the first has it.
pub(super) fn merged(documents: Vec<Composed>) -> Option<Composed> {
    let mut documents = documents.into_iter();
    let mut first = documents.next()?;
    for other in documents {
        let Data::Object(others) = other.data else {
            return None;
        };
        let more = others.into_iter().find(|(key, ..)| key == "Statement");
        let Data::Object(members) = &mut first.data else {
            return None;
        };
        let own = members.iter_mut().find(|(key, ..)| key == "Statement");
        match (own, more) {
            (Some((_, _, own)), Some((_, _, more))) => match (&mut own.data, more.data) {
                (Data::Array(own), Data::Array(more)) => own.extend(more),
                _ => return None,
            },
            (None, Some(more)) => members.push(more),
            (_, None) => {}
        }
    }
    Some(first)
}

/// A statement under answers of conditions. One that is no object is unknown as it is.
fn guarded(mut statement: Composed, guards: &Guards) -> Composed {
    let origin = statement.origin;
    let Data::Object(members) = &mut statement.data else {
        return statement;
    };
    for (name, answer) in guards {
        let operator = if *answer {
            "StringEquals"
        } else {
            "StringNotEquals"
        };
        let key = format!("{PREFIX}{}", hole::encoded(name));
        let value = hole::text(vec![("true".to_owned(), origin)], origin);
        add(members, operator, (key, origin, value), origin);
    }
    statement
}

type Entry = (String, Option<Origin>, Composed);

/// Adds one entry to the conditions of a statement. Conditions that are no object stay as they are: what they ask is
/// unknown anyway.
fn add(members: &mut Vec<Entry>, operator: &str, entry: Entry, origin: Option<Origin>) {
    let place = members.iter().position(|(key, ..)| key == "Condition");
    let place = place.unwrap_or_else(|| {
        let none = Composed {
            origin,
            data: Data::Object(Vec::new()),
        };
        members.push(("Condition".to_owned(), origin, none));
        members.len() - 1
    });
    let Some((_, _, condition)) = members.get_mut(place) else {
        return;
    };
    let Data::Object(operators) = &mut condition.data else {
        return;
    };
    let known = operators
        .iter_mut()
        .find(|(key, ..)| key.eq_ignore_ascii_case(operator));
    match known {
        Some((
            _,
            _,
            Composed {
                data: Data::Object(entries),
                ..
            },
        )) => entries.push(entry),
        Some(_) => {}
        None => operators.push((
            operator.to_owned(),
            origin,
            Composed {
                origin,
                data: Data::Object(vec![entry]),
            },
        )),
    }
}
