//! The response of `SimulateCustomPolicy`, member by member.
//!
//! Members that do not apply are left out. The order of members is that of AWS's outputs.

use std::collections::BTreeMap;

use serde::Serialize;

/// The response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Response {
    /// One result for each action, in the order asked.
    pub evaluation_results: Vec<EvaluationResult>,
    /// Whether actions are left for another page.
    pub is_truncated: bool,
    /// What to pass as `Marker` for the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

/// The decision words of the simulator, from the least to the most restrictive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum DecisionWord {
    /// Allowed.
    Allowed,
    /// Nothing allows it.
    ImplicitDeny,
    /// A statement denies it.
    ExplicitDeny,
}

/// The result for one action over all resources asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvaluationResult {
    /// The action.
    #[serde(rename = "EvalActionName")]
    pub action: String,
    /// The resource; of several, the first with the decision below.
    #[serde(rename = "EvalResourceName")]
    pub resource: String,
    /// The decision; of several resources the most restrictive.
    #[serde(rename = "EvalDecision")]
    pub decision: DecisionWord,
    /// The statements that determine the decision.
    #[serde(rename = "MatchedStatements")]
    pub matched: Vec<MatchedStatement>,
    /// Context keys that the policies ask for and that were not given.
    #[serde(rename = "MissingContextValues")]
    pub missing: Vec<String>,
    /// Present when service control policies were given.
    #[serde(
        rename = "OrganizationsDecisionDetail",
        skip_serializing_if = "Option::is_none"
    )]
    pub by_organizations: Option<OrganizationsDetail>,
    /// Present when a permissions boundary was given.
    #[serde(
        rename = "PermissionsBoundaryDecisionDetail",
        skip_serializing_if = "Option::is_none"
    )]
    pub by_boundary: Option<PermissionsBoundaryDetail>,
    /// By kind of policy, across accounts; empty within one; absent for `*` and where service control policies deny.
    #[serde(rename = "EvalDecisionDetails", skip_serializing_if = "Option::is_none")]
    pub details: Option<BTreeMap<&'static str, DecisionWord>>,
    /// The result for each resource; absent for `*`.
    #[serde(rename = "ResourceSpecificResults", skip_serializing_if = "Option::is_none")]
    pub resources: Option<Vec<ResourceSpecificResult>>,
}

/// The result for one action on one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceSpecificResult {
    /// The resource.
    #[serde(rename = "EvalResourceName")]
    pub resource: String,
    /// The decision.
    #[serde(rename = "EvalResourceDecision")]
    pub decision: DecisionWord,
    /// The statements that determine it.
    #[serde(rename = "MatchedStatements")]
    pub matched: Vec<MatchedStatement>,
    /// Context keys that the policies ask for and that were not given.
    #[serde(rename = "MissingContextValues")]
    pub missing: Vec<String>,
    /// By kind of policy; only across accounts.
    #[serde(rename = "EvalDecisionDetails", skip_serializing_if = "Option::is_none")]
    pub details: Option<BTreeMap<&'static str, DecisionWord>>,
    /// Present when a permissions boundary was given.
    #[serde(
        rename = "PermissionsBoundaryDecisionDetail",
        skip_serializing_if = "Option::is_none"
    )]
    pub by_boundary: Option<PermissionsBoundaryDetail>,
}

/// A statement of one of the input policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatchedStatement {
    /// Which policy: `PolicyInputList.1`, `ResourcePolicy`, …
    #[serde(rename = "SourcePolicyId")]
    pub policy: String,
    /// Its kind, as the simulator prints it.
    #[serde(rename = "SourcePolicyType")]
    pub kind: &'static str,
    /// Behind the token before the statement: the opening bracket of the list, or the statement before it; for a
    /// statement that is not in a list, behind its own opening brace.
    #[serde(rename = "StartPosition")]
    pub start: Position,
    /// Behind the closing brace.
    #[serde(rename = "EndPosition")]
    pub end: Position,
}

/// A position in the text of a policy, from 1; columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// What the permissions boundary says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PermissionsBoundaryDetail {
    /// Whether it allows.
    #[serde(rename = "AllowedByPermissionsBoundary")]
    pub allowed: bool,
}

/// What the service control policies say by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OrganizationsDetail {
    /// Whether every level allows.
    #[serde(rename = "AllowedByOrganizations")]
    pub allowed: bool,
}
