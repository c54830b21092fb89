//! Tables of what Java's `Pattern.compile(p).matcher(s).matches()` says, faults with their places, and random
//! expressions against a naive matcher.

use proptest::prelude::*;

use super::super::{Language, Product, RegexFaultKind};

/// Pattern, texts that match as a whole, texts that do not.
const TABLE: &[(&str, &[&str], &[&str])] = &[
    ("", &[""], &["a"]),
    ("orders", &["orders"], &["order", "orders2", "Orders"]),
    (
        "orders|payments-.*",
        &["orders", "payments-", "payments-eu"],
        &["payments", "orders-x"],
    ),
    (
        r"acme\.(eu|us)\.[a-z]+",
        &["acme.eu.x", "acme.us.abc"],
        &["acmeXeu.x", "acme.de.x", "acme.eu."],
    ),
    ("a?b*c+", &["c", "abbcc"], &["ab", "aac", ""]),
    ("a??b*?c+?", &["c", "abbcc"], &["ab"]),
    ("(ab){2,3}", &["abab", "ababab"], &["ab", "abababab"]),
    ("(a|){3}b{0}", &["", "a", "aaa"], &["aaaa", "b"]),
    ("x{2,}", &["xx", "xxxx"], &["x"]),
    ("(?:ab|c)+d", &["abd", "cabcd"], &["d", "abcabc"]),
    ("(?:ab|c){2,}", &["abc", "cc", "ababc"], &["ab", "c", ""]),
    (
        ".",
        &["a", "\t", "\u{1F600}"],
        &["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}", "", "ab"],
    ),
    ("(?s).", &["\n", "\u{85}"], &[""]),
    (r"\d\w\s", &["0_ ", "9Z\u{B}"], &["\u{663}a ", "0é ", "0a\u{A0}"]),
    (r"\D\W\S", &["aé\u{A0}", "\u{663}-x"], &["0- "]),
    (r"[\w.-]+", &["a-b.c_D"], &["a:b", ""]),
    ("[^a-c-]", &["d", "\n"], &["a", "-"]),
    (r"[\]\[\\^-]", &["]", "[", "\\", "^", "-"], &["a"]),
    (
        "(?i)aZ[k-m]é",
        &["azké", "AZMé"],
        &["azkÉ", "az\u{212A}é", "azné"],
    ),
    ("(?i)[^a]", &["b"], &["a", "A"]),
    ("a(?i)b|c", &["ab", "aB", "C"], &["AB"]),
    ("(?:(?i)a)b(?i:c)d", &["abcd", "AbCd"], &["aBcd", "abcD"]),
    ("(?i)a(?-i)b", &["Ab"], &["AB"]),
    ("^abc$", &["abc"], &["abc\n"]),
    (r"^(?:a|^b|c$)|\Ad\z", &["a", "b", "c", "d"], &[""]),
    (
        r"\p{Alpha}\P{Digit}\p{Punct}[\p{Lower}\d]",
        &["aé.0", "Zx~z"],
        &["é-.0", "a0.0", "aa.A"],
    ),
    (r"\x41\u00e9\x{1F600}\t\.\-\/\_", &["Aé\u{1F600}\t.-/_"], &["A"]),
    (r"\Qa.b*\E+", &["a.b*", "a.b**"], &["aXb*", "a.bb"]),
    (r"x\Q\d[1-2]", &[r"x\d[1-2]"], &["x11"]),
    ("(?<env>dev|prod)", &["dev", "prod"], &["env"]),
    ("}]", &["}]"], &["}"]),
];

#[test]
fn texts_match_as_in_java() {
    for (pattern, accepted, rejected) in TABLE {
        let language = Language::regex(pattern).unwrap_or_else(|fault| panic!("`{pattern}`: {fault}"));
        for text in *accepted {
            assert!(language.accepts(text), "`{pattern}` on {text:?}");
        }
        for text in *rejected {
            assert!(!language.accepts(text), "`{pattern}` on {text:?}");
        }
    }
}

/// The blamed text and the message.
fn refusal(pattern: &str) -> (String, String) {
    let fault = match Language::regex(pattern) {
        Ok(_) => panic!("`{pattern}` was read"),
        Err(fault) => fault,
    };
    (pattern[fault.span.clone()].to_owned(), fault.to_string())
}

#[test]
fn what_is_not_regular_or_not_java_is_refused_where_it_stands() {
    for (pattern, blamed, message) in [
        ("orders(?!-dlq).*", "(?!", "look-around is not supported"),
        ("(?<=a)b", "(?<=", "look-around"),
        (r"(a)\1", r"\1", "a back reference"),
        (r"(?<n>a)\k<n>", r"\k", "a back reference"),
        ("(?>a*)b", "(?>", "an atomic group"),
        ("ba*+", "a*+", "a possessive quantifier"),
        ("a{2}+", "a{2}+", "a possessive quantifier"),
        ("a{2}{3}", "{3}", "a quantifier on a quantifier"),
        ("a**", "*", "a quantifier on a quantifier"),
        ("^*a", "*", "a quantifier on nothing"),
        ("a{,3}", "", "malformed regular expression"),
        ("a{ 1 , 3 }", "{ 1 , 3 }", "this form of repetition"),
        (r"\bword", r"\b", "a word boundary"),
        ("a^b", "^", "an anchor in the middle"),
        ("a$b", "$", "an anchor in the middle"),
        ("(^a)*", "^", "an anchor in the middle"),
        ("a$b?", "$", "an anchor in the middle"),
        ("a(?m)b", "m", "this flag"),
        ("(?x)a b", "x", "this flag"),
        ("(?u)a", "u", "this flag"),
        ("(?U)a", "U", "this flag"),
        (r"\pL", r"\pL", "this character class"),
        (r"x\p{Greek}", r"\p{Greek}", "this character class"),
        (r"\p{^Alpha}", r"\p{^Alpha}", "this character class"),
        (r"(?i)\p{Upper}", r"\p{Upper}", "this character class"),
        ("[a-z&&[^b]]", "[a-z&&[^b]]", "a class operator"),
        ("[a[b]]", "[b]", "a class inside a class"),
        ("[[:alpha:]]", "[:alpha:]", "a class inside a class"),
        ("[A-[b]]", "[", "a class inside a class"),
        ("[--a]", "[--a]", "this form of character class"),
        ("[]a]", "[]a]", "this form of character class"),
        (r"\v", r"\v", "`\\v` is not supported"),
        (r"a\h", r"\h", "this escape"),
        (r"\u{41}", r"\u{41}", "this escape"),
        ("(?P<n>a)", "n", "this group name"),
        ("(a", "(", "malformed regular expression: unclosed group"),
        ("é\\Q[\\E(?=x)", "(?=", "look-around"),
    ] {
        let (text, said) = refusal(pattern);
        assert_eq!(text, blamed, "`{pattern}`: {said}");
        assert!(said.contains(message), "`{pattern}`: {said}");
        assert!(!said.contains('\n') && !said.ends_with('.'), "{said}");
    }
}

#[test]
fn repetition_is_written_out_within_bounds() {
    for pattern in [
        "(((a{100}){100}){100}){100}",
        "(a|b){99999}",
        "(((a+b){500}){500,}c?){0,900}",
    ] {
        let fault = Language::regex(pattern).unwrap_err();
        assert_eq!(fault.kind, RegexFaultKind::TooLarge, "`{pattern}`");
    }
    let deep = format!("{}a{}", "(".repeat(5000), ")".repeat(5000));
    assert_eq!(Language::regex(&deep).unwrap_err().kind, RegexFaultKind::TooLarge);
    let empty = Language::regex("((((){1000}){1000,}){999999999})*").unwrap();
    assert!(empty.accepts("") && !empty.accepts("a"));
    let long = Language::regex("((a{10}b?){30}){3}").unwrap();
    assert!(long.accepts(&"a".repeat(900)) && !long.accepts(&"a".repeat(901)));
}

/// A small expression, written out and matched without the automaton.
#[derive(Debug, Clone)]
enum Tree {
    Text(&'static str, &'static str),
    Concat(Vec<Tree>),
    Either(Vec<Tree>),
    Repeat(Box<Tree>, usize, Option<usize>),
}

impl Tree {
    fn write(&self) -> String {
        match self {
            Self::Text(pattern, _) => (*pattern).to_owned(),
            Self::Concat(trees) => trees.iter().map(|tree| format!("(?:{})", tree.write())).collect(),
            Self::Either(trees) => {
                format!(
                    "({})",
                    trees.iter().map(Self::write).collect::<Vec<_>>().join("|")
                )
            }
            Self::Repeat(tree, min, max) => match (min, max) {
                (0, None) => format!("({})*", tree.write()),
                (1, None) => format!("({})+?", tree.write()),
                (min, None) => format!("({}){{{min},}}", tree.write()),
                (min, Some(max)) => format!("({}){{{min},{max}}}", tree.write()),
            },
        }
    }

    /// Where matches that start in `from` can end.
    fn ends(&self, word: &[char], from: usize) -> Vec<usize> {
        let mut ends = match self {
            Self::Text(_, set) => match word.get(from) {
                Some(&c) if set.contains(c) => vec![from + 1],
                _ => vec![],
            },
            Self::Concat(trees) => trees.iter().fold(vec![from], |starts, tree| {
                starts.iter().flat_map(|&start| tree.ends(word, start)).collect()
            }),
            Self::Either(trees) => trees.iter().flat_map(|tree| tree.ends(word, from)).collect(),
            Self::Repeat(tree, min, max) => {
                let mut starts = vec![from];
                let mut ends = if *min == 0 { vec![from] } else { vec![] };
                for count in 1..=max.unwrap_or(min + word.len() + 1) {
                    starts = starts.iter().flat_map(|&start| tree.ends(word, start)).collect();
                    starts.sort_unstable();
                    starts.dedup();
                    if count >= *min {
                        ends.extend(&starts);
                    }
                }
                ends
            }
        };
        ends.sort_unstable();
        ends.dedup();
        ends
    }

    fn accepts(&self, word: &[char]) -> bool {
        self.ends(word, 0).contains(&word.len())
    }
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop::sample::select(vec![
        ("a", "a"),
        ("b", "b"),
        ("[ab]", "ab"),
        ("[^a]", "bx"),
        ("(?s:.)", "abx"),
        (r"\Qb\E", "b"),
    ]);
    leaf.prop_map(|(pattern, set)| Tree::Text(pattern, set))
        .prop_recursive(4, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Tree::Concat),
                prop::collection::vec(inner.clone(), 1..4).prop_map(Tree::Either),
                (inner, 0_usize..4, prop::option::of(0_usize..3)).prop_map(|(tree, min, more)| {
                    Tree::Repeat(Box::new(tree), min, more.map(|more| min + more))
                }),
            ]
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_expressions_accept_what_a_naive_matcher_accepts(one in tree(), other in tree()) {
        let languages = [Language::regex(&one.write()).unwrap(), Language::regex(&other.write()).unwrap()];
        let mut words = vec![String::new()];
        for at in 0.. {
            if words[at].len() == 5 {
                break;
            }
            let longer: Vec<String> = ["a", "b", "x"].map(|c| words[at].clone() + c).to_vec();
            words.extend(longer);
        }
        let mut vectors: Vec<(bool, bool)> = Vec::new();
        for word in &words {
            let chars: Vec<char> = word.chars().collect();
            let vector = (one.accepts(&chars), other.accepts(&chars));
            prop_assert_eq!(vector.0, languages[0].accepts(word), "{} on {}", one.write(), word);
            if !vectors.contains(&vector) {
                vectors.push(vector);
            }
        }
        // The product of both, with the shortest words of each vector: programs with branches determinised.
        let mut missing = vectors.clone();
        let exploration = Product::new(vec![], languages.to_vec()).visit(|bits, word| {
            missing.retain(|&vector| vector != (bits.contains(0), bits.contains(1)));
            let chars: Vec<char> = word.chars().map(|c| if "ab".contains(c) { c } else { 'x' }).collect();
            assert_eq!((bits.contains(0), bits.contains(1)), (one.accepts(&chars), other.accepts(&chars)));
            std::ops::ControlFlow::Continue(())
        });
        prop_assert!(exploration.exact && missing.is_empty(), "{:?}", missing);
    }
}
