//! From a subject to the callers in whose name its policies are asked.
//!
//! What is not given is assumed to be in nobody's way, alike on both sides: a role's policies are asked as if the
//! resource's own policy let the account decide; a resource's policy as if whom it names may do everything, from
//! another account. So the rows say what these very policies change.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use super::side::{Subject, What};
use crate::arn::{self, Arn};
use crate::condition::{Context, Knowledge, Mode, State};
use crate::engine::{Caller, CompiledPolicy, LayerKind, Layers};
use crate::policy::{self, Policy, PrincipalKind, Principals, Reading};
use crate::source::Sources;

/// The account of callers of whom nothing is known.
const SOME_ACCOUNT: &str = "111122223333";
/// The account of callers that a resource policy names by something that tells no account.
const OTHER_ACCOUNT: &str = "999999999999";

/// One caller for whom both sides are asked.
pub(super) struct Asked {
    /// Whom a resource policy names, as it does; `None` for the policies of an identity.
    pub principal: Option<String>,
    pub caller: Caller,
    pub context: Context,
    /// The owner of the resources.
    pub owner: String,
    /// The layer that grants.
    pub giving: LayerKind,
    pub old: Layers,
    pub new: Layers,
}

/// The callers for two subjects of one name, at least one of which is there.
pub(super) fn asked(old: Option<&Subject>, new: Option<&Subject>) -> Vec<Asked> {
    let what = |subject: Option<&Subject>| subject.map(|subject| subject.what.clone());
    let layers =
        |subject: Option<&Subject>| subject.map_or_else(Layers::default, |subject| subject.layers.clone());
    let (old_layers, new_layers) = (layers(old), layers(new));
    match what(new).or(what(old)) {
        Some(What::Identity(caller)) => vec![identity(caller, true, old_layers, new_layers)],
        Some(What::Policy) => {
            let partitions = partitions(&[&old_layers, &new_layers]);
            let caller =
                |partition: &str| Caller::parse(&format!("arn:{partition}:iam::{SOME_ACCOUNT}:role/anyone"));
            let of =
                |partition: &&str| identity(caller(partition), false, old_layers.clone(), new_layers.clone());
            partitions.iter().map(of).collect()
        }
        Some(What::Resource | What::Trust { .. }) => {
            let named = principals(&[&old_layers, &new_layers]);
            named
                .into_iter()
                .map(|named| resource(named, &old_layers, &new_layers))
                .collect()
        }
        None => Vec::new(),
    }
}

fn identity(caller: Caller, derive: bool, mut old: Layers, mut new: Layers) -> Asked {
    let account = caller.account().unwrap_or_default().to_owned();
    let mut context = Context::open();
    if derive {
        caller.derive_context(&mut context, Mode::Chosen);
    }
    let delegates = delegating(&account);
    old.resource.push(Arc::clone(&delegates));
    new.resource.push(delegates);
    Asked {
        principal: None,
        caller,
        context,
        owner: account,
        giving: LayerKind::Identity,
        old,
        new,
    }
}

fn resource(named: Named, old: &Layers, new: &Layers) -> Asked {
    let (caller, context) = named.caller();
    let with = |layers: &Layers| Layers {
        identity: vec![Arc::clone(&FULL)],
        ..layers.clone()
    };
    Asked {
        principal: Some(named.shown()),
        caller,
        context,
        // An account that no caller is of: the resource's own policy has to grant.
        owner: "000000000000".to_owned(),
        giving: LayerKind::Resource,
        old: with(old),
        new: with(new),
    }
}

/// The policy of every resource, as far as it is not given: the account decides.
fn delegating(account: &str) -> Arc<CompiledPolicy> {
    let principal = format!(r#""Principal": {{"AWS": "{account}"}},"#);
    Arc::new(own_policy(&principal, LayerKind::Resource))
}

static FULL: LazyLock<Arc<CompiledPolicy>> = LazyLock::new(|| Arc::new(own_policy("", LayerKind::Identity)));

/// A policy that allows everything, of the program itself.
fn own_policy(principal: &str, kind: LayerKind) -> CompiledPolicy {
    let statement = format!(r#"{{"Effect": "Allow", {principal} "Action": "*", "Resource": "*"}}"#);
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
    let mut sources = Sources::new();
    let doc = sources.add_text("assumed", text);
    let root = sources.root(doc).ok();
    match root.and_then(|root| Some(policy::read(doc, sources.tree(doc)?, root.node))) {
        Some(policy) => CompiledPolicy::new(policy, kind, Mode::Chosen, "assumed"),
        None => CompiledPolicy::unknown(kind, "assumed"),
    }
}

fn policies<'a>(layers: &'a [&'a Layers]) -> impl Iterator<Item = &'a Policy> {
    let of = |layers: &'a Layers| {
        Layers::KINDS
            .into_iter()
            .flat_map(|kind| layers.levels(kind))
            .flatten()
    };
    layers
        .iter()
        .flat_map(move |layers| of(layers))
        .filter_map(|policy| policy.policy())
}

/// The partitions that a policy of nobody in particular is asked in: `aws`, and those it names.
fn partitions(layers: &[&Layers]) -> Vec<&'static str> {
    let named = |partition: &str| {
        let start = format!("arn:{partition}:");
        policies(layers)
            .flat_map(|policy| &policy.statements)
            .any(|statement| match &statement.resource {
                Reading::Known { value, .. } => {
                    value.values.iter().any(|item| item.value.starts_with(&start))
                }
                _ => false,
            })
    };
    arn::PARTITIONS
        .into_iter()
        .filter(|partition| *partition == "aws" || named(partition))
        .collect()
}

/// An entry of a principal element.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Everyone,
    Entry(&'static str, String),
}

/// Whom the resource policies name, once each, and everyone where one names all others.
fn principals(layers: &[&Layers]) -> BTreeSet<Named> {
    let mut named = BTreeSet::new();
    let statements = policies(layers).flat_map(|policy| &policy.statements);
    for statement in statements {
        match &statement.principal {
            Reading::Known { value, .. } => add(value, &mut named),
            Reading::Missing => {}
            Reading::NotUnderstood(_) => {
                named.insert(Named::Everyone);
            }
        }
    }
    // A policy whose text is not given can name anyone.
    if named.is_empty() {
        named.insert(Named::Everyone);
    }
    named
}

fn add(principals: &Principals, named: &mut BTreeSet<Named>) {
    let everyone = principals.everyone || principals.negated || !principals.not_understood.is_empty();
    named.extend(everyone.then_some(Named::Everyone));
    for entry in &principals.entries {
        let is_everyone = entry.kind == PrincipalKind::Aws && *entry.value == *"*";
        named.insert(if is_everyone {
            Named::Everyone
        } else {
            Named::Entry(entry.kind.as_str(), entry.value.to_string())
        });
    }
}

impl Named {
    fn shown(&self) -> String {
        match self {
            Self::Everyone => "*".to_owned(),
            Self::Entry(_, value) => value.clone(),
        }
    }

    /// A caller that the entry names, and what is known of its requests.
    fn caller(&self) -> (Caller, Context) {
        let mut context = Context::open();
        let Self::Entry(kind, value) = self else {
            return (Caller::Anonymous, context);
        };
        let some_role = |partition: &str, account: &str| {
            Caller::parse(&format!("arn:{partition}:iam::{account}:role/anyone"))
        };
        let caller = match *kind {
            "Service" => Caller::Service { name: value.clone() },
            "Federated" => Caller::Provider {
                provider: value.clone(),
            },
            "CanonicalUser" => return (some_role("aws", OTHER_ACCOUNT), context),
            _ => {
                if let Some(account) = arn::account_entry(value) {
                    let partition = Arn::parse(value).map_or("aws", |arn| arn.partition);
                    return (some_role(partition, account), context);
                }
                if !value.contains(':') {
                    // A unique id stands for a user or role that is known by its id only.
                    let user_id = Knowledge::Known(State::One(format!("{value}:anyone").as_str().into()));
                    context.set("aws:userid", user_id);
                    return (some_role("aws", OTHER_ACCOUNT), context);
                }
                Caller::parse(value)
            }
        };
        caller.derive_context(&mut context, Mode::Chosen);
        (caller, context)
    }
}
