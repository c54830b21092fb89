//! A hand-compiled evaluator of simple policies, as the floor to measure against.
//!
//! It does the least that answers the question: patterns cut at their stars, Denies first, stop at the first
//! Allow. It knows one layer, three condition tests and no unknowns, and says nothing of why. What a caller can do
//! once for many questions (folding case, the table of context keys) is done before the clock starts.

use memchr::memmem;
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::connector::{Question, Verdict};

/// A pattern cut at its stars.
enum Pattern {
    Literal(Box<str>),
    Stars {
        start: Box<str>,
        middle: Box<[Box<str>]>,
        end: Box<str>,
    },
}

impl Pattern {
    fn new(text: &str) -> Self {
        let mut parts = text.split('*');
        let (Some(start), Some(end)) = (parts.next(), parts.next_back()) else {
            return Self::Literal(text.into());
        };
        Self::Stars {
            start: start.into(),
            middle: parts.filter(|part| !part.is_empty()).map(Into::into).collect(),
            end: end.into(),
        }
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Self::Literal(literal) => **literal == *text,
            Self::Stars { start, middle, end } => {
                let Some(mut rest) = text.strip_prefix(&**start).and_then(|t| t.strip_suffix(&**end)) else {
                    return false;
                };
                for part in middle {
                    let found = memmem::find(rest.as_bytes(), part.as_bytes());
                    let Some(after) = found.and_then(|at| rest.get(at + part.len()..)) else {
                        return false;
                    };
                    rest = after;
                }
                true
            }
        }
    }
}

/// A condition: the folded key has this value.
struct Test {
    key: Box<str>,
    value: Box<str>,
}

struct Statement {
    actions: Box<[Pattern]>,
    resources: Box<[Pattern]>,
    conditions: Box<[Test]>,
}

impl Statement {
    fn new(json: &Value) -> Self {
        let conditions = json["Condition"].as_object().into_iter().flatten();
        let tests = conditions.flat_map(|(_, keys)| keys.as_object().into_iter().flatten());
        Self {
            actions: texts(&json["Action"])
                .map(|a| Pattern::new(&a.to_ascii_lowercase()))
                .collect(),
            resources: texts(&json["Resource"]).map(Pattern::new).collect(),
            conditions: tests
                .map(|(key, value)| Test {
                    key: key.to_ascii_lowercase().into(),
                    value: value.as_str().unwrap_or_default().into(),
                })
                .collect(),
        }
    }

    fn applies(&self, asked: &Asked) -> bool {
        self.actions.iter().any(|action| action.matches(&asked.action))
            && self.resources.iter().any(|r| r.matches(asked.resource))
            && self
                .conditions
                .iter()
                .all(|test| asked.context.get(&*test.key) == Some(&&*test.value))
    }
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let one = value.as_str().into_iter();
    one.chain(value.as_array().into_iter().flatten().filter_map(Value::as_str))
}

/// A question made ready.
pub struct Asked {
    action: String,
    resource: &'static str,
    context: FxHashMap<String, &'static str>,
}

impl Asked {
    pub fn new(question: &Question) -> Self {
        let keys = question.context.iter();
        Self {
            action: question.action.to_ascii_lowercase(),
            resource: question.resource,
            context: keys
                .map(|(key, value)| (key.to_ascii_lowercase(), *value))
                .collect(),
        }
    }
}

/// The evaluator.
pub struct Floor {
    denies: Box<[Statement]>,
    allows: Box<[Statement]>,
}

impl Floor {
    pub fn new(policy: &str) -> Self {
        let json: Value = serde_json::from_str(policy).unwrap_or_default();
        let of = |effect: &str| {
            let statements = json
                .get("Statement")
                .and_then(serde_json::Value::as_array)
                .into_iter()
                .flatten();
            let wanted = statements.filter(|statement| statement["Effect"] == effect);
            wanted.map(Statement::new).collect()
        };
        Self {
            denies: of("Deny"),
            allows: of("Allow"),
        }
    }

    // Not inlined, so that its instructions can be counted (docs/BENCHMARKS.md).
    #[inline(never)]
    pub fn decide(&self, asked: &Asked) -> Verdict {
        if self.denies.iter().any(|deny| deny.applies(asked)) {
            return Verdict::ExplicitlyDenied;
        }
        if self.allows.iter().any(|allow| allow.applies(asked)) {
            return Verdict::Allowed;
        }
        Verdict::ImplicitlyDenied
    }
}
