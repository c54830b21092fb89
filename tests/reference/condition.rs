//! Conditions: the request context (COND-07) and operators on it (COND-01 to COND-26).

use std::cmp::Ordering;

use serde_json::Value;

use super::glob::{self, Piece};
use super::{Truth, all, any, not, text, texts, value};

/// What the request carries under a key.
pub(crate) enum Held {
    Nothing,
    One(String),
    Many(Vec<String>),
    /// Two keys that differ by case only (COND-07).
    Twice,
}

/// The request context: names as written, values as JSON.
#[derive(Clone)]
pub(crate) struct Context(pub(crate) Vec<(String, Value)>);

impl Context {
    pub(crate) fn get(&self, name: &str) -> Held {
        let mut found = self.0.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        match (found.next(), found.next()) {
            (None, _) => Held::Nothing,
            (Some(_), Some(_)) => Held::Twice,
            (Some((_, Value::Array(items))), None) => Held::Many(items.iter().map(text).collect()),
            (Some((_, one)), None) => Held::One(text(one)),
        }
    }
}

/// The value of a whole `Condition` block; `variables` says whether the document has variables (VAR-01).
pub(crate) fn block(condition: Option<&Value>, context: &Context, variables: bool) -> Truth {
    let Some(operators) = condition.and_then(Value::as_object) else {
        return Some(true);
    };
    all(operators.iter().flat_map(|(operator, keys)| {
        let keys = keys.as_object().into_iter().flatten();
        keys.map(move |(key, values)| atom(operator, key, &texts(values), context, variables))
    }))
}

fn atom(operator: &str, key: &str, wanted: &[String], context: &Context, variables: bool) -> Truth {
    let (set, rest) = match operator.split_once(':') {
        Some((set, rest)) => (Some(set), rest),
        None => (None, operator),
    };
    let held = context.get(key);
    if rest == "Null" {
        return null(set, wanted, &held);
    }
    let (name, if_exists) = rest
        .strip_suffix("IfExists")
        .map_or((rest, false), |base| (base, true));
    let negative = positive_form(name);
    let base = negative.unwrap_or(name);
    if !known(base) {
        return None;
    }
    let test = |given: &str| {
        let hit = any(wanted
            .iter()
            .map(|w| one(base, negative.is_some(), w, given, context, variables)));
        if negative.is_some() { not(hit) } else { hit }
    };
    let given = match (&held, set) {
        (Held::Twice, _) => return None,
        (Held::Nothing, _) if if_exists => return Some(true),
        (Held::Nothing, None) => return Some(negative.is_some()),
        (Held::One(given), None) => return test(given),
        (Held::Many(_), None) => return Some(false),
        (Held::Nothing, Some(_)) => Vec::new(),
        (Held::One(given), Some(_)) => vec![given.clone()],
        (Held::Many(given), Some(_)) => given.clone(),
    };
    let given = if given.iter().all(String::is_empty) {
        Vec::new()
    } else {
        given
    };
    match set {
        Some("ForAllValues") => all(given.iter().map(|g| test(g))),
        Some("ForAnyValue") => any(given.iter().map(|g| test(g))),
        _ => None,
    }
}

/// COND-05; only empty strings count as null.
fn null(set: Option<&str>, wanted: &[String], held: &Held) -> Truth {
    let absent = match held {
        Held::Nothing => true,
        Held::One(value) => value.is_empty(),
        Held::Many(values) => values.iter().all(String::is_empty),
        Held::Twice => false,
    };
    match set {
        None => Some(
            wanted
                .iter()
                .any(|w| w.eq_ignore_ascii_case(if absent { "true" } else { "false" })),
        ),
        Some("ForAllValues") => Some(true),
        Some("ForAnyValue") => Some(false),
        Some(_) => None,
    }
}

/// The operator that a negated one negates.
fn positive_form(name: &str) -> Option<&'static str> {
    Some(match name {
        "StringNotEquals" => "StringEquals",
        "StringNotEqualsIgnoreCase" => "StringEqualsIgnoreCase",
        "StringNotLike" => "StringLike",
        "NumericNotEquals" => "NumericEquals",
        "DateNotEquals" => "DateEquals",
        "NotIpAddress" => "IpAddress",
        "ArnNotEquals" => "ArnEquals",
        "ArnNotLike" => "ArnLike",
        _ => return None,
    })
}

fn known(base: &str) -> bool {
    let order = |rest: &str| {
        matches!(
            rest,
            "Equals" | "LessThan" | "LessThanEquals" | "GreaterThan" | "GreaterThanEquals"
        )
    };
    matches!(
        base,
        "StringEquals"
            | "StringEqualsIgnoreCase"
            | "StringLike"
            | "ArnEquals"
            | "ArnLike"
            | "Bool"
            | "IpAddress"
            | "BinaryEquals"
    ) || base.strip_prefix("Numeric").is_some_and(order)
        || base.strip_prefix("Date").is_some_and(order)
}

/// One policy value against one request value. A value that does not parse is no match, but Unknown to a negated operator.
fn one(base: &str, negated: bool, wanted: &str, given: &str, context: &Context, variables: bool) -> Truth {
    let unparsed = if negated { None } else { Some(false) };
    let substitutes = base.starts_with("String") || base.starts_with("Arn") || base == "Bool";
    let pieces = if variables && substitutes {
        glob::settle(wanted, Some(context)).pieces
    } else {
        Some(wanted.chars().map(Piece::Plain).collect())
    };
    let Some(pieces) = pieces else { return Some(false) };
    let literal = glob::literal(&pieces);
    let lower = |s: &str| s.chars().flat_map(char::to_lowercase).collect::<String>();
    match base {
        "StringEquals" => Some(literal == given),
        "StringEqualsIgnoreCase" => Some(lower(&literal) == lower(given)),
        "StringLike" => Some(glob::glob(&pieces, given)),
        "ArnEquals" | "ArnLike" => glob::arn(&pieces, given).map_or(unparsed, Some),
        "Bool" => Some(lower(&literal) == lower(given) && matches!(lower(given).as_str(), "true" | "false")),
        "BinaryEquals" => Some(value::bytes(wanted).is_some() && value::bytes(wanted) == value::bytes(given)),
        "IpAddress" => value::address_in(wanted, given).map_or(unparsed, Some),
        _ => ordered(base, wanted, given, unparsed),
    }
}

fn ordered(base: &str, wanted: &str, given: &str, unparsed: Truth) -> Truth {
    let (relation, order) = if let Some(relation) = base.strip_prefix("Numeric") {
        (relation, value::compare_numbers(given, wanted))
    } else {
        let impossible = |s: &str| value::instant(s).is_none();
        if impossible(wanted) || impossible(given) {
            return None;
        }
        (
            base.trim_start_matches("Date"),
            value::instant(given).map(|g| Some(g).cmp(&value::instant(wanted))),
        )
    };
    let Some(order) = order else { return unparsed };
    Some(match relation {
        "Equals" => order == Ordering::Equal,
        "LessThan" => order == Ordering::Less,
        "LessThanEquals" => order != Ordering::Greater,
        "GreaterThan" => order == Ordering::Greater,
        _ => order != Ordering::Less,
    })
}
