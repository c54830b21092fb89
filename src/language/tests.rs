//! Worked examples, readable witnesses, and inputs made to be hard: these must end within their limits, and
//! what they say must be right.

use std::ops::ControlFlow;

use super::{
    CharSet, Exploration, Inclusion, Language, Limits, Product, Search, common_word, included, intersects,
};
use crate::pattern::{Glob, Token};

/// A glob whose wildcards cross colons.
fn glob(text: &str) -> Language {
    Language::glob(&tokens(text))
}

fn tokens(text: &str) -> Glob {
    let token = |c| match c {
        '*' => Token::Many { crosses_colon: true },
        '?' => Token::One { crosses_colon: true },
        c => Token::Literal(c),
    };
    Glob::from_tokens(text.chars().map(token).collect::<Vec<_>>())
}

fn globs(texts: &[&str]) -> Vec<Language> {
    texts.iter().map(|text| glob(text)).collect()
}

/// The vectors as lists of part numbers, each with its word.
fn vectors(query: &[&str], parts: &[&str]) -> Vec<(Vec<usize>, String)> {
    let mut found = Vec::new();
    let exploration = Product::new(globs(query), globs(parts)).visit(|bits, word| {
        found.push((bits.iter().collect(), word.to_owned()));
        ControlFlow::Continue(())
    });
    assert!(exploration.exact);
    found
}

fn no(witness: &str) -> Inclusion {
    Inclusion::No {
        witness: witness.to_owned(),
    }
}

#[test]
fn a_union_covers_what_none_of_its_members_covers() {
    assert_eq!(
        included(&globs(&["b/*"]), &globs(&["b/?*", "b/"])),
        Inclusion::Yes
    );
    assert_eq!(included(&globs(&["b/*"]), &globs(&["b/?*"])), no("b/"));
    assert_eq!(
        included(&globs(&["b/*"]), &globs(&["b/", "b/?", "b/??*"])),
        Inclusion::Yes
    );
    assert_eq!(included(&globs(&["b/*"]), &globs(&["b/", "b/??*"])), no("b/x"));
}

#[test]
fn the_worked_examples_hold() {
    type Expected = &'static [(&'static [usize], &'static str)];
    let cases: [(&str, &str, &str, Expected); 6] = [
        ("b/*", "-", "b/x/*", &[(&[0], "b/x/")]),
        ("b/x*", "-", "b/*", &[(&[], "b/"), (&[0], "b/x")]),
        (
            "b/*",
            "b/secret/*",
            "b/*",
            &[(&[0], "b/"), (&[0, 1], "b/secret/")],
        ),
        ("b/*", "b/secret/*", "b/pub/*", &[(&[0], "b/pub/")]),
        ("b/*", "b/?", "b/*", &[(&[0], "b/"), (&[0, 1], "b/x")]),
        ("b/*", "*", "b/*", &[(&[0, 1], "b/")]),
    ];
    for (allow, deny, query, expected) in cases {
        let expected: Vec<_> = expected
            .iter()
            .map(|(bits, word)| (bits.to_vec(), word.to_string()))
            .collect();
        assert_eq!(
            vectors(&[query], &[allow, deny]),
            expected,
            "{allow} less {deny} over {query}"
        );
    }
}

#[test]
fn a_query_without_words_is_empty_rather_than_included_by_accident() {
    assert_eq!(common_word(&globs(&["*/x", "*/y"])), Search::Empty);
    assert_eq!(vectors(&["*/x", "*/y"], &["*", "a"]), []);
    assert_eq!(intersects(&glob("*a"), &glob("b*")), Some(true));
    assert_eq!(common_word(&[]), Search::Found(String::new()));
    assert_eq!(common_word(&[Language::empty()]), Search::Empty);
    assert_eq!(common_word(&[Language::any(), Language::empty()]), Search::Empty);
}

#[test]
fn an_intersection_is_searched_as_a_whole() {
    assert_eq!(
        included(&globs(&["arn:*", "*:topic/*"]), &globs(&["arn:aws:*"])),
        no("arn:topic/")
    );
    assert_eq!(
        included(&globs(&["a*", "*b", "???"]), &globs(&["axb", "a?b"])),
        Inclusion::Yes
    );
}

#[test]
fn witnesses_are_readable() {
    assert_eq!(included(&globs(&["???"]), &[]), no("xxx"));
    assert_eq!(included(&globs(&["?"]), &globs(&["x", "y"])), no("z"));
    let printable: Vec<Language> = (' '..='~').map(|c| Language::literal(&c.to_string())).collect();
    assert_eq!(included(&globs(&["?"]), &printable), no("\u{A1}"));
    let upper = Language::repeat(&CharSet::range('A', 'Z'), 2, None);
    assert_eq!(common_word(&[upper]), Search::Found("XX".to_owned()));
}

#[test]
fn colons_stop_the_wildcards_that_say_so() {
    let segment = Language::glob(&Glob::from_tokens(vec![
        Token::Many { crosses_colon: false },
        Token::One { crosses_colon: false },
    ]));
    assert!(segment.accepts("ab") && !segment.accepts("a:") && !segment.accepts(":b"));
    assert_eq!(
        included(&globs(&["*"]), &[segment.clone(), Language::literal("")]),
        no(":")
    );
    let free = Language::repeat(&CharSet::all().without(':'), 1, None);
    assert_eq!(included(std::slice::from_ref(&free), &[segment]), Inclusion::Yes);
}

#[test]
fn letter_case_can_be_ignored() {
    let language = Language::glob_ignore_case(&tokens("S3:Get*k"));
    for word in ["s3:getk", "S3:GETobjectK", "s3:GEt\u{212A}"] {
        assert!(language.accepts(word), "{word}");
    }
    assert!(!language.accepts("s3:putk"));
    assert!(Language::literal_ignore_case("ÉΣ").accepts("éσ"));
    assert!(!Language::literal_ignore_case("Σ").accepts("ς"));
    let both = [Language::literal_ignore_case("abc")];
    assert_eq!(
        included(&both, &[Language::glob_ignore_case(&tokens("A?C"))]),
        Inclusion::Yes
    );
}

#[test]
fn a_topic_regex_behind_a_prefix_is_covered_or_not() {
    let arn = "arn:aws:kafka:eu-west-1:111122223333:topic/c1/id/";
    let topics = Language::regex(r"(orders|payments)\.[a-z]{2,4}")
        .unwrap()
        .with_prefix(arn);
    let name = CharSet::from_ranges([
        ('a', 'z'),
        ('A', 'Z'),
        ('0', '9'),
        ('.', '.'),
        ('_', '_'),
        ('-', '-'),
    ]);
    let legal = Language::repeat(&name, 1, Some(249)).with_prefix(arn);
    let query = [topics, legal];
    assert_eq!(
        included(&query, &globs(&["arn:aws:kafka:*:*:topic/c1/*/*.*"])),
        Inclusion::Yes
    );
    assert_eq!(
        included(&query, &globs(&["arn:aws:kafka:*:*:topic/c1/*/orders*"])),
        no(&format!("{arn}payments.xx"))
    );
}

#[test]
fn equal_parts_and_constant_parts_keep_their_numbers() {
    let parts = ["a*", "zzz", "*", "a*", "ab*", "q", "r", "s", "t", "zzz", "?*"];
    let misses: Vec<String> = (0..20).map(|n| format!("m{n}")).collect();
    let parts: Vec<&str> = parts
        .into_iter()
        .chain(misses.iter().map(String::as_str))
        .collect();
    let found = vectors(&["a*"], &parts);
    let expected = [(vec![0, 2, 3, 10], "a"), (vec![0, 2, 3, 4, 10], "ab")];
    assert_eq!(found, expected.map(|(bits, word)| (bits, word.to_owned())));
}

#[test]
fn a_visitor_that_breaks_ends_the_search() {
    let mut calls = 0;
    let exploration = Product::new(globs(&["*"]), globs(&["a*", "b*"])).visit(|_, _| {
        calls += 1;
        ControlFlow::Break(())
    });
    assert_eq!((calls, exploration.exact), (1, true));
}

/// Visits everything; what is seen must be right even when the search is cut short.
fn explore(query: Vec<Language>, parts: Vec<Language>, limits: Limits) -> (usize, Exploration) {
    let mut seen = 0;
    let exploration = Product::new(query.clone(), parts.clone())
        .with_limits(limits)
        .visit(|bits, word| {
            seen += 1;
            if seen < 200 {
                assert!(query.iter().all(|language| language.accepts(word)), "{word}");
                for (number, part) in parts.iter().enumerate() {
                    assert_eq!(bits.contains(number), part.accepts(word), "{word}");
                }
            }
            ControlFlow::Continue(())
        });
    (seen, exploration)
}

/// Small enough for a debug build.
const SMALL: Limits = Limits {
    states: 20_000,
    bytes: 64 << 20,
    work: 3_000_000,
};

#[test]
fn stars_alone_stay_small() {
    let stars = format!("{}b", "*a".repeat(60));
    let (_, exploration) = explore(globs(&["*"]), globs(&[&stars, &stars[1..]]), SMALL);
    assert!(exploration.exact && exploration.states < 1000, "{exploration:?}");
    let long = format!("{}b", "*ab".repeat(2000));
    let (_, exploration) = explore(globs(&[&long]), globs(&[&long, "*"]), SMALL);
    assert!(
        exploration.exact && exploration.states < 20_000,
        "{exploration:?}"
    );
    assert_eq!(
        included(&globs(&[&long]), &globs(&[&long[1..], "*a*b*"])),
        Inclusion::Yes
    );
}

#[test]
fn what_needs_too_many_states_says_so() {
    let tail = format!("*a{}", "?".repeat(40));
    let (seen, exploration) = explore(globs(&["*"]), globs(&[&tail]), SMALL);
    assert!(!exploration.exact && seen == 1, "{seen} {exploration:?}");
    // As a query it stays as it is, and the word is found.
    assert_eq!(
        included(&globs(&[&tail]), &globs(&["*a*a*"])),
        no(&format!("a{}", "x".repeat(40)))
    );
    assert_eq!(included(&globs(&[&tail]), &globs(&[&tail])), Inclusion::Yes);
    assert_eq!(
        intersects(&glob(&tail), &glob(&format!("*b{}", "?".repeat(40)))),
        Some(false)
    );
}

#[test]
fn five_hundred_overlapping_parts_end_within_the_limits() {
    let letters: Vec<char> = ('a'..='z').chain('0'..='9').collect();
    let parts: Vec<Language> = (0..500)
        .flat_map(|n| {
            let (one, two) = (letters[n % 36], letters[n / 36]);
            [glob(&format!("x*{one}{two}*")), glob(&format!("x{two}*{one}?"))]
        })
        .collect();
    let (seen, exploration) = explore(globs(&["x*"]), parts.clone(), SMALL);
    assert!(!exploration.exact && seen > 100, "{seen} {exploration:?}");
    let all = [parts, globs(&["x?*", "x"])].concat();
    assert_eq!(included(&globs(&["x*"]), &all), Inclusion::Yes);
}

#[test]
fn nested_repetitions_end_within_the_limits() {
    let nested = Language::regex("((a{1,20}b?){1,20}c?){1,20}").unwrap();
    let other = Language::regex("(a*b*c*){3,30}(ab|ba)?").unwrap();
    let (seen, _) = explore(vec![nested.clone()], vec![other.clone()], SMALL);
    assert!(seen > 0);
    let (_, exploration) = explore(
        vec![],
        vec![nested, other],
        Limits {
            work: 50_000,
            ..SMALL
        },
    );
    assert!(!exploration.exact);
}

#[test]
fn every_limit_ends_the_search() {
    let parts = || globs(&["*a????????", "*b????????"]);
    for limits in [
        Limits { states: 10, ..SMALL },
        Limits {
            bytes: 10_000,
            ..SMALL
        },
        Limits { work: 1000, ..SMALL },
        Limits {
            states: 0,
            bytes: 0,
            work: 0,
        },
    ] {
        let (_, exploration) = explore(vec![], parts(), limits);
        assert!(
            !exploration.exact && exploration.states <= 1000,
            "{limits:?} {exploration:?}"
        );
    }
    assert!(
        explore(
            vec![],
            parts(),
            Limits {
                states: 100_000,
                work: 100_000_000,
                ..SMALL
            }
        )
        .1
        .exact
    );
}
