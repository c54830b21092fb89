//! From resources of Terraform to the outputs of the AWS CLI and others that describe them.
//!
//! Each kind of resource is written here once, for plans, states and source alike. Policies that are not known as a
//! whole are there without a text; what cannot be tied to anything is said.

mod alibaba;
mod attached;
mod confluent;
mod connect;
mod identity;
mod policy;

use super::resource::Resource;
use crate::source::{Composed, Origin};

/// What resources come to.
#[derive(Debug, Default)]
pub(super) struct Composition {
    /// Outputs that describe them.
    pub(super) documents: Vec<Composed>,
    /// What is not known or not read, and where.
    pub(super) notes: Vec<(Option<Origin>, String)>,
}

/// The documents of the resources of one configuration, plan or state.
pub(super) fn documents(resources: &[Resource]) -> Composition {
    let mut made = Composition::default();
    identity::add(resources, &mut made);
    made.documents.extend(identity::managed(resources));
    let apart = policy::Apart::of(resources);
    for resource in resources {
        let document = match resource.kind.split('_').next() {
            Some("confluent") => confluent::described(resource, &mut made),
            Some("alicloud") => alibaba::described(resource, &mut made),
            _ => described(resource, &apart),
        };
        made.documents.extend(document);
        if UNREAD.contains(&resource.kind.as_str()) && !resource.is_data {
            let message = format!(
                "the policy of `{}` is of a kind that no rule asks of, and is not read",
                resource.address
            );
            made.notes.push((resource.origin(), message));
        }
    }
    made
}

/// Resources that hold policies which are not read.
const UNREAD: [&str; 9] = [
    "aws_msk_cluster_policy",
    "aws_organizations_policy",
    "aws_s3_access_point",
    "aws_secretsmanager_secret_policy",
    "aws_sns_topic_policy",
    "aws_sqs_queue_policy",
    "aws_vpc_endpoint_policy",
    "aws_glue_resource_policy",
    "aws_kms_grant",
];

fn described(resource: &Resource, apart: &policy::Apart) -> Option<Composed> {
    match (resource.kind.as_str(), resource.is_data) {
        ("aws_mskconnect_connector", false) => connect::connector(resource),
        ("aws_mskconnect_custom_plugin", _) => connect::plugin(resource),
        ("aws_mskconnect_worker_configuration", _) => connect::worker_configuration(resource),
        ("aws_msk_cluster" | "aws_msk_serverless_cluster", _) => connect::cluster(resource),
        ("aws_kinesis_firehose_delivery_stream", false) => connect::delivery_stream(resource),
        ("aws_s3_bucket_policy", false) => policy::of_bucket(resource),
        ("aws_s3_bucket", false) if apart.has_none(resource) => policy::of_bucket(resource),
        ("aws_kms_key_policy", false) => policy::of_key(resource),
        ("aws_kms_key", false) if apart.has_none(resource) => policy::of_key(resource),
        ("aws_cloudwatch_log_resource_policy", false) => policy::of_logs(resource),
        _ => None,
    }
}
