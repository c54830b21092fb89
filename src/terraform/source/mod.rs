//! Terraform source: files of a folder, read as Terraform reads them, as far as that can be told without a provider.
//!
//! In go texts that are in the store, out come documents to compose. Each folder that no other one calls is a root;
//! local modules are followed. What is not known stays a hole. Nothing here fails: a file that is no HCL is a problem
//! with a place, and the rest is read.

mod value;
mod pairs;
mod config;
mod texts;
mod json;
mod scope;
mod evaluator;
mod instances;
mod kinds;
mod blocks;
mod template;
mod functions;
mod document;
mod ram;
mod attribute;
mod reference;
mod expression;
mod provider;

use hcl_edit::structure::Body;

use super::resource::Resource;
use super::{Known, compose};
use crate::pattern::hole;
use crate::source::{Composed, Data as Shape, DocId, Origin, Problem, Sources, Span};
use config::{Config, File};
use evaluator::{Evaluator, Workings};
use scope::Instances;
use texts::{Rewritten, Texts};
use value::{Data, Instance, Key, Member, Mode};

/// What was read of a configuration.
#[derive(Debug, Default)]
pub struct Reading {
    /// Outputs of the AWS CLI, to be added to the store.
    pub documents: Vec<Composed>,
    /// What is not known, and where.
    pub notes: Vec<(Option<Origin>, String)>,
    /// Files that are no HCL.
    pub problems: Vec<Problem>,
    /// The documents of those files.
    pub unread: Vec<DocId>,
}

/// Whether a file is part of a configuration, or a text that one may name: `.tf`, `.tfvars`, templates.
#[must_use]
pub fn is_configuration(name: &str) -> bool {
    let ends = [
        ".tf",
        ".tf.json",
        ".tfvars",
        ".tfvars.json",
        ".tftpl",
        ".tpl",
        ".properties",
    ];
    ends.iter().any(|end| name.ends_with(end))
}

/// Evaluation follows references, so that its depth is that of the configuration: it has a stack of its own.
const STACK: usize = 256 << 20;

const WORKINGS: Workings = Workings {
    expression: expression::of,
    attribute: attribute::of,
    typed: kinds::of_kind,
};

/// Reads a configuration: `files` are documents of `sources`, and any document may be a text that they name.
#[must_use]
pub fn read(sources: &Sources, files: &[DocId], facts: &Known) -> Reading {
    let run = || read_here(sources, files, facts);
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, run);
        let done = thread.ok().and_then(|thread| thread.join().ok());
        done.unwrap_or_else(|| Reading {
            notes: vec![(None, "the Terraform files could not be evaluated".to_owned())],
            unread: files.to_vec(),
            ..Reading::default()
        })
    })
}

fn read_here(sources: &Sources, files: &[DocId], facts: &Known) -> Reading {
    let mut reading = Reading::default();
    let mut texts = Texts::of(sources);
    let (mut sources_of, mut values) = (Vec::new(), Vec::new());
    let rewritten = rewritten(sources, files, &mut reading);
    for (doc, rewritten) in &rewritten {
        texts.rewrite(*doc, rewritten);
    }
    for doc in files {
        let name = sources.name(*doc).to_owned();
        let is_values = [".tfvars", ".tfvars.json"].iter().any(|end| name.ends_with(end));
        let is_source = [".tf", ".tf.json"].iter().any(|end| name.ends_with(end));
        if (!is_values && !is_source) || reading.unread.contains(doc) {
            continue;
        }
        match parse(sources, &texts, *doc) {
            Ok(body) => {
                let list = if is_values { &mut values } else { &mut sources_of };
                list.push(File {
                    doc: *doc,
                    name,
                    body,
                });
            }
            Err(problem) => {
                reading.problems.push(problem);
                reading.unread.push(*doc);
            }
        }
    }
    let config = Config::of(&sources_of, &values);
    let whole = |doc: DocId| Some(Origin::Text(doc, Span::new(0, 0)));
    for doc in &config.assumed {
        let message =
            "taken as the values of the variables, as it is the only file of its kind in the folder";
        reading.notes.push((whole(*doc), message.to_owned()));
    }
    for doc in &config.ignored {
        let message = "not read, as there are several files of values: give the one that counts the name `*.auto.tfvars`";
        reading.notes.push((whole(*doc), message.to_owned()));
    }
    for root in &config.roots {
        let facts = provider::facts(&config, root, facts, &texts, WORKINGS);
        let evaluator = Evaluator::new(&config, &facts, &texts, WORKINGS);
        let mut resources = Vec::new();
        collect(&evaluator, evaluator.root(root), &mut resources);
        let mut made = compose::documents(&resources);
        if config.roots.len() > 1 {
            for document in &mut made.documents {
                qualify(document, root);
            }
        }
        reading.documents.extend(made.documents);
        reading.notes.extend(made.notes);
        let remarks = evaluator.remarks.take().into_iter();
        reading
            .notes
            .extend(remarks.map(|remark| (remark.origin, remark.message)));
    }
    reading
}

/// What is not known has the same name in all configurations only where it is taken to be the same for all.
const SHARED: [&str; 4] = ["⟨account⟩", "⟨region⟩", "⟨partition⟩", "⟨dns_suffix⟩"];

/// Names the holes of one of several configurations after its folder: those of two are never one value.
fn qualify(value: &mut Composed, root: &str) {
    let renamed = |text: &mut String| {
        if !root.is_empty() && text.contains(hole::OPEN) {
            let parts = hole::parts(text).map(|part| match part {
                hole::Part::Hole(name) if !SHARED.contains(&name) => {
                    format!("⟨{}#{}", value::plain(root), name.trim_start_matches(hole::OPEN))
                }
                hole::Part::Hole(text) | hole::Part::Text(text) => text.to_owned(),
            });
            *text = parts.collect();
        }
    };
    match &mut value.data {
        Shape::String(text) => renamed(text),
        Shape::Pieces(pieces) => pieces.iter_mut().for_each(|(text, _)| renamed(text)),
        Shape::Array(items) => items.iter_mut().for_each(|item| qualify(item, root)),
        Shape::Object(members) => {
            for (key, _, value) in members {
                renamed(key);
                qualify(value, root);
            }
        }
        Shape::Null | Shape::Bool(_) | Shape::Number(_) => {}
    }
}

/// Files in the JSON syntax, as the HCL that they mean.
fn rewritten(sources: &Sources, files: &[DocId], reading: &mut Reading) -> Vec<(DocId, Rewritten)> {
    let mut made = Vec::new();
    for doc in files {
        let name = sources.name(*doc);
        let result = if name.ends_with(".tf.json") {
            json::configuration(sources.text(*doc))
        } else if name.ends_with(".tfvars.json") {
            json::values(sources.text(*doc))
        } else {
            continue;
        };
        match result {
            Ok(rewritten) => made.push((*doc, rewritten)),
            Err((message, at)) => {
                let at = at.min(sources.text(*doc).len());
                reading.unread.push(*doc);
                reading.problems.push(Problem {
                    message,
                    help: None,
                    file: name.to_owned(),
                    place: Some((*doc, Span::new(at, at))),
                });
            }
        }
    }
    made
}

fn parse(sources: &Sources, texts: &Texts<'_>, doc: DocId) -> Result<Body, Problem> {
    let text = texts.whole(doc);
    text.parse::<Body>().map_err(|error: hcl_edit::parser::Error| {
        let at = error.location().offset().min(text.len());
        let message = error
            .message()
            .lines()
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned();
        let place = match texts.origin(doc, &(at..at)) {
            Origin::Text(doc, span) => Some((doc, Span::new(span.start, span.start))),
            Origin::Place(_) => None,
        };
        Problem {
            message: format!("this is no HCL: {message}"),
            help: None,
            file: sources.name(doc).to_owned(),
            place,
        }
    })
}

/// The most resources of one configuration.
const MOST_RESOURCES: usize = 20_000;

/// The resources of a module and of the modules in it.
fn collect(evaluator: &Evaluator<'_>, module: usize, resources: &mut Vec<Resource>) {
    let Some(folder) = evaluator.folder(module) else {
        return;
    };
    for (address, said) in &folder.blocks {
        let (mode, kind, name) = address;
        if *mode == Mode::Data || (*mode == Mode::Resource && !is_wanted(kind)) {
            continue;
        }
        let (keys, is_certain) = match evaluator.instances(module, address) {
            Instances::Known(keys) => (keys, true),
            Instances::Unknown => (vec![Key::Any], false),
        };
        for key in keys {
            let instance = Instance {
                module,
                mode: *mode,
                kind: kind.clone(),
                name: name.clone(),
                key,
            };
            if resources.len() >= MOST_RESOURCES {
                return;
            }
            match mode {
                Mode::Module => {
                    let first = resources.len();
                    if let Some(child) = evaluator.child(&instance) {
                        collect(evaluator, child, resources);
                    }
                    for resource in resources.iter_mut().skip(first) {
                        resource.is_certain &= is_certain;
                    }
                }
                _ => resources.push(resource(evaluator, &instance, said, is_certain)),
            }
        }
    }
}

/// The types that are composed.
fn is_wanted(kind: &str) -> bool {
    let families = [
        "aws_iam_",
        "aws_msk",
        "aws_s3_bucket",
        "aws_kms_key",
        "aws_cloudwatch_log_resource_policy",
        "aws_organizations_policy",
        "aws_s3_access_point",
        "aws_secretsmanager_secret_policy",
        "aws_sns_topic_policy",
        "aws_sqs_queue_policy",
        "aws_vpc_endpoint_policy",
        "aws_glue_resource_policy",
        "confluent_provider_integration",
        "confluent_connector",
        "confluent_byok_key",
        "alicloud_ram_",
        "alicloud_alikafka_instance",
        "alicloud_kms_key",
        "alicloud_resource_manager_service_linked_role",
    ];
    families.iter().any(|family| kind.starts_with(family)) || kind == "aws_kinesis_firehose_delivery_stream"
}

/// What is asked of every resource, written or made by the provider.
const ASKED: [&str; 3] = ["arn", "id", "name"];

fn resource(
    evaluator: &Evaluator<'_>,
    instance: &Instance,
    said: &config::Said<'_, hcl_edit::structure::Block>,
    is_certain: bool,
) -> Resource {
    use hcl_edit::Span as _;
    let mut members = Vec::new();
    let (folder, address) = (evaluator.folder(instance.module), instance.block());
    for part in folder.into_iter().flat_map(|folder| folder.parts(&address)) {
        let scope = evaluator.block_scope(instance, part.doc);
        for member in blocks::members(evaluator, &part.what.body, &scope) {
            pairs::put(&mut members, (member.key, member.key_origin), member.value);
        }
    }
    let origin = evaluator.origin(said.doc, said.what.span());
    let asked = ASKED.iter().copied().chain(
        ["bucket"]
            .into_iter()
            .filter(|_| instance.kind == "aws_s3_bucket"),
    );
    for name in asked {
        if members
            .iter()
            .any(|member| member.key == name && !matches!(member.value.data, Data::Null))
        {
            continue;
        }
        members.retain(|member| member.key != name);
        members.push(Member {
            key: name.to_owned(),
            key_origin: None,
            value: evaluator.attribute(instance, name, origin),
        });
    }
    let mut attributes = value::Value::from(Data::Object(members)).composed();
    attributes.origin = origin;
    Resource {
        kind: instance.kind.clone(),
        address: evaluator.address(instance),
        is_data: false,
        attributes,
        is_certain,
    }
}

#[cfg(test)]
mod tests;
