//! Runs the checks on one document after another, and keeps what they looked up.

use super::context::Lint;
use super::expansion::Expansions;
use super::shape::Shapes;
use super::{action, condition_key, ineffective, placeholder, resource, size, syntax};
use crate::dialect::Dialect;
use crate::finding::{Finding, Subject};
use crate::grammar::PolicyType;
use crate::policy;
use crate::source::{DocId, NodeId, Sources};

/// Lints documents. One for all documents of a run saves looking the same actions up again; the findings of a
/// document do not depend on those linted before.
#[derive(Debug, Default)]
pub struct Linter {
    expansions: Expansions,
    shapes: Shapes,
}

impl Linter {
    /// The findings of the policy at `root` of a document, as a policy of this type, by place and code. A document
    /// without a tree is judged as a whole, see [`Linter::text`].
    pub fn document(
        &mut self,
        sources: &Sources,
        doc: DocId,
        root: NodeId,
        kind: PolicyType,
        subject: &Subject,
    ) -> Vec<Finding> {
        let Some(tree) = sources.tree(doc) else {
            return syntax::unreadable(doc, sources.faults(doc), kind, subject);
        };
        let dialect = kind.dialect();
        let policy = policy::read_in(dialect, doc, tree, root);
        let mut lint = Lint {
            tree,
            policy: &policy,
            kind,
            subject,
            findings: Vec::new(),
        };
        let placeholders = placeholder::check(&mut lint);
        syntax::check(&mut lint, sources.faults(doc), &placeholders);
        // The catalogue is that of AWS, and so are the forms of resources.
        if dialect == Dialect::Iam {
            action::check(&mut lint, &mut self.expansions);
            resource::check(&mut lint, &mut self.expansions, &mut self.shapes);
            condition_key::check(&mut lint, &mut self.expansions);
            ineffective::check(&mut lint);
        }
        size::check(&mut lint);
        lint.finish()
    }

    /// The findings of a whole text as a policy of this type: also of one that is empty, no JSON, or no text at all,
    /// which is `policy/syntax`. One that names resources or identities of RAM is judged as RAM's kind for the same.
    pub fn text(
        &mut self,
        sources: &Sources,
        doc: DocId,
        kind: PolicyType,
        subject: &Subject,
    ) -> Vec<Finding> {
        match sources.tree(doc) {
            Some(tree) => {
                let dialect = policy::dialect_by_names(tree, tree.root()).unwrap_or(kind.dialect());
                self.document(sources, doc, tree.root(), kind.in_dialect(dialect), subject)
            }
            None => syntax::unreadable(doc, sources.faults(doc), kind, subject),
        }
    }
}
