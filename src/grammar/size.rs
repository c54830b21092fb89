//! How large a policy is by its authority's way of counting, and how large it may be.
//!
//! In: the text of a policy. Out: its [`PolicySize`], and a fault when it is near or above its quota. A policy above
//! its quota is still read and decided; only storing it fails.
//!
//! Source: SIZE-01 to SIZE-10. Whitespace is what JSON allows between tokens; in strings it always counts, which is
//! an upper bound where AWS does not say.

use super::fault::{Order, Severity, SyntaxFault};
use super::kind::{PolicyType, ResourceService};
use super::messages::filled;
use crate::source::{NodeId, Tree};

/// How large policies of one kind may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// The rule of docs/SEMANTICS.md.
    pub rule: &'static str,
    /// What is limited, with its article.
    pub subject: &'static str,
    /// The number of characters that an account has without asking.
    pub limit: usize,
    /// The number of characters that AWS grants when asked; the same where there is nothing to ask for.
    pub hard_limit: usize,
    /// Whether whitespace between tokens counts.
    pub whitespace_counted: bool,
    /// What AWS says, `{}` for the name of the owner.
    pub aws_message: Option<&'static str>,
}

/// The quotas of all kinds of policies, in the order of their rules.
pub const QUOTAS: [Quota; 14] = [
    row(
        "SIZE-01",
        "a managed policy",
        6_144,
        false,
        Some("LimitExceeded: Cannot exceed quota for PolicySize: 6144"),
    ),
    row(
        "SIZE-02",
        "all inline policies of a user",
        2_048,
        false,
        Some("Maximum policy size of 2048 bytes exceeded for user {}"),
    ),
    row(
        "SIZE-03",
        "all inline policies of a role",
        10_240,
        false,
        Some("Maximum policy size of 10240 bytes exceeded for role {}"),
    ),
    row(
        "SIZE-04",
        "all inline policies of a group",
        5_120,
        false,
        Some("Maximum policy size of 5120 bytes exceeded for group {}"),
    ),
    Quota {
        hard_limit: 4_096,
        ..row(
            "SIZE-05",
            "a trust policy",
            2_048,
            false,
            Some("Cannot exceed quota for ACLSizePerRole: 2048"),
        )
    },
    row("SIZE-06", "a session policy", 2_048, true, None),
    row("SIZE-07", "a service control policy", 5_120, true, None),
    row("SIZE-08", "a resource control policy", 5_120, true, None),
    row("SIZE-09", "an endpoint policy", 20_480, true, None),
    row("SIZE-10", "a bucket policy", 20_480, true, None),
    row("SIZE-10", "a key policy", 32_768, true, None),
    row("SIZE-10", "a function policy", 20_480, true, None),
    row("RAM-14", "a RAM policy", 6_144, false, None),
    row("RAM-14", "a control policy", 4_096, false, None),
];

const fn row(
    rule: &'static str,
    subject: &'static str,
    limit: usize,
    whitespace_counted: bool,
    aws_message: Option<&'static str>,
) -> Quota {
    Quota {
        rule,
        subject,
        limit,
        hard_limit: limit,
        whitespace_counted,
        aws_message,
    }
}

/// The size of one policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicySize {
    /// The number of characters that count.
    pub counted: usize,
    /// The number of characters that may count; `None` where no quota is known.
    pub quota: Option<usize>,
    /// Whether whitespace between tokens counts.
    pub whitespace_counted: bool,
}

/// The quota of a policy of this kind. For an inline policy it is that of a role, the largest: whose policy it is
/// and what other policies share the quota is not known here.
///
/// Source: SIZE-01 to SIZE-10.
pub fn quota(kind: PolicyType) -> Option<&'static Quota> {
    let subject = match kind {
        PolicyType::Managed | PolicyType::Boundary => "a managed policy",
        PolicyType::Inline => "all inline policies of a role",
        PolicyType::Resource(Some(ResourceService::S3)) => "a bucket policy",
        PolicyType::Resource(Some(ResourceService::Kms)) => "a key policy",
        PolicyType::Resource(Some(ResourceService::Lambda)) => "a function policy",
        other => other.described(),
    };
    QUOTAS.iter().find(|quota| quota.subject == subject)
}

/// The size of a policy, given the text of its object. Linear in the text.
///
/// Source: SIZE-01 to SIZE-10.
pub fn size(text: &str, kind: PolicyType) -> PolicySize {
    let quota = quota(kind);
    let whitespace_counted = quota.is_none_or(|quota| quota.whitespace_counted);
    let counted = if whitespace_counted {
        text.chars().count()
    } else {
        without_whitespace(text)
    };
    PolicySize {
        counted,
        quota: quota.map(|quota| quota.limit),
        whitespace_counted,
    }
}

fn without_whitespace(text: &str) -> usize {
    let mut in_string = false;
    let mut escaped = false;
    let counts = |character: &char| {
        let is_space = !in_string && matches!(character, ' ' | '\t' | '\n' | '\r');
        if *character == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = in_string && *character == '\\' && !escaped;
        !is_space
    };
    text.chars().filter(counts).count()
}

/// How a number of counted characters stands to a quota, if it is near or above it: an error above the hard limit, a
/// warning above nine tenths of the limit. For quotas that several policies share, give their sum.
///
/// Source: SIZE-01 to SIZE-10.
pub fn exceeded(counted: usize, quota: &Quota) -> Option<(Severity, String)> {
    let Quota {
        subject,
        limit,
        hard_limit,
        ..
    } = quota;
    if counted > *hard_limit {
        Some((
            Severity::Error,
            format!("{counted} characters, and {subject} may have {hard_limit}"),
        ))
    } else if counted > *limit {
        let message = format!(
            "{counted} characters, and {subject} may have {limit} unless the quota was raised, at most to {hard_limit}"
        );
        Some((Severity::Warning, message))
    } else if counted * 10 > limit * 9 {
        Some((
            Severity::Warning,
            format!("{counted} characters are more than nine tenths of the {limit} that {subject} may have"),
        ))
    } else {
        None
    }
}

/// The fault of a policy that is near or above its quota, placed at its object. `owner` is the name of the user, role
/// or group of an inline policy, for AWS's message.
///
/// Source: SIZE-01 to SIZE-10.
pub fn size_fault(tree: &Tree, root: NodeId, kind: PolicyType, owner: &str) -> Option<SyntaxFault> {
    let quota = quota(kind)?;
    let counted = size(tree.raw(root), kind).counted;
    let (severity, message) = exceeded(counted, quota)?;
    let aws = quota
        .aws_message
        .filter(|_| counted > quota.limit && (kind != PolicyType::Inline || !owner.is_empty()));
    let help = if quota.whitespace_counted {
        "shorten it: whitespace counts too, so a version without line breaks and indentation is smaller"
    } else {
        "shorten it with wildcards, or split it: whitespace between tokens does not count"
    };
    Some(SyntaxFault {
        rule: quota.rule,
        severity,
        message,
        help: Some(help.into()),
        aws_message: aws.map(|text| filled(text, &[owner]).into()),
        span: tree.span(root),
        node: Some(root),
        related: None,
        order: Order(u8::MAX, 0, 0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iam_counts_no_whitespace_between_tokens_but_all_in_strings() {
        let text = "{ \"a b\" :\n\t[ \"c \\\" d\" , 1 ] }";
        assert_eq!(
            size(text, PolicyType::Managed).counted,
            "{\"a b\":[\"c \\\" d\",1]}".len()
        );
        assert_eq!(size(text, PolicyType::ServiceControl).counted, text.len());
        assert_eq!(size("\"é\\\\\" ", PolicyType::Managed).counted, 5);
    }

    #[test]
    fn every_kind_has_the_quota_of_its_row() {
        let limits: Vec<_> = PolicyType::all()
            .map(|kind| quota(kind).map(|quota| quota.limit))
            .collect();
        let expected = [6_144, 10_240, 2_048, 0, 6_144, 2_048, 5_120, 5_120, 20_480];
        assert_eq!(limits, expected.map(|limit| (limit > 0).then_some(limit)));
        let kms = PolicyType::Resource(Some(ResourceService::Kms));
        assert_eq!(quota(kms).map(|quota| quota.limit), Some(32_768));
    }

    #[test]
    fn above_nine_tenths_is_a_warning_and_above_the_quota_an_error() {
        let severity = |counted, kind| {
            quota(kind)
                .and_then(|quota| exceeded(counted, quota))
                .map(|(found, _)| found)
        };
        assert_eq!(severity(5_529, PolicyType::Managed), None);
        assert_eq!(severity(5_530, PolicyType::Managed), Some(Severity::Warning));
        assert_eq!(severity(6_144, PolicyType::Managed), Some(Severity::Warning));
        assert_eq!(severity(6_145, PolicyType::Managed), Some(Severity::Error));
        assert_eq!(severity(2_049, PolicyType::Trust), Some(Severity::Warning));
        assert_eq!(severity(4_097, PolicyType::Trust), Some(Severity::Error));
    }

    #[test]
    fn the_fault_of_a_large_policy_carries_the_message_of_aws() {
        let text = format!("{{\"Id\": \"{}\"}}", "x".repeat(6_200));
        let tree = Tree::parse(&text).tree.unwrap();
        let fault = |kind, owner| size_fault(&tree, tree.root(), kind, owner);
        let managed = fault(PolicyType::Managed, "").unwrap();
        assert_eq!((managed.rule, managed.severity), ("SIZE-01", Severity::Error));
        assert_eq!(
            managed.aws_message.as_deref(),
            Some("LimitExceeded: Cannot exceed quota for PolicySize: 6144")
        );
        assert_eq!(fault(PolicyType::Inline, "me"), None);
        assert_eq!(fault(PolicyType::Resource(None), ""), None);
    }
}
