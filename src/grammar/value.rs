//! The values of conditions, by operator.
//!
//! Dates are what IAM parses when it stores a policy. All else is stored as it is; a value that its operator can
//! never match is a warning.
//!
//! Source: GRAM-20, COND-05, COND-15 to COND-25, MATCH-N2, VAR-03.

use super::arn_fields::fields;
use super::checker::{Checker, Draft};
use super::fault::shown;
use super::messages::Check;
use super::variable::{self, Site};
use crate::condition::value::{Decimal, Instant, InstantFault, Network, decode_base64, parse_bool};
use crate::condition::{Operator, Test};
use crate::policy::Version;
use crate::source::NodeId;

/// Checks one value, as text, of a condition with `operator`.
pub(super) fn check(checker: &mut Checker<'_>, operator: Operator, node: NodeId, text: &str) {
    let site = match operator.test {
        Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike | Test::Arn => Site::Text,
        Test::Bool => Site::Bool,
        Test::Date(_) => Site::Date,
        Test::Numeric(_) => Site::Typed("a number"),
        Test::Binary => Site::Typed("base64"),
        Test::IpAddress => Site::Typed("an address"),
        Test::Null => Site::Typed("the value of `Null`"),
    };
    let has_variable = checker.version != Version::V2008 && text.contains("${");
    if variable::check(checker, node, text, site) || (has_variable && site != Site::Text) {
        return;
    }
    let live = checker.version != Version::V2008;
    let (check, what) = match operator.test {
        Test::Date(_) => return date(checker, node, text),
        Test::Numeric(_) if Decimal::parse(text).is_none() => (Check::NumericValue, "no number"),
        Test::Bool if parse_bool(text).is_none() => (Check::BoolValue, "neither `true` nor `false`"),
        Test::Null if parse_bool(text).is_none() => (Check::NullValue, "neither `true` nor `false`"),
        Test::IpAddress if Network::parse(text).is_none() => (Check::IpValue, "no IP address or range"),
        Test::Binary if decode_base64(text).is_none() => (Check::BinaryValue, "no base64"),
        Test::Arn if fields(text, live).len() < 6 => (Check::ArnValue, "no ARN of six fields"),
        _ => return,
    };
    checker.add(
        node,
        Draft::warning(check, format!("{} is {what} and never matches", shown(text))),
    );
}

fn date(checker: &mut Checker<'_>, node: NodeId, text: &str) {
    match Instant::parse(text) {
        Ok(_) => {}
        Err(InstantFault::ImpossibleDay) => {
            let message = format!("the month has no such day: {}", shown(text));
            checker.add(node, Draft::warning(Check::DateWithoutSuchDay, message));
        }
        Err(InstantFault::Malformed) => {
            let message = format!("{} is no date", shown(text));
            let draft = Draft::error(Check::DateValue, message)
                .help("write a date such as `2026-01-31T12:00:00Z`, or seconds since 1970");
            checker.add(node, draft);
        }
    }
}
