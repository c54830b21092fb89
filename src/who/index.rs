//! Whom the policies at hand can grant an action on a resource at most, without deciding.
//!
//! In: the principals' policies, once. Out: for a question the numbers of those for whom some statement may grant
//! something of it. The distinct patterns of actions stand by their service, each with the statements that have it; the
//! distinct patterns of resources are held against a question once, however many statements share them. Whoever is
//! left out is granted nothing by an identity policy.
//!
//! Source: EVAL-01.

use rustc_hash::FxHashMap;

use super::question::Question;
use crate::engine::{CompiledPolicy, Layers};
use crate::pattern::{ActionPattern, Glob, hole};

/// The index.
#[derive(Default)]
pub(super) struct Index {
    /// By the service of the pattern, in folded case: the distinct patterns with the statements that have them.
    services: FxHashMap<String, Vec<(ActionPattern, Vec<usize>)>>,
    /// Patterns whose service is a pattern too, and statements of any action (`None`).
    wild: Vec<(Option<ActionPattern>, Vec<usize>)>,
    statements: Vec<Indexed>,
    resources: Vec<Glob>,
    /// By policy: who has it.
    holders: Vec<Vec<u32>>,
    /// Who has a policy that may grant anything.
    open: Vec<u32>,
    count: usize,
}

/// One statement of one policy.
struct Indexed {
    policy: usize,
    /// Numbers of patterns of resources; `None` is any.
    resources: Option<Vec<usize>>,
}

/// Finds what is already indexed.
#[derive(Default)]
struct Known<'a> {
    policies: Vec<&'a CompiledPolicy>,
    by_text: FxHashMap<(usize, String), Vec<usize>>,
    actions: FxHashMap<(String, ActionPattern), usize>,
    resources: FxHashMap<&'a Glob, usize>,
}

impl Index {
    /// Indexes the identity policies of principals by number.
    ///
    /// Cost: linear in the statements of distinct policies.
    pub fn new<'a>(all: impl Iterator<Item = &'a Layers>) -> Self {
        let mut index = Self::default();
        let mut known = Known::default();
        for (number, layers) in (0..).zip(all) {
            for policy in &layers.identity {
                match index.policy(policy, &mut known) {
                    Some(at) => index
                        .holders
                        .get_mut(at)
                        .into_iter()
                        .for_each(|who| who.push(number)),
                    None => index.open.push(number),
                }
            }
            index.count += 1;
        }
        index
    }

    /// The number of a policy, which is indexed if it is not yet; `None` where it may grant anything.
    fn policy<'a>(&mut self, policy: &'a CompiledPolicy, known: &mut Known<'a>) -> Option<usize> {
        let grants = policy.may_grant()?;
        let key = (grants.len(), policy.name().to_owned());
        let alike = known.by_text.entry(key).or_default();
        let same = |at: &&usize| {
            known
                .policies
                .get(**at)
                .is_some_and(|other| other.shares_text(policy))
        };
        if let Some(at) = alike.iter().find(same) {
            return Some(*at);
        }
        let at = known.policies.len();
        alike.push(at);
        known.policies.push(policy);
        self.holders.push(Vec::new());
        for grant in grants {
            let resources = grant.resources.map(|globs| {
                let number = |glob| {
                    *known.resources.entry(glob).or_insert_with(|| {
                        self.resources.push(glob.clone());
                        self.resources.len() - 1
                    })
                };
                globs.into_iter().map(number).collect()
            });
            let statement = self.statements.len();
            self.statements.push(Indexed {
                policy: at,
                resources,
            });
            match grant.actions {
                Some(patterns) => patterns
                    .iter()
                    .for_each(|pattern| self.action(pattern, statement, known)),
                None => self.wild.push((None, vec![statement])),
            }
        }
        Some(at)
    }

    fn action(&mut self, pattern: &ActionPattern, statement: usize, known: &mut Known<'_>) {
        let prefix = pattern.glob().literal_prefix();
        let service = prefix.split_once(':').map(|(service, _)| service.to_owned());
        let list_name = service.clone().unwrap_or_default();
        let key = (list_name, pattern.clone());
        let at = known.actions.get(&key).copied();
        match service {
            Some(service) => {
                let list = self.services.entry(service).or_default();
                let at = at.unwrap_or_else(|| {
                    list.push((pattern.clone(), Vec::new()));
                    list.len() - 1
                });
                known.actions.insert(key, at);
                list.get_mut(at)
                    .into_iter()
                    .for_each(|(_, all)| all.push(statement));
            }
            None => {
                let at = at.unwrap_or_else(|| {
                    self.wild.push((Some(pattern.clone()), Vec::new()));
                    self.wild.len() - 1
                });
                known.actions.insert(key, at);
                self.wild
                    .get_mut(at)
                    .into_iter()
                    .for_each(|(_, all)| all.push(statement));
            }
        }
    }

    /// The numbers of those to whom something of the question may be granted, sorted.
    pub fn candidates(&self, question: &Question) -> Vec<u32> {
        if hole::has_hole(&question.resource) {
            return (0..).take(self.count).collect();
        }
        let action = question.folded_action();
        let one = !question.action_is_pattern();
        let service = action.split_once(':').map(|(service, _)| service);
        let service = service.filter(|service| !service.contains(['*', '?']));
        // A pattern of actions is held against patterns by what both begin with.
        let asked = Glob::parse(&action);
        let fits = |pattern: &ActionPattern| {
            let (own, theirs) = (asked.literal_prefix(), pattern.glob().literal_prefix());
            match one {
                true => pattern.matches(&action),
                false => own.starts_with(theirs) || theirs.starts_with(own),
            }
        };
        let of_service = match service {
            Some(service) => self
                .services
                .get(service)
                .into_iter()
                .flatten()
                .collect::<Vec<_>>(),
            None => self.services.values().flatten().collect(),
        };
        let wild = self.wild.iter();
        let wild = wild.filter(|(pattern, _)| pattern.as_ref().is_none_or(fits));
        let listed = of_service.into_iter().filter(|(pattern, _)| fits(pattern));
        let statements = listed
            .map(|(_, all)| all)
            .chain(wild.map(|(_, all)| all))
            .flatten();
        let mut fit: Vec<Option<bool>> = vec![None; self.resources.len()];
        let mut chosen = vec![false; self.count];
        let mut done = vec![false; self.holders.len()];
        for statement in statements.filter_map(|at| self.statements.get(*at)) {
            if done.get(statement.policy) != Some(&false) || !self.may_cover(statement, question, &mut fit) {
                continue;
            }
            done.get_mut(statement.policy)
                .into_iter()
                .for_each(|done| *done = true);
            self.mark(self.holders.get(statement.policy), &mut chosen);
        }
        self.mark(Some(&self.open), &mut chosen);
        (0..)
            .zip(chosen)
            .filter(|(_, chosen)| *chosen)
            .map(|(number, _)| number)
            .collect()
    }

    fn mark(&self, who: Option<&Vec<u32>>, chosen: &mut [bool]) {
        for number in who.into_iter().flatten() {
            let slot = usize::try_from(*number)
                .ok()
                .and_then(|number| chosen.get_mut(number));
            slot.into_iter().for_each(|slot| *slot = true);
        }
    }

    fn may_cover(&self, statement: &Indexed, question: &Question, fit: &mut [Option<bool>]) -> bool {
        let Some(resources) = &statement.resources else {
            return true;
        };
        resources.iter().any(|at| {
            let (Some(glob), Some(slot)) = (self.resources.get(*at), fit.get_mut(*at)) else {
                return true;
            };
            *slot.get_or_insert_with(|| may_cover(glob, question))
        })
    }
}

fn may_cover(glob: &Glob, question: &Question) -> bool {
    match question.literal() {
        Some(resource) => glob.matches(resource),
        None => {
            let (head, prefix) = (question.head(), glob.literal_prefix());
            head.starts_with(prefix) || prefix.starts_with(head)
        }
    }
}
