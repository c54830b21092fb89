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

impl CheckOptions {
    /// Sets one of [`crate::pack::EXAMPLE_ARGS`]; another option changes nothing.
    pub(super) fn set(&mut self, option: &str, value: &str) {
        let field = match option {
            "--account" => &mut self.account,
            "--cluster-arn" => &mut self.cluster_arn,
            "--deployer" => &mut self.deployer,
            "--partition" => &mut self.partition,
            "--region" => &mut self.region,
            "--source-cluster-arn" => &mut self.source_cluster_arn,
            "--feature" => {
                self.features.insert(value.to_owned());
                return;
            }
            _ => return,
        };
        *field = Some(value.to_owned());
    }
}
