//! What one state of policies grants that another does not.
//!
//! In: two [`crate::input::Inputs`], old and new: policies, roles, or whole accounts. Out: a [`Difference`]: rows of
//! new and of lost access, each with a request that the engine allows on one side and not on the other. Principals
//! are matched by ARN; the actions are those of the catalogue and the names that the policies write; resources and
//! conditions are compared exactly (see [`crate::engine`]), never as text, so that a policy written in another way
//! shows no difference.
//!
//! What cannot be compared, or was not compared within the bounds, is said ([`Difference::open`]) and never taken
//! for equal. The form of the answer is described in docs/DIFF.md.
//!
//! Source: SET-02, SET-03, SET-15, TRI-09.

mod reads;
mod tags;
mod row;
mod text_of;
mod compress;
mod principals;
mod callers;
mod side;
mod subject;
mod names;
mod rows;
mod cover;
mod view;
mod run;
mod stand_in;
mod render;
mod json;

pub use compress::compress;
pub use json::write as write_json;
pub(crate) use principals::Named;
pub use render::write as write_text;
pub use row::{Difference, Direction, Open, Request, Row};
pub use run::{diff, granted};
pub use side::Side;
pub(crate) use stand_in::{StandIns, settled_tags, stand_ins};
pub use tags::TagChange;

#[cfg(test)]
mod tests;
