//! Rule packs: what a connector has to be granted, as data.
//!
//! A pack is a TOML file under `rules/<provider>/`, embedded in the binary by `build.rs`. Loading never fails as a
//! whole and never panics: it gives the pack if there is one, and every fault with its place. The format is described
//! for authors in `docs/PACKS.md`.

mod fault;
mod template;
mod connector;
mod example;
mod rule;
mod load;
mod builtin;
mod class;

pub use crate::finding::Severity;
pub use builtin::{BUILTIN_FILES, builtin};
pub use class::{ClassTable, ConnectorClass, TopicSource};
pub use connector::{Authentication, Direction, LogDestination};
pub use example::{EXAMPLE_ARGS, Example, ExampleConnector, ExampleLog, Expect, Setup};
pub use fault::PackFault;
pub use load::{MAX_PACK_BYTES, load};
pub use rule::{
    Ask, Judgement, Pack, Platform, Requirement, Rule, SettingState, SettingTest, SourceNote, Subject, When,
};
pub use template::{Piece, Template, TemplateError, Variable};
