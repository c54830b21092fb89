//! The functions of templates.
//!
//! Each gives what CloudFormation would, as far as its arguments are known, else a hole whose name follows from the
//! arguments, so that the same call gives the same hole. What is not understood is said, and is a hole.
//! Source: CloudFormation Template Reference, intrinsic functions.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::evaluate::Evaluator;
use super::hole;
use super::syntax::{Data as Syntax, Id, Piece, cut, joined};
use crate::source::{Composed, Data, Origin, Span};

impl Evaluator<'_> {
    /// What a function gives; `None` for `AWS::NoValue`.
    pub(super) fn call(&mut self, function: &str, argument: Id, at: Id) -> Option<Composed> {
        match function {
            "Ref" => self.ref_call(argument, at),
            "Fn::GetAtt" => self.get_att_call(argument, at),
            "Fn::Sub" => self.sub(argument, at),
            "Fn::Join" => self.join(argument, at),
            "Fn::If" => self.choice(argument, at),
            "Fn::Select" => self.select(argument, at),
            "Fn::Split" => self.split(argument, at),
            "Fn::FindInMap" => self.find_in_map(argument, at),
            "Fn::Base64" => self.base64(argument, at),
            "Fn::ToJsonString" => self.json_string(argument, at),
            "Fn::Length" => self.length(argument, at),
            "Fn::ImportValue" => {
                let name = self.text(argument).unwrap_or_default();
                // Exports have one name in an account and region, whichever template asks.
                let name = format!("ImportValue.{}", hole::encoded(&name));
                Some(hole::value(&name, self.origin(at)))
            }
            "Fn::GetAZs" | "Fn::Cidr" | "Fn::GetStackOutput" => Some(self.unknown_call(function, at)),
            "Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals" => match self.truth(at, "") {
                Ok(truth) => Some(Composed {
                    origin: self.origin(at),
                    data: Data::Bool(truth),
                }),
                Err(_) => Some(self.unknown_call(function, at)),
            },
            "Fn::Transform" => {
                self.remark(at, "what a macro makes is not known before it is run");
                Some(self.unknown_call(function, at))
            }
            other => {
                let name: String = other.chars().take(80).filter(|c| !c.is_control()).collect();
                self.remark(
                    at,
                    &format!("the function `{name}` is not known here: its value is taken as unknown"),
                );
                Some(self.unknown_at("Function", at))
            }
        }
    }

    fn unknown_call(&self, function: &str, at: Id) -> Composed {
        self.unknown_at(function.trim_start_matches("Fn::"), at)
    }

    /// A call whose arguments are not those of the function.
    pub(super) fn misused(&mut self, function: &str, at: Id) -> Composed {
        self.remark(
            at,
            &format!("`{function}` has other arguments than it takes: its value is taken as unknown"),
        );
        self.unknown_call(function, at)
    }

    fn sub(&mut self, argument: Id, at: Id) -> Option<Composed> {
        let syntax = &self.template.syntax;
        let (text, variables) = match (syntax.data(argument), syntax.items(argument)) {
            (Syntax::Text(_), _) => (argument, None),
            (_, [text, variables]) => (*text, Some(*variables)),
            (_, [text]) => (*text, None),
            _ => return Some(self.misused("Fn::Sub", at)),
        };
        let Syntax::Text(pieces) = syntax.data(text) else {
            return Some(self.misused("Fn::Sub", at));
        };
        let whole = joined(pieces);
        let mut made = Vec::new();
        let mut from = 0;
        while let Some(found) = whole.get(from..).and_then(|rest| rest.find("${")) {
            let start = from + found;
            let Some(length) = whole.get(start..).and_then(|rest| rest.find('}')) else {
                break;
            };
            made.extend(cut(pieces, Span::new(from, start)));
            let end = start + length + 1;
            let field = Span::new(start, end);
            let name = Span::new(start + 2, end - 1).of(&whole);
            if name.starts_with('!') {
                made.extend(cut(pieces, Span::new(start, start + 2)));
                made.extend(cut(pieces, Span::new(start + 3, end)));
            } else {
                let origin = cut(pieces, field).first().and_then(|(_, origin)| *origin);
                made.extend(self.field(name.trim(), variables, origin, at));
            }
            from = end;
        }
        made.extend(cut(pieces, Span::new(from, whole.len())));
        let data = self.resolved(&made);
        Some(Composed {
            origin: self.origin(at),
            data,
        })
    }

    /// The text that stands for one name of `Fn::Sub`.
    fn field(&mut self, name: &str, variables: Option<Id>, origin: Option<Origin>, at: Id) -> Vec<Piece> {
        let syntax = &self.template.syntax;
        let value = match variables.and_then(|map| syntax.get(map, name)) {
            Some(variable) => self.value(variable),
            None => match name.split_once('.') {
                Some((resource, attribute)) => Some(self.get_att(resource, attribute, at)),
                None => self.reference(name, at),
            },
        };
        let Some(value) = value else {
            return Vec::new();
        };
        match hole::plain(&value) {
            Some(text) => vec![(text, origin)],
            None => {
                let unknown = self.hole(name, origin);
                hole::pieces(&unknown).unwrap_or_default()
            }
        }
    }

    fn join(&mut self, argument: Id, at: Id) -> Option<Composed> {
        let [between, list] = *self.template.syntax.items(argument) else {
            return Some(self.misused("Fn::Join", at));
        };
        let between = self.text(between).unwrap_or_default();
        let list = self.value(list)?;
        let items = match list.data {
            Data::Array(items) => items,
            _ => match hole::plain(&list) {
                Some(text) if hole::has_hole(&text) => {
                    let argument = format!("{between}{text}");
                    return Some(self.unknown_of("Join", &argument, at));
                }
                _ => return Some(self.misused("Fn::Join", at)),
            },
        };
        let mut made: Vec<Piece> = Vec::new();
        for (number, item) in items.iter().enumerate() {
            if number > 0 && !between.is_empty() {
                made.push((between.clone(), self.origin(at)));
            }
            match hole::pieces(item) {
                Some(pieces) => made.extend(pieces),
                None => return Some(self.misused("Fn::Join", at)),
            }
        }
        let data = self.resolved(&made);
        Some(Composed {
            origin: self.origin(at),
            data,
        })
    }

    fn select(&mut self, argument: Id, at: Id) -> Option<Composed> {
        let [index, list] = *self.template.syntax.items(argument) else {
            return Some(self.misused("Fn::Select", at));
        };
        let index = self.text(index).unwrap_or_default();
        let list = self.value(list)?;
        let position = index.trim().parse::<usize>();
        match (list.data, position) {
            (Data::Array(mut items), Ok(position)) if position < items.len() => {
                Some(items.swap_remove(position))
            }
            (Data::Array(items), _) if hole::has_hole(&index) => {
                let all: Vec<_> = items.iter().filter_map(hole::plain).collect();
                Some(self.unknown_of(&format!("Select.{}", hole::encoded(&index)), &all.join(","), at))
            }
            (data @ Data::Pieces(_), _) => {
                let text = hole::plain(&Composed { origin: None, data }).unwrap_or_default();
                if hole::has_hole(&text) {
                    Some(self.unknown_of(&hole::encoded(&index), &text, at))
                } else {
                    Some(self.misused("Fn::Select", at))
                }
            }
            _ => Some(self.misused("Fn::Select", at)),
        }
    }

    fn split(&mut self, argument: Id, at: Id) -> Option<Composed> {
        let [between, text] = *self.template.syntax.items(argument) else {
            return Some(self.misused("Fn::Split", at));
        };
        let between = self.text(between).unwrap_or_default();
        let value = self.value(text)?;
        let Some(pieces) = hole::pieces(&value).filter(|_| !between.is_empty()) else {
            return Some(self.misused("Fn::Split", at));
        };
        let whole = joined(&pieces);
        // What is letters, digits and dashes in any case is not taken apart.
        let is_apart = !between
            .chars()
            .any(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        if !hole::names(&whole).all(|name| is_apart && hole::is_word(name)) {
            let argument = format!("Split.{}", hole::encoded(&between));
            return Some(self.unknown_of(&argument, &whole, at));
        }
        let mut items = Vec::new();
        let mut from = 0;
        for item in whole.split(between.as_str()) {
            let part = cut(&pieces, Span::new(from, from + item.len()));
            items.push(hole::text(part, value.origin));
            from += item.len() + between.len();
        }
        Some(Composed {
            origin: self.origin(at),
            data: Data::Array(items),
        })
    }

    fn find_in_map(&mut self, argument: Id, at: Id) -> Option<Composed> {
        let syntax = &self.template.syntax;
        let (map, first, second, default) = match *syntax.items(argument) {
            [map, first, second] => (map, first, second, None),
            [map, first, second, default] => (map, first, second, syntax.get(default, "DefaultValue")),
            _ => return Some(self.misused("Fn::FindInMap", at)),
        };
        let keys = [map, first, second].map(|key| self.text(key).unwrap_or_default());
        let [map, first, second] = &keys;
        let template = self.template;
        let rows = template.mappings.get(map);
        let row = rows.and_then(|rows| template.syntax.get(*rows, first));
        match row.and_then(|row| template.syntax.get(row, second)) {
            Some(value) => {
                let found = self.value(value)?;
                // What stands in the map is shown where it is asked for.
                Some(Composed {
                    origin: self.origin(at),
                    ..moved(found, self.origin(at))
                })
            }
            None if keys.iter().any(|key| hole::has_hole(key)) => {
                let names = keys.map(|key| hole::encoded(&key)).join(".");
                let name = self.hole_name(&format!("FindInMap.{names}"));
                Some(hole::value(&name, self.origin(at)))
            }
            None => match default {
                Some(default) => self.value(default),
                None => {
                    self.remark(
                        at,
                        "there is no such entry in the mappings: it is taken as unknown",
                    );
                    Some(self.unknown_at("FindInMap", at))
                }
            },
        }
    }

    fn base64(&mut self, argument: Id, at: Id) -> Option<Composed> {
        let text = self.text(argument)?;
        if hole::has_hole(&text) {
            return Some(self.unknown_of("Base64", &text, at));
        }
        let origin = self.origin(at);
        Some(hole::text(vec![(STANDARD.encode(text), origin)], origin))
    }

    fn length(&mut self, argument: Id, at: Id) -> Option<Composed> {
        let value = self.value(argument)?;
        match value.data {
            Data::Array(items) => Some(Composed {
                origin: self.origin(at),
                data: Data::Number(items.len().to_string()),
            }),
            _ => Some(self.unknown_of("Length", &hole::plain(&value).unwrap_or_default(), at)),
        }
    }

    /// JSON text of a value. Where a policy is wanted, the value itself serves: see `policy`.
    fn json_string(&mut self, argument: Id, at: Id) -> Option<Composed> {
        let value = self.value(argument)?;
        let origin = self.origin(at);
        let text = super::json_text::of(&value);
        Some(hole::text(vec![(text, origin)], origin))
    }

    /// A text in which references to secrets and parameters, which CloudFormation resolves when it deploys, are
    /// holes.
    pub(super) fn resolved(&self, pieces: &[Piece]) -> Data {
        const BEGIN: &str = "{{resolve:";
        let whole = joined(pieces);
        if !whole.contains(BEGIN) {
            return Data::Pieces(pieces.to_vec());
        }
        let mut made = Vec::new();
        let mut from = 0;
        while let Some(found) = whole.get(from..).and_then(|rest| rest.find(BEGIN)) {
            let start = from + found;
            let Some(length) = whole.get(start..).and_then(|rest| rest.find("}}")) else {
                break;
            };
            let end = start + length + 2;
            made.extend(cut(pieces, Span::new(from, start)));
            let name = Span::new(start + 2, end - 2).of(&whole);
            let origin = cut(pieces, Span::new(start, end))
                .first()
                .and_then(|(_, origin)| *origin);
            // What a reference resolves to is the same in every stack.
            made.push((hole::written(&hole::encoded(name)), origin));
            from = end;
        }
        made.extend(cut(pieces, Span::new(from, whole.len())));
        Data::Pieces(made)
    }
}

/// A value with all its parts from one place.
pub(super) fn moved(value: Composed, origin: Option<Origin>) -> Composed {
    let data = match value.data {
        Data::Pieces(pieces) => Data::Pieces(vec![(joined(&pieces), origin)]),
        Data::Array(items) => Data::Array(items.into_iter().map(|item| moved(item, origin)).collect()),
        Data::Object(members) => Data::Object(
            members
                .into_iter()
                .map(|(key, _, item)| (key, origin, moved(item, origin)))
                .collect(),
        ),
        scalar => scalar,
    };
    Composed { origin, data }
}
