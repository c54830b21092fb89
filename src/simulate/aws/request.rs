//! The input of `SimulateCustomPolicy`, read and made ready to decide.
//!
//! Empty strings and nulls, which input skeletons hold, count as not given. Without `ResourcePolicy` the resource
//! is taken to belong to the caller and to leave access to its account, as the simulator has it.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::refused::refused;
use crate::arn;
use crate::condition::{Context, Knowledge, Mode, State};
use crate::engine::{Caller, CompiledPolicy, LayerKind, Layers};
use crate::policy;
use crate::simulate::question::account_of;
use crate::source::Sources;

/// The number of actions and resources that one input may hold together, multiplied.
const MAX_RESULTS: usize = 1 << 20;

/// Why an input is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AwsFault {
    /// Not JSON of the form of the input.
    #[error("the input is not that of `aws iam simulate-custom-policy`: {0}")]
    Form(String),
    /// The input of the sibling call.
    #[error(
        "`PolicySourceArn` belongs to `simulate-principal-policy`, which reads the policies of an account; give them in `PolicyInputList`"
    )]
    PrincipalPolicy,
    /// A member that has to be there is not.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A member has a value that means nothing.
    #[error("`{value}` is no {what}")]
    Value {
        /// What it should be.
        what: &'static str,
        /// The value.
        value: String,
    },
    /// A resource policy needs a caller for its principals.
    #[error("`CallerArn` is missing: a `ResourcePolicy` needs a caller for its `Principal`")]
    NoCaller,
    /// More than one permissions boundary.
    #[error(
        "`PermissionsBoundaryPolicyInputList` holds {0} policies, and an entity has one boundary at most"
    )]
    Boundaries(usize),
    /// More results than are given at once.
    #[error("{0} actions on {1} resources are more than {MAX_RESULTS} results")]
    TooMany(usize, usize),
    /// A policy that is none.
    #[error("`{policy}` is not a valid policy: {message} at line {line}, column {column} of its text")]
    Policy {
        /// The policy, as the response names them.
        policy: String,
        /// What is wrong.
        message: String,
        /// The line in the policy's text, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
}

/// The members as they are written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "PascalCase")]
struct Wire {
    policy_input_list: Option<Vec<String>>,
    permissions_boundary_policy_input_list: Option<Vec<String>>,
    ordered_organization_policy_input_list: Option<Vec<WireLevel>>,
    action_names: Option<Vec<String>>,
    resource_arns: Option<Vec<String>>,
    resource_policy: Option<String>,
    resource_owner: Option<String>,
    caller_arn: Option<String>,
    context_entries: Option<Vec<WireEntry>>,
    /// Accepted and of no effect: it names the resources that AWS wants listed for an EC2 scenario.
    #[serde(rename = "ResourceHandlingOption")]
    _resource_handling_option: Option<String>,
    max_items: Option<usize>,
    marker: Option<String>,
    policy_source_arn: Option<IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "PascalCase")]
struct WireLevel {
    service_control_policy_input_list: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "PascalCase")]
struct WireEntry {
    context_key_name: String,
    context_key_values: Option<Vec<String>>,
    context_key_type: Option<String>,
}

/// The types of context keys, without the ending of lists.
const KEY_TYPES: [&str; 6] = ["string", "numeric", "boolean", "ip", "binary", "date"];

/// An input, its members checked.
#[derive(Debug)]
pub(super) struct Input {
    wire: Wire,
    pub actions: Vec<String>,
}

impl Input {
    pub fn parse(text: &str) -> Result<Self, AwsFault> {
        let mut wire: Wire = serde_json::from_str(text).map_err(|error| AwsFault::Form(error.to_string()))?;
        if wire.policy_source_arn.is_some() {
            return Err(AwsFault::PrincipalPolicy);
        }
        for text in [
            &mut wire.resource_policy,
            &mut wire.resource_owner,
            &mut wire.caller_arn,
            &mut wire.marker,
        ] {
            *text = text.take().filter(|text| !text.is_empty());
        }
        let actions = wire.action_names.take().ok_or(AwsFault::Missing("ActionNames"))?;
        if actions.is_empty() {
            return Err(AwsFault::Missing("ActionNames"));
        }
        let is_action = |action: &str| action.contains(':') && !action.contains(['*', '?']);
        if let Some(value) = actions.iter().find(|action| !is_action(action)) {
            return Err(AwsFault::Value {
                what: "action: write `service:Name` without wildcards",
                value: value.clone(),
            });
        }
        Ok(Self { wire, actions })
    }

    /// The actions of the page asked for; all of them where no number is given.
    pub fn page(&self) -> Result<Range<usize>, AwsFault> {
        let marker = self.wire.marker.as_deref().unwrap_or("0");
        let start = marker.parse().ok().filter(|start| *start <= self.actions.len());
        let start: usize = start.ok_or_else(|| AwsFault::Value {
            what: "marker of an earlier response",
            value: marker.to_owned(),
        })?;
        let count = self
            .wire
            .max_items
            .filter(|count| *count > 0)
            .unwrap_or(usize::MAX);
        Ok(start..start.saturating_add(count).min(self.actions.len()))
    }
}

/// An input ready to be decided for any of its actions and resources.
#[derive(Debug)]
pub(super) struct Simulation {
    pub sources: Sources,
    pub layers: Layers,
    pub caller: Caller,
    pub context: Context,
    /// Every key of which something is said, folded.
    pub given: BTreeSet<String>,
    pub resources: Vec<String>,
    pub has_resource_policy: bool,
    owner: Option<String>,
}

/// The caller of an input that names none: nothing is told of it.
const NOBODY: &str = "arn:aws:iam::000000000000:user/caller";

impl Simulation {
    pub fn new(input: &Input) -> Result<Self, AwsFault> {
        let wire = &input.wire;
        let mut context = context(wire.context_entries.as_deref().unwrap_or_default())?;
        let caller = match &wire.caller_arn {
            Some(arn) => {
                let caller = Caller::parse(arn);
                if !caller.has_identity() {
                    return Err(AwsFault::Value {
                        what: "ARN of a caller",
                        value: arn.clone(),
                    });
                }
                caller.derive_context(&mut context, Mode::Chosen);
                caller
            }
            None if wire.resource_policy.is_some() => return Err(AwsFault::NoCaller),
            None => Caller::parse(NOBODY),
        };
        let mut sources = Sources::new();
        let layers = layers(wire, &caller, &mut sources)?;
        let resources = wire.resource_arns.iter().flatten().filter(|arn| !arn.is_empty());
        let resources: Vec<String> = resources.cloned().collect();
        if input.actions.len().saturating_mul(resources.len()) > MAX_RESULTS {
            return Err(AwsFault::TooMany(input.actions.len(), resources.len()));
        }
        Ok(Self {
            sources,
            layers,
            caller,
            given: context
                .known()
                .into_iter()
                .map(|(key, _)| key.to_ascii_lowercase())
                .collect(),
            context,
            resources,
            has_resource_policy: wire.resource_policy.is_some(),
            owner: owner(wire.resource_owner.as_deref())?,
        })
    }

    /// The account that a resource belongs to: by its ARN, else `ResourceOwner`, else the caller's. Without a
    /// resource policy there is one side only, and that is the caller's.
    pub fn owner_of(&self, resource: &str) -> Option<String> {
        let caller = self.caller.account();
        let owner = if self.has_resource_policy {
            account_of(resource).or(self.owner.as_deref()).or(caller)
        } else {
            caller
        };
        owner.map(str::to_owned)
    }
}

/// The account of `ResourceOwner`: an ARN of the account, or its id.
fn owner(text: Option<&str>) -> Result<Option<String>, AwsFault> {
    let Some(text) = text else { return Ok(None) };
    let id = account_of(text).or(arn::is_account_id(text).then_some(text));
    let id = id.ok_or_else(|| AwsFault::Value {
        what: "owner: write `arn:aws:iam::<account>:root`",
        value: text.to_owned(),
    })?;
    Ok(Some(id.to_owned()))
}

fn context(entries: &[WireEntry]) -> Result<Context, AwsFault> {
    let mut context = Context::closed();
    for entry in entries.iter().filter(|entry| !entry.context_key_name.is_empty()) {
        let kind = entry.context_key_type.as_deref().filter(|kind| !kind.is_empty());
        let base = kind.map(|kind| kind.strip_suffix("List").unwrap_or(kind));
        if let Some(value) = kind.filter(|_| base.is_some_and(|base| !KEY_TYPES.contains(&base))) {
            return Err(AwsFault::Value {
                what: "type of a context key",
                value: value.to_owned(),
            });
        }
        let is_list = kind != base;
        let values = entry.context_key_values.as_deref().unwrap_or_default();
        let state = match values {
            [one] if !is_list => State::One(one.as_str().into()),
            many => State::Many(many.iter().map(|value| value.as_str().into()).collect()),
        };
        context.set(&entry.context_key_name, Knowledge::Known(state));
    }
    Ok(context)
}

fn layers(wire: &Wire, caller: &Caller, sources: &mut Sources) -> Result<Layers, AwsFault> {
    let identity = wire
        .policy_input_list
        .as_deref()
        .ok_or(AwsFault::Missing("PolicyInputList"))?;
    let boundary = wire
        .permissions_boundary_policy_input_list
        .as_deref()
        .unwrap_or_default();
    if boundary.len() > 1 {
        return Err(AwsFault::Boundaries(boundary.len()));
    }
    let mut all = |name: &str, texts: &[String], kind| -> Result<Vec<_>, AwsFault> {
        let given = texts.iter().enumerate().filter(|(_, text)| !text.is_empty());
        given
            .map(|(index, text)| compile(format!("{name}.{}", index + 1), text, kind, sources))
            .collect()
    };
    let mut layers = Layers {
        identity: all("PolicyInputList", identity, LayerKind::Identity)?,
        boundary: all(
            "PermissionsBoundaryPolicyInputList",
            boundary,
            LayerKind::Boundary,
        )?,
        ..Layers::default()
    };
    let levels = wire.ordered_organization_policy_input_list.iter().flatten();
    for (index, level) in levels.enumerate() {
        let texts = level
            .service_control_policy_input_list
            .as_deref()
            .unwrap_or_default();
        let number = index + 1;
        let name = format!("OrderedOrganizationPolicyInputList.{number}.ServiceControlPolicyInputList");
        layers.scps.push(all(&name, texts, LayerKind::ServiceControl)?);
    }
    let resource = match &wire.resource_policy {
        Some(text) => compile("ResourcePolicy".to_owned(), text, LayerKind::Resource, sources)?,
        None => {
            let account = caller.account().unwrap_or_default();
            let text = format!(
                r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"{account}"}},"Action":"*","Resource":"*"}}}}"#
            );
            compile(String::new(), &text, LayerKind::Resource, sources)?
        }
    };
    layers.resource.push(resource);
    Ok(layers)
}

fn compile(
    name: String,
    text: &str,
    kind: LayerKind,
    sources: &mut Sources,
) -> Result<Arc<CompiledPolicy>, AwsFault> {
    let doc = sources.add_text(&name, text.to_owned());
    let fault = |message: String, at: usize, sources: &Sources| {
        let place = sources.locate_span(doc, crate::source::Span::at(at)).start;
        AwsFault::Policy {
            policy: name.clone(),
            message,
            line: place.line,
            column: place.column,
        }
    };
    if let Some(found) = sources.faults(doc).first() {
        return Err(fault(found.to_string(), found.span.start, sources));
    }
    let Some(tree) = sources.tree(doc) else {
        return Err(AwsFault::Form(name));
    };
    let policy = policy::read(doc, tree, tree.root());
    if let Some((node, message)) = refused(&policy, kind) {
        return Err(fault(message, tree.span(node).start, sources));
    }
    Ok(Arc::new(CompiledPolicy::new(policy, kind, Mode::Chosen, name)))
}
