//! Comparing two sides, subject by subject.

use std::collections::BTreeMap;

use super::names::names;
use super::reads::Reads;
use super::row::{Difference, Open};
use super::rows::Rows;
use super::side::{Side, Subject, What, of_identity, subjects};
use super::subject::{AllTags, Group, asked};
use super::text_of::signature;
use super::view::{Common, Shapes, View};
use crate::check::{CheckOptions, Compile};
use crate::engine::group;
use crate::input::Identity;

/// Compares two states of policies.
///
/// Cost: for every principal whose policies are not the same text, one product search for each group of actions that
/// its statements treat alike, and further ones where it finds a difference.
pub fn diff(old: Side<'_>, new: Side<'_>) -> Difference {
    let mut difference = Difference::default();
    let (old_subjects, new_subjects) = (subjects(old), subjects(new));
    let pairs = pairs(old_subjects, new_subjects);
    let tags = tags(&pairs);
    let mut shapes = Shapes::default();
    for (name, old_subject, new_subject) in pairs {
        difference.compared += 1;
        match (&old_subject, &new_subject) {
            (Some(_), None) => difference.only_old.push(name.clone()),
            (None, Some(_)) => difference.only_new.push(name.clone()),
            _ => {}
        }
        let pair = Pair {
            sides: (old, new),
            name: &name,
            old: old_subject.as_ref(),
            new: new_subject.as_ref(),
        };
        pair.compare(&tags, &mut shapes, &mut difference);
    }
    difference.rows.sort();
    difference.open.sort();
    difference.open.dedup();
    difference.only_old.sort();
    difference.only_new.sort();
    difference
}

/// What one identity of a side is granted: the comparison with no policies at all, whose rows are all new access.
///
/// Cost: as [`diff`] for one principal.
pub fn granted(side: Side<'_>, identity: &Identity) -> Difference {
    let options = CheckOptions::default();
    let subject = of_identity(identity, side.inputs, &Compile::new(side.inputs, &options));
    let mut difference = Difference {
        compared: 1,
        ..Difference::default()
    };
    let name = subject.name.clone();
    let pairs = vec![(name.clone(), None, Some(subject))];
    let tags = tags(&pairs);
    for (_, old, new) in &pairs {
        let pair = Pair {
            sides: (side, side),
            name: &name,
            old: old.as_ref(),
            new: new.as_ref(),
        };
        pair.compare(&tags, &mut Shapes::default(), &mut difference);
    }
    difference.rows.sort();
    difference.open.sort();
    difference.open.dedup();
    difference
}

type Pairs = Vec<(String, Option<Subject>, Option<Subject>)>;

/// Subjects of one name, in the order of names. Where each side has one policy or identity only, they are a pair
/// whatever they are called.
fn pairs(mut old: Vec<Subject>, new: Vec<Subject>) -> Pairs {
    let single = |subjects: &[Subject]| {
        let mut main = subjects.iter().filter(|subject| !is_trust_of_role(subject));
        main.next()
            .filter(|_| main.next().is_none())
            .map(|subject| (subject.name.clone(), subject.is_resource()))
    };
    if let (Some((old_name, is_resource)), Some((name, other))) = (single(&old), single(&new))
        && is_resource == other
    {
        for subject in &mut old {
            if let Some(prefix) = subject.name.strip_suffix(old_name.as_str()) {
                subject.name = format!("{prefix}{name}");
            }
        }
    }
    let mut pairs: BTreeMap<String, (Option<Subject>, Option<Subject>)> = BTreeMap::new();
    for subject in old {
        let slot = pairs.entry(subject.name.clone()).or_default();
        slot.0 = Some(subject);
    }
    for subject in new {
        let slot = pairs.entry(subject.name.clone()).or_default();
        slot.1 = Some(subject);
    }
    pairs
        .into_iter()
        .map(|(name, (old, new))| (name, old, new))
        .collect()
}

/// The tags of the roles and users on both sides, by the ARN that they are asked under.
fn tags(pairs: &Pairs) -> AllTags {
    let arn = |subject: &Option<Subject>| match subject.as_ref().map(|subject| &subject.what) {
        Some(What::Identity(caller)) => caller.arn().map(str::to_owned),
        _ => None,
    };
    let of = |subject: &Option<Subject>| subject.as_ref().and_then(|subject| subject.tags.clone());
    pairs
        .iter()
        .filter_map(|(_, old, new)| Some((arn(new).or_else(|| arn(old))?, (of(old), of(new)))))
        .collect()
}

fn is_trust_of_role(subject: &Subject) -> bool {
    subject.name.starts_with("trust policy of ")
}

impl Subject {
    fn is_resource(&self) -> bool {
        matches!(self.what, What::Resource | What::Trust { .. })
    }
}

/// Two subjects of one name.
struct Pair<'a> {
    sides: (Side<'a>, Side<'a>),
    name: &'a str,
    old: Option<&'a Subject>,
    new: Option<&'a Subject>,
}

impl Pair<'_> {
    fn compare(&self, tags: &AllTags, shapes: &mut Shapes, into: &mut Difference) {
        let says = |side: Side<'_>, subject: Option<&Subject>| {
            subject.map(|subject| signature(&side.inputs.sources, &subject.layers))
        };
        let layers: Vec<_> = [self.old, self.new]
            .into_iter()
            .flatten()
            .map(|subject| &subject.layers)
            .collect();
        let reads = Reads::of(&layers);
        let mut groups = asked(self.old, self.new, &reads, tags);
        if says(self.sides.0, self.old) == says(self.sides.1, self.new) {
            // Equal policies can only differ where they read what is not the same of the caller.
            groups.iter_mut().for_each(Group::keep_changed);
        }
        for group in groups {
            self.group(&group, &reads, shapes, into);
        }
    }

    fn group(&self, group_of: &Group, reads: &Reads, shapes: &mut Shapes, into: &mut Difference) {
        if !group_of.complete {
            let who = group_of.principal.as_ref();
            let who = who.map_or_else(
                || "callers".to_owned(),
                |who| format!("callers that `{who}` names"),
            );
            into.open.push(Open {
                subject: self.name.to_owned(),
                why: format!("the policies tell more kinds of {who} apart than are asked about"),
            });
        }
        let Some(first) = group_of.asked.first() else {
            return;
        };
        let role = match self.new.or(self.old).map(|subject| &subject.what) {
            Some(What::Trust { role }) => Some(role.as_deref()),
            _ => None,
        };
        let layers = [&first.old, &first.new];
        let mut names = names(&layers, first.giving);
        if role.is_some() {
            names.retain(|name| name.folded.starts_with("sts:"));
        }
        // Which actions are alike is the same for all callers of a group.
        let alike = group(&names, &layers);
        let mut rows = Rows::default();
        for asked in &group_of.asked {
            let common = Common {
                sides: self.sides,
                name: self.name,
                reads,
                role,
            };
            let view = View::new(common, asked);
            for alike in &alike {
                view.alike(alike, shapes, &mut rows, &mut into.open);
            }
        }
        into.rows
            .extend(rows.finish(self.name, group_of.principal.as_deref(), &group_of.asked, reads));
    }
}
