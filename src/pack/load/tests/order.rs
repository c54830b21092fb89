//! The order of rules, and circles.

use super::GOOD;
use crate::pack::load;

/// A file with rules of these ids that come after these others.
fn file_of(rules: &[(&str, &[&str])]) -> String {
    let (header, rest) = GOOD.split_once("[[rule]]").unwrap();
    let (body, _) = rest.split_once("[[rule]]").unwrap();
    let mut text = header.to_owned();
    for (id, after) in rules {
        let body = body.replace("id = \"first\"", &format!("id = \"{id}\"\nafter = {after:?}"));
        let body = if after.is_empty() {
            body.replace("after = []\n", "")
        } else {
            body
        };
        text.push_str("[[rule]]");
        text.push_str(&body);
    }
    text
}

#[test]
fn a_cycle_is_shown_all_the_way_round() {
    let text = file_of(&[
        ("a", &["b"]),
        ("b", &["x", "c"]),
        ("c", &["a"]),
        ("x", &[]),
        ("y", &["y"]),
        ("z", &["a"]),
    ]);
    let faults = load("cycle.toml", &text).unwrap_err();
    assert_eq!(faults.len(), 2, "{faults:#?}");
    assert_eq!(
        faults[0].message,
        "rules come after each other in a circle: `a` → `b` → `c` → `a`"
    );
    assert_eq!(faults[0].span.of(&text), "\"b\"");
    let related: Vec<(&str, &str)> = faults[0]
        .related
        .iter()
        .map(|(span, note)| (span.of(&text), note.as_str()))
        .collect();
    assert_eq!(
        related,
        [("\"c\"", "`b` comes after `c`"), ("\"a\"", "`c` comes after `a`")]
    );
    assert_eq!(
        faults[1].message,
        "rules come after each other in a circle: `y` → `y`"
    );
}

#[test]
fn rules_stand_after_those_that_they_name_and_else_as_in_the_file() {
    let text = file_of(&[
        ("d", &["c", "a"]),
        ("b", &[]),
        ("c", &["a"]),
        ("a", &[]),
        ("e", &["b"]),
    ]);
    let pack = load("order.toml", &text).unwrap();
    let order: Vec<&str> = pack.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(order, ["b", "a", "c", "d", "e"]);
}

#[test]
fn a_long_chain_of_rules_is_ordered() {
    let ids: Vec<String> = (0..800).map(|number| format!("r{number}")).collect();
    let after: Vec<Vec<&str>> = (0..ids.len())
        .map(|at| ids.get(at + 1).map(String::as_str).into_iter().collect())
        .collect();
    let rules: Vec<(&str, &[&str])> = ids
        .iter()
        .zip(&after)
        .map(|(id, after)| (id.as_str(), after.as_slice()))
        .collect();
    let pack = load("chain.toml", &file_of(&rules)).unwrap();
    assert_eq!(pack.rules.first().map(|rule| rule.id.as_str()), Some("r799"));
}
