//! What is known of the request context, key by key.
//!
//! Keys fold ASCII case, tag keys included (COND-07). A key that was not mentioned is unknown in an open world
//! and absent in a closed one (TRI-01).

use rustc_hash::FxHashMap;

use crate::catalog::KeyType;
use crate::pattern::Glob;

/// What is known of one key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Knowledge {
    /// The key is in this state.
    Known(State),
    /// The key is present, with one value that the pattern matches (`Present(V)` of TRI-01).
    Within(Glob),
    /// The key may be absent or hold anything.
    Unknown,
}

/// One definite state of a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Not in the request context.
    Absent,
    /// One value, text as in the request.
    One(Box<str>),
    /// A multivalued key's values; may be empty.
    Many(Vec<Box<str>>),
}

/// The values that an unknown key can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Domain {
    /// Any text: no type was declared.
    #[default]
    Any,
    /// Any text, declared as a string.
    String,
    /// ARNs of six components.
    Arn,
    /// Decimal numbers.
    Numeric,
    /// Dates.
    Date,
    /// `true` and `false`.
    Bool,
    /// IPv4 and IPv6 addresses.
    IpAddress,
    /// Base64 text.
    Binary,
}

impl From<KeyType> for Domain {
    fn from(declared: KeyType) -> Self {
        match declared {
            KeyType::String => Self::String,
            KeyType::Arn => Self::Arn,
            KeyType::Numeric => Self::Numeric,
            KeyType::Date => Self::Date,
            KeyType::Bool => Self::Bool,
            KeyType::IpAddress => Self::IpAddress,
            KeyType::Binary => Self::Binary,
        }
    }
}

impl Domain {
    /// The domain by the type name that service references use; `ArrayOf…` gives the element's.
    pub fn from_type_name(name: &str) -> Option<Self> {
        let name = name.strip_prefix("ArrayOf").unwrap_or(name);
        Some(match name.to_ascii_lowercase().as_str() {
            "string" => Self::String,
            "arn" => Self::Arn,
            "numeric" | "long" | "integer" | "number" => Self::Numeric,
            "date" => Self::Date,
            "bool" | "boolean" => Self::Bool,
            "ipaddress" | "ip" => Self::IpAddress,
            "binary" => Self::Binary,
            _ => return None,
        })
    }
}

/// Where a condition looks its keys and variables up. Keys are asked in folded (ASCII lower) case.
pub trait Lookup {
    /// The state of `folded_key`, or `None` while it is not known.
    fn state(&self, folded_key: &str) -> Option<&State>;
}

/// The request context: what is known of each key.
#[derive(Debug, Clone, Default)]
pub struct Context {
    keys: FxHashMap<Box<str>, Key>,
    closed: bool,
}

#[derive(Debug, Clone)]
struct Key {
    written: Box<str>,
    knowledge: Knowledge,
    /// Whether `knowledge` was said, rather than taken from the world's default.
    stated: bool,
    domain: Domain,
    multivalued: bool,
}

static ABSENT: State = State::Absent;

impl Context {
    /// A context in which keys not mentioned are unknown (TRI-01).
    pub fn open() -> Self {
        Self::default()
    }

    /// A context in which keys not mentioned are absent.
    pub fn closed() -> Self {
        Self {
            keys: FxHashMap::default(),
            closed: true,
        }
    }

    /// Whether keys not mentioned are absent.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// States what is known of `key` (any case). Saying it twice under spellings that differ in case makes
    /// the key unknown, since AWS warns of unexpected failures there (COND-07); the same spelling replaces.
    pub fn set(&mut self, key: &str, knowledge: Knowledge) {
        let entry = self.entry(key);
        let doubled = entry.stated && *entry.written != *key && entry.knowledge != knowledge;
        entry.knowledge = if doubled { Knowledge::Unknown } else { knowledge };
        entry.stated = true;
    }

    /// States what is known of `key` unless something already was.
    pub fn set_default(&mut self, key: &str, knowledge: Knowledge) {
        if !self.entry(key).stated {
            self.set(key, knowledge);
        }
    }

    /// Declares the values that `key` can take.
    pub fn declare_domain(&mut self, key: &str, domain: Domain) {
        self.entry(key).domain = domain;
    }

    /// Declares that `key` carries several values.
    pub fn declare_multivalued(&mut self, key: &str) {
        self.entry(key).multivalued = true;
    }

    fn entry(&mut self, key: &str) -> &mut Key {
        let knowledge = if self.closed {
            Knowledge::Known(State::Absent)
        } else {
            Knowledge::Unknown
        };
        self.keys.entry(fold(key).into()).or_insert_with(|| Key {
            written: key.into(),
            knowledge,
            stated: false,
            domain: Domain::Any,
            multivalued: false,
        })
    }

    /// What is known of a key, in folded case.
    pub fn knowledge(&self, folded_key: &str) -> Knowledge {
        match self.keys.get(folded_key) {
            Some(key) => key.knowledge.clone(),
            None if self.closed => Knowledge::Known(State::Absent),
            None => Knowledge::Unknown,
        }
    }

    /// The values that a key, in folded case, can take.
    pub fn domain(&self, folded_key: &str) -> Domain {
        self.keys.get(folded_key).map_or(Domain::Any, |key| key.domain)
    }

    /// Whether a key, in folded case, is declared or known to carry several values (COND-06).
    pub fn multivalued(&self, folded_key: &str) -> bool {
        self.keys.get(folded_key).is_some_and(|key| key.multivalued) || is_multivalued_key(folded_key)
    }

    /// The spelling under which a key was mentioned, else the folded key itself.
    pub fn spelling<'a>(&'a self, folded_key: &'a str) -> &'a str {
        self.keys.get(folded_key).map_or(folded_key, |key| &key.written)
    }

    /// Every key of which a definite state is known, sorted by folded key: spelling and state.
    pub fn known(&self) -> Vec<(&str, &State)> {
        let mut known: Vec<_> = self
            .keys
            .iter()
            .filter_map(|(folded, key)| match &key.knowledge {
                Knowledge::Known(state) => Some((folded, key.written.as_ref(), state)),
                _ => None,
            })
            .collect();
        known.sort_by(|a, b| a.0.cmp(b.0));
        known
            .into_iter()
            .map(|(_, written, state)| (written, state))
            .collect()
    }
}

impl Lookup for Context {
    fn state(&self, folded_key: &str) -> Option<&State> {
        match self.keys.get(folded_key) {
            Some(Key {
                knowledge: Knowledge::Known(state),
                ..
            }) => Some(state),
            Some(_) => None,
            None => self.closed.then_some(&ABSENT),
        }
    }
}

/// ASCII lower case, the form in which keys are compared.
fn fold(key: &str) -> String {
    key.to_ascii_lowercase()
}

/// Whether a global key, in folded case, is multivalued whatever the request.
///
/// Source: COND-06.
pub fn is_multivalued_key(folded_key: &str) -> bool {
    matches!(
        folded_key,
        "aws:calledvia"
            | "aws:principalorgpaths"
            | "aws:principalservicenameslist"
            | "aws:resourceorgpaths"
            | "aws:sourceorgpaths"
            | "aws:tagkeys"
            | "aws:vpceorgpaths"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Knowledge {
        Knowledge::Known(State::One(text.into()))
    }

    #[test]
    fn keys_fold_case_tag_keys_included() {
        let mut context = Context::open();
        context.set("aws:PrincipalTag/Team", one("a"));
        assert_eq!(context.knowledge("aws:principaltag/team"), one("a"));
        assert_eq!(context.spelling("aws:principaltag/team"), "aws:PrincipalTag/Team");
    }

    #[test]
    fn two_spellings_with_different_values_are_unknown() {
        let mut context = Context::closed();
        context.set("aws:ResourceTag/Dept", one("a"));
        context.set("aws:ResourceTag/dept", one("b"));
        assert_eq!(context.knowledge("aws:resourcetag/dept"), Knowledge::Unknown);
    }

    #[test]
    fn declaring_a_domain_says_nothing_of_the_value() {
        let mut context = Context::open();
        context.declare_domain("aws:x", Domain::Bool);
        context.set_default("AWS:X", one("true"));
        assert_eq!(context.knowledge("aws:x"), one("true"));
        context.set_default("aws:x", one("false"));
        assert_eq!(context.knowledge("aws:x"), one("true"));
    }

    #[test]
    fn a_key_not_mentioned_is_absent_only_in_a_closed_world() {
        assert_eq!(Context::open().state("aws:x"), None);
        assert_eq!(Context::closed().state("aws:x"), Some(&State::Absent));
    }
}
