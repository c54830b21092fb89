//! `Principal` and `NotPrincipal`: whether they may or must be there, and what they name.
//!
//! Names are judged by form alone: a service, a provider or an account that does not exist is no fault here. A name
//! that looks like a placeholder of a template is a warning, since filling it in is what is missing.
//!
//! Source: GRAM-14, GRAM-15, GRAM-23 (principals), GRAM-26 (principals), MATCH-P3, MATCH-P4, MATCH-P8, EMPTY-01.

use super::checker::{Checker, Draft};
use super::elements::{Elements, Member, is_trust, not_both};
use super::fault::{Severity, listed, shown};
use super::kind::{PolicyType, PrincipalDemand, RamPolicy};
use super::messages::Check;
use super::variable::{self, Site};
use crate::arn::{Arn, is_account_id, is_partition};
use crate::policy::{Effect, PrincipalKind};
use crate::source::{Kind, NodeId};

/// How the unique ids of users, roles, sessions and the like begin.
const ID_PREFIXES: [&str; 7] = ["AIDA", "AROA", "ASIA", "AKIA", "ABIA", "ACCA", "ASCA"];

/// The account that the ARNs of CloudFront's origin access identities name.
const CLOUDFRONT: &str = "cloudfront";

/// Checks the principals of a statement.
pub(super) fn check(checker: &mut Checker<'_>, elements: &Elements) {
    let pair = elements.principal;
    if checker.demands.principal == PrincipalDemand::Prohibited {
        return prohibited(checker, elements);
    }
    not_both(
        checker,
        pair,
        Check::PrincipalsBoth,
        ["Principal", "NotPrincipal"],
    );
    if pair.any().is_none() {
        let message = format!(
            "{} needs a `Principal` in each statement",
            checker.kind.described()
        );
        checker.add(elements.node, Draft::error(Check::PrincipalMissing, message));
    }
    if let Some(member) = pair.negated {
        negated(checker, member, elements.effect);
    }
    if let Some((_, node)) = pair.plain {
        match checker.demands.principal {
            PrincipalDemand::OnlyEveryone => only_everyone(checker, node),
            _ => named(checker, node, "Principal"),
        }
    }
}

fn prohibited(checker: &mut Checker<'_>, elements: &Elements) {
    let pair = elements.principal;
    let members = [
        (pair.plain, "Principal", Check::PrincipalProhibited),
        (pair.negated, "NotPrincipal", Check::NotPrincipal),
    ];
    for (member, element, check) in members {
        if let Some((key, _)) = member {
            let message = format!("{} has no `{element}`", checker.kind.described());
            let draft = Draft::error(check, message);
            checker.add(
                key,
                draft.help("remove it: the policy is for those it is attached to"),
            );
        }
    }
}

fn negated(checker: &mut Checker<'_>, (key, node): Member, effect: Option<Effect>) {
    const HELP: &str = "use `Principal`, or a condition on `aws:PrincipalArn`";
    if effect == Some(Effect::Allow) && (checker.demands.not_principal || is_trust(checker)) {
        let message = "`NotPrincipal` goes with `Deny` only";
        checker.add(key, Draft::error(Check::NotPrincipalAllow, message).help(HELP));
    } else if !checker.demands.not_principal {
        let message = format!("{} takes no `NotPrincipal`", checker.kind.described());
        checker.add(key, Draft::error(Check::NotPrincipal, message).help(HELP));
    }
    if checker.demands.not_principal {
        named(checker, node, "NotPrincipal");
    }
}

fn only_everyone(checker: &mut Checker<'_>, node: NodeId) {
    if !checker.tree.is_string(node, "*") {
        let message = "the principal of a resource control policy is `\"*\"`";
        let draft = Draft::error(Check::ResourceControl, message);
        checker.add(
            node,
            draft.help("name principals in a condition on `aws:PrincipalArn` or `aws:PrincipalAccount`"),
        );
    }
}

fn named(checker: &mut Checker<'_>, node: NodeId, element: &'static str) {
    let tree = checker.tree;
    match tree.kind(node) {
        Kind::Object => map(checker, node, element),
        Kind::String if tree.is_string(node, "*") => {
            if is_trust(checker) {
                let message = "IAM may want `{\"AWS\": \"*\"}` in place of a bare `*` in a trust policy";
                checker.add(node, Draft::warning(Check::PrincipalText, message));
            }
        }
        // A bucket's policy lists ids.
        Kind::Array if checker.kind == PolicyType::Ram(RamPolicy::Resource) => {}
        Kind::String => {
            let message = format!("{} stands without its kind", shown(&checker.text(node)));
            let help = "write an object such as `{\"AWS\": \"…\"}` or `{\"Service\": \"…\"}`; alone stands only `\"*\"`";
            checker.add(node, Draft::error(Check::PrincipalText, message).help(help));
        }
        other => {
            let message = format!("`{element}` is an object or `\"*\"`, not {other}");
            checker.add(node, Draft::error(Check::PrincipalType, message));
        }
    }
}

fn map(checker: &mut Checker<'_>, node: NodeId, element: &'static str) {
    let tree = checker.tree;
    if tree.members(node).next().is_none() {
        let severity = if is_trust(checker) {
            Severity::Error
        } else {
            Severity::Warning
        };
        let message = format!("`{element}` names nobody");
        checker.add(node, Draft::of(severity, Check::PrincipalEmpty, message));
    }
    for (key, value) in tree.members(node) {
        let name = checker.text(key);
        let Some(kind) = PrincipalKind::from_key(&name, checker.demands.dialect) else {
            unknown_key(checker, key, &name);
            continue;
        };
        if checker.is_empty_list(value) {
            let message = format!("`{}` names nobody", kind.as_str());
            checker.add(value, Draft::warning(Check::PrincipalEmpty, message));
        }
        if kind == PrincipalKind::CanonicalUser && checker.kind == PolicyType::Trust {
            let message = "only S3 knows canonical user ids";
            checker.add(key, Draft::warning(Check::PrincipalKey, message));
        }
        for (item, text) in checker.strings(value, Check::PrincipalType, kind.as_str()) {
            if !variable::check(checker, item, &text, Site::Elsewhere(element)) {
                entry(checker, item, kind, &text);
            }
        }
    }
}

fn unknown_key(checker: &mut Checker<'_>, key: NodeId, name: &str) {
    let draft = Draft::error(
        Check::PrincipalKey,
        format!("{} is no kind of principal", shown(name)),
    );
    let known = checker.demands.dialect.table().principals;
    let meant = known.iter().find(|known| known.eq_ignore_ascii_case(name));
    let help = match meant {
        Some(meant) => format!("write `{meant}`: the kinds of principals are case-sensitive"),
        None => format!("the kinds are {}", listed(known.iter().copied(), usize::MAX)),
    };
    checker.add(key, draft.help(help));
}

fn entry(checker: &mut Checker<'_>, node: NodeId, kind: PrincipalKind, text: &str) {
    let upper = kind.as_str().to_ascii_uppercase();
    let values = [upper.as_str(), text];
    let draft = match kind {
        PrincipalKind::Aws => aws(text),
        PrincipalKind::Service | PrincipalKind::Federated => by_name(kind, text),
        PrincipalKind::CanonicalUser => canonical(text),
        PrincipalKind::Ram => ram(text),
    };
    if let Some(draft) = draft {
        checker.add(node, draft.filled_with(&values));
    }
}

fn by_name(kind: PrincipalKind, text: &str) -> Option<Draft<'static>> {
    if text.is_empty() {
        return Some(Draft::error(
            Check::PrincipalValue,
            format!("`{}` names nobody", kind.as_str()),
        ));
    }
    text.contains(['*', '?'])
        .then(|| wildcard(text).help("name each one; there are no wildcards here"))
}

fn canonical(text: &str) -> Option<Draft<'static>> {
    let is_id = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    (!is_id).then(|| {
        Draft::warning(
            Check::PrincipalValue,
            format!("{} is no canonical user id", shown(text)),
        )
    })
}

/// What else than names of identities stands under `RAM` is not documented.
fn ram(text: &str) -> Option<Draft<'static>> {
    let mut fields = text.splitn(5, ':');
    let head = [fields.next(), fields.next(), fields.next()] == [Some("acs"), Some("ram"), Some("")];
    let account = fields.next().unwrap_or_default();
    let identity = fields.next().unwrap_or_default();
    let is_number = !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit());
    let is_one = identity == "root"
        || ["user/", "role/"]
            .iter()
            .any(|kind| identity.strip_prefix(kind).is_some_and(|name| !name.is_empty()));
    (!head || !is_number || !is_one).then(|| {
        Draft::warning(
            Check::RamPrincipal,
            format!("{} names no account, user or role of RAM", shown(text)),
        )
        .help("write `acs:ram::ACCOUNT:root`, `…:user/NAME` or `…:role/NAME`")
    })
}

fn wildcard(text: &str) -> Draft<'static> {
    Draft::error(
        Check::PrincipalWildcard,
        format!(
            "a principal is matched as a whole, wildcards do not work: {}",
            shown(text)
        ),
    )
}

fn aws(text: &str) -> Option<Draft<'static>> {
    if text == "*" || is_account_id(text) || is_unique_id(text) {
        return None;
    }
    if text.contains(['*', '?']) {
        let help = "use `\"*\"` with a condition on `aws:PrincipalArn`, where wildcards work";
        return Some(wildcard(text).help(help));
    }
    let arn = Arn::parse(text);
    if arn.is_some_and(|arn| is_identity(&arn)) {
        return None;
    }
    if arn.is_some_and(|arn| arn.service == "iam" && arn.resource.starts_with("group/")) {
        let message = format!("a group is no principal: {}", shown(text));
        return Some(Draft::error(Check::PrincipalGroup, message).help("name the users or roles"));
    }
    let severity = if is_template(text, arn.as_ref()) {
        Severity::Warning
    } else {
        Severity::Error
    };
    let message = format!("{} names no account, user, role or session", shown(text));
    Some(
        Draft::of(severity, Check::PrincipalValue, message)
            .help("write an account id, or an ARN such as `arn:aws:iam::111122223333:role/name`"),
    )
}

fn is_unique_id(text: &str) -> bool {
    text.len() >= 16
        && ID_PREFIXES.iter().any(|prefix| text.starts_with(prefix))
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_identity(arn: &Arn<'_>) -> bool {
    let is_origin_access =
        arn.service == "iam" && arn.account == CLOUDFRONT && arn.resource.starts_with("user/");
    is_partition(arn.partition) && (is_origin_access || arn.identity().is_some())
}

/// Whether the text looks like one that is yet to be filled in: brackets and the like, an account in letters, or
/// all capitals.
fn is_template(text: &str, arn: Option<&Arn<'_>>) -> bool {
    let has_brackets = text.contains(['<', '>', '{', '}', '[', ']', '$']);
    let has_named_account = arn.is_some_and(|arn| arn.account.contains(|c: char| c.is_ascii_alphabetic()));
    let is_capitals = arn.is_none()
        && text.contains(|c: char| c.is_ascii_uppercase())
        && !text.contains(|c: char| c.is_ascii_lowercase());
    has_brackets || has_named_account || is_capitals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> Option<(bool, Check)> {
        aws(text).map(|draft| (draft.is_error(), draft.check))
    }

    #[test]
    fn accounts_identities_and_ids_are_principals() {
        let texts = [
            "*",
            "111122223333",
            "arn:aws:iam::111122223333:root",
            "arn:aws-cn:iam::111122223333:role/team/x",
            "arn:aws:sts::111122223333:assumed-role/r/s",
            "arn:aws:sts::111122223333:federated-user/f",
            "AROAEXAMPLEEXAMPLE12",
            "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E127EXAMPLE51Z",
        ];
        for text in texts {
            assert_eq!(judged(text), None, "{text}");
        }
    }

    #[test]
    fn other_names_are_faults_and_placeholders_warnings() {
        let cases = [
            ("arn:aws:iam::111122223333:role/*", true, Check::PrincipalWildcard),
            ("arn:aws:iam::*:root", true, Check::PrincipalWildcard),
            ("arn:aws:iam::111122223333:group/g", true, Check::PrincipalGroup),
            ("arn:aws:s3:::b", true, Check::PrincipalValue),
            (
                "arn:aws:iam:us-east-1:111122223333:root",
                true,
                Check::PrincipalValue,
            ),
            ("arn:aws2:iam::111122223333:root", true, Check::PrincipalValue),
            ("arn:aws:iam::1111222233:root", true, Check::PrincipalValue),
            ("1111222233", true, Check::PrincipalValue),
            ("alice", true, Check::PrincipalValue),
            ("", true, Check::PrincipalValue),
            ("arn:aws:iam::ACCOUNT_ID:root", false, Check::PrincipalValue),
            ("arn:aws:iam::<account>:role/x", false, Check::PrincipalValue),
            ("ACCOUNT-ID", false, Check::PrincipalValue),
        ];
        for (text, is_error, check) in cases {
            assert_eq!(judged(text), Some((is_error, check)), "{text}");
        }
    }
}
