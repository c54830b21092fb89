//! Functions of texts and numbers.
//!
//! Each gives `None` for a name that is not one of these, and `Some(None)` when its arguments are not known enough.

use super::super::value::{Data, Piece, Value, spelled};

/// Calls a function by name.
pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Option<Value>> {
    let value = match name {
        "join" => join(arguments),
        "format" => format(arguments),
        "formatlist" => format_list(arguments),
        "replace" => replace(arguments),
        "split" => split(arguments),
        "lower" => map(arguments, |text, _| Some(text.to_lowercase())),
        "upper" => map(arguments, |text, _| Some(text.to_uppercase())),
        "title" => map(arguments, |text, _| text.is_ascii().then(|| title(text))),
        "trimspace" => map(arguments, |text, _| Some(text.trim().to_owned())),
        "chomp" => map(arguments, |text, _| {
            Some(text.trim_end_matches(['\n', '\r']).to_owned())
        }),
        "trim" => map(arguments, |text, rest| {
            let letters: Vec<char> = rest.first()?.chars().collect();
            Some(text.trim_matches(letters.as_slice()).to_owned())
        }),
        "trimprefix" => map(arguments, |text, rest| {
            let prefix = rest.first()?;
            Some(text.strip_prefix(prefix.as_str()).unwrap_or(text).to_owned())
        }),
        "trimsuffix" => map(arguments, |text, rest| {
            let suffix = rest.first()?;
            Some(text.strip_suffix(suffix.as_str()).unwrap_or(text).to_owned())
        }),
        "indent" => indent(arguments),
        "strrev" => map(arguments, |text, _| {
            text.is_ascii().then(|| text.chars().rev().collect())
        }),
        "substr" => map(arguments, |text, rest| {
            // Beyond ASCII, what counts as one letter is not one character.
            let start: i64 = rest.first().filter(|_| text.is_ascii())?.parse().ok()?;
            let length: i64 = rest.get(1)?.parse().ok()?;
            let count = text.chars().count() as i64;
            let start = if start < 0 { (count + start).max(0) } else { start };
            let length = if length < 0 { count } else { length };
            Some(text.chars().skip(start as usize).take(length as usize).collect())
        }),
        "startswith" => test(arguments, |text, prefix| text.starts_with(prefix)),
        "endswith" => test(arguments, |text, suffix| text.ends_with(suffix)),
        "strcontains" => test(arguments, |text, part| text.contains(part)),
        "tostring" => match arguments {
            [value] if value.is_null() => Some(value.clone()),
            [value] => value.pieces().map(|pieces| Data::Text(pieces).into()),
            _ => None,
        },
        "tonumber" => arguments.first().and_then(number),
        "tobool" => {
            let flag = arguments.first().and_then(Value::known_bool);
            flag.map(|flag| Data::Bool(flag).into())
        }
        "signum" => numbers(arguments, |all| {
            all.first()
                .map(|number| if *number == 0.0 { 0.0 } else { number.signum() })
        }),
        "pow" => numbers(arguments, |all| match all {
            [base, power] if power.fract() == 0.0 => Some(base.powf(*power)).filter(|made| made.abs() < 1e15),
            _ => None,
        }),
        "abs" => numbers(arguments, |all| all.first().map(|number| number.abs())),
        "ceil" => numbers(arguments, |all| all.first().map(|number| number.ceil())),
        "floor" => numbers(arguments, |all| all.first().map(|number| number.floor())),
        "min" => numbers(arguments, |all| all.iter().copied().reduce(f64::min)),
        "max" => numbers(arguments, |all| all.iter().copied().reduce(f64::max)),
        "parseint" => match arguments {
            [text, base] => text
                .known_text()
                .zip(base.known_number())
                .and_then(|(text, base)| {
                    let base = base as u32;
                    let number = (2..=36)
                        .contains(&base)
                        .then(|| i64::from_str_radix(&text, base).ok())??;
                    Some(Data::Number(number as f64).into())
                }),
            _ => None,
        },
        _ => return None,
    };
    Some(value)
}

fn number(value: &Value) -> Option<Value> {
    if value.is_null() {
        return Some(value.clone());
    }
    value.known_number().map(|number| Data::Number(number).into())
}

fn numbers(arguments: &[Value], work: impl Fn(&[f64]) -> Option<f64>) -> Option<Value> {
    let all: Option<Vec<f64>> = arguments.iter().map(Value::known_number).collect();
    work(&all?)
        .filter(|number| number.is_finite())
        .map(|number| Data::Number(number).into())
}

fn map(arguments: &[Value], work: impl Fn(&str, &[String]) -> Option<String>) -> Option<Value> {
    let texts: Option<Vec<String>> = arguments.iter().map(Value::known_text).collect();
    let texts = texts?;
    let (first, rest) = texts.split_first()?;
    work(first, rest).map(Value::text)
}

fn test(arguments: &[Value], work: impl Fn(&str, &str) -> bool) -> Option<Value> {
    let [text, part] = arguments else {
        return None;
    };
    let flag = work(&text.known_text()?, &part.known_text()?);
    Some(Data::Bool(flag).into())
}

/// Letters at the beginning of words in upper case: words end as they do for Go, so that only ASCII is certain.
fn title(text: &str) -> String {
    let mut is_start = true;
    let mut made = String::with_capacity(text.len());
    for letter in text.chars() {
        made.push(if is_start {
            letter.to_ascii_uppercase()
        } else {
            letter
        });
        is_start = !(letter.is_ascii_alphanumeric() || letter == '_');
    }
    made
}

fn indent(arguments: &[Value]) -> Option<Value> {
    let [count, text] = arguments else {
        return None;
    };
    let count = count
        .known_number()
        .filter(|count| (0.0..200.0).contains(count))? as usize;
    let newline = format!("\n{}", " ".repeat(count));
    Some(Value::text(text.known_text()?.replace('\n', &newline)))
}

fn join(arguments: &[Value]) -> Option<Value> {
    let (separator, lists) = arguments.split_first()?;
    let separator = separator.pieces()?;
    let mut pieces = Vec::new();
    let mut count = 0;
    for list in lists {
        for item in list.items()? {
            if count > 0 {
                pieces.extend(separator.iter().cloned());
            }
            pieces.extend(item.pieces()?);
            count += 1;
        }
    }
    Some(unplaced(pieces))
}

/// A text made of parts of others stands where it is made.
fn unplaced(pieces: Vec<Piece>) -> Value {
    let unplace = |piece: Piece| Piece {
        origin: None,
        ..piece
    };
    Data::Text(pieces.into_iter().map(unplace).collect()).into()
}

fn format(arguments: &[Value]) -> Option<Value> {
    let (form, rest) = arguments.split_first()?;
    let form = form.known_text()?;
    let mut rest = rest.iter();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut parts = form.split('%');
    pieces.push(Piece::known(parts.next()?, None));
    while let Some(part) = parts.next() {
        let verb_at = part.find(|letter: char| !(letter.is_ascii_digit() || "+-# .[]".contains(letter)));
        let Some(verb_at) = verb_at else {
            if part.is_empty() {
                // Two percent signs, and what follows them.
                pieces.push(Piece::known(format!("%{}", parts.next()?), None));
                continue;
            }
            return None;
        };
        let (flags, tail) = part.split_at_checked(verb_at)?;
        let verb = tail.chars().next()?;
        pieces.extend(formatted(flags, verb, rest.next()?)?);
        pieces.push(Piece::known(tail.get(verb.len_utf8()..)?, None));
    }
    Some(unplaced(pieces))
}

fn formatted(flags: &str, verb: char, value: &Value) -> Option<Vec<Piece>> {
    match (flags, verb) {
        ("", 's') => value.pieces(),
        ("", 'v') => match &value.data {
            Data::List(_) | Data::Object(_) => Value::from(Data::Json(Box::new(value.clone()))).pieces(),
            _ => value.pieces(),
        },
        ("", 'd') => match value.known_number() {
            Some(number) => Some(vec![Piece::known(spelled(number.trunc()), None)]),
            None => value.pieces(),
        },
        ("", 'q') => {
            let text = serde_json::Value::String(value.known_text()?).to_string();
            Some(vec![Piece::known(text, None)])
        }
        ("", 't') => value.pieces(),
        (width, 'd') => {
            let number = value.known_number()?;
            let count: usize = width.parse().ok().filter(|count| *count < 200)?;
            let digits = spelled(number.trunc());
            let text = if width.starts_with('0') {
                format!("{digits:0>count$}")
            } else {
                format!("{digits:>count$}")
            };
            (number >= 0.0).then(|| vec![Piece::known(text, None)])
        }
        _ => None,
    }
}

fn format_list(arguments: &[Value]) -> Option<Value> {
    let (form, rest) = arguments.split_first()?;
    let length = rest
        .iter()
        .filter_map(|value| value.items().map(<[Value]>::len))
        .max();
    if rest
        .iter()
        .any(|value| matches!(value.data, Data::Hole(_) | Data::Family(_)))
    {
        return None;
    }
    let made = (0..length.unwrap_or(1)).map(|number| {
        let mut row = vec![form.clone()];
        for value in rest {
            row.push(match value.items() {
                Some(items) => items.get(number)?.clone(),
                None => value.clone(),
            });
        }
        format(&row)
    });
    Some(Value::list(made.collect::<Option<Vec<Value>>>()?))
}

/// The stretches of known text between holes, all of which are atoms, if what is looked for cannot reach into one.
fn around_atoms(pieces: &[Piece], wanted: &str) -> bool {
    let is_mark = |letter: Option<char>| letter.is_some_and(|letter| ":/ ".contains(letter));
    let has_marks = is_mark(wanted.chars().next()) && is_mark(wanted.chars().next_back());
    let mut known = String::new();
    let mut before: Option<String> = None;
    let could_cover = |left: &str, right: &str| {
        let cuts = || wanted.char_indices().map(|(at, _)| at).chain([wanted.len()]);
        cuts().any(|from| {
            from > 0
                && left.ends_with(wanted.get(..from).unwrap_or_default())
                && cuts().any(|to| {
                    to >= from
                        && to < wanted.len()
                        && right.starts_with(wanted.get(to..).unwrap_or_default())
                        && !wanted.get(from..to).unwrap_or_default().contains([':', '/'])
                })
        })
    };
    for piece in pieces {
        match &piece.hole {
            None => known.push_str(&piece.text),
            Some(hole) => {
                if !hole.is_atom || !has_marks {
                    return false;
                }
                if before.as_ref().is_some_and(|left| could_cover(left, &known)) {
                    return false;
                }
                before = Some(std::mem::take(&mut known));
            }
        }
    }
    !before.is_some_and(|left| could_cover(&left, &known))
}

/// Neighbouring known pieces as one.
fn merged(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut merged: Vec<Piece> = Vec::new();
    for piece in pieces {
        match merged.last_mut() {
            Some(last) if last.hole.is_none() && piece.hole.is_none() => last.text.push_str(&piece.text),
            _ => merged.push(Piece {
                origin: None,
                ..piece
            }),
        }
    }
    merged
}

fn replace(arguments: &[Value]) -> Option<Value> {
    let [text, wanted, new] = arguments else {
        return None;
    };
    let (wanted, new) = (wanted.known_text()?, new.pieces()?);
    let pieces = text.pieces()?;
    let is_expression = wanted.len() > 1 && wanted.starts_with('/') && wanted.ends_with('/');
    let is_safe = pieces.iter().all(|piece| piece.hole.is_none()) || around_atoms(&pieces, &wanted);
    if is_expression {
        let pattern = wanted.get(1..wanted.len() - 1)?;
        let made = super::pattern::replaced(&text.known_text()?, pattern, &arguments.get(2)?.known_text()?);
        return made.map(Value::text);
    }
    if wanted.is_empty() || !is_safe {
        return None;
    }
    let mut made = Vec::new();
    for piece in merged(pieces) {
        if piece.hole.is_some() {
            made.push(piece);
            continue;
        }
        for (number, part) in piece.text.split(wanted.as_str()).enumerate() {
            if number > 0 {
                made.extend(new.iter().cloned());
            }
            made.push(Piece::known(part, None));
        }
    }
    Some(unplaced(merged(made)))
}

fn split(arguments: &[Value]) -> Option<Value> {
    let [separator, text] = arguments else {
        return None;
    };
    let (separator, pieces) = (separator.known_text()?, text.pieces()?);
    let is_safe = pieces.iter().all(|piece| piece.hole.is_none()) || around_atoms(&pieces, &separator);
    if separator.is_empty() || !is_safe {
        return None;
    }
    let mut items: Vec<Vec<Piece>> = vec![Vec::new()];
    for piece in merged(pieces) {
        if piece.hole.is_some() {
            items.last_mut()?.push(piece);
            continue;
        }
        for (number, part) in piece.text.split(separator.as_str()).enumerate() {
            if number > 0 {
                items.push(Vec::new());
            }
            if !part.is_empty() {
                items.last_mut()?.push(Piece::known(part, None));
            }
        }
    }
    Some(Value::list(items.into_iter().map(unplaced).collect()))
}
