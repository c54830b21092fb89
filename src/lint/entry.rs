//! One entry of `Resource` or `NotResource`, as what it can match.
//!
//! In: the text of an entry and the kind of its policy. Out: its patterns, or nothing where what it matches is open: a
//! variable before the fifth colon or a faulty one, a short ARN that the kind refuses, a text that is no ARN.
//! A variable stands for any text.
//!
//! Source: MATCH-R1, MATCH-R3, MATCH-R4, VAR-03, TRI-04.

use std::cell::OnceCell;

use super::meet::meets;
use super::shape::{Shapes, head};
use crate::catalog::ArnPattern;
use crate::grammar::PolicyType;
use crate::pattern::{ColonMode, Glob, Piece as Stretch, Token, component_count, hole, pad_short};
use crate::policy::{Piece, Template, Version};

/// The pattern of an entry.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    /// By the guide's reading of wildcards before the fifth colon.
    pub(super) documented: Glob,
    /// With those wildcards kept in their components, so the least it may match.
    pub(super) narrow: Glob,
    /// With all wildcards free, so the most it may match.
    pub(super) wide: Glob,
    /// Whether it has variables.
    pub(super) has_variables: bool,
}

impl Pattern {
    /// The pattern of an entry, unless what it matches is open.
    pub(super) fn read(text: &str, version: Version, kind: PolicyType) -> Option<Self> {
        let template = Template::parse(text, version).ok()?;
        let has_variables = template.variable_keys().next().is_some() || template.has_holes();
        if template.has_variables() && (!version.settles_variables() || has_early_variable(&template)) {
            return None;
        }
        let mut stretches: Vec<Stretch<'_>> = template.pieces().iter().map(stretch).collect();
        let is_star = text == "*";
        // What is not known yet can hold what a short ARN lacks.
        if !is_star && !template.has_holes() && component_count(&stretches) < 6 {
            match kind {
                PolicyType::Managed | PolicyType::Inline | PolicyType::Boundary => pad_short(&mut stretches),
                PolicyType::Resource(_) | PolicyType::VpcEndpoint => {}
                PolicyType::ServiceControl if text.ends_with('*') => {}
                _ => return None,
            }
        }
        let of = |mode| Glob::resource(&stretches, mode);
        Some(Self {
            documented: of(ColonMode::Documented),
            narrow: of(ColonMode::Segmented),
            wide: of(ColonMode::Plain),
            has_variables,
        })
    }
}

fn stretch(piece: &Piece) -> Stretch<'_> {
    match piece {
        Piece::Text(text) => Stretch::Pattern(text),
        Piece::Escape('*') => Stretch::Value("*"),
        Piece::Escape('?') => Stretch::Value("?"),
        Piece::Escape(_) => Stretch::Value("$"),
        Piece::Variable { .. } => Stretch::Hole,
    }
}

fn has_early_variable(template: &Template) -> bool {
    let mut colons = 0;
    template.pieces().iter().any(|piece| match piece {
        Piece::Text(text) => {
            colons += text.matches(':').count();
            false
        }
        piece if piece.is_hole() => false,
        Piece::Escape(_) | Piece::Variable { .. } => colons < 5,
    })
}

/// An entry that names ARNs, ready for questions about shapes.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    text: &'a str,
    /// Whether it matches the resource of actions without resource types, the text `*`.
    pub(super) has_star: bool,
    /// Whether it matches any text.
    pub(super) is_everything: bool,
    /// The service, where it is spelled out.
    pub(super) service: Option<&'a str>,
    /// What the resource part begins with, where the entry has six fields and that is settled.
    head: Option<&'a str>,
    version: Version,
    kind: PolicyType,
    /// What it matches, made for the first shape that it could have.
    readings: OnceCell<Readings>,
}

/// The readings of an entry that a decision needs.
#[derive(Debug)]
struct Readings {
    /// With wildcards before the fifth colon kept in their components.
    narrow: Vec<Token>,
    /// By the guide; `None` where it does not differ.
    documented: Option<Vec<Token>>,
}

impl Readings {
    fn of(pieces: &[Stretch<'_>]) -> Self {
        let of = |mode| Glob::resource_tokens(pieces, mode);
        let narrow = of(ColonMode::Segmented);
        Self {
            documented: Some(of(ColonMode::Documented)).filter(|documented| *documented != narrow),
            narrow,
        }
    }
}

impl<'a> Entry<'a> {
    /// The entry of a text that begins as an ARN does, or with a wildcard, unless what it matches is open.
    pub(super) fn read(text: &'a str, version: Version, kind: PolicyType) -> Option<Self> {
        let is_simple = is_simple(text);
        let mut readings = OnceCell::new();
        let (mut has_star, mut is_everything) = (false, text == "*");
        if !is_simple && !is_everything {
            let pattern = Pattern::read(text, version, kind)?;
            has_star = pattern.documented.matches("*");
            is_everything = pattern.documented.is_everything();
            readings = OnceCell::from(Readings {
                documented: (pattern.narrow != pattern.documented)
                    .then(|| pattern.documented.tokens().to_vec()),
                narrow: pattern.narrow.tokens().to_vec(),
            });
        }
        let mut early = text.splitn(4, ':').skip(2);
        let before = text.find(['*', '?', '$', hole::OPEN]).unwrap_or(text.len());
        let service = early.next().filter(|service| {
            let end = text.len() - early.next().map_or(text.len(), |rest| rest.len() + 1);
            !service.is_empty() && end <= before && end > 0
        });
        Some(Self {
            head: text.splitn(6, ':').nth(5).and_then(head),
            text,
            has_star: has_star || is_everything,
            is_everything,
            service,
            version,
            kind,
            readings,
        })
    }

    /// Whether it matches what `s3:ListAllMyBuckets` may act on, by one of two pages of the guide (QUIRK-07).
    pub(super) fn has_all_buckets(&self) -> bool {
        let pattern = Pattern::read(self.text, self.version, self.kind);
        pattern.is_some_and(|pattern| pattern.documented.matches("arn:aws:s3:::*"))
    }

    /// The resource part, where the entry has six fields.
    pub(super) fn resource_part(&self) -> Option<&'a str> {
        self.text.splitn(6, ':').nth(5)
    }

    /// Whether some ARN of the shape can be one that the entry matches.
    pub(super) fn can_match(&self, pattern: ArnPattern, shapes: &mut Shapes) -> bool {
        if self.is_everything {
            return true;
        }
        let is_other = |service: &str| {
            let of_shape = pattern.service();
            !of_shape.contains(['$', '*']) && of_shape != service
        };
        if self.service.is_some_and(is_other) {
            return false;
        }
        let shape = shapes.get(pattern);
        // Only an ARN of six fields without variables is read here; all others were when the entry was made.
        let readings = self
            .readings
            .get_or_init(|| Readings::of(&[Stretch::Pattern(self.text)]));
        // Where neither side has room for more than five colons before the resource part, the fields are aligned.
        if readings.documented.is_none() || shape.is_slashed {
            let heads = self.head.zip(shape.head);
            if heads.is_some_and(|(one, other)| one != other) {
                return false;
            }
        }
        let documented = readings.documented.as_deref();
        meets(&readings.narrow, &shape.full) || documented.is_some_and(|tokens| meets(tokens, &shape.plain))
    }
}

/// Whether a text is an ARN of six fields or more without variables and holes.
fn is_simple(text: &str) -> bool {
    text.starts_with("arn:") && !text.contains(['$', hole::OPEN]) && text.matches(':').nth(4).is_some()
}

/// Whether the text is an ARN or begins with a wildcard, so that it could match some resource by its form.
pub(super) fn is_resource(text: &str) -> bool {
    text.starts_with("arn:")
        || text.starts_with(['*', '?'])
        || text.starts_with("ar?")
        || text.starts_with("ar*")
}
