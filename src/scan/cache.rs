//! Equal policies are linted once: what was found in a text is kept and told again at another place.
//!
//! In: policies with their types. Out: findings, and what the statements name ([`Rights`]), exactly those that linting
//! the policy at its place gives. The key is the spelling of the policy and its type, compared byte for byte. A policy in
//! a document with faults is never kept, since faults lie outside the values.
//!
//! The cache is of a fixed size, in two generations: when the younger one is full it becomes the older, and what is not
//! asked for again until the next time is dropped.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHasher};

use super::privilege::{Rights, RightsReader};
use crate::finding::{Finding, Spot, Subject};
use crate::grammar::PolicyType;
use crate::input::PolicyDocument;
use crate::lint::Linter;
use crate::source::{NodeId, Place, Sources, Span};

/// How many bytes of texts one generation holds, about; findings weigh as much as they say.
const GENERATION: usize = 8 << 20;

/// Lints policies and keeps what it found.
#[derive(Debug, Default)]
pub(super) struct Cache {
    linter: Linter,
    rights: RightsReader,
    young: Generation,
    old: Generation,
}

#[derive(Debug, Default)]
struct Generation {
    /// By a hash of type and text; of two with one hash the later is kept.
    kept: FxHashMap<u64, Kept>,
    weight: usize,
}

/// What was found in a policy whose root was this node.
#[derive(Debug, Clone)]
struct Kept {
    kind: PolicyType,
    text: Arc<str>,
    root: NodeId,
    start: usize,
    findings: Arc<[Finding]>,
    rights: Arc<Rights>,
}

/// What is said of one policy.
pub(super) struct Judged {
    pub(super) findings: Vec<Finding>,
    pub(super) rights: Arc<Rights>,
}

impl Cache {
    /// The findings of a policy at its place, and what its statements name.
    pub(super) fn judge(
        &mut self,
        sources: &Sources,
        document: PolicyDocument,
        kind: PolicyType,
        subject: &Subject,
    ) -> Judged {
        let PolicyDocument { doc, root } = document;
        let tree = sources.tree(doc).filter(|_| sources.faults(doc).is_empty());
        let Some(tree) = tree else {
            return self.lint(sources, document, kind, subject);
        };
        let (text, start) = (tree.raw(root), tree.span(root).start);
        if let Some(kept) = self.find(kind, text) {
            return kept.told(document, start, subject);
        }
        let judged = self.lint(sources, document, kind, subject);
        self.keep(Kept {
            kind,
            text: text.into(),
            root,
            start,
            findings: judged.findings.as_slice().into(),
            rights: Arc::clone(&judged.rights),
        });
        judged
    }

    /// What the statements of a policy name, where nobody asks what is wrong with it.
    pub(super) fn rights(&mut self, sources: &Sources, document: PolicyDocument) -> Arc<Rights> {
        let tree = sources.tree(document.doc);
        let text = tree.map_or("", |tree| tree.raw(document.root));
        match self.find(PolicyType::Managed, text) {
            Some(kept) => kept.rights,
            None => Arc::new(self.rights.of(sources, document)),
        }
    }

    fn lint(
        &mut self,
        sources: &Sources,
        document: PolicyDocument,
        kind: PolicyType,
        subject: &Subject,
    ) -> Judged {
        Judged {
            findings: self
                .linter
                .document(sources, document.doc, document.root, kind, subject),
            rights: Arc::new(self.rights.of(sources, document)),
        }
    }

    fn find(&mut self, kind: PolicyType, text: &str) -> Option<Kept> {
        let key = key(kind, text);
        let is_it = |kept: &&Kept| kept.kind == kind && *kept.text == *text;
        if let Some(kept) = self.young.kept.get(&key).filter(is_it) {
            return Some(kept.clone());
        }
        let kept = self.old.kept.get(&key).filter(is_it)?.clone();
        self.keep(kept.clone());
        Some(kept)
    }

    fn keep(&mut self, kept: Kept) {
        const FINDING: usize = 1 << 10;
        let weight = kept.text.len() + (1 + kept.findings.len()) * FINDING;
        if weight > GENERATION / 8 {
            return;
        }
        if self.young.weight + weight > GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.weight += weight;
        self.young.kept.insert(key(kept.kind, &kept.text), kept);
    }
}

fn key(kind: PolicyType, text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    (kind, text).hash(&mut hasher);
    hasher.finish()
}

impl Kept {
    /// The same at another place.
    fn told(&self, document: PolicyDocument, start: usize, subject: &Subject) -> Judged {
        let moved = |spot: Spot| match spot {
            Spot::Node(place) => Spot::Node(Place {
                doc: document.doc,
                node: place.node.moved(self.root, document.root),
            }),
            Spot::Text(_, span) => {
                let from = |at: usize| at.saturating_sub(self.start) + start;
                Spot::Text(document.doc, Span::new(from(span.start), from(span.end)))
            }
        };
        let findings = self.findings.iter().map(|finding| {
            let mut finding = finding.clone();
            finding.subject = subject.clone();
            finding.at = moved(finding.at);
            for related in &mut finding.related {
                related.at = moved(related.at);
            }
            finding
        });
        Judged {
            findings: findings.collect(),
            rights: Arc::clone(&self.rights),
        }
    }
}
