//! What a configuration says, worked out when it is asked: variables, locals, instances, modules.
//!
//! Everything is remembered once it is known. Work, depth and the number of instances are bounded; where a bound is
//! hit, and where something refers to itself, the value is a hole, and a note says so.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::Block;

use super::config::{Address, Config, Folder, Said, joined, relative};
use super::scope::{Instances, Module, Scope};
use super::texts::Texts;
use super::value::{Data, Hole, Instance, Mode, Value, plain};
use crate::source::{DocId, Origin};
use crate::terraform::Known;

/// Expressions inside expressions, and references followed from them.
const DEEPEST: usize = 300;
/// Nodes and bytes of values made in one run.
const MOST_WORK: u64 = 60_000_000;
/// Notes of one run.
const MOST_NOTES: usize = 200;

/// How expressions, attributes and types of variables are worked out. These ask the evaluator in turn, so that it is
/// given them, and names none of them.
#[derive(Clone, Copy)]
pub(super) struct Workings {
    pub(super) expression: fn(&Evaluator<'_>, &Expression, &Scope) -> Value,
    /// An attribute of an instance that is not remembered yet.
    pub(super) attribute: fn(&Evaluator<'_>, &Instance, &str) -> Value,
    /// The value of a variable as its declared type makes it.
    pub(super) typed: fn(&Evaluator<'_>, &Said<'_, Block>, Value) -> Value,
}

/// Something said of a place.
pub(super) struct Remark {
    pub(super) origin: Option<Origin>,
    pub(super) message: String,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Asked {
    Local(usize, String),
    Variable(usize, String),
    Attribute(Instance, String),
}

/// One run over a configuration.
pub(super) struct Evaluator<'a> {
    pub(super) config: &'a Config<'a>,
    pub(super) facts: &'a Known,
    pub(super) texts: &'a Texts<'a>,
    workings: Workings,
    pub(super) modules: RefCell<Vec<Module>>,
    pub(super) children: RefCell<HashMap<Instance, usize>>,
    known: RefCell<HashMap<Asked, Value>>,
    open: RefCell<Vec<Asked>>,
    pub(super) instances: RefCell<BTreeMap<(usize, Address), Instances>>,
    /// Holes made by position, so that none has the name of another.
    names: RefCell<HashMap<String, usize>>,
    calls: RefCell<HashMap<String, String>>,
    work: Cell<u64>,
    depth: Cell<usize>,
    pub(super) remarks: RefCell<Vec<Remark>>,
    said: RefCell<BTreeSet<String>>,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(
        config: &'a Config<'a>,
        facts: &'a Known,
        texts: &'a Texts<'a>,
        workings: Workings,
    ) -> Self {
        Self {
            workings,
            config,
            facts,
            texts,
            modules: RefCell::default(),
            children: RefCell::default(),
            known: RefCell::default(),
            open: RefCell::default(),
            instances: RefCell::default(),
            names: RefCell::default(),
            calls: RefCell::default(),
            work: Cell::new(0),
            depth: Cell::new(0),
            remarks: RefCell::default(),
            said: RefCell::default(),
        }
    }

    /// The value of an expression.
    pub(super) fn expression(&self, expression: &Expression, scope: &Scope) -> Value {
        (self.workings.expression)(self, expression, scope)
    }

    /// Makes the module of a root folder.
    pub(super) fn root(&self, folder: &str) -> usize {
        self.push_module(Module {
            folder: folder.to_owned(),
            path: String::new(),
            caller: None,
            depth: 0,
        })
    }

    pub(super) fn push_module(&self, module: Module) -> usize {
        let mut modules = self.modules.borrow_mut();
        modules.push(module);
        modules.len() - 1
    }

    pub(super) fn module(&self, number: usize) -> Option<Module> {
        self.modules.borrow().get(number).cloned()
    }

    pub(super) fn path(&self, module: usize) -> String {
        self.module(module).map(|module| module.path).unwrap_or_default()
    }

    /// The path of a module's folder from that of the root, where Terraform is run.
    pub(super) fn path_of(&self, module: usize) -> String {
        let folder = self.module(module).map(|module| module.folder);
        relative(&self.path_of_root(), &folder.unwrap_or_default())
    }

    fn path_of_root(&self) -> String {
        self.module(0).map(|root| root.folder).unwrap_or_default()
    }

    /// The file of a path from the root's folder.
    pub(super) fn file(&self, path: &str) -> Option<(DocId, &'a str)> {
        self.texts.file(&joined(&self.path_of_root(), path))
    }

    pub(super) fn folder(&self, module: usize) -> Option<&'a Folder<'a>> {
        let name = self.module(module)?.folder;
        self.config.folders.get(&name)
    }

    /// The address of an instance from the root.
    pub(super) fn address(&self, instance: &Instance) -> String {
        let path = self.path(instance.module);
        let (name, key) = (&instance.name, instance.key.suffix());
        match instance.mode {
            Mode::Resource => format!("{path}{}.{name}{key}", instance.kind),
            Mode::Data => format!("{path}data.{}.{name}{key}", instance.kind),
            Mode::Module => format!("{path}module.{name}{key}"),
        }
    }

    /// Where an expression or block is.
    pub(super) fn origin(&self, doc: DocId, span: Option<std::ops::Range<usize>>) -> Option<Origin> {
        span.map(|span| self.texts.origin(doc, &span))
    }

    /// Says something, once.
    pub(super) fn remark(&self, origin: Option<Origin>, message: String) {
        let mut remarks = self.remarks.borrow_mut();
        if remarks.len() < MOST_NOTES && self.said.borrow_mut().insert(format!("{origin:?} {message}")) {
            remarks.push(Remark { origin, message });
        }
    }

    /// Counts work; false when there was too much of it.
    pub(super) fn charge(&self, work: u64) -> bool {
        self.work.set(self.work.get().saturating_add(work));
        let is_within = self.work.get() <= MOST_WORK;
        if !is_within {
            let message =
                "the configuration makes more values than are followed; the rest is taken as not known";
            self.remark(None, message.to_owned());
        }
        is_within
    }

    /// Runs something one level deeper, or gives a hole.
    pub(super) fn deeper(&self, origin: Option<Origin>, run: impl FnOnce() -> Value) -> Value {
        let depth = self.depth.get();
        if depth >= DEEPEST || !self.charge(1) {
            if depth >= DEEPEST {
                let message = "references and expressions are nested more deeply than is followed here";
                self.remark(origin, message.to_owned());
            }
            return self.unknown_at(origin);
        }
        self.depth.set(depth + 1);
        let value = run();
        self.depth.set(depth);
        value
    }

    /// A hole of its own, named after its place.
    pub(super) fn unknown_at(&self, origin: Option<Origin>) -> Value {
        let base = match origin {
            Some(Origin::Text(doc, span)) => {
                let (name, line) = self.texts.line(doc, span.start);
                format!("line {line} of {}", plain(name))
            }
            _ => "unknown".to_owned(),
        };
        self.numbered(&base).at(origin)
    }

    fn numbered(&self, base: &str) -> Value {
        let mut names = self.names.borrow_mut();
        let count = names.entry(base.to_owned()).or_insert(0);
        *count += 1;
        let name = if *count == 1 {
            base.to_owned()
        } else {
            format!("{base} #{count}")
        };
        Value::hole(name)
    }

    /// What a function gives of arguments that are not known: the same hole for the same arguments.
    pub(super) fn unknown_call(&self, name: &str, arguments: &[Value]) -> Value {
        let rendered: Vec<String> = arguments
            .iter()
            .map(|argument| format!("{:?}", argument.composed().data))
            .collect();
        let call = format!("{name} {}", rendered.join(" "));
        if !self.charge(call.len() as u64) {
            return self.numbered("unknown");
        }
        if let Some(hole) = self.calls.borrow().get(&call) {
            return Value::hole(hole.clone());
        }
        let first = arguments.iter().find_map(first_hole);
        let short = format!("{name}({})", first.unwrap_or_default());
        let made = self.numbered(&short);
        if let Data::Hole(hole) = &made.data {
            self.calls.borrow_mut().insert(call, hole.name.clone());
        }
        made
    }

    /// Answers a question once; one inside itself is a ring.
    fn once(
        &self,
        asked: Asked,
        origin: Option<Origin>,
        name: &str,
        work_out: impl FnOnce() -> Value,
    ) -> Value {
        if let Some(value) = self.known.borrow().get(&asked) {
            if !self.charge(value.size()) {
                return Value::hole(name);
            }
            return value.clone();
        }
        if self.open.borrow().contains(&asked) {
            self.remark(origin, format!("`{name}` refers to itself"));
            return Value::hole(name);
        }
        self.open.borrow_mut().push(asked.clone());
        let value = self.deeper(origin, work_out);
        self.open.borrow_mut().pop();
        if self.charge(value.size()) {
            self.known.borrow_mut().insert(asked, value.clone());
        }
        value
    }

    /// `local.name`
    pub(super) fn local(&self, module: usize, name: &str) -> Value {
        let path = format!("{}local.{name}", self.path(module));
        let Some(said) = self.folder(module).and_then(|folder| folder.locals.get(name)) else {
            return Value::hole(path);
        };
        let origin = self.origin(said.doc, said.what.span());
        self.once(Asked::Local(module, name.to_owned()), origin, &path, || {
            self.expression(said.what, &self.plain_scope(module, said.doc))
        })
    }

    pub(super) fn plain_scope(&self, module: usize, doc: DocId) -> Scope {
        Scope {
            module,
            doc,
            bindings: Vec::new(),
            own: None,
        }
    }

    /// `var.name`: what the caller or a file of variables gives, else the default.
    pub(super) fn variable(&self, module: usize, name: &str) -> Value {
        let path = format!("{}var.{name}", self.path(module));
        self.once(Asked::Variable(module, name.to_owned()), None, &path, || {
            let given = match self.module(module).and_then(|module| module.caller) {
                Some(call) => self.attribute_of_block(&call, name),
                None => self.folder(module).and_then(|folder| {
                    let said = folder.given.get(name)?;
                    Some(self.expression(said.what, &self.plain_scope(module, said.doc)))
                }),
            };
            let declared = self.folder(module).and_then(|folder| folder.variables.get(name));
            let default = || {
                let overriding = self.folder(module).and_then(|folder| folder.defaults.get(name));
                if let Some(said) = overriding {
                    return Some(self.expression(said.what, &self.plain_scope(module, said.doc)));
                }
                let said = declared?;
                let default = said.what.body.get_attribute("default")?;
                Some(self.expression(&default.value, &self.plain_scope(module, said.doc)))
            };
            let is_null = given.as_ref().is_some_and(Value::is_null);
            let given = given.filter(|_| !is_null).or_else(default);
            match given {
                Some(value) => match declared {
                    Some(said) => (self.workings.typed)(self, said, value),
                    None => value,
                },
                None if is_null => Data::Null.into(),
                None => Value::hole(path.clone()),
            }
        })
    }

    /// What the body of a block says for an attribute, worked out in the block's own scope.
    pub(super) fn attribute_of_block(&self, instance: &Instance, name: &str) -> Option<Value> {
        let said = self.folder(instance.module)?.argument(&instance.block(), name)?;
        Some(self.expression(said.what, &self.block_scope(instance, said.doc)))
    }

    /// The bodies that say the nested blocks of a name: those of an override take the place of all others.
    pub(super) fn bodies(&self, instance: &Instance, name: &str) -> Option<Said<'a, Block>> {
        let has_some = |said: &Said<'a, Block>| {
            let mut blocks = said.what.body.blocks();
            blocks.any(|block| {
                let label = block.labels.first().map(|label| label.as_str());
                block.ident.as_str() == name || (block.ident.as_str() == "dynamic" && label == Some(name))
            })
        };
        let folder = self.folder(instance.module)?;
        let address = instance.block();
        folder
            .parts(&address)
            .rev()
            .find(has_some)
            .or_else(|| self.block(instance))
    }

    /// The block of an instance.
    pub(super) fn block(&self, instance: &Instance) -> Option<Said<'a, Block>> {
        self.folder(instance.module)?
            .blocks
            .get(&instance.block())
            .copied()
    }

    /// The scope of a block: `each`, `count` and `self` are those of the instance.
    pub(super) fn block_scope(&self, instance: &Instance, doc: DocId) -> Scope {
        Scope {
            module: instance.module,
            doc,
            bindings: Vec::new(),
            own: Some(Rc::new(instance.clone())),
        }
    }

    /// An attribute of an instance: as it is written, or as the provider makes it of others.
    pub(super) fn attribute(&self, instance: &Instance, name: &str, origin: Option<Origin>) -> Value {
        let path = format!("{}.{}", self.address(instance), plain(name));
        let asked = Asked::Attribute(instance.clone(), name.to_owned());
        self.once(asked, origin, &path, || {
            (self.workings.attribute)(self, instance, name)
        })
    }
}

/// The name of the first hole in a value.
fn first_hole(value: &Value) -> Option<String> {
    match &value.data {
        Data::Hole(hole) => Some(hole.name.clone()),
        Data::Text(pieces) => pieces
            .iter()
            .find_map(|piece| piece.hole.as_ref().map(|Hole { name, .. }| name.clone())),
        Data::Json(inner) => first_hole(inner),
        Data::List(items) => items.iter().find_map(first_hole),
        Data::Object(members) => members.iter().find_map(|member| first_hole(&member.value)),
        _ => None,
    }
}
