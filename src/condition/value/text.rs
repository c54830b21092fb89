//! Values that are plain text, truth values, or bytes.
//!
//! Source: CASE-09, COND-14, COND-17, COND-25.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::pattern::Fold;

/// Whether two texts are equal under the `IgnoreCase` operators: lower-cased one character for one, so that `ß`
/// is not `ss`, and without normalisation. Source: COND-14, CASE-09.
pub fn equal_ignoring_case(left: &str, right: &str) -> bool {
    Fold::Simple.equal(left, right)
}

/// Reads `true` or `false` in any case; `None` for all else, spaces included. Source: COND-17.
pub fn parse_bool(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else {
        text.eq_ignore_ascii_case("false").then_some(false)
    }
}

/// The bytes a base64 text stands for; `None` if it is no base64.
///
/// Strictly RFC 4648, section 4: the standard alphabet, padding required, no whitespace or line breaks, unused
/// bits zero. So each value has one spelling, and what another reader might take differently is not base64 here.
///
/// Source: COND-25.
pub fn decode_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ignoring_case_is_one_character_for_one() {
        assert!(equal_ignoring_case("Straße", "sTRAßE"));
        assert!(!equal_ignoring_case("straße", "STRASSE"));
        assert!(!equal_ignoring_case("é", "e\u{301}"));
    }

    #[test]
    fn truth_values_are_read_in_any_case() {
        for (text, expected) in [
            ("true", Some(true)),
            ("TRUE", Some(true)),
            ("False", Some(false)),
            ("", None),
            ("1", None),
            ("yes", None),
            (" true", None),
        ] {
            assert_eq!(parse_bool(text), expected, "{text}");
        }
    }

    #[test]
    fn base64_is_strict() {
        assert_eq!(decode_base64("QmluYXJ5"), Some(b"Binary".to_vec()));
        assert_eq!(decode_base64(""), Some(Vec::new()));
        assert_eq!(decode_base64("YQ=="), Some(b"a".to_vec()));
        for text in ["YQ", "YQ=", "YR==", "YQ==\n", " YQ==", "Y Q==", "_-8=", "*"] {
            assert_eq!(decode_base64(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn base64_round_trips(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            prop_assert_eq!(decode_base64(&STANDARD.encode(&bytes)), Some(bytes));
        }

        #[test]
        fn upper_and_lower_ascii_are_equal(text in "[ -~]{0,20}") {
            prop_assert!(equal_ignoring_case(&text.to_uppercase(), &text.to_lowercase()));
        }
    }
}
