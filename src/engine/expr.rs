//! Formulas over undecided leaves.
//!
//! Definite values fold away while a formula is built, so a request whose facts are all known yields `True` or
//! `False` without allocating; what remains is exactly what the unknown facts decide (TRI-05, TRI-15).

use crate::condition::Truth;

/// Names one undecided leaf of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct LeafId(pub u32);

/// A formula in which every definite part has been folded away.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Expr {
    /// Holds in every completion.
    True,
    /// Holds in none.
    False,
    /// Holds where the leaf does.
    Leaf(LeafId),
    /// Holds where the inner formula does not.
    Not(Box<Expr>),
    /// Holds where all do; at least two parts.
    And(Vec<Expr>),
    /// Holds where any does; at least two parts.
    Or(Vec<Expr>),
}

impl Expr {
    /// Both.
    #[must_use]
    #[inline]
    pub fn and(self, other: Self) -> Self {
        match Self::constants(self, other) {
            Ok((a, b)) => Self::from(a && b),
            Err((a, b)) => a.and_open(b),
        }
    }

    fn and_open(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, e) | (e, Self::True) => e,
            (Self::And(mut parts), Self::And(more)) => {
                parts.extend(more);
                Self::And(parts)
            }
            (Self::And(mut parts), e) | (e, Self::And(mut parts)) => {
                parts.push(e);
                Self::And(parts)
            }
            (a, b) => Self::And(vec![a, b]),
        }
    }

    /// Either.
    #[must_use]
    #[inline]
    pub fn or(self, other: Self) -> Self {
        match Self::constants(self, other) {
            Ok((a, b)) => Self::from(a || b),
            Err((a, b)) => a.or_open(b),
        }
    }

    fn or_open(self, other: Self) -> Self {
        match (self, other) {
            (Self::True, _) | (_, Self::True) => Self::True,
            (Self::False, e) | (e, Self::False) => e,
            (Self::Or(mut parts), Self::Or(more)) => {
                parts.extend(more);
                Self::Or(parts)
            }
            (Self::Or(mut parts), e) | (e, Self::Or(mut parts)) => {
                parts.push(e);
                Self::Or(parts)
            }
            (a, b) => Self::Or(vec![a, b]),
        }
    }

    /// Makes this hold where `other` does, too.
    #[inline]
    pub fn or_also(&mut self, other: Self) {
        *self = std::mem::replace(self, Self::False).or(other);
    }

    /// The values of two constants; the two themselves if one is none. Nearly all formulas are constants, which own
    /// nothing: to forget them spares the call that would look for what to free.
    #[inline]
    fn constants(a: Self, b: Self) -> Result<(bool, bool), (Self, Self)> {
        let values = match (&a, &b) {
            (Self::True | Self::False, Self::True | Self::False) => (a.is_true(), b.is_true()),
            _ => return Err((a, b)),
        };
        std::mem::forget((a, b));
        Ok(values)
    }

    /// The contrary.
    #[must_use]
    #[inline]
    pub fn negate(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Not(inner) => *inner,
            e => Self::Not(Box::new(e)),
        }
    }

    /// Whether this is the constant `True`.
    pub fn is_true(&self) -> bool {
        matches!(self, Self::True)
    }

    /// Whether this is the constant `False`.
    pub fn is_false(&self) -> bool {
        matches!(self, Self::False)
    }

    /// The Kleene value under what is known of the leaves.
    pub fn value(&self, leaf: &dyn Fn(LeafId) -> Truth) -> Truth {
        match self {
            Self::True => Truth::True,
            Self::False => Truth::False,
            Self::Leaf(id) => leaf(*id),
            Self::Not(inner) => inner.value(leaf).negate(),
            Self::And(parts) => {
                let mut all = Truth::True;
                for part in parts {
                    all = all.and(part.value(leaf));
                    if all == Truth::False {
                        break;
                    }
                }
                all
            }
            Self::Or(parts) => {
                let mut any = Truth::False;
                for part in parts {
                    any = any.or(part.value(leaf));
                    if any == Truth::True {
                        break;
                    }
                }
                any
            }
        }
    }

    /// What is left of the formula where these leaves hold.
    #[must_use]
    pub fn given(&self, holds: &dyn Fn(LeafId) -> bool) -> Self {
        match self {
            Self::Leaf(id) if holds(*id) => Self::True,
            Self::True | Self::False | Self::Leaf(_) => self.clone(),
            Self::Not(inner) => inner.given(holds).negate(),
            Self::And(parts) => {
                let mut all = Self::True;
                for part in parts {
                    all = all.and(part.given(holds));
                    if all.is_false() {
                        break;
                    }
                }
                all
            }
            Self::Or(parts) => {
                let mut any = Self::False;
                for part in parts {
                    any = any.or(part.given(holds));
                    if any.is_true() {
                        break;
                    }
                }
                any
            }
        }
    }

    /// The same formula over other leaves.
    #[must_use]
    pub fn renamed(&self, name: &dyn Fn(LeafId) -> LeafId) -> Self {
        let all = |parts: &[Self]| parts.iter().map(|part| part.renamed(name)).collect();
        match self {
            Self::True => Self::True,
            Self::False => Self::False,
            Self::Leaf(id) => Self::Leaf(name(*id)),
            Self::Not(inner) => Self::Not(Box::new(inner.renamed(name))),
            Self::And(parts) => Self::And(all(parts)),
            Self::Or(parts) => Self::Or(all(parts)),
        }
    }

    /// The first leaf, in order of the formula, on which an undecided value rests.
    pub fn first_undecided(&self, leaf: &dyn Fn(LeafId) -> Truth) -> Option<LeafId> {
        match self {
            Self::True | Self::False => None,
            Self::Leaf(id) => (leaf(*id) == Truth::Unknown).then_some(*id),
            Self::Not(inner) => inner.first_undecided(leaf),
            Self::And(parts) | Self::Or(parts) => parts
                .iter()
                .filter(|part| part.value(leaf) == Truth::Unknown)
                .find_map(|part| part.first_undecided(leaf)),
        }
    }

    /// Calls `f` with every leaf, as often as it stands in the formula.
    pub fn each_leaf(&self, f: &mut dyn FnMut(LeafId)) {
        match self {
            Self::True | Self::False => {}
            Self::Leaf(id) => f(*id),
            Self::Not(inner) => inner.each_leaf(f),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.each_leaf(f)),
        }
    }

    /// Every leaf of the formula, in order of first appearance.
    pub fn leaves(&self, into: &mut Vec<LeafId>) {
        match self {
            Self::True | Self::False => {}
            Self::Leaf(id) => {
                if !into.contains(id) {
                    into.push(*id);
                }
            }
            Self::Not(inner) => inner.leaves(into),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.leaves(into)),
        }
    }
}

impl From<bool> for Expr {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_fold_away() {
        let leaf = || Expr::Leaf(LeafId(0));
        assert_eq!(Expr::True.and(leaf()), leaf());
        assert_eq!(Expr::False.and(leaf()), Expr::False);
        assert_eq!(Expr::False.or(leaf()), leaf());
        assert_eq!(Expr::True.or(leaf()), Expr::True);
        assert_eq!(leaf().negate().negate(), leaf());
    }

    #[test]
    fn value_is_kleene() {
        let formula = Expr::Leaf(LeafId(0)).or(Expr::Leaf(LeafId(1)).negate());
        let value = |a, b| formula.value(&|id| if id.0 == 0 { a } else { b });
        assert_eq!(value(Truth::Unknown, Truth::False), Truth::True);
        assert_eq!(value(Truth::False, Truth::Unknown), Truth::Unknown);
        assert_eq!(value(Truth::False, Truth::True), Truth::False);
    }
}
