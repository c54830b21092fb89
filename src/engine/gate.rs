//! What decides before any policy is read: calls that always succeed, and things that nobody may do.
//!
//! Source: TRUST-08, EVAL-14, EVAL-16, SVC-03, EVAL-23.

use super::caller::Caller;
use super::request::Request;

/// Whether policies are asked at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gate {
    /// The policies decide.
    Open,
    /// The call succeeds whatever the policies say.
    AlwaysAllowed,
    /// The call is refused whatever the policies say, and not by an explicit deny.
    Refused,
}

impl Gate {
    pub fn of(request: &Request, folded_action: &str) -> Self {
        let caller = &request.caller;
        if folded_action == "sts:getcalleridentity" && caller.has_identity() {
            return Self::AlwaysAllowed;
        }
        let refused = match caller {
            // The root user cannot assume roles.
            Caller::Root { .. } => folded_action == "sts:assumerole",
            // Federated users reach neither IAM nor the rest of STS.
            Caller::Federated { .. } => {
                folded_action.starts_with("iam:") || folded_action.starts_with("sts:")
            }
            _ => false,
        };
        if refused || is_aws_owned(folded_action, request.resource_text()) {
            return Self::Refused;
        }
        Self::Open
    }
}

/// Whether the call would change something that belongs to AWS.
///
/// Source: SVC-03.
fn is_aws_owned(folded_action: &str, resource: &str) -> bool {
    let Some((service, name)) = folded_action.split_once(':') else {
        return false;
    };
    let changes = ![
        "get", "list", "describe", "simulate", "generate", "passrole", "decrypt", "encrypt",
    ]
    .iter()
    .any(|read| name.starts_with(read));
    let resource_part = resource.splitn(6, ':').nth(5).unwrap_or_default();
    match service {
        "iam" if changes => {
            (resource.contains(":iam::aws:policy/") && name != "attachrolepolicy" && name.contains("policy"))
                || resource_part.starts_with("role/aws-reserved/")
        }
        "kms" => name.ends_with("alias") && resource_part.starts_with("alias/aws/"),
        _ => false,
    }
}

/// The services whose resources resource control policies cover, by action prefix. The list grows; a service
/// that is not on it is treated as unknown, never as not covered.
const RESOURCE_CONTROL_SERVICES: [&str; 9] = [
    "s3",
    "sts",
    "kms",
    "sqs",
    "secretsmanager",
    "ecr",
    "aoss",
    "dynamodb",
    "logs",
];

/// Whether resource control policies are known to cover the action's service.
///
/// Source: EVAL-23.
pub(super) fn resource_control_covers(folded_action: &str) -> bool {
    folded_action
        .split_once(':')
        .is_some_and(|(service, _)| RESOURCE_CONTROL_SERVICES.contains(&service))
}
