//! The policies of a role, made ready to decide.
//!
//! In: a role among the inputs. Out: the [`Layers`] of its requests. A policy that is attached but whose text is
//! not given is unknown; layers that nobody gave are none, and the report says so.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::catalog;
use crate::condition::{Context, Knowledge, Mode, State};
use crate::engine::{CompiledPolicy, LayerKind, Layers, Level};
use crate::grammar::{PolicyType, ResourceService};
use crate::input::{
    Attachment, Identity, Inputs, OrganizationPolicy, OrganizationPolicyKind, PolicyDocument, PolicyId,
};
use crate::policy::{self, ConditionEntry, ConditionValue, Effect, Policy, Reading};
use crate::source::Place;

use super::options::CheckOptions;
use super::organization;
use super::stored::{as_stored, grammar_of};

/// The layers of the requests that a role makes.
pub(crate) fn role_layers(role: &Identity, inputs: &Inputs, options: &CheckOptions) -> Layers {
    Compile::new(inputs, options).role(role)
}

/// In sound mode a layer that was not given is unknown rather than none (TRI-16).
fn with_unknown_layers(mut layers: Layers, options: &CheckOptions) -> Layers {
    if options.mode == Mode::Sound {
        let unknown = |kind: LayerKind| vec![Arc::new(CompiledPolicy::unknown(kind, kind.in_words()))];
        if layers.scps.is_empty() {
            layers.scps.push(unknown(LayerKind::ServiceControl));
        }
        if layers.rcps.is_empty() {
            layers.rcps.push(unknown(LayerKind::ResourceControl));
        }
        if layers.resource.is_empty() {
            layers.resource = unknown(LayerKind::Resource);
        }
        layers.session = unknown(LayerKind::Session);
        layers.endpoint = unknown(LayerKind::Endpoint);
    }
    layers
}

/// The layers of a service's request, without the policy of the resource.
pub(super) fn service_layers(inputs: &Inputs, options: &CheckOptions) -> Layers {
    let compile = Compile::new(inputs, options);
    let layers = Layers {
        rcps: compile.organization(OrganizationPolicyKind::ResourceControl, None),
        ..Layers::default()
    };
    with_unknown_layers(layers, options)
}

/// The layers of an identity that is not among the inputs.
pub(super) fn unknown_identity(name: &str) -> Layers {
    Layers {
        identity: vec![Arc::new(CompiledPolicy::unknown(LayerKind::Identity, name))],
        ..Layers::default()
    }
}

/// The policy of a resource of a service; unknown where its text is not given.
pub(crate) fn resource_policy(
    document: Option<PolicyDocument>,
    service: ResourceService,
    name: &str,
    inputs: &Inputs,
    options: &CheckOptions,
) -> Arc<CompiledPolicy> {
    let compile = Compile::new(inputs, options);
    compile.of_grammar(document, LayerKind::Resource, Some(service), name, (None, None))
}

/// The resource control policies that bind the resources of an account, by level.
pub(super) fn resource_controls(
    inputs: &Inputs,
    options: &CheckOptions,
    account: Option<&str>,
) -> Vec<Level> {
    let compile = Compile::new(inputs, options);
    compile.organization(OrganizationPolicyKind::ResourceControl, account)
}

/// The trust policy of a role, as AWS would have it; unknown where its text is not given.
pub(crate) fn trust_policy(
    document: Option<PolicyDocument>,
    inputs: &Inputs,
    options: &CheckOptions,
    name: &str,
) -> CompiledPolicy {
    let policy = document.and_then(|document| read_policy(document, inputs));
    match policy {
        Some(policy) => {
            let (policy, refused) = as_stored(policy, &inputs.sources, PolicyType::Trust);
            CompiledPolicy::new(policy, LayerKind::Resource, options.mode, name).refused(refused)
        }
        None => CompiledPolicy::unknown(LayerKind::Resource, name),
    }
}

/// The service control policies of an account and its resource control policies, each by level.
type Controls = (Vec<Level>, Vec<Level>);

/// Compiles policies of the inputs. What is attached to many is compiled once.
pub(crate) struct Compile<'a> {
    inputs: &'a Inputs,
    options: &'a CheckOptions,
    attached: RefCell<FxHashMap<(PolicyId, LayerKind), Arc<CompiledPolicy>>>,
    /// Service and resource control policies by the account that they bind.
    controls: RefCell<FxHashMap<Option<String>, Controls>>,
}

impl<'a> Compile<'a> {
    pub(crate) fn new(inputs: &'a Inputs, options: &'a CheckOptions) -> Self {
        Self {
            inputs,
            options,
            attached: RefCell::default(),
            controls: RefCell::default(),
        }
    }

    /// The layers of the requests that an identity makes, those of its groups among them.
    pub(crate) fn identity(&self, identity: &Identity) -> Layers {
        let mut layers = self.role(identity);
        for name in &identity.groups {
            match self.group(identity, &name.value) {
                Some(group) => layers.identity.extend(self.own(group)),
                None => layers.identity.push(Arc::new(CompiledPolicy::unknown(
                    LayerKind::Identity,
                    &name.value,
                ))),
            }
        }
        layers
    }

    /// The group of this name in the account of its member.
    fn group(&self, member: &Identity, name: &str) -> Option<&'a Identity> {
        let of_account = |group: &&Identity| match (group.account(), member.account()) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        let mut named = self.inputs.groups.iter().filter(|group| group.name.value == name);
        named.find(of_account)
    }

    fn role(&self, role: &Identity) -> Layers {
        let (scps, rcps) = self.controls_of(role.account());
        let boundary = role.boundary.iter();
        let layers = Layers {
            identity: self.own(role),
            boundary: boundary
                .map(|b| self.attachment(b, LayerKind::Boundary))
                .collect(),
            scps,
            rcps,
            ..Layers::default()
        };
        with_unknown_layers(layers, self.options)
    }

    fn controls_of(&self, account: Option<&str>) -> Controls {
        let account = account.map(str::to_owned);
        let known = self.controls.borrow().get(&account).cloned();
        known.unwrap_or_else(|| {
            let of = |kind| self.organization(kind, account.as_deref());
            let levels = (
                of(OrganizationPolicyKind::ServiceControl),
                of(OrganizationPolicyKind::ResourceControl),
            );
            self.controls.borrow_mut().insert(account.clone(), levels.clone());
            levels
        })
    }

    /// The inline and attached policies.
    fn own(&self, identity: &Identity) -> Vec<Arc<CompiledPolicy>> {
        let inline = identity.inline.iter().map(|named| {
            let place = Some(named.place);
            self.document(named.document, LayerKind::Identity, &named.name.value, place)
        });
        let attached = identity.attached.iter();
        let attached = attached.map(|attached| self.attachment(attached, LayerKind::Identity));
        inline.chain(attached).collect()
    }

    /// The policy of a document; where its text is not at hand, `place` is where it is named.
    fn document(
        &self,
        document: Option<PolicyDocument>,
        kind: LayerKind,
        name: &str,
        place: Option<Place>,
    ) -> Arc<CompiledPolicy> {
        self.of_grammar(document, kind, None, name, (place, None))
    }

    fn of_grammar(
        &self,
        document: Option<PolicyDocument>,
        kind: LayerKind,
        service: Option<ResourceService>,
        name: &str,
        (place, guard): (Option<Place>, Option<&Guard>),
    ) -> Arc<CompiledPolicy> {
        let policy = document.and_then(|document| read_policy(document, self.inputs));
        Arc::new(match policy {
            Some(policy) => {
                let grammar = grammar_of(kind, service);
                let (mut policy, refused) = as_stored(policy, &self.inputs.sources, grammar);
                if let Some(guard) = guard {
                    guard.put_on(&mut policy);
                }
                CompiledPolicy::new(policy, kind, self.options.mode, name).refused(refused)
            }
            None => match place {
                Some(place) => CompiledPolicy::unknown(kind, name).named_at(place),
                None => CompiledPolicy::unknown(kind, name),
            },
        })
    }

    fn attachment(&self, attachment: &Attachment, kind: LayerKind) -> Arc<CompiledPolicy> {
        let name = attachment.name().unwrap_or("policy");
        let place = Some(attachment.place);
        let Some(id) = attachment.policy else {
            return self.document(None, kind, name, place);
        };
        let embedded = self
            .inputs
            .attached_policy(attachment)
            .is_some_and(|policy| policy.document.is_some() && policy.embedded.is_some());
        let known = self.attached.borrow().get(&(id, kind)).map(Arc::clone);
        // Of a text that is not the user's, or not given, the place is where it is attached.
        let own_place = |policy: &Arc<CompiledPolicy>| embedded || policy.policy().is_none();
        if let Some(known) = known {
            return match own_place(&known) {
                true => Arc::new(known.as_ref().clone().named_at(attachment.place)),
                false => known,
            };
        }
        let policy = self.inputs.attached_policy(attachment);
        let document = policy.and_then(|policy| policy.document);
        let compiled = match document.filter(|_| embedded) {
            Some(document) => self.embedded(document, kind, name, attachment.place),
            None => self.document(document, kind, name, place),
        };
        self.attached
            .borrow_mut()
            .insert((id, kind), Arc::clone(&compiled));
        compiled
    }

    /// A text of AWS that no input gave: what it says today is unknown in sound mode, else as it was on its day. AWS
    /// stored it, whatever the grammar for customers' policies says, and the user knows it by its attachment.
    fn embedded(
        &self,
        document: PolicyDocument,
        kind: LayerKind,
        name: &str,
        place: Place,
    ) -> Arc<CompiledPolicy> {
        let policy = read_policy(document, self.inputs).filter(|_| self.options.mode == Mode::Chosen);
        let compiled = match policy {
            Some(policy) => CompiledPolicy::new(policy, kind, self.options.mode, name),
            None => CompiledPolicy::unknown(kind, name),
        };
        Arc::new(compiled.named_at(place))
    }

    /// The organization's policies that bind an account, by level, root first.
    fn organization(&self, wanted: OrganizationPolicyKind, account: Option<&str>) -> Vec<Level> {
        let levels = organization::levels(self.inputs, wanted, account);
        levels.iter().map(|level| self.level(wanted, level)).collect()
    }

    fn level(&self, wanted: OrganizationPolicyKind, level: &organization::Level<'_>) -> Level {
        let kind = match wanted {
            OrganizationPolicyKind::ServiceControl => LayerKind::ServiceControl,
            OrganizationPolicyKind::ResourceControl => LayerKind::ResourceControl,
        };
        let guard = level.is_doubtful.then(|| Guard::below(level.name));
        let compile = |given: &OrganizationPolicy, guard| {
            self.of_grammar(
                given.document,
                kind,
                None,
                &given.name,
                (Some(given.place), guard),
            )
        };
        let mut compiled: Level = level
            .policies
            .iter()
            .map(|given| compile(given, guard.as_ref()))
            .collect();
        let of_aws = self.inputs.organization_policies.iter();
        let full_access = of_aws.filter(|policy| policy.kind == wanted && policy.is_full_access());
        // Of resource control policies only what they deny counts, and more of them could only deny more.
        if level.is_open && self.options.mode == Mode::Sound {
            let name = format!("policies attached to `{}`", level.name);
            compiled.push(Arc::new(CompiledPolicy::unknown(kind, name)));
        } else if level.is_open && wanted == OrganizationPolicyKind::ServiceControl && !may_allow(&compiled) {
            compiled.extend(full_access.clone().map(|policy| compile(policy, guard.as_ref())));
        }
        if let Some(guard) = &guard {
            let elsewhere = guard.negated();
            compiled.extend(full_access.map(|policy| compile(policy, Some(&elsewhere))));
        }
        compiled
    }
}

/// What is not known of the account, as a condition that no request tells: whether it lies below a root or unit.
struct Guard {
    operator: &'static str,
    key: String,
}

impl Guard {
    fn below(target: &str) -> Self {
        Self {
            operator: "StringEquals",
            key: organization::key_of(target),
        }
    }

    fn negated(&self) -> Self {
        Self {
            operator: "StringNotEquals",
            key: self.key.clone(),
        }
    }

    /// Puts every statement under this condition, shown at the statement.
    fn put_on(&self, policy: &mut Policy) {
        for statement in &mut policy.statements {
            let node = statement.node;
            statement.conditions.push(ConditionEntry {
                operator: self.operator.into(),
                operator_node: node,
                key: self.key.as_str().into(),
                key_node: node,
                values_node: node,
                values: vec![ConditionValue {
                    text: Some("true".into()),
                    node,
                }],
            });
        }
    }
}

/// Whether some policy allows something, as far as is known.
fn may_allow(policies: &[Arc<CompiledPolicy>]) -> bool {
    let only_denies = |policy: &Policy| {
        let mut statements = policy.statements.iter();
        statements.all(|statement| {
            matches!(
                &statement.effect,
                Reading::Known {
                    value: Effect::Deny,
                    ..
                }
            )
        })
    };
    policies
        .iter()
        .any(|policy| !policy.policy().is_some_and(only_denies))
}

/// Reads a policy of the inputs; `None` where its document has no tree.
pub(crate) fn read_policy(document: PolicyDocument, inputs: &Inputs) -> Option<Policy> {
    let tree = inputs.sources.tree(document.doc)?;
    Some(policy::read(document.doc, tree, document.root))
}

/// States what the user said of the context, and what the catalogue says of the keys that the policies ask.
pub(crate) fn fill_context(context: &mut Context, layers: &Layers, options: &CheckOptions) {
    for (key, values) in &options.context {
        let state = match values.as_slice() {
            [value] => State::One(value.as_str().into()),
            many => State::Many(many.iter().map(|v| v.as_str().into()).collect()),
        };
        context.set(key, Knowledge::Known(state));
    }
    declare_keys(context, layers);
}

/// States what the catalogue says of the keys that the policies ask.
pub(crate) fn declare_keys(context: &mut Context, layers: &Layers) {
    let policies = Layers::KINDS
        .iter()
        .flat_map(|kind| layers.levels(*kind))
        .flatten();
    let statements = policies
        .filter_map(|p| p.policy())
        .flat_map(|policy| &policy.statements);
    for entry in statements.flat_map(|statement| &statement.conditions) {
        let Some(key) = catalog::condition_key(&entry.key) else {
            continue;
        };
        if key.is_multivalued() {
            context.declare_multivalued(&entry.key);
        }
        context.declare_domain(&entry.key, key.key_type().into());
    }
}
