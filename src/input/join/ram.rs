//! What Alibaba Cloud's outputs say: one policy and one role of each name.

use super::{conflict, fill_document};
use crate::input::inputs::Inputs;
use crate::input::ram::{RamDocument, RamInputs};
use crate::input::reader::{Reader, shown};

/// Joins it into `inputs`.
pub(super) fn join(reader: &mut Reader, inputs: &mut Inputs) {
    let found = std::mem::take(&mut reader.found.ram);
    let mut ram = RamInputs {
        policies: Vec::new(),
        roles: Vec::new(),
        control_policies: Vec::new(),
        ..found.clone()
    };
    for policy in found.policies {
        add(reader, &mut ram.policies, policy);
    }
    for policy in found.control_policies {
        add(reader, &mut ram.control_policies, policy);
    }
    for role in found.roles {
        match ram
            .roles
            .iter_mut()
            .find(|known| known.name.value.eq_ignore_ascii_case(&role.name.value))
        {
            Some(known) => {
                if let (Some(one), Some(other)) = (&known.arn, &role.arn)
                    && one.value != other.value
                {
                    let what = format!("the role `{}`", shown(&role.name.value));
                    conflict(reader, &what, one.place, other.place);
                }
                known.trust = known.trust.take().or(role.trust);
            }
            None => ram.roles.push(role),
        }
    }
    inputs.ram = ram;
}

/// Adds a policy, or fills in the one of its name.
fn add(reader: &mut Reader, policies: &mut Vec<RamDocument>, policy: RamDocument) {
    let Some(known) = policies.iter_mut().find(|known| known.name == policy.name) else {
        return policies.push(policy);
    };
    if known.document.is_none() {
        known.place = policy.place;
        known.version = known.version.take().or(policy.version);
    }
    known.is_system = known.is_system.or(policy.is_system);
    let what = || format!("the text of the policy `{}`", shown(&policy.name));
    fill_document(reader, &mut known.document, policy.document, what);
}
