//! Resource policies of CloudWatch Logs: `describe-resource-policies`.

use super::Sign::Items;
use super::{Place, Reader, Shape};
use crate::input::model::LogPolicy;

pub(super) static SHAPES: &[Shape] = &[Shape {
    name: "describe-resource-policies",
    signs: &[Items("resourcePolicies", "policyDocument")],
    read,
}];

fn read(reader: &mut Reader, output: Place) {
    reader.found.log_policy_lists.push(output);
    for place in reader.objects(output, "resourcePolicies") {
        let policy = LogPolicy {
            place,
            name: reader.text(place, "policyName"),
            resource_arn: reader.text(place, "resourceArn"),
            document: reader.policy(place, "policyDocument"),
        };
        reader.found.log_policies.push(policy);
    }
}
