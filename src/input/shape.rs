//! Which output, input or policy a JSON value is, told by its keys alone.
//!
//! A [`Shape`] is a row: the keys that tell it and the reader of what it says. Rows live with their family, one file
//! each, and [`FAMILIES`] lists the files. The first row that fits is it; rows are written so that one fits.

mod account;
mod bare;
mod cluster;
mod config;
mod confluent;
mod confluent_connector;
mod connector;
mod firehose;
mod identity;
mod inline;
mod logs;
mod managed;
mod organization;
mod plugin;
mod ram;
mod resource;

use super::reader::{Reader, is_key, shown};
use crate::source::{Kind, Place};

/// One kind of JSON object.
pub(super) struct Shape {
    /// What it is: the command that prints it. Samples in `corpus/inputs` have this name.
    pub(super) name: &'static str,
    /// What tells it: all of these.
    signs: &'static [Sign],
    read: fn(&mut Reader, Place),
}

/// Something that an object has or has not.
enum Sign {
    /// Something stands at this path.
    Has(&'static str),
    /// There is this key, even if null stands there.
    Key(&'static str),
    /// One of these keys is there.
    HasOne(&'static [&'static str]),
    /// A value of this kind stands at this path.
    Is(&'static str, Kind),
    /// Nothing stands at this path.
    Lacks(&'static str),
    /// There is a list at the first path, and its first item, if there is one, has this key.
    Items(&'static str, &'static str),
    /// There are no keys but these, and what SDKs add to every response.
    Only(&'static [&'static str]),
}

/// All shapes: a new one is a row in its family's file, a new family is a file and a row here.
static FAMILIES: [&[Shape]; 16] = [
    // Before those whose lists may be empty: a key may have no `roles`.
    confluent::SHAPES,
    confluent_connector::SHAPES,
    config::SHAPES,
    connector::SHAPES,
    cluster::SHAPES,
    plugin::SHAPES,
    account::SHAPES,
    identity::SHAPES,
    inline::SHAPES,
    organization::SHAPES,
    managed::SHAPES,
    resource::SHAPES,
    logs::SHAPES,
    firehose::SHAPES,
    ram::SHAPES,
    bare::SHAPES,
];

/// The keys that boto3 and others add to every response.
const OF_SDK: [&str; 2] = ["ResponseMetadata", "$metadata"];

impl Sign {
    fn fits(&self, reader: &Reader, object: Place) -> bool {
        match self {
            Self::Has(path) => reader.peek(object, path).is_some(),
            Self::Key(key) => reader.member(object, key).is_some() || reader.is_null(object, key),
            Self::HasOne(keys) => keys.iter().any(|key| reader.member(object, key).is_some()),
            Self::Is(path, kind) => reader
                .peek(object, path)
                .is_some_and(|place| reader.sources.kind(place) == *kind),
            Self::Lacks(path) => reader.peek(object, path).is_none(),
            Self::Items(path, key) => reader.peek(object, path).is_some_and(|list| {
                let tree = reader.sources.tree(list.doc);
                let first = tree.and_then(|tree| tree.items(list.node).next());
                reader.sources.kind(list) == Kind::Array
                    && first.is_none_or(|node| reader.member(Place { doc: list.doc, node }, key).is_some())
            }),
            Self::Only(keys) => {
                let is_one = |spelled: &String| keys.iter().chain(&OF_SDK).any(|key| is_key(spelled, key));
                reader.keys(object).iter().all(is_one)
            }
        }
    }
}

/// The shape of a JSON object; `None` when it is nothing known here.
pub(super) fn recognise(reader: &Reader, object: Place) -> Option<&'static Shape> {
    shapes().find(|shape| shape.fits(reader, object))
}

fn shapes() -> impl Iterator<Item = &'static Shape> {
    FAMILIES.iter().copied().flatten()
}

impl Shape {
    fn fits(&self, reader: &Reader, object: Place) -> bool {
        self.signs.iter().all(|sign| sign.fits(reader, object))
    }
}

/// Reads a document: an object of some shape, or an array of such objects, as pages are. Gives what it has instead
/// when some of it is nothing known here.
pub(super) fn read(reader: &mut Reader, root: Place) -> Result<(), String> {
    match reader.sources.kind(root) {
        Kind::Object => read_object(reader, root)
            .then_some(())
            .ok_or_else(|| unknown_keys(reader, root)),
        Kind::Array => read_pages(reader, root),
        other => Err(format!("expected an object, found {other}")),
    }
}

/// Reads the objects of a document that are known here; whether there are any.
pub(super) fn read_known(reader: &mut Reader, root: Place) -> bool {
    let tree = reader.sources.tree(root.doc);
    let objects: Vec<_> = tree
        .into_iter()
        .flat_map(|tree| tree.one_or_many(root.node))
        .map(|node| Place { doc: root.doc, node })
        .filter(|place| reader.sources.kind(*place) == Kind::Object)
        .collect();
    let known = objects.into_iter().filter(|object| read_object(reader, *object));
    known.count() > 0
}

fn read_object(reader: &mut Reader, object: Place) -> bool {
    let shape = recognise(reader, object);
    if let Some(shape) = shape {
        (shape.read)(reader, object);
    }
    shape.is_some()
}

fn read_pages(reader: &mut Reader, root: Place) -> Result<(), String> {
    let tree = reader.sources.tree(root.doc);
    let pages: Vec<_> = tree.into_iter().flat_map(|tree| tree.items(root.node)).collect();
    let mut unknown = None;
    let mut count = 0_usize;
    for node in &pages {
        let page = Place {
            doc: root.doc,
            node: *node,
        };
        if reader.sources.kind(page) != Kind::Object || !read_object(reader, page) {
            count += 1;
            unknown.get_or_insert(page);
        }
    }
    match unknown {
        Some(page) => Err(format!(
            "{count} of {} items are nothing known here; in the first of them {}",
            pages.len(),
            unknown_keys(reader, page)
        )),
        None if pages.is_empty() => Err("the array is empty".to_owned()),
        None => Ok(()),
    }
}

fn unknown_keys(reader: &Reader, object: Place) -> String {
    const SHOWN: usize = 6;
    let keys = reader.keys(object);
    if keys.is_empty() {
        return "there are no keys".to_owned();
    }
    let more = if keys.len() > SHOWN { " and others" } else { "" };
    let keys: Vec<_> = keys
        .iter()
        .take(SHOWN)
        .map(|key| format!("`{}`", shown(key)))
        .collect();
    format!(
        "no output, input or policy known here has the keys {}{more}",
        keys.join(", ")
    )
}

#[cfg(test)]
mod tests;
