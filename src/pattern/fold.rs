//! The two foldings of case IAM knows.
//!
//! Source: CASE-03, CASE-09.

use std::borrow::Cow;

/// How letters are folded before a comparison that ignores case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    /// `A` to `Z` only: names of actions and condition keys.
    Ascii,
    /// Unicode's simple lower-casing, one character for one: values under the `IgnoreCase` operators. No full
    /// case folding (`ß` stays apart from `ss`) and no normalisation.
    Simple,
}

impl Fold {
    /// The folded character.
    pub fn character(self, character: char) -> char {
        match self {
            Fold::Ascii => character.to_ascii_lowercase(),
            // The one character with a longer lower case, `İ`, has its simple mapping first.
            Fold::Simple => character.to_lowercase().next().unwrap_or(character),
        }
    }

    /// The folded text; borrowed if nothing changes.
    pub fn text(self, text: &str) -> Cow<'_, str> {
        if self == Fold::Ascii && text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else if self == Fold::Ascii
            || text
                .chars()
                .all(|character| self.character(character) == character)
        {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(text.chars().map(|character| self.character(character)).collect())
        }
    }

    /// Whether two texts are equal but for case. Allocates nothing.
    pub fn equal(self, left: &str, right: &str) -> bool {
        let fold = |character| self.character(character);
        left.chars().map(fold).eq(right.chars().map(fold))
    }
}

#[cfg(test)]
mod tests {
    use super::Fold;

    #[test]
    fn ascii_folding_leaves_other_letters_alone() {
        assert_eq!(Fold::Ascii.text("S3:GetÄ"), "s3:getÄ");
        assert!(!Fold::Ascii.equal("ä", "Ä"));
        assert!(Fold::Ascii.equal("IAM:listaccesskeys", "iam:ListAccessKeys"));
    }

    #[test]
    fn simple_folding_is_one_character_for_one() {
        assert!(Fold::Simple.equal("ÄÖ", "äö"));
        assert!(!Fold::Simple.equal("ß", "ss"));
        assert!(!Fold::Simple.equal("ß", "SS"));
        assert!(Fold::Simple.equal("ẞ", "ß"));
        assert_eq!(Fold::Simple.text("İ"), "i");
        assert!(!Fold::Simple.equal("é", "e\u{301}"), "no normalisation");
        assert!(!Fold::Simple.equal("a", "ab"));
    }

    #[test]
    fn folded_text_is_borrowed_when_nothing_changes() {
        assert!(matches!(
            Fold::Ascii.text("s3:get*"),
            std::borrow::Cow::Borrowed(_)
        ));
    }
}
