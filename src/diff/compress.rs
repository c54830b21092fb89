//! Lists of actions in few words.

use std::collections::BTreeSet;

use crate::catalog::{self, Service};
use crate::engine::ActionName;

/// Names and patterns that together match just these names among those of the catalogue; sorted. A pattern is
/// `service:*`, or a service with the first words of a name (`s3:GetObject*`); `*` is every action.
///
/// Cost: linear in the actions of the services named.
pub fn compress<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let names: BTreeSet<ActionName> = names.into_iter().map(ActionName::new).collect();
    compress_names(&names.iter().collect::<Vec<_>>())
}

/// See [`compress`]; names in any order, without repetition.
pub(super) fn compress_names(names: &[&ActionName]) -> Vec<String> {
    let mut out: Vec<String> = names
        .iter()
        .filter(|name| name.known.is_none())
        .map(|name| name.written.clone())
        .collect();
    let known: BTreeSet<&str> = names
        .iter()
        .filter_map(|name| name.known)
        .map(|action| action.name())
        .collect();
    if known.len() == catalog::all_actions().count() {
        out.push("*".to_owned());
        return out;
    }
    let services: BTreeSet<&str> = known
        .iter()
        .filter_map(|name| Some(name.split_once(':')?.0))
        .collect();
    for service in services.into_iter().filter_map(catalog::service) {
        of_service(service, &known, &mut out);
    }
    out.sort();
    out
}

fn of_service(service: Service, known: &BTreeSet<&str>, out: &mut Vec<String>) {
    let all: Vec<&str> = service.actions().map(|action| action.name()).collect();
    let listed: Vec<&str> = all.iter().copied().filter(|name| known.contains(name)).collect();
    if listed.len() == all.len() && all.len() > 1 {
        out.push(format!("{}:*", service.prefix()));
        return;
    }
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for name in listed {
        let serves = |prefix: &&str| {
            let alike: Vec<&&str> = all.iter().filter(|other| starts_with(other, prefix)).collect();
            alike.len() > 1 && alike.iter().all(|other| known.contains(**other))
        };
        match beginnings(name).find(serves) {
            Some(prefix) => {
                if done.insert(prefix) {
                    out.push(format!("{prefix}*"));
                }
            }
            None => out.push(name.to_owned()),
        }
    }
}

/// Letter case does not count in the patterns of actions.
fn starts_with(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// The service with the first words of the name, shortest first: `s3:Get`, `s3:GetObject` of `s3:GetObject`.
fn beginnings(name: &str) -> impl Iterator<Item = &str> {
    let start = name.find(':').map_or(0, |at| at + 1);
    let inner = name
        .char_indices()
        .filter(move |(at, c)| *at > start && c.is_ascii_uppercase());
    inner
        .map(|(at, _)| at)
        .chain([name.len()])
        .filter_map(|end| name.get(..end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::ActionPattern;

    #[test]
    fn what_is_compressed_matches_just_what_was_listed() {
        for pattern in [
            "s3:Get*",
            "s3:*Object",
            "*",
            "kafka-cluster:*Topic",
            "iam:*Policy*",
            "sqs:*",
        ] {
            let parsed = ActionPattern::parse(pattern);
            let names: BTreeSet<&str> = catalog::actions_matching(&parsed)
                .map(|action| action.name())
                .collect();
            let short = compress(names.iter().copied());
            assert!(short.len() <= names.len());
            let back = short
                .iter()
                .flat_map(|text| catalog::actions_matching(&ActionPattern::parse(text)).collect::<Vec<_>>());
            let back: BTreeSet<&str> = back.map(|action| action.name()).collect();
            assert_eq!(back, names, "{short:?}");
        }
        assert_eq!(
            compress(["s3:getobject", "nosuch:Thing"]),
            ["nosuch:Thing", "s3:GetObject"]
        );
        let gets: Vec<_> = catalog::actions_matching(&ActionPattern::parse("s3:Get*")).collect();
        assert_eq!(compress(gets.iter().map(|action| action.name())), ["s3:Get*"]);
    }
}
