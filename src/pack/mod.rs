//! Rule packs: what a connector has to be granted, as data.
//!
//! A pack is a TOML file under `rules/<provider>/`, embedded in the binary by `build.rs`. Loading never fails as a
//! whole and never panics: it gives the pack if there is one, and every fault with its place. The format is described
//! for authors in `docs/PACKS.md`.

mod fault;
mod connector;
mod template_error;
mod variable;
mod template;
mod example;
mod requirement;
mod rule;
mod class;
mod file;
mod load;
mod builtin;
mod together;

pub use crate::finding::Severity;
pub use builtin::{BUILTIN_FILES, builtin};
pub use class::{ClassExample, ConnectorClass, Need, TopicSource};
pub use connector::{Authentication, Direction, LogDestination, Scope};
pub use example::{EXAMPLE_ARGS, Example, ExampleConnector, ExampleLog, Expect, Setup};
pub use fault::PackFault;
pub use file::{ClassTable, Pack, Platform};
pub use load::{MAX_PACK_BYTES, load, schema};
pub use requirement::{Requirement, SettingState, SettingTest, Subject, When};
pub use rule::{AlibabaJudgement, Ask, Grants, Judgement, Rule, SourceNote};
pub use template::{Piece, Template};
pub use template_error::TemplateError;
pub use together::{Clash, clashes};
pub use variable::{Part, Variable};
