//! Who is asked on Alibaba Cloud, and under which policies: the RAM users among the inputs, the service-linked roles,
//! the control policies over both.
//!
//! In: inputs and options. Out: an [`Account`] whose layers are ready to decide. What is attached and whose text is
//! not at hand is known by the name of a system policy, or unknown; never empty.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::ask::{ANY_ACCOUNT, Asked, Question, one};
use super::data::{Data, ServiceLinkedRole, SystemPolicy};
use crate::check::options::CheckOptions;
use crate::check::stored::as_stored;
use crate::condition::Mode;
use crate::dialect::Dialect;
use crate::engine::{CompiledPolicy, LayerKind, Layers, Level};
use crate::grammar::{PolicyType, RamPolicy};
use crate::input::{Inputs, RamAttachment, RamAttachments, RamDocument, RamIdentity};
use crate::policy::{self, Effect, Policy, Reading};
use crate::source::{Place, Sources};

/// An account that no policy among the inputs names, for requests of an account that is not known.
const SOME_ACCOUNT: &str = "1234567890123456";

/// A RAM user whose policies are among the inputs.
pub(super) struct User {
    /// The name, where it is known.
    pub name: Option<String>,
    /// What gives its policies.
    pub place: Place,
    /// Its identity policies, without those of the organization.
    pub layers: Layers,
}

/// The account that the inputs are of.
pub(super) struct Account<'a> {
    pub inputs: &'a Inputs,
    pub options: &'a CheckOptions,
    /// Its id; `None` where several are named and none is said.
    pub id: Option<String>,
    /// What was assumed.
    pub notes: Vec<String>,
    /// The users whose policies are given.
    pub users: Vec<User>,
    /// The control policies that bear on it.
    pub control: Vec<Level>,
}

impl User {
    /// What sentences call it.
    pub fn in_words(&self) -> String {
        match &self.name {
            Some(name) => format!("the RAM user `{name}`"),
            None => "the RAM user".to_owned(),
        }
    }
}

impl<'a> Account<'a> {
    /// Gathers it.
    pub fn new(inputs: &'a Inputs, options: &'a CheckOptions) -> Self {
        let mut account = Self {
            inputs,
            options,
            id: id_of(inputs, options),
            notes: Vec::new(),
            users: Vec::new(),
            control: Vec::new(),
        };
        if account.id.as_deref() == Some(SOME_ACCOUNT) && options.account.is_none() {
            account.notes.push(format!(
                "no input says the account, so `{SOME_ACCOUNT}` stands for it in requests; give it with `--account`"
            ));
        }
        account.control = account.control_policies();
        account.users = account.users_given();
        account
    }

    /// The id to put into names of callers.
    pub fn caller_id(&self) -> &str {
        self.id.as_deref().unwrap_or(SOME_ACCOUNT)
    }

    /// The id, or a pattern of all there can be, to put into names of resources.
    pub fn resource_id(&self) -> &str {
        self.id.as_deref().unwrap_or(ANY_ACCOUNT)
    }

    /// The name of a user as a principal.
    pub fn principal(&self, user: &User) -> String {
        let name = user.name.as_deref().unwrap_or("user");
        format!("acs:ram::{}:user/{name}", self.caller_id())
    }

    /// The name of a service-linked role as a principal, as RAM prints it.
    pub fn role_principal(&self, role: &ServiceLinkedRole) -> String {
        format!(
            "acs:ram::{}:role/{}",
            self.caller_id(),
            role.name.to_ascii_lowercase()
        )
    }

    /// The layers of control policies alone, under which everything else is granted.
    pub fn control_alone(&self) -> Layers {
        let place = self
            .inputs
            .ram
            .control_policies
            .first()
            .map(|policy| policy.place);
        Layers {
            identity: self
                .full_access()
                .map(|policy| with_place(policy, place))
                .into_iter()
                .collect(),
            scps: self.control.clone(),
            ..Layers::default()
        }
    }

    /// The layers of a service-linked role: its own policy as it is among the inputs; `None` where that is not given.
    pub fn role_layers(&self, role: &ServiceLinkedRole) -> Option<Layers> {
        let ram = &self.inputs.ram;
        let given = ram
            .policy(&role.policy)
            .filter(|policy| policy.document.is_some());
        let listed = ram
            .attachments
            .iter()
            .filter(|list| list.to == RamIdentity::Role)
            .filter(|list| {
                list.name
                    .as_deref()
                    .is_some_and(|name| name.eq_ignore_ascii_case(&role.name))
            })
            .flat_map(|list| &list.policies);
        let beside: Vec<_> = listed
            .filter(|attached| !attached.name.value.eq_ignore_ascii_case(&role.policy))
            .map(|attached| self.attached(attached, LayerKind::Identity))
            .collect();
        let own = given.map(|policy| self.document(policy, LayerKind::Identity))?;
        Some(Layers {
            identity: std::iter::once(own).chain(beside.into_iter().flatten()).collect(),
            ..Layers::default()
        })
    }

    /// The actions that a service-linked role is known to need and that these layers grant on nothing, in the order of the
    /// data, each as it was asked.
    pub fn lacking<'l>(
        &self,
        role: &'static ServiceLinkedRole,
        layers: &'l Layers,
    ) -> Vec<(&'static str, Asked<'l>)> {
        let mut lacking = Vec::new();
        for allow in &role.allow {
            for action in &allow.actions {
                let service = action.split(':').next().unwrap_or_default();
                let question = Question {
                    layers,
                    principal: self.role_principal(role),
                    action,
                    resource: format!("acs:{service}:*:{}:*", self.resource_id()),
                    context: allow.context.iter().map(|(key, value)| one(key, value)).collect(),
                };
                let asked = question.decide(self.options);
                if !asked.grants_some() {
                    lacking.push((action.as_str(), asked));
                }
            }
        }
        lacking
    }

    fn users_given(&mut self) -> Vec<User> {
        let ram = &self.inputs.ram;
        let of = |to: RamIdentity| ram.attachments.iter().filter(move |list| list.to == to);
        let groups: Vec<&RamAttachments> = of(RamIdentity::Group).collect();
        let lists: Vec<&RamAttachments> = of(RamIdentity::User).collect();
        let deployer = self
            .options
            .deployer
            .as_deref()
            .and_then(|name| name.split_once(":user/"));
        let described = ram.users.first().map(|name| name.value.as_str());
        let fallback = deployer.map(|(_, name)| name).or(described).map(str::to_owned);
        if lists.is_empty() && groups.is_empty() {
            return self
                .users_of_loose_policies(fallback.as_ref())
                .into_iter()
                .collect();
        }
        if !groups.is_empty() {
            self.notes
                .push("the policies of groups are taken as those of every RAM user given".to_owned());
        }
        let names: BTreeSet<Option<&String>> = lists.iter().map(|list| list.name.as_ref()).collect();
        let names = if names.is_empty() {
            BTreeSet::from([None])
        } else {
            names
        };
        let one = |name: Option<&String>| {
            let own = lists.iter().filter(move |list| list.name.as_ref() == name);
            let all: Vec<&RamAttachments> = own.chain(&groups).copied().collect();
            let attached = || all.iter().flat_map(|list| &list.policies);
            let layers = Layers {
                identity: attached()
                    .filter(|attached| !attached.in_resource_group)
                    .flat_map(|attached| self.attached(attached, LayerKind::Identity))
                    .collect(),
                // Whether a role can belong to a resource group is not documented.
                resource_group: attached()
                    .filter(|attached| attached.in_resource_group)
                    .map(|attached| unknown(attached, LayerKind::ResourceGroup))
                    .collect(),
                ..Layers::default()
            };
            Some(User {
                name: name.or(fallback.as_ref()).cloned(),
                place: all.first()?.place,
                layers,
            })
        };
        names.into_iter().filter_map(one).collect()
    }

    /// Policies that no list attaches are those of the user, but for the ones of roles.
    fn users_of_loose_policies(&mut self, name: Option<&String>) -> Option<User> {
        let ram = &self.inputs.ram;
        let of_a_role = |name: &str| {
            let mut attached = ram.attachments.iter().flat_map(|list| &list.policies);
            attached.any(|attached| attached.name.value == name)
        };
        let is_loose =
            |policy: &&RamDocument| Data::builtin().role(&policy.name).is_none() && !of_a_role(&policy.name);
        let loose: Vec<&RamDocument> = ram.policies.iter().filter(is_loose).collect();
        let first = loose.first()?;
        self.notes.push(
            "no output of `aliyun ram ListPoliciesForUser` is among the inputs, so the RAM policies given are taken \
             as those of one user"
                .to_owned(),
        );
        Some(User {
            name: name.cloned(),
            place: first.place,
            layers: Layers {
                identity: loose
                    .iter()
                    .map(|policy| self.document(policy, LayerKind::Identity))
                    .collect(),
                ..Layers::default()
            },
        })
    }

    /// An attached policy: its text, else what is known of a system policy of its name, else unknown.
    fn attached(&self, attached: &RamAttachment, kind: LayerKind) -> Vec<Arc<CompiledPolicy>> {
        let version = attached.version.as_ref().map(|version| version.value.as_str());
        let given = self.inputs.ram.policy(&attached.name.value);
        let is_other = |policy: &RamDocument| matches!((policy.version.as_deref(), version), (Some(one), Some(other)) if one != other);
        if let Some(policy) = given.filter(|policy| policy.document.is_some() && !is_other(policy)) {
            return vec![self.document(policy, kind)];
        }
        let known = Data::builtin()
            .system_policy(&attached.name.value, version)
            .filter(|_| attached.is_system != Some(false) && self.options.mode == Mode::Chosen);
        let Some((text, is_known)) = known else {
            return vec![unknown(attached, kind)];
        };
        let compiled = self.shipped(text, kind, attached.place);
        let doubt = (!is_known).then(|| unknown(attached, kind));
        compiled.into_iter().chain(doubt).collect()
    }

    fn document(&self, policy: &RamDocument, kind: LayerKind) -> Arc<CompiledPolicy> {
        let read = policy.document.and_then(|document| {
            let tree = self.inputs.sources.tree(document.doc)?;
            Some(policy::read_in(Dialect::Ram, document.doc, tree, document.root))
        });
        Arc::new(match read {
            Some(read) => {
                let grammar = PolicyType::Ram(policy.kind);
                let (read, refused) = as_stored(read, &self.inputs.sources, grammar);
                CompiledPolicy::new(read, kind, self.options.mode, &policy.name).refused(refused)
            }
            None => CompiledPolicy::unknown(kind, &policy.name).named_at(policy.place),
        })
    }

    fn shipped(&self, text: &SystemPolicy, kind: LayerKind, at: Place) -> Option<Arc<CompiledPolicy>> {
        let policy = read_text(&text.document)?;
        Some(Arc::new(
            CompiledPolicy::new(policy, kind, self.options.mode, &text.name).named_at(at),
        ))
    }

    fn full_access(&self) -> Option<CompiledPolicy> {
        let (text, _) = Data::builtin().system_policy("FullAliyunAccess", None)?;
        let policy = read_text(&text.document)?;
        Some(CompiledPolicy::new(
            policy,
            LayerKind::Identity,
            self.options.mode,
            &text.name,
        ))
    }

    /// The control policies as one level. Where none of them allows anything they only take away, so the one that
    /// allows everything, which is attached unless somebody takes it off, is there too.
    fn control_policies(&mut self) -> Vec<Level> {
        let given = &self.inputs.ram.control_policies;
        let Some(first) = given.first() else {
            let unknown = CompiledPolicy::unknown(LayerKind::ServiceControl, "control policies");
            let is_open = self.options.mode == Mode::Sound;
            return is_open.then(|| vec![Arc::new(unknown)]).into_iter().collect();
        };
        let mut level: Level = given
            .iter()
            .map(|policy| match (policy.document, &policy.is_system) {
                (None, _) => self.listed_control(policy),
                (Some(_), _) => self.document(policy, LayerKind::ServiceControl),
            })
            .collect();
        let allows = level.iter().any(|policy| policy.policy().is_none_or(allows));
        if !allows {
            let (text, mode) = (
                Data::builtin().system_policy("FullAliyunAccess", None),
                self.options.mode,
            );
            self.notes.push(
                "the control policy `FullAliyunAccess` is taken as attached, since those given allow nothing"
                    .to_owned(),
            );
            level.push(
                match text.and_then(|(text, _)| self.shipped(text, LayerKind::ServiceControl, first.place)) {
                    Some(full) if mode == Mode::Chosen => full,
                    _ => Arc::new(
                        CompiledPolicy::unknown(LayerKind::ServiceControl, "FullAliyunAccess")
                            .named_at(first.place),
                    ),
                },
            );
        }
        vec![level]
    }

    /// A control policy whose text a list leaves out; that of the one made by Alibaba Cloud is known.
    fn listed_control(&self, policy: &RamDocument) -> Arc<CompiledPolicy> {
        let known = Data::builtin()
            .system_policy(&policy.name, None)
            .filter(|_| policy.is_system == Some(true) || policy.name == "FullAliyunAccess");
        known
            .and_then(|(text, _)| self.shipped(text, LayerKind::ServiceControl, policy.place))
            .unwrap_or_else(|| self.document(policy, LayerKind::ServiceControl))
    }
}

fn with_place(policy: CompiledPolicy, place: Option<Place>) -> Arc<CompiledPolicy> {
    Arc::new(match place {
        Some(place) => policy.named_at(place),
        None => policy,
    })
}

fn unknown(attached: &RamAttachment, kind: LayerKind) -> Arc<CompiledPolicy> {
    Arc::new(CompiledPolicy::unknown(kind, &attached.name.value).named_at(attached.place))
}

fn allows(policy: &Policy) -> bool {
    let is_allow = |effect: &Reading<Effect>| {
        !matches!(
            effect,
            Reading::Known {
                value: Effect::Deny,
                ..
            }
        )
    };
    policy
        .statements
        .iter()
        .any(|statement| is_allow(&statement.effect))
}

/// Reads a text of the program. Its places mean nothing.
fn read_text(text: &str) -> Option<Policy> {
    let mut sources = Sources::new();
    let doc = sources.add_text("assumed", text.to_owned());
    let root = sources.root(doc).ok()?;
    Some(policy::read_in(Dialect::Ram, doc, sources.tree(doc)?, root.node))
}

/// The account's id: as it is said, else that of a role, else the only one that the policies name.
fn id_of(inputs: &Inputs, options: &CheckOptions) -> Option<String> {
    let of_name = |name: &str| {
        let account = name.split(':').nth(3)?;
        let is_id = name.starts_with("acs:")
            && !account.is_empty()
            && account.bytes().all(|byte| byte.is_ascii_digit());
        is_id.then(|| account.to_owned())
    };
    let role = || {
        inputs
            .ram
            .roles
            .iter()
            .find_map(|role| of_name(&role.arn.as_ref()?.value))
    };
    let said = options.account.clone();
    let said = said
        .or_else(|| options.deployer.as_deref().and_then(of_name))
        .or_else(role);
    if said.is_some() || options.mode == Mode::Sound {
        return said;
    }
    let mut named = BTreeSet::new();
    for document in inputs.ram.documents().filter_map(|policy| policy.document) {
        let Some(tree) = inputs.sources.tree(document.doc) else {
            continue;
        };
        let read = policy::read_in(Dialect::Ram, document.doc, tree, document.root);
        for statement in &read.statements {
            if let Reading::Known { value, .. } = &statement.resource {
                named.extend(value.values.iter().filter_map(|item| of_name(&item.value)));
            }
        }
    }
    match named.len() {
        0 => Some(SOME_ACCOUNT.to_owned()),
        1 => named.pop_first(),
        _ => None,
    }
}

/// What a document of RAM is for, with those that are no policies of identities.
pub(super) fn policy_type(policy: &RamDocument) -> PolicyType {
    PolicyType::Ram(match policy.kind {
        RamPolicy::Session => RamPolicy::Identity,
        kind => kind,
    })
}
