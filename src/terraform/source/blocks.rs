//! Nested blocks, those of `dynamic` included, as they come out of an instance.

use hcl_edit::Span as _;
use hcl_edit::structure::{Block, Body};

use super::evaluator::Evaluator;
use super::pairs::pairs;
use super::scope::Scope;
use super::value::{Data, Member, Value};
use crate::source::Origin;

/// A nested block and what names mean in it.
pub(super) struct Nested<'b> {
    pub(super) body: &'b Body,
    pub(super) scope: Scope,
    pub(super) origin: Option<Origin>,
}

/// The nested blocks of one name.
pub(super) struct Found<'b> {
    pub(super) blocks: Vec<Nested<'b>>,
    /// Whether there are no others: what a `dynamic` block makes may not be known.
    pub(super) is_complete: bool,
}

/// More blocks than these are not made of one `dynamic`.
const MOST: usize = 2_000;

/// The blocks of a name in a body.
pub(super) fn blocks<'b>(evaluator: &Evaluator<'_>, body: &'b Body, name: &str, scope: &Scope) -> Found<'b> {
    let mut found = Found {
        blocks: Vec::new(),
        is_complete: true,
    };
    for block in body.blocks() {
        if block.ident.as_str() == name {
            found.blocks.push(Nested {
                body: &block.body,
                scope: scope.clone(),
                origin: evaluator.origin(scope.doc, block.span()),
            });
        }
        let label = block.labels.first().map(|label| label.as_str());
        if block.ident.as_str() == "dynamic" && label == Some(name) {
            found.is_complete &= dynamic(evaluator, block, name, scope, &mut found.blocks).is_some();
        }
    }
    found
}

fn dynamic<'b>(
    evaluator: &Evaluator<'_>,
    block: &'b Block,
    name: &str,
    scope: &Scope,
    made: &mut Vec<Nested<'b>>,
) -> Option<()> {
    let each = evaluator.expression(&block.body.get_attribute("for_each")?.value, scope);
    let content = block.body.get_blocks("content").next()?;
    let iterator = block.body.get_attribute("iterator");
    let iterator = iterator
        .and_then(|iterator| iterator.value.as_variable())
        .map_or(name, |name| name.as_str());
    let known = pairs(&each)?;
    for (key, value) in known {
        if made.len() >= MOST {
            return None;
        }
        // Of a set it is the value, of a list the number; which of them this is, is not told here.
        let key = if matches!(each.data, Data::List(_)) {
            evaluator.unknown_at(value.origin)
        } else {
            key
        };
        let member = |name: &str, value: Value| Member {
            key: name.to_owned(),
            key_origin: None,
            value,
        };
        let binding = Data::Object(vec![member("key", key), member("value", value)]);
        made.push(Nested {
            body: &content.body,
            scope: scope.with(iterator, binding.into()),
            origin: evaluator.origin(scope.doc, content.span()),
        });
    }
    Some(())
}

impl Nested<'_> {
    /// An attribute of the block, null being none.
    pub(super) fn attribute(&self, evaluator: &Evaluator<'_>, name: &str) -> Option<Value> {
        let attribute = self.body.get_attribute(name)?;
        let value = evaluator.expression(&attribute.value, &self.scope);
        (!value.is_null()).then_some(value)
    }

    /// The whole block as an object: its attributes, and lists of its blocks.
    pub(super) fn object(&self, evaluator: &Evaluator<'_>) -> Value {
        let members = members(evaluator, self.body, &self.scope);
        Value::from(Data::Object(members)).at(self.origin)
    }
}

/// The attributes and nested blocks of a body as members of an object, blocks as lists.
pub(super) fn members(evaluator: &Evaluator<'_>, body: &Body, scope: &Scope) -> Vec<Member> {
    let mut members = Vec::new();
    for attribute in body.attributes() {
        members.push(Member {
            key: attribute.key.to_string(),
            key_origin: evaluator.origin(scope.doc, attribute.key.span()),
            value: evaluator.expression(&attribute.value, scope),
        });
    }
    let mut names: Vec<&str> = body
        .blocks()
        .filter_map(|block| match block.ident.as_str() {
            "dynamic" => block.labels.first().map(|label| label.as_str()),
            name => Some(name),
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let found = blocks(evaluator, body, name, scope);
        let origin = found.blocks.first().and_then(|block| block.origin);
        let value = if found.is_complete {
            let list = found
                .blocks
                .iter()
                .map(|block| evaluator.deeper(block.origin, || block.object(evaluator)));
            Value::list(list.collect()).at(origin)
        } else {
            evaluator.unknown_at(origin)
        };
        members.push(Member {
            key: name.to_owned(),
            key_origin: origin,
            value,
        });
    }
    members
}
