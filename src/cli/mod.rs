//! cli

pub mod files;
pub mod simulate;
