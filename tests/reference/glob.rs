//! Patterns: variables first (VAR-09), then wildcards (MATCH-G1), then the colon rule of the place (MATCH-R3, MATCH-N1).

use super::condition::{Context, Held};

/// One character of a pattern after variables are settled. `Plain` characters keep their meaning (`*`, `?`, `:`);
/// `Quoted` ones came from a variable or an escape and are only themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Plain(char),
    Quoted(char),
}

impl Piece {
    fn shown(self) -> char {
        match self {
            Piece::Plain(c) | Piece::Quoted(c) => c,
        }
    }
}

/// What a pattern's text is once variables are settled.
pub(crate) struct Settled {
    /// `None`: a variable has no value and no default (VAR-06).
    pub(crate) pieces: Option<Vec<Piece>>,
    /// A key variable stands before the fifth colon (VAR-03).
    pub(crate) early_variable: bool,
}

/// Replaces variables; `context` is `None` where variables are not variables (VAR-01, VAR-03).
pub(crate) fn settle(text: &str, context: Option<&Context>) -> Settled {
    let chars: Vec<char> = text.chars().collect();
    let mut pieces = Vec::new();
    let (mut missing, mut early, mut colons, mut at) = (false, false, 0, 0);
    while at < chars.len() {
        let end = chars[at..].iter().position(|&c| c == '}').map(|n| at + n);
        let starts = chars[at] == '$' && chars.get(at + 1) == Some(&'{');
        let (Some(context), Some(end), true) = (context, end, starts) else {
            colons += usize::from(chars[at] == ':');
            pieces.push(Piece::Plain(chars[at]));
            at += 1;
            continue;
        };
        let inside: String = chars[at + 2..end].iter().collect();
        at = end + 1;
        if matches!(inside.as_str(), "*" | "?" | "$") {
            pieces.extend(inside.chars().map(Piece::Quoted));
            continue;
        }
        early |= colons < 5;
        match variable(&inside, context) {
            Some(value) => pieces.extend(value.chars().map(Piece::Quoted)),
            None => missing = true,
        }
    }
    Settled {
        pieces: (!missing).then_some(pieces),
        early_variable: early,
    }
}

/// VAR-04, VAR-06: the value of `key` or `key, 'default'`; a multivalued key (VAR-02) and an empty value are no value.
fn variable(inside: &str, context: &Context) -> Option<String> {
    let (name, default) = match inside.split_once(", '") {
        Some((name, rest)) => (name, rest.strip_suffix('\'')),
        None => (inside, None),
    };
    match context.get(name) {
        Held::One(value) if !value.is_empty() => Some(value),
        _ => default.map(str::to_owned),
    }
}

/// One step of a matcher.
#[derive(Clone, Copy)]
enum Step {
    Same(char),
    One { colon: bool },
    Many { colon: bool },
}

fn run(steps: &[Step], input: &[char]) -> bool {
    match steps {
        [] => input.is_empty(),
        [Step::Same(c), rest @ ..] => input.first() == Some(c) && run(rest, &input[1..]),
        [Step::One { colon }, rest @ ..] => {
            input.first().is_some_and(|&c| *colon || c != ':') && run(rest, &input[1..])
        }
        [Step::Many { colon }, rest @ ..] => (0..=input.len())
            .take_while(|&n| *colon || !input[..n].contains(&':'))
            .any(|n| run(rest, &input[n..])),
    }
}

fn free(piece: Piece) -> Step {
    match piece {
        Piece::Plain('*') => Step::Many { colon: true },
        Piece::Plain('?') => Step::One { colon: true },
        other => Step::Same(other.shown()),
    }
}

/// A whole-string glob without any colon rule (actions, `StringLike`, questions under SET-01).
pub(crate) fn glob(pieces: &[Piece], input: &str) -> bool {
    let steps: Vec<Step> = pieces.iter().copied().map(free).collect();
    run(&steps, &input.chars().collect::<Vec<_>>())
}

/// A whole-string glob of plain text.
pub(crate) fn glob_text(pattern: &str, input: &str) -> bool {
    glob(&pattern.chars().map(Piece::Plain).collect::<Vec<_>>(), input)
}

/// The text itself, wildcards being ordinary characters (`StringEquals`).
pub(crate) fn literal(pieces: &[Piece]) -> String {
    pieces.iter().map(|p| p.shown()).collect()
}

/// The at most six components of an ARN pattern; only plain colons part them.
fn components(pieces: &[Piece]) -> Vec<Vec<Piece>> {
    let mut parts = vec![Vec::new()];
    for &piece in pieces {
        if piece == Piece::Plain(':') && parts.len() < 6 {
            parts.push(Vec::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(piece);
        }
    }
    parts
}

/// MATCH-R3 in mode D; `pad` is MATCH-R4's rule for identity policies and boundaries.
pub(crate) fn resource(pieces: &[Piece], pad: bool, input: &str) -> bool {
    let mut parts = components(pieces);
    while pad && (2..6).contains(&parts.len()) {
        parts.push(vec![Piece::Plain('*')]);
    }
    let mut steps = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            steps.push(Step::Same(':'));
        }
        for (place, &piece) in part.iter().enumerate() {
            steps.push(match (piece, index < 5) {
                (Piece::Plain('*'), true) => Step::Many {
                    colon: place + 1 == part.len(),
                },
                (Piece::Plain('?'), true) => Step::One { colon: false },
                _ => free(piece),
            });
        }
    }
    run(&steps, &input.chars().collect::<Vec<_>>())
}

/// MATCH-N1, MATCH-N2: `None` when either side has fewer than six components.
pub(crate) fn arn(pieces: &[Piece], input: &str) -> Option<bool> {
    let parts = components(pieces);
    let given: Vec<&str> = input.splitn(6, ':').collect();
    (parts.len() == 6 && given.len() == 6).then(|| parts.iter().zip(given).all(|(p, g)| glob(p, g)))
}
