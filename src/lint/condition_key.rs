//! `policy/unused-condition-key`: condition keys that no request of the statement's actions can carry.
//!
//! A key is used if it is global, or the catalogue lists it for one of the actions or for one of their resource types;
//! the tag keys of requests and resources count where they are listed. Nothing is said of keys of identity providers
//! (`token.actions.githubusercontent.com:sub`), of trust policies, nor, but for keys that do not exist, of statements
//! some of whose actions the catalogue does not know.
//!
//! Source: COND-08, QUIRK-66.

use std::rc::Rc;

use super::code::UNUSED_CONDITION_KEY;
use super::context::{Draft, Lint};
use super::expansion::{Beyond, Expansion, Expansions};
use crate::catalog::{self, ConditionKey};
use crate::condition::{Condition, Context, Mode, Truth};
use crate::grammar::{PolicyType, listed, shown};
use crate::policy::{ConditionEntry, Effect, Reading, Statement};

/// Prefixes of keys that identity providers bring, besides those that are the names of hosts.
const PROVIDERS: [&str; 1] = ["saml"];

/// Checks every condition of the document.
pub(super) fn check(lint: &mut Lint<'_>, expansions: &mut Expansions) {
    if lint.kind == PolicyType::Trust {
        return;
    }
    let policy = lint.policy;
    for statement in policy.statements.iter().filter(|s| !s.conditions.is_empty()) {
        let actions = Actions::of(statement, expansions);
        for entry in &statement.conditions {
            if is_of_provider(&entry.key) || super::mark::mark(&entry.key).is_some() {
                continue;
            }
            let reason = match catalog::condition_key(&entry.key) {
                None => actions.unknown_key(&entry.key),
                Some(key) => actions.unused(key, &entry.key),
            };
            if let Some((message, help)) = reason {
                let draft = Draft::new(UNUSED_CONDITION_KEY, message)
                    .label(effect(lint, statement, entry))
                    .help(help);
                lint.add(entry.key_node, draft);
            }
        }
    }
}

/// A key that names a host, a path or `saml` before its colon.
fn is_of_provider(key: &str) -> bool {
    let prefix = key.rsplit_once(':').map_or("", |(prefix, _)| prefix);
    prefix.contains(['.', '/', ':']) || PROVIDERS.iter().any(|known| prefix.eq_ignore_ascii_case(known))
}

/// What the actions of a statement are, as far as keys are concerned.
enum Actions<'a> {
    /// These, all known.
    Known(Vec<(&'a str, Rc<Expansion>)>),
    /// Not all of them are known, or they are a complement.
    Open,
}

impl<'a> Actions<'a> {
    fn of(statement: &'a Statement, expansions: &mut Expansions) -> Self {
        let Reading::Known { value: clause, .. } = &statement.action else {
            return Self::Open;
        };
        if clause.negated || clause.values.is_empty() || !clause.not_understood.is_empty() {
            return Self::Open;
        }
        let actions: Vec<_> = clause
            .values
            .iter()
            .map(|item| (item.value.as_ref(), expansions.get(&item.value)))
            .collect();
        let is_known = |(text, expansion): &(&str, Rc<Expansion>)| {
            expansion.beyond == Beyond::Nothing && !text.starts_with('*')
        };
        if actions.iter().all(is_known) {
            Self::Known(actions)
        } else {
            Self::Open
        }
    }

    /// Why a key that the catalogue does not have is not used, and what to do.
    fn unknown_key(&self, key: &str) -> Option<(String, String)> {
        let prefix = key.split_once(':').map(|(prefix, _)| prefix);
        // A service that is not known has keys that are not known.
        let is_judged = match prefix {
            None => true,
            Some(prefix) if prefix.eq_ignore_ascii_case("aws") => true,
            Some(prefix) => {
                catalog::is_complete(prefix) || catalog::service(prefix).is_none() && !self.is_open()
            }
        };
        if !is_judged {
            return None;
        }
        let help = match nearest(key) {
            Some(nearest) => format!("did you mean {}?", shown(nearest)),
            None => format!(
                "check the spelling; the catalogue is of {}, so a newer key may be missing from it",
                catalog::version().date
            ),
        };
        Some((format!("there is no known condition key {}", shown(key)), help))
    }

    fn is_open(&self) -> bool {
        matches!(self, Self::Open)
    }

    /// Why a known key is not used, and what to do.
    fn unused(&self, key: ConditionKey, written: &str) -> Option<(String, String)> {
        let Self::Known(actions) = self else {
            return None;
        };
        let carries = |(_, expansion): &(&str, Rc<Expansion>)| {
            expansion
                .actions
                .iter()
                .any(|action| action.supports_condition_key(key.name()))
        };
        if actions.iter().any(carries) {
            return None;
        }
        let names = listed(actions.iter().map(|(text, _)| *text), 2);
        let message = format!(
            "no request of {names} carries the condition key {}",
            shown(written)
        );
        let help =
            "use a key that these actions have, or move the actions that have it to a statement of their own";
        Some((message, help.to_owned()))
    }
}

/// What comes of a key that is never there.
fn effect(lint: &Lint<'_>, statement: &Statement, entry: &ConditionEntry) -> String {
    let condition = Condition::compile(entry, lint.policy.version);
    let absent = condition.evaluate(&Context::closed(), Mode::Chosen).truth;
    let effect = match &statement.effect {
        Reading::Known { value, .. } => Some(*value),
        _ => None,
    };
    let said = match (absent, effect) {
        (Truth::False, Some(Effect::Allow)) => "never true: the statement grants nothing",
        (Truth::False, Some(Effect::Deny)) => "never true: the statement denies nothing",
        (Truth::True, Some(Effect::Allow)) => "always true: it limits nothing",
        (Truth::True, Some(Effect::Deny)) => "always true: the statement denies as if it were not there",
        _ => "not in any request of these actions",
    };
    said.to_owned()
}

/// The known key nearest to one that is not, if one is near: a slip of the hand, or the same name under another
/// prefix.
fn nearest(key: &str) -> Option<&'static str> {
    let folded = key.to_ascii_lowercase();
    let name = folded.split_once(':').map_or(folded.as_str(), |(_, name)| name);
    let global = format!("aws:{name}");
    let candidates = || catalog::condition_keys().map(|known| known.name());
    candidates()
        .find(|known| known.eq_ignore_ascii_case(&global))
        .or_else(|| candidates().find(|known| is_slip(&folded, &known.to_ascii_lowercase())))
}

/// Whether one letter more, less, other, or two swapped make the difference.
fn is_slip(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let before = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (
        one.get(before..).unwrap_or_default(),
        other.get(before..).unwrap_or_default(),
    );
    let behind = one
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let cut = |rest: &[u8]| {
        rest.get(..rest.len() - behind)
            .map(<[u8]>::to_vec)
            .unwrap_or_default()
    };
    match (cut(one).as_slice(), cut(other).as_slice()) {
        ([], [_]) | ([_], [] | [_]) => true,
        ([a, b], [c, d]) => (a, b) == (d, c),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_of_provider, nearest};

    #[test]
    fn keys_of_providers_are_told_by_their_prefix() {
        for key in [
            "accounts.google.com:aud",
            "token.actions.githubusercontent.com:sub",
            "oidc.eks.us-east-1.amazonaws.com/id/ABC:sub",
            "SAML:aud",
        ] {
            assert!(is_of_provider(key), "{key}");
        }
        for key in ["aws:SourceIp", "s3:prefix", "aws:PrincipalTag/a.b", "sub", ""] {
            assert!(!is_of_provider(key), "{key}");
        }
    }

    #[test]
    fn slips_and_other_prefixes_are_corrected() {
        for (written, meant) in [
            ("aws:SourceAcount", "aws:SourceAccount"),
            ("aws:SuorceArn", "aws:SourceArn"),
            ("s3:SourceIp", "aws:SourceIp"),
            ("SecureTransport", "aws:SecureTransport"),
            ("s3:prefxi", "s3:prefix"),
        ] {
            assert_eq!(nearest(written), Some(meant), "{written}");
        }
        assert_eq!(nearest("aws:NothingLikeIt"), None);
    }
}
