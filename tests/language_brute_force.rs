//! The automata of `rolecall::language` against plain enumeration: every word up to a length is matched by a
//! naive matcher written here, and acceptance, acceptance vectors, Boolean formulas, inclusion, emptiness and
//! the lengths of witnesses must agree.
//!
//! `PROPTEST_CASES=20000 cargo test --release --test language_brute_force` compares hundreds of millions of
//! (word, pattern) pairs; the normal run some hundred thousand.

#![expect(clippy::indexing_slicing, reason = "a test may fail by a panic")]

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use proptest::prelude::*;
use rolecall::language::{
    CharSet, Inclusion, Language, Product, Search, common_word, included, intersects, word_outside,
};
use rolecall::pattern::{Glob, Token};

/// `x` never occurs in a pattern: it stands for every other character, as it does in witnesses.
const LETTERS: [char; 4] = ['x', 'a', 'b', ':'];
const LONGEST: usize = 5;

fn words() -> Vec<Vec<char>> {
    let mut all = vec![Vec::new()];
    let mut from = 0;
    for _ in 0..LONGEST {
        let to = all.len();
        for at in from..to {
            for letter in LETTERS {
                let mut word: Vec<char> = all[at].clone();
                word.push(letter);
                all.push(word);
            }
        }
        from = to;
    }
    all
}

fn naive(tokens: &[Token], word: &[char]) -> bool {
    let Some((token, rest)) = tokens.split_first() else {
        return word.is_empty();
    };
    let first = word.split_first();
    match *token {
        Token::Literal(c) => first.is_some_and(|(&f, after)| f == c && naive(rest, after)),
        Token::One { crosses_colon } => {
            first.is_some_and(|(&f, after)| (crosses_colon || f != ':') && naive(rest, after))
        }
        Token::Many { crosses_colon } => {
            naive(rest, word)
                || first.is_some_and(|(&f, after)| (crosses_colon || f != ':') && naive(tokens, after))
        }
    }
}

fn token() -> impl Strategy<Value = Token> {
    prop_oneof![
        3 => prop::sample::select(vec!['a', 'b', ':']).prop_map(Token::Literal),
        1 => any::<bool>().prop_map(|crosses_colon| Token::One { crosses_colon }),
        2 => any::<bool>().prop_map(|crosses_colon| Token::Many { crosses_colon }),
    ]
}

fn tokens() -> impl Strategy<Value = Vec<Token>> {
    prop::collection::vec(token(), 0..6)
}

fn language(tokens: &[Token]) -> Language {
    Language::glob(&Glob::from_tokens(tokens.to_vec()))
}

fn languages(globs: &[Vec<Token>]) -> Vec<Language> {
    globs.iter().map(|tokens| language(tokens)).collect()
}

/// By acceptance vector: a shortest word of the query, as the product reports it.
fn vectors(query: Vec<Language>, parts: Vec<Language>) -> BTreeMap<Vec<bool>, String> {
    let count = parts.len();
    let mut found = BTreeMap::new();
    let mut last = 0;
    let exploration = Product::new(query, parts).visit(|bits, word| {
        let vector = (0..count).map(|part| bits.contains(part)).collect();
        assert!(found.insert(vector, word.to_owned()).is_none(), "a vector twice");
        assert!(last <= word.chars().count(), "a shorter word after a longer one");
        last = word.chars().count();
        ControlFlow::Continue(())
    });
    assert!(exploration.exact);
    found
}

/// By acceptance vector: the length of the shortest enumerated word.
fn enumerated(
    in_query: impl Fn(&[char]) -> bool,
    vector: impl Fn(&[char]) -> Vec<bool>,
) -> BTreeMap<Vec<bool>, usize> {
    let mut found = BTreeMap::new();
    for word in words().iter().filter(|word| in_query(word)) {
        found.entry(vector(word)).or_insert(word.len());
    }
    found
}

/// The product's vectors are the enumerated ones, plus some whose words are too long to be enumerated.
fn check(
    found: &BTreeMap<Vec<bool>, String>,
    in_query: impl Fn(&[char]) -> bool,
    vector: impl Fn(&[char]) -> Vec<bool>,
) -> Result<(), TestCaseError> {
    let expected = enumerated(&in_query, &vector);
    for (bits, length) in &expected {
        let word = found.get(bits);
        prop_assert_eq!(
            word.map(|word| word.chars().count()),
            Some(*length),
            "vector {:?}",
            bits
        );
    }
    for (bits, word) in found {
        let word: Vec<char> = word.chars().collect();
        prop_assert!(in_query(&word), "not a word of the query: {:?}", word);
        prop_assert_eq!(&vector(&word), bits, "word {:?}", word);
        prop_assert!(word.len() > LONGEST || expected.contains_key(bits));
    }
    Ok(())
}

/// A random Boolean formula over parts, complements included.
#[derive(Debug, Clone)]
enum Formula {
    Part(usize),
    Not(Box<Formula>),
    And(Box<Formula>, Box<Formula>),
    Or(Box<Formula>, Box<Formula>),
}

impl Formula {
    fn holds(&self, bits: &[bool]) -> bool {
        match self {
            Self::Part(part) => bits[part % bits.len()],
            Self::Not(one) => !one.holds(bits),
            Self::And(one, other) => one.holds(bits) && other.holds(bits),
            Self::Or(one, other) => one.holds(bits) || other.holds(bits),
        }
    }
}

fn formula() -> impl Strategy<Value = Formula> {
    any::<usize>()
        .prop_map(Formula::Part)
        .prop_recursive(4, 16, 2, |inner| {
            prop_oneof![
                inner.clone().prop_map(|one| Formula::Not(Box::new(one))),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| Formula::And(Box::new(a), Box::new(b))),
                (inner.clone(), inner).prop_map(|(a, b)| Formula::Or(Box::new(a), Box::new(b))),
            ]
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn acceptance_is_that_of_the_naive_matcher(tokens in tokens()) {
        let language = language(&tokens);
        for word in words() {
            let text: String = word.iter().collect();
            prop_assert_eq!(language.accepts(&text), naive(&tokens, &word), "{:?}", text);
        }
    }

    #[test]
    fn vectors_and_their_shortest_words_are_complete(
        query in prop::collection::vec(tokens(), 0..3),
        parts in prop::collection::vec(tokens(), 0..5),
    ) {
        let found = vectors(languages(&query), languages(&parts));
        check(
            &found,
            |word| query.iter().all(|tokens| naive(tokens, word)),
            |word| parts.iter().map(|tokens| naive(tokens, word)).collect(),
        )?;
    }

    #[test]
    fn many_parts_give_the_same_vectors(
        query in tokens(),
        parts in prop::collection::vec(tokens(), 16..24),
    ) {
        let found = vectors(languages(std::slice::from_ref(&query)), languages(&parts));
        check(
            &found,
            |word| naive(&query, word),
            |word| parts.iter().map(|tokens| naive(tokens, word)).collect(),
        )?;
    }

    #[test]
    fn formulas_with_complements_are_decided_with_a_shortest_word(
        query in tokens(),
        parts in prop::collection::vec(tokens(), 1..5),
        formula in formula(),
    ) {
        let mut shortest: Option<String> = None;
        let exploration =
            Product::new(vec![language(&query)], languages(&parts)).visit(|bits, word| {
                let bits: Vec<bool> = (0..parts.len()).map(|part| bits.contains(part)).collect();
                if formula.holds(&bits) {
                    shortest = Some(word.to_owned());
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(())
            });
        prop_assert!(exploration.exact);
        let holds = |word: &[char]| {
            let bits: Vec<bool> = parts.iter().map(|tokens| naive(tokens, word)).collect();
            naive(&query, word) && formula.holds(&bits)
        };
        let expected = words().iter().find(|word| holds(word)).map(Vec::len);
        let found = shortest.map(|word| word.chars().collect::<Vec<char>>());
        if let Some(word) = &found {
            prop_assert!(holds(word), "{:?}", word);
        }
        prop_assert_eq!(found.map(|word| word.len()).filter(|&length| length <= LONGEST), expected);
    }

    #[test]
    fn inclusion_and_intersection_agree_with_enumeration(
        query in prop::collection::vec(tokens(), 1..3),
        union in prop::collection::vec(tokens(), 0..20),
    ) {
        let (queries, unions) = (languages(&query), languages(&union));
        let in_query = |word: &[char]| query.iter().all(|tokens| naive(tokens, word));
        let outside =
            |word: &[char]| in_query(word) && !union.iter().any(|tokens| naive(tokens, word));
        let compare = |found: Search, holds: &dyn Fn(&[char]) -> bool| {
            let expected = words().iter().find(|word| holds(word)).map(Vec::len);
            let found = match found {
                Search::Found(word) => Some(word.chars().collect::<Vec<char>>()),
                Search::Empty => None,
                Search::Unknown { .. } => return Err(TestCaseError::fail("unknown")),
            };
            prop_assert!(found.iter().all(|word| holds(word)), "{:?}", found);
            prop_assert_eq!(found.map(|word| word.len()).filter(|&length| length <= LONGEST), expected);
            Ok(())
        };
        compare(word_outside(&queries, &unions), &outside)?;
        compare(common_word(&queries), &in_query)?;
        prop_assert_eq!(
            included(&queries, &unions) == Inclusion::Yes,
            word_outside(&queries, &unions) == Search::Empty
        );
        if let [one, other] = queries.as_slice() {
            prop_assert_eq!(intersects(one, other), Some(common_word(&queries) != Search::Empty));
        }
    }

    #[test]
    fn made_languages_behave_as_what_they_are_made_of(
        globs in prop::collection::vec(tokens(), 1..4),
        min in 0_usize..3,
        more in prop::option::of(0_usize..3),
        set in prop::sample::subsequence(vec!['a', 'b', ':'], 1..4),
    ) {
        let set: String = set.into_iter().collect();
        let max = more.map(|more| min + more);
        let repeated = Language::repeat(&CharSet::of(&set), min, max);
        let in_repeated = |word: &[char]| {
            word.len() >= min
                && max.is_none_or(|max| word.len() <= max)
                && word.iter().all(|&c| set.contains(c))
        };
        let parts = languages(&globs);
        let joined = Language::concat(&[repeated.clone(), parts[0].clone()]);
        let either = Language::union(&parts);
        let found = vectors(vec![], vec![repeated, joined, either]);
        check(&found, |_| true, |word| vec![
            in_repeated(word),
            (0..=word.len()).any(|cut| in_repeated(&word[..cut]) && naive(&globs[0], &word[cut..])),
            globs.iter().any(|tokens| naive(tokens, word)),
        ])?;
    }
}
