//! condition

pub mod value;
