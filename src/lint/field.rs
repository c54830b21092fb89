//! The fields of an ARN that have a form of their own: whether what stands there can be a region or an account.
//!
//! In: an ARN as a policy writes it, of six fields or more. Out: the first field that cannot be what it has to be.
//! Wildcards and variables can be anything.

use crate::arn::is_account_id;
use crate::grammar::arn_fields;

/// A field that cannot be what it has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BadField<'t> {
    /// What the field is, with its article.
    pub(super) what: &'static str,
    /// What stands there.
    pub(super) text: &'t str,
}

/// What the region field holds besides the name of a region.
const REGIONS: [&str; 2] = ["global", "aws-global"];

/// What the account field holds besides an account id.
const ACCOUNTS: [&str; 4] = ["aws", "cloudfront", "amazon", "partner"];

/// The first field of `arn` that cannot be one.
pub(super) fn bad_field(arn: &str) -> Option<BadField<'_>> {
    let fields = arn_fields(arn, true);
    let ["arn", partition, service, region, account, _, ..] = *fields.as_slice() else {
        return None;
    };
    // By the guide's reading a star at the end of a field may run on over the next ones (MATCH-R3): what stands
    // there then belongs to a later field, unless it can be part of none.
    let runs_on = [partition, service, region]
        .iter()
        .any(|field| field.ends_with('*'));
    let earlier = [partition, service].iter().any(|field| field.ends_with('*'));
    if !earlier && !can_be_region(region) {
        return Some(BadField {
            what: "a region",
            text: region,
        });
    }
    if !can_be_account(account) && (!runs_on || is_in_capitals(account)) {
        return Some(BadField {
            what: "an account id",
            text: account,
        });
    }
    None
}

/// Whether the text can be, or match, an account id in a condition value.
pub(super) fn can_be_account_id(text: &str) -> bool {
    is_open(text) || is_account_id(text)
}

/// Whether the text can be, or match, the name of a region.
pub(super) fn can_be_region(text: &str) -> bool {
    if text.is_empty() || is_open(text) || REGIONS.contains(&text) {
        return true;
    }
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let last = parts.next_back().unwrap_or_default();
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    let is_number = !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit());
    let words: Vec<&str> = parts.collect();
    is_word(first) && is_number && !words.is_empty() && words.iter().all(|word| is_word(word))
}

fn can_be_account(text: &str) -> bool {
    text.is_empty() || is_open(text) || ACCOUNTS.contains(&text) || is_account_id(text)
}

fn is_open(text: &str) -> bool {
    text.contains(['*', '?']) || text.contains("${")
}

fn is_in_capitals(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_uppercase()) && !text.contains(|c: char| c.is_ascii_lowercase())
        || super::word::is_placeholder(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_and_accounts_in_all_their_forms_are_taken() {
        for arn in [
            "*",
            "arn:aws:s3:::bucket/*",
            "arn:aws:iam::111122223333:role/x",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "arn:aws:kafka:us-east-1:123456789012:topic/a/b/c",
            "arn:aws-us-gov:kafka:us-gov-west-1:*:topic/a/b/c",
            "arn:aws-eusc:kafka:eusc-de-east-1:123456789012:topic/a/b/c",
            "arn:aws:kafka:us-*:1234*:topic/a/b/c",
            "arn:aws:kafka:${aws:RequestedRegion}:${aws:PrincipalAccount}:topic/a/b/c",
            "arn:aws:rds:*:cluster:name",
            "arn:aws:sqs:*",
            "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E127EXAMPLE51Z",
            "arn:aws:health:global::event/x",
        ] {
            assert_eq!(bad_field(arn), None, "{arn}");
        }
    }

    #[test]
    fn other_texts_in_those_fields_are_not() {
        for (arn, what, text) in [
            (
                "arn:aws:kafka:REGION:111122223333:cluster/a/b",
                "a region",
                "REGION",
            ),
            (
                "arn:aws:kafka:region:account-id:cluster/a/b",
                "a region",
                "region",
            ),
            ("arn:aws:iam:111122223333::role/x", "a region", "111122223333"),
            (
                "arn:aws:kafka:us-east-1:Account-ID:cluster/a/b",
                "an account id",
                "Account-ID",
            ),
            ("arn:aws:iam::11112222333:role/x", "an account id", "11112222333"),
            ("arn:aws:kafka:*:ACCOUNT:cluster/a/b", "an account id", "ACCOUNT"),
        ] {
            assert_eq!(bad_field(arn), Some(BadField { what, text }), "{arn}");
        }
    }
}
