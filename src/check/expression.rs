//! What the names that an expression matches begin with: a policy cannot say more of `orders-[0-9]+` than `orders-*`.
//!
//! In: the text of a regular expression of topics. Out: for each alternative that tells, the literal text that all of
//! its names begin with; alternatives that begin in an open way have none.

/// How deep groups around whole alternatives are opened.
const DEPTH: usize = 4;
/// At most this many starts of one alternative.
const MOST: usize = 16;

/// The starts of the alternatives of an expression.
pub(super) fn expression_starts(expression: &str) -> Vec<String> {
    let mut open = vec![(expression, 0)];
    let mut starts = Vec::new();
    while let Some((text, depth)) = open.pop() {
        let parts = alternatives(text);
        match (parts.as_slice(), inner(text)) {
            ([_], Some(inner)) if depth < DEPTH => open.push((inner, depth + 1)),
            ([only], _) => starts.extend(literal_starts(only)),
            (parts, _) if depth < DEPTH => open.extend(parts.iter().map(|part| (*part, depth + 1))),
            _ => {}
        }
    }
    starts.sort();
    starts
}

/// The text inside a group that is the whole of the text.
fn inner(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('(')?.strip_suffix(')')?;
    // `(a)(b)` is no group: the first one ends before the text does.
    let mut depth = 0_i32;
    let closes_early = plain(inside).any(|(_, character)| {
        depth += match character {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth < 0
    });
    let inside = inside.strip_prefix("?:").unwrap_or(inside);
    (!closes_early && !inside.starts_with('?')).then_some(inside)
}

/// The parts between bars that stand in no group.
fn alternatives(text: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let mut from = 0;
    let mut parts = Vec::new();
    for (at, character) in plain(text) {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            '|' if depth == 0 => {
                parts.extend(text.get(from..at));
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(from..));
    parts
}

/// The characters that are neither escaped nor in a class, with their places.
fn plain(text: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut escaped, mut in_class) = (false, false);
    text.char_indices().filter(move |(_, character)| {
        let skip = escaped || *character == '\\' || in_class || *character == '[';
        in_class = !escaped && (*character == '[' || in_class && *character != ']') || escaped && in_class;
        escaped = !escaped && *character == '\\';
        !skip
    })
}

/// The literal texts that the words of an alternative begin with: one, or one for each literal part of its first groups.
fn literal_starts(alternative: &str) -> Vec<String> {
    let mut starts = vec![String::new()];
    let mut rest = alternative;
    while let Some((parts, after)) = literals(rest) {
        if after.starts_with(['*', '?', '+', '{']) || starts.len() * parts.len() > MOST {
            break;
        }
        let longer = |start: &String| {
            parts
                .iter()
                .map(|part| format!("{start}{part}"))
                .collect::<Vec<_>>()
        };
        starts = starts.iter().flat_map(longer).collect();
        rest = after;
    }
    starts.retain(|start| !start.is_empty());
    starts
}

/// The literal texts that an expression can begin with, and what follows: a letter, a class of one letter, a group of
/// literal alternatives.
fn literals(text: &str) -> Option<(Vec<String>, &str)> {
    if let Some(class) = text.strip_prefix('[') {
        let (one, after) = class.split_once(']')?;
        let is_one = one.len() == 1 && !one.contains(['^', '\\']);
        return is_one.then(|| (vec![one.to_owned()], after));
    }
    if text.starts_with('(') {
        let end = plain(text).find_map({
            let mut depth = 0_i32;
            move |(at, character)| {
                depth += match character {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
                (depth == 0).then_some(at + 1)
            }
        })?;
        let (group, after) = text.split_at_checked(end)?;
        let words = alternatives(inner(group)?).into_iter().map(literal_word);
        return Some((words.collect::<Option<_>>()?, after));
    }
    let (letter, after) = letter(text)?;
    Some((vec![letter.to_string()], after))
}

/// A text in which every character stands for itself.
fn literal_word(text: &str) -> Option<String> {
    let (mut word, mut rest) = (String::new(), text);
    while !rest.is_empty() {
        let (letter, after) = letter(rest)?;
        word.push(letter);
        rest = after;
    }
    Some(word)
}

/// A character of a topic name that stands for itself, and what follows.
fn letter(text: &str) -> Option<(char, &str)> {
    let mut characters = text.chars();
    let first = characters.next()?;
    if first == '\\' {
        let escaped = characters.next().filter(|c| matches!(c, '.' | '-' | '_'))?;
        return Some((escaped, characters.as_str()));
    }
    let is_plain = first.is_ascii_alphanumeric() || matches!(first, '-' | '_');
    is_plain.then_some((first, characters.as_str()))
}

#[cfg(test)]
mod tests {
    use super::expression_starts;

    fn starts(expression: &str) -> String {
        expression_starts(expression).join(" ")
    }

    #[test]
    fn the_start_of_an_expression_is_what_all_its_names_begin_with() {
        assert_eq!(starts("orders-[0-9]+"), "orders-");
        assert_eq!(starts("shop\\.public\\..*"), "shop.public.");
        assert_eq!(starts("orders+"), "order");
        assert_eq!(starts("orders(-a|-b)?"), "orders");
        assert_eq!(starts("visit[.][a-z]+"), "visit.");
    }

    #[test]
    fn every_alternative_has_its_own() {
        assert_eq!(starts("a-.*|b-.*"), "a- b-");
        assert_eq!(starts("(a-.*|b-[|)]x)"), "a- b-");
        assert_eq!(starts("(?:(a-.*)|b\\|c)"), "a- b");
        assert_eq!(starts("(letter|card)-[0-9]{2}"), "card- letter-");
    }

    #[test]
    fn open_beginnings_have_none() {
        for open in [".*", "[ab]x|[c-d]", "a?b", "(?i)orders", "(a)?b|.c", ""] {
            assert_eq!(starts(open), "", "{open}");
        }
    }
}
