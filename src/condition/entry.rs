//! One condition entry, compiled, and its value under a lookup.
//!
//! In: an entry of the policy model. Out of [`Condition::evaluate`]: an [`Evaluation`], whose truth is unknown
//! either because a key or variable is not known (`needs`), or because AWS leaves the case open.

use std::net::IpAddr;

use super::Mode;
use super::context::{Lookup, State};
use super::operator::{Operator, OperatorFault, SetQualifier, Test};
use super::substitute::{Substituted, literal_text, substitute, substitute_named, value_has_wildcard};
use super::truth::Truth;
use super::value::{self, Decimal, Instant, InstantFault, Network};
use crate::arn::Arn;
use crate::dialect::Dialect;
use crate::pattern::{ArnFault, Fold, Glob, Piece as Stretch, hole};
use crate::policy::{ConditionEntry, Template, Version};

/// One (operator, key, values) conjunct, ready to evaluate.
#[derive(Debug, Clone)]
pub struct Condition {
    /// The operator, or `None` when the token is not one (GRAM-18).
    operator: Option<Operator>,
    /// The operator was written in another letter case (CASE-07).
    doubtful_operator: bool,
    key: Box<str>,
    values: Vec<Value>,
    variables: Vec<Box<str>>,
    words: Box<str>,
    written_key: Box<str>,
    dialect: Dialect,
}

/// A policy value, read for the operator's test.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// `StringEquals`, and its case-ignoring form in lower case.
    Text(Box<str>),
    Like(Glob),
    /// Six components, or why there are none (MATCH-N2).
    Arn(Result<Glob, ArnFault>),
    /// The text of a decimal number.
    Number(Option<Box<str>>),
    Date(Result<Instant, InstantFault>),
    Bool(Option<bool>),
    Bytes(Option<Vec<u8>>),
    Network(Option<Network>),
    Template(Template),
    /// A value that could not be read (not a scalar, a faulty variable).
    Unreadable,
}

/// The value of a condition entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evaluation {
    /// The truth under the lookup.
    pub truth: Truth,
    /// Whether knowing more of the context could settle an unknown truth.
    pub needs: bool,
}

/// How one request value fares against one policy value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Match,
    NoMatch,
    /// One side is not of the operator's type: no match, and the negated form is unknown.
    Invalid,
    /// Open in either form; the choice of this project, if it made one.
    Open(Option<bool>),
    /// A variable's value is not known.
    Needs,
}

impl Condition {
    /// Compiles an entry of a document of this version.
    pub fn compile(entry: &ConditionEntry, version: Version) -> Self {
        let dialect = if version == Version::Ram1 {
            Dialect::Ram
        } else {
            Dialect::Iam
        };
        let (operator, doubtful_operator) = match Operator::parse_in(&entry.operator, dialect) {
            Ok(operator) => (Some(operator), false),
            Err(OperatorFault::WrongCase { operator, .. }) => (Some(operator), true),
            Err(_) => (None, false),
        };
        let values: Vec<Value> = entry
            .values
            .iter()
            .map(|v| match (&v.text, operator) {
                (Some(text), Some(operator)) => Value::read(&dialect.canonical(text), operator.test, version),
                _ => Value::Unreadable,
            })
            .collect();
        let mut variables: Vec<Box<str>> = values.iter().flat_map(Value::variables).collect();
        variables.sort();
        variables.dedup();
        let texts: Vec<&str> = entry.values.iter().filter_map(|v| v.text.as_deref()).collect();
        let words = format!("`{} {} {}`", entry.operator, entry.key, texts.join(", ")).into();
        let key = entry.key.to_ascii_lowercase().into();
        Self {
            operator,
            doubtful_operator,
            key,
            values,
            variables,
            words,
            written_key: entry.key.clone(),
            dialect,
        }
    }

    /// The key asked for, in folded case.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The operator, unless it is unknown.
    pub fn operator(&self) -> Option<Operator> {
        self.operator
    }

    /// The key as the policy spells it.
    pub fn written_key(&self) -> &str {
        &self.written_key
    }

    /// The entry in one phrase: operator, key and values as written.
    pub fn in_words(&self) -> &str {
        &self.words
    }

    /// The values that hold variables.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        self.values.iter().filter_map(|value| match value {
            Value::Template(template) => Some(template),
            _ => None,
        })
    }

    /// Whether letter case is ignored, so that a variable's value is not found by cutting the text.
    pub fn folds_case(&self) -> bool {
        self.operator
            .is_some_and(|operator| operator.test == Test::StringEqualsIgnoreCase)
    }

    /// Whether every value with variables is one variable and nothing else, compared for equality: then only
    /// "equal" and "different" tell two keys apart (TRI-09, step 4).
    pub fn compares_whole_variables(&self) -> bool {
        self.operator
            .is_some_and(|operator| operator.test == Test::StringEquals && operator.set.is_none())
            && self
                .templates()
                .all(|t| t.pieces().len() == 1 && t.variable_keys().count() == 1)
    }

    /// The keys of the variables in the values, in folded case, sorted.
    pub fn variables(&self) -> &[Box<str>] {
        &self.variables
    }

    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }

    /// The truth of the entry.
    ///
    /// Source: COND-01 … COND-13, EMPTY-03 … EMPTY-08, GRAM-18, TRI-03.
    pub fn evaluate(&self, lookup: &dyn Lookup, mode: Mode) -> Evaluation {
        let Some(operator) = self.operator else {
            return Evaluation {
                truth: Truth::Unknown,
                needs: false,
            };
        };
        let Some(state) = lookup.state(&self.key) else {
            // `ForAllValues:Null` and `ForAnyValue:Null` do not look at the key at all.
            let settled = (operator.test == Test::Null && operator.set.is_some())
                .then(|| self.on_state(operator, &State::Absent, lookup, mode));
            return settled.unwrap_or(Evaluation {
                truth: Truth::Unknown,
                needs: true,
            });
        };
        let mut evaluation = self.on_state(operator, state, lookup, mode);
        if self.doubtful_operator && mode == Mode::Sound {
            evaluation.truth = Truth::Unknown;
        }
        evaluation
    }

    /// Whether one value of the key passes the test, set operators and absence aside.
    pub(super) fn value_passes(&self, text: &str, lookup: &dyn Lookup, mode: Mode) -> Truth {
        match self.operator {
            Some(operator) if operator.test != Test::Null => Evaluator {
                condition: self,
                operator,
                lookup,
                mode,
                needs: false,
            }
            .passes(text),
            _ => Truth::Unknown,
        }
    }

    fn on_state(&self, operator: Operator, state: &State, lookup: &dyn Lookup, mode: Mode) -> Evaluation {
        let mut eval = Evaluator {
            condition: self,
            operator,
            lookup,
            mode,
            needs: false,
        };
        let truth = match operator.test {
            Test::Null => eval.null(state),
            _ => eval.valued(state),
        };
        Evaluation {
            truth,
            needs: eval.needs && truth == Truth::Unknown,
        }
    }
}

struct Evaluator<'a> {
    condition: &'a Condition,
    operator: Operator,
    lookup: &'a dyn Lookup,
    mode: Mode,
    needs: bool,
}

impl Evaluator<'_> {
    /// `Null`: whether the key is absent.
    ///
    /// Source: COND-05.
    fn null(&mut self, state: &State) -> Truth {
        match self.operator.set {
            Some(SetQualifier::ForAllValues) => return Truth::True,
            Some(SetQualifier::ForAnyValue) => return Truth::False,
            None => {}
        }
        let absent = match state {
            State::Absent => Truth::True,
            // The guide counts an empty value as null; other evaluators look at presence alone.
            State::One(value) if value.is_empty() => self.mode.choice(true),
            State::Many(values) if values.iter().all(|v| v.is_empty()) => self.mode.choice(true),
            _ => Truth::False,
        };
        Truth::any(self.condition.values.iter().map(|value| match value {
            Value::Bool(Some(true)) => absent,
            Value::Bool(Some(false)) => absent.negate(),
            _ => Truth::Unknown,
        }))
    }

    fn valued(&mut self, state: &State) -> Truth {
        if *state == State::Absent && self.operator.if_exists {
            // COND-04; with `ForAnyValue` evaluators differ (COND-12).
            return match self.operator.set {
                Some(SetQualifier::ForAnyValue) => self.mode.choice(true),
                _ => Truth::True,
            };
        }
        let Some(set) = self.operator.set else {
            return match state {
                // RAM-08: what holds of a key that is not there is documented for IAM alone.
                State::Absent if !self.condition.dialect.table().documented => {
                    self.mode.choice(self.operator.negated)
                }
                State::Absent => Truth::from(self.operator.negated),
                State::One(value) => self.passes(value),
                // COND-06: a multivalued key needs a set operator.
                State::Many(_) => self.mode.choice(false),
            };
        };
        let values: &[Box<str>] = match state {
            State::Absent => &[],
            State::One(value) => std::slice::from_ref(value),
            State::Many(values) => values,
        };
        // COND-13: nothing but empty strings is the empty set.
        let values = if values.iter().all(|v| v.is_empty()) {
            &[]
        } else {
            values
        };
        match set {
            SetQualifier::ForAllValues => Truth::all(values.iter().map(|v| self.passes(v))),
            SetQualifier::ForAnyValue => Truth::any(values.iter().map(|v| self.passes(v))),
        }
    }

    /// Whether one request value passes: some policy value matches, or, negated, none does.
    ///
    /// Source: COND-01, COND-02.
    fn passes(&mut self, text: &str) -> Truth {
        if self.operator.negated && self.condition.values.is_empty() {
            return self.mode.choice(true); // EMPTY-05
        }
        let condition = self.condition;
        let negated = self.operator.negated;
        let matched = Truth::any(condition.values.iter().map(|value| {
            let outcome = self.outcome(value, text);
            self.truth_of(outcome)
        }));
        if negated { matched.negate() } else { matched }
    }

    /// The truth of "the policy value matches", as the polarity of the operator needs it.
    fn truth_of(&mut self, outcome: Outcome) -> Truth {
        match outcome {
            Outcome::Match => Truth::True,
            Outcome::NoMatch => Truth::False,
            Outcome::Invalid if self.operator.negated => Truth::Unknown,
            Outcome::Invalid => self.mode.choice(false),
            Outcome::Open(Some(chosen)) => self.mode.choice(chosen),
            Outcome::Open(None) => Truth::Unknown,
            Outcome::Needs => {
                self.needs = true;
                Truth::Unknown
            }
        }
    }

    fn outcome(&self, value: &Value, text: &str) -> Outcome {
        match value {
            value if is_open(value, text) => self.with_holes(value, text),
            Value::Template(template) => match substitute(template, self.lookup) {
                Substituted::Holes(_) => Outcome::Needs,
                Substituted::NoValue => Outcome::NoMatch,
                Substituted::Filled(stretches) => {
                    let test = self.operator.test;
                    let outcome = compare(&Value::filled(&stretches, test), test, text);
                    let wild = matches!(test, Test::StringLike | Test::Arn) && value_has_wildcard(&stretches);
                    match (wild, outcome) {
                        (true, Outcome::Match) => Outcome::Open(Some(true)),
                        (true, Outcome::NoMatch) => Outcome::Open(Some(false)),
                        (_, outcome) => outcome,
                    }
                }
            },
            value => compare(value, self.operator.test, text),
        }
    }

    /// A comparison with parts that are not known yet: a match where the same names make one, none where no value of
    /// theirs makes one.
    ///
    /// Source: HOLE-01, HOLE-02.
    fn with_holes(&self, value: &Value, text: &str) -> Outcome {
        let test = self.operator.test;
        let open = match value {
            Value::Template(template) => {
                match substitute_named(template, self.lookup) {
                    Substituted::NoValue => return Outcome::NoMatch,
                    Substituted::Filled(stretches) => {
                        let same = literal_text(&stretches) == text;
                        if same || compare(&Value::filled(&stretches, test), test, text) == Outcome::Match {
                            return Outcome::Match;
                        }
                    }
                    Substituted::Holes(_) => {}
                }
                match substitute(template, self.lookup) {
                    Substituted::Filled(stretches) | Substituted::Holes(stretches) => Glob::plain(&stretches),
                    Substituted::NoValue => return Outcome::NoMatch,
                }
            }
            Value::Text(wanted) => Glob::literal(wanted),
            Value::Like(glob) | Value::Arn(Ok(glob)) => {
                if glob.matches(text) {
                    return Outcome::Match;
                }
                glob.clone()
            }
            Value::Arn(Err(ArnFault::Colon)) => return Outcome::NoMatch,
            _ => return Outcome::Open(None),
        };
        let may = match test {
            Test::StringEqualsIgnoreCase => open.folded(Fold::Simple).may_match(&Fold::Simple.text(text)),
            _ => open.may_match(text),
        };
        if may {
            Outcome::Open(None)
        } else {
            Outcome::NoMatch
        }
    }
}

/// Whether a side of a comparison has a part that is not known yet.
fn is_open(value: &Value, text: &str) -> bool {
    hole::has_hole(text) || matches!(value, Value::Template(template) if template.has_holes())
}

fn compare(value: &Value, test: Test, text: &str) -> Outcome {
    let of = |matched: bool| if matched { Outcome::Match } else { Outcome::NoMatch };
    match (value, test) {
        (Value::Text(wanted), Test::StringEqualsIgnoreCase) => of(Fold::Simple.text(text) == **wanted),
        (Value::Text(wanted), _) => of(**wanted == *text),
        (Value::Like(glob), _) => of(glob.matches(text)),
        (Value::Arn(Ok(glob)), _) if Arn::parse(text).is_some() => of(glob.matches(text)),
        (Value::Arn(Err(ArnFault::Colon)), _) => Outcome::NoMatch,
        (Value::Number(Some(wanted)), Test::Numeric(comparison)) => {
            match (Decimal::parse(text), Decimal::parse(wanted)) {
                (Some(number), Some(wanted)) => of(comparison.holds(number.cmp(&wanted))),
                _ => Outcome::Invalid,
            }
        }
        (Value::Date(Ok(wanted)), Test::Date(comparison)) => match Instant::parse(text) {
            Ok(instant) => of(comparison.holds(instant.cmp(wanted))),
            Err(InstantFault::ImpossibleDay) => Outcome::Open(None),
            Err(_) => Outcome::Invalid,
        },
        // GRAM-20: IAM stores no such value, so nothing is known of how it would compare.
        (Value::Date(Err(_)) | Value::Network(None), _) => Outcome::Open(None),
        (Value::Bool(Some(wanted)), _) => match value::parse_bool(text) {
            Some(flag) => of(flag == *wanted),
            None => Outcome::Open(Some(false)),
        },
        (Value::Bool(None), _) => Outcome::Open(Some(false)),
        (Value::Bytes(Some(wanted)), _) => of(value::decode_base64(text).as_ref() == Some(wanted)),
        (Value::Bytes(None), _) => Outcome::NoMatch,
        (Value::Network(Some(network)), _) => match text.parse::<IpAddr>() {
            Ok(address) => of(network.contains(address)),
            Err(_) => Outcome::Invalid,
        },
        (Value::Unreadable | Value::Template(_), _) => Outcome::Open(None),
        _ => Outcome::Invalid,
    }
}

impl Value {
    fn read(text: &str, test: Test, version: Version) -> Self {
        let substitutes = matches!(
            test,
            Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike | Test::Arn | Test::Bool
        );
        if !substitutes && hole::has_hole(text) {
            return Self::Unreadable;
        }
        if !substitutes {
            return Self::typed(text, test);
        }
        match Template::parse(text, version) {
            Err(_) => Self::Unreadable,
            Ok(template) if template.has_variables() && !version.settles_variables() => Self::Unreadable,
            Ok(template) => {
                let is_template = template.has_variables() || template.has_holes();
                let settled = is_template.then(|| settle(&template, test)).flatten();
                match (is_template, settled) {
                    (false, _) => Self::filled(&[Stretch::Pattern(text)], test),
                    (true, Some(value)) => value,
                    (true, None) => Self::Template(template),
                }
            }
        }
    }

    /// Reads stretches without holes.
    pub(super) fn filled(stretches: &[Stretch<'_>], test: Test) -> Self {
        match test {
            Test::StringLike => Self::Like(Glob::plain(stretches)),
            Test::Arn => Self::Arn(Glob::arn(stretches)),
            Test::StringEquals => Self::Text(literal_text(stretches).into()),
            Test::StringEqualsIgnoreCase => Self::Text(Fold::Simple.text(&literal_text(stretches)).into()),
            other => Self::typed(&literal_text(stretches), other),
        }
    }

    fn typed(text: &str, test: Test) -> Self {
        match test {
            Test::Numeric(_) => Self::Number(Decimal::parse(text).map(|_| text.into())),
            Test::Date(_) => Self::Date(Instant::parse(text)),
            Test::Bool | Test::Null => Self::Bool(value::parse_bool(text)),
            Test::Binary => Self::Bytes(value::decode_base64(text)),
            Test::IpAddress => Self::Network(Network::parse(text)),
            Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike | Test::Arn => {
                Self::Unreadable
            }
        }
    }

    fn variables(&self) -> Vec<Box<str>> {
        match self {
            Self::Template(template) => template
                .variable_keys()
                .map(|k| k.to_ascii_lowercase().into())
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// A template whose only special pieces are escapes is settled once.
fn settle(template: &Template, test: Test) -> Option<Value> {
    let nothing = super::Context::closed();
    match substitute(template, &nothing) {
        Substituted::Filled(stretches)
            if template.variable_keys().next().is_none() && !template.has_holes() =>
        {
            Some(Value::filled(&stretches, test))
        }
        _ => None,
    }
}
