//! `policy/size`: documents near or above the quota of their type.
//!
//! Above the hard quota is an error, above nine tenths a warning. All inline policies of a user, role or group share
//! one quota: a document alone is held against that of a role, the largest; [`of_identity`] holds the sum against
//! the owner's, and the number of managed policies too.
//!
//! Source: SIZE-01 to SIZE-11.

use super::code::SIZE;
use super::context::{Lint, finding, spot};
use super::syntax::severity;
use crate::finding::{Finding, Related, Severity, Spot, Subject};
use crate::grammar::{self, PolicyType, QUOTAS, Quota};
use crate::input::{Identity, IdentityKind};
use crate::source::{DocId, NodeId, Place, Sources};

/// Whose inline policies they are, with the name for AWS's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner<'a> {
    /// A user.
    User(&'a str),
    /// A role.
    Role(&'a str),
    /// A group.
    Group(&'a str),
}

impl<'a> Owner<'a> {
    fn of(identity: &'a Identity) -> Self {
        let name = identity.name.value.as_str();
        match identity.kind {
            IdentityKind::Role => Self::Role(name),
            IdentityKind::User => Self::User(name),
            IdentityKind::Group => Self::Group(name),
        }
    }

    fn quota(self) -> Option<&'static Quota> {
        let rule = match self {
            Self::User(_) => "SIZE-02",
            Self::Role(_) => "SIZE-03",
            Self::Group(_) => "SIZE-04",
        };
        QUOTAS.iter().find(|quota| quota.rule == rule)
    }

    fn name(self) -> String {
        let (kind, name) = match self {
            Self::User(name) => ("user", name),
            Self::Role(name) => ("role", name),
            Self::Group(name) => ("group", name),
        };
        format!("{kind} {}", grammar::shown(name))
    }
}

/// Checks the document alone.
pub(super) fn check(lint: &mut Lint<'_>) {
    let Some(fault) = grammar::size_fault(lint.tree, lint.policy.root, lint.kind, "") else {
        return;
    };
    let at = spot(lint.policy.doc, fault.node, fault.span);
    lint.findings.push(Finding {
        help: fault.help.map(String::from).unwrap_or_default(),
        aws_message: fault.aws_message.map(String::from),
        ..finding(SIZE, severity(fault.severity), fault.message, at, lint.subject)
    });
}

/// What all policies of one role, user or group come to: the sum of the inline ones, and the number of managed ones.
///
/// Source: SIZE-02 to SIZE-04, SIZE-11.
pub fn of_identity(sources: &Sources, identity: &Identity, subject: &Subject) -> Vec<Finding> {
    let owner = Owner::of(identity);
    let documents: Vec<_> = identity
        .inline
        .iter()
        .filter_map(|policy| policy.document)
        .map(|document| (document.doc, document.root))
        .collect();
    let sum = inline_sizes(sources, &documents, owner, subject);
    let last = identity.attached.last();
    let number = last.and_then(|last| attachments(identity.attached.len(), last.place, owner, subject));
    sum.into_iter().chain(number).collect()
}

/// The finding for more managed policies attached to one owner than the quota: a warning above the default, an error
/// above what AWS raises it to at most. `last` is the attachment to point at.
///
/// Source: SIZE-11.
fn attachments(count: usize, last: Place, owner: Owner<'_>, subject: &Subject) -> Option<Finding> {
    const DEFAULT: usize = 10;
    let most = match owner {
        Owner::Role(_) => 25,
        Owner::User(_) => 20,
        Owner::Group(_) => 10,
    };
    if count <= DEFAULT {
        return None;
    }
    let (grave, limit, help) = if count > most {
        let help = format!("join policies: AWS does not raise the quota above {most}");
        (Severity::Error, most, help)
    } else {
        let help = format!("join policies, or ask AWS to raise the quota, to {most} at most");
        (Severity::Warning, DEFAULT, help)
    };
    let message = format!(
        "{}: {count} managed policies are attached, and the quota is {limit}",
        owner.name()
    );
    Some(Finding {
        label: "the last of them".to_owned(),
        help,
        ..finding(SIZE, grave, message, Spot::Node(last), subject)
    })
}

/// The finding for the sum of all inline policies of one owner, placed at the largest, the others related. Nothing
/// where [`check`] says as much of one of them alone.
///
/// Source: SIZE-02 to SIZE-04.
pub(super) fn inline_sizes(
    sources: &Sources,
    documents: &[(DocId, NodeId)],
    owner: Owner<'_>,
    subject: &Subject,
) -> Option<Finding> {
    let quota = owner.quota()?;
    let sized = documents.iter().filter_map(|&(doc, node)| {
        let size = grammar::size(sources.tree(doc)?.raw(node), PolicyType::Inline).counted;
        Some((size, Place { doc, node }))
    });
    let sized: Vec<(usize, Place)> = sized.collect();
    let sum = sized.iter().map(|(size, _)| size).sum();
    let (grave, message) = grammar::exceeded(sum, quota)?;
    let role_quota = grammar::quota(PolicyType::Inline)?;
    let alone = |size: usize| grammar::exceeded(size, role_quota).map(|(severity, _)| severity);
    if sized
        .iter()
        .filter_map(|(size, _)| alone(*size))
        .any(|said| said >= grave)
    {
        return None;
    }
    let (_, largest) = sized
        .iter()
        .max_by_key(|(size, place)| (*size, std::cmp::Reverse(*place)))?;
    let others = sized.iter().filter(|(_, place)| place != largest);
    let related = others.map(|(size, place)| Related {
        at: Spot::Node(*place),
        note: format!("{size} characters count here"),
    });
    let name = match owner {
        Owner::User(name) | Owner::Role(name) | Owner::Group(name) => name,
    };
    let aws = quota
        .aws_message
        .filter(|_| sum > quota.limit && !name.is_empty());
    let at = Spot::Node(*largest);
    Some(Finding {
        label: "the largest of them".to_owned(),
        related: related.collect(),
        help: "move statements to a managed policy, which has a quota of its own".to_owned(),
        aws_message: aws.map(|text| text.replace("{}", name)),
        ..finding(
            SIZE,
            severity(grave),
            format!("{}: {message}", owner.name()),
            at,
            subject,
        )
    })
}
