//! What users have, read: outputs of the AWS CLI, account dumps, connector descriptions, policy documents, and the
//! Terraform source and templates of CloudFormation that make them.
//!
//! In go named texts; out come [`Inputs`]: connectors, clusters, roles and policies, tied together, each with its
//! place. What a text is, is told by its shape alone; its name only gives identity that an output lacks, such as
//! the bucket of `bucket-policies/<bucket>.json`. Reading never fails as a whole: what is malformed is a problem
//! with a place, what is not known is said once, and the rest is read. The result depends neither on the order of
//! the texts nor on threads. There is no IO here.
//!
//! ```
//! use rolecall::input::{ReadOptions, read};
//!
//! let role = br#"{"Role": {"RoleName": "sink", "Arn": "arn:aws:iam::111122223333:role/sink",
//!     "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}}}"#;
//! let policy = br#"{"RoleName": "sink", "PolicyName": "kafka", "PolicyDocument": {"Statement": []}}"#;
//! let documents = [("role.json".to_owned(), role.to_vec()), ("kafka.json".to_owned(), policy.to_vec())];
//! let inputs = read(documents, &ReadOptions::default());
//! let role = inputs.role("arn:aws:iam::111122223333:role/sink").ok_or("no role")?;
//! assert_eq!((role.inline.len(), inputs.problems.len()), (1, 0));
//! # Ok::<(), &str>(())
//! ```

mod model;
mod organization;
mod confluent;
mod identity;
mod ram;
mod name;
mod scope;
mod same;
mod options;
mod found;
mod reader;
mod shape;
mod inputs;
mod join;
mod stacks;
mod collect;

pub use confluent::{ByokKey, Integration, ManagedConnector};
pub use identity::{Attachment, Identity, IdentityKind, NamedPolicy, PolicyId};
pub use inputs::{ClusterFit, ClusterMatch, Inputs, same_cluster};
pub use model::{
    BarePolicy, BootstrapBrokers, Cluster, Connector, DeliveryStream, Located, LogDelivery, LogDestination,
    LogPolicy, ManagedPolicy, Note, OrganizationPolicy, OrganizationPolicyKind, Plugin, PolicyDocument,
    ResourcePolicy, Setting, Unrecognised, WorkerConfiguration,
};
pub(crate) use name::is_text;
pub use options::ReadOptions;
pub use organization::{Chain, Organization, is_account_id};
pub use ram::{
    KafkaInstance, RamAttachment, RamAttachments, RamDocument, RamIdentity, RamInputs, RamKey, RamKeyTags,
    RamRole,
};

use reader::Reader;

use crate::cloudformation::{self, Recognised};
use crate::source::{Composed, Data, DocId, FaultKind, Place, Problem, Sources, Span, Start};
use crate::terraform::{self, Known};

/// A text, or a part of one, with the name that it is shown under.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text {
    /// The name of the file; `/` stands between folders.
    pub name: String,
    /// Where the text begins in the file.
    pub start: Start,
    /// The text.
    pub bytes: Vec<u8>,
}

/// Reads named texts, each a JSON document or several that follow each other, or a template in YAML. Names are shown as
/// they are and take `/` between folders; two texts may have the same name.
pub fn read(documents: impl IntoIterator<Item = (String, Vec<u8>)>, options: &ReadOptions) -> Inputs {
    let texts = documents.into_iter().map(|(name, bytes)| Text {
        name,
        start: Start::default(),
        bytes,
    });
    read_texts(texts.collect(), options)
}

/// Reads texts like [`read`], which may be parts of files.
pub fn read_texts(mut texts: Vec<Text>, options: &ReadOptions) -> Inputs {
    texts.sort();
    let (configuration, documents): (Vec<_>, Vec<_>) = texts
        .into_iter()
        .partition(|text| terraform::source::is_configuration(&text.name));
    let mut sources = Sources::new();
    if documents.iter().all(|text| text.start == Start::default()) && documents.len() > 1 {
        let documents = documents.into_iter().map(|text| (text.name, text.bytes));
        sources.add_files(documents.collect());
    } else {
        for text in documents {
            sources.add_part(&text.name, text.start, text.bytes);
        }
    }
    let configuration = configuration
        .into_iter()
        .map(|text| (text.name, text.bytes))
        .collect();
    let mut files: Vec<_> = sources.ids().collect();
    let mut reader = Reader::new(sources);
    collect::take(&mut reader, &mut files);
    let (mut unread, mut unrecognised) = (Vec::new(), Vec::new());
    read_configuration(&mut reader, configuration, options, &mut unread);
    let mut trees = Vec::with_capacity(files.len());
    let mut templates = Vec::new();
    for file in files {
        match cloudformation::recognise(&reader.sources, file) {
            Recognised::Template(stack) => {
                trees.extend(reader.sources.tree(file).map(|_| file));
                templates.push(*stack);
                continue;
            }
            Recognised::OtherYaml(value) => {
                if !value.is_some_and(|value| read_yaml(&mut reader, &value)) {
                    let why =
                        "this YAML is no template of CloudFormation, and no output known here".to_owned();
                    unrecognised.push(Unrecognised { doc: file, why });
                }
                continue;
            }
            Recognised::Faulty(problem) => {
                reader.problems.push(problem);
                unread.push(file);
                continue;
            }
            Recognised::Other => {}
        }
        let file = as_sequence(&mut reader.sources, file);
        match reader.sources.root(file) {
            Ok(root) => {
                trees.push(file);
                if let Err(why) = read_one(&mut reader, root, options) {
                    unrecognised.push(Unrecognised { doc: file, why });
                }
            }
            Err(_) if read_table(&mut reader, file) => {}
            // Of plain texts only tables are of use, and a folder may well hold others.
            Err(_) if is_plain_text(&reader.sources, file) => unrecognised.push(Unrecognised {
                doc: file,
                why: "there is no table in it that is known here".to_owned(),
            }),
            Err(problem) => {
                reader.problems.push(problem);
                unread.push(file);
            }
        }
    }
    stacks::read(&mut reader, templates, options);
    report_faults(&mut reader, &trees);
    let (skipped, broken_policies) = (reader.skipped, std::mem::take(&mut reader.broken_policies));
    let mut inputs = join::join(reader, options);
    inputs.skipped = skipped;
    inputs.broken_policies = broken_policies;
    inputs.unread = unread;
    inputs.unrecognised = unrecognised;
    sort_problems(&mut inputs);
    inputs
}

/// Reads the files of Terraform configurations: the documents composed of them are read as outputs are.
fn read_configuration(
    reader: &mut Reader,
    files: Vec<(String, Vec<u8>)>,
    options: &ReadOptions,
    unread: &mut Vec<DocId>,
) {
    let mut docs = Vec::with_capacity(files.len());
    for (name, bytes) in files {
        match String::from_utf8(bytes) {
            Ok(text) => docs.push(reader.sources.add_plain(&name, text)),
            Err(fault) => {
                let problem = reader.sources.add_bytes(&name, fault.into_bytes()).err();
                unread.extend(
                    problem
                        .as_ref()
                        .and_then(|problem| problem.place)
                        .map(|(doc, _)| doc),
                );
                reader.problems.extend(problem);
            }
        }
    }
    if docs.is_empty() {
        return;
    }
    let known = Known {
        account: options.account.clone(),
        region: options.region.clone(),
        partition: options.partition.clone(),
    };
    let reading = terraform::source::read(&reader.sources, &docs, &known);
    unread.extend(reading.unread);
    reader.problems.extend(reading.problems);
    for document in reading.documents {
        let doc = reader.sources.add_composed(&document);
        if let Ok(root) = reader.sources.root(doc) {
            // What is composed is of a known shape.
            let _ = shape::read(reader, root);
        }
    }
    for (origin, message) in reading.notes {
        let place = Composed {
            origin,
            data: Data::Null,
        };
        let doc = reader.sources.add_composed(&place);
        if let Ok(place) = reader.sources.root(doc) {
            reader.note(place, message);
        }
    }
}

/// Reads an output that was printed as YAML; whether it is one.
fn read_yaml(reader: &mut Reader, value: &Composed) -> bool {
    let doc = reader.sources.add_composed(value);
    let root = reader.sources.root(doc);
    root.is_ok_and(|root| shape::read_known(reader, root))
}

/// Reads one document: what Terraform writes as what the AWS CLI would tell of it, all else by its shape.
fn read_one(reader: &mut Reader, root: Place, options: &ReadOptions) -> Result<(), String> {
    let known = Known {
        account: options.account.clone(),
        region: options.region.clone(),
        partition: options.partition.clone(),
    };
    match terraform::read(&mut reader.sources, root, &known) {
        terraform::Reading::Other => shape::read(reader, root),
        terraform::Reading::Refused(why) => Err(why),
        terraform::Reading::Composed(doc) => match reader.sources.root(doc) {
            // A plan of other things is read as well as one of ours.
            Ok(root) if is_empty(&reader.sources, root) => Ok(()),
            Ok(root) => shape::read(reader, root),
            Err(problem) => Err(problem.message),
        },
    }
}

fn is_empty(sources: &Sources, list: Place) -> bool {
    let tree = sources.tree(list.doc);
    tree.is_some_and(|tree| tree.items(list.node).next().is_none())
}

/// A file of several documents as one array of them, if that can be read.
fn as_sequence(sources: &mut Sources, file: DocId) -> DocId {
    let has_more = sources
        .faults(file)
        .iter()
        .any(|fault| fault.kind == FaultKind::TrailingData);
    let sequence = if has_more {
        sources.add_sequence(file)
    } else {
        None
    };
    sequence.unwrap_or(file)
}

/// Whether a file that is not JSON does not want to be, by its name and first character.
fn is_plain_text(sources: &Sources, file: DocId) -> bool {
    is_text(sources.name(file)) && !sources.text(file).trim_start().starts_with(['{', '['])
}

/// Reads a file that is not JSON as what a command prints for people; false when it is nothing known here.
fn read_table(reader: &mut Reader, file: DocId) -> bool {
    let table = reader.sources.add_table(file);
    let root = table.and_then(|table| reader.sources.root(table).ok());
    root.is_some_and(|root| shape::read_known(reader, root))
}

/// Faults beside the trees are problems, but for those inside policy documents, which are for the policy's reader to
/// judge, and a byte order mark, which the shells of Windows write.
fn report_faults(reader: &mut Reader, trees: &[DocId]) {
    reader.policies.sort_unstable();
    for doc in trees {
        let (sources, policies) = (&reader.sources, &reader.policies);
        let first = policies.partition_point(|policy| policy.doc < *doc);
        let after = policies.partition_point(|policy| policy.doc <= *doc);
        let policies = policies.get(first..after).unwrap_or_default();
        let spans: Vec<Span> = policies
            .iter()
            .filter_map(|policy| Some(sources.tree(*doc)?.span(policy.root)))
            .collect();
        let is_in_policy = |at: usize| {
            let before = spans.partition_point(|span| span.start <= at);
            before
                .checked_sub(1)
                .and_then(|last| spans.get(last))
                .is_some_and(|span| at < span.end)
        };
        let faults = sources.faults(*doc).iter();
        let faults =
            faults.filter(|fault| fault.kind != FaultKind::ByteOrderMark && !is_in_policy(fault.span.start));
        let problems: Vec<_> = faults.map(|fault| sources.problem(*doc, fault)).collect();
        reader.problems.extend(problems);
    }
}

fn sort_problems(inputs: &mut Inputs) {
    let Inputs {
        sources,
        problems,
        notes,
        ..
    } = inputs;
    let start = |problem: &Problem| problem.place.map(|(doc, span)| sources.span_in_file(doc, span).1);
    problems.sort_by_cached_key(|problem| (problem.file.clone(), start(problem), problem.message.clone()));
    problems.dedup();
    let by_file = |place: Place| (sources.name(place.doc).to_owned(), sources.locate(place).span);
    notes.sort_by_cached_key(|note| (by_file(note.place), note.message.clone()));
}

#[cfg(test)]
mod tests;
