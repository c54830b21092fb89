//! One question put together from its parts, as the flags of the command line give them.
//!
//! In: who, what, on which resource, in which context, and the policies of each layer as documents of a store. Out:
//! a [`Question`] that the engine can decide, with what was assumed to make it one. A policy document that could not
//! be read as JSON stands as unknown, never as empty.
//!
//! Source: TRI-01, TRI-16, EVAL-22.

use serde_json::Value;

use super::policies::{Given, layers};

use crate::condition::{Context, Knowledge, Mode, State};
use crate::engine::{Caller, LayerKind, Layers, Request, Resource, ResourceSet};
use crate::pattern::Glob;
use crate::source::{Problem, Sources};

/// The request part of a question, as written.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// An ARN, a service principal name, or `anonymous`.
    pub principal: String,
    /// The role's full ARN, for a session whose role has a path.
    pub role_arn: Option<String>,
    /// The provider of an `AssumeRoleWith…` call; then the principal is not looked at.
    pub provider: Option<String>,
    /// The action.
    pub action: String,
    /// Whether the action is a pattern that stands for a set of actions; `*` alone is then all of them.
    pub names: bool,
    /// The literal resource; empty when `pattern` is given.
    pub resource: String,
    /// A pattern for all of whose resources the question is asked.
    pub pattern: Option<String>,
    /// Patterns of which every resource matches one (SET-02).
    pub universe: Vec<String>,
    /// The account that owns the resource. Where it is not given, it is read from the ARN, else it is the caller's.
    pub resource_account: Option<String>,
    /// `key=value`; a key given several times is multivalued.
    pub context: Vec<String>,
    /// The text of a JSON object of context keys: a value, an array for a multivalued key, null for an absent one.
    pub context_json: Option<String>,
    /// Keys that are absent.
    pub absent: Vec<String>,
    /// Keys of which nothing is known, in a closed world.
    pub unknown: Vec<String>,
    /// Keys not mentioned are absent.
    pub closed_world: bool,
    /// Rules that AWS leaves open are unknown.
    pub sound: bool,
    /// SCPs do not apply: the caller's account is the management account.
    pub management_account: bool,
    /// RCPs do not apply: the resource's account is the management account.
    pub resource_in_management_account: bool,
    /// The caller is a service-linked role.
    pub service_linked: bool,
}

/// A question ready to be decided.
#[derive(Debug)]
pub struct Question {
    /// The policies.
    pub layers: Layers,
    /// The request.
    pub request: Request,
    /// What was taken for granted, in the order in which it is told.
    pub assumed: Vec<Assumed>,
    /// The documents in which no policy could be read; each stands as unknown.
    pub problems: Vec<Problem>,
}

/// Something taken for granted that the asker did not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assumed {
    /// No policy of this layer exists.
    None(LayerKind),
    /// The layer holds a policy whose text is not known.
    Unknown(LayerKind),
    /// The resource belongs to this account, by its ARN or because it is the caller's.
    ResourceAccount {
        /// The account.
        account: String,
        /// Whether the ARN says so.
        from_arn: bool,
    },
    /// Keys not mentioned are absent.
    ClosedWorld,
    /// Keys not mentioned are unknown.
    OpenWorld,
    /// Rules that AWS leaves open are read as this project chose.
    Chosen,
}

impl std::fmt::Display for Assumed {
    /// One line, lower case, no final stop.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None(kind) => write!(f, "there is no {}", kind.in_words()),
            Self::Unknown(LayerKind::Identity) => {
                f.write_str("there is an identity policy whose text is not known")
            }
            Self::Unknown(kind) => write!(f, "there is a {} whose text is not known", kind.in_words()),
            Self::ResourceAccount {
                account,
                from_arn: true,
            } => {
                write!(f, "the resource belongs to `{account}`, as its ARN says")
            }
            Self::ResourceAccount {
                account,
                from_arn: false,
            } => {
                write!(f, "the resource belongs to the caller's account `{account}`")
            }
            Self::ClosedWorld => f.write_str("context keys not given are absent"),
            Self::OpenWorld => f.write_str(
                "context keys not given are unknown, but for those that follow from the principal",
            ),
            Self::Chosen => {
                f.write_str("where AWS's documentation is silent, the reading of this project holds")
            }
        }
    }
}

/// Why the parts make no question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuestionFault {
    /// The principal has no known form.
    #[error("`{0}` is no principal: an ARN, a service name such as `sns.amazonaws.com`, or `anonymous`")]
    Principal(String),
    /// The action is not `service:Name`.
    #[error("`{0}` is no action: write `service:Name`")]
    Action(String),
    /// A context entry is not `key=value`.
    #[error("`{0}` is no context entry: write `key=value`")]
    Entry(String),
    /// The context text is not one JSON object of scalars and arrays of scalars.
    #[error("the context is not one JSON object of keys and values: {0}")]
    Json(String),
    /// Nothing says on what the action is done.
    #[error("give a resource or a pattern of resources")]
    NoResource,
}

impl Question {
    /// Puts the parts together.
    ///
    /// # Errors
    /// [`QuestionFault`], by the part that is at fault. Faults of policy documents are none: they make the decision
    /// unknown where it rests on them.
    pub fn new(asked: &Asked, given: &Given, sources: &mut Sources) -> Result<Self, QuestionFault> {
        let mut request = request(asked)?;
        let mut problems = Vec::new();
        let layers = layers(given, sources, request.mode, &mut problems);
        if !layers.endpoint.is_empty() {
            // COND-24: behind an endpoint the address is under another key.
            let absent = Knowledge::Known(State::Absent);
            request.context.set_default("aws:SourceIp", absent);
        }
        spell_keys(&layers, &mut request.context);
        let kinds = Layers::KINDS.into_iter();
        let mut assumed: Vec<Assumed> = kinds
            .filter(|kind| request.dialect().table().knows(kind.as_str()))
            .filter_map(|kind| match given.unknown.contains(&kind) {
                true => Some(Assumed::Unknown(kind)),
                false if layers.levels(kind).iter().all(Vec::is_empty) => Some(Assumed::None(kind)),
                false => None,
            })
            .collect();
        if asked.resource_account.is_none()
            && let Some(account) = &request.resource_account
        {
            assumed.push(Assumed::ResourceAccount {
                account: account.clone(),
                from_arn: account_of(asked.resource_text()).is_some(),
            });
        }
        assumed.push(if asked.closed_world {
            Assumed::ClosedWorld
        } else {
            Assumed::OpenWorld
        });
        if !asked.sound {
            assumed.push(Assumed::Chosen);
        }
        Ok(Self {
            layers,
            request,
            assumed,
            problems,
        })
    }
}

/// Mentions the keys that policies ask for, so that answers spell them as the policies do.
fn spell_keys(layers: &Layers, context: &mut Context) {
    if context.is_closed() {
        return;
    }
    let levels = Layers::KINDS.into_iter().flat_map(|kind| layers.levels(kind));
    let policies = levels.flatten().filter_map(|policy| policy.policy());
    for entry in policies.flat_map(|policy| policy.statements.iter().flat_map(|s| &s.conditions)) {
        context.set_default(&entry.key, Knowledge::Unknown);
    }
}

impl Asked {
    /// The resource or pattern as written.
    fn resource_text(&self) -> &str {
        self.pattern.as_deref().unwrap_or(&self.resource)
    }
}

fn request(asked: &Asked) -> Result<Request, QuestionFault> {
    let caller = caller(asked)?;
    let parts = asked.action.split_once(':');
    let is_every = asked.names && asked.action == "*";
    if !is_every && parts.is_none_or(|(service, name)| service.is_empty() || name.is_empty()) {
        return Err(QuestionFault::Action(asked.action.clone()));
    }
    let mode = if asked.sound { Mode::Sound } else { Mode::Chosen };
    let mut context = context(asked)?;
    caller.derive_context(&mut context, mode);
    caller.derive_presence(&mut context);
    let resource_account = asked
        .resource_account
        .as_deref()
        .or_else(|| account_of(asked.resource_text()))
        .or(caller.account())
        .map(str::to_owned);
    Ok(Request {
        resource: resource(asked)?,
        action: asked.action.clone(),
        resource_account,
        context,
        management_account: asked.management_account,
        resource_in_management_account: asked.resource_in_management_account,
        service_linked: asked.service_linked,
        mode,
        caller,
    })
}

fn caller(asked: &Asked) -> Result<Caller, QuestionFault> {
    if let Some(provider) = &asked.provider {
        return Ok(Caller::Provider {
            provider: provider.clone(),
        });
    }
    match Caller::parse(&asked.principal) {
        Caller::Unrecognised { text } => Err(QuestionFault::Principal(text)),
        caller => Ok(match &asked.role_arn {
            Some(role) => caller.with_role_arn(role),
            None => caller,
        }),
    }
}

fn resource(asked: &Asked) -> Result<Resource, QuestionFault> {
    let universe: Vec<Glob> = asked.universe.iter().map(|text| Glob::parse(text)).collect();
    match &asked.pattern {
        Some(pattern) if pattern.is_empty() => Err(QuestionFault::NoResource),
        Some(pattern) if universe.is_empty() => Ok(Resource::All(ResourceSet::pattern(pattern))),
        Some(pattern) => Ok(Resource::All(ResourceSet::pattern(pattern).within(&universe))),
        None if asked.resource.is_empty() => Err(QuestionFault::NoResource),
        None => Ok(Resource::One(asked.resource.clone())),
    }
}

/// The account that an ARN names.
pub(super) fn account_of(resource: &str) -> Option<&str> {
    crate::arn::Arn::parse(resource)?.account_id()
}

/// What is said of context keys; what a flag says replaces what the file says.
fn context(asked: &Asked) -> Result<Context, QuestionFault> {
    let mut context = if asked.closed_world {
        Context::closed()
    } else {
        Context::open()
    };
    let mut states = asked
        .context_json
        .as_deref()
        .map_or(Ok(Vec::new()), states_of_json)?;
    for (key, state) in states_of_entries(&asked.context)? {
        states.retain(|(known, _)| !known.eq_ignore_ascii_case(&key));
        states.push((key, state));
    }
    for (key, state) in states {
        context.set(&key, Knowledge::Known(state));
    }
    for key in &asked.absent {
        context.set(key, Knowledge::Known(State::Absent));
    }
    for key in &asked.unknown {
        context.set(key, Knowledge::Unknown);
    }
    Ok(context)
}

fn states_of_json(text: &str) -> Result<Vec<(String, State)>, QuestionFault> {
    let wrong = |key: &str| QuestionFault::Json(format!("the value of `{key}` is an object"));
    let object: serde_json::Map<String, Value> =
        serde_json::from_str(text).map_err(|error| QuestionFault::Json(error.to_string()))?;
    object
        .into_iter()
        .map(|(key, value)| {
            let state = match &value {
                Value::Null => State::Absent,
                Value::Array(items) => {
                    let texts: Option<Vec<Box<str>>> = items.iter().map(scalar).collect();
                    State::Many(texts.ok_or_else(|| wrong(&key))?)
                }
                one => State::One(scalar(one).ok_or_else(|| wrong(&key))?),
            };
            Ok((key, state))
        })
        .collect()
}

fn scalar(value: &Value) -> Option<Box<str>> {
    match value {
        Value::String(text) => Some(text.as_str().into()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string().into()),
        _ => None,
    }
}

/// `key=value` entries; the same key again, in any case, adds a value.
fn states_of_entries(entries: &[String]) -> Result<Vec<(String, State)>, QuestionFault> {
    let mut states: Vec<(String, State)> = Vec::new();
    for entry in entries {
        let (key, value) = entry
            .split_once('=')
            .filter(|(key, _)| !key.is_empty())
            .ok_or_else(|| QuestionFault::Entry(entry.clone()))?;
        let known = states
            .iter_mut()
            .find(|(known, _)| known.eq_ignore_ascii_case(key));
        match known {
            None => states.push((key.to_owned(), State::One(value.into()))),
            Some((_, state)) => {
                let mut values = match std::mem::replace(state, State::Absent) {
                    State::Absent => Vec::new(),
                    State::One(one) => vec![one],
                    State::Many(values) => values,
                };
                values.push(value.into());
                *state = State::Many(values);
            }
        }
    }
    Ok(states)
}

#[cfg(test)]
mod tests;
