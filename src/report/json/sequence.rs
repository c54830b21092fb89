//! Arrays that are never in memory as a whole.

use serde::ser::{Serialize, Serializer};

/// An array whose items are made while they are written.
pub(super) struct Sequence<F>(pub(super) F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for Sequence<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}
