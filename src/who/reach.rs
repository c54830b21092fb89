//! What a principal can do, alone and as those whom it can become.
//!
//! In: a corpus and a principal. Out: a [`Reach`]: what its policies grant compared to nothing, exactly, by service; the
//! statements of resources that name it; and every role that it can come to by assuming roles, with what that grants.
//!
//! Source: SET-02, SET-03, SET-15, TRI-09, MATCH-P1.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::access::{Hop, told};
use super::corpus::Corpus;
use super::graph::{Become, Node};
use super::ground::Ground;
use super::principal::{Principal, PrincipalKind};
use crate::arn::{Arn, same_role};
use crate::catalog::{self, AccessLevel};
use crate::diff::{Row, Side, compress, granted};
use crate::engine::{Caller, LayerKind};
use crate::pattern::ActionPattern;
use crate::policy::{PrincipalKind as Entry, Reading, Statement};

/// What a principal can do.
#[derive(Debug, Clone)]
pub struct Reach {
    /// Its ARN.
    pub principal: String,
    /// What it is.
    pub kind: PrincipalKind,
    /// What its policies grant, by service: the wide-open ones first, then by prefix.
    pub services: Vec<ServiceGrants>,
    /// Statements in the policies of resources that name it, or anyone.
    pub named_by: Vec<Ground>,
    /// Whom it can become, certain ways first, then the shorter.
    pub becomes: Vec<Becoming>,
    /// What could not be worked out within the bounds, in words.
    pub open: Vec<String>,
    /// What was taken for granted, in words.
    pub assumptions: Vec<String>,
}

/// A role that a principal can come to.
#[derive(Debug, Clone)]
pub struct Becoming {
    /// The ARN of the role.
    pub role: String,
    /// Whether every step is certain.
    pub sure: bool,
    /// The steps.
    pub hops: Vec<Hop>,
    /// What the role's policies grant; `None` where more roles are reached than are told.
    pub services: Option<Vec<ServiceGrants>>,
}

/// What is granted of one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceGrants {
    /// The prefix of its actions; `*` for all services.
    pub service: String,
    /// The access levels of the granted actions, by the catalogue; sorted.
    pub levels: Vec<AccessLevel>,
    /// Whether every action of it is granted on everything, without condition.
    pub wide_open: bool,
    /// What is granted, resources of most actions first.
    pub grants: Vec<Grant>,
}

/// Actions that are granted alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Names and patterns that together match just these of the catalogue; `*` where `but` tells those left out.
    pub actions: Vec<String>,
    /// Of every action, those that are left out.
    pub but: Vec<String>,
    /// The entry of a statement that covers the resources, as written.
    pub resource: String,
    /// Whether only part of that is granted.
    pub partly: bool,
    /// When: alternatives, each of conditions that hold together. Empty: always.
    pub conditions: Vec<Vec<String>>,
    /// False where it rests on what no request settles.
    pub proved: bool,
    /// What that is.
    pub doubts: Vec<String>,
}

/// Of more roles than these it is not told what they grant.
const MAX_ROLES: usize = 25;

/// Finds a principal by its ARN or, where only one has it, its name.
///
/// # Errors
/// The ARNs that the name may mean, sorted; none where nobody is called so.
pub fn find(corpus: &Corpus<'_>, name: &str) -> Result<usize, Vec<String>> {
    let by_arn = |one: &Principal<'_>| one.name == name;
    if let Some(number) = corpus.principals.iter().position(by_arn) {
        return Ok(number);
    }
    let session = Arn::parse(name);
    let named = |one: &Principal<'_>| {
        let is_session = || {
            let session = session.as_ref()?;
            Arn::parse(&one.name).filter(|role| same_role(role, session))
        };
        one.short_name() == name
            || one
                .name
                .split_once(':')
                .is_some_and(|_| one.name.ends_with(&format!(":{name}")))
            || is_session().is_some()
    };
    let found: Vec<usize> = (0..)
        .zip(&corpus.principals)
        .filter(|(_, one)| named(one))
        .map(|(at, _)| at)
        .collect();
    match found.as_slice() {
        [one] => Ok(*one),
        many => Err(many
            .iter()
            .filter_map(|at| corpus.principals.get(*at))
            .map(|one| one.name.clone())
            .collect()),
    }
}

/// Names of principals like one that is not there, at most three.
#[must_use]
pub fn alike(corpus: &Corpus<'_>, name: &str) -> Vec<String> {
    let wanted = name.rsplit(['/', ':']).next().unwrap_or(name);
    let names: Vec<&str> = corpus.principals.iter().map(Principal::short_name).collect();
    let nearest = catalog::nearest(wanted, names.iter().copied());
    let like = corpus
        .principals
        .iter()
        .filter(|one| Some(one.short_name()) == nearest);
    like.take(3).map(|one| one.name.clone()).collect()
}

/// What the principal with this number can do; steps to others are at most `hops`.
///
/// Cost: as for a comparison of its policies with nothing, and as much for each role it can become, up to a bound.
#[must_use]
pub fn reach(corpus: &Corpus<'_>, number: usize, become_: Option<(&Become, usize)>) -> Option<Reach> {
    let principal = corpus.principals.get(number)?;
    let (services, open) = grants(corpus, principal);
    let mut becomes: Vec<Becoming> = Vec::new();
    if let Some((become_, hops)) = become_ {
        for (to, steps) in become_.paths_from(number, hops) {
            let hops = told(corpus, become_, Node::Inside(number), &steps);
            let role = corpus.principals.get(to)?;
            becomes.push(Becoming {
                role: role.name.clone(),
                sure: hops.iter().all(|hop| hop.sure),
                hops,
                services: None,
            });
        }
    }
    becomes.sort_by_cached_key(|one| (!one.sure, one.hops.len(), one.role.clone()));
    let told = becomes.len().min(MAX_ROLES);
    becomes.par_iter_mut().take(told).for_each(|one| {
        let role = corpus.principals.iter().find(|role| role.name == one.role);
        one.services = role.map(|role| grants(corpus, role).0);
    });
    let mut assumptions = corpus.assumptions();
    assumptions.push(
        "policies of resources leave their access to the account, but for what they are said to name"
            .to_owned(),
    );
    Some(Reach {
        principal: principal.name.clone(),
        kind: principal.kind,
        services,
        named_by: named_by(corpus, principal),
        becomes,
        open,
        assumptions,
    })
}

/// What a principal's own policies grant, by service.
fn grants(corpus: &Corpus<'_>, principal: &Principal<'_>) -> (Vec<ServiceGrants>, Vec<String>) {
    let Some(identity) = principal.identity else {
        return (Vec::new(), vec!["only roles and users are worked out".to_owned()]);
    };
    let side = Side {
        inputs: corpus.inputs,
        root: "",
    };
    let difference = granted(side, identity);
    let open = difference.open.iter().map(|open| open.why.clone()).collect();
    let mut services: BTreeMap<String, ServiceGrants> = BTreeMap::new();
    for row in &difference.rows {
        let (all, but) = match left_out(row) {
            Some(but) => (BTreeMap::from([("*".to_owned(), vec!["*".to_owned()])]), but),
            None => (by_service(row), Vec::new()),
        };
        for (service, actions) in all {
            let entry = services.entry(service.clone()).or_insert_with(|| ServiceGrants {
                service: service.clone(),
                levels: Vec::new(),
                wide_open: false,
                grants: Vec::new(),
            });
            entry.levels.extend(levels(&row.actions, &service));
            let whole = actions.iter().any(|action| {
                action.trim_end_matches(":*") == service && action.ends_with('*') || action == "*"
            });
            entry.wide_open |=
                whole && row.resource == "*" && !row.partly && row.conditions.is_empty() && row.proved;
            entry.grants.push(Grant {
                actions,
                but: but.clone(),
                resource: row.resource.clone(),
                partly: row.partly,
                conditions: row.conditions.clone(),
                proved: row.proved,
                doubts: row.doubts.iter().map(|doubt| (*doubt).to_owned()).collect(),
            });
        }
    }
    let mut services: Vec<ServiceGrants> = services.into_values().collect();
    for one in &mut services {
        one.levels.sort();
        one.levels.dedup();
        one.grants.sort_by_cached_key(|grant| {
            (
                grant.resource != "*",
                grant.resource.clone(),
                grant.actions.clone(),
            )
        });
    }
    services.sort_by_cached_key(|one| (!one.wide_open, one.service.clone()));
    (services, open)
}

/// The actions of a row by the prefix of their service.
fn by_service(row: &Row) -> BTreeMap<String, Vec<String>> {
    let mut services: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for action in &row.actions {
        let service = action.split_once(':').map_or("*", |(service, _)| service);
        services
            .entry(service.to_owned())
            .or_default()
            .push(action.clone());
    }
    services
}

/// Where a row holds most actions of the catalogue, those that it leaves out.
fn left_out(row: &Row) -> Option<Vec<String>> {
    if row.action_count * 2 < catalog::all_actions().count() {
        return None;
    }
    let patterns: Vec<ActionPattern> = row
        .actions
        .iter()
        .map(|action| ActionPattern::parse(action))
        .collect();
    let granted: BTreeSet<&str> = patterns
        .iter()
        .flat_map(catalog::actions_matching)
        .map(|action| action.name())
        .collect();
    let others = catalog::all_actions()
        .map(|action| action.name())
        .filter(|name| !granted.contains(name));
    Some(compress(others))
}

/// The access levels of the actions of a service, or of all where it is `*`.
fn levels(actions: &[String], service: &str) -> BTreeSet<AccessLevel> {
    let of_service = |action: &&String| service == "*" || action.split(':').next() == Some(service);
    let of = |action: &String| {
        let pattern = ActionPattern::parse(action);
        catalog::actions_matching(&pattern)
            .map(|action| action.access_level())
            .collect::<BTreeSet<_>>()
    };
    actions.iter().filter(of_service).flat_map(of).collect()
}

/// The statements of resources, trust policies aside, that name a principal or anyone.
fn named_by(corpus: &Corpus<'_>, principal: &Principal<'_>) -> Vec<Ground> {
    let mut found = Vec::new();
    for policy in corpus.policies_of_resources() {
        for statement in policy.policy().into_iter().flat_map(|policy| &policy.statements) {
            if !names(statement, &principal.caller) {
                continue;
            }
            let sid = match &statement.sid {
                Reading::Known { value, .. } => Some(value.to_string()),
                _ => None,
            };
            let effect = match statement.effect {
                Reading::Known { value, .. } => Some(value),
                _ => None,
            };
            found.push(Ground {
                layer: LayerKind::Resource,
                policy: policy.name().to_owned(),
                statement: Some(statement.index),
                sid,
                effect,
                sure: statement.conditions.is_empty(),
                place: policy.place(statement.node),
            });
        }
    }
    found
}

/// Whether the principal element of a statement names the caller itself, or anyone.
fn names(statement: &Statement, caller: &Caller) -> bool {
    let Reading::Known { value, .. } = &statement.principal else {
        return matches!(statement.principal, Reading::NotUnderstood(_));
    };
    if value.everyone || value.negated {
        return true;
    }
    let own = caller.arn().and_then(Arn::parse);
    value
        .entries
        .iter()
        .filter(|entry| entry.kind == Entry::Aws)
        .any(|entry| {
            let named = Arn::parse(&entry.value);
            let same = || Some(named?.identity()? == own?.identity()? && named?.account == own?.account);
            *entry.value == *"*" || Some(&*entry.value) == caller.arn() || same().unwrap_or_default()
        })
}
