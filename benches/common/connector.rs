//! The role of one MSK Connect connector that writes topics to S3: ten statements, and what it is asked.

/// The identity policy: nine Allows and a Deny, with conditions on three of them. It keeps to `*` and to plain
/// operators, so that other engines can say the same.
pub const ROLE: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Cluster", "Effect": "Allow",
      "Action": ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster", "kafka-cluster:WriteDataIdempotently"],
      "Resource": "arn:aws:kafka:eu-west-1:111122223333:cluster/orders/*" },
    { "Sid": "Read", "Effect": "Allow",
      "Action": ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"],
      "Resource": ["arn:aws:kafka:eu-west-1:111122223333:topic/orders/*/orders-*",
                   "arn:aws:kafka:eu-west-1:111122223333:topic/orders/*/payments"] },
    { "Sid": "Write", "Effect": "Allow",
      "Action": ["kafka-cluster:DescribeTopic", "kafka-cluster:CreateTopic", "kafka-cluster:WriteData",
                 "kafka-cluster:ReadData", "kafka-cluster:AlterTopic"],
      "Resource": "arn:aws:kafka:eu-west-1:111122223333:topic/orders/*/__amazon_msk_connect_*" },
    { "Sid": "Groups", "Effect": "Allow",
      "Action": ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"],
      "Resource": ["arn:aws:kafka:eu-west-1:111122223333:group/orders/*/__amazon_msk_connect_*",
                   "arn:aws:kafka:eu-west-1:111122223333:group/orders/*/connect-*"] },
    { "Sid": "Transactions", "Effect": "Allow",
      "Action": ["kafka-cluster:AlterTransactionalId", "kafka-cluster:DescribeTransactionalId"],
      "Resource": "arn:aws:kafka:eu-west-1:111122223333:transactional-id/orders/*/connect-*" },
    { "Sid": "Objects", "Effect": "Allow",
      "Action": ["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
      "Resource": "arn:aws:s3:::orders-lake/topics/*" },
    { "Sid": "Bucket", "Effect": "Allow",
      "Action": ["s3:ListBucket", "s3:GetBucketLocation"],
      "Resource": "arn:aws:s3:::orders-lake",
      "Condition": { "StringEquals": { "aws:ResourceAccount": "111122223333" } } },
    { "Sid": "Secret", "Effect": "Allow",
      "Action": ["secretsmanager:GetSecretValue", "secretsmanager:Describe*"],
      "Resource": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:connect/*",
      "Condition": { "StringEquals": { "aws:RequestedRegion": "eu-west-1" } } },
    { "Sid": "Logs", "Effect": "Allow",
      "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:Describe*"],
      "Resource": "arn:aws:logs:eu-west-1:111122223333:log-group:/connect/orders*" },
    { "Sid": "Plain", "Effect": "Deny",
      "Action": "s3:*",
      "Resource": "*",
      "Condition": { "Bool": { "aws:SecureTransport": "false" } } }
  ]
}"#;

/// Who asks.
pub const PRINCIPAL: &str = "arn:aws:iam::111122223333:role/orders-to-s3";

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Allowed,
    ExplicitlyDenied,
    ImplicitlyDenied,
}

/// One question with its answer.
pub struct Question {
    pub action: &'static str,
    pub resource: &'static str,
    /// The request context: key and value.
    pub context: [(&'static str, &'static str); 3],
    pub verdict: Verdict,
}

const fn question(action: &'static str, resource: &'static str, verdict: Verdict) -> Question {
    Question {
        action,
        resource,
        context: [
            ("aws:SecureTransport", "true"),
            ("aws:ResourceAccount", "111122223333"),
            ("aws:RequestedRegion", "eu-west-1"),
        ],
        verdict,
    }
}

/// What a connector does when it starts and runs, and four things that it may not.
pub const QUESTIONS: [Question; 14] = {
    use Verdict::{Allowed, ExplicitlyDenied, ImplicitlyDenied};
    let plain_http = Question {
        context: [
            ("aws:SecureTransport", "false"),
            ("aws:ResourceAccount", "111122223333"),
            ("aws:RequestedRegion", "eu-west-1"),
        ],
        ..question(
            "s3:PutObject",
            "arn:aws:s3:::orders-lake/topics/orders-eu/0.json",
            ExplicitlyDenied,
        )
    };
    [
        question(
            "kafka-cluster:Connect",
            "arn:aws:kafka:eu-west-1:111122223333:cluster/orders/7c1f",
            Allowed,
        ),
        question(
            "kafka-cluster:ReadData",
            "arn:aws:kafka:eu-west-1:111122223333:topic/orders/7c1f/orders-eu",
            Allowed,
        ),
        question(
            "kafka-cluster:ReadData",
            "arn:aws:kafka:eu-west-1:111122223333:topic/orders/7c1f/payments",
            Allowed,
        ),
        question(
            "kafka-cluster:CreateTopic",
            "arn:aws:kafka:eu-west-1:111122223333:topic/orders/7c1f/__amazon_msk_connect_offsets",
            Allowed,
        ),
        question(
            "kafka-cluster:DescribeGroup",
            "arn:aws:kafka:eu-west-1:111122223333:group/orders/7c1f/connect-orders",
            Allowed,
        ),
        question(
            "kafka-cluster:AlterTransactionalId",
            "arn:aws:kafka:eu-west-1:111122223333:transactional-id/orders/7c1f/connect-1",
            Allowed,
        ),
        question(
            "s3:PutObject",
            "arn:aws:s3:::orders-lake/topics/orders-eu/0.json",
            Allowed,
        ),
        question("s3:ListBucket", "arn:aws:s3:::orders-lake", Allowed),
        question(
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:connect/orders-Ab1",
            Allowed,
        ),
        question(
            "logs:PutLogEvents",
            "arn:aws:logs:eu-west-1:111122223333:log-group:/connect/orders:log-stream:a",
            Allowed,
        ),
        question(
            "kafka-cluster:DeleteTopic",
            "arn:aws:kafka:eu-west-1:111122223333:topic/orders/7c1f/orders-eu",
            ImplicitlyDenied,
        ),
        question(
            "kafka-cluster:ReadData",
            "arn:aws:kafka:eu-west-1:111122223333:topic/orders/7c1f/invoices",
            ImplicitlyDenied,
        ),
        question(
            "glue:GetSchemaVersion",
            "arn:aws:glue:eu-west-1:111122223333:schema/orders/eu",
            ImplicitlyDenied,
        ),
        plain_http,
    ]
};
