//! Replays the witness of a finding through the engine, under the policies of the inputs that decide it.
//!
//! The request is put as a case of `simulate --cases`, where every context key that the witness does not have is
//! absent: what a witness claims has to hold of the request as it stands.

use rolecall::condition::Mode;
use rolecall::grammar::{self, PolicyType};
use rolecall::input::{Inputs, OrganizationPolicyKind, PolicyDocument, RamDocument};
use rolecall::simulate::cases::answer;
use serde_json::{Value, json};

/// What is wrong with the witness of a finding, if anything.
pub(crate) fn fault(finding: &Value, inputs: &Inputs) -> Option<String> {
    let (witness, claimed) = (&finding["witness"], finding["decision"].as_str()?);
    if witness.is_null() {
        // What no input tells of has no request that could be written down.
        // Nor has a delivery stream, which is judged by its tags.
        let is_open = claimed == "Depends" && code(finding).starts_with("confluent/");
        let is_told = !is_open && code(finding) != "msk-connect/log-firehose";
        return is_told.then(|| "a decision without a witness".to_owned());
    }
    let Some(policies) = policies(finding, inputs) else {
        // A policy whose text is not given refuses in no case that could be written down.
        return (claimed != "Depends").then(|| format!("{claimed}, though a policy is not given"));
    };
    let mut case = json!({
        "request": {
            "principal": witness["principal"], "action": witness["action"], "resource": witness["resource"],
            "context": witness["context"],
        },
    });
    if claimed == "Allowed" {
        // What a role is granted of its own account's resources; without it, who owns them is unknown.
        let principal = witness["principal"].as_str().unwrap();
        case["request"]["resourceAccount"] = principal.split(':').nth(4).into();
    }
    let members = case.as_object_mut().unwrap();
    members.extend(policies.as_object().unwrap().clone());
    let answered = serde_json::to_value(answer(&case.to_string(), Mode::Chosen)).unwrap();
    let decided = answered["decision"].as_str().unwrap_or("no decision");
    let holds = match claimed {
        // The witness of an open question is a request that would be refused.
        "Depends" => decided != "Allowed" && decided != "no decision",
        _ => decided == claimed,
    };
    (!holds).then(|| format!("claimed {claimed}, decided {decided}: {case}"))
}

fn code(finding: &Value) -> &str {
    finding["code"].as_str().unwrap()
}

/// The layers that decide what the finding is about; `None` when one of them is not given.
fn policies(finding: &Value, inputs: &Inputs) -> Option<Value> {
    let code = code(finding);
    // The creator's rights are asked of the principal that deploys, all others of the connector's role.
    let caller = match code {
        "msk-connect/creator" => &finding["witness"]["principal"],
        _ => &finding["subject"]["role"],
    };
    let role = caller.as_str().and_then(|arn| inputs.role(arn));
    if code.starts_with("alibaba/") {
        return alibaba(finding, inputs);
    }
    // Confluent's own side is taken to be in order.
    let everything = json!([{ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "*", "Resource": "*" }] }]);
    if code.starts_with("confluent/trust-") {
        let trust = text(role?.trust?, inputs);
        return Some(json!({ "identityPolicies": everything, "resourcePolicy": trust }));
    }
    if code == "confluent/byok-key" {
        let key = finding["witness"]["resource"].as_str().unwrap();
        let policy = text(inputs.key_policy(key)?.document?, inputs);
        return Some(json!({ "identityPolicies": everything, "resourcePolicy": policy }));
    }
    if code.contains("/trust-") {
        return Some(json!({ "resourcePolicy": text(role?.trust?, inputs) }));
    }
    let resource = finding["witness"]["resource"].as_str().unwrap_or_default();
    let bucket = resource.strip_prefix("arn:aws:s3:::").unwrap_or_default();
    let bucket = inputs.bucket_policy(bucket.split('/').next().unwrap());
    if code.ends_with("/log-s3") {
        return Some(json!({ "resourcePolicy": text(bucket?.document?, inputs) }));
    }
    let role = role?;
    let attached = |a| inputs.attached_policy(a).and_then(|policy| policy.document);
    let inline = role.inline.iter().map(|named| named.document);
    let identity: Option<Vec<PolicyDocument>> = inline.chain(role.attached.iter().map(attached)).collect();
    let identity: Vec<Value> = identity?
        .into_iter()
        .map(|document| text(document, inputs))
        .collect();
    let boundary: Option<Vec<PolicyDocument>> = role.boundary.iter().map(attached).collect();
    let boundary: Vec<Value> = boundary?
        .into_iter()
        .map(|document| text(document, inputs))
        .collect();
    let account = role
        .arn
        .as_ref()
        .and_then(|arn| arn.value.split(':').nth(4).map(str::to_owned));
    let mut policies = json!({ "identityPolicies": identity, "permissionBoundaries": boundary,
        "scps": control_levels(&account.unwrap_or_default(), inputs) });
    if let Some(policy) = bucket {
        policies["resourcePolicy"] = text(policy.document?, inputs);
    }
    Some(policies)
}

/// The service control policies on what the account lies below, root first. Where none of a level that is known in part
/// allows anything, the one that allows all is there too.
fn control_levels(account: &str, inputs: &Inputs) -> Vec<Vec<Value>> {
    let kind = OrganizationPolicyKind::ServiceControl;
    let organization = &inputs.organization;
    if organization.is_management(account) {
        return Vec::new();
    }
    let all = json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*" } });
    let mut levels = Vec::new();
    // What is attached to nothing that is known binds every account, by folder.
    let mut by_folder: std::collections::BTreeMap<&str, Vec<Value>> = std::collections::BTreeMap::new();
    let unplaced = inputs.organization_policies.iter();
    for policy in
        unplaced.filter(|policy| policy.kind == kind && policy.targets.is_empty() && !policy.targets_listed)
    {
        by_folder
            .entry(&policy.level)
            .or_default()
            .push(text(policy.document.unwrap(), inputs));
    }
    levels.extend(by_folder.into_values());
    for id in organization.chain(account).ids.iter().rev() {
        let here = inputs.organization_policies.iter();
        let here = here.filter(|policy| policy.kind == kind && policy.targets.contains(id));
        let mut level: Vec<Value> = here
            .map(|policy| text(policy.document.unwrap(), inputs))
            .collect();
        let allows = level
            .iter()
            .any(|policy| policy.to_string().contains("\"Allow\""));
        if !level.is_empty() && !allows && !organization.is_listed(kind, id) {
            level.push(all.clone());
        }
        levels.extend((!level.is_empty()).then_some(level));
    }
    levels
}

fn text(document: PolicyDocument, inputs: &Inputs) -> Value {
    let tree = inputs.sources.tree(document.doc).unwrap();
    let span = tree.span(document.root);
    serde_json::from_str(&tree.text()[span.start..span.end]).unwrap()
}

/// The layers of a finding of Alibaba Cloud; system policies are those of the program's data.
fn alibaba(finding: &Value, inputs: &Inputs) -> Option<Value> {
    let ram = &inputs.ram;
    let full =
        json!({ "Version": "1", "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }] });
    let stored = |policy: &RamDocument| {
        let document = policy.document?;
        let tree = inputs.sources.tree(document.doc).unwrap();
        let kind = PolicyType::Ram(policy.kind);
        let faults = grammar::check(tree, inputs.sources.faults(document.doc), document.root, kind);
        Some(grammar::is_valid(&faults).then(|| text(document, inputs)))
    };
    let role_policy = || {
        let role = finding["subject"]["role"].as_str().unwrap();
        ram.policy(&role.replace("AliyunServiceRoleFor", "AliyunServiceRolePolicyFor"))
    };
    match finding["code"].as_str().unwrap() {
        "alibaba/slr-create" => {
            let listed = ram.attachments.iter().flat_map(|list| &list.policies);
            let listed: Vec<Option<Value>> = listed
                .map(|attached| match ram.policy(&attached.name.value) {
                    Some(policy) => stored(policy),
                    None => {
                        shipped(&attached.name.value, attached.version.as_ref()?.value.as_str()).map(Some)
                    }
                })
                .collect::<Option<_>>()?;
            let loose: Vec<Option<Value>> = ram.policies.iter().map(stored).collect::<Option<_>>()?;
            let identity = if ram.attachments.is_empty() { loose } else { listed };
            Some(json!({ "identityPolicies": identity.into_iter().flatten().collect::<Vec<_>>() }))
        }
        "alibaba/control-policy" => {
            let given: Vec<Value> = ram
                .control_policies
                .iter()
                .map(stored)
                .collect::<Option<Vec<_>>>()?
                .into_iter()
                .flatten()
                .collect();
            let allows = given
                .iter()
                .any(|policy| policy.to_string().contains("\"Allow\""));
            let assumed = (!allows).then(|| full.clone());
            let level: Vec<Value> = given.into_iter().chain(assumed).collect();
            Some(json!({ "identityPolicies": [full], "scps": [level] }))
        }
        "alibaba/pass-role" | "alibaba/slr-policy-drift" => {
            Some(json!({ "identityPolicies": stored(role_policy()?)?.into_iter().collect::<Vec<_>>() }))
        }
        "alibaba/key-tag" => {
            let statement = json!({
                "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*",
                "Condition": { "StringEqualsIgnoreCase": { "kms:tag/acs:alikafka:instance-encryption": "true" } },
            });
            Some(json!({ "identityPolicies": [{ "Version": "1", "Statement": [statement] }] }))
        }
        _ => None,
    }
}

/// The text of a system policy in a version, by the file that the program embeds.
fn shipped(name: &str, version: &str) -> Option<Value> {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/rules/alibaba/data/system-policies.toml"
    );
    let table: toml::Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
    let number: i64 = version.trim_start_matches('v').parse().ok()?;
    let policies = table["policy"].as_array().unwrap().iter();
    let known = policies.filter(|policy| {
        policy["name"].as_str() == Some(name) && policy["version"].as_integer().unwrap() <= number
    });
    let text = known.max_by_key(|policy| policy["version"].as_integer())?;
    serde_json::from_str(text["document"].as_str().unwrap()).ok()
}
