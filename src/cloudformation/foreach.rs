//! `Fn::ForEach`: members of an object that are made for each value of a collection.
//!
//! In goes the syntax of a template, out comes the same with what the function makes in its place, as the transform
//! `AWS::LanguageExtensions` does before anything else is worked out. A collection that only the deployment knows stays
//! as it is, for others to say so. What is made is bounded. Source: CloudFormation Template Reference, `Fn::ForEach`.

use super::syntax::{Data, Id, Member, Syntax, joined};

/// The key of such a member is this and a name.
pub(super) const PREFIX: &str = "Fn::ForEach";

/// Values that are made: then loops stay as they are. A template may have five hundred resources.
const MAX_MADE: usize = 20_000;

/// Names of loops and their values, the innermost last.
type Bound = Vec<(String, String)>;

/// The root with all that can be expanded, expanded.
pub(super) fn expand(syntax: &mut Syntax, root: Id) -> Id {
    if !syntax.has_key(|key| key.starts_with(PREFIX)) {
        return root;
    }
    let mut expansion = Expansion {
        parameters: syntax.get(root, "Parameters"),
        mappings: syntax.get(root, "Mappings"),
        most: syntax.len() * 2 + MAX_MADE,
        syntax,
    };
    expansion.value(root, &Bound::new())
}

struct Expansion<'a> {
    parameters: Option<Id>,
    mappings: Option<Id>,
    /// How many values there may be, those of the text included, which are all made anew.
    most: usize,
    syntax: &'a mut Syntax,
}

impl Expansion<'_> {
    /// A value with the names of the loops around it replaced.
    fn value(&mut self, id: Id, bound: &Bound) -> Id {
        let Some(origin) = self.syntax.origin(id).filter(|_| self.syntax.len() < self.most) else {
            return id;
        };
        let data = match self.syntax.data(id).clone() {
            Data::List(items) => Data::List(items.into_iter().map(|item| self.value(item, bound)).collect()),
            Data::Map(members) => {
                if let Some(value) = self.reference(id, bound) {
                    return self.syntax.add(Data::Text(vec![(value, Some(origin))]), origin);
                }
                Data::Map(self.members(members, bound))
            }
            Data::Text(pieces) => {
                let text = joined(&pieces);
                let filled = filled(&text, bound);
                if filled == text {
                    return id;
                }
                Data::Text(vec![(filled, Some(origin))])
            }
            Data::Null | Data::Bool(_) | Data::Number(_) => return id,
        };
        self.syntax.add(data, origin)
    }

    /// What `Ref` of the name of a loop gives.
    fn reference(&self, id: Id, bound: &Bound) -> Option<String> {
        let (_, argument) = self.syntax.call(id).filter(|(function, _)| *function == "Ref")?;
        let name = self.syntax.text(argument)?;
        value_of(bound, &name).map(str::to_owned)
    }

    fn members(&mut self, members: Vec<Member>, bound: &Bound) -> Vec<Member> {
        let mut made = Vec::with_capacity(members.len());
        for member in members {
            match self.looped(&member, bound) {
                Some((name, values, body)) => {
                    for value in values {
                        let mut inner = bound.clone();
                        inner.push((name.clone(), value));
                        let body = self.syntax.members(body).to_vec();
                        made.extend(self.members(body, &inner));
                    }
                }
                None => made.push(Member {
                    key: filled(&member.key, bound),
                    origin: member.origin,
                    value: self.value(member.value, bound),
                }),
            }
        }
        made
    }

    /// The name, the values and the body of a loop whose collection is known.
    fn looped(&self, member: &Member, bound: &Bound) -> Option<(String, Vec<String>, Id)> {
        if !member.key.starts_with(PREFIX) || self.syntax.len() >= self.most {
            return None;
        }
        let [name, collection, body] = *self.syntax.items(member.value) else {
            return None;
        };
        let name = self.syntax.text(name)?;
        Some((name, self.collection(collection, bound)?, body))
    }

    fn collection(&self, id: Id, bound: &Bound) -> Option<Vec<String>> {
        match self.syntax.call(id) {
            None => {
                let items = self.syntax.items(id).iter();
                let values = items.map(|item| match self.reference(*item, bound) {
                    Some(value) => Some(value),
                    None => self.syntax.text(*item).map(|text| filled(&text, bound)),
                });
                values
                    .collect::<Option<Vec<_>>>()
                    .filter(|values| !values.is_empty())
            }
            Some(("Ref", name)) => {
                let parameter = self.syntax.get(self.parameters?, &self.syntax.text(name)?)?;
                let default = self.syntax.text(self.syntax.get(parameter, "Default")?)?;
                Some(default.split(',').map(|value| value.trim().to_owned()).collect())
            }
            Some(("Fn::FindInMap", path)) => {
                let [map, first, second] = *self.syntax.items(path) else {
                    return None;
                };
                let mut at = self.mappings?;
                for key in [map, first, second] {
                    let key = self.reference(key, bound).or_else(|| self.syntax.text(key))?;
                    at = self.syntax.get(at, &filled(&key, bound))?;
                }
                let items = self.syntax.items(at).iter();
                items.map(|item| self.syntax.text(*item)).collect()
            }
            Some(_) => None,
        }
    }
}

fn value_of<'a>(bound: &'a Bound, name: &str) -> Option<&'a str> {
    let found = bound.iter().rev().find(|(known, _)| known == name)?;
    Some(&found.1)
}

/// A text with `${Name}` as the value and `&{Name}` as its letters and digits.
fn filled(text: &str, bound: &Bound) -> String {
    let mut made = text.to_owned();
    for (name, value) in bound.iter().rev() {
        let plain: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
        made = made
            .replace(&format!("${{{name}}}"), value)
            .replace(&format!("&{{{name}}}"), &plain);
    }
    made
}
