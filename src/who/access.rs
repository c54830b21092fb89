//! The answer to a question.
//!
//! In: a corpus, who can become whom, and a question. Out: an [`Answer`]: everybody who can, wholly, in part or
//! perhaps, in the order of verdict, kind and name, with the statements that grant it; and everybody who can become one
//! of these. Whoever is not named is proved to be refused; in [`Answer::denied`] they are named too if that was asked.
//!
//! Source: SET-02, SET-04, TRI-06.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::asking::{Asking, Decided, Guarded, Verdict, Witness, conditions};
use super::corpus::Corpus;
use super::graph::{Become, Node, Step};
use super::ground::Ground;
use super::outside::{Outsider, outsiders};
use super::principal::{PrincipalKind, SOME_ACCOUNT};
use super::question::Question;
use super::step::step_grounds;
use crate::condition::Context;
use crate::engine::{Caller, LayerKind, Layers};

/// What one principal may do of what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// An ARN, the name of a service or provider, or words.
    pub principal: String,
    /// What it is.
    pub kind: PrincipalKind,
    /// The answer.
    pub verdict: Verdict,
    /// False if a bound was reached before the answer was proved.
    pub exact: bool,
    /// The statements that grant it or may; for a refusal the Denies.
    pub through: Vec<Ground>,
    /// When an answer that depends is yes: alternatives, each of conditions that hold together. In words.
    pub conditions: Vec<Vec<String>>,
    /// Something that is allowed.
    pub allowed: Option<Witness>,
    /// Something that is refused.
    pub refused: Option<Witness>,
    /// Something that depends on what is not known.
    pub depends: Option<Witness>,
    /// For a refusal, the layers that withhold the grant, in words.
    pub withheld: Vec<&'static str>,
}

/// A way to somebody who can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Who goes it.
    pub principal: String,
    /// What it is.
    pub kind: PrincipalKind,
    /// Whether every step is certain, and what it leads to.
    pub sure: bool,
    /// The steps, at least one; the last leads to a principal of the answer.
    pub hops: Vec<Hop>,
}

/// One step: a role that is assumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// The call.
    pub action: &'static str,
    /// The role.
    pub role: String,
    /// Whether it is certain.
    pub sure: bool,
    /// The statements that grant it or may.
    pub through: Vec<Ground>,
    /// When it is granted, where that depends; in words.
    pub conditions: Vec<Vec<String>>,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The question.
    pub question: Question,
    /// Who can, wholly, in part, or perhaps.
    pub access: Vec<Access>,
    /// Who cannot, where that was asked for.
    pub denied: Vec<Access>,
    /// How many of those asked cannot.
    pub denied_count: usize,
    /// Who can become one of `access` and can more by that than alone.
    pub chains: Vec<Chain>,
    /// What was taken for granted, in words.
    pub assumptions: Vec<String>,
    /// What is to be said beside it, in words.
    pub notes: Vec<String>,
    /// Why it is not proved that nobody else can, in words; empty where it is.
    pub open: Vec<String>,
}

impl Answer {
    /// Only what is said beside the answer: enough for [`super::write_remarks`].
    #[must_use]
    pub fn remarks(self) -> Self {
        Self {
            access: Vec::new(),
            denied: Vec::new(),
            chains: Vec::new(),
            ..self
        }
    }
}

/// Asked about one caller.
struct Asked {
    name: String,
    kind: PrincipalKind,
    access: Option<Access>,
    empty: bool,
    number: Option<usize>,
}

/// Answers a question. `become` is for the chains, of at most `hops` steps; `all` names those who cannot, too.
///
/// Cost: one decision for each principal that the index does not leave out, and one for each that a policy of the
/// resource names.
#[must_use]
pub fn answer(
    corpus: &Corpus<'_>,
    question: &Question,
    become_: Option<(&Become, usize)>,
    all: bool,
) -> Answer {
    let guarded = corpus.guarded(question);
    let candidates = if all {
        (0..).zip(&corpus.principals).map(|(number, _)| number).collect()
    } else {
        corpus.candidates(question, &guarded)
    };
    let ask = |number: &u32| {
        let number = usize::try_from(*number).ok()?;
        let one = corpus.principals.get(number)?;
        let own = (one.kind == PrincipalKind::Policy).then(|| question.own_role(SOME_ACCOUNT));
        let asked = put(
            (one.name.clone(), one.kind),
            (own.as_ref().unwrap_or(&one.caller), &one.layers, &one.context),
            (corpus, question, &guarded),
            all,
        );
        Some(Asked {
            number: Some(number),
            ..asked
        })
    };
    let mut asked: Vec<Asked> = candidates.par_iter().with_min_len(16).filter_map(ask).collect();
    let arns: BTreeSet<&str> = corpus.principals.iter().map(|one| one.name.as_str()).collect();
    let rcps = corpus.principals.first().map_or(&[][..], |one| &one.layers.rcps);
    let beyond = outsiders(&guarded.policies, &arns, &corpus.accounts, rcps, &corpus.options);
    let public = |one: &Outsider| {
        let Outsider {
            name,
            kind,
            caller,
            layers,
            context,
        } = one;
        put(
            (name.clone(), *kind),
            (caller, layers, context),
            (corpus, question, &guarded),
            all,
        )
    };
    let mut beyond: Vec<Asked> = beyond.iter().map(public).collect();
    keep_widest(&mut beyond);
    let outside_count = beyond.len();
    asked.append(&mut beyond);
    let nothing_asked = asked.iter().all(|one| one.empty) && !asked.is_empty() && !question.is_single();
    let mut targets = BTreeMap::new();
    let (mut access, mut denied) = (Vec::new(), Vec::new());
    for one in asked {
        let Some(found) = one.access else { continue };
        if found.verdict.is_denied() {
            denied.push(found);
        } else {
            if let Some(number) = one.number {
                targets.insert(number, found.verdict);
            }
            access.push(found);
        }
    }
    let key = |one: &Access| (one.verdict, one.kind, one.principal.clone());
    access.sort_by_cached_key(key);
    denied.sort_by_cached_key(key);
    let chains = become_.map_or_else(Vec::new, |(become_, hops)| {
        chains(corpus, become_, &targets, hops)
    });
    let mut notes: Vec<String> = question.remark().into_iter().collect();
    if nothing_asked {
        notes.push(format!(
            "no action that `{}` matches can be asked about a resource like `{}`",
            question.action, question.resource
        ));
    }
    let mut open = corpus.left_out();
    if let Some((become_, _)) = become_ {
        let reached = |role: &&String| access.iter().any(|one: &Access| one.principal == **role);
        let untold: Vec<&String> = become_.untold.iter().filter(reached).collect();
        if !untold.is_empty() {
            open.push(format!(
                "who may assume these roles is not known, since no input gives their trust policies: {}",
                named(&untold)
            ));
        }
    }
    let mut assumptions = corpus.assumptions();
    if let Some(owner) = guarded
        .taken_owner
        .as_ref()
        .filter(|_| !corpus.accounts.is_empty())
    {
        assumptions.push(format!(
            "the resource belongs to account {owner}, the only one among the inputs"
        ));
    }
    Answer {
        denied_count: corpus.len() + outside_count - access.len(),
        question: question.clone(),
        access,
        denied: if all { denied } else { Vec::new() },
        chains,
        assumptions,
        notes,
        open,
    }
}

/// Some of many names.
fn named(names: &[&String]) -> String {
    let shown: Vec<String> = names.iter().take(5).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Of anyone, only the widest is told: where anyone at all can, those with an account are among them.
fn keep_widest(found: &mut Vec<Asked>) {
    let allowed = |one: &Asked| {
        one.access
            .as_ref()
            .is_some_and(|access| access.verdict == Verdict::Allowed)
            && one.name == "anyone"
    };
    if found.iter().any(allowed) {
        found.retain(|one| one.kind != PrincipalKind::Public || one.name == "anyone");
    }
}

fn put(
    (name, kind): (String, PrincipalKind),
    caller: (&Caller, &Layers, &Context),
    (corpus, question, guarded): (&Corpus<'_>, &Question, &Guarded),
    all: bool,
) -> Asked {
    let asking = Asking::new(caller, guarded, corpus.mode());
    let decided = asking.decide(question, guarded);
    let is_told = all || !decided.verdict.is_denied();
    let mut through = if is_told {
        asking.grounds(question, guarded, &decided)
    } else {
        Vec::new()
    };
    if is_outside(kind) {
        drop_own(&mut through);
    }
    Asked {
        empty: decided.empty,
        access: Some(access(name.clone(), kind, decided, through)),
        name,
        kind,
        number: None,
    }
}

/// Whether nothing is known of the principal's own policies.
fn is_outside(kind: PrincipalKind) -> bool {
    matches!(
        kind,
        PrincipalKind::Outside | PrincipalKind::Account | PrincipalKind::Public
    )
}

/// Leaves out the policies that stand for all that its own account says of an outsider.
fn drop_own(through: &mut Vec<Ground>) {
    through.retain(|ground| ground.statement.is_some() || ground.layer == LayerKind::Resource);
}

fn access(principal: String, kind: PrincipalKind, decided: Decided, through: Vec<Ground>) -> Access {
    Access {
        principal,
        kind,
        verdict: decided.verdict,
        exact: decided.exact,
        through,
        conditions: decided
            .residual
            .as_ref()
            .map(|residual| conditions(residual, is_outside(kind)))
            .unwrap_or_default(),
        allowed: decided.allowed,
        refused: decided.refused,
        depends: decided.depends,
        withheld: decided.withheld,
    }
}

/// Who can become one of the targets.
fn chains(
    corpus: &Corpus<'_>,
    become_: &Become,
    targets: &BTreeMap<usize, Verdict>,
    hops: usize,
) -> Vec<Chain> {
    let list: Vec<(usize, Verdict)> = targets
        .iter()
        .map(|(number, verdict)| (*number, *verdict))
        .collect();
    let paths = become_.paths_to(&list, hops);
    let chain = |(from, steps): (Node, Vec<Step>)| {
        let (principal, kind) = match from {
            Node::Inside(number) => corpus
                .principals
                .get(number)
                .map(|one| (one.name.clone(), one.kind))?,
            Node::Outside(number) => become_.outsider(number).cloned()?,
        };
        let reached = steps.last().and_then(|step| targets.get(&step.to)).copied();
        let hops = told(corpus, become_, from, &steps);
        Some(Chain {
            principal,
            kind,
            sure: reached.is_some_and(Verdict::is_granted) && hops.iter().all(|hop| hop.sure),
            hops,
        })
    };
    let mut chains: Vec<Chain> = paths.into_iter().filter_map(chain).collect();
    chains.sort_by_cached_key(|one| (!one.sure, one.kind, one.hops.len(), one.principal.clone()));
    chains
}

/// The steps of a path, each with what grants it.
pub(super) fn told(corpus: &Corpus<'_>, become_: &Become, from: Node, steps: &[Step]) -> Vec<Hop> {
    let mut at = from;
    let mut hops = Vec::new();
    for step in steps {
        let (mut through, residual) = step_grounds(corpus, become_, at, step);
        let outside = matches!(at, Node::Outside(_));
        if outside {
            drop_own(&mut through);
        }
        let role = corpus.principals.get(step.to).map(|one| one.name.clone());
        hops.push(Hop {
            action: step.edge.action,
            role: role.unwrap_or_default(),
            sure: step.edge.sure,
            through,
            conditions: residual
                .as_ref()
                .map(|residual| conditions(residual, outside))
                .unwrap_or_default(),
        });
        at = Node::Inside(step.to);
    }
    hops
}
