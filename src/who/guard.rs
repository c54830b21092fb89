//! The policies of resources among the inputs, each held to the resources that it is the policy of.
//!
//! In: policies of buckets, keys and log groups, trust policies, and documents that name principals. Out: [`Guard`]s, of
//! which a question takes those that may be about it. A document that stands alone counts where all its statements say
//! of which resources they speak; of another nobody can tell what it is the policy of.
//!
//! Source: EVAL-06, EVAL-07, TRUST-01, MATCH-R11.

use std::sync::Arc;

use crate::check::{CheckOptions, read_policy, resource_policy, trust_policy};
use crate::engine::{CompiledPolicy, LayerKind};
use crate::grammar::ResourceService;
use crate::input::Inputs;
use crate::language::{Language, Product};
use crate::pattern::{ColonMode, Glob, Piece, hole};
use crate::policy::{Policy, Reading, Statement};

use super::question::Question;

/// The policy of some resources.
pub(super) struct Guard {
    pub policy: Arc<CompiledPolicy>,
    /// The service whose actions ask it, in folded case; `None` is any.
    pub service: Option<&'static str>,
}

/// The guards among the inputs, in their order, and the files of documents that were left out. Documents in these
/// `files` are policies of whatever is asked about.
pub(super) fn guards(inputs: &Inputs, options: &CheckOptions, files: &[String]) -> (Vec<Guard>, Vec<String>) {
    let mut guards = Vec::new();
    let mut add = |service, policy: &CompiledPolicy, limits: Vec<Glob>| {
        let policy = policy.clone();
        guards.push(Guard {
            policy: Arc::new(if limits.is_empty() {
                policy
            } else {
                policy.within(limits)
            }),
            service: Some(service),
        });
    };
    for policy in &inputs.bucket_policies {
        let (bucket, name) = (
            &policy.resource,
            format!("policy of bucket `{}`", policy.resource),
        );
        let compiled = resource_policy(policy.document, ResourceService::S3, &name, inputs, options);
        let limits = limits(bucket, &[("arn:*:s3:::", ""), ("arn:*:s3:::", "/*")]);
        add("s3", &compiled, limits);
    }
    for policy in &inputs.key_policies {
        let (key, name) = (&policy.resource, format!("policy of key `{}`", policy.resource));
        let compiled = resource_policy(policy.document, ResourceService::Kms, &name, inputs, options);
        let limits = match key.as_str() {
            arn if arn.starts_with("arn:") => limits(arn, &[("", "")]),
            alias if alias.starts_with("alias/") => limits(alias, &[("arn:*:kms:*:*:", "")]),
            id => limits(id, &[("arn:*:kms:*:*:key/", "")]),
        };
        add("kms", &compiled, limits);
    }
    for policy in &inputs.log_policies {
        let name = policy.name.as_ref().map_or("log policy", |name| &name.value);
        let compiled = resource_policy(policy.document, ResourceService::Logs, name, inputs, options);
        let limits = match &policy.resource_arn {
            Some(arn) => limits(arn.value.trim_end_matches(":*"), &[("", ""), ("", ":*")]),
            None => vec![Glob::resource(
                &[Piece::Pattern("arn:*:logs:*:*:log-group:*")],
                ColonMode::Segmented,
            )],
        };
        add("logs", &compiled, limits);
    }
    for role in &inputs.roles {
        if let Some(arn) = &role.arn {
            let name = format!("trust policy of `{}`", role.name.value);
            let compiled = trust_policy(role.trust, inputs, options, &name);
            add("sts", &compiled, limits(&arn.value, &[("", "")]));
        }
    }
    let left_out = alone(inputs, options, files, &mut guards);
    (guards, left_out)
}

/// A name between fixed texts of patterns; none where part of the name is not known yet, since it may be any.
fn limits(name: &str, around: &[(&str, &str)]) -> Vec<Glob> {
    if hole::has_hole(name) {
        return Vec::new();
    }
    let glob = |(before, after): &(&str, &str)| {
        let pieces = [Piece::Pattern(before), Piece::Value(name), Piece::Pattern(after)];
        // A wildcard for a partition is none for what another bucket is called.
        Glob::resource(&pieces, ColonMode::Segmented)
    };
    around.iter().map(glob).collect()
}

/// Adds documents that stand alone and name principals; gives the files of those that do not say of which resources.
fn alone(inputs: &Inputs, options: &CheckOptions, files: &[String], guards: &mut Vec<Guard>) -> Vec<String> {
    let mut left_out = Vec::new();
    for document in &inputs.documents {
        let policy = read_policy(document.document, inputs);
        let Some(policy) = policy.filter(names_principals) else {
            continue;
        };
        if !files.contains(&document.file) && !policy.statements.iter().all(says_of_what) {
            left_out.push(document.file.clone());
            continue;
        }
        let policy = CompiledPolicy::new(policy, LayerKind::Resource, options.mode, &document.file);
        guards.push(Guard {
            policy: Arc::new(policy),
            service: None,
        });
    }
    left_out
}

fn names_principals(policy: &Policy) -> bool {
    let names = |statement: &Statement| !matches!(statement.principal, Reading::Missing);
    policy.statements.iter().any(names)
}

fn says_of_what(statement: &Statement) -> bool {
    match &statement.resource {
        Reading::Known { value, .. } => {
            let names = |text: &str| text.starts_with("arn:") || text.starts_with(hole::OPEN);
            !value.negated && value.values.iter().all(|item| names(&item.value))
        }
        _ => false,
    }
}

/// Whether a guard may have a say in a question.
pub(super) fn concerns(guard: &Guard, question: &Question) -> bool {
    if guard.service.is_some_and(|service| !question.may_ask_of(service)) {
        return false;
    }
    let Some(limits) = guard.policy.limits() else {
        return true;
    };
    match question.literal() {
        Some(resource) => limits.iter().any(|glob| glob.matches(resource)),
        None => {
            let asked = Language::glob(&Glob::parse(&question.resource));
            let head = question.head();
            limits.iter().any(|glob| {
                let prefix = glob.literal_prefix();
                let shared = head.starts_with(prefix) || prefix.starts_with(head);
                let meets = || Product::new(vec![asked.clone(), Language::glob(glob)], Vec::new()).word();
                shared && {
                    let (word, exploration) = meets();
                    word.is_some() || !exploration.exact
                }
            })
        }
    }
}
