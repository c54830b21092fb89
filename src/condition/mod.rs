//! condition

pub mod value;

mod operator;

pub use operator::{Comparison, Operator, OperatorFault, SetQualifier, Test};
