//! From what each text says to one account of all: parts find their owners, and what is said twice is compared.
//!
//! A thing is known by its ARN. What an output lacks comes from the folder it lies in, from its name, or from the
//! options; each such assumption is a note. What cannot be placed, or is said in two ways, is a problem that names
//! both places, and the first in the order of file names counts.

mod confluent;
mod embedded;
mod identities;
mod organization;
mod policies;
mod ram;
mod resources;

use std::collections::HashMap;

use super::inputs::Inputs;
use super::model::{Located, PolicyDocument};
use super::options::ReadOptions;
use super::reader::Reader;
use super::same::same;
use crate::source::{Place, Problem};

/// Joins everything read.
pub(super) fn join(mut reader: Reader, options: &ReadOptions) -> Inputs {
    let mut inputs = Inputs::default();
    let lists_roles = note_missing_page(&mut reader);
    identities::join(&mut reader, &mut inputs);
    let mut given = Given::new(options);
    policies::join(&mut reader, &mut inputs, &mut given);
    resources::join(&mut reader, &mut inputs, &mut given);
    organization::join(&mut reader, &mut inputs);
    ram::join(&mut reader, &mut inputs);
    confluent::join(&mut reader, &mut inputs);
    given.report(&mut reader);
    inputs.documents.append(&mut reader.found.documents);
    inputs.bootstrap_brokers = std::mem::take(&mut reader.found.bootstrap_brokers);
    inputs.log_policies = std::mem::take(&mut reader.found.log_policies);
    inputs.log_policy_lists = std::mem::take(&mut reader.found.log_policy_lists);
    inputs.lists_roles = lists_roles;
    inputs.plugins = std::mem::take(&mut reader.found.plugins);
    inputs.worker_configurations = std::mem::take(&mut reader.found.worker_configurations);
    inputs.sources = reader.sources;
    inputs.problems = reader.problems;
    inputs.notes = reader.notes;
    inputs
}

/// Account dumps come in pages, of which each but the last says that more follow. Whether there is a dump and its last
/// page is here.
fn note_missing_page(reader: &mut Reader) -> bool {
    let pages = std::mem::take(&mut reader.found.pages);
    let is_cut = pages.iter().all(|(_, has_more)| *has_more);
    let Some((page, _)) = pages.last() else {
        return false;
    };
    if is_cut {
        let message = "more pages of this account dump follow, and the last one is not here";
        reader.note(*page, message.to_owned());
    }
    !is_cut
}

/// What the options say of files, and which of it was of use.
struct Given<'a> {
    attach: ByFile<'a>,
    bucket_policies: ByFile<'a>,
}

/// What is given for each file, and whether it was asked for.
type ByFile<'a> = HashMap<&'a str, (Vec<&'a str>, bool)>;

impl<'a> Given<'a> {
    fn new(options: &'a ReadOptions) -> Self {
        Self {
            attach: Self::by_file(&options.attach),
            bucket_policies: Self::by_file(&options.bucket_policies),
        }
    }

    fn by_file(pairs: &'a [(String, String)]) -> ByFile<'a> {
        let mut by_file = ByFile::new();
        for (value, file) in pairs {
            by_file.entry(file).or_default().0.push(value);
        }
        by_file
    }

    /// The roles that a file is to be attached to.
    fn roles(&mut self, file: &str) -> Vec<&'a str> {
        Self::of(&mut self.attach, file)
    }

    /// The buckets that a file is the policy of.
    fn buckets(&mut self, file: &str) -> Vec<&'a str> {
        Self::of(&mut self.bucket_policies, file)
    }

    fn of(pairs: &mut ByFile<'a>, file: &str) -> Vec<&'a str> {
        let Some((values, used)) = pairs.get_mut(file) else {
            return Vec::new();
        };
        *used = true;
        values.clone()
    }

    /// Says which options were of no use.
    fn report(self, reader: &mut Reader) {
        for (pairs, what) in [
            (self.attach, "a managed policy"),
            (self.bucket_policies, "the policy of a bucket"),
        ] {
            for (file, (_, used)) in pairs {
                if !used {
                    let message = format!("there is no text here that can be {what}");
                    reader.problems.push(Problem {
                        message,
                        help: None,
                        file: file.to_owned(),
                        place: None,
                    });
                }
            }
        }
    }
}

/// The name of the file that a place is in.
fn file(reader: &Reader, place: Place) -> String {
    reader.sources.name(place.doc).to_owned()
}

/// Where a place is, for messages: `file:line:column`.
fn at(reader: &Reader, place: Place) -> String {
    let location = reader.sources.locate(place);
    format!(
        "`{}:{}:{}`",
        location.file, location.start.line, location.start.column
    )
}

/// Says that something is said in two ways.
fn conflict(reader: &mut Reader, what: &str, first: Place, second: Place) {
    let first = at(reader, first);
    let message = format!("{what} differs from the one at {first}");
    reader.problem_with_help(
        second,
        message,
        Some("the first is used; give one of them".to_owned()),
    );
}

/// Fills in a policy from a second text, which has to say the same.
fn fill_document(
    reader: &mut Reader,
    first: &mut Option<PolicyDocument>,
    second: Option<PolicyDocument>,
    what: impl FnOnce() -> String,
) {
    match (*first, second) {
        (Some(one), Some(other)) if !same(&reader.sources, one.place(), other.place()) => {
            conflict(reader, &what(), one.place(), other.place());
        }
        (None, Some(_)) => *first = second,
        _ => {}
    }
}

/// Fills in a value from a second text, which has to say the same.
fn fill_value(
    reader: &mut Reader,
    first: &mut Option<Located<String>>,
    second: Option<Located<String>>,
    what: impl FnOnce() -> String,
) {
    match (&*first, second) {
        (Some(one), Some(other)) if one.value != other.value => {
            conflict(reader, &what(), one.place, other.place)
        }
        (None, second) => *first = second,
        _ => {}
    }
}
