//! The folders of a configuration: blocks of all files of a folder, found by address.
//!
//! In go parsed files, out come folders, each with its variables, locals, resources, data sources, modules and
//! outputs, and which folders are roots: those that no other one calls as a local module.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};

use super::value::Mode;
use crate::source::DocId;

/// A file of a configuration.
pub(super) struct File {
    pub(super) doc: DocId,
    /// Its name as it was given.
    pub(super) name: String,
    pub(super) body: Body,
}

/// What a file of a folder says under one name.
pub(super) struct Said<'a, T> {
    pub(super) doc: DocId,
    pub(super) what: &'a T,
}

impl<T> Clone for Said<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Said<'_, T> {}

/// The address of a block in its folder: what it is of, its type and its name.
pub(super) type Address = (Mode, String, String);

/// All files of one folder.
#[derive(Default)]
pub(super) struct Folder<'a> {
    pub(super) variables: BTreeMap<String, Said<'a, Block>>,
    pub(super) locals: BTreeMap<String, Said<'a, Expression>>,
    pub(super) blocks: BTreeMap<Address, Said<'a, Block>>,
    /// Blocks of override files, in the order in which they are merged into those.
    overrides: BTreeMap<Address, Vec<Said<'a, Block>>>,
    /// Defaults of variables that override files give.
    pub(super) defaults: BTreeMap<String, Said<'a, Expression>>,
    pub(super) outputs: BTreeMap<String, Said<'a, Block>>,
    /// Configurations of the provider `aws`, those of other regions and accounts included.
    pub(super) providers: Vec<Said<'a, Block>>,
    /// Values given by files of variables, the later file first.
    pub(super) given: BTreeMap<String, Said<'a, Expression>>,
}

/// All folders, by name; the name of the folder that names start from is empty.
pub(super) struct Config<'a> {
    pub(super) folders: BTreeMap<String, Folder<'a>>,
    pub(super) roots: Vec<String>,
    /// Files of variables that Terraform would not read by itself, and that are read here.
    pub(super) assumed: Vec<DocId>,
    /// Those that are not read, as there are several.
    pub(super) ignored: Vec<DocId>,
}

/// The folder of a file, without parts that lead nowhere.
pub(super) fn folder_of(file: &str) -> String {
    normal(
        file.rsplit_once('/').map_or("", |(folder, _)| folder),
        file.starts_with('/'),
    )
}

/// A path without `.`, and without `..` where a folder is before it.
fn normal(path: &str, is_absolute: bool) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if is_absolute => {}
            other => parts.push(other),
        }
    }
    let start = if is_absolute { "/" } else { "" };
    format!("{start}{}", parts.join("/"))
}

/// The path that is meant by one relative to a folder.
pub(super) fn joined(folder: &str, path: &str) -> String {
    if path.starts_with('/') {
        return normal(path, true);
    }
    normal(&format!("{folder}/{path}"), folder.starts_with('/'))
}

/// The path of a folder from another one.
pub(super) fn relative(from: &str, to: &str) -> String {
    let steps = |path: &str| -> Vec<String> {
        path.split('/')
            .filter(|step| !step.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (from, to) = (steps(from), steps(to));
    let shared = from
        .iter()
        .zip(&to)
        .take_while(|(one, other)| one == other)
        .count();
    let up = from.iter().skip(shared).map(|_| "..".to_owned());
    let path: Vec<String> = up.chain(to.into_iter().skip(shared)).collect();
    match path.first().map(String::as_str) {
        None => ".".to_owned(),
        _ => path.join("/"),
    }
}

/// The name of a file without its folders, and without what says that it is in the JSON syntax.
fn without_json(file: &File) -> &str {
    let base = file.name.rsplit('/').next().unwrap_or_default();
    base.strip_suffix(".json").unwrap_or(base)
}

/// Whether a file is merged into the others of its folder, rather than added to them.
fn is_override(file: &File) -> bool {
    let base = without_json(file);
    base == "override.tf" || base.ends_with("_override.tf")
}

/// The folder of a local module.
pub(super) fn local_source(block: &Block) -> Option<&str> {
    let source = block.body.get_attribute("source")?.value.as_str()?;
    (source.starts_with("./") || source.starts_with("../") || source == "." || source == "..")
        .then_some(source)
}

impl<'a> Config<'a> {
    /// Folders of files, and values of files of variables.
    pub(super) fn of(files: &'a [File], values: &'a [File]) -> Self {
        let mut config = Self {
            folders: BTreeMap::new(),
            roots: Vec::new(),
            assumed: Vec::new(),
            ignored: Vec::new(),
        };
        let (overriding, plain): (Vec<&File>, Vec<&File>) = files.iter().partition(|file| is_override(file));
        for file in plain {
            config.folders.entry(folder_of(&file.name)).or_default().add(file);
        }
        for file in overriding {
            let folder = config.folders.entry(folder_of(&file.name)).or_default();
            folder.add_overriding(file);
        }
        config.find_roots();
        config.give(values);
        config
    }

    fn find_roots(&mut self) {
        let mut called = BTreeSet::new();
        for (name, folder) in &self.folders {
            for ((mode, ..), said) in &folder.blocks {
                if let (Mode::Module, Some(source)) = (mode, local_source(said.what)) {
                    let target = joined(name, source);
                    if target != *name {
                        called.insert(target);
                    }
                }
            }
        }
        let is_root = |name: &&String| !called.contains(*name);
        self.roots = self.folders.keys().filter(is_root).cloned().collect();
        // Folders that call each other in a ring have no root; the first of them is taken.
        if self.roots.is_empty() {
            self.roots.extend(self.folders.keys().next().cloned());
        }
    }

    /// `terraform.tfvars` first, then `*.auto.tfvars` in order, as Terraform does. Another file counts only where it is
    /// the only one.
    fn give(&mut self, values: &'a [File]) {
        let is_automatic = |file: &File| {
            let base = without_json(file);
            base == "terraform.tfvars" || base.ends_with(".auto.tfvars")
        };
        let rank = |file: &&File| without_json(file) != "terraform.tfvars";
        for (name, folder) in &mut self.folders {
            let here = values.iter().filter(|file| folder_of(&file.name) == *name);
            let (mut automatic, others): (Vec<&File>, Vec<&File>) = here.partition(|file| is_automatic(file));
            automatic.sort_by_key(rank);
            match others.as_slice() {
                [only] => {
                    automatic.push(only);
                    self.assumed.push(only.doc);
                }
                several => self.ignored.extend(several.iter().map(|file| file.doc)),
            }
            for file in automatic {
                for attribute in file.body.attributes() {
                    let said = Said {
                        doc: file.doc,
                        what: &attribute.value,
                    };
                    folder.given.insert(attribute.key.to_string(), said);
                }
            }
        }
    }
}

impl<'a> Folder<'a> {
    /// The block of an address, and what override files say of it.
    pub(super) fn parts(&self, address: &Address) -> impl DoubleEndedIterator<Item = Said<'a, Block>> {
        let overrides = self.overrides.get(address).map(Vec::as_slice).unwrap_or_default();
        self.blocks.get(address).into_iter().chain(overrides).copied()
    }

    /// What is written for an argument of a block; the last override counts.
    pub(super) fn argument(&self, address: &Address, name: &str) -> Option<Said<'a, Expression>> {
        self.parts(address).rev().find_map(|said| {
            let attribute = said.what.body.get_attribute(name)?;
            Some(Said {
                doc: said.doc,
                what: &attribute.value,
            })
        })
    }

    /// Adds a file whose blocks are merged into those of the same address, argument by argument.
    fn add_overriding(&mut self, file: &'a File) {
        let mut other = Self::default();
        other.add(file);
        for (address, said) in other.blocks {
            match self.blocks.entry(address) {
                Entry::Occupied(base) => {
                    self.overrides.entry(base.key().clone()).or_default().push(said);
                }
                Entry::Vacant(place) => {
                    place.insert(said);
                }
            }
        }
        for (name, said) in other.variables {
            if let Some(default) = said.what.body.get_attribute("default") {
                let default = Said {
                    doc: said.doc,
                    what: &default.value,
                };
                self.defaults.insert(name.clone(), default);
            }
            self.variables.entry(name).or_insert(said);
        }
        self.locals.extend(other.locals);
        self.outputs.extend(other.outputs);
        if !other.providers.is_empty() {
            self.providers = other.providers;
        }
    }

    fn add(&mut self, file: &'a File) {
        let doc = file.doc;
        for block in file.body.blocks() {
            let label = |number: usize| block.labels.get(number).map(|label| label.as_str().to_owned());
            let said = Said { doc, what: block };
            match (block.ident.as_str(), label(0), label(1)) {
                ("variable", Some(name), _) => {
                    self.variables.insert(name, said);
                }
                ("provider", Some(name), _) if name == "aws" => self.providers.push(said),
                ("output", Some(name), _) => {
                    self.outputs.insert(name, said);
                }
                ("locals", ..) => {
                    for attribute in block.body.attributes() {
                        let said = Said {
                            doc,
                            what: &attribute.value,
                        };
                        self.locals.insert(attribute.key.to_string(), said);
                    }
                }
                ("module", Some(name), _) => {
                    self.blocks.insert((Mode::Module, String::new(), name), said);
                }
                ("resource", Some(kind), Some(name)) => {
                    self.blocks.insert((Mode::Resource, kind, name), said);
                }
                ("data", Some(kind), Some(name)) => {
                    self.blocks.insert((Mode::Data, kind, name), said);
                }
                _ => {}
            }
        }
    }
}
