//! Examples of rules: whole questions with the answer that the rule has to give.
//!
//! An example is complete: what a rule file leaves out is filled in by the loader from the pack's `[pack.example]`.
//! Policies are texts that are valid JSON; whether they are valid policies is for their reader to say. What the facts
//! of a connector cannot say stands in files, as a user would have them.

use super::connector::Authentication;
use crate::source::Location;

/// A question, and what the rule says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Where it begins: its header.
    pub place: Location,
    /// Its text in the file, from its header to its last value.
    pub written: String,
    /// What it shows: lower case, one line, no final stop. Unique in its rule.
    pub about: String,
    /// What the rule says. Findings of other rules do not matter; folded ones of this rule do.
    pub expect: Expect,
    /// A connector with its policies, to be put as outputs of the AWS CLI. `None` where the files say everything.
    pub setup: Option<Setup>,
    /// Files as a user would have them, name and text, sorted by name. One of them takes the place of what `setup`
    /// would be put as under the same name.
    pub files: Vec<(String, String)>,
    /// Options of the check, each with its value: `--deployer`, an ARN.
    pub args: Vec<(String, String)>,
}

/// The options of the check that an example can give.
pub const EXAMPLE_ARGS: [&str; 7] = [
    "--account",
    "--cluster-arn",
    "--deployer",
    "--feature",
    "--partition",
    "--region",
    "--source-cluster-arn",
];

/// One connector with its policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// The connector.
    pub connector: ExampleConnector,
    /// The ARN of the one role among the inputs; `None` where there is none.
    pub given_role: Option<String>,
    /// The trust policy of that role.
    pub trust: String,
    /// The identity policy of that role; `None` where it has none.
    pub policy: Option<String>,
    /// The policy on the destination of worker logs: the bucket's, the log group's. `None` where there is none.
    pub destination_policy: Option<String>,
    /// The properties of its worker configuration, sorted by key; `None` where it has none of its own.
    pub worker: Option<Vec<(String, String)>>,
}

/// What a rule says of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expect {
    /// No finding with the code of the rule.
    Pass,
    /// A finding with the code and the severity of the rule.
    Fail,
    /// A finding with the code of the rule and the severity `warning`, where the rule itself is graver.
    Warn,
}

/// The connector of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleConnector {
    /// Its name.
    pub name: String,
    /// Its ARN, with account and region.
    pub arn: String,
    /// The ARN of its service execution role.
    pub role_arn: String,
    /// The ARN of its cluster, with partition, region, account, name and UUID.
    pub cluster_arn: String,
    /// How it authenticates to the cluster.
    pub authentication: Authentication,
    /// Its configuration, sorted by key.
    pub settings: Vec<(String, String)>,
    /// Where its worker logs go; `None` where they go nowhere.
    pub log: Option<ExampleLog>,
}

/// Where the worker logs of an example go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExampleLog {
    /// To a bucket.
    S3 {
        /// The name of the bucket.
        bucket: String,
        /// The prefix as the connector has it; empty where it has none.
        prefix: String,
    },
    /// To a log group.
    CloudWatch {
        /// The name of the log group.
        group: String,
    },
    /// To a delivery stream.
    Firehose {
        /// The name of the stream.
        stream: String,
    },
}
