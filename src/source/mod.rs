//! Texts with places: the foundation of everything that reads a document or points into one.
//!
//! [`Sources`] keeps the files of a run and the documents embedded in their strings. Each has a [`Tree`], whose nodes
//! know their bytes, and [`Fault`]s. Readers pass on a [`Place`], which is two numbers; only when something is shown
//! does [`Sources::locate`] turn it into lines, columns and a pointer, through escapes and percent codes, so a
//! document without findings pays nothing for places. Reading never fails as a whole and no input makes it panic.
//!
//! ```
//! use rolecall::source::{Place, Sources};
//!
//! let mut sources = Sources::new();
//! let doc = sources.add_text("role.json", r#"{"Policy": "{\"Version\": \"2012-10-17\"}"}"#.to_owned());
//! let node = sources.tree(doc).and_then(|tree| tree.find("/Policy")).ok_or("no policy")?;
//! let policy = sources.open_policy_document(Place { doc, node })?;
//! let node = sources.tree(policy.doc).and_then(|tree| tree.get(policy.node, "Version")).ok_or("no version")?;
//! let location = sources.locate(Place { doc: policy.doc, node });
//! assert_eq!(location.pointer.as_deref(), Some("/Policy/Version"));
//! assert_eq!((location.span.start, location.start.column), (26, 27));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod span;
mod fault;
mod escape;
mod node;
mod token;
mod json;
mod table;
mod tree;
mod lines;
mod embedded;
mod encoding;
mod place;
mod composed;
mod sources;
mod copy;

pub use composed::{Composed, Data, Origin};
pub use fault::{Expected, Fault, FaultKind};
pub use json::{MAX_BYTES, MAX_DEPTH, MAX_FAULTS};
pub use lines::LineColumn;
pub(crate) use lines::Lines;
pub use node::{Kind, NodeId};
pub use place::{DocId, Location, Place, Problem};
pub use sources::{Sources, Start};
pub use span::Span;
pub use tree::{Parsed, Tree};
