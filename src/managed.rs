//! Texts of policies that AWS manages, as they were on a day: for attachments whose text no input gives.
//!
//! In goes the ARN of a policy, in any partition; out comes its text with version and day, if it is among those that
//! are embedded. The file is split into lines at the first question; a document stays text until somebody reads it.
//! Where it comes from: docs/CATALOG.md.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::arn::Arn;

const FILE: &str = include_str!("../rules/aws/managed-policies.tsv");

/// The partition whose texts are embedded.
pub const PARTITION: &str = "aws";

/// A policy of AWS as it was on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManagedText {
    /// Path and name: what stands behind `policy/` in its ARN.
    pub path: &'static str,
    /// The version in force then, such as `v2`.
    pub version: &'static str,
    /// The day since which it was in force, as `2021-09-27`.
    pub date: &'static str,
    document: &'static str,
}

impl ManagedText {
    /// The name, without its path.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }

    /// The document as JSON text. The texts are those of the partition `aws`; for another one, the ARNs in it are
    /// moved there, which is how AWS writes them.
    #[must_use]
    pub fn document(&self, partition: &str) -> Cow<'static, str> {
        if partition == PARTITION {
            return Cow::Borrowed(self.document);
        }
        let (from, to) = (format!("\"arn:{PARTITION}:"), format!("\"arn:{partition}:"));
        Cow::Owned(self.document.replace(&from, &to))
    }
}

/// Partition, path and name of a policy that AWS manages, from its ARN:
/// `arn:aws:iam::aws:policy/job-function/ViewOnlyAccess`. `None` for any other ARN.
#[must_use]
pub fn parts_of(arn: &str) -> Option<(&str, &str)> {
    let parts = Arn::parse(arn)?;
    let is_aws = parts.service == "iam" && parts.region.is_empty() && parts.account == "aws";
    let path = parts.resource.strip_prefix("policy/")?;
    is_aws.then_some((parts.partition, path))
}

/// The embedded text for an ARN such as `arn:aws-cn:iam::aws:policy/AmazonS3FullAccess`, and the ARN's partition.
/// IAM compares names of attached policies by case, and so does this.
///
/// Cost: a binary search; the first call splits the file.
#[must_use]
pub fn find(arn: &str) -> Option<(ManagedText, &str)> {
    let (partition, path) = parts_of(arn)?;
    let texts = all();
    let at = texts.binary_search_by(|text| text.path.cmp(path)).ok()?;
    Some((*texts.get(at)?, partition))
}

/// All of them, in order of paths.
pub fn all() -> &'static [ManagedText] {
    static TEXTS: OnceLock<Vec<ManagedText>> = OnceLock::new();
    TEXTS.get_or_init(|| {
        let lines = FILE.lines().filter(|line| !line.starts_with('#'));
        lines.filter_map(text_of).collect()
    })
}

fn text_of(line: &'static str) -> Option<ManagedText> {
    let mut parts = line.splitn(4, '\t');
    Some(ManagedText {
        path: parts.next()?,
        version: parts.next()?,
        date: parts.next()?,
        document: parts.next()?,
    })
}

#[cfg(test)]
mod tests {
    use super::{FILE, all, find};
    use crate::grammar::{self, PolicyType};
    use crate::source::{Kind, Sources};

    #[test]
    fn every_line_is_a_policy_and_they_are_in_order() {
        let lines = FILE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(all().len(), lines);
        assert!(lines > 60, "{lines}");
        assert!(all().windows(2).all(|pair| pair[0].path < pair[1].path));
        for text in all() {
            let date: Vec<&str> = text.date.split('-').collect();
            assert_eq!(date.iter().map(|part| part.len()).collect::<Vec<_>>(), [4, 2, 2]);
            assert!(text.version.starts_with('v'), "{}", text.path);
        }
    }

    #[test]
    fn every_text_is_a_document_that_aws_stores() {
        for text in all() {
            let mut sources = Sources::new();
            let doc = sources.add_text(text.name(), text.document("aws").into_owned());
            let root = sources.root(doc).unwrap();
            assert_eq!(sources.kind(root), Kind::Object, "{}", text.path);
            let tree = sources.tree(doc).unwrap();
            let faults = grammar::check(tree, sources.faults(doc), root.node, PolicyType::Managed);
            // AWS's own texts may be longer than those of customers.
            let told: Vec<_> = faults
                .iter()
                .filter(|fault| !fault.message.contains("characters"))
                .collect();
            assert!(told.is_empty(), "{}: {told:?}", text.path);
        }
    }

    #[test]
    fn a_policy_is_found_by_its_arn_in_any_partition() {
        let (text, partition) = find("arn:aws-us-gov:iam::aws:policy/AmazonS3FullAccess").unwrap();
        assert_eq!(
            (text.name(), text.version, partition),
            ("AmazonS3FullAccess", "v2", "aws-us-gov")
        );
        let (text, _) = find("arn:aws:iam::aws:policy/service-role/AWSLambdaRole").unwrap();
        assert_eq!(text.name(), "AWSLambdaRole");
    }

    #[test]
    fn the_path_the_account_and_the_case_have_to_be_right() {
        for arn in [
            "arn:aws:iam::aws:policy/AWSLambdaRole",
            "arn:aws:iam::111122223333:policy/AmazonS3FullAccess",
            "arn:aws:iam::aws:policy/amazons3fullaccess",
            "arn:aws:iam::aws:role/AmazonS3FullAccess",
            "arn:aws:iam::aws:policy/NoSuchPolicy",
            "AmazonS3FullAccess",
        ] {
            assert!(find(arn).is_none(), "{arn}");
        }
    }

    #[test]
    fn arns_in_the_text_are_of_the_partition_asked_for() {
        let (text, _) = find("arn:aws:iam::aws:policy/AmazonSNSFullAccess").unwrap();
        assert!(!text.document("aws-cn").contains("\"arn:aws:"));
    }
}
