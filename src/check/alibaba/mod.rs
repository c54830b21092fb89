//! ApsaraMQ for Kafka on Alibaba Cloud: its service-linked roles, who may create and delete them, what they may do, and
//! what the policies around them say.
//!
//! In: what was read of Alibaba Cloud, the packs of that platform, options. Out: findings and remarks. As elsewhere,
//! every gap is a decision of the engine on a request that the finding carries. What is known of the service is data
//! under `rules/alibaba/data`.
//!
//! Source: docs/SEMANTICS.md, section 19 (RAM-*).

mod data;
mod impact;
mod ask;
mod account;
mod feature;
mod creation;
mod role_policy;
mod key;
mod action_name;

pub use impact::{Impact, alibaba_impact, alibaba_roles};

use std::collections::BTreeSet;

use account::{Account, policy_type};
use data::Data;
use feature::{Feature, features};

use super::options::CheckOptions;
use crate::finding::{Finding, Subject};
use crate::input::Inputs;
use crate::lint::Linter;
use crate::pack::{AlibabaJudgement, Ask, Judgement, Pack, Platform, Rule};

/// What is found of Alibaba Cloud.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub findings: Vec<Finding>,
    /// What was assumed, and what could not be judged.
    pub notes: Vec<String>,
}

/// Judges what is of Alibaba Cloud among the inputs. Nothing where there is nothing, unless a feature is named.
pub(super) fn check(inputs: &Inputs, packs: &[Pack], options: &CheckOptions) -> Found {
    let mut found = Found::default();
    if inputs.ram.is_empty() && options.features.is_empty() {
        return found;
    }
    let account = Account::new(inputs, options);
    let (features, unknown) = features(&account);
    for name in unknown {
        let known: Vec<&str> = Data::builtin()
            .roles
            .iter()
            .map(|role| role.feature.as_str())
            .collect();
        found.notes.push(format!(
            "`{name}` is no feature that is known here; those are {}",
            known.join(", ")
        ));
    }
    found.notes.extend(account.notes.iter().cloned());
    if inputs.ram.keys.is_empty()
        && inputs.ram.key_tags.is_empty()
        && features
            .iter()
            .any(|feature| feature.role.feature == "encryption" && feature.is_in_use())
    {
        found.notes.push(
            "no key of Key Management Service is among the inputs, so its tag is not judged".to_owned(),
        );
    }
    found.findings = lint_documents(inputs);
    for pack in packs.iter().filter(|pack| pack.platform == Platform::Alibaba) {
        for rule in &pack.rules {
            found.findings.extend(judge(rule, &features, &account));
        }
    }
    found
}

fn judge(rule: &Rule, features: &[Feature<'_>], account: &Account<'_>) -> Vec<Finding> {
    let Ask::Judge(Judgement::Alibaba(judgement)) = rule.ask else {
        return Vec::new();
    };
    let each = |judge: fn(&Rule, &Feature<'_>, &Account<'_>) -> Vec<Finding>| {
        features
            .iter()
            .flat_map(|feature| judge(rule, feature, account))
            .collect()
    };
    match judgement {
        AlibabaJudgement::SlrCreate => each(creation::may_create),
        AlibabaJudgement::SlrMissing => each(creation::missing),
        AlibabaJudgement::SlrPolicyDrift => each(role_policy::drift),
        AlibabaJudgement::PassRole => each(role_policy::pass_role),
        AlibabaJudgement::ControlPolicy => each(creation::control),
        AlibabaJudgement::KeyTag => each(key::tag),
        AlibabaJudgement::SlrDeleteImpact => {
            creation::may_delete(rule, &in_scope(features, account), account)
        }
        AlibabaJudgement::ApiNameAsAction => action_name::names(rule, account),
    }
}

/// The roles that deleting would matter of: those of features in use and those among the inputs.
fn in_scope(features: &[Feature<'_>], account: &Account<'_>) -> Vec<&'static data::ServiceLinkedRole> {
    let used: BTreeSet<&str> = features
        .iter()
        .map(|feature| feature.role.name.as_str())
        .collect();
    let is_there = |name: &str| account.inputs.ram.role(name).is_some();
    let roles = Data::builtin().roles.iter();
    roles
        .filter(|role| used.contains(role.name.as_str()) || is_there(&role.name))
        .collect()
}

/// Lints every document of RAM.
pub(super) fn lint_documents(inputs: &Inputs) -> Vec<Finding> {
    let mut linter = Linter::default();
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for policy in inputs.ram.documents() {
        let Some(document) = policy.document.filter(|document| seen.insert(*document)) else {
            continue;
        };
        let subject = Subject {
            policy: Some(policy.name.clone()),
            ..Subject::default()
        };
        findings.extend(linter.document(
            &inputs.sources,
            document.doc,
            document.root,
            policy_type(policy),
            &subject,
        ));
    }
    findings
}
