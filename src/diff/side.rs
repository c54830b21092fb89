//! What there is to compare on one side: identities, resource policies, and policies that stand alone.

use std::sync::Arc;

use super::tags::Tags;
use crate::check::{CheckOptions, Compile, read_policy};
use crate::condition::Mode;
use crate::engine::{Caller, CompiledPolicy, LayerKind, Layers};
use crate::input::{Identity, Inputs, PolicyDocument};
use crate::policy::{Policy, Reading};

/// One state of policies.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// What was read.
    pub inputs: &'a Inputs,
    /// The path that the user named: what names of files begin with.
    pub root: &'a str,
}

/// Something whose access is compared.
pub(super) struct Subject {
    /// What it is called, and found by on the other side.
    pub name: String,
    pub what: What,
    /// Of a role or user, what is known of its tags.
    pub tags: Option<Tags>,
    /// Its policies. Of a resource policy only that, as a resource policy.
    pub layers: Layers,
}

/// What a subject is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// A role or user.
    Identity(Caller),
    /// A policy of whatever role or user.
    Policy,
    /// The policy of a resource, for whom it names.
    Resource,
    /// The trust policy of a role.
    Trust {
        /// The role's ARN, where it is known.
        role: Option<String>,
    },
}

/// Everything to compare on this side, in the order of the inputs.
pub(super) fn subjects(side: Side<'_>) -> Vec<Subject> {
    let inputs = side.inputs;
    let options = CheckOptions::default();
    let compile = Compile::new(inputs, &options);
    let mut subjects = Vec::new();
    for identity in inputs.roles.iter().chain(&inputs.users) {
        subjects.push(of_identity(identity, inputs, &compile));
        subjects.extend(trust(identity, inputs));
    }
    let resources = inputs.bucket_policies.iter().map(|policy| ("bucket", policy));
    for (kind, policy) in resources.chain(inputs.key_policies.iter().map(|policy| ("key", policy))) {
        subjects.push(Subject {
            name: format!("policy of {kind} {}", policy.resource),
            what: What::Resource,
            tags: None,
            layers: resource(policy.document, inputs, &policy.resource),
        });
    }
    for (index, policy) in inputs.log_policies.iter().enumerate() {
        let name = policy
            .name
            .as_ref()
            .map_or_else(|| index.to_string(), |name| name.value.clone());
        subjects.push(Subject {
            layers: resource(policy.document, inputs, &name),
            name: format!("log policy {name}"),
            what: What::Resource,
            tags: None,
        });
    }
    if inputs.roles.is_empty() && inputs.users.is_empty() {
        for policy in &inputs.policies {
            let name = policy.arn.as_ref().map_or(&policy.name, |arn| &arn.value);
            subjects.push(bare(policy.document, inputs, name.clone()));
        }
    }
    for policy in &inputs.documents {
        let name = policy
            .file
            .strip_prefix(side.root)
            .unwrap_or(&policy.file)
            .trim_start_matches('/');
        let name = if name.is_empty() { "policy" } else { name };
        subjects.push(bare(Some(policy.document), inputs, name.to_owned()));
    }
    subjects
}

pub(super) fn of_identity(identity: &Identity, inputs: &Inputs, compile: &Compile<'_>) -> Subject {
    let layers = compile.identity(identity);
    let caller = identity.arn.as_ref().map(|arn| Caller::parse(&arn.value));
    let name = identity
        .arn
        .as_ref()
        .map_or(&identity.name.value, |arn| &arn.value);
    Subject {
        name: name.clone(),
        what: caller.map_or(What::Policy, What::Identity),
        tags: Some(Tags::of(identity, inputs)),
        layers,
    }
}

fn trust(identity: &Identity, inputs: &Inputs) -> Option<Subject> {
    let document = identity.trust?;
    let role = identity.arn.as_ref().map(|arn| arn.value.clone());
    let name = role.as_ref().unwrap_or(&identity.name.value);
    Some(Subject {
        name: format!("trust policy of {name}"),
        layers: resource(Some(document), inputs, name),
        what: What::Trust { role },
        tags: None,
    })
}

fn resource(document: Option<PolicyDocument>, inputs: &Inputs, name: &str) -> Layers {
    Layers {
        resource: vec![Arc::new(compiled(document, inputs, LayerKind::Resource, name))],
        ..Layers::default()
    }
}

/// A policy that stands alone: of a resource if it names principals.
fn bare(document: Option<PolicyDocument>, inputs: &Inputs, name: String) -> Subject {
    let policy = document.and_then(|document| read_policy(document, inputs));
    let has_principal = policy.as_ref().is_some_and(names_principals);
    let has_resource = policy.as_ref().is_some_and(|policy| {
        policy
            .statements
            .iter()
            .any(|statement| !matches!(statement.resource, Reading::Missing))
    });
    let (what, layers) = match (has_principal, has_resource) {
        (true, true) => (What::Resource, resource(document, inputs, &name)),
        (true, false) => (What::Trust { role: None }, resource(document, inputs, &name)),
        (false, _) => {
            let policy = compiled(document, inputs, LayerKind::Identity, &name);
            let layers = Layers {
                identity: vec![Arc::new(policy)],
                ..Layers::default()
            };
            (What::Policy, layers)
        }
    };
    Subject {
        name,
        what,
        tags: None,
        layers,
    }
}

fn names_principals(policy: &Policy) -> bool {
    policy
        .statements
        .iter()
        .any(|statement| !matches!(statement.principal, Reading::Missing))
}

fn compiled(
    document: Option<PolicyDocument>,
    inputs: &Inputs,
    kind: LayerKind,
    name: &str,
) -> CompiledPolicy {
    match document.and_then(|document| read_policy(document, inputs)) {
        Some(policy) => CompiledPolicy::new(policy, kind, Mode::Chosen, name),
        None => CompiledPolicy::unknown(kind, name),
    }
}
