//! What the benchmarks of deciding share: a role with its questions, a plain evaluator to hold ours against, and
//! documents shaped like AWS's managed policies.

pub mod connector;
pub mod floor;
pub mod managed;
