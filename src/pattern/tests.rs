//! Matching against a naive reference, and the cases of the semantics.

use proptest::prelude::*;

use super::*;

/// The definition, letter by letter: slow, and obviously right.
fn naive(tokens: &[Token], text: &[char]) -> bool {
    match tokens.split_first() {
        None => text.is_empty(),
        Some((token @ Token::Many { .. }, rest)) => {
            naive(rest, text)
                || text
                    .split_first()
                    .is_some_and(|(first, left)| token.accepts(*first) && naive(tokens, left))
        }
        Some((token, rest)) => text
            .split_first()
            .is_some_and(|(first, left)| token.accepts(*first) && naive(rest, left)),
    }
}

fn reference(glob: &Glob, text: &str) -> bool {
    naive(glob.tokens(), &text.chars().collect::<Vec<_>>())
}

fn resource(pattern: &str, mode: ColonMode) -> Glob {
    Glob::resource(&[Piece::Pattern(pattern)], mode)
}

const MODES: [ColonMode; 3] = [ColonMode::Segmented, ColonMode::Documented, ColonMode::Plain];

/// In which of the modes S, D, X the pattern matches.
fn modes(pattern: &str, text: &str) -> String {
    let hit = |(mode, name)| resource(pattern, mode).matches(text).then_some(name);
    MODES.into_iter().zip(['S', 'D', 'X']).filter_map(hit).collect()
}

#[test]
fn a_star_takes_any_run_and_a_question_mark_one_scalar() {
    for (pattern, text, expected) in [
        ("a*c", "ac", true),
        ("a*c", "abc", true),
        ("a*c", "a:b/c", true),
        ("a*c", "abcd", false),
        ("a?c", "abc", true),
        ("a?c", "ac", false),
        ("a?c", "aäc", true),
        ("a?c", "a😀c", true),
        ("?", "e\u{301}", false),
        ("", "", true),
        ("", "a", false),
        ("*", "", true),
        ("**", "", true),
        ("?*", "", false),
        ("a*b*a", "aba", true),
        ("a*b*a", "ab", false),
        ("*ab", "aab", true),
        ("*a?", "aab", true),
        ("*é*ü", "xéyü", true),
        ("[ab]", "a", false),
        ("{a}", "a", false),
        ("a\\*", "ab", false),
    ] {
        assert_eq!(
            Glob::parse(pattern).matches(text),
            expected,
            "`{pattern}` on `{text}`"
        );
    }
}

#[test]
fn escapes_match_the_character_only() {
    let glob = Glob::plain(&[Piece::Pattern("a"), Piece::Value("*"), Piece::Pattern("c")]);
    assert!(glob.matches("a*c"));
    assert!(!glob.matches("abc"));
    assert_eq!(glob.to_string(), "a${*}c");
    assert_eq!(glob.is_literal(), Some("a*c"));
}

#[test]
fn display_escapes_what_would_read_otherwise() {
    let glob = Glob::plain(&[Piece::Pattern("*?"), Piece::Value("?${a}$")]);
    assert_eq!(glob.to_string(), "*?${?}${$}{a}$");
}

#[test]
fn a_star_swallows_slashes() {
    let pattern = "arn:aws:s3:::b/*/test/*";
    for text in [
        "arn:aws:s3:::b/1/2/test/x",
        "arn:aws:s3:::b//test/x",
        "arn:aws:s3:::b/1/test/",
    ] {
        assert_eq!(modes(pattern, text), "SDX", "{text}");
    }
    assert_eq!(modes(pattern, "arn:aws:s3:::b/test/x"), "");
}

#[test]
fn the_lone_star_matches_everything_in_every_mode() {
    for text in ["*", "arn:aws:s3:::b", "a:b:c:d:e:f:g", ""] {
        assert_eq!(modes("*", text), "SDX", "{text}");
    }
}

#[test]
fn colons_are_crossed_as_the_mode_says() {
    for (pattern, text, expected) in [
        (
            "arn:aws:sqs:*:111122223333:q",
            "arn:aws:sqs:us-east-1:111122223333:q",
            "SDX",
        ),
        (
            "arn:aws:logs:*:*:log-group:/a/*",
            "arn:aws:logs:us-east-1:111122223333:log-group:/a/b:log-stream:c",
            "SDX",
        ),
        ("arn:aws:s3:*:data", "arn:aws:s3:::data", "DX"),
        ("arn:aws:sqs:*", "arn:aws:sqs:r:1:q", "DX"),
        (
            "arn:aws:x:*:1:finance/*",
            "arn:aws:x:us-east-2:9:store/abc:1:finance/d",
            "DX",
        ),
        (
            "arn:aws:x:*2:1:finance/*",
            "arn:aws:x:us-east-2:9:y2:1:finance/d",
            "X",
        ),
        ("arn:aws:x:a?c:1:q", "arn:aws:x:a:c:1:q", "X"),
        ("arn:aws:x:a?:1:q", "arn:aws:x:a::1:q", "X"),
        ("arn:aws:x:r:1:a?c", "arn:aws:x:r:1:a:c", "SDX"),
        ("arn:aws:s*s*:*:*:a*b", "arn:aws:sss:r:1:a:b", "SDX"),
        ("arn:aws:*:us-*-1:1:q", "arn:aws:a:us-x:us-east-1:1:q", "DX"),
        ("arn:aws:*:us-*-1:1:q", "arn:aws:a:us-x:1:q", ""),
        ("arn:*:ssm:*:1:*", "arn:aws-cn:ssm:r:1:p", "SDX"),
    ] {
        assert_eq!(modes(pattern, text), expected, "`{pattern}` on `{text}`");
    }
}

#[test]
fn buckets_and_objects_differ() {
    assert_eq!(modes("arn:aws:s3:::b", "arn:aws:s3:::b/k"), "");
    for text in ["arn:aws:s3:::b", "arn:aws:s3:::b/k", "arn:aws:s3:::b2"] {
        assert_eq!(modes("arn:aws:s3:::b*", text), "SDX");
    }
    assert_eq!(modes("arn:aws:s3:::*", "*"), "");
}

#[test]
fn short_arns_are_padded_with_stars() {
    let padded = |text: &'static str| {
        let mut pieces = vec![Piece::Pattern(text)];
        pad_short(&mut pieces);
        Glob::resource(&pieces, ColonMode::Segmented).to_string()
    };
    assert_eq!(padded("arn:aws:sqs"), "arn:aws:sqs:*:*:*");
    assert_eq!(padded("arn:aws:s3:*:data"), "arn:aws:s3:*:data:*");
    assert_eq!(padded("arn"), "arn:*:*:*:*:*");
    assert_eq!(padded("arn:aws:s3:::b"), "arn:aws:s3:::b");
    assert_eq!(padded("arn:aws:sns:r:1:t:sub"), "arn:aws:sns:r:1:t:sub");
    assert_eq!(padded("*"), "*");
}

#[test]
fn the_colons_of_a_value_separate_nothing() {
    let pieces = [
        Piece::Pattern("arn:aws:x:"),
        Piece::Value("a:b"),
        Piece::Pattern(":1?"),
        Piece::Pattern(":r?s"),
    ];
    assert_eq!(component_count(&pieces), 6);
    let glob = Glob::resource(&pieces, ColonMode::Documented);
    assert!(glob.matches("arn:aws:x:a:b:1z:r:s"));
    assert!(
        !glob.matches("arn:aws:x:a:b:1::r:s"),
        "the fifth component is still before the fifth separator"
    );
    assert_eq!(Glob::arn(&pieces), Err(ArnFault::Colon));
    assert_eq!(
        Glob::arn(&[Piece::Pattern("a:b:c:d:"), Piece::Value(":")]),
        Err(ArnFault::Short)
    );
}

#[test]
fn a_star_before_a_value_is_not_last_in_its_component() {
    let pieces = [
        Piece::Pattern("arn:aws:x:*"),
        Piece::Value("v"),
        Piece::Pattern(":1:r"),
    ];
    assert!(!Glob::resource(&pieces, ColonMode::Documented).matches("arn:aws:x:a:v:1:r"));
    assert!(Glob::resource(&pieces, ColonMode::Plain).matches("arn:aws:x:a:v:1:r"));
}

#[test]
fn a_hole_may_be_any_text() {
    let pieces = [
        Piece::Pattern("arn:aws:s3:::home/"),
        Piece::Hole,
        Piece::Pattern("/x"),
    ];
    assert!(Glob::resource(&pieces, ColonMode::Segmented).matches("arn:aws:s3:::home/a:b/c/x"));
    let arn = Glob::arn(&[
        Piece::Pattern("arn:aws:sns:"),
        Piece::Hole,
        Piece::Pattern(":1:t"),
    ])
    .unwrap();
    assert!(arn.matches("arn:aws:sns:r:1:t"));
    assert!(!arn.matches("arn:aws:sns:r:9:1:t"));
}

#[test]
fn arn_operators_compare_component_by_component() {
    let arn = |pattern| Glob::arn(&[Piece::Pattern(pattern)]).unwrap();
    assert!(!arn("arn:aws:x:*:1:finance/*").matches("arn:aws:x:us-east-2:9:store/abc:1:finance/d"));
    assert!(arn("arn:aws:x:*:*:finance/*").matches("arn:aws:x:us-east-2:9:finance/a:b"));
    assert!(!arn("*:*:*:*:*:*").matches("a:b:c:d:e"), "five components");
    assert_eq!(Glob::arn(&[Piece::Pattern("*")]), Err(ArnFault::Short));
}

#[test]
fn ignoring_case_folds_both_sides() {
    assert!(Glob::parse("ÄB*").matches_ignore_case("äbC", Fold::Simple));
    assert!(!Glob::parse("ÄB*").matches_ignore_case("äbC", Fold::Ascii));
    assert!(!Glob::parse("ß").matches_ignore_case("ss", Fold::Simple));
}

#[test]
fn the_normal_form_moves_question_marks_first() {
    let normal = |text: &str| Glob::parse(text).normalised().to_string();
    assert_eq!(normal("*?*?"), "??*");
    assert_eq!(normal("a***b"), "a*b");
    assert_eq!(normal("?*?a*?"), "??*a?*");
    let mixed = [
        Token::Many { crosses_colon: true },
        Token::One { crosses_colon: false },
    ];
    assert_eq!(
        Glob::from_tokens(mixed).normalised().tokens(),
        mixed,
        "other flags keep their order"
    );
}

#[test]
fn everything_is_stars_with_one_that_crosses() {
    assert!(Glob::parse("*").is_everything());
    assert!(
        Glob::from_tokens([
            Token::Many { crosses_colon: false },
            Token::Many { crosses_colon: true }
        ])
        .is_everything()
    );
    assert!(!Glob::from_tokens([Token::Many { crosses_colon: false }]).is_everything());
    assert!(!Glob::parse("").is_everything());
    assert!(!Glob::parse("?*").is_everything());
}

#[test]
fn a_crossing_question_mark_between_segment_stars_is_tried_at_every_place() {
    let star = Token::Many { crosses_colon: false };
    let glob = Glob::from_tokens([star, Token::One { crosses_colon: true }, star]);
    assert!(
        glob.matches("a:"),
        "the question mark has to take the colon, not the first character"
    );
    assert!(!glob.matches("::"));
}

#[test]
fn hostile_patterns_stay_cheap() {
    let pattern = "*a".repeat(2000) + "b";
    let text = "a".repeat(4000);
    assert!(!Glob::parse(&pattern).matches(&text));
    let mixed = format!("arn:*:{}:b", "*a*".repeat(300));
    assert!(!resource(&mixed, ColonMode::Documented).matches(&"arn:a:".repeat(500)));
}

fn token() -> impl Strategy<Value = Token> {
    prop_oneof![
        4 => prop::sample::select(vec!['a', 'b', ':', 'é']).prop_map(Token::Literal),
        2 => any::<bool>().prop_map(|crosses_colon| Token::One { crosses_colon }),
        3 => any::<bool>().prop_map(|crosses_colon| Token::Many { crosses_colon }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn matching_agrees_with_the_definition(tokens in prop::collection::vec(token(), 0..9), text in "[ab:é]{0,9}") {
        let glob = Glob::from_tokens(tokens);
        prop_assert_eq!(glob.matches(&text), reference(&glob, &text));
    }

    #[test]
    fn segment_stars_agree_with_the_definition(pattern in "[ab:?*]{0,12}", text in "[ab:]{0,12}") {
        for mode in MODES {
            let glob = resource(&pattern, mode);
            prop_assert_eq!(glob.matches(&text), reference(&glob, &text), "{:?}", mode);
        }
    }

    #[test]
    fn each_mode_matches_what_the_one_before_does(pattern in "[ab?*]{0,3}(:[ab?*]{0,3}){0,6}", text in "(:?[ab]{0,2}){0,8}") {
        let [segmented, documented, plain] = MODES.map(|mode| resource(&pattern, mode).matches(&text));
        prop_assert!(segmented <= documented && documented <= plain);
    }

    #[test]
    fn the_normal_form_keeps_the_language(tokens in prop::collection::vec(token(), 0..8), text in "[ab:é]{0,8}") {
        let glob = Glob::from_tokens(tokens);
        let normal = glob.normalised();
        prop_assert_eq!(reference(&glob, &text), reference(&normal, &text));
        prop_assert_eq!(normal.normalised(), normal);
    }

    #[test]
    fn a_literal_matches_itself_alone(text in ".{0,12}", other in ".{0,12}") {
        let glob = Glob::literal(&text);
        prop_assert!(glob.matches(&text));
        prop_assert_eq!(glob.matches(&other), text == other);
        prop_assert_eq!(glob.is_literal(), Some(text.as_str()));
    }
}
