//! What the caller of a check says beyond the inputs.

use std::collections::BTreeSet;

use crate::condition::Mode;
use crate::finding::Filter;

/// Options of a check.
#[derive(Debug, Clone, Default)]
pub struct CheckOptions {
    /// The cluster of connectors whose cluster is not among the inputs.
    pub cluster_arn: Option<String>,
    /// The cluster that a mirror reads from.
    pub source_cluster_arn: Option<String>,
    /// The principal that creates the connector.
    pub deployer: Option<String>,
    /// Account, where the inputs do not say it.
    pub account: Option<String>,
    /// Region, where the inputs do not say it.
    pub region: Option<String>,
    /// Partition, where the inputs do not say it.
    pub partition: Option<String>,
    /// Facts of the request context: key and values, in the order given.
    pub context: Vec<(String, Vec<String>)>,
    /// Which findings are reported, and how grave they are.
    pub filter: Filter,
    /// Features in use that no input shows.
    pub features: BTreeSet<String>,
    /// Show findings folded under another.
    pub all: bool,
    /// How rules that AWS leaves open, and assumptions, are treated.
    pub mode: Mode,
}
