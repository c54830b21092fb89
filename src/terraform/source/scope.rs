//! What names mean where an expression stands: its module, the block around it, and what `for` binds.

use std::rc::Rc;

use super::value::{Instance, Key, Value};
use crate::source::DocId;

/// An instance of a folder: a root, or what a `module` block makes of it.
#[derive(Clone)]
pub(super) struct Module {
    pub(super) folder: String,
    /// `module.x.`, or nothing for a root.
    pub(super) path: String,
    /// Who calls it, as which instance.
    pub(super) caller: Option<Instance>,
    /// Modules around it.
    pub(super) depth: usize,
}

/// What names mean where an expression stands.
#[derive(Clone)]
pub(super) struct Scope {
    pub(super) module: usize,
    pub(super) doc: DocId,
    pub(super) bindings: Vec<(String, Value)>,
    /// The block that the expression stands in.
    pub(super) own: Option<Rc<Instance>>,
}

impl Scope {
    pub(super) fn binding(&self, name: &str) -> Option<&Value> {
        let mut bindings = self.bindings.iter().rev();
        bindings.find(|(bound, _)| bound == name).map(|(_, value)| value)
    }

    pub(super) fn with(&self, name: &str, value: Value) -> Self {
        let mut scope = self.clone();
        scope.bindings.push((name.to_owned(), value));
        scope
    }
}

/// The instances of a block.
#[derive(Clone)]
pub(super) enum Instances {
    Known(Vec<Key>),
    /// Their number is not known.
    Unknown,
}
