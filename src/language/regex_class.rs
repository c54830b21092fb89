//! Character classes and escapes of Java regular expressions as sets.

use regex_syntax::ast::{
    ClassBracketed, ClassPerl, ClassPerlKind, ClassSet, ClassSetItem, ClassUnicode, ClassUnicodeKind,
    HexLiteralKind, Literal, LiteralKind, SpecialLiteralKind,
};

use super::charset::CharSet;
use super::regex_fault::{RegexFault, unsupported};

/// The ASCII classes Java knows by name in `\p{…}`.
const NAMED: [(&str, &[(char, char)]); 13] = [
    ("ASCII", &[('\0', '\x7F')]),
    ("Alnum", &[('0', '9'), ('A', 'Z'), ('a', 'z')]),
    ("Alpha", &[('A', 'Z'), ('a', 'z')]),
    ("Blank", &[('\t', '\t'), (' ', ' ')]),
    ("Cntrl", &[('\0', '\x1F'), ('\x7F', '\x7F')]),
    ("Digit", &[('0', '9')]),
    ("Graph", &[('!', '~')]),
    ("Lower", &[('a', 'z')]),
    ("Print", &[(' ', '~')]),
    ("Punct", &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
    ("Space", &[('\t', '\r'), (' ', ' ')]),
    ("Upper", &[('A', 'Z')]),
    ("XDigit", &[('0', '9'), ('A', 'F'), ('a', 'f')]),
];

/// The character of a literal, if Java reads the same one.
pub(super) fn literal(literal: &Literal) -> Result<char, RegexFault> {
    match literal.kind {
        LiteralKind::Verbatim
        | LiteralKind::Meta
        | LiteralKind::Superfluous
        | LiteralKind::HexFixed(HexLiteralKind::X | HexLiteralKind::UnicodeShort)
        | LiteralKind::HexBrace(HexLiteralKind::X) => Ok(literal.c),
        // In Java `\v` is any vertical space.
        LiteralKind::Special(SpecialLiteralKind::VerticalTab) => Err(unsupported(&literal.span, "`\\v`")),
        LiteralKind::Special(_) => Ok(literal.c),
        _ => Err(unsupported(&literal.span, "this escape")),
    }
}

/// `\d`, `\s`, `\w` and their complements, in ASCII.
pub(super) fn perl(class: &ClassPerl) -> CharSet {
    let set = match class.kind {
        ClassPerlKind::Digit => CharSet::range('0', '9'),
        ClassPerlKind::Space => CharSet::from_ranges([('\t', '\r'), (' ', ' ')]),
        ClassPerlKind::Word => CharSet::from_ranges([('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
    };
    if class.negated { set.negate() } else { set }
}

/// `\p{Alpha}` and its like; `text` is the whole pattern.
pub(super) fn named(class: &ClassUnicode, text: &str, folds: bool) -> Result<CharSet, RegexFault> {
    let refused = || unsupported(&class.span, "this character class");
    let ClassUnicodeKind::Named(name) = &class.kind else {
        return Err(refused());
    };
    let written = text
        .get(class.span.start.offset..class.span.end.offset)
        .unwrap_or_default();
    let (_, ranges) = NAMED
        .iter()
        .find(|(known, _)| known == name)
        .ok_or_else(refused)?;
    // Versions of Java differ on `\p{Upper}` without case; `\p{^…}` is not Java.
    if written.contains('^') || folds && matches!(name.as_str(), "Upper" | "Lower") {
        return Err(refused());
    }
    let set = CharSet::from_ranges(ranges.iter().copied());
    Ok(if class.negated { set.negate() } else { set })
}

/// `[…]` without nesting and operators.
pub(super) fn bracketed(class: &ClassBracketed, text: &str, folds: bool) -> Result<CharSet, RegexFault> {
    let ClassSet::Item(item) = &class.kind else {
        return Err(unsupported(&class.span, "a class operator"));
    };
    let written = text
        .get(class.span.start.offset..class.span.end.offset)
        .unwrap_or_default();
    // Both dialects give these a meaning, and not the same one.
    if written.contains("--") || written.starts_with("[]") || written.starts_with("[^]") {
        return Err(unsupported(&class.span, "this form of character class"));
    }
    let items = match item {
        ClassSetItem::Union(union) => union.items.as_slice(),
        single => std::slice::from_ref(single),
    };
    let mut ranges = Vec::new();
    for item in items {
        match item {
            ClassSetItem::Literal(one) => {
                let c = class_literal(one)?;
                ranges.push((c, c));
            }
            ClassSetItem::Range(range) => {
                ranges.push((class_literal(&range.start)?, class_literal(&range.end)?));
            }
            ClassSetItem::Perl(inner) => ranges.extend_from_slice(perl(inner).ranges()),
            ClassSetItem::Unicode(inner) => ranges.extend_from_slice(named(inner, text, folds)?.ranges()),
            other => return Err(unsupported(other.span(), "a class inside a class")),
        }
    }
    let set = CharSet::from_ranges(ranges);
    let set = if folds { close_over_case(&set) } else { set };
    Ok(if class.negated { set.negate() } else { set })
}

/// A literal inside a class: a bare `[` would open a class in Java.
fn class_literal(one: &Literal) -> Result<char, RegexFault> {
    if one.c == '[' && one.kind == LiteralKind::Verbatim {
        return Err(unsupported(&one.span, "a class inside a class"));
    }
    literal(one)
}

/// The set with both cases of its ASCII letters, which is what `(?i)` means in Java.
pub(super) fn close_over_case(set: &CharSet) -> CharSet {
    let other = |c: char| {
        if c.is_ascii_lowercase() {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        }
    };
    let letters = ('A'..='Z').chain('a'..='z').filter(|&c| set.contains(c));
    set.union(&CharSet::from_ranges(letters.map(|c| (other(c), other(c)))))
}
