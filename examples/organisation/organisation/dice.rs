//! Chances from a seed: the same seed gives the same bytes, on every machine.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

/// A stream of chances. Whole numbers only, since the last digit of a float may differ between machines.
pub(crate) struct Dice(Pcg64Mcg);

impl Dice {
    /// The stream of this number among those of a seed: accounts can be made in any order.
    pub(crate) fn of(seed: u64, stream: u64) -> Self {
        let mut key = [0_u8; 16];
        let halves = seed.to_le_bytes().into_iter().chain(stream.to_le_bytes());
        key.iter_mut().zip(halves).for_each(|(to, from)| *to = from);
        let mut dice = Self(Pcg64Mcg::from_seed(key));
        // Neighbouring keys give neighbouring first numbers.
        for _ in 0..4 {
            dice.0.next_u64();
        }
        dice
    }

    /// A number below `bound`; 0 when that is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        // The upper bits are the good ones.
        usize::try_from((self.0.next_u64() >> 16) % bound).unwrap_or_default()
    }

    /// True so many times in a thousand.
    pub(crate) fn per_mille(&mut self, times: usize) -> bool {
        self.below(1000) < times
    }

    pub(crate) fn word(&mut self, from: &[&'static str]) -> &'static str {
        self.one(from).copied().unwrap_or_default()
    }

    /// One of them; `None` when there are none.
    pub(crate) fn one<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }

    /// Small hexadecimal digits.
    pub(crate) fn hex(&mut self, count: usize) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut digit = || DIGITS.get(self.below(DIGITS.len())).copied().unwrap_or(b'0');
        (0..count).map(|_| char::from(digit())).collect()
    }

    /// An id as those of clusters and connectors, with the number that AWS puts behind it.
    pub(crate) fn uuid(&mut self) -> String {
        let parts = [8, 4, 4, 4, 12].map(|count| self.hex(count));
        format!("{}-{}", parts.join("-"), 1 + self.below(9))
    }

    /// A value of a distribution, given as values at so many thousandths, rising, from 0 to 1000.
    pub(crate) fn quantile(&mut self, table: &[(usize, usize)]) -> usize {
        let at = self.below(1000);
        let pairs = table.iter().zip(table.iter().skip(1));
        for ((from, low), (to, high)) in pairs {
            if at < *to {
                return low + (high - low) * (at - from) / (to - from).max(1);
            }
        }
        table.last().map_or(0, |(_, value)| *value)
    }
}
