//! Whether a pattern and the ARNs of a shape have a text in common.
//!
//! Two lists of letters and runs are walked in step. Exact, and bounded by the product of their lengths: no state is
//! visited twice.
//!
//! Source: SET-02.

use crate::pattern::Token;

/// A part of a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Atom {
    /// This letter.
    Letter(char),
    /// One of these letters.
    One(Letters),
    /// Any run of these letters, the empty one included.
    Many(Letters),
}

/// Which letters may stand somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letters {
    /// All.
    Any,
    /// All but the colon.
    NoColon,
    /// All but the colon and the slash.
    Segment,
}

impl Letters {
    fn have(self, letter: char) -> bool {
        match self {
            Self::Any => true,
            Self::NoColon => letter != ':',
            Self::Segment => letter != ':' && letter != '/',
        }
    }
}

/// Whether some text is one of the pattern and one of the shape.
pub(super) fn meets(pattern: &[Token], shape: &[Atom]) -> bool {
    let mut start = 0;
    while let (Some(Token::Literal(one)), Some(Atom::Letter(other))) = (pattern.get(start), shape.get(start))
    {
        if one != other {
            return false;
        }
        start += 1;
    }
    if let (Some(Token::Literal(one)), Some(Atom::Letter(other))) = (pattern.last(), shape.last())
        && one != other
    {
        return false;
    }
    let width = shape.len() + 1;
    let mut seen = vec![0_u64; ((pattern.len() + 1) * width).div_ceil(64)];
    let mut open = vec![(start, start)];
    while let Some((at, behind)) = open.pop() {
        let bit = at * width + behind;
        let Some(word) = seen
            .get_mut(bit / 64)
            .filter(|word| **word & (1 << (bit % 64)) == 0)
        else {
            continue;
        };
        *word |= 1 << (bit % 64);
        let (token, atom) = (pattern.get(at), shape.get(behind));
        if token.is_none() && atom.is_none() {
            return true;
        }
        let (is_run, is_shape_run) = (
            matches!(token, Some(Token::Many { .. })),
            matches!(atom, Some(Atom::Many(_))),
        );
        if is_run {
            open.push((at + 1, behind));
        }
        if is_shape_run {
            open.push((at, behind + 1));
        }
        if let (Some(token), Some(atom)) = (token, atom)
            && have_common(*token, *atom)
        {
            open.push((at + usize::from(!is_run), behind + usize::from(!is_shape_run)));
        }
    }
    false
}

/// Whether both take some letter; any two wildcards take `x`.
fn have_common(token: Token, atom: Atom) -> bool {
    match (token, atom) {
        (token, Atom::Letter(letter)) => token.accepts(letter),
        (Token::Literal(letter), Atom::One(letters) | Atom::Many(letters)) => letters.have(letter),
        (Token::One { .. } | Token::Many { .. }, Atom::One(_) | Atom::Many(_)) => true,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::language::{CharSet, Language, Product};
    use crate::pattern::Glob;

    fn token() -> impl Strategy<Value = Token> {
        prop_oneof![
            4 => prop::sample::select(vec!['a', ':', '/']).prop_map(Token::Literal),
            1 => any::<bool>().prop_map(|crosses_colon| Token::One { crosses_colon }),
            2 => any::<bool>().prop_map(|crosses_colon| Token::Many { crosses_colon }),
        ]
    }

    fn atom() -> impl Strategy<Value = Atom> {
        let letters = || prop::sample::select(vec![Letters::Any, Letters::NoColon, Letters::Segment]);
        prop_oneof![
            4 => prop::sample::select(vec!['a', ':', '/']).prop_map(Atom::Letter),
            1 => letters().prop_map(Atom::One),
            2 => letters().prop_map(Atom::Many),
        ]
    }

    fn language(atoms: &[Atom]) -> Language {
        let set = |letters: Letters| {
            let mut set = CharSet::all();
            for letter in [':', '/'].into_iter().filter(|letter| !letters.have(*letter)) {
                set = set.without(letter);
            }
            set
        };
        let pieces: Vec<Language> = atoms
            .iter()
            .map(|atom| match atom {
                Atom::Letter(letter) => Language::literal(&letter.to_string()),
                Atom::One(letters) => Language::repeat(&set(*letters), 1, Some(1)),
                Atom::Many(letters) => Language::repeat(&set(*letters), 0, None),
            })
            .collect();
        Language::concat(&pieces)
    }

    proptest! {
        #[test]
        fn it_agrees_with_automata(
            pattern in prop::collection::vec(token(), 0..8),
            shape in prop::collection::vec(atom(), 0..8),
        ) {
            let glob = Language::glob(&Glob::from_tokens(pattern.clone()));
            let (word, exploration) = Product::new(vec![glob, language(&shape)], Vec::new()).word();
            prop_assert!(exploration.exact);
            prop_assert_eq!(meets(&pattern, &shape), word.is_some());
        }
    }
}
