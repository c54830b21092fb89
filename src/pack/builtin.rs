//! The rule packs that are part of the binary.
//!
//! They are listed by `build.rs` and loaded at the first use; a test proves that they have no faults, so that a
//! fault here means a broken build and never a user's mistake.

use std::sync::OnceLock;

use super::fault::PackFault;
use super::file::Pack;
use super::load::load;

/// The name of each embedded file and its text, sorted by name: `rules/aws/msk-connect.toml`.
pub const BUILTIN_FILES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/rule_packs.rs"));

/// The packs of the binary, in the order of their files. Loaded once, then kept.
///
/// # Errors
///
/// The faults of all embedded files; never in a build whose tests pass.
pub fn builtin() -> Result<&'static [Pack], &'static [PackFault]> {
    static PACKS: OnceLock<Result<Vec<Pack>, Vec<PackFault>>> = OnceLock::new();
    let packs = PACKS.get_or_init(|| {
        let mut packs = Vec::new();
        let mut faults = Vec::new();
        for (name, text) in BUILTIN_FILES {
            match load(name, text) {
                Ok(pack) => packs.push(pack),
                Err(found) => faults.extend(found),
            }
        }
        if faults.is_empty() { Ok(packs) } else { Err(faults) }
    });
    packs.as_deref().map_err(Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{BUILTIN_FILES, builtin};
    use crate::pack::{Expect, Severity};

    #[test]
    fn the_packs_of_the_binary_have_no_faults() {
        let packs = builtin().unwrap_or_else(|faults| panic!("{faults:#?}"));
        assert_eq!(packs.len(), BUILTIN_FILES.len());
        let mut codes = HashSet::new();
        let mut ids = HashSet::new();
        for pack in packs {
            assert!(ids.insert(&pack.id), "two packs {}", pack.id);
            for rule in &pack.rules {
                assert!(codes.insert(&rule.code), "two rules {}", rule.code);
                let passing = rule
                    .examples
                    .iter()
                    .filter(|example| example.expect == Expect::Pass)
                    .count();
                assert!(passing > 0 && passing < rule.examples.len(), "{}", rule.code);
                assert!(rule.examples.len() >= 3, "{} has no near miss", rule.code);
                assert!(
                    rule.help.ends_with('.') && rule.why.ends_with('.'),
                    "{}",
                    rule.code
                );
            }
        }
    }

    #[test]
    fn msk_connect_has_its_rules_in_the_order_in_which_a_connector_meets_them() {
        let packs = builtin().unwrap();
        let pack = packs.iter().find(|pack| pack.id == "msk-connect").unwrap();
        let codes: Vec<(&str, Severity)> = pack
            .rules
            .iter()
            .map(|rule| (rule.id.as_str(), rule.severity))
            .collect();
        let expected = [
            ("role-service-linked", Severity::Error),
            ("role-missing", Severity::Error),
            ("trust-principal", Severity::Error),
            ("trust-source-mismatch", Severity::Error),
            ("trust-confused-deputy", Severity::Warning),
            ("cluster-connect", Severity::Error),
            ("cluster-describe", Severity::Error),
            ("internal-topics", Severity::Error),
            ("internal-groups", Severity::Error),
            ("topic-read", Severity::Error),
            ("topic-write", Severity::Error),
            ("sink-group", Severity::Error),
            ("log-s3", Severity::Error),
        ];
        let released: Vec<(&str, Severity)> = codes
            .iter()
            .copied()
            .filter(|code| expected.contains(code))
            .collect();
        assert_eq!(released, expected);
    }
}
