//! Patterns over whole action names, `prefix:name`.
//!
//! Source: MATCH-A1 to MATCH-A6, CASE-03.

use super::fold::Fold;
use super::glob::Glob;
use super::head::HeadTest;

/// A pattern of `Action` or `NotAction`, folded when made. `*` alone matches every action.
///
/// Odd names, as with a space or a trailing colon, are literal and so match no real action.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionPattern(Glob);

impl ActionPattern {
    /// Reads a pattern, in any case.
    pub fn parse(text: &str) -> Self {
        Self(Glob::parse(&Fold::Ascii.text(text)))
    }

    /// Whether the pattern matches this action: the whole `prefix:name`, already in ASCII lower case (as by
    /// [`Fold::Ascii`]).
    pub fn matches(&self, folded_action: &str) -> bool {
        self.0.matches(folded_action)
    }

    /// What the pattern asks of the beginning of an action.
    pub fn head(&self) -> HeadTest {
        HeadTest::of(&self.0)
    }

    /// The folded pattern, for questions about sets of actions.
    pub fn glob(&self) -> &Glob {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::ActionPattern;
    use crate::pattern::Fold;

    fn matches(pattern: &str, action: &str) -> bool {
        ActionPattern::parse(pattern).matches(&Fold::Ascii.text(action))
    }

    #[test]
    fn actions_match_whole_and_without_case() {
        assert!(matches("IAM:listaccesskeys", "iam:ListAccessKeys"));
        assert!(matches("s3:Get*", "s3:GetObject"));
        assert!(matches("s3:Get?bject", "S3:GETOBJECT"));
        assert!(matches("iam:*AccessKey*", "iam:ListAccessKeys"));
        assert!(!matches("s3:*", "s3-object-lambda:GetObject"));
        assert!(!matches("s3:Get", "s3:GetObject"));
    }

    #[test]
    fn a_lone_star_matches_every_action() {
        for pattern in ["*", "*:*"] {
            assert!(matches(pattern, "kafka-cluster:Connect"));
        }
    }

    #[test]
    fn odd_names_are_literal() {
        for pattern in [
            "s3:Get Object",
            "s3:GetObject,s3:PutObject",
            "s3:",
            " s3:GetObject",
            "s3:[Gg]etObject",
        ] {
            assert!(!matches(pattern, "s3:GetObject"), "{pattern}");
        }
    }
}
