//! Packs that want the same name: a code has one meaning, whoever brings packs of their own.
//!
//! In: the packs of a run in the order in which they were named. Out: what a later one takes from an earlier one, or
//! from the codes of lint, with both places.

use super::rule::Pack;
use crate::lint;
use crate::source::Location;

/// A name that two packs want.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Clash {
    /// What is taken: one line, lower case, no final stop.
    pub message: String,
    /// Where the later pack says it.
    pub place: Location,
    /// Where it was said first; `None` for codes that stand in no file.
    pub first: Option<Location>,
    /// What to do.
    pub help: &'static str,
}

const HELP: &str = "A code has one meaning: give the pack an id of its own.";

/// Every clash of each pack with those before it. Of a pack whose id is taken, its codes are told of where there are
/// some that are taken too, and else its id.
pub fn clashes(packs: &[Pack]) -> Vec<Clash> {
    let mut found = Vec::new();
    for (index, pack) in packs.iter().enumerate() {
        let earlier = packs.get(..index).unwrap_or_default();
        let codes = found.len();
        for rule in &pack.rules {
            let rules = earlier.iter().flat_map(|pack| &pack.rules);
            let first = rules
                .filter(|first| first.code == rule.code)
                .map(|first| &first.place)
                .next();
            let of_lint = lint::CODES.iter().any(|code| code.name == rule.code);
            if first.is_some() || of_lint {
                found.push(Clash {
                    message: format!("the rule redefines `{}`", rule.code),
                    place: rule.place.clone(),
                    first: first.cloned(),
                    help: HELP,
                });
            }
        }
        let first = earlier.iter().find(|first| first.id == pack.id);
        if found.len() == codes && (first.is_some() || pack.id == lint::PACK) {
            found.push(Clash {
                message: format!("the pack id `{}` is taken", pack.id),
                place: pack.place.clone(),
                first: first.map(|first| first.place.clone()),
                help: HELP,
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::clashes;
    use crate::pack::{Pack, builtin, load};

    fn own(id: &str, rule: &str) -> Pack {
        let text = include_str!("../../rules/aws/msk-connect.toml")
            .replacen("id = \"msk-connect\"", &format!("id = \"{id}\""), 1)
            .replacen("id = \"topic-read\"", &format!("id = \"{rule}\""), 1);
        load("own.toml", &text).unwrap()
    }

    #[test]
    fn packs_of_different_ids_share_no_code() {
        let mut packs = builtin().unwrap().to_vec();
        assert_eq!(clashes(&packs), []);
        packs.push(own("house", "topic-read"));
        assert_eq!(clashes(&packs), []);
    }

    #[test]
    fn every_code_that_is_taken_is_told_with_both_places() {
        let mut packs = builtin().unwrap().to_vec();
        packs.push(own("msk-connect", "topic-reading"));
        let found = clashes(&packs);
        assert_eq!(found.len(), packs.last().unwrap().rules.len() - 1);
        let trust = found
            .iter()
            .find(|clash| clash.message == "the rule redefines `msk-connect/trust-principal`")
            .unwrap();
        let first = trust.first.as_ref().unwrap();
        assert_eq!((trust.place.file.as_str(), first.file.as_str()), ("own.toml", "rules/aws/msk-connect.toml"));
        assert_eq!(trust.place.start, first.start);
    }

    #[test]
    fn an_id_that_is_taken_is_told_where_no_code_is() {
        let mut pack = own("house", "topic-read");
        let twin = pack.clone();
        pack.rules.truncate(1);
        let mut other = twin;
        other.rules.retain(|rule| rule.code == "house/topic-read");
        let found = clashes(&[pack, other]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "the pack id `house` is taken");
        let lint = own("policy", "size");
        let messages: Vec<String> = clashes(&[lint]).into_iter().map(|clash| clash.message).collect();
        assert_eq!(messages, ["the rule redefines `policy/size`"]);
    }
}
