//! The beginnings of action names, compared in one step.
//!
//! A policy lists many actions and a request names one, so nearly every comparison fails, and nearly all of those in
//! the first characters. A [`Head`] holds these; a [`HeadTest`] is what a pattern asks of them. The test is necessary
//! and not sufficient: what it admits is still to be matched.

use super::glob::Glob;

/// How many bytes a head holds: enough to tell `kafka-cluster:` and two letters.
const BYTES: usize = 16;

/// The first bytes of a folded action name, filled up with zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head(u128);

impl Head {
    /// The head of an action name.
    pub fn of(folded_action: &str) -> Self {
        let mut bytes = [0; BYTES];
        for (to, from) in bytes.iter_mut().zip(folded_action.bytes()) {
            *to = from;
        }
        Self(u128::from_le_bytes(bytes))
    }
}

/// What every action that a pattern matches has in its head: these bits, where the mask has ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeadTest {
    mask: u128,
    bits: u128,
}

impl HeadTest {
    /// Admits every head.
    pub const ANY: Self = Self { mask: 0, bits: 0 };

    /// The test of a folded pattern.
    pub(super) fn of(pattern: &Glob) -> Self {
        let prefix = pattern.literal_prefix();
        // A short literal also asks for the zeros after it.
        let asked = if pattern.has_wildcard() {
            prefix.len().min(BYTES)
        } else {
            BYTES
        };
        let mask = u128::MAX.checked_shr(8 * (BYTES - asked) as u32).unwrap_or(0);
        Self {
            mask,
            bits: Head::of(prefix).0 & mask,
        }
    }

    /// What both tests ask for: admits whatever one of them admits.
    #[must_use]
    pub fn common(self, other: Self) -> Self {
        let mask = self.mask & other.mask & !(self.bits ^ other.bits);
        Self {
            mask,
            bits: self.bits & mask,
        }
    }

    /// Whether an action with this head may match.
    #[inline]
    pub fn admits(self, head: Head) -> bool {
        (head.0 ^ self.bits) & self.mask == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(pattern: &str, action: &str) -> bool {
        HeadTest::of(&Glob::parse(pattern)).admits(Head::of(action))
    }

    #[test]
    fn a_head_is_held_against_what_comes_before_the_first_wildcard() {
        assert!(
            admits("s3:get*", "s3:getobject")
                && admits("*", "s3:getobject")
                && admits("s?:get*", "s3:getobject")
        );
        assert!(!admits("s3:put*", "s3:getobject") && !admits("s3:get?", "s3-object-lambda:get"));
        assert!(
            admits("kafka-cluster:alter*", "kafka-cluster:alias"),
            "equal in sixteen bytes"
        );
    }

    #[test]
    fn a_short_literal_asks_for_its_end() {
        assert!(
            admits("s3:get", "s3:get")
                && !admits("s3:get", "s3:getobject")
                && !admits("s3:getobject", "s3:get")
        );
    }

    #[test]
    fn the_common_test_admits_what_either_admits() {
        let patterns = [
            "s3:get*",
            "s3:getobject",
            "sqs:*",
            "kafka-cluster:connect",
            "*",
            "s3:",
            "",
        ];
        let actions = [
            "s3:getobject",
            "s3:get",
            "sqs:sendmessage",
            "kafka-cluster:connect",
            "kafka:x",
            "s3:",
            "",
            "ü",
        ];
        let test = |pattern: &str| HeadTest::of(&Glob::parse(pattern));
        for left in patterns {
            for right in patterns {
                let both = test(left).common(test(right));
                for action in actions {
                    let head = Head::of(action);
                    let either = test(left).admits(head) || test(right).admits(head);
                    assert!(both.admits(head) || !either, "{left} {right} {action}");
                }
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn a_matched_action_is_admitted(pattern in "[a-c:*?]{0,20}", action in "[a-c:]{0,20}") {
            let glob = Glob::parse(&pattern);
            proptest::prop_assert!(!glob.matches(&action) || admits(&pattern, &action));
        }
    }
}
