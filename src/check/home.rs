//! Where something is: partition, region and account.

use crate::arn::Arn;

/// Partition, region and account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Home {
    /// Such as `aws`.
    pub partition: String,
    /// The region, where it is known.
    pub region: Option<String>,
    /// The account, where it is known.
    pub account: Option<String>,
}

impl Home {
    /// The home that an ARN tells; its region and account may be empty.
    pub(super) fn of(arn: &Arn<'_>) -> Self {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self {
            partition: arn.partition.to_owned(),
            region: some(arn.region),
            account: some(arn.account),
        }
    }

    /// The region, or a wildcard.
    pub(super) fn region_or_any(&self) -> &str {
        self.region.as_deref().unwrap_or("*")
    }

    /// The account, or a wildcard.
    pub(super) fn account_or_any(&self) -> &str {
        self.account.as_deref().unwrap_or("*")
    }
}
