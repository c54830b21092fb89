//! Policies of buckets, keys and log groups, and delivery streams.

use super::super::attribute::World;
use super::super::instance::{Instance, Said};
use super::{around, named, object, tags};
use crate::source::Composed;

pub(super) fn outputs(world: &World<'_>) -> Vec<Composed> {
    let mut outputs = Vec::new();
    for policy in world.of_kind(&["aws_s3_bucket_policy"]) {
        outputs.push(of(world, policy, ("Bucket", world.text(policy, "bucket"))));
    }
    let has_policy = |instance: &&Instance| matches!(instance.said(world.tree, "policy"), Said::Value(_));
    // A state says the policy of a bucket twice.
    let apart: Vec<String> = world
        .of_kind(&["aws_s3_bucket_policy"])
        .filter_map(|policy| world.string(policy, "bucket"))
        .collect();
    for bucket in world.of_kind(&["aws_s3_bucket"]).filter(has_policy) {
        let is_empty = bucket
            .text(world.tree, "policy")
            .is_none_or(|text| text.is_empty());
        if !is_empty && !apart.contains(&world.attribute(bucket, "bucket")) {
            outputs.push(of(
                world,
                bucket,
                ("Bucket", Some(named(world, bucket, "bucket"))),
            ));
        }
    }
    for policy in world.of_kind(&["aws_kms_key_policy"]) {
        outputs.push(of(world, policy, ("KeyId", world.text(policy, "key_id"))));
    }
    let apart: Vec<String> = world
        .of_kind(&["aws_kms_key_policy"])
        .filter_map(|policy| world.string(policy, "key_id"))
        .collect();
    for key in world.of_kind(&["aws_kms_key"]).filter(has_policy) {
        if !apart.contains(&world.attribute(key, "key_id")) {
            outputs.push(of(world, key, ("KeyId", Some(named(world, key, "key_id")))));
        }
    }
    let logs: Vec<Composed> = world
        .of_kind(&["aws_cloudwatch_log_resource_policy"])
        .map(|policy| {
            object(
                world,
                policy,
                [
                    ("policyName", world.text(policy, "policy_name")),
                    ("policyDocument", world.policy_or_hole(policy, "policy_document")),
                ],
            )
        })
        .collect();
    if !logs.is_empty() {
        outputs.push(Composed::object(
            [("resourcePolicies", Composed::array(logs, None))],
            None,
        ));
    }
    for stream in world.of_kind(&["aws_kinesis_firehose_delivery_stream"]) {
        let description = object(
            world,
            stream,
            [
                ("DeliveryStreamName", Some(named(world, stream, "name"))),
                ("DeliveryStreamARN", Some(named(world, stream, "arn"))),
                (
                    "Tags",
                    tags(world, stream).or_else(|| Some(Composed::array([], None))),
                ),
            ],
        );
        outputs.push(around("DeliveryStreamDescription", description));
    }
    outputs
}

fn of(world: &World<'_>, instance: &Instance, (key, name): (&'static str, Option<Composed>)) -> Composed {
    let policy = world.policy_or_hole(instance, "policy");
    object(world, instance, [("Policy", policy), (key, name)])
}
