//! Whether the clauses of one statement match a request: its action and its resource.
//!
//! In: a compiled statement and the request being decided. Out: a formula for each clause, in which only what is not
//! known is left as a leaf. Conditions and principals answer for themselves ([`crate::condition`], `principal`).
//!
//! Source: MATCH-A1 … MATCH-A6, MATCH-R1 … MATCH-R11, VAR-06, TRI-04, SET-03, SET-13.

use super::compile::{CompiledStatement, ResourceEntry, ResourceGlob, ResourceMatcher, resource_glob};
use super::evaluate::Run;
use super::expr::Expr;
use super::gate;
use super::layer::{LayerKind, StatementRef};
use super::leaf::{Doubt, Leaf};
use super::request::Resource;
use super::variant::variants;
use crate::condition::{Mode, Substituted, substitute, value_has_wildcard};
use crate::policy::Template;

impl<'a> Run<'a> {
    /// MATCH-A1 … MATCH-A6.
    pub fn action_clause(&mut self, at: StatementRef, statement: &CompiledStatement) -> Expr {
        let actions = &statement.actions;
        let listed = if self.open_world {
            let patterns = actions.patterns.iter();
            patterns.fold(Expr::False, |any, pattern| {
                any.or(self.leaves.names(pattern.glob()))
            })
        } else {
            Expr::from(actions.lists(self.head, &self.action))
        };
        let applies = if actions.negated { listed.negate() } else { listed };
        if !actions.doubt {
            return applies;
        }
        // A part that was not understood could list the action too.
        match (actions.negated, applies) {
            (true, Expr::False) => Expr::False,
            (false, Expr::True) => Expr::True,
            (true, applies) => applies.and(self.leaves.doubt(at, Doubt::Action)),
            (false, applies) => applies.or(self.leaves.doubt(at, Doubt::Action)),
        }
    }

    /// MATCH-R1 … MATCH-R11.
    pub fn resource_clause(&mut self, at: StatementRef, statement: &'a CompiledStatement) -> Expr {
        match &statement.resources {
            ResourceMatcher::Missing
                if at.policy.layer == LayerKind::Resource
                    && gate::is_trust_action(&self.action, self.dialect) =>
            {
                Expr::True
            }
            ResourceMatcher::Missing | ResourceMatcher::NotUnderstood => {
                self.leaves.doubt(at, Doubt::Resource)
            }
            ResourceMatcher::Listed {
                negated,
                entries,
                doubt,
            } => {
                let mut listed = Expr::False;
                for (index, entry) in entries.iter().enumerate() {
                    if listed.is_true() {
                        break;
                    }
                    let matched = self.resource_entry(at, index, entry, *negated);
                    listed = listed.or(matched);
                }
                if *doubt && !listed.is_true() {
                    let open = self.leaves.doubt(at, Doubt::Resource);
                    listed = listed.or(open);
                }
                if *negated { listed.negate() } else { listed }
            }
        }
    }

    pub fn resource_entry(
        &mut self,
        at: StatementRef,
        index: usize,
        entry: &'a ResourceEntry,
        negated: bool,
    ) -> Expr {
        let (template, kind, mode) = match entry {
            ResourceEntry::Fixed(glob) => return self.resource_glob(at, glob),
            ResourceEntry::Open => return self.leaves.doubt(at, Doubt::Resource),
            ResourceEntry::Template {
                template, kind, mode, ..
            } => (template, *kind, *mode),
        };
        let substituted = substitute(template, &self.request.context);
        let (stretches, holes) = match substituted {
            // VAR-06: excludes nothing; other evaluators drop the whole statement.
            Substituted::NoValue if negated && mode == Mode::Sound => {
                return self.leaves.doubt(at, Doubt::Resource);
            }
            Substituted::NoValue => return Expr::False,
            Substituted::Filled(stretches) => (stretches, false),
            Substituted::Holes(stretches) => (stretches, true),
        };
        let wild = mode == Mode::Sound && value_has_wildcard(&stretches);
        let Some(glob) = resource_glob(stretches, kind, mode) else {
            return self.leaves.doubt(at, Doubt::Resource);
        };
        if wild {
            return self.leaves.doubt(at, Doubt::Resource);
        }
        if !holes {
            return self.resource_glob(at, &glob);
        }
        match &self.request.resource {
            Resource::One(resource) => {
                if glob.wide.as_ref().unwrap_or(&glob.narrow).matches(resource) {
                    self.leaves.add(Leaf::Resource {
                        at,
                        index,
                        entry,
                        resource,
                    })
                } else {
                    Expr::False
                }
            }
            Resource::All(_) => self.variants(at, template, kind, mode).unwrap_or_else(|| {
                let upper = self.leaves.resources(glob.wide.as_ref().unwrap_or(&glob.narrow));
                let about = format!("{template:?}");
                upper.and(self.leaves.doubt_about(at, Doubt::Variable, about))
            }),
        }
    }

    /// A template against a set of resources, one form after the other; only where two sets of policies are compared.
    fn variants(
        &mut self,
        at: StatementRef,
        template: &Template,
        kind: LayerKind,
        mode: Mode,
    ) -> Option<Expr> {
        if !self.beside {
            return None;
        }
        let mut any = Expr::False;
        for variant in variants(template, &self.request.context)? {
            let glob = resource_glob(variant.stretches.clone(), kind, mode)?;
            let mut form = self.leaves.resources(glob.wide.as_ref().unwrap_or(&glob.narrow));
            for key in &variant.without {
                let about = format!("{key} has no value");
                form = form.and(self.leaves.doubt_about(at, Doubt::Variable, about));
            }
            if variant.holes {
                let about = variant.about(template);
                form = form.and(self.leaves.doubt_about(at, Doubt::Variable, about));
            } else if glob.wide.is_some() {
                form = form.and(self.leaves.doubt(at, Doubt::AmbiguousColon));
            }
            any = any.or(form);
        }
        Some(any)
    }

    fn resource_glob(&mut self, at: StatementRef, glob: &ResourceGlob) -> Expr {
        match &self.request.resource {
            Resource::One(_) => {
                if glob.narrow.matches(&self.resource) {
                    Expr::True
                } else if glob
                    .wide
                    .as_ref()
                    .is_some_and(|wide| wide.matches(&self.resource))
                {
                    self.leaves.doubt(at, Doubt::AmbiguousColon)
                } else {
                    Expr::False
                }
            }
            Resource::All(_) => {
                let narrow = self.leaves.resources(&glob.narrow);
                match &glob.wide {
                    None => narrow,
                    Some(wide) => {
                        let wide = self.leaves.resources(wide);
                        narrow.or(wide.and(self.leaves.doubt(at, Doubt::AmbiguousColon)))
                    }
                }
            }
        }
    }
}
