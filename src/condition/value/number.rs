//! Exact decimal numbers.
//!
//! A number is kept as the digits of its text, without the zeros that say nothing, so that it is exact at any
//! length and costs no allocation.
//!
//! Source: COND-18, COND-26.

use std::cmp::Ordering;
use std::fmt;

/// An exact decimal number, borrowed from its text. `10`, `+10` and `010.00` are equal; there is no minus zero.
/// Ordered by value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal<'a> {
    negative: bool,
    /// Without leading zeros; empty for zero.
    whole: &'a str,
    /// Without trailing zeros; empty for an integer.
    fraction: &'a str,
}

impl<'a> Decimal<'a> {
    /// Reads an optional sign, digits, and optionally a point and digits. `None` for all else: an exponent, a
    /// point without digits on both sides, spaces, other digits than ASCII ones.
    ///
    /// Source: COND-18.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (digits, None),
        };
        if !is_digits(whole) || !fraction.is_none_or(is_digits) {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.unwrap_or_default().trim_end_matches('0');
        let zero = whole.is_empty() && fraction.is_empty();
        Some(Self {
            negative: negative && !zero,
            whole,
            fraction,
        })
    }

    fn compare_magnitude(&self, other: &Self) -> Ordering {
        let by_length = self.whole.len().cmp(&other.whole.len());
        by_length
            .then_with(|| self.whole.cmp(other.whole))
            .then_with(|| self.fraction.cmp(other.fraction))
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.compare_magnitude(other),
            (true, true) => other.compare_magnitude(self),
            (negative, _) => {
                if negative {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
        }
    }
}

impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Decimal<'_> {
    /// The shortest text of this value: equal numbers are shown alike.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let whole = if self.whole.is_empty() { "0" } else { self.whole };
        write!(formatter, "{sign}{whole}")?;
        if self.fraction.is_empty() {
            Ok(())
        } else {
            write!(formatter, ".{}", self.fraction)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Decimal<'_> {
        Decimal::parse(text).unwrap_or_else(|| panic!("`{text}` is a number"))
    }

    #[test]
    fn spelling_does_not_matter() {
        for (left, right) in [
            ("10", "10.0"),
            ("10", "+010.000"),
            ("0", "-0"),
            ("0", "-0.00"),
            ("1.2", "1.20"),
            ("-1.5", "-01.50"),
        ] {
            assert_eq!(number(left), number(right));
            assert_eq!(number(left).cmp(&number(right)), Ordering::Equal);
            assert_eq!(number(left).to_string(), number(right).to_string());
        }
    }

    #[test]
    fn numbers_are_in_order_of_value() {
        let sorted = [
            "-100", "-10.5", "-10", "-0.1", "-0.01", "0", "0.09", "0.1", "1.2", "1.19999e", "9", "10",
        ];
        let sorted: Vec<_> = sorted.iter().filter_map(|text| Decimal::parse(text)).collect();
        assert_eq!(sorted.len(), 11);
        assert!(sorted.is_sorted_by(|left, right| left < right));
    }

    #[test]
    fn length_is_no_limit() {
        let (long, longer) = (
            "9".repeat(400),
            format!("{}.{}1", "9".repeat(400), "0".repeat(400)),
        );
        assert!(number(&long) < number(&longer));
        assert!(
            number("9007199254740993") > number("9007199254740992"),
            "beyond what a double can tell apart"
        );
    }

    #[test]
    fn other_texts_are_no_numbers() {
        for text in [
            "", "-", "+", ".", "1.", ".5", "1e3", "1E3", "0x10", "1_000", "1,5", " 1", "1 ", "--1", "+-1",
            "1.2.3", "NaN", "inf", "١", "*", "${a}", "true",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn order_agrees_with_scaled_integers(
            left in -2_000_000i64..2_000_000, right in -2_000_000i64..2_000_000, places in 0usize..5,
        ) {
            let spell = |value: i64| {
                let scale = 10i64.pow(u32::try_from(places).unwrap());
                let sign = if value < 0 { "-" } else { "" };
                let (whole, part) = (value.abs() / scale, value.abs() % scale);
                if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part:0places$}") }
            };
            let (a, b) = (spell(left), spell(right));
            prop_assert_eq!(number(&a).cmp(&number(&b)), left.cmp(&right));
            prop_assert_eq!(number(&a) == number(&b), left == right);
        }

        #[test]
        fn shown_text_reads_back_equal(text in "[+-]?[0-9]{1,6}(\\.[0-9]{1,6})?") {
            let value = number(&text);
            let shown = value.to_string();
            prop_assert_eq!(number(&shown), value);
            prop_assert_eq!(number(&shown).to_string(), shown.clone());
        }
    }
}
