//! Everything that questions are asked of, made ready once.
//!
//! In: inputs and options. Out: a [`Corpus`]: principals with their policies compiled, the policies of resources, and
//! the index. Many questions share it. Source: EVAL-06, EVAL-07, EVAL-10, SVC-01, TRUST-01, TRI-17.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::asking::Guarded;
use super::guard::{Guard, concerns, guards};
use super::index::Index;
use super::principal::{Principal, SOME_ACCOUNT, Unnamed, principals};
use super::question::{Owner, Question};
use crate::arn::Arn;
use crate::check::{CheckOptions, Compile, controls_of, trust_policy};
use crate::condition::Mode;
use crate::engine::{CompiledPolicy, LayerKind};
use crate::input::Inputs;
use crate::pattern::Glob;

/// What the asker says beyond the inputs.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Facts of the request context: key and values.
    pub context: Vec<(String, Vec<String>)>,
    /// Rules that AWS leaves open, and assumptions, are unknown.
    pub sound: bool,
    /// Files of documents that are policies of the resources asked about.
    pub resource_policies: Vec<String>,
    /// Decide for every principal, without the index: for comparison.
    pub without_index: bool,
}

/// Principals, policies of resources and the index.
pub struct Corpus<'a> {
    pub(super) inputs: &'a Inputs,
    pub(super) options: CheckOptions,
    pub(super) principals: Vec<Principal<'a>>,
    pub(super) accounts: BTreeSet<String>,
    guards: Vec<Guard>,
    index: Option<Index>,
    unnamed: Vec<Unnamed>,
    left_out: Vec<String>,
}

impl<'a> Corpus<'a> {
    /// Makes the inputs ready.
    ///
    /// Cost: linear in the policies; what is attached to many is compiled once.
    #[must_use]
    pub fn new(inputs: &'a Inputs, options: &Options) -> Self {
        let check = CheckOptions {
            context: options.context.clone(),
            mode: if options.sound { Mode::Sound } else { Mode::Chosen },
            ..CheckOptions::default()
        };
        let (principals, unnamed) = {
            let compile = Compile::new(inputs, &check);
            principals(inputs, &check, &compile)
        };
        let (guards, left_out) = guards(inputs, &check, &options.resource_policies);
        let accounts = principals
            .iter()
            .filter(|principal| principal.identity.is_some())
            .filter_map(|principal| principal.caller.account().map(str::to_owned))
            .collect();
        let index = (!options.without_index).then(|| Index::new(principals.iter().map(|one| &one.layers)));
        Self {
            inputs,
            options: check,
            principals,
            accounts,
            guards,
            index,
            unnamed,
            left_out,
        }
    }

    /// How many roles and users, or policies that stand alone, are asked about.
    #[must_use]
    pub fn len(&self) -> usize {
        self.principals.len()
    }

    /// Whether there is nobody to ask about.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.principals.is_empty()
    }

    /// Whether there are policies of resources.
    #[must_use]
    pub fn has_guards(&self) -> bool {
        !self.guards.is_empty()
    }

    pub(super) fn mode(&self) -> Mode {
        self.options.mode
    }

    /// The numbers of those to whom something of the question may be granted.
    pub(super) fn candidates(&self, question: &Question, guarded: &Guarded) -> Vec<u32> {
        let all = || (0..).zip(&self.principals).map(|(number, _)| number).collect();
        let always = Glob::parse(&question.folded_action()).matches("sts:getcalleridentity");
        match &self.index {
            // A resource's policy can grant alone, and its own action is everybody's.
            Some(index) if guarded.policies.is_empty() && !always => index.candidates(question),
            _ => all(),
        }
    }

    /// The policies that have a say about the resources of a question.
    pub(super) fn guarded(&self, question: &Question) -> Guarded {
        let concerned = self.guards.iter().filter(|guard| concerns(guard, question));
        let mut policies: Vec<Arc<CompiledPolicy>> =
            concerned.map(|guard| Arc::clone(&guard.policy)).collect();
        let taken_owner = match (question.owner(), self.accounts.first()) {
            (Owner::Unsaid, Some(only)) if self.accounts.len() == 1 => Some(only.clone()),
            _ => None,
        };
        // Whoever has a policy that stands alone is asked about its own resources.
        let alone = || self.principals.iter().all(|one| one.identity.is_none());
        let own = || Some(SOME_ACCOUNT.to_owned()).filter(|_| *question.owner() == Owner::Unsaid && alone());
        let taken_owner = taken_owner.or_else(own);
        let unguarded = policies.is_empty();
        let resource = question.literal().and_then(Arn::parse);
        let is = |service: &str, prefix: &str| {
            resource
                .as_ref()
                .is_some_and(|arn| arn.service == service && arn.resource.starts_with(prefix))
        };
        let mut left_to_account = false;
        if self.options.mode == Mode::Sound && unguarded && question.resource != "*" {
            policies.push(self.unknown_policy(question));
        } else if question.may_ask_of("kms") && unguarded {
            left_to_account = true;
        } else if question.may_ask_of("kms") && question.literal().is_none() {
            // Some keys of the set have no policy among the inputs, and which is not told apart here.
            policies.push(self.unknown_policy(question));
        }
        if unguarded && is("iam", "role/") && question.may_ask_of("sts") && policies.is_empty() {
            policies.push(self.unknown_policy(question));
        }
        let owner = match question.owner() {
            Owner::Account(account) => Some(account.as_str()),
            Owner::Caller => None,
            Owner::Unsaid => taken_owner.as_deref(),
        };
        Guarded {
            policies,
            left_to_account,
            rcps: controls_of(self.inputs, &self.options, owner),
            taken_owner,
        }
    }

    fn unknown_policy(&self, question: &Question) -> Arc<CompiledPolicy> {
        let name = format!("policy of `{}`", question.resource);
        Arc::new(CompiledPolicy::unknown(LayerKind::Resource, name))
    }

    /// The policies of resources, those of roles aside.
    pub(super) fn policies_of_resources(&self) -> impl Iterator<Item = &CompiledPolicy> {
        let guards = self.guards.iter().filter(|guard| guard.service != Some("sts"));
        guards.map(|guard| guard.policy.as_ref())
    }

    /// The trust policy of a role, by the number of its principal; `None` where its text is not given.
    pub(super) fn trust(&self, role: &Principal<'_>) -> Option<CompiledPolicy> {
        let document = role.identity?.trust?;
        let name = format!("trust policy of `{}`", role.short_name());
        let policy = trust_policy(Some(document), self.inputs, &self.options, &name);
        policy.policy().is_some().then_some(policy)
    }

    /// The numbers of those whose own policies may let them assume a role.
    pub(super) fn may_assume(&self, role: &str) -> Vec<u32> {
        let question = Question::new("sts:AssumeRole", role, None);
        match (&self.index, question) {
            (Some(index), Ok(question)) => index.candidates(&question),
            _ => (0..).zip(&self.principals).map(|(number, _)| number).collect(),
        }
    }

    /// What was taken for granted in all answers, in words.
    pub(super) fn assumptions(&self) -> Vec<String> {
        let mut said = vec![
            "root users are not listed: each may do what its organization lets its account do".to_owned(),
        ];
        if self.options.mode == Mode::Chosen {
            said.push("a resource whose policy is not among the inputs has none; a key without one is left to its account".to_owned());
        }
        if self.inputs.organization_policies.is_empty() {
            said.push("there are no organization policies".to_owned());
        } else {
            said.push("the organization policies among the inputs hold for every account".to_owned());
        }
        said
    }

    /// What could not be asked about, in words.
    pub(super) fn left_out(&self) -> Vec<String> {
        let unnamed = self.unnamed.iter().map(|one| {
            format!(
                "the {} `{}` is left out: no input tells its ARN",
                one.kind, one.name
            )
        });
        let left_out = self.left_out.iter().map(|file| {
            format!(
                "`{file}` names principals and not on which resources: it is left out; say `--resource-policy {file}` if it is the policy of what you ask about"
            )
        });
        unnamed.chain(left_out).collect()
    }
}
