//! Whether the clauses of one statement match a request: its action and its resource.
//!
//! In: a compiled statement and the request being decided. Out: a formula for each clause, in which only what is not
//! known is left as a leaf. Conditions and principals answer for themselves ([`crate::condition`], `principal`).
//!
//! Source: MATCH-A1 … MATCH-A6, MATCH-R1 … MATCH-R11, VAR-06, HOLE-01, HOLE-02, TRI-04, SET-03, SET-13.

use super::compile::{CompiledStatement, ResourceEntry, ResourceGlob, ResourceMatcher, resource_glob};
use super::evaluate::Run;
use super::expr::Expr;
use super::gate;
use super::layer::{LayerKind, StatementRef};
use super::leaf::{Doubt, Leaf};
use super::request::Resource;
use super::variant::variants;
use crate::condition::{Mode, Substituted, substitute, substitute_named, value_has_wildcard};
use crate::pattern::{Glob, Piece, Token, hole};
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
            Substituted::Holes(stretches) if template.has_holes() => {
                return self.not_known(at, template, (kind, mode), stretches);
            }
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

    /// An entry with parts that are not known yet, which are the holes of `stretches`: it matches where the same names
    /// make it match, and may match where it can with anything for them, behind what both sides begin with.
    ///
    /// Source: HOLE-01, HOLE-02.
    fn not_known<'t>(
        &mut self,
        at: StatementRef,
        template: &'t Template,
        (kind, mode): (LayerKind, Mode),
        mut stretches: Vec<Piece<'t>>,
    ) -> Expr {
        let named = match substitute_named(template, &self.request.context) {
            Substituted::NoValue => return Expr::False,
            Substituted::Filled(stretches) => resource_glob(stretches, kind, mode),
            Substituted::Holes(_) => None,
        };
        let surely = named.map_or(Expr::False, |glob| self.surely(&glob.narrow));
        let asked = match &self.request.resource {
            Resource::One(resource) => resource,
            Resource::All(set) => &set.head,
        };
        let same = template.same_start(asked);
        // What both begin with is the same on both sides, whatever it is.
        let mut left = same;
        for (piece, stretch) in template.pieces().iter().zip(&mut stretches) {
            match (piece, &stretch) {
                (crate::policy::Piece::Variable { key, .. }, Piece::Hole) if left >= key.len() => {
                    left -= key.len();
                    *stretch = Piece::Value(key);
                }
                (crate::policy::Piece::Text(text), _) => left = left.saturating_sub(text.len()),
                _ => left = 0,
            }
        }
        surely.or(self.perhaps(at, same, &Glob::plain(&stretches)))
    }

    /// Where the pattern matches whatever is not known.
    fn surely(&mut self, glob: &Glob) -> Expr {
        match &self.request.resource {
            Resource::One(resource) => {
                // How many characters a part has that is not known, nobody knows.
                let counts = glob
                    .tokens()
                    .iter()
                    .any(|token| matches!(token, Token::One { .. }));
                Expr::from(glob.matches(resource) && !(counts && hole::has_hole(resource)))
            }
            Resource::All(_) => self.leaves.resources(glob),
        }
    }

    /// Where the pattern can match for some value of what is not known.
    fn perhaps(&mut self, at: StatementRef, same: usize, open: &Glob) -> Expr {
        let may = match &self.request.resource {
            Resource::One(resource) => Expr::from(open.may_match_behind(same, resource)),
            Resource::All(set) if set.is_open => Expr::True,
            Resource::All(set) if hole::has_hole(&set.head) => {
                let patterns = open.beginning(same, &set.head);
                patterns
                    .iter()
                    .fold(Expr::False, |any, glob| any.or(self.leaves.resources(glob)))
            }
            Resource::All(_) => self.leaves.resources(open),
        };
        if may.is_false() {
            return may;
        }
        may.and(self.leaves.doubt(at, Doubt::Hole))
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
        if self.resource_is_open && !glob.narrow.is_everything() {
            let surely = self.surely(&glob.narrow);
            return match surely.is_true() {
                true => surely,
                false => surely.or(self.perhaps(at, 0, glob.wide.as_ref().unwrap_or(&glob.narrow))),
            };
        }
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
