//! `Resource` and `NotResource`: whether one of them is there, and the shape of each entry.
//!
//! IAM checks entries itself, in the order of the table [`SHAPES`]; each entry has at most one such fault.
//! Services that own a resource check its policy in ways of their own, so there
//! only what can never match is pointed out.
//!
//! Source: GRAM-12, GRAM-13, GRAM-28, MATCH-R4, MATCH-R5, VAR-03, VAR-09.

use super::arn_fields::fields;
use super::checker::{Checker, Draft};
use super::elements::{Elements, Member, not_both};
use super::fault::{Severity, shown};
use super::kind::{PolicyType, ResourceDemand, ResourceService, ShortArn};
use super::messages::Check;
use super::variable::{self, Site};
use crate::arn::is_partition;
use crate::dialect::Dialect;
use crate::policy::Version;
use crate::source::NodeId;

/// What a path in an IAM ARN can begin with.
const IAM_PATHS: [&str; 15] = [
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
    "delegation-request/",
    "role-template/",
];

/// The resources of S3 that belong to a region. IAM is known to take the first; the others are in S3's own list of
/// resource types.
const S3_REGIONAL: [&str; 6] = [
    "accesspoint/",
    "job/",
    "storage-lens/",
    "storage-lens-group/",
    "access-grants/",
    "async-request/",
];

/// Checks the resources of a statement.
pub(super) fn check(checker: &mut Checker<'_>, elements: &Elements) {
    let pair = elements.resource;
    let severity = match checker.demands.resource {
        ResourceDemand::Prohibited => return prohibited(checker, elements),
        ResourceDemand::Wanted(severity) => severity,
    };
    not_both(checker, pair, Check::ResourcesBoth, ["Resource", "NotResource"]);
    if pair.any().is_none() {
        let message = "the statement has neither `Resource` nor `NotResource`";
        checker.add(
            elements.node,
            Draft::of(severity, Check::ResourcesMissing, message),
        );
    }
    for (member, element) in [(pair.plain, "Resource"), (pair.negated, "NotResource")] {
        if let Some(member) = member {
            entries(checker, member, element, severity);
        }
    }
}

fn prohibited(checker: &mut Checker<'_>, elements: &Elements) {
    let pair = elements.resource;
    let members = [
        (pair.plain, "Resource", Check::ResourceProhibited),
        (pair.negated, "NotResource", Check::NotResourceProhibited),
    ];
    for (member, element, check) in members {
        if let Some((key, _)) = member {
            let message = format!("{} has no `{element}`", checker.kind.described());
            checker.add(
                key,
                Draft::error(check, message).help("remove it: the resource is the role itself"),
            );
        }
    }
}

fn entries(checker: &mut Checker<'_>, (_, node): Member, element: &'static str, severity: Severity) {
    if checker.is_empty_list(node) {
        let message = format!("`{element}` lists no resources");
        return checker.add(node, Draft::of(severity, Check::ResourcesMissing, message));
    }
    for (item, text) in checker.strings(node, Check::ResourcesType, element) {
        if !variable::check(checker, item, &text, Site::Resource) {
            entry(checker, item, &text);
        }
    }
}

fn entry(checker: &mut Checker<'_>, node: NodeId, text: &str) {
    if text == "*" {
        return;
    }
    if checker.demands.dialect == Dialect::Ram {
        return ram_name(checker, node, text);
    }
    let fields = fields(text, checker.version != Version::V2008);
    let has_early_variable = fields.iter().take(5).any(|field| field.contains("${"));
    if has_early_variable && checker.version != Version::V2008 {
        let message = format!(
            "a variable before the fifth colon of a resource is not supported: {}",
            shown(text)
        );
        return checker.add(node, Draft::warning(Check::VariableEarly, message));
    }
    if checker.demands.iam_resources {
        if let Some(fault) = shape(&fields) {
            return report(checker, node, text, &fields, fault);
        }
    } else if fields.first() != Some(&"arn") || fields.len() == 1 {
        return not_an_arn(checker, node, text);
    }
    if fields.len() < 6 {
        short(checker, node, text);
    }
}

/// A name of RAM, which has five fields.
fn ram_name(checker: &mut Checker<'_>, node: NodeId, text: &str) {
    let table = checker.demands.dialect.table();
    let help = || format!("write `*` or `{}`", table.name_form);
    let scheme = text.split(':').next().unwrap_or_default();
    if scheme != table.scheme && !scheme.contains(['*', '?']) {
        let message = format!(
            "the resource {} is neither a name of {} nor `*`",
            shown(text),
            table.name
        );
        return checker.add(node, Draft::error(Check::NotAName, message).help(help()));
    }
    if let (true, ShortArn::Fault { severity, check, .. }) = (
        text.matches(':').count() < table.separators,
        checker.demands.short_arn,
    ) {
        let message = format!("the name {} has fields missing", shown(text));
        checker.add(node, Draft::of(severity, check, message).help(help()));
    }
}

fn not_an_arn(checker: &mut Checker<'_>, node: NodeId, text: &str) {
    let severity = match checker.kind {
        PolicyType::Resource(Some(ResourceService::S3)) => Severity::Error,
        _ => Severity::Warning,
    };
    let message = format!("the resource {} is neither an ARN nor `*`", shown(text));
    checker.add(node, Draft::of(severity, Check::ResourceNotArn, message));
}

fn short(checker: &mut Checker<'_>, node: NodeId, text: &str) {
    let ShortArn::Fault {
        severity,
        unless_star,
        check,
    } = checker.demands.short_arn
    else {
        return;
    };
    if unless_star && text.ends_with('*') {
        return;
    }
    let whose = checker.kind.described();
    let message = format!(
        "the ARN {} has fewer than six fields, which {whose} does not fill up",
        shown(text)
    );
    checker.add(
        node,
        Draft::of(severity, check, message).help("write `arn:partition:service:region:account:resource`"),
    );
}

/// One step of IAM's check: whether the fields fail it, and our words, to be followed by the resource.
type Shape = (Check, fn(&[&str]) -> bool, &'static str);

/// In the order in which IAM makes the steps.
const SHAPES: [Shape; 8] = [
    (
        Check::ResourceNotArn,
        |fields| fields.len() == 1,
        "a resource is an ARN or `*`",
    ),
    (
        Check::ResourcePartition,
        has_unknown_partition,
        "the partition of a resource is unknown",
    ),
    (
        Check::ResourceVendor,
        |fields| fields.len() == 2,
        "a resource needs a service after the partition",
    ),
    (
        Check::ResourceIamRegion,
        |fields| in_region(fields, "iam"),
        "IAM's resources have no region",
    ),
    (
        Check::ResourceS3Region,
        is_regional_bucket,
        "buckets and objects have no region",
    ),
    (
        Check::ResourceIamPath,
        has_unknown_iam_path,
        "IAM has no such type of resource",
    ),
    (
        Check::ResourceLegacy,
        has_empty_service_or_gap,
        "a resource has fields missing or no service",
    ),
    (
        Check::ResourcePrefix,
        |fields| fields.first() != Some(&"arn"),
        "a resource begins with `arn:`",
    ),
];

/// The first step that the fields fail.
fn shape(fields: &[&str]) -> Option<&'static Shape> {
    SHAPES.iter().find(|(_, fails, _)| fails(fields))
}

fn field<'a>(fields: &[&'a str], at: usize) -> &'a str {
    fields.get(at).copied().unwrap_or_default()
}

fn has_unknown_partition(fields: &[&str]) -> bool {
    let partition = field(fields, 1);
    partition != "*" && !is_partition(partition)
}

fn in_region(fields: &[&str], service: &str) -> bool {
    field(fields, 2) == service && !field(fields, 3).is_empty()
}

fn is_regional_bucket(fields: &[&str]) -> bool {
    let resource = field(fields, 5);
    in_region(fields, "s3") && !S3_REGIONAL.iter().any(|start| resource.starts_with(start))
}

fn has_unknown_iam_path(fields: &[&str]) -> bool {
    let path = field(fields, 5);
    field(fields, 2) == "iam"
        && fields.len() > 3
        && !matches!(path, "*" | "root")
        && !IAM_PATHS.iter().any(|start| path.starts_with(start))
}

fn has_empty_service_or_gap(fields: &[&str]) -> bool {
    let inner = fields.get(1..fields.len().saturating_sub(1)).unwrap_or_default();
    field(fields, 2).is_empty() || (fields.len() < 6 && inner.contains(&""))
}

fn report(checker: &mut Checker<'_>, node: NodeId, text: &str, fields: &[&str], (check, _, words): &Shape) {
    let full = with_wildcards(fields);
    let partition = [field(fields, 1), full.as_str()];
    let resource = [text];
    let values: &[&str] = if *check == Check::ResourcePartition {
        &partition
    } else {
        &resource
    };
    // Endpoint policies are checked by VPC, of which no more is known than that it wants ARNs.
    let is_plain = matches!(
        check,
        Check::ResourceNotArn | Check::ResourcePartition | Check::ResourceVendor
    );
    let severity = if checker.kind == PolicyType::VpcEndpoint && !is_plain {
        Severity::Warning
    } else {
        Severity::Error
    };
    let draft = Draft::of(severity, *check, format!("{words}: {}", shown(text))).filled_with(values);
    checker.add(node, draft);
}

/// The resource as IAM's message about its partition gives it: the first word replaced by `arn`, and the fields
/// that are missing by `*`.
fn with_wildcards(fields: &[&str]) -> String {
    let given = fields.get(1..).unwrap_or_default();
    // A colon that ends the text after the partition adds no field.
    let given = match given {
        [partition, ""] => std::slice::from_ref(partition),
        other => other,
    };
    let mut text = format!("arn:{}", given.join(":"));
    for _ in given.len()..5 {
        text.push_str(":*");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Option<Check> {
        shape(&fields(text, true)).map(|(check, ..)| *check)
    }

    #[test]
    fn entries_fail_the_first_step_that_applies() {
        let cases = [
            ("", Check::ResourceNotArn),
            ("invalid resource", Check::ResourceNotArn),
            ("a:b", Check::ResourcePartition),
            ("aws:s3:::b", Check::ResourcePartition),
            ("arn:aws2:s3", Check::ResourcePartition),
            ("arn:aws*:s3:::b", Check::ResourcePartition),
            ("arn:aws", Check::ResourceVendor),
            ("arn:*", Check::ResourceVendor),
            ("arn:aws:iam:us-east-1::x", Check::ResourceIamRegion),
            ("arn:aws:s3:us-east-1::b", Check::ResourceS3Region),
            ("arn:aws:s3:*", Check::ResourceS3Region),
            ("arn:aws:iam:::example_bucket", Check::ResourceIamPath),
            ("arn:aws:iam::111122223333:*/x", Check::ResourceIamPath),
            (
                "arn:aws:iam::111122223333:account-alias/*",
                Check::ResourceIamPath,
            ),
            ("arn:aws:s3::b", Check::ResourceLegacy),
            ("arn:aws::::b", Check::ResourceLegacy),
            ("arn:aws::fdsasf", Check::ResourceLegacy),
            ("arn:aws:", Check::ResourceLegacy),
            ("x:aws:s3:::b", Check::ResourcePrefix),
        ];
        for (text, check) in cases {
            assert_eq!(first(text), Some(check), "{text}");
        }
    }

    #[test]
    fn what_iam_stores_has_no_fault_of_shape() {
        let texts = [
            "arn:aws:s3:::b/*",
            "arn:aws:s33:::b",
            "arn:aws:fdsasf",
            "arn:aws:cloudfront:*",
            "arn:aws:iam",
            "arn:*:s3:::b",
            "arn:aws-cn:s3:::b",
            "arn:aws:iam::*:root",
            "arn:aws:iam::*:*",
            "arn:aws:iam:::user/x",
            "arn:aws:iam::111122223333:user/${aws:username}",
            "arn:aws:s3:us-west-2:111122223333:accesspoint/a",
            "arn:aws:s3:*:*:job/*",
            "arn:aws:cloudformation:*:*:*/*/*",
            "arn:aws:logs:*:*:log-group:/a/*:*",
            "arn:aws:invalid-service:us-east-1::x",
        ];
        for text in texts {
            assert_eq!(first(text), None, "{text}");
        }
    }

    #[test]
    fn every_resource_that_iam_and_s3_list_has_a_shape_that_is_taken() {
        use crate::catalog::{self, ArnPiece};
        for service in ["iam", "s3"] {
            let types = catalog::service(service).unwrap().resource_types();
            for shape in types.flat_map(|kind| kind.arn_patterns()) {
                let filled = shape.pieces().map(|piece| match piece {
                    ArnPiece::Literal(text) => text,
                    ArnPiece::Hole {
                        name: "Partition", ..
                    } => "aws",
                    ArnPiece::Hole { name: "Region", .. } => "us-west-2",
                    ArnPiece::Hole { name: "Account", .. } => "111122223333",
                    ArnPiece::Hole { .. } | ArnPiece::Any => "x",
                });
                let text: String = filled.collect();
                // IAM lists the sessions of roles as its own, but their ARNs are those of STS.
                if text.contains("assumed-role/") {
                    continue;
                }
                assert_eq!(first(&text), None, "{text}");
            }
        }
    }

    #[test]
    fn the_partition_message_fills_up_missing_fields() {
        let filled = |text: &str| with_wildcards(&fields(text, true));
        assert_eq!(filled("a:b"), "arn:b:*:*:*:*");
        assert_eq!(filled("a:b:"), "arn:b:*:*:*:*");
        assert_eq!(filled("a:b:c"), "arn:b:c:*:*:*");
        assert_eq!(filled("a:b:c:d:e:f:g:h"), "arn:b:c:d:e:f:g:h");
        assert_eq!(filled("aws:s3:::b"), "arn:s3:::b:*");
        assert_eq!(filled("s3::example-bucket/*"), "arn::example-bucket/*:*:*:*");
        assert_eq!(filled("arn:aws2:s3:::b/*"), "arn:aws2:s3:::b/*");
    }
}
