//! Policies of an organization: `aws organizations describe-policy`.

use super::Sign::Has;
use super::{Place, Reader, Shape};
use crate::input::model::{OrganizationPolicy, OrganizationPolicyKind};
use crate::input::name;
use crate::input::reader::shown;

pub(super) static SHAPES: &[Shape] = &[Shape {
    name: "describe-policy",
    signs: &[Has("Policy/PolicySummary")],
    read,
}];

fn read(reader: &mut Reader, output: Place) {
    let Some(kind) = reader.need_text(output, "Policy/PolicySummary/Type") else {
        return;
    };
    let kind = match kind.value.as_str() {
        "SERVICE_CONTROL_POLICY" => OrganizationPolicyKind::ServiceControl,
        "RESOURCE_CONTROL_POLICY" => OrganizationPolicyKind::ResourceControl,
        other => {
            let message = format!(
                "a policy of the type `{}` decides no request and is left out",
                shown(other)
            );
            reader.note(kind.place, message);
            return;
        }
    };
    let file = reader.sources.name(output.doc).to_owned();
    let policy_name = reader
        .text(output, "Policy/PolicySummary/Name")
        .map(|name| name.value);
    let policy = OrganizationPolicy {
        place: output,
        kind,
        arn: reader.text(output, "Policy/PolicySummary/Arn"),
        name: policy_name.unwrap_or_else(|| name::after_level(&file).to_owned()),
        level: name::level(&file).to_owned(),
        document: reader.policy(output, "Policy/Content"),
    };
    reader.found.organization_policies.push(policy);
}
