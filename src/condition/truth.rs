//! Three-valued truth with the strong Kleene tables.
//!
//! Source: TRI-02.

/// True, false, or not known; ordered `False < Unknown < True`, so that *and* is the minimum and *or* the
/// maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// False in every completion of what is unknown.
    False,
    /// Not decided.
    Unknown,
    /// True in every completion of what is unknown.
    True,
}

impl Truth {
    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// The contrary; unknown stays unknown.
    #[must_use]
    pub fn negate(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }

    /// All of them; true for none.
    pub fn all(values: impl IntoIterator<Item = Self>) -> Self {
        values.into_iter().min().unwrap_or(Self::True)
    }

    /// Any of them; false for none.
    pub fn any(values: impl IntoIterator<Item = Self>) -> Self {
        values.into_iter().max().unwrap_or(Self::False)
    }

    /// The definite value, where there is one.
    pub fn decided(self) -> Option<bool> {
        match self {
            Self::False => Some(false),
            Self::Unknown => None,
            Self::True => Some(true),
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, False, True, Unknown};

    #[test]
    fn the_tables_are_strong_kleene() {
        assert_eq!(
            [True, Unknown, False].map(|t| t.and(Unknown)),
            [Unknown, Unknown, False]
        );
        assert_eq!(
            [True, Unknown, False].map(|t| t.or(Unknown)),
            [True, Unknown, Unknown]
        );
        assert_eq!([True, Unknown, False].map(Truth::negate), [False, Unknown, True]);
    }

    #[test]
    fn the_empty_conjunction_holds_and_the_empty_disjunction_does_not() {
        assert_eq!(Truth::all([]), True);
        assert_eq!(Truth::any([]), False);
    }
}
