//! Rule packs.
mod severity;
pub use severity::Severity;
