//! One instance of a resource or data source, whichever form of Terraform tells of it.
//!
//! Attributes have the form of the provider's schema, blocks as lists of objects; texts hold holes for what is not
//! known. Plans, states and source all come to this, so that what the AWS CLI would print of a resource is written once.

use crate::pattern::hole;
use crate::source::{Composed, Data, Origin};

/// One instance.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    /// The type.
    pub(super) kind: String,
    /// Its address, without what would end a hole.
    pub(super) address: String,
    /// Whether it is a data source.
    pub(super) is_data: bool,
    /// Attributes and blocks; `arn`, `id` and the name are there in any case. A policy of which the text is not known is
    /// one hole.
    pub(super) attributes: Composed,
    /// Whether it is certain that there is such an instance.
    pub(super) is_certain: bool,
}

impl Resource {
    /// Where it is described.
    pub(super) fn origin(&self) -> Option<Origin> {
        self.attributes.origin
    }

    /// An attribute; null is none.
    pub(super) fn get(&self, name: &str) -> Option<&Composed> {
        get(&self.attributes, name)
    }

    /// An attribute that has to be a text.
    pub(super) fn scalar(&self, name: &str) -> Option<Composed> {
        self.get(name).and_then(scalar)
    }

    /// The letters of an attribute.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        text(self.get(name)?)
    }

    /// The hole of an attribute that nothing says: only the provider will.
    pub(super) fn own_hole(&self, path: &str) -> String {
        format!("⟨{}.{path}⟩", self.address)
    }

    /// Whether a value is a hole of this resource's own: it was not written, and the provider makes it.
    pub(super) fn is_own_hole(&self, value: &Composed) -> bool {
        text(value).is_some_and(|text| {
            let inner = text
                .strip_prefix('⟨')
                .and_then(|text| text.strip_prefix(&*self.address));
            inner.is_some_and(|rest| rest.starts_with('.') && hole::is_hole(&text))
        })
    }
}

/// A member of an object; null is none.
pub(super) fn get<'v>(value: &'v Composed, name: &str) -> Option<&'v Composed> {
    let Data::Object(members) = &value.data else {
        return None;
    };
    let (_, _, found) = members.iter().find(|(key, ..)| key == name)?;
    (!matches!(found.data, Data::Null)).then_some(found)
}

/// The first block of a name; the JSON syntax may say one as an object.
pub(super) fn block<'v>(value: &'v Composed, name: &str) -> Option<&'v Composed> {
    let found = get(value, name)?;
    match found.data {
        Data::Object(_) => Some(found),
        _ => items(found).first(),
    }
}

/// What stands at a path of blocks.
pub(super) fn path<'v>(value: &'v Composed, blocks: &[&str]) -> Option<&'v Composed> {
    blocks.iter().try_fold(value, |at, name| block(at, name))
}

/// The items of a list; none of anything else.
pub(super) fn items(value: &Composed) -> &[Composed] {
    match &value.data {
        Data::Array(items) => items,
        _ => &[],
    }
}

/// The text of a string, a number or a flag.
pub(super) fn text(value: &Composed) -> Option<String> {
    match &value.data {
        Data::String(text) | Data::Number(text) => Some(text.clone()),
        Data::Pieces(pieces) => Some(pieces.iter().map(|(text, _)| text.as_str()).collect()),
        Data::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// Whether a value is one hole and nothing else.
pub(super) fn is_hole(value: &Composed) -> bool {
    text(value).is_some_and(|text| hole::is_hole(&text))
}

/// An object of those members that are there.
pub(super) fn object<const N: usize>(
    members: [(&'static str, Option<Composed>); N],
    origin: Option<Origin>,
) -> Composed {
    let members = members.into_iter().filter_map(|(key, value)| Some((key, value?)));
    Composed::object(members, origin)
}

/// One value within objects of these keys, the outermost first.
pub(super) fn nested(keys: &[&'static str], value: Composed, origin: Option<Origin>) -> Composed {
    let around = |value: Composed, key: &&'static str| Composed::object([(*key, value)], origin);
    keys.iter().rev().fold(value, around)
}

/// A value that has to be a text: JSON where a text has to be is that text.
pub(super) fn scalar(value: &Composed) -> Option<Composed> {
    match &value.data {
        Data::String(_) | Data::Pieces(_) => Some(value.clone()),
        Data::Object(_) | Data::Array(_) => Some(Composed::text(json(value).to_string(), value.origin)),
        _ => text(value).map(|text| Composed::text(text, value.origin)),
    }
}

fn json(value: &Composed) -> serde_json::Value {
    match &value.data {
        Data::Null => serde_json::Value::Null,
        Data::Bool(flag) => (*flag).into(),
        Data::Number(digits) => serde_json::from_str(digits).unwrap_or_default(),
        Data::String(_) | Data::Pieces(_) => text(value).unwrap_or_default().into(),
        Data::Array(items) => items.iter().map(json).collect(),
        Data::Object(members) => members
            .iter()
            .map(|(key, _, value)| (key.clone(), json(value)))
            .collect(),
    }
}
