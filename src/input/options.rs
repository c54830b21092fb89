//! What a caller knows of texts that the texts do not say.

/// Options of [`read`](super::read).
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// Managed policies that are attached to a role: the role's name or ARN, and the name of the document as it is
    /// given to [`read`](super::read).
    pub attach: Vec<(String, String)>,
    /// Policies of buckets: the bucket's name, and the name of the document.
    pub bucket_policies: Vec<(String, String)>,
    /// The account of what a plan or template makes, where it does not say it.
    pub account: Option<String>,
    /// Its region.
    pub region: Option<String>,
    /// Its partition.
    pub partition: Option<String>,
}
