//! One entry of `Resource` or `NotResource`, as the languages of what it can match.
//!
//! In: the text of an entry and the kind of its policy. Out: its patterns, or nothing where what it matches is open: a
//! variable before the fifth colon or a faulty one, a short ARN that the kind refuses, a text that is no ARN.
//! A variable stands for any text.
//!
//! Source: MATCH-R1, MATCH-R3, MATCH-R4, VAR-03, TRI-04.

use super::shape::{Shape, Shapes, head};
use crate::catalog::ArnPattern;
use crate::grammar::PolicyType;
use crate::language::{Language, Limits, Product};
use crate::pattern::{ColonMode, Glob, Piece as Stretch, component_count, pad_short};
use crate::policy::{Piece, Template, Version};

/// Bounds of one question whether an entry and a shape share an ARN.
const LIMITS: Limits = Limits {
    states: 50_000,
    bytes: 64 << 20,
    work: 5_000_000,
};

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
pub(super) struct Entry {
    /// Whether it matches the resource of actions without resource types, the text `*`.
    pub(super) has_star: bool,
    /// Whether it matches any text.
    pub(super) is_everything: bool,
    /// The service, where it is spelled out.
    pub(super) service: Option<String>,
    documented: Language,
    /// `None` where it does not differ.
    narrow: Option<Language>,
    /// What the resource part begins with, where the entry has six fields and that is settled.
    head: Option<String>,
    /// What `s3:ListAllMyBuckets` may act on, by one of two pages of the guide (QUIRK-07).
    pub(super) has_all_buckets: bool,
}

impl Entry {
    /// The entry of a pattern that begins as an ARN does, or with a wildcard.
    pub(super) fn new(pattern: &Pattern, text: &str) -> Self {
        let Pattern {
            documented, narrow, ..
        } = pattern;
        let mut early = documented.literal_prefix().splitn(4, ':').skip(2);
        let service = match (early.next(), early.next()) {
            (Some(service), Some(_)) => Some(service.to_owned()),
            _ => None,
        };
        Self {
            head: text.splitn(6, ':').nth(5).and_then(head).map(str::to_owned),
            has_star: documented.matches("*"),
            is_everything: documented.is_everything(),
            service,
            has_all_buckets: documented.matches("arn:aws:s3:::*"),
            documented: Language::glob(documented),
            narrow: (narrow != documented).then(|| Language::glob(narrow)),
        }
    }

    /// Whether some ARN of the shape can be one that the entry matches. True also where a limit was met.
    pub(super) fn can_match(&self, pattern: ArnPattern, shapes: &mut Shapes) -> bool {
        if self.is_everything {
            return true;
        }
        let is_other = |service: &String| {
            let of_shape = pattern.service();
            !of_shape.contains(['$', '*']) && of_shape != service
        };
        if self.service.as_ref().is_some_and(is_other) {
            return false;
        }
        let Shape {
            full,
            plain,
            head,
            is_slashed,
        } = shapes.get(pattern);
        // Where neither side has room for more than five colons before the resource part, the fields are aligned.
        if self.narrow.is_none() || *is_slashed {
            let heads = self.head.as_deref().zip(*head);
            if heads.is_some_and(|(one, other)| one != other) {
                return false;
            }
        }
        match &self.narrow {
            None => meets(&self.documented, full),
            Some(narrow) => meets(narrow, full) || meets(&self.documented, plain),
        }
    }
}

fn meets(one: &Language, other: &Language) -> bool {
    let product = Product::new(vec![one.clone(), other.clone()], Vec::new()).with_limits(LIMITS);
    let (word, exploration) = product.word();
    word.is_some() || !exploration.exact
}

/// Whether the text is an ARN or begins with a wildcard, so that it could match some resource by its form.
pub(super) fn is_resource(text: &str) -> bool {
    text.starts_with("arn:")
        || text.starts_with(['*', '?'])
        || text.starts_with("ar?")
        || text.starts_with("ar*")
}
