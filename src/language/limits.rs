//! How much a search may spend, and the account of what it has spent.

/// Bounds of one search. When one is hit the search ends and says that it did not see everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// States of the product, and of each automaton made on the way.
    pub states: usize,
    /// Bytes held, counted roughly.
    pub bytes: usize,
    /// Elementary steps (a look at one position or one transition): the bound on time, some 10 ns each.
    pub work: u64,
}

impl Default for Limits {
    /// A million states, 512 MiB, 200 million steps (one or two seconds).
    fn default() -> Self {
        Self {
            states: 1_000_000,
            bytes: 512 << 20,
            work: 200_000_000,
        }
    }
}

/// A limit was hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exhausted;

/// What is left of the limits.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    left: Limits,
}

impl Budget {
    pub(super) fn new(limits: Limits) -> Self {
        Self { left: limits }
    }

    /// The same, with at most this much work: for an attempt that may be given up.
    pub(super) fn attempt(&self, work: u64) -> Self {
        Self {
            left: Limits {
                work: work.min(self.left.work),
                ..self.left
            },
        }
    }

    pub(super) fn left(&self) -> Limits {
        self.left
    }

    pub(super) fn state(&mut self) -> Result<(), Exhausted> {
        self.left.states = self.left.states.checked_sub(1).ok_or(Exhausted)?;
        Ok(())
    }

    pub(super) fn bytes(&mut self, count: usize) -> Result<(), Exhausted> {
        self.left.bytes = self.left.bytes.checked_sub(count).ok_or(Exhausted)?;
        Ok(())
    }

    pub(super) fn work(&mut self, count: u64) -> Result<(), Exhausted> {
        self.left.work = self.left.work.checked_sub(count).ok_or(Exhausted)?;
        Ok(())
    }
}
