//! The tags of roles and users, which policies read as `aws:PrincipalTag/…` and which can differ between the sides.
//!
//! In: an identity on each side and the tags that policies read. Out: the cases to ask about: what is known alike on
//! both sides, and which tags differ. A tag that differs is one key on the new side and another on the old one, so
//! that both sides are still asked about one context.
//!
//! Tags are facts where an output lists them and no session can bring others: session tags replace those of the role,
//! and need `sts:TagSession` in the role's trust policy.
//!
//! Source: COND-07, COND-27.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::reads::{Reads, TAG};
use crate::check::read_policy;
use crate::condition::{Context, Knowledge, Mode, State};
use crate::engine::{CompiledPolicy, Layers, Level};
use crate::input::{Identity, IdentityKind, Inputs};
use crate::pattern::ActionPattern;
use crate::policy::{Effect, Policy, Reading, Template, Version};

/// Ends the name of a key that stands for a tag on the old side; no tag has these characters.
const OLD: &str = "‹old›";
/// With more tags that differ than this, sessions that bring some of them are not asked about one by one.
const MAX_DIFFERING: usize = 4;

/// What is known of the tags of a role or user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tags {
    /// By key, folded, with the value; `None` where no output lists them.
    listed: Option<BTreeMap<String, String>>,
    /// Whether a session can bring tags that take the place of these.
    replaceable: bool,
}

/// A tag that is not the same on both sides. An unknown state is `None`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TagChange {
    /// The key, as `aws:PrincipalTag/…`.
    pub key: String,
    /// Its state on the old side.
    pub old: Option<State>,
    /// Its state on the new side.
    pub new: Option<State>,
}

/// What to take for known in one round of questions.
#[derive(Debug, Clone, Default)]
pub(super) struct Case {
    /// Keys in the same state on both sides.
    pub same: Vec<(String, State)>,
    /// Keys that are not.
    pub changed: Vec<TagChange>,
}

impl Tags {
    /// The tags of an identity.
    pub fn of(identity: &Identity, inputs: &Inputs) -> Self {
        let pair = |tag: &crate::input::Setting| {
            let key = tag.key.value.to_ascii_lowercase();
            (key, tag.value.value.clone())
        };
        let listed = identity
            .tags_listed
            .then(|| identity.tags.iter().map(pair).collect());
        let trust = || read_policy(identity.trust?, inputs);
        Self {
            listed,
            replaceable: identity.kind == IdentityKind::Role && trust().is_none_or(|trust| lets_tag(&trust)),
        }
    }

    /// The states of the tags that these policies read, as far as no session can bring others.
    pub fn settled(&self, reads: &Reads) -> Vec<(String, State)> {
        let keys = reads.tags().filter(|_| !self.replaceable);
        keys.filter_map(|key| Some((key.to_owned(), self.state(key)?)))
            .collect()
    }

    /// The state of a tag by its key.
    fn state(&self, key: &str) -> Option<State> {
        let listed = self.listed.as_ref()?;
        let key = key.to_ascii_lowercase();
        Some(match listed.get(key.strip_prefix(TAG)?) {
            Some(value) => State::One(value.as_str().into()),
            None => State::Absent,
        })
    }
}

/// Whether a trust policy may let a session bring tags.
fn lets_tag(trust: &Policy) -> bool {
    let lets = |statement: &crate::policy::Statement| {
        let denies = matches!(
            statement.effect,
            Reading::Known {
                value: Effect::Deny,
                ..
            }
        );
        let lists = match &statement.action {
            Reading::Known { value, .. } if value.not_understood.is_empty() => {
                let patterns = value.values.iter().map(|item| ActionPattern::parse(&item.value));
                let listed = patterns
                    .into_iter()
                    .any(|pattern| pattern.matches("sts:tagsession"));
                listed != value.negated
            }
            _ => true,
        };
        !denies && lists
    };
    !trust.not_understood.is_empty() || trust.statements.iter().any(lets)
}

/// The cases to ask about for one caller, and whether these are all. Of a side on which the caller is not there, what
/// the other side says holds.
pub(super) fn cases(old: Option<&Tags>, new: Option<&Tags>, reads: &Reads) -> (Vec<Case>, bool) {
    let (Some(old), Some(new)) = (old.or(new), new.or(old)) else {
        return (vec![Case::default()], true);
    };
    let replaceable = old.replaceable || new.replaceable;
    let mut known = Case::default();
    for key in reads.tags() {
        let states = (old.state(key), new.state(key));
        let key = key.to_owned();
        match states {
            (Some(old), Some(new)) if old == new => known.same.push((key, old)),
            (None, None) => {}
            (old, new) => known.changed.push(TagChange { key, old, new }),
        }
    }
    if !replaceable {
        return (vec![known], true);
    }
    // What a session brings is the same on both sides, whatever it is; what it does not bring is not.
    let count = known.changed.len();
    let complete = count <= MAX_DIFFERING;
    let sets = if complete { 1_u32 << count } else { 1 };
    let case = |set: u32| {
        let chosen = known.changed.iter().enumerate();
        let chosen = chosen.filter(|(index, _)| set >> index & 1 == 1);
        Case {
            same: Vec::new(),
            changed: chosen.map(|(_, change)| change.clone()).collect(),
        }
    };
    let mut cases: Vec<Case> = (0..sets).map(case).collect();
    if !complete {
        cases.push(Case {
            same: Vec::new(),
            ..known
        });
    }
    (cases, complete)
}

impl Case {
    /// States in the context what is known in this case.
    pub fn state(&self, context: &mut Context) {
        let mut set = |key: &str, state: &State| context.set(key, Knowledge::Known(state.clone()));
        self.same.iter().for_each(|(key, state)| set(key, state));
        for change in &self.changed {
            if let Some(state) = &change.new {
                set(&change.key, state);
            }
            if let Some(state) = &change.old {
                set(&(change.key.clone() + OLD), state);
            }
        }
    }

    /// The old side's policies with the tags that differ under the names that they have there.
    pub fn renamed(&self, layers: &Layers) -> Layers {
        if self.changed.is_empty() {
            return layers.clone();
        }
        let level = |level: &Level| level.iter().map(|policy| self.policy(policy)).collect();
        Layers {
            identity: level(&layers.identity),
            resource_group: level(&layers.resource_group),
            resource: level(&layers.resource),
            boundary: level(&layers.boundary),
            session: level(&layers.session),
            scps: layers.scps.iter().map(level).collect(),
            rcps: layers.rcps.iter().map(level).collect(),
            endpoint: level(&layers.endpoint),
            left_to_account: layers.left_to_account,
        }
    }

    fn policy(&self, compiled: &Arc<CompiledPolicy>) -> Arc<CompiledPolicy> {
        let Some(policy) = compiled.policy() else {
            return Arc::clone(compiled);
        };
        let mut policy = policy.clone();
        let version = policy.version;
        for statement in &mut policy.statements {
            if let Reading::Known { value, .. } = &mut statement.resource {
                for item in &mut value.values {
                    self.text(&mut item.value, version);
                }
            }
            for entry in &mut statement.conditions {
                if self.is_changed(&entry.key) {
                    entry.key = format!("{}{OLD}", entry.key).into();
                }
                for text in entry.values.iter_mut().filter_map(|value| value.text.as_mut()) {
                    self.text(text, version);
                }
            }
        }
        let refused = compiled.is_refused();
        let renamed = CompiledPolicy::new(policy, compiled.kind(), Mode::Chosen, compiled.name());
        Arc::new(renamed.refused(refused))
    }

    fn is_changed(&self, key: &str) -> bool {
        self.changed
            .iter()
            .any(|change| change.key.eq_ignore_ascii_case(key))
    }

    /// Puts the other names into the variables of a text.
    fn text(&self, text: &mut Box<str>, version: Version) {
        let Ok(template) = Template::parse(text, version) else {
            return;
        };
        if version == Version::V2008 || !template.variable_keys().any(|key| self.is_changed(key)) {
            return;
        }
        let mut renamed = String::new();
        let mut rest: &str = text;
        while let Some((before, after)) = rest.split_once("${") {
            renamed.push_str(before);
            renamed.push_str("${");
            let end = after.find([',', '}']).unwrap_or(after.len());
            let (key, tail) = after.split_at(end);
            renamed.push_str(key);
            if self.is_changed(key.trim()) {
                renamed.truncate(renamed.trim_end().len());
                renamed.push_str(OLD);
            }
            rest = tail;
        }
        renamed.push_str(rest);
        *text = renamed.into();
    }
}

/// Makes the tags that differ unknown on both sides.
pub(super) fn forget(changed: &[TagChange], context: &mut Context) {
    for change in changed {
        context.set(&change.key, Knowledge::Unknown);
        context.set(&(change.key.clone() + OLD), Knowledge::Unknown);
    }
}

/// A text without the marks of the old side's names.
pub(super) fn unmarked(text: &str) -> String {
    text.replace(OLD, "")
}

/// Whether the text of a statement speaks of principal tags.
pub(super) fn speaks_of_tags(text: &str) -> bool {
    text.to_ascii_lowercase().contains(TAG)
}
