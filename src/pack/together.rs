//! What is wrong with packs only together: a name has one meaning, whoever brings packs of their own, and what a class
//! needs is asked by some rule.
//!
//! In: the packs of a run in the order in which they were named. Out: each [`Clash`] with its place, and that of what it
//! clashes with.

use super::class::ConnectorClass;
use super::file::Pack;
use super::rule::Ask;
use crate::lint;
use crate::source::Location;

/// Something in a pack that does not go with the other packs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Clash {
    /// What is wrong: one line, lower case, no final stop.
    pub message: String,
    /// Where the later pack says it.
    pub place: Location,
    /// Where it was said first; `None` where that is in no file.
    pub first: Option<Location>,
    /// What to do.
    pub help: &'static str,
}

/// Every clash of each pack with those before it, and every need that no rule asks.
pub fn clashes(packs: &[Pack]) -> Vec<Clash> {
    let mut found = Vec::new();
    for (index, pack) in packs.iter().enumerate() {
        let earlier = packs.get(..index).unwrap_or_default();
        push_codes(pack, earlier, &mut found);
        for class in &pack.classes {
            push_names(class, pack, earlier, &mut found);
            push_needs(class, packs, &mut found);
        }
    }
    found
}

/// A pack whose id is taken, told once: with the rules of it that redefine codes, which begin with the id.
fn push_codes(pack: &Pack, earlier: &[Pack], found: &mut Vec<Clash>) {
    let first = earlier.iter().find(|first| first.id == pack.id);
    if first.is_none() && pack.id != lint::PACK {
        return;
    }
    let known = |code: &str| {
        earlier
            .iter()
            .flat_map(|pack| &pack.rules)
            .find(|rule| rule.code == code)
    };
    let is_known = |code: &str| known(code).is_some() || lint::CODES.iter().any(|known| known.name == code);
    let mut again = pack.rules.iter().filter(|rule| is_known(&rule.code));
    let clash = match (again.next(), again.count()) {
        (None, _) => (
            format!("the pack id `{}` is taken", pack.id),
            &pack.place,
            first.map(|first| &first.place),
        ),
        (Some(rule), 0) => (
            format!("the rule redefines `{}`", rule.code),
            &rule.place,
            known(&rule.code).map(|first| &first.place),
        ),
        (Some(rule), more) => (
            format!(
                "the pack id `{}` is taken: its rules redefine `{}` and {more} more",
                pack.id, rule.code
            ),
            &pack.place,
            first.map(|first| &first.place),
        ),
    };
    let (message, place, first) = clash;
    found.push(Clash {
        message,
        place: place.clone(),
        first: first.cloned(),
        help: "A code has one meaning: give the pack an id of its own.",
    });
}

/// Names of a class that a class of an earlier pack of the platform has.
fn push_names(class: &ConnectorClass, pack: &Pack, earlier: &[Pack], found: &mut Vec<Clash>) {
    let same = earlier.iter().filter(|earlier| earlier.platform == pack.platform);
    let known: Vec<&ConnectorClass> = same.flat_map(|pack| &pack.classes).collect();
    for name in &class.names {
        let first = known.iter().find(|known| known.names.contains(name));
        found.extend(first.map(|first| Clash {
            message: format!("the class `{name}` is known already"),
            place: class.place.clone(),
            first: Some(first.place.clone()),
            help: "A class is described once: leave the name out.",
        }));
    }
}

/// Needs under codes that ask nothing of classes: they would be silently missing.
fn push_needs(class: &ConnectorClass, packs: &[Pack], found: &mut Vec<Clash>) {
    let name = class.names.first().map_or("", String::as_str);
    let mut told: Vec<&str> = Vec::new();
    for need in &class.needs {
        let mut rules = packs.iter().flat_map(|pack| &pack.rules);
        let rule = rules.find(|rule| rule.code == need.code);
        let asks = rule.is_some_and(|rule| matches!(&rule.ask, Ask::Grant(grants) if grants.of_class));
        if asks || told.contains(&need.code.as_str()) {
            continue;
        }
        told.push(&need.code);
        found.push(Clash {
            message: format!("no rule asks what the class `{name}` needs for `{}`", need.code),
            place: class.place.clone(),
            first: rule.map(|rule| rule.place.clone()),
            help: "Name the code of a rule that has `classes = true`; `rolecall rules` lists the codes.",
        });
    }
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
    fn a_pack_that_redefines_many_codes_is_told_once_with_both_places() {
        let mut packs = builtin().unwrap().to_vec();
        packs.push(own("msk-connect", "topic-reading"));
        let again = packs.last().unwrap().rules.len() - 2;
        let found = clashes(&packs);
        let messages: Vec<&str> = found.iter().map(|clash| clash.message.as_str()).collect();
        let first_code = "`msk-connect/role-missing`";
        let message =
            format!("the pack id `msk-connect` is taken: its rules redefine {first_code} and {again} more");
        assert_eq!(messages, [message]);
        let first = found[0].first.as_ref().unwrap();
        assert_eq!(
            (found[0].place.file.as_str(), first.file.as_str()),
            ("own.toml", "rules/aws/msk-connect.toml")
        );
    }

    #[test]
    fn a_class_that_is_known_and_a_need_that_no_rule_asks_are_told() {
        let class = |name: &str, code: &str| {
            let (head, _) = include_str!("../../rules/aws/connectors.toml")
                .split_once("[[class]]")
                .unwrap();
            let head = head.replacen("id = \"msk-connect-classes\"", "id = \"house\"", 1);
            let class = format!(
                "[[class]]\nnames = [\"{name}\"]\ndirection = \"sink\"\n[[class.need]]\nfor = \"{code}\"\n\
                 require = [{{ actions = [\"s3:PutObject\"], resource = \"*\" }}]\n"
            );
            load("house.toml", &format!("{head}{class}")).unwrap()
        };
        let mut packs = builtin().unwrap().to_vec();
        packs.push(class("S3Sink", "msk-connect/secrets"));
        packs.push(Pack {
            id: "other".to_owned(),
            ..class("LedgerSink", "msk-connect/nothing")
        });
        let messages: Vec<String> = clashes(&packs).into_iter().map(|clash| clash.message).collect();
        let told = |part: &str| messages.iter().any(|message| message == part);
        assert!(told("the class `S3Sink` is known already"), "{messages:?}");
        assert!(told(
            "no rule asks what the class `S3Sink` needs for `msk-connect/secrets`"
        ));
        assert!(told(
            "no rule asks what the class `LedgerSink` needs for `msk-connect/nothing`"
        ));
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
        let mut lint = own("policy", "size");
        lint.rules.retain(|rule| rule.id == "size");
        let messages: Vec<String> = clashes(&[lint]).into_iter().map(|clash| clash.message).collect();
        assert_eq!(messages, ["the rule redefines `policy/size`"]);
    }
}
