//! The cluster of a connector, by its ARN.

use crate::arn::Arn;

use super::home::Home;

/// The parts of a cluster's ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterFacts {
    /// The ARN.
    pub arn: String,
    /// Its parts.
    pub home: Home,
    /// The cluster's name.
    pub name: String,
    /// The last part of its ARN.
    pub uuid: String,
}

impl ClusterFacts {
    /// Takes a cluster's ARN apart; `None` where it is none.
    pub fn parse(arn: &str) -> Option<Self> {
        let parts = Arn::parse(arn)?;
        let mut path = parts.resource.split('/');
        if parts.service != "kafka" || path.next() != Some("cluster") {
            return None;
        }
        let (name, uuid) = (path.next()?, path.next()?);
        if name.is_empty() || uuid.is_empty() || path.next().is_some() {
            return None;
        }
        Some(Self {
            arn: arn.to_owned(),
            home: Home::of(&parts),
            name: name.to_owned(),
            uuid: uuid.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_arn_has_a_name_and_a_uuid() {
        let arn = "arn:aws:kafka:eu-west-1:111122223333:cluster/orders/abc-1";
        let cluster = ClusterFacts::parse(arn).unwrap();
        assert_eq!(
            (cluster.name.as_str(), cluster.uuid.as_str()),
            ("orders", "abc-1")
        );
        assert_eq!(cluster.home.region.as_deref(), Some("eu-west-1"));
        for bad in [
            "",
            "arn:aws:kafka:r:1:cluster/orders",
            "arn:aws:kafka:r:1:topic/a/b/c",
            "arn:aws:s3:::b",
        ] {
            assert_eq!(ClusterFacts::parse(bad), None, "{bad}");
        }
    }
}
