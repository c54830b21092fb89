//! One finding for each role that grants more than the connectors that use it need.
//!
//! In: the connectors of a role with what their rules ask, and the role. Out: the finding, at the widest entry that
//! goes too far, with the others as further places and one request that is granted and never needed.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::condition::Context;
use crate::engine::{Caller, CompiledPolicy, Decision, Layers, StatementRef};
use crate::finding::{Finding, Related, Severity, Spot, Subject};
use crate::input::{Identity, Inputs};
use crate::pack::{Ask, Judgement, Pack, Rule};
use crate::policy::{Clause, Reading};

use super::connector::ConnectorRun;
use super::excess::{Excess, excess};
use super::facts::Facts;
use super::grant::{role_context, witness_of};
use super::layers::{fill_context, role_layers};
use super::needs::{Needs, User};
use super::options::CheckOptions;
use super::resource_policy::ResourcePolicies;

/// At most this many entries of a statement are named.
const MAX_NAMED: usize = 3;

/// Judges each role that connectors use by what all of them need, roles in the order of their ARNs.
pub(super) fn of_roles(
    inputs: &Inputs,
    packs: &[Pack],
    connectors: &[Facts<'_>],
    options: &CheckOptions,
) -> Vec<Finding> {
    let rules = packs.iter().flat_map(|pack| &pack.rules);
    let rules: Vec<&Rule> = rules
        .filter(|rule| rule.ask == Ask::Judge(Judgement::OverBroad))
        .collect();
    let mut roles: BTreeMap<&str, Vec<User<'_>>> = BTreeMap::new();
    for facts in connectors.iter().filter(|_| !rules.is_empty()) {
        let run = ConnectorRun {
            inputs,
            facts,
            options,
        };
        if let Some(arn) = facts.role_arn() {
            roles.entry(&arn.value).or_default().push(run.user(packs));
        }
    }
    let judged = roles.par_iter().map(|(arn, users)| {
        let role = inputs.role(arn).filter(|role| !role.is_service_linked())?;
        let judged = |rule: &&Rule| judge(rule, role, users, inputs, options);
        Some(rules.iter().filter_map(judged).collect::<Vec<_>>())
    });
    let judged: Vec<_> = judged.flatten().collect();
    judged.into_iter().flatten().collect()
}

/// Judges one role; `users` are all connectors that use it.
fn judge(
    rule: &Rule,
    role: &Identity,
    users: &[User<'_>],
    inputs: &Inputs,
    options: &CheckOptions,
) -> Option<Finding> {
    let needs = Needs::of(users, &rule.harmless)?;
    let arn = users.first()?.facts.role_arn()?;
    let layers = role_layers(role, inputs, options);
    let caller = Caller::parse(&arn.value);
    let mut context = Context::open();
    for (key, knowledge) in role_context(role) {
        context.set(&key, knowledge);
    }
    fill_context(&mut context, &layers, options);
    caller.derive_context(&mut context, options.mode);
    caller.derive_presence(&mut context);
    let resources = ResourcePolicies {
        inputs,
        options,
        of_service: false,
    };
    let mut found = excess(&layers, &caller, &context, &needs, resources);
    // The widest first; of equals the first as the policies have them.
    found.sort_by_key(|excess| std::cmp::Reverse(excess.rank()));
    let told = Told {
        layers: &layers,
        found: &found,
    };
    let first = found.first()?;
    let connector = match users {
        [only] => Some(only.facts.connector.name.value.clone()),
        _ => None,
    };
    let subject = Subject {
        connector,
        role: Some(arn.value.clone()),
        policy: Some(told.policy(first.at)?.name().to_owned()),
        ..Subject::default()
    };
    let message = format!(
        "the role grants {}, {}",
        told.grants(first.at),
        beyond(users, &needs)
    );
    let at = told.action_place(first)?;
    let mut finding = Finding {
        label: "more than is needed".to_owned(),
        help: rule.help.clone(),
        ..Finding::new(rule.code.as_str(), Severity::Warning, message, subject, at)
    };
    finding.severity = rule.severity;
    finding.decision = Some(Decision::Allowed);
    let completion = first.completion.as_ref();
    finding.witness = Some(witness_of(&first.request, &context, completion));
    finding.related = told.related(first, at);
    Some(finding)
}

/// What there is to compare the grant with, in words.
fn beyond(users: &[User<'_>], needs: &Needs<'_>) -> String {
    let plural = |count: usize, word: &str| {
        let ending = if count == 1 { "" } else { "s" };
        format!("{count} {word}{ending}")
    };
    let (actions, resources) = needs.count();
    let counted = format!(
        "{} on {}",
        plural(actions, "action"),
        plural(resources, "resource")
    );
    match (users.len(), needs.complete, actions) {
        // What all of them need is not known to the last, so nothing is counted.
        (1, false, _) => "more than this connector can need".to_owned(),
        (count, false, _) => format!("more than its {count} connectors can need"),
        (1, _, 0) => "of which this connector needs nothing".to_owned(),
        (1, ..) => format!("more than this connector needs: {counted}"),
        (count, _, 0) => format!("of which its {count} connectors need nothing"),
        (count, ..) => format!("more than its {count} connectors need: {counted}"),
    }
}

impl Excess {
    /// Wide open entries before others, then by how wide the actions are, then the resources.
    fn rank(&self) -> (bool, u8, u8) {
        let (action, resource) = self.width;
        (action >= 2 && resource == 3, action, resource)
    }
}

struct Told<'a> {
    layers: &'a Layers,
    found: &'a [Excess],
}

impl Told<'_> {
    fn policy(&self, at: StatementRef) -> Option<&CompiledPolicy> {
        self.layers.policy(at.policy).map(AsRef::as_ref)
    }

    fn statement(&self, at: StatementRef) -> Option<&crate::policy::Statement> {
        self.policy(at)?.statement(at.statement)
    }

    /// What a statement grants beyond the needs, in its own words.
    fn grants(&self, at: StatementRef) -> String {
        let Some(statement) = self.statement(at) else {
            return String::new();
        };
        let here = || self.found.iter().filter(|excess| excess.at == at);
        let actions: BTreeSet<Option<usize>> = here().map(|excess| excess.action).collect();
        let resources: BTreeSet<Option<usize>> = here().map(|excess| excess.resource).collect();
        let words = format!(
            "{} on {}",
            named(&statement.action, &actions, "every action but those listed"),
            named(&statement.resource, &resources, "every resource but those listed"),
        );
        match self.policy(at).filter(|policy| policy.is_shown_by_name()) {
            Some(policy) => format!("{words} through `{}`", policy.name()),
            None => words,
        }
    }

    fn action_place(&self, excess: &Excess) -> Option<Spot> {
        let statement = self.statement(excess.at)?;
        self.place(excess.at, &statement.action, excess.action)
    }

    /// Where an entry stands; the statement where it has no place of its own.
    fn place(&self, at: StatementRef, element: &Reading<Clause>, index: Option<usize>) -> Option<Spot> {
        let node = match element {
            Reading::Known { value, .. } => {
                let item = index.and_then(|index| value.values.get(index));
                item.map_or(value.key, |item| item.node)
            }
            _ => self.statement(at)?.node,
        };
        self.policy(at)?.place(node).map(Spot::Node)
    }

    /// The resources of the widest entry, and the first entry of every other statement that goes too far.
    fn related(&self, first: &Excess, at: Spot) -> Vec<Related> {
        let mut related: Vec<Related> = Vec::new();
        let mut add = |spot: Option<Spot>, note: String| {
            let new = |spot: &Spot| *spot != at && !related.iter().any(|known| known.at == *spot);
            if let Some(at) = spot.filter(new) {
                related.push(Related { at, note });
            }
        };
        if let Some(statement) = self.statement(first.at) {
            let resource = self.place(first.at, &statement.resource, first.resource);
            add(resource, "on these resources".to_owned());
        }
        let mut seen = vec![first.at];
        for excess in self.found {
            if seen.contains(&excess.at) {
                continue;
            }
            seen.push(excess.at);
            let (action, resource) = (&excess.request.action, excess.request.resource_text());
            let note = format!(
                "grants {}: `{action}` on `{resource}`, for example, is not needed",
                self.grants(excess.at)
            );
            add(self.action_place(excess), note);
        }
        related
    }
}

/// The entries of an element, as they are written.
fn named(element: &Reading<Clause>, indices: &BTreeSet<Option<usize>>, complement: &str) -> String {
    let Reading::Known { value, .. } = element else {
        return complement.to_owned();
    };
    let item = |index: &Option<usize>| value.values.get((*index)?);
    let mut shown: Vec<String> = indices
        .iter()
        .filter_map(item)
        .take(MAX_NAMED)
        .map(|item| format!("`{}`", item.value))
        .collect();
    if shown.is_empty() {
        return complement.to_owned();
    }
    let more = indices.len().saturating_sub(shown.len());
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    shown.join(", ")
}
