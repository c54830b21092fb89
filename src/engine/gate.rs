//! What decides before any policy is read: calls that always succeed, and things that nobody may do.
//!
//! Source: TRUST-08, EVAL-14, EVAL-16, SVC-03.

use super::caller::Caller;
use super::request::Request;
use crate::arn::Arn;
use crate::pattern::Fold;

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

/// Whether AWS refuses the call whatever the policies grant: to this kind of caller, or because the resource is
/// AWS's own.
///
/// Source: EVAL-14, EVAL-16, SVC-03.
pub fn is_closed(request: &Request) -> bool {
    Gate::of(request, &Fold::Ascii.text(&request.action)) == Gate::Refused
}

/// What changes a policy or a role of IAM, in folded case, without the service.
const CHANGES_POLICY: [&str; 6] =
    ["createpolicyversion", "deletepolicy", "deletepolicyversion", "setdefaultpolicyversion", "tagpolicy", "untagpolicy"];
const CHANGES_ROLE: [&str; 12] = [
    "attachrolepolicy",
    "deleterole",
    "deleterolepermissionsboundary",
    "deleterolepolicy",
    "detachrolepolicy",
    "putrolepermissionsboundary",
    "putrolepolicy",
    "tagrole",
    "untagrole",
    "updateassumerolepolicy",
    "updaterole",
    "updateroledescription",
];
const CHANGES_ALIAS: [&str; 3] = ["createalias", "deletealias", "updatealias"];

/// Whether the call would change something that belongs to AWS: a managed policy of AWS's, a role that AWS
/// reserves, an alias of AWS's.
///
/// Source: SVC-03.
fn is_aws_owned(folded_action: &str, resource: &str) -> bool {
    let (Some((service, name)), Some(arn)) = (folded_action.split_once(':'), Arn::parse(resource)) else {
        return false;
    };
    match (service, arn.service) {
        ("iam", "iam") => {
            (arn.account == "aws" && arn.resource.starts_with("policy/") && CHANGES_POLICY.contains(&name))
                || (arn.resource.starts_with("role/aws-reserved/") && CHANGES_ROLE.contains(&name))
        }
        ("kms", "kms") => arn.resource.starts_with("alias/aws/") && CHANGES_ALIAS.contains(&name),
        _ => false,
    }
}
