//! A second, naive implementation of the decision rules, for comparison with the crate only.
//!
//! In: one case in the form of `corpus/conformance/*.ndjson` whose context is fully known. Out: the formula's value and the
//! Deny's value, each `Some(true)`, `Some(false)` or `None` where the rules themselves say Unknown (an operator that does
//! not exist, a partly listed `NotPrincipal` chain). Written from `docs/SEMANTICS.md` alone; it shares no code with the
//! crate, prefers the rule's wording over speed, and refuses nothing.

pub(crate) mod caller;
pub(crate) mod completions;
pub(crate) mod condition;
pub(crate) mod generate;
pub(crate) mod glob;
pub(crate) mod layers;
pub(crate) mod value;

use serde_json::Value;

/// A truth value of TRI-02; `None` is Unknown.
pub(crate) type Truth = Option<bool>;

pub(crate) fn not(a: Truth) -> Truth {
    a.map(|x| !x)
}

pub(crate) fn all(items: impl IntoIterator<Item = Truth>) -> Truth {
    let mut result = Some(true);
    for item in items {
        match item {
            Some(false) => return Some(false),
            None => result = None,
            Some(true) => {}
        }
    }
    result
}

pub(crate) fn any(items: impl IntoIterator<Item = Truth>) -> Truth {
    not(all(items.into_iter().map(not)))
}

/// One value or a list of values, as text (COND-26).
pub(crate) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(text).collect(),
        other => vec![text(other)],
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The formula of EVAL-09 and the Deny of EVAL-04 for one completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) granted: Truth,
    pub(crate) denied: Truth,
}

/// What the sampled completions and resources of a case say together (SET-04, section 5.1).
pub(crate) struct Sample {
    pub(crate) outcomes: Vec<(Outcome, Value)>,
}

impl Sample {
    /// Samples at most about `most` resources, and as many completions of each one's context.
    pub(crate) fn of(case: &Value, most: usize) -> Sample {
        let resources = completions::of_pattern(case, most);
        let each = (most / resources.len().max(1)).max(most.min(60));
        let complete = resources.iter().flat_map(|c| completions::of_context(c, each));
        Sample {
            outcomes: complete.map(|c| (evaluate(&c), c)).collect(),
        }
    }

    /// The first sampled case whose formula has this value.
    pub(crate) fn example(&self, granted: Truth) -> Option<&Value> {
        self.outcomes
            .iter()
            .find(|(outcome, _)| outcome.granted == granted)
            .map(|(_, case)| case)
    }

    pub(crate) fn word(&self) -> &'static str {
        let seen = |granted| self.example(granted).is_some();
        if seen(None) || (seen(Some(true)) && seen(Some(false))) {
            "Depends"
        } else if seen(Some(true)) {
            "Allowed"
        } else if self
            .outcomes
            .iter()
            .all(|(outcome, _)| outcome.denied == Some(true))
        {
            "ExplicitlyDenied"
        } else {
            "ImplicitlyDenied"
        }
    }
}

/// Decides a fully known case.
pub(crate) fn evaluate(case: &Value) -> Outcome {
    layers::evaluate(case)
}
