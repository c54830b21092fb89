//! Whether the role of an integration is let in, conditions on the external id aside.

use crate::engine::{Caller, Decision};
use crate::finding::Spot;
use crate::policy::{Effect, PrincipalEntry, PrincipalKind, Reading, Statement};

use super::super::trust_policy::{TrustGap, effect, witness};
use super::trust::{ASSUME, ExternalId, IntegrationTrust, STRANGER, is_certain, with_statements};

impl IntegrationTrust<'_> {
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
    pub(super) fn unnamed(&self, caller: &Caller) -> Option<TrustGap> {
        let allows = self
            .policy
            .bare()
            .map(|policy| with_statements(&policy, |statement| effect(statement) != Some(Effect::Deny)));
        let bare = |caller: Caller| self.ask_as(allows.clone(), caller, ASSUME, ExternalId::Own);
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
        // What depends on more than principals is for the whole policy to answer.
        if !decision.is_denied() {
            return None;
        }
        let (at, label, related) = self.policy.principal_places(decision);
        let who = caller.text();
        let mut message = format!("the trust policy does not let `{who}` call `{ASSUME}`");
        if by_id {
            message
                .push_str(": it names a principal by an id, which AWS shows of principals that are deleted");
        }
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
    pub(super) fn names_an_id(&self) -> bool {
        let is_id =
            |entry: &PrincipalEntry| entry.value.starts_with("AROA") || entry.value.starts_with("AIDA");
        self.statements(Effect::Allow).any(|statement| {
            matches!(&statement.principal, Reading::Known { value, .. } if value.entries.iter().any(is_id))
        })
    }

    /// Do other conditions, or a Deny, keep it out for certain, whatever the external id?
    pub(super) fn kept_out(&self) -> Option<TrustGap> {
        let own = self.ask(ASSUME, ExternalId::Own);
        let decision = own.0.decision;
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
        if self.is_by_external_id() {
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

    /// Whether the principal is judged and in order, or only not known to be.
    pub(super) fn is_named(&self) -> bool {
        self.caller.is_some()
            && self.policy.written.is_some()
            && self.placeholder().is_none()
            && !self.principal().is_some_and(|gap| is_certain(&gap))
    }
}

fn is_everyone(entry: &PrincipalEntry) -> bool {
    entry.kind == PrincipalKind::Aws && *entry.value == *"*"
}

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
