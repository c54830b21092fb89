//! Whether the customer's role trusts an integration's role: the right principal, with the right external id, for both
//! actions, and nobody else.
//!
//! Every question is put to the engine: who is let in with which external id is judged by what the conditions do, never
//! by how they are written. Each cause has one code. Source: codes of the confluent pack; TRUST-01 … TRUST-07.

use crate::condition::{Knowledge, State};
use crate::engine::{Caller, Decision, Outcome, Request};
use crate::finding::{Related, Spot};
use crate::input::{Identity, Inputs, Integration};
use crate::policy::{Effect, Policy, PrincipalEntry, PrincipalKind, Reading, Statement};

use super::super::options::CheckOptions;
use super::super::trust_policy::{Assume, TrustGap, TrustPolicy, effect, known, witness};

const ASSUME: &str = "sts:AssumeRole";
const TAG: &str = "sts:TagSession";
const EXTERNAL_ID: &str = "sts:ExternalId";

/// An external id that no integration has.
const OF_NOBODY: &str = "00000000-0000-0000-0000-000000000000";

/// A role that nobody trusts by name.
const STRANGER: &str = "role/somebody-else";

/// The trust of a customer's role under judgement.
pub(super) struct IntegrationTrust<'a> {
    integration: &'a Integration,
    policy: TrustPolicy<'a>,
    /// Confluent's role; `None` where the integration does not name one.
    caller: Option<Caller>,
    role_arn: &'a str,
}

/// What the conditions of the trust are asked about the external id.
#[derive(Clone, Copy)]
enum ExternalId<'a> {
    /// That of the integration; whatever it may be where it is not known.
    Own,
    /// None is sent.
    None,
    /// This one.
    Other(&'a str),
    /// Any, or none.
    Any,
}

impl<'a> IntegrationTrust<'a> {
    pub fn new(
        integration: &'a Integration,
        role: &Identity,
        role_arn: &'a str,
        inputs: &'a Inputs,
        options: &'a CheckOptions,
    ) -> Self {
        let caller = integration.iam_role_arn.as_ref();
        let caller = caller.map(|arn| Caller::parse(arn.value.trim()));
        Self {
            integration,
            policy: TrustPolicy::new(role, role_arn, inputs, options),
            caller: caller.filter(|caller| matches!(caller, Caller::Role { .. })),
            role_arn,
        }
    }

    /// Is a Deny for everybody, without conditions, in the way?
    pub fn placeholder(&self) -> Option<TrustGap> {
        let policy = self.policy.stored.as_ref()?;
        let nobody = || Caller::parse(&format!("arn:aws:iam::000000000000:{STRANGER}"));
        let caller = self.caller.clone().unwrap_or_else(nobody);
        let denies_all = |statement: &&Statement| {
            let names_all = matches!(&statement.principal, Reading::Known { value, .. }
                if !value.negated && (value.everyone || value.entries.iter().any(is_everyone)));
            effect(statement) == Some(Effect::Deny) && statement.conditions.is_empty() && names_all
        };
        for statement in policy.statements.iter().filter(denies_all) {
            let alone = with_statements(policy, |other| other.node == statement.node);
            let (outcome, request) = self.ask_as(Some(alone), caller.clone(), ASSUME, ExternalId::Own);
            if outcome.decision == Decision::ExplicitlyDenied {
                return Some(TrustGap {
                    decision: Some(outcome.decision),
                    message: "the role still has the trust policy that denies everybody, which stands in until the \
                              integration exists"
                        .to_owned(),
                    at: Spot::Node(policy.place(statement.node)),
                    label: "while this stands, nobody can assume the role".to_owned(),
                    related: Vec::new(),
                    residual: Vec::new(),
                    witness: self.caller.is_some().then(|| witness(&request)),
                });
            }
        }
        None
    }

    /// May Confluent's role assume the role, whatever the external id?
    pub fn principal(&self) -> Option<TrustGap> {
        if self.placeholder().is_some() {
            return None;
        }
        let label = self.integration.label();
        let Some(caller) = self.caller.clone() else {
            let message = format!(
                "whether the role trusts the provider integration `{label}` is not known: the ARN of Confluent's role \
                 is not among the inputs"
            );
            let at = self.integration.iam_role_arn.as_ref();
            let at = Spot::Node(at.map_or(self.integration.place, |arn| arn.place));
            return Some(TrustGap::not_known(message, at));
        };
        if self.policy.written.is_none() {
            let message =
                "the trust policy of the role is not among the inputs, or cannot be read".to_owned();
            return Some(TrustGap::not_known(message, self.policy.place));
        }
        self.unnamed(&caller).or_else(|| self.kept_out())
    }

    /// Names no Allow Confluent's role, conditions aside?
    fn unnamed(&self, caller: &Caller) -> Option<TrustGap> {
        let allows = self
            .policy
            .bare()
            .map(|policy| with_statements(&policy, |statement| effect(statement) != Some(Effect::Deny)));
        let bare = |caller: Caller| self.ask_as(allows.clone(), caller, ASSUME, ExternalId::Any);
        let mut asked = bare(caller.clone());
        if asked.0.decision == Decision::Depends {
            // One session by its name is not the role.
            asked = bare(some_session(caller));
        }
        let (outcome, request) = asked;
        let by_id = outcome.decision == Decision::Depends && self.names_an_id();
        let decision = if by_id {
            Decision::ImplicitlyDenied
        } else {
            outcome.decision
        };
        if decision == Decision::Allowed {
            return None;
        }
        let (at, label, related) = self.policy.principal_places(decision);
        let who = caller.text();
        let message = match decision {
            Decision::Depends => {
                format!("whether the trust policy lets `{who}` call `{ASSUME}` cannot be told")
            }
            _ if by_id => format!(
                "the trust policy does not let `{who}` call `{ASSUME}`: it names a principal by an id, which AWS shows \
                 of principals that are deleted"
            ),
            _ => format!("the trust policy does not let `{who}` call `{ASSUME}`"),
        };
        Some(TrustGap {
            decision: Some(decision),
            message,
            at,
            label,
            related,
            residual: Vec::new(),
            witness: Some(witness(&request)),
        })
    }

    /// Whether an Allow names a principal by its unique id.
    fn names_an_id(&self) -> bool {
        let is_id =
            |entry: &PrincipalEntry| entry.value.starts_with("AROA") || entry.value.starts_with("AIDA");
        self.statements(Effect::Allow).any(|statement| {
            matches!(&statement.principal, Reading::Known { value, .. } if value.entries.iter().any(is_id))
        })
    }

    /// Do other conditions, or a Deny, keep it out for certain, whatever the external id?
    fn kept_out(&self) -> Option<TrustGap> {
        let own = self.ask(ASSUME, ExternalId::Own);
        let decision = own.0.decision;
        let by_external_id = || !self.ask(ASSUME, ExternalId::Any).0.decision.is_denied();
        if decision == Decision::Allowed {
            return None;
        }
        let who = self.caller.as_ref().map_or("", Caller::text);
        if decision == Decision::Depends {
            // Where the external id is what is not known, that is for its own code to say.
            let message = format!(
                "whether the trust policy lets `{who}` call `{ASSUME}` depends on conditions whose values are not known"
            );
            let is_about_it = self.integration.external_id.is_none();
            return (!is_about_it).then(|| self.policy.condition_gap(&own, message));
        }
        if by_external_id() {
            return None;
        }
        let message = match decision {
            Decision::ExplicitlyDenied => format!("a Deny keeps `{who}` from calling `{ASSUME}`"),
            _ => format!("the conditions of the trust policy can never let `{who}` call `{ASSUME}`"),
        };
        let mut gap = self.policy.condition_gap(&own, message);
        if decision == Decision::ExplicitlyDenied && gap.at == self.policy.place {
            (gap.at, gap.label, gap.related) = self.policy.principal_places(decision);
        }
        Some(gap)
    }

    /// Is the external id the one thing that keeps Confluent's role out?
    pub fn external_id(&self) -> Option<TrustGap> {
        if !self.is_named() {
            return None;
        }
        let own = self.ask(ASSUME, ExternalId::Own);
        let id = self.integration.external_id.as_ref();
        match (own.0.decision, id) {
            (Decision::Depends, None) => {
                let message = "whether the trust policy demands the external id of the integration is not known, since \
                               that id is not among the inputs";
                Some(self.policy.condition_gap(&own, message.to_owned()))
            }
            (Decision::Allowed | Decision::Depends, _) => None,
            _ if self.ask(ASSUME, ExternalId::Any).0.decision.is_denied() => None,
            (_, id) => {
                let id = id.map_or("", |id| id.value.as_str());
                let message = format!(
                    "the trust policy demands another external id than `{id}`, that of the integration"
                );
                let mut gap = self.policy.condition_gap(&own, message);
                gap.related
                    .extend(self.integration.external_id.iter().map(|id| Related {
                        at: Spot::Node(id.place),
                        note: "the external id of the integration".to_owned(),
                    }));
                Some(gap)
            }
        }
    }

    /// Is Confluent's role let in without an external id, or with any?
    pub fn external_id_missing(&self) -> Option<TrustGap> {
        if !self.is_named() || self.external_id().is_some_and(|gap| is_certain(&gap)) {
            return None;
        }
        let is_open = |id| !self.ask(ASSUME, id).0.decision.is_denied();
        let message = match (is_open(ExternalId::None), is_open(ExternalId::Other(OF_NOBODY))) {
            (false, false) => return None,
            (true, true) => "the trust policy demands no external id",
            (true, false) => "the trust policy lets in requests that send no external id",
            (false, true) => "the trust policy takes any external id",
        };
        let statement = self
            .statements(Effect::Allow)
            .find(|statement| self.lets_in(statement));
        let condition = statement.and_then(|statement| {
            let asks = |entry: &&crate::policy::ConditionEntry| entry.key.eq_ignore_ascii_case(EXTERNAL_ID);
            statement
                .conditions
                .iter()
                .find(asks)
                .map(|entry| entry.values_node)
        });
        let node = condition.or(statement.map(|statement| statement.node));
        Some(TrustGap {
            decision: None,
            message: message.to_owned(),
            at: node.map_or(self.policy.place, |node| self.spot(node)),
            label: "an external id ties the role to this integration alone".to_owned(),
            related: Vec::new(),
            residual: Vec::new(),
            witness: None,
        })
    }

    /// May Confluent's role tag its sessions too?
    pub fn tag_session(&self) -> Option<TrustGap> {
        if !self.is_named() {
            return None;
        }
        // Where the external id is wrong, that is said once.
        let is_id_wrong = self.external_id().is_some();
        let id = if is_id_wrong {
            ExternalId::Any
        } else {
            ExternalId::Own
        };
        let asked = self.ask(TAG, id);
        let decision = asked.0.decision;
        let who = self.caller.as_ref().map_or("", Caller::text);
        match decision {
            Decision::Allowed => None,
            Decision::Depends if is_id_wrong => None,
            Decision::Depends => {
                let message = format!(
                    "whether the trust policy lets `{who}` call `{TAG}` depends on conditions whose values are not known"
                );
                Some(self.policy.condition_gap(&asked, message))
            }
            _ => Some(self.tag_gap(asked, who)),
        }
    }

    fn tag_gap(&self, asked: (Outcome, Request), who: &str) -> TrustGap {
        let message =
            format!("the trust policy does not let `{who}` call `{TAG}`, with which sessions are tagged");
        let names_it = |statement: &&Statement| {
            actions(statement).any(|action| action.to_ascii_lowercase().contains("tagsession"))
        };
        let near = self.statements(Effect::Allow).find(names_it);
        let near = near.or_else(|| {
            self.statements(Effect::Allow)
                .find(|statement| self.lets_in(statement))
        });
        let (at, label) = match near {
            Some(statement) if names_it(&statement) => (
                self.spot(statement.node),
                "this is about the action, and does not let that principal in",
            ),
            Some(statement) => {
                let node = match &statement.action {
                    Reading::Known { node, .. } => *node,
                    _ => statement.node,
                };
                (self.spot(node), "the action is missing here")
            }
            None => (self.policy.place, "the action is missing here"),
        };
        TrustGap {
            decision: Some(asked.0.decision),
            message,
            at,
            label: label.to_owned(),
            related: Vec::new(),
            residual: Vec::new(),
            witness: Some(witness(&asked.1)),
        }
    }

    /// Is more let in than Confluent's role: everybody, or an account?
    pub fn too_wide(&self) -> Option<TrustGap> {
        if !self.is_named() {
            return None;
        }
        let policy = self.policy.stored.as_ref()?;
        let mut wide: Vec<(Spot, String)> = Vec::new();
        for statement in self.statements(Effect::Allow) {
            let Reading::Known { value, node } = &statement.principal else {
                continue;
            };
            let everyone = value.everyone.then_some((*node, "*".to_owned()));
            let entries = value
                .entries
                .iter()
                .filter(|entry| entry.kind == PrincipalKind::Aws);
            let entries = entries.map(|entry| (entry.node, entry.value.to_string()));
            for (node, entry) in everyone.into_iter().chain(entries) {
                let Some(account) = account_of(&entry) else {
                    continue;
                };
                let partition = crate::arn::Arn::parse(self.role_arn).map_or("aws", |arn| arn.partition);
                let stranger = Caller::parse(&format!("arn:{partition}:iam::{account}:{STRANGER}"));
                let alone = with_statements(policy, |other| {
                    other.node == statement.node || effect(other) != Some(Effect::Allow)
                });
                let answer = self.ask_as(Some(alone), stranger, ASSUME, ExternalId::Own).0;
                if !answer.decision.is_denied() {
                    wide.push((self.spot(node), entry));
                }
            }
        }
        let (at, entry) = wide.first()?.clone();
        let who = match entry.as_str() {
            "*" => "everybody".to_owned(),
            account => format!("all of the account `{}`", account_of(account).unwrap_or(account)),
        };
        Some(TrustGap {
            decision: None,
            message: format!("the trust policy lets in {who}, and not the role of the integration alone"),
            at,
            label: "name the role in place of this".to_owned(),
            related: wide
                .into_iter()
                .skip(1)
                .map(|(at, _)| Related {
                    at,
                    note: "this is too wide as well".to_owned(),
                })
                .collect(),
            residual: Vec::new(),
            witness: None,
        })
    }

    /// Whether the principal is judged and in order, or only not known to be.
    fn is_named(&self) -> bool {
        self.caller.is_some()
            && self.policy.written.is_some()
            && self.placeholder().is_none()
            && !self.principal().is_some_and(|gap| is_certain(&gap))
    }

    /// Whether a statement is about Confluent's role assuming the role, conditions aside.
    fn lets_in(&self, statement: &Statement) -> bool {
        let bare = self.policy.bare();
        let alone = bare.map(|policy| with_statements(&policy, |other| other.node == statement.node));
        self.caller.clone().is_some_and(|caller| {
            self.ask_as(alone, caller, ASSUME, ExternalId::Own).0.decision == Decision::Allowed
        })
    }

    fn statements(&self, wanted: Effect) -> impl Iterator<Item = &Statement> {
        let statements = self.policy.stored.iter().flat_map(|policy| &policy.statements);
        statements.filter(move |statement| effect(statement) == Some(wanted))
    }

    fn spot(&self, node: crate::source::NodeId) -> Spot {
        let policy = self.policy.written.as_ref();
        policy.map_or(self.policy.place, |policy| Spot::Node(policy.place(node)))
    }

    fn ask(&self, action: &str, id: ExternalId<'_>) -> (Outcome, Request) {
        let caller = self.caller.clone().unwrap_or(Caller::Anonymous);
        self.ask_as(self.policy.stored.clone(), caller, action, id)
    }

    fn ask_as(
        &self,
        policy: Option<Policy>,
        caller: Caller,
        action: &str,
        id: ExternalId<'_>,
    ) -> (Outcome, Request) {
        let own = self.integration.external_id.as_ref();
        let sent = match id {
            ExternalId::Own => own.map(|id| known(&id.value)),
            ExternalId::None => Some(Knowledge::Known(State::Absent)),
            ExternalId::Other(id) => Some(known(id)),
            ExternalId::Any => None,
        };
        let mut context: Vec<(String, Knowledge)> = Vec::new();
        context.extend(sent.map(|sent| (EXTERNAL_ID.to_owned(), sent)));
        if !matches!(id, ExternalId::Any) {
            // No request has these; who writes them means the external id.
            let misspelt = self.misspelt().into_iter();
            context.extend(misspelt.map(|key| (key, Knowledge::Known(State::Absent))));
        }
        let assume = Assume {
            caller,
            action,
            context,
        };
        self.policy.ask(policy, &assume)
    }

    /// Condition keys that look like the external id and are none.
    fn misspelt(&self) -> Vec<String> {
        let statements = self.policy.written.iter().flat_map(|policy| &policy.statements);
        let keys = statements.flat_map(|statement| &statement.conditions);
        let keys = keys.map(|entry| entry.key.to_string()).filter(|key| {
            let folded = key.to_ascii_lowercase().replace(['-', '_'], "");
            folded.ends_with("externalid") && folded != "sts:externalid"
        });
        keys.collect()
    }
}

fn is_certain(gap: &TrustGap) -> bool {
    gap.decision.is_some_and(Decision::is_denied)
}

fn is_everyone(entry: &PrincipalEntry) -> bool {
    entry.kind == PrincipalKind::Aws && *entry.value == *"*"
}

/// The account that a principal entry stands for as a whole: one of no consequence for `*`.
fn account_of(entry: &str) -> Option<&str> {
    if entry == "*" {
        return Some("000000000000");
    }
    crate::arn::account_entry(entry)
}

/// A session of the role, under a name that nothing depends on.
fn some_session(caller: &Caller) -> Caller {
    match caller {
        Caller::Role { arn, account, .. } => {
            let session = crate::arn::Arn::parse(arn).and_then(|parsed| {
                let name = arn.rsplit('/').next()?;
                Some(format!(
                    "arn:{}:sts::{account}:assumed-role/{name}/some-session",
                    parsed.partition
                ))
            });
            Caller::Role {
                arn: arn.clone(),
                path_known: true,
                session,
                account: account.clone(),
            }
        }
        other => other.clone(),
    }
}

/// The policy with only the statements that are wanted.
fn with_statements(policy: &Policy, is_wanted: impl Fn(&Statement) -> bool) -> Policy {
    let mut policy = policy.clone();
    policy.statements.retain(|statement| is_wanted(statement));
    policy
}

fn actions(statement: &Statement) -> impl Iterator<Item = &str> {
    let clause = match &statement.action {
        Reading::Known { value, .. } => Some(value),
        _ => None,
    };
    clause
        .into_iter()
        .flat_map(|clause| clause.values.iter().map(|item| &*item.value))
}
