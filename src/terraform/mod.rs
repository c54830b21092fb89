//! Terraform: what a configuration makes, as the JSON that the AWS CLI would print of it.
//!
//! In go files, out come composed documents, each part with the place that it comes from. What is not known is a named
//! hole, `⟨aws_msk_cluster.this.uuid⟩`, never left out and never guessed; two references to one attribute are one hole.
//! Nothing here knows what the documents are read for.

mod computed;
mod compose;
mod source;

pub use source::{Reading, is_configuration, read};

/// What is known of where a configuration is applied.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The id of the account.
    pub account: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The partition.
    pub partition: Option<String>,
}

impl Facts {
    /// Facts with the partition that the region is in, where it is not given.
    #[must_use]
    pub fn with_region(mut self) -> Self {
        let partition = |region: &String| {
            let found = [("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("us-iso", "")];
            let special = found.iter().find(|(start, _)| region.starts_with(start));
            special.map_or("aws", |(_, partition)| partition).to_owned()
        };
        let found = self
            .region
            .as_ref()
            .map(partition)
            .filter(|partition| !partition.is_empty());
        self.partition = self.partition.or(found);
        self
    }

    /// Facts as the ARN of a cluster or role tells them, where they are not given.
    #[must_use]
    pub fn with_arn(mut self, arn: Option<&str>) -> Self {
        let mut parts = arn.unwrap_or_default().split(':').skip(1);
        let mut next = |skip: usize| parts.nth(skip).filter(|part| !part.is_empty()).map(str::to_owned);
        let (partition, region, account) = (next(0), next(1), next(0));
        self.partition = self.partition.or(partition);
        self.region = self.region.or(region);
        self.account = self.account.or(account);
        self
    }
}
