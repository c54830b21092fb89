//! Condition operators: one table of base names, and the token grammar around them.
//!
//! Source: GRAM-17, COND-03, COND-09, section 3.3.

use crate::dialect::Dialect;

/// Which order an inequality asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// Equal.
    Equal,
    /// Request value less than the policy value.
    Less,
    /// Less or equal.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Greater or equal.
    GreaterOrEqual,
}

impl Comparison {
    /// Whether a request value that compares to the policy value as `order` satisfies this.
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// The positive test that an operator makes of one request value and one policy value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Test {
    /// The same text (COND-14).
    StringEquals,
    /// The same text, letter by letter ignoring case.
    StringEqualsIgnoreCase,
    /// A wildcard pattern over the whole text, colons crossed (COND-15).
    StringLike,
    /// Six ARN components, each a wildcard pattern (MATCH-N1).
    Arn,
    /// Exact decimals (COND-18).
    Numeric(Comparison),
    /// Instants (COND-19).
    Date(Comparison),
    /// `true` or `false`, ignoring case (COND-17).
    Bool,
    /// Decoded base64 (COND-25).
    Binary,
    /// Address in range (COND-23).
    IpAddress,
    /// Presence of the key (COND-05).
    Null,
}

/// `ForAllValues:` or `ForAnyValue:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetQualifier {
    /// Every request value passes.
    ForAllValues,
    /// Some request value passes.
    ForAnyValue,
}

/// An operator token, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operator {
    /// The set qualifier, if any.
    pub set: Option<SetQualifier>,
    /// The positive test.
    pub test: Test,
    /// Whether the operator is the `Not…` form.
    pub negated: bool,
    /// Whether the token ends in `IfExists`.
    pub if_exists: bool,
}

/// Why a token is no operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OperatorFault {
    /// A known operator in other letter case (CASE-07); how it would be read.
    #[error("`{written}` is written `{expected}`: operator names are case-sensitive")]
    WrongCase {
        /// As written.
        written: String,
        /// As IAM spells it.
        expected: String,
        /// The operator it would be.
        operator: Operator,
    },
    /// `IfExists` on `Null`.
    #[error("`Null` cannot carry `IfExists`: it already asks whether the key exists")]
    NullIfExists,
    /// No such operator.
    #[error("`{written}` is no condition operator")]
    Unknown {
        /// As written.
        written: String,
        /// The nearest operator name, if one is near.
        nearest: Option<&'static str>,
    },
}

/// Every base operator: name, positive test, negated.
const BASES: [(&str, Test, bool); 27] = {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
    [
        ("StringEquals", Test::StringEquals, false),
        ("StringNotEquals", Test::StringEquals, true),
        ("StringEqualsIgnoreCase", Test::StringEqualsIgnoreCase, false),
        ("StringNotEqualsIgnoreCase", Test::StringEqualsIgnoreCase, true),
        ("StringLike", Test::StringLike, false),
        ("StringNotLike", Test::StringLike, true),
        ("ArnEquals", Test::Arn, false),
        ("ArnNotEquals", Test::Arn, true),
        ("ArnLike", Test::Arn, false),
        ("ArnNotLike", Test::Arn, true),
        ("NumericEquals", Test::Numeric(Equal), false),
        ("NumericNotEquals", Test::Numeric(Equal), true),
        ("NumericLessThan", Test::Numeric(Less), false),
        ("NumericLessThanEquals", Test::Numeric(LessOrEqual), false),
        ("NumericGreaterThan", Test::Numeric(Greater), false),
        ("NumericGreaterThanEquals", Test::Numeric(GreaterOrEqual), false),
        ("DateEquals", Test::Date(Equal), false),
        ("DateNotEquals", Test::Date(Equal), true),
        ("DateLessThan", Test::Date(Less), false),
        ("DateLessThanEquals", Test::Date(LessOrEqual), false),
        ("DateGreaterThan", Test::Date(Greater), false),
        ("DateGreaterThanEquals", Test::Date(GreaterOrEqual), false),
        ("Bool", Test::Bool, false),
        ("BinaryEquals", Test::Binary, false),
        ("IpAddress", Test::IpAddress, false),
        ("NotIpAddress", Test::IpAddress, true),
        ("Null", Test::Null, false),
    ]
};

const SETS: [(&str, SetQualifier); 2] = [
    ("ForAllValues:", SetQualifier::ForAllValues),
    ("ForAnyValue:", SetQualifier::ForAnyValue),
];
const IF_EXISTS: &str = "IfExists";

impl Operator {
    /// Takes a token of a dialect apart, as [`Operator::parse`]; operators that the dialect does not have are unknown.
    ///
    /// # Errors
    /// [`OperatorFault`].
    ///
    /// Source: RAM-07.
    pub fn parse_in(token: &str, dialect: Dialect) -> Result<Self, OperatorFault> {
        let parsed = Self::parse(token);
        let Some(operators) = dialect.table().operators else {
            return parsed;
        };
        let known = |name: &str| operators.contains(&name);
        match parsed {
            Ok(operator) if known(&operator.to_string()) => Ok(operator),
            Err(OperatorFault::WrongCase {
                written,
                expected,
                operator,
            }) if known(&expected) => Err(OperatorFault::WrongCase {
                written,
                expected,
                operator,
            }),
            _ => Err(OperatorFault::Unknown {
                written: token.to_owned(),
                nearest: nearest(token).filter(|name| known(name)),
            }),
        }
    }

    /// Takes a token apart: `[ForAllValues:|ForAnyValue:] base [IfExists]`.
    ///
    /// # Errors
    /// [`OperatorFault`]; the wrong letter case is told apart, since evaluators differ on it.
    ///
    /// Source: GRAM-17, CASE-07.
    pub fn parse(token: &str) -> Result<Self, OperatorFault> {
        if let Some(operator) = parse_with(token, |text, name| text.strip_prefix(name)) {
            return operator;
        }
        match parse_with(token, strip_prefix_ignore_case) {
            Some(Ok(operator)) => Err(OperatorFault::WrongCase {
                written: token.to_owned(),
                expected: operator.to_string(),
                operator,
            }),
            Some(Err(fault)) => Err(fault),
            None => Err(OperatorFault::Unknown {
                written: token.to_owned(),
                nearest: nearest(token),
            }),
        }
    }
}

/// `None`: the token is no operator by this way of comparing names.
fn parse_with(
    token: &str,
    strip: impl for<'a> Fn(&'a str, &str) -> Option<&'a str>,
) -> Option<Result<Operator, OperatorFault>> {
    let (set, rest) = SETS
        .iter()
        .find_map(|(name, set)| strip(token, name).map(|rest| (Some(*set), rest)))
        .unwrap_or((None, token));
    BASES.iter().find_map(|&(name, test, negated)| {
        let if_exists = match strip(rest, name)? {
            "" => false,
            suffix => strip(suffix, IF_EXISTS) == Some(""),
        };
        if !if_exists && rest.len() != name.len() {
            return None;
        }
        if if_exists && test == Test::Null {
            return Some(Err(OperatorFault::NullIfExists));
        }
        Some(Ok(Operator {
            set,
            test,
            negated,
            if_exists,
        }))
    })
}

fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, tail) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(tail)
}

/// The base name that shares the longest beginning with `token`, if that is at least five letters.
fn nearest(token: &str) -> Option<&'static str> {
    let base = SETS
        .iter()
        .find_map(|(name, _)| token.strip_prefix(name))
        .unwrap_or(token);
    let shared = |name: &str| {
        name.bytes()
            .zip(base.bytes())
            .take_while(|(a, b)| a.eq_ignore_ascii_case(b))
            .count()
    };
    BASES
        .iter()
        .map(|(name, ..)| *name)
        .rev()
        .max_by_key(|name| shared(name))
        .filter(|name| shared(name) >= 5)
}

impl std::fmt::Display for Operator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let set = SETS
            .iter()
            .find(|(_, set)| Some(*set) == self.set)
            .map_or("", |(name, _)| name);
        let base = BASES
            .iter()
            .find(|(_, test, negated)| (*test, *negated) == (self.test, self.negated))
            .map_or("", |(name, ..)| name);
        write!(f, "{set}{base}{}", if self.if_exists { IF_EXISTS } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_base_parses_to_itself_with_every_prefix_and_suffix() {
        for (name, test, negated) in BASES {
            for (prefix, set) in SETS.map(|(n, s)| (n, Some(s))).into_iter().chain([("", None)]) {
                let plain = Operator::parse(&format!("{prefix}{name}"));
                assert_eq!(
                    plain,
                    Ok(Operator {
                        set,
                        test,
                        negated,
                        if_exists: false
                    })
                );
                let suffixed = Operator::parse(&format!("{prefix}{name}IfExists"));
                if test == Test::Null {
                    assert_eq!(suffixed, Err(OperatorFault::NullIfExists));
                } else {
                    assert_eq!(
                        suffixed,
                        Ok(Operator {
                            set,
                            test,
                            negated,
                            if_exists: true
                        })
                    );
                }
            }
        }
    }

    #[test]
    fn another_case_is_told_apart_from_an_unknown_operator() {
        assert!(
            matches!(Operator::parse("stringequals"), Err(OperatorFault::WrongCase { expected, .. }) if expected == "StringEquals")
        );
        assert!(matches!(
            Operator::parse("StringMatches"),
            Err(OperatorFault::Unknown { nearest: Some(_), .. })
        ));
        assert!(matches!(
            Operator::parse(""),
            Err(OperatorFault::Unknown { nearest: None, .. })
        ));
        assert!(matches!(
            Operator::parse("StringEqualsIfExistsX"),
            Err(OperatorFault::Unknown { .. })
        ));
    }

    #[test]
    fn ram_has_the_plain_operators_and_no_others() {
        let known = BASES
            .iter()
            .filter(|(name, ..)| Operator::parse_in(name, Dialect::Ram).is_ok());
        assert_eq!(known.count(), 21);
        for token in [
            "ArnLike",
            "Null",
            "BinaryEquals",
            "StringEqualsIfExists",
            "ForAnyValue:StringLike",
        ] {
            assert!(
                matches!(
                    Operator::parse_in(token, Dialect::Ram),
                    Err(OperatorFault::Unknown { .. })
                ),
                "{token}"
            );
        }
        assert!(matches!(
            Operator::parse_in("stringequals", Dialect::Ram),
            Err(OperatorFault::WrongCase { .. })
        ));
    }

    #[test]
    fn the_longer_name_wins_over_its_beginning() {
        let operator = Operator::parse("StringEqualsIgnoreCaseIfExists").unwrap();
        assert_eq!(
            (operator.test, operator.if_exists),
            (Test::StringEqualsIgnoreCase, true)
        );
    }
}
