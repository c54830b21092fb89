//! `simulate --cases`: one case a line, one answer a line.
//!
//! A case is self-contained: context keys that it lists neither in `context` nor in `unknownKeys` are absent, and
//! the action catalogue is never consulted. The form is described in docs/CASES.md.

use std::sync::Arc;

use serde::Serialize;

use super::answer::Answered;
use crate::condition::{Context, Domain, Knowledge, Mode, State};
use crate::engine::{
    Caller, CompiledPolicy, LayerKind, Layers, Level, Request, Resource, ResourceSet, decide,
};
use crate::pattern::Glob;
use crate::policy;
use crate::source::{DocId, Kind, NodeId, Sources, Tree};

/// The answer to one case, in the order of its keys on the wire.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// The case's `id`, as far as it could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: CaseOutcome,
}

/// An answered case, or why there is no answer.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum CaseOutcome {
    /// The decision with its grounds.
    Answered(Box<Answered>),
    /// The case is not valid.
    Refused {
        /// What is wrong with it, one line.
        error: String,
    },
}

/// Why a case is not valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CaseFault {
    /// The line is not one JSON object.
    #[error("the line is not one JSON object: {0}")]
    NotJson(String),
    /// A member that every case has is missing.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A member has another type than it should.
    #[error("`{member}` is {found}, and has to be {expected}")]
    WrongType {
        /// The member.
        member: String,
        /// What it is.
        found: String,
        /// What it has to be.
        expected: &'static str,
    },
    /// A member has a value that means nothing.
    #[error("`{value}` is no {member}; one of {expected}")]
    Unknown {
        /// The member.
        member: &'static str,
        /// Its value.
        value: String,
        /// What is known.
        expected: &'static str,
    },
}

/// Answers one line. Never fails: a case that is not valid is answered with what is wrong with it.
pub fn answer(line: &str, mode: Mode) -> Answer {
    let mut sources = Sources::new();
    let doc = sources.add_text("case", line.to_owned());
    let Some(tree) = sources.tree(doc) else {
        let fault = sources
            .faults(doc)
            .iter()
            .find(|f| f.is_fatal())
            .map(ToString::to_string);
        return refused(None, &CaseFault::NotJson(fault.unwrap_or_default()));
    };
    let id = tree
        .get(tree.root(), "id")
        .and_then(|n| tree.scalar(n))
        .map(|id| id.into_owned());
    if let Some(fault) = sources.faults(doc).first() {
        return refused(id, &CaseFault::NotJson(fault.to_string()));
    }
    match (Case { doc, tree, mode }).read() {
        Ok((layers, request)) => {
            let outcome = decide(&layers, &request);
            let answered = Answered::new(&outcome, &layers);
            Answer {
                id,
                outcome: CaseOutcome::Answered(Box::new(answered)),
            }
        }
        Err(fault) => refused(id, &fault),
    }
}

fn refused(id: Option<String>, fault: &CaseFault) -> Answer {
    Answer {
        id,
        outcome: CaseOutcome::Refused {
            error: fault.to_string(),
        },
    }
}

/// One line being read.
struct Case<'a> {
    doc: DocId,
    tree: &'a Tree,
    mode: Mode,
}

impl Case<'_> {
    fn read(&self) -> Result<(Layers, Request), CaseFault> {
        let root = self.tree.root();
        self.expect(root, "case", Kind::Object, "an object")?;
        let request = self
            .tree
            .get(root, "request")
            .ok_or(CaseFault::Missing("request"))?;
        self.expect(request, "request", Kind::Object, "an object")?;
        Ok((self.layers(root)?, self.request(request)?))
    }

    fn layers(&self, root: NodeId) -> Result<Layers, CaseFault> {
        Ok(Layers {
            identity: self.policies(root, "identityPolicies", LayerKind::Identity)?,
            resource_group: self.policies(root, "resourceGroupPolicies", LayerKind::ResourceGroup)?,
            resource: self.policies(root, "resourcePolicy", LayerKind::Resource)?,
            boundary: self.policies(root, "permissionBoundaries", LayerKind::Boundary)?,
            session: self.policies(root, "sessionPolicy", LayerKind::Session)?,
            scps: self.levels(root, "scps", LayerKind::ServiceControl)?,
            rcps: self.levels(root, "rcps", LayerKind::ResourceControl)?,
            endpoint: self.policies(root, "vpcEndpointPolicy", LayerKind::Endpoint)?,
            left_to_account: false,
        })
    }

    /// A policy, a list of policies, or nothing.
    fn policies(&self, root: NodeId, member: &str, kind: LayerKind) -> Result<Level, CaseFault> {
        match self.present(root, member) {
            None => Ok(Vec::new()),
            Some(node) => self.level(node, member, kind),
        }
    }

    fn levels(&self, root: NodeId, member: &str, kind: LayerKind) -> Result<Vec<Level>, CaseFault> {
        let Some(node) = self.present(root, member) else {
            return Ok(Vec::new());
        };
        self.expect(node, member, Kind::Array, "an array of levels, root first")?;
        self.tree
            .items(node)
            .map(|level| self.level(level, member, kind))
            .collect()
    }

    fn level(&self, node: NodeId, member: &str, kind: LayerKind) -> Result<Level, CaseFault> {
        self.tree
            .one_or_many(node)
            .map(|document| {
                self.expect(document, member, Kind::Object, "a policy document")?;
                let dialect = policy::dialect_of(self.tree, document);
                let policy = policy::read_in(dialect, self.doc, self.tree, document);
                Ok(Arc::new(CompiledPolicy::new(policy, kind, self.mode, member)))
            })
            .collect()
    }

    fn request(&self, node: NodeId) -> Result<Request, CaseFault> {
        let caller = self.caller(node)?;
        let action = self
            .text(node, "action")?
            .ok_or(CaseFault::Missing("request.action"))?;
        if !action.contains(':') || action.contains(['*', '?']) {
            return Err(CaseFault::Unknown {
                member: "action",
                value: action,
                expected: "`service:Name`, one action by name",
            });
        }
        let resource_account = self.text(node, "resourceAccount")?;
        let mut context = self.context(node)?;
        caller.derive_context(&mut context, self.mode);
        Ok(Request {
            caller,
            action,
            resource: self.resource(node)?,
            resource_account,
            context,
            management_account: self.flag(node, "managementAccount")?,
            resource_in_management_account: self.flag(node, "resourceInManagementAccount")?,
            service_linked: self.flag(node, "serviceLinked")?,
            mode: self.mode,
        })
    }

    fn caller(&self, node: NodeId) -> Result<Caller, CaseFault> {
        if let Some(provider) = self.text(node, "federatedProvider")? {
            return Ok(Caller::Provider { provider });
        }
        let principal = self
            .text(node, "principal")?
            .ok_or(CaseFault::Missing("request.principal"))?;
        let caller = Caller::parse(&principal);
        if matches!(caller, Caller::Unrecognised { .. }) {
            return Err(CaseFault::Unknown {
                member: "principal",
                value: principal,
                expected: "an ARN of a user, role, session or root, a service name, `anonymous`",
            });
        }
        Ok(match self.text(node, "principalRoleArn")? {
            Some(role) => caller.with_role_arn(&role),
            None => caller,
        })
    }

    fn resource(&self, node: NodeId) -> Result<Resource, CaseFault> {
        if let Some(pattern) = self.text(node, "resourcePattern")? {
            let set = ResourceSet::pattern(&pattern);
            let universe: Vec<Glob> = match self.present(node, "universe") {
                Some(universe) => self
                    .texts(universe, "universe")?
                    .iter()
                    .map(|u| Glob::parse(u))
                    .collect(),
                None => return Ok(Resource::All(set)),
            };
            return Ok(Resource::All(set.within(&universe)));
        }
        self.text(node, "resource")?
            .map(Resource::One)
            .ok_or(CaseFault::Missing("request.resource"))
    }

    fn context(&self, node: NodeId) -> Result<Context, CaseFault> {
        let mut context = Context::closed();
        if let Some(keys) = self.present(node, "context") {
            self.expect(keys, "context", Kind::Object, "an object")?;
            for (key, value) in self.tree.members(keys) {
                let key = self.tree.string(key).unwrap_or_default();
                context.set(&key, Knowledge::Known(self.state(&key, value)?));
            }
        }
        for key in self.list(node, "unknownKeys")? {
            context.set(&key, Knowledge::Unknown);
        }
        for key in self.list(node, "multivaluedKeys")? {
            context.declare_multivalued(&key);
        }
        if let Some(types) = self.present(node, "keyTypes") {
            self.expect(types, "keyTypes", Kind::Object, "an object")?;
            for (key, value) in self.tree.members(types) {
                let key = self.tree.string(key).unwrap_or_default();
                let name = self.scalar(value, "keyTypes")?;
                let domain = Domain::from_type_name(&name).ok_or(CaseFault::Unknown {
                    member: "key type",
                    value: name.clone(),
                    expected: "String, ARN, Numeric, Date, Bool, IPAddress, Binary",
                })?;
                context.declare_domain(&key, domain);
                if name.starts_with("ArrayOf") {
                    context.declare_multivalued(&key);
                }
            }
        }
        Ok(context)
    }

    fn state(&self, key: &str, value: NodeId) -> Result<State, CaseFault> {
        match self.tree.kind(value) {
            Kind::Null => Ok(State::Absent),
            Kind::Array => {
                let values = self
                    .tree
                    .items(value)
                    .map(|v| self.scalar(v, key).map(Into::into));
                Ok(State::Many(values.collect::<Result<_, _>>()?))
            }
            _ => Ok(State::One(self.scalar(value, key)?.into())),
        }
    }

    fn list(&self, node: NodeId, member: &str) -> Result<Vec<String>, CaseFault> {
        self.present(node, member)
            .map_or(Ok(Vec::new()), |list| self.texts(list, member))
    }

    fn texts(&self, node: NodeId, member: &str) -> Result<Vec<String>, CaseFault> {
        self.tree
            .one_or_many(node)
            .map(|item| self.scalar(item, member))
            .collect()
    }

    /// A member that is there and not `null`.
    fn present(&self, node: NodeId, member: &str) -> Option<NodeId> {
        self.tree
            .get(node, member)
            .filter(|n| self.tree.kind(*n) != Kind::Null)
    }

    fn text(&self, node: NodeId, member: &str) -> Result<Option<String>, CaseFault> {
        let Some(value) = self.present(node, member) else {
            return Ok(None);
        };
        self.expect(value, member, Kind::String, "a string")?;
        Ok(self.tree.string(value).map(|text| text.into_owned()))
    }

    fn flag(&self, node: NodeId, member: &str) -> Result<bool, CaseFault> {
        let Some(value) = self.present(node, member) else {
            return Ok(false);
        };
        self.expect(value, member, Kind::Bool, "true or false")?;
        Ok(self.tree.boolean(value) == Some(true))
    }

    fn scalar(&self, node: NodeId, member: &str) -> Result<String, CaseFault> {
        let text = self.tree.scalar(node).map(|text| text.into_owned());
        text.ok_or_else(|| self.wrong(node, member, "a string, number or boolean"))
    }

    fn expect(
        &self,
        node: NodeId,
        member: &str,
        kind: Kind,
        expected: &'static str,
    ) -> Result<(), CaseFault> {
        if self.tree.kind(node) == kind {
            Ok(())
        } else {
            Err(self.wrong(node, member, expected))
        }
    }

    fn wrong(&self, node: NodeId, member: &str, expected: &'static str) -> CaseFault {
        CaseFault::WrongType {
            member: member.to_owned(),
            found: self.tree.kind(node).to_string(),
            expected,
        }
    }
}
