//! Organizations: who lies below whom, and which policies are attached where.
//!
//! In go the outputs of `aws organizations`, out comes for each account the chain from it up to its root, as far as that
//! is known. Ids are those of Organizations: `r-…` a root, `ou-…` a unit, twelve digits an account, `p-…` a policy.
//! Nothing here says what a policy decides.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{OrganizationPolicy, OrganizationPolicyKind};

/// The texts that AWS attaches by default, by the ids that they have in every organization.
pub(super) const FULL_ACCESS: [(OrganizationPolicyKind, &str, &str, &str); 2] = [
    (
        OrganizationPolicyKind::ServiceControl,
        "p-FullAWSAccess",
        "FullAWSAccess",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
    ),
    (
        OrganizationPolicyKind::ResourceControl,
        "p-RCPFullAWSAccess",
        "RCPFullAWSAccess",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#,
    ),
];

impl OrganizationPolicy {
    /// Whether it is the policy of AWS that allows all.
    #[must_use]
    pub fn is_full_access(&self) -> bool {
        let id = self.id.as_deref();
        FULL_ACCESS
            .iter()
            .any(|(kind, full, ..)| *kind == self.kind && id == Some(*full))
    }
}

/// Units within units: five are allowed.
const DEEPEST: usize = 16;

/// What is known of the organizations among the inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organization {
    /// The root or unit right above an account or unit.
    pub(super) parents: BTreeMap<String, String>,
    /// The accounts that manage an organization.
    pub(super) management: BTreeSet<String>,
    /// Roots, units and accounts all of whose policies of a kind are listed.
    pub(super) listed: BTreeSet<(OrganizationPolicyKind, String)>,
}

/// An account and what it lies below, as far as that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// Ids from the account up.
    pub ids: Vec<String>,
    /// Whether it ends at a root.
    pub is_whole: bool,
}

impl Organization {
    /// An account and what it lies below.
    #[must_use]
    pub fn chain(&self, account: &str) -> Chain {
        let mut ids = vec![account.to_owned()];
        while let Some(parent) = ids.last().and_then(|last| self.parents.get(last)) {
            if ids.contains(parent) || ids.len() > DEEPEST {
                break;
            }
            ids.push(parent.clone());
        }
        let is_whole = ids.last().is_some_and(|last| last.starts_with("r-"));
        Chain { ids, is_whole }
    }

    /// Whether the account manages its organization: no policy of the organization binds it.
    #[must_use]
    pub fn is_management(&self, account: &str) -> bool {
        self.management.contains(account)
    }

    /// Whether all policies of a kind that are attached to a root, unit or account are known by name.
    #[must_use]
    pub fn is_listed(&self, kind: OrganizationPolicyKind, target: &str) -> bool {
        self.listed.contains(&(kind, target.to_owned()))
    }
}

/// Whether a text is the id of an account.
#[must_use]
pub fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is the id of a root, unit or account.
pub(super) fn is_target_id(text: &str) -> bool {
    let is_word = |text: &str| text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_root = text.strip_prefix("r-").is_some_and(is_word);
    let unit = text.strip_prefix("ou-").and_then(|rest| rest.split_once('-'));
    is_root || is_account_id(text) || unit.is_some_and(|(root, unit)| is_word(root) && is_word(unit))
}

/// Whether a text is the id of a policy.
pub(super) fn is_policy_id(text: &str) -> bool {
    let is_word = |text: &str| {
        text.len() >= 4
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    text.strip_prefix("p-").is_some_and(is_word)
}

/// The first id in a name of a file or folder, such as `list-targets-for-policy-p-1a2b3c4d`.
pub(super) fn id_in(name: &str, is_id: fn(&str) -> bool) -> Option<&str> {
    let is_inside = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let starts = name.char_indices().filter(|(at, letter)| {
        let before = name.get(..*at).and_then(|before| before.bytes().last());
        letter.is_ascii_alphanumeric() && before.is_none_or(|byte| !byte.is_ascii_alphanumeric())
    });
    for (start, _) in starts {
        let rest = name.get(start..).unwrap_or_default();
        let end = rest
            .bytes()
            .position(|byte| !is_inside(byte))
            .unwrap_or(rest.len());
        // The longest that is one: what follows may be of the name.
        let ends = (1..=end).rev().filter(|end| {
            let next = rest.as_bytes().get(*end);
            next.is_none_or(|byte| !byte.is_ascii_alphanumeric())
        });
        let found = ends.filter_map(|end| rest.get(..end)).find(|id| is_id(id));
        if found.is_some() {
            return found;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_names() {
        let target = |name| id_in(name, is_target_id);
        assert_eq!(target("list-policies-for-target-r-ab12"), Some("r-ab12"));
        assert_eq!(target("ou-ab12-1a2b3c4d scps"), Some("ou-ab12-1a2b3c4d"));
        assert_eq!(target("policies-of-111122223333-scp"), Some("111122223333"));
        assert_eq!(target("list-policies-for-target"), None);
        assert_eq!(target("1111222233334"), None);
        assert_eq!(id_in("targets_p-1a2b3c4d", is_policy_id), Some("p-1a2b3c4d"));
        assert_eq!(id_in("p-FullAWSAccess", is_policy_id), Some("p-FullAWSAccess"));
        assert_eq!(id_in("scp-policy-ü", is_policy_id), None);
    }

    #[test]
    fn a_chain_ends_at_a_root_and_circles_end_it_too() {
        let mut organization = Organization::default();
        for (child, parent) in [
            ("1", "ou-a"),
            ("ou-a", "r-a"),
            ("2", "ou-b"),
            ("ou-b", "ou-c"),
            ("ou-c", "ou-b"),
        ] {
            organization.parents.insert(child.to_owned(), parent.to_owned());
        }
        assert_eq!(
            organization.chain("1"),
            Chain {
                ids: vec!["1".into(), "ou-a".into(), "r-a".into()],
                is_whole: true
            }
        );
        assert_eq!(organization.chain("2").ids, ["2", "ou-b", "ou-c"]);
        assert!(!organization.chain("2").is_whole);
        assert_eq!(organization.chain("3").ids, ["3"]);
    }
}
