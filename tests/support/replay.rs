//! Replays the witness of a finding through the engine, under the policies of the inputs that decide it.
//!
//! The request is put as a case of `simulate --cases`, where every context key that the witness does not have is
//! absent: what a witness claims has to hold of the request as it stands.

use rolecall::condition::Mode;
use rolecall::input::{Inputs, PolicyDocument};
use rolecall::simulate::cases::answer;
use serde_json::{Value, json};

/// What is wrong with the witness of a finding, if anything.
pub(crate) fn fault(finding: &Value, inputs: &Inputs) -> Option<String> {
    let (witness, claimed) = (&finding["witness"], finding["decision"].as_str()?);
    if witness.is_null() {
        // What no input tells of has no request that could be written down.
        let is_told = claimed != "Depends" || !code(finding).starts_with("confluent/");
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
    let role = finding["subject"]["role"]
        .as_str()
        .and_then(|arn| inputs.role(arn));
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
    let mut policies = json!({ "identityPolicies": identity, "permissionBoundaries": boundary });
    if let Some(policy) = bucket {
        policies["resourcePolicy"] = text(policy.document?, inputs);
    }
    Some(policies)
}

fn text(document: PolicyDocument, inputs: &Inputs) -> Value {
    let tree = inputs.sources.tree(document.doc).unwrap();
    let span = tree.span(document.root);
    serde_json::from_str(&tree.text()[span.start..span.end]).unwrap()
}
