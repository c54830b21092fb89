//! Functions of lists, sets and objects.
//!
//! Each gives `None` for a name that is not one of these, and `Some(None)` when its arguments are not known enough.

use super::super::pairs::put;
use super::super::value::{Data, Hole, Member, Value};

/// Lists that are made here have no more items.
const MOST_ITEMS: usize = 10_000;

/// Calls a function by name.
pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Option<Value>> {
    let first = arguments.first();
    let value = match name {
        "merge" => merge(arguments),
        "concat" => concat(arguments),
        "lookup" => lookup(arguments),
        "tolist" => first
            .filter(|value| value.items().is_some() || value.is_null())
            .cloned(),
        "toset" => first.and_then(|value| {
            Some(Value::list(sorted(distinct(value.items()?)))).map(|set| set.at(value.origin))
        }),
        "tomap" | "sensitive" | "nonsensitive" => first.cloned(),
        "flatten" => flatten(arguments),
        "compact" => first.and_then(|value| {
            let is_kept = |item: &&Value| !item.is_null() && item.known_text().as_deref() != Some("");
            Some(Value::list(
                value.items()?.iter().filter(is_kept).cloned().collect(),
            ))
        }),
        "coalesce" => coalesce(arguments),
        "coalescelist" => arguments
            .iter()
            .map_while(|value| value.items().map(|items| (value, items)))
            .find(|(_, items)| !items.is_empty())
            .map(|(value, _)| value.clone()),
        "element" => element(arguments),
        "length" => length(arguments),
        "keys" => first.and_then(|value| {
            let key = |member: &Member| Value::text(member.key.clone()).at(member.key_origin);
            Some(Value::list(sorted(value.members()?.iter().map(key).collect())))
        }),
        "values" => first.and_then(|value| {
            let mut members: Vec<&Member> = value.members()?.iter().collect();
            members.sort_by(|one, other| one.key.cmp(&other.key));
            Some(Value::list(
                members.into_iter().map(|member| member.value.clone()).collect(),
            ))
        }),
        "contains" => contains(arguments),
        "distinct" => first.and_then(|value| value.items().map(|items| Value::list(distinct(items)))),
        "sort" => first.and_then(|value| {
            let items = value.items()?;
            let is_known = items.iter().all(|item| item.known_text().is_some());
            is_known.then(|| Value::list(sorted(items.to_vec())))
        }),
        "reverse" => {
            first.and_then(|value| Some(Value::list(value.items()?.iter().rev().cloned().collect())))
        }
        "slice" => slice(arguments),
        "chunklist" => chunks(arguments),
        "matchkeys" => match_keys(arguments),
        "range" => range(arguments),
        "zipmap" => zipmap(arguments),
        "setunion" => concat(arguments).and_then(|all| Some(Value::list(sorted(distinct(all.items()?))))),
        "setintersection" | "setsubtract" => sets(name == "setintersection", arguments),
        "setproduct" => product(arguments),
        "one" => first.and_then(|value| match value.items()? {
            [] => Some(Data::Null.into()),
            [only] => Some(only.clone()),
            _ => None,
        }),
        "alltrue" | "anytrue" => first.and_then(|value| {
            let flags: Option<Vec<bool>> = value.items()?.iter().map(Value::known_bool).collect();
            let flags = flags?;
            let holds = if name == "alltrue" {
                flags.iter().all(|flag| *flag)
            } else {
                flags.contains(&true)
            };
            Some(Data::Bool(holds).into())
        }),
        "sum" => first.and_then(|value| {
            let numbers: Option<Vec<f64>> = value.items()?.iter().map(Value::known_number).collect();
            Some(Data::Number(numbers?.iter().sum()).into())
        }),
        "index" => match arguments {
            [list, wanted] => list.items().and_then(|items| {
                let mut same = items.iter().map(|item| item.equals(wanted));
                let at = same.position(|same| same != Some(false))?;
                let is_it = items.get(at)?.equals(wanted) == Some(true);
                is_it.then(|| Data::Number(at as f64).into())
            }),
            _ => None,
        },
        _ => return None,
    };
    Some(value)
}

fn merge(arguments: &[Value]) -> Option<Value> {
    let mut members = Vec::new();
    let mut origin = None;
    for argument in arguments.iter().filter(|argument| !argument.is_null()) {
        origin = origin.or(argument.origin);
        for member in argument.members()? {
            let key = (member.key.clone(), member.key_origin);
            put(&mut members, key, member.value.clone());
        }
    }
    Some(Value::from(Data::Object(members)).at(origin))
}

fn concat(arguments: &[Value]) -> Option<Value> {
    let mut all = Vec::new();
    for argument in arguments.iter().filter(|argument| !argument.is_null()) {
        all.extend(argument.items()?.iter().cloned());
    }
    Some(Value::list(all))
}

fn lookup(arguments: &[Value]) -> Option<Value> {
    let (map, key) = (arguments.first()?.members()?, arguments.get(1)?.known_text()?);
    let found = map.iter().find(|member| member.key == key);
    found
        .map(|member| member.value.clone())
        .or_else(|| arguments.get(2).cloned())
}

/// What is inside lists of lists; a hole may be a list.
fn flatten(arguments: &[Value]) -> Option<Value> {
    let mut flat = Vec::new();
    let mut open: Vec<&Value> = arguments.first()?.items()?.iter().rev().collect();
    while let Some(value) = open.pop() {
        match &value.data {
            Data::List(items) => open.extend(items.iter().rev()),
            Data::Hole(Hole { is_atom: false, .. }) | Data::Family(_) => return None,
            _ => flat.push(value.clone()),
        }
        if flat.len() > MOST_ITEMS {
            return None;
        }
    }
    Some(Value::list(flat))
}

fn coalesce(arguments: &[Value]) -> Option<Value> {
    for argument in arguments {
        match &argument.data {
            Data::Null => {}
            Data::Text(pieces) => {
                let has_text = pieces
                    .iter()
                    .any(|piece| piece.hole.is_none() && !piece.text.is_empty());
                let has_hole = pieces.iter().any(|piece| piece.hole.is_some());
                match (has_text, has_hole) {
                    (true, _) => return Some(argument.clone()),
                    (false, true) => return None,
                    (false, false) => {}
                }
            }
            Data::Hole(Hole { is_atom: false, .. }) | Data::Family(_) => return None,
            _ => return Some(argument.clone()),
        }
    }
    None
}

fn element(arguments: &[Value]) -> Option<Value> {
    let items = arguments.first()?.items().filter(|items| !items.is_empty())?;
    let number = arguments.get(1)?.known_number()?;
    let at = (number as i64).rem_euclid(items.len() as i64);
    items.get(at as usize).cloned()
}

fn length(arguments: &[Value]) -> Option<Value> {
    let value = arguments.first()?;
    let length = match &value.data {
        Data::List(items) => items.len(),
        Data::Object(members) => members.len(),
        Data::Text(_) | Data::Json(_) => value.known_text().filter(|text| text.is_ascii())?.len(),
        _ => return None,
    };
    Some(Data::Number(length as f64).into())
}

fn contains(arguments: &[Value]) -> Option<Value> {
    let [list, wanted] = arguments else {
        return None;
    };
    let mut is_certain = true;
    for item in list.items()? {
        match item.equals(wanted) {
            Some(true) => return Some(Data::Bool(true).into()),
            Some(false) => {}
            None => is_certain = false,
        }
    }
    is_certain.then(|| Data::Bool(false).into())
}

fn distinct(items: &[Value]) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for item in items.iter().take(MOST_ITEMS) {
        if !kept.iter().any(|known| known.equals(item) == Some(true)) {
            kept.push(item.clone());
        }
    }
    kept
}

fn sorted(mut items: Vec<Value>) -> Vec<Value> {
    items.sort_by_cached_key(Value::written);
    items
}

fn slice(arguments: &[Value]) -> Option<Value> {
    let [list, from, to] = arguments else {
        return None;
    };
    let (from, to) = (from.known_number()? as usize, to.known_number()? as usize);
    list.items()?
        .get(from..to)
        .map(|items| Value::list(items.to_vec()))
}

fn chunks(arguments: &[Value]) -> Option<Value> {
    let [list, size] = arguments else {
        return None;
    };
    let size = size.known_number().filter(|size| *size >= 1.0)? as usize;
    let chunks = list
        .items()?
        .chunks(size)
        .map(|chunk| Value::list(chunk.to_vec()));
    Some(Value::list(chunks.collect()))
}

/// The values whose keys are among those that are looked for.
fn match_keys(arguments: &[Value]) -> Option<Value> {
    let [values, keys, wanted] = arguments else {
        return None;
    };
    let mut kept = Vec::new();
    for (value, key) in values.items()?.iter().zip(keys.items()?) {
        if contains(&[wanted.clone(), key.clone()])?.known_bool()? {
            kept.push(value.clone());
        }
    }
    Some(Value::list(kept))
}

fn range(arguments: &[Value]) -> Option<Value> {
    let numbers: Option<Vec<f64>> = arguments.iter().map(Value::known_number).collect();
    let (mut at, end, step) = match numbers?.as_slice() {
        [end] => (0.0, *end, 1.0),
        [start, end] => (*start, *end, if end < start { -1.0 } else { 1.0 }),
        [start, end, step] => (*start, *end, *step),
        _ => return None,
    };
    let mut items = Vec::new();
    while (step > 0.0 && at < end) || (step < 0.0 && at > end) {
        if items.len() >= MOST_ITEMS {
            return None;
        }
        items.push(Data::Number(at).into());
        at += step;
    }
    Some(Value::list(items))
}

fn zipmap(arguments: &[Value]) -> Option<Value> {
    let [keys, values] = arguments else {
        return None;
    };
    let mut members = Vec::new();
    for (key, value) in keys.items()?.iter().zip(values.items()?) {
        put(&mut members, (key.known_text()?, key.origin), value.clone());
    }
    Some(Data::Object(members).into())
}

fn sets(is_intersection: bool, arguments: &[Value]) -> Option<Value> {
    let (first, others) = arguments.split_first()?;
    let mut kept = Vec::new();
    for item in distinct(first.items()?) {
        let mut is_in_all = true;
        for other in others {
            let answer = contains(&[other.clone(), item.clone()])?.known_bool()?;
            is_in_all &= answer == is_intersection;
        }
        if is_in_all {
            kept.push(item);
        }
    }
    Some(Value::list(sorted(kept)))
}

fn product(arguments: &[Value]) -> Option<Value> {
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for argument in arguments {
        let items = argument.items()?;
        if rows.len().saturating_mul(items.len()) > MOST_ITEMS {
            return None;
        }
        let longer = |row: &Vec<Value>| {
            let row = row.clone();
            items
                .iter()
                .map(move |item| row.iter().cloned().chain([item.clone()]).collect::<Vec<_>>())
        };
        rows = rows.iter().flat_map(longer).collect();
    }
    Some(Value::list(rows.into_iter().map(Value::list).collect()))
}
