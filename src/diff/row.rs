//! What a comparison says: plain data.

use super::tags::TagChange;
use crate::condition::State;

/// Which way access changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// Granted by the new policies and not by the old.
    New,
    /// Granted by the old policies and not by the new.
    Lost,
}

impl Direction {
    /// The name in machine-readable output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Lost => "lost",
        }
    }
}

/// Actions, resources and conditions whose access changed alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// Which way.
    pub direction: Direction,
    /// Whose access, or to what: the ARN of a role or user, the resource of a resource policy, or `policy`.
    pub subject: String,
    /// Of a resource policy, for whom.
    pub principal: Option<String>,
    /// The statement entry that covers the resources, as written: a pattern, or `all but …`.
    pub resource: String,
    /// Whether access changed so for part of that pattern only.
    pub partly: bool,
    /// When: alternatives, each of conditions that hold together, in words. Empty: always.
    pub conditions: Vec<Vec<String>>,
    /// The actions: names and patterns that together match just these among the catalogue's; sorted.
    pub actions: Vec<String>,
    /// How many actions those are.
    pub action_count: usize,
    /// A request whose decision changed.
    pub witness: Request,
    /// Tags of the caller that are not the same on both sides, where that was asked about.
    pub tags: Vec<TagChange>,
    /// What the row rests on that no request settles, in words; only where it is not proved.
    pub doubts: Vec<&'static str>,
    /// Whether the witness was replayed: allowed on the one side and not on the other. Otherwise the row rests on
    /// something that no request settles, and access may have changed.
    pub proved: bool,
}

/// A request, as a witness.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request {
    /// Who.
    pub principal: String,
    /// What.
    pub action: String,
    /// On what.
    pub resource: String,
    /// The keys that matter, sorted.
    pub context: Vec<(String, State)>,
}

/// What was not compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Open {
    /// Of what.
    pub subject: String,
    /// Why, in words.
    pub why: String,
}

/// The answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// New access first, then by subject, principal, actions.
    pub rows: Vec<Row>,
    /// What could not be compared; a guard must not take it for equal.
    pub open: Vec<Open>,
    /// How many principals, resource policies and bare policies were compared.
    pub compared: usize,
    /// Subjects that only one side has, sorted: they count as having no policy on the other.
    pub only_old: Vec<String>,
    /// See `only_old`.
    pub only_new: Vec<String>,
}

impl Difference {
    /// The rows of one direction.
    pub fn rows_of(&self, direction: Direction) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.direction == direction)
    }

    /// Whether it is proved that nothing new is granted.
    pub fn nothing_new(&self) -> bool {
        self.open.is_empty() && self.rows_of(Direction::New).next().is_none()
    }
}
