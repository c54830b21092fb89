//! What can be wrong with a text, worded for people.
//!
//! A [`Fault`] says what is wrong and where in its own document. Fatal faults leave no tree; the others are recorded
//! beside the tree and the reader of the document decides what they mean (IAM rejects a repeated key, GRAM-03).

use std::fmt;

use super::span::Span;

/// One thing wrong with a text, with its place in that text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// Where, in the document's own text.
    pub span: Span,
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// Nothing but whitespace. Fatal.
    Empty,
    /// The grammar of RFC 8259 wants something else here. Fatal.
    Syntax {
        /// What the grammar allows at this place.
        expected: Expected,
        /// The character or word that stands there, or `None` at the end of the text.
        found: Option<String>,
        /// Where the innermost string, array or object that is still open begins.
        opened: Option<Span>,
    },
    /// A control character (U+0000 to U+001F) that is not escaped, inside a string. Fatal.
    ControlCharacter {
        /// The character.
        character: char,
        /// The opening quote of the string.
        opened: Span,
    },
    /// Arrays and objects are nested more than `limit` deep. Fatal.
    TooDeep {
        /// The number of levels that are read.
        limit: usize,
    },
    /// The text has more than `limit` bytes. Fatal.
    TooLarge {
        /// The number of bytes that are read.
        limit: usize,
    },
    /// The bytes are not UTF-8 text. Fatal.
    Encoding {
        /// What the bytes look like, with its article, where that can be told: `a PNG image`.
        looks_like: Option<&'static str>,
    },
    /// Something other than whitespace follows the document. The tree is that of the document.
    TrailingData,
    /// A key that its object has already, compared decoded. Both members are in the tree.
    DuplicateKey {
        /// The key, decoded.
        key: String,
        /// The first place of the key in the same object.
        first: Span,
    },
    /// An escape for one half of a surrogate pair without the other half. It is read as U+FFFD.
    LoneSurrogate {
        /// The code unit, 0xD800 to 0xDFFF.
        unit: u16,
    },
    /// The text begins with a byte order mark, which is skipped.
    ByteOrderMark,
}

/// What the grammar allows at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// A value, after a key and its colon or at the start of a document.
    Value,
    /// An item or the end of the array, after `[`.
    ItemOrClose,
    /// An item, after a comma.
    Item,
    /// A key or the end of the object, after `{`.
    KeyOrClose,
    /// A key, after a comma.
    Key,
    /// The colon after a key.
    Colon,
    /// A comma or the end of the array, after an item.
    CommaOrBracket,
    /// A comma or the end of the object, after a member.
    CommaOrBrace,
    /// The rest of `true`, `false` or `null`.
    Literal(&'static str),
    /// A digit of a number, after its sign, decimal point or exponent mark.
    Digit,
    /// Something other than a further digit, after a leading zero.
    NoDigit,
    /// The letter of an escape, after a backslash.
    Escape,
    /// Four hexadecimal digits, after `\u`.
    HexDigits,
    /// The closing quote of a string.
    Quote,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Value => "a value",
            Self::ItemOrClose => "a value or `]` after `[`",
            Self::Item => "a value after `,`",
            Self::KeyOrClose => "a key in double quotes or `}` after `{`",
            Self::Key => "a key in double quotes after `,`",
            Self::Colon => "`:` after a key",
            Self::CommaOrBracket => "`,` or `]` after a value",
            Self::CommaOrBrace => "`,` or `}` after a value",
            Self::Literal(word) => return write!(f, "`{word}`"),
            Self::Digit => "a digit in a number",
            Self::NoDigit => "no further digit after a leading zero",
            Self::Escape => "one of `\"`, `\\`, `/`, `b`, `f`, `n`, `r`, `t` or `u` after `\\`",
            Self::HexDigits => "four hexadecimal digits after `\\u`",
            Self::Quote => "the closing `\"` of a string",
        })
    }
}

impl Fault {
    pub(super) const fn new(kind: FaultKind, span: Span) -> Self {
        Self { kind, span }
    }

    /// Whether the document has no tree because of this fault.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        match self.kind {
            FaultKind::Empty
            | FaultKind::Syntax { .. }
            | FaultKind::ControlCharacter { .. }
            | FaultKind::TooDeep { .. }
            | FaultKind::TooLarge { .. }
            | FaultKind::Encoding { .. } => true,
            FaultKind::TrailingData
            | FaultKind::DuplicateKey { .. }
            | FaultKind::LoneSurrogate { .. }
            | FaultKind::ByteOrderMark => false,
        }
    }

    /// A second place that explains the fault, with a note for it.
    #[must_use]
    pub fn related(&self) -> Option<(Span, &'static str)> {
        match self.kind {
            FaultKind::DuplicateKey { first, .. } => Some((first, "first here")),
            FaultKind::Syntax {
                opened: Some(opened), ..
            }
            | FaultKind::ControlCharacter { opened, .. } => Some((opened, "opened here")),
            _ => None,
        }
    }

    /// What to do about it, where that is not plain from the message.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match &self.kind {
            FaultKind::Syntax { expected, found, .. } => syntax_help(*expected, found.as_deref()),
            FaultKind::ControlCharacter {
                character: '\n' | '\r',
                ..
            } => Some("close the string on the line where it begins, or write the line break as `\\n`"),
            FaultKind::ControlCharacter { character: '\t', .. } => Some("write the tab as `\\t`"),
            FaultKind::ControlCharacter { .. } => Some("write it as `\\u` and four hexadecimal digits"),
            FaultKind::TrailingData => {
                Some("a file holds one JSON document; give each document a file of its own")
            }
            FaultKind::DuplicateKey { .. } => Some("keep one of them; IAM rejects a document with both"),
            FaultKind::Encoding { .. } => Some("save the file as UTF-8 text"),
            _ => None,
        }
    }
}

fn syntax_help(expected: Expected, found: Option<&str>) -> Option<&'static str> {
    let help = match (expected, found?) {
        (Expected::Key, "}") => "remove the comma before `}`",
        (Expected::Item, "]") => "remove the comma before `]`",
        (_, "'") => "strings and keys take double quotes",
        (_, "/" | "#") => "JSON has no comments",
        (_, "“" | "”" | "„" | "‘" | "’") => "replace the typographic quotes by `\"`",
        (_, "True" | "False" | "None" | "TRUE" | "FALSE" | "NULL" | "Null") => {
            "the words of JSON are `true`, `false` and `null`"
        }
        (_, "NaN" | "Infinity" | "undefined") => "JSON has no such value",
        (Expected::Escape, _) => "write `\\\\` for a backslash that stands for itself",
        (Expected::CommaOrBrace | Expected::CommaOrBracket, "\"" | "{" | "[") => {
            "a comma may be missing before it"
        }
        (Expected::Value, "<") => "this looks like XML or HTML",
        _ => return None,
    };
    Some(help)
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is no JSON value in the text"),
            Self::Syntax {
                expected,
                found: Some(found),
                ..
            } => {
                write!(f, "expected {expected}, found `{}`", Shown(found))
            }
            Self::Syntax {
                expected,
                found: None,
                ..
            } => {
                write!(f, "expected {expected}, found the end of the text")
            }
            Self::ControlCharacter {
                character: '\n' | '\r',
                ..
            } => f.write_str("a string cannot contain a line break"),
            Self::ControlCharacter { character: '\t', .. } => f.write_str("a string cannot contain a tab"),
            Self::ControlCharacter { character, .. } => {
                write!(
                    f,
                    "a string cannot contain the control character U+{:04X}",
                    u32::from(*character)
                )
            }
            Self::TooDeep { limit } => {
                write!(f, "arrays and objects are nested more than {limit} levels deep")
            }
            Self::TooLarge { limit } => write!(f, "the text has more than {limit} bytes"),
            Self::Encoding {
                looks_like: Some(what),
            } => {
                write!(f, "the bytes are not UTF-8 text; this looks like {what}")
            }
            Self::Encoding { looks_like: None } => f.write_str("the bytes are not UTF-8 text"),
            Self::TrailingData => f.write_str("expected the end of the text after the JSON document"),
            Self::DuplicateKey { key, .. } => {
                write!(f, "the key `{}` is given twice in the same object", Shown(key))
            }
            Self::LoneSurrogate { unit } => {
                write!(
                    f,
                    "`\\u{unit:04x}` is one half of a surrogate pair without the other"
                )
            }
            Self::ByteOrderMark => f.write_str("the text begins with a byte order mark"),
        }
    }
}

/// The number of characters of user text that a message shows.
const SHOWN: usize = 100;

/// User text inside a message: cut after [`SHOWN`] characters, and control characters are escaped, so that a message
/// stays on its line.
struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut characters = self.0.chars();
        characters.by_ref().take(SHOWN).try_for_each(|character| {
            if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}') {
                write!(f, "\\u{:04x}", u32::from(character))
            } else {
                fmt::Write::write_char(f, character)
            }
        })?;
        if characters.next().is_some() {
            f.write_str("…")
        } else {
            Ok(())
        }
    }
}
