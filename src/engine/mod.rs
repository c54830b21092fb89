//! Decides one question.

mod caller;
mod compile;
mod expr;
mod layer;
mod principal;
