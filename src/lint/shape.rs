//! The languages of the ARNs that resource types have, made once each.
//!
//! A placeholder that AWS's naming rules keep from holding separators takes neither `:` nor `/`; every other one takes
//! any text. Partition, region and account are taken as they can be in reality: of letters, digits and hyphens
//! without separators.

use rustc_hash::FxHashMap;

use crate::catalog::{ArnPattern, ArnPiece, Reach};
use crate::language::{CharSet, Language};

/// The languages of one shape.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    /// Every ARN of the shape.
    pub(super) full: Language,
    /// The same without colons in the texts of placeholders, for shapes that have no colon in their resource part;
    /// else as `full`. An early wildcard of a pattern that runs over colons (MATCH-R3) fits a name with colons that
    /// nobody gives.
    pub(super) plain: Language,
    /// What the resource part begins with up to its first `/` or `:`, where that and the fields before are settled:
    /// no field before the fifth colon can hold a colon.
    pub(super) head: Option<&'static str>,
    /// Whether no ARN of `plain` has more than five colons.
    pub(super) is_slashed: bool,
}

/// The shapes met so far.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    known: FxHashMap<ArnPattern, Shape>,
}

impl Shapes {
    /// The languages of a shape.
    pub(super) fn get(&mut self, pattern: ArnPattern) -> &Shape {
        self.known.entry(pattern).or_insert_with(|| {
            let full = language(pattern, &CharSet::all());
            let is_slashed = !resource_part(pattern).contains(':');
            let plain = if is_slashed {
                language(pattern, &CharSet::all().without(':'))
            } else {
                full.clone()
            };
            Shape {
                full,
                plain,
                head: has_fixed_fields(pattern)
                    .then(|| head(resource_part(pattern)))
                    .flatten(),
                is_slashed,
            }
        })
    }
}

/// What follows the fifth colon of the pattern itself; names of placeholders hold no colons.
fn resource_part(pattern: ArnPattern) -> &'static str {
    pattern.as_str().splitn(6, ':').nth(5).unwrap_or_default()
}

/// The text up to the first `/` or `:`, if nothing in it can vary.
pub(super) fn head(resource: &str) -> Option<&str> {
    let end = resource.find(['/', ':']).unwrap_or(resource.len());
    resource.get(..end).filter(|head| !head.contains(['*', '?', '$']))
}

/// Whether the first five fields are literal or placeholders that take no colon.
fn has_fixed_fields(pattern: ArnPattern) -> bool {
    let mut colons = 0;
    pattern.pieces().all(|piece| match piece {
        ArnPiece::Literal(text) => {
            colons += text.matches(':').count();
            true
        }
        ArnPiece::Hole { reach, .. } => colons >= 5 || reach == Reach::Segment,
        ArnPiece::Any => colons >= 5,
    })
}

fn language(pattern: ArnPattern, free: &CharSet) -> Language {
    let segment = CharSet::all().without(':').without('/');
    let pieces: Vec<Language> = pattern
        .pieces()
        .map(|piece| match piece {
            ArnPiece::Literal(text) => Language::literal(text),
            ArnPiece::Hole {
                reach: Reach::Segment,
                ..
            } => Language::repeat(&segment, 1, None),
            ArnPiece::Hole {
                reach: Reach::Any, ..
            } => Language::repeat(free, 1, None),
            ArnPiece::Any => Language::repeat(free, 0, None),
        })
        .collect();
    Language::concat(&pieces)
}
