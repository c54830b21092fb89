//! A shape of ARNs piece by piece: whether a text that someone wrote is one of the shape, without automata.
//!
//! In: an entry, an ARN of six fields with or without wildcards. Out: whether it can match an ARN of the shape, where
//! that is plain to see: an entry without wildcards is one text, and one text that a pattern matches and that has the
//! shape settles that they meet. That none of the texts tried has it settles nothing.
//!
//! Source: SET-02, SET-11.

use crate::catalog::{ArnPattern, ArnPiece, Reach};
use crate::pattern::Glob;

/// Steps that matching one text may take before it is given up.
const FUEL: u32 = 200;

/// What is put in place of a wildcard to find a text of the shape.
const FILLS: [&str; 5] = ["x", "x/x", "x/x/x", "x:x", "x:x:x"];

/// The fields of a shape whose first five are single texts or single placeholders.
#[derive(Debug)]
pub(super) struct Outline {
    /// Partition, service, region and account; `None` is a placeholder, any text but the empty one.
    fields: [Option<&'static str>; 4],
    resource: Vec<ArnPiece>,
}

impl Outline {
    /// The outline of a shape whose first five fields can hold no colon; `None` where a field is put together.
    pub(super) fn of(pattern: ArnPattern) -> Option<Self> {
        let mut parts = pattern.as_str().splitn(6, ':').skip(1);
        let mut field = || -> Option<Option<&'static str>> {
            let text = parts.next()?;
            let is_hole = text.starts_with("${") && text.find('}') == Some(text.len() - 1);
            match (is_hole, text.contains(['$', '*'])) {
                (true, _) => Some(None),
                (false, false) => Some(Some(text)),
                (false, true) => None,
            }
        };
        let fields = [field()?, field()?, field()?, field()?];
        let mut colons = 0;
        let mut resource = Vec::new();
        for piece in pattern.pieces() {
            match piece {
                ArnPiece::Literal(text) if colons < 5 => {
                    let missing = 5 - colons;
                    colons += text.matches(':').count();
                    if let Some((fifth, _)) = text.match_indices(':').nth(missing - 1) {
                        let rest = text.get(fifth + 1..).unwrap_or_default();
                        resource.extend((!rest.is_empty()).then_some(ArnPiece::Literal(rest)));
                    }
                }
                piece if colons >= 5 => resource.push(piece),
                _ => {}
            }
        }
        Some(Self { fields, resource })
    }

    /// Whether the entry, an ARN of six fields, can match an ARN of the shape; `None` where its text does not tell.
    pub(super) fn settles(&self, entry: &str) -> Option<bool> {
        let mut parts = entry.splitn(6, ':').skip(1);
        let is_literal = !entry.contains(['*', '?']);
        for field in &self.fields {
            let written = parts.next()?;
            let is_one = match field {
                None => !written.is_empty() && (!is_literal || !written.contains('/')),
                Some(text) if written.contains(['*', '?']) => Glob::parse(written).matches(text),
                Some(text) => written == *text,
            };
            if !is_one {
                return is_literal.then_some(false);
            }
        }
        let resource = parts.next()?;
        if is_literal {
            return accepts(&self.resource, resource, &mut FUEL.clone());
        }
        let meets = |fill: &&str| {
            let text = filled(resource, fill);
            accepts(&self.resource, &text, &mut FUEL.clone()) == Some(true)
        };
        FILLS.iter().any(|fill| meets(&fill)).then_some(true)
    }
}

/// One of the texts that a pattern matches: its last star is filled so, every other wildcard with one letter.
fn filled(pattern: &str, fill: &str) -> String {
    let last = pattern.rfind('*');
    let mut text = String::with_capacity(pattern.len() + fill.len());
    for (at, letter) in pattern.char_indices() {
        match letter {
            '*' if Some(at) == last => text.push_str(fill),
            '*' | '?' => text.push('x'),
            other => text.push(other),
        }
    }
    text
}

/// Whether the pieces are the whole text; `None` where the fuel is spent.
fn accepts(pieces: &[ArnPiece], text: &str, fuel: &mut u32) -> Option<bool> {
    *fuel = fuel.checked_sub(1)?;
    let Some((piece, rest)) = pieces.split_first() else {
        return Some(text.is_empty());
    };
    let (least, most) = match piece {
        ArnPiece::Literal(literal) => {
            return match text.strip_prefix(literal) {
                Some(tail) => accepts(rest, tail, fuel),
                None => Some(false),
            };
        }
        ArnPiece::Hole {
            reach: Reach::Segment,
            ..
        } => (1, text.find([':', '/']).unwrap_or(text.len())),
        ArnPiece::Hole {
            reach: Reach::Any, ..
        } => (1, text.len()),
        ArnPiece::Any => (0, text.len()),
    };
    if rest.is_empty() {
        return Some(most == text.len() && text.len() >= least);
    }
    for end in (least..=most).rev().filter(|end| text.is_char_boundary(*end)) {
        let tail = text.get(end..).unwrap_or_default();
        if let Some(ArnPiece::Literal(next)) = rest.first()
            && !tail.starts_with(next)
        {
            continue;
        }
        if accepts(rest, tail, fuel)? {
            return Some(true);
        }
    }
    Some(false)
}
