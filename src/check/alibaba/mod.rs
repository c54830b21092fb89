//! ApsaraMQ for Kafka on Alibaba Cloud: its service-linked roles, who may create them, and what they may do.

mod data;
mod impact;

pub use data::{Allow, Data, ServiceLinkedRole};
pub use impact::{Impact, alibaba_impact, alibaba_roles};
