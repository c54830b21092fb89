//! The ARNs that resource types have: what they are made of, worked out once each.
//!
//! A placeholder that AWS's naming rules keep from holding separators takes neither `:` nor `/`; every other one takes
//! any text. Partition, region and account are taken as they can be in reality: of letters, digits and hyphens
//! without separators.

use rustc_hash::FxHashMap;

use super::meet::{Atom, Letters};
use crate::catalog::{ArnPattern, ArnPiece, Reach, Service};

/// One shape, ready for questions.
#[derive(Debug)]
pub(super) struct Shape {
    /// Every ARN of the shape.
    pub(super) full: Vec<Atom>,
    /// The same without colons in the texts of placeholders, for shapes that have no colon in their resource part;
    /// else as `full`. An early wildcard of a pattern that runs over colons (MATCH-R3) fits a name with colons that
    /// nobody gives.
    pub(super) plain: Vec<Atom>,
    /// What the resource part begins with up to its first `/` or `:`, where that and the fields before are settled:
    /// no field before the fifth colon can hold a colon.
    pub(super) head: Option<&'static str>,
    /// Whether no ARN of `plain` has more than five colons.
    pub(super) is_slashed: bool,
}

impl Shape {
    fn new(pattern: ArnPattern) -> Self {
        let is_slashed = !resource_part(pattern).contains(':');
        Self {
            full: atoms(pattern, Letters::Any),
            plain: atoms(
                pattern,
                if is_slashed {
                    Letters::NoColon
                } else {
                    Letters::Any
                },
            ),
            head: has_fixed_fields(pattern)
                .then(|| head(resource_part(pattern)))
                .flatten(),
            is_slashed,
        }
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

/// Services with resources of AWS's own, whose ARNs name no account: `arn:aws:ssm:us-east-1::document/AWS-RunShellScript`.
const OF_NO_ACCOUNT: [&str; 2] = ["ssm", "resource-explorer-2"];

fn atoms(pattern: ArnPattern, free: Letters) -> Vec<Atom> {
    let has_public = OF_NO_ACCOUNT.contains(&pattern.service());
    let mut atoms = Vec::new();
    for piece in pattern.pieces() {
        let letters = match piece {
            ArnPiece::Hole {
                reach: Reach::Segment,
                ..
            } => Letters::Segment,
            _ => free,
        };
        match piece {
            ArnPiece::Literal(text) => atoms.extend(text.chars().map(Atom::Letter)),
            ArnPiece::Hole { name: "Account", .. } if has_public => atoms.push(Atom::Many(letters)),
            ArnPiece::Hole { .. } => atoms.extend([Atom::One(letters), Atom::Many(letters)]),
            ArnPiece::Any => atoms.push(Atom::Many(letters)),
        }
    }
    atoms
}
