//! The form of AWS's own simulator: the input of `SimulateCustomPolicy` and the shape of its response.
//!
//! In: the JSON that `aws iam simulate-custom-policy --cli-input-json` takes. Out: the JSON that it prints, one
//! result for each action. What that interface cannot say is settled as AWS does: context keys that are not given
//! are absent and listed as missing, and what stays open is not allowed. What is not documented about the response
//! follows published outputs; docs/SIMULATE.md lists it.
//!
//! Source: IAM API reference, SimulateCustomPolicy, EvaluationResult, ResourceSpecificResult, Statement.

mod refused;
mod request;
mod response;

use std::collections::BTreeMap;

pub use request::AwsFault;
pub use response::{
    DecisionWord, EvaluationResult, MatchedStatement, OrganizationsDetail, PermissionsBoundaryDetail,
    Position, ResourceSpecificResult, Response,
};

use request::{Input, Simulation};

use crate::condition::Truth;
use crate::engine::{
    ClauseKind, Decision, LayerKind, Request, Resource, StatementRef, StatementTrace, decide, trace,
};
use crate::policy::{Effect, Reading, Template};
use crate::source::Span;

/// Answers one input.
///
/// # Errors
/// [`AwsFault`] for what AWS's interface refuses: a text of another form, a missing or unknown member, a policy that
/// is not one.
pub fn simulate(input: &str) -> Result<Response, AwsFault> {
    let input = Input::parse(input)?;
    let page = input.page()?;
    let simulation = Simulation::new(&input)?;
    let actions = input.actions.get(page.clone()).unwrap_or_default();
    let is_truncated = page.end < input.actions.len();
    Ok(Response {
        evaluation_results: actions.iter().map(|action| simulation.action(action)).collect(),
        is_truncated,
        marker: is_truncated.then(|| page.end.to_string()),
    })
}

/// One action on one resource.
struct Single {
    decision: DecisionWord,
    matched: Vec<MatchedStatement>,
    missing: Vec<String>,
    details: Option<BTreeMap<&'static str, DecisionWord>>,
    by_boundary: Option<PermissionsBoundaryDetail>,
    by_organizations: Option<OrganizationsDetail>,
}

impl Simulation {
    /// One result for an action: of several resources the most restrictive decision, what led to it, and each
    /// resource's own result.
    fn action(&self, action: &str) -> EvaluationResult {
        let names: Vec<&str> = self.resources.iter().map(String::as_str).collect();
        let names = if names.is_empty() { vec!["*"] } else { names };
        let is_specific = names != ["*"];
        let singles: Vec<(&str, Single)> = names
            .iter()
            .map(|name| (*name, self.single(action, name)))
            .collect();
        let decision = singles.iter().map(|(_, single)| single.decision).max();
        let decision = decision.unwrap_or(DecisionWord::ImplicitDeny);
        let decisive: Vec<&(&str, Single)> = singles
            .iter()
            .filter(|(_, single)| single.decision == decision)
            .collect();
        let name = decisive.first().map_or("*", |(name, _)| *name);
        let is_cut_short = singles.iter().any(|(_, single)| {
            single
                .by_organizations
                .is_some_and(|organizations| !organizations.allowed)
        });
        EvaluationResult {
            action: action.to_owned(),
            resource: name.to_owned(),
            decision,
            matched: distinct(decisive.iter().flat_map(|(_, single)| single.matched.clone())),
            missing: distinct(singles.iter().flat_map(|(_, single)| single.missing.clone())),
            by_organizations: all(&singles, |single| single.by_organizations.map(|o| o.allowed))
                .map(|allowed| OrganizationsDetail { allowed }),
            by_boundary: all(&singles, |single| single.by_boundary.map(|b| b.allowed))
                .map(|allowed| PermissionsBoundaryDetail { allowed }),
            details: (is_specific && !is_cut_short).then(|| most_restrictive(&singles)),
            resources: is_specific.then(|| {
                singles
                    .iter()
                    .map(|(name, single)| single.specific(name))
                    .collect()
            }),
        }
    }

    fn single(&self, action: &str, resource: &str) -> Single {
        let request = Request {
            caller: self.caller.clone(),
            action: action.to_owned(),
            resource: Resource::One(resource.to_owned()),
            resource_account: self.owner_of(resource),
            context: self.context.clone(),
            management_account: false,
            resource_in_management_account: false,
            service_linked: false,
            mode: crate::condition::Mode::Chosen,
        };
        let is_cross_account = request.resource_account.as_deref() != request.caller.account();
        let outcome = decide(&self.layers, &request);
        let traces = trace(&self.layers, &request);
        let decision = DecisionWord::of(outcome.decision);
        let by_organizations = self.by_organizations(&traces);
        let is_cut_short = by_organizations.is_some_and(|organizations| !organizations.allowed);
        let wanted = match decision {
            DecisionWord::Allowed => Some(Effect::Allow),
            DecisionWord::ExplicitDeny => Some(Effect::Deny),
            DecisionWord::ImplicitDeny => None,
        };
        let applied = traces
            .iter()
            .filter(|t| t.value == Truth::True && wanted.is_some() && t.effect == wanted);
        Single {
            decision,
            matched: applied.filter_map(|t| self.matched(t.at)).collect(),
            missing: self.missing(&traces),
            details: (is_cross_account && !is_cut_short).then(|| {
                let side = |kind| DecisionWord::of_layer(&traces, kind);
                BTreeMap::from([
                    ("IAM Policy", side(LayerKind::Identity)),
                    ("Resource Policy", side(LayerKind::Resource)),
                ])
            }),
            by_boundary: (!self.layers.boundary.is_empty()).then(|| PermissionsBoundaryDetail {
                allowed: DecisionWord::of_layer(&traces, LayerKind::Boundary) == DecisionWord::Allowed,
            }),
            by_organizations,
        }
    }

    fn by_organizations(&self, traces: &[StatementTrace]) -> Option<OrganizationsDetail> {
        let levels = self.layers.scps.len();
        let scp = |level: usize| {
            traces
                .iter()
                .filter(move |t| t.at.policy.layer == LayerKind::ServiceControl && t.at.policy.level == level)
        };
        (levels > 0).then(|| OrganizationsDetail {
            allowed: (0..levels)
                .all(|level| DecisionWord::of_statements(scp(level)) == DecisionWord::Allowed),
        })
    }

    /// The wire form of a statement; none for the stand-in of a resource policy that was not given.
    fn matched(&self, at: StatementRef) -> Option<MatchedStatement> {
        if at.policy.layer == LayerKind::Resource && !self.has_resource_policy {
            return None;
        }
        let policy = self.layers.policy(at.policy)?;
        let (doc, node) = (policy.policy()?.doc, policy.statement(at.statement)?.node);
        let tree = self.sources.tree(doc)?;
        let span = tree.span(node);
        let previous = at
            .statement
            .checked_sub(1)
            .and_then(|before| policy.statement(before));
        let list = tree
            .parent(node)
            .filter(|parent| tree.kind(*parent) == crate::source::Kind::Array);
        // The simulator's reader stands behind the token before the statement, or, for a statement outside a list,
        // behind its opening brace.
        let start = match (previous, list) {
            (Some(previous), _) => tree.span(previous.node).end,
            (None, Some(list)) => tree.span(list).start + 1,
            (None, None) => span.start + 1,
        };
        let position = |at: usize| {
            let place = self.sources.locate_span(doc, Span::at(at)).start;
            Position {
                line: place.line,
                column: place.column,
            }
        };
        Some(MatchedStatement {
            policy: policy.name().to_owned(),
            kind: match at.policy.layer {
                LayerKind::Resource => "Resource Policy",
                LayerKind::ServiceControl => "Service Control Policy",
                _ => "IAM Policy",
            },
            start: position(start),
            end: position(span.end),
        })
    }

    /// The keys that statements about this action and resource ask for and that are not given, as the policies
    /// spell them, in order of first appearance.
    fn missing(&self, traces: &[StatementTrace]) -> Vec<String> {
        let mut missing: Vec<String> = Vec::new();
        for trace in traces {
            let (asks, resource_asks) = self.keys_of(trace.at);
            let of = |wanted: fn(&ClauseKind) -> bool| {
                let clause = trace.clauses.iter().find(|clause| wanted(&clause.clause));
                clause.is_none_or(|clause| clause.truth != Truth::False)
            };
            let is_about = of(|kind| *kind == ClauseKind::Action)
                && of(|kind| matches!(kind, ClauseKind::Principal(_)))
                && (of(|kind| *kind == ClauseKind::Resource) || !resource_asks.is_empty());
            if !is_about {
                continue;
            }
            missing.extend(asks.into_iter().chain(resource_asks));
        }
        distinct_by(missing, |key| key.to_ascii_lowercase())
    }

    /// The keys that are not given among those of a statement's conditions, and of its resources.
    fn keys_of(&self, at: StatementRef) -> (Vec<String>, Vec<String>) {
        let policy = self.layers.policy(at.policy);
        let Some((policy, statement)) = policy.and_then(|p| Some((p.policy()?, p.statement(at.statement)?)))
        else {
            return (Vec::new(), Vec::new());
        };
        let is_missing = |key: &str| !self.given.contains(&key.to_ascii_lowercase());
        let variables = |text: &str| -> Vec<String> {
            let template = Template::parse(text, policy.version);
            template.map_or(Vec::new(), |t| {
                t.variable_keys()
                    .filter(|key| is_missing(key))
                    .map(str::to_owned)
                    .collect()
            })
        };
        let mut conditions = Vec::new();
        for entry in &statement.conditions {
            conditions.extend(is_missing(&entry.key).then(|| entry.key.to_string()));
            let texts = entry.values.iter().filter_map(|value| value.text.as_deref());
            conditions.extend(texts.flat_map(variables));
        }
        let resources = match &statement.resource {
            Reading::Known { value, .. } => value
                .values
                .iter()
                .flat_map(|item| variables(&item.value))
                .collect(),
            _ => Vec::new(),
        };
        (conditions, resources)
    }
}

impl Single {
    fn specific(&self, name: &str) -> ResourceSpecificResult {
        ResourceSpecificResult {
            resource: name.to_owned(),
            decision: self.decision,
            matched: self.matched.clone(),
            missing: self.missing.clone(),
            details: self.details.clone(),
            by_boundary: self.by_boundary,
        }
    }
}

/// Whether a detail that is there for every resource says yes for all of them.
fn all(singles: &[(&str, Single)], detail: impl Fn(&Single) -> Option<bool>) -> Option<bool> {
    singles
        .iter()
        .map(|(_, single)| detail(single))
        .try_fold(true, |all, one| one.map(|one| all && one))
}

/// For each kind of policy the most restrictive of its decisions; empty within one account.
fn most_restrictive(singles: &[(&str, Single)]) -> BTreeMap<&'static str, DecisionWord> {
    let mut details = BTreeMap::new();
    for (kind, decision) in singles
        .iter()
        .filter_map(|(_, single)| single.details.as_ref())
        .flatten()
    {
        let known = details.entry(*kind).or_insert(*decision);
        *known = (*known).max(*decision);
    }
    details
}

fn distinct<T: PartialEq>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut distinct = Vec::new();
    for item in items {
        if !distinct.contains(&item) {
            distinct.push(item);
        }
    }
    distinct
}

fn distinct_by<K: Ord>(items: Vec<String>, key: impl Fn(&str) -> K) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    items.into_iter().filter(|item| seen.insert(key(item))).collect()
}

impl DecisionWord {
    /// What stays open is not allowed.
    fn of(decision: Decision) -> Self {
        match decision {
            Decision::Allowed => Self::Allowed,
            Decision::ExplicitlyDenied => Self::ExplicitDeny,
            Decision::ImplicitlyDenied | Decision::Depends => Self::ImplicitDeny,
        }
    }

    /// What the policies of one layer say by themselves.
    fn of_layer(traces: &[StatementTrace], layer: LayerKind) -> Self {
        Self::of_statements(traces.iter().filter(|t| t.at.policy.layer == layer))
    }

    fn of_statements<'a>(statements: impl Iterator<Item = &'a StatementTrace>) -> Self {
        let mut word = Self::ImplicitDeny;
        for trace in statements.filter(|trace| trace.value == Truth::True) {
            match trace.effect {
                Some(Effect::Deny) => return Self::ExplicitDeny,
                Some(Effect::Allow) => word = Self::Allowed,
                None => {}
            }
        }
        word
    }
}

#[cfg(test)]
mod tests;
