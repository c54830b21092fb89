//! What a policy may grant at most, without a request: for indexes that leave out whoever cannot be granted anything.
//!
//! In: a compiled policy. Out: pairs of patterns, one for each statement that is no Deny. What no pattern tells, such as
//! `NotAction`, variables and what was not understood, is anything: so whoever is left out is left out rightly.
//!
//! Source: EVAL-01, TRI-12.

use super::compile::{CompiledPolicy, CompiledStatement, ResourceEntry, ResourceMatcher};
use crate::pattern::{ActionPattern, Glob};
use crate::policy::Effect;

/// What one statement grants at most.
pub(crate) struct MayGrant<'a> {
    /// Patterns of folded actions; `None` is any.
    pub actions: Option<&'a [ActionPattern]>,
    /// Patterns of resources; `None` is any.
    pub resources: Option<Vec<&'a Glob>>,
}

impl CompiledPolicy {
    /// What the policy grants at most, statement by statement; `None` where that is anything.
    pub(crate) fn may_grant(&self) -> Option<Vec<MayGrant<'_>>> {
        let policy = self.policy()?;
        if !policy.not_understood.is_empty() {
            return None;
        }
        let grants = self
            .statements()
            .iter()
            .filter(|s| s.effect != Some(Effect::Deny));
        Some(grants.map(MayGrant::of).collect())
    }
}

impl<'a> MayGrant<'a> {
    fn of(statement: &'a CompiledStatement) -> Self {
        let actions = &statement.actions;
        Self {
            actions: (!actions.negated && !actions.doubt).then_some(&actions.patterns),
            resources: resources(&statement.resources),
        }
    }
}

fn resources(matcher: &ResourceMatcher) -> Option<Vec<&Glob>> {
    let ResourceMatcher::Listed {
        negated: false,
        entries,
        doubt: false,
    } = matcher
    else {
        return None;
    };
    entries.iter().map(widest).collect()
}

fn widest(entry: &ResourceEntry) -> Option<&Glob> {
    match entry {
        ResourceEntry::Fixed(glob) => Some(glob.wide.as_ref().unwrap_or(&glob.narrow)),
        ResourceEntry::Template { .. } | ResourceEntry::Open => None,
    }
}
