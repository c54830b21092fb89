//! Terraform's functions, as far as they are known here: of texts, of collections, of encodings and files.
//!
//! A function of what is not known is a hole, the same for the same arguments. A function that is not known here is
//! one too, and a note says so.

mod collection;
mod encode;
mod pattern;
mod text;
mod yaml;

use hcl_edit::expr::FuncCall;

use super::evaluator::Evaluator;
use super::scope::Scope;
use super::value::{Data, Value, fails};
use crate::source::Origin;

pub(super) use encode::decoded;

/// Functions whose results no one knows before they run.
const NEVER_KNOWN: [&str; 4] = ["timestamp", "plantimestamp", "uuid", "bcrypt"];

/// The value of a call.
pub(super) fn call(
    evaluator: &Evaluator<'_>,
    call: &FuncCall,
    scope: &Scope,
    origin: Option<Origin>,
) -> Value {
    let name = call.name.name.as_str();
    let place = |value: Value| Value {
        origin: value.origin.or(origin),
        ..value
    };
    if NEVER_KNOWN.contains(&name) {
        return evaluator.unknown_at(origin);
    }
    if !call.name.namespace.is_empty() {
        evaluator.remark(origin, not_worked_out(name));
        return evaluator.unknown_at(origin);
    }
    if name == "try" || name == "can" {
        return place(attempt(evaluator, call, scope, origin));
    }
    let mut arguments: Vec<Value> = call
        .args
        .iter()
        .map(|each| evaluator.expression(each, scope))
        .collect();
    if call.args.expand_final()
        && let Some(last) = arguments.pop()
    {
        match last.data {
            Data::List(items) => arguments.extend(items),
            _ => return evaluator.unknown_at(origin),
        }
    }
    if name == "templatefile" {
        let made = encode::template_file(evaluator, &arguments, scope);
        return place(made.unwrap_or_else(|| evaluator.unknown_call(name, &arguments)));
    }
    let done = text::call(name, &arguments)
        .or_else(|| pattern::call(name, &arguments))
        .or_else(|| collection::call(name, &arguments))
        .or_else(|| encode::call(evaluator, name, &arguments));
    match done {
        Some(Some(value)) => {
            // What a function makes of scalars stands where it is called.
            let is_scalar = !matches!(value.data, Data::List(_) | Data::Object(_) | Data::Json(_));
            if is_scalar && !passes_on(name) {
                value.at(origin)
            } else {
                place(value)
            }
        }
        Some(None) => place(evaluator.unknown_call(name, &arguments)),
        None => {
            evaluator.remark(origin, not_worked_out(name));
            place(evaluator.unknown_call(name, &arguments))
        }
    }
}

fn not_worked_out(name: &str) -> String {
    format!("the function `{name}` is not worked out here, so its result is not known")
}

/// Functions that give one of their arguments, or a part of it, as it is.
fn passes_on(name: &str) -> bool {
    [
        "file",
        "coalesce",
        "element",
        "lookup",
        "one",
        "sensitive",
        "nonsensitive",
        "jsondecode",
    ]
    .contains(&name)
}

fn attempt(evaluator: &Evaluator<'_>, call: &FuncCall, scope: &Scope, origin: Option<Origin>) -> Value {
    let is_try = call.name.name.as_str() == "try";
    for argument in &call.args {
        let value = evaluator.expression(argument, scope);
        if is_try && !fails(&value) {
            return value;
        }
        if !is_try {
            return match fails(&value) {
                true => Data::Bool(false).into(),
                false if value.is_known() => Data::Bool(true).into(),
                false => evaluator.unknown_at(origin),
            };
        }
    }
    evaluator.unknown_at(origin)
}
