//! The principals of the inputs, ready to be asked about.
//!
//! In: roles and users, or policies that nobody is shown to have. Out: [`Principal`]s sorted by name, each with its
//! layers and what is known of its requests. Source: COND-07, COND-27, MATCH-P1, TRI-13, TRI-16.

use std::sync::Arc;

use crate::check::{CheckOptions, Compile, fill_context, read_policy};
use crate::condition::{Context, Knowledge, Mode};
use crate::diff::settled_tags;
use crate::engine::{Caller, CompiledPolicy, LayerKind, Layers};
use crate::input::{Identity, IdentityKind, Inputs};
use crate::policy::Reading;

/// What a principal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrincipalKind {
    /// A role of the inputs.
    Role,
    /// A user of the inputs.
    User,
    /// Whoever has a policy that stands alone.
    Policy,
    /// A role or user that a policy names and no input describes.
    Outside,
    /// An account that a policy names and of which no input describes anybody.
    Account,
    /// An AWS service.
    Service,
    /// Users of an identity provider.
    Provider,
    /// Anyone at all, or anyone of a kind.
    Public,
}

impl PrincipalKind {
    /// The name in text and in machine-readable output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::User => "user",
            Self::Policy => "policy",
            Self::Outside => "outside",
            Self::Account => "account",
            Self::Service => "service",
            Self::Provider => "provider",
            Self::Public => "public",
        }
    }
}

/// Somebody to ask about.
pub(super) struct Principal<'a> {
    /// The ARN; of a policy that stands alone its name or file.
    pub name: String,
    pub kind: PrincipalKind,
    pub caller: Caller,
    pub layers: Layers,
    pub context: Context,
    /// The role or user of the inputs.
    pub identity: Option<&'a Identity>,
}

impl Principal<'_> {
    /// What follows the last slash of an ARN.
    pub fn short_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }
}

/// A role or user that cannot be asked about, since no input tells its ARN.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unnamed {
    /// `role` or `user`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
}

/// The principals of the inputs, sorted, and those without an ARN. Where there are none of either, the policies.
pub(super) fn principals<'a>(
    inputs: &'a Inputs,
    options: &CheckOptions,
    compile: &Compile<'_>,
) -> (Vec<Principal<'a>>, Vec<Unnamed>) {
    let (mut found, mut unnamed) = (Vec::new(), Vec::new());
    for identity in inputs.roles.iter().chain(&inputs.users) {
        match &identity.arn {
            Some(arn) => found.push(of_identity(identity, &arn.value, (inputs, options, compile))),
            None => unnamed.push(Unnamed {
                kind: identity.kind.word(),
                name: identity.name.value.clone(),
            }),
        }
    }
    if found.is_empty() && unnamed.is_empty() {
        found = of_policies(inputs, options);
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    unnamed.sort();
    (found, unnamed)
}

fn of_identity<'a>(
    identity: &'a Identity,
    arn: &str,
    (inputs, options, compile): (&'a Inputs, &CheckOptions, &Compile<'_>),
) -> Principal<'a> {
    let mut layers = compile.identity(identity);
    if options.mode == Mode::Sound && !identity.attached_listed {
        // Nobody said that there are no others.
        layers.identity.push(unknown("policies that no input lists"));
    }
    let caller = Caller::parse(arn);
    let mut context = Context::open();
    for (key, state) in settled_tags(identity, inputs, &layers) {
        context.set(&key, Knowledge::Known(state));
    }
    finish(&mut context, &caller, &layers, options);
    Principal {
        name: arn.to_owned(),
        kind: match identity.kind {
            IdentityKind::User => PrincipalKind::User,
            _ => PrincipalKind::Role,
        },
        caller,
        layers,
        context,
        identity: Some(identity),
    }
}

/// States what the options say and what follows from the caller.
pub(super) fn finish(context: &mut Context, caller: &Caller, layers: &Layers, options: &CheckOptions) {
    fill_context(context, layers, options);
    caller.derive_context(context, options.mode);
    caller.derive_presence(context);
}

/// The account of whoever has a policy that stands alone.
pub(super) const SOME_ACCOUNT: &str = "111122223333";

/// A policy of which nothing is known.
pub(super) fn unknown(name: &str) -> Arc<CompiledPolicy> {
    Arc::new(CompiledPolicy::unknown(LayerKind::Identity, name))
}

/// Policies that nobody of the inputs has: asked about as some role of whoever has them, of whom nothing else is
/// known.
fn of_policies<'a>(inputs: &'a Inputs, options: &CheckOptions) -> Vec<Principal<'a>> {
    let managed = inputs.policies.iter().map(|policy| {
        let name = policy.arn.as_ref().map_or(&policy.name, |arn| &arn.value);
        (name.clone(), policy.document)
    });
    let bare = inputs
        .documents
        .iter()
        .map(|policy| (policy.file.clone(), Some(policy.document)));
    let mut found = Vec::new();
    for (name, document) in managed.chain(bare) {
        let policy = document.and_then(|document| read_policy(document, inputs));
        let names_principals =
            |statement: &crate::policy::Statement| !matches!(statement.principal, Reading::Missing);
        if policy
            .as_ref()
            .is_some_and(|policy| policy.statements.iter().any(names_principals))
        {
            continue;
        }
        let compiled = match policy {
            Some(policy) => CompiledPolicy::new(policy, LayerKind::Identity, options.mode, &name),
            None => CompiledPolicy::unknown(LayerKind::Identity, &name),
        };
        let layers = Layers {
            identity: vec![Arc::new(compiled)],
            ..Layers::default()
        };
        let mut context = Context::open();
        fill_context(&mut context, &layers, options);
        found.push(Principal {
            // Whoever it is asked for owns the resource: see `Question::own_role`.
            caller: Caller::parse(&format!("arn:aws:iam::{SOME_ACCOUNT}:role/anyone")),
            kind: PrincipalKind::Policy,
            name,
            layers,
            context,
            identity: None,
        });
    }
    found
}
