//! What the name of an action decides by itself: calls that always succeed, things that nobody may do, and where a
//! resource's own policy has to grant.
//!
//! Source: TRUST-01, TRUST-07, TRUST-08, EVAL-07, EVAL-14, EVAL-16, SVC-01, SVC-03.

use std::sync::LazyLock;

use super::caller::Caller;
use super::request::{Request, Resource};
use crate::dialect::Dialect;
use crate::pattern::{ColonMode, Fold, Glob, Piece};

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
        // RAM documents no such calls.
        if request.dialect() == Dialect::Ram {
            return Self::Open;
        }
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
        // For a set of resources this is for the formula to tell: it can hold some that AWS owns.
        let owned = match &request.resource {
            Resource::One(resource) => aws_owned(folded_action).is_some_and(|owned| owned.matches(resource)),
            Resource::All(_) => false,
        };
        if refused || owned {
            Self::Refused
        } else {
            Self::Open
        }
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
const CHANGES_POLICY: [&str; 6] = [
    "createpolicyversion",
    "deletepolicy",
    "deletepolicyversion",
    "setdefaultpolicyversion",
    "tagpolicy",
    "untagpolicy",
];
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

/// The resources on which this action would change something that belongs to AWS: its managed policies, the roles it
/// reserves, its aliases. `None` for actions that change none.
///
/// Source: SVC-03.
pub(super) fn aws_owned(folded_action: &str) -> Option<Glob> {
    let resources = if let Some(name) = folded_action.strip_prefix("iam:") {
        match name {
            _ if CHANGES_POLICY.contains(&name) => "arn:*:iam:*:aws:policy/*",
            _ if CHANGES_ROLE.contains(&name) => "arn:*:iam:*:*:role/aws-reserved/*",
            _ => return None,
        }
    } else {
        let name = folded_action.strip_prefix("kms:")?;
        CHANGES_ALIAS
            .contains(&name)
            .then_some("arn:*:kms:*:*:alias/aws/*")?
    };
    Some(segmented(resources))
}

/// The actions that a role's trust policy is asked for, in folded case (TRUST-01, TRUST-07).
const TRUST: [&str; 6] = [
    "sts:assumerole",
    "sts:assumerolewithsaml",
    "sts:assumerolewithwebidentity",
    "sts:tagsession",
    "sts:setsourceidentity",
    "sts:setcontext",
];

/// Whether a role's trust policy is asked for this action.
pub(super) fn is_trust_action(folded_action: &str, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Iam => folded_action.starts_with("sts:") && TRUST.contains(&folded_action),
        Dialect::Ram => folded_action.starts_with("sts:assumerole"),
    }
}

static KEYS: LazyLock<Glob> = LazyLock::new(|| segmented("*:*:kms:*:*:key/*"));
static ROLES: LazyLock<Glob> = LazyLock::new(|| segmented("*:*:iam:*:*:role/*"));

/// The resources on which the account's identity policies count only where the resource's own policy lets them.
///
/// Source: EVAL-07, SVC-01, TRUST-01.
pub(super) fn explicit_trust(folded_action: &str) -> Option<&'static Glob> {
    if folded_action.starts_with("kms:") {
        Some(&KEYS)
    } else {
        is_trust_action(folded_action, Dialect::Iam).then(|| &*ROLES)
    }
}

fn segmented(pattern: &str) -> Glob {
    Glob::resource(&[Piece::Pattern(pattern)], ColonMode::Segmented)
}

/// What the name of an action decides by itself, policies apart. Two actions of one class are treated alike wherever
/// every action clause treats them alike.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct NameClass {
    /// The service, where one has rules of its own.
    service: Option<&'static str>,
    /// The very name, where it has rules of its own.
    name: Option<&'static str>,
    /// Whether resource control policies are known to cover the service.
    controlled: bool,
}

/// The services with rules of their own.
const SERVICES: [&str; 3] = ["iam", "kms", "sts"];

/// The names with rules of their own, in full and folded.
pub(super) fn own_names() -> impl Iterator<Item = String> {
    let of = |service: &'static str, names: &'static [&'static str]| {
        names.iter().map(move |name| format!("{service}:{name}"))
    };
    of("iam", &CHANGES_POLICY)
        .chain(of("iam", &CHANGES_ROLE))
        .chain(of("kms", &CHANGES_ALIAS))
        .chain(of("kms", &["retiregrant"]))
        .chain(of("sts", &["getcalleridentity"]))
        .chain(TRUST.iter().map(|name| (*name).to_owned()))
}

impl NameClass {
    /// The class of an action.
    pub fn of(folded_action: &str) -> Self {
        let (service, name) = folded_action.split_once(':').unwrap_or(("", folded_action));
        let own: &[&[&'static str]] = match service {
            "iam" => &[&CHANGES_POLICY, &CHANGES_ROLE],
            "kms" => &[&CHANGES_ALIAS, &["retiregrant"]],
            "sts" => &[&["getcalleridentity"]],
            _ => &[],
        };
        let find = |list: &[&'static str], text: &str| list.iter().find(|known| **known == text).copied();
        Self {
            service: find(&SERVICES, service),
            name: own
                .iter()
                .find_map(|list| find(list, name))
                .or_else(|| find(&TRUST, folded_action)),
            controlled: super::rcp::covers(folded_action),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_with_a_rule_is_a_class_of_its_own() {
        let mut classes: Vec<NameClass> = own_names().map(|name| NameClass::of(&name)).collect();
        let count = classes.len();
        classes.sort();
        classes.dedup();
        assert_eq!(classes.len(), count);
        assert!(classes.iter().all(|class| class.name.is_some()));
        assert_eq!(NameClass::of("s3:getobject"), NameClass::of("sqs:sendmessage"));
        assert_ne!(NameClass::of("s3:getobject"), NameClass::of("ec2:runinstances"));
        assert_ne!(NameClass::of("kms:decrypt"), NameClass::of("s3:getobject"));
    }

    #[test]
    fn what_belongs_to_aws_is_told_by_action_and_resource() {
        let owned =
            |action: &str, resource: &str| aws_owned(action).is_some_and(|glob| glob.matches(resource));
        assert!(owned(
            "iam:deletepolicy",
            "arn:aws:iam::aws:policy/ReadOnlyAccess"
        ));
        assert!(!owned("iam:deletepolicy", "arn:aws:iam::111122223333:policy/aws"));
        assert!(!owned("iam:getpolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess"));
        assert!(owned(
            "iam:deleterole",
            "arn:aws:iam::111122223333:role/aws-reserved/x"
        ));
        assert!(owned(
            "kms:deletealias",
            "arn:aws:kms:eu-west-1:111122223333:alias/aws/s3"
        ));
    }
}
