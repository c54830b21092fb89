//! Many accounts, one unit after another: what `rolecall scan` says of each, as lines.
//!
//! In: a [`Unit`], which is the texts of one account, or one text that names none, and [`Settings`]. Out: a
//! [`UnitReport`], which is lines ready to write and a [`Tally`] that adds up. A unit is judged by itself, with the
//! findings of [`crate::check`] on the same texts and `policy/*` of every policy in them, so units may be judged on any
//! number of threads, and by any number of machines: what is told depends on the unit alone.
//!
//! Files: `account` (whose a text is), `shard` (who judges a unit), `cache` (equal policies are linted once), `privilege`
//! (what a role's statements name), `assume` (roles taken as those of connectors), `tally`, `line` (the wire form,
//! described in `docs/SCAN.md`), `unit`. There is no IO here.

mod account;
mod shard;
mod cache;
mod privilege;
mod assume;
mod tally;
mod line;
mod unit;

pub use account::{Owner, owner_of};
pub use assume::{Assume, Chosen};
pub use line::{VERSION, header, order_of, summary};
pub use shard::{BadShard, Shard};
pub use tally::{Example, Tally};
pub use unit::{Part, Settings, Unit, UnitReport, Worker, judge};

#[cfg(test)]
mod tests;
