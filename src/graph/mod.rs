//! What connectors rest on, as a picture: who assumes their role, its policies, their statements and resources, and
//! what is missing.
//!
//! In: inputs and the findings of a check. Out: a [`Graph`], and texts of it for DOT, Mermaid, SVG and HTML. Nothing is
//! decided here: gaps are those of the findings. Ids and order follow from the order of the inputs, so the same input
//! gives the same bytes. No text of the input reaches an output unescaped.

mod model;
mod label;
mod build;
mod gap;
mod layout;
mod dot;
mod mermaid;
mod svg;
mod html;

pub use build::{MAX_NODES, graph};
pub use dot::write_dot;
pub use html::write_html;
pub use mermaid::write_mermaid;
pub use model::{Graph, Link, Node, NodeKind, Tie};
pub use svg::write_svg;
