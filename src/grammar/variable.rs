//! Policy variables: their syntax, and the places that have none.
//!
//! In a `2012-10-17` document a variable that cannot be read, or that stands where variables are not substituted,
//! is a fault. In a `2008-10-17` document a well-formed one is, since it would be literal text; what is not
//! well-formed was never meant as one.
//!
//! Source: GRAM-21, VAR-01, VAR-03, VAR-04.

use super::checker::{Checker, Draft};
use super::fault::shown;
use super::messages::Check;
use crate::dialect::Dialect;
use crate::policy::{Template, Version};
use crate::source::NodeId;

/// Where a text stands that may hold variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Site {
    /// `Resource` or `NotResource`.
    Resource,
    /// A value of a string or ARN operator.
    Text,
    /// A value of `Bool`, where AWS's pages disagree.
    Bool,
    /// A value of a date operator, which IAM parses when it stores the policy.
    Date,
    /// A value of another operator, with what its values are.
    Typed(&'static str),
    /// An element or name without variables.
    Elsewhere(&'static str),
}

/// Checks the variables of one text. Gives whether there was a fault of severity error.
pub(super) fn check(checker: &mut Checker<'_>, node: NodeId, text: &str, site: Site) -> bool {
    if !text.contains("${") {
        return false;
    }
    if checker.demands.dialect == Dialect::Ram {
        let message = format!("RAM has no policy variables: {}", shown(text));
        let draft = Draft::warning(Check::RamVariable, message);
        checker.add(
            node,
            draft.help("what becomes of this text is not documented; write it out"),
        );
        return false;
    }
    let read = Template::parse(text, Version::V2012);
    match (checker.version, read) {
        (Version::Unknown | Version::Ram1, _) | (Version::V2008, Err(_)) => false,
        (Version::V2008, Ok(_)) if matches!(site, Site::Elsewhere(_)) => false,
        (Version::V2008, Ok(template)) if template.has_variables() => {
            let message = format!(
                "{} is literal text in a policy of version `2008-10-17`",
                shown(text)
            );
            let draft = Draft::error(Check::VariableVersion, message)
                .help("variables take `\"Version\": \"2012-10-17\"`");
            checker.add(node, draft);
            true
        }
        (Version::V2008, Ok(_)) => false,
        (Version::V2012, Err((fault, _))) => {
            checker.add(
                node,
                Draft::error(Check::VariableSyntax, format!("{fault}: {}", shown(text))),
            );
            true
        }
        (Version::V2012, Ok(template)) => template.has_variables() && misplaced(checker, node, text, site),
    }
}

fn misplaced(checker: &mut Checker<'_>, node: NodeId, text: &str, site: Site) -> bool {
    let draft = match site {
        Site::Resource | Site::Text => return false,
        Site::Bool => {
            let message = format!(
                "AWS documents variables in `Bool` both as possible and as not: {}",
                shown(text)
            );
            checker.add(node, Draft::warning(Check::VariableBool, message));
            return false;
        }
        Site::Date => {
            let message = format!("a date cannot be a policy variable: {}", shown(text));
            Draft::error(Check::VariableDate, message)
        }
        Site::Typed(what) => {
            let message = format!("{what} cannot be a policy variable: {}", shown(text));
            Draft::error(Check::VariableOperator, message)
                .help("variables work with string and ARN operators")
        }
        Site::Elsewhere(element) => {
            let message = format!("`{element}` takes no policy variables: {}", shown(text));
            Draft::error(Check::VariablePlace, message)
                .help("variables work in `Resource`, `NotResource` and the values of conditions")
        }
    };
    checker.add(node, draft);
    true
}
