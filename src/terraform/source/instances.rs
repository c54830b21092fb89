//! How many instances a block makes, which module a call makes, and what `each` and `count` are in one of them.

use hcl_edit::Span as _;

use super::config::{Address, joined, local_source};
use super::evaluator::Evaluator;
use super::scope::{Instances, Module};
use super::value::{Data, Instance, Key, Value};

/// Instances of one block.
const MOST_INSTANCES: usize = 1_000;
/// Instances of modules in one run.
const MOST_MODULES: usize = 500;
/// Modules inside modules.
const DEEPEST_MODULE: usize = 12;

impl Evaluator<'_> {
    /// The instances of a block.
    pub(super) fn instances(&self, module: usize, address: &Address) -> Instances {
        let asked = (module, address.clone());
        if let Some(instances) = self.instances.borrow().get(&asked) {
            return instances.clone();
        }
        // While it is worked out it is not known, so that a block that counts itself ends.
        self.instances
            .borrow_mut()
            .insert(asked.clone(), Instances::Unknown);
        let instances = self.count_instances(module, address);
        self.instances.borrow_mut().insert(asked, instances.clone());
        instances
    }

    fn count_instances(&self, module: usize, address: &Address) -> Instances {
        let argument = |name| {
            let said = self.folder(module)?.argument(address, name)?;
            Some((said, self.plain_scope(module, said.doc)))
        };
        let keys: Option<Vec<Key>> = if let Some((count, scope)) = argument("count") {
            let number = self.expression(count.what, &scope).known_number();
            let number = number.filter(|number| *number >= 0.0);
            if number.is_some_and(|number| number > MOST_INSTANCES as f64) {
                let origin = self.origin(count.doc, count.what.span());
                self.remark(
                    origin,
                    format!("more than {MOST_INSTANCES} instances are taken as an unknown number"),
                );
            }
            number
                .filter(|number| *number <= MOST_INSTANCES as f64)
                .map(|number| (0..number as usize).map(Key::Index).collect())
        } else if let Some((each, scope)) = argument("for_each") {
            match self.expression(each.what, &scope).data {
                Data::Object(members) => {
                    Some(members.into_iter().map(|member| Key::Each(member.key)).collect())
                }
                Data::List(items) => items
                    .iter()
                    .map(|item| item.known_text().map(Key::Each))
                    .collect(),
                Data::Null => Some(Vec::new()),
                _ => None,
            }
        } else {
            Some(vec![Key::Only])
        };
        match keys {
            Some(keys) if keys.len() <= MOST_INSTANCES => Instances::Known(keys),
            _ => Instances::Unknown,
        }
    }

    /// The module that an instance of a `module` block makes; `None` for one that is not local, or not here.
    pub(super) fn child(&self, instance: &Instance) -> Option<usize> {
        if let Some(child) = self.children.borrow().get(instance) {
            return Some(*child);
        }
        let said = self.block(instance)?;
        let caller = self.module(instance.module)?;
        let folder = joined(&caller.folder, local_source(said.what)?);
        let is_here = self.config.folders.contains_key(&folder);
        let is_deep = caller.depth >= DEEPEST_MODULE || self.modules.borrow().len() >= MOST_MODULES;
        if !is_here || is_deep {
            return None;
        }
        let child = self.push_module(Module {
            folder,
            path: format!("{}.", self.address(instance)),
            depth: caller.depth + 1,
            caller: Some(instance.clone()),
        });
        self.children.borrow_mut().insert(instance.clone(), child);
        Some(child)
    }

    /// `each.key`, `each.value` or `count.index` of the block around.
    pub(super) fn of_instance(&self, own: &Instance, name: &str) -> Value {
        let hole = || Value::hole(format!("{}.{name}", self.address(own)));
        match (name, &own.key) {
            ("count.index", Key::Index(number)) => Data::Number(*number as f64).into(),
            ("each.key", Key::Each(key)) => Value::text(key.clone()),
            ("each.value", Key::Each(key)) => {
                let folder = self.folder(own.module);
                let each = folder.and_then(|folder| folder.argument(&own.block(), "for_each"));
                let each =
                    each.map(|said| self.expression(said.what, &self.plain_scope(own.module, said.doc)));
                match each.as_ref().map(|each| &each.data) {
                    Some(Data::List(_)) => Value::text(key.clone()),
                    Some(Data::Object(_)) => {
                        let value = each.as_ref().and_then(|each| each.member(key));
                        value.cloned().unwrap_or_else(hole)
                    }
                    _ => hole(),
                }
            }
            _ => hole(),
        }
    }
}
