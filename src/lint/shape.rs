//! The ARNs that resource types have: their outlines and languages, made once each.
//!
//! A placeholder that AWS's naming rules keep from holding separators takes neither `:` nor `/`; every other one takes
//! any text. Partition, region and account are taken as they can be in reality: of letters, digits and hyphens
//! without separators.

use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use super::outline::Outline;
use crate::catalog::{ArnPattern, ArnPiece, Reach, Service};
use crate::language::{CharSet, Language};

/// One shape, ready for questions.
#[derive(Debug)]
pub(super) struct Shape {
    pattern: ArnPattern,
    /// The shape piece by piece, where its fields are settled.
    pub(super) outline: Option<Outline>,
    /// What the resource part begins with up to its first `/` or `:`, where that and the fields before are settled:
    /// no field before the fifth colon can hold a colon.
    pub(super) head: Option<&'static str>,
    /// Whether no ARN of [`Languages::plain`] has more than five colons.
    pub(super) is_slashed: bool,
    languages: OnceCell<Languages>,
}

/// The languages of one shape.
#[derive(Debug)]
pub(super) struct Languages {
    /// Every ARN of the shape.
    pub(super) full: Language,
    /// The same without colons in the texts of placeholders, for shapes that have no colon in their resource part;
    /// else as `full`. An early wildcard of a pattern that runs over colons (MATCH-R3) fits a name with colons that
    /// nobody gives.
    pub(super) plain: Language,
}

impl Shape {
    fn new(pattern: ArnPattern) -> Self {
        let is_fixed = has_fixed_fields(pattern);
        Self {
            pattern,
            outline: is_fixed.then(|| Outline::of(pattern)).flatten(),
            head: is_fixed.then(|| head(resource_part(pattern))).flatten(),
            is_slashed: !resource_part(pattern).contains(':'),
            languages: OnceCell::new(),
        }
    }

    /// The languages, made when they are first asked for.
    pub(super) fn languages(&self) -> &Languages {
        self.languages.get_or_init(|| {
            let full = language(self.pattern, &CharSet::all());
            let plain = if self.is_slashed {
                language(self.pattern, &CharSet::all().without(':'))
            } else {
                full.clone()
            };
            Languages { full, plain }
        })
    }
}

/// The shapes met so far.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    known: FxHashMap<ArnPattern, Shape>,
    collections: FxHashMap<&'static str, Vec<(&'static str, String)>>,
}

impl Shapes {
    /// A shape.
    pub(super) fn get(&mut self, pattern: ArnPattern) -> &Shape {
        self.known.entry(pattern).or_insert_with(|| Shape::new(pattern))
    }

    /// What stands for all resources of a service where AWS asks an action without resource types of more than `*`:
    /// the service of the ARNs, and their resource parts (MATCH-R7).
    pub(super) fn collections(&mut self, service: Service) -> &[(&'static str, String)] {
        self.collections
            .entry(service.prefix())
            .or_insert_with(|| collections(service))
    }
}

/// The resource part up to its first placeholder, and with nothing and with `*` for every placeholder.
fn collections(service: Service) -> Vec<(&'static str, String)> {
    let shapes = service
        .resource_types()
        .flat_map(|kind| kind.arn_patterns().collect::<Vec<_>>());
    let mut all: Vec<(&'static str, String)> = shapes
        .flat_map(|shape| {
            let part = resource_part(shape);
            let fixed = part.split("${").next().unwrap_or_default();
            let filled = |fill: &str| -> String {
                let mut rest = part;
                let mut text = String::new();
                while let Some((before, hole)) = rest.split_once("${") {
                    text.push_str(before);
                    text.push_str(fill);
                    rest = hole.split_once('}').map_or("", |(_, rest)| rest);
                }
                text + rest
            };
            [
                fixed.to_owned(),
                filled(""),
                filled("*"),
                String::new(),
                "*".to_owned(),
            ]
            .map(|text| (shape.service(), text))
        })
        .collect();
    all.sort_unstable();
    all.dedup();
    all
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
