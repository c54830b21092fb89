//! Terraform: what a configuration makes, as the JSON that the AWS CLI would print of it.
//!
//! In go files, out come composed documents, each part with the place that it comes from. What is not known is a named
//! hole, `⟨aws_msk_cluster.this.uuid⟩`, never left out and never guessed; two references to one attribute are one hole.
//! Nothing here knows what the documents are read for.

pub mod source;

/// What the caller knows and a plan may not say.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The account.
    pub account: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The partition.
    pub partition: Option<String>,
}
