//! What rules and their examples tell connectors apart by.

/// How a connector authenticates to its cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Authentication {
    /// With the credentials of its role.
    Iam,
    /// Not at all: the role needs no rights on the cluster.
    None,
}

/// Which way a connector moves data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Out of Kafka: it reads topics.
    Sink,
    /// Into Kafka: it writes topics.
    Source,
}

/// Where worker logs can be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogDestination {
    /// An S3 bucket.
    S3,
    /// A log group of CloudWatch Logs.
    CloudWatch,
    /// A delivery stream of Firehose.
    Firehose,
}

/// Where a setting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// In the configuration of the connector.
    Connector,
    /// In the properties of the worker configuration.
    Worker,
    /// In the configuration of the connector, else in that of the worker.
    Either,
}
