//! cli

pub mod files;
